"""Servers that a test may stop, one of each for all fault tests, and the checker that each test ends with.

Outages last seconds, or as long as they are in FAULTS with ``GENAI_TEST_OUTAGES=full`` (``make faults``).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_celery import CeleryTestBackend, CeleryTestBroker

from genai.domain.enums import Capability
from genai.embedded.services import Worker
from tests.harness import invariants, rabbitmq
from tests.harness.celery_nodes import ServerContainer
from tests.harness.servers import PostgresServer, RedisServer, Server
from tests.harness.service import Service
from tests.harness.vendor import Vendor

_FULL = os.environ.get("GENAI_TEST_OUTAGES") == "full"


@pytest.fixture(scope="session")
def outage() -> Callable[[float, float], float]:
    """How long something is away, in seconds: ``outage(compressed, full)``."""
    return lambda compressed, full: full if _FULL else compressed


@pytest.fixture(scope="session")
def own_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    with PostgresServer(tmp_path_factory.mktemp("own") / "postgres") as server:
        yield server


@pytest.fixture(scope="session")
def own_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with RedisServer(tmp_path_factory.mktemp("own") / "redis") as server:
        yield server


@pytest.fixture(scope="session")
def own_rabbitmq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with rabbitmq.node(tmp_path_factory.mktemp("own") / "rabbitmq") as server:
        yield server


# In place of those that all other tests share.


@pytest.fixture
def database(own_postgres: PostgresServer) -> Iterator[str]:
    own_postgres.start()
    with own_postgres.database() as url:
        yield url


@pytest.fixture
def redis_url(own_redis: RedisServer) -> str:
    own_redis.start()
    own_redis.flush()
    return own_redis.url


@pytest.fixture
def amqp_url(own_rabbitmq: Server) -> str:
    own_rabbitmq.start()
    rabbitmq.delete_queues(own_rabbitmq.url)
    return own_rabbitmq.url


@pytest.fixture
def broker_url(request: pytest.FixtureRequest) -> str:
    """RabbitMQ, as in production, unless the test is parametrized."""
    kind = getattr(request, "param", "rabbitmq")
    return str(request.getfixturevalue({"redis": "redis_url", "rabbitmq": "amqp_url"}[kind]))


@pytest.fixture
def celery_broker(broker_url: str, request: pytest.FixtureRequest) -> CeleryTestBroker:
    server = request.getfixturevalue("own_redis" if broker_url.startswith("redis") else "own_rabbitmq")
    return CeleryTestBroker(ServerContainer(broker_url, server))


@pytest.fixture
def celery_backend(redis_url: str, own_redis: RedisServer) -> CeleryTestBackend:
    return CeleryTestBackend(ServerContainer(redis_url, own_redis))


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    """What is lost is looked for after a second."""
    environment |= {"GENAI_IDLE_AGE": "1", "GENAI_RECONCILE_EVERY": "1", "GENAI_DRAIN_EVERY": "1"}
    return environment


@pytest.fixture
def vendor(vendor: Vendor, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Vendor:
    """It sells pictures; the instant provider does the rest."""
    for capability in set(Capability) - {Capability.IMAGE}:
        environment[f"GENAI_{capability.value.upper()}"] = "instant"
        monkeypatch.setenv(f"GENAI_{capability.value.upper()}", "instant")
    return vendor


@pytest.fixture
def up_to_its_scenes(
    service: Service, worker: Callable[..., Worker], request_document: Callable[..., dict[str, Any]]
) -> Callable[..., tuple[str, Worker]]:
    """Runs a bundle up to the storyboard: ``job_id, worker = up_to_its_scenes(3, concurrency=1)``. It
    goes on when ``hold.storyboard`` is removed."""

    def run(scenes: int, *, key: str = "k1", **options: Any) -> tuple[str, Worker]:
        (service.control / "hold.storyboard").touch()
        job_id = service.submit(request_document("image_bundle", key=key, scenes=scenes))
        started = worker(**options)
        service.until(lambda: any(call["call"] == "storyboard" for call in service.calls()))
        return job_id, started

    return run


@pytest.fixture
def hold_true(service: Service, request: pytest.FixtureRequest) -> Callable[..., None]:
    """Waits until the service is at rest; then all invariants hold."""

    def check(*, once: bool = True) -> None:
        vendor = request.getfixturevalue("vendor") if "vendor" in request.fixturenames else None
        service.until(lambda: invariants.settled(service))
        invariants.check(service, vendor.log if isinstance(vendor, Vendor) else None, once=once)

    return check
