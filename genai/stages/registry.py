"""The stages by name: ours, and those that other packages add in the entry point group ``genai.stages``."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points

from genai.errors import ConfigurationError
from genai.stages import delivery, identity, intake, link, scene_image, storyboard
from genai.stages.stage import Stage

_OURS: tuple[Stage, ...] = (
    intake.INTAKE,
    identity.NEUTRAL_IMAGE,
    identity.NEUTRAL_FIDELITY,
    link.LINK_METADATA,
    identity.METADATA,
    identity.CHARACTER_SHEET,
    identity.SHEET_FIDELITY,
    storyboard.STORYBOARD_SEEDS,
    storyboard.STORYBOARD,
    scene_image.IMAGE,
    scene_image.FIDELITY,
    delivery.BUNDLE,
    delivery.EMIT,
)


@cache
def _stages() -> dict[str, Stage]:
    found = {stage.name: stage for stage in _OURS}
    for point in entry_points(group="genai.stages"):
        stage = point.load()
        if stage.name in found:
            raise ConfigurationError(f"stage '{stage.name}' of {point.value} exists already; rename it")
        found[stage.name] = stage
    return found


def stage(name: str) -> Stage:
    """The stage of that name. Raises ConfigurationError naming those that there are."""
    try:
        return _stages()[name]
    except KeyError:
        known = ", ".join(sorted(_stages()))
        raise ConfigurationError(f"there is no stage '{name}'; there are: {known}") from None
