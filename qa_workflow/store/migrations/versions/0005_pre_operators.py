"""What operators ask: pinned definitions, and the instants that what is stuck, and how urgent, is read from."""

import secrets

import sqlalchemy as sa
from alembic import op

from qa_workflow.store.columns import AwareDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_OPEN = "closed_at IS NULL"
_INSTANCE = "process_instance"
# Its name, of which table, over which columns, and of which rows alone; None: of all.
_INDICES = (
    ("ix_process_instance_pin", _INSTANCE, ["process", "definition_version", "definition_hash", "state", "entered_at"], _OPEN),
    ("ix_process_instance_owner", _INSTANCE, ["owner", "stuck_at"], _OPEN),
    ("ix_process_instance_role", _INSTANCE, ["owner_role", "stuck_at"], f"{_OPEN} AND owner IS NULL"),
    ("ix_process_instance_unwatched", _INSTANCE, ["entered_at"], f"{_OPEN} AND next_due_at IS NULL"),
    ("ix_process_instance_looping", _INSTANCE, ["looping_at"], f"{_OPEN} AND looping_at IS NOT NULL"),
    ("ix_process_instance_pressing", _INSTANCE, ["pressing_rank", "pressing_at"], f"{_OPEN} AND pressing_rank IS NOT NULL"),
    ("ix_process_instance_subject", _INSTANCE, ["subject", "process"], None),
    ("ix_block_instance", "block", ["instance_id"], None),
    ("ix_block_since", "block", ["since"], "cleared_at IS NULL"),
    ("ix_block_waiting", "block", ["waiting_on", "since"], "cleared_at IS NULL AND waiting_on IS NOT NULL"),
    ("ix_outbox_message_failing", "outbox_message", ["created_at"], "status = 'pending' AND error IS NOT NULL"),
    ("ix_incident_first", "incident", ["first_at"], "resolved_at IS NULL"),
)  # fmt: skip
_INCIDENT_KEYS = (
    ("uq_incident_open", ["instance_id", "fingerprint"], "resolved_at IS NULL"),
    ("uq_incident_step", ["fingerprint"], "resolved_at IS NULL AND instance_id IS NULL"),
)
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

# Whoever writes to the roster draws a new stamp, by whatever way they write: what was read under a stamp is
# the roster as long as the stamp stands. It is drawn by lot, not counted: one that was rolled back with its
# write never comes again for another roster.
_ROSTER = ("person", "person_role", "delegation")
_STAMPED = {
    "sqlite": tuple(
        (
            f"CREATE TRIGGER {table}_stamps_{verb.lower()} AFTER {verb} ON {table} "  # noqa: S608 - our own names
            "BEGIN UPDATE roster_stamp SET stamp = lower(hex(randomblob(16))); END"
        )
        for table in _ROSTER
        for verb in ("INSERT", "UPDATE", "DELETE")
    ),
    "postgresql": (
        (
            "CREATE OR REPLACE FUNCTION roster_is_stamped() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN UPDATE roster_stamp SET stamp = gen_random_uuid()::text; RETURN NULL; END $$"
        ),
        *(
            f"CREATE TRIGGER {table}_stamps AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION roster_is_stamped()"
            for table in _ROSTER
        ),
    ),
}
_UNSTAMPED = {
    "sqlite": tuple(
        f"DROP TRIGGER {table}_stamps_{verb}"
        for table in _ROSTER
        for verb in ("insert", "update", "delete")
    ),
    "postgresql": (
        *(f"DROP TRIGGER {table}_stamps ON {table}" for table in _ROSTER),
        "DROP FUNCTION roster_is_stamped()",
    ),
}


def _stamped_roster() -> None:
    made = op.create_table(
        "roster_stamp",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stamp", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_stamp")),
    )
    op.bulk_insert(made, [{"id": 1, "stamp": secrets.token_hex(16)}])
    for statement in _STAMPED[op.get_bind().dialect.name]:
        op.execute(statement)


