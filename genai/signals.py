"""Task signals to step lifecycle columns, log lines and traces: what operators read beside the state.

Nothing depends on them: Celery swallows a receiver's exception, and ``task_success`` comes after the
successor was published. State is committed by the runner.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from celery import signals
from sqlalchemy.exc import SQLAlchemyError

from genai import logs, runtime, tracing
from genai.errors import ConfigurationError
from genai.store import lifecycle

logger = logging.getLogger(__name__)

_STEP = "genai.step"
_OF_A_JOB = ("genai.step", "genai.fan_out", "genai.advance")
# Of the task that this process runs.
_begun: dict[str, float] = {}
_open: dict[str, ExitStack] = {}


def _note(write: Callable[..., Any], args: Any, **values: Any) -> Any:
    job_id, key = args[0], args[1]
    try:
        with runtime.current().database.note() as connection:
            return write(connection, job_id=job_id, key=key, **values)
    except (SQLAlchemyError, ConfigurationError) as error:
        logger.warning("lifecycle of %s not noted: %s", key, type(error).__name__)
        return None


def _queued(body: Any = None, headers: Any = None, **_: Any) -> None:
    _note(lifecycle.queued, body[0], task_id=headers["id"])


def _started(task_id: str, task: Any, args: Any, **_: Any) -> None:
    logs.clear()
    logs.bind(task=task.name, task_id=task_id, job=args[0] if task.name in _OF_A_JOB else None)
    if task.name == _STEP:
        logs.bind(step=args[1])
        _begun[task_id] = time.monotonic()
        found = _note(lifecycle.started, args, task_id=task_id, worker=task.request.hostname)
        if found is not None:
            logs.bind(request=found.request_id)
        if found is not None and found.trace:
            _open[task_id] = stack = ExitStack()
            name = args[1].rpartition(".")[2]
            stack.enter_context(
                tracing.span(f"step {name}", parent=found.trace, job=args[0], step=args[1], task_id=task_id)
            )


def _ended(task_id: str, task: Any, args: Any, **_: Any) -> None:
    if task.name == _STEP:
        runtime_seconds = time.monotonic() - _begun.pop(task_id, time.monotonic())
        _note(lifecycle.ended, args, task_id=task_id, runtime=runtime_seconds)
        _open.pop(task_id, ExitStack()).close()
    logs.clear()


def _retried(sender: Any, request: Any, reason: Any, **_: Any) -> None:
    if sender.name == _STEP:
        _note(lifecycle.retried, request.args, reason=str(reason)[:500])


def _failed(sender: Any, exception: BaseException, args: Any, **_: Any) -> None:
    if sender.name == _STEP:
        _note(lifecycle.failed, args, failure=str(exception)[:500])


def _revoked(sender: Any, request: Any, **_: Any) -> None:
    if sender.name == _STEP:
        _note(lifecycle.revoked, request.args)


def connect() -> None:
    """Connect the receivers in this process; doing it twice connects them once."""
    signals.after_task_publish.connect(_queued, sender=_STEP)
    signals.task_prerun.connect(_started)
    signals.task_postrun.connect(_ended)
    signals.task_retry.connect(_retried)
    signals.task_failure.connect(_failed)
    signals.task_revoked.connect(_revoked)
