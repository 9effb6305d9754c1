"""What a request would make, cost and take."""

from __future__ import annotations

from marshmallow import fields

from genai.contracts.fields import Choice
from genai.contracts.output import array, integer, nested, real, string
from genai.contracts.strict import StrictSchema
from genai.domain.enums import Capability, Phase


class StageEstimateSchema(StrictSchema):
    """The ``steps`` of a stage that would be made, null where nobody knows how many, beside those that are
    ``reused``. ``seconds`` of one of them, at the median of those that were made lately, null where none
    was; ``cost`` of all in US dollars, by what they cost on average."""

    stage = string()
    phase = Choice(Phase, required=True)
    capability = Choice(Capability, required=True, allow_none=True)
    steps = integer(null=True)
    reused = integer()
    seconds = real(null=True)
    cost = real()


class EstimatedCostSchema(StrictSchema):
    """US dollars, in all and by capability."""

    total = real()
    by_capability = fields.Dict(keys=fields.String(), values=fields.Float(), required=True)
    currency = Choice(("USD",), required=True)


class EstimateSchema(StrictSchema):
    """What a request would make, as if nothing of its product had been made before. ``seconds`` until it is
    done, with the queues as they are; null where stages are ``without_record``: their cost is missing too."""

    stages = array(StageEstimateSchema)
    cost = nested(EstimatedCostSchema)
    seconds = real(null=True)
    without_record = array(string())
