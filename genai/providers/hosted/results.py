"""What a model gave, and how it becomes a port's files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from genai.capabilities.base import Call, Produced
from genai.capabilities.lip_sync import LipSyncRequest
from genai.capabilities.video import VideoRequest
from genai.domain.creative import Canvas
from genai.domain.enums import AssetRole
from genai.media.conform import Conformed, conform_cutout, conform_picture
from genai.providers.clips import as_requested
from genai.providers.hosted.mapping import Entry

PICTURES = ("image/png", "image/jpeg", "image/webp", "application/octet-stream")
CLIPS = ("video/mp4", "video/quicktime", "video/webm", "application/octet-stream")

# Where outputs keep their file: Replicate's are an address or a list of them, fal's a document of its own.
_KEYS = ("url", "video", "image", "images", "videos", "output")


def address(output: Any) -> str | None:
    """The first file's address in a model's output, None where it has none."""
    if isinstance(output, str):
        return output if output.startswith(("https://", "http://")) else None
    inner: list[Any] = []
    if isinstance(output, Mapping):
        inner = [output[key] for key in _KEYS if key in output]
    elif isinstance(output, list):
        inner = output
    return next((found for each in inner if (found := address(each))), None)


def picture(source: Path, call: Call, canvas: Canvas, role: AssetRole, entry: Entry) -> Produced:
    """A picture of the canvas's size. Raises Permanent (``bad_result``)."""
    path = call.workdir / "picture.png"
    made = conform_picture(source, path, canvas)
    return Produced(path, "image/png", role, details=_details(made, entry), marks=made.marks)


def cutout(source: Path, path: Path, size: tuple[int, int], reference: str, entry: Entry) -> Produced:
    """A cut-out of its photograph's size; how sure its edge is, no vendor says. Raises as above."""
    made = conform_cutout(source, path, *size)
    details = {**_details(made, entry), "reference": reference}
    return Produced(path, "image/png", AssetRole.CUTOUT, details=details, marks=made.marks)


def clip(
    source: Path,
    call: Call,
    request: VideoRequest | LipSyncRequest,
    entry: Entry,
    *,
    last: Path | None = None,
) -> tuple[Produced, dict[str, Any]]:
    """The clip in our form, its text burned in, and details of it. Raises as :func:`as_requested`."""
    path = call.workdir / "clip.mp4"
    made = as_requested(source, path, request, call, last)
    wanted = {"frames": request.frames, "handle": request.handle}
    details = {**_details(made, entry), **wanted, "held_frames": made.held}
    return Produced(path, "video/mp4", AssetRole.CLIP, marks=made.marks), details


def _details(made: Conformed, entry: Entry) -> dict[str, Any]:
    found = made.source
    size = {"width": found.width, "height": found.height}
    lasting = {"duration": found.duration} if found.duration is not None else {}
    return {"model": entry.model.name, "source": size | lasting}
