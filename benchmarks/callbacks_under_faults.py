"""Events through a receiver that fails, hangs, loses answers and is killed twice: what arrived of them.

The receiver answers a tenth of the requests with 500, lets two percent hang, and with ``--lost`` stores an
event and breaks the connection before the answer. Two workers drain at once. Checked: every event was
stored, those of a job in their order, and twice only where the answer was lost (or was under way when the
receiver was killed, or came after the sender had given up). The schedule is shortened, so that it does not
take a day; the breaker and everything else are as in earnest.

    python benchmarks/callbacks_under_faults.py --events 10000
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from parts.callback_receiver import SECRET, Faults, Receiver
from parts.callback_service import new_jobs, service, tell
from sqlalchemy import text

from genai.domain.enums import EventType, Queue

if TYPE_CHECKING:
    from genai.runtime import Runtime

_PER_JOB = 10
# The events that keep the whole schedule: overtaken progress may be given up.
_STORY = [EventType.ACCEPTED, *[EventType.STARTED] * (_PER_JOB - 2), EventType.COMPLETED]
_TIMEOUT = 3.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--lost", type=float, default=0.01, help="share of answers that are lost")
    parser.add_argument("--minutes", type=float, default=8.0, help="after which it is given up")
    arguments = parser.parse_args()
    settings = {
        "GENAI_CALLBACK_SCHEDULE": "0.5,1,2,3,5,5,5,5,5,5,5,5",
        "GENAI_CALLBACK_TIMEOUT": str(_TIMEOUT),
        "GENAI_DRAIN_EVERY": "1",
        "GENAI_LOG_LEVEL": "WARNING",
    }
    with tempfile.TemporaryDirectory(prefix="genai-bench-") as name, ExitStack() as running:
        directory = Path(name)
        receiver = Receiver(directory / "journal", Faults(fail=0.10, hang=0.02, lost=arguments.lost))
        runtime = running.enter_context(service(directory, {"bench": receiver.url}, SECRET, **settings))
        for job in new_jobs(runtime, arguments.events // _PER_JOB):
            tell(runtime, job, _STORY)
        receiver.start()
        running.callback(receiver.kill)
        _start_drains(running, directory)
        begun = time.monotonic()
        outages = _run(runtime, receiver, arguments.events, begun + 60 * arguments.minutes)
        _report(runtime, receiver, arguments.events, time.monotonic() - begun, outages)


def _start_drains(running: ExitStack, directory: Path) -> None:
    from genai.embedded.services import Worker, beat

    for number in range(2):
        place = directory / f"worker-{number}"
        place.mkdir()
        worker = Worker(place, os.environ, queues=(Queue.CALLBACKS,), concurrency=1, loglevel="ERROR")
        running.enter_context(worker)
        worker.wait_until_ready()
    running.enter_context(beat(directory, os.environ))


def _run(runtime: Runtime, receiver: Receiver, events: int, until: float) -> list[float]:
    """Wait for the end; kill the receiver at a third and at two thirds of it, for two seconds each."""
    outages: list[float] = []
    while _waiting(runtime) and time.monotonic() < until:
        if len(outages) < 2 and receiver.count() > events * (len(outages) + 1) / 3:
            receiver.kill()
            outages.append(time.time())
            time.sleep(2)
            receiver.start()
        time.sleep(0.2)
    return outages


def _waiting(runtime: Runtime) -> int:
    with runtime.database.transaction() as connection:
        return int(connection.scalar(text("SELECT count(*) FROM outbox WHERE state = 'pending'")) or 0)


def _report(runtime: Runtime, receiver: Receiver, events: int, seconds: float, outages: list[float]) -> None:
    stored = receiver.stored()
    first: dict[str, list[int]] = {}
    seen: set[str] = set()
    for line in stored:
        if line["id"] not in seen:
            seen.add(line["id"])
            first.setdefault(line["job"], []).append(line["number"])
    in_order = sum(numbers == sorted(numbers) for numbers in first.values())
    times = Counter(line["id"] for line in stored)
    excused = {
        line["id"]
        for line in stored
        if line["lost"] or any(abs(line["at"] - outage) < _TIMEOUT for outage in outages)
    }
    twice = {message for message, count in times.items() if count > 1}
    with runtime.database.transaction() as connection:
        states = dict(connection.execute(text("SELECT state, count(*) FROM outbox GROUP BY 1")).all())
        tries = connection.scalar(text("SELECT count(*) FROM deliveries"))
    print(f"{events} events, {seconds:.0f} s, {tries} tries, states {states}")
    print(f"stored {len(seen)} of {events}; jobs in order {in_order} of {len(first)}")
    print(f"stored twice {len(twice)}, of which the answer was lost {len(twice & excused)}")


if __name__ == "__main__":
    main()
