"""The words of a campaign: a headline per scene, a line under some, a button on the last.

Headlines are chosen from vetted lines by what was wished and what the product is; what is said under
them comes from the product's sources. In a language without vetted lines only the client's own words
are shown.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

from genai.domain.creative import Words
from genai.providers.local.storyboard import lines, lines_abroad
from genai.providers.local.storyboard.chance import fraction
from genai.providers.local.storyboard.subject import Subject
from genai.providers.local.storyboard.wish import Wish

LONGEST_HEADLINE = 6
_PLAIN = frozenset({None, "black", "white", "cream", "amber", "plum"})  # no colour to build a headline on
_SLOT = re.compile(r"{(\w+)}")

# How a product is spoken of where the prompt sets no mood.
_TONES: dict[str, tuple[str, ...]] = {
    "toy": ("playful",),
    "plush": ("playful", "cosy"),
    "candle": ("calm", "cosy"),
    "beauty": ("calm", "premium"),
    "jewellery": ("premium", "romantic"),
    "drink": ("playful", "fresh"),
    "food": ("playful",),
    "audio": ("modern",),
    "tech": ("modern",),
    "lamp": ("calm",),
    "furniture": ("minimal", "calm"),
    "plant": ("natural", "fresh"),
    "sport": ("bold",),
    "pet": ("playful",),
    "clock": ("minimal", "modern"),
    "alarm_clock": ("playful", "fresh"),
}


@dataclass(frozen=True)
class Line:
    """One vetted line; see :mod:`lines` for what its columns mean."""

    purposes: frozenset[str]
    given: frozenset[str]
    barred: frozenset[str]
    moods: tuple[str, ...]
    text: str


@cache
def parsed(table: str) -> tuple[Line, ...]:
    found: list[Line] = []
    for row in filter(None, (line.strip() for line in table.splitlines())):
        purposes, given, moods, texts = (cell.strip() for cell in row.split("|"))
        tags = given.split()
        wanted = frozenset(tag for tag in tags if not tag.startswith("!"))
        barred = frozenset(tag[1:] for tag in tags if tag.startswith("!"))
        found += [
            Line(frozenset(purposes.split()), wanted, barred, tuple(moods.split()), text.strip())
            for text in texts.split(" / ")
        ]
    return tuple(found)


def tones(wish: Wish, subject: Subject) -> tuple[str, ...]:
    return wish.moods or _TONES.get(subject.kind or "", ())


def write(purposes: Sequence[str], subject: Subject, wish: Wish, language: str, key: str) -> list[Words]:
    """One :class:`Words` per scene; no two headlines and no two bodies are alike."""
    if language != "en" and language not in lines_abroad.HEADLINES:
        return _own_words(purposes, subject, wish)
    desk = Desk(subject, wish, language, key)
    quotes = [quote for quote in wish.quotes if len(quote.split()) <= LONGEST_HEADLINE]
    words = []
    for index, purpose in enumerate(purposes):
        last = index == len(purposes) - 1
        own = quotes.pop(0) if quotes and (index == 0 or last) else None
        headline = desk.keep(own) if own else desk.headline(purpose)
        words.append(Words(headline, desk.body(purpose, headline), desk.button() if last else ""))
    return words


class Desk:
    """Chooses lines, and remembers what the campaign has said already. ``said`` are headlines that it
    had better not say again, in lower case."""

    def __init__(
        self, subject: Subject, wish: Wish, language: str, key: str, said: Collection[str] = ()
    ) -> None:
        self.subject, self.wish, self.key, self.said = subject, wish, key, said
        self.english = language == "en"
        self.bank = parsed(lines.ENGLISH if self.english else lines_abroad.HEADLINES[language])
        self.buttons = parsed(lines.BUTTONS if self.english else lines_abroad.BUTTONS[language])
        self.tones = tones(wish, subject)
        vivid = subject.color not in _PLAIN and subject.color not in subject.name.lower().split()
        color = subject.color if vivid else None
        self.fixed_tags = wish.tags | {f"kind={subject.kind}"}
        self.fixed_tags |= {tag for tag, given in (("many", subject.plural), ("color", color)) if given}
        self.slots = {
            "the": subject.the,
            "name": subject.name,
            "it": subject.it,
            "it_is": "they're" if subject.plural else "it's",
            "color": color,
            "material": subject.material,
            "brand": subject.brand,
        }
        self.used: set[str] = set()
        self.openings: list[str] = []
        self.slot_uses: list[str] = []
        self.points = list(subject.points)
        self.bodies: set[str] = set()

    @property
    def tags(self) -> frozenset[str]:
        """What a line may be meant for, now."""
        return self.fixed_tags | {"points"} if self.points else self.fixed_tags

    def keep(self, text: str) -> str:
        self.used.add(text.lower())
        self.openings.append(text.lower().split()[0])
        return text

    def headline(self, purpose: str, longest: int = LONGEST_HEADLINE, strict: bool = False) -> str:
        """The best line of at most ``longest`` words that was not said; empty where there is none.

        A long job may use up a purpose's own lines; then, unless ``strict``, its neighbours' serve.
        """
        for purposes in ({purpose},) if strict else ({purpose}, {"hook", "hero", "benefit", "context"}):
            options = [
                (self._score(line, purpose, text), text, line)
                for line in self.bank
                if line.purposes & purposes
                and (text := self._filled(line, longest))
                and text.lower() not in self.used
            ]
            if options:
                _, text, line = max(options, key=lambda option: option[:2])
                self.slot_uses += _SLOT.findall(line.text)
                return self.keep(text)
        return ""

    def body(self, purpose: str, headline: str) -> str:
        subject = self.subject
        if purpose == "call_to_action":
            return self._say(self._byline())
        if purpose in ("benefit", "detail"):
            return self._say(self._point() or self._color_line(headline) or self._material_line(headline))
        if purpose == "hero":
            named = subject.name.lower() in headline.lower()
            return self._say((self._point() if named else None) or self._byline())
        return self._say(self._season_line(purpose) or (self._point() if purpose == "context" else None))

    def button(self) -> str:
        options = [line for line in self.buttons if line.given <= self.tags]
        return max(options, key=lambda line: (self._score(line, "call_to_action", line.text), line.text)).text

    def _filled(self, line: Line, longest: int) -> str | None:
        if not line.given <= self.tags or line.barred & self.tags:
            return None
        values = {slot: self.slots.get(slot) for slot in _SLOT.findall(line.text)}
        if not all(values.values()):
            return None
        text = line.text.format(**values)
        return text if len(text.split()) <= longest else None

    def _score(self, line: Line, purpose: str, text: str) -> float:
        score = 1.2 * fraction(self.key + text)
        score -= 3.0 * (text.lower() in self.said)
        score += sum(
            1.3 if tag.startswith("kind=") else 0.4 if tag == "points" else 2.0 for tag in line.given
        )
        if line.moods:
            ranks = [self.tones.index(mood) for mood in line.moods if mood in self.tones]
            fits = 1.5 if self.wish.moods else 0.9
            score += max(fits - 0.25 * min(ranks), 0.3) if ranks else -1.4
        score -= 1.6 * self.openings.count(text.lower().split()[0])
        slots = _SLOT.findall(line.text)
        score -= 1.5 * sum(self.slot_uses.count(slot) for slot in slots if slot not in ("it", "it_is"))
        if purpose == "hero" and {"the", "name"} & set(slots) and not {"the", "name"} & set(self.slot_uses):
            score += 1.6
        return score

    def _say(self, text: str | None) -> str:
        if not text or text.lower() in self.bodies:
            return ""
        self.bodies.add(text.lower())
        return text

    def _point(self) -> str | None:
        return self.points.pop(0) if self.points else None

    def _season_line(self, purpose: str) -> str | None:
        if not self.english:
            return None
        options = [
            line
            for line in parsed(lines.BODIES)
            if purpose in line.purposes
            and line.given <= self.tags
            and line.text.lower() not in self.bodies
            # Of what has no occasion at all only what suits the mood is worth the room.
            and (not line.moods or set(line.moods) & set(self.tones))
        ]
        if not options:
            return None
        return max(options, key=lambda line: (self._score(line, purpose, line.text), line.text)).text

    def _byline(self) -> str | None:
        subject = self.subject
        if subject.brand and subject.brand.lower() not in subject.name.lower():
            name = _capital(subject.name)
            return f"{name} by {subject.brand}" if self.english else f"{subject.brand} {name}"
        said = any(subject.name.lower() in headline for headline in self.used)
        return None if said else _capital(subject.name)

    def _color_line(self, headline: str) -> str | None:
        first, second = self.subject.color, self.subject.second_color
        if not self.english or not first or not second or first in headline:
            return None
        return f"{_capital(first)}, with a touch of {second}"

    def _material_line(self, headline: str) -> str | None:
        material = self.subject.material
        if not self.english or not material or material in headline.lower():
            return None
        return f"Made of {material}"


def _own_words(purposes: Sequence[str], subject: Subject, wish: Wish) -> list[Words]:
    """The client's quoted words, the name, and the description's phrases, in that order."""
    short = [quote for quote in wish.quotes if len(quote.split()) <= LONGEST_HEADLINE]
    points = list(subject.points)
    headlines = [*short, subject.name, *(point for point in points if len(point.split()) <= LONGEST_HEADLINE)]
    unique = list(dict.fromkeys(headlines))
    rest = [point for point in points if point not in unique]
    words = []
    for index in range(len(purposes)):
        headline = unique[index] if index < len(unique) else ""
        words.append(Words(headline, rest.pop(0) if rest and index > 0 else "", ""))
    return words


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
