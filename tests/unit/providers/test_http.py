"""The adapters' HTTP client against servers that misbehave."""

from __future__ import annotations

import json
import socket
import socketserver
import struct
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from genai.domain.media import MediaFile
from genai.errors import Permanent, RateLimited, Rejected, Retryable, StepError
from genai.fetch.retry_after import retry_after
from genai.providers.http import Account, VendorApi, bearer
from tests.harness.forked import forked

KEY = "sk-never-to-be-seen"
SIGNATURE = "open-sesame"  # in queries of addresses
SMALL = 10_000

Answer = bytes | Callable[[socket.socket], None]


def answer(body: bytes = b"{}", status: str = "200 OK", *headers: str, length: int | None = None) -> bytes:
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers]
    return "\r\n".join([*head, "", ""]).encode() + body


class Server(socketserver.ThreadingTCPServer):
    """Gives every request its answer; keeps the requests. A connection is kept after an answer of bytes."""

    daemon_threads = True

    def __init__(self) -> None:
        self.answer: Answer = answer()
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.connections = 0
        self.stopping = threading.Event()
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def endpoint(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """The client hangs up in many of these tests."""


class Handler(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        self.server.connections += 1
        while line := self.rfile.readline().decode().strip():
            headers = {}
            while field := self.rfile.readline().decode().strip():
                name, _, value = field.partition(": ")
                headers[name.lower()] = value
            body = self.rfile.read(int(headers.get("content-length", 0)))
            self.server.requests.append((line, headers, body))
            given = self.server.answer
            if callable(given):
                given(self.connection)
                return
            self.wfile.write(given)
            if b"length-is-wrong" in given:
                return


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.stopping.set()
        running.shutdown()
        thread.join()


def refused_content(status: int, document: Any) -> StepError | None:
    reason = document.get("refusal")
    return Rejected(reason) if reason else None


@pytest.fixture
def vendor_api(server: Server) -> Callable[..., VendorApi]:
    def make(**changes: Any) -> VendorApi:
        values: dict[str, Any] = {
            "provider": "acme_ai",
            "url": f"http://{server.endpoint}/api",
            "key": bearer(KEY),
            "result_hosts": (server.endpoint,),
            "answer_bytes": SMALL,
            "result_bytes": SMALL,
        }
        return VendorApi(Account(**values | changes), refused_content)

    return make


@pytest.fixture
def api(vendor_api: Callable[..., VendorApi]) -> VendorApi:
    return vendor_api()


def failure(act: Callable[[], object], caplog: pytest.LogCaptureFixture) -> StepError:
    """What it raises, after a look that nobody is told a key or a query."""
    with pytest.raises(StepError) as caught:
        act()
    shown = "".join(traceback.format_exception(caught.value))  # as a log would show it
    told = f"{shown} {caught.value.details} {caplog.text}"
    assert KEY not in told
    assert SIGNATURE not in told
    return caught.value


# What is sent


def test_sends_json_with_the_key_and_the_idempotency_key(server: Server, api: VendorApi) -> None:
    server.answer = answer(b'{"id": "1"}')
    assert api.post("v1/things", {"n": 1}, idempotency_key="once") == {"id": "1"}
    line, headers, body = server.requests[0]
    assert line == "POST /api/v1/things HTTP/1.1"
    assert headers["authorization"] == f"Bearer {KEY}"
    assert headers["idempotency-key"] == "once"
    assert headers["content-type"] == "application/json"
    assert json.loads(body) == {"n": 1}


def test_sends_files_as_multipart(server: Server, api: VendorApi, tmp_path: Path) -> None:
    path = tmp_path / "image.png"
    path.write_bytes(b"\x89PNG")
    api.post("v1/things", {"prompt": "red"}, files={"image": MediaFile(path, "image/png", "")})
    _, headers, body = server.requests[0]
    assert headers["content-type"].startswith("multipart/form-data; boundary=")
    assert b'name="prompt"\r\n\r\nred\r\n' in body
    assert b'name="image"; filename="image.png"\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n' in body


def test_keeps_its_connection_but_no_cookie(server: Server, api: VendorApi) -> None:
    server.answer = answer(b"{}", "200 OK", "Set-Cookie: id=1; Path=/")
    for _ in range(3):
        api.get("v1/things", page="2")
    assert server.connections == 1
    assert [line for line, _, _ in server.requests] == ["GET /api/v1/things?page=2 HTTP/1.1"] * 3
    assert all("cookie" not in headers for _, headers, _ in server.requests)


def test_an_error_keeps_the_connection_too(server: Server, api: VendorApi) -> None:
    server.answer = answer(b"{}", "500 Oops")
    for _ in range(2):
        with pytest.raises(Retryable):
            api.get("v1/things")
    assert server.connections == 1


def test_takes_nothing_from_the_environment(
    server: Server, api: VendorApi, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    api.get("v1/things")
    assert server.requests[0][1]["authorization"] == f"Bearer {KEY}"


def test_processes_do_not_share_a_connection(server: Server, api: VendorApi) -> None:
    api.get("v1/things")
    assert forked(lambda: api.get("v1/things")) == 0
    api.get("v1/things")
    assert (server.connections, len(server.requests)) == (2, 3)


# What errors mean


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        ("301 Moved", Permanent, "vendor_refused"),
        ("400 Bad Request", Permanent, "vendor_refused"),
        ("401 Unauthorized", Permanent, "vendor_auth"),
        ("403 Forbidden", Permanent, "vendor_auth"),
        ("404 Not Found", Permanent, "vendor_refused"),
        ("408 Request Timeout", Retryable, "unavailable"),
        ("409 Conflict", Retryable, "unavailable"),
        ("422 Unprocessable", Permanent, "vendor_refused"),
        ("429 Too Many Requests", RateLimited, "rate_limited"),
        ("500 Internal Server Error", Retryable, "unavailable"),
        ("503 Service Unavailable", Retryable, "unavailable"),
    ],
)
def test_status(
    server: Server,
    api: VendorApi,
    caplog: pytest.LogCaptureFixture,
    status: str,
    kind: type[StepError],
    code: str,
) -> None:
    said = f'{{"message": "Incorrect key {KEY}; see https://acme.test/help?signature={SIGNATURE}"}}'
    server.answer = answer(said.encode(), status, "Retry-After: 7", "Location: /elsewhere")
    error = failure(lambda: api.post(f"v1/things?signature={SIGNATURE}", {}), caplog)
    assert (type(error), error.code) == (kind, code)
    assert status[:3] in caplog.text
    assert "Incorrect key ***; see https://acme.test/help" in caplog.text
    if isinstance(error, Retryable):
        assert error.retry_after == 7
    assert len(server.requests) == 1


def test_the_adapter_says_what_is_refused_content(
    server: Server, api: VendorApi, caplog: pytest.LogCaptureFixture
) -> None:
    server.answer = answer(f'{{"refusal": "no weapons, {KEY}"}}'.encode(), "403 Forbidden")
    error = failure(lambda: api.post("v1/things", {}), caplog)
    assert (type(error), str(error)) == (Rejected, "no weapons, ***")


def test_an_error_whose_body_does_not_come_is_that_error(server: Server, api: VendorApi) -> None:
    server.answer = answer(b"half", "422 Unprocessable", "X: length-is-wrong", length=100)
    with pytest.raises(Permanent) as caught:
        api.post("v1/things", {})
    assert caught.value.code == "vendor_refused"


def test_retry_after_in_both_forms() -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    waits = [retry_after(value) for value in ("12", "0", format_datetime(soon, usegmt=True))]
    assert waits[:2] == [12, 0]
    assert 3000 < (waits[2] or 0) <= 3600
    assert retry_after(format_datetime(soon - timedelta(hours=2), usegmt=True)) == 0
    assert retry_after("99999999999999999") == 86400
    assert [retry_after(value) for value in (None, "", "soon", "-3", "1.5")] == [None] * 5


@pytest.mark.parametrize("body", [b"\x93\x00\xfe", b"<html>", b"[1]", b"", b"[" * 9000, b'"text"'])
def test_what_is_no_json_object_is_a_bad_answer(
    server: Server, api: VendorApi, caplog: pytest.LogCaptureFixture, body: bytes
) -> None:
    server.answer = answer(body)
    error = failure(lambda: api.get("v1/things"), caplog)
    assert (type(error), error.code) == (Retryable, "bad_answer")


def test_no_content_is_an_answer(server: Server, api: VendorApi) -> None:
    server.answer = b"HTTP/1.1 204 No Content\r\n\r\n"
    assert api.post("v1/things/1/cancel", {}) == {}


def test_an_answer_has_a_largest_size(
    server: Server, api: VendorApi, caplog: pytest.LogCaptureFixture
) -> None:
    server.answer = answer(b'{"a": "' + b"x" * SMALL + b'"}')
    error = failure(lambda: api.get("v1/things"), caplog)
    assert (type(error), error.code) == (Retryable, "bad_answer")


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


@pytest.mark.parametrize(
    "given",
    [
        answer(b'{"id"', "200 OK", "X-Length-Is-Wrong: length-is-wrong", length=100),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: length-is-wrong\r\n\r\n5\r\n{}",
        b"this is no HTTP\r\nlength-is-wrong\r\n\r\n",
        reset,
    ],
    ids=["truncated", "truncated chunk", "no HTTP", "reset"],
)
def test_a_broken_answer_may_come_later(
    server: Server, api: VendorApi, caplog: pytest.LogCaptureFixture, given: Answer
) -> None:
    server.answer = given
    error = failure(lambda: api.get("v1/things", signature=SIGNATURE), caplog)
    assert (type(error), error.code) == (Retryable, "unavailable")


def test_nobody_there(caplog: pytest.LogCaptureFixture, vendor_api: Callable[..., VendorApi]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))  # and not listening
        api = vendor_api(url=f"http://127.0.0.1:{free.getsockname()[1]}")
        error = failure(lambda: api.get("v1/things", signature=SIGNATURE), caplog)
    assert (type(error), error.code) == (Retryable, "unavailable")


