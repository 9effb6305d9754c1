"""Whether a file is a still image that the service accepts, and what is known of it.

Pictures come from strangers, and the libraries that decode them are native code. So nothing of the
file is parsed in the calling process: :mod:`genai.media.image_decoder` does it in a child that has no
environment (no credentials), may not write, and is bounded in memory and processor time. The child
costs about 0.1 s, four fifths of it the start of Python and Pillow. Limits inside Pillow alone would
not do: a progressive JPEG of a few hundred kilobytes can hold thousands of scans, each a pass over
all pixels, and a fault in a decoder would take the API process with it.

Accepted are PNG, JPEG and WebP. AVIF is left out: hardly any shop or camera gives it to those who do
not ask for it, and it would add the largest of the decoders to what strangers can reach.
"""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from genai.errors import InvalidInput, Retryable
from genai.media import image_decoder

# How a child ends that its input has brought down. Any other signal comes from outside (a deploy,
# the kernel short of memory) and says nothing about the file.
_BROUGHT_DOWN = {signal.SIGXCPU, signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGFPE, signal.SIGILL}


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
    size = path.stat().st_size
    if size > limits.bytes:
        limit = f"{limits.bytes / 1e6:g} MB"
        raise InvalidInput(
            pointer, f"the file has {size / 1e6:.1f} MB, over the limit of {limit}.", "Send a smaller one."
        )
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
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
    command = [sys.executable, "-I", image_decoder.__file__, json.dumps(asdict(limits)), str(path.absolute())]
    try:
        child = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={},
            timeout=4 * limits.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Retryable("the image could not be checked in time", code="busy", retry_after=30) from None
    if -child.returncode in _BROUGHT_DOWN:
        raise InvalidInput(
            pointer, "the image takes too long to decode, or is made to break decoders.", "Save it anew."
        )
    if child.returncode < 0:
        raise Retryable("the check of the image was interrupted", code="interrupted", retry_after=5)
    if child.returncode > 0:
        raise RuntimeError(f"the image decoder failed: {child.stderr.decode(errors='replace')[-2000:]}")
    answer: dict[str, int | str | bool] = json.loads(child.stdout)
    if "refused" in answer:
        raise InvalidInput(pointer, str(answer["refused"]), str(answer["remedy"]))
    return answer
