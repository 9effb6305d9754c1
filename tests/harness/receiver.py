"""A real HTTP server on loopback that receives callbacks, and misbehaves when a test tells it to."""

from __future__ import annotations

import base64
import json
import secrets
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from standardwebhooks import Webhook

from tests.harness import PATIENCE


@dataclass(frozen=True)
class Answer:
    """How to answer one request.

    ``until`` holds the answer back until it is set (a receiver that hangs, for exactly as long as the
    test wants); ``reset`` closes the connection with RST in place of an answer; ``drip`` announces one
    byte more than the body has and sends it byte by byte, never the last one, until ``until`` is set.
    """

    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    until: threading.Event | None = None
    reset: bool = False
    drip: bool = False


@dataclass(frozen=True)
class Received:
    """A request as it came in; header names are lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


class Receiver:
    """Records every request; answers with ``answers`` in turn, and then with ``otherwise``.

    ``answers`` may be filled at any time. ``secret`` is what the sender is to sign with.
    """

    def __init__(self) -> None:
        self.secret = "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
        self.answers: deque[Answer] = deque()
        self.otherwise = Answer()
        self._requests: list[Received] = []
        self._changed = threading.Condition()
        self._closing = threading.Event()
        self._held: list[threading.Event] = []
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/callbacks"

    @property
    def requests(self) -> list[Received]:
        """What has come in so far."""
        with self._changed:
            return list(self._requests)

    def wait_for(
        self, condition: Callable[[list[Received]], object] | int, *, within: float = PATIENCE
    ) -> list[Received]:
        """The requests, once there are so many or ``condition`` holds for them. AssertionError in the end."""
        holds = (lambda got: len(got) >= condition) if isinstance(condition, int) else condition
        with self._changed:
            came = self._changed.wait_for(lambda: holds(self._requests), within)
            assert came, f"after {within:g} s only: {[request.body[:200] for request in self._requests]}"
            return list(self._requests)

    def events(self) -> list[dict[str, Any]]:
        """The bodies received, each verified against ``secret``; a wrong signature raises."""
        verifier = Webhook(self.secret)
        return [dict(verifier.verify(request.body, request.headers)) for request in self.requests]

    def destination(self) -> dict[str, Any]:
        """What ``GENAI_CLIENTS`` wants to know of it."""
        return {"url": self.url, "secrets": [self.secret]}

    def record(self, received: Received) -> Answer:
        """Called for each request; returns how to answer it."""
        with self._changed:
            self._requests.append(received)
            self._changed.notify_all()
            return self.answers.popleft() if self.answers else self.otherwise

    def hold(self, until: threading.Event | None, at_most: float = 300.0) -> bool:
        """Wait for ``until``, or for the end of the receiver; whether it came in time."""
        event = until or self._closing
        self._held.append(event)
        return event.wait(at_most)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for event in (self._closing, *self._held):
            event.set()
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # beyond it a connection is only tried again after a second

    def __init__(self, receiver: Receiver) -> None:
        self.receiver = receiver
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A sender that goes away in the middle is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.receiver.record(Received(self.command, self.path, headers, body))
        self.close_connection = True
        if answer.until is not None and not answer.drip:
            self.server.receiver.hold(answer.until)
        if answer.reset:
            lingering = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, lingering)
            self.connection.close()
        else:
            self._send(answer)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("connection", "close")
        if answer.status != HTTPStatus.NO_CONTENT:
            self.send_header("content-length", str(len(answer.body) + answer.drip))
        self.end_headers()
        if not answer.drip:
            self.wfile.write(answer.body)
            return
        for byte in answer.body:
            self.wfile.write(bytes([byte]))
            if self.server.receiver.hold(answer.until, 0.1):
                return
        self.server.receiver.hold(answer.until)

    def log_message(self, format: str, *args: Any) -> None:
        """Not to stderr: the requests are recorded."""
