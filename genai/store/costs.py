"""What a client's calls have cost, by day: sums over its attempts; and how many have no price."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from genai.domain.enums import Capability

# A call belongs to the day (UTC) on which it was begun, as for daily budgets.
_CALLS = """
      FROM attempts a JOIN steps s ON s.id = a.step_id JOIN jobs j ON j.id = s.job_id
     WHERE j.client = :client
       AND a.created_at < coalesce(CAST(:until AS timestamptz), 'infinity')
       AND a.created_at >= coalesce(CAST(:since AS timestamptz),
                                    coalesce(CAST(:until AS timestamptz), now()) - interval '30 days')
"""

# Calls that cost nothing are not counted: most of them are the local engine's.
_BY_DAY = text(
    f"""
    SELECT (a.created_at AT TIME ZONE 'UTC')::date AS day, j.brief ->> 'mode' AS mode, a.capability,
           a.provider, count(*) AS calls, sum(a.cost) AS spent, sum(a.reserved) AS reserved
    {_CALLS} AND (a.cost > 0 OR a.reserved > 0)
     GROUP BY 1, 2, 3, 4 ORDER BY 1 DESC, 2 NULLS FIRST, 3, 4
    """
)
_FREE = text(
    f"""
    SELECT a.capability, a.provider, count(*) AS calls
    {_CALLS} AND a.cost = 0 AND a.state = 'succeeded'
       AND (a.capability, a.provider) IN
           (SELECT * FROM unnest(CAST(:capabilities AS text[]), CAST(:providers AS text[])))
     GROUP BY 1, 2 ORDER BY 1, 2
    """  # noqa: S608 - of this module's own text
)


def costs_by_day(
    connection: Connection, client: str, *, since: datetime | None, until: datetime | None
) -> list[dict[str, Any]]:
    """The client's costs as DayCostSchema describes them, the newest day first: from ``since`` (by default 30
    days before the end) to before ``until``."""
    rows = connection.execute(_BY_DAY, {"client": client, "since": since, "until": until})
    return [
        {
            **row._asdict(),
            "day": row.day.isoformat(),
            "spent": float(row.spent),
            "reserved": float(row.reserved),
        }
        for row in rows
    ]


def calls_without_price(
    connection: Connection,
    client: str,
    unpriced: Collection[tuple[Capability, str]],
    *,
    since: datetime | None,
    until: datetime | None,
) -> list[dict[str, Any]]:
    """How many of the client's calls have cost nothing, of the ``unpriced`` capabilities and providers: as
    UnpricedSchema describes them, in the same time as above."""
    if not unpriced:
        return []
    capabilities, providers = ([str(each) for each in column] for column in zip(*unpriced, strict=True))
    wanted = {"client": client, "since": since, "until": until}
    rows = connection.execute(_FREE, wanted | {"capabilities": capabilities, "providers": providers})
    return [row._asdict() for row in rows]
