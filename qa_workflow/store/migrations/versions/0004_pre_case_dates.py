"""Since when a case has its present plan, where that is another day than the one it opened on."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.add_column("case_record", sa.Column("plan_started_on", sa.Date(), nullable=True))


def downgrade() -> None:

    op.drop_column("case_record", "plan_started_on")
