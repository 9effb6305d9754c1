"""Real parts for every test: databases, brokers, directories, a callback receiver, processes.

Session fixtures start a server at most once per run, function fixtures give each test its own clean
piece of it. Nothing here is left behind when the run ends.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol, TypeVar

import hypothesis
import pytest
import redis as redis_client
from pytest_celery import CeleryTestBackend, CeleryTestBroker, CeleryTestWorker

from genai.celery import app
from genai.embedded import process as embedded_process
from genai.embedded.process import PORTS, Process, free_port
from genai.embedded.redis import redis
from genai.embedded.services import Api, Worker, beat
from genai.settings import settings
from genai.stages.wake import _send_later
from tests.harness import databases, loopback, rabbitmq
from tests.harness.celery_app import read_environment_again
from tests.harness.celery_nodes import ServerContainer, WorkerContainer
from tests.harness.receiver import Receiver
from tests.harness.s3 import S3Server
from tests.harness.service import (  # noqa: F401 - fixtures
    image_vendor,
    instant,
    photograph,
    request_document,
    service,
    vendor,
)
from tests.harness.specs import spec_server  # noqa: F401 - a fixture

loopback.enforce()
# What the machine's user has set for a service of their own is not for tests.
for _name in list(os.environ):
    if _name.startswith("GENAI_") and not _name.startswith("GENAI_TEST_"):
        del os.environ[_name]
# A port is free until somebody takes it, so workers of xdist, side by side, have ports of their own.
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
embedded_process.PORTS = PORTS[_worker::_workers]
# A machine that is slow at times says nothing about the code.
hypothesis.settings.register_profile(
    "patient",
    hypothesis.settings.default,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("patient")


P_co = TypeVar("P_co", bound=Process, covariant=True)


class Start(Protocol[P_co]):
    """Starts a process and waits until it is ready; keyword arguments as its class takes them, and
    ``env``, further variables."""

    def __call__(self, *, env: dict[str, str] | None = None, **options: Any) -> P_co: ...


# --- servers, once per run ------------------------------------------------------------------------


@pytest.fixture(scope="session")
def database_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[databases.Databases]:
    with databases.server(tmp_path_factory.mktemp("postgres")) as url:
        made = databases.Databases(url)
        try:
            yield made
        finally:
            made.close()


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis of our own, always: it starts in 60 ms, and pub/sub and FLUSHALL reach across the database
    numbers of a shared one. ``GENAI_TEST_REDIS_URL`` names another that may be flushed."""
    if named := os.environ.get("GENAI_TEST_REDIS_URL"):
        yield named
        return
    with redis(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture(scope="session")
def rabbitmq_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with rabbitmq.virtual_host(tmp_path_factory.mktemp("rabbitmq") / "node") as url:
        yield url


# --- a clean piece of each, per test --------------------------------------------------------------


@pytest.fixture
def database(database_server: databases.Databases) -> Iterator[str]:
    """The URL of a migrated, empty PostgreSQL database."""
    with database_server.clone() as url:
        yield url


@pytest.fixture
def empty_database(database_server: databases.Databases) -> Iterator[str]:
    """The URL of a PostgreSQL database that no migration has run in."""
    with database_server.empty() as url:
        yield url


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """The URL of an empty Redis database."""
    with redis_client.Redis.from_url(redis_server) as connection:
        connection.flushall()
    return redis_server


@pytest.fixture
def amqp_url(rabbitmq_server: str) -> str:
    """The URL of a RabbitMQ virtual host without messages."""
    rabbitmq.delete_queues(rabbitmq_server)
    return rabbitmq_server


@pytest.fixture
def asset_dir(tmp_path: Path) -> Path:
    path = tmp_path / "assets"
    path.mkdir()
    return path


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Where the client ``acme`` gets its callbacks."""
    with Receiver() as running:
        yield running


@pytest.fixture
def tokens() -> dict[str, str]:
    """Bearer tokens of two clients, ``acme`` with callbacks and ``globex`` without, and of an operator."""
    return {name: secrets.token_urlsafe(24) for name in ("acme", "globex", "ops")}


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port of 127.0.0.1 that refuses connections for as long as the test runs."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # and not listening: nobody else can take it
        yield int(bound.getsockname()[1])


@pytest.fixture
def broker_url(request: pytest.FixtureRequest) -> str:
    """Redis, unless the test is parametrized: ``@pytest.mark.parametrize("broker_url", ["redis",
    "rabbitmq"], indirect=True)``."""
    kind = getattr(request, "param", "redis")
    return str(request.getfixturevalue({"redis": "redis_url", "rabbitmq": "amqp_url"}[kind]))


@pytest.fixture
def environment(
    database: str,
    redis_url: str,
    broker_url: str,
    asset_dir: Path,
    tmp_path: Path,
    tokens: dict[str, str],
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[dict[str, str]]:
    """The ``GENAI_...`` variables of this test, set in its own process and in those that it starts."""
    keys = {name: [hashlib.sha256(token.encode()).hexdigest()] for name, token in tokens.items()}
    work_dir = tmp_path / "work"
    work_dir.mkdir()
    variables = {
        "GENAI_DATABASE_URL": database,
        "GENAI_BROKER_URL": broker_url,
        "GENAI_RESULT_URL": redis_url,
        "GENAI_ASSETS_DIR": str(asset_dir),
        "GENAI_WORK_DIR": str(work_dir),
        "GENAI_CLIENTS": json.dumps(
            {
                "acme": {"keys": keys["acme"], "callback": receiver.destination()},
                "globex": {"keys": keys["globex"]},
                "ops": {"keys": [{"sha256": keys["ops"][0], "scopes": ["ops"]}]},
            }
        ),
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    read_environment_again()
    yield variables
    for thread in threading.enumerate():
        # What is to be woken in a moment would be woken on the next test's broker.
        if isinstance(thread, threading.Timer) and thread.function is _send_later:
            thread.join()
    settings.cache_clear()


@pytest.fixture
def bucket(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Server]:
    """Assets are in a bucket; to be named before what starts the service (``usefixtures``)."""
    with S3Server() as server:
        for name, value in server.environment().items():
            monkeypatch.setenv(name, value)
            environment[name] = value
        read_environment_again()
        yield server


# --- processes ------------------------------------------------------------------------------------


@pytest.fixture
def processes() -> Iterator[Callable[[Process], None]]:
    """Takes a process to be killed when the test ends; prints the end of its log, for a failed test."""
    with ExitStack() as stack:

        def keep(process: Process) -> None:
            stack.callback(lambda: print(f"--- {process.name}\n{process.tail()}"))
            stack.callback(process.kill)

        yield keep


@pytest.fixture
def worker(
    environment: dict[str, str], tmp_path: Path, processes: Callable[[Process], None]
) -> Start[Worker]:
    """Starts a prefork worker: ``worker(queues=(Queue.RETRY,), concurrency=1, env={...})``."""

    def start(*, env: dict[str, str] | None = None, **options: Any) -> Worker:
        directory = _new_directory(tmp_path, "worker")
        started = Worker(directory, {**os.environ, **environment, **(env or {})}, **options)
        processes(started)
        started.wait_until_ready()
        return started

    return start


@pytest.fixture
def scheduler(
    environment: dict[str, str], tmp_path: Path, processes: Callable[[Process], None]
) -> Start[Process]:
    """Starts a beat."""

    def start(*, env: dict[str, str] | None = None, **options: Any) -> Process:
        directory = _new_directory(tmp_path, "beat")
        started = beat(directory, {**os.environ, **environment, **(env or {})}, **options)
        processes(started)
        return started

    return start


@pytest.fixture
def api(environment: dict[str, str], tmp_path: Path, processes: Callable[[Process], None]) -> Start[Api]:
    """Starts the API under gunicorn; its address is ``.url``."""

    def start(*, env: dict[str, str] | None = None, **options: Any) -> Api:
        directory = _new_directory(tmp_path, "api")
        merged = {**os.environ, **environment, **(env or {})}
        started = Api(directory, merged, **{"port": free_port(), **options})
        processes(started)
        started.wait_until_ready()
        return started

    return start


# --- pytest-celery's own fixtures, on the parts above in place of Docker --------------------------


@pytest.fixture
def celery_broker(broker_url: str) -> CeleryTestBroker:
    return CeleryTestBroker(ServerContainer(broker_url))


@pytest.fixture
def celery_backend(redis_url: str) -> CeleryTestBackend:
    return CeleryTestBackend(ServerContainer(redis_url))


@pytest.fixture
def celery_worker(worker: Start[Worker]) -> CeleryTestWorker:
    """A worker of the service, as ``celery_setup`` and the like expect one."""
    return CeleryTestWorker(WorkerContainer(worker()), app)


def _new_directory(parent: Path, name: str) -> Path:
    number = len(list(parent.glob(f"{name}-*"))) + 1
    directory = parent / f"{name}-{number}"
    directory.mkdir()
    return directory
