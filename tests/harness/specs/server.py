"""The server: takes requests, writes them down, answers as the test's script says."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from tests.harness.specs.bodies import read_body

FILES = "/served-files/"


class Damage(Enum):
    """In place of a body: what becomes of the answer."""

    HANG = "no answer, until the server closes"
    RESET = "the connection is reset"
    TRUNCATED = "half of a body"
    GARBAGE = "bytes that mean nothing"
    PAGE = "a page of HTML"


@dataclass(frozen=True)
class Call:
    """A request. ``operation`` is its operationId where the document has one, or ``POST /images/edits``,
    which is ``name``; both are empty for a path that the document does not have. ``path`` as it was sent,
    without query. ``headers`` have names in lower case; the key is ``***`` in all values. ``body``: the
    JSON value, or a form's fields, as :func:`tests.harness.specs.bodies.read_body` says."""

    operation: str
    name: str
    method: str
    path: str
    parameters: Mapping[str, str]
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: Any = field(repr=False)


Body = dict[str, Any] | list[Any] | bytes | Path | Damage | None


@dataclass(frozen=True)
class Answer:
    """``body``: a JSON value, bytes or a file as they are, None for none, or a :class:`Damage`."""

    status: int = 200
    body: Body = None
    headers: Mapping[str, str] = field(default_factory=dict)


Told = Body | Answer | Callable[[Call], Body | Answer]


class Script:
    """The answers of one operation, in order; the last one stays."""

    def __init__(self, first: Callable[[Call], Answer]) -> None:
        self._answers = [first]
        self._lock = threading.Lock()

    def then(self, status: int = 200, body: Told = None, headers: Mapping[str, str] | None = None) -> Self:
        """The answer after the one before, which is then given once."""
        self._answers.append(scripted(status, body, headers))
        return self

    def next(self, call: Call) -> Answer:
        with self._lock:
            answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return answer(call)


def scripted(status: int, body: Told, headers: Mapping[str, str] | None) -> Callable[[Call], Answer]:
    def answer(call: Call) -> Answer:
        said = body(call) if callable(body) else body
        return said if isinstance(said, Answer) else Answer(status, said, headers or {})

    return answer


class Server(ThreadingHTTPServer):
    """One listening socket; ``respond`` is given what came and says what to answer."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.stopping = threading.Event()
        self.files: dict[str, tuple[bytes, str]] = {}
        self.downloads: list[tuple[str, dict[str, str]]] = []
        self.respond: Callable[[str, str, dict[str, str], bytes], Answer]
        self.connections = 0

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients hang up in tests of deadlines."""


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def log_message(self, *_: object) -> None:
        """The calls are written down."""

    def _answer(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self._body()
        path = urlsplit(self.path).path
        if path.startswith(FILES):
            answer = self._file(path.removeprefix(FILES), headers)
        else:
            answer = self.server.respond(self.command, self.path, headers, body)
        self._send(answer)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _answer  # noqa: N815 - the base class's names

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _file(self, name: str, headers: dict[str, str]) -> Answer:
        self.server.downloads.append((name, headers))
        if name not in self.server.files:
            return Answer(404, b"gone", {"Content-Type": "text/plain"})
        data, media_type = self.server.files[name]
        return Answer(200, data, {"Content-Type": media_type})

    def _send(self, answer: Answer) -> None:
        if answer.body is Damage.HANG:
            self.server.stopping.wait()
            self.close_connection = True
            return
        if answer.body is Damage.RESET:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
            return
        body, media_type = encoded(answer.body)
        headers = {"Content-Type": media_type, **answer.headers} if body else dict(answer.headers)
        self.send_response(answer.status)
        for name, value in headers.items():
            self.send_header(name, value)
        cut = answer.body is Damage.TRUNCATED
        self.send_header("Content-Length", str(len(body) * 2 if cut else len(body)))
        self.end_headers()
        self.close_connection = self.close_connection or cut
        with suppress(BrokenPipeError, ConnectionResetError):
            self.wfile.write(body)


def encoded(body: Body) -> tuple[bytes, str]:
    """The bytes, and their type unless the answer's headers say another."""
    match body:
        case None | Damage.HANG | Damage.RESET:
            return b"", ""
        case Damage.TRUNCATED:
            return b'{"created": 17', "application/json"
        case Damage.GARBAGE:
            return b"\x00\xff{]nothing", "application/json"
        case Damage.PAGE:
            return b"<!doctype html><title>Down</title>", "text/html"
        case bytes():
            return body, "application/octet-stream"
        case Path():
            return body.read_bytes(), "application/octet-stream"
    return json.dumps(body).encode(), "application/json"


def read(
    method: str, target: str, headers: Mapping[str, str], body: bytes, base: str, key: str | None
) -> tuple[Call, str | None]:
    """The call, still without its operation, and what is wrong with its body, if it cannot be read."""
    address = urlsplit(target)
    wrong = None
    value: Any = body
    try:
        value = read_body(headers.get("content-type", ""), body)
    except ValueError as error:
        wrong = f"body: {error}"
    shown = {name: text.replace(key, "***") if key else text for name, text in headers.items()}
    query = parse_qs(address.query, keep_blank_values=True)
    return Call("", "", method, address.path.removeprefix(base), {}, query, shown, value), wrong
