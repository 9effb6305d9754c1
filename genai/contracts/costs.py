"""What calls of providers have cost."""

from __future__ import annotations

from marshmallow import fields

from genai.contracts.fields import Choice, Moment
from genai.contracts.output import array, integer, real, string
from genai.contracts.query import QuerySchema
from genai.contracts.strict import StrictSchema
from genai.domain.enums import Capability


class CostFilterSchema(QuerySchema):
    """Calls that were begun from ``since`` (by default 30 days before the end) to before ``until``."""

    since = Moment(load_default=None)
    until = Moment(load_default=None)


class DayCostSchema(StrictSchema):
    """What the ``calls`` of a day (UTC) have cost, in US dollars; ``reserved`` is set aside for those that
    have not ended. ``mode`` is null for jobs that make the product's identity alone."""

    day = fields.Date(required=True)
    mode = string(null=True)
    capability = Choice(Capability, required=True)
    provider = string()
    calls = integer()
    spent = real()
    reserved = real()


class UnpricedSchema(StrictSchema):
    """Calls of a provider that count as free because the settings name no price for a model of its."""

    capability = Choice(Capability, required=True)
    provider = string()
    calls = integer()


class CostListSchema(StrictSchema):
    """Costs by day, mode, capability and provider, the newest day first, and their sums. Calls that cost
    nothing are not listed, nor those of jobs that were removed. ``unpriced``: calls that were made and are in
    no sum, for want of a price."""

    costs = array(DayCostSchema)
    unpriced = array(UnpricedSchema)
    spent = real()
    reserved = real()
    currency = Choice(("USD",), required=True)
