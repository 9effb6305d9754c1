"""The end of a step that has succeeded: its output, its assets, what becomes of its job, and the event.

The step, its successor, the tally, the job and the event are one fenced statement. Where that is all there
is to commit, it runs alone, without a transaction around it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, text, update

from genai.domain.blueprint import StepPlan
from genai.domain.enums import EventType, JobState, Phase
from genai.domain.states import JOB_ENDING
from genai.errors import LeaseLost
from genai.store.claims import Claim, lock_state
from genai.store.commits import finish_if_idle, holds
from genai.store.events import TALLY, outbox_row, write_event
from genai.store.lifecycle import NOT_QUEUED, QUEUED
from genai.store.steps import StepAsset, write_steps
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

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing to commit but the output itself."""
        return self.reusable and not self.assets and self.scenes is None and self.product_fingerprint is None


@dataclass(frozen=True)
class Adopted:
    """The output of another job's step, by reference."""

    source_id: int

    @property
    def is_plain(self) -> bool:
        """Always: it brings nothing of its own."""
        return True


@dataclass(frozen=True)
class Committed:
    """``job_state`` after the commit. ``fan_in``: the assemble steps are ready, and a canvas other
    than the first was sent, so that nobody may be left to start them."""

    job_state: JobState
    fan_in: bool


_LOST = "{0.key}: claim {0.fence} is no longer the newest, or its job has ended"

# One statement, so that it costs one round trip. Where nobody has locked the job before it (``alone``), it
# may have waited for the lock: what was committed meanwhile is in ``locked``, and not in what it counts. Then
# it writes nothing; nor where more is to be done than it does: in a job that ends.
_SUCCEED = text(
    f"""
    WITH locked AS (
        SELECT id, state, dispatch, xmin AS version FROM jobs WHERE id = :job_id FOR NO KEY UPDATE
    ), step AS (
        SELECT s.phase,
               CASE WHEN s.id = :step_id THEN 'succeeded'
                    WHEN s.key = :successor AND s.state = 'pending' THEN 'queued'
                    ELSE s.state END AS state
          FROM steps s JOIN locked ON locked.id = s.job_id
    ), tally AS ({TALLY}), done AS (
        UPDATE steps s
           SET state = 'succeeded', output = CAST(:output AS jsonb), source_id = CAST(:source_id AS bigint),
               wait_reason = NULL, lease_until = NULL, finished_at = clock_timestamp(),
               runtime = extract(epoch FROM clock_timestamp() - s.claimed_at)
          FROM locked, tally
         WHERE s.id = :step_id AND s.fence = :fence AND s.state = 'running'
           AND locked.state NOT IN ('completed', 'failed', 'cancelled')
           AND (NOT :alone OR tally.unfinished > 0 AND locked.state NOT IN ('failing', 'cancelling')
                              AND locked.version = (SELECT xmin FROM jobs WHERE id = :job_id))
        RETURNING s.job_id
    ), successor AS (
        UPDATE steps SET {QUEUED} FROM done
         WHERE steps.job_id = done.job_id AND key = :successor AND {NOT_QUEUED}
    ), job AS (
        UPDATE jobs
           SET last_event = last_event + 1, updated_at = now(),
               percent = greatest(jobs.percent, tally.percent),
               state = CASE WHEN :rests AND tally.unfinished_plan = 0
                             AND jobs.state IN ('admitted', 'running') THEN 'awaiting_review'
                            ELSE jobs.state END
          FROM done, tally
         WHERE jobs.id = done.job_id
        RETURNING jobs.*, jsonb_build_object('steps', tally.steps) AS counted
    ), told AS ({outbox_row("CAST(:details AS jsonb) || counted")})
    SELECT locked.state, locked.dispatch, tally.steps, tally.unfinished, tally.unfinished_scenes
      FROM done, locked, tally
    """  # noqa: S608 - of this package's own text
)


