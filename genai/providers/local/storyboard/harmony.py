"""The campaign's palette: grounds, seconds and accents in OKLCH, from brand, wish or product."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from coloraide import Color

from genai.providers.local.storyboard.chance import pick

CLEAR = 0.22  # difference of OKLCH lightness by which a ground stands off the product
_GREY = 0.035  # chroma below which a colour has no hue worth following

# (lightness, chroma) of grounds by style.
STYLES: dict[str, tuple[float, float]] = {
    "tint": (0.915, 0.042),
    "neutral": (0.935, 0.010),
    "pastel": (0.86, 0.07),
    "mid": (0.77, 0.085),
    "vivid": (0.73, 0.14),
    "rich": (0.47, 0.10),
    "deep": (0.33, 0.065),
    "night": (0.23, 0.025),
}
# What a style is on a product too light for its ground: mid tones want more chroma, or they are mud.
_BELOW: dict[str, tuple[float, float]] = {
    "tint": (0.55, 0.085),
    "neutral": (0.40, 0.012),
    "pastel": (0.58, 0.115),
    "mid": (0.48, 0.09),
    "vivid": (0.56, 0.16),
}
# Hues that a season is expected in (OKLCH degrees): ground, then accent.
_SEASON_HUES: dict[str, tuple[tuple[float, float], ...]] = {
    "winter": ((235, 60), (255, 45), (75, 30)),
    "holiday": ((158, 28), (25, 85), (80, 25)),
    "spring": ((350, 140), (130, 10), (100, 350)),
    "summer": ((215, 85), (85, 30), (190, 40)),
    "autumn": ((65, 35), (50, 110), (85, 30)),
}


@dataclass(frozen=True)
class Basis:
    """What the palette is made from: hues in degrees for grounds and accent, colours that must appear
    as they are (sRGB hex; those ``wished`` even where the product stands off them by hue alone), and the
    product's lightness: its mean, and that of its darkest and lightest large parts."""

    hues: tuple[float, ...]
    accent: str
    fixed: tuple[str, ...]
    wished: frozenset[str]
    lightness: float
    spread: tuple[float, float]


def basis(
    product: Sequence[tuple[str, float]],
    wished: Sequence[str],
    brand: Sequence[str],
    season: str | None,
    contrast: bool,
    key: str,
) -> Basis:
    """``product``: hex colours with shares. A wished colour goes before the brand's, the brand's before
    the season's, the season's before the product's own. ``contrast`` asks for the opposite hue."""
    light, low, high, own_hue, vivid = _product(product)
    fixed = tuple(_valid(wished)) + tuple(_valid(brand))
    if fixed:
        colored = [value for value in fixed if lch(value)[1] > _GREY]
        hues = tuple(lch(value)[2] for value in colored[:2]) or (own_hue if own_hue is not None else 75.0,)
        accent = fixed[1] if len(fixed) > 1 else vivid or fixed[0]
    elif season in _SEASON_HUES:
        options = _SEASON_HUES[season]
        ground, accent_hue = options[pick(key + "season", len(options))]
        # A ground in the product's own hue would swallow it.
        if own_hue is not None and _apart(ground, own_hue) < 35:
            ground, accent_hue = max(options, key=lambda option: _apart(option[0], own_hue))
        hues, accent = (ground, accent_hue), vivid or hex_of(0.62, 0.15, accent_hue)
    elif own_hue is None:
        ground = (75.0, 35.0, 255.0, 150.0)[pick(key + "hue", 4)]
        hues, accent = (ground, (ground + 40) % 360), hex_of(0.63, 0.14, (ground + 180) % 360)
    else:
        turns = (180.0, 150.0, 210.0) if contrast else (28.0, -32.0, 170.0)
        turn = turns[pick(key + "turn", len(turns))]
        hues, accent = ((own_hue + turn) % 360, (own_hue + (0 if contrast else turn / 2)) % 360), vivid or ""
    return Basis(hues, accent, fixed, frozenset(_valid(wished)), light, (low, high))


def ground(base: Basis, style: str, turn: int) -> str:
    """A ground of a style in the campaign's hue (``turn`` picks which), standing off the product.

    The brand's colours are used as they are where the product stands off them, the prompt's always.
    """
    fitting = [value for value in base.fixed if value in base.wished or _stands_off(lch(value)[0], base)]
    if turn < len(fitting):
        return fitting[turn]
    lightness, chroma = STYLES[style]
    if not _stands_off(lightness, base) and base.lightness > 0.7:
        lightness, chroma = _BELOW.get(style, (lightness, chroma))
    hue = base.hues[turn % len(base.hues)]
    lightness = _moved_off(lightness, base)
    if lightness < 0.68 and chroma > 0.02 and _is_murky(hue):
        other = (base.hues[(turn + 1) % len(base.hues)] + 26) % 360
        hue = 38.0 if _is_murky(other) else other
    if base.fixed and not any(lch(value)[1] > _GREY for value in base.fixed):
        chroma = min(chroma, 0.012)
    return hex_of(lightness, chroma, hue)


