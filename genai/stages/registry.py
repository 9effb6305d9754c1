"""The stages by name: ours, and those that other packages add in the entry point group ``genai.stages``."""

from __future__ import annotations

from functools import cache

from genai.errors import ConfigurationError
from genai.extensions import extensions
from genai.stages.clip import LIP_SYNC, VIDEO, VIDEO_FIDELITY
from genai.stages.delivery import BUNDLE, EMIT
from genai.stages.identity import (
    CHARACTER_SHEET,
    METADATA,
    NEUTRAL_FIDELITY,
    NEUTRAL_IMAGE,
    SHEET_FIDELITY,
)
from genai.stages.intake import INTAKE
from genai.stages.link import LINK_METADATA
from genai.stages.scene_image import FIDELITY, IMAGE
from genai.stages.script import SCRIPT, VOICE_OVER
from genai.stages.sound import AUDIO, MUSIC, SOUNDTRACK
from genai.stages.stage import Stage
from genai.stages.stitch import STITCH
from genai.stages.storyboard import STORYBOARD, STORYBOARD_SEEDS

_OURS: tuple[Stage, ...] = (
    INTAKE,
    NEUTRAL_IMAGE,
    NEUTRAL_FIDELITY,
    LINK_METADATA,
    METADATA,
    CHARACTER_SHEET,
    SHEET_FIDELITY,
    STORYBOARD_SEEDS,
    SCRIPT,
    VOICE_OVER,
    MUSIC,
    SOUNDTRACK,
    STORYBOARD,
    AUDIO,
    IMAGE,
    FIDELITY,
    VIDEO,
    LIP_SYNC,
    VIDEO_FIDELITY,
    STITCH,
    BUNDLE,
    EMIT,
)


@cache
def _stages() -> dict[str, Stage]:
    ours = {stage.name: stage for stage in _OURS}
    return ours | {name: point.load() for name, point in extensions("stages", ours).items()}


def stage(name: str) -> Stage:
    """The stage of that name. Raises ConfigurationError naming those that there are."""
    try:
        return _stages()[name]
    except KeyError:
        known = ", ".join(sorted(_stages()))
        raise ConfigurationError(f"there is no stage '{name}'; there are: {known}") from None
