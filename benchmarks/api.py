"""How fast jobs are accepted and shown, over real connections.

Accepting is measured beside a bare Flask route that validates the same contract and inserts one row, under
the same server, in turns: the ratio of their throughputs is what counts, since the machine is the same.
PostgreSQL and Redis are started for it.

    python benchmarks/api.py [--requests 2000] [--clients 32] [--rounds 3]
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import aiohttp
import psutil
from sqlalchemy import text

from genai.embedded.postgres import postgres
from genai.embedded.process import free_port
from genai.embedded.redis import redis
from genai.embedded.services import Api
from genai.store.database import Database
from genai.store.migrate import upgrade

TOKEN = "benchmark"  # noqa: S105 - of this benchmark
STEPS = """
    INSERT INTO steps
        (job_id, key, stage, scene, phase, position, queue, inputs, state, output, claimed_at, finished_at)
    SELECT :id, 'scene_' || n || '.image', 'image', n, 'scene', 1000 + n, 'marketing', '{}', 'succeeded',
           '{"prompt": "a teapot in the rain"}', now(), now()
    FROM generate_series(1, 100 - :there) AS n
"""


class Bare(Api):
    """The bare route under the same server, of the same tree."""

    application = "parts.bare_api:application()"

    def __init__(self, directory: Path, env: Mapping[str, str], *, port: int) -> None:
        directory.mkdir()
        super().__init__(directory, {**env, "PYTHONPATH": str(Path(__file__).parent)}, port=port)


def document() -> dict[str, Any]:
    return {
        "contract": 2,
        "job_type": "marketing_output",
        "idempotency_key": secrets.token_hex(8),
        "mode": "image_bundle",
        "product": {
            "product_id": "prod_1",
            "name": "Teapot",
            "images": [{"url": "https://cdn.example.com/teapot.jpg", "view": "front"}],
        },
        "prompt": "Tea on a rainy afternoon",
        "settings": {"scenes": 4},
        "metadata": {"order": 17},
    }


async def load(
    url: str, requests: int, clients: int, make: Callable[[], dict[str, Any] | None]
) -> list[float]:
    """Send so many requests, ``clients`` at a time; seconds that each took."""
    took: list[float] = []
    left = iter(range(requests))

    async def one(session: aiohttp.ClientSession) -> None:
        for _ in left:
            body = make()
            begun = time.perf_counter()
            async with session.request("GET" if body is None else "POST", url, json=body) as answer:
                await answer.read()
                assert answer.status in (200, 202), await answer.text()
            took.append(time.perf_counter() - begun)

    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with aiohttp.ClientSession(
        headers=headers, connector=aiohttp.TCPConnector(limit=clients)
    ) as session:
        await asyncio.gather(*(one(session) for _ in range(clients)))
    return took


def measured(
    url: str, requests: int, clients: int, make: Callable[[], dict[str, Any] | None]
) -> tuple[float, list[float]]:
    """Requests per second, and the times."""
    begun = time.perf_counter()
    took = asyncio.run(load(url, requests, clients, make))
    return requests / (time.perf_counter() - begun), took


def processor_time() -> float:
    """Seconds that the servers have worked so far: those of the API, PostgreSQL and Redis together, with
    processes of theirs that have ended."""
    times = [process.cpu_times() for process in psutil.Process().children(recursive=True)]
    return sum(sum((each.user, each.system, each.children_user, each.children_system)) for each in times)


def told(name: str, rate: float, took: list[float]) -> None:
    cuts = statistics.quantiles(took, n=100)
    print(f"{name:32} {rate:7.0f}/s   p50 {cuts[49] * 1e3:6.1f} ms   p99 {cuts[98] * 1e3:6.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    wanted = parser.parse_args()
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="genai-bench-")))
        url = stack.enter_context(postgres(directory / "postgres"))
        broker = stack.enter_context(redis(directory / "redis"))
        database = Database(url.replace("postgresql:", "postgresql+psycopg:", 1))
        stack.callback(database.close)
        upgrade(database)
        with database.transaction() as connection:
            connection.execute(
                text("CREATE TABLE bare (id bigserial PRIMARY KEY, key text UNIQUE, request jsonb NOT NULL)")
            )
        env = {
            **os.environ,
            "GENAI_DATABASE_URL": url,
            "GENAI_BROKER_URL": broker,
            "GENAI_RESULT_URL": broker,
            "GENAI_ASSETS_DIR": str(directory / "assets"),
            "GENAI_WORK_DIR": str(directory / "work"),
            "GENAI_RATE_LIMIT": "1000000/second",
            "GENAI_CLIENTS": json.dumps({"bench": {"keys": [hashlib.sha256(TOKEN.encode()).hexdigest()]}}),
        }
        servers = [Api(directory, env, port=free_port()), Bare(directory / "bare", env, port=free_port())]
        for server in servers:
            stack.callback(server.kill)
            server.wait_until_ready()
        api, bare = servers
        ratios, work = [], []
        for _ in range(wanted.rounds + 1):
            begun = processor_time()
            ours = measured(f"{api.url}/v1/jobs", wanted.requests, wanted.clients, document)
            between = processor_time()
            theirs = measured(f"{bare.url}/v1/jobs", wanted.requests, wanted.clients, document)
            ratios.append(ours[0] / theirs[0])
            work.append((between - begun, processor_time() - between))
        told("POST /v1/jobs", *ours)
        told("bare: contract and one row", *theirs)
        # The first round warms up.
        print(f"{'ratio of throughput':32} {statistics.median(ratios[1:]):7.2f}   (goal: 0.5)")
        cpu, least = (
            statistics.median(turns) / wanted.requests * 1e3 for turns in zip(*work[1:], strict=True)
        )
        print(f"{'CPU of a request, all servers':32} {cpu:7.2f} ms, {least:.2f} ms of the bare route")
        with database.transaction() as connection:
            job = connection.scalar(text("SELECT id FROM jobs LIMIT 1"))
            there = connection.scalar(text("SELECT count(*) FROM steps WHERE job_id = :id"), {"id": job})
            connection.execute(text(STEPS), {"id": job, "there": there})
        for name, path in (("job with 100 steps", ""), ("its steps", "/steps")):
            for clients in (1, wanted.clients):
                rate, took = measured(
                    f"{api.url}/v1/jobs/{job}{path}", wanted.requests // 4, clients, lambda: None
                )
                told(f"{name}, {clients} at once", rate, took)


if __name__ == "__main__":
    main()
