"""Output modes as the API lists them."""

from __future__ import annotations

from marshmallow import fields

from genai.contracts.output import array, string
from genai.contracts.strict import StrictSchema


class ModeSchema(StrictSchema):
    """An output mode, and the JSON Schema (2020-12) of the settings that it accepts."""

    mode = string()
    settings = fields.Dict(required=True)


class ModeListSchema(StrictSchema):
    """The modes that run here, by name."""

    modes = array(ModeSchema)
