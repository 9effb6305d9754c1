"""How long the steps that are left take: one after the other, side by side, behind what is queued."""

from __future__ import annotations

import pytest

from genai.domain.enums import Phase
from genai.store.estimates import Work, makespan, scenes_expected
from genai.store.experience import Experience, Taken


def _known(processes: int = 1, queued: int = 0) -> Experience:
    return Experience(
        taken={("ugc", "image", False): Taken(10.0, {}), (None, "video", False): Taken(30.0, {})},
        scenes={("ugc", False): 5.0},
        shares={("ugc", False, "video"): 0.8},
        processes={"marketing": processes},
        queued=[("marketing", "ugc", "image", False, queued)],
    )


def _scene(number: int, seconds: float, *, queues: bool = False) -> Work:
    return Work(Phase.SCENE, number, "marketing", seconds, queues)


PLAN = Work(Phase.PLAN, None, "marketing", 5.0, queues=False)
ASSEMBLE = Work(Phase.ASSEMBLE, None, "marketing", 7.0, queues=False)


@pytest.mark.parametrize(
    ("processes", "scenes", "seconds"),
    [
        (1, [_scene(1, 10), _scene(2, 10), _scene(3, 10)], 42),
        (3, [_scene(1, 10), _scene(2, 10), _scene(3, 10)], 22),
        (9, [_scene(1, 10), _scene(2, 10), _scene(3, 10)], 22),
        (2, [_scene(1, 10), _scene(1, 20), _scene(2, 10)], 42),  # one scene's steps follow each other
        (2, [], 12),
    ],
)
def test_scenes_go_side_by_side_between_plan_and_assembling(processes, scenes, seconds):
    assert makespan([PLAN, *scenes, ASSEMBLE], _known(processes)) == seconds


def test_each_step_that_is_still_to_be_sent_waits_for_what_is_queued():
    # 6 steps of 10 s lie before two processes.
    known = _known(processes=2, queued=6)
    assert makespan([PLAN, _scene(1, 10)], known) == 15
    assert makespan([PLAN, _scene(1, 10, queues=True)], known) == 45


def test_what_a_flow_has_no_record_of_is_taken_from_the_others():
    known = _known()
    assert known.of("ugc", "image", preview=False) == Taken(10.0, {})
    assert known.of("ugc", "video", preview=False) == Taken(30.0, {})
    assert known.of("fast_video", "image", preview=False) is None
    assert known.of("ugc", "image", preview=True) is None


@pytest.mark.parametrize(
    ("flow", "wanted", "count"),
    [("ugc", None, 4), ("ugc", 10, 8), ("fast_video", 3, 3), ("fast_video", None, None)],
)
def test_scenes_that_are_not_determined_are_those_that_are_wanted_or_usual(flow, wanted, count):
    assert scenes_expected(_known(), flow, "video", wanted, preview=False) == count
