"""Task signals to log lines and lifecycle columns: what operators read beside the state.

Nothing depends on them: Celery swallows a receiver's exception, and ``task_success`` comes after the
successor was published. State is committed by the runner.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from celery import signals
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from genai import logs, runtime
from genai.errors import ConfigurationError
from genai.store import lifecycle

logger = logging.getLogger(__name__)

# The header of a message of which only Celery knows when it is published: nobody else has marked its step.
LATE = "late"

_STEP = "genai.step"
_OF_A_JOB = ("genai.step", "genai.fan_out", "genai.advance")


def _note(write: Callable[[Connection], None], key: str) -> None:
    try:
        with runtime.current().database.note() as connection:
            write(connection)
    except (SQLAlchemyError, ConfigurationError) as error:
        logger.warning("lifecycle of %s not noted: %s", key, type(error).__name__)


def _published(body: Any = None, headers: Any = None, **_: Any) -> None:
    if headers.get(LATE):
        job_id, key = body[0][:2]
        _note(lambda connection: lifecycle.queued(connection, job_id, [key]), key)


def _started(task_id: str, task: Any, args: Any, **_: Any) -> None:
    logs.clear()
    logs.bind(task=task.name, task_id=task_id, job=args[0] if task.name in _OF_A_JOB else None)
    if task.name == _STEP:
        logs.bind(step=args[1])


def _ended(**_: Any) -> None:
    logs.clear()


def _retried(sender: Any, request: Any, reason: Any, **_: Any) -> None:
    if sender.name == _STEP:
        job_id, key = request.args[:2]
        _note(lambda connection: lifecycle.retried(connection, job_id, key, str(reason)[:500]), key)


def _failed(sender: Any, exception: BaseException, args: Any, **_: Any) -> None:
    if sender.name == _STEP:
        job_id, key = args[:2]
        _note(lambda connection: lifecycle.failed(connection, job_id, key, str(exception)[:500]), key)


def _revoked(sender: Any, request: Any, **_: Any) -> None:
    if sender.name == _STEP:
        job_id, key = request.args[:2]
        _note(lambda connection: lifecycle.revoked(connection, job_id, key), key)


def connect() -> None:
    """Connect the receivers in this process; doing it twice connects them once."""
    signals.after_task_publish.connect(_published, sender=_STEP)
    signals.task_prerun.connect(_started)
    signals.task_postrun.connect(_ended)
    signals.task_retry.connect(_retried)
    signals.task_failure.connect(_failed)
    signals.task_revoked.connect(_revoked)
