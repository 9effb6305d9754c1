"""Accept once: job, steps and the accepted event in one transaction, whatever is submitted twice."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from genai import tracing
from genai.domain.blueprint import StepPlan
from genai.domain.enums import EventType, JobState, JobType
from genai.store.audit import record
from genai.store.events import write_event
from genai.store.steps import write_steps
from genai.store.tables import jobs


@dataclass(frozen=True)
class NewJob:
    """A job to be accepted. ``overrides``: column values of single steps, by key (a retry's reused
    steps). ``scenes`` are known at once where a retry keeps its storyboard."""

    client: str
    idempotency_key: str
    request_fingerprint: str
    job_type: JobType
    flow: str
    product_id: str
    request: Mapping[str, Any]
    brief: Mapping[str, Any]
    blueprint: Mapping[str, Any]
    steps: Sequence[StepPlan]
    overrides: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    scenes: Sequence[Mapping[str, Any]] | None = None
    product_fingerprint: str | None = None
    retry_of: str | None = None
    priority: int = 0
    request_id: str | None = None
    actor: str = "api"


@dataclass(frozen=True)
class Accepted:
    """``replayed``: the key was known. ``conflict``: it was known for another request."""

    job_id: str
    replayed: bool
    conflict: bool = False


def accept(connection: Connection, new: NewJob) -> Accepted:
    """Store the job unless its key is known. Two submissions at once give one job."""
    job_id = str(uuid.uuid4())
    written = connection.execute(
        insert(jobs)
        .values(
            id=job_id,
            client=new.client,
            idempotency_key=new.idempotency_key,
            request_fingerprint=new.request_fingerprint,
            job_type=new.job_type.value,
            flow=new.flow,
            product_id=new.product_id,
            request=dict(new.request),
            brief=dict(new.brief),
            blueprint=dict(new.blueprint),
            scenes=None if new.scenes is None else [dict(scene) for scene in new.scenes],
            product_fingerprint=new.product_fingerprint,
            retry_of=new.retry_of,
            request_id=new.request_id,
            trace=tracing.traceparent(),
            state=JobState.ACCEPTED,
            priority=new.priority,
        )
        .on_conflict_do_nothing(index_elements=["client", "idempotency_key"])
        .returning(jobs.c.id)
    ).first()
    if written is None:
        known = known_job(connection, new.client, new.idempotency_key, new.request_fingerprint)
        assert known is not None, "the insert met it"
        return known
    write_steps(connection, job_id, new.steps, new.overrides)
    write_event(connection, job_id, EventType.ACCEPTED)
    record(
        connection,
        client=new.client,
        actor=new.actor,
        action="job.submit",
        job_id=job_id,
        request_id=new.request_id,
    )
    return Accepted(job_id, replayed=False)


def known_job(connection: Connection, client: str, key: str, request_fingerprint: str) -> Accepted | None:
    """The job that the client's idempotency key stands for, if any."""
    known = connection.execute(
        select(jobs.c.id, jobs.c.request_fingerprint).where(
            jobs.c.client == client, jobs.c.idempotency_key == key
        )
    ).first()
    if known is None:
        return None
    return Accepted(known.id, replayed=True, conflict=known.request_fingerprint != request_fingerprint)
