"""Task signals to step lifecycle columns: what operators read beside the state.

Nothing depends on them: Celery swallows a receiver's exception, and ``task_success`` comes after the
successor was published. State is committed by the runner.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from celery import signals
from sqlalchemy.exc import SQLAlchemyError

from genai import runtime
from genai.errors import ConfigurationError
from genai.store import lifecycle

logger = logging.getLogger(__name__)

_STEP = "genai.step"
_begun: dict[str, float] = {}  # of the task that this process runs


def _note(write: Callable[..., None], args: Any, **values: Any) -> None:
    job_id, key = args[0], args[1]
    try:
        with runtime.current().database.note() as connection:
            write(connection, job_id=job_id, key=key, **values)
    except (SQLAlchemyError, ConfigurationError) as error:
        logger.warning("lifecycle of %s not noted: %s", key, type(error).__name__)


def _queued(body: Any = None, headers: Any = None, **_: Any) -> None:
    _note(lifecycle.queued, body[0], task_id=headers["id"])


def _started(task_id: str, task: Any, args: Any, **_: Any) -> None:
    if task.name == _STEP:
        _begun[task_id] = time.monotonic()
        _note(lifecycle.started, args, task_id=task_id, worker=task.request.hostname)


def _ended(task_id: str, task: Any, args: Any, **_: Any) -> None:
    if task.name == _STEP:
        runtime_seconds = time.monotonic() - _begun.pop(task_id, time.monotonic())
        _note(lifecycle.ended, args, task_id=task_id, runtime=runtime_seconds)


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
