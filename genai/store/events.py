"""Events: written in the transaction of what they tell, numbered per job, queued in the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from genai import tracing
from genai.domain.enums import EventType, Phase, StepState
from genai.domain.progress import percent
from genai.store.tables import jobs, outbox, steps


def write_event(
    connection: Connection, job_id: str, type_: EventType, details: Mapping[str, Any] | None = None
) -> int:
    """Number the event, store it and put it into the outbox; returns its number.

    The number comes from the job's row, never from a sequence: a rolled back event leaves no gap.
    """
    job = connection.execute(
        update(jobs)
        .where(jobs.c.id == job_id)
        .values(last_event=jobs.c.last_event + 1, updated_at=func.now())
        .returning(jobs)
    ).one()
    data = {
        "job_id": job_id,
        "number": job.last_event,
        "job_type": job.job_type,
        "mode": job.brief["mode"],
        "product_id": job.product_id,
        "state": job.state,
        "percent": job.percent,
        "retry_of": job.retry_of,
        "metadata": job.request["metadata"],
        **({"trace_id": tracing.trace_id(job.trace)} if job.trace else {}),
        **(details or {}),
    }
    connection.execute(
        insert(outbox).values(
            id=f"evt_{job_id}_{job.last_event}",
            job_id=job_id,
            number=job.last_event,
            client=job.client,
            type=type_.value,
            body={
                "type": type_.value,
                "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "data": data,
            },
        )
    )
    return int(job.last_event)


def count_steps(connection: Connection, job_id: str) -> dict[str, int]:
    """How many of the job's steps are in each state."""
    rows = connection.execute(
        select(steps.c.state, func.count().label("total"))
        .where(steps.c.job_id == job_id)
        .group_by(steps.c.state)
    )
    return {row.state: row.total for row in rows}


def raise_percent(connection: Connection, job_id: str, *, has_scenes: bool) -> None:
    """Bring the job's percent up to what its steps say."""
    rows = connection.execute(
        select(
            steps.c.phase,
            func.count(),
            func.count().filter(steps.c.state == StepState.SUCCEEDED),
        )
        .where(steps.c.job_id == job_id)
        .group_by(steps.c.phase)
    ).all()
    total = {Phase(phase): count for phase, count, _ in rows}
    done = {Phase(phase): count for phase, _, count in rows}
    reached = percent(done, total, has_scenes=has_scenes)
    connection.execute(
        update(jobs).where(jobs.c.id == job_id).values(percent=func.greatest(jobs.c.percent, reached))
    )
