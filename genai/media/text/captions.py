"""Captions in time with the speech: a few words at once, the current one highlighted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

import pyphen

from genai.domain.creative import Canvas
from genai.domain.enums import Aspect
from genai.domain.film import SpokenWord, frames_of
from genai.domain.request import CaptionSettings
from genai.media import fonts
from genai.media.safe_box import safe_box
from genai.media.text.contrast import contrast
from genai.media.text.document import Event, colored, escaped
from genai.media.text.lines import BRIDGED, Manner, balanced, grouped

_EM = 68 / 1080  # of the frame's width, of a wide frame's height: the target is at least 60 at 1080
_OUTLINE = 0.11  # of the em
_MARKS = 0.15  # of the em: Thai and Arabic marks rise above the ascent and sink below the descent
_LINGER = 0.2  # seconds after the last word, where nothing follows
_POP = 160  # milliseconds
_INK, _EDGE = "#ffffff", "#101010"
_ACCENT = "#ffd60a"  # 13.7:1 against the outline
_READABLE = 4.5  # WCAG 2.2, success criterion 1.4.3
_THIRD = {"upper": 0, "middle": 1, "lower": 2}


def em_of(canvas: Canvas) -> float:
    """The captions' em in pixels."""
    return _EM * (canvas.height if canvas.aspect is Aspect.LANDSCAPE else canvas.width)


def caption_box(canvas: Canvas, position: str = "lower") -> tuple[int, int, int, int]:
    """The region that captions use, outline included: left, top, right, bottom in pixels.

    As high as two lines, within the upper, middle or lower third of the safe box, and as far to the left
    of the frame's middle as to the right.
    """
    left, top, right, bottom = safe_box(canvas.aspect, canvas.width, canvas.height)
    half = min(canvas.width / 2 - left, right - canvas.width / 2)
    if canvas.aspect is Aspect.LANDSCAPE:
        half = min(half, 0.36 * canvas.width)
    em = em_of(canvas)
    ascent, descent, _ = fonts.vertical(fonts.HANKEN, "display")
    height = 2 * em * (ascent + descent) + 2 * (_OUTLINE + _MARKS) * em
    third = (bottom - top) / 3
    start = top + _THIRD[position] * third
    # To the outer edge of its third, so that the picture keeps the most room in one piece.
    offset = {"upper": 0.0, "middle": (third - height) / 2, "lower": third - height}[position]
    y = start + max(0.0, offset) if position != "lower" else max(top, bottom - height)
    x = canvas.width / 2
    return round(x - half), round(y), round(x + half), round(y + height)


def captions_of(
    canvas: Canvas, frames: int, words: Sequence[SpokenWord], settings: CaptionSettings, language: str
) -> list[Event]:
    """One event per word: its caption with that word highlighted, from its start to the next one's; a
    pause of less than 0.3 s is bridged."""
    family = _family(words)
    shown = [replace(word, text=text) for word in words if (text := drawn(word.text, family))]
    if not shown:
        return []
    box = caption_box(canvas, settings.position)
    setter = _Setter(family, em_of(canvas), box, language)
    captions = grouped(shown, Manner(5, 3.5, setter.fits))
    events = []
    highlight = _highlight(settings.highlight or _ACCENT)
    for caption, following in pairwise([*captions, None]):
        assert caption is not None
        gap = following[0].start - caption[-1].end if following else BRIDGED
        until = following[0].start if following and gap < BRIDGED else caption[-1].end + _LINGER
        events += setter.events(caption, until, min(frames, frames_of(until)), highlight)
    return [replace(event, end=min(event.end, frames)) for event in events if event.start < frames]


def drawn(text: str, family: str) -> str:
    """The text without what the family cannot draw; empty where nothing but punctuation is left of it."""
    joiners = "\u200c\u200d"  # they shape their neighbours and have no glyph
    kept = "".join(c for c in text if c in joiners or fonts.can_draw(family, c)).strip(joiners + " ")
    return kept if any(c.isalnum() for c in kept) or kept == text else ""


def _family(words: Sequence[SpokenWord]) -> str:
    """One face for all of it: the first that has the letters of every word."""
    letters = "".join(c for word in words for c in word.text if c.isalnum())
    return fonts.family_for(letters, fonts.HANKEN) or fonts.WORLD


