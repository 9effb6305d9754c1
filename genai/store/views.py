"""What the API shows of a client's jobs and assets: read queries, each limited to that client.

What is another client's raises NotFound in the words of what does not exist.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, func, literal, select, true, tuple_

from genai.domain.enums import JobState
from genai.errors import NotFound
from genai.store.acceptance import Accepted
from genai.store.attempts import cost_of_job
from genai.store.estimates import estimated_end
from genai.store.steps import StepOutput, outputs
from genai.store.tables import assets, attempts, jobs, outbox, steps
from genai.store.waiting import in_sum, waiting_at_first, waiting_for

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


_SETTINGS = jobs.c.brief["settings"]

# What every request asks is made once: to make a statement takes longer than to execute it.
_COST = cost_of_job(bindparam("job_id"))
_JOB = (
    select(
        *_SUMMARY,
        jobs.c.client,
        jobs.c.flow,
        jobs.c.preview,
        jobs.c.admitted_at,
        jobs.c.updated_at,
        jobs.c.last_event,
        jobs.c.selected_variant,
        jobs.c.output,
        jobs.c.error,
        jobs.c.request["metadata"].label("metadata"),
        jobs.c.blueprint["scene"].label("scene_stages"),
        (_SETTINGS["scenes"].as_integer() * _SETTINGS["variants"].as_integer()).label("wanted_scenes"),
        _SETTINGS["budget"].as_float().label("budget"),
        _COST.c.spent,
        _COST.c.reserved,
    )
    .join(_COST, true())
    .where(jobs.c.id == bindparam("job_id"), jobs.c.client == bindparam("owner"))
)
_STEPS_NOW = (
    select(
        steps.c.stage,
        steps.c.scene,
        steps.c.phase,
        steps.c.queue,
        steps.c.state,
        steps.c.wait_reason,
        steps.c.due_at,
        steps.c.progress,
        waiting_for(),
        func.extract("epoch", steps.c.due_at - func.clock_timestamp()).label("due_in"),
        func.extract("epoch", func.clock_timestamp() - steps.c.claimed_at).label("elapsed"),
    )
    .join(jobs, jobs.c.id == steps.c.job_id)
    .where(steps.c.job_id == bindparam("job_id"))
)


def job_view(connection: Connection, client: str, job_id: str) -> dict[str, Any]:
    """The client's job as JobSchema describes it."""
    row = connection.execute(_JOB, {"job_id": job_id, "owner": client}).first()
    if row is None:
        raise _no_job()
    found = _steps_now(connection, job_id)
    return _job(row, found, estimated_end(connection, row, found))


def accepted_view(connection: Connection, accepted: Accepted) -> dict[str, Any]:
    """What :func:`job_view` shows of a job that was accepted this moment: made of what was stored, without
    reading its rows. ``accepted`` is no replay."""
    new = accepted.new
    assert new is not None, "a replay's rows are read"
    settings = new.brief["settings"] or {}
    wanted, variants = settings.get("scenes"), settings.get("variants")
    row = SimpleNamespace(
        id=accepted.job_id,
        job_type=new.job_type,
        mode=new.brief["mode"],
        product_id=new.product_id,
        state=JobState.ACCEPTED,
        percent=0,
        priority=new.priority,
        retry_of=new.retry_of,
        created_at=accepted.created_at,
        started_at=None,
        finished_at=None,
        client=new.client,
        flow=new.flow,
        preview=new.preview,
        admitted_at=None,
        updated_at=accepted.created_at,
        last_event=1,
        selected_variant=None,
        output=None,
        error=None,
        metadata=new.request["metadata"],
        scene_stages=[{"name": stage.name, "queue": stage.queue} for stage in new.blueprint.scene],
        wanted_scenes=None if wanted is None or variants is None else wanted * variants,
        budget=settings.get("budget"),
        spent=0,
        reserved=0,
    )
    waits = waiting_at_first(new.step_rows)
    found = [
        SimpleNamespace(**step, waiting_for=wait, wait_reason=None, due_at=None, due_in=None)
        for step, wait in zip(new.step_rows, waits, strict=True)
    ]
    return _job(row, found, estimated_end(connection, row, found, is_new=True))


def _job(row: Any, found: Sequence[Any], end: datetime | None) -> dict[str, Any]:
    waits = in_sum(found)
    return {
        **_summary(row),
        "admitted_at": _moment(row.admitted_at),
        "updated_at": _moment(row.updated_at),
        "last_event": row.last_event,
        "selected_variant": row.selected_variant,
        "steps": dict(Counter(step.state for step in found)),
        "waiting_for": [{**wait, "due_at": _moment(wait["due_at"])} for wait in waits],
        "estimated_end": _moment(end),
        "cost": {
            "spent": float(row.spent),
            "reserved": float(row.reserved),
            "budget": row.budget,
            "currency": "USD",
        },
        "output": row.output,
        "error": row.error,
        "metadata": row.metadata,
    }


def _steps_now(connection: Connection, job_id: str) -> Sequence[Row[Any]]:
    """How far each step of the job is, and what it waits for."""
    return connection.execute(_STEPS_NOW, {"job_id": job_id}).all()


def job_state(connection: Connection, client: str, job_id: str) -> JobState:
    """The state of the client's job."""
    found = connection.scalar(select(jobs.c.state).where(jobs.c.id == job_id, jobs.c.client == client))
    if found is None:
        raise _no_job()
    return JobState(found)


def job_page(
    connection: Connection,
    client: str,
    *,
    limit: int,
    before: tuple[datetime, str] | None,
    since: datetime | None = None,
    until: datetime | None = None,
    **alike: str | None,
) -> tuple[list[dict[str, Any]], tuple[datetime, str] | None]:
    """Up to ``limit`` jobs, newest first, of those ``before`` (creation time, id); and where the next
    page begins, or None. Of those created from ``since`` to before ``until``, whose fields (state, mode,
    job_type, product_id, retry_of) are ``alike``; None says nothing about a field."""
    fields: dict[str, ColumnElement[Any]] = {**jobs.c, "mode": jobs.c.brief["mode"].astext}
    query = (
        select(*_SUMMARY)
        .where(jobs.c.client == client)
        .where(*(fields[name] == value for name, value in alike.items() if value is not None))
        .where(*([jobs.c.created_at >= since] if since else []))
        .where(*([jobs.c.created_at < until] if until else []))
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
    rows = connection.execute(
        select(steps, waiting_for())
        .join(jobs, jobs.c.id == steps.c.job_id)
        .where(steps.c.job_id == job_id)
        .order_by(steps.c.position)
    ).all()
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


def newest_events(connection: Connection, job_ids: Collection[str]) -> dict[str, int]:
    """The number of the newest event of each of the jobs, whoever's they are; erased ones are left out."""
    rows = connection.execute(select(jobs.c.id, jobs.c.last_event).where(jobs.c.id.in_(job_ids)))
    return {row.id: row.last_event for row in rows}


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
        "waiting_for": row.waiting_for,
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
