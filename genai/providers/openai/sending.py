"""Pictures as they are sent: no larger than a model looks at."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from io import BytesIO

from PIL import Image

from genai.domain.media import MediaFile
from genai.media import pixels

# Models scale what is larger down before they look; below it is sent as it is.
LONGEST = 1536


@dataclass(frozen=True)
class Sent:
    """A picture's file as it goes out."""

    name: str
    media_type: str
    data: bytes = field(repr=False)

    @property
    def data_url(self) -> str:
        return f"data:{self.media_type};base64,{base64.b64encode(self.data).decode()}"


def sent(file: MediaFile, number: int) -> Sent:
    """The picture, at most LONGEST pixels long. Raises Permanent where it cannot be decoded."""
    suffix = file.media_type.partition("/")[2]
    if max(file.width or LONGEST + 1, file.height or LONGEST + 1) <= LONGEST:
        return Sent(f"image_{number}.{suffix}", file.media_type, file.path.read_bytes())
    picture = pixels.load_rgba(file.path)
    rows, columns = picture.shape[:2]
    scale = min(1.0, LONGEST / max(rows, columns))
    small = pixels.resize(picture, max(1, round(columns * scale)), max(1, round(rows * scale)))
    if small[..., 3].min() == 255:
        small = small[..., :3]
    written = BytesIO()
    Image.fromarray(small).save(written, "PNG", compress_level=4)
    return Sent(f"image_{number}.png", "image/png", written.getvalue())
