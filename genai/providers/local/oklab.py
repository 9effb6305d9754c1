"""OKLab and OKLCH, the perceptual space in which this engine compares colours.

Matrices: Björn Ottosson, "A perceptual color space for image processing", 2020
(bottosson.github.io/posts/oklab), for linear sRGB under D65.
"""

from __future__ import annotations

import numpy as np

_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_FROM_LAB = np.linalg.inv(_TO_LAB)
_FROM_LMS = np.linalg.inv(_TO_LMS)
_LINEAR = np.where(
    np.arange(256) / 255 <= 0.04045,
    np.arange(256) / 255 / 12.92,
    ((np.arange(256) / 255 + 0.055) / 1.055) ** 2.4,
).astype(np.float32)


def from_srgb(rgb: np.ndarray) -> np.ndarray:
    """uint8 (..., 3) sRGB to float32 (..., 3): lightness 0..1, a, b (within about +-0.4)."""
    lms = _LINEAR[rgb] @ _TO_LMS.T.astype(np.float32)
    return np.asarray(np.cbrt(lms) @ _TO_LAB.T.astype(np.float32))


def to_srgb(lab: np.ndarray) -> np.ndarray:
    """float (..., 3) OKLab to uint8 (..., 3) sRGB, clipped into the gamut."""
    linear = np.clip((np.asarray(lab, np.float64) @ _FROM_LAB.T) ** 3 @ _FROM_LMS.T, 0, 1)
    encoded = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(np.rint(encoded * 255).astype(np.uint8))


def chroma(lab: np.ndarray) -> np.ndarray:
    """The C of OKLCH: 0 for greys, about 0.3 for the most vivid sRGB colours."""
    return np.asarray(np.hypot(lab[..., 1], lab[..., 2]))


def from_hex(value: str) -> np.ndarray:
    """``#rrggbb`` as OKLab (3,)."""
    return from_srgb(np.frombuffer(bytes.fromhex(value.lstrip("#")), np.uint8))
