"""Events: what is sent to a client's callback address and listed under /v1/jobs/{id}/events.

The body has the form of Standard Webhooks: type, timestamp, data. All six types share what says which
job they are about and how far it is; ``progress`` adds the step that ended and its new assets,
``completed`` the output, ``failed`` (and ``cancelled`` after a failure) the error.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import Schema, fields

from genai.contracts.fields import Choice
from genai.contracts.job import ErrorSchema, StepCounts
from genai.contracts.output import MadeAssetSchema, OutputSchema, array, integer, nested, real, string
from genai.contracts.strict import OneOf, StrictSchema
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
    """What all events share; ``EVENTS`` has the schema of each."""

    type = Choice(EventType, required=True)
    timestamp = fields.AwareDateTime(required=True)


_DATA: Mapping[EventType, type[EventDataSchema]] = {
    EventType.ACCEPTED: EventDataSchema,
    EventType.STARTED: EventDataSchema,
    EventType.PROGRESS: ProgressDataSchema,
    EventType.COMPLETED: CompletedDataSchema,
    EventType.FAILED: FailedDataSchema,
    EventType.CANCELLED: CancelledDataSchema,
}


def _event(type_: EventType, data: type[EventDataSchema]) -> type[EventSchema]:
    """The schema of an event of this type."""
    fields_ = {"type": Choice((type_,), required=True), "data": nested(data), "__doc__": data.__doc__}
    return type(f"{type_.name.title()}EventSchema", (EventSchema,), fields_)


EVENTS: Mapping[EventType, type[EventSchema]] = {type_: _event(type_, data) for type_, data in _DATA.items()}


class AnyEvent(OneOf):
    """An event; ``type`` says which."""

    discriminator: ClassVar = "type"
    noun: ClassVar = "Event"

    @property
    def forms(self) -> Mapping[str, Schema]:
        return {type_: schema() for type_, schema in EVENTS.items()}

    def load(self, data: Any, **_: Any) -> dict[str, Any]:
        kind = str(data.get("type")) if isinstance(data, Mapping) else ""
        schema = EVENTS[EventType(kind)] if kind in EVENTS else EventSchema  # which refuses it, by its type
        return dict(schema().load(data))


class EventListSchema(StrictSchema):
    """Events of a job after a number, oldest first; ``last`` is what to ask after next."""

    events = array(AnyEvent)
    last = integer()
