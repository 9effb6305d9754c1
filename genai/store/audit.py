"""The audit trail: who submitted, cancelled, approved, requeued, replayed or erased what, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from genai.errors import NotFound
from genai.store.tables import audit


def record(
    connection: Connection,
    *,
    client: str,
    actor: str,
    action: str,
    job_id: str | None = None,
    request_id: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Write a row, in the transaction of what it tells. ``actor``: api, operator or service."""
    connection.execute(
        insert(audit).values(
            client=client,
            actor=actor,
            action=action,
            job_id=job_id,
            request_id=request_id,
            details=dict(details or {}),
        )
    )


def job_trail(connection: Connection, client: str, job_id: str) -> list[dict[str, Any]]:
    """What was done with the client's job, oldest first. It outlives the job. Raises NotFound."""
    rows = connection.execute(
        select(audit).where(audit.c.job_id == job_id, audit.c.client == client).order_by(audit.c.id)
    ).all()
    if not rows:  # accepting a job is in its trail
        raise NotFound("There is no such job.")
    return _shown(rows)


def trail_page(
    connection: Connection,
    *,
    limit: int,
    before: int | None = None,
    client: str | None = None,
    job_id: str | None = None,
) -> tuple[list[dict[str, Any]], int | None]:
    """Up to ``limit`` entries of all clients, or of one, or of one job, newest first, of those ``before``
    (an id); and where the next page begins, or None."""
    query = select(audit).order_by(audit.c.id.desc()).limit(limit + 1)
    for column, wanted in ((audit.c.client, client), (audit.c.job_id, job_id)):
        if wanted is not None:
            query = query.where(column == wanted)
    if before is not None:
        query = query.where(audit.c.id < before)
    rows = connection.execute(query).all()
    return _shown(rows[:limit]), rows[limit - 1].id if len(rows) > limit else None


def _shown(rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    return [
        {
            "id": row.id,
            "at": row.created_at.astimezone(UTC).isoformat(timespec="milliseconds"),
            "client": row.client,
            "actor": row.actor,
            "action": row.action,
            "job_id": row.job_id,
            "request_id": row.request_id,
            "details": row.details,
        }
        for row in rows
    ]
