"""A step has started when it is claimed"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("steps", "task_started_at")


def downgrade() -> None:
    op.add_column("steps", sa.Column("task_started_at", sa.DateTime(timezone=True)))
