"""The retry context: which part of which job to make again, and with what changed.

Its five forms:

| form                    | stage                  | scene | scope                  |
|-------------------------|------------------------|-------|------------------------|
| neutral image           | neutral_image          |       | only                   |
| storyboard suggestions  | storyboard_seeds       |       | only (metadata stays)  |
| image from scene        | image                  | n     | only or onward         |
| video from scene        | video                  | n     | only or onward         |
| resume from a stage     | any, or none           |       | missing                |

Which stages there are is the router's to know; here they are names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import post_load, validates_schema

from genai.contracts.fields import (
    Choice,
    Entries,
    Flag,
    Inside,
    Items,
    Number,
    Text,
    Whole,
    complaint,
    scene_key,
)
from genai.contracts.settings import MOST_SCENES, MOST_VARIANTS, FidelitySchema, hex_color, job_id
from genai.contracts.strict import StrictSchema, absent, any_of, sent, words
from genai.domain.enums import Composition, Scope
from genai.domain.request import RetryRequest

_PER_SCENE = ("image", "video")
HIGHEST_SCENE = MOST_SCENES * MOST_VARIANTS  # scenes of further variants are numbered on


class CameraEdit(StrictSchema):
    """Camera of a scene, as far as it changes."""

    shot = Choice(("wide", "medium", "close_up", "detail"))
    angle = Choice(("eye_level", "high", "low"))


class WordsEdit(StrictSchema):
    """On-screen words of a scene, as far as they change; empty takes them away."""

    headline = Text(0, 100)
    body = Text(0, 300)
    call_to_action = Text(0, 60)


class SceneEdit(StrictSchema):
    """Changes to one scene; what is absent stays."""

    prompt = Text(1, 4000, lines=True)
    setting = Text(1, 60)
    composition = Choice(Composition)
    camera = Inside(CameraEdit)
    palette = Items(hex_color(), 1, 8)
    words = Inside(WordsEdit)
    layout = Text(1, 60)
    season = Text(1, 60, allow_none=True)
    speech = Text(1, 2000, lines=True)
    duration = Number(0.5, 180)

    @post_load
    def keep_json(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """An edit is kept as JSON, so a list stays a list."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in data.items()}


class RetrySettings(StrictSchema):
    """Settings that a retry may change. All others decide what is made: they want a new job, which takes
    over what it can."""

    priority = Whole(0, 9)
    budget = Number(0, 10_000)
    allow_degraded = Flag()
    fidelity = Inside(FidelitySchema)


class RetrySchema(StrictSchema):
    """Loads RetryRequest."""

    rules: ClassVar = (
        any_of(absent("scene"), sent("stage")),
        any_of(words("scope", Scope.MISSING, Scope.ONWARD), sent("stage")),
        any_of(words("scope", Scope.MISSING, Scope.ONLY), sent("scene")),
        any_of(
            words("scope", Scope.MISSING, Scope.ONWARD),
            {"properties": {"stage": {"not": {"enum": list(_PER_SCENE)}}}},
            sent("scene"),
        ),
    )

    job_id = job_id(required=True)
    stage = Text(1, 60, pattern=r"[a-z][a-z0-9_]*", example="a stage's name such as image", load_default=None)
    scene = Whole(1, HIGHEST_SCENE, load_default=None)
    scope = Choice(Scope, Scope, load_default=Scope.MISSING)
    prompt_adjustment = Text(1, 2000, lines=True, load_default=None)
    edits = Entries(
        scene_key(), Inside(SceneEdit), MOST_SCENES, make_key=int, load_default=dict, allow_none=True
    )

    settings = Inside(RetrySettings, load_default=dict)

    @validates_schema(skip_on_field_errors=True)
    def scope_has_its_object(self, data: Mapping[str, Any], **_: Any) -> None:
        stage, scene, scope = data["stage"], data["scene"], data["scope"]
        if scene is not None and stage is None:
            raise complaint("A scene without a stage.", "Name the stage, image say.", "stage")
        if scope is Scope.ONLY and stage is None:
            raise complaint("Scope only without a stage.", "Name the stage to make again.", "stage")
        if scene is None and (scope is Scope.ONWARD or (scope is Scope.ONLY and stage in _PER_SCENE)):
            raise complaint(f"Scope {scope} without a scene.", "Name the scene by its number.", "scene")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> RetryRequest:
        return RetryRequest(**{**data, "edits": data["edits"] or {}})
