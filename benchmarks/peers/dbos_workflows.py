"""The same shape as DBOS workflows.

python benchmarks/peers/dbos_workflows.py work           a worker that listens to the queues
python benchmarks/peers/dbos_workflows.py queued JOBS    enqueues JOBS workflows, waits, prints the seconds
python benchmarks/peers/dbos_workflows.py direct JOBS    two processes start half of them each, without queues
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
import time
from multiprocessing.synchronize import Barrier

import psycopg
from dbos import DBOS, DBOSClient

SCENES = 5
_POLL = 0.1  # seconds between two looks at a queue; DBOS's own 1 s would let workers idle
_URL = os.environ["BENCH_DBOS_URL"]


@DBOS.step()
def step(key: str) -> str:  # noqa: ARG001 - as much as a step of ours is told
    return "succeeded"


@DBOS.workflow()
def scene(number: int) -> str:
    step(f"scene_{number}.first")
    return step(f"scene_{number}.second")


@DBOS.workflow()
def queued_job() -> str:
    step("plan")
    for handle in [DBOS.enqueue_workflow("scenes", scene, number) for number in range(SCENES)]:
        handle.get_result()
    return step("assemble")


@DBOS.workflow()
def direct_job() -> str:
    step("plan")
    for handle in [DBOS.start_workflow(scene, number) for number in range(SCENES)]:
        handle.get_result()
    return step("assemble")


def launch(executor: str) -> None:
    DBOS(
        config={
            "name": "bench",
            "system_database_url": _URL,
            "executor_id": executor,
            "application_version": "1",
            "log_level": "ERROR",
        }
    )
    DBOS.launch()


def work() -> None:
    launch(f"worker-{os.getpid()}")
    for name in ("jobs", "scenes"):
        DBOS.register_queue(name, polling_interval_sec=_POLL)
    print("ready", flush=True)
    threading.Event().wait()


def queued(client: DBOSClient, jobs: int) -> float:
    with psycopg.connect(_URL, autocommit=True) as connection:

        def done() -> int:
            query = (
                "SELECT count(*) FROM dbos.workflow_status WHERE name = 'queued_job' AND status = 'SUCCESS'"
            )
            row = connection.execute(query).fetchone()
            return row[0] if row else 0

        before, begun = done(), time.perf_counter()
        for _ in range(jobs):
            client.enqueue({"queue_name": "jobs", "workflow_name": "queued_job"})
        while done() < before + jobs:
            time.sleep(0.02)
        return time.perf_counter() - begun


def half(jobs: int, start: Barrier, end: Barrier) -> None:
    launch(f"direct-{os.getpid()}")

    def run(count: int) -> None:
        for handle in [DBOS.start_workflow(direct_job) for _ in range(count)]:
            handle.get_result()

    run(2)
    start.wait()
    run(jobs)
    end.wait()
    DBOS.destroy()


def direct(jobs: int) -> float:
    context = multiprocessing.get_context("spawn")
    start, end = context.Barrier(3), context.Barrier(3)
    processes = [context.Process(target=half, args=(jobs // 2, start, end)) for _ in range(2)]
    for process in processes:
        process.start()
    start.wait()
    begun = time.perf_counter()
    end.wait()
    seconds = time.perf_counter() - begun
    for process in processes:
        process.join()
    return seconds


if __name__ == "__main__":
    if sys.argv[1] == "work":
        work()
    elif sys.argv[1] == "queued":
        enqueuing = DBOSClient(system_database_url=_URL)
        queued(enqueuing, 4)
        print(queued(enqueuing, int(sys.argv[2])))
    else:
        print(direct(int(sys.argv[2])))
