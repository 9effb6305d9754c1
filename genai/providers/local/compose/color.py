"""Colour on pixels: linear light, OKLCH and WCAG contrast. Linear sRGB is what sets are rendered in."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from genai.providers.local import oklab

Array = NDArray[Any]  # float32, but for what numpy widens on the way

_STEPS = np.arange(65536, dtype=np.float64) / 65535
_ENCODE = np.where(_STEPS <= 0.0031308, 12.92 * _STEPS, 1.055 * _STEPS ** (1 / 2.4) - 0.055).astype(
    np.float32
)
_BYTES = np.arange(256, dtype=np.float64) / 255
_DECODE = np.where(_BYTES <= 0.04045, _BYTES / 12.92, ((_BYTES + 0.055) / 1.055) ** 2.4).astype(np.float32)


def decode(srgb: NDArray[np.uint8]) -> Array:
    """Linear light 0..1 of 8-bit sRGB."""
    return _DECODE[srgb]


def encode(linear: Array) -> Array:
    """Gamma-encoded sRGB 0..1 of linear light, not yet quantised."""
    return _ENCODE[np.clip(linear * 65535, 0, 65535).astype(np.uint16)]


def from_hex(value: str) -> Array:
    """Linear RGB of ``#rrggbb`` (or the three-digit form)."""
    digits = value.strip().lstrip("#")
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    return decode(np.array([int(digits[i : i + 2], 16) for i in (0, 2, 4)], np.uint8))


def to_hex(linear: Array) -> str:
    """``#rrggbb`` of one linear colour."""
    return "#" + bytes(quantised(np.asarray(linear, np.float32))).hex()


def oklch(linear: Array) -> tuple[float, float, float]:
    """Lightness 0..1, chroma and hue in degrees of one linear colour."""
    light, a, b = (float(value) for value in oklab.from_srgb(quantised(linear)))
    return light, float(np.hypot(a, b)), float(np.degrees(np.arctan2(b, a)) % 360)


def difference(one: Array, other: Array) -> float:
    """Distance of two linear colours in OKLab."""
    return float(np.linalg.norm(oklab.from_srgb(quantised(one)) - oklab.from_srgb(quantised(other))))


def from_oklch(light: float, chroma: float, hue: float) -> Array:
    """The linear colour; chroma is lowered until sRGB can show it."""
    angle = np.radians(hue)
    srgb = np.zeros(3, np.uint8)
    for shrink in np.linspace(1, 0, 26):
        lab = np.array([light, shrink * chroma * np.cos(angle), shrink * chroma * np.sin(angle)])
        srgb = oklab.to_srgb(lab)
        if np.abs(oklab.from_srgb(srgb) - lab).max() < 0.008:
            break
    return decode(srgb)


def quantised(linear: Array) -> NDArray[np.uint8]:
    """8-bit sRGB of linear light, without dither."""
    return np.rint(encode(linear) * 255).astype(np.uint8)


def luminance(linear: Array) -> Array:
    """Relative luminance (WCAG 2.2) of linear colours (... x 3)."""
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722], np.float32), np.float32)


def contrast(one: Array | float, other: Array | float) -> Array:
    """WCAG 2.2 contrast ratio, 1..21, of two relative luminances."""
    one, other = np.asarray(one, np.float32), np.asarray(other, np.float32)
    return np.asarray((np.maximum(one, other) + 0.05) / (np.minimum(one, other) + 0.05), np.float32)
