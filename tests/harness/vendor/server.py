"""The vendor's HTTP server, on a real socket: one thread per connection, answers whole or damaged."""

from __future__ import annotations

import hashlib
import io
import json
import socket
import struct
from contextlib import closing, suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from werkzeug.formparser import parse_form_data

from tests.harness.vendor.faults import Kind
from tests.harness.vendor.service import Answer, VendorService

_GARBAGE = b"\x93\x00\xfe vendor vendor vendor \xff" * 20
_PAGE = b"<!doctype html><title>Sorry</title><p>We are doing some maintenance."


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    service: VendorService

    def __init__(self, port: int) -> None:
        self.connections: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), Handler)

    def server_close(self) -> None:
        super().server_close()
        for connection in list(self.connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away in the middle is what some tests are about."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def setup(self) -> None:
        super().setup()
        self.server.connections.add(self.connection)

    def finish(self) -> None:
        self.server.connections.discard(self.connection)
        super().finish()

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/control":
            self._send(Answer(200, self.server.service.standing()))
        elif parts.path == "/results/file":
            self._send(self.server.service.result(parse_qs(parts.query).get("signature", [""])[0]))
        else:
            self._ask(parts.path.split("/")[1:], b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.path == "/control":
            self._send(Answer(200, self.server.service.control(json.loads(body))))
        else:
            self._ask(self.path.split("/")[1:], body)

    def _ask(self, path: list[str], body: bytes) -> None:
        service = self.server.service
        answer = service.authorized(self.headers.get("authorization"))
        if answer is None:
            match self.command, path:
                case "POST", ["v1", "generations"]:
                    answer = service.submit(self.headers.get("idempotency-key"), *self._request(body))
                case "GET", ["v1", "generations", id]:
                    answer = service.poll(id)
                case "POST", ["v1", "generations", id, "cancel"]:
                    answer = service.cancel(id)
                case _:
                    answer = Answer(404, {"error": {"code": "unknown", "message": "there is no such path"}})
        self._send(answer)

    def _request(self, body: bytes) -> tuple[dict[str, Any], dict[str, str]]:
        """The request's document, and of files that came with it the digests."""
        if self.headers.get_content_type() == "application/json":
            return json.loads(body), {}
        environ = {
            "wsgi.input": io.BytesIO(body),
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": self.headers["content-type"],
            "REQUEST_METHOD": "POST",
        }
        _, form, files = parse_form_data(environ)
        digests = {}
        for name, file in files.items():
            with closing(file):
                digests[name] = hashlib.sha256(file.read()).hexdigest()
        return json.loads(form["request"]), digests

    def _send(self, answer: Answer) -> None:
        if answer.until is not None:
            answer.until.wait()
        if answer.damage in (Kind.HANG, Kind.RESET, Kind.LOST):
            self._reset()
            return
        body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        media_type = answer.media_type
        if answer.damage is Kind.GARBAGE:
            body = _GARBAGE
        elif answer.damage is Kind.WRONG_TYPE:
            body, media_type = _PAGE, "text/html"
        # In one piece: a head and a body apart would wait for each other's acknowledgement.
        lines = [
            f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}",
            f"Content-Type: {media_type}",
            f"Content-Length: {len(body)}",
            *(f"{name}: {value}" for name, value in answer.headers.items()),
        ]
        if answer.damage is Kind.TRUNCATED:
            body = body[: len(body) // 2]
            self.close_connection = True
        with suppress(ConnectionError):
            self.wfile.write("\r\n".join([*lines, "", ""]).encode() + body)

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:
        """Not to stderr: the vendor keeps a log of its own."""