# Time


def test_one_wait_has_an_end(
    server: Server, vendor_api: Callable[..., VendorApi], caplog: pytest.LogCaptureFixture
) -> None:
    def silence(_: socket.socket) -> None:
        server.stopping.wait()

    server.answer = silence
    error = failure(lambda: vendor_api(read=0.1).get("v1/things"), caplog)
    assert (type(error), error.code) == (Retryable, "unavailable")
    assert "did not answer in time" in str(error) or "stopped answering" in str(error)


@pytest.mark.parametrize("start", [b"HTTP/1.1 200 OK\r\nX: ", answer(b"", length=9_999)])
def test_a_request_has_a_deadline_however_it_drips(
    server: Server, vendor_api: Callable[..., VendorApi], caplog: pytest.LogCaptureFixture, start: bytes
) -> None:
    def drip(connection: socket.socket) -> None:
        with suppress(OSError):
            connection.sendall(start)
            while not server.stopping.wait(0.02):
                connection.sendall(b"x")

    server.answer = drip
    error = failure(lambda: vendor_api(total=0.3).get("v1/things"), caplog)
    assert isinstance(error, Retryable)
    assert "no end after 0.3 s" in str(error)


def test_a_vendor_that_does_not_read_has_a_deadline(
    vendor_api: Callable[..., VendorApi], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "footage.mp4"
    path.write_bytes(bytes(20_000_000))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()  # the kernel accepts, nobody reads
        api = vendor_api(url=f"http://127.0.0.1:{listener.getsockname()[1]}", total=0.3, read=1000)
        file = MediaFile(path, "video/mp4", "")
        error = failure(lambda: api.post("v1/things", {}, files={"footage": file}), caplog)
    assert type(error) is Retryable


# Results


def test_downloads_a_result_to_a_file_without_the_key(server: Server, api: VendorApi, tmp_path: Path) -> None:
    server.answer = answer(b"\x89PNG", "200 OK", "Content-Type: Image/PNG; x=1")
    path = tmp_path / "result"
    address = f"http://{server.endpoint}/r?signature={SIGNATURE}"
    assert api.download(address, path, accept=["image/png"]) == "image/png"
    assert path.read_bytes() == b"\x89PNG"
    assert "authorization" not in server.requests[0][1]


@pytest.mark.parametrize(
    ("given", "kind", "code"),
    [
        (answer(b"gone", "410 Gone"), Retryable, "result_unavailable"),
        (answer(b"", "500 Oops"), Retryable, "result_unavailable"),
        (
            answer(b"half", "200 OK", "Content-Type: image/png", "X: length-is-wrong", length=100),
            Retryable,
            "result_unavailable",
        ),
        (answer(b"<p>", "200 OK", "Content-Type: text/html"), Permanent, "bad_result"),
        (answer(bytes(SMALL + 1), "200 OK", "Content-Type: image/png"), Permanent, "bad_result"),
        (
            answer(b"", "302 Found", f"Location: http://10.0.0.1/?signature={SIGNATURE}"),
            Permanent,
            "bad_result",
        ),
        (
            answer(b"", "302 Found", f"Location: http://evil.test/?signature={SIGNATURE}"),
            Permanent,
            "bad_result",
        ),
    ],
    ids=["gone", "500", "truncated", "HTML", "too large", "inside", "elsewhere"],
)
def test_a_result_that_cannot_be_had_leaves_no_file(
    server: Server,
    api: VendorApi,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    given: bytes,
    kind: type[StepError],
    code: str,
) -> None:
    server.answer = given
    path = tmp_path / "result"
    address = f"http://{server.endpoint}/r?signature={SIGNATURE}"
    error = failure(lambda: api.download(address, path, accept=["image/png"]), caplog)
    assert (type(error), error.code) == (kind, code)
    assert not path.exists()


def test_a_broken_header_tells_no_address(
    server: Server, api: VendorApi, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server.answer = answer(b"\x89PNG", "200 OK", "Content-Type: image/png", "this is no header")
    address = f"http://{server.endpoint}/r?signature={SIGNATURE}"
    api.download(address, tmp_path / "r", accept=["image/png"])
    assert SIGNATURE not in caplog.text


@pytest.mark.parametrize(
    "address",
    [
        "http://{other}/r?signature={signature}",
        "http://user:pass@{server}/r?signature={signature}",
        "http://localhost:{port}/r?signature={signature}",
        "http://acme-cdn.test.evil.test/r?signature={signature}",
        "file:///etc/passwd",
        "not an address",
    ],
)
def test_only_hosts_that_are_named_are_asked_for_results(
    server: Server,
    vendor_api: Callable[..., VendorApi],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    address: str,
) -> None:
    port = server.server_address[1]
    api = vendor_api(result_hosts=(server.endpoint, "acme-cdn.test", ".acme-cdn.test"))
    url = address.format(signature=SIGNATURE, server=server.endpoint, port=port, other=f"127.0.0.2:{port}")
    error = failure(lambda: api.download(url, tmp_path / "r", accept=["image/png"]), caplog)
    assert (type(error), error.code) == (Permanent, "bad_result")
    assert server.requests == []


def test_the_time_of_a_download_is_bounded(
    server: Server, vendor_api: Callable[..., VendorApi], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def drip(connection: socket.socket) -> None:
        with suppress(OSError):
            connection.sendall(answer(b"", "200 OK", "Content-Type: image/png", length=9_999))
            while not server.stopping.wait(0.02):
                connection.sendall(b"x")

    server.answer = drip
    url = f"http://{server.endpoint}/r"
    error = failure(
        lambda: vendor_api(download=0.3).download(url, tmp_path / "r", accept=["image/png"]), caplog
    )
    assert isinstance(error, Retryable)
    assert "no end after 0.3 s" in str(error)
