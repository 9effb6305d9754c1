"""The renewal beside long work: keeps the claim, and learns that the work is no longer wanted."""

from __future__ import annotations

import logging
import threading
from types import TracebackType
from typing import Self

from sqlalchemy.exc import OperationalError

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
        self._done = threading.Event()
        self._state: JobState | None = JobState.RUNNING
        self._thread = threading.Thread(target=self._keep, name=f"lease-{claim.key}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()

    def check(self) -> None:
        """Raises LeaseLost or JobEnded when the work is no longer wanted."""
        if self._state is None:
            raise LeaseLost(f"{self._claim.key}: claim {self._claim.fence} is no longer the newest")
        # A failing job lets what is in flight finish, so that its result is kept.
        if self._state not in JOB_WORKING | {JobState.FAILING}:
            raise JobEnded(f"the job is {self._state}")

    def _keep(self) -> None:
        while not self._done.wait(min(self._duration / 3, _LOOK)):
            try:
                with self._database.note() as connection:
                    self._state = renew(connection, self._claim.step_id, self._claim.fence, self._duration)
            except OperationalError:
                # The database may come back before the lease lapses; if not, the commit is refused.
                logger.warning("lease of %s could not be renewed", self._claim.key)
            if self._state is None:
                return
