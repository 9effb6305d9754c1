"""What each output mode lets its user choose. What a mode does not use it does not accept.

| setting                                 | creation | image_bundle | fast_video | script_video | ugc |
|-----------------------------------------|----------|--------------|------------|--------------|-----|
| language, priority, budget (US dollars) | x        | x            | x          | x            | x   |
| allow_degraded, fidelity                | x        | x            | x          | x            | x   |
| aspect (default)                        |          | 1:1          | 9:16       | 9:16         | 9:16|
| composition, scene_compositions         |          | x            | x          | x            | x   |
| scenes                                  |          | 1..12        | 1..120     | 1..120       | 1..120|
| brand, variants, review                 |          | x            | x          | x            | x   |
| preview, preview_of                     |          | x            | x          | x            | x   |
| captions, music, footage                |          |              | x          | x            | x   |
| duration (seconds)                      |          |              | 3..180     |              | 3..180|
| script                                  |          |              |            | x            | x   |
| voice, speech_rate, voice_over          |          |              |            | x            | x   |
| presenter                               |          |              |            |              | x   |

A script is spoken as it is; without one, it is written from the prompt. script_video takes no duration:
its words take the time that they take. ``music`` is an asset of the client's, ``made`` here (the default
but for ugc) or ``none``. A mode of a third party brings
a subclass of :class:`SettingsSchema` with the fields that it uses, or None for those of image_bundle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields as dataclass_fields
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
from genai.contracts.product import asset_id
from genai.contracts.strict import StrictSchema, absent, any_of, sent, words
from genai.domain.enums import Aspect, Composition, Mode
from genai.domain.request import BrandSettings, CaptionSettings, FidelityPolicy, Footage, OutputSettings

MOST_SCENES = 120
MOST_VARIANTS = 4


def hex_color(**kwargs: Any) -> Text:
    """An sRGB colour."""
    return Text(7, 7, pattern=r"#[0-9a-fA-F]{6}", example="a colour such as #1a2b3c", **kwargs)


def job_id(**kwargs: Any) -> Text:
    """The id of a job, a UUID in its usual form."""
    form = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    return Text(36, 36, pattern=form, example="a job's id, a lower-case UUID", **kwargs)


def music(**kwargs: Any) -> Text:
    """An asset id, or a word."""
    return Text(4, 64, pattern=r"[0-9a-f]{64}|made|none", example="an asset's id, made or none", **kwargs)


class FidelitySchema(StrictSchema):
    """What becomes of a picture that is not faithful to the product after three attempts (``on_cap``),
    or of which the checker is not sure (``on_unsure``)."""

    on_cap = Choice(("fail", "best"), load_default="fail")
    on_unsure = Choice(("accept", "regenerate", "fail"), load_default="accept")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> FidelityPolicy:
        return FidelityPolicy(**data)


class BrandSchema(StrictSchema):
    """The client's brand, where it should lead over the product's own palette."""

    logo = asset_id(load_default=None)
    colors = Items(hex_color(), 0, 8, load_default=())
    font = Text(1, 100, load_default=None)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> BrandSettings:
        return BrandSettings(**data)


class CaptionSchema(StrictSchema):
    """Burned-in captions; ``highlight`` is the current word's colour."""

    enabled = Flag(load_default=True)
    position = Choice(("lower", "middle", "upper"), load_default="lower")
    highlight = hex_color(load_default=None)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> CaptionSettings:
        return CaptionSettings(**data)


class FootageSchema(StrictSchema):
    """The client's own clip or still, in place of the numbered scene or as one of its own."""

    asset_id = asset_id(required=True)
    scene = Whole(1, MOST_SCENES, load_default=None)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Footage:
        return Footage(**data)


class SettingsSchema(StrictSchema):
    """The settings of everything that is made; loads OutputSettings."""

    foreign: ClassVar = frozenset(field.name for field in dataclass_fields(OutputSettings))

    language = Text(
        2, 35, pattern=r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", example="a language tag such as en or pt-BR",
        load_default="en",
    )  # fmt: skip
    priority = Whole(0, 9, load_default=0)  # higher goes first
    budget = Number(0, 10_000, load_default=None)  # US dollars; 0: nothing that costs
    allow_degraded = Flag(load_default=True)
    fidelity = Inside(FidelitySchema, load_default=FidelityPolicy)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> OutputSettings:
        return OutputSettings(**data)


class CreationSettings(SettingsSchema):
    """marketing_creation."""


