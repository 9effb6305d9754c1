"""Wake a task by its name, after a commit. Never a reason to fail: beat comes by anyway."""

from __future__ import annotations

import logging
import threading
import time

from genai.celery import app

logger = logging.getLogger(__name__)

_GAP = 0.1  # seconds between two messages of this process for a task that looks at everything
_lock = threading.Lock()
_free_at: dict[str, float] = {}  # when the task may be sent again, by the monotonic clock
_later: set[str] = set()  # those that a thread is about to send


def wake(task: str, *args: str) -> None:
    """Send the task; a broker that is away is logged.

    A task without arguments looks at everything that there is: woken again and again, it is sent at once
    and then every tenth of a second.
    """
    if args or _may_send(task):
        _send(task, args)


def wake_for_ended() -> None:
    """A job has ended: its last event is to be sent, and its place is free."""
    wake("genai.callbacks.drain")
    wake("genai.maintenance.admit")


def _may_send(task: str) -> bool:
    """Whether it may be sent now; else it will be, from a thread."""
    with _lock:
        if task in _later:
            return False
        now = time.monotonic()
        wait = _free_at.get(task, now) - now
        _free_at[task] = now + max(0.0, wait) + _GAP
        if wait <= 0:
            return True
        _later.add(task)
    timer = threading.Timer(wait, _send_later, (task,))
    timer.daemon = True  # a process that ends leaves it to beat
    timer.start()
    return False


def _send_later(task: str) -> None:
    with _lock:
        _later.discard(task)  # what is committed from here on it may not see any more
    _send(task, ())


def _send(task: str, args: tuple[str, ...]) -> None:
    try:
        app.send_task(task, args=args, ignore_result=True)
    except Exception as error:  # noqa: BLE001 - a broker that is away, or a process that ends: not the caller's
        logger.warning("%s was not woken: %s", task, error)
