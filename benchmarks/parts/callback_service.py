"""A database, a broker and jobs with events to send, for the benchmarks of callbacks."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text

from genai.domain.enums import EventType
from genai.embedded.postgres import postgres
from genai.embedded.redis import redis
from genai.store.database import Database
from genai.store.events import write_event
from genai.store.migrate import upgrade

if TYPE_CHECKING:
    from genai.runtime import Runtime

_NEW_JOB = """
    INSERT INTO jobs (id, client, idempotency_key, request_fingerprint, job_type, flow, product_id, request,
                      brief, blueprint, state)
    SELECT gen_random_uuid(), :client, gen_random_uuid(), '', 'marketing_output', 'image_bundle', 'p',
           '{"metadata": {}}', '{"mode": "image_bundle"}', '{}', 'running'
      FROM generate_series(1, :count) RETURNING id
"""
# As large as the progress of a scene usually is.
_ASSET = {
    "asset_id": hashlib.sha256(b"").hexdigest(),
    "role": "scene_image",
    "media_type": "image/png",
    "width": 1080,
    "height": 1350,
    "duration": None,
    "view": None,
    "label": "A quiet morning",
    "marks": [],
    "details": {"palette": ["#d8cfc4", "#7a5c43", "#1d1b19"], "layout": "lower third", "seed": 4711},
}


@contextmanager
def service(directory: Path, destinations: dict[str, str], secret: str, **settings: str) -> Iterator[Runtime]:
    """A runtime whose clients have these callback addresses. PostgreSQL syncs to disk, as in earnest."""
    with postgres(directory / "postgres", durable=True) as url, redis(directory / "redis") as broker:
        clients = {
            name: {"keys": [], "callback": {"url": address, "secrets": [secret]}}
            for name, address in destinations.items()
        }
        os.environ |= {
            "GENAI_DATABASE_URL": url,
            "GENAI_BROKER_URL": broker,
            "GENAI_RESULT_URL": broker.removesuffix("/0") + "/1",
            "GENAI_ASSETS_DIR": str(directory / "assets"),
            "GENAI_WORK_DIR": str(directory / "work"),
            "GENAI_CLIENTS": json.dumps(clients),
            **settings,
        }
        from genai import bootstrap  # reads the environment

        database = Database(url.replace("postgresql:", "postgresql+psycopg:", 1))
        upgrade(database)
        database.close()
        runtime = bootstrap.start(providers=False)
        yield runtime
        runtime.database.close()


def new_jobs(runtime: Runtime, count: int, client: str = "bench") -> list[str]:
    """Jobs without events; their ids."""
    with runtime.database.transaction() as connection:
        rows = connection.execute(text(_NEW_JOB), {"count": count, "client": client})
        return [str(row.id) for row in rows]


def tell(runtime: Runtime, job: str, types: Sequence[EventType]) -> None:
    """Commit events of the job, each of which says when."""
    with runtime.database.transaction() as connection:
        for type_ in types:
            details = {"metadata": {"committed": time.time()}, "assets": [_ASSET], "steps": {"running": 1}}
            write_event(connection, job, type_, details)
