"""What reconcile looks for: jobs that somebody ought to be working on and nobody is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select, text, update

from genai.domain.enums import JobState, StepState
from genai.store.claims import lock_job
from genai.store.commits import fail_job, finish_if_idle, skip_unclaimed
from genai.store.holder import Holder, this_process
from genai.store.tables import steps

# A backlog is never flooded with copies of its messages: a step that was published is missed only when
# nothing that was published before it runs on its queue or has just ended there, for then its turn has
# come and gone.
# And a job waits longer after each recovery (recover_at).
_STALLED = text(
    """
    WITH candidate AS (
        SELECT id, state, dispatched_at, updated_at FROM jobs
         WHERE state IN ('admitted', 'running', 'failing', 'cancelling')
           AND (recover_at IS NULL OR recover_at < now())
           AND updated_at < now() - make_interval(secs => :grace)
    ), finding AS (
        SELECT s.job_id,
               CASE WHEN s.state = 'running' AND s.lease_until < clock_timestamp() THEN 'lease_lapsed'
                    WHEN s.state = 'running' THEN 'alive'
                    WHEN s.state <> 'waiting' AND EXISTS (
                             SELECT 1 FROM steps i WHERE i.job_id = s.job_id AND i.key = ANY (s.inputs)
                                AND i.state <> 'succeeded') THEN NULL
                    WHEN s.due_at >= clock_timestamp() - make_interval(secs => :grace) OR EXISTS (
                             SELECT 1 FROM steps r WHERE r.queue = s.queue
                                AND (r.state = 'running' AND r.lease_until >= clock_timestamp()
                                  OR r.finished_at > clock_timestamp() - make_interval(secs => :grace))
                                AND r.queued_at <= coalesce(s.due_at, s.queued_at)) THEN 'alive'
                    WHEN s.state = 'waiting' THEN 'poll_overdue'
                    ELSE 'idle'
               END AS what
          FROM steps s JOIN candidate ON candidate.id = s.job_id
         WHERE s.state IN ('pending', 'queued', 'waiting', 'running')
    )
    SELECT id, cause FROM (
        SELECT c.id, c.updated_at,
               CASE WHEN c.state IN ('failing', 'cancelling') THEN
                         CASE WHEN bool_or(f.what = 'alive') THEN NULL ELSE 'ending' END
                    WHEN c.dispatched_at IS NULL THEN 'never_dispatched'
                    WHEN bool_or(f.what = 'lease_lapsed') THEN 'lease_lapsed'
                    WHEN bool_or(f.what = 'poll_overdue') THEN 'poll_overdue'
                    WHEN bool_or(f.what = 'idle') THEN 'idle'
                    WHEN count(f.what) = 0 THEN 'stuck'
               END AS cause
          FROM candidate c LEFT JOIN finding f ON f.job_id = c.id
         GROUP BY c.id, c.state, c.dispatched_at, c.updated_at) AS found
     WHERE cause IS NOT NULL
     ORDER BY updated_at
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


def expire_dead(connection: Connection) -> int:
    """End the leases of this host's processes that are gone, so that nobody waits for them to lapse."""
    rows = connection.execute(
        select(steps.c.id, steps.c.fence, steps.c.host, steps.c.pid, steps.c.process_start).where(
            steps.c.state == StepState.RUNNING,
            steps.c.host == this_process().host,
            steps.c.lease_until > func.clock_timestamp(),
        )
    ).all()
    gone = [row for row in rows if Holder(row.host, row.pid, row.process_start).is_gone()]
    for row in gone:
        connection.execute(
            update(steps)
            .where(steps.c.id == row.id, steps.c.fence == row.fence, steps.c.state == StepState.RUNNING)
            .values(lease_until=func.clock_timestamp())
        )
    return len(gone)


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
    error: dict[str, Any] = {
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
