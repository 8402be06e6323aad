"""Providers, children with EHC plans, and who acts for whom."""

import sqlalchemy as sa
from alembic import op

from qa_workflow.store.columns import AwareDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "delegation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_person", sa.String(), nullable=False),
        sa.Column("to_person", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", AwareDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
    )
    op.create_table(
        "plan_holder",
        sa.Column("plan_id", sa.String(), nullable=False),
        sa.Column("child_id", sa.String(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("last_review_on", sa.Date(), nullable=True),
        sa.Column("ehe", sa.Boolean(), nullable=False),
        sa.Column("school_phase", sa.String(), nullable=True),
        sa.Column("year9_on", sa.Date(), nullable=True),
        sa.Column("first_seen_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_plan_holder")),
    )
    op.create_index("ix_plan_holder_child", "plan_holder", ["child_id"], unique=False)
    op.create_table(
        "provider",
        sa.Column("provider_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("first_placement_on", sa.Date(), nullable=True),
        sa.Column("last_placement_on", sa.Date(), nullable=True),
        sa.Column("last_audit_on", sa.Date(), nullable=True),
        sa.Column("risk_flag", sa.Boolean(), nullable=False),
        sa.Column("commissioner", sa.String(), nullable=True),
        sa.Column("contact", sa.String(), nullable=True),
        sa.Column("ofsted_accepted_on", sa.Date(), nullable=True),
        sa.Column("first_seen_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("provider_id", name=op.f("pk_provider")),
    )


def downgrade() -> None:

    op.drop_table("provider")
    op.drop_index("ix_plan_holder_child", table_name="plan_holder")
    op.drop_table("plan_holder")
    op.drop_table("delegation")
