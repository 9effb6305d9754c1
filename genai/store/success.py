"""The end of a step that has succeeded: one fenced statement."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, text

from genai.errors import LeaseLost
from genai.store.claims import Claim
from genai.store.lifecycle import NOT_QUEUED, QUEUED

# One statement for the job's lock, the step and its successor, so that they cost one round trip. What is
# counted after it is another one: it must see what was committed while this waited for the lock.
_SUCCEED = text(
    f"""
    WITH job AS (
        SELECT id, state, dispatch FROM jobs WHERE id = :job_id FOR NO KEY UPDATE
    ), successor AS (
        UPDATE steps SET {QUEUED} FROM job WHERE job_id = job.id AND key = :successor AND {NOT_QUEUED}
    )
    UPDATE steps s
       SET state = 'succeeded', output = CAST(:output AS jsonb), source_id = CAST(:source_id AS bigint),
           wait_reason = NULL, lease_until = NULL, finished_at = clock_timestamp(),
           runtime = extract(epoch FROM clock_timestamp() - s.claimed_at)
      FROM job
     WHERE s.id = :step_id AND s.fence = :fence AND s.state = 'running'
       AND job.state NOT IN ('completed', 'failed', 'cancelled')
    RETURNING CAST(job.id AS text) AS id, job.state, job.dispatch
    """  # noqa: S608 - of this package's own text
)


def succeeded(
    connection: Connection,
    claim: Claim,
    successor: str | None,
    *,
    output: str | None = None,
    source_id: int | None = None,
) -> Row[Any]:
    """End the step with its own output, as JSON, or with that of another one (``source_id``), and mark its
    successor as queued; the id, state and dispatch number of the job, whose row is locked.

    Raises LeaseLost when another claim has been made since, or the job has ended.
    """
    job = connection.execute(
        _SUCCEED,
        {
            "job_id": claim.job_id,
            "step_id": claim.step_id,
            "fence": claim.fence,
            "successor": successor,
            "output": output,
            "source_id": source_id,
        },
    ).first()
    if job is None:
        raise LeaseLost(f"{claim.key}: claim {claim.fence} is no longer the newest, or its job has ended")
    return job
