"""Migrations: bring a database to the newest schema, and say how far it is from the models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from genai.store.database import Database
from genai.store.tables import metadata

_LOCK = 0x67656E6169  # two upgrades at once take turns


def config(connection: Connection) -> Config:
    """Alembic's configuration for one connection."""
    alembic = Config()
    alembic.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    alembic.attributes["connection"] = connection
    return alembic


def upgrade(database: Database) -> None:
    """Apply all migrations that are missing."""
    with database.engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        command.upgrade(config(connection), "head")


def differences(database: Database) -> list[Any]:
    """What a new migration would have to change for the database to match the models."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        return list(compare_metadata(context, metadata))
