"""What came from what, the children's own words, and the figures beside the activities."""

import sqlalchemy as sa
from alembic import op

from qa_workflow.store.columns import AwareDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# What was started before links were kept came from the instance above it.
_KNOWN = """
INSERT INTO link (from_ref, to_ref, kind, at, actor)
SELECT child.reference, parent.reference, 'came_from', child.opened_at, 'system'
FROM process_instance AS child JOIN process_instance AS parent ON parent.id = child.parent_id
"""
# A child's words are written once. The database itself refuses to change or to remove them.
_FORBIDDEN = {
    "sqlite": (
        (
            "CREATE TRIGGER voice_no_{lower} BEFORE {upper} ON voice "
            "BEGIN SELECT RAISE(ABORT, 'a voice is written once: it cannot be changed or removed'); END"
        ),
    ),
    "postgresql": (
        (
            "CREATE OR REPLACE FUNCTION voice_is_written_once() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'a voice is written once: it cannot be changed or removed'; END $$"
        ),
        (
            "CREATE TRIGGER voice_no_{lower} BEFORE {upper} ON voice "
            "FOR EACH STATEMENT EXECUTE FUNCTION voice_is_written_once()"
        ),
    ),
}


def upgrade() -> None:

    op.create_table(
        "indicator",
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("activity", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("of", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("imported_by", sa.String(), nullable=False),
        sa.Column("imported_at", AwareDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("indicator", "activity", "on", name=op.f("pk_indicator")),
    )
    op.create_index("ix_indicator_activity", "indicator", ["activity", "on"], unique=False)
    op.create_table(
        "link",
        sa.Column("from_ref", sa.String(), nullable=False),
        sa.Column("to_ref", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", AwareDateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("from_ref", "to_ref", "kind", name=op.f("pk_link")),
    )
    op.create_index("ix_link_to", "link", ["to_ref"], unique=False)
    op.execute(_KNOWN)
    op.create_table(
        "voice",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("heard_on", sa.Date(), nullable=False),
        sa.Column("instance", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", AwareDateTime(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_voice")),
    )
    op.create_index("ix_voice_case", "voice", ["case_id"], unique=False)
    op.create_index("ix_voice_instance", "voice", ["instance"], unique=False)
    op.create_index("uq_voice_digest", "voice", ["digest"], unique=True)

    for verb in ("UPDATE", "DELETE"):
        for statement in _FORBIDDEN[op.get_bind().dialect.name]:
            op.execute(statement.format(upper=verb, lower=verb.lower()))


def downgrade() -> None:

    op.drop_index("uq_voice_digest", table_name="voice")
    op.drop_index("ix_voice_instance", table_name="voice")
    op.drop_index("ix_voice_case", table_name="voice")
    op.drop_table("voice")
    op.drop_index("ix_link_to", table_name="link")
    op.drop_table("link")
    op.drop_index("ix_indicator_activity", table_name="indicator")
    op.drop_table("indicator")
