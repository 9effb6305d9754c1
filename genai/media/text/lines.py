"""Speech cut into captions, and words into lines: by sentence, clause, pause and measure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from genai.domain.film import SpokenWord

BRIDGED = 0.3  # seconds; a shorter pause does not interrupt a caption
_BREAK = 0.6  # seconds; a longer one always ends a caption
_SENTENCE, _CLAUSE = ".!?…؟।।۔", ",;:–—،؛"
# Articles, prepositions, conjunctions, pronouns and forms of "to be" of three letters and more: English,
# German, French, Spanish, Italian, Portuguese.
_LEANING = re.compile(
    r"the|and|but|for|from|with|that|this|than|your|our|their|his|her|its|are|was|were|not|you|they|she|who|"
    r"into|over|der|die|das|den|dem|des|ein|eine|einen|einem|einer|eines|und|oder|aber|mit|von|vom|zum|zur|"
    r"auf|für|bei|aus|ist|sind|nicht|sie|wir|ihr|ihre|ihren|dein|deine|sein|seine|les|une|des|aux|dans|par|"
    r"pour|avec|sur|est|sont|elle|nous|vous|ils|cette|ces|mon|mes|ton|tes|ses|que|qui|los|las|una|unos|unas|"
    r"del|con|por|para|son|sus|gli|uno|della|dei|delle|che|non|sono|per|nel|alla|dos|das|uma|com|não|seu|sua|"
    r"são|nos",
    re.IGNORECASE,
)
_CLOSING = "\"'”’»)]"


@dataclass(frozen=True)
class Manner:
    """How long captions get: at most ``most`` words, best about ``ideal``; ``fits`` says whether words
    have room in one caption."""

    most: int
    ideal: float
    fits: Callable[[Sequence[SpokenWord]], bool]


def grouped(words: Sequence[SpokenWord], manner: Manner) -> list[tuple[SpokenWord, ...]]:
    """The words in captions: the cheapest way to cut, by dynamic programming.

    A sentence's end and a pause end a caption, a comma is a good place to cut and a place after a short
    word (an article, a preposition) a bad one; a caption of one word is the last resort.
    """
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(words) + 1):
        choices = [
            (best[start][0] + _cost(words, start, end, manner), start)
            for start in range(max(0, end - manner.most), end)
            if end - start == 1 or manner.fits(words[start:end])
        ]
        best.append(min(choices))
    cuts = [len(words)]
    while cuts[-1]:
        cuts.append(best[cuts[-1]][1])
    return [tuple(words[start:end]) for start, end in pairwise(reversed(cuts))]


def _cost(words: Sequence[SpokenWord], start: int, end: int, manner: Manner) -> float:
    count = end - start
    cost = 2.0 + 6.0 * ((count - manner.ideal) / manner.ideal) ** 2 + (8.0 if count == 1 else 0.0)
    for index in range(start, end - 1):
        pause = words[index + 1].start - words[index].end
        if pause >= _BREAK or ends_sentence(words[index].text):
            cost += 60.0
        elif pause >= BRIDGED:
            cost += 8.0
        elif ends_clause(words[index].text):
            cost += 2.5
    return cost + (_severed(words[end - 1], words[end]) if end < len(words) else 0.0)


def _severed(word: SpokenWord, following: SpokenWord) -> float:
    """What it costs to cut between the two."""
    if ends_sentence(word.text) or ends_clause(word.text) or following.start - word.end >= BRIDGED:
        return 0.0
    return 5.0 if is_weak(word.text) else 1.5


def ends_sentence(word: str) -> bool:
    return word.rstrip(_CLOSING).endswith(tuple(_SENTENCE))


def ends_clause(word: str) -> bool:
    return word.rstrip(_CLOSING).endswith(tuple(_CLAUSE))


def is_weak(word: str) -> bool:
    """Whether it leans on the word after it: an article, a preposition, a pronoun; in languages that are
    not listed, a word of one or two letters."""
    return word.isalpha() and (len(word) <= 2 or _LEANING.fullmatch(word) is not None)


def balanced(
    words: Sequence[str], advance: Callable[[str], float], measure: float, most: int
) -> tuple[int, ...] | None:
    """How many words stand in each line: the fewest lines that fit ``measure``, as even as can be, no line
    ending in a weak word where avoidable. None where ``most`` lines do not hold them."""
    space = advance(" ")
    widths = [advance(word) for word in words]
    for count in range(1, min(most, len(words)) + 1):
        best: tuple[float, tuple[int, ...]] | None = None
        for cuts in combinations(range(1, len(words)), count - 1):
            edges = [0, *cuts, len(words)]
            lengths = [sum(widths[a:b]) + space * (b - a - 1) for a, b in pairwise(edges)]
            if max(lengths) > measure:
                continue
            weak = sum(is_weak(words[cut - 1]) for cut in cuts)
            ragged = (max(lengths) - min(lengths)) / measure + 0.35 * weak
            if best is None or ragged < best[0]:
                best = ragged, tuple(b - a for a, b in pairwise(edges))
        if best is not None:
            return best[1]
    return None
