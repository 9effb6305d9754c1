"""Scene images and their gate."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from genai.capabilities.fidelity import FidelityRequest
from genai.capabilities.image import ImagePurpose, ImageRequest
from genai.domain.creative import Scene
from genai.domain.enums import AssetRole, Capability
from genai.domain.film import SceneKind
from genai.domain.media import Quad
from genai.domain.records import to_json
from genai.stages.context import StepContext
from genai.stages.gate import image_gate, run_gate
from genai.stages.placement import placement_of
from genai.stages.produced import kept_assets
from genai.stages.stage import Stage, StageResult
from genai.store.steps import StepAsset

_SHADE = 0.14  # of the frame's shorter side, about the words: what the local engine shades at most


def captions_of(context: StepContext) -> tuple[int, int, int, int] | None:
    """Where the scene's captions stand, or None without any: left, top, right, bottom in pixels."""
    # Here, since the API reads the stages' names and has no fonts.
    from genai.media.text import caption_box

    captions = context.settings.captions
    if not (context.scene.speech and captions.enabled):
        return None
    return caption_box(context.canvas, captions.position)


def _brief(context: StepContext) -> ImageRequest:
    settings, scene = context.settings, context.scene
    moving = bool(scene.duration or scene.speech)
    return ImageRequest(
        purpose=ImagePurpose.SCENE,
        product=context.brief,
        references=context.product_references,
        canvas=context.canvas,
        prompt=context.request.prompt,
        adjustment=context.request.scene_adjustment,
        scene=scene,
        brand=context.brand,
        language=settings.language,
        moving=moving,
        captions=captions_of(context),
    )


def scene_check(
    context: StepContext, candidate: StepAsset, picture: StepAsset | None = None
) -> FidelityRequest:
    """The comparison of a scene's picture with the product, or of the clip that was made of ``picture``."""
    return FidelityRequest(
        product=context.brief,
        references=context.product_references,
        candidate=context.file(candidate),
        composition=context.scene.composition,
        placement=placement_of(picture or candidate),
        partial="detail" in (context.scene.purpose, context.scene.camera.shot),
        covered=shaded_for_words(context, picture or candidate),
    )


def shaded_for_words(context: StepContext, picture: StepAsset) -> tuple[Quad, ...]:
    """Where a moving scene's picture was darkened or lightened for the words that will stand there."""
    margin = _SHADE * min(context.canvas.width, context.canvas.height)
    return tuple(
        Quad.box(left - margin, top - margin, right + margin, bottom + margin)
        for left, top, right, bottom in (title["box"] for title in picture.details.get("titles", ()))
    )


def _image(context: StepContext) -> StageResult:
    for before in context.inputs_of("video_fidelity"):  # the clip that this scene goes on from
        for frame in before.assets:
            if frame.role == AssetRole.LAST_FRAME:
                picture = context.input("fidelity").asset(AssetRole.SCENE_IMAGE)
                like = picture.details.get("titles") or picture.details.get("like") or []
                continuity = replace(frame, role=AssetRole.SCENE_IMAGE.value, details={"like": like})
                return StageResult(output={"details": {}, "marks": []}, assets=(continuity,))
    result = context.calls.image(_brief(context), seed=context.scene.seed)
    return StageResult(
        output={"details": dict(result.details), "marks": [to_json(mark) for mark in result.marks]},
        assets=kept_assets(result.images),
    )


def _look(scene: Scene) -> Any:
    """What the picture follows: not how long it is seen, nor what is said meanwhile."""
    silent = {"duration": None, "handle": 0, "pause": 0.0, "recorded": None, "speech": bool(scene.speech)}
    return to_json(scene) | silent


_PLANNED = ("intake", "neutral_fidelity", "metadata", "storyboard")

IMAGE = Stage(
    "image",
    _image,
    inputs=_PLANNED,
    capability=Capability.IMAGE,
    scene_key=_look,
    kinds=(SceneKind.PRODUCT,),
    previous=("fidelity", "video_fidelity"),
    drafts=True,
)
FIDELITY = Stage(
    "fidelity",
    lambda context: run_gate(context, image_gate("image", AssetRole.SCENE_IMAGE, _brief, scene_check)),
    inputs=(*_PLANNED, "image"),
    capability=Capability.FIDELITY,
    scene_key=_look,
    kinds=(SceneKind.PRODUCT,),
    drafts=True,
)
