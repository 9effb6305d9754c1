"""What a job hands over: one structure for all flows and modes.

These schemas describe documents that the service writes. They are the public promise: a change of one
is a change of the contract.
"""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from genai.contracts.fields import Choice, Inside
from genai.contracts.product import VIEWS, asset_id
from genai.contracts.qc import QcReportSchema
from genai.contracts.strict import StrictSchema
from genai.domain.enums import AssetRole, Composition, Verdict
from genai.domain.film import MoveKind, SceneKind, TransitionKind


def string(*, null: bool = False) -> fields.String:
    """A string that is always there."""
    return fields.String(required=True, allow_none=null)


def integer(*, null: bool = False) -> fields.Integer:
    """A whole number that is always there."""
    return fields.Integer(strict=True, required=True, allow_none=null)


def real(*, null: bool = False) -> fields.Float:
    """A number that is always there."""
    return fields.Float(required=True, allow_none=null)


def array(inner: fields.Field[Any] | type[Schema]) -> fields.List[Any]:
    """An array that is always there."""
    item = inner if isinstance(inner, fields.Field) else Inside(inner)
    return fields.List(item, required=True)


def nested(schema: type[StrictSchema], *, null: bool = False) -> Inside:
    """An object that is always there."""
    return Inside(schema, required=True, allow_none=null)


class MarkSchema(StrictSchema):
    """Something that its user must know: it is less than was asked for. ``reason`` is a stable word."""

    reason = string()
    detail = string()


class OutputMarkSchema(MarkSchema):
    """A mark with the numbers of the scenes that carry it."""

    scenes = array(integer())


class AssetSchema(StrictSchema):
    """A stored media file in its place. Sizes are pixels, ``duration`` is seconds."""

    asset_id = asset_id(required=True)
    role = Choice(AssetRole, required=True)
    media_type = string()
    width = integer(null=True)
    height = integer(null=True)
    duration = real(null=True)
    view = Choice(VIEWS, required=True, allow_none=True)
    label = string()
    marks = array(MarkSchema)


class MadeAssetSchema(AssetSchema):
    """An asset as a step made it; ``details`` is what its maker says of it."""

    details = fields.Dict(required=True)


class DeliveredAssetSchema(AssetSchema):
    """An asset that is delivered: its scene, the treatment that it belongs to (from 1), and what the
    fidelity gate saw. ``score`` is 0..1."""

    scene = integer(null=True)
    variant = integer()
    score = real(null=True)
    verdict = Choice(Verdict, required=True, allow_none=True)
    attempts = integer(null=True)


class WordSchema(StrictSchema):
    """A spoken word and its time in seconds from the start."""

    text = string()
    start = real()
    end = real()


class TranscriptSchema(StrictSchema):
    """What is said."""

    language = string()
    words = array(WordSchema)


class CutSchema(StrictSchema):
    """A scene's place in its video; seconds, whole frames of 1/30 s."""

    scene = integer()
    start = real()
    duration = real()


class VideoSchema(AssetSchema):
    """A finished video: one treatment of the job. ``subtitles`` are SRT and WebVTT, none where nothing
    is said; ``transcript`` then is null. ``qc``: every measured figure, and whether it passes."""

    variant = integer()
    poster = nested(AssetSchema)
    subtitles = array(AssetSchema)
    transcript = nested(TranscriptSchema, null=True)
    cuts = array(CutSchema)
    qc = nested(QcReportSchema)
    details = fields.Dict(required=True)


class FactSchema(StrictSchema):
    """A statement and where it comes from: snapshot, link or image."""

    value = string()
    source = Choice(("snapshot", "link", "image"), required=True)


class ColorSchema(StrictSchema):
    """A colour of the product; ``share`` is its part of the product's area, 0..1."""

    name = string()
    hex = string()
    share = real()


class MetadataSchema(StrictSchema):
    """What is known of the product; ``proportions`` is its width over its height."""

    name = nested(FactSchema)
    colors = array(ColorSchema)
    proportions = real()
    facts = fields.Dict(keys=fields.String(), values=Inside(FactSchema), required=True)
    selling_points = array(FactSchema)
    marks = array(MarkSchema)


class SeedSchema(StrictSchema):
    """A concept that any job of the product may grow from."""

    title = string()
    idea = string()
    settings = array(string())
    palette = array(string())


class IdentitySchema(StrictSchema):
    """The product's identity. ``links``: what the product's pages say, null where none was read."""

    neutral = nested(AssetSchema, null=True)
    cutouts = array(AssetSchema)
    sheet = nested(AssetSchema, null=True)
    panels = array(AssetSchema)
    metadata = nested(MetadataSchema, null=True)
    links = fields.Dict(required=True, allow_none=True)
    seeds = array(SeedSchema)


class CameraSchema(StrictSchema):
    shot = string()
    angle = string()


class LightSchema(StrictSchema):
    """Degrees, 0..1, kelvin."""

    azimuth = real()
    elevation = real()
    softness = real()
    kelvin = integer()


class WordsSchema(StrictSchema):
    headline = string()
    body = string()
    call_to_action = string()


class MoveSchema(StrictSchema):
    """What the camera does; ``amount`` is a part of the scale or of the frame."""

    kind = Choice(MoveKind, required=True)
    amount = real()


class TransitionSchema(StrictSchema):
    kind = Choice(TransitionKind, required=True)
    frames = integer()


class SceneSchema(StrictSchema):
    """A scene of the storyboard; ``duration`` is seconds, null for stills and where the speech sets it.

    ``variant`` counts the treatments from 1; ``recorded`` is the part of the client's recording that
    says ``speech``, in seconds; ``pause`` the silence after it; ``handle`` the frames that the clip has
    beyond its end; ``footage`` the asset id of the client's own picture.
    """

    number = integer()
    purpose = string()
    setting = string()
    prompt = string()
    composition = Choice(Composition, required=True)
    camera = nested(CameraSchema)
    light = nested(LightSchema)
    palette = array(string())
    words = nested(WordsSchema)
    layout = string()
    season = string(null=True)
    continues = fields.Boolean(required=True)
    duration = real(null=True)
    seed = integer()
    kind = Choice(SceneKind, required=True)
    variant = integer()
    move = nested(MoveSchema)
    opening = nested(TransitionSchema)
    handle = integer()
    speech = fields.String(required=True)
    recorded = fields.List(fields.Float(), required=True, allow_none=True)
    pause = real()
    footage = string(null=True)


class CostSchema(StrictSchema):
    """What the job's paid calls came to."""

    currency = Choice(("USD",), required=True)
    total = real()


class OutputSchema(StrictSchema):
    """The final output. ``degraded`` is true where something carries a mark; ``transcript`` is that of the
    first video."""

    mode = string(null=True)
    product_id = string()
    product_fingerprint = string()
    concept = string(null=True)
    images = array(DeliveredAssetSchema)
    videos = array(VideoSchema)
    audio = array(DeliveredAssetSchema)
    transcript = nested(TranscriptSchema, null=True)
    identity = nested(IdentitySchema)
    storyboard = array(SceneSchema)
    degraded = fields.Boolean(required=True)
    marks = array(OutputMarkSchema)
    cost = nested(CostSchema)
