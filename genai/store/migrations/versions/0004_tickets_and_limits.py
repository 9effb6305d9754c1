"""Tickets with their polls, slots of limited providers, reserved money, cancelled calls"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_STATES = "'started', 'submitted', 'succeeded', 'failed'"


def upgrade() -> None:
    op.create_table(
        "provider_limits",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("next_slot_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ceiling", sa.Float(), nullable=True),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("open_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("provider", name=op.f("provider_limits_pkey")),
    )
    op.add_column("attempts", sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("attempts", sa.Column("polls", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("attempts", sa.Column("slot_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "attempts",
        sa.Column("reserved", sa.Numeric(12, 6), server_default=sa.text("0"), nullable=False),
    )
    op.create_index(
        "attempts_in_flight", "attempts", ["provider"], postgresql_where=sa.text("slot_at IS NOT NULL")
    )
    op.create_index("attempts_by_day", "attempts", ["created_at"], postgresql_where=sa.text(
        "cost > 0 OR reserved > 0"))  # fmt: skip
    op.drop_constraint(op.f("attempts_state_check"), "attempts")
    op.create_check_constraint(op.f("attempts_state_check"), "attempts", f"state IN ({_STATES}, 'cancelled')")


def downgrade() -> None:
    op.drop_constraint(op.f("attempts_state_check"), "attempts")
    op.execute("UPDATE attempts SET state = 'failed' WHERE state = 'cancelled'")
    op.create_check_constraint(op.f("attempts_state_check"), "attempts", f"state IN ({_STATES})")
    op.drop_index("attempts_by_day", table_name="attempts")
    op.drop_index("attempts_in_flight", table_name="attempts")
    for column in ("reserved", "slot_at", "polls", "submitted_at"):
        op.drop_column("attempts", column)
    op.drop_table("provider_limits")
