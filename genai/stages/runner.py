"""The step runner: claims a step, runs its stage, commits what it made. One Celery task for all steps.

The message names a step and nothing more; what is true is in PostgreSQL. A message that comes twice,
late or for a job that has ended finds that out at the claim and does no harm.
"""

from __future__ import annotations

import logging
import math
from typing import Any

from celery import Task
from sqlalchemy.exc import OperationalError

from genai import runtime
from genai.celery import app
from genai.domain.blueprint import Blueprint
from genai.domain.records import from_json, to_json
from genai.domain.states import JOB_ENDED
from genai.errors import (
    ConfigurationError,
    GenaiError,
    Interrupted,
    JobEnded,
    LeaseLost,
    Retryable,
    StepError,
    Waiting,
)
from genai.runtime import Runtime
from genai.stages import reuse
from genai.stages.calls import Calls
from genai.stages.context import StepContext
from genai.stages.failure import step_error
from genai.stages.lease import Lease
from genai.stages.registry import stage as stage_named
from genai.stages.stage import StageResult
from genai.stages.wake import wake
from genai.store import commits
from genai.store.attempts import count_attempts
from genai.store.claims import Claim, Refusal, Refused, claim
from genai.store.commits import Committed, Output
from genai.store.holder import this_process

logger = logging.getLogger(__name__)

_AWAY = 5  # seconds until another look when PostgreSQL is away


class StepFailed(GenaiError):
    """Tells Celery, and so Flower, that the step has failed; the job knows it already."""


@app.task(name="genai.step", bind=True, max_retries=None, throws=(StepFailed,))
def run_step(self: Task[Any, Any], job_id: str, key: str, dispatch: int) -> str:
    """Run one step of a job. ``dispatch`` is the number of the canvas that sent the message."""
    current = runtime.current()
    try:
        with current.database.transaction() as connection:
            taken = claim(connection, job_id, key, this_process(), current.settings.lease)
    except OperationalError as error:
        raise self.retry(countdown=_AWAY, exc=error) from error
    if isinstance(taken, Refused):
        if taken.reason in (Refusal.HELD, Refusal.NOT_DUE):
            raise self.retry(countdown=_seconds(taken.retry_in))
        return taken.reason.value
    logger.info("claimed %s of %s (dispatch %s, claim %s)", key, job_id, dispatch, taken.fence)
    if taken.started_job:
        wake("genai.callbacks.drain")
    try:
        return _run(self, current, taken)
    except LeaseLost as lost:
        return lost.code
    except JobEnded as ended:
        state = current.database.persist(lambda connection: commits.release(connection, taken))
        _after(taken, Committed(state, fan_in=False))
        return ended.code


def _run(task: Task[Any, Any], current: Runtime, taken: Claim) -> str:
    try:
        done = _work(current, taken)
    except Waiting as wait:
        countdown = _park(current, taken, wait.reason, wait.due_in, failed=False)
        raise task.retry(countdown=countdown) from wait
    except Interrupted:
        raise
    except Exception as error:
        raise _failed(task, current, taken, error) from error
    _after(taken, done)
    return "succeeded"


def _work(current: Runtime, taken: Claim) -> Committed:
    if taken.losses > current.settings.max_losses:
        raise StepError(f"its process died {taken.losses} times", code="crashed")
    stage = stage_named(taken.stage)
    with Lease(current.database, taken, current.settings.lease) as lease:
        context = StepContext(current, taken, Calls(current, taken, lease.check), lease.check)
        adopted = reuse.find(context, stage)
        if adopted is not None:
            return current.database.persist(lambda connection: commits.adopt(connection, taken, adopted))
        result = stage.run(context)
        lease.check()
        made = _output(current, taken, result)
        return current.database.persist(lambda connection: commits.succeed(connection, taken, made))


def _output(current: Runtime, taken: Claim, result: StageResult) -> Output:
    if result.scenes is None:
        scenes, plans = None, []
    else:
        scenes = [to_json(scene) for scene in result.scenes]
        with current.database.transaction() as connection:
            blueprint = from_json(Blueprint, commits.blueprint_of(connection, taken.job_id))
        plans = blueprint.steps(result.scenes)
    return Output(
        output=result.output,
        assets=result.assets,
        scenes=scenes,
        scene_steps=plans,
        product_fingerprint=result.product_fingerprint,
        reusable=result.reusable,
    )


def _failed(task: Task[Any, Any], current: Runtime, taken: Claim, error: BaseException) -> BaseException:
    """Park the step after a failure that may pass, fail it after any other; what Celery is to raise."""
    known = isinstance(error, StepError | ConfigurationError)
    retryable = not known or isinstance(error, Retryable)
    if not known:
        logger.error("%s of %s crashed", taken.key, taken.job_id, exc_info=error)
    if retryable and taken.failures < current.settings.max_failures:
        after = error.retry_after if isinstance(error, Retryable) and error.retry_after else 2**taken.failures
        code = error.code if isinstance(error, StepError) else type(error).__name__
        countdown = _park(current, taken, f"retry: {code}", after, failed=True)
        return task.retry(countdown=countdown, exc=error, throw=False)

    def write(connection: Any) -> Any:
        document = step_error(taken, error, attempts=count_attempts(connection, taken.step_id))
        return commits.fail(connection, taken, document)

    _after(taken, Committed(current.database.persist(write), fan_in=False))
    return StepFailed(f"{taken.key}: {type(error).__name__}: {error}")


def _park(current: Runtime, taken: Claim, reason: str, due_in: float, *, failed: bool) -> int:
    """Leave the row waiting; the countdown for the message, in whole seconds."""
    countdown = _seconds(due_in)
    current.database.persist(
        lambda connection: commits.park(connection, taken, reason=reason, due_in=countdown, failed=failed)
    )
    return countdown


def _seconds(wait: float) -> int:
    """The broker delays by whole seconds from 1 up; a native delay below 1 s is an error."""
    return max(1, math.ceil(wait))


def _after(taken: Claim, done: Committed) -> None:
    """Wake whoever waits for this commit; reconcile and beat do it where that is lost."""
    wake("genai.callbacks.drain")
    if done.fan_in:
        wake("genai.advance", taken.job_id)
    if done.job_state in JOB_ENDED:
        wake("genai.maintenance.admit")
