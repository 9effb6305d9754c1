"""Review, selection of a variant, progress within a step"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("selected_variant", sa.Integer(), nullable=True))
    op.add_column("jobs", sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("steps", sa.Column("progress", sa.Float(), nullable=True))


def downgrade() -> None:
    op.drop_column("steps", "progress")
    op.drop_column("jobs", "reviewed_at")
    op.drop_column("jobs", "selected_variant")
