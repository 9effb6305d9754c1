"""Accept once: job, steps and the accepted event in one transaction, whatever is submitted twice."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select, text

from genai import tracing
from genai.domain.blueprint import StepPlan
from genai.domain.enums import EventType, JobType
from genai.store.events import OUTBOX_ROW
from genai.store.steps import STEP_ROWS, step_rows
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
    preview: bool = False
    request_id: str | None = None
    actor: str = "api"


@dataclass(frozen=True)
class Accepted:
    """``replayed``: the key was known. ``conflict``: it was known for another request."""

    job_id: str
    replayed: bool
    conflict: bool = False


# Job, steps, event and audit row are one statement, so that accepting costs one round trip. With a key that
# is known it writes nothing and says whose it is; of one that is being written at the same time it does not
# know yet.
_ACCEPT = text(
    f"""
    WITH job AS (
        INSERT INTO jobs (id, client, idempotency_key, request_fingerprint, job_type, flow, product_id,
                          request, brief, blueprint, scenes, product_fingerprint, retry_of, request_id, trace,
                          priority, preview, state, last_event)
        VALUES (:id, :client, :idempotency_key, :request_fingerprint, :job_type, :flow, :product_id,
                :request, :brief, :blueprint, :scenes, :product_fingerprint, :retry_of, :request_id, :trace,
                :priority, :preview, 'accepted', 1)
        ON CONFLICT (client, idempotency_key) DO NOTHING
        RETURNING *
    ), stepped AS ({STEP_ROWS}), told AS ({OUTBOX_ROW}), noted AS (
        INSERT INTO audit (client, actor, action, job_id, request_id)
        SELECT client, :actor, 'job.submit', id, request_id FROM job
    )
    SELECT CAST(id AS text) AS id, request_fingerprint, false AS replayed FROM job
     UNION ALL
    SELECT CAST(id AS text), request_fingerprint, true FROM jobs
     WHERE client = :client AND idempotency_key = :idempotency_key AND NOT EXISTS (SELECT FROM job)
    """  # noqa: S608 - of this package's own text
)


def accept(connection: Connection, new: NewJob) -> Accepted:
    """Store the job unless its key is known. Two submissions at once give one job."""
    values = {
        "id": str(uuid.uuid4()),
        "client": new.client,
        "idempotency_key": new.idempotency_key,
        "request_fingerprint": new.request_fingerprint,
        "job_type": new.job_type.value,
        "flow": new.flow,
        "product_id": new.product_id,
        "request": json.dumps(new.request),
        "brief": json.dumps(new.brief),
        "blueprint": json.dumps(new.blueprint),
        "scenes": None if new.scenes is None else json.dumps(list(new.scenes)),
        "product_fingerprint": new.product_fingerprint,
        "retry_of": new.retry_of,
        "request_id": new.request_id,
        "trace": tracing.traceparent(),
        "priority": new.priority,
        "preview": new.preview,
        "steps": step_rows(new.steps, new.overrides),
        "type": EventType.ACCEPTED.value,
        "details": "{}",
        "actor": new.actor,
    }
    written = connection.execute(_ACCEPT, values).first()
    if written is not None:
        return _accepted(written, new.request_fingerprint, replayed=written.replayed)
    known = known_job(connection, new.client, new.idempotency_key, new.request_fingerprint)
    assert known is not None, "the insert met it"
    return known


def known_job(connection: Connection, client: str, key: str, request_fingerprint: str) -> Accepted | None:
    """The job that the client's idempotency key stands for, if any."""
    known = connection.execute(
        select(jobs.c.id, jobs.c.request_fingerprint).where(
            jobs.c.client == client, jobs.c.idempotency_key == key
        )
    ).first()
    return None if known is None else _accepted(known, request_fingerprint, replayed=True)


def _accepted(row: Any, request_fingerprint: str, *, replayed: bool) -> Accepted:
    return Accepted(row.id, replayed, conflict=row.request_fingerprint != request_fingerprint)
