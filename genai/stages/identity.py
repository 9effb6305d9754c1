"""The product's identity: neutral image, metadata, character sheet, and the gates of the pictures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from genai.capabilities.fidelity import FidelityRequest
from genai.capabilities.image import ImagePurpose, ImageRequest
from genai.capabilities.metadata import MetadataRequest
from genai.domain.creative import Canvas, Finding
from genai.domain.enums import Aspect, AssetRole, Capability
from genai.domain.records import to_json
from genai.domain.request import JobRequest, OutputSettings
from genai.stages.context import StepContext
from genai.stages.gate import Gate, image_gate, run_gate
from genai.stages.placement import placement_of
from genai.stages.produced import kept_assets
from genai.stages.stage import Stage, StageResult, language_of
from genai.store.steps import StepAsset

NEUTRAL_PX = 2048
SHEET_PX = (2048, 1536)


def _no_settings(_request: JobRequest) -> None:
    """What the stage makes depends on its inputs alone."""


def _policy(request: JobRequest) -> dict[str, Any]:
    settings = request.settings or OutputSettings()
    return {"fidelity": to_json(settings.fidelity), "allow_degraded": settings.allow_degraded}


def _neutral_request(context: StepContext) -> ImageRequest:
    return ImageRequest(
        purpose=ImagePurpose.NEUTRAL,
        product=context.brief,
        references=context.photographs,
        canvas=Canvas(Aspect.SQUARE, NEUTRAL_PX, NEUTRAL_PX),
        adjustment=context.request.adjustment,
    )


def _sheet_request(context: StepContext) -> ImageRequest:
    return ImageRequest(
        purpose=ImagePurpose.SHEET,
        product=context.brief,
        references=context.product_references,
        canvas=Canvas(Aspect.LANDSCAPE, *SHEET_PX),
        language=context.settings.language,
        adjustment=context.request.adjustment,
    )


def _cutout_request(context: StepContext) -> ImageRequest:
    return replace(_neutral_request(context), purpose=ImagePurpose.CUTOUT, adjustment="")


def _neutral_image(context: StepContext) -> StageResult:
    """The neutral image with the photographs' cut-outs: its maker's, or else asked for on their own."""
    made = _image(context, _neutral_request(context))
    if any(asset.role == AssetRole.CUTOUT for asset in made.assets):
        return made
    cutouts = context.calls.image(_cutout_request(context), number=2)
    return replace(made, assets=(*made.assets, *kept_assets(cutouts.images)))


def _neutral_again(context: StepContext, findings: tuple[Finding, ...], number: int) -> tuple[StepAsset, ...]:
    """Another neutral image; the cut-outs stay where its maker has none."""
    request = replace(_neutral_request(context), findings=findings, attempt=number)
    made = kept_assets(context.calls.image(request, number=number).images)
    if any(asset.role == AssetRole.CUTOUT for asset in made):
        return made
    before = context.input("neutral_image").assets
    return (*made, *(asset for asset in before if asset.role == AssetRole.CUTOUT))


def _against_photographs(context: StepContext, candidate: StepAsset) -> FidelityRequest:
    """The photographs, and their cut-outs, which say what in them is the product. A cut-out of no
    photograph could have drifted along with the picture that is checked."""
    photographs = context.photographs
    of_photographs = {photograph.file.sha256 for photograph in photographs}
    cutouts = (
        context.reference(asset)
        for asset in context.input("neutral_image").assets
        if asset.role == AssetRole.CUTOUT and asset.details.get("reference") in of_photographs
    )
    return FidelityRequest(
        product=context.brief,
        references=(*cutouts, *photographs),
        candidate=context.file(candidate),
        placement=placement_of(candidate),
    )


def _against_identity(context: StepContext, candidate: StepAsset) -> FidelityRequest:
    return FidelityRequest(
        product=context.brief,
        references=context.product_references,
        candidate=context.file(candidate),
        placement=placement_of(candidate),
    )


def _image(context: StepContext, request: ImageRequest) -> StageResult:
    result = context.calls.image(request)
    return StageResult(
        output={"details": dict(result.details), "marks": [to_json(mark) for mark in result.marks]},
        assets=kept_assets(result.images),
    )


def _metadata(context: StepContext) -> StageResult:
    pages = [page for output in context.inputs_of("link_metadata") for page in output.output["pages"]]
    result = context.calls.metadata(
        MetadataRequest(
            product=context.brief,
            references=context.photographs,
            link=pages[0] if pages else {},
            language=context.settings.language,
        )
    )
    document = to_json(result)
    del document["cost"]
    return StageResult(output=document)


NEUTRAL_IMAGE = Stage(
    "neutral_image",
    _neutral_image,
    inputs=("intake",),
    capability=Capability.IMAGE,
    settings_key=_no_settings,
)
NEUTRAL_FIDELITY = Stage(
    "neutral_fidelity",
    lambda context: run_gate(
        context, Gate("neutral_image", AssetRole.NEUTRAL, _neutral_again, _against_photographs)
    ),
    inputs=("intake", "neutral_image"),
    capability=Capability.FIDELITY,
    settings_key=_policy,
)
METADATA = Stage(
    "metadata",
    _metadata,
    inputs=("intake", "link_metadata"),
    capability=Capability.METADATA,
    settings_key=language_of,
)
CHARACTER_SHEET = Stage(
    "character_sheet",
    lambda context: _image(context, _sheet_request(context)),
    inputs=("intake", "neutral_fidelity", "metadata"),
    capability=Capability.IMAGE,
    settings_key=language_of,
)
SHEET_FIDELITY = Stage(
    "sheet_fidelity",
    lambda context: run_gate(
        context, image_gate("character_sheet", AssetRole.SHEET, _sheet_request, _against_identity)
    ),
    inputs=("intake", "neutral_fidelity", "metadata", "character_sheet"),
    capability=Capability.FIDELITY,
    settings_key=_policy,
)
