"""All processes of the service, started together and stopped together."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from genai.embedded.postgres import postgres
from genai.embedded.process import POLL, Process, StartFailed, free_port
from genai.embedded.redis import redis
from genai.embedded.services import Api, Worker, beat
from genai.errors import ConfigurationError
from genai.store.database import Database
from genai.store.migrate import upgrade


class Stack:
    """PostgreSQL, Redis, a worker, beat and the API, with their files and logs in ``directory``.

    ``clients`` is what ``GENAI_CLIENTS`` holds. What ``directory`` holds of an earlier run is used again;
    with ``durable`` its database survives a crash of the machine too. Inside the ``with`` block ``url``
    is the API's address and ``environment`` what the processes run with. Raises StartFailed, with the end
    of its log, when one of them doesn't start; those before it are stopped by then.
    """

    def __init__(
        self,
        directory: Path,
        *,
        clients: Mapping[str, Any],
        port: int | None = None,
        concurrency: int = 2,
        durable: bool = False,
    ) -> None:
        self.directory = directory.absolute()
        self.environment: dict[str, str] = {}
        self.url = ""
        self._clients = clients
        self._port = port or free_port()
        self._concurrency = concurrency
        self._durable = durable
        self._running = ExitStack()
        self._services: list[Process] = []

    def __enter__(self) -> Self:
        with ExitStack() as started:
            self._start(started)
            self._running = started.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running.close()

    def wait(self) -> None:
        """Block for as long as everything runs. Raises StartFailed when a process has ended."""
        while True:
            for service in self._services:
                if not service.running:
                    raise StartFailed(f"{service.name} ended\n{service.tail()}")
            time.sleep(10 * POLL)

    def _start(self, started: ExitStack) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        started.enter_context(_sole_use_of(self.directory))
        redis_url = started.enter_context(redis(self.directory / "redis"))
        postgres_url = started.enter_context(postgres(self.directory / "postgres", durable=self._durable))
        self.environment = self._compose(postgres_url, redis_url)
        Path(self.environment["GENAI_WORK_DIR"]).mkdir(exist_ok=True)
        database = Database(postgres_url.replace("postgresql:", "postgresql+psycopg:", 1))
        upgrade(database)
        database.close()
        env = {**os.environ, **self.environment}
        # Stopped in reverse: first nothing new comes in, then the worker finishes what it holds.
        worker = Worker(self.directory, env, concurrency=self._concurrency)
        started.enter_context(worker)
        scheduler = started.enter_context(beat(self.directory, env))
        api = Api(self.directory, env, port=self._port)
        started.enter_context(api)
        self._services = [worker, scheduler, api]
        api.wait_until_ready()
        worker.wait_until_ready()
        self.url = api.url

    def _compose(self, postgres_url: str, redis_url: str) -> dict[str, str]:
        return {
            "GENAI_DATABASE_URL": postgres_url,
            "GENAI_BROKER_URL": redis_url,
            "GENAI_RESULT_URL": redis_url.removesuffix("/0") + "/1",
            "GENAI_ASSETS_DIR": str(self.directory / "assets"),
            "GENAI_WORK_DIR": str(self.directory / "work"),
            "GENAI_CLIENTS": json.dumps(self._clients),
            # Links in callbacks hold for as long as this run.
            "GENAI_PUBLIC_URL": f"http://127.0.0.1:{self._port}",
            "GENAI_LINK_SECRETS": secrets.token_hex(32),
        }


@contextmanager
def _sole_use_of(directory: Path) -> Iterator[None]:
    """Two stacks in one directory would share a database's files."""
    with (directory / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigurationError(f"another stack runs in {directory}: choose another directory") from None
        yield
