"""Budgets in US dollars, of a job and of a client's day: reserved before a call, settled after it."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import Connection, text

from genai.errors import Permanent, Waiting
from genai.store.claims import Claim

_LONGEST = 3600.0  # seconds until another look; a day's budget may be raised meanwhile

# Of the attempt itself: what its failed calls have cost.
_SPENT = text(
    """
    SELECT coalesce(sum(m.spent) FILTER (WHERE s.job_id = :job_id), 0) AS job,
           coalesce(sum(m.spent) FILTER (WHERE a.created_at >= :midnight), 0) AS day
      FROM attempts a JOIN steps s ON s.id = a.step_id JOIN jobs j ON j.id = s.job_id,
           LATERAL (SELECT a.cost + CASE WHEN a.id = :attempt_id THEN 0 ELSE a.reserved END) m (spent)
     WHERE (a.cost > 0 OR a.reserved > 0)
       AND (s.job_id = :job_id OR j.client = :client AND a.created_at >= :midnight)
    """
)


def reserve(
    connection: Connection,
    claim: Claim,
    attempt_id: int,
    price: float,
    *,
    of_job: float | None,
    of_day: float | None,
) -> None:
    """Set ``price`` aside for the attempt, until its cost is known.

    Raises Permanent (``budget``) where the job's budget does not hold it, and Waiting until the next
    day (UTC) where the client's does not.
    """
    if price <= 0:
        return
    if of_job is not None or of_day is not None:
        # Of one client's calls each counts what the one before has set aside.
        connection.execute(
            text("SELECT pg_advisory_xact_lock(hashtext('budget'), hashtext(:client))"),
            {"client": claim.client},
        )
        day = connection.execute(
            text(
                "SELECT date_trunc('day', now(), 'UTC') AS midnight,"
                " extract(epoch FROM date_trunc('day', now(), 'UTC') + interval '1 day' - now()) AS left"
            )
        ).one()
        spent = connection.execute(
            _SPENT,
            {
                "job_id": claim.job_id,
                "client": claim.client,
                "attempt_id": attempt_id,
                "midnight": day.midnight,
            },
        ).one()
        if of_job is not None and spent.job + Decimal(str(price)) > Decimal(str(of_job)):
            raise Permanent(
                f"the next call costs up to {price:.2f} US dollars and would exceed the job's budget of"
                f" {of_job:.2f}, of which {spent.job:.2f} are spent",
                code="budget",
                details={"budget": of_job, "spent": float(spent.job), "price": price},
            )
        if of_day is not None and spent.day + Decimal(str(price)) > Decimal(str(of_day)):
            raise Waiting("budget", min(_LONGEST, float(day.left)))
    connection.execute(
        text("UPDATE attempts SET reserved = :price WHERE id = :id"), {"price": price, "id": attempt_id}
    )
