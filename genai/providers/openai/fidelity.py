"""A model that sees, as the judge of a picture or of frames of a clip. The verdict is
:func:`genai.prompts.judging.decide`'s, over its grades."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from math import ceil
from pathlib import Path

from genai.capabilities.base import Call
from genai.capabilities.fidelity import FidelityRequest, FidelityResult
from genai.domain.enums import Verdict
from genai.domain.film import FPS
from genai.domain.media import MediaFile
from genai.media import frames
from genai.media.probe import probe
from genai.prompts.judging import Candidate, judging_task
from genai.providers.openai.api import Api
from genai.providers.openai.language import answer
from genai.vendors import Model

MOST_REFERENCES = 6  # a model that is shown more compares less
MOST_FRAMES = 4
MOST_PICTURES = MOST_REFERENCES + MOST_FRAMES
_APART = 1.0  # seconds between the frames of a clip that are looked at


def judge(api: Api, model: Model, request: FidelityRequest, call: Call) -> FidelityResult:
    """Compare. ``unsure`` without asking where there is nothing to compare with: a picture that was itself
    painted is no reference. Raises as ports do, and Permanent where a clip cannot be decoded."""
    references = tuple(each for each in request.references if each.role != "scene_image")[:MOST_REFERENCES]
    if not references:
        return FidelityResult(Verdict.UNSURE, 0.0, reason="no reference picture can be compared with")
    asked = replace(request, references=references)
    result, cost = answer(api, model, judging_task(asked, _candidates(request.candidate, call.workdir)), call)
    return replace(result, cost=cost)


def _candidates(file: MediaFile, folder: Path) -> list[Candidate]:
    """The picture, or the first and the last frame of the clip and some between."""
    if not file.media_type.startswith("video/"):
        return [Candidate(file)]
    last = max(0.0, (file.duration or probe(file.path).duration) - 1 / FPS)
    count = min(MOST_FRAMES, 1 + max(1, ceil(last / _APART)))
    times = sorted({round(last * number / (count - 1), 3) for number in range(count)})
    found = []
    for number, (time, picture) in enumerate(zip(times, frames.frames_at(file.path, times), strict=True)):
        path = folder / f"frame_{number}.png"
        frames.write_png(path, picture)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        rows, columns = picture.shape[:2]
        found.append(Candidate(MediaFile(path, "image/png", digest, columns, rows), time))
    return found
