from __future__ import annotations

from genai.domain.enums import Phase
from genai.domain.progress import percent

PLAN, SCENE, ASSEMBLE = Phase.PLAN, Phase.SCENE, Phase.ASSEMBLE


def test_percent_never_goes_back_when_the_scenes_appear():
    total = {PLAN: 4, ASSEMBLE: 1}
    reached = [percent({PLAN: done}, total, has_scenes=True) for done in range(5)]
    total[SCENE] = 6
    reached += [percent({PLAN: 4, SCENE: done}, total, has_scenes=True) for done in range(7)]
    assert reached == sorted(reached)
    assert (reached[0], reached[4], reached[-1]) == (0, 30, 90)


def test_a_flow_without_scenes_uses_their_weight():
    assert percent({PLAN: 8}, {PLAN: 8, ASSEMBLE: 1}, has_scenes=False) == 75


def test_a_hundred_belongs_to_completion():
    total = {PLAN: 1, SCENE: 1, ASSEMBLE: 1}
    assert percent(total, total, has_scenes=True) == 99
