"""The step runner: claims a step, runs its stage, commits what it made. One Celery task for all steps.

The message names a step and nothing more; what is true is in PostgreSQL. A message that comes twice,
late or for a job that has ended finds that out at the claim and does no harm.
"""

from __future__ import annotations

import logging
import math
import time
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import replace
from typing import Any

from celery import Task
from sqlalchemy.exc import OperationalError

from genai import logs, runtime, tracing
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
from genai.stages.asking import cancel_tickets
from genai.stages.calls import Calls
from genai.stages.context import StepContext
from genai.stages.failure import step_error
from genai.stages.fallback import with_fallbacks
from genai.stages.lease import Lease
from genai.stages.registry import stage as stage_named
from genai.stages.stage import StageResult
from genai.stages.succession import become_successor, successor_of
from genai.stages.wake import wake
from genai.store import commits
from genai.store.attempts import count_attempts
from genai.store.claims import Claim, Refusal, Refused, Taker, claim
from genai.store.holder import this_process
from genai.store.success import Adopted, Committed, Output, succeed, succeed_alone

logger = logging.getLogger(__name__)

_SUCCEEDED = "succeeded"
_AWAY = 5  # seconds until another look when PostgreSQL is away
# A vendor may be away for minutes: 3, 9, 27, 81 s. A crash is seldom cured by waiting: 2, 4, 8, 16 s.
_VENDOR_BACKOFF = 3
# Seconds from the beginning of a task in which it goes on with the next step. A message takes some
# milliseconds; a step that jobs have to take turns at takes longer than this.
_SHORT = 0.1


class StepFailed(GenaiError):
    """Tells Celery, and so Flower, that the step has failed; the job knows it already."""


@app.task(name="genai.step", bind=True, max_retries=None, throws=(StepFailed,))
def run_step(self: Task[Any, Any], job_id: str, key: str, dispatch: int, then: str | None = None) -> str:
    """Run one step of a job, and those after it for as long as they are short. ``dispatch`` is the number of
    the canvas that sent the message, ``then`` the task to run in its place once the step has succeeded."""
    begun = time.monotonic()
    taker = Taker(this_process(), self.request.hostname, self.request.id)
    ran = [key]
    outcome, done = _step(self, taker, job_id, key, dispatch, then)
    while done is not None and time.monotonic() - begun < _SHORT and become_successor(self, done.queue):
        taker = replace(taker, queued_at=done.queued_at)
        ran.append(self.request.args[1])
        outcome, done = _step(self, taker, *self.request.args, **self.request.kwargs)
    return outcome if len(ran) == 1 else f"{', '.join(ran)}: {outcome}"


def _step(
    task: Task[Any, Any], taker: Taker, job_id: str, key: str, dispatch: int, then: str | None = None
) -> tuple[str, Claim | None]:
    """What came of the step, and the claim that it has succeeded with, if it has just now."""
    current = runtime.current()
    try:
        taken = claim(current.database, job_id, key, taker, current.settings.lease)
    except OperationalError as error:
        raise task.retry(countdown=_AWAY, exc=error) from error
    if isinstance(taken, Refused):
        logger.info("not claimed %s of %s (dispatch %s): %s", key, job_id, dispatch, taken.reason)
        if taken.reason in (Refusal.HELD, Refusal.NOT_DUE):
            raise task.retry(countdown=_seconds(taken.retry_in))
        succeeded, outcome, done = taken.reason is Refusal.DONE, taken.reason.value, None
    else:
        logs.bind(request=taken.request_id, step=key)
        logger.info("claimed %s of %s (dispatch %s, claim %s)", key, job_id, dispatch, taken.fence)
        if taken.started_job:
            _tell(current, taken)
        with _span(taken, taker.task_id):
            outcome = _outcome(task, current, taken)
        succeeded = outcome == _SUCCEEDED
        done = taken if succeeded else None
    if succeeded and then is not None:
        app.tasks[then](job_id, dispatch)
    return outcome, done


def _outcome(task: Task[Any, Any], current: Runtime, taken: Claim) -> str:
    try:
        return _run(task, current, taken)
    except LeaseLost as lost:
        return lost.code
    except JobEnded as ended:
        _release(current, taken)
        return ended.code


