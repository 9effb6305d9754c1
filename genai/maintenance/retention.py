"""Retention: removes what nobody needs any more, in batches, each in a transaction of its own."""

from __future__ import annotations

import logging
from itertools import islice

from genai import runtime
from genai.celery import app
from genai.runtime import Runtime
from genai.store.assets import unknown_assets
from genai.store.nonces import forget_nonces
from genai.store.retention import owners, remove_assets, remove_audit, remove_events, remove_jobs

logger = logging.getLogger(__name__)

_STALE = 3600.0  # seconds; a write in progress renews its file long before, and its row comes soon after
_AT_ONCE = 1000


@app.task(name="genai.maintenance.sweep", ignore_result=True)
def sweep_task() -> None:
    expire(runtime.current())
    sweep(runtime.current())


def expire(current: Runtime, at_once: int = _AT_ONCE) -> dict[str, int]:
    """Remove what has passed the ages of the settings: jobs, events, audit, assets; how many of each."""
    database, settings = current.database, current.settings
    removed = {}
    for name, days, remove in (
        ("jobs", settings.keep_jobs, remove_jobs),
        ("events", settings.keep_events, remove_events),
        ("audit", settings.keep_audit, remove_audit),
    ):
        removed[name] = 0
        more = days > 0
        while more:
            with database.transaction() as connection:
                count = remove(connection, days, at_once)
            removed[name] += count
            more = count == at_once
    removed["assets"] = _expire_assets(current, at_once) if settings.keep_assets > 0 else 0
    if any(removed.values()):
        logger.info("retention removed %s", ", ".join(f"{n} {name}" for name, n in removed.items() if n))
    return removed


def _expire_assets(current: Runtime, at_once: int) -> int:
    removed = 0
    with current.database.transaction() as connection:
        clients = owners(connection)
    for client in clients:
        after: str | None = ""
        while after is not None:
            with current.database.transaction() as connection:
                count, after = remove_assets(connection, client, current.settings.keep_assets, at_once, after)
            removed += count
    return removed


def sweep(current: Runtime, stale: float = _STALE) -> int:
    """Remove the files that no row names, what writers that died left in the asset store, and nonces of
    signatures that have run out; how many files. What is younger than ``stale`` seconds is left alone.
    """
    removed = current.assets.sweep(stale)
    untouched = current.assets.untouched(stale)
    while names := list(islice(untouched, _AT_ONCE)):
        with current.database.transaction() as connection:
            unknown = unknown_assets(connection, names)
        removed += sum(current.assets.discard(name, stale) for name in unknown)
    with current.database.transaction() as connection:
        forget_nonces(connection)
    return removed
