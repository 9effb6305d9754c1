"""A clip is as faithful as its worst frame: some are taken out and checked as pictures."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import ceil

from genai.capabilities.base import Call
from genai.capabilities.fidelity import FidelityRequest, FidelityResult
from genai.domain.enums import Verdict
from genai.domain.film import FPS
from genai.domain.media import MediaFile
from genai.media import frames
from genai.media.probe import probe

_APART = 0.7  # seconds between frames that are looked at
_MOST = 5  # of them: each check takes about half a second

Check = Callable[[FidelityRequest, Call], FidelityResult]


@dataclass(frozen=True)
class Look:
    """What a check said of the frame at ``time`` seconds."""

    time: float
    result: FidelityResult


def of_clip(request: FidelityRequest, call: Call, check: Check) -> FidelityResult:
    """``check`` on the first frame, the last and some between; the worst decides, and its findings say
    when. Raises :class:`~genai.errors.Permanent` where the clip cannot be decoded."""
    times = sampled(request.candidate.duration or probe(request.candidate.path).duration)
    looks: list[Look] = []
    placement = request.placement
    for number, (time, picture) in enumerate(
        zip(times, frames.frames_at(request.candidate.path, times), strict=True)
    ):
        path = call.workdir / f"frame_{number}.png"
        frames.write_png(path, picture)
        height, width = picture.shape[:2]
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        file = MediaFile(path, "image/png", digest, width, height)
        result = check(replace(request, candidate=file, placement=placement), call)
        looks.append(Look(time, result))
        call.progress((number + 1) / len(times))
        # The camera moves: the next frame is searched from where this one had the product.
        if placement is not None and result.verdict is Verdict.PASS and result.found is not None:
            placement = result.found
    return worst(looks)


def sampled(duration: float) -> list[float]:
    """Times of the frames to look at, in seconds, the first and the last among them."""
    last = max(0.0, duration - 1 / FPS)
    count = min(_MOST, 1 + max(1, ceil(last / _APART)))
    return sorted({round(last * number / (count - 1), 3) for number in range(count)})


def worst(looks: Sequence[Look]) -> FidelityResult:
    """The lowest score among the frames that could be judged at all; a drift's is below all others'."""
    judged = [look for look in looks if look.result.aspects]
    chosen = min(judged or looks, key=lambda look: look.result.score)
    result = chosen.result
    at = f"at {chosen.time:.1f} s: "
    findings = tuple(replace(finding, text=at + finding.text) for finding in result.findings)
    reason = at + result.reason if result.reason else None
    return replace(result, findings=findings, reason=reason)
