"""Figures for operators, computed from what the database knows: the same whoever asks, and right again
after any crash.

Totals count the rows that there are: they fall when old jobs are removed, as after a restart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

# Upper bounds in seconds; what is longer is counted in a last bucket of its own.
STEP_BOUNDS = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0)
DELIVERY_BOUNDS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)


@dataclass(frozen=True)
class Histogram:
    """``counts`` per bucket, one more than there are bounds; ``total`` of all values."""

    labels: tuple[str, ...]
    counts: tuple[int, ...]
    total: float


Rows = Sequence[tuple[Any, ...]]

_JOBS = "SELECT flow, state, count(*) FROM jobs GROUP BY 1, 2"
_RECONCILES = "SELECT flow, sum(recoveries) FROM jobs GROUP BY 1"
_LIVE_STEPS = """
    SELECT s.queue, s.state, count(*),
           coalesce(extract(epoch FROM now() - min(s.queued_at) FILTER (WHERE s.state = 'queued')), 0)
      FROM jobs j JOIN steps s ON s.job_id = j.id
     WHERE j.state IN ('admitted', 'running', 'failing', 'cancelling')
       AND s.state IN ('pending', 'queued', 'running', 'waiting')
     GROUP BY 1, 2
"""
_STEP_TOTALS = """
    SELECT stage, sum(failures), sum(losses), count(*) FILTER (WHERE state = 'failed') FROM steps GROUP BY 1
"""
# From the first call to the end, so that waiting for a vendor counts.
_STEP_SECONDS = """
    SELECT stage, provider, width_bucket(seconds, :bounds) AS bucket, count(*), sum(seconds)
      FROM (SELECT s.stage, coalesce(a.provider, 'none') AS provider,
                   extract(epoch FROM s.finished_at - least(s.claimed_at, a.began))::float8 AS seconds
              FROM steps s LEFT JOIN (SELECT step_id, max(provider) AS provider, min(created_at) AS began
                                        FROM attempts GROUP BY step_id) a ON a.step_id = s.id
             WHERE s.state = 'succeeded' AND s.source_id IS NULL AND s.claimed_at IS NOT NULL) AS ended
     GROUP BY 1, 2, 3
"""
_CALLS = "SELECT provider, capability, state, count(*), sum(cost) FROM attempts GROUP BY 1, 2, 3"
# Since midnight UTC, as daily budgets count.
_SPENT_TODAY = """
    SELECT j.client, sum(a.cost), sum(a.reserved)
      FROM attempts a JOIN steps s ON s.id = a.step_id JOIN jobs j ON j.id = s.job_id
     WHERE a.created_at >= date_trunc('day', now(), 'UTC') AND (a.cost > 0 OR a.reserved > 0) GROUP BY 1
"""
_ERRORS = """
    SELECT provider, capability, coalesce(error ->> 'code', 'unknown'),
           sum(errors + (state = 'failed')::int)
      FROM attempts WHERE error IS NOT NULL GROUP BY 1, 2, 3
"""
_VERDICTS = """
    SELECT result ->> 'verdict', number::text, count(*) FROM attempts
     WHERE capability = 'fidelity' AND state = 'succeeded' GROUP BY 1, 2
"""
_EVENTS = "SELECT type, state, count(*) FROM outbox GROUP BY 1, 2"
_LAG = """
    SELECT client, count(*),
           greatest(coalesce(extract(epoch FROM now() - min(next_at) FILTER (WHERE next_at <= now())), 0), 0)
      FROM outbox WHERE state = 'pending' GROUP BY 1
"""
_DELIVERIES = """
    SELECT coalesce((status / 100) || 'xx', 'none') AS result,
           width_bucket(latency, :bounds) AS bucket, count(*), sum(latency)
      FROM deliveries GROUP BY 1, 2
"""
_DESTINATIONS = """
    SELECT client, (disabled_at IS NOT NULL)::int, (coalesce(open_until > now(), false))::int
      FROM destinations
"""


@dataclass(frozen=True)
class Figures:
    """What the database says at one moment. The columns of the rows are those of the statements above."""

    jobs: Rows
    reconciles: Rows
    live_steps: Rows
    step_totals: Rows
    step_seconds: Sequence[Histogram]
    calls: Rows
    spent_today: Rows
    errors: Rows
    verdicts: Rows
    events: Rows
    lag: Rows
    deliveries: Sequence[Histogram]
    destinations: Rows


def figures(connection: Connection) -> Figures:
    """Compute all of them: thirteen statements, five of which read a whole table."""

    def rows(statement: str) -> Rows:
        return [tuple(row) for row in connection.execute(text(statement))]

    return Figures(
        jobs=rows(_JOBS),
        reconciles=rows(_RECONCILES),
        live_steps=rows(_LIVE_STEPS),
        step_totals=rows(_STEP_TOTALS),
        step_seconds=_histograms(connection, _STEP_SECONDS, STEP_BOUNDS),
        calls=rows(_CALLS),
        spent_today=rows(_SPENT_TODAY),
        errors=rows(_ERRORS),
        verdicts=rows(_VERDICTS),
        events=rows(_EVENTS),
        lag=rows(_LAG),
        deliveries=_histograms(connection, _DELIVERIES, DELIVERY_BOUNDS),
        destinations=rows(_DESTINATIONS),
    )


def _histograms(connection: Connection, statement: str, bounds: Sequence[float]) -> list[Histogram]:
    counts: dict[tuple[str, ...], list[int]] = {}
    totals: dict[tuple[str, ...], float] = {}
    for *labels, bucket, count, total in connection.execute(text(statement), {"bounds": list(bounds)}):
        key = tuple(labels)
        counts.setdefault(key, [0] * (len(bounds) + 1))[bucket] += count
        totals[key] = totals.get(key, 0.0) + float(total)
    return [Histogram(key, tuple(of_key), totals[key]) for key, of_key in counts.items()]
