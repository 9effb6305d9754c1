"""A callback receiver in a process of its own, for the benchmarks: verifies, counts, and fails as told."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import random
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from io import FileIO
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Self, cast

import psutil
from standardwebhooks import Webhook

from genai.embedded.process import free_port

SECRET = "whsec_YmVuY2htYXJrcy1hcmUtbm8tc2VjcmV0cw=="  # noqa: S105 - of this benchmark
_SIGNED = ("webhook-id", "webhook-timestamp", "webhook-signature")
_verifier = Webhook(SECRET)


@dataclass(frozen=True)
class Faults:
    """Shares of requests, 0..1: that ``fail`` with 500, that ``hang`` until the sender gives up, whose
    answer is ``lost`` after they were stored. All answers come ``after`` so many seconds."""

    fail: float = 0.0
    hang: float = 0.0
    lost: float = 0.0
    after: float = 0.0


@dataclass
class Receiver:
    """Listens on ``port``; writes what it has stored to ``journal``, a line an event."""

    journal: Path
    faults: Faults = field(default_factory=Faults)
    port: int = field(default_factory=free_port)
    _process: Any = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def process(self) -> psutil.Process:
        """While it is started."""
        return psutil.Process(self._process.pid)

    def start(self) -> None:
        """Return when it listens."""
        ours, theirs = multiprocessing.Pipe()
        self._process = multiprocessing.get_context("spawn").Process(
            target=_serve, args=(self.port, self.journal, self.faults, theirs), daemon=True
        )
        self._process.start()
        ours.recv()

    def kill(self) -> None:
        """As kill -9: connections that are open break off."""
        self._process.kill()
        self._process.join()

    def stored(self) -> list[dict[str, Any]]:
        """What it has stored so far, in the order of its arrival: when, id, job, number, the delay since the
        event was committed, and whether the answer was lost. Raises WebhookVerificationError."""
        if not self.journal.exists():
            return []
        lines = self.journal.read_text().splitlines(keepends=True)
        return [_told(json.loads(line)) for line in lines if line.endswith("\n")]

    def count(self) -> int:
        return self.journal.read_bytes().count(b"\n") if self.journal.exists() else 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()


def _told(line: Mapping[str, Any]) -> dict[str, Any]:
    """What a line of the journal says. Raises WebhookVerificationError where its signature is none."""
    data = _verifier.verify(line["body"], dict(line["headers"]))["data"]
    return {
        "at": line["at"],
        "id": line["headers"]["webhook-id"],
        "job": data["job_id"],
        "number": data["number"],
        "delay": line["at"] - data["metadata"].get("committed", line["at"]),
        "lost": line["lost"],
    }


def _serve(port: int, journal: Path, faults: Faults, ready: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asyncio.run(_run(port, journal, faults, ready))


async def _run(port: int, journal: Path, faults: Faults, ready: Connection) -> None:
    file = journal.open("ab", buffering=0)
    loop = asyncio.get_running_loop()
    await loop.create_server(lambda: _Connection(file, faults), "127.0.0.1", port, reuse_address=True)
    ready.send(True)
    await asyncio.Event().wait()


class _Connection(asyncio.Protocol):
    """One connection, whose requests come one after the other. It does as little as a receiver can, since
    here it has to share the processors with those who send: signatures are verified by who reads."""

    def __init__(self, file: FileIO, faults: Faults) -> None:
        self._file = file
        self._faults = faults
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, end, body = self._read.partition(b"\r\n\r\n")
        if not end:
            return
        lines = (line.partition(": ") for line in head.decode("latin-1").split("\r\n")[1:])
        headers = {name.lower(): value for name, _, value in lines}
        if len(body) == int(headers["content-length"]):
            self._read = b""
            self._take({name: headers[name] for name in _SIGNED}, body)

    def _take(self, headers: Mapping[str, str], body: bytes) -> None:
        chance, faults = random.random(), self._faults
        if chance < faults.fail:
            self._answer(b"500 Internal Server Error", b"out of order")
        elif chance >= faults.fail + faults.hang:
            later = partial(self._store, time.time(), headers, body, lost=chance > 1 - faults.lost)
            if faults.after:
                asyncio.get_running_loop().call_later(faults.after, later)
            else:
                later()

    def _store(self, now: float, headers: Mapping[str, str], body: bytes, *, lost: bool) -> None:
        line = {"at": now, "lost": lost, "headers": headers, "body": body.decode()}
        self._file.write(json.dumps(line).encode() + b"\n")
        if lost:
            self._transport.abort()
        else:
            self._answer(b"204 No Content")

    def _answer(self, status: bytes, body: bytes = b"") -> None:
        length = b"content-length: %d\r\n" % len(body) if body else b""
        self._transport.write(b"HTTP/1.1 %s\r\n%s\r\n%s" % (status, length, body))
