"""Dispatch: a canvas was or will be sent for a job; each time gets a number."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from genai.domain.states import JOB_WORKING
from genai.store.claims import lock_state
from genai.store.tables import jobs, steps


def next_dispatch(connection: Connection, job_id: str) -> int | None:
    """Count a new dispatch of a working job; None when nothing is to be sent for it."""
    job = lock_state(connection, job_id)
    if job is None or job.state not in JOB_WORKING:
        return None
    return connection.execute(
        update(jobs)
        .where(jobs.c.id == job_id)
        .values(dispatch=jobs.c.dispatch + 1, dispatched_at=func.now(), updated_at=func.now())
        .returning(jobs.c.dispatch)
    ).scalar_one()


def unfinished_steps(connection: Connection, job_id: str) -> list[Row[Any]]:
    """The steps of the job that a canvas has to run, in order, each with the flow that it belongs to."""
    return list(
        connection.execute(
            select(
                steps.c.key,
                steps.c.stage,
                steps.c.scene,
                steps.c.phase,
                steps.c.queue,
                steps.c.state,
                steps.c.inputs,
                jobs.c.flow,
            )
            .join(jobs, jobs.c.id == steps.c.job_id)
            .where(steps.c.job_id == job_id, steps.c.state.not_in(["succeeded", "skipped", "failed"]))
            .order_by(steps.c.position)
        )
    )
