"""What the API shows of a client's jobs and assets: read queries, each limited to that client.

What is another client's raises NotFound in the words of what does not exist.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, literal, select, tuple_

from genai.errors import NotFound
from genai.store.events import count_steps
from genai.store.steps import StepOutput, outputs
from genai.store.tables import assets, attempts, jobs, outbox, steps

_SUMMARY = (
    jobs.c.id,
    jobs.c.job_type,
    jobs.c.brief["mode"].astext.label("mode"),
    jobs.c.product_id,
    jobs.c.state,
    jobs.c.percent,
    jobs.c.priority,
    jobs.c.retry_of,
    jobs.c.created_at,
    jobs.c.started_at,
    jobs.c.finished_at,
)


def job_view(connection: Connection, client: str, job_id: str) -> dict[str, Any]:
    """The client's job as JobSchema describes it."""
    row = connection.execute(
        select(
            *_SUMMARY,
            jobs.c.admitted_at,
            jobs.c.updated_at,
            jobs.c.last_event,
            jobs.c.selected_variant,
            jobs.c.output,
            jobs.c.error,
            jobs.c.request["metadata"].label("metadata"),
        ).where(jobs.c.id == job_id, jobs.c.client == client)
    ).first()
    if row is None:
        raise _no_job()
    return {
        **_summary(row),
        "admitted_at": _moment(row.admitted_at),
        "updated_at": _moment(row.updated_at),
        "last_event": row.last_event,
        "selected_variant": row.selected_variant,
        "steps": count_steps(connection, job_id),
        "output": row.output,
        "error": row.error,
        "metadata": row.metadata,
    }


def job_page(
    connection: Connection, client: str, *, limit: int, before: tuple[datetime, str] | None
) -> tuple[list[dict[str, Any]], tuple[datetime, str] | None]:
    """Up to ``limit`` jobs, newest first, of those ``before`` (creation time, id); and where the next
    page begins, or None."""
    query = (
        select(*_SUMMARY)
        .where(jobs.c.client == client)
        .order_by(jobs.c.created_at.desc(), jobs.c.id.desc())
        .limit(limit + 1)
    )
    if before is not None:
        created_at, job_id = before
        last = tuple_(literal(created_at, jobs.c.created_at.type), literal(job_id, jobs.c.id.type))
        query = query.where(tuple_(jobs.c.created_at, jobs.c.id) < last)
    rows = connection.execute(query).all()
    page = rows[:limit]
    more = (page[-1].created_at, page[-1].id) if len(rows) > limit else None
    return [_summary(row) for row in page], more


def step_views(connection: Connection, client: str, job_id: str) -> list[dict[str, Any]]:
    """The steps of the client's job, in their order, as StepSchema describes them."""
    _must_own(connection, client, job_id)
    made = outputs(connection, job_id)
    calls = _calls(connection, job_id)
    rows = connection.execute(select(steps).where(steps.c.job_id == job_id).order_by(steps.c.position)).all()
    return [_step(row, made.get(row.key), calls.get(row.id, [])) for row in rows]


def event_views(
    connection: Connection, client: str, job_id: str, *, after: int, limit: int
) -> list[Mapping[str, Any]]:
    """The bodies of up to ``limit`` events of the client's job numbered above ``after``."""
    _must_own(connection, client, job_id)
    rows = connection.execute(
        select(outbox.c.body)
        .where(outbox.c.job_id == job_id, outbox.c.number > after)
        .order_by(outbox.c.number)
        .limit(limit)
    )
    return [row.body for row in rows]


def asset_view(connection: Connection, client: str, sha256: str) -> dict[str, Any]:
    """The client's asset as StoredAssetSchema describes it."""
    row = connection.execute(
        select(assets).where(assets.c.client == client, assets.c.sha256 == sha256)
    ).first()
    if row is None:
        raise NotFound("There is no such asset.")
    return {
        "asset_id": row.sha256,
        "media_type": row.media_type,
        "size": row.size,
        "width": row.width,
        "height": row.height,
        "duration": row.duration,
        "created_at": _moment(row.created_at),
    }


def _must_own(connection: Connection, client: str, job_id: str) -> None:
    query = select(jobs.c.id).where(jobs.c.id == job_id, jobs.c.client == client)
    if connection.execute(query).first() is None:
        raise _no_job()


def _no_job() -> NotFound:
    return NotFound("There is no such job.")


def _summary(row: Any) -> dict[str, Any]:
    return {
        "job_id": row.id,
        "job_type": row.job_type,
        "mode": row.mode,
        "product_id": row.product_id,
        "state": row.state,
        "percent": row.percent,
        "priority": row.priority,
        "retry_of": row.retry_of,
        "created_at": _moment(row.created_at),
        "started_at": _moment(row.started_at),
        "finished_at": _moment(row.finished_at),
    }


def _step(row: Any, made: StepOutput | None, calls: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    gate = made.output if made and "verdict" in made.output else None
    return {
        "key": row.key,
        "stage": row.stage,
        "scene": row.scene,
        "phase": row.phase,
        "queue": row.queue,
        "state": row.state,
        "reused": row.source_id is not None,
        "wait_reason": row.wait_reason,
        "due_at": _moment(row.due_at),
        "queued_at": _moment(row.queued_at),
        "claimed_at": _moment(row.claimed_at),
        "finished_at": _moment(row.finished_at),
        "runtime": row.runtime,
        "progress": row.progress,
        "failures": row.failures,
        "fidelity": {name: gate[name] for name in ("verdict", "score", "attempt")} if gate else None,
        "assets": [asset.as_json() for asset in made.assets] if made else [],
        "attempts": list(calls),
        "error": row.error,
    }


def _calls(connection: Connection, job_id: str) -> dict[int, list[dict[str, Any]]]:
    """The provider calls of the job's own steps, by step."""
    rows = connection.execute(
        select(attempts)
        .join(steps, steps.c.id == attempts.c.step_id)
        .where(steps.c.job_id == job_id)
        .order_by(attempts.c.id)
    )
    calls: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        calls.setdefault(row.step_id, []).append(
            {
                "capability": row.capability,
                "number": row.number,
                "provider": row.provider,
                "model": row.model,
                "state": row.state,
                "cost": float(row.cost),
                "created_at": _moment(row.created_at),
                "finished_at": _moment(row.finished_at),
            }
        )
    return calls


def _moment(value: datetime | None) -> str | None:
    return None if value is None else value.astimezone(UTC).isoformat(timespec="milliseconds")
