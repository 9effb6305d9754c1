"""Storyboards: seeds for a product, and the scenes of one job."""

from __future__ import annotations

from typing import Any

from genai.capabilities.storyboard import Seed, StoryboardRequest
from genai.domain.enums import Capability
from genai.domain.records import from_json, to_json
from genai.stages.context import StepContext
from genai.stages.stage import Stage, StageResult, language_of


def _request(context: StepContext, **more: Any) -> StoryboardRequest:
    settings = context.settings
    return StoryboardRequest(
        mode=context.claim.flow,
        product=context.brief,
        prompt=context.request.prompt,
        metadata=context.input("metadata").output,
        brand=context.brand,
        aspect=settings.aspect,
        composition=settings.composition,
        duration=settings.duration,
        language=settings.language,
        **more,
    )


def _seeds(context: StepContext) -> StageResult:
    # Seeds serve every later job of the product, so nothing of this one's wishes goes into them.
    request = StoryboardRequest(
        mode="",
        product=context.brief,
        metadata=context.input("metadata").output,
        count=0,
        language=context.settings.language,
    )
    result = context.calls.storyboard(request)
    return StageResult(output={"concept": result.concept, "seeds": [to_json(seed) for seed in result.seeds]})


def _storyboard(context: StepContext) -> StageResult:
    seeds = tuple(
        from_json(Seed, seed)
        for output in context.inputs_of("storyboard_seeds")
        for seed in output.output["seeds"]
    )
    settings = context.settings
    result = context.calls.storyboard(
        _request(context, count=settings.scenes, seeds=seeds, compositions=settings.scene_compositions)
    )
    return StageResult(
        output={"concept": result.concept, "scenes": [to_json(scene) for scene in result.scenes]},
        scenes=result.scenes,
    )


STORYBOARD_SEEDS = Stage(
    "storyboard_seeds",
    _seeds,
    inputs=("intake", "metadata"),
    capability=Capability.STORYBOARD,
    settings_key=language_of,
)
STORYBOARD = Stage(
    "storyboard",
    _storyboard,
    inputs=("intake", "metadata", "storyboard_seeds"),
    capability=Capability.STORYBOARD,
)
