"""The words of a text among those that were heard."""

from __future__ import annotations

import pytest

from genai.domain.film import SpokenWord
from genai.providers.openai.alignment import aligned


def heard(text: str, step: float = 0.5) -> list[SpokenWord]:
    """Each word for 0.4 s, one every half second."""
    return [SpokenWord(word, at * step, at * step + 0.4) for at, word in enumerate(text.split())]


def times(text: str, said: list[SpokenWord], duration: float = 10.0) -> dict[str, tuple[float, float]]:
    return {word.text: (word.start, word.end) for word in aligned(text, said, duration).words}


def test_words_take_the_times_of_their_own_whatever_their_marks_and_case() -> None:
    found = aligned("“Tea,” tastes BETTER from it.", heard("tea tastes better from it"), 10.0)
    assert [word.text for word in found.words] == ["“Tea,”", "tastes", "BETTER", "from", "it."]
    assert [(word.start, word.end) for word in found.words] == [(at * 0.5, at * 0.5 + 0.4) for at in range(5)]
    assert found.unheard == ()


def test_words_that_were_divided_otherwise_are_found_by_their_letters() -> None:
    found = times("The teapot is here", heard("the tea pot is here"))
    assert found["teapot"] == (0.5, 1.4)
    joined = times("It is a tea pot now", heard("it is a teapot now"))
    assert joined["tea"][0] == 1.5
    assert joined["tea"][1] == joined["pot"][0] == pytest.approx(1.7)
    assert joined["pot"][1] == pytest.approx(1.9)


def test_words_that_sound_alike_are_found() -> None:
    assert times("Bring your café home", heard("bring you cafe home"))["café"] == (1.0, 1.4)


def test_words_that_were_not_heard_share_the_time_between_their_neighbours() -> None:
    found = aligned("Now 1,5 litres fit", heard("now one and a half liters fit"), 10.0)
    assert found.unheard == (1,)
    now, unheard, litres, _ = found.words
    assert now.end == unheard.start
    assert unheard.end == litres.start == 2.5
    several = aligned("start aaaa bb end", [heard("start")[0], SpokenWord("end", 3.4, 4.0)], 10.0)
    assert several.unheard == (1, 2)
    assert [word.start for word in several.words[1:3]] == [0.4, pytest.approx(2.4)]


def test_nothing_heard_at_the_edges() -> None:
    found = aligned("one two three", [SpokenWord("two", 2.0, 2.5)], 4.0)
    assert [(word.start, word.end) for word in found.words] == [(0.0, 2.0), (2.0, 2.5), (2.5, 4.0)]


def test_times_never_go_back_and_end_with_the_sound() -> None:
    mixed = [SpokenWord("one", 1.0, 1.4), SpokenWord("two", 0.2, 0.6), SpokenWord("three", 5.0, 9.0)]
    words = aligned("one two three", mixed, 6.0).words
    flat = [time for word in words for time in (word.start, word.end)]
    assert flat == sorted(flat)
    assert flat[-1] == 6.0


def test_signs_without_letters_are_no_words_that_were_missed() -> None:
    assert aligned("Tea – hot", heard("tea hot"), 2.0).unheard == ()


def test_writings_without_blanks_are_found_by_their_signs() -> None:
    said = [SpokenWord(sign, at * 0.2, at * 0.2 + 0.2) for at, sign in enumerate("早晨一杯茶更好喝")]
    found = aligned("早晨一杯茶， 更好喝。", said, 2.0)
    assert found.unheard == ()
    assert [(round(word.start, 2), round(word.end, 2)) for word in found.words] == [(0.0, 1.0), (1.0, 1.6)]
