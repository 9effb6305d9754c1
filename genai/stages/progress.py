"""How far a long call is: told to those who wait for the job, now and then."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy.exc import OperationalError

from genai.store.claims import Claim
from genai.store.commits import note_progress
from genai.store.database import Database

_EVERY = 3.0  # seconds between two events of one step
_STEP = 0.1  # and what they differ by at least


class Progress:
    """Called with the part that is done, 0..1. Raises LeaseLost or JobEnded when the work is no longer
    wanted, whether or not anything is told."""

    def __init__(self, database: Database, claim: Claim, still_wanted: Callable[[], None]) -> None:
        self._database = database
        self._claim = claim
        self._still_wanted = still_wanted
        self._told, self._at = 0.0, time.monotonic()

    def __call__(self, done: float) -> None:
        self._still_wanted()
        now = time.monotonic()
        if done - self._told < _STEP or now - self._at < _EVERY or done >= 1:
            return
        self._told, self._at = done, now
        try:
            with self._database.note() as connection:
                note_progress(connection, self._claim, round(done, 2))
        except OperationalError:
            return  # it only tells; the commit of the step will say more
