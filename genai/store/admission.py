"""Admission: which accepted jobs may run now, by priority, then round robin over clients."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import Connection, text

# A client's n-th live or admitted job competes with the n-th of the others, so that one batch
# starves nobody. The advisory lock keeps two admissions from counting the same room twice.
_ADMIT = text(
    """
    WITH running AS (
        SELECT client, count(*) AS n FROM jobs
         WHERE state IN ('admitted', 'running', 'failing', 'cancelling') GROUP BY client
    ), candidate AS (
        SELECT j.id, j.client, j.priority, j.created_at,
               coalesce(r.n, 0) + row_number() OVER (
                   PARTITION BY j.client ORDER BY j.priority DESC, j.created_at) AS turn
          FROM jobs j LEFT JOIN running r ON r.client = j.client
         WHERE j.state = 'accepted'
    ), chosen AS (
        SELECT id FROM candidate
         WHERE turn <= coalesce((CAST(:limits AS jsonb) ->> client)::int, :per_client)
         ORDER BY priority DESC, turn, created_at
         LIMIT greatest(0, :in_all - (SELECT coalesce(sum(n), 0) FROM running))
    )
    UPDATE jobs j SET state = 'admitted', admitted_at = now(), updated_at = now()
      FROM chosen WHERE j.id = chosen.id AND j.state = 'accepted'
    RETURNING j.id
    """
)
_LOCK = 0x61646D6974


def admit(connection: Connection, *, in_all: int, per_client: int, limits: Mapping[str, int]) -> list[str]:
    """Admit as many accepted jobs as there is room for; their ids.

    ``limits`` holds the clients whose limit differs from ``per_client``.
    """
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    rows = connection.execute(
        _ADMIT, {"in_all": in_all, "per_client": per_client, "limits": json.dumps(dict(limits))}
    )
    return [str(row.id) for row in rows]
