"""The last stages: the final output structure, the same shape for every flow."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from genai.domain.enums import AssetRole
from genai.stages.context import StepContext
from genai.stages.stage import Stage, StageResult
from genai.store.attempts import job_cost
from genai.store.steps import StepAsset, StepOutput


def _emit(context: StepContext) -> StageResult:
    return StageResult(output=_output(context, images=[]))


def _bundle(context: StepContext) -> StageResult:
    gates = context.inputs_of("fidelity")
    images = [
        {
            **_shown(asset),
            "scene": gate.scene,
            "score": gate.output["score"],
            "verdict": gate.output["verdict"],
            "attempts": gate.output["attempt"],
        }
        for gate in gates
        for asset in gate.assets
        if asset.role == AssetRole.SCENE_IMAGE
    ]
    delivered = tuple(asset for gate in gates for asset in gate.assets)
    return StageResult(output=_output(context, images=images), assets=delivered)


def _output(context: StepContext, *, images: list[dict[str, Any]]) -> dict[str, Any]:
    storyboards = context.inputs_of("storyboard")
    board = storyboards[0].output if storyboards else {"concept": None, "scenes": []}
    marks = _marks(images)
    with context.runtime.database.transaction() as connection:
        cost = job_cost(connection, context.claim.job_id)
    return {
        "mode": context.request.mode,
        "product_id": context.product.product_id,
        "product_fingerprint": context.claim.product_fingerprint,
        "concept": board["concept"],
        "images": images,
        "videos": [],
        "audio": [],
        "transcript": None,
        "identity": _identity(context),
        "storyboard": board["scenes"],
        "degraded": bool(marks),
        "marks": marks,
        "cost": {"currency": "USD", "total": cost},
    }


def _identity(context: StepContext) -> dict[str, Any]:
    pictures = [
        _shown(asset)
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


def _shown(asset: StepAsset) -> dict[str, Any]:
    document = asset.as_json()
    del document["details"]
    return document


def _first(outputs: Iterable[StepOutput]) -> dict[str, Any] | None:
    return next((dict(made.output) for made in outputs), None)


def _marks(images: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each mark once, with the scenes that carry it."""
    scenes: dict[tuple[str, str], list[int]] = {}
    for image in images:
        for mark in image["marks"]:
            scenes.setdefault((mark["reason"], mark["detail"]), []).append(image["scene"])
    return [
        {"reason": reason, "detail": detail, "scenes": numbers}
        for (reason, detail), numbers in scenes.items()
    ]


_IDENTITY = ("intake", "neutral_fidelity", "metadata", "sheet_fidelity", "link_metadata", "storyboard_seeds")

BUNDLE = Stage("bundle", _bundle, inputs=(*_IDENTITY, "storyboard", "fidelity"))
EMIT = Stage("emit", _emit, inputs=_IDENTITY)
