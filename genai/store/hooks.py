"""A vendor says that it has finished: the step that waits for it is due at once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, text


def make_due(connection: Connection, attempt_id: int) -> Row[Any] | None:
    """The step (job_id, key) to be sent; None where nobody waits for that attempt any more."""
    return connection.execute(
        text(
            "WITH due AS (UPDATE attempts SET poll_at = clock_timestamp()"
            " WHERE id = :id AND state = 'submitted' RETURNING step_id)"
            " UPDATE steps s SET due_at = clock_timestamp() FROM due"
            " WHERE s.id = due.step_id AND s.state = 'waiting' AND s.due_at > clock_timestamp()"
            " RETURNING s.job_id, s.key"
        ),
        {"id": attempt_id},
    ).first()
