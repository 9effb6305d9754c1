"""A scene in words, for models that paint from words."""

from __future__ import annotations

from collections.abc import Sequence

from genai.domain.enums import Composition
from genai.providers.local.storyboard import harmony
from genai.providers.local.storyboard.art_direction import Look
from genai.providers.local.storyboard.subject import Subject
from genai.providers.local.storyboard.wish import Wish

_SETS = {
    "studio": "on a seamless studio sweep",
    "surface": "standing on a textured surface",
    "podium": "on a plain podium",
    "colour_block": "before flat blocks of colour",
    "editorial": "in an editorial still life with strong window shadows",
    "seasonal": "in a seasonal set",
}
_SEASONS = {
    "winter": "a winter set with fresh snow",
    "holiday": "a festive set with soft lights out of focus",
    "spring": "a spring set with blossom",
    "summer": "a summer set with palm shadows",
    "autumn": "an autumn set with warm wood and leaves",
}
_SHOTS = {"wide": "wide shot", "medium": "medium shot", "close_up": "close-up", "detail": "detail shot"}
_ANGLES = {"eye_level": "at eye level", "high": "from slightly above", "low": "from slightly below"}
_GREYS = (("white", 0.93), ("light grey", 0.75), ("grey", 0.5), ("charcoal", 0.24), ("black", 0.0))
# Upper bounds in OKLCH degrees.
_HUES = (
    ("pink", 14),
    ("red", 35),
    ("orange", 72),
    ("ochre", 92),
    ("yellow", 112),
    ("lime", 132),
    ("green", 168),
    ("teal", 215),
    ("sky blue", 245),
    ("blue", 278),
    ("violet", 312),
    ("plum", 338),
    ("pink", 361),
)


def depict(subject: Subject, wish: Wish, look: Look, composition: Composition, prompt: str) -> str:
    """Names the product as its sources do and no property of it."""
    seasonal = look.setting == "seasonal" and wish.season in _SEASONS
    where = f"in {_SEASONS[wish.season or '']}" if seasonal else _SETS[look.setting]
    light = look.light
    side = "left" if light.azimuth < 0 else "right"
    quality = "soft" if light.softness >= 0.55 else "hard" if light.softness <= 0.25 else "defined"
    tint = "warm" if light.kelvin < 4700 else "cool" if light.kelvin > 6000 else "neutral"
    who = " with a person using it" if composition is Composition.WITH_MODEL else ""
    called = (
        f"{subject.full} by {subject.brand}"
        if subject.brand and subject.brand not in subject.full
        else subject.full
    )
    parts = [
        f"Product photograph of {called}{who}, {where}",
        f"{_SHOTS[look.camera.shot]} {_ANGLES[look.camera.angle]}",
        f"one {quality}, {tint} key light from the {side}",
        f"palette of {colors_in_words(look.palette[:3])}",
        "the product exactly as in the reference pictures, no other products",
    ]
    wanted = f" Campaign: {prompt.strip()}" if prompt.strip() else ""
    return "; ".join(parts) + "." + wanted


def depict_presenter(subject: Subject, look: Look, prompt: str) -> str:
    """A person who speaks to the camera; how they look is the presenter's provider's to say."""
    tint = "warm" if look.light.kelvin < 4700 else "neutral"
    parts = [
        f"A person speaks to the camera about {subject.full}, filmed with a phone held upright",
        f"{_SHOTS[look.camera.shot]} {_ANGLES[look.camera.angle]}, {tint} light from a window",
        f"a plain room in {colors_in_words(look.palette[:2])}",
        "no text, no other products",
    ]
    wanted = f" Campaign: {prompt.strip()}" if prompt.strip() else ""
    return "; ".join(parts) + "." + wanted


def colors_in_words(palette: Sequence[str]) -> str:
    """``cream, teal and coral``; each name once."""
    names = list(dict.fromkeys(_name(value) for value in palette))
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def _name(value: str) -> str:
    """A ground's colour as a set builder would order it: tone and hue."""
    light, chroma, hue = harmony.lch(value)
    if chroma < 0.022:
        return next(name for name, least in _GREYS if light >= least)
    if 35 <= hue < 100 and chroma < 0.09:
        return (
            "cream" if light > 0.88 else "sand" if light > 0.72 else "brown" if light > 0.35 else "dark brown"
        )
    name = next(name for name, limit in _HUES if hue < limit)
    tone = "pale " if light > 0.84 else "deep " if light < 0.42 else "muted " if chroma < 0.07 else ""
    return tone + name
