"""Commit once: output, assets, step state and event in one transaction, refused to a late writer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Update, delete, func, insert, literal, select, text, update
from sqlalchemy.dialects.postgresql import JSONB

from genai.domain.blueprint import StepPlan
from genai.domain.enums import EventType, JobState, Phase, StepState
from genai.domain.states import JOB_ENDED, JOB_ENDING, JOB_WORKING
from genai.errors import JobEnded, LeaseLost
from genai.store.claims import Claim, has_ticket, lock_job, lock_state
from genai.store.events import Tally, count_steps, in_all, reached, tally, write_event
from genai.store.steps import StepAsset, write_steps
from genai.store.success import succeeded
from genai.store.tables import checkpoints, jobs, step_assets, steps


@dataclass(frozen=True)
class Output:
    """What a stage made. ``scenes`` and ``scene_steps`` come from the stage that determines the scenes;
    what is not ``reusable`` gives up its checkpoint."""

    output: Mapping[str, Any]
    assets: tuple[StepAsset, ...] = ()
    scenes: Sequence[Mapping[str, Any]] | None = None
    scene_steps: Sequence[StepPlan] = ()
    product_fingerprint: str | None = None
    reusable: bool = True


@dataclass(frozen=True)
class Committed:
    """``job_state`` after the commit. ``fan_in``: the assemble steps are ready, and a canvas other
    than the first was sent, so that nobody may be left to start them."""

    job_state: JobState
    fan_in: bool


def succeed(connection: Connection, claim: Claim, made: Output, successor: str | None = None) -> Committed:
    """Commit the step's success; ``successor`` is the key of the step that is published after it.

    Raises LeaseLost when another claim has been made since.
    """
    job = succeeded(connection, claim, successor, output=json.dumps(dict(made.output)))
    if made.assets:
        connection.execute(
            insert(step_assets),
            [
                {
                    "step_id": claim.step_id,
                    "position": position,
                    "client": claim.client,
                    "sha256": asset.sha256,
                    "role": asset.role,
                    "view": asset.view,
                    "label": asset.label,
                    "details": dict(asset.details),
                    "marks": [dict(mark) for mark in asset.marks],
                }
                for position, asset in enumerate(made.assets)
            ],
        )
    if made.scenes is not None:
        _write_scenes(connection, claim.job_id, made.scenes, made.scene_steps, queue=_queue_of(claim))
    if made.product_fingerprint is not None:
        connection.execute(
            update(jobs).where(jobs.c.id == claim.job_id).values(product_fingerprint=made.product_fingerprint)
        )
    if not made.reusable:
        connection.execute(delete(checkpoints).where(checkpoints.c.step_id == claim.step_id))
    return _after_success(connection, job, claim, [asset.as_json() for asset in made.assets])


def blueprint_of(connection: Connection, job_id: str) -> dict[str, Any]:
    """The shape of the job's pipeline, as it was at acceptance."""
    return dict(connection.execute(select(jobs.c.blueprint).where(jobs.c.id == job_id)).scalar_one())


def adopt(connection: Connection, claim: Claim, source_id: int, successor: str | None = None) -> Committed:
    """End the step with the output of another job's step, by reference; ``successor`` likewise."""
    job = succeeded(connection, claim, successor, source_id=source_id)
    return _after_success(connection, job, claim, [])


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


def _after_success(
    connection: Connection, job: Row[Any], claim: Claim, new_assets: list[dict[str, Any]]
) -> Committed:
    counted = tally(connection, claim.job_id)
    counts = in_all(counted)
    write_event(
        connection,
        claim.job_id,
        EventType.PROGRESS,
        {
            "stage": claim.stage,
            "scene": claim.scene,
            "progress": 1.0,
            "steps": counts,
            "assets": new_assets,
        },
        state=JobState.AWAITING_REVIEW if _rests_now(job, claim, counted) else None,
        percent=reached(counted, has_scenes=claim.has_scenes),
    )
    if job.state in JOB_ENDING:
        return Committed(finish_if_idle(connection, claim.job_id), fan_in=False)
    if set(counts) == {StepState.SUCCEEDED}:
        return Committed(_complete(connection, claim.job_id, counts), fan_in=False)
    return Committed(
        JobState(job.state),
        fan_in=claim.phase == Phase.SCENE and job.dispatch > 1 and _is_done(counted, Phase.SCENE),
    )


def _rests_now(job: Row[Any], claim: Claim, counted: Tally) -> bool:
    """Whether the plan is done with this commit, and somebody wants to see it before it goes on."""
    wanted = (claim.brief.get("settings") or {}).get("review", False)
    return bool(
        wanted and job.state in JOB_WORKING and claim.phase == Phase.PLAN and _is_done(counted, Phase.PLAN)
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


def _complete(connection: Connection, job_id: str, counts: Mapping[str, int]) -> JobState:
    last = connection.execute(
        select(func.coalesce(steps.c.source_id, steps.c.id))
        .where(steps.c.job_id == job_id)
        .order_by(steps.c.position.desc())
        .limit(1)
    ).scalar_one()
    output = connection.execute(select(steps.c.output).where(steps.c.id == last)).scalar_one()
    write_event(
        connection,
        job_id,
        EventType.COMPLETED,
        {"steps": dict(counts), "output": output},
        state=JobState.COMPLETED,
        percent=100,
        output=output,
    )
    return JobState.COMPLETED


def _write_scenes(
    connection: Connection,
    job_id: str,
    scenes: Sequence[Mapping[str, Any]],
    plans: Sequence[StepPlan],
    queue: dict[str, str],
) -> None:
    """Scene rows, and what the assemble steps now read."""
    connection.execute(update(jobs).where(jobs.c.id == job_id).values(scenes=[dict(s) for s in scenes]))
    new = [plan for plan in plans if plan.phase is Phase.SCENE]
    write_steps(connection, job_id, new, {plan.key: queue for plan in new})
    for plan in plans:
        if plan.phase is Phase.ASSEMBLE:
            connection.execute(
                update(steps)
                .where(steps.c.job_id == job_id, steps.c.key == plan.key)
                .values(inputs=list(plan.inputs))
            )


def _queue_of(claim: Claim) -> dict[str, str]:
    """A retry job's steps all go to the retry queue."""
    return {"queue": "retry"} if claim.job_type == "retry" else {}


def _locked(connection: Connection, claim: Claim) -> Row[Any]:
    job = lock_state(connection, claim.job_id)
    if job is None or job.state in JOB_ENDED:
        raise LeaseLost(f"{claim.key}: its job has ended")
    return job


def _held(claim: Claim) -> Update:
    return update(steps).where(
        steps.c.id == claim.step_id, steps.c.fence == claim.fence, steps.c.state == StepState.RUNNING
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


def _is_done(counted: Tally, phase: Phase) -> bool:
    return set(counted.get(phase, ())) <= {StepState.SUCCEEDED}
