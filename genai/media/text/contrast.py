"""WCAG 2.2 contrast of sRGB colours."""

from __future__ import annotations


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1..21, of two ``#rrggbb`` colours."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(hex_: str) -> float:
    digits = hex_.lstrip("#")
    levels = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in levels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
