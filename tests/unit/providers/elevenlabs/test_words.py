"""Words out of characters."""

from __future__ import annotations

import pytest

from genai.providers.elevenlabs.words import spoken_words

HELLO = "Hello, world — again."


def timed(text: str, step: float = 0.1) -> tuple[list[str], list[float], list[float]]:
    return list(text), [n * step for n in range(len(text))], [(n + 1) * step for n in range(len(text))]


def test_every_word_as_it_stands_with_the_times_of_its_letters() -> None:
    words = spoken_words(HELLO, *timed(HELLO), 5)
    assert [word.text for word in words] == HELLO.split()
    spans = [(round(word.start, 6), round(word.end, 6)) for word in words]
    # Commas and full stops are pauses; a dash on its own has its time.
    assert spans == [(0.0, 0.5), (0.7, 1.2), (1.3, 1.4), (1.5, 2.0)]


@pytest.mark.parametrize(
    ("characters", "spans"),
    [
        ("Helloworldagain", [(0.0, 0.5), (0.5, 1.0), (1.0, 1.0), (1.0, 1.5)]),  # no blanks, no marks
        ("Hello, world", [(0.0, 0.5), (0.7, 1.2), (1.2, 5.0), (5.0, 5.0)]),  # an end is missing
    ],
)
def test_what_is_not_among_the_characters_lies_between(
    characters: str, spans: list[tuple[float, float]]
) -> None:
    words = spoken_words(HELLO, *timed(characters), 5)
    assert [(round(word.start, 6), round(word.end, 6)) for word in words] == spans


def test_times_never_go_back_or_beyond_the_end() -> None:
    words = spoken_words("a b c", list("a b c"), [0.5, 0.5, 0.2, 0.5, 3.0], [0.9, 0.9, 0.3, 0.9, 9.0], 2.0)
    assert [(word.start, word.end) for word in words] == [(0.5, 0.9), (0.9, 0.9), (2.0, 2.0)]


def test_one_character_may_be_several_of_the_text_s() -> None:
    words = spoken_words("fi x", ["fi", " ", "x"], [0, 1, 2], [1, 2, 3], 3)
    assert [(word.start, word.end) for word in words] == [(0, 1), (2, 3)]


@pytest.mark.parametrize(
    ("characters", "starts"), [(list("something else"), None), (list(HELLO), [0.0])], ids=["other", "fewer"]
)
def test_another_text_s_characters_are_refused(characters: list[str], starts: list[float] | None) -> None:
    times = starts if starts is not None else [0.0] * len(characters)
    with pytest.raises(ValueError, match="characters"):
        spoken_words(HELLO if starts else "Quick lazy fox", characters, times, times, 5)
