"""Vendors' clips, in the form that a request wants."""

from __future__ import annotations

from pathlib import Path

from genai.capabilities.base import Call
from genai.capabilities.lip_sync import LipSyncRequest
from genai.capabilities.video import VideoRequest
from genai.media.conform import Conformed, conform_clip


def as_requested(
    source: Path, target: Path, request: VideoRequest | LipSyncRequest, call: Call, last: Path | None
) -> Conformed:
    """Write the clip to ``target`` as :func:`genai.media.conform.conform_clip` does, with the length, opening
    and text of the request. Raises what that raises."""
    return conform_clip(
        source,
        target,
        request.canvas,
        frames=request.frames,
        handle=request.handle,
        keyframes=(request.scene.opening.frames,),
        text=request.text,
        draft=request.draft,
        last=last,
        progress=call.progress,
    )
