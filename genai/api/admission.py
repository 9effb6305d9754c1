"""What follows an accepted job: it is admitted where there is room, and its first event is sent.

Both want the broker, which may be away; the client has its answer by then, and reconcile and beat come
by in any case.
"""

from __future__ import annotations

import logging
import threading

from sqlalchemy.exc import SQLAlchemyError

from genai.maintenance.admission import admit_jobs
from genai.runtime import Runtime
from genai.stages.wake import wake

logger = logging.getLogger(__name__)


class Admission:
    """Runs on the thread of a request that has been answered, and on one thread at a time: with the
    broker away each try takes seconds, and no more than one thread may be lost to it."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._busy = threading.Lock()
        self._wanted = threading.Event()

    def nudge(self) -> None:
        """Admit what has been accepted so far; returns at once where another thread is at it, which then
        looks again."""
        self._wanted.set()
        while self._wanted.is_set() and self._busy.acquire(blocking=False):
            try:
                self._wanted.clear()
                self._admit()
            finally:
                self._busy.release()

    def _admit(self) -> None:
        try:
            admit_jobs(self._runtime)
        except SQLAlchemyError as error:
            logger.warning("nothing was admitted: %s", type(error).__name__)
        wake("genai.callbacks.drain")
