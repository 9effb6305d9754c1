"""Files as they go to a vendor: no larger than it takes, and said so where that loses detail."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from io import BytesIO

from PIL import Image

from genai.domain.media import Mark, MediaFile
from genai.errors import Permanent
from genai.media import pixels
from genai.providers.hosted.mapping import Options

_QUALITY = 92
_SMALLER = 0.8  # of a side, for each time that a picture is still too large


@dataclass(frozen=True)
class Sent:
    """A file as it goes out."""

    name: str
    media_type: str
    data: bytes = field(repr=False)

    @property
    def data_uri(self) -> str:
        return f"data:{self.media_type};base64,{base64.b64encode(self.data).decode()}"


def sent(file: MediaFile, options: Options) -> tuple[Sent, tuple[Mark, ...]]:
    """The file with at most ``options.longest`` pixels a side and ``options.bytes`` bytes.

    Raises Permanent: ``undecodable_image``, and ``unsupported`` for a sound or a clip that is too large.
    """
    size = file.path.stat().st_size
    suffix = file.media_type.partition("/")[2].removeprefix("x-")
    picture = file.media_type.startswith("image/")
    known = file.width and file.height and max(file.width, file.height) <= options.longest
    if size <= options.bytes and (known or not picture):
        return Sent(f"file.{suffix}", file.media_type, file.path.read_bytes()), ()
    if not picture:
        most = f"{options.bytes / 1e6:g} MB"
        raise Permanent(
            f"a file of {size / 1e6:.1f} MB is more than the {most} it may have", code="unsupported"
        )
    return _reduced(file, options)


def _reduced(file: MediaFile, options: Options) -> tuple[Sent, tuple[Mark, ...]]:
    array = pixels.load_rgba(file.path)
    rows, columns = array.shape[:2]
    scale = min(1.0, options.longest / max(rows, columns))
    opaque = array[..., 3].min() == 255
    while True:
        width, height = max(1, round(columns * scale)), max(1, round(rows * scale))
        small = Image.fromarray(pixels.resize(array, width, height))
        written = BytesIO()
        if opaque:
            small.convert("RGB").save(written, "JPEG", quality=_QUALITY, subsampling=0)
        else:
            small.save(written, "PNG")
        if written.tell() <= options.bytes or min(width, height) <= 1:
            break
        scale *= _SMALLER
    kind = "jpeg" if opaque else "png"
    detail = f"A picture of {columns}x{rows} was sent at {width}x{height}."
    marks = (Mark("reduced_reference", detail),) if (width, height) != (columns, rows) else ()
    return Sent(f"file.{kind}", f"image/{kind}", written.getvalue()), marks
