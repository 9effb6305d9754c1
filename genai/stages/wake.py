"""Wake a task by its name, after a commit. Never a reason to fail: beat comes by anyway."""

from __future__ import annotations

import logging

from kombu.exceptions import OperationalError

from genai.celery import app

logger = logging.getLogger(__name__)


def wake(task: str, *args: str) -> None:
    """Send the task; a broker that is away is logged."""
    try:
        app.send_task(task, args=args, ignore_result=True)
    except OperationalError as error:
        logger.warning("%s was not woken: %s", task, error)
