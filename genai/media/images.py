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

from dataclasses import dataclass
from pathlib import Path

from genai.media import image_decoder
from genai.media.decoding import Decoder
from genai.media.digest import digest

# The memory is Python with Pillow, and per pixel what the hungriest decoder takes (WebP with alpha: 16,
# measured on fifty megapixels) with some room.
DECODER = Decoder(image_decoder, memory=160 << 20, per_pixel=24, kind="image", remedy="Save it anew.")


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
    found = DECODER.ask(path, pointer, limits)
    return ImageInfo(
        media_type=str(found["media_type"]),
        width=int(found["width"]),
        height=int(found["height"]),
        has_alpha=bool(found["has_alpha"]),
        sha256=sha256,
        size=size,
    )
