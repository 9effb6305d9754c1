"""Events over HTTP: pages, waiting for one, and streams that go on where they were cut off."""

from __future__ import annotations

import json
import secrets
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from genai.contracts.events import EventListSchema
from genai.settings import Settings
from tests.integration.api.conftest import TOKEN, Server

STREAMS = Settings.streams_max


@contextmanager
def stream(server: Server, job_id: str, **headers: str) -> Iterator[Iterator[str]]:
    """The lines of a stream of events."""
    accept = {"Accept": "text/event-stream", **headers}
    with server.call("GET", f"/v1/jobs/{job_id}/events", headers=accept, stream=True) as answer:
        assert answer.headers["Content-Type"].startswith("text/event-stream"), answer.text
        yield answer.iter_lines(chunk_size=1, decode_unicode=True)


@pytest.fixture
def submit(server: Server, document: dict[str, Any]) -> Callable[[], str]:
    def one() -> str:
        answer = server.post("/v1/jobs", json={**document, "idempotency_key": secrets.token_hex(8)})
        assert answer.status_code == 202, answer.text
        return str(answer.json()["job_id"])

    return one


def read(lines: Iterator[str]) -> Iterator[tuple[str, str, Any]]:
    """The id, type and body of each event of a stream, until it ends."""
    fields: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        if line and name:
            fields[name] = value
        elif not line and "data" in fields:
            yield fields["id"], fields["event"], json.loads(fields["data"])
            fields = {}


def test_a_stream_tells_everything_once_and_ends(server, submit):
    job_id = submit()
    with stream(server, job_id) as lines:
        assert next(lines) == "retry: 2000"
        events = read(lines)
        number, kind, body = next(events)
        assert (number, kind, body["data"]["job_id"]) == ("1", "job.accepted", job_id)
        # It is alive while there is nothing to tell.
        assert ":" in (next(lines), next(lines))
        assert server.call("POST", f"/v1/jobs/{job_id}/cancel").status_code == 202
        assert [(number, kind) for number, kind, _ in events] == [("2", "job.cancelled")]

    listed = server.call("GET", f"/v1/jobs/{job_id}/events").json()
    assert listed["events"][0] == body
    with stream(server, job_id, **{"Last-Event-ID": "1"}) as lines:
        assert [number for number, _, _ in read(lines)] == ["2"]
    # Who has it all, and connects again, is told to stay away.
    headers = {"Accept": "text/event-stream", "Last-Event-ID": "2"}
    over = server.call("GET", f"/v1/jobs/{job_id}/events", headers=headers)
    assert (over.status_code, over.content) == (204, b"")


def test_waiting_for_an_event(server, submit):
    job_id = submit()
    path = f"/v1/jobs/{job_id}/events?after=1&wait=60"
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(server.call, "GET", path)
        server.call("POST", f"/v1/jobs/{job_id}/cancel")
        answer = waiting.result()
    assert [event["type"] for event in answer.json()["events"]] == ["job.cancelled"]
    EventListSchema().load(answer.json())
    # There will be no more: nobody is kept waiting.
    rest = server.call("GET", f"/v1/jobs/{job_id}/events?after=2&wait=60")
    assert rest.json() == {"events": [], "last": 2}
    assert rest.elapsed.total_seconds() < 60


def test_pages(server, submit):
    job_id = submit()
    server.call("POST", f"/v1/jobs/{job_id}/cancel")
    first = server.call("GET", f"/v1/jobs/{job_id}/events?limit=1").json()
    assert ([event["data"]["number"] for event in first["events"]], first["last"]) == ([1], 1)
    again = server.call("GET", f"/v1/jobs/{job_id}/events?limit=1&after=1").json()
    assert ([event["data"]["number"] for event in again["events"]], again["last"]) == ([2], 2)
    for header in ("x", "-1", "1.0", "99999999999999"):
        refused = server.call("GET", f"/v1/jobs/{job_id}/events", headers={"Last-Event-ID": header})
        assert refused.status_code == 422
        assert "Last-Event-ID" in refused.json()["problems"][0]["detail"]


def test_many_idle_streams_leave_room_for_others(server, submit):
    """As many as may be are held by one process; one more is sent away, and nobody else notices."""
    job_id = submit()
    host, port = server.url.removeprefix("http://").split(":")
    head = (
        f"GET /v1/jobs/{job_id}/events HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n"
        f"Authorization: Bearer {TOKEN}\r\nLast-Event-ID: 1\r\n\r\n"
    )
    with ExitStack() as stack:
        streams = [stack.enter_context(socket.create_connection((host, int(port)))) for _ in range(STREAMS)]
        files = [stack.enter_context(one.makefile("rb")) for one in streams]
        for one in streams:
            one.settimeout(180)
            one.sendall(head.encode())
        for file in files:
            assert file.readline() == b"HTTP/1.1 200 OK\r\n"
            assert b"retry: 2000\n" in iter(file.readline, b"")
        for path in (f"/v1/jobs/{job_id}/events?after=1&wait=5", f"/v1/jobs/{job_id}/events"):
            full = server.call(
                "GET", path, headers={"Accept": "text/event-stream"} if "wait" not in path else {}
            )
            assert (full.status_code, full.json()["code"]) == (503, "too_many_streams")
            assert full.headers["Retry-After"] == "10"
        assert server.call("GET", f"/v1/jobs/{job_id}").status_code == 200
        assert server.call("POST", f"/v1/jobs/{job_id}/cancel").status_code == 202
        for file in files:
            assert b"event: job.cancelled\n" in iter(file.readline, b"")
    # All have left, so there is room again.
    with stream(server, submit()) as lines:
        assert next(read(lines))[1] == "job.accepted"
