"""Changes that a person makes to a scene of a storyboard: words or look; what is absent stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from genai.domain.creative import Scene
from genai.domain.film import frames_of, seconds_of
from genai.domain.records import from_json, to_json


def edited(scene: Scene, edit: Mapping[str, Any]) -> Scene:
    """The scene with the edit's values; those of an object (camera, words) one by one. A duration
    becomes whole frames."""
    document = to_json(scene)
    for name, value in edit.items():
        document[name] = {**document[name], **value} if isinstance(value, Mapping) else value
    if "duration" in edit:
        document["duration"] = seconds_of(frames_of(edit["duration"]))
    return from_json(Scene, document)
