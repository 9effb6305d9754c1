"""Claim before work: one conditional UPDATE takes a step, and its fence tells late writers apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, func, select, text, update

from genai.domain.enums import EventType, JobState, StepState
from genai.domain.states import JOB_ENDED, JOB_ENDING, STEP_ENDED
from genai.store.database import Database
from genai.store.events import write_event
from genai.store.holder import Holder
from genai.store.steps import OUTPUT_ROWS, StepOutput, output_of
from genai.store.tables import jobs, steps


class Refusal(StrEnum):
    """Why a step was not claimed."""

    DONE = "done"  # it has succeeded: the chain goes on
    ENDED = "ended"  # it or its job has ended or is ending
    HELD = "held"  # another process works on it; look again after ``retry_in``
    NOT_DUE = "not_due"  # parked until ``retry_in`` from now
    NOT_READY = "not_ready"  # an input has not succeeded
    GONE = "gone"  # no such job or step


@dataclass(frozen=True)
class Refused:
    reason: Refusal
    retry_in: float = 0.0  # seconds


@dataclass(frozen=True)
class Claim:
    """A step that this process holds, with what it needs to work on it."""

    step_id: int
    job_id: str
    key: str
    stage: str
    scene: int | None
    phase: str
    queue: str
    queued_at: str  # ISO 8601; of the message that it came with
    fence: int
    failures: int
    losses: int
    fresh: bool
    client: str
    flow: str
    product_id: str
    product_fingerprint: str | None
    brief: Mapping[str, Any]
    scenes: Sequence[Mapping[str, Any]]
    inputs: Mapping[str, StepOutput]
    started_job: bool
    job_type: str
    has_scenes: bool  # whether the flow has scene stages
    blueprint: Mapping[str, Any] | None  # the pipeline's shape at acceptance, for a step of the plan
    request_id: str | None
    trace: str | None  # the traceparent of the job's request

    @property
    def scene_data(self) -> Mapping[str, Any] | None:
        """The scene of a step of the scene phase."""
        return next((scene for scene in self.scenes if scene["number"] == self.scene), None)


# Whether step ``s`` waits for work that a vendor has accepted.
HAS_TICKET = "EXISTS (SELECT 1 FROM attempts a WHERE a.step_id = s.id AND a.state = 'submitted')"
# One statement, so that it costs one round trip and needs no transaction around it. The job is locked first,
# as everywhere, and read as it is then; the inputs were committed before anybody sent for this step, and
# never change. A job is only begun (``begins``) in a transaction, with the event that tells of it.
_CLAIM = text(
    f"""
    WITH job AS (
        SELECT id, state, client, flow, job_type, product_id, product_fingerprint, brief, scenes, request_id,
               trace, blueprint
          FROM jobs WHERE id = :job_id FOR NO KEY UPDATE
    ), taken AS (
        UPDATE steps s
           SET state = 'running',
               fence = s.fence + 1,
               losses = s.losses + (s.state = 'running')::int,
               lease_until = clock_timestamp() + make_interval(secs => :lease),
               host = :host, pid = :pid, process_start = :start,
               worker = :worker, task_id = :task_id,
               queued_at = coalesce(CAST(:queued_at AS timestamptz), s.queued_at, clock_timestamp()),
               claimed_at = clock_timestamp(),
               due_at = NULL, wait_reason = NULL
          FROM job
         WHERE s.job_id = job.id AND s.key = :key
           AND (   job.state = 'running' OR (:begins AND job.state = 'admitted')
                OR (job.state = 'failing' AND {HAS_TICKET}))
           AND (   s.state IN ('pending', 'queued')
                OR (s.state = 'waiting' AND s.due_at <= clock_timestamp() + interval '1 second')
                OR (s.state = 'running' AND s.lease_until < clock_timestamp())
                OR (s.state = 'running' AND s.fence = :dead_fence))
           AND NOT EXISTS (SELECT 1 FROM steps i
                            WHERE i.job_id = s.job_id AND i.key = ANY (s.inputs)
                              AND i.state <> 'succeeded')
        RETURNING s.id, s.key, s.stage, s.scene, s.phase, s.queue, s.queued_at, s.fence, s.failures, s.losses,
                  s.fresh, s.inputs
    )
    SELECT job.state, (
        SELECT to_jsonb(claim) FROM (
            SELECT taken.id AS step_id, job.id AS job_id, taken.key, taken.stage, taken.scene, taken.phase,
                   taken.queue, taken.queued_at, taken.fence, taken.failures, taken.losses, taken.fresh,
                   job.client, job.flow, job.product_id, job.product_fingerprint, job.brief, job.job_type,
                   job.request_id, job.trace, job.state = 'admitted' AS started_job,
                   coalesce(job.scenes, '[]') AS scenes,
                   jsonb_array_length(job.blueprint -> 'scene') > 0 AS has_scenes,
                   CASE WHEN taken.phase = 'plan' THEN job.blueprint END AS blueprint,
                   (SELECT coalesce(jsonb_agg(to_jsonb(given)), '[]')
                      FROM ({OUTPUT_ROWS} AND s.job_id = job.id AND s.key = ANY (taken.inputs)
                             ORDER BY s.position) given) AS inputs
              FROM taken) claim) AS claim
      FROM job
    """  # noqa: S608 - of this package's own text
)
_STATE = text("SELECT CAST(id AS text) AS id, state, dispatch FROM jobs WHERE id = :job_id FOR NO KEY UPDATE")


@dataclass(frozen=True)
class Taker:
    """Who takes a step: the process that will hold it, and the worker and message that it is taken by.
    ``queued_at`` is when the message was, where that was another step's before."""

    holder: Holder
    worker: str | None = None
    task_id: str | None = None
    queued_at: str | None = None


