"""What reconcile looks for: jobs that somebody ought to be working on and nobody is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select, text, update

from genai.domain.enums import JobState, StepState
from genai.store.claims import lock_job
from genai.store.commits import fail_job, finish_if_idle, skip_unclaimed
from genai.store.holder import Holder, this_process
from genai.store.tables import steps

# A backlog is never flooded with copies of its messages: a step that was published is missed only when
# nothing that was published before it runs on its queue or has just ended there, for then its turn has
# come and gone.
# Nor is it missed while its queue holds as many messages as there are steps that wait for one.
# And a job waits longer after each recovery that moved nothing (recover_at).
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
                    WHEN candidate.state = 'cancelling' THEN 'ticket'
                    WHEN s.due_at >= clock_timestamp() - make_interval(secs => :grace)
                         OR s.queue = ANY (:full) OR EXISTS (
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


_READY = text(
    """
    SELECT s.queue, count(*) AS steps
      FROM steps s JOIN jobs j ON j.id = s.job_id
     WHERE j.state IN ('admitted', 'running', 'failing', 'cancelling') AND j.dispatched_at IS NOT NULL
       AND (s.state = 'queued' OR s.state = 'waiting' AND s.due_at < clock_timestamp()
         OR s.state = 'pending' AND NOT EXISTS (
                SELECT 1 FROM steps i WHERE i.job_id = s.job_id AND i.key = ANY (s.inputs)
                   AND i.state <> 'succeeded'))
     GROUP BY s.queue
    """
)


def stalled_jobs(
    connection: Connection, *, grace: float, full: Sequence[str] = (), limit: int = 100
) -> list[Stalled]:
    """Jobs that need a push; ``grace`` is how long (seconds) a job is left alone after a change. Nothing is
    missed on queues that are ``full``."""
    rows = connection.execute(_STALLED, {"grace": grace, "full": list(full), "limit": limit})
    return [Stalled(str(row.id), row.cause) for row in rows]


def ready_steps(connection: Connection) -> dict[str, int]:
    """How many steps could run now, by queue: each has a message of its own, or is missed."""
    return {row.queue: row.steps for row in connection.execute(_READY)}


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
    """Leave the job alone for ``first`` seconds, twice as long with each push that moved nothing, at most
    ``longest``."""
    connection.execute(
        text(
            """
            WITH now_done AS (
                SELECT count(*) AS n FROM steps WHERE job_id = :job_id AND state = 'succeeded'
            ), push AS (
                SELECT n, CASE WHEN j.recoveries > 0 AND j.done_when_pushed = n
                               THEN j.pushes_in_vain + 1 ELSE 0 END AS in_vain
                  FROM now_done, jobs j WHERE j.id = :job_id
            )
            UPDATE jobs SET recoveries = recoveries + 1, done_when_pushed = push.n,
                            pushes_in_vain = push.in_vain,
                            recover_at = now() + make_interval(secs => least(CAST(:longest AS float),
                                CAST(:first AS float) * power(2, least(push.in_vain, 20))))
              FROM push WHERE id = :job_id
            """
        ),
        {"job_id": job_id, "first": first, "longest": longest},
    )


def end_lapsed(connection: Connection, job_id: str) -> JobState | None:
    """In a job that is ending: give up steps whose holder is lost, and end the job when none is left.
    A step whose vendor has accepted its work waits for that, due at once."""
    job = lock_job(connection, job_id)
    if job is None:
        return None
    # What came of their calls nobody knows: they count as paid for.
    connection.execute(
        text(
            "UPDATE attempts a SET cost = cost + reserved, reserved = 0 FROM steps s WHERE s.id = a.step_id"
            " AND s.job_id = :job_id AND a.state = 'started' AND s.state = 'running'"
            " AND s.lease_until < clock_timestamp()"
        ),
        {"job_id": job_id},
    )
    connection.execute(
        text(
            "UPDATE steps SET state = 'waiting', lease_until = NULL, due_at = now(), wait_reason = 'vendor'"
            " WHERE job_id = :job_id AND state = 'running' AND lease_until < clock_timestamp()"
        ),
        {"job_id": job_id},
    )
    skip_unclaimed(connection, job_id)
    return finish_if_idle(connection, job_id)


def tickets_of(connection: Connection, job_id: str) -> list[Row[Any]]:
    """The steps of a job that wait for what a vendor has accepted: id, key, and whether they are due."""
    return list(
        connection.execute(
            text(
                "SELECT s.id, s.key, s.due_at <= clock_timestamp() AS due FROM steps s"
                " WHERE s.job_id = :job_id AND s.state = 'waiting' AND EXISTS"
                " (SELECT 1 FROM attempts a WHERE a.step_id = s.id AND a.state = 'submitted')"
                " ORDER BY s.position"
            ),
            {"job_id": job_id},
        )
    )


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
