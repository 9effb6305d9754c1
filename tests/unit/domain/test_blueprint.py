from __future__ import annotations

import json
from dataclasses import replace

from genai.domain.blueprint import Blueprint, StageSpec
from genai.domain.creative import Scene
from genai.domain.enums import Phase, Queue
from genai.domain.film import SceneKind
from genai.domain.records import from_json, to_json

BLUEPRINT = Blueprint(
    "flow",
    plan=(
        StageSpec("intake", (), Queue.MARKETING),
        StageSpec("board", ("intake", "absent"), Queue.MARKETING),
    ),
    scene=(StageSpec("image", ("board",), Queue.MARKETING), StageSpec("lips", ("image",), Queue.AVATAR)),
    assemble=(StageSpec("stitch", ("board", "lips"), Queue.MARKETING),),
    scenes_from="board",
)


def _scenes(count: int) -> list[Scene]:
    return [Scene(number, "hero", "studio", "") for number in range(1, count + 1)]


def test_before_the_scenes_are_known_there_are_plan_and_assemble():
    steps = BLUEPRINT.steps(None)
    assert [step.key for step in steps] == ["intake", "board", "stitch"]
    assert steps[-1].inputs == ("board",)


def test_inputs_are_edges_between_steps():
    steps = {step.key: step for step in BLUEPRINT.steps(_scenes(2))}
    assert steps["board"].inputs == ("intake",)  # a stage that the flow lacks is no input
    assert steps["scene_2.lips"].inputs == ("scene_2.image",)
    assert steps["scene_2.image"].inputs == ("board",)
    assert steps["stitch"].inputs == ("board", "scene_1.lips", "scene_2.lips")
    assert steps["scene_1.lips"].queue is Queue.AVATAR


def test_positions_order_the_steps_and_stay_when_scenes_come():
    steps = BLUEPRINT.steps(_scenes(100))
    positions = [step.position for step in steps]
    assert positions == sorted(set(positions))
    few = {step.key: step.position for step in BLUEPRINT.steps(_scenes(1))}
    assert few.items() <= {step.key: step.position for step in steps}.items()
    assert [step.phase for step in steps if step.scene is None][-1] is Phase.ASSEMBLE


def test_it_survives_storage():
    assert from_json(Blueprint, json.loads(json.dumps(to_json(BLUEPRINT)))) == BLUEPRINT


FILM = Blueprint(
    "film",
    plan=(StageSpec("board", (), Queue.MARKETING),),
    scene=(
        StageSpec("image", ("board",), Queue.MARKETING, (SceneKind.PRODUCT,), previous=("image", "video")),
        StageSpec("video", ("image",), Queue.MARKETING, (SceneKind.PRODUCT, SceneKind.FOOTAGE)),
        StageSpec("lip_sync", ("board",), Queue.AVATAR, (SceneKind.PRESENTER,)),
    ),
    assemble=(StageSpec("stitch", ("video", "lip_sync"), Queue.MARKETING),),
    scenes_from="board",
)


def test_a_scene_has_the_stages_of_its_kind():
    kinds = (SceneKind.PRODUCT, SceneKind.PRESENTER, SceneKind.FOOTAGE)
    scenes = [replace(scene, kind=kind) for scene, kind in zip(_scenes(3), kinds, strict=True)]
    steps = {step.key: step.inputs for step in FILM.steps(scenes)}
    assert steps == {
        "board": (),
        "scene_1.image": ("board",),
        "scene_1.video": ("scene_1.image",),
        "scene_2.lip_sync": ("board",),
        "scene_3.video": (),
        "stitch": ("scene_1.video", "scene_3.video", "scene_2.lip_sync"),
    }


def test_a_scene_that_continues_reads_the_one_before():
    first, second, third = _scenes(3)
    steps = {step.key: step.inputs for step in FILM.steps([first, replace(second, continues=True), third])}
    assert steps["scene_2.image"] == ("board", "scene_1.image", "scene_1.video")
    assert steps["scene_3.image"] == ("board",)
