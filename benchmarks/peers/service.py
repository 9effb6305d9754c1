"""The service's own engine with stages that do nothing.

python benchmarks/peers/service.py JOBS [SCENES]   submits JOBS jobs, waits for them, prints the seconds
"""

from __future__ import annotations

import sys
import time
import uuid

from sqlalchemy import text

from genai import bootstrap
from genai.contracts import load_request
from genai.maintenance.admission import admit_jobs
from genai.router import modes
from genai.runtime import Runtime
from genai.submission import submit

SCENES = 5


def run(runtime: Runtime, jobs: int, scenes: int = SCENES) -> float:
    """Seconds from the first submission to the last job's end. AssertionError where one has failed."""
    begun = time.perf_counter()
    accepted = []
    for _ in range(jobs):
        accepted.append(submit(runtime.database, "bench", load_request(document(scenes), modes())).job_id)
        admit_jobs(runtime)
    while (found := states(runtime, accepted)) != {"completed"}:
        assert "failed" not in found
        time.sleep(0.02)
    return time.perf_counter() - begun


def document(scenes: int) -> dict[str, object]:
    """A request of the mode ``noop``."""
    return {
        "contract": 2,
        "job_type": "marketing_output",
        "mode": "noop",
        "idempotency_key": str(uuid.uuid4()),
        "product": {"product_id": "p", "name": "Teapot", "images": [{"url": "https://example.com/1.png"}]},
        "prompt": "nothing",
        "settings": {"scenes": scenes},
    }


def states(runtime: Runtime, jobs: list[str]) -> set[str]:
    """The states that these jobs are in."""
    query = text("SELECT DISTINCT state FROM jobs WHERE id = ANY (CAST(:jobs AS uuid[]))")
    with runtime.database.transaction() as connection:
        return set(connection.execute(query, {"jobs": jobs}).scalars())


if __name__ == "__main__":
    started = bootstrap.start(providers=False)
    run(started, 4)
    print(run(started, int(sys.argv[1]), *map(int, sys.argv[2:])))
