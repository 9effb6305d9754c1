"""The outbox: which events are due, and what became of each try to send one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, text, update

from genai.domain.enums import OutboxState
from genai.store.tables import deliveries, outbox

PROGRESS_TRIES = 3  # a progress event that a later one has overtaken is given up after so many

# Only the first pending event of a job is ever due. Taking one moves its time past the lease, so a
# drain that dies gives it back; the fence tells its late answer apart.
_TAKE = text(
    """
    WITH due AS (
        SELECT o.id FROM outbox o
         WHERE o.state = 'pending' AND o.next_at <= clock_timestamp()
           AND NOT EXISTS (SELECT 1 FROM outbox p WHERE p.job_id = o.job_id
                              AND p.state = 'pending' AND p.number < o.number)
         ORDER BY o.next_at
         LIMIT :limit
           FOR UPDATE OF o SKIP LOCKED
    )
    UPDATE outbox o
       SET next_at = clock_timestamp() + make_interval(secs => :lease), fence = o.fence + 1
      FROM due WHERE o.id = due.id AND o.state = 'pending' AND o.next_at <= clock_timestamp()
    RETURNING o.id, o.job_id, o.number, o.client, o.type, o.body, o.tries, o.fence,
              o.type = 'job.progress' AND EXISTS (
                  SELECT 1 FROM outbox l WHERE l.job_id = o.job_id AND l.number > o.number) AS overtaken
    """
)


@dataclass(frozen=True)
class Due:
    """An event that this process may send now. ``tries`` so far; ``overtaken``: progress that a later
    event of its job tells better."""

    id: str
    job_id: str
    number: int
    client: str
    type: str
    body: Mapping[str, Any]
    tries: int
    fence: int
    overtaken: bool


def take(connection: Connection, limit: int, *, lease: float) -> list[Due]:
    """Take up to ``limit`` due events for ``lease`` seconds."""
    rows = connection.execute(_TAKE, {"limit": limit, "lease": lease})
    return [Due(**row._mapping) for row in rows]


def log_delivery(
    connection: Connection, event: Due, *, status: int | None, error: str | None, latency: float, answer: str
) -> None:
    """Write down a try: the HTTP status or the error, seconds, the first bytes of the answer."""
    connection.execute(
        insert(deliveries).values(
            outbox_id=event.id,
            number=event.fence,
            status=status,
            error=error,
            latency=latency,
            answer=answer,
        )
    )


def delivered(connection: Connection, event: Due) -> None:
    _finish(connection, event, OutboxState.DELIVERED)


def dead(connection: Connection, event: Due) -> None:
    """The destination refused for good, or the schedule is used up."""
    _finish(connection, event, OutboxState.DEAD)


def dropped(connection: Connection, event: Due) -> None:
    """A later event tells more."""
    _finish(connection, event, OutboxState.DROPPED)


def unaddressed(connection: Connection, event: Due) -> None:
    """The client has no destination: its events are read over the API."""
    _finish(connection, event, OutboxState.UNADDRESSED)


def again(connection: Connection, event: Due, wait: float) -> None:
    """Send it once more, ``wait`` seconds from now."""
    connection.execute(
        update(outbox)
        .where(outbox.c.id == event.id, outbox.c.fence == event.fence)
        .values(
            tries=outbox.c.tries + 1,
            next_at=func.clock_timestamp() + func.make_interval(0, 0, 0, 0, 0, 0, wait),
        )
    )


def _finish(connection: Connection, event: Due, state: OutboxState) -> None:
    connection.execute(
        update(outbox)
        .where(outbox.c.id == event.id, outbox.c.fence == event.fence)
        .values(state=state, tries=outbox.c.tries + 1, finished_at=func.now())
    )