def claim(database: Database, job_id: str, key: str, taker: Taker, lease: float) -> Claim | Refused:
    """Take the step for ``lease`` seconds, or say why not. The first claim of a job tells that it has
    started.

    A holder of this host that is gone loses its step at once; any other when its lease lapses, by
    the database's clock.
    """
    with database.autocommit() as connection:
        found = take(connection, job_id, key, taker, lease)
        if found is None:
            return Refused(Refusal.GONE)
        if found.claim is None and found.state != JobState.ADMITTED:
            refused = _why_not(connection, job_id, JobState(found.state), key)
            if refused.reason is Refusal.NOT_READY:
                # It may have waited for an input's success, and looked at the inputs before it waited.
                found = take(connection, job_id, key, taker, lease)
            elif refused.reason is Refusal.HELD and (dead := _dead_fence(connection, job_id, key)):
                found = take(connection, job_id, key, taker, lease, dead_fence=dead)
            if found is None or found.claim is None:
                return refused
    if found.claim is not None:
        return as_claim(found.claim)
    with database.transaction() as connection:
        found = take(connection, job_id, key, taker, lease, begins=True)
        if found is None or found.claim is None:
            state = JobState.ADMITTED if found is None else JobState(found.state)
            return _why_not(connection, job_id, state, key)
        if found.state == JobState.ADMITTED:
            write_event(connection, job_id, EventType.STARTED, state=JobState.RUNNING)
        return as_claim(found.claim)


def as_claim(found: Mapping[str, Any]) -> Claim:
    """What the ``claim`` of a row of :func:`take` says."""
    inputs = {given["key"]: output_of(given) for given in found["inputs"]}
    return Claim(**{**found, "inputs": inputs})


def lock_job(connection: Connection, job_id: str) -> Row[Any] | None:
    """The job's row, locked until the end of the transaction (foreign keys to it may still be read)."""
    return connection.execute(select(jobs).where(jobs.c.id == job_id).with_for_update(key_share=True)).first()


def lock_state(connection: Connection, job_id: str) -> Row[Any] | None:
    """The job's id, state and dispatch number, its row locked likewise."""
    return connection.execute(_STATE, {"job_id": job_id}).first()


def renew(connection: Connection, step_id: int, fence: int, lease: float) -> JobState | None:
    """Hold the step for another ``lease`` seconds; the job's state, or None when the lease is lost."""
    row = connection.execute(
        update(steps)
        .where(steps.c.id == step_id, steps.c.fence == fence, steps.c.state == StepState.RUNNING)
        .where(jobs.c.id == steps.c.job_id)
        .values(lease_until=func.clock_timestamp() + func.make_interval(0, 0, 0, 0, 0, 0, lease))
        .returning(jobs.c.state)
    ).first()
    return JobState(row.state) if row else None


def take(
    connection: Connection,
    job_id: str,
    key: str,
    taker: Taker,
    lease: float,
    *,
    dead_fence: int = -1,
    begins: bool = False,
) -> Row[Any] | None:
    """Take the step, or what a claim with the fence ``dead_fence`` holds of it, in one statement; the job's
    state and the claim, None where it was not taken; None where there is no job. With ``begins``, in a
    transaction, it may be the first of its job."""
    return connection.execute(
        _CLAIM,
        {
            "job_id": job_id,
            "key": key,
            "lease": lease,
            "host": taker.holder.host,
            "pid": taker.holder.pid,
            "start": taker.holder.start,
            "worker": taker.worker,
            "task_id": taker.task_id,
            "queued_at": taker.queued_at,
            "dead_fence": dead_fence,
            "begins": begins,
        },
    ).first()


def _why_not(connection: Connection, job_id: str, state: JobState, key: str) -> Refused:
    row = connection.execute(
        select(
            steps.c.state,
            func.extract("epoch", steps.c.lease_until - func.clock_timestamp()).label("lease_left"),
            func.extract("epoch", steps.c.due_at - func.clock_timestamp()).label("due_in"),
        ).where(steps.c.job_id == job_id, steps.c.key == key)
    ).first()
    if row is None:
        return Refused(Refusal.GONE)
    if row.state == StepState.SUCCEEDED:
        return Refused(Refusal.DONE)
    if state in JOB_ENDED | JOB_ENDING or row.state in STEP_ENDED:
        return Refused(Refusal.ENDED)
    if row.state == StepState.RUNNING:
        return Refused(Refusal.HELD, float(row.lease_left))
    if row.state == StepState.WAITING:
        return Refused(Refusal.NOT_DUE, float(row.due_in))
    return Refused(Refusal.NOT_READY)


def _dead_fence(connection: Connection, job_id: str, key: str) -> int | None:
    """The fence of the step's holder when that process is known to be gone."""
    row = connection.execute(
        select(steps.c.fence, steps.c.host, steps.c.pid, steps.c.process_start).where(
            steps.c.job_id == job_id, steps.c.key == key
        )
    ).first()
    gone = row is not None and Holder(row.host, row.pid, row.process_start).is_gone()
    return row.fence if row is not None and gone else None


def has_ticket(connection: Connection, job_id: str, key: str) -> bool:
    """Whether the step waits for work that a vendor has accepted, and that is paid for."""
    return bool(
        connection.scalar(
            text(f"SELECT {HAS_TICKET} FROM steps s WHERE s.job_id = :job_id AND s.key = :key"),  # noqa: S608
            {"job_id": job_id, "key": key},
        )
    )
