"""Attempts: one row per intended paid call, committed before the call, with a key of its own."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, func, select, update
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
    provider: str,
    model: str,
    request: Mapping[str, Any],
) -> Row[Any]:
    """The step's attempt of that capability and number: the one there is, or a new one.

    A rerun of the step finds its earlier attempt and so sends the same idempotency key, polls the
    stored ticket, or takes the stored result.
    """
    written = connection.execute(
        insert(attempts)
        .values(
            step_id=claim.step_id,
            capability=capability.value,
            number=number,
            fence=claim.fence,
            provider=provider,
            model=model,
            idempotency_key=uuid.uuid4().hex,
            request=dict(request),
        )
        .on_conflict_do_nothing(index_elements=["step_id", "capability", "number"])
        .returning(attempts)
    ).first()
    if written is not None:
        return written
    return connection.execute(
        select(attempts).where(
            attempts.c.step_id == claim.step_id,
            attempts.c.capability == capability.value,
            attempts.c.number == number,
        )
    ).one()


def settle_attempt(
    connection: Connection, attempt_id: int, *, result: Mapping[str, Any], cost: float
) -> None:
    """Record what the call gave and what it cost (US dollars)."""
    _settle(connection, attempt_id, state=AttemptState.SUCCEEDED, result=dict(result), cost=cost)


def fail_attempt(connection: Connection, attempt_id: int, error: Mapping[str, Any]) -> None:
    """Record that the call failed for good."""
    _settle(connection, attempt_id, state=AttemptState.FAILED, error=dict(error))


def note_error(connection: Connection, attempt_id: int, error: Mapping[str, Any]) -> None:
    """Record that the call failed in a way that may pass; it is still to be made."""
    connection.execute(
        update(attempts)
        .where(attempts.c.id == attempt_id)
        .values(errors=attempts.c.errors + 1, error=dict(error))
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
        .values(finished_at=func.clock_timestamp(), **values)
    )


def job_cost(connection: Connection, job_id: str) -> float:
    """What the job's calls have cost so far, in US dollars."""
    total = connection.scalar(
        select(func.coalesce(func.sum(attempts.c.cost), 0))
        .join(steps, steps.c.id == attempts.c.step_id)
        .where(steps.c.job_id == job_id)
    )
    return float(total or 0)
