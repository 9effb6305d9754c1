"""The demo's callback receiver: takes events on loopback and verifies who sent them."""

from __future__ import annotations

import base64
import secrets
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from standardwebhooks import WebhookVerificationError

from genai.client import TERMINAL, verify


class CallbackReceiver:
    """``secret`` is what callbacks to ``url`` are to be signed with; ``events`` are those that were."""

    def __init__(self) -> None:
        self.secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
        self.events: list[dict[str, Any]] = []
        self.refused = 0
        self._arrived = threading.Condition()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/"

    def take(self, headers: dict[str, str], body: bytes) -> HTTPStatus:
        """Keep a callback whose signature is right."""
        with self._arrived:
            try:
                self.events.append(verify(self.secret, headers, body))
            except WebhookVerificationError:
                self.refused += 1
                return HTTPStatus.UNAUTHORIZED
            finally:
                self._arrived.notify_all()
        return HTTPStatus.NO_CONTENT

    def wait_for_end(self, job_id: str, *, within: float = 30.0) -> bool:
        """Whether the job's last event came in time (seconds)."""
        with self._arrived:
            return self._arrived.wait_for(lambda: self._has_ended(job_id), within)

    def _has_ended(self, job_id: str) -> bool:
        return any(event["type"] in TERMINAL and event["data"]["job_id"] == job_id for event in self.events)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, receiver: CallbackReceiver) -> None:
        self.receiver = receiver
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.send_response(self.server.receiver.take(headers, body))
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Not to stderr: the screen belongs to the job's progress."""
