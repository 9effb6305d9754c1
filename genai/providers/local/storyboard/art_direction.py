"""The look of a campaign: sets, cameras, lights, palettes and layouts, one family, varied per scene."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from genai.domain.creative import Camera, Light
from genai.domain.enums import Aspect
from genai.providers.local.storyboard import harmony
from genai.providers.local.storyboard.chance import fraction, pick
from genai.providers.local.storyboard.wish import Wish

_RULED_OUT = -20.0
SETTINGS = ("studio", "surface", "podium", "colour_block", "editorial", "seasonal")

# How much a mood or place wants a set.
_WANTED: dict[str, dict[str, float]] = {
    "cosy": {"surface": 1.6, "editorial": 1.2, "seasonal": 0.6, "colour_block": -1.2},
    "bold": {"colour_block": 2.4, "podium": 1.4, "surface": -0.6, "studio": 0.4},
    "calm": {"studio": 1.4, "surface": 1.3, "editorial": 0.8, "colour_block": -1.2},
    "minimal": {"studio": 2.0, "podium": 1.1, "surface": 0.5, "editorial": -0.3, "colour_block": -0.3},
    "premium": {"podium": 1.9, "studio": 1.0, "editorial": 1.2, "colour_block": -1.0},
    "playful": {"colour_block": 1.7, "podium": 1.1, "studio": 0.3},
    "dramatic": {"podium": 1.5, "editorial": 1.4, "studio": 0.9, "colour_block": -0.8},
    "fresh": {"studio": 1.0, "surface": 1.0, "colour_block": 0.8},
    "natural": {"surface": 1.9, "editorial": 1.3, "colour_block": -1.0},
    "retro": {"colour_block": 1.5, "editorial": 1.0},
    "modern": {"colour_block": 1.0, "podium": 1.2, "studio": 1.0},
    "romantic": {"editorial": 1.5, "surface": 1.0, "podium": 0.5},
    "home": {"surface": 1.5, "editorial": 1.2},
    "kitchen": {"surface": 2.0},
    "desk": {"surface": 1.8, "editorial": 0.6},
    "garden": {"editorial": 1.2, "surface": 1.0},
    "outdoors": {"editorial": 1.2, "surface": 1.2},
    "city": {"colour_block": 0.8, "editorial": 1.2},
    "beach": {"seasonal": 0.8, "surface": 0.6, "editorial": 0.6},
    "bathroom": {"surface": 1.5, "studio": 0.6},
}
# What a purpose is best shown in.
_SUITS: dict[str, dict[str, float]] = {
    "hook": {"colour_block": 0.9, "seasonal": 1.6, "editorial": 0.7, "podium": 0.3},
    "hero": {"studio": 1.0, "podium": 1.0, "editorial": 0.2},
    "benefit": {"surface": 0.8, "studio": 0.4, "editorial": 0.4},
    "detail": {"surface": 0.9, "studio": 0.8, "editorial": 0.3},
    "context": {"editorial": 1.1, "seasonal": 1.3, "surface": 0.8},
    "call_to_action": {"podium": 0.8, "colour_block": 0.8, "seasonal": 0.4, "studio": 0.3},
}
_GROUNDS: dict[str, tuple[str, ...]] = {
    "bold": ("vivid", "pastel", "rich"),
    "playful": ("pastel", "vivid", "tint"),
    "calm": ("tint", "neutral", "mid"),
    "minimal": ("neutral", "tint", "neutral"),
    "premium": ("deep", "neutral", "night"),
    "dramatic": ("night", "deep", "rich"),
    "cosy": ("mid", "tint", "deep"),
    "fresh": ("tint", "pastel", "neutral"),
    "natural": ("tint", "mid", "neutral"),
    "retro": ("mid", "vivid", "tint"),
    "modern": ("neutral", "vivid", "deep"),
    "romantic": ("pastel", "tint", "rich"),
    "holiday": ("deep", "tint", "rich"),
    "winter": ("tint", "mid", "deep"),
    "summer": ("pastel", "tint", "vivid"),
}
_LIGHTS: dict[str, Light] = {
    "bold": Light(elevation=48, softness=0.18, kelvin=5600),
    "playful": Light(elevation=46, softness=0.4, kelvin=5400),
    "calm": Light(elevation=40, softness=0.75, kelvin=5300),
    "minimal": Light(elevation=44, softness=0.7, kelvin=5600),
    "premium": Light(elevation=36, softness=0.5, kelvin=4900),
    "dramatic": Light(elevation=30, softness=0.3, kelvin=4600),
    "cosy": Light(elevation=30, softness=0.65, kelvin=4100),
    "fresh": Light(elevation=50, softness=0.5, kelvin=6000),
    "natural": Light(elevation=38, softness=0.45, kelvin=5200),
    "retro": Light(elevation=40, softness=0.25, kelvin=4800),
    "modern": Light(elevation=46, softness=0.35, kelvin=6000),
    "romantic": Light(elevation=32, softness=0.7, kelvin=4400),
    "winter": Light(elevation=32, softness=0.6, kelvin=6300),
    "holiday": Light(elevation=32, softness=0.6, kelvin=4300),
    "summer": Light(elevation=52, softness=0.2, kelvin=5200),
    "spring": Light(elevation=44, softness=0.55, kelvin=5600),
    "autumn": Light(elevation=28, softness=0.45, kelvin=4300),
}
_CAMERAS: dict[str, tuple[Camera, ...]] = {
    "hook": (Camera("medium", "low"), Camera("medium", "eye_level"), Camera("close_up", "low")),
    "hero": (Camera("medium", "eye_level"), Camera("wide", "eye_level")),
    "benefit": (Camera("close_up", "eye_level"), Camera("medium", "high"), Camera("close_up", "high")),
    "detail": (Camera("detail", "eye_level"), Camera("detail", "high"), Camera("detail", "low")),
    "context": (Camera("wide", "high"), Camera("wide", "eye_level"), Camera("medium", "high")),
    "call_to_action": (Camera("medium", "high"), Camera("wide", "low"), Camera("medium", "eye_level")),
}
_LAYOUTS: dict[Aspect, tuple[str, ...]] = {
    Aspect.PORTRAIT: ("text_top", "off_axis_left", "text_bottom", "off_axis_right"),
    Aspect.FEED: ("text_top", "off_axis_right", "text_bottom", "off_axis_left"),
    Aspect.SQUARE: ("text_top", "off_axis_left", "text_bottom", "off_axis_right"),
    Aspect.LANDSCAPE: ("split_left", "split_right"),
}


@dataclass(frozen=True)
class Look:
    """One scene's set, camera, light, colours and layout."""

    setting: str
    camera: Camera
    light: Light
    palette: tuple[str, ...]
    layout: str


