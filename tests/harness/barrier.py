"""A place in front of a commit where processes can be met: they have done something and not written it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg

from tests.harness.service import Service

_LOCK = 7_266


@contextmanager
def held_back(service: Service, **conditions: str) -> Iterator[Callable[[], int]]:
    """While the block runs, whoever updates a row of a table to one that meets the table's condition (SQL,
    of ``NEW``) waits in the middle of its transaction; yields what says how many do."""
    for table, condition in conditions.items():
        service.execute(
            f"CREATE FUNCTION hold_back_{table}() RETURNS trigger LANGUAGE plpgsql"
            # The service's own sessions wait for a lock for so long and no longer.
            f" SET lock_timeout TO 0 AS $$ BEGIN IF {condition}"
            f" THEN PERFORM pg_advisory_xact_lock_shared({_LOCK}); END IF; RETURN NEW; END $$"
        )
        service.execute(
            f"CREATE TRIGGER hold_back BEFORE UPDATE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION hold_back_{table}()"
        )

    def waiting() -> int:
        of_this_database = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        return len(
            service.rows(
                f"SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND {of_this_database}"  # noqa: S608
            )
        )

    url = service.runtime.settings.database_url.replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as lock:
        lock.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        yield waiting
