"""What people decide about a job that exists: its plan is approved, one of its treatments is chosen, it is
cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row

from genai.domain.creative import Scene
from genai.domain.edits import edit_all
from genai.domain.enums import JobState
from genai.domain.records import from_json, to_json
from genai.errors import Conflict, InvalidInput, NotFound
from genai.router import dispatch_job
from genai.stages.wake import wake, wake_for_ended
from genai.store import decisions
from genai.store.claims import lock_job
from genai.store.database import Database


def approve(
    database: Database,
    client: str,
    job_id: str,
    edits: Mapping[int, Mapping[str, Any]],
    *,
    request_id: str | None = None,
) -> None:
    """Let a job that rests after its plan go on, with changes to its scenes.

    Raises NotFound, Conflict where the job does not rest, InvalidInput for a scene that it does not have.
    """
    with database.transaction() as connection:
        job = _own(connection, client, job_id)
        if job.state != JobState.AWAITING_REVIEW:
            raise Conflict(f"the job is {job.state}; only one that is awaiting_review can be approved")
        scenes = [from_json(Scene, scene) for scene in job.scenes or ()]
        changed = [to_json(scene) for scene in edit_all(scenes, edits, "/edits")]
        decisions.approve(connection, job, changed, edits=edits, request_id=request_id)
    dispatch_job(database, job_id)


def select(
    database: Database, client: str, job_id: str, variant: int, *, request_id: str | None = None
) -> None:
    """Mark the treatment that retries and renderings of the job go on with.

    Raises NotFound, Conflict for a job that has no scenes yet, InvalidInput for a treatment that it
    does not have.
    """
    with database.transaction() as connection:
        job = _own(connection, client, job_id)
        if not job.scenes:
            raise Conflict("the job has no scenes to choose from yet")
        variants = sorted({scene.get("variant", 1) for scene in job.scenes})
        if variant not in variants:
            raise InvalidInput(
                "/variant", f"the job has no variant {variant}", f"It has {', '.join(map(str, variants))}."
            )
        decisions.select(connection, job, variant, request_id=request_id)


def cancel(
    database: Database, client: str | None, job_id: str, *, request_id: str | None = None, actor: str = "api"
) -> JobState:
    """Stop the job: nothing more is begun, vendors are told, running work ends at its next safe point.
    The state it has then. Cancelling twice is cancelling once. ``client`` is None for an operator.

    Raises NotFound, and Conflict for a job that has completed or failed.
    """
    with database.transaction() as connection:
        job = lock_job(connection, job_id) if client is None else _own(connection, client, job_id)
        if job is None:
            raise NotFound("There is no such job.")
        if job.state in (JobState.COMPLETED, JobState.FAILED):
            raise Conflict(f"the job has {job.state} already")
        if job.state in (JobState.CANCELLING, JobState.CANCELLED):
            return JobState(job.state)
        state = decisions.cancel(connection, job, actor=actor, request_id=request_id)
    if state is JobState.CANCELLING:
        wake("genai.maintenance.cancel_tickets", job_id)
    else:
        wake_for_ended()
    return state


def _own(connection: Connection, client: str, job_id: str) -> Row[Any]:
    job = lock_job(connection, job_id)
    if job is None or job.client != client:
        raise NotFound("There is no such job.")
    return job
