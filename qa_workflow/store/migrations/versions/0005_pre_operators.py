"""What operators ask: pinned definitions, and the instants that what is stuck, and how urgent, is read from."""

import sqlalchemy as sa
from alembic import op

from qa_workflow.store.columns import AwareDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_OPEN = "closed_at IS NULL"
_INSTANCE = "process_instance"
# Its name, of which table, over which columns, and of which rows alone.
_INDICES = (
    ("ix_process_instance_pin", _INSTANCE, ["process", "definition_version", "definition_hash", "state"], _OPEN),
    ("ix_process_instance_owner", _INSTANCE, ["owner", "stuck_at"], _OPEN),
    ("ix_process_instance_role", _INSTANCE, ["owner_role", "stuck_at"], f"{_OPEN} AND owner IS NULL"),
    ("ix_process_instance_unwatched", _INSTANCE, ["entered_at"], f"{_OPEN} AND next_due_at IS NULL"),
    ("ix_process_instance_looping", _INSTANCE, ["looping_at"], f"{_OPEN} AND looping_at IS NOT NULL"),
    ("ix_process_instance_pressing", _INSTANCE, ["pressing_rank", "pressing_at"], f"{_OPEN} AND pressing_rank IS NOT NULL"),
    ("ix_block_since", "block", ["since"], "cleared_at IS NULL"),
    ("ix_outbox_message_failing", "outbox_message", ["created_at"], "status = 'pending' AND error IS NOT NULL"),
    ("ix_incident_first", "incident", ["first_at"], "resolved_at IS NULL"),
)  # fmt: skip
# What was armed before this column was kept.
_NEXT_DUE = """
UPDATE process_instance SET next_due_at = (
    SELECT min(timer.due_at) FROM timer
    WHERE timer.instance_id = process_instance.id AND timer.status = 'armed'
)
"""
# Of what ran before its content was kept, the body is not known: it is told by its version alone.
_KNOWN = """
INSERT INTO process_definition (name, version, sha256, body, seen_at)
SELECT name, version, sha256, '', seen_at FROM process_definition_before
"""


def upgrade() -> None:

    op.add_column(
        _INSTANCE, sa.Column("definition_hash", sa.String(), nullable=False, server_default="")
    )
    for name in ("next_due_at", "looping_at", "pressing_at"):
        op.add_column(_INSTANCE, sa.Column(name, AwareDateTime(), nullable=True))
    op.add_column(_INSTANCE, sa.Column("pressing_rank", sa.Integer(), nullable=True))
    op.execute(_NEXT_DUE)
    op.drop_index("ix_process_instance_owner", _INSTANCE)
    for name, table, columns, condition in _INDICES:
        where = sa.text(condition)
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
    op.rename_table("process_definition", "process_definition_before")
    op.create_table(
        "process_definition",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("seen_at", AwareDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", "version", "sha256", name="pk_process_definition_content"),
    )
    op.execute(_KNOWN)
    op.drop_table("process_definition_before")


def downgrade() -> None:

    op.execute("DELETE FROM process_definition WHERE body <> ''")
    with op.batch_alter_table("process_definition") as table:
        table.drop_column("body")
    for name, table_name, _, _ in _INDICES:
        op.drop_index(name, table_name)
    op.create_index(
        "ix_process_instance_owner", _INSTANCE, ["owner", "owner_role"],
        sqlite_where=sa.text(_OPEN), postgresql_where=sa.text(_OPEN),
    )  # fmt: skip
    for name in ("definition_hash", "next_due_at", "looping_at", "pressing_rank", "pressing_at"):
        op.drop_column(_INSTANCE, name)