def second(base: Basis, ground_hex: str, turn: int) -> str:
    """The thirty percent: the ground's neighbour in hue, one clear step away in lightness."""
    light, chroma, hue = lch(ground_hex)
    other = base.hues[(turn + 1) % len(base.hues)]
    hue = other if _apart(other, hue) < 70 or chroma < 0.02 else (hue + 18) % 360
    step = -0.13 if light > 0.6 else 0.15
    return hex_of(light + step, min(0.13, chroma + 0.025), hue)


def accent(base: Basis, ground_hex: str, second_hex: str) -> str:
    """The ten percent: vivid, and apart from both grounds."""
    value = base.accent or hex_of(0.62, 0.16, (lch(ground_hex)[2] + 180) % 360)
    if distance(value, ground_hex) < 0.16 or distance(value, second_hex) < 0.08:
        light, _, hue = lch(ground_hex)
        value = hex_of(0.38 if light > 0.6 else 0.8, 0.13, (hue + 165) % 360)
    return value


def ink(ground_hex: str) -> str:
    """The fourth: near black or near white in the ground's hue, whichever reads on it."""
    light, chroma, hue = lch(ground_hex)
    return hex_of(0.2, min(chroma, 0.03), hue) if light > 0.62 else hex_of(0.97, min(chroma, 0.012), hue)


@cache
def lch(value: str) -> tuple[float, float, float]:
    """OKLCH of an sRGB hex: lightness 0..1, chroma, hue in degrees (0 for greys)."""
    light, chroma, hue = Color(value).convert("oklch").coords()
    return light, chroma, 0.0 if math.isnan(hue) else hue


@cache
def hex_of(lightness: float, chroma: float, hue: float) -> str:
    """The sRGB hex of an OKLCH colour; chroma is lowered until sRGB can show it."""
    color = Color("oklch", [min(0.98, max(0.12, lightness)), max(0.0, chroma), hue])
    return color.fit("srgb", method="oklch-chroma").convert("srgb").to_string(hex=True)


def distance(one: str, other: str) -> float:
    """Distance in OKLab; 0.02 is just noticeable (Ottosson 2020)."""
    return float(Color(one).distance(Color(other), space="oklab"))


def _product(colors: Sequence[tuple[str, float]]) -> tuple[float, float, float, float | None, str | None]:
    """Lightness: mean, of its darkest and lightest large part; hue and value of its vivid colour."""
    valid = [(value, max(share, 0.01)) for value, share in colors if _valid([value])]
    if not valid:
        return 0.6, 0.6, 0.6, None, None
    total = sum(share for _, share in valid)
    light = sum(lch(value)[0] * share for value, share in valid) / total
    large = [lch(value)[0] for value, share in valid if share / total >= 0.3] or [light]
    vivid = max(valid, key=lambda entry: lch(entry[0])[1] * entry[1] ** 0.35)[0]
    colored = lch(vivid)[1] > 0.05
    return light, min(large), max(large), lch(vivid)[2] if colored else None, vivid if colored else None


def _stands_off(lightness: float, base: Basis) -> bool:
    return abs(lightness - base.lightness) >= CLEAR and 0.2 <= lightness <= 0.96


def _moved_off(lightness: float, base: Basis) -> float:
    if _stands_off(lightness, base):
        return lightness
    up, down = max(base.lightness, base.spread[1]) + CLEAR, min(base.lightness, base.spread[0]) - CLEAR
    options = [
        value for value in (up, down, base.lightness + CLEAR, base.lightness - CLEAR) if 0.2 <= value <= 0.955
    ]
    return (
        min(options, key=lambda value: abs(value - lightness))
        if options
        else 0.955
        if base.lightness < 0.6
        else 0.25
    )


def _is_murky(hue: float) -> bool:
    """Yellows turn to mud where they are dark."""
    return 62 <= hue <= 125


def _apart(one: float, other: float) -> float:
    return abs((one - other + 180) % 360 - 180)


def _valid(values: Sequence[str]) -> list[str]:
    return [value for value in values if value and Color.match(value)]
