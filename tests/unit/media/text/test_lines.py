"""Where speech is cut."""

from __future__ import annotations

from collections.abc import Sequence

from genai.domain.film import SpokenWord
from genai.media.text.lines import Manner, balanced, grouped
from tests.unit.media.text.speech import spoken


def cut(words: Sequence[SpokenWord], most: int = 5) -> list[str]:
    manner = Manner(most, 3.5, lambda some: sum(len(word.text) for word in some) <= 30)
    return [" ".join(word.text for word in group) for group in grouped(words, manner)]


def test_sentences_and_clauses_end_captions() -> None:
    assert cut(spoken("Keeps it hot for hours, and it never leaks. Try it today!")) == [
        "Keeps it hot for hours,",
        "and it never leaks.",
        "Try it today!",
    ]


def test_no_caption_ends_in_a_word_that_leans_on_the_next() -> None:
    for caption in cut(spoken("Every morning starts in the kitchen with a cup of freshly ground coffee.")):
        assert caption.split()[-1] not in {"in", "the", "with", "a", "of"}
        assert 2 <= len(caption.split()) <= 5


def test_a_word_stands_alone_only_where_it_is_a_sentence() -> None:
    first, *others = cut(spoken("Wait. This one is really something new."))
    assert first == "Wait."
    assert all(len(caption.split()) > 1 for caption in others)


def test_a_pause_ends_a_caption() -> None:
    words = [SpokenWord("one", 0, 0.2), SpokenWord("two", 0.2, 0.4), SpokenWord("three", 1.2, 1.5)]
    words.append(SpokenWord("four", 1.5, 1.8))
    assert cut(words) == ["one two", "three four"]


def test_lines_are_even_and_do_not_end_in_a_preposition() -> None:
    assert balanced(["one", "two", "three", "four"], len, 30, 2) == (4,)
    assert balanced(["hot", "coffee", "all", "day"], len, 12, 2) == (2, 2)
    assert balanced(["make", "coffee", "at", "the", "lake", "now"], len, 20, 2) == (2, 4)
    assert balanced(["far", "too", "much", "for", "two", "lines", "here"], len, 8, 2) is None
