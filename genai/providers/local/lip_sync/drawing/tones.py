"""Lighter, darker and mixed colours, by OKLab so that they look as even as they count."""

from __future__ import annotations

from functools import cache

import numpy as np

from genai.providers.local import oklab


@cache
def tone(color: str, lightness: float = 0.0, chroma: float = 1.0) -> str:
    """``color`` (sRGB hex) with ``lightness`` (0..1) added and its chroma multiplied."""
    lab = oklab.from_hex(color).astype(np.float64)
    lab = lab * (1, chroma, chroma) + (lightness, 0, 0)
    return _hex(lab)


@cache
def mix(one: str, other: str, part: float = 0.5) -> str:
    """``part`` of the other colour in the one."""
    return _hex(oklab.from_hex(one) * (1 - part) + oklab.from_hex(other) * part)


@cache
def lit(color: str, lightness: float, chroma: float) -> str:
    """The hue of ``color`` at this lightness with at most this chroma (OKLCH)."""
    lab = oklab.from_hex(color).astype(np.float64)
    strength = float(np.hypot(lab[1], lab[2]))
    shrink = min(1.0, chroma / strength) if strength else 0.0
    return _hex(np.array([lightness, lab[1] * shrink, lab[2] * shrink]))


def _hex(lab: np.ndarray) -> str:
    lab[0] = min(max(lab[0], 0.0), 1.0)
    return "#" + bytes(oklab.to_srgb(lab)).hex()