class ImageBundleSettings(SettingsSchema):
    """image_bundle, and modes that bring no schema of their own."""

    most_scenes: ClassVar = 12
    rules: ClassVar[tuple[Mapping[str, Any], ...]] = (
        any_of(words("preview", False), absent("preview_of")),
        any_of(words("review", False), absent("preview_of")),
    )

    aspect = Choice(Aspect, Aspect, load_default=Aspect.SQUARE)
    composition = Choice(Composition, Composition, load_default=Composition.PRODUCT_ONLY)
    scenes = Whole(1, 12, load_default=None)  # None: the pipeline chooses
    scene_compositions = Entries(
        scene_key(), Choice(Composition, Composition), MOST_SCENES, make_key=int, load_default=dict
    )
    brand = Inside(BrandSchema, load_default=BrandSettings)
    variants = Whole(1, MOST_VARIANTS, load_default=1)
    preview = Flag(load_default=False)
    preview_of = job_id(load_default=None)  # the preview that this is the full rendering of
    review = Flag(load_default=False)

    @validates_schema(skip_on_field_errors=True)
    def scenes_exist(self, data: Mapping[str, Any], **_: Any) -> None:
        most = data["scenes"] or self.most_scenes
        if any(number > most for number in data["scene_compositions"]):
            raise complaint(
                f"Names a scene beyond the last, {most}.", "Name scenes of this job.", "scene_compositions"
            )

    @validates_schema(skip_on_field_errors=True)
    def preview_or_full(self, data: Mapping[str, Any], **_: Any) -> None:
        if data["preview"] and data["preview_of"] is not None:
            raise complaint(
                "A preview of a preview.",
                "Send preview to see one, or preview_of to render it.",
                "preview_of",
            )
        if data["review"] and data["preview_of"] is not None:
            raise complaint("What preview_of names has been seen.", "Send review with the preview.", "review")


class MovingSettings(ImageBundleSettings):
    """What all moving modes share."""

    most_scenes: ClassVar = MOST_SCENES
    filled: ClassVar = {"music": "made"}

    aspect = Choice(Aspect, Aspect, load_default=Aspect.PORTRAIT)
    scenes = Whole(1, MOST_SCENES, load_default=None)
    captions = Inside(CaptionSchema, load_default=CaptionSettings)
    music = music(required=True)
    footage = Items(Inside(FootageSchema), 0, 20, load_default=())

    @validates_schema(skip_on_field_errors=True)
    def recording_has_its_script(self, data: Mapping[str, Any], **_: Any) -> None:
        if data.get("voice_over") is not None and data.get("script") is None:
            raise complaint(
                "A recording without its words.", "Send in script what is said in it.", "voice_over"
            )

    @validates_schema(skip_on_field_errors=True)
    def one_clip_a_scene(self, data: Mapping[str, Any], **_: Any) -> None:
        numbers = [clip.scene for clip in data["footage"] if clip.scene is not None]
        most = data["scenes"] or self.most_scenes
        if len(set(numbers)) < len(numbers) or any(number > most for number in numbers):
            raise complaint(
                f"Names a scene twice, or one beyond the last, {most}.", "One clip a scene.", "footage"
            )


def _duration() -> Number:
    return Number(3, 180, load_default=None)


class FastVideoSettings(MovingSettings):
    """fast_video."""

    duration = _duration()


class ScriptVideoSettings(MovingSettings):
    """script_video."""

    rules: ClassVar = (*MovingSettings.rules, any_of(absent("voice_over"), sent("script")))

    script = Text(1, 20_000, lines=True, load_default=None)  # None: written from the prompt
    voice = Text(1, 100, load_default=None)
    speech_rate = Number(0.7, 1.4, load_default=1.0)
    voice_over = asset_id(load_default=None)


class UgcSettings(ScriptVideoSettings):
    """ugc."""

    filled: ClassVar = {"music": "none"}

    duration = _duration()
    presenter = Text(1, 100, load_default=None)


class AllSettings(UgcSettings):
    """Every setting there is: to write a request down whole, and to check one whose mode is unknown."""


OF_MODE: Mapping[str, type[SettingsSchema]] = {
    Mode.IMAGE_BUNDLE: ImageBundleSettings,
    Mode.FAST_VIDEO: FastVideoSettings,
    Mode.SCRIPT_VIDEO: ScriptVideoSettings,
    Mode.UGC: UgcSettings,
}
