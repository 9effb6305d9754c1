"""Jobs per second of the engine beside those of its peers, with steps that do nothing.

A job is 1 plan step, 5 scenes of 2 steps each, side by side, and 1 assemble step. Two worker processes run
them. The peers: a bare Celery canvas of the same shape on the same broker, result backend and worker options,
with no database at all; DBOS, queued with 2 workers, and 2 processes that start workflows themselves;
Procrastinate with 2 workers. Each system takes its turn in each round, with the workers of the others away.
PostgreSQL (it syncs to disk) and Redis are this run's own, and so are the virtual hosts on RabbitMQ.

    python benchmarks/engine.py --jobs 60 --rounds 5
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from celery import Celery
from parts.broker import virtual_host
from parts.noop_service import PEERS, SHARED, new_database, settings, started, worker_command

from genai.domain.enums import Queue
from genai.embedded.postgres import postgres
from genai.embedded.process import Process, ended_by_signals
from genai.embedded.redis import redis


@dataclass(frozen=True)
class System:
    """``workers`` are their command lines, ``drive`` the command that takes the number of jobs and prints
    the seconds; ``node``, for a Celery worker, the name that answers a ping."""

    name: str
    drive: Sequence[str]
    env: Mapping[str, str]
    workers: Sequence[Sequence[str]] = ()
    node: str = ""


@dataclass
class Turns:
    """What the turns of one system gave: jobs per second, and the workers' CPU in ms per job."""

    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--jobs", type=int, default=60, help="of each turn")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="*", default=[], help="systems whose names begin so")
    arguments = parser.parse_args()
    with (
        ended_by_signals(),
        tempfile.TemporaryDirectory(prefix="genai-bench-") as name,
        ExitStack() as stack,
    ):
        directory = Path(name)
        found = _systems(stack, directory)
        wanted = [s for s in found if not arguments.only or s.name.startswith(tuple(arguments.only))]
        turns = {system.name: Turns() for system in wanted}
        for number in range(1, arguments.rounds + 1):
            for system in wanted:
                rate, cpu = _turn(system, directory, arguments.jobs)
                turns[system.name].rates.append(rate)
                turns[system.name].cpu.append(cpu)
                load = os.getloadavg()[0]
                print(f"round {number}: {system.name}: {rate:.1f} jobs/s (load {load:.1f})", file=sys.stderr)
        _print(turns, arguments)


def _systems(stack: ExitStack, directory: Path) -> list[System]:
    server = stack.enter_context(postgres(directory / "postgres", durable=True))
    redis_url = stack.enter_context(redis(directory / "redis")).removesuffix("/0")
    brokers = {"RabbitMQ": stack.enter_context(virtual_host()), "Redis": f"{redis_url}/0"}
    systems = []
    for broker, url in brokers.items():
        database = new_database(server, broker.lower(), migrated=True)
        env = settings(directory, database=database, broker=url, results=f"{redis_url}/1")
        systems += [
            _celery(f"genai on {broker}", "genai", tuple(Queue), "service.py", env),
            _celery(f"bare canvas on {broker}", "canvas", (Queue.MARKETING,), "canvas.py", env),
        ]
    dbos = SHARED | {"BENCH_DBOS_URL": new_database(server, "dbos")}
    worker = _script("dbos_workflows.py", "work")
    systems.append(System("DBOS, queued", _script("dbos_workflows.py", "queued"), dbos, (worker, worker)))
    systems.append(System("DBOS, direct", _script("dbos_workflows.py", "direct"), dbos))
    by_hand = SHARED | {"BENCH_PROCRASTINATE_URL": new_database(server, "procrastinate")}
    _run(_script("procrastinate_tasks.py", "schema"), by_hand)
    worker = _script("procrastinate_tasks.py", "work")
    drive = _script("procrastinate_tasks.py", "drive")
    systems.append(System("Procrastinate", drive, by_hand, (worker, worker)))
    return systems


def _script(name: str, *arguments: str) -> tuple[str, ...]:
    return (str(PEERS / name), *arguments)


def _celery(name: str, app: str, queues: Sequence[str], drive: str, env: Mapping[str, str]) -> System:
    worker, node = worker_command(app, queues)
    return System(name, _script(drive), env, (worker,), node)


def _turn(system: System, directory: Path, jobs: int) -> tuple[float, float]:
    with _workers(system, directory) as workers:
        before = _cpu(workers)
        rate = jobs / float(_run((*system.drive, str(jobs)), system.env).split()[-1])
        return rate, (_cpu(workers) - before) / jobs * 1000


@contextmanager
def _workers(system: System, directory: Path) -> Iterator[list[Process]]:
    with ExitStack() as stack:
        log = directory / "worker.log"
        log.unlink(missing_ok=True)
        workers = [stack.enter_context(started(command, system.env, log)) for command in system.workers]
        if system.node:
            with Celery(broker=system.env["GENAI_BROKER_URL"], set_as_current=False) as app:
                workers[0].wait_until(
                    lambda: bool(app.control.ping(destination=[system.node], timeout=0.5)), within=120
                )
        elif workers:
            time.sleep(3)  # they find what the driver sends first, as a warm-up, whenever they are ready
        yield workers


def _cpu(workers: Sequence[Process]) -> float:
    """Seconds of CPU that the workers and their children have used."""
    processes = [psutil.Process(worker.pid) for worker in workers]
    every = [process for root in processes for process in (root, *root.children(recursive=True))]
    return sum(times.user + times.system for times in (process.cpu_times() for process in every))


def _run(command: Sequence[str], env: Mapping[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, *command], env=dict(env), capture_output=True, text=True, check=False, timeout=600
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stderr}")
    return done.stdout


def _print(turns: Mapping[str, Turns], arguments: argparse.Namespace) -> None:
    medians = {name: statistics.median(turn.rates) for name, turn in turns.items()}
    print(f"{arguments.jobs} jobs a turn, median of {arguments.rounds} rounds\n")
    print("| system | jobs/s | lowest, highest | of the bare canvas | workers' CPU per job |")
    print("|---|---|---|---|---|")
    for name, turn in turns.items():
        broker = "Redis" if name.endswith("Redis") else "RabbitMQ"
        bare = turns.get(f"bare canvas on {broker}")
        ratios = [rate / other for rate, other in zip(turn.rates, bare.rates, strict=True)] if bare else []
        ratio = f"{statistics.median(ratios):.2f}" if ratios else ""
        cpu = f"{statistics.median(turn.cpu):.0f} ms" if any(turn.cpu) else ""
        span = f"{min(turn.rates):.1f}, {max(turn.rates):.1f}"
        print(f"| {name} | {medians[name]:.1f} | {span} | {ratio} | {cpu} |")


if __name__ == "__main__":
    main()
