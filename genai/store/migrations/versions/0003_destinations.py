"""Callback destinations with their breakers; traces of jobs; errors of providers that pass"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "destinations",
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("url_digest", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("open_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("client", name=op.f("destinations_pkey")),
    )
    op.add_column("jobs", sa.Column("trace", sa.Text(), nullable=True))
    op.add_column("attempts", sa.Column("errors", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column(
        "outbox",
        sa.Column("queued_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )
    op.drop_index("outbox_due", table_name="outbox")
    op.create_index(
        "outbox_due", "outbox", ["client", "next_at"], postgresql_where=sa.text("state = 'pending'")
    )
    op.create_index("outbox_by_client", "outbox", ["client", sa.text("created_at DESC"), sa.text("id DESC")])


def downgrade() -> None:
    op.drop_index("outbox_by_client", table_name="outbox")
    op.drop_index("outbox_due", table_name="outbox")
    op.create_index("outbox_due", "outbox", ["next_at"], postgresql_where=sa.text("state = 'pending'"))
    op.drop_column("outbox", "queued_at")
    op.drop_column("attempts", "errors")
    op.drop_column("jobs", "trace")
    op.drop_table("destinations")
