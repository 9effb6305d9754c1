"""Which steps of an earlier job another one makes again, and which it takes over by reference: for a
retry, and for the full rendering of a preview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from genai.domain.blueprint import Blueprint, StepPlan
from genai.domain.creative import Scene
from genai.domain.edits import edit_all
from genai.domain.enums import Phase, Queue, Scope, StepState
from genai.domain.records import from_json, to_json
from genai.domain.request import JobRequest, RetryRequest
from genai.errors import InvalidInput
from genai.stages.calls import stable_seed
from genai.stages.registry import stage
from genai.store.originals import Original, OriginalStep


@dataclass(frozen=True)
class RetryPlan:
    """``scenes`` is None where the stage that determines the scenes is made again."""

    steps: Sequence[StepPlan]
    overrides: Mapping[str, Mapping[str, Any]]
    scenes: Sequence[Mapping[str, Any]] | None
    product_fingerprint: str | None


def plan_retry(original: Original, request: JobRequest) -> RetryPlan:
    """The retry job's steps. Raises InvalidInput for a stage or scene that the job does not have, and
    where nothing is left to make."""
    retry = request.retry
    assert retry is not None, "the contract requires it"
    chosen = _scenes(original)
    wanted = None if chosen is None else edit_all(chosen, retry.edits, "/retry/edits")
    named = _named(original, retry)
    # Nothing can be taken over from a step that has not succeeded, whatever the retry names.
    missing = {step.key for step in original.steps if step.state != StepState.SUCCEEDED}
    touched = _touched(original, chosen or (), wanted or ())
    again = _downstream(original.steps, named | missing | touched)
    blueprint = from_json(Blueprint, original.blueprint)
    if wanted is None or blueprint.scenes_from in again:
        if retry.edits:
            raise InvalidInput(
                "/retry/edits", "the scenes are determined anew", "Retry once more, with them, when they are."
            )
        known = None
    else:
        redone = set() if retry.scope is Scope.MISSING else named
        known = [to_json(_varied(scene, original, redone, request)) for scene in wanted]
    plan = _plan(original, blueprint, known, again)
    if all(kept.get("state") == StepState.SUCCEEDED for kept in plan.overrides.values()):
        raise InvalidInput(
            "/retry/edits", "they change nothing that is made", "Change something, or leave it."
        )
    return replace(plan, steps=[replace(step, queue=Queue.RETRY) for step in plan.steps])


def plan_rendering(preview: Original, blueprint: Blueprint) -> RetryPlan:
    """The steps of the job that renders a preview in full: its plan and its sound are taken over, and
    what a preview makes smaller is made anew. ``blueprint`` is the new job's.

    Raises InvalidInput where the preview has no scenes.
    """
    if preview.scenes is None:
        raise InvalidInput("/settings/preview_of", "the preview has no scenes", "Name one that completed.")
    smaller = {step.key for step in preview.steps if stage(step.stage).drafts}
    missing = {step.key for step in preview.steps if step.state != StepState.SUCCEEDED}
    again = _downstream(preview.steps, smaller | missing)
    return _plan(preview, blueprint, [to_json(scene) for scene in _scenes(preview) or ()], again)


def _scenes(original: Original) -> list[Scene] | None:
    """The scenes to go on with: those of the treatment that was chosen, or all."""
    if original.scenes is None:
        return None
    scenes = [from_json(Scene, scene) for scene in original.scenes]
    chosen = original.selected_variant
    return scenes if chosen is None else [scene for scene in scenes if scene.variant == chosen]


def _touched(original: Original, before: Sequence[Scene], after: Sequence[Scene]) -> set[str]:
    """The steps that read what the edits have changed of their scene."""
    changed = {old.number: (old, new) for old, new in zip(before, after, strict=True) if old != new}
    keys = set()
    for step in original.steps:
        if step.scene in changed:
            reads = stage(step.stage).scene_key or to_json
            old, new = changed[step.scene]
            if reads(old) != reads(new):
                keys.add(step.key)
    return keys


def _varied(scene: Scene, original: Original, redone: set[str], request: JobRequest) -> Scene:
    """A scene that is named to be made again comes out another one, though its brief is the same."""
    if not any(step.key in redone and step.scene == scene.number for step in original.steps):
        return scene
    return replace(scene, seed=stable_seed(scene.seed, request.idempotency_key))


def _plan(
    original: Original, blueprint: Blueprint, known: Sequence[Mapping[str, Any]] | None, again: set[str]
) -> RetryPlan:
    plans = blueprint.steps(None if known is None else [from_json(Scene, scene) for scene in known])
    if known is not None and original.scenes is not None and len(known) < len(original.scenes):
        # Without the other treatments what is assembled of the scenes is another thing.
        again = again | {plan.key for plan in plans if plan.phase is Phase.ASSEMBLE}
    overrides: dict[str, dict[str, Any]] = {}
    for plan in plans:
        earlier = original.step(plan.key)
        if earlier is not None and earlier.key not in again:
            overrides[plan.key] = {"state": StepState.SUCCEEDED.value, "source_id": earlier.made_by}
        else:
            # What succeeded and is asked for again is not to be found again as a checkpoint.
            fresh = earlier is not None and earlier.state == StepState.SUCCEEDED
            overrides[plan.key] = {"fresh": fresh}
    return RetryPlan(
        steps=plans,
        overrides=overrides,
        scenes=known,
        product_fingerprint=None if "intake" in again else original.product_fingerprint,
    )


def _named(original: Original, retry: RetryRequest) -> set[str]:
    """The keys of the steps that the retry names, before what depends on them."""
    if retry.stage is not None and retry.stage not in {step.stage for step in original.steps}:
        stages = ", ".join(dict.fromkeys(step.stage for step in original.steps))
        raise InvalidInput("/retry/stage", f"the job has no stage '{retry.stage}'", f"It has: {stages}.")
    scenes = {scene.number for scene in _scenes(original) or ()}
    if retry.scene is not None and retry.scene not in scenes:
        raise InvalidInput(
            "/retry/scene", f"the job has no scene {retry.scene}", f"It has {len(scenes)} scenes."
        )
    if retry.scope is Scope.MISSING:
        missing = {step.key for step in original.steps if step.state != StepState.SUCCEEDED}
        if not missing and not retry.edits:
            raise InvalidInput(
                "/retry/scope", "nothing of the job is missing", "Use only or onward to make a part again."
            )
        return missing
    if retry.stage is None:
        raise InvalidInput("/retry/stage", "is needed with this scope", "Name the stage to start from.")
    named = {step.key for step in original.steps if _matches(step, retry)}
    if not named:
        has = ", ".join(step.stage for step in original.steps if step.scene == retry.scene)
        raise InvalidInput(
            "/retry/scene", f"there is no '{retry.stage}' of scene {retry.scene}", f"It has: {has}."
        )
    return named


def _matches(step: OriginalStep, retry: RetryRequest) -> bool:
    if step.stage != retry.stage:
        return False
    if step.scene is None or retry.scene is None:
        return True
    return step.scene >= retry.scene if retry.scope is Scope.ONWARD else step.scene == retry.scene


def _downstream(steps: Sequence[OriginalStep], named: set[str]) -> set[str]:
    """The named steps and all that is made of them. Steps come in order, so one pass is enough."""
    again = set(named)
    for step in steps:
        if again.intersection(step.inputs):
            again.add(step.key)
    return again
