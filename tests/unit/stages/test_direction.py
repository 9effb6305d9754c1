"""What becomes of a board's scenes: footage, lengths on the beat, pauses, numbers, handles."""

from __future__ import annotations

from dataclasses import replace

import pytest

from genai.domain.creative import Scene
from genai.domain.film import SceneKind, SpokenWord, Transition, TransitionKind
from genai.domain.request import Footage
from genai.errors import Permanent
from genai.stages.direction import (
    LAST_PAUSE,
    PAUSE,
    STILL,
    cut_to_length,
    numbered,
    shared_out,
    with_footage,
    with_pauses,
)
from genai.stages.script import recorded_spans

DISSOLVE = Transition(TransitionKind.DISSOLVE, 8)


def _scenes(count: int, **values: object) -> list[Scene]:
    return [
        replace(Scene(n, "benefit", "studio", f"scene {n}", duration=1.6), **values)  # type: ignore[arg-type]
        for n in range(1, count + 1)
    ]


def test_footage_takes_the_scene_it_names_or_stands_before_the_last():
    footage = (Footage("a", scene=2), Footage("b"), Footage("c"))
    made = with_footage(_scenes(3, continues=True), footage, {"a": 9.0, "b": 1.2, "c": None})
    assert [(scene.footage, scene.kind) for scene in made] == [
        (None, SceneKind.PRODUCT),
        ("a", SceneKind.FOOTAGE),
        ("b", SceneKind.FOOTAGE),
        ("c", SceneKind.FOOTAGE),
        (None, SceneKind.PRODUCT),
    ]
    assert not made[1].continues
    assert [made[2].duration, made[2].speech, made[2].words.headline] == [1.2, "", ""]
    with pytest.raises(Permanent, match="/settings/footage/0/scene"):
        with_footage(_scenes(1), footage, {})


def test_a_silent_film_has_its_length_and_is_cut_on_the_beat():
    beats = [n * 0.5 for n in range(40)]
    made = cut_to_length(_scenes(9), 15.0, beats)
    lengths = [scene.duration or 0 for scene in made]
    assert sum(lengths) == pytest.approx(15.0)
    assert lengths[0] <= 1.5
    ends = [sum(lengths[:n]) for n in range(1, 9)]
    assert all(abs(end * 2 - round(end * 2)) < 1e-6 for end in ends)
    with pytest.raises(Permanent) as refused:
        cut_to_length(_scenes(3), 15.0, ())
    assert refused.value.code == "scene_count"


def test_only_the_last_pause_is_long():
    assert [scene.pause for scene in with_pauses(_scenes(3))] == [PAUSE, PAUSE, LAST_PAUSE]


def test_a_spoken_film_of_a_wanted_length_shares_it_out():
    said = ("Short.", "", "A sentence that is a good deal longer than that.")
    scenes = [
        replace(scene, speech=speech, duration=None) for scene, speech in zip(_scenes(3), said, strict=True)
    ]
    made = shared_out(with_pauses(scenes), 12.0)
    lengths = [scene.duration or 0 for scene in made]
    assert sum(lengths) == pytest.approx(12.0)
    assert lengths[1] == STILL
    assert lengths[2] > 3 * lengths[0] - 2 * LAST_PAUSE


def test_scenes_are_numbered_on_and_render_what_the_next_transition_needs():
    first, second, third = _scenes(3, opening=DISSOLVE)
    made = numbered([first, second, replace(third, continues=True)], variant=2, after=5)
    assert [(scene.number, scene.variant) for scene in made] == [(6, 2), (7, 2), (8, 2)]
    assert [scene.opening.frames for scene in made] == [0, 8, 0]
    assert [scene.handle for scene in made] == [8, 0, 0]
    assert [scene.continues for scene in made] == [False, False, True]


def test_nothing_continues_a_presenter_or_the_end_of_another_treatment():
    first, second = _scenes(2, continues=True)
    assert not numbered([first], variant=2, after=3)[0].continues
    presenter = replace(first, kind=SceneKind.PRESENTER)
    assert not numbered([presenter, second], variant=1, after=0)[1].continues


def test_a_recording_is_cut_in_the_middle_of_its_pauses():
    words = [SpokenWord(word, start, start + 0.4) for word, start in (("a", 0.2), ("b", 1.0), ("c", 2.0))]
    scenes = [
        replace(scene, speech=speech) for scene, speech in zip(_scenes(3), ("a b", "", "c"), strict=True)
    ]
    spans = recorded_spans(scenes, words, 3.0)
    assert spans == [(0.0, pytest.approx(1.7)), None, (pytest.approx(1.7), 3.0)]
    with pytest.raises(Permanent):
        recorded_spans(scenes, words[:2], 3.0)
