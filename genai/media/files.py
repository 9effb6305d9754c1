"""What a file of unknown origin is: a picture, a video, a sound, or text; looked at where it can do no harm."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from genai.errors import InvalidInput
from genai.media import images
from genai.media.inspection import MediaLimits, inspect_media

_TEXT_BYTES = 4_000_000


@dataclass(frozen=True)
class Inspected:
    """A file as it was found. Width and height in pixels as displayed, duration in seconds, size in
    bytes."""

    media_type: str
    sha256: str
    size: int
    width: int | None = None
    height: int | None = None
    duration: float | None = None


def inspect(path: Path, claimed: str, *, pointer: str = "", limits: MediaLimits | None = None) -> Inspected:
    """The file, looked at as the kind of its claimed media type. Raises InvalidInput with what is wrong."""
    kind = claimed.partition("/")[0]
    if kind == "image":
        image = images.inspect(path, pointer=pointer)
        return Inspected(image.media_type, image.sha256, image.size, image.width, image.height)
    if kind in ("video", "audio"):
        media = inspect_media(path, pointer=pointer, limits=limits or MediaLimits())
        return Inspected(
            media.media_type, media.sha256, media.size, media.width, media.height, media.duration
        )
    return _text(path, claimed, pointer)


def _text(path: Path, claimed: str, pointer: str) -> Inspected:
    data = path.read_bytes()
    if len(data) > _TEXT_BYTES:
        raise InvalidInput(pointer, "The text is too long.", f"At most {_TEXT_BYTES} bytes are taken.")
    try:
        text = data.decode()
        if claimed == "application/json":
            json.loads(text)
    except ValueError as error:
        raise InvalidInput(pointer, "The text is not what it is said to be.", "Send UTF-8.") from error
    return Inspected(claimed, hashlib.sha256(data).hexdigest(), len(data))
