"""The models and what the migrations make are the same."""

from __future__ import annotations

import pytest
from sqlalchemy import CheckConstraint, inspect, text
from sqlalchemy.exc import IntegrityError

from genai.store.database import Database
from genai.store.migrate import differences, upgrade
from genai.store.tables import metadata


@pytest.fixture
def connected(database):
    opened = Database(database.replace("postgresql:", "postgresql+psycopg:", 1))
    yield opened
    opened.close()


def test_the_migrated_schema_is_the_models(connected):
    assert differences(connected) == []
    checks = {
        c["name"] for table in metadata.tables for c in inspect(connected.engine).get_check_constraints(table)
    }
    assert checks == {
        str(constraint.name)
        for table in metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }


def test_upgrading_twice_changes_nothing(connected):
    upgrade(connected)
    assert differences(connected) == []


def test_the_database_refuses_what_the_code_promises_never_to_write(connected):
    job = (
        "INSERT INTO jobs (id, client, idempotency_key, request_fingerprint, job_type, flow, product_id,"
        " request, brief, blueprint, state{}) VALUES"
        " (gen_random_uuid(), 'c', 'k', 'f', 'retry', 'x', 'p', '{{}}', '{{}}', '{{}}', {})"
    )
    for columns, values in (("", "'resting'"), ("", "'completed'"), (", finished_at", "'failed', now()")):
        with pytest.raises(IntegrityError), connected.transaction() as connection:
            connection.execute(text(job.format(columns, values)))
