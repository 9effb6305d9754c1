"""The scene image as the first frame of a model's size, inside the request.

Where the model's frame is a little higher or wider than the canvas, the picture stays whole and its edges
are mirrored around it: when the clip is cut to the canvas, just that goes. To crop the picture for the
model, and the clip for the canvas, would lose some of both.
"""

from __future__ import annotations

import base64
import io
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from genai.media import pixels

LONGEST_URI = 5_242_880  # characters, https://docs.dev.runwayml.com/assets/inputs/
# As good as they fit: the second always does, at the models' sizes.
_JPEGS = ({"quality": 95, "subsampling": 0}, {"quality": 85, "subsampling": 2})


def data_uri(path: Path, width: int, height: int) -> str:
    """The picture of ``path`` in a frame of so many pixels: a PNG, or a fine JPEG where that would be too
    long. Raises Permanent (``undecodable_image``)."""
    image = Image.fromarray(framed(pixels.load_rgb(path), width, height))
    uri = _encoded(image, "PNG")
    for options in _JPEGS:
        if len(uri) <= LONGEST_URI:
            break
        uri = _encoded(image, "JPEG", **options)
    return uri


def framed(rgb: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """All of the picture, as large as it fits, with its edges mirrored around it."""
    scale = min(width / rgb.shape[1], height / rgb.shape[0])
    across, down = min(width, round(rgb.shape[1] * scale)), min(height, round(rgb.shape[0] * scale))
    inner = pixels.resize(rgb, across, down)
    left, top = (width - across) // 2, (height - down) // 2
    edges = (top, height - down - top, left, width - across - left)
    return np.asarray(cv2.copyMakeBorder(inner, *edges, cv2.BORDER_REFLECT_101), np.uint8)


def _encoded(image: Image.Image, format_: str, **options: int) -> str:
    data = io.BytesIO()
    image.save(data, format=format_, **options)
    return f"data:image/{format_.lower()};base64,{base64.b64encode(data.getvalue()).decode()}"
