"""Connections: lost, kept, and with a transaction for each statement."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from genai.store.database import Database

ENDED = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'to be ended'"
LEFT = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'to be ended'"


def test_a_connection_that_the_server_has_ended_is_replaced_at_once(service):
    database = Database(service.runtime.settings.database_url, application="to be ended")
    with database.transaction() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    with service.runtime.database.transaction() as connection:
        assert connection.scalar(text(ENDED)) == 1
    service.until(lambda: service.rows(LEFT)[0][0] == 0)
    with database.transaction() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    database.close()


def test_connections_are_kept(database):
    """As many as are needed at once, and no others later on."""
    kept = Database(database.replace("postgresql:", "postgresql+psycopg:", 1), pool=3, application="kept")
    pids = "SELECT pid FROM pg_stat_activity WHERE application_name = 'kept' ORDER BY pid"

    def at_once() -> None:
        with kept.transaction() as connection:
            connection.execute(text("SELECT 1"))
            all_here.wait()

    found = []
    for _ in range(2):
        all_here = Barrier(3)
        threads = [Thread(target=at_once) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with kept.transaction() as connection:
            found.append(connection.execute(text(pids)).scalars().all())
    assert found[0] == found[1]
    assert len(found[0]) == 3
    kept.close()


def test_each_statement_is_a_transaction_of_its_own(service):
    database = service.runtime.database
    insert = text("INSERT INTO audit (client, actor, action) VALUES ('acme', 'api', :action)")

    def write(connection: Connection, kept: str) -> None:
        connection.execute(insert, {"action": kept})
        connection.execute(insert, {"action": None})

    with pytest.raises(IntegrityError), database.autocommit() as connection:
        write(connection, "one")
    # The connection is then as it was before.
    with pytest.raises(IntegrityError), database.transaction() as connection:
        write(connection, "two")
    assert service.rows("SELECT action FROM audit") == [("one",)]
