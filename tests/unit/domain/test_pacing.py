"""Bounds of fast videos: what they allow can be made, what they refuse cannot."""

import pytest

from genai.domain.pacing import FAST_LENGTH, cut_bounds, cut_limits, readable_words


@pytest.mark.parametrize("duration", [*range(3, 181, 7), 3.0, 15.0, 7.53, 180.0])
def test_a_number_within_the_bounds_can_make_the_length_and_no_other(duration: float) -> None:
    lowest, highest = cut_bounds(duration)
    frames = round(duration * 30)

    def range_of(count: int) -> tuple[int, int]:
        limits = [cut_limits(index, count) for index in range(count)]
        return sum(low for low, _ in limits), sum(high for _, high in limits)

    for count in (lowest, highest):
        shortest, longest = range_of(count)
        assert shortest <= frames <= longest
    assert lowest == 2 or range_of(lowest - 1)[1] < frames
    assert range_of(highest + 1)[0] > frames


def test_a_usual_video() -> None:
    assert cut_bounds(15) == (7, 17)
    assert cut_bounds(FAST_LENGTH[0]) == (2, 2)


def test_too_short_a_video_has_no_number_of_cuts() -> None:
    lowest, highest = cut_bounds(1.0)
    assert lowest > highest


@pytest.mark.parametrize(("seconds", "words"), [(0.2, 0), (0.8, 2), (1.05, 3), (1.3, 4), (2.5, 8)])
def test_readable_words(seconds: float, words: int) -> None:
    assert readable_words(seconds) == words
