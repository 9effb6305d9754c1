"""Accept once: job, steps and the accepted event in one transaction, whatever is submitted twice."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import Connection, select, text
from sqlalchemy.dialects.postgresql import psycopg

from genai import tracing
from genai.domain.blueprint import Blueprint, StepPlan
from genai.domain.enums import EventType, JobType
from genai.domain.records import to_json
from genai.store.events import outbox_row
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
    blueprint: Blueprint
    steps: Sequence[StepPlan]
    overrides: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    scenes: Sequence[Mapping[str, Any]] | None = None
    product_fingerprint: str | None = None
    retry_of: str | None = None
    priority: int = 0
    preview: bool = False
    request_id: str | None = None
    actor: str = "api"

    @cached_property
    def step_rows(self) -> Sequence[Mapping[str, Any]]:
        """The rows of its steps."""
        return step_rows(self.steps, self.overrides) if self.overrides else _usual_rows(tuple(self.steps))


@dataclass(frozen=True)
class Accepted:
    """``new`` is what was stored, None where the key was known. ``conflict``: it was known for another
    request."""

    job_id: str
    created_at: datetime
    new: NewJob | None = None
    conflict: bool = False

    @property
    def replayed(self) -> bool:
        return self.new is None


# Job, steps, event and audit row are one statement, so that accepting costs one round trip. With a key that
# is known it writes nothing and says whose it is; of one that is being written at the same time it does not
# know yet.
_ACCEPT = str(
    text(
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
    ), stepped AS ({STEP_ROWS}), told AS ({outbox_row()}), noted AS (
        INSERT INTO audit (client, actor, action, job_id, request_id)
        SELECT client, :actor, 'job.submit', id, request_id FROM job
    )
    SELECT CAST(id AS text) AS id, request_fingerprint, created_at, false AS replayed FROM job
     UNION ALL
    SELECT CAST(id AS text), request_fingerprint, created_at, true FROM jobs
     WHERE client = :client AND idempotency_key = :idempotency_key AND NOT EXISTS (SELECT FROM job)
    """  # noqa: S608 - of this package's own text
    ).compile(dialect=psycopg.dialect())
)


def accept(connection: Connection, new: NewJob) -> Accepted:
    """Store the job unless its key is known. Two submissions at once give one job.

    It is a single statement, and takes no transaction around it where ``new`` names nothing that somebody
    might remove meanwhile.
    """
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
        "blueprint": _blueprint_document(new.blueprint),
        "scenes": None if new.scenes is None else json.dumps(list(new.scenes)),
        "product_fingerprint": new.product_fingerprint,
        "retry_of": new.retry_of,
        "request_id": new.request_id,
        "trace": tracing.traceparent(),
        "priority": new.priority,
        "preview": new.preview,
        "steps": _usual_steps(tuple(new.steps)) if not new.overrides else json.dumps(new.step_rows),
        "type": EventType.ACCEPTED.value,
        "details": "{}",
        "actor": new.actor,
    }
    written = connection.exec_driver_sql(_ACCEPT, values).first()
    if written is not None:
        return _accepted(written, new.request_fingerprint, None if written.replayed else new)
    known = known_job(connection, new.client, new.idempotency_key, new.request_fingerprint)
    assert known is not None, "the insert met it"
    return known


# Jobs of a flow differ in few stages: most have the blueprint and the steps of another one.
@lru_cache(maxsize=256)
def _blueprint_document(blueprint: Blueprint) -> str:
    return json.dumps(to_json(blueprint))


@lru_cache(maxsize=256)
def _usual_rows(steps: tuple[StepPlan, ...]) -> Sequence[Mapping[str, Any]]:
    return step_rows(steps, {})


@lru_cache(maxsize=256)
def _usual_steps(steps: tuple[StepPlan, ...]) -> str:
    return json.dumps(_usual_rows(steps))


def known_job(connection: Connection, client: str, key: str, request_fingerprint: str) -> Accepted | None:
    """The job that the client's idempotency key stands for, if any."""
    known = connection.execute(
        select(jobs.c.id, jobs.c.request_fingerprint, jobs.c.created_at).where(
            jobs.c.client == client, jobs.c.idempotency_key == key
        )
    ).first()
    return None if known is None else _accepted(known, request_fingerprint)


def _accepted(row: Any, request_fingerprint: str, new: NewJob | None = None) -> Accepted:
    return Accepted(row.id, row.created_at, new, conflict=row.request_fingerprint != request_fingerprint)
