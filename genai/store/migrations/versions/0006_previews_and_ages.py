"""Previews as a column for admission; ages for retention"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("preview", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.execute("UPDATE jobs SET preview = true WHERE brief #>> '{settings,preview}' = 'true'")
    op.create_index(
        "jobs_ended", "jobs", ["finished_at"], postgresql_where=sa.text("finished_at IS NOT NULL")
    )
    op.add_column(
        "assets",
        sa.Column("kept_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )
    op.create_index("outbox_by_age", "outbox", ["created_at"], postgresql_using="brin")
    op.create_index("audit_by_age", "audit", ["created_at"], postgresql_using="brin")


def downgrade() -> None:
    op.drop_index("audit_by_age", table_name="audit")
    op.drop_index("outbox_by_age", table_name="outbox")
    op.drop_column("assets", "kept_at")
    op.drop_index("jobs_ended", table_name="jobs")
    op.drop_column("jobs", "preview")
