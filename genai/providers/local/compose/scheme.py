"""The colours of one picture: ground, second and accent (about 60, 30 and 10 percent), and two inks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from genai.providers.local.compose import color
from genai.providers.local.compose.color import Array

_APART = 0.19  # OKLab distance at which a shape does not swallow what stands before it
_CARRIES = 6.0  # contrast of a ground with an ink: what reads at 4.5 also where light and shadow fall on it
_CLEAR = 0.2  # difference of OKLab lightness at which a product stands off its ground at a glance


@dataclass(frozen=True)
class Scheme:
    """Linear RGB. ``dark`` and ``light`` are the inks: near black and near white in the ground's hue.
    ``product`` is the product's mean colour, ``own`` are its main ones."""

    ground: Array
    second: Array
    accent: Array
    dark: Array
    light: Array
    product: Array
    own: tuple[Array, ...]

    def behind(self, *wanted: Array) -> Array:
        """The first wanted colour that a shape right behind the product may have: one that none of the
        product's main colours runs into. Else another tone of the ground."""

        def apart(candidate: Array) -> float:
            return min(color.difference(candidate, each) for each in self.own)

        choices = [*wanted, self.tone(-0.14, 0.02), self.tone(0.12, 0.01)]
        return next((each for each in choices if apart(each) > _APART), max(choices, key=apart))

    @property
    def is_dark(self) -> bool:
        return color.oklch(self.ground)[0] < 0.55

    @property
    def pale(self) -> Array:
        """The ground in full light."""
        _, chroma, hue = color.oklch(self.ground)
        return color.from_oklch(0.95, min(chroma, 0.08), hue)

    @property
    def deep(self) -> Array:
        """The ground in deep shade."""
        _, chroma, hue = color.oklch(self.ground)
        return color.from_oklch(0.22, min(chroma, 0.08), hue)

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

    The ground is moved in lightness until it stands off the product (mean linear RGB) and carries type.
    """
    wanted = [color.from_hex(value) for value in palette]
    own_colors = [color.from_hex(value) for value in own] or [product]
    vivid = max(own_colors, key=lambda value: color.oklch(value)[1])
    light, _, _ = color.oklch(product)
    if not wanted:
        _, chroma, hue = color.oklch(vivid)
        # A pale tint of its own hue carries a darker product; a light one stands on a deep complement.
        tint, deep = (0.9, min(0.045, chroma * 0.4), hue), (0.44, min(0.085, 0.03 + chroma * 0.4), hue + 180)
        wanted = [color.from_oklch(*(tint if light < 0.66 else deep))]
    ground = _carrying(_standing_off(wanted[0], light), light)
    second = wanted[1] if len(wanted) > 1 else shifted(ground, -0.1 if color.oklch(ground)[0] > 0.5 else 0.12)
    accent = wanted[2] if len(wanted) > 2 else vivid
    dark, light_ink = _inks(ground)
    return Scheme(
        ground,
        second,
        accent,
        dark=dark,
        light=light_ink,
        product=product,
        own=tuple(own_colors[:2]),
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


def _inks(ground: Array) -> tuple[Array, Array]:
    """Near black and near white in the ground's hue."""
    _, chroma, hue = color.oklch(ground)
    return color.from_oklch(0.2, min(chroma, 0.035), hue), color.from_oklch(0.975, min(chroma, 0.012), hue)


def _carrying(ground: Array, product_light: float) -> Array:
    """The ground out of the middle tones that neither ink reads on, further from the product."""
    step = 0.02 if color.oklch(ground)[0] > product_light else -0.02
    for _ in range(10):
        level = float(color.luminance(ground))
        if max(float(color.contrast(color.luminance(ink), level)) for ink in _inks(ground)) >= _CARRIES:
            break
        ground = shifted(ground, step)
    return ground
