"""When the words of a text are said, by words that were heard: those are what a listener made of the sound,
in a spelling and with divisions of their own."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from genai.domain.film import SpokenWord

_ALIKE = 0.5  # of a word's letters that must be among those heard


@dataclass(frozen=True)
class Aligned:
    """Every word of the text in order, with times that never go back; ``unheard``: the places of those that
    were not among what was heard, and so share the time between their neighbours by their letters."""

    words: tuple[SpokenWord, ...]
    unheard: tuple[int, ...]


@dataclass(frozen=True)
class _Letter:
    """``word``: its place in its text; times in seconds, of a text that was heard."""

    sign: str
    word: int
    start: float = 0.0
    end: float = 0.0


def aligned(text: str, heard: Sequence[SpokenWord], duration: float) -> Aligned:
    """Find the words of ``text`` among those that were heard in a sound of ``duration`` seconds.

    Whole words are found first and anchor the rest; between them letters are compared, so that "tea pot"
    is found in "teapot", and "3" is not found in "three".
    """
    words = text.split()
    said = [[_Letter(sign, place) for sign in _letters(word)] for place, word in enumerate(words)]
    known = [list(_timed(place, word)) for place, word in enumerate(heard)]
    found: dict[int, list[_Letter]] = {}
    for own, other in _pairs(said, known):
        found.setdefault(own.word, []).append(other)
    spans = [
        (found[place][0].start, found[place][-1].end)
        if place in found and len(found[place]) >= _ALIKE * len(letters)
        else None
        for place, letters in enumerate(said)
    ]
    return Aligned(
        tuple(_in_order(words, spans, duration)),
        tuple(place for place, span in enumerate(spans) if span is None and said[place]),
    )


def _pairs(said: list[list[_Letter]], known: list[list[_Letter]]) -> Iterator[tuple[_Letter, _Letter]]:
    """Letters of the text with those that were heard for them, in order."""
    matcher = SequenceMatcher(None, [_spelt(w) for w in said], [_spelt(w) for w in known], autojunk=False)
    for kind, first, last, begin, end in matcher.get_opcodes():
        own = [letter for word in said[first:last] for letter in word]
        other = [letter for word in known[begin:end] for letter in word]
        if kind == "equal":
            yield from zip(own, other, strict=True)
        elif kind == "replace":
            signs = SequenceMatcher(None, [x.sign for x in own], [x.sign for x in other], autojunk=False)
            for block in signs.get_matching_blocks():
                yield from zip(
                    own[block.a : block.a + block.size], other[block.b : block.b + block.size], strict=True
                )


def _in_order(
    words: Sequence[str], spans: Sequence[tuple[float, float] | None], duration: float
) -> Iterator[SpokenWord]:
    latest = 0.0
    for place, (word, heard) in enumerate(zip(words, spans, strict=True)):
        span = heard
        if span is None:
            after = next((at for at in range(place, len(spans)) if spans[at]), len(spans))
            following = spans[after] if after < len(spans) else None
            until = max(latest, following[0] if following else duration)
            letters = [len(each) for each in words[place:after]]
            span = latest, latest + (until - latest) * letters[0] / sum(letters)
        start = min(max(span[0], latest), duration)
        latest = min(max(span[1], start), duration)
        yield SpokenWord(word, start, latest)


def _timed(place: int, word: SpokenWord) -> Iterator[_Letter]:
    """The letters of a word that was heard, each with its share of the word's time."""
    signs = _letters(word.text)
    step = (word.end - word.start) / max(1, len(signs))
    for number, sign in enumerate(signs):
        yield _Letter(sign, place, word.start + number * step, word.start + (number + 1) * step)


def _letters(word: str) -> str:
    """Letters and digits without accents and case."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(sign for sign in plain if sign.isalnum())


def _spelt(word: list[_Letter]) -> str:
    return "".join(letter.sign for letter in word)
