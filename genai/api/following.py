"""Requests that wait for news of a job. One thread asks the database for all of them."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from genai.errors import Retryable
from genai.store.database import Database
from genai.store.views import newest_events

logger = logging.getLogger(__name__)

_EVERY = 0.25  # seconds between two looks, however many wait
_ROOM_IN = 10.0  # seconds after which a client that found no room may ask again


class Watch:
    """A request that waits for events of a job above a number."""

    def __init__(self, job_id: str, after: int) -> None:
        self.job_id = job_id
        self.after = after
        self._news = threading.Event()

    def wait(self, seconds: float) -> bool:
        """Whether there is news; False after so many seconds without any."""
        came = self._news.wait(seconds)
        self._news.clear()
        return came

    def tell(self, newest: int | None) -> None:
        """The number of the job's newest event; None where the job is no more."""
        if newest is None or newest > self.after:
            self._news.set()


class Following:
    """Up to ``most`` watches at once: each holds a thread of the server while it waits."""

    def __init__(self, database: Database, most: int) -> None:
        self._database = database
        self._most = most
        self._lock = threading.Lock()
        self._watches: set[Watch] = set()
        self._thread: threading.Thread | None = None

    @contextmanager
    def watch(self, job_id: str, after: int) -> Iterator[Watch]:
        """Watch until the end. Raises Retryable where too many do."""
        watch = Watch(job_id, after)
        with self._lock:
            if len(self._watches) >= self._most:
                raise Retryable(
                    f"{self._most} requests wait for events here, and no more may.",
                    retry_after=_ROOM_IN,
                    code="too_many_streams",
                )
            self._watches.add(watch)
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, name="following", daemon=True)
                self._thread.start()
        try:
            yield watch
        finally:
            with self._lock:
                self._watches.discard(watch)

    def _look(self) -> None:
        """Look again and again, until nobody watches."""
        while watches := self._watching():
            try:
                with self._database.transaction() as connection:
                    newest = newest_events(connection, {watch.job_id for watch in watches})
            except SQLAlchemyError as error:
                logger.warning("events are not followed: %s", type(error).__name__)
            else:
                for watch in watches:
                    watch.tell(newest.get(watch.job_id))
            time.sleep(_EVERY)

    def _watching(self) -> list[Watch]:
        with self._lock:
            if not self._watches:
                self._thread = None
            return list(self._watches)
