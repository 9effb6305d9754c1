"""The parts that other tests stand on: databases, RabbitMQ, the receiver, the worker."""

from __future__ import annotations

import secrets
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
import requests
from kombu import Connection
from pytest_celery import CeleryTestSetup
from standardwebhooks import WebhookVerificationError

from genai.domain.enums import Queue
from genai.embedded.services import Worker
from tests.harness import PATIENCE, rabbitmq
from tests.harness.databases import Databases
from tests.harness.loopback import NotLoopback
from tests.harness.receiver import Answer, Receiver


def test_each_database_is_migrated_and_empty(database: str, database_server: Databases) -> None:
    with database_server.clone() as other, psycopg.connect(other) as connection:
        assert other != database
        assert connection.execute("SELECT count(*) FROM jobs").fetchone() == (0,)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(other)


def test_a_run_drops_what_a_killed_one_has_left(database_server: Databases) -> None:
    living = Databases(database_server.server_url)
    try:
        with living.clone() as of_a_living_run, psycopg.connect(database_server.server_url) as connection:
            connection.autocommit = True
            left = f"genai_test_{secrets.token_hex(4)}_1"
            connection.execute(f'CREATE DATABASE "{left}"'.encode())

            database_server.drop_those_of_dead_runs()

            names = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
            assert left not in names
            assert of_a_living_run.rpartition("/")[2] in names
    finally:
        living.close()


def test_a_broker_is_empty_for_each_test(amqp_url: str) -> None:
    with Connection(amqp_url) as connection:
        for queue in Queue:
            declared = connection.default_channel.queue_declare(queue.value, auto_delete=True)
            assert declared.message_count == 0


def test_a_killed_broker_comes_back_with_all_its_queues(tmp_path: Path) -> None:
    """Also with one that it had only just been told of: it has a leader, or nobody could consume of it."""
    with rabbitmq.node(tmp_path / "rabbitmq") as server:
        with Connection(server.url) as connection:
            connection.default_channel.queue_declare(
                "new", durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"}
            )
        server.kill()
        server.start()
        with Connection(server.url) as connection:
            # Of a queue without a leader the answer takes a minute, and is an error.
            assert connection.default_channel.basic_consume("new", callback=lambda _: None)


def test_the_receiver_answers_as_it_is_told(receiver: Receiver) -> None:
    released = threading.Event()
    receiver.answers.extend(
        [
            Answer(503, {"Retry-After": "7"}),
            Answer(reset=True),
            Answer(until=released),
            Answer(200, body=b"slow", drip=True),
        ]
    )
    refused = requests.post(receiver.url, b"1", timeout=60)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "7")
    with pytest.raises(requests.ConnectionError):
        requests.post(receiver.url, b"2", timeout=60)
    with pytest.raises(requests.Timeout):
        requests.post(receiver.url, b"3", timeout=0.2)
    receiver.wait_for(3)  # so that this answer is not another's
    released.set()
    with pytest.raises((requests.ConnectionError, requests.Timeout)):  # the last byte never comes
        requests.post(receiver.url, b"4", timeout=2)
    receiver.wait_for(4)
    assert requests.post(receiver.url, b"5", timeout=60).status_code == 204
    assert [request.body for request in receiver.wait_for(5)] == [b"1", b"2", b"3", b"4", b"5"]
    with pytest.raises((WebhookVerificationError, KeyError)):
        receiver.events()


@pytest.mark.parametrize("broker_url", ["redis", "rabbitmq"], indirect=True)
def test_a_worker_is_ready_and_can_be_killed(worker: Callable[..., Worker], broker_url: str) -> None:
    running = worker(concurrency=1)
    running.wait_until(lambda: "ready." in running.log.read_text())  # it may answer a ping before it says so
    running.kill()
    assert not running.running


def test_pytest_celery_stands_on_our_processes(celery_setup: CeleryTestSetup) -> None:
    worker = celery_setup.worker
    assert celery_setup.ready(control=True)
    worker.wait_for_log("ready.", timeout=PATIENCE)  # it may answer a ping before it says so
    worker.kill("SIGTERM", reload_container=False)
    worker.wait_for_log("Warm shutdown", timeout=PATIENCE)


def test_nothing_leaves_this_machine() -> None:
    with pytest.raises(NotLoopback):
        socket.create_connection(("192.0.2.1", 80), timeout=1)  # TEST-NET-1
