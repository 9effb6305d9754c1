"""A finished task's video, fetched and brought into our form."""

from __future__ import annotations

from pathlib import Path

from genai.capabilities.base import Call, Produced
from genai.capabilities.video import VideoRequest, VideoResult
from genai.domain.enums import AssetRole
from genai.domain.film import seconds_of
from genai.domain.media import Mark
from genai.media import ffmpeg
from genai.media.conform import looked_at
from genai.media.probe import SAFE_OPTIONS
from genai.providers.clips import as_requested
from genai.providers.http import VendorApi
from genai.providers.runway.models import SLOWEST

_ACCEPTED = ("video/mp4", "application/octet-stream", "binary/octet-stream")


def fetched(api: VendorApi, address: str, request: VideoRequest, call: Call) -> VideoResult:
    """The clip at ``address`` as the request wants it; still without its cost.

    Where it is shorter than that it is played slower, by SLOWEST at most. Raises what
    :meth:`genai.providers.http.VendorApi.download` and :func:`genai.providers.clips.as_requested` raise.
    """
    source, clip, last = (call.workdir / name for name in ("received.mp4", "clip.mp4", "last.jpg"))
    api.download(address, source, accept=_ACCEPTED)
    made, wanted = looked_at(source, "video").duration or 0.0, seconds_of(request.frames + request.handle)
    marks: tuple[Mark, ...] = ()
    if 0 < made < wanted - seconds_of(1):
        factor = min(wanted / made, SLOWEST)
        source = slowed(source, factor)
        detail = (
            f"The clip was made {made:.1f} s long for {wanted:.1f} s and is played {factor - 1:.0%} slower."
        )
        marks = (Mark("slowed_clip", detail),)
    conformed = as_requested(source, clip, request, call, last)
    source.unlink()
    marks += conformed.marks
    return VideoResult(
        Produced(clip, "video/mp4", AssetRole.CLIP, marks=marks),
        text_burned=True,
        last_frame=Produced(last, "image/jpeg", AssetRole.LAST_FRAME),
        marks=marks,
    )


def slowed(source: Path, factor: float) -> Path:
    """The same frames, each shown longer; nothing is decoded."""
    target = source.with_stem("slowed")
    safe = [part for name, value in SAFE_OPTIONS.items() for part in (f"-{name}", value)]
    ffmpeg.run(
        [
            *safe,
            "-itsscale",
            f"{factor:.6f}",
            "-i",
            f"file:{source}",
            "-map",
            "0:v:0",
            "-c",
            "copy",
            str(target),
        ]
    )
    source.unlink()
    return target
