"""The renewal beside long work: keeps the claim, and learns that the work is no longer wanted."""

from __future__ import annotations

import logging
import os
import threading
import time
from functools import cache
from types import TracebackType
from typing import Self

from sqlalchemy.exc import SQLAlchemyError

from genai.domain.enums import JobState
from genai.domain.states import JOB_WORKING
from genai.errors import JobEnded, LeaseLost
from genai.store.claims import Claim, renew
from genai.store.database import Database

logger = logging.getLogger(__name__)

_LOOK = 5.0  # seconds until long work learns at the latest that its job was cancelled


class Lease:
    """Renews the claim for ``duration`` (seconds), again and again for as long as the block runs."""

    def __init__(self, database: Database, claim: Claim, duration: float) -> None:
        self._database = database
        self._claim = claim
        self._duration = duration
        self._state: JobState | None = JobState.RUNNING
        self._keeper = _keeper(os.getpid(), min(duration / 3, _LOOK))

    def __enter__(self) -> Self:
        self._keeper.add(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._keeper.remove(self)

    def check(self) -> None:
        """Raises LeaseLost or JobEnded when the work is no longer wanted."""
        if self._state is None:
            raise LeaseLost(f"{self._claim.key}: claim {self._claim.fence} is no longer the newest")
        # A failing job lets what is in flight finish, so that its result is kept.
        if self._state not in JOB_WORKING | {JobState.FAILING}:
            raise JobEnded(f"the job is {self._state}")

    def renew(self) -> None:
        """Hold the claim for another ``duration``; nothing where it is lost."""
        if self._state is None:
            return
        try:
            with self._database.note() as connection:
                self._state = renew(connection, self._claim.step_id, self._claim.fence, self._duration)
        except SQLAlchemyError:
            # The database may come back before the lease lapses; if not, the commit is refused.
            logger.warning("lease of %s could not be renewed", self._claim.key)


class _Keeper:
    """A thread that renews the leases of its process every so many seconds: one thread for each step would
    cost a short step more than its claim."""

    def __init__(self, every: float) -> None:
        self._every = every
        self._leases: set[Lease] = set()
        self._lock = threading.Lock()
        self._wanted = threading.Event()
        threading.Thread(target=self._keep, name="leases", daemon=True).start()

    def add(self, lease: Lease) -> None:
        with self._lock:
            self._leases.add(lease)
            self._wanted.set()

    def remove(self, lease: Lease) -> None:
        with self._lock:
            self._leases.discard(lease)

    def _keep(self) -> None:
        while self._wanted.wait():
            time.sleep(self._every)
            with self._lock:
                held = list(self._leases)
                if not held:
                    self._wanted.clear()
            for lease in held:
                try:
                    lease.renew()
                except Exception:
                    # One that cannot be renewed must not end the renewal of all that come after it.
                    logger.exception("a lease could not be renewed")


@cache
def _keeper(_pid: int, every: float) -> _Keeper:
    # A forked process has its parent's memory, and not its threads.
    return _Keeper(every)
