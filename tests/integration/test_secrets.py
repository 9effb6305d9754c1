"""Secrets reach nothing that is kept or sent: marked ones, through jobs that complete and that fail, and
then everything that is left of them is searched."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import redis
import requests
from kombu import Connection, Exchange, Queue
from sqlalchemy import make_url

from genai.celery import app
from genai.store.tables import metadata
from tests.harness.celery_app import read_environment_again
from tests.harness.receiver import Answer

MARK = "MarkedSecret"
TOKEN = f"{MARK}-bearer-token"
VENDOR = f"{MARK}-vendor-key"
SIGNING = base64.b64encode(f"{MARK}-signs-callbacks".encode()).decode()


@pytest.fixture
def marked(environment, receiver, monkeypatch) -> list[str]:
    """The environment with secrets that can be told; the secrets."""
    receiver.secret = f"whsec_{SIGNING}"
    callback = {"url": f"{receiver.url}?key={MARK}-in-an-address", "secrets": [receiver.secret]}
    database = make_url(environment["GENAI_DATABASE_URL"])
    if database.password is None:  # nobody asks for one, so any will do
        database = database.set(password=f"{MARK}-of-the-database")
    broker, results = (
        make_url(environment[name]).password for name in ("GENAI_BROKER_URL", "GENAI_RESULT_URL")
    )
    more = {
        "GENAI_DATABASE_URL": database.render_as_string(hide_password=False),
        "GENAI_CLIENTS": json.dumps(
            {"acme": {"keys": [hashlib.sha256(TOKEN.encode()).hexdigest()], "callback": callback}}
        ),
        "GENAI_LINK_SECRETS": f"{MARK}-signs-links",
        "GENAI_PUBLIC_URL": "http://127.0.0.1:1",
        "GENAI_LOG_LEVEL": "DEBUG",
        "INSTANT_API_KEY": VENDOR,
    }
    for name, value in more.items():
        monkeypatch.setenv(name, value)
        environment[name] = value
    read_environment_again()
    given = (MARK, SIGNING, str(database.password), broker, results)
    return [secret for secret in given if secret and secret != "guest"]


@pytest.fixture
def messages(environment) -> Iterator[list[str]]:
    """Every message to a worker, as the broker has it."""
    heard: list[str] = []
    stop = threading.Event()
    everything = Queue(
        "tap",
        Exchange("genai", type="topic", durable=True),
        routing_key="#",
        exclusive=True,
        auto_delete=True,
    )
    with Connection(environment["GENAI_BROKER_URL"]) as connection:

        def note(message: Any) -> None:
            heard.append(repr((message.headers, message.properties, message.body)))

        consumer = connection.Consumer([everything], on_message=note, no_ack=True)
        consumer.consume()

        def listen() -> None:
            while not stop.is_set():
                try:
                    connection.drain_events(timeout=0.2)
                except TimeoutError:
                    continue

        thread = threading.Thread(target=listen)
        thread.start()
        yield heard
        stop.set()
        thread.join()


@pytest.fixture
def celery_events(environment) -> Iterator[list[str]]:
    """What Flower hears."""
    heard: list[str] = []
    stop = threading.Event()

    def listen() -> None:
        with app.connection_for_read() as connection:
            receiver = app.events.Receiver(
                connection, handlers={"*": lambda event: heard.append(repr(event))}
            )
            while not stop.is_set():
                try:
                    receiver.capture(limit=None, timeout=0.2, wakeup=False)
                except TimeoutError:
                    continue

    thread = threading.Thread(target=listen)
    thread.start()
    yield heard
    stop.set()
    thread.join()


@pytest.mark.parametrize("broker_url", ["rabbitmq"], indirect=True)
def test_secrets_are_nowhere(
    marked, messages, celery_events, service, worker, scheduler, api, request_document, receiver, environment
):
    receiver.answers.append(Answer(status=500, body=b"not now"))
    (service.control / "crash.image.scene.1").write_text("x")
    processes = {"api": api(), "worker": worker(), "beat": scheduler()}
    url, own = processes["api"].url, {"Authorization": f"Bearer {TOKEN}"}
    answers = []

    def ask(path: str, *, method: str = "GET", **options: Any) -> Any:
        answer = requests.request(method, url + path, timeout=180, **{"headers": own, **options})
        answers.append(f"{answer.headers}\n{answer.text}")
        return answer

    crashed = ask("/v1/jobs", method="POST", json=request_document(scenes=1, key="crashed")).json()["job_id"]
    assert service.ended(crashed).state == "completed"
    (service.control / "permanent.image.scene.1").touch()
    failed = ask("/v1/jobs", method="POST", json=request_document(scenes=1, key="failed")).json()["job_id"]
    assert service.ended(failed).state == "failed"
    for job in (crashed, failed):
        for view in ("", "/steps", "/events", "/audit"):
            assert ask(f"/v1/jobs/{job}{view}").status_code == 200
    assert ask("/v1/deliveries?limit=200").json()["deliveries"]
    for wrong in (f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN):
        assert ask("/v1/jobs", headers={"Authorization": wrong}).status_code == 401
    assert ask("/metrics").status_code == 403
    assert ask(f"/v1/jobs?token={TOKEN[len(MARK) :]}").status_code == 422

    for process in processes.values():
        process.stop()
    service.until(lambda: all(failed in "".join(heard) for heard in (celery_events, messages)))
    told = {name: process.log.read_text() for name, process in processes.items()}
    told["flower"] = "\n".join(celery_events)
    told["broker"] = "\n".join(messages)
    told["events"] = "\n".join(str(request.json) for request in receiver.requests)
    told["answers"] = "\n".join(answers)
    told["results"] = _contents(environment["GENAI_RESULT_URL"])
    for table in metadata.tables:
        told[table] = "\n".join(row[0] for row in service.rows(f'SELECT t::text FROM "{table}" t'))  # noqa: S608

    found = [(name, secret) for name, text in told.items() for secret in marked if secret in text]
    assert found == []
    # What was searched is what it should have been, and the vendor's key was said where it could be.
    assert all(failed in told[name] for name in ("worker", "flower", "broker", "outbox", "answers"))
    assert "celery-task-meta" in told["results"]
    assert "ZeroDivisionError: a bug, asked with ***" in told["worker"]
    assert "a bug, asked with ***" in told["flower"] and "a bug, asked with ***" in told["steps"]
    assert "it cannot be made, asked with ***" in told["jobs"]
    # Links that were sent are not kept.
    links = [request.json["data"].get("links", {}) for request in receiver.requests]
    assert any(links)
    assert [name for name, text in told.items() if "signature=" in text] == ["events"]


def _contents(url: str) -> str:
    """Every key of a Redis, with what it holds."""
    with redis.Redis.from_url(url) as connection:
        read = {
            b"string": connection.get,
            b"list": lambda key: connection.lrange(key, 0, -1),
            b"set": connection.smembers,
            b"hash": connection.hgetall,
            b"zset": lambda key: connection.zrange(key, 0, -1),
            b"none": lambda _: None,  # it has just expired
        }
        return "\n".join(repr((key, read[connection.type(key)](key))) for key in connection.scan_iter())
