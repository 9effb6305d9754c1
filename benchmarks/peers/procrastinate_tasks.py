"""The same shape as Procrastinate tasks, with a fan-in by hand: a counter that the scenes count down.

The fan-in is unsafe: a worker that dies between the count and the end of its task counts twice when the
task is run again.

python benchmarks/peers/procrastinate_tasks.py schema       makes the tables
python benchmarks/peers/procrastinate_tasks.py work         a worker
python benchmarks/peers/procrastinate_tasks.py drive JOBS   defers JOBS jobs, waits, prints the seconds
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
import uuid

import psycopg
from procrastinate import App, PsycopgConnector

SCENES = 5
_CONCURRENCY = 4  # tasks at once in a worker; more gained nothing
_URL = os.environ["BENCH_PROCRASTINATE_URL"]
_DONE = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'assemble' AND status = 'succeeded'"

app = App(connector=PsycopgConnector(conninfo=_URL))


@app.task(name="plan")
async def plan(job: str) -> None:
    await app.connector.execute_query_async(
        "INSERT INTO fan_in (job, remaining) VALUES (%(job)s, %(scenes)s)", job=job, scenes=SCENES
    )
    await first.batch_defer_async(*({"job": job, "scene": scene} for scene in range(SCENES)))


@app.task(name="first")
async def first(job: str, scene: int) -> None:
    await second.defer_async(job=job, scene=scene)


@app.task(name="second")
async def second(job: str, scene: int) -> None:  # noqa: ARG001 - as the others
    row = await app.connector.execute_query_one_async(
        "UPDATE fan_in SET remaining = remaining - 1 WHERE job = %(job)s RETURNING remaining", job=job
    )
    if row["remaining"] == 0:
        await assemble.defer_async(job=job)


@app.task(name="assemble")
async def assemble(job: str) -> None:
    pass


async def schema() -> None:
    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        await app.connector.execute_query_async("CREATE TABLE fan_in (job text PRIMARY KEY, remaining int)")


async def work() -> None:
    async with app.open_async():
        await app.run_worker_async(concurrency=_CONCURRENCY)


async def run(jobs: int) -> float:
    with psycopg.connect(_URL, autocommit=True) as connection:

        def done() -> int:
            row = connection.execute(_DONE).fetchone()
            return row[0] if row else 0

        before, begun = done(), time.perf_counter()
        for _ in range(jobs):
            await plan.defer_async(job=str(uuid.uuid4()))
        while done() < before + jobs:  # noqa: ASYNC110 - another process is waited for
            await asyncio.sleep(0.02)
        return time.perf_counter() - begun


async def drive(jobs: int) -> None:
    async with app.open_async():
        await run(4)
        print(await run(jobs))


if __name__ == "__main__":
    if sys.argv[1] == "drive":
        asyncio.run(drive(int(sys.argv[2])))
    else:
        asyncio.run({"schema": schema, "work": work}[sys.argv[1]]())
