"""Admission: which accepted jobs may run now: previews, then by priority, then round robin over clients."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import Connection, text

# A client's n-th live or admitted job competes with the n-th of the others, so that one batch starves
# nobody; of each client only as many are looked at as it could have running. A preview is small, and somebody
# sits before it: previews go first, and have a few places of their own. The advisory lock keeps two
# admissions from counting the same room twice.
_ADMIT = text(
    """
    WITH running AS (
        SELECT client, count(*) AS n FROM jobs
         WHERE state IN ('admitted', 'running', 'failing', 'cancelling') GROUP BY client
    ), waiting AS (
        SELECT w.client, coalesce(r.n, 0) AS n,
               coalesce((CAST(:limits AS jsonb) ->> w.client)::int, :per_client) AS most
          FROM (SELECT DISTINCT client FROM jobs WHERE state = 'accepted') w
          LEFT JOIN running r USING (client)
    ), candidate AS (
        SELECT first.*, w.most, w.n + row_number() OVER (
                   PARTITION BY w.client ORDER BY preview DESC, priority DESC, created_at) AS turn
          FROM waiting w CROSS JOIN LATERAL (
               SELECT id, preview, priority, created_at FROM jobs j
                WHERE j.client = w.client AND j.state = 'accepted'
                ORDER BY preview DESC, priority DESC, created_at
                LIMIT greatest(0, w.most + :extra - w.n)) first
    ), ranked AS (
        SELECT id, preview,
               row_number() OVER (ORDER BY preview DESC, priority DESC, turn, created_at) AS place
          FROM candidate WHERE turn <= most + CASE WHEN preview THEN :extra ELSE 0 END
    ), chosen AS (
        SELECT id FROM ranked
         WHERE place + (SELECT coalesce(sum(n), 0) FROM running)
               <= :in_all + CASE WHEN preview THEN :extra ELSE 0 END
    )
    UPDATE jobs j SET state = 'admitted', admitted_at = now(), updated_at = now()
      FROM chosen WHERE j.id = chosen.id AND j.state = 'accepted'
    RETURNING j.id
    """
)
_EXTRA = 2  # places beyond each limit that previews alone may take
_LOCK = 0x61646D6974


def admit(connection: Connection, *, in_all: int, per_client: int, limits: Mapping[str, int]) -> list[str]:
    """Admit as many accepted jobs as there is room for; their ids.

    ``limits`` holds the clients whose limit differs from ``per_client``.
    """
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    rows = connection.execute(
        _ADMIT,
        {
            "in_all": in_all,
            "per_client": per_client,
            "limits": json.dumps(dict(limits)),
            "extra": _EXTRA,
        },
    )
    return [str(row.id) for row in rows]
