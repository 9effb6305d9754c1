"""Changes that a person makes to a scene of a storyboard: words or look; what is absent stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from genai.domain.creative import Scene
from genai.domain.film import frames_of, seconds_of
from genai.domain.records import from_json, to_json
from genai.errors import InvalidInput


def edit_all(scenes: Sequence[Scene], edits: Mapping[int, Mapping[str, Any]], where: str) -> list[Scene]:
    """The scenes with their edits, by number. Raises InvalidInput below the pointer ``where`` for a scene
    that is not there, and for what that scene does not have."""
    for number, edit in edits.items():
        _check(scenes, number, edit, f"{where}/{number}")
    return [edited(scene, edits[scene.number]) if scene.number in edits else scene for scene in scenes]


def edited(scene: Scene, edit: Mapping[str, Any]) -> Scene:
    """The scene with the edit's values; those of an object (camera, words) one by one. A duration
    becomes whole frames."""
    document = to_json(scene)
    for name, value in edit.items():
        document[name] = {**document[name], **value} if isinstance(value, Mapping) else value
    if "duration" in edit:
        document["duration"] = seconds_of(frames_of(edit["duration"]))
    return from_json(Scene, document)


def _check(scenes: Sequence[Scene], number: int, edit: Mapping[str, Any], where: str) -> None:
    scene = next((scene for scene in scenes if scene.number == number), None)
    if scene is None:
        raise InvalidInput(where, "the job has no such scene", f"It has {len(scenes)} scenes.")
    if "speech" in edit and not scene.speech:
        raise InvalidInput(f"{where}/speech", "nothing is said in the scene", "Leave it out.")
    if "speech" in edit and scene.recorded is not None:
        raise InvalidInput(
            f"{where}/speech", "the scene is spoken by a recording", "Send the job another one."
        )
    if "duration" in edit and scene.duration is None:
        raise InvalidInput(f"{where}/duration", "the scene has no length of its own", "Leave it out.")
