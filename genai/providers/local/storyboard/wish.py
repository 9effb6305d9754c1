"""What a prompt asks for: season, occasion, mood, place, audience, colours, light, and quoted words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from genai.providers.local.palette import VOCABULARY
from genai.providers.local.storyboard import lexicon

_REACH = 3  # words after a negation that it denies
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_HEX = re.compile(r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b")
_QUOTED = re.compile(r"[\"“„«]\s*([^\"“”„«»]{2,80}?)\s*[\"”“»]")
_TURN = re.compile(r"[.,;:!?()]|\bbut\b|\baber\b|\bmais\b|\bpero\b")


@dataclass(frozen=True)
class Wish:
    """Each tuple in the order in which the prompt speaks of it. ``colors`` are sRGB hex; ``light``
    holds what was said of kelvin, softness and elevation; ``quotes`` are the customer's own words
    for the picture."""

    season: str | None = None
    occasions: tuple[str, ...] = ()
    moods: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    colors: tuple[str, ...] = ()
    light: Mapping[str, float] = field(default_factory=dict)
    quotes: tuple[str, ...] = ()

    @property
    def tags(self) -> frozenset[str]:
        """All words of it that a line of copy may be meant for."""
        seasons = (self.season,) if self.season else ()
        return frozenset((*seasons, *self.occasions, *self.places, *self.audiences))


def read_wish(prompt: str, product_words: Iterable[str] = ()) -> Wish:
    """Read a prompt. A colour that stands before one of ``product_words`` speaks of the product and
    not of the picture. What is denied ("no snow") is not wished."""
    quotes = tuple(match.group(1).strip() for match in _QUOTED.finditer(prompt))
    hexes = tuple(_six_digits(match) for match in _HEX.findall(prompt))
    plain = _affirmed(_HEX.sub(" ", _QUOTED.sub(" ", prompt.replace("’", "'"))).lower())
    colors_in = plain
    for phrase in lexicon.FALSE_FRIENDS:
        colors_in = _without(colors_in, phrase)
    seasons = _found(_without(plain, "spring water"), lexicon.SEASONS)
    season = "holiday" if "holiday" in seasons else next(iter(seasons), None)
    light: dict[str, float] = {}
    for phrases, said in lexicon.LIGHTS.items():
        if any(_position(plain, phrase) is not None for phrase in _phrases(phrases)):
            light.update(said)
    return Wish(
        season=season,
        occasions=_found(plain, lexicon.OCCASIONS),
        moods=_found(plain, lexicon.MOODS),
        places=_found(plain, lexicon.PLACES),
        audiences=_found(plain, lexicon.AUDIENCES),
        settings=_found(plain, lexicon.SETTINGS),
        colors=hexes + _colors(colors_in, frozenset(word.lower() for word in product_words)),
        light=light,
        quotes=quotes,
    )


def _affirmed(text: str) -> str:
    """The text without what it denies; a clause's end ends a denial."""
    kept = []
    for clause in _TURN.split(text):
        denied = 0
        words = []
        for word in _WORD.findall(clause):
            if word in lexicon.NEGATIONS:
                denied = _REACH
            elif denied and word in ("and", "with", "und", "et", "y"):
                denied = 0
            elif denied:
                denied -= 1
            else:
                words.append(word)
        kept.append(" ".join(words))
    return " | ".join(clause for clause in kept if clause)


def _found(text: str, table: Mapping[str, str]) -> tuple[str, ...]:
    places = {}
    for meaning, phrases in table.items():
        hits = [at for phrase in _phrases(phrases) if (at := _position(text, phrase)) is not None]
        if hits:
            places[meaning] = min(hits)
    return tuple(sorted(places, key=lambda meaning: places[meaning]))


def _colors(text: str, product_words: frozenset[str]) -> tuple[str, ...]:
    found: dict[int, str] = {}
    table = {**VOCABULARY, **lexicon.COLORS}
    for name in sorted((name for name in table if name in text), key=len, reverse=True):
        for match in re.finditer(rf"\b{re.escape(name)}\b", text):
            following = _WORD.findall(text[match.end() : match.end() + 40])[:2]
            if not product_words.intersection(following):
                found.setdefault(match.start(), table[name])
        text = re.sub(rf"\b{re.escape(name)}\b", lambda hit: " " * len(hit.group()), text)
    return tuple(dict.fromkeys(found[at] for at in sorted(found)))


@cache
def _phrases(words: str) -> tuple[str, ...]:
    return tuple(phrase.replace("_", " ") for phrase in words.split())


def _position(text: str, phrase: str) -> int | None:
    match = _standing_alone(phrase).search(text) if phrase in text else None
    return match.start() if match else None


@cache
def _standing_alone(phrase: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w'-]){re.escape(phrase)}(?![\w'-])")


def _without(text: str, phrase: str) -> str:
    return re.sub(rf"\b{re.escape(phrase)}\b", " ", text)


def _six_digits(value: str) -> str:
    digits = value[1:].lower()
    return "#" + (digits if len(digits) == 6 else "".join(2 * digit for digit in digits))
