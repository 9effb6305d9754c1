"""Words out of the vendor's characters, each of which has a time."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher

from genai.domain.film import SpokenWord

_WORD = re.compile(r"\S+")
_ALIKE = 0.5  # of a word's letters, and of the words, must be found: the rest is another text's


def spoken_words(
    text: str, characters: Sequence[str], starts: Sequence[float], ends: Sequence[float], duration: float
) -> tuple[SpokenWord, ...]:
    """Every word of ``text`` as it stands, in order, with its times in seconds, which never go back.

    A word lasts from its first letter or digit to its last one: the vendor counts the pause after a mark
    as the mark's. What is not among the characters lies between its neighbours. Raises ValueError where the
    characters are not the text's.
    """
    if not len(characters) == len(starts) == len(ends):
        raise ValueError("characters and times are not as many")
    places = _places(text, characters)
    spans: list[tuple[float, float] | None] = []
    words = list(_WORD.finditer(text))
    for word in words:
        own = range(*word.span())
        letters = [at for at in own if _sounds(text[at])] or list(own)
        found = [places[at] for at in letters if at in places]
        alike = len(found) >= _ALIKE * len(letters)
        spans.append((starts[found[0]], ends[found[-1]]) if alike else None)
    if sum(span is not None for span in spans) < _ALIKE * len(words):
        raise ValueError("the characters are another text's")
    return _in_order([word.group() for word in words], spans, duration)


def _places(text: str, characters: Sequence[str]) -> dict[int, int]:
    """Which of the characters each of the text's is, where it is one of them."""
    heard = "".join(characters)
    owners = [number for number, character in enumerate(characters) for _ in character]
    if heard == text:
        return dict(enumerate(owners))
    matcher = SequenceMatcher(None, text, heard, autojunk=False)
    return {
        block.a + step: owners[block.b + step]
        for block in matcher.get_matching_blocks()
        for step in range(block.size)
    }


def _in_order(
    words: Sequence[str], spans: Sequence[tuple[float, float] | None], duration: float
) -> tuple[SpokenWord, ...]:
    made: list[SpokenWord] = []
    latest = 0.0
    for number, (word, span) in enumerate(zip(words, spans, strict=True)):
        following = next((later[0] for later in spans[number:] if later), duration)
        begins, ends = span or (latest, following)
        start = min(max(begins, latest), duration)
        latest = min(max(ends, start), duration)
        made.append(SpokenWord(word, start, latest))
    return tuple(made)


def _sounds(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNM"
