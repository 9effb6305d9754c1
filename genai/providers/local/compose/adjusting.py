"""What plain words about a picture change in its scene: the adjustment of a retry.

The words are split into clauses. Of each, what stands in the table below is done and what the lexicon of
storyboards knows (a season, a setting, colours, a kind of light) is taken over; a clause of which nothing is
understood is told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from genai.domain.creative import Light, Scene, Words
from genai.domain.film import Move
from genai.domain.media import Mark
from genai.providers.local.compose import color
from genai.providers.local.compose.sets import SETS
from genai.providers.local.storyboard.wish import Wish, read_wish

_SHOTS = ("wide", "medium", "close_up", "detail")


@dataclass(frozen=True)
class Change:
    """Differences. ``kelvin``, ``softness`` and ``elevation`` (degrees) of the key light, ``light`` of the
    palette (OKLCH lightness), ``nearer`` in shot sizes, ``size`` of the product as a part of the frame's
    shorter side, ``movement`` in doublings of the camera's; ``turn`` the palette's hues by so many degrees;
    ``sets`` takes so many steps to another setting. ``side``: where the light comes from, -1 left, 1 right;
    ``angle`` of the camera. ``silent``: which words are left out."""

    kelvin: int = 0
    softness: float = 0.0
    elevation: float = 0.0
    light: float = 0.0
    nearer: int = 0
    size: float = 0.0
    movement: float = 0.0
    turn: float = 0.0
    sets: int = 0
    side: int = 0
    angle: str = ""
    silent: tuple[str, ...] = ()


_WARMER, _COOLER = Change(kelvin=-1500), Change(kelvin=2200)
_BRIGHTER, _DARKER = Change(light=0.13), Change(light=-0.2)
_SOFTER, _HARDER = Change(softness=0.35), Change(softness=-0.4)
_NEARER, _FURTHER = Change(nearer=1), Change(nearer=-1)
_LARGER, _SMALLER = Change(size=0.08), Change(size=-0.1)
_CALMER, _LIVELIER = Change(movement=-1.0), Change(movement=0.7)

# English phrases, the longest first where one holds another. "Too" and "less" turn a word about.
_CHANGES: dict[str, Change] = {
    "warmer|warm up|more warmth|too cold|too cool|less cold": _WARMER,
    "cooler|colder|cool down|too warm|less warm": _COOLER,
    "brighter|lighter|more light|brighten|too dark|less dark": _BRIGHTER,
    "darker|moodier|dimmer|darken|less light|too bright|less bright": _DARKER,
    "softer|soften|softer shadows|too hard|too harsh|less harsh": _SOFTER,
    "harder|harsher|crisper|stronger shadows|harder shadows|too soft|too flat": _HARDER,
    "longer shadows|lower light|lower sun": Change(elevation=-18),
    "shorter shadows|higher light|higher sun": Change(elevation=18),
    "light from the left|lit from the left": Change(side=-1),
    "light from the right|lit from the right": Change(side=1),
    "closer|nearer|tighter|zoom in|crop in|close-up|close up|too far away": _NEARER,
    "wider|further away|farther away|zoom out|more space|more room|too close|too tight": _FURTHER,
    "larger|bigger|enlarge|too small": _LARGER,
    "smaller|shrink|too large|too big": _SMALLER,
    "from above|higher angle|high angle": Change(angle="high"),
    "from below|lower angle|low angle": Change(angle="low"),
    "at eye level|straight on": Change(angle="eye_level"),
    "other background|another background|different background|new background|other setting|another setting"
    "|different setting|other set|another set|different set": Change(sets=1),
    "other colours|other colors|another colour|another color|different colours|different colors"
    "|different colour|different color": Change(turn=120),
    "no words|no text|without words|without text|no writing|remove the words|remove the text": Change(
        silent=("headline", "body", "call_to_action")
    ),
    "no headline|without headline|without a headline|without the headline": Change(silent=("headline",)),
    "no button|without button|without a button|without the button": Change(silent=("call_to_action",)),
    "no body text|no small text|without small text": Change(silent=("body",)),
    "slower|calmer|less movement|less motion|too fast": _CALMER,
    "faster|livelier|more movement|more motion|too slow": _LIVELIER,
}
_STRONGER, _WEAKER = ("much", "a lot", "far", "very"), ("slightly", "a bit", "a little", "somewhat")
_BY_PHRASE = {
    phrase: change
    for phrases, change in _CHANGES.items()
    for phrase in sorted(phrases.split("|"), key=len, reverse=True)
}
_PHRASES = re.compile(
    r"(?<![\w-])(?:" + "|".join(sorted(map(re.escape, _BY_PHRASE), key=len, reverse=True)) + r")(?![\w-])"
)
_CLAUSES = re.compile(r"[.,;:!?\n]+|\b(?:and|but|please|thanks)\b")


@dataclass(frozen=True)
class Adjusted:
    """The scene as it was asked for; ``size`` is added to the product's, ``missed`` holds the clauses that
    say nothing here."""

    scene: Scene
    size: float = 0.0
    missed: tuple[str, ...] = ()

    def marks(self) -> list[Mark]:
        """That not all of it was understood."""
        if not self.missed:
            return []
        told = "; ".join(f"“{clause}”" for clause in self.missed)
        return [Mark("adjustment_not_understood", f"This engine does not know what to do about {told}.")]


def adjusted(scene: Scene, text: str, product_words: Sequence[str] = ()) -> Adjusted:
    """The scene with what the words ask for. A colour before one of ``product_words`` is the product's."""
    size, missed = 0.0, []
    for clause in filter(None, (part.strip() for part in _CLAUSES.split(text.lower()))):
        phrases = _PHRASES.findall(clause)
        strength = 1.6 if _says(clause, _STRONGER) else 0.5 if _says(clause, _WEAKER) else 1.0
        for phrase in phrases:
            scene = _changed(scene, _BY_PHRASE[phrase], strength)
            size += strength * _BY_PHRASE[phrase].size
        wish = read_wish(_PHRASES.sub(" ", clause), product_words)
        scene = _wished(scene, wish)
        if not (phrases or wish.season or wish.settings or wish.colors or wish.light):
            missed.append(clause[:80])
    return Adjusted(scene, size, tuple(missed))


