"""Destinations of callbacks: one per client, each with a breaker that all drains share.

Closed: events go out. After so many failures in a row it opens: nothing is sent until ``open_until``,
then a single event, the probe. A success closes it; each probe that fails doubles the time until the
next one. A destination that answered 410 is disabled: its events are dead letters until an operator
enables it, or its address in the settings is another one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert

from genai.store.audit import record
from genai.store.outbox import Outcome
from genai.store.tables import destinations

_FIRST = 5.0  # seconds that a breaker stays open at first
_HELD = 3600.0  # seconds that a receiver may hold all its events by Retry-After


@dataclass(frozen=True)
class Breaker:
    """Opens after ``failures`` in a row, for at most ``longest`` seconds at a time."""

    failures: int
    longest: float


def digest(url: str) -> str:
    """What is kept of an address: SHA-256 in hex."""
    return hashlib.sha256(url.encode()).hexdigest()


def prepare(connection: Connection, urls: Mapping[str, str], *, schedule: float) -> None:
    """Bring the destinations in line with the settings (address by client), and end what cannot be sent.

    Events of clients without an address are read over the API. Those of a disabled destination are dead,
    as are those of one that has failed without end for longer than a whole ``schedule`` (seconds) takes, as
    long as they have waited for it: behind an open breaker few of them are tried.
    """
    _configure(connection, {client: digest(url) for client, url in urls.items()})
    connection.execute(
        text(
            "UPDATE outbox SET state = 'unaddressed', finished_at = now()"
            " WHERE state = 'pending' AND client <> ALL (:clients)"
        ),
        {"clients": list(urls)},
    )
    connection.execute(
        text(
            "UPDATE outbox o SET state = 'dead', finished_at = now() FROM destinations d"
            " WHERE d.client = o.client AND o.state = 'pending' AND (d.disabled_at IS NOT NULL"
            " OR d.failing_since < now() - make_interval(secs => :schedule)"
            " AND o.queued_at < now() - make_interval(secs => :schedule))"
        ),
        {"schedule": schedule},
    )


def learn(
    connection: Connection,
    outcomes: Sequence[Outcome],
    *,
    breaker: Breaker,
    gone: Iterable[str] = (),
    held: Mapping[str, float] | None = None,
) -> None:
    """What failed tries say of their destinations; settling them has told what the others say. ``gone``:
    clients whose receiver wants no more; ``held``: seconds for which a client's receiver wants nothing."""
    reached = {outcome.event.client for outcome in outcomes if not outcome.failed}
    failed = {outcome.event.client for outcome in outcomes if outcome.failed}
    for client in sorted(failed - reached):
        of_client = [outcome for outcome in outcomes if outcome.event.client == client]
        _failed(connection, client, len(of_client), any(o.event.probe for o in of_client), breaker)
    for client, seconds in (held or {}).items():
        connection.execute(
            text(
                "UPDATE destinations SET open_until = greatest(open_until,"
                " clock_timestamp() + make_interval(secs => :seconds)) WHERE client = :client"
            ),
            {"client": client, "seconds": min(seconds, _HELD)},
        )
    for client in gone:
        _disable(connection, client)


def left_alone(connection: Connection) -> set[str]:
    """The clients whose destination gets nothing now: disabled, held, or behind an open breaker."""
    return set(
        connection.scalars(
            text(
                "SELECT client FROM destinations"
                " WHERE disabled_at IS NOT NULL OR open_until > clock_timestamp()"
            )
        )
    )


def enable(connection: Connection, client: str) -> bool:
    """Send to the client's destination again, at once; whether anything was in the way."""
    changed = connection.execute(
        update(destinations)
        .where(destinations.c.client == client)
        .where(destinations.c.disabled_at.is_not(None) | destinations.c.open_until.is_not(None))
        .values(failures=0, failing_since=None, open_until=None, disabled_at=None)
    ).rowcount
    if changed:
        record(connection, client=client, actor="operator", action="destination.enable")
    return bool(changed)


def is_disabled(connection: Connection, client: str, url: str) -> bool:
    """Whether the client's receiver at this address has answered 410."""
    row = connection.execute(
        select(destinations.c.disabled_at).where(
            destinations.c.client == client, destinations.c.url_digest == digest(url)
        )
    ).first()
    return row is not None and row.disabled_at is not None


def _configure(connection: Connection, digests: Mapping[str, str]) -> None:
    known = {row.client: row.url_digest for row in connection.execute(select(destinations))}
    for client in sorted(client for client, value in digests.items() if known.get(client) != value):
        new = {
            "url_digest": digests[client],
            "failures": 0,
            "failing_since": None,
            "open_until": None,
            "disabled_at": None,
        }
        connection.execute(
            insert(destinations)
            .values(client=client, **new)
            .on_conflict_do_update(index_elements=["client"], set_=new)
        )
    if gone := known.keys() - digests.keys():
        connection.execute(delete(destinations).where(destinations.c.client.in_(gone)))


def _failed(connection: Connection, client: str, count: int, probed: bool, breaker: Breaker) -> None:
    """Count failures. Once it is open only probes count: the others were on their way before."""
    connection.execute(
        text(
            """
            UPDATE destinations d
               SET failures = n.failures, failing_since = coalesce(d.failing_since, now()),
                   open_until = CASE WHEN n.failures < :most THEN d.open_until
                       ELSE clock_timestamp() + make_interval(secs =>
                            least(CAST(:longest AS float8), :first * power(2, least(n.failures - :most, 30))))
                       END
              FROM (SELECT client, CASE WHEN :probed THEN failures + 1
                                        ELSE greatest(failures, least(failures + :count, :most))
                                        END AS failures
                      FROM destinations WHERE client = :client FOR UPDATE) n
             WHERE d.client = n.client AND d.failures <> n.failures
            """
        ),
        {
            "client": client,
            "count": count,
            "probed": probed,
            "most": breaker.failures,
            "longest": breaker.longest,
            "first": _FIRST,
        },
    )


def _disable(connection: Connection, client: str) -> None:
    disabled = connection.execute(
        text("UPDATE destinations SET disabled_at = now() WHERE client = :client AND disabled_at IS NULL"),
        {"client": client},
    ).rowcount
    if disabled:
        record(connection, client=client, actor="service", action="destination.disable")
    connection.execute(
        text(
            "UPDATE outbox SET state = 'dead', finished_at = now()"
            " WHERE client = :client AND state = 'pending'"
        ),
        {"client": client},
    )
