"""Deliveries: what became of a client's events, and the wish to have some of them sent again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import validates_schema

from genai.contracts.fields import Choice, Moment, complaint
from genai.contracts.job import moment
from genai.contracts.output import array, integer, nested, real, string
from genai.contracts.settings import job_id
from genai.contracts.strict import StrictSchema, any_of, sent
from genai.domain.enums import EventType, OutboxState


class TrySchema(StrictSchema):
    """One try to send an event. ``status`` is that of the answer, null where none came (``error`` says
    why); ``latency`` is seconds, ``answer`` the first bytes of the answer."""

    number = integer()
    status = integer(null=True)
    error = string(null=True)
    latency = real()
    answer = string()
    created_at = moment()


class DeliverySchema(StrictSchema):
    """An event on its way to the client's callback address. ``tries`` counts since its creation or last
    replay, ``next_at`` is when the next one is due; ``attempts`` are all there were."""

    id = string()
    job_id = string()
    number = integer()
    type = Choice(EventType, required=True)
    state = Choice(OutboxState, required=True)
    tries = integer()
    created_at = moment()
    next_at = moment()
    finished_at = moment()
    attempts = array(TrySchema)


class DestinationSchema(StrictSchema):
    """The client's callback address. ``failures`` in a row; nothing is sent before ``resumes_at``, and
    nothing at all where it is disabled since it answered 410."""

    failures = integer()
    resumes_at = moment()
    disabled_at = moment()


class DeliveryListSchema(StrictSchema):
    """The newest events first; ``next`` is the cursor of the following page, null on the last one.
    ``destination`` is null for a client without a callback address."""

    deliveries = array(DeliverySchema)
    destination = nested(DestinationSchema, null=True)
    next = string(null=True)


class ReplayedSchema(StrictSchema):
    """How many events are sent again."""

    replayed = integer()


class ReplaySchema(StrictSchema):
    """Which events are to be sent again: of a job, of a range of time (of their creation), or both. Those
    that are dead letters, unless ``state`` says otherwise."""

    rules: ClassVar = (any_of(sent("job_id"), sent("since")),)

    job_id = job_id(load_default=None)
    since = Moment(load_default=None)
    until = Moment(load_default=None)
    state = Choice(OutboxState, OutboxState, load_default=OutboxState.DEAD)

    @validates_schema
    def says_which(self, data: Mapping[str, Any], **_: Any) -> None:
        if data.get("job_id") is None and data.get("since") is None:
            raise complaint("Says neither whose nor of when.", "Send job_id or since.")