def _incidents_of_the_daemon_too() -> None:
    """Let an incident be of no instance, name the one it comes back from, and be found by its failure."""
    op.drop_index("uq_incident_open", "incident")
    with op.batch_alter_table("incident") as table:
        table.alter_column("instance_id", existing_type=sa.BigInteger(), nullable=True)
        table.add_column(sa.Column("about", sa.String(), nullable=True))
        table.add_column(sa.Column("earlier_id", sa.BigInteger(), nullable=True))
    for name, columns, condition in _INCIDENT_KEYS:
        where = sa.text(condition)
        op.create_index(name, "incident", columns, unique=True, sqlite_where=where, postgresql_where=where)  # fmt: skip
    op.create_index("ix_incident_fingerprint", "incident", ["fingerprint", "id"])


def _incidents_of_instances_only() -> None:
    op.execute("DELETE FROM incident WHERE instance_id IS NULL")
    op.drop_index("ix_incident_fingerprint", "incident")
    for name, _, _ in _INCIDENT_KEYS:
        op.drop_index(name, "incident")
    with op.batch_alter_table("incident") as table:
        table.alter_column("instance_id", existing_type=sa.BigInteger(), nullable=False)
        table.drop_column("about")
        table.drop_column("earlier_id")
    name, columns, condition = _INCIDENT_KEYS[0]
    where = sa.text(condition)
    op.create_index(name, "incident", columns, unique=True, sqlite_where=where, postgresql_where=where)  # fmt: skip


def _looks_at_the_records() -> None:
    op.create_table(
        "invariant_pass",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", AwareDateTime(), nullable=False),
        sa.Column("sampled", sa.Integer(), nullable=False),
        sa.Column("of", sa.Integer(), nullable=False),
        sa.Column("round_at", AwareDateTime(), nullable=False),
        sa.Column("walked", sa.Integer(), nullable=False),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.Column("timer_mark", sa.BigInteger(), nullable=False),
        sa.Column("checked", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invariant_pass")),
    )


def _changes_live_processes() -> None:
    op.create_table(
        "process_migration",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("from_version", sa.Integer(), nullable=False),
        sa.Column("from_hash", sa.String(), nullable=False),
        sa.Column("to_version", sa.Integer(), nullable=False),
        sa.Column("to_hash", sa.String(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("started_at", AwareDateTime(), nullable=False),
        sa.Column("finished_at", AwareDateTime(), nullable=True),
        sa.Column("undone_at", AwareDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_migration")),
    )
    op.create_table(
        "migration_step",
        sa.Column("migration_id", sa.BigInteger(), nullable=False),
        sa.Column("instance_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("back", sa.Text(), nullable=False),
        sa.Column("undone_at", AwareDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("migration_id", "instance_id", name=op.f("pk_migration_step")),
    )


def upgrade() -> None:

    _incidents_of_the_daemon_too()
    _changes_live_processes()
    _looks_at_the_records()
    _stamped_roster()
    op.add_column(
        _INSTANCE, sa.Column("definition_hash", sa.String(), nullable=False, server_default="")
    )
    for name in ("next_due_at", "looping_at", "pressing_at"):
        op.add_column(_INSTANCE, sa.Column(name, AwareDateTime(), nullable=True))
    op.add_column(_INSTANCE, sa.Column("pressing_rank", sa.Integer(), nullable=True))
    op.execute(_NEXT_DUE)
    op.drop_index("ix_process_instance_owner", _INSTANCE)
    for name, table, columns, condition in _INDICES:
        where = None if condition is None else sa.text(condition)
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

    for statement in _UNSTAMPED[op.get_bind().dialect.name]:
        op.execute(statement)
    op.drop_table("roster_stamp")
    op.execute("DELETE FROM process_definition WHERE body <> ''")
    with op.batch_alter_table("process_definition") as table:
        table.drop_column("body")
    for name, table_name, _, _ in _INDICES:
        op.drop_index(name, table_name)
    op.drop_table("invariant_pass")
    op.drop_table("migration_step")
    op.drop_table("process_migration")
    _incidents_of_instances_only()
    op.create_index(
        "ix_process_instance_owner", _INSTANCE, ["owner", "owner_role"],
        sqlite_where=sa.text(_OPEN), postgresql_where=sa.text(_OPEN),
    )  # fmt: skip
    for name in ("definition_hash", "next_due_at", "looping_at", "pressing_rank", "pressing_at"):
        op.drop_column(_INSTANCE, name)
