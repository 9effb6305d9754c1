"""Whether a job costs more the more jobs are stored, and the more scenes it has.

Prints milliseconds per step with 10, 100, 1,000 and 10,000 ended jobs stored, and for jobs of 1, 10 and 100
scenes; and with the most jobs stored, the time of each statement that runs for a step or with beat, as
EXPLAIN ANALYZE tells it, and how it finds its rows.

    python benchmarks/growth.py
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
from celery import Celery
from parts.noop_service import PEERS, new_database, settings, started, worker_command
from sqlalchemy import event

from genai.embedded.postgres import postgres
from genai.embedded.redis import redis

# Copies of a job that has ended, with its steps and events.
_COPY = """
    WITH model AS (SELECT id FROM jobs WHERE state = 'completed' ORDER BY created_at LIMIT 1),
    copied AS (
        INSERT INTO jobs
        SELECT (jsonb_populate_record(j, jsonb_build_object(
                   'id', gen_random_uuid(), 'idempotency_key', gen_random_uuid(),
                   'created_at', now() - n * interval '1 minute'))).*
          FROM jobs j, generate_series(1, %(count)s) AS n WHERE j.id = (SELECT id FROM model)
        RETURNING id
    ), stepped AS (
        INSERT INTO steps (job_id, key, stage, scene, phase, position, queue, inputs, state, output, fence,
                           claimed_at, finished_at, queued_at)
        SELECT copied.id, s.key, s.stage, s.scene, s.phase, s.position, s.queue, s.inputs, s.state, s.output,
               s.fence, s.claimed_at - interval '1 hour', s.finished_at - interval '1 hour',
               s.queued_at - interval '1 hour'
          FROM copied, steps s WHERE s.job_id = (SELECT id FROM model)
    )
    INSERT INTO outbox (id, job_id, number, client, type, body, state, finished_at)
    SELECT concat('evt_', copied.id, '_', o.number), copied.id, o.number, o.client, o.type, o.body,
           'delivered', now()
      FROM copied, outbox o WHERE o.job_id = (SELECT id FROM model)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--stored", type=int, nargs="*", default=[10, 100, 1_000, 10_000])
    parser.add_argument("--scenes", type=int, nargs="*", default=[1, 10, 100])
    parser.add_argument("--steps", type=int, default=240, help="of each measurement, about")
    arguments = parser.parse_args()
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="genai-bench-")))
        server = stack.enter_context(postgres(directory / "postgres", durable=True))
        broker = stack.enter_context(redis(directory / "redis")).removesuffix("/0")
        url = new_database(server, "growth", migrated=True)
        env = settings(directory, database=url, broker=f"{broker}/0", results=f"{broker}/1")
        command, node = worker_command()
        worker = stack.enter_context(started(command, env, directory / "worker.log"))
        with Celery(broker=env["GENAI_BROKER_URL"], set_as_current=False) as app:
            worker.wait_until(lambda: bool(app.control.ping(destination=[node], timeout=0.5)), within=120)
        connection = stack.enter_context(psycopg.connect(url, autocommit=True))
        _per_step(env, 5, arguments.steps)  # warms up
        print("| stored jobs | scenes | ms per step | load |\n|---|---|---|---|")
        for count in arguments.stored:
            _store(connection, count)
            print(f"| {count} | 5 | {_per_step(env, 5, arguments.steps):.1f} | {os.getloadavg()[0]:.0f} |")
        for scenes in arguments.scenes:
            took = _per_step(env, scenes, arguments.steps)
            print(f"| {arguments.stored[-1]} | {scenes} | {took:.1f} | {os.getloadavg()[0]:.0f} |")
        worker.stop()
        _explain(env)


def _per_step(env: Mapping[str, str], scenes: int, steps: int) -> float:
    """Milliseconds per step of jobs that run one beside the other."""
    of_a_job = 2 + 2 * scenes
    jobs = max(1, steps // of_a_job)
    command = [sys.executable, str(PEERS / "service.py"), str(jobs), str(scenes)]
    done = subprocess.run(command, env=dict(env), capture_output=True, text=True, check=True, timeout=600)
    return float(done.stdout) * 1000 / (jobs * of_a_job)


def _store(connection: psycopg.Connection[Any], count: int) -> None:
    """Fill up to that many ended jobs."""
    there = connection.execute("SELECT count(*) FROM jobs").fetchone()
    assert there is not None
    if there[0] < count:
        connection.execute(_COPY, {"count": count - there[0]})
    connection.execute("ANALYZE")


def _explain(env: Mapping[str, str]) -> None:
    """Print what PostgreSQL says of each statement of a step, of the drain, of reconcile and admission."""
    os.environ |= env
    sys.path[:0] = env["PYTHONPATH"].split(os.pathsep)
    from service import document

    from genai import bootstrap
    from genai.contracts import load_request
    from genai.router import modes
    from genai.store import admission, claims, outbox, recovery, success
    from genai.store.holder import this_process
    from genai.submission import submit

    runtime = bootstrap.start(providers=False)
    job = submit(runtime.database, "bench", load_request(document(5), modes())).job_id
    said: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        said.append((statement, values))

    print("\n| what | statement | ms | read from end to end |\n|---|---|---|---|")
    with runtime.database.engine.connect() as connection:
        event.listen(runtime.database.engine, "before_cursor_execute", note)

        def explained(what: str, run: Callable[[], Any]) -> Any:
            # Run and taken back, and then run again, explained.
            said.clear()
            with connection.begin_nested() as savepoint:
                made = run()
                savepoint.rollback()
            for statement, values in said:
                if statement.split()[0] in ("SELECT", "INSERT", "UPDATE", "WITH"):
                    plan = connection.exec_driver_sql(f"EXPLAIN ANALYZE {statement}", values).scalars().all()
                    print(f"| {what} | {' '.join(statement.split()[:4])} | {_read(plan)} |")
            return made

        with connection.begin() as transaction:
            explained("admission", lambda: admission.admit(connection, in_all=100, per_client=20, limits={}))
            taker = claims.Taker(this_process())
            found = explained(
                "claim", lambda: claims.take(connection, job, "noop_plan", taker, 60, begins=True)
            )
            taken = claims.as_claim(found.claim)
            explained("commit", lambda: success.succeed(connection, taken, success.Output({})))
            explained("drain", lambda: outbox.take(connection, 100, lease=60, each=96, breaker=10))
            explained("reconcile", lambda: recovery.stalled_jobs(connection, grace=15))
            transaction.rollback()
    runtime.database.close()


def _read(plan: Sequence[str]) -> str:
    """The time, and the tables that were read from end to end."""
    scanned = sorted({line.split(" on ")[1].split()[0] for line in plan if "Seq Scan on" in line})
    took = next(line for line in plan if line.startswith("Execution Time")).split()[2]
    return f"{float(took):.2f} | {', '.join(scanned)}"


if __name__ == "__main__":
    main()