def setting_scores(wish: Wish, moods: Sequence[str], preferred: Sequence[str] = ()) -> dict[str, float]:
    """How well each set fits the wish; ``preferred`` are those of the concept it grows from."""
    scores = dict.fromkeys(SETTINGS, 0.0)
    for rank, word in enumerate((*moods, *wish.places)):
        for setting, weight in _WANTED.get(word, {}).items():
            scores[setting] += weight * (1.0 if rank < 2 else 0.6)
    for setting in wish.settings:
        scores[setting] += 3.0
    for setting in preferred:
        if setting in scores:
            scores[setting] += 0.7
    scores["seasonal"] += 2.2 if wish.season else _RULED_OUT  # a season that nobody asked for misleads
    if wish.season or "gift" in wish.occasions:
        scores["editorial"] += 0.9
    return scores


def direct(
    purposes: Sequence[str],
    wish: Wish,
    moods: Sequence[str],
    scores: dict[str, float],
    basis: harmony.Basis,
    aspect: Aspect,
    key: str,
    freedom: float = 1.0,
    shift: int = 0,
) -> list[Look]:
    """One look per scene. The key light keeps to one side; sets, crops and layouts take turns.
    ``freedom`` is how much chance weighs beside what fits best; ``shift`` where the turns begin."""
    settings = _settings(purposes, scores, key, freedom)
    key_light = _key_light(wish, moods, key)
    styles = _styles(wish, moods)
    start = pick(key + "layout", len(_LAYOUTS[aspect])) + shift
    seen: dict[str, int] = {}
    looks = []
    for index, (purpose, setting) in enumerate(zip(purposes, settings, strict=True)):
        turn = seen.get(purpose, 0)
        seen[purpose] = turn + 1
        options = _CAMERAS[purpose]
        # A second scene of a purpose gets another camera; the first is the campaign's choice.
        camera = options[(turn + pick(key + "camera" + purpose, 2)) % len(options)]
        layouts = _LAYOUTS[aspect]
        looks.append(
            Look(
                setting,
                camera,
                _varied(key_light, index, purpose, key),
                _palette(basis, styles[(index + shift) % len(styles)], setting, index + shift),
                layouts[(start + index) % len(layouts)],
            )
        )
    return looks


