"""How often a job was pushed in vain, since it last moved"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("pushes_in_vain", "done_when_pushed"):
        op.add_column("jobs", sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False))


def downgrade() -> None:
    for name in ("pushes_in_vain", "done_when_pushed"):
        op.drop_column("jobs", name)
