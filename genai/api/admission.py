"""What follows an accepted job: it is admitted where there is room, and its first event is sent.

Both want the broker, which may be away; the client has its answer by then, and reconcile and beat come
by in any case.
"""

from __future__ import annotations

import logging
import threading

from genai.maintenance.admission import admit_jobs
from genai.runtime import Runtime
from genai.stages.wake import wake

logger = logging.getLogger(__name__)

_GAP = 0.1  # seconds between two looks at what has been accepted


class Admission:
    """Runs on a thread of its own, at once and under load ten times a second for all requests: on that of a
    request the next one of the same connection would wait, seconds where the broker is away."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._has_callbacks = any(client.callback for client in runtime.settings.clients.values())
        self._lock = threading.Lock()
        self._wanted = False
        self._hurry = threading.Event()
        self._thread: threading.Thread | None = None  # which lives until nothing is wanted

    def nudge(self) -> None:
        """Have admitted what has been accepted so far; returns at once."""
        with self._lock:
            self._wanted = True
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="admission", daemon=True)
                self._thread.start()

    def settle(self) -> None:
        """Return when what has been accepted so far has been looked at."""
        with self._lock:
            thread = self._thread
        if thread is not None:
            self._hurry.set()
            thread.join()
            self._hurry.clear()

    def _run(self) -> None:
        while self._take():
            self._admit()
            self._hurry.wait(_GAP)

    def _take(self) -> bool:
        with self._lock:
            wanted, self._wanted = self._wanted, False
            if not wanted:
                self._thread = None
            return wanted

    def _admit(self) -> None:
        try:
            admit_jobs(self._runtime)
        except Exception as error:  # noqa: BLE001 - reconcile comes by, and the next job is looked at again
            logger.warning("nothing was admitted: %s", type(error).__name__)
        if self._has_callbacks:
            wake("genai.callbacks.drain")
