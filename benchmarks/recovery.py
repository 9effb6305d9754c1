"""How long a job stands still after an incident, until it goes on.

- a lost fan-in: Redis is emptied while one of two scenes is at work, so that Celery never begins the assemble
  step; from the commit of the last scene step to the claim of the assemble step;
- a killed process: kill -9 of the pool process that holds a step, and of a whole worker with its processes,
  while another worker is there; from the signal to the next claim of the step.

All settings are the service's own, the broker is RabbitMQ, and the killed workers were on this machine, where
a holder that is gone is found by its process id. One that was lost with its machine is waited for until its
lease has lapsed (GENAI_LEASE). PostgreSQL (it syncs to disk), Redis and the virtual host are this run's own.

    python benchmarks/recovery.py --incidents 40
"""

from __future__ import annotations

import argparse
import itertools
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redis
from parts import noop_service
from parts.broker import virtual_host
from peers.service import document, states
from sqlalchemy import text

from genai import bootstrap
from genai.contracts import load_request
from genai.embedded.postgres import postgres
from genai.embedded.process import ended_by_signals
from genai.embedded.redis import redis as redis_server
from genai.embedded.services import Worker, beat
from genai.maintenance.admission import admit_jobs
from genai.router import modes
from genai.runtime import Runtime
from genai.settings import settings
from genai.submission import submit

_GOAL = 15.0  # seconds, of the 99th percentile
_HELD = "scene_2.held_second"
_LONG = 600.0  # seconds that a step would hold its process which is killed
_WITHIN = 300.0  # seconds after which a job is given up


@dataclass
class Bench:
    runtime: Runtime
    results: redis.Redis
    start_worker: Callable[[], Worker]
    workers: list[Worker]

    def held_job(self, seconds: float) -> str:
        """A new job whose second scene holds its process for so long."""
        wanted = {**document(2), "mode": "held", "prompt": f"{seconds:g}"}
        job: str = submit(self.runtime.database, "bench", load_request(wanted, modes())).job_id
        admit_jobs(self.runtime)
        return job

    def rows(self, query: str, **values: Any) -> list[Any]:
        with self.runtime.database.transaction() as connection:
            return list(connection.execute(text(query), values))

    def until(self, query: str, **values: Any) -> Any:
        """The first row of the query, once there is one."""
        deadline = time.monotonic() + _WITHIN
        while not (found := self.rows(query, **values)):
            assert time.monotonic() < deadline, f"nothing within {_WITHIN:g} s: {query}"
            time.sleep(0.01)
        return found[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--incidents", type=int, default=40, help="of each kind")
    arguments = parser.parse_args()
    with ended_by_signals(), ExitStack() as stack:
        bench = _bench(stack, Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="genai-bench-"))))
        print("| incident | number | p50 | p99 | longest | goal |")
        print("|---|---|---|---|---|---|", flush=True)
        for name, incidents in (
            ("lost fan-in", _lost_fan_ins),
            ("kill -9 of a pool process", _killed_processes),
            ("kill -9 of a worker", _killed_workers),
        ):
            _print(name, incidents(bench, arguments.incidents))


def _print(name: str, took: list[float]) -> None:
    cuts = statistics.quantiles(took, n=100, method="inclusive")
    print(
        f"| {name} | {len(took)} | {cuts[49]:.2f} s | {cuts[98]:.2f} s | {max(took):.2f} s | {_GOAL:g} s |",
        flush=True,
    )


def _lost_fan_ins(bench: Bench, number: int) -> list[float]:
    """Job after job, so that reconcile meets each at another moment of its round."""
    jobs = []
    for _ in range(number):
        jobs.append(bench.held_job(1.0))
        until = time.monotonic() + 1.5
        while time.monotonic() < until:
            bench.results.flushdb()  # what chords have counted
            time.sleep(0.02)
    while states(bench.runtime, jobs) != {"completed"}:
        bench.results.flushdb()
        time.sleep(0.02)
    rows = bench.rows(
        "SELECT extract(epoch FROM a.claimed_at - max(s.finished_at)) AS took, j.dispatch FROM jobs j"
        " JOIN steps a ON a.job_id = j.id AND a.phase = 'assemble'"
        " JOIN steps s ON s.job_id = j.id AND s.phase = 'scene'"
        " WHERE j.id = ANY (CAST(:jobs AS uuid[])) GROUP BY a.id, j.id",
        jobs=jobs,
    )
    # Without a second dispatch Celery has counted to the end before Redis was emptied: no incident.
    return [float(row.took) for row in rows if row.dispatch > 1]


def _killed_processes(bench: Bench, number: int) -> list[float]:
    return [_killed(bench, lambda pid: os.kill(pid, signal.SIGKILL)) for _ in range(number)]


def _killed_workers(bench: Bench, number: int) -> list[float]:
    def kill(pid: int) -> None:
        worker = next(worker for worker in bench.workers if os.getpgid(pid) == worker.pid)
        worker.kill()
        bench.workers.remove(worker)

    took = []
    for _ in range(number):
        took.append(_killed(bench, kill))
        bench.workers.append(bench.start_worker())
    return took


def _killed(bench: Bench, kill: Callable[[int], None]) -> float:
    """Seconds from the signal to the next claim of the step that was held."""
    job = bench.held_job(_LONG)
    step = "FROM steps WHERE job_id = :job AND key = :key"
    pid = bench.until(f"SELECT pid {step} AND state = 'running'", job=job, key=_HELD).pid
    began = time.time()
    kill(pid)
    again = f"SELECT extract(epoch FROM claimed_at) AS at {step} AND fence = 2"  # noqa: S608
    took = float(bench.until(again, job=job, key=_HELD).at) - began
    bench.until("SELECT 1 FROM jobs WHERE id = :job AND state = 'completed'", job=job)
    return took


def _bench(stack: ExitStack, directory: Path) -> Bench:
    """Two workers of two processes each, and beat."""
    server = stack.enter_context(postgres(directory / "postgres", durable=True))
    results = stack.enter_context(redis_server(directory / "redis"))
    sys.path.insert(0, str(noop_service.HERE / "plugin"))
    env = noop_service.settings(
        directory,
        database=noop_service.new_database(server, "recovery", migrated=True),
        broker=stack.enter_context(virtual_host()),
        results=results,
    )
    os.environ.update(env)
    settings.cache_clear()
    runtime = bootstrap.start(providers=False)
    stack.callback(runtime.database.close)
    workers: list[Worker] = []
    stack.callback(lambda: [worker.stop() for worker in workers])
    start = _starting(directory, env)
    workers += [next(start), next(start)]
    (directory / "beat").mkdir()
    stack.enter_context(beat(directory / "beat", env))
    return Bench(runtime, redis.Redis.from_url(results), lambda: next(start), workers)


def _starting(directory: Path, env: Mapping[str, str]) -> Iterator[Worker]:
    """Workers that consume, one after the other."""
    for number in itertools.count():
        place = directory / f"worker-{number}"
        place.mkdir()
        worker = Worker(place, env)
        worker.wait_until_ready()
        yield worker


if __name__ == "__main__":
    main()
