"""An attempt may be made again at another provider"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ONE = ["step_id", "capability", "number"]


def upgrade() -> None:
    op.drop_constraint("attempts_step_id_capability_number_key", "attempts")
    op.create_unique_constraint(
        "attempts_step_id_capability_number_provider_key", "attempts", [*_ONE, "provider"]
    )


def downgrade() -> None:
    # What was made elsewhere stays; what had failed before it goes.
    op.execute(
        "DELETE FROM attempts a USING attempts b WHERE a.step_id = b.step_id AND a.capability = b.capability"
        " AND a.number = b.number AND a.id < b.id"
    )
    op.drop_constraint("attempts_step_id_capability_number_provider_key", "attempts")
    op.create_unique_constraint("attempts_step_id_capability_number_key", "attempts", _ONE)
