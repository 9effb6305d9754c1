"""Scene images and their gate."""

from __future__ import annotations

from genai.capabilities.fidelity import FidelityRequest
from genai.capabilities.image import ImagePurpose, ImageRequest
from genai.domain.enums import AssetRole, Capability
from genai.domain.records import to_json
from genai.stages.calls import kept_assets
from genai.stages.context import StepContext
from genai.stages.gate import Gate, run_gate
from genai.stages.placement import placement_of
from genai.stages.stage import Stage, StageResult
from genai.store.steps import StepAsset


def _brief(context: StepContext) -> ImageRequest:
    return ImageRequest(
        purpose=ImagePurpose.SCENE,
        product=context.brief,
        references=context.product_references,
        canvas=context.canvas,
        prompt=context.request.prompt,
        scene=context.scene,
        brand=context.brand,
        language=context.settings.language,
    )


def _check(context: StepContext, candidate: StepAsset) -> FidelityRequest:
    return FidelityRequest(
        product=context.brief,
        references=context.product_references,
        candidate=context.file(candidate),
        composition=context.scene.composition,
        placement=placement_of(candidate),
        partial="detail" in (context.scene.purpose, context.scene.camera.shot),
    )


def _image(context: StepContext) -> StageResult:
    result = context.calls.image(_brief(context), seed=context.scene.seed)
    return StageResult(
        output={"details": dict(result.details), "marks": [to_json(mark) for mark in result.marks]},
        assets=kept_assets(result.images),
    )


IMAGE = Stage(
    "image",
    _image,
    inputs=("intake", "neutral_fidelity", "metadata", "storyboard"),
    capability=Capability.IMAGE,
)
FIDELITY = Stage(
    "fidelity",
    lambda context: run_gate(context, Gate("image", AssetRole.SCENE_IMAGE, _brief, _check)),
    inputs=("intake", "neutral_fidelity", "metadata", "storyboard", "image"),
    capability=Capability.FIDELITY,
)
