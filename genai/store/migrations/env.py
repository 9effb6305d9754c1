"""Alembic's environment: the connection is handed over by ``genai.store.migrate``."""

from alembic import context

from genai.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
