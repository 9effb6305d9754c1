"""Deliveries: what became of a client's events, and the wish to have some of them sent again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from genai.contracts.fields import Choice, Strict, complaint
from genai.contracts.job import moment
from genai.contracts.output import array, integer, nested, real, string
from genai.contracts.problems import contract_error
from genai.contracts.settings import job_id
from genai.contracts.strict import StrictSchema
from genai.domain.enums import EventType, OutboxState
from genai.errors import ContractError, Problem


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


class Moment(Strict, fields.AwareDateTime):
    """A moment in ISO 8601 with its offset."""

    def _deserialize(self, value: Any, attr: Any = None, data: Any = None, **kwargs: Any) -> datetime:
        try:
            return super()._deserialize(value, attr, data, **kwargs)
        except (ValidationError, OverflowError, TypeError):
            raise complaint(
                "Not a moment.", "Send ISO 8601 with an offset, such as 2026-03-01T12:00:00Z."
            ) from None


class _Selection(StrictSchema):
    job_id = job_id(load_default=None, allow_none=True)
    since = Moment(load_default=None, allow_none=True)
    until = Moment(load_default=None, allow_none=True)


class ReplaySchema(_Selection):
    """Which events are to be sent again: of a job, of a range of time (of their creation), or both. Those
    that are dead letters, unless ``state`` says otherwise."""

    state = Choice(OutboxState, OutboxState, load_default=OutboxState.DEAD)

    @validates_schema
    def says_which(self, data: Mapping[str, Any], **_: Any) -> None:
        if data.get("job_id") is None and data.get("since") is None:
            raise complaint("Says neither whose nor of when.", "Send job_id or since.")


class DeliveryFilterSchema(_Selection):
    """The query parameters of a list of deliveries, without those that page it."""

    state = Choice(OutboxState, OutboxState, load_default=None)


@dataclass(frozen=True)
class Selection:
    """Events of a client: those of a job, in a state, created from ``since`` to before ``until``."""

    job_id: str | None = None
    state: OutboxState | None = None
    since: datetime | None = None
    until: datetime | None = None


def load_replay(document: object) -> Selection:
    """What is to be sent again. Raises ContractError listing every problem."""
    try:
        return Selection(**ReplaySchema().load(document))  # type: ignore[arg-type]  # it refuses what is no object
    except ValidationError as error:
        raise contract_error(error.messages) from None


def load_filter(parameters: Mapping[str, str]) -> Selection:
    """What is to be listed. Raises ContractError naming every parameter that is wrong."""
    # Many a sender leaves the + of an offset as it is, which in a query stands for a blank.
    read = {n: v.replace(" ", "+") if n in ("since", "until") else v for n, v in parameters.items()}
    try:
        return Selection(**DeliveryFilterSchema().load(read))
    except ValidationError as error:
        problems = contract_error(error.messages).problems
        raise ContractError(
            [Problem("", f"The query parameter '{p.pointer[1:]}': {p.detail}", p.remedy) for p in problems]
        ) from None
