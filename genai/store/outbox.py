"""The outbox: which events may be sent now, and what became of each try to send one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from genai.domain.enums import OutboxState

# Destination by destination, so that one with a long backlog or an open breaker costs the others
# nothing: an index range each, and the destinations take turns within the limit. Whoever finds an open
# breaker due takes its one probe, and nobody else does for as long as that may last. Of a job only the
# first pending event is ever due. Taking one moves its time past the lease, so a drain that dies gives
# it back; the fence tells its late answer apart.
_TAKE = text(
    """
    WITH probe AS (
        UPDATE destinations d SET open_until = clock_timestamp() + make_interval(secs => :lease)
         WHERE d.failures >= :breaker AND d.open_until <= now() AND d.disabled_at IS NULL
           AND EXISTS (SELECT 1 FROM outbox o
                        WHERE o.client = d.client AND o.state = 'pending' AND o.next_at <= now()
                          AND NOT EXISTS (SELECT 1 FROM outbox p WHERE p.job_id = o.job_id
                                             AND p.state = 'pending' AND p.number < o.number))
        RETURNING d.client
    ), destination AS (
        SELECT client, 1 AS room FROM probe
         UNION ALL
        SELECT client, :each - coalesce((CAST(:busy AS jsonb) ->> client)::int, 0) FROM destinations
         WHERE disabled_at IS NULL AND failures < :breaker AND (open_until IS NULL OR open_until <= now())
    ), found AS (
        SELECT due.id, row_number() OVER (PARTITION BY destination.client ORDER BY due.next_at) AS turn
          FROM destination CROSS JOIN LATERAL (
               SELECT o.id, o.next_at FROM outbox o
                WHERE o.client = destination.client AND o.state = 'pending' AND o.next_at <= now()
                  AND NOT EXISTS (SELECT 1 FROM outbox p WHERE p.job_id = o.job_id
                                     AND p.state = 'pending' AND p.number < o.number)
                ORDER BY o.next_at
                LIMIT greatest(destination.room, 0)
                  FOR UPDATE OF o SKIP LOCKED) AS due
    ), due AS (
        SELECT id FROM found ORDER BY turn LIMIT :limit
    )
    UPDATE outbox o
       SET next_at = clock_timestamp() + make_interval(secs => :lease), fence = o.fence + 1
      FROM due, jobs j
     WHERE o.id = due.id AND j.id = o.job_id AND o.state = 'pending' AND o.next_at <= now()
    RETURNING o.id, CAST(o.job_id AS text) AS job_id, o.number, o.client, o.type,
              CAST(o.body AS text) AS body, o.tries, o.fence, j.trace,
              o.client IN (SELECT client FROM probe) AS probe,
              o.type = 'job.progress' AND o.number < j.last_event AS overtaken
    """
)

# A delivery closes its destination's breaker. An event that waits takes the later ones of its job along, so
# that nobody looks at them in vain. One whose destination was disabled while it was on its way may still
# turn out to be delivered. One whose job is being erased is waited for, and nothing is written of it.
_SETTLE = text(
    """
    WITH told AS (
        SELECT * FROM jsonb_to_recordset(CAST(:told AS jsonb)) AS t (
            id text, client text, fence int, state text, wait float8, status int, error text,
            latency float8, answer text)
    ), known AS (
        SELECT t.* FROM told t JOIN outbox o ON o.id = t.id FOR KEY SHARE OF o
    ), logged AS (
        INSERT INTO deliveries (outbox_id, number, status, error, latency, answer)
        SELECT id, fence, status, error, latency, answer FROM known
            ON CONFLICT DO NOTHING
    ), moved AS (
        UPDATE outbox o
           SET state = k.state, tries = o.tries + 1,
               next_at = clock_timestamp() + make_interval(secs => k.wait),
               finished_at = CASE WHEN k.state <> 'pending' THEN clock_timestamp() END
          FROM known k
         WHERE o.id = k.id AND o.fence = k.fence
           AND (o.state = 'pending' OR o.state = 'dead' AND k.state = 'delivered')
        RETURNING o.job_id, o.number, o.state, o.next_at
    ), reached AS (
        UPDATE destinations SET failures = 0, failing_since = NULL, open_until = NULL
         WHERE failures > 0 AND client IN (SELECT client FROM told WHERE state = 'delivered')
    )
    UPDATE outbox o SET next_at = moved.next_at FROM moved
     WHERE moved.state = 'pending' AND o.state = 'pending'
       AND o.job_id = moved.job_id AND o.number > moved.number
    """
)


@dataclass(frozen=True)
class Due:
    """An event that this process may send now. ``body`` is JSON; ``tries`` so far; ``overtaken``: progress
    that a later event of its job tells better; ``probe``: the one that shows whether its destination is
    back; ``trace``: the traceparent of the job's request."""

    id: str
    job_id: str
    number: int
    client: str
    type: str
    body: str
    tries: int
    fence: int
    trace: str | None
    probe: bool
    overtaken: bool


@dataclass(frozen=True)
class Outcome:
    """What became of a try: the HTTP status or the error, ``latency`` in seconds, the first bytes of the
    answer; and the event's ``state`` now. One that is still pending is due after ``wait`` seconds."""

    event: Due
    state: OutboxState
    status: int | None = None
    error: str | None = None
    latency: float = 0.0
    answer: str = ""
    wait: float = 0.0

    @property
    def failed(self) -> bool:
        """Whether its destination did not take it."""
        return self.state is not OutboxState.DELIVERED


def take(
    connection: Connection,
    limit: int,
    *,
    lease: float,
    each: int,
    breaker: int,
    busy: Mapping[str, int] | None = None,
) -> list[Due]:
    """Take up to ``limit`` due events for ``lease`` seconds.

    At most ``each`` of one destination, less what this process has under way to it already (``busy``, by
    client). A destination with ``breaker`` failures in a row gets nothing while its breaker is open, and
    one event, the probe, when that time is over.
    """
    rows = connection.execute(
        _TAKE,
        {
            "limit": limit,
            "lease": lease,
            "each": each,
            "breaker": breaker,
            "busy": json.dumps(dict(busy or {})),
        },
    )
    return [Due(*row) for row in rows]


def give_back(connection: Connection, events: Sequence[Due]) -> None:
    """Let others send what was taken and not sent; it counts as no try."""
    connection.execute(
        text(
            "UPDATE outbox o SET next_at = now() FROM unnest(CAST(:ids AS text[]), CAST(:fences AS int[]))"
            " AS t (id, fence) WHERE o.id = t.id AND o.fence = t.fence AND o.state = 'pending'"
        ),
        {"ids": [event.id for event in events], "fences": [event.fence for event in events]},
    )


def settle(connection: Connection, outcomes: Sequence[Outcome]) -> None:
    """Write down tries and what follows from them; failures are for ``destinations.learn``. What another
    drain has taken since stays its own."""
    told = [
        {
            "id": outcome.event.id,
            "client": outcome.event.client,
            "fence": outcome.event.fence,
            "state": outcome.state.value,
            "wait": outcome.wait,
            "status": outcome.status,
            "error": outcome.error,
            "latency": outcome.latency,
            "answer": outcome.answer,
        }
        for outcome in outcomes
    ]
    connection.execute(_SETTLE, {"told": json.dumps(told)})
