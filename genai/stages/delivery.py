"""The final output structure, the same shape for every flow, and the last stages of the still ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from genai.domain.enums import AssetRole
from genai.domain.records import to_json
from genai.stages.context import StepContext
from genai.stages.fallback import FALLBACK
from genai.stages.stage import Stage, StageResult
from genai.store.attempts import job_cost
from genai.store.steps import StepAsset, StepOutput

IDENTITY_STAGES = (
    "intake",
    "neutral_fidelity",
    "metadata",
    "sheet_fidelity",
    "link_metadata",
    "storyboard_seeds",
)


def _emit(context: StepContext) -> StageResult:
    return StageResult(output=final_output(context))


def _bundle(context: StepContext) -> StageResult:
    delivered = tuple(asset for gate in context.inputs_of("fidelity") for asset in gate.assets)
    return StageResult(output=final_output(context, images=scene_images(context)), assets=delivered)


def scene_images(context: StepContext) -> list[dict[str, Any]]:
    """The accepted picture of every scene, as the output shows it."""
    return [
        {
            **shown(asset),
            "scene": gate.scene,
            "variant": variant_of(context, gate.scene),
            "score": gate.output["score"],
            "verdict": gate.output["verdict"],
            "attempts": gate.output["attempt"],
        }
        for gate in context.inputs_of("fidelity")
        for asset in gate.assets
        if asset.role == AssetRole.SCENE_IMAGE
    ]


def variant_of(context: StepContext, number: int | None) -> int:
    """The treatment that the scene of that number belongs to."""
    return next((scene.variant for scene in context.scenes if scene.number == number), 1)


def final_output(
    context: StepContext,
    *,
    images: Sequence[Mapping[str, Any]] = (),
    videos: Sequence[Mapping[str, Any]] = (),
    audio: Sequence[Mapping[str, Any]] = (),
    marked: Iterable[tuple[int | None, Mapping[str, str]]] = (),
) -> dict[str, Any]:
    """The job's output. ``marked``: marks with the number of their scene, beside those that the images
    carry themselves."""
    storyboards = context.inputs_of("storyboard")
    seen = [(image["scene"], mark) for image in images for mark in image["marks"]]
    marks = _marks([*seen, *marked, *_fallbacks(context)])
    with context.runtime.database.transaction() as connection:
        cost = job_cost(connection, context.claim.job_id).spent
    return {
        "mode": context.request.mode,
        "product_id": context.product.product_id,
        "product_fingerprint": context.claim.product_fingerprint,
        "concept": storyboards[0].output["concept"] if storyboards else None,
        "images": list(images),
        "videos": list(videos),
        "audio": list(audio),
        "transcript": videos[0]["transcript"] if videos else None,
        "identity": _identity(context),
        "storyboard": [to_json(scene) for scene in context.scenes],
        "degraded": bool(marks),
        "marks": marks,
        "cost": {"currency": "USD", "total": cost},
    }


def _fallbacks(context: StepContext) -> Iterator[tuple[int | None, Mapping[str, str]]]:
    """Whatever another provider than the preferred one has made."""
    for made in context.claim.inputs.values():
        of_assets = (mark for asset in made.assets for mark in asset.marks)
        for mark in (*made.output.get("marks", ()), *of_assets):
            if mark["reason"] == FALLBACK:
                yield made.scene, mark


def _identity(context: StepContext) -> dict[str, Any]:
    pictures = [
        shown(asset)
        for stage in ("neutral_fidelity", "sheet_fidelity")
        for made in context.inputs_of(stage)
        for asset in made.assets
    ]

    def of(role: AssetRole) -> list[dict[str, Any]]:
        return [picture for picture in pictures if picture["role"] == role]

    return {
        "neutral": next(iter(of(AssetRole.NEUTRAL)), None),
        "cutouts": of(AssetRole.CUTOUT),
        "sheet": next(iter(of(AssetRole.SHEET)), None),
        "panels": of(AssetRole.SHEET_PANEL),
        "metadata": _first(context.inputs_of("metadata")),
        "links": _first(context.inputs_of("link_metadata")),
        "seeds": (_first(context.inputs_of("storyboard_seeds")) or {}).get("seeds", []),
    }


def shown(asset: StepAsset) -> dict[str, Any]:
    """An asset as the output shows it."""
    document = asset.as_json()
    del document["details"]
    return document


def _first(outputs: Iterable[StepOutput]) -> dict[str, Any] | None:
    return next((dict(made.output) for made in outputs), None)


def _marks(marked: Iterable[tuple[int | None, Mapping[str, str]]]) -> list[dict[str, Any]]:
    """Each mark once, with the scenes that carry it."""
    scenes: dict[tuple[str, str], set[int]] = {}
    for scene, mark in marked:
        scenes.setdefault((mark["reason"], mark["detail"]), set()).update([scene] if scene else [])
    return [
        {"reason": reason, "detail": detail, "scenes": sorted(numbers)}
        for (reason, detail), numbers in scenes.items()
    ]


BUNDLE = Stage("bundle", _bundle, inputs=(*IDENTITY_STAGES, "storyboard", "fidelity"))
EMIT = Stage("emit", _emit, inputs=IDENTITY_STAGES)
