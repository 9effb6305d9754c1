"""PostgreSQL for tests: one migrated template per run, cloned for each test, all dropped at the end."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
from sqlalchemy import make_url
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

from genai.embedded.postgres import postgres
from genai.store.database import Database
from genai.store.migrate import upgrade

_PREFIX = "genai_test_"
_OLDEST = 150_000  # PostgreSQL 15
_LOCAL = ("postgresql://postgres@127.0.0.1:5432/postgres", "postgresql://127.0.0.1:5432/postgres")


class Databases:
    """The databases of one run on one server.

    The run holds an advisory lock of its name for as long as it lives, so that a later run can tell the
    databases that a killed one has left behind from those of one that still runs.
    """

    def __init__(self, server_url: str) -> None:
        self.server_url = server_url
        self._server = make_url(server_url)
        self._admin = psycopg.connect(server_url, autocommit=True)
        run = secrets.token_hex(4)
        self._admin.execute("SELECT pg_advisory_lock(%s)", [int(run, 16)])
        self._prefix = f"{_PREFIX}{run}_"
        self.drop_those_of_dead_runs()
        self._numbers = count(1)
        self._template = f"{self._prefix}template"
        self._create(self._template)
        database = Database(self._url(self._template).replace("postgresql:", "postgresql+psycopg:", 1))
        upgrade(database)
        database.close()

    @contextmanager
    def clone(self) -> Iterator[str]:
        """A migrated, empty database; yields its URL and drops it afterwards, whoever is connected."""
        name = f"{self._prefix}{next(self._numbers)}"
        # wal_log needs no checkpoint: 60 ms against 450.
        self._create(name, f"TEMPLATE {self._template} STRATEGY wal_log")
        try:
            yield self._url(name)
        finally:
            self._drop(name)

    @contextmanager
    def empty(self) -> Iterator[str]:
        """A database without a schema."""
        name = f"{self._prefix}{next(self._numbers)}"
        self._create(name)
        try:
            yield self._url(name)
        finally:
            self._drop(name)

    def drop_those_of_dead_runs(self) -> None:
        """Drop the databases whose run holds its lock no longer."""
        # A lock that this session holds already it would get again.
        others = [name for name in self._names(_PREFIX) if not name.startswith(self._prefix)]
        for name in others:
            lock = [int(name.removeprefix(_PREFIX).partition("_")[0], 16)]
            if self._admin.execute("SELECT pg_try_advisory_lock(%s)", lock).fetchone() == (True,):
                self._drop(name)
                self._admin.execute("SELECT pg_advisory_unlock(%s)", lock)

    def close(self) -> None:
        """Drop all that this run has made."""
        for name in self._names(self._prefix):
            self._drop(name)
        self._admin.close()

    def _create(self, name: str, options: str = "") -> None:
        self._do(f'CREATE DATABASE "{name}" {options}')

    def _drop(self, name: str) -> None:
        self._do(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _do(self, statement: str) -> None:
        """Again where sessions were in the way: they are ended, and have five seconds to go."""
        for attempt in Retrying(
            retry=retry_if_exception_type(psycopg.errors.ObjectInUse),
            stop=stop_after_attempt(12),
            reraise=True,
        ):
            with attempt:
                self._admin.execute(statement.encode())

    def _names(self, prefix: str) -> list[str]:
        rows = self._admin.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
        return [name for (name,) in rows]

    def _url(self, database: str) -> str:
        return self._server.set(database=database).render_as_string(hide_password=False)


@contextmanager
def server(directory: Path) -> Iterator[str]:
    """A PostgreSQL that lets us create databases: the named one, the running one, or an embedded one."""
    if named := os.environ.get("GENAI_TEST_DATABASE_URL"):
        yield make_url(named).set(drivername="postgresql").render_as_string(hide_password=False)
        return
    if running := next(filter(_may_create_databases, _LOCAL), None):
        yield running
        return
    with postgres(directory) as url:
        yield url


def _may_create_databases(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=2) as connection:
            rights = connection.execute("SELECT rolcreatedb FROM pg_roles WHERE rolname = current_user")
            return connection.info.server_version >= _OLDEST and rights.fetchone() == (True,)
    except psycopg.OperationalError:
        return False
