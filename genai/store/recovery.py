"""What reconcile looks for: jobs that somebody ought to be working on and nobody is."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text

from genai.domain.enums import JobState
from genai.store.claims import lock_job
from genai.store.commits import fail_job, finish_if_idle, skip_unclaimed

# One row per job and the first cause found. Jobs wait longer after each recovery (recover_at), so
# that a backlog in a queue is never flooded with copies of its messages.
_STALLED = text(
    """
    SELECT j.id, j.state,
           CASE
             WHEN j.state IN ('failing', 'cancelling') THEN 'ending'
             WHEN j.dispatched_at IS NULL THEN 'never_dispatched'
             WHEN bool_or(s.state = 'running') THEN 'lease_lapsed'
             WHEN bool_or(s.state = 'waiting') THEN 'poll_overdue'
             WHEN bool_or(s.state IN ('pending', 'queued')) THEN 'idle'
             ELSE 'stuck'
           END AS cause
      FROM jobs j
      LEFT JOIN steps s ON s.job_id = j.id AND (
              s.state = 'running' AND s.lease_until < clock_timestamp()
           OR s.state = 'waiting' AND s.due_at < clock_timestamp() - make_interval(secs => :grace)
           OR s.state IN ('pending', 'queued') AND NOT EXISTS (
                  SELECT 1 FROM steps i WHERE i.job_id = s.job_id AND i.key = ANY (s.inputs)
                     AND i.state <> 'succeeded'))
     WHERE j.state IN ('admitted', 'running', 'failing', 'cancelling')
       AND (j.recover_at IS NULL OR j.recover_at < now())
       AND j.updated_at < now() - make_interval(secs => :grace)
       AND (s.id IS NOT NULL OR NOT EXISTS (
              SELECT 1 FROM steps w WHERE w.job_id = j.id
                 AND (w.state = 'running' AND w.lease_until >= clock_timestamp()
                   OR w.state = 'waiting')))
     GROUP BY j.id
     ORDER BY j.updated_at
     LIMIT :limit
    """
)


@dataclass(frozen=True)
class Stalled:
    """``cause``: never_dispatched, idle, lease_lapsed, poll_overdue, ending or stuck."""

    job_id: str
    cause: str


def stalled_jobs(connection: Connection, *, grace: float, limit: int = 100) -> list[Stalled]:
    """Jobs that need a push; ``grace`` is how long (seconds) a job is left alone after a change."""
    rows = connection.execute(_STALLED, {"grace": grace, "limit": limit})
    return [Stalled(str(row.id), row.cause) for row in rows]


def mark_recovery(connection: Connection, job_id: str, *, first: float, longest: float) -> None:
    """Leave the job alone for ``first`` seconds, twice as long each time, at most ``longest``."""
    connection.execute(
        text(
            "UPDATE jobs SET recoveries = recoveries + 1, recover_at = now() + make_interval(secs =>"
            " least(CAST(:longest AS float), CAST(:first AS float) * power(2, least(recoveries, 20))))"
            " WHERE id = :job_id"
        ),
        {"job_id": job_id, "first": first, "longest": longest},
    )


def end_lapsed(connection: Connection, job_id: str) -> JobState | None:
    """In a job that is ending: give up steps whose holder is lost, and end the job when none is left."""
    job = lock_job(connection, job_id)
    if job is None:
        return None
    connection.execute(
        text(
            "UPDATE steps SET state = 'skipped', lease_until = NULL, finished_at = now()"
            " WHERE job_id = :job_id AND state = 'running' AND lease_until < clock_timestamp()"
        ),
        {"job_id": job_id},
    )
    skip_unclaimed(connection, job_id)
    return finish_if_idle(connection, job_id)


def give_up(connection: Connection, job_id: str) -> JobState | None:
    """Fail a job that nothing can advance, with a reason, rather than leave it."""
    job = lock_job(connection, job_id)
    if job is None:
        return None
    error = {
        "code": "stuck",
        "message": "No step of this job can run. Please report it.",
        "stage": None,
        "scene": None,
        "provider": None,
        "attempts": 0,
        "retryable": False,
        "details": {},
        "retry": None,
    }
    return fail_job(connection, job, error)
