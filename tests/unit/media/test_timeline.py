"""Frames, samples, places, and lengths of cuts that sum up and keep their bounds."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai.domain.film import SpokenWord
from genai.media.timeline import BEAT_REACH, Place, paced, placed, samples_of

SHORTEST, LONGEST, FIRST = 0.8, 2.5, 1.5  # seconds
LOW, HIGH, FIRST_HIGH = 24, 75, 45  # the same in frames


def test_places_follow_one_another_without_a_gap() -> None:
    places = placed([45, 24, 31])
    assert places == (Place(0, 45), Place(45, 24), Place(69, 31))
    assert places[2].end == 100
    assert places[1].seconds == (1.5, 2.3)


def test_sound_is_counted_in_whole_samples() -> None:
    assert samples_of(1) == 1600
    place = placed([1] * 1_000_001)[-1]
    assert (place.sample, place.samples) == (1_600_000_000, 1600)


def test_words_are_shifted_to_the_film() -> None:
    words = Place(45, 30).shifted([SpokenWord("Slow", 0.1, 0.4)])
    assert words == (SpokenWord("Slow", 1.6, 1.9),)


def test_an_empty_cut_has_no_place() -> None:
    with pytest.raises(ValueError, match="at least one frame"):
        placed([30, 0])


@given(st.data(), st.lists(st.floats(0.05, 20), min_size=1, max_size=12))
def test_lengths_sum_up_and_keep_their_bounds(data: st.DataObject, wanted: list[float]) -> None:
    most = FIRST_HIGH + HIGH * (len(wanted) - 1)
    frames = data.draw(st.integers(LOW * len(wanted), most))
    beats = data.draw(st.lists(st.floats(0, frames / 30), max_size=40))
    lengths = paced(
        wanted, total=frames / 30, beats=beats, shortest=SHORTEST, longest=LONGEST, first_longest=FIRST
    )
    assert len(lengths) == len(wanted)
    assert sum(lengths) == frames
    assert lengths[0] <= FIRST_HIGH
    assert all(LOW <= length <= HIGH for length in lengths)


@given(st.lists(st.floats(0.1, 5), min_size=1, max_size=12))
def test_without_a_total_lengths_are_the_wanted_ones_within_the_bounds(wanted: list[float]) -> None:
    lengths = paced(wanted, total=None, shortest=SHORTEST, longest=LONGEST)
    assert lengths == [min(max(round(seconds * 30), LOW), HIGH) for seconds in wanted]


@given(st.lists(st.floats(1, 2), min_size=2, max_size=10), st.floats(0.4, 0.9))
def test_with_room_the_proportions_stay(wanted: list[float], part: float) -> None:
    total = sum(wanted) * part
    lengths = paced(wanted, total=total, shortest=0.1, longest=20)
    for seconds, length in zip(wanted, lengths, strict=True):
        assert abs(length - seconds * part * 30) < 2


@given(st.lists(st.floats(0.9, 2.4), min_size=2, max_size=10), st.floats(0.3, 0.8))
def test_beats_move_a_cut_no_further_than_a_quarter_of_a_second(wanted: list[float], period: float) -> None:
    beats = [period * beat for beat in range(100)]
    plain = list(accumulate(paced(wanted, total=None, shortest=SHORTEST, longest=LONGEST)))
    moved = list(accumulate(paced(wanted, total=None, beats=beats, shortest=SHORTEST, longest=LONGEST)))
    on_beat = {round(beat * 30) for beat in beats}
    for before, after in zip(plain[:-1], moved[:-1], strict=True):
        assert after == before or (after in on_beat and abs(after - before) <= BEAT_REACH)
    assert plain[-1] == moved[-1]


def test_cuts_fall_on_beats() -> None:
    lengths = paced([1.4, 1.6, 2.0], total=5.0, beats=[0.5 * n for n in range(11)], shortest=0.8, longest=2.5)
    assert lengths == [45, 45, 60]


def test_a_cut_gets_room_from_its_neighbour() -> None:
    # The first cut can only go to 1.2 s once the second has gone to 2.2 s.
    lengths = paced([1.0, 1.0, 1.0], total=3.0, beats=[1.2, 2.2], shortest=0.8, longest=1.2)
    assert lengths == [36, 30, 24]


def test_no_beat_is_taken_that_breaks_a_bound() -> None:
    assert paced([0.9, 0.9], total=1.8, beats=[0.7], shortest=0.8, longest=2.5) == [27, 27]


@pytest.mark.parametrize(
    ("wanted", "total", "first"),
    [
        ([], 2.0, None),
        ([1.0, 0.0], 2.0, None),
        ([1.0, float("nan")], 2.0, None),
        ([1.0, 1.0], 1.5, None),  # shorter than two shortest
        ([1.0, 1.0], 5.1, None),  # longer than two longest
        ([1.0, 1.0], 4.1, 1.5),
        ([1.0, 1.0], 2.0, 0.5),
    ],
)
def test_says_where_it_cannot_be(wanted: list[float], total: float, first: float | None) -> None:
    with pytest.raises(ValueError, match=r"cuts?\b"):
        paced(wanted, total=total, shortest=0.8, longest=2.5, first_longest=first)
