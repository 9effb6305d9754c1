"""Nonces of signed requests"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "nonces",
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("forget_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("client", "nonce", name=op.f("nonces_pkey")),
    )
    op.create_index("nonces_to_forget", "nonces", ["forget_at"])


def downgrade() -> None:
    op.drop_table("nonces")
