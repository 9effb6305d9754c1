"""What a file of unknown origin is: a picture, a video, a sound or text, looked at without harm."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from genai.domain.media import Inspected
from genai.errors import InvalidInput
from genai.media import images
from genai.media.inspection import MediaLimits, inspect_media

_TEXT_BYTES = 4_000_000
# How videos and sounds begin; anything else is looked at as a picture, whose check says what is taken.
_BEGINNINGS = (b"\x1aE\xdf\xa3", b"ID3", b"fLaC", b"OggS")  # Matroska and WebM, MP3, FLAC, Ogg
_STILLS = (b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1")  # pictures in the box of a video


def inspect(path: Path, claimed: str) -> Inspected:
    """The file, looked at as the kind of its claimed media type. Raises InvalidInput with what is wrong."""
    kind = claimed.partition("/")[0]
    if kind == "image":
        return _picture(path, "", images.ImageLimits())
    return _media(path, "", MediaLimits()) if kind in ("video", "audio") else _text(path, claimed)


def inspect_upload(path: Path, *, pointer: str, images_up_to: int, media_up_to: int) -> Inspected:
    """A picture, video or sound that a client sends; limits in bytes.

    Raises InvalidInput with ``pointer``.
    """
    with path.open("rb") as file:
        start = file.read(16)
    if is_media(start):
        return _media(path, pointer, MediaLimits(bytes=media_up_to))
    return inspect_picture(path, pointer=pointer, up_to=images_up_to)


def is_media(start: bytes) -> bool:
    """Whether a file that begins with these 16 bytes is meant to be a video or a sound."""
    if start[4:8] == b"ftyp":
        return start[8:12] not in _STILLS
    if start.startswith(b"RIFF"):
        return start[8:12] == b"WAVE"
    mpeg_audio = len(start) > 1 and start[0] == 0xFF and start[1] & 0xE0 == 0xE0
    return mpeg_audio or start.startswith(_BEGINNINGS) or start[4:8] in (b"moov", b"wide", b"mdat")


def inspect_picture(path: Path, *, pointer: str, up_to: int) -> Inspected:
    """A picture of at most ``up_to`` bytes. Raises InvalidInput with ``pointer``."""
    return _picture(path, pointer, images.ImageLimits(bytes=up_to))


def _picture(path: Path, pointer: str, limits: images.ImageLimits) -> Inspected:
    found = images.inspect(path, pointer=pointer, limits=limits)
    return Inspected(found.media_type, found.sha256, found.size, found.width, found.height)


def _media(path: Path, pointer: str, limits: MediaLimits) -> Inspected:
    found = inspect_media(path, pointer=pointer, limits=limits)
    return Inspected(found.media_type, found.sha256, found.size, found.width, found.height, found.duration)


def _text(path: Path, claimed: str) -> Inspected:
    data = path.read_bytes()
    if len(data) > _TEXT_BYTES:
        raise InvalidInput("", "The text is too long.", f"At most {_TEXT_BYTES} bytes are taken.")
    try:
        text = data.decode()
        if claimed == "application/json":
            json.loads(text)
    except ValueError as error:
        raise InvalidInput("", "The text is not what it is said to be.", "Send UTF-8.") from error
    return Inspected(claimed, hashlib.sha256(data).hexdigest(), len(data))
