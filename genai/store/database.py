"""The engine, and transactions on it."""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DisconnectionError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_exponential

T = TypeVar("T")

_IDLE = 1.0  # seconds after which a connection is looked at before it is used


class Database:
    """A pool of connections to PostgreSQL.

    At most ``pool`` connections are opened per process, as they are needed, and kept: to make one takes as
    long as several transactions. ``application`` names them in ``pg_stat_activity``.
    """

    def __init__(self, url: str, *, pool: int = 10, application: str = "genai") -> None:
        self.engine: Engine = create_engine(
            url,
            pool_size=pool,
            max_overflow=0,
            # The one that was used last knows its statements and is alive; the others rest.
            pool_use_lifo=True,
            pool_recycle=1800,
            connect_args={
                "application_name": application,
                "connect_timeout": 3,
                # A server that has gone without a word is noticed within half a minute (seconds, ms).
                "keepalives_idle": 10,
                "keepalives_interval": 5,
                "keepalives_count": 3,
                "tcp_user_timeout": 25_000,
                # The server likewise, and a lock is never waited for without end.
                "options": "-c lock_timeout=20s -c idle_in_transaction_session_timeout=60s",
            },
        )
        event.listen(self.engine, "checkin", _note_use)
        event.listen(self.engine, "checkout", self._look)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction: committed at the end, rolled back on an exception."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def autocommit(self) -> Iterator[Connection]:
        """A connection on which each statement is a transaction: two round trips less for a single one."""
        with self.engine.connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")

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

    def _look(self, connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
        """A lost connection is replaced before anybody works with it: one whose server has said good-bye is
        told by its socket, any other by what SQLAlchemy's ``pool_pre_ping`` does, after it has lain idle."""
        now = time.monotonic()
        try:
            if _has_news(connection):
                raise DisconnectionError("the server has closed the connection")
            if now - record.info.get("used_at", now) >= _IDLE:
                # In no transaction: psycopg forgets its prepared statements with a rollback.
                self.engine.dialect.do_ping(connection)
        except psycopg.OperationalError as error:
            raise DisconnectionError from error


def _note_use(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info["used_at"] = time.monotonic()


def _has_news(connection: psycopg.Connection[Any]) -> bool:
    """Whether the server has sent something that nobody has asked for."""
    poll = select.poll()
    poll.register(connection.pgconn.socket, select.POLLIN)
    return bool(poll.poll(0))
