"""Lifecycle columns, as task signals saw it: conditional, monotonic, and nothing depends on them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, text

# The consumer may be faster than the publisher's signal: what came later was queued before.
_QUEUED = text(
    "UPDATE steps SET queued_at = coalesce(queued_at, least(clock_timestamp(), claimed_at, task_started_at)),"
    " task_id = coalesce(task_id, :task_id),"
    " state = CASE WHEN state = 'pending' THEN 'queued' ELSE state END"
    " WHERE job_id = :job_id AND key = :key"
)
_STARTED = text(
    "UPDATE steps s SET task_started_at = clock_timestamp(), worker = :worker, task_id = :task_id"
    " FROM jobs j WHERE j.id = s.job_id"
    " AND s.job_id = :job_id AND s.key = :key AND s.state NOT IN ('succeeded', 'failed', 'skipped')"
    " RETURNING j.request_id, j.trace"
)
_ENDED = text(
    "UPDATE steps SET runtime = :runtime WHERE job_id = :job_id AND key = :key AND task_id = :task_id"
)
_RETRIED = text("UPDATE steps SET retry_reason = :reason WHERE job_id = :job_id AND key = :key")
_FAILED = text("UPDATE steps SET failure_text = :failure WHERE job_id = :job_id AND key = :key")
_REVOKED = text(
    "UPDATE steps SET revoked_at = coalesce(revoked_at, clock_timestamp())"
    " WHERE job_id = :job_id AND key = :key"
)


def queued(connection: Connection, **values: Any) -> None:
    connection.execute(_QUEUED, values)


def started(connection: Connection, **values: Any) -> Row[Any] | None:
    """The request's id and its trace; None for a step that has ended."""
    return connection.execute(_STARTED, values).first()


def ended(connection: Connection, **values: Any) -> None:
    connection.execute(_ENDED, values)


def retried(connection: Connection, **values: Any) -> None:
    connection.execute(_RETRIED, values)


def failed(connection: Connection, **values: Any) -> None:
    connection.execute(_FAILED, values)


def revoked(connection: Connection, **values: Any) -> None:
    connection.execute(_REVOKED, values)