def _settings(purposes: Sequence[str], scores: dict[str, float], key: str, freedom: float) -> list[str]:
    chosen: list[str] = []
    # However long the film, a set that is ruled out does not return as the last one unused.
    allowed = [setting for setting in SETTINGS if scores[setting] > _RULED_OUT / 2]
    for index, purpose in enumerate(purposes):

        def worth(setting: str, index: int = index, purpose: str = purpose) -> float:
            repeated = 2.0 * chosen.count(setting) + (4.0 if chosen and chosen[-1] == setting else 0.0)
            chance = freedom * 0.9 * fraction(f"{key}{setting}{index}")
            return scores[setting] + _SUITS[purpose].get(setting, 0.0) + chance - repeated

        chosen.append(max(allowed, key=worth))
    return chosen


def _key_light(wish: Wish, moods: Sequence[str], key: str) -> Light:
    words = [*moods[:1], *([wish.season] if wish.season else [])]
    found = [_LIGHTS[word] for word in words if word in _LIGHTS] or [
        Light(elevation=44, softness=0.5, kelvin=5500)
    ]
    side = -1 if pick(key + "side", 3) else 1  # from the left, as pictures are lit more often than not
    said = wish.light

    def mean(name: str) -> float:
        return float(said.get(name, sum(float(getattr(light, name)) for light in found) / len(found)))

    return Light(
        azimuth=side * (38 + 20 * fraction(key + "azimuth")),
        elevation=mean("elevation"),
        softness=mean("softness"),
        kelvin=round(mean("kelvin") / 50) * 50,
    )


def _varied(light: Light, index: int, purpose: str, key: str) -> Light:
    swing = 24 * fraction(f"{key}swing{index}") - 12
    lower = 8 if purpose == "detail" else 0  # raking light shows a surface
    return Light(
        azimuth=round(light.azimuth + swing, 1),
        elevation=round(max(18.0, light.elevation + 8 * fraction(f"{key}rise{index}") - 4 - lower), 1),
        softness=round(min(1.0, max(0.05, light.softness + 0.12 * fraction(f"{key}soft{index}") - 0.06)), 2),
        kelvin=light.kelvin,
    )


def _styles(wish: Wish, moods: Sequence[str]) -> tuple[str, ...]:
    for word in (*wish.moods[:1], wish.season or "", *moods[:1]):
        if word in _GROUNDS:
            return _GROUNDS[word]
    return ("tint", "mid", "neutral")


def _palette(basis: harmony.Basis, style: str, setting: str, index: int) -> tuple[str, ...]:
    if setting == "colour_block" and style in ("neutral", "tint"):
        style = "pastel"  # blocks of colour want colour
    # Two hues in turn, so that neighbours differ and the campaign has one pair.
    ground = harmony.ground(basis, style, (0, 1, 0, 0, 1)[index % 5])
    second = harmony.second(basis, ground, index)
    return ground, second, harmony.accent(basis, ground, second), harmony.ink(ground)
