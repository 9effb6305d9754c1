"""Connections that are lost while nobody uses them."""

from __future__ import annotations

from sqlalchemy import text

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
