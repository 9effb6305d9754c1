"""The colours of one picture: ground, second and accent (about 60, 30 and 10 percent), and two inks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from genai.providers.local.compose import color
from genai.providers.local.compose.color import Array

_CLEAR = 0.2  # difference of OKLab lightness at which a product stands off its ground at a glance


@dataclass(frozen=True)
class Scheme:
    """Linear RGB. ``dark`` and ``light`` are the inks: near black and near white in the ground's hue.
    ``product`` is the product's mean colour."""

    ground: Array
    second: Array
    accent: Array
    dark: Array
    light: Array
    product: Array

    @property
    def is_dark(self) -> bool:
        return color.oklch(self.ground)[0] < 0.55

    def tone(self, light: float, chroma: float = 0.0) -> Array:
        """The ground in another lightness and chroma (differences, OKLCH)."""
        return shifted(self.ground, light, chroma)


def shifted(linear: Array, light: float, chroma: float = 0.0) -> Array:
    """A colour moved in OKLCH lightness and chroma, its hue kept."""
    own_light, own_chroma, hue = color.oklch(linear)
    return color.from_oklch(
        float(np.clip(own_light + light, 0.06, 0.985)), max(0.0, own_chroma + chroma), hue
    )


def make_scheme(palette: Sequence[str], product: Array, own: Sequence[str]) -> Scheme:
    """From a palette of sRGB hex colours by weight; what it lacks comes from the product's ``own``.

    The ground is moved in lightness until it stands off the product (mean linear RGB).
    """
    wanted = [color.from_hex(value) for value in palette]
    own_colors = [color.from_hex(value) for value in own] or [product]
    vivid = max(own_colors, key=lambda value: color.oklch(value)[1])
    light, _, _ = color.oklch(product)
    if not wanted:
        _, chroma, hue = color.oklch(vivid)
        wanted = [color.from_oklch(0.88 if light < 0.66 else 0.42, min(0.05, chroma * 0.4), hue)]
    ground = _standing_off(wanted[0], light)
    second = wanted[1] if len(wanted) > 1 else shifted(ground, -0.1 if color.oklch(ground)[0] > 0.5 else 0.12)
    accent = wanted[2] if len(wanted) > 2 else vivid
    _, chroma, hue = color.oklch(ground)
    return Scheme(
        ground,
        second,
        accent,
        dark=color.from_oklch(0.2, min(chroma, 0.035), hue),
        light=color.from_oklch(0.975, min(chroma, 0.012), hue),
        product=product,
    )


def _standing_off(ground: Array, product_light: float) -> Array:
    own, chroma, hue = color.oklch(ground)
    own = float(np.clip(own, 0.2, 0.955))
    if abs(own - product_light) < _CLEAR:
        up, down = product_light + _CLEAR, product_light - _CLEAR
        # The nearer way, unless it leads out of the range in which a ground still shows light.
        own = up if (own >= product_light and up <= 0.94) or down < 0.25 else down
        own = min(own, 0.95)
        # A pale tint taken down turns to mud unless it gains colour; a dark one taken up must lose some.
        chroma = chroma * 1.5 + 0.015 if own < 0.75 else min(chroma, 0.06)
    return color.from_oklch(own, chroma, hue)
