from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import pytest

from genai.domain.blueprint import Blueprint, StageSpec
from genai.domain.creative import Scene
from genai.domain.enums import JobType, Queue, Scope
from genai.domain.records import to_json
from genai.domain.request import JobRequest, RetryRequest
from genai.errors import InvalidInput
from genai.retrying import plan_rendering, plan_retry
from genai.store.originals import Original, OriginalStep

BLUEPRINT = Blueprint(
    "image_bundle",
    plan=tuple(
        StageSpec(name, inputs, Queue.MARKETING)
        for name, inputs in (
            ("intake", ()),
            ("neutral_image", ("intake",)),
            ("character_sheet", ("neutral_image",)),
            ("metadata", ("intake",)),
            ("storyboard", ("metadata",)),
        )
    ),
    scene=(
        StageSpec("image", ("neutral_image", "storyboard"), Queue.MARKETING),
        StageSpec("fidelity", ("image",), Queue.MARKETING),
    ),
    assemble=(StageSpec("bundle", ("storyboard", "fidelity"), Queue.MARKETING),),
    scenes_from="storyboard",
)
THIRD_FAILED = {"scene_3.image": "failed", "scene_3.fidelity": "skipped", "bundle": "skipped"}
SCENES = [Scene(number, "hero", "studio", "") for number in (1, 2, 3)]


def _original(
    scenes: list[Scene] = SCENES,
    *,
    selected: int | None = None,
    states: Mapping[str, str] = MappingProxyType({}),
) -> Original:
    plans = BLUEPRINT.steps(scenes)
    return Original(
        id="job",
        client="acme",
        state="completed",
        flow="image_bundle",
        product_id="p",
        product_fingerprint="f",
        brief={},
        blueprint=to_json(BLUEPRINT),
        scenes=[to_json(scene) for scene in scenes],
        selected_variant=selected,
        steps=tuple(
            OriginalStep(p.key, p.stage, p.scene, p.inputs, states.get(p.key, "succeeded"), 100 + index)
            for index, p in enumerate(plans)
        ),
    )


def _request(**retry: object) -> JobRequest:
    return JobRequest(JobType.RETRY, "again-1", retry=RetryRequest("job", **retry))  # type: ignore[arg-type]


def _redone(original: Original, **retry: object) -> list[str]:
    plan = plan_retry(original, _request(**retry))
    assert {step.queue for step in plan.steps} == {Queue.RETRY}
    return [step.key for step in plan.steps if plan.overrides[step.key].get("state") != "succeeded"]


def test_only_redoes_a_scene_and_what_is_made_of_it():
    redone = _redone(_original(), stage="image", scene=2, scope=Scope.ONLY)
    assert redone == ["scene_2.image", "scene_2.fidelity", "bundle"]


def test_onward_redoes_that_scene_and_all_after_it():
    redone = _redone(_original(), stage="fidelity", scene=2, scope=Scope.ONWARD)
    assert redone == ["scene_2.fidelity", "scene_3.fidelity", "bundle"]


def test_missing_redoes_what_has_not_succeeded():
    original = _original(states=THIRD_FAILED)
    assert _redone(original) == ["scene_3.image", "scene_3.fidelity", "bundle"]


def test_a_part_of_a_failed_job_is_made_with_whatever_is_missing():
    original = _original(states=THIRD_FAILED)
    redone = _redone(original, stage="fidelity", scene=1, scope=Scope.ONLY)
    assert redone == ["scene_1.fidelity", "scene_3.image", "scene_3.fidelity", "bundle"]


def test_a_new_neutral_image_leaves_words_and_storyboard_alone():
    redone = _redone(_original(), stage="neutral_image", scope=Scope.ONLY)
    assert not {"metadata", "storyboard"} & set(redone)
    assert {"neutral_image", "character_sheet", "scene_1.image", "scene_3.fidelity", "bundle"} <= set(redone)


def test_a_new_storyboard_makes_new_scenes():
    plan = plan_retry(_original(), _request(stage="storyboard", scope=Scope.ONLY))
    assert plan.scenes is None
    assert [step.key for step in plan.steps] == [
        "intake", "neutral_image", "character_sheet", "metadata", "storyboard", "bundle",
    ]  # fmt: skip


