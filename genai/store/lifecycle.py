"""Lifecycle columns, beside the state: conditional, monotonic, and no claim depends on them.

Worker, message and runtime are written with the claim and the commit (``claims``, ``commits``).
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text

# A consumer may be faster than who tells of the publishing: what came later was queued before.
QUEUED = (
    "queued_at = coalesce(steps.queued_at, least(clock_timestamp(), steps.claimed_at)),"
    " state = CASE WHEN steps.state = 'pending' THEN 'queued' ELSE steps.state END"
)
NOT_QUEUED = "(steps.queued_at IS NULL OR steps.state = 'pending')"
_QUEUED = text(
    f"UPDATE steps SET {QUEUED} WHERE job_id = :job_id AND key = ANY (:keys) AND {NOT_QUEUED}"  # noqa: S608
)
_RETRIED = text("UPDATE steps SET retry_reason = :reason WHERE job_id = :job_id AND key = :key")
_FAILED = text("UPDATE steps SET failure_text = :failure WHERE job_id = :job_id AND key = :key")
_REVOKED = text(
    "UPDATE steps SET revoked_at = coalesce(revoked_at, clock_timestamp())"
    " WHERE job_id = :job_id AND key = :key"
)


def queued(connection: Connection, job_id: str, keys: Sequence[str]) -> None:
    """The messages of these steps are sent now."""
    connection.execute(_QUEUED, {"job_id": job_id, "keys": list(keys)})


def retried(connection: Connection, job_id: str, key: str, reason: str) -> None:
    """Celery sends the step's message again, because of this."""
    connection.execute(_RETRIED, {"job_id": job_id, "key": key, "reason": reason})


def failed(connection: Connection, job_id: str, key: str, failure: str) -> None:
    """The step's task ended with this failure."""
    connection.execute(_FAILED, {"job_id": job_id, "key": key, "failure": failure})


def revoked(connection: Connection, job_id: str, key: str) -> None:
    """An operator has revoked the step's task."""
    connection.execute(_REVOKED, {"job_id": job_id, "key": key})