def _span(taken: Claim, task_id: str | None) -> AbstractContextManager[None]:
    """A span below the job's request, where that was traced."""
    if taken.trace is None:
        return nullcontext()
    about = {"job": taken.job_id, "step": taken.key, "task_id": task_id}
    return tracing.span(f"step {taken.stage}", parent=taken.trace, **about)


def _run(task: Task[Any, Any], current: Runtime, taken: Claim) -> str:
    try:
        done = _work(current, taken, successor_of(task))
    except Waiting as wait:
        countdown = _park(current, taken, wait.reason, wait.due_in, failed=False)
        raise task.retry(countdown=countdown) from wait
    except Interrupted:
        raise
    except Exception as error:  # noqa: BLE001 - it is counted and raised again, without its text
        # Celery tells others of its exceptions, with what they came from: not the text of this one.
        raise _failed(task, current, taken, error) from None
    _after(current, taken, done)
    return _SUCCEEDED


def _work(current: Runtime, taken: Claim, successor: str | None) -> Committed:
    if taken.losses > current.settings.max_losses:
        raise StepError(f"its process died {taken.losses} times", code="crashed")
    stage = stage_named(taken.stage)
    with Lease(current.database, taken, current.settings.lease) as lease:
        context = StepContext(current, taken, Calls(current, taken, lease.check), lease.check)
        adopted = reuse.find(context, stage)
        if adopted is not None:
            return _succeed(current, taken, Adopted(adopted), successor)
        result = with_fallbacks(stage.run(context), context.calls.fallbacks)
        lease.check()
        return _succeed(current, taken, _output(taken, result), successor)


def _succeed(current: Runtime, taken: Claim, made: Output | Adopted, successor: str | None) -> Committed:
    if made.is_plain:
        with suppress(OperationalError), current.database.autocommit() as connection:
            done = succeed_alone(connection, taken, made, successor)
            if done is not None:
                return done
    return current.database.persist(lambda connection: succeed(connection, taken, made, successor))


def _output(taken: Claim, result: StageResult) -> Output:
    if result.scenes is None:
        scenes, plans = None, []
    else:
        assert taken.blueprint is not None, "scenes are determined by a step of the plan"
        scenes = [to_json(scene) for scene in result.scenes]
        plans = from_json(Blueprint, taken.blueprint).steps(result.scenes)
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
        after = error.retry_after if isinstance(error, Retryable) else None
        after = after or (_VENDOR_BACKOFF if isinstance(error, Retryable) else 2) ** (taken.failures + 1)
        code = error.code if isinstance(error, StepError) else type(error).__name__
        countdown = _park(current, taken, f"retry: {code}", after, failed=True)
        return task.retry(countdown=countdown, exc=_told(taken, error), throw=False)

    def write(connection: Any) -> Any:
        document = step_error(taken, error, attempts=count_attempts(connection, taken.step_id))
        return commits.fail(connection, taken, document)

    _after(current, taken, Committed(current.database.persist(write), fan_in=False))
    return _told(taken, error)


def _told(taken: Claim, error: BaseException) -> StepFailed:
    """What Celery, Flower and the lifecycle columns hear of an error."""
    return StepFailed(logs.hide(f"{taken.key}: {type(error).__name__}: {error}"))


def _release(current: Runtime, taken: Claim) -> None:
    """Give the step up, after its vendors were told. One that cannot be told now is told by reconcile."""
    try:
        cancel_tickets(current, taken.step_id)
    except Retryable as error:
        logger.warning("%s of %s: a ticket is not cancelled yet: %s", taken.key, taken.job_id, error)
    state = current.database.persist(lambda connection: commits.release(connection, taken))
    _after(current, taken, Committed(state, fan_in=False))


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


def _tell(current: Runtime, taken: Claim) -> None:
    """Wake the drain, where the job's client has an address that events are sent to."""
    client = current.settings.clients.get(taken.client)
    if client is not None and client.callback is not None:
        wake("genai.callbacks.drain")


def _after(current: Runtime, taken: Claim, done: Committed) -> None:
    """Wake whoever waits for this commit; reconcile and beat do it where that is lost."""
    _tell(current, taken)
    if done.fan_in:
        wake("genai.advance", taken.job_id)
    if done.job_state in JOB_ENDED:
        wake("genai.maintenance.admit")
