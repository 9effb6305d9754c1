"""A pipeline: the stages of a flow by name, in three phases; what its requests are checked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from genai.contracts import SettingsSchema
from genai.domain.request import JobRequest

# The stages that make a product's identity; each is adopted where a checkpoint of it holds.
IDENTITY = (
    "neutral_image",
    "neutral_fidelity",
    "link_metadata",
    "metadata",
    "character_sheet",
    "sheet_fidelity",
    "storyboard_seeds",
)


def _nothing_to_check(_request: JobRequest) -> None:
    """The contract says it all."""


@dataclass(frozen=True)
class Pipeline:
    """``plan`` runs as a chain; its stage ``scenes_from`` determines the scenes where ``scene`` has stages.
    ``scene`` runs as a chain per scene, side by side; ``assemble`` as a chain once all scenes are done,
    and the output of its last stage is the job's.

    ``settings`` is the schema of the mode's settings, None for the contract's own of that name.
    ``check`` raises InvalidInput for a request that the pipeline cannot serve.
    """

    name: str
    plan: tuple[str, ...]
    assemble: tuple[str, ...]
    scene: tuple[str, ...] = ()
    scenes_from: str | None = None
    settings: type[SettingsSchema] | None = None
    check: Callable[[JobRequest], None] = _nothing_to_check
