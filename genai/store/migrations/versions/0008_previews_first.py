"""Previews are admitted first"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_NAME = "jobs_waiting_for_admission"


def upgrade() -> None:
    _index("preview DESC", "priority DESC", "created_at")


def downgrade() -> None:
    _index("priority DESC", "created_at")


def _index(*order: str) -> None:
    op.drop_index(_NAME, table_name="jobs")
    columns = [sa.text(column) for column in ("client", *order)]
    op.create_index(_NAME, "jobs", columns, postgresql_where=sa.text("state = 'accepted'"))
