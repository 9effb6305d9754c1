"""Our HTTP under an SDK that is built on httpx."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import httpx
import pytest

from genai.fetch.limits import FetchLimits
from genai.fetch.transport import client
from tests.harness.forked import forked
from tests.harness.specs import Damage, SpecServer
from tests.unit.fetch.conftest import Answer, Server, redirect, response

SHORT = FetchLimits(read=0.3, total=0.6)


@pytest.fixture
def server(start: Callable[..., Server]) -> Server:
    return start()


def test_an_answer_comes_as_it_was_sent_and_decoded() -> None:
    with SpecServer(None) as vendor, client(FetchLimits()) as http:
        body = gzip.compress(b'{"done": true}')
        headers = {"Content-Encoding": "gzip", "Content-Type": "application/json", "X-Trace": "7"}
        vendor.answer("POST /things", 201, body, headers)
        answer = http.post(
            f"{vendor.url}/things", data={"text": "é"}, files={"file": ("a.wav", b"RIFF", "audio/wav")}
        )
        assert (answer.status_code, answer.json(), answer.headers["x-trace"]) == (201, {"done": True}, "7")
        (call,) = vendor.calls
        assert call.body["text"] == "é"
        assert (call.body["file"].name, call.body["file"].data) == ("a.wav", b"RIFF")


def test_connections_are_kept_and_not_shared_with_another_process() -> None:
    with SpecServer(None) as vendor, client(FetchLimits()) as http:
        vendor.answer("GET /things", 200, {})
        http.get(f"{vendor.url}/things")
        http.get(f"{vendor.url}/things")
        assert vendor.connections == 1
        assert forked(lambda: http.get(f"{vendor.url}/things")) == 0
        http.get(f"{vendor.url}/things")
        assert (vendor.connections, len(vendor.calls)) == (2, 4)


def test_nothing_of_the_environment_counts_and_no_redirect_is_followed(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    server.answers["/"] = redirect("http://127.0.0.1:9/")
    with client(FetchLimits()) as http:
        assert http.get(server.url()).status_code == 302


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("silence", httpx.ReadTimeout),
        ("head", httpx.ReadTimeout),
        ("body", httpx.ReadTimeout),
        ("large", httpx.ReadError),
    ],
)
def test_a_request_has_an_end_and_an_answer_a_size(
    server: Server, kind: str, error: type[httpx.TransportError]
) -> None:
    head = response(b"", "200 OK", "text/plain", "Content-Length: 9999")
    answers: dict[str, Answer] = {
        "silence": server.silence,
        "head": server.endless(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", 0.05),
        "body": server.endless(head, b"x", 0.05),
        "large": response(b"x" * 1001),
    }
    server.answers["/"] = answers[kind]
    limits = FetchLimits(max_bytes=1000) if kind == "large" else SHORT
    with client(limits) as http, pytest.raises(error):
        http.get(server.url())


@pytest.mark.parametrize("damage", [Damage.RESET, Damage.TRUNCATED])
def test_an_answer_that_breaks_off(damage: Damage) -> None:
    with SpecServer(None) as vendor, client(FetchLimits()) as http:
        vendor.answer("GET /things", 200, damage)
        with pytest.raises(httpx.ReadError):
            http.get(f"{vendor.url}/things?signature=open-sesame")


def test_nobody_there_tells_no_query(server: Server) -> None:
    with client(FetchLimits()) as http, pytest.raises(httpx.ReadError) as caught:
        http.get("http://127.0.0.1:9/?signature=open-sesame")
    assert "open-sesame" not in str(caught.value)
