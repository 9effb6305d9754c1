"""Attempts: one row per intended paid call, committed before the call, with a key of its own."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Subquery, case, func, select, update
from sqlalchemy.dialects.postgresql import insert

from genai.domain.enums import AttemptState, Capability
from genai.store.claims import Claim
from genai.store.tables import attempts, steps


def open_attempt(
    connection: Connection,
    claim: Claim,
    *,
    capability: Capability,
    number: int,
    models: Mapping[str, str],
    request: Mapping[str, Any],
) -> list[Row[Any]]:
    """The step's attempts of that capability and number, one for each provider that was asked; the last
    one holds. ``models`` by provider, in the order in which they are to be asked.

    A rerun of the step finds its earlier attempt and so sends the same idempotency key, polls the
    stored ticket, or takes the stored result. Where the last one has failed and may be made
    ``elsewhere``, a new one is opened at the next provider, if there is one.
    """
    opened = _opened(connection, claim, capability, number)
    if opened and not _goes_elsewhere(opened[-1]):
        return opened
    asked = {row.provider for row in opened}
    provider = next((name for name in models if name not in asked), None)
    if provider is None:
        return opened
    connection.execute(
        insert(attempts)
        .values(
            step_id=claim.step_id,
            capability=capability.value,
            number=number,
            fence=claim.fence,
            provider=provider,
            model=models[provider],
            idempotency_key=uuid.uuid4().hex,
            request=dict(request),
        )
        .on_conflict_do_nothing(index_elements=["step_id", "capability", "number", "provider"])
    )
    return _opened(connection, claim, capability, number)


def _opened(connection: Connection, claim: Claim, capability: Capability, number: int) -> list[Row[Any]]:
    return list(
        connection.execute(
            select(attempts)
            .where(
                attempts.c.step_id == claim.step_id,
                attempts.c.capability == capability.value,
                attempts.c.number == number,
            )
            .order_by(attempts.c.id)
        )
    )


def _goes_elsewhere(row: Row[Any]) -> bool:
    return row.state == AttemptState.FAILED and bool(row.error.get("elsewhere"))


def submit_attempt(connection: Connection, attempt_id: int, ticket: str, *, poll_in: float) -> bool:
    """Record that the vendor has accepted the work, before anybody waits for it; whether the attempt has
    that ticket now. It has not where it was closed meanwhile, or where another run of the step got one."""
    connection.execute(
        update(attempts)
        .where(attempts.c.id == attempt_id, attempts.c.state == AttemptState.STARTED)
        .values(
            state=AttemptState.SUBMITTED,
            ticket=ticket,
            submitted_at=func.clock_timestamp(),
            poll_at=_from_now(poll_in),
        )
    )
    kept = connection.scalar(select(attempts.c.ticket).where(attempts.c.id == attempt_id))
    return bool(kept == ticket)


def postpone_poll(connection: Connection, attempt_id: int, *, poll_in: float) -> None:
    """Record that the ticket was looked at, and when it is looked at next."""
    connection.execute(
        update(attempts)
        .where(attempts.c.id == attempt_id)
        .values(polls=attempts.c.polls + 1, poll_at=_from_now(poll_in))
    )


def settle_attempt(
    connection: Connection, attempt_id: int, *, result: Mapping[str, Any], cost: float
) -> None:
    """Record what the call gave and what it cost (US dollars), beside what failed calls before it did."""
    # What was called off in vain is charged already.
    in_all = case((_open_yet(), attempts.c.cost + cost), else_=func.greatest(attempts.c.cost, cost))
    _settle(connection, attempt_id, state=AttemptState.SUCCEEDED, result=dict(result), cost=in_all)


def charge_attempt(connection: Connection, attempt_id: int, cost: float | None) -> None:
    """Record what a call costs that failed, in US dollars; None: all that was set aside for it. Another call
    of the attempt has to set its own aside."""
    if cost == 0:
        return
    connection.execute(
        update(attempts)
        .where(attempts.c.id == attempt_id, _open_yet())
        .values(cost=attempts.c.cost + (attempts.c.reserved if cost is None else cost), reserved=0)
    )


def fail_attempt(connection: Connection, attempt_id: int, error: Mapping[str, Any]) -> None:
    """Record that the call failed for good."""
    _settle(connection, attempt_id, state=AttemptState.FAILED, error=dict(error))


def cancel_attempt(connection: Connection, attempt_id: int, *, paid: bool) -> None:
    """Record that the vendor was asked to stop; ``paid`` where the work was done already."""
    charge_attempt(connection, attempt_id, None if paid else 0.0)
    _settle(connection, attempt_id, state=AttemptState.CANCELLED)


def note_error(connection: Connection, attempt_id: int, error: Mapping[str, Any]) -> None:
    """Record that the call failed in a way that may pass; it is still to be made."""
    connection.execute(
        update(attempts)
        .where(attempts.c.id == attempt_id)
        .values(errors=attempts.c.errors + 1, error=dict(error), slot_at=_kept_with_ticket())
    )


def give_place_back(connection: Connection, attempt_id: int) -> None:
    """The call was not made after all: another one may be, of a limited provider."""
    connection.execute(update(attempts).where(attempts.c.id == attempt_id).values(slot_at=None))


def open_tickets(connection: Connection, step_id: int) -> list[Row[Any]]:
    """The step's attempts that a vendor has accepted and not finished."""
    return list(
        connection.execute(
            select(attempts).where(attempts.c.step_id == step_id, attempts.c.state == AttemptState.SUBMITTED)
        )
    )


def count_attempts(connection: Connection, step_id: int) -> int:
    return (
        connection.scalar(select(func.count()).select_from(attempts).where(attempts.c.step_id == step_id))
        or 0
    )


def _settle(connection: Connection, attempt_id: int, **values: Any) -> None:
    connection.execute(
        update(attempts)
        .where(attempts.c.id == attempt_id, attempts.c.state != AttemptState.SUCCEEDED)
        .values(finished_at=func.clock_timestamp(), slot_at=None, reserved=0, **values)
    )


def _open_yet() -> ColumnElement[bool]:
    return attempts.c.state.in_((AttemptState.STARTED, AttemptState.SUBMITTED))


def _from_now(seconds: float) -> ColumnElement[Any]:
    return func.clock_timestamp() + func.make_interval(0, 0, 0, 0, 0, 0, seconds)


def _kept_with_ticket() -> ColumnElement[Any]:
    """Work that a vendor has accepted goes on, whatever asking for it came to."""
    return case((attempts.c.state == AttemptState.SUBMITTED, attempts.c.slot_at), else_=None)


class Cost(NamedTuple):
    """US dollars: what has been ``spent``, and what is ``reserved`` for calls that have not ended."""

    spent: float
    reserved: float


def job_cost(connection: Connection, job_id: str) -> Cost:
    """What the job's own calls have cost so far."""
    spent, reserved = connection.execute(select(cost_of_job(job_id))).one()
    return Cost(float(spent), float(reserved))


def cost_of_job(job_id: str | ColumnElement[str]) -> Subquery:
    """One row, to be joined to others: :class:`Cost` of the job."""
    return (
        select(
            func.coalesce(func.sum(attempts.c.cost), 0).label("spent"),
            func.coalesce(func.sum(attempts.c.reserved), 0).label("reserved"),
        )
        .join(steps, steps.c.id == attempts.c.step_id)
        .where(steps.c.job_id == job_id)
        .subquery()
    )
