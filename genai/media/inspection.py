"""Whether a file is a video or a sound that the service accepts, and what is known of it.

As with pictures (:mod:`genai.media.images`), nothing of the file is parsed in the calling process:
:mod:`genai.media.media_decoder` does it in a confined one, with a list of the formats and decoders that
strangers may reach, and with no protocol but the file itself. Playlists, lists of files and references to
other files open nothing. It takes about 0.3 s, more for long files: all packets are read, but only a few
seconds are decoded.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from genai.media import media_decoder
from genai.media.decoding import Decoder
from genai.media.digest import digest

# The memory is Python with FFmpeg's libraries, and for each pixel of a frame what the hungriest decoder takes
# (HEVC of 10 bits with 16 pictures kept: 3 bytes each, and as much again in work).
DECODER = Decoder(media_decoder, memory=700 << 20, per_pixel=110, kind="file", remedy="Export it anew.")


@dataclass(frozen=True)
class MediaLimits:
    """What is accepted: ``bytes`` of the file, ``duration`` in seconds, ``pixels`` of a frame, ``min_side``
    of it in pixels, ``streams`` in the file.

    ``seconds`` of processor time are allowed for looking: ten minutes of 4K HEVC take about 4 s.
    """

    bytes: int = 500_000_000
    duration: float = 600.0
    pixels: int = 9_000_000
    min_side: int = 64
    streams: int = 8
    seconds: int = 30


@dataclass(frozen=True)
class MediaInfo:
    """A video or a sound of which some was decoded.

    ``media_type``: video/mp4, video/quicktime, video/webm, audio/mpeg, audio/wav, audio/mp4, audio/flac or
    audio/ogg. ``width`` and ``height`` are pixels as displayed (rotation and pixel shape applied), None for
    a sound; ``duration`` is seconds, ``size`` bytes.
    """

    media_type: str
    sha256: str
    size: int
    width: int | None
    height: int | None
    duration: float


def inspect_media(path: Path, *, pointer: str = "", limits: MediaLimits = MediaLimits()) -> MediaInfo:
    """Look at the video or sound at ``path`` and say what it is.

    Raises InvalidInput with ``pointer`` where the file is not acceptable, Retryable where this machine
    could not find out.
    """
    sha256, size = digest(path, pointer=pointer, up_to=limits.bytes)
    found = DECODER.ask(path, pointer, limits)
    return MediaInfo(
        media_type=str(found["media_type"]),
        sha256=sha256,
        size=size,
        width=found["width"],
        height=found["height"],
        duration=float(found["duration"]),
    )
