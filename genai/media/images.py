"""Whether a file is a still image that the service accepts, and what is known of it.

Pictures come from strangers, and the libraries that decode them are native code. So nothing of the
file is parsed in the calling process: :mod:`genai.media.image_decoder` does it in a confined one. That
costs about 0.1 s, four fifths of it the start of Python and Pillow. Limits inside Pillow alone would
not do: a progressive JPEG of a few hundred kilobytes can hold thousands of scans, each a pass over
all pixels, and a fault in a decoder would take the API process with it.

Accepted are PNG, JPEG and WebP. AVIF is left out: hardly any shop or camera gives it to those who do
not ask for it, and it would add the largest of the decoders to what strangers can reach.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from genai import confined
from genai.errors import InvalidInput, Retryable
from genai.media import image_decoder
from genai.media.digest import digest

# Bytes of address space: Python with Pillow, and per pixel what the hungriest decoder takes (WebP with
# alpha: 16, measured on fifty megapixels) with some room.
BASE_MEMORY = 160 << 20
MEMORY_PER_PIXEL = 24


@dataclass(frozen=True)
class ImageLimits:
    """What is accepted: ``bytes`` of the file, ``pixels`` in all, ``min_side`` and ``max_side`` in pixels.

    ``seconds`` of processor time are allowed for decoding: fifty megapixels of PNG, the slowest of the
    usual, take about 3 s.
    """

    bytes: int = 30_000_000
    pixels: int = 50_000_000
    min_side: int = 64
    max_side: int = 12_000
    seconds: int = 15


@dataclass(frozen=True)
class ImageInfo:
    """An image that has been decoded whole.

    ``width`` and ``height`` are pixels as displayed (EXIF orientation applied). ``has_alpha``: some
    pixel is not fully opaque. ``size`` is in bytes.
    """

    media_type: str
    width: int
    height: int
    has_alpha: bool
    sha256: str
    size: int


def inspect(path: Path, *, pointer: str = "", limits: ImageLimits = ImageLimits()) -> ImageInfo:
    """Decode the image at ``path`` and say what it is.

    Raises InvalidInput with ``pointer`` where the file is not acceptable, Retryable where this machine
    could not find out.
    """
    sha256, size = digest(path, pointer=pointer, up_to=limits.bytes)
    found = _decode(path, pointer, limits)
    return ImageInfo(
        media_type=str(found["media_type"]),
        width=int(found["width"]),
        height=int(found["height"]),
        has_alpha=bool(found["has_alpha"]),
        sha256=sha256,
        size=size,
    )


def _decode(path: Path, pointer: str, limits: ImageLimits) -> dict[str, int | str | bool]:
    arguments = (json.dumps(asdict(limits)), str(path.absolute()))
    memory = BASE_MEMORY + MEMORY_PER_PIXEL * limits.pixels
    try:
        found = confined.run(image_decoder.__file__, *arguments, seconds=limits.seconds, memory=memory)
    except confined.BroughtDown:
        raise InvalidInput(
            pointer, "the image takes too long to decode, or is made to break decoders.", "Save it anew."
        ) from None
    except confined.Stopped as stopped:
        raise Retryable(
            f"the check of the image was interrupted: {stopped}", code="interrupted", retry_after=10
        ) from None
    answer: dict[str, int | str | bool] = json.loads(found)
    if "refused" in answer:
        raise InvalidInput(pointer, str(answer["refused"]), str(answer["remedy"]))
    return answer
