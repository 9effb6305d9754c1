"""Limits of providers, shared by all workers of all hosts: places, rate, a vendor's pauses, the breaker.

An attempt that may be made gets a place (``slot_at``) and keeps it until its call has ended, also while
a vendor works on its ticket. What has no place waits, and looks again: all those of a client that wait
for one provider look about twenty times a second together, so that a client with little to do is served
soon beside one with much.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, text

from genai.domain.limits import Limit

_LOOKS = 20  # a second, of all who wait
_SOONEST, _LATEST = 1.0, 30.0  # seconds until another look
_PROBE = 30.0  # seconds that an open breaker waits for the one call that tries the vendor
_OPEN_FIRST, _OPEN_LONGEST = 10.0, 300.0  # seconds; doubled with each further failure
_UNLIMITED = 64.0  # calls at once from which on a provider without a limit is no longer slowed down


@dataclass(frozen=True)
class Wait:
    """``reason``: limit (places and rate), throttled (the vendor wants fewer calls) or breaker (it has
    failed too often); ``due_in`` seconds until another look."""

    reason: str
    due_in: float


def take_place(
    connection: Connection, attempt: Row[Any], limit: Limit, *, client: str, urgent: bool = False
) -> Wait | None:
    """Give the attempt a place at its provider, or say what it has to wait for. ``urgent`` ones look
    again twice as soon."""
    state = _lock(connection, attempt.provider)
    if attempt.slot_at is not None:
        left = connection.scalar(
            text("SELECT extract(epoch FROM CAST(:at AS timestamptz) - clock_timestamp())"),
            {"at": attempt.slot_at},
        )
        return Wait("limit", float(left)) if left > 0 else None
    if state.paused > 0:
        return Wait("throttled", float(state.paused))
    if state.open > 0:
        return Wait("breaker", float(state.open))
    places = min(limit.concurrency or float("inf"), state.ceiling or float("inf"))
    if in_flight(connection, attempt.provider) >= max(1, int(min(places, 1e9))):
        waiting = _waiting(connection, attempt.provider, client)
        soonest = _SOONEST if urgent else 2 * _SOONEST
        return Wait("limit", min(_LATEST, max(soonest, waiting / _LOOKS)))
    if state.failures >= limit.breaker:
        # This call tries whether the vendor is well again; the others wait for what comes of it.
        _set(connection, attempt.provider, "open_until = clock_timestamp() + make_interval(secs => :probe)",
             probe=_PROBE)  # fmt: skip
    interval = 60 / limit.per_minute if limit.per_minute else 0.0
    start = connection.execute(
        text(
            "UPDATE attempts a SET slot_at = greatest(l.next_slot_at, clock_timestamp())"
            " FROM provider_limits l WHERE l.provider = a.provider AND a.id = :id"
            " RETURNING a.slot_at, extract(epoch FROM a.slot_at - clock_timestamp()) AS due_in"
        ),
        {"id": attempt.id},
    ).one()
    if interval:
        _set(connection, attempt.provider, "next_slot_at = CAST(:start AS timestamptz)"
             " + make_interval(secs => :interval)", start=start.slot_at, interval=interval)  # fmt: skip
    return Wait("limit", float(start.due_in)) if start.due_in > 0 else None


def in_flight(connection: Connection, provider: str) -> int:
    """How many calls and tickets of the provider are not done."""
    return int(
        connection.scalar(
            text(
                "SELECT count(*) FROM attempts a JOIN steps s ON s.id = a.step_id"
                " WHERE a.provider = :provider AND a.slot_at IS NOT NULL"
                " AND s.state IN ('running', 'waiting')"
            ),
            {"provider": provider},
        )
        or 0
    )


def throttled(connection: Connection, provider: str, retry_after: float) -> None:
    """The vendor wants fewer calls: none for ``retry_after`` seconds, then half as many at once as now."""
    _lock(connection, provider)
    _set(
        connection,
        provider,
        "paused_until = greatest(paused_until, clock_timestamp() + make_interval(secs => :retry_after)),"
        " ceiling = greatest(1, least(ceiling, :now) / 2)",
        retry_after=retry_after,
        now=float(in_flight(connection, provider)),
    )


def answered(connection: Connection, provider: str, limit: Limit) -> None:
    """The vendor has answered: the breaker closes, and it is asked a little more at once than before."""
    connection.execute(
        text(
            "UPDATE provider_limits SET failures = 0, open_until = NULL,"
            " ceiling = CASE WHEN ceiling + 1 / ceiling < :most THEN ceiling + 1 / ceiling END"
            " WHERE provider = :provider AND (failures > 0 OR ceiling IS NOT NULL)"
        ),
        {"provider": provider, "most": float(limit.concurrency or _UNLIMITED)},
    )


def failed(connection: Connection, provider: str, limit: Limit) -> None:
    """The vendor has failed: too often in a row, and it is left alone."""
    _lock(connection, provider)
    _set(
        connection,
        provider,
        "failures = failures + 1, open_until = CASE WHEN failures + 1 >= :breaker THEN clock_timestamp()"
        " + make_interval(secs => least(CAST(:longest AS float),"
        " :first * power(2, least(20, failures + 1 - :breaker)))) END",
        breaker=limit.breaker,
        first=_OPEN_FIRST,
        longest=_OPEN_LONGEST,
    )


def _lock(connection: Connection, provider: str) -> Row[Any]:
    """The provider's row, locked; times as seconds from now."""
    query = text(
        "SELECT failures, ceiling,"
        " coalesce(extract(epoch FROM paused_until - clock_timestamp()), 0) AS paused,"
        " coalesce(extract(epoch FROM open_until - clock_timestamp()), 0) AS open"
        " FROM provider_limits WHERE provider = :provider FOR UPDATE"
    )
    row = connection.execute(query, {"provider": provider}).first()
    if row is None:
        connection.execute(
            text("INSERT INTO provider_limits (provider) VALUES (:provider) ON CONFLICT DO NOTHING"),
            {"provider": provider},
        )
        row = connection.execute(query, {"provider": provider}).one()
    return row


def _set(connection: Connection, provider: str, assignments: str, **values: Any) -> None:
    connection.execute(
        text(f"UPDATE provider_limits SET {assignments} WHERE provider = :provider"),  # noqa: S608 - our text
        {"provider": provider, **values},
    )


def _waiting(connection: Connection, provider: str, client: str) -> int:
    """How many steps of the client wait for a place at the provider."""
    return int(
        connection.scalar(
            text(
                "SELECT count(*) FROM steps s JOIN attempts a ON a.step_id = s.id"
                " JOIN jobs j ON j.id = s.job_id"
                " WHERE s.state = 'waiting' AND a.state = 'started' AND a.slot_at IS NULL"
                " AND a.provider = :provider AND j.client = :client"
            ),
            {"provider": provider, "client": client},
        )
        or 0
    )
