"""The quality report that every video carries."""

from __future__ import annotations

from marshmallow import fields

from genai.contracts.fields import Choice, Inside
from genai.contracts.strict import StrictSchema

QC_VERDICTS = ("pass", "fail", "not_applicable")


class QcRowSchema(StrictSchema):
    """A line of the delivery table. ``name`` is stable. ``value`` is what was measured: a number, a word, a
    list or an object, null where nothing was; ``target`` and ``reason`` are for people, units included."""

    name = fields.String(required=True)
    value = fields.Raw(required=True, allow_none=True)
    target = fields.String(required=True)
    verdict = Choice(QC_VERDICTS, required=True)
    reason = fields.String(required=True)


class QcReportSchema(StrictSchema):
    """Every measured figure, and whether it passes. ``passed``: no row failed."""

    passed = fields.Boolean(required=True)
    rows = fields.List(Inside(QcRowSchema), required=True)
