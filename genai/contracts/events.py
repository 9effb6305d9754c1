"""Events: what is sent to a client's callback address and listed under /v1/jobs/{id}/events.

The body has the form of Standard Webhooks: type, timestamp, data. All six types share what says which
job they are about and how far it is; ``progress`` adds the step that ended and its new assets,
``completed`` the output, ``failed`` (and ``cancelled`` after a failure) the error.
"""

from __future__ import annotations

from collections.abc import Mapping

from marshmallow import fields

from genai.contracts.fields import Choice
from genai.contracts.job import ErrorSchema, StepCounts
from genai.contracts.output import MadeAssetSchema, OutputSchema, array, integer, nested, real, string
from genai.contracts.strict import StrictSchema
from genai.domain.enums import EventType, JobState, JobType


class EventDataSchema(StrictSchema):
    """``number`` counts the events of the job from 1; ``metadata`` is the request's.

    ``trace_id`` is there where the service is traced. ``links``, in callbacks alone, are addresses by asset
    id under which the event's assets can be fetched without a token for a while.
    """

    job_id = string()
    number = integer()
    job_type = Choice(JobType, required=True)
    mode = string(null=True)
    product_id = string()
    state = Choice(JobState, required=True)
    percent = integer()
    retry_of = string(null=True)
    metadata = fields.Dict(required=True)
    trace_id = fields.String()
    links = fields.Dict(keys=fields.String(), values=fields.String())


class ProgressDataSchema(EventDataSchema):
    """A step has ended, or goes on and says how far it is. ``progress`` is 0..1, 1 when it has ended;
    ``assets`` are those that it made; a reused step makes none."""

    stage = string()
    scene = integer(null=True)
    progress = real()
    steps = nested(StepCounts)
    assets = array(MadeAssetSchema)


class CompletedDataSchema(EventDataSchema):
    """The job is done."""

    steps = nested(StepCounts)
    output = nested(OutputSchema)


class FailedDataSchema(EventDataSchema):
    """The job has failed."""

    steps = nested(StepCounts)
    error = nested(ErrorSchema)


class CancelledDataSchema(EventDataSchema):
    """The job was cancelled; ``error`` where a step had failed before."""

    steps = nested(StepCounts)
    error = nested(ErrorSchema, null=True)


class EventSchema(StrictSchema):
    """What all events share; see :data:`EVENTS` for each."""

    type = Choice(EventType, required=True)
    timestamp = fields.AwareDateTime(required=True)


def _event(data: type[EventDataSchema]) -> type[EventSchema]:
    """The schema of an event with this data."""
    return type(data.__name__.replace("Data", "Event"), (EventSchema,), {"data": nested(data)})


EVENTS: Mapping[EventType, type[EventSchema]] = {
    EventType.ACCEPTED: _event(EventDataSchema),
    EventType.STARTED: _event(EventDataSchema),
    EventType.PROGRESS: _event(ProgressDataSchema),
    EventType.COMPLETED: _event(CompletedDataSchema),
    EventType.FAILED: _event(FailedDataSchema),
    EventType.CANCELLED: _event(CancelledDataSchema),
}


class EventListSchema(StrictSchema):
    """Events of a job after a number, oldest first; ``last`` is what to ask after next."""

    events = array(fields.Dict())
    last = integer()