def _highlight(hex_: str) -> str:
    """Tags for the current word: a colour that is too near the dark outline gets a light one."""
    light = contrast(hex_, _EDGE) >= _READABLE
    return f"\\1c{colored(hex_)}\\3c{colored(_EDGE if light else _INK)}"


@lru_cache(maxsize=8)
def _hyphenator(language: str) -> pyphen.Pyphen | None:
    known = pyphen.language_fallback(language.replace("-", "_"))
    return pyphen.Pyphen(lang=known) if known else None


Lines = tuple[tuple[tuple[int, str], ...], ...]  # per line: the word's place in the caption, what is shown


@dataclass(frozen=True)
class _Setter:
    family: str
    em: float
    box: tuple[int, int, int, int]
    language: str

    @property
    def measure(self) -> float:
        return self.box[2] - self.box[0] - 2 * _OUTLINE * self.em

    def advance(self, text: str) -> float:
        return fonts.font(self.family, "display", 100).getlength(text) * self.em / 100

    def fits(self, words: Sequence[SpokenWord]) -> bool:
        return balanced([word.text for word in words], self.advance, self.measure, 2) is not None

    def lines(self, texts: Sequence[str]) -> tuple[Lines, float]:
        """The caption's lines and its em: less than the usual one only for a word that two lines do not
        hold."""
        counts = balanced(texts, self.advance, self.measure, 2)
        if counts is not None:
            made, at = [], 0
            for count in counts:
                made.append(tuple((index, texts[index]) for index in range(at, at + count)))
                at += count
            return tuple(made), self.em
        first, second = self._hyphenated(texts[0])
        widest = max(self.advance(first), self.advance(second))
        return (((0, first),), ((0, second),)), self.em * min(1.0, self.measure / widest)

    def _hyphenated(self, word: str) -> tuple[str, str]:
        """A word in two parts, the widest of them as narrow as its language allows."""
        hyphenator = _hyphenator(self.language)
        pairs = [(f"{one}-", other) for one, other in hyphenator.iterate(word)] if hyphenator else []
        if not pairs:
            pairs = [(f"{word[:at]}-", word[at:]) for at in range(1, len(word))]
        return min(pairs, key=lambda pair: max(self.advance(part) for part in pair))

    def events(self, caption: Sequence[SpokenWord], until: float, end: int, highlight: str) -> list[Event]:
        lines, em = self.lines([word.text for word in caption])
        made = []
        for index, word in enumerate(caption):
            start = frames_of(word.start)
            following = caption[index + 1].start if index + 1 < len(caption) else until
            stop = frames_of(following) if index + 1 < len(caption) else end
            pop = index == 0
            if index + 1 < len(caption) and following - word.end >= BRIDGED:
                silent = frames_of(word.end + _LINGER)
                made.append(Event(silent, stop, self._text(lines, em, None, highlight, False), "caption", 9))
                stop = silent
            made.append(Event(start, stop, self._text(lines, em, index, highlight, pop), "caption", 9))
        return made

    def _text(self, lines: Lines, em: float, current: int | None, highlight: str, pop: bool) -> str:
        left, top, right, bottom = self.box
        size = fonts.libass_size(self.family, "display", em)
        tags = (
            f"\\an5\\pos({(left + right) / 2:g},{(top + bottom) / 2:g})"
            f"\\fn{fonts.libass_name(self.family, 'display')}\\fs{size:.2f}"
            f"\\bord{_OUTLINE * em:.2f}\\blur{0.012 * em:.2f}"
        )
        plain = f"\\1c{colored(_INK)}\\3c{colored(_EDGE)}"
        if pop:
            tags += f"\\fscx93\\fscy93\\t(0,{_POP},0.5,\\fscx100\\fscy100)"
        shown = []
        for line in lines:
            parts = ((index == current, escaped(text)) for index, text in line)
            shown.append(
                " ".join(f"{{{highlight}}}{text}{{{plain}}}" if lit else text for lit, text in parts)
            )
        return f"{{{tags}{plain}}}" + "\\N".join(shown)
