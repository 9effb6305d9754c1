"""The engine, and transactions on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import OperationalError
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_exponential

T = TypeVar("T")


class Database:
    """A pool of connections to PostgreSQL.

    ``pool`` connections are kept per process; ``application`` names them in ``pg_stat_activity``.
    """

    def __init__(self, url: str, *, pool: int = 2, application: str = "genai") -> None:
        self.engine: Engine = create_engine(
            url,
            pool_size=pool,
            max_overflow=pool * 4,
            pool_pre_ping=True,
            pool_recycle=1800,
            connect_args={
                "application_name": application,
                "connect_timeout": 3,
                # A lost peer is noticed, and a lock is never waited for without end.
                "options": "-c lock_timeout=20s -c idle_in_transaction_session_timeout=60s",
            },
        )

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction: committed at the end, rolled back on an exception."""
        with self.engine.begin() as connection:
            yield connection

    def persist(self, write: Callable[[Connection], T]) -> T:
        """Run ``write`` in a transaction, again for a minute while PostgreSQL is away.

        For work that is done and must not be lost to a restart of the database.
        """
        for attempt in Retrying(
            retry=retry_if_exception_type(OperationalError),
            stop=stop_after_delay(60),
            wait=wait_exponential(multiplier=0.1, max=3),
            reraise=True,
        ):
            with attempt, self.transaction() as connection:
                return write(connection)
        raise AssertionError("tenacity ends with a result or an exception")

    @contextmanager
    def note(self) -> Iterator[Connection]:
        """A transaction for what only tells: its commit does not wait for the disk."""
        with self.engine.begin() as connection:
            connection.execute(text("SET LOCAL synchronous_commit TO off"))
            yield connection

    def ping(self) -> None:
        """Raises sqlalchemy.exc.OperationalError when PostgreSQL does not answer."""
        with self.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def after_fork(self) -> None:
        """Forget the parent's connections without closing them: they are the parent's."""
        self.engine.dispose(close=False)

    def close(self) -> None:
        self.engine.dispose()
