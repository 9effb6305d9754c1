"""Scenes that wait for a vendor: how long all of them take, beside what the vendor alone would take.

The vendor is a process on loopback that needs ``--latency`` seconds for each picture. The ideal is that
latency plus all the time that worker processes held tasks, divided among them. Also measured: the peak of
the workers' memory (proportional set size, PSS), and whether each scene was paid once.

    python benchmarks/waiting.py --scenes 5000
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from parts import noop_service
from parts.broker import virtual_host
from peers.service import document, states

from genai import bootstrap
from genai.contracts import load_request
from genai.embedded.postgres import postgres
from genai.embedded.process import Process
from genai.embedded.redis import redis
from genai.embedded.services import Worker, beat
from genai.maintenance.admission import admit_jobs
from genai.router import modes
from genai.settings import settings
from genai.submission import submit
from tests.harness.vendor import Latency, VendorProcess

_ROOT = Path(__file__).parents[1]
_SCENES = 10  # of a job
_PROCESSES = 4


@dataclass(frozen=True)
class Measured:
    scenes: int
    makespan: float
    handling: float
    tasks: int
    peak: int
    paid: int

    def ideal(self, latency: float) -> float:
        return latency + self.handling / _PROCESSES


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--scenes", type=int, default=1000)
    parser.add_argument("--latency", type=float, default=60.0, help="of the vendor, in seconds")
    parser.add_argument("--broker", choices=("rabbitmq", "redis"), default="rabbitmq")
    arguments = parser.parse_args()
    print(f"{_PROCESSES} worker processes, a vendor that takes {arguments.latency:g} s, {arguments.broker}\n")
    print("| scenes | makespan | ideal | ratio | tasks held | workers' peak memory | paid more than once |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="genai-bench-") as name:
        found = _measure(Path(name), arguments.scenes, arguments.latency, arguments.broker)
    ideal = found.ideal(arguments.latency)
    print(
        f"| {found.scenes} | {found.makespan:.0f} s | {ideal:.0f} s | {found.makespan / ideal:.2f}"
        f" | {found.tasks}, {found.handling:.0f} s | {found.peak / 2**20:.0f} MiB | {found.paid} |",
        flush=True,
    )


def _measure(directory: Path, scenes: int, latency: float, broker: str) -> Measured:
    with ExitStack() as stack:
        vendor = stack.enter_context(VendorProcess(directory))
        vendor.behave(latency={"*": Latency(latency)})
        env = _environment(stack, directory, broker) | vendor.environment()
        os.environ.update(env)
        settings.cache_clear()
        runtime = bootstrap.start(providers=False)
        stack.callback(runtime.database.close)
        worker = stack.enter_context(Worker(_made(directory / "worker"), env, concurrency=_PROCESSES))
        worker.wait_until_ready()
        stack.enter_context(beat(_made(directory / "beat"), env))
        with _peak(worker) as peak:
            begun = time.perf_counter()
            wanted = document(_SCENES) | {"mode": "ticketed"}
            jobs = [
                submit(
                    runtime.database,
                    "bench",
                    load_request(wanted | {"idempotency_key": f"job-{number}"}, modes()),
                ).job_id
                for number in range(scenes // _SCENES)
            ]
            admit_jobs(runtime)
            while (found := states(runtime, jobs)) != {"completed"}:
                assert "failed" not in found
                time.sleep(0.2)
            makespan = time.perf_counter() - begun
        held = [float(line) for file in (directory / "handling").iterdir() for line in file.open()]
        paid_twice = sum(units > 1 for units in vendor.log.accepted().values())
        return Measured(scenes, makespan, sum(held), len(held), peak[0], paid_twice)


def _environment(stack: ExitStack, directory: Path, broker: str) -> dict[str, str]:
    server = stack.enter_context(postgres(directory / "postgres", durable=True))
    redis_url = stack.enter_context(redis(directory / "redis"))
    plugins = [str(_ROOT / "benchmarks/plugin"), str(_ROOT / "tests/plugin")]
    sys.path[:0] = plugins
    shared = noop_service.settings(
        directory,
        database=noop_service.new_database(server, "waiting", migrated=True),
        broker=redis_url if broker == "redis" else stack.enter_context(virtual_host()),
        results=redis_url,
    )
    return shared | {
        "PYTHONPATH": os.pathsep.join((str(_ROOT), *plugins)),
        "GENAI_IMAGE": "vendor",
        "HANDLING_DIR": str(_made(directory / "handling")),
    }


@contextmanager
def _peak(worker: Process) -> Iterator[list[int]]:
    """Watches the memory of the worker and its children; the peak so far is the list's one item."""
    peak, done = [0], threading.Event()

    def watch() -> None:
        root = psutil.Process(worker.pid)
        while not done.wait(1):
            every = (root, *root.children(recursive=True))
            try:
                peak[0] = max(peak[0], sum(process.memory_full_info().pss for process in every))
            except psutil.NoSuchProcess:
                continue

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield peak
    finally:
        done.set()
        thread.join()


def _made(directory: Path) -> Path:
    directory.mkdir()
    return directory


if __name__ == "__main__":
    main()
