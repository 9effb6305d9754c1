"""A moving scene's picture taken apart: the product on transparency, and the set as its plate."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genai.providers.local.compose import color
from genai.providers.local.compose.color import Array
from genai.providers.local.compose.finish import quantise
from genai.providers.local.compose.placing import Placed


def product_layer(
    placed: Placed, overlay: Array | None, width: int, height: int, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """The product as RGBA of the frame's size, straight alpha; ``overlay`` (premultiplied, linear, of the
    frame's size) is what stands before it."""
    left, top, right, bottom = placed.box
    body = placed.color
    if overlay is not None:
        before = overlay[top:bottom, left:right]
        body = body * (1 - before[..., 3:]) + before[..., :3]
    layer = np.zeros((height, width, 4), np.uint8)
    window = layer[top:bottom, left:right]
    window[..., :3] = quantise(color.encode(body), np.ones_like(placed.alpha), rng)
    window[..., 3] = np.rint(placed.alpha * 255)
    return layer


def over(plate: NDArray[np.uint8], layer: NDArray[np.uint8], placed: Placed) -> NDArray[np.uint8]:
    """The layer on its plate, as players and encoders do it: on encoded values."""
    left, top, right, bottom = placed.box
    picture = plate.copy()
    window = picture[top:bottom, left:right]
    part = layer[top:bottom, left:right]
    alpha = part[..., 3:].astype(np.float32) / 255
    window[:] = np.rint(window + (part[..., :3].astype(np.float32) - window) * alpha)
    return picture
