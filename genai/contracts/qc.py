"""The quality report that every video carries."""

from __future__ import annotations

from marshmallow import fields

from genai.contracts.strict import StrictSchema


class QcReportSchema(StrictSchema):
    """Every measured figure, and whether it passes."""

    passed = fields.Boolean(required=True)
    rows = fields.List(fields.Dict(), required=True)
