"""What a job's progress changes is in no index, so that it costs no index anything"""

from alembic import op
from sqlalchemy import text

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_LIVE = text("state IN ('admitted', 'running', 'failing', 'cancelling')")


def upgrade() -> None:
    op.drop_index("jobs_live", table_name="jobs")
    op.create_index("jobs_live", "jobs", ["client"], postgresql_where=_LIVE)


def downgrade() -> None:
    op.drop_index("jobs_live", table_name="jobs")
    op.create_index("jobs_live", "jobs", ["client", "updated_at"], postgresql_where=_LIVE)
