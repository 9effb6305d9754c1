"""How fast events get from their commit to the receiver.

Prints events per second of one drain over a backlog, beside those of a bare pool that posts as many signed
requests over as many connections with the same client and knows no database, and what CPU an event takes of
the sender, PostgreSQL and the receiver; and the delay from commit to receiver, p50 and p99, when idle and
under a steady load, through a broker and a real worker. The receiver is a process of its own on the same
machine.

    python benchmarks/outbox.py --events 5000
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from parts.callback_receiver import SECRET, Faults, Receiver
from parts.callback_service import new_jobs, service, tell
from sqlalchemy import text

from genai.clients import Callback
from genai.domain.enums import EventType, Queue

if TYPE_CHECKING:
    from genai.runtime import Runtime

_CONNECTIONS = 32  # as many as the drain has to one destination
_PER_JOB = 10
_PAUSE = 0.2  # seconds between events when idle: a process wakes the drain every tenth of a second at most


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--events", type=int, default=5000, help="of each of the backlogs")
    parser.add_argument("--rounds", type=int, default=3, help="of backlog and pool, in turn")
    parser.add_argument("--after", type=float, default=0.0, help="seconds that the receiver takes to answer")
    parser.add_argument("--idle", type=int, default=100, help="events sent one by one")
    parser.add_argument("--rate", type=float, default=100.0, help="events per second of the steady load")
    parser.add_argument("--seconds", type=float, default=10.0, help="of the steady load")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="genai-bench-") as name:
        directory = Path(name)
        with (
            Receiver(directory / "journal", Faults(after=arguments.after)) as receiver,
            service(directory, {"bench": receiver.url}, SECRET, GENAI_LOG_LEVEL="WARNING") as runtime,
        ):
            _throughput(runtime, receiver, arguments.events, arguments.rounds)
            _delays(runtime, receiver, directory, arguments)


def _throughput(runtime: Runtime, receiver: Receiver, events: int, rounds: int) -> None:
    from genai.callbacks.drain import drain

    ratios = []
    for number in range(1, rounds + 1):
        for job in new_jobs(runtime, events // _PER_JOB):
            tell(runtime, job, [EventType.PROGRESS] * _PER_JOB)
        bodies = _bodies(runtime)
        pool_rate, pool_cost = _timed(partial(_pool, receiver.url, bodies), receiver, len(bodies))
        drain_rate, drain_cost = _timed(partial(drain, runtime), receiver, len(bodies))
        ratios.append(drain_rate / pool_rate)
        print(f"round {number}: ratio {ratios[-1]:.2f}")
        print(f"  drain     {drain_rate:6.0f}/s, {drain_cost}")
        print(f"  bare pool {pool_rate:6.0f}/s, {pool_cost}")
    print(f"median ratio {statistics.median(ratios):.2f}")


def _timed(send: Callable[[], int], receiver: Receiver, events: int) -> tuple[float, str]:
    """Events per second, and the microseconds of CPU that one took of each process."""
    before, begun = _cpu(receiver), time.perf_counter()
    delivered = send()
    rate, after = delivered / (time.perf_counter() - begun), _cpu(receiver)
    assert delivered == events
    spent = [f"{name} {(after[name] - before[name]) / events * 1e6:.0f}" for name in after]
    return rate, f"CPU per event: {', '.join(spent)} us"


def _cpu(receiver: Receiver) -> dict[str, float]:
    """Seconds of CPU so far, by process. PostgreSQL's that have ended do not count; the drain ends none."""
    here = psutil.Process()
    servers = [process for process in here.children(recursive=True) if process.name() == "postgres"]
    return {"sender": _of(here), "postgres": sum(map(_of, servers)), "receiver": _of(receiver.process)}


def _of(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def _bodies(runtime: Runtime) -> list[tuple[str, str]]:
    with runtime.database.transaction() as connection:
        rows = connection.execute(
            text("SELECT id, CAST(body AS text) AS body FROM outbox WHERE state = 'pending'")
        )
        return [(row.id, row.body) for row in rows]


def _pool(url: str, bodies: list[tuple[str, str]]) -> int:
    """Post all of them, signed, as fast as it goes; how many arrived."""
    return asyncio.run(_post_all(url, bodies))


async def _post_all(url: str, bodies: list[tuple[str, str]]) -> int:
    from genai.callbacks.delivery import deliver, session

    callback, waiting = Callback(url, (SECRET,)), iter(bodies)

    async def sender() -> int:
        return sum([
            (await deliver(connections, callback, message_id, body, within=15)).delivered
            for message_id, body in waiting
        ])  # fmt: skip

    async with session() as connections:
        return sum(await asyncio.gather(*(sender() for _ in range(_CONNECTIONS))))


def _delays(runtime: Runtime, receiver: Receiver, directory: Path, arguments: argparse.Namespace) -> None:
    import os

    from genai.embedded.services import Worker
    from genai.stages.wake import wake

    def commit(job: str) -> None:
        tell(runtime, job, [EventType.PROGRESS])
        wake("genai.callbacks.drain")

    with Worker(
        directory, os.environ, queues=(Queue.CALLBACKS,), concurrency=2, loglevel="WARNING"
    ) as worker:
        worker.wait_until_ready()
        jobs = new_jobs(runtime, 50)
        for job in jobs[:10]:  # the first ones open connections
            commit(job)
        _until(receiver, receiver.count() + 10, at_most=5)
        known = receiver.count()
        for number in range(arguments.idle):
            commit(jobs[number % len(jobs)])
            _until(receiver, known + number + 1, at_most=10)
            time.sleep(_PAUSE)
        _print("idle, one at a time", receiver, known)

        known, begun = receiver.count(), time.perf_counter()
        total = int(arguments.rate * arguments.seconds)
        for number in range(total):
            commit(jobs[number % len(jobs)])
            time.sleep(max(0.0, begun + (number + 1) / arguments.rate - time.perf_counter()))
        wrote = time.perf_counter() - begun
        _until(receiver, known + total, at_most=60)
        _print(f"steady, {total / wrote:.0f} commits/s", receiver, known)


def _until(receiver: Receiver, count: int, *, at_most: float) -> None:
    deadline = time.monotonic() + at_most
    while receiver.count() < count and time.monotonic() < deadline:
        time.sleep(0.002)


def _print(what: str, receiver: Receiver, known: int) -> None:
    delays = sorted(line["delay"] * 1000 for line in receiver.stored()[known:])
    p50, p99 = statistics.median(delays), delays[min(len(delays) - 1, int(len(delays) * 0.99))]
    print(f"{what}: {len(delays)} events, delay p50 {p50:.0f} ms, p99 {p99:.0f} ms", file=sys.stdout)


if __name__ == "__main__":
    main()
