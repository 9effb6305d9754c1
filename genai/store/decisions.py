"""What people decided about a job, each with its audit row; the job's row is locked by the caller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, update

from genai.domain.enums import JobState
from genai.store.audit import record
from genai.store.commits import cancel_job
from genai.store.tables import jobs


def approve(
    connection: Connection,
    job: Row[Any],
    scenes: Sequence[Mapping[str, Any]],
    *,
    edits: Mapping[int, Mapping[str, Any]],
    request_id: str | None,
) -> None:
    """Set the job going again with these scenes."""
    connection.execute(
        update(jobs)
        .where(jobs.c.id == job.id)
        .values(
            state=JobState.RUNNING,
            scenes=[dict(scene) for scene in scenes] if job.scenes is not None else None,
            reviewed_at=func.now(),
            updated_at=func.now(),
        )
    )
    record(
        connection,
        client=job.client,
        actor="api",
        action="job.approve",
        job_id=job.id,
        request_id=request_id,
        details={"edited": sorted(edits)},
    )


def select(connection: Connection, job: Row[Any], variant: int, *, request_id: str | None) -> None:
    """Note the chosen treatment."""
    connection.execute(
        update(jobs).where(jobs.c.id == job.id).values(selected_variant=variant, updated_at=func.now())
    )
    record(
        connection,
        client=job.client,
        actor="api",
        action="job.select",
        job_id=job.id,
        request_id=request_id,
        details={"variant": variant},
    )


def cancel(connection: Connection, job: Row[Any], *, actor: str, request_id: str | None) -> JobState:
    """Stop the job; the state it has then, cancelling where something of it is alive."""
    record(
        connection,
        client=job.client,
        actor=actor,
        action="job.cancel",
        job_id=job.id,
        request_id=request_id,
        details={"state": job.state},
    )
    return cancel_job(connection, job)