def test_kept_steps_refer_to_whoever_made_them():
    plan = plan_retry(_original(), _request(stage="image", scene=1, scope=Scope.ONLY))
    assert plan.overrides["intake"] == {"state": "succeeded", "source_id": 100}
    assert plan.overrides["scene_1.image"] == {"fresh": True}


@pytest.mark.parametrize(
    ("retry", "pointer"),
    [
        ({"stage": "video"}, "/retry/stage"),
        ({"stage": "image", "scene": 9}, "/retry/scene"),
        ({}, "/retry/scope"),
        ({"scope": Scope.ONLY}, "/retry/stage"),
    ],
)
def test_what_the_job_has_not_is_refused_by_field(retry, pointer):
    with pytest.raises(InvalidInput) as refused:
        plan_retry(_original(), _request(**retry))
    assert refused.value.pointer == pointer


VARIANTS = [replace(scene, variant=1 + scene.number // 3) for scene in SCENES]


def test_a_chosen_treatment_goes_on_alone():
    redone = _original(VARIANTS, selected=2, states={"scene_3.fidelity": "failed", "bundle": "skipped"})
    plan = plan_retry(redone, _request())
    assert plan.scenes is not None
    assert [scene["number"] for scene in plan.scenes] == [3]
    again = [step.key for step in plan.steps if plan.overrides[step.key].get("state") != "succeeded"]
    assert again == ["scene_3.fidelity", "bundle"]
    bundle = plan.steps[-1]
    assert bundle.inputs == ("storyboard", "scene_3.fidelity")


def test_a_scene_of_another_treatment_than_the_chosen_is_refused():
    with pytest.raises(InvalidInput) as refused:
        plan_retry(
            _original(VARIANTS, selected=2),
            _request(stage="image", scene=1, scope=Scope.ONLY),
        )
    assert refused.value.pointer == "/retry/scene"


def test_a_preview_is_rendered_with_its_plan_kept():
    """What a preview makes smaller is made again; what is assembled of it too."""
    plan = plan_rendering(_original(), BLUEPRINT)
    again = {step.key for step in plan.steps if plan.overrides[step.key].get("state") != "succeeded"}
    scenes = {f"scene_{n}.{stage}" for n in (1, 2, 3) for stage in ("image", "fidelity")}
    assert again == scenes | {"bundle"}
    assert {step.queue for step in plan.steps} == {Queue.MARKETING}


def test_an_edit_makes_again_what_reads_it_and_nothing_else():
    plan = plan_retry(_original(), _request(edits={2: {"prompt": "by the sea"}}))
    again = [step.key for step in plan.steps if plan.overrides[step.key].get("state") != "succeeded"]
    assert again == ["scene_2.image", "scene_2.fidelity", "bundle"]
    assert plan.scenes is not None
    assert [scene["prompt"] for scene in plan.scenes] == ["", "by the sea", ""]
    assert [scene["seed"] for scene in plan.scenes] == [0, 0, 0]


def test_an_edit_that_the_picture_does_not_show_leaves_it_alone():
    spoken = [replace(scene, speech="Look.", duration=2.0) for scene in SCENES]
    assert _redone(_original(spoken), stage="bundle", scope=Scope.ONLY, edits={2: {"speech": "See."}}) == [
        "bundle"
    ]


def test_an_edit_is_refused_where_the_scenes_are_made_again():
    with pytest.raises(InvalidInput) as refused:
        plan_retry(_original(), _request(stage="storyboard", scope=Scope.ONLY, edits={2: {"prompt": "x"}}))
    assert refused.value.pointer == "/retry/edits"


def test_a_scene_that_is_named_comes_out_another_one():
    plan = plan_retry(_original(), _request(stage="image", scene=2, scope=Scope.ONLY))
    assert plan.scenes is not None
    seeds = [scene["seed"] for scene in plan.scenes]
    assert seeds[0] == seeds[2] == 0
    assert seeds[1] != 0
