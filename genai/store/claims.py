"""Claim before work: one conditional UPDATE takes a step, and its fence tells late writers apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, func, select, text, update

from genai.domain.enums import EventType, JobState, StepState
from genai.domain.states import JOB_ENDED, JOB_ENDING, JOB_WORKING, STEP_ENDED
from genai.store.events import write_event
from genai.store.holder import Holder
from genai.store.steps import StepOutput, outputs
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
    fence: int
    failures: int
    losses: int
    fresh: bool
    client: str
    flow: str
    product_id: str
    product_fingerprint: str | None
    brief: Mapping[str, Any]
    scene_data: Mapping[str, Any] | None
    scenes: Sequence[Mapping[str, Any]]
    inputs: Mapping[str, StepOutput]
    started_job: bool
    job_type: str
    has_scenes: bool  # whether the flow has scene stages
    request_id: str | None
    trace: str | None  # the traceparent of the job's request


_TAKE = text(
    """
    UPDATE steps s
       SET state = 'running',
           fence = s.fence + 1,
           losses = s.losses + (s.state = 'running')::int,
           lease_until = clock_timestamp() + make_interval(secs => :lease),
           host = :host, pid = :pid, process_start = :start,
           worker = :worker, task_id = :task_id,
           queued_at = coalesce(s.queued_at, clock_timestamp()), claimed_at = clock_timestamp(),
           due_at = NULL, wait_reason = NULL
     WHERE s.job_id = :job_id AND s.key = :key
       AND (   s.state IN ('pending', 'queued')
            OR (s.state = 'waiting' AND s.due_at <= clock_timestamp() + interval '1 second')
            OR (s.state = 'running' AND s.lease_until < clock_timestamp())
            OR (s.state = 'running' AND s.fence = :dead_fence))
       AND NOT EXISTS (SELECT 1 FROM steps i
                        WHERE i.job_id = s.job_id AND i.key = ANY (s.inputs)
                          AND i.state <> 'succeeded')
    RETURNING s.id, s.key, s.stage, s.scene, s.phase, s.queue, s.inputs, s.fence, s.failures, s.losses,
              s.fresh
    """
)

# What a step needs to know of its job.
_JOB = text(
    """
    SELECT state, client, flow, job_type, product_id, product_fingerprint, brief, scenes, request_id, trace,
           jsonb_array_length(blueprint -> 'scene') > 0 AS has_scenes
      FROM jobs WHERE id = :job_id FOR NO KEY UPDATE
    """
)
_STATE = text("SELECT CAST(id AS text) AS id, state, dispatch FROM jobs WHERE id = :job_id FOR NO KEY UPDATE")


@dataclass(frozen=True)
class Taker:
    """Who takes a step: the process that will hold it, and the worker and message that it is taken by."""

    holder: Holder
    worker: str | None = None
    task_id: str | None = None


def claim(connection: Connection, job_id: str, key: str, taker: Taker, lease: float) -> Claim | Refused:
    """Take the step for ``lease`` seconds, or say why not.

    A holder of this host that is gone loses its step at once; any other when its lease lapses, by
    the database's clock.
    """
    job = connection.execute(_JOB, {"job_id": job_id}).first()
    if job is None:
        return Refused(Refusal.GONE)
    row = None
    if job.state in JOB_WORKING or (job.state == JobState.FAILING and has_ticket(connection, job_id, key)):
        row = _take(connection, job_id, key, taker, lease)
    if row is None:
        refused = _why_not(connection, job_id, JobState(job.state), key)
        if not (refused.reason is Refusal.HELD and (dead := _dead_fence(connection, job_id, key))):
            return refused
        row = _take(connection, job_id, key, taker, lease, dead_fence=dead)
        if row is None:
            return refused
    if job.state == JobState.ADMITTED:
        write_event(connection, job_id, EventType.STARTED, state=JobState.RUNNING)
    return Claim(
        step_id=row.id,
        job_id=job_id,
        key=row.key,
        stage=row.stage,
        scene=row.scene,
        phase=row.phase,
        queue=row.queue,
        fence=row.fence,
        failures=row.failures,
        losses=row.losses,
        fresh=row.fresh,
        client=job.client,
        flow=job.flow,
        product_id=job.product_id,
        product_fingerprint=job.product_fingerprint,
        brief=job.brief,
        scene_data=next((s for s in job.scenes or () if s["number"] == row.scene), None),
        scenes=job.scenes or (),
        inputs=outputs(connection, job_id, row.inputs) if row.inputs else {},
        started_job=job.state == JobState.ADMITTED,
        job_type=job.job_type,
        has_scenes=job.has_scenes,
        request_id=job.request_id,
        trace=job.trace,
    )


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


def _take(
    connection: Connection, job_id: str, key: str, taker: Taker, lease: float, dead_fence: int = -1
) -> Row[Any] | None:
    return connection.execute(
        _TAKE,
        {
            "job_id": job_id,
            "key": key,
            "lease": lease,
            "host": taker.holder.host,
            "pid": taker.holder.pid,
            "start": taker.holder.start,
            "worker": taker.worker,
            "task_id": taker.task_id,
            "dead_fence": dead_fence,
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
    ).one()
    return row.fence if Holder(row.host, row.pid, row.process_start).is_gone() else None


def has_ticket(connection: Connection, job_id: str, key: str) -> bool:
    """Whether the step waits for work that a vendor has accepted, and that is paid for."""
    return bool(
        connection.scalar(
            text(
                "SELECT EXISTS (SELECT 1 FROM steps s JOIN attempts a ON a.step_id = s.id"
                " WHERE s.job_id = :job_id AND s.key = :key AND a.state = 'submitted')"
            ),
            {"job_id": job_id, "key": key},
        )
    )
