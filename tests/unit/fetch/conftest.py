"""Loopback servers that say what a test tells them, and a network that nobody reaches."""

from __future__ import annotations

import re
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest

Answer = bytes | Callable[[socket.socket], None]


def response(body: bytes = b"", status: str = "200 OK", type: str = "text/html", *headers: str) -> bytes:
    """An HTTP answer. Without a header of its own, Content-Length is right."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {type}", *headers]
    if not any(re.match("content-length|transfer-encoding", header, re.IGNORECASE) for header in headers):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def redirect(location: str) -> bytes:
    return response(b"", "302 Found", "text/html", f"Location: {location}")


class Server(socketserver.ThreadingTCPServer):
    """Answers by path; keeps the head of every request, and the name each TLS client asked for."""

    daemon_threads = True

    def __init__(self, certificate: str | None = None) -> None:
        self.answers: dict[str, Answer] = {}
        self.heads: list[str] = []
        self.names: list[str | None] = []
        self.connections = 0
        self.stopping = threading.Event()
        self.tls: ssl.SSLContext | None = None
        if certificate:
            self.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self.tls.load_cert_chain(certificate)
            self.tls.sni_callback = lambda _, name, __: self.names.append(name)
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def endpoint(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}{path}"

    def endless(self, start: bytes, piece: bytes, pause: float = 0) -> Callable[[socket.socket], None]:
        """``start``, then ``piece`` for ever, every ``pause`` seconds."""

        def send(client: socket.socket) -> None:
            client.sendall(start)
            while not self.stopping.wait(pause):
                client.sendall(piece)

        return send

    def silence(self, client: socket.socket) -> None:
        self.stopping.wait()

    def handle_error(self, request: object, client_address: object) -> None:
        """The client hangs up in most of these tests."""


class Handler(socketserver.BaseRequestHandler):
    server: Server

    def handle(self) -> None:
        self.server.connections += 1
        client = self.request
        if self.server.tls:
            client = self.server.tls.wrap_socket(client, server_side=True)
        with client:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                if not (received := client.recv(1)):
                    return
                head += received
            self.server.heads.append(head.decode())
            answer = self.server.answers[head.split()[1].decode()]
            if callable(answer):
                answer(client)
            else:
                client.sendall(answer)


@contextmanager
def running(server: Server) -> Iterator[Server]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def start() -> Iterator[Callable[..., Server]]:
    with ExitStack() as stack:
        yield lambda certificate=None: stack.enter_context(running(Server(certificate)))


class Network:
    """Stands in the way of every look-up and connection: both are noted, and no connection is made.

    ``names`` maps a host to the addresses that each look-up in turn gives; the last one stays.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.names: dict[str, list[str]] = {}
        self.looked_up: list[str] = []
        self.connected: list[str] = []
        self._real = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", self.look_up)
        monkeypatch.setattr(socket.socket, "connect", lambda _, address: self.connect(address))

    def look_up(self, host: str, port: object, *args: object, **kwargs: object) -> object:
        self.looked_up.append(host)
        if host in self.names:
            addresses = self.names[host]
            host = addresses.pop(0) if len(addresses) > 1 else addresses[0]
        elif not re.search("[.:]", host) or re.search("[g-z]", host):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return self._real(host, port, *args, **kwargs)  # type: ignore[arg-type]

    def connect(self, address: tuple[str, int]) -> None:
        self.connected.append(address[0])
        raise OSError("no connection leaves this test")


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    return Network(monkeypatch)
