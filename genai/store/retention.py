"""Removing rows by their age, a batch at a time; days. What another writer holds is left for the next time.

Each batch locks what it may remove, then looks again whether anybody needs it: whoever began to need it in
between either has been seen, or waits for the lock and finds it gone.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from genai.store.erasure import mentioned

_OLD_JOBS = text(
    """
    SELECT id FROM jobs
     WHERE finished_at < now() - make_interval(secs => 86400 * :days)
       AND (CAST(:some AS uuid[]) IS NULL OR id = ANY (CAST(:some AS uuid[])))
       AND NOT EXISTS (SELECT 1 FROM jobs r WHERE r.retry_of = jobs.id)
       AND NOT EXISTS (SELECT 1 FROM steps s JOIN checkpoints c ON c.step_id = s.id WHERE s.job_id = jobs.id)
       AND NOT EXISTS (SELECT 1 FROM steps s JOIN steps u ON u.source_id = s.id WHERE s.job_id = jobs.id)
       AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.job_id = jobs.id AND o.state = 'pending')
     ORDER BY finished_at LIMIT :most FOR UPDATE SKIP LOCKED
    """
)
_OLD_EVENTS = text(
    """
    DELETE FROM outbox WHERE id IN (
        SELECT o.id FROM outbox o JOIN jobs j ON j.id = o.job_id
         WHERE o.created_at < now() - make_interval(secs => 86400 * :days) AND o.state <> 'pending'
           AND o.queued_at < now() - make_interval(secs => 86400 * :days)
           AND j.state IN ('completed', 'failed', 'cancelled')
         LIMIT :most FOR UPDATE OF o SKIP LOCKED)
    """
)
_OLD_AUDIT = text(
    """
    DELETE FROM audit WHERE id IN (
        SELECT id FROM audit WHERE created_at < now() - make_interval(secs => 86400 * :days) LIMIT :most)
    """
)
_OLD_ASSETS = text(
    """
    SELECT a.sha256 FROM assets a
     WHERE a.client = :client AND a.sha256 > :after
       AND a.kept_at < now() - make_interval(secs => 86400 * :days)
       AND NOT EXISTS (SELECT 1 FROM step_assets s WHERE s.client = a.client AND s.sha256 = a.sha256)
     ORDER BY a.sha256 LIMIT :most FOR UPDATE SKIP LOCKED
    """
)


def remove_jobs(connection: Connection, days: float, most: int) -> int:
    """Remove up to ``most`` jobs that ended so long ago, with their steps, attempts and events; how many.

    A job stays while another one retries it or has taken over a step of it, while a checkpoint is one of its
    steps, and while an event of it is to be sent. The idempotency key of one that is removed is free again:
    the same request makes another job.
    """
    found = connection.scalars(_OLD_JOBS, {"days": days, "most": most, "some": None}).all()
    locked = [str(id_) for id_ in found]
    unneeded = connection.scalars(_OLD_JOBS, {"days": days, "most": most, "some": locked}).all()
    connection.execute(
        text("DELETE FROM jobs WHERE id = ANY (CAST(:ids AS uuid[]))"),
        {"ids": [str(id_) for id_ in unneeded]},
    )
    return len(unneeded)


def remove_events(connection: Connection, days: float, most: int) -> int:
    """Remove up to ``most`` events of ended jobs, with their deliveries; how many. One that is to be sent
    stays."""
    return connection.execute(_OLD_EVENTS, {"days": days, "most": most}).rowcount


def remove_audit(connection: Connection, days: float, most: int) -> int:
    """Remove up to ``most`` rows of the audit trail; how many."""
    return connection.execute(_OLD_AUDIT, {"days": days, "most": most}).rowcount


def owners(connection: Connection) -> list[str]:
    """The clients that have assets."""
    return list(connection.scalars(text("SELECT DISTINCT client FROM assets ORDER BY 1")))


def remove_assets(
    connection: Connection, client: str, days: float, most: int, after: str = ""
) -> tuple[int, str | None]:
    """Of the next ``most`` assets of the client that were kept so long ago, remove those that no job of its
    names; how many, and after which one to go on, None at the end. Their files follow, in the sweep."""
    found = connection.scalars(
        _OLD_ASSETS, {"client": client, "days": days, "most": most, "after": after}
    ).all()
    unneeded = set(found) - mentioned(connection, client) if found else set()
    connection.execute(
        text("DELETE FROM assets WHERE client = :client AND sha256 = ANY (:unneeded)"),
        {"client": client, "unneeded": list(unneeded)},
    )
    return len(unneeded), found[-1] if len(found) == most else None