def succeed(
    connection: Connection, claim: Claim, made: Output | Adopted, successor: str | None = None
) -> Committed:
    """Commit the step's success in the transaction of ``connection``; ``successor`` is the key of the step
    that is published after it.

    Raises LeaseLost when another claim has been made since, or the job has ended.
    """
    lock_state(connection, claim.job_id)
    if isinstance(made, Output) and made.scenes is not None:
        # Before the steps are counted, which are more then.
        if not holds(connection, claim):
            raise LeaseLost(_LOST.format(claim))
        _write_scenes(connection, claim, made.scenes, made.scene_steps)
    job = _succeed(connection, claim, made, successor, alone=False)
    if job is None:
        raise LeaseLost(_LOST.format(claim))
    if isinstance(made, Output):
        _write_rest(connection, claim, made)
    if job.state in JOB_ENDING:
        return Committed(finish_if_idle(connection, claim.job_id), fan_in=False)
    if job.unfinished == 0:
        return Committed(_complete(connection, claim.job_id, job.steps), fan_in=False)
    return _committed(job, claim)


def succeed_alone(
    connection: Connection, claim: Claim, made: Output | Adopted, successor: str | None = None
) -> Committed | None:
    """Commit the success of a step whose output is plain, in one statement without a transaction; None where
    that cannot be, and :func:`succeed` has to find out why."""
    job = _succeed(connection, claim, made, successor, alone=True)
    return None if job is None else _committed(job, claim)


def _succeed(
    connection: Connection, claim: Claim, made: Output | Adopted, successor: str | None, *, alone: bool
) -> Row[Any] | None:
    details = {
        "stage": claim.stage,
        "scene": claim.scene,
        "progress": 1.0,
        "assets": [asset.as_json() for asset in made.assets] if isinstance(made, Output) else [],
    }
    review = (claim.brief.get("settings") or {}).get("review", False)
    return connection.execute(
        _SUCCEED,
        {
            "job_id": claim.job_id,
            "step_id": claim.step_id,
            "fence": claim.fence,
            "successor": successor,
            "output": json.dumps(dict(made.output)) if isinstance(made, Output) else None,
            "source_id": made.source_id if isinstance(made, Adopted) else None,
            "alone": alone,
            "has_scenes": claim.has_scenes,
            "rests": bool(review) and claim.phase == Phase.PLAN,
            "type": EventType.PROGRESS.value,
            "details": json.dumps(details),
        },
    ).first()


def _committed(job: Row[Any], claim: Claim) -> Committed:
    return Committed(
        JobState(job.state),
        fan_in=claim.phase == Phase.SCENE and job.dispatch > 1 and job.unfinished_scenes == 0,
    )


def _write_rest(connection: Connection, claim: Claim, made: Output) -> None:
    """What a success brings beside the rows of steps."""
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
    if made.product_fingerprint is not None:
        connection.execute(
            update(jobs).where(jobs.c.id == claim.job_id).values(product_fingerprint=made.product_fingerprint)
        )
    if not made.reusable:
        connection.execute(delete(checkpoints).where(checkpoints.c.step_id == claim.step_id))


def _write_scenes(
    connection: Connection, claim: Claim, scenes: Sequence[Mapping[str, Any]], plans: Sequence[StepPlan]
) -> None:
    """Scene rows, and what the assemble steps now read."""
    connection.execute(
        update(jobs).where(jobs.c.id == claim.job_id).values(scenes=[dict(scene) for scene in scenes])
    )
    new = [plan for plan in plans if plan.phase is Phase.SCENE]
    # A retry job's steps all go to the retry queue.
    queue = {"queue": "retry"} if claim.job_type == "retry" else {}
    write_steps(connection, claim.job_id, new, {plan.key: queue for plan in new})
    for plan in plans:
        if plan.phase is Phase.ASSEMBLE:
            connection.execute(
                update(steps)
                .where(steps.c.job_id == claim.job_id, steps.c.key == plan.key)
                .values(inputs=list(plan.inputs))
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
