"""Deliveries as their client sees them, and sent again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, literal, or_, select, tuple_, update

from genai.domain.enums import OutboxState
from genai.errors import NotFound
from genai.store.tables import deliveries, destinations, outbox

_SHOWN = (
    outbox.c.id,
    outbox.c.job_id,
    outbox.c.number,
    outbox.c.type,
    outbox.c.state,
    outbox.c.tries,
    outbox.c.created_at,
    outbox.c.next_at,
    outbox.c.finished_at,
)
# A try that is under way has its number and no row yet.
_AT_REST = or_(
    outbox.c.fence == 0,
    select(deliveries.c.id)
    .where(deliveries.c.outbox_id == outbox.c.id, deliveries.c.number == outbox.c.fence)
    .exists(),
)


def delivery_view(connection: Connection, client: str, event_id: str) -> dict[str, Any]:
    """The client's event as DeliverySchema describes it. Raises NotFound."""
    row = connection.execute(
        select(*_SHOWN).where(outbox.c.client == client, outbox.c.id == event_id)
    ).first()
    if row is None:
        raise NotFound("There is no such delivery.")
    return _views(connection, [row])[0]


def delivery_page(
    connection: Connection,
    client: str,
    *,
    limit: int,
    before: tuple[datetime, str] | None = None,
    job_id: str | None = None,
    state: OutboxState | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> tuple[list[dict[str, Any]], tuple[datetime, str] | None]:
    """Up to ``limit`` of the client's events, newest first, of those ``before`` (creation time, id); and
    where the next page begins, or None. Two statements, however many there are."""
    query = (
        select(*_SHOWN)
        .where(*_selected(client, job_id, state, since, until))
        .order_by(outbox.c.created_at.desc(), outbox.c.id.desc())
        .limit(limit + 1)
    )
    if before is not None:
        last = tuple_(literal(before[0], outbox.c.created_at.type), literal(before[1], outbox.c.id.type))
        query = query.where(tuple_(outbox.c.created_at, outbox.c.id) < last)
    rows = connection.execute(query).all()
    page = rows[:limit]
    more = (page[-1].created_at, page[-1].id) if len(rows) > limit else None
    return _views(connection, page), more


def destination_view(connection: Connection, client: str) -> dict[str, Any] | None:
    """The client's destination as DestinationSchema describes it; None where it has none."""
    row = connection.execute(select(destinations).where(destinations.c.client == client)).first()
    if row is None:
        return None
    return {
        "failures": row.failures,
        "resumes_at": _moment(row.open_until),
        "disabled_at": _moment(row.disabled_at),
    }


def replay(connection: Connection, client: str, event_id: str) -> None:
    """Send the client's event again, as if it were new. One that waits for its next try is due now."""
    row = connection.execute(
        select(outbox.c.job_id, outbox.c.state)
        .where(outbox.c.client == client, outbox.c.id == event_id)
        .with_for_update()
    ).first()
    if row is None:
        raise NotFound("There is no such delivery.")
    if row.state == OutboxState.PENDING:
        # Those after it wait as long as it does.
        _again(connection, outbox.c.job_id == row.job_id, outbox.c.state == row.state, _AT_REST)
    else:
        _again(connection, outbox.c.id == event_id)


def replay_all(
    connection: Connection,
    client: str,
    *,
    job_id: str | None = None,
    state: OutboxState | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> int:
    """Send all those of the client's events again, in order per job; how many."""
    chosen = _selected(client, job_id, state, since, until)
    if state is OutboxState.PENDING:
        chosen.append(_AT_REST)
    return _again(connection, *chosen)


def _selected(
    client: str,
    job_id: str | None,
    state: OutboxState | None,
    since: datetime | None,
    until: datetime | None,
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [outbox.c.client == client]
    if job_id is not None:
        conditions.append(outbox.c.job_id == job_id)
    if state is not None:
        conditions.append(outbox.c.state == state)
    if since is not None:
        conditions.append(outbox.c.created_at >= since)
    if until is not None:
        conditions.append(outbox.c.created_at < until)
    return conditions


def _again(connection: Connection, *conditions: ColumnElement[bool]) -> int:
    return connection.execute(
        update(outbox)
        .where(*conditions)
        .values(
            state=OutboxState.PENDING, tries=0, next_at=func.now(), queued_at=func.now(), finished_at=None
        )
    ).rowcount


def _views(connection: Connection, rows: Sequence[Any]) -> list[dict[str, Any]]:
    tries: dict[str, list[Mapping[str, Any]]] = {row.id: [] for row in rows}
    made = connection.execute(
        select(deliveries).where(deliveries.c.outbox_id.in_(tries)).order_by(deliveries.c.number)
    )
    for one in made:
        tries[one.outbox_id].append(
            {
                "number": one.number,
                "status": one.status,
                "error": one.error,
                "latency": round(one.latency, 4),
                "answer": one.answer,
                "created_at": _moment(one.created_at),
            }
        )
    return [
        {
            "id": row.id,
            "job_id": row.job_id,
            "number": row.number,
            "type": row.type,
            "state": row.state,
            "tries": row.tries,
            "created_at": _moment(row.created_at),
            "next_at": _moment(row.next_at) if row.state == OutboxState.PENDING else None,
            "finished_at": _moment(row.finished_at),
            "attempts": tries[row.id],
        }
        for row in rows
    ]


def _moment(value: datetime | None) -> str | None:
    return None if value is None else value.astimezone(UTC).isoformat(timespec="milliseconds")
