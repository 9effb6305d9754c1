"""A callback receiver in a process of its own, for the benchmarks: verifies, counts, and fails as told."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import random
import signal
import sys
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Self

from aiohttp import web
from standardwebhooks import Webhook

sys.path.insert(0, str(Path(__file__).parents[2]))

from genai.embedded.process import free_port

SECRET = "whsec_YmVuY2htYXJrcy1hcmUtbm8tc2VjcmV0cw=="  # noqa: S105 - of this benchmark


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
    """Listens on ``port``; writes what it has stored to ``journal``, a line an event: when, id, job,
    number, the delay since the event was committed."""

    journal: Path
    faults: Faults = field(default_factory=Faults)
    port: int = field(default_factory=free_port)
    _process: Any = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

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
        """What it has stored so far, in the order of its arrival."""
        if not self.journal.exists():
            return []
        lines = self.journal.read_text().splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def count(self) -> int:
        return self.journal.read_bytes().count(b"\n") if self.journal.exists() else 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()


def _serve(port: int, journal: Path, faults: Faults, ready: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asyncio.run(_run(port, journal, faults, ready))


async def _run(port: int, journal: Path, faults: Faults, ready: Connection) -> None:
    verifier = Webhook(SECRET)
    file = journal.open("a", buffering=1)

    async def take(request: web.Request) -> web.StreamResponse:
        body = await request.read()
        now = time.time()
        chance = random.random()
        if chance < faults.fail:
            return web.Response(status=500, text="out of order")
        if chance < faults.fail + faults.hang:
            await asyncio.sleep(3600)
        if faults.after:
            await asyncio.sleep(faults.after)
        event = verifier.verify(body, dict(request.headers))
        data = event["data"]
        line = {
            "at": now,
            "id": request.headers["webhook-id"],
            "job": data["job_id"],
            "number": data["number"],
            "delay": now - data["metadata"].get("committed", now),
            "lost": chance > 1 - faults.lost,
        }
        file.write(json.dumps(line) + "\n")
        if line["lost"] and request.transport is not None:
            request.transport.abort()
        return web.Response(status=204)

    app = web.Application()
    app.router.add_post("/", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, reuse_address=True).start()
    ready.send(True)
    await asyncio.Event().wait()
