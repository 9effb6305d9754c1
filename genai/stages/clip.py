"""Clips: moving pictures of product scenes and footage, their gate, and the presenter's scenes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from genai.capabilities.fidelity import FidelityRequest
from genai.capabilities.lip_sync import LipSyncRequest, LipSyncResult
from genai.capabilities.video import Layers, VideoRequest, VideoResult
from genai.domain.creative import Finding
from genai.domain.enums import AssetRole, Capability, Queue
from genai.domain.film import Phoneme, SceneKind, Title
from genai.domain.media import Quad
from genai.domain.records import from_json, to_json
from genai.stages.calls import stable_seed
from genai.stages.context import StepContext
from genai.stages.gate import Gate, run_gate
from genai.stages.placement import placement_of
from genai.stages.produced import kept_assets
from genai.stages.scene_image import captions_of, scene_check
from genai.stages.sound import frames_and_words
from genai.stages.stage import Stage, StageResult
from genai.store.steps import StepAsset


def _video_request(context: StepContext) -> VideoRequest:
    scene = context.scene
    frames, _ = frames_and_words(context)
    pictures = context.inputs_of("fidelity")
    shown = pictures[0].assets if pictures else ()
    by_role = {asset.role: asset for asset in shown}
    image = by_role.get(AssetRole.SCENE_IMAGE)
    layered = {AssetRole.SCENE_PLATE, AssetRole.SCENE_PRODUCT} <= set(by_role)
    return VideoRequest(
        product=context.brief,
        scene=scene,
        canvas=context.canvas,
        frames=frames,
        handle=scene.handle,
        image=context.file(image) if image else None,
        layers=Layers(
            plate=context.file(by_role[AssetRole.SCENE_PLATE]),
            product=context.file(by_role[AssetRole.SCENE_PRODUCT]),
        )
        if layered
        else None,
        placement=placement_of(image) if image else None,
        footage=context.own_file(scene.footage, "/settings/footage") if scene.footage else None,
        text=_text(context, image),
        references=context.product_references,
        prompt=context.request.prompt,
        adjustment=context.request.scene_adjustment,
        brand=context.brand,
        draft=context.settings.preview,
    )


def _text(context: StepContext, image: StepAsset | None = None) -> str:
    """What stands in the clip: the words that its picture was laid out for, and what is said."""
    # Here, since the API reads the stages' names and has no fonts.
    from genai.media.text import text_layer

    frames, words = frames_and_words(context)
    return text_layer(
        context.canvas,
        frames,
        words=words if captions_of(context) else (),
        titles=_titles(context, image),
        captions=context.settings.captions,
        language=context.settings.language,
    )


def _titles(context: StepContext, image: StepAsset | None) -> tuple[Title, ...]:
    """The scene's words in their places."""
    from genai.media.text import default_titles, titles_like

    words, details = context.scene.words, image.details if image else {}
    if "titles" in details:
        return _titles_of(details["titles"])
    if "like" in details:
        return titles_like(words, _titles_of(details["like"]))
    if context.scene.kind is SceneKind.PRESENTER:
        return ()  # they would stand before the face
    return default_titles(words, context.canvas, captions_of(context))


def _covered(context: StepContext, image: StepAsset) -> tuple[Quad, ...]:
    """Where words lie over the clip, with a margin for how they come in."""
    boxes = [title.box for title in _titles(context, image)]
    if captions := captions_of(context):
        boxes.append(captions)
    margin = 0.03 * min(context.canvas.width, context.canvas.height)
    return tuple(
        Quad.box(left - margin, top - margin, right + margin, bottom + 2 * margin)
        for left, top, right, bottom in boxes
    )


def _titles_of(documents: Sequence[Mapping[str, Any]]) -> tuple[Title, ...]:
    return tuple(from_json(Title, title) for title in documents)


def _clip_assets(result: VideoResult | LipSyncResult, request: VideoRequest | LipSyncRequest) -> Any:
    """The clip, with what stitching has to know of it, and where it ends."""
    files = [result.clip]
    if isinstance(result, VideoResult) and result.last_frame is not None:
        files.append(result.last_frame)
    clip, *others = kept_assets(tuple(files))
    facts = {
        "frames": request.frames,
        "handle": request.handle,
        "text_burned": result.text_burned,
    }
    return (replace(clip, details={**clip.details, **facts}), *others)


def _video(context: StepContext) -> StageResult:
    request = _video_request(context)
    result = context.calls.video(request, seed=context.scene.seed)
    return StageResult(output=_made(request, result), assets=_clip_assets(result, request))


def _lip_sync(context: StepContext) -> StageResult:
    scene, sound = context.scene, context.input("audio")
    # The presenter sits in one room, whatever the other pictures' colours are.
    room = next(other.palette for other in context.scenes if other.variant == scene.variant)
    frames, words = frames_and_words(context)
    request = LipSyncRequest(
        product=context.brief,
        scene=replace(scene, palette=room),
        canvas=context.canvas,
        frames=frames,
        handle=scene.handle,
        speech=context.file(sound.asset(AssetRole.SPEECH)),
        words=words,
        phonemes=tuple(from_json(Phoneme, phoneme) for phoneme in sound.output["phonemes"]),
        presenter=context.settings.presenter,
        text=_text(context),
        references=context.product_references,
        brand=context.brand,
        draft=context.settings.preview,
    )
    # One person speaks in all scenes of a job, and in its retries.
    result = context.calls.lip_sync(request, seed=stable_seed(context.claim.product_id, request.presenter))
    return StageResult(output=_made(request, result), assets=_clip_assets(result, request))


def _made(request: VideoRequest | LipSyncRequest, result: VideoResult | LipSyncResult) -> dict[str, Any]:
    return {
        "frames": request.frames,
        "text": request.text,
        "marks": [to_json(mark) for mark in result.marks],
    }


def _again(context: StepContext, findings: tuple[Finding, ...], number: int) -> tuple[StepAsset, ...]:
    request = replace(_video_request(context), findings=findings, attempt=number)
    assets: tuple[StepAsset, ...] = _clip_assets(
        context.calls.video(request, number=number, seed=context.scene.seed), request
    )
    return assets


def _check(context: StepContext, candidate: StepAsset) -> FidelityRequest:
    picture = context.input("fidelity").asset(AssetRole.SCENE_IMAGE)
    check = scene_check(context, candidate, picture)
    return replace(
        check,
        references=(*check.references, context.reference(picture)),
        covered=(*check.covered, *_covered(context, picture)),
    )


_PICTURED = ("intake", "neutral_fidelity", "metadata", "audio", "fidelity")

VIDEO = Stage(
    "video",
    _video,
    inputs=_PICTURED,
    capability=Capability.VIDEO,
    kinds=(SceneKind.PRODUCT, SceneKind.FOOTAGE),
    drafts=True,
)
VIDEO_FIDELITY = Stage(
    "video_fidelity",
    lambda context: run_gate(context, Gate("video", AssetRole.CLIP, _again, _check)),
    inputs=(*_PICTURED, "video"),
    capability=Capability.FIDELITY,
    kinds=(SceneKind.PRODUCT,),
    drafts=True,
)
LIP_SYNC = Stage(
    "lip_sync",
    _lip_sync,
    inputs=("intake", "neutral_fidelity", "metadata", "audio"),
    capability=Capability.LIP_SYNC,
    queue=Queue.AVATAR,
    kinds=(SceneKind.PRESENTER,),
    drafts=True,
)
