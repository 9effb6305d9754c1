"""What people decide about a job that exists: its plan is approved, one of its treatments is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row

from genai.domain.creative import Scene
from genai.domain.edits import edited
from genai.domain.enums import JobState
from genai.domain.records import from_json, to_json
from genai.errors import Conflict, InvalidInput, NotFound
from genai.router import dispatch_job
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
        for number in edits:
            _check(scenes, number, edits[number])
        changed = [
            to_json(edited(scene, edits[scene.number]) if scene.number in edits else scene)
            for scene in scenes
        ]
        decisions.approve(connection, job, changed, edits=edits, request_id=request_id)
    dispatch_job(database, job_id)


def _check(scenes: list[Scene], number: int, edit: Mapping[str, Any]) -> None:
    scene = next((scene for scene in scenes if scene.number == number), None)
    if scene is None:
        raise InvalidInput(f"/edits/{number}", "the job has no such scene", f"It has {len(scenes)} scenes.")
    if "speech" in edit and not scene.speech:
        raise InvalidInput(f"/edits/{number}/speech", "nothing is said in the scene", "Leave it out.")
    if "speech" in edit and scene.recorded is not None:
        raise InvalidInput(
            f"/edits/{number}/speech", "the scene is spoken by a recording", "Send the job another one."
        )
    if "duration" in edit and scene.duration is None:
        raise InvalidInput(f"/edits/{number}/duration", "the scene has no length of its own", "Leave it out.")


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


def _own(connection: Connection, client: str, job_id: str) -> Row[Any]:
    job = lock_job(connection, job_id)
    if job is None or job.client != client:
        raise NotFound("There is no such job.")
    return job
