"""What a whole run leaves in logs, traces, tables, broker and events; and that no secret is among it."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator

import pytest
import redis
import requests

from genai.celery import app
from genai.store.tables import metadata
from tests.harness.celery_app import read_environment_again
from tests.harness.collector import Collector
from tests.harness.receiver import Answer

MARK = "MarkedSecret"
TOKEN = f"{MARK}-bearer-token"
SIGNING = base64.b64encode(f"{MARK}-signs-callbacks".encode()).decode()
LINKING = f"{MARK}-signs-links"
IN_ADDRESS = f"{MARK}-in-an-address"


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as running:
        yield running


@pytest.fixture
def marked(environment, receiver, collector, monkeypatch) -> list[str]:
    """The environment with secrets that can be told, and with traces; the secrets."""
    receiver.secret = f"whsec_{SIGNING}"
    callback = {"url": f"{receiver.url}?key={IN_ADDRESS}", "secrets": [receiver.secret]}
    clients = {"acme": {"keys": [hashlib.sha256(TOKEN.encode()).hexdigest()], "callback": callback}}
    more = {
        "GENAI_CLIENTS": json.dumps(clients),
        "GENAI_LINK_SECRETS": LINKING,
        "GENAI_PUBLIC_URL": "http://127.0.0.1:1",
        "GENAI_TRACES_URL": collector.url,
        "GENAI_LOG_LEVEL": "DEBUG",
        "OTEL_BSP_SCHEDULE_DELAY": "100",
    }
    for name, value in more.items():
        monkeypatch.setenv(name, value)
        environment[name] = value
    read_environment_again()
    return [MARK, SIGNING, redis.connection.parse_url(environment["GENAI_BROKER_URL"]).get("password", MARK)]


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


def test_a_run_is_told_of_everywhere_and_tells_no_secret(
    marked, celery_events, service, worker, scheduler, api, request_document, receiver, collector, environment
):
    receiver.answers.append(Answer(status=500, body=b"not now"))
    serving = api()
    processes = {"api": serving, "worker": worker(), "beat": scheduler()}
    headers = {"Authorization": f"Bearer {TOKEN}", "X-Request-ID": "request-77"}
    sent = requests.post(
        f"{serving.url}/v1/jobs", json=request_document(scenes=1), headers=headers, timeout=30
    )
    assert sent.status_code == 202, sent.text
    assert (
        requests.get(
            f"{serving.url}/v1/jobs", headers={"Authorization": f"Bearer {TOKEN}x"}, timeout=30
        ).status_code
        == 401
    )
    job = sent.json()["job_id"]
    assert service.ended(job, within=110).state == "completed"

    # Traces: one, from the request through every step to the last callback.
    spans = collector.wait_for(lambda got: any(span.name == "callback job.completed" for span in got))
    (root,) = [span for span in spans if span.name == "POST /v1/jobs"]
    assert (root.process, root.parent) == ("api", "")
    of_job = [span for span in spans if span.trace == root.trace]
    steps = {span.attributes["step"] for span in of_job if span.name.startswith("step ")}
    assert steps == set(service.steps(job))
    (bundled,) = [span for span in of_job if span.attributes.get("step") == "bundle"]
    assert (bundled.process, bundled.parent) == ("worker", root.id)
    assert any(span.name == "image by instant" and span.parent != root.id for span in of_job)
    events = [request for request in receiver.requests if request.json["data"]["job_id"] == job]
    assert {request.json["data"]["trace_id"] for request in events} == {root.trace}
    callbacks = {span.id for span in of_job if span.name.startswith("callback ")}
    assert {request.headers["traceparent"].split("-")[1] for request in events} == {root.trace}
    assert {request.headers["traceparent"].split("-")[2] for request in events} <= callbacks

    # Logs: JSON, with what they are about.
    for process in processes.values():
        process.stop()
    logs = {name: process.log.read_text() for name, process in processes.items()}
    lines = {
        name: [json.loads(line) for line in text.splitlines() if line.startswith("{")]
        for name, text in logs.items()
    }
    (claimed,) = [line for line in lines["worker"] if line["event"].startswith("claimed bundle of")]
    assert (claimed["job"], claimed["step"], claimed["request"]) == (job, "bundle", "request-77")
    assert claimed["task"] == "genai.step" and len(claimed["task_id"]) == 36
    assert claimed["level"] == "info" and claimed["logger"] == "genai.stages.runner" and claimed["timestamp"]
    (failed,) = [line for line in lines["worker"] if line["event"].endswith("500, now pending")]
    assert (failed["job"], failed["task"]) == (job, "genai.callbacks.drain")
    (posted,) = [line for line in lines["api"] if line["event"] == "POST /v1/jobs 202"]
    assert (posted["request"], posted["client"]) == ("request-77", "acme")
    assert posted["seconds"] > 0
    assert lines["beat"]

    # Secrets: nowhere.
    told = {
        **logs,
        "flower": "\n".join(celery_events),
        "events": "\n".join(str(request.json) for request in receiver.requests),
        "answers": sent.text,
        "broker": _contents(environment["GENAI_BROKER_URL"]),
    }
    for table in metadata.tables:
        told[table] = "\n".join(row[0] for row in service.rows(f'SELECT t::text FROM "{table}" t'))  # noqa: S608
    assert job in told["flower"] and job in told["outbox"] and "celery-task-meta" in told["broker"]
    found = [(name, secret) for name, text in told.items() for secret in marked if secret in text]
    assert found == []
    # The links that were sent are not kept.
    signatures = [link for request in events for link in request.json["data"].get("links", {}).values()]
    assert signatures
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
        }
        return "\n".join(repr((key, read[connection.type(key)](key))) for key in connection.scan_iter())
