"""How steps end that have not succeeded, and their jobs: failed, parked, given up, cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Update, func, literal, select, text, update
from sqlalchemy.dialects.postgresql import JSONB

from genai.domain.enums import EventType, JobState, StepState
from genai.domain.states import JOB_ENDED, JOB_ENDING
from genai.errors import JobEnded, LeaseLost
from genai.store.claims import Claim, has_ticket, lock_job, lock_state
from genai.store.events import count_steps, write_event
from genai.store.tables import jobs, steps


def fail(connection: Connection, claim: Claim, error: Mapping[str, Any]) -> JobState:
    """End the step as failed for good; its job ends when its last live step does."""
    job = _locked(connection, claim)
    _end(connection, _held(claim).values(state=StepState.FAILED, error=dict(error)), claim)
    return fail_job(connection, job, error)


def fail_job(connection: Connection, job: Row[Any], error: Mapping[str, Any]) -> JobState:
    """Turn the job, whose row is locked, to failing, and to failed once nothing of it is alive."""
    if job.state in JOB_ENDED:
        return JobState(job.state)
    if job.state != JobState.CANCELLING:
        connection.execute(
            update(jobs)
            .where(jobs.c.id == job.id)
            .values(state=JobState.FAILING, error=func.coalesce(jobs.c.error, literal(dict(error), JSONB)))
        )
    skip_unclaimed(connection, job.id)
    return finish_if_idle(connection, job.id)


def park(connection: Connection, claim: Claim, *, reason: str, due_in: float, failed: bool) -> None:
    """Leave the step waiting; ``failed`` counts a retryable failure.

    Raises LeaseLost, and JobEnded where the job is ending; a failing one still waits for what a vendor
    has accepted, since that is paid for.
    """
    job = _locked(connection, claim)
    waits = job.state == JobState.FAILING and has_ticket(connection, claim.job_id, claim.key)
    if job.state in JOB_ENDING and not waits:
        raise JobEnded(f"the job is {job.state}")
    _end(
        connection,
        _held(claim).values(
            state=StepState.WAITING,
            due_at=func.clock_timestamp() + func.make_interval(0, 0, 0, 0, 0, 0, due_in),
            wait_reason=reason,
            failures=steps.c.failures + int(failed),
        ),
        claim,
        finished=False,
    )


def release(connection: Connection, claim: Claim) -> JobState:
    """Give the step up unfinished, because its job is ending. It waits where a vendor is still to be told."""
    _locked(connection, claim)
    if has_ticket(connection, claim.job_id, claim.key):
        waiting = _held(claim).values(state=StepState.WAITING, due_at=func.now(), wait_reason="vendor")
        _end(connection, waiting, claim, finished=False)
    else:
        _end(connection, _held(claim).values(state=StepState.SKIPPED), claim)
    return finish_if_idle(connection, claim.job_id)


def cancel_job(connection: Connection, job: Row[Any]) -> JobState:
    """Turn the job, whose row is locked, to cancelling, and to cancelled once nothing of it is alive.
    What a vendor has accepted is alive until it was told."""
    if job.state in JOB_ENDED:
        return JobState(job.state)
    connection.execute(
        update(jobs)
        .where(jobs.c.id == job.id)
        .values(state=JobState.CANCELLING, recover_at=None, updated_at=func.now())
    )
    skip_unclaimed(connection, job.id)
    return finish_if_idle(connection, job.id)


def skip_step(connection: Connection, step_id: int) -> None:
    """End a step that waits for a vendor, in a job that is ending."""
    connection.execute(
        update(steps)
        .where(steps.c.id == step_id, steps.c.state == StepState.WAITING)
        .values(state=StepState.SKIPPED, finished_at=func.now(), due_at=None, wait_reason=None)
    )


def skip_unclaimed(connection: Connection, job_id: str) -> None:
    """Skip what nobody has begun. Work that a vendor has accepted is in flight: it is let finish."""
    connection.execute(
        text(
            "UPDATE steps s SET state = 'skipped', finished_at = now(), due_at = NULL, wait_reason = NULL"
            " WHERE s.job_id = :job_id"
            " AND (s.state IN ('pending', 'queued') OR s.state = 'waiting' AND NOT EXISTS"
            " (SELECT 1 FROM attempts a WHERE a.step_id = s.id AND a.state = 'submitted'))"
        ),
        {"job_id": job_id},
    )


def finish_if_idle(connection: Connection, job_id: str) -> JobState:
    """Write the one terminal event of a job that is ending and has no live step left."""
    job = connection.execute(select(jobs).where(jobs.c.id == job_id)).one()
    ends = {
        JobState.FAILING: (JobState.FAILED, EventType.FAILED),
        JobState.CANCELLING: (JobState.CANCELLED, EventType.CANCELLED),
    }
    if job.state not in ends:
        return JobState(job.state)
    counts = count_steps(connection, job_id)
    if counts.get(StepState.RUNNING, 0) + counts.get(StepState.WAITING, 0):
        return JobState(job.state)
    _close_calls(connection, job_id)
    state, event = ends[JobState(job.state)]
    details = {"steps": counts, "error": job.error}
    write_event(connection, job_id, event, details, state=state)
    return state


def _close_calls(connection: Connection, job_id: str) -> None:
    """Nobody makes the job's open calls any more: they keep no place and no money set aside."""
    connection.execute(
        text(
            "UPDATE attempts a SET state = 'cancelled', finished_at = clock_timestamp(), slot_at = NULL,"
            " reserved = 0 FROM steps s WHERE s.id = a.step_id AND s.job_id = :job_id AND a.state = 'started'"
        ),
        {"job_id": job_id},
    )


def note_progress(connection: Connection, claim: Claim, done: float) -> None:
    """Tell how far a running step is (0..1). Nothing is said for a claim that is no longer the newest."""
    if lock_job(connection, claim.job_id) is None:
        return
    if connection.execute(_held(claim).values(progress=done)).rowcount == 1:
        write_event(
            connection,
            claim.job_id,
            EventType.PROGRESS,
            {
                "stage": claim.stage,
                "scene": claim.scene,
                "progress": done,
                "steps": count_steps(connection, claim.job_id),
                "assets": [],
            },
        )


def holds(connection: Connection, claim: Claim) -> bool:
    """Whether the claim is still the newest of its step."""
    return connection.execute(select(steps.c.id).where(*_newest(claim))).first() is not None


def _locked(connection: Connection, claim: Claim) -> Row[Any]:
    job = lock_state(connection, claim.job_id)
    if job is None or job.state in JOB_ENDED:
        raise LeaseLost(f"{claim.key}: its job has ended")
    return job


def _held(claim: Claim) -> Update:
    return update(steps).where(*_newest(claim))


def _newest(claim: Claim) -> tuple[ColumnElement[bool], ...]:
    """What is true of the step's row while nobody has claimed it since."""
    return (
        steps.c.id == claim.step_id,
        steps.c.fence == claim.fence,
        steps.c.state == StepState.RUNNING,
    )


def _end(
    connection: Connection,
    statement: Update,
    claim: Claim,
    *,
    finished: bool = True,
) -> None:
    values: dict[str, Any] = {
        "lease_until": None,
        "runtime": func.extract("epoch", func.clock_timestamp() - steps.c.claimed_at),
    }
    if finished:
        values["finished_at"] = func.clock_timestamp()
    if connection.execute(statement.values(**values)).rowcount != 1:
        raise LeaseLost(f"{claim.key}: claim {claim.fence} is no longer the newest")
