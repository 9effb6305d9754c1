"""The last steps of a picture: a soft shoulder, grain, dither, 8 bits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from genai.providers.local.compose.color import Array

_KNEE = 0.82
_GRAIN = 0.9 / 255


def rolled_off(linear: Array) -> Array:
    """Linear light whose highlights beyond the knee approach 1 instead of clipping."""
    over = np.maximum(linear - np.float32(_KNEE), 0)
    room = np.float32(1 - _KNEE)
    return np.asarray(np.clip(linear, 0, _KNEE) + room * over / (over + room), np.float32)


def quantise(srgb: Array, matte: Array, rng: np.random.Generator) -> NDArray[np.uint8]:
    """8 bits with fine grain on the set (little on the product) and triangular dither."""
    height, width = srgb.shape[:2]
    noise = rng.standard_normal((height, width), np.float32)
    noise *= np.float32(_GRAIN) * (1 - np.float32(0.7) * matte)
    noise += (rng.random((height, width), np.float32) + rng.random((height, width), np.float32) - 1) / 255
    levels = srgb + noise[..., None]
    levels *= 255
    np.rint(levels, out=levels)
    return np.clip(levels, 0, 255, out=levels).astype(np.uint8)


def save_quickly(path: Path, pixels: NDArray[np.uint8]) -> None:
    """A PNG of RGB or RGBA; grain hardly compresses, so little time goes into trying."""
    Image.fromarray(np.ascontiguousarray(pixels)).save(path, format="PNG", compress_level=1)