def _says(clause: str, words: Sequence[str]) -> bool:
    return any(re.search(rf"\b{word}\b", clause) for word in words)


def _changed(scene: Scene, change: Change, strength: float) -> Scene:
    light = scene.light
    key = Light(
        azimuth=change.side * max(30.0, abs(light.azimuth)) if change.side else light.azimuth,
        elevation=light.elevation + strength * change.elevation,
        softness=min(1.0, max(0.0, light.softness + strength * change.softness)),
        kelvin=min(9000, max(2700, round(light.kelvin + strength * change.kelvin))),
    )
    at = _SHOTS.index(scene.camera.shot) if scene.camera.shot in _SHOTS else 1
    shot = _SHOTS[min(len(_SHOTS) - 1, max(0, at + change.nearer))] if change.nearer else scene.camera.shot
    names = tuple(SETS)
    setting = scene.setting
    if change.sets:
        setting = names[(names.index(setting) + change.sets) % len(names)] if setting in names else names[0]
    words = {field.name: "" for field in fields(Words) if field.name in change.silent}
    return replace(
        scene,
        light=key,
        camera=replace(scene.camera, shot=shot, angle=change.angle or scene.camera.angle),
        setting=setting,
        palette=_toned(scene.palette, strength * change.light, change.turn),
        words=replace(scene.words, **words),
        move=Move(scene.move.kind, scene.move.amount * 2.0 ** (strength * change.movement)),
    )


def _toned(palette: tuple[str, ...], light: float, turn: float) -> tuple[str, ...]:
    """The colours lighter or darker by so much, their hues turned; a scene without any has a grey ground."""
    if not (light or turn):
        return palette
    toned = []
    for value in palette or ("#bdb8b0",):
        own, chroma, hue = color.oklch(color.from_hex(value))
        toned.append(color.to_hex(color.from_oklch(min(0.97, max(0.12, own + light)), chroma, hue + turn)))
    return tuple(toned)


def _wished(scene: Scene, wish: Wish) -> Scene:
    """The scene with what storyboards understand."""
    if wish.season:
        scene = replace(scene, season=wish.season, setting="seasonal")
    if wish.settings:
        scene = replace(scene, setting=wish.settings[0])
    if wish.colors:
        scene = replace(scene, palette=(*wish.colors, *scene.palette[len(wish.colors) :]))
    if wish.light:
        said = dict(wish.light)
        kelvin = round(said.pop("kelvin", scene.light.kelvin))
        scene = replace(scene, light=replace(scene.light, kelvin=kelvin, **said))
    return scene
