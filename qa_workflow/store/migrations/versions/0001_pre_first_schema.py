"""The first schema: everything a council's processes are remembered in."""

import sqlalchemy as sa
from alembic import op

from qa_workflow.store.columns import AwareDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# History is written once. The database itself refuses to change or to remove it, whoever asks.
_FORBIDDEN = {
    "sqlite": (
        (
            "CREATE TRIGGER history_entry_no_{lower} BEFORE {upper} ON history_entry "
            "BEGIN SELECT RAISE(ABORT, 'history is written once: it cannot be changed or removed'); END"
        ),
    ),
    "postgresql": (
        (
            "CREATE OR REPLACE FUNCTION history_is_written_once() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'history is written once: it cannot be changed or removed'; END $$"
        ),
        (
            "CREATE TRIGGER history_entry_no_{lower} BEFORE {upper} ON history_entry "
            "FOR EACH STATEMENT EXECUTE FUNCTION history_is_written_once()"
        ),
    ),
}


def upgrade() -> None:

    op.create_table(
        "block",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("instance_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("since", AwareDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("waiting_on", sa.String(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("cause", sa.String(), nullable=True),
        sa.Column("cleared_at", AwareDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_block")),
    )
    op.create_index(
        "ix_block_open",
        "block",
        ["instance_id"],
        unique=False,
        sqlite_where=sa.text("cleared_at IS NULL"),
        postgresql_where=sa.text("cleared_at IS NULL"),
    )
    op.create_table(
        "case_assignment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_assignment")),
    )
    op.create_index("ix_case_assignment_case", "case_assignment", ["case_id"], unique=False)
    op.create_table(
        "case_record",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("plan_type", sa.String(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("team", sa.String(), nullable=True),
        sa.Column("worker", sa.String(), nullable=True),
        sa.Column("supervisor", sa.String(), nullable=True),
        sa.Column("iro", sa.String(), nullable=True),
        sa.Column("provider_id", sa.String(), nullable=True),
        sa.Column("last_seen_on", sa.Date(), nullable=True),
        sa.Column("last_review_on", sa.Date(), nullable=True),
        sa.Column("first_seen_on", sa.Date(), nullable=False),
        sa.Column("lists", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_record")),
    )
    op.create_index("ix_case_record_open", "case_record", ["opened_on", "closed_on"], unique=False)
    op.create_table(
        "closure_day",
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("on", "kind", name=op.f("pk_closure_day")),
    )
    op.create_table(
        "command",
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("at", AwareDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("idempotency_key", name=op.f("pk_command")),
    )
    op.create_table(
        "daemon_pass",
        sa.Column("daemon", sa.String(), nullable=False),
        sa.Column("last_pass_at", AwareDateTime(), nullable=False),
        sa.Column("safety_seconds", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("daemon", name=op.f("pk_daemon_pass")),
    )
    op.create_table(
        "history_entry",
        sa.Column("instance_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", AwareDateTime(), nullable=False),
        sa.Column("recorded_at", AwareDateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("on_behalf_of", sa.String(), nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("after", sa.String(), nullable=True),
        sa.Column("level", sa.String(), nullable=True),
        sa.Column("nominal_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("definition_version", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("instance_id", "seq", name=op.f("pk_history_entry")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_history_entry_submitted",
        "history_entry",
        ["actor"],
        unique=False,
        sqlite_where=sa.text("action = 'submit'"),
        postgresql_where=sa.text("action = 'submit'"),
    )
    op.create_table(
        "import_batch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("counts", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", AwareDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
    )
    op.create_index("ix_import_batch_kind", "import_batch", ["kind", "as_of"], unique=False)
    op.create_table(
        "incident",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("instance_id", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_at", AwareDateTime(), nullable=False),
        sa.Column("last_at", AwareDateTime(), nullable=False),
        sa.Column("next_try_at", AwareDateTime(), nullable=False),
        sa.Column("resolved_at", AwareDateTime(), nullable=True),
        sa.Column("resolved_by", sa.String(), nullable=True),
        sa.Column("resolved_reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    op.create_index(
        "uq_incident_open",
        "incident",
        ["instance_id", "fingerprint"],
        unique=True,
        sqlite_where=sa.text("resolved_at IS NULL"),
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.create_table(
        "methodology",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("loaded_at", AwareDateTime(), nullable=False),
        sa.Column("loaded_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_methodology")),
    )
    op.create_table(
        "numbering",
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_numbering")),
    )
    op.create_table(
        "outbox_message",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("dedupe_key", sa.String(), nullable=False),
        sa.Column("instance_id", sa.BigInteger(), nullable=False),
        sa.Column("to", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", AwareDateTime(), nullable=False),
        sa.Column("next_try_at", AwareDateTime(), nullable=False),
        sa.Column("sent_at", AwareDateTime(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
    )
    op.create_index("ix_outbox_message_instance", "outbox_message", ["instance_id"], unique=False)
    op.create_index(
        "ix_outbox_message_pending",
        "outbox_message",
        ["next_try_at"],
        unique=False,
        sqlite_where=sa.text("status = 'pending'"),
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_index("uq_outbox_message_dedupe_key", "outbox_message", ["dedupe_key"], unique=True)
    op.create_table(
        "person",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("team", sa.String(), nullable=True),
        sa.Column("manager", sa.String(), nullable=True),
        sa.Column("active_from", sa.Date(), nullable=True),
        sa.Column("active_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person")),
    )
    op.create_table(
        "person_role",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "role", name=op.f("pk_person_role")),
    )
    op.create_table(
        "process_definition",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("seen_at", AwareDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", "version", name=op.f("pk_process_definition")),
    )
    op.create_table(
        "process_instance",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("definition_version", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=True),
        sa.Column("team", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("due_epoch", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("owner_role", sa.String(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_level", sa.String(), nullable=True),
        sa.Column("visit_level", sa.String(), nullable=True),
        sa.Column("met_at", AwareDateTime(), nullable=True),
        sa.Column("opened_at", AwareDateTime(), nullable=False),
        sa.Column("entered_at", AwareDateTime(), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("closed_at", AwareDateTime(), nullable=True),
        sa.Column("stuck_at", AwareDateTime(), nullable=True),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("pending", sa.String(), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("refusals", sa.Text(), nullable=False),
        sa.Column("head_hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_instance")),
    )
    op.create_index("ix_process_instance_case", "process_instance", ["case_id"], unique=False)
    op.create_index(
        "ix_process_instance_owner",
        "process_instance",
        ["owner", "owner_role"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index("ix_process_instance_parent", "process_instance", ["parent_id"], unique=False)
    op.create_index(
        "ix_process_instance_pending",
        "process_instance",
        ["id"],
        unique=False,
        sqlite_where=sa.text("pending IS NOT NULL"),
        postgresql_where=sa.text("pending IS NOT NULL"),
    )
    op.create_index(
        "ix_process_instance_state", "process_instance", ["process", "state"], unique=False
    )
    op.create_index(
        "ix_process_instance_stuck_at",
        "process_instance",
        ["stuck_at"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index("uq_process_instance_reference", "process_instance", ["reference"], unique=True)
    op.create_table(
        "setting",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_setting")),
    )
    op.create_table(
        "timer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("instance_id", sa.BigInteger(), nullable=False),
        sa.Column("deadline", sa.String(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("due_at", AwareDateTime(), nullable=False),
        sa.Column("fixed", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("fired_at", AwareDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timer")),
    )
    op.create_index(
        "ix_timer_due",
        "timer",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'armed'"),
        postgresql_where=sa.text("status = 'armed'"),
    )
    op.create_index(
        "uq_timer_level", "timer", ["instance_id", "deadline", "epoch", "level"], unique=True
    )

    for verb in ("UPDATE", "DELETE"):
        for statement in _FORBIDDEN[op.get_bind().dialect.name]:
            op.execute(statement.format(upper=verb, lower=verb.lower()))


def downgrade() -> None:

    op.drop_index("uq_timer_level", table_name="timer")
    op.drop_index(
        "ix_timer_due",
        table_name="timer",
        sqlite_where=sa.text("status = 'armed'"),
        postgresql_where=sa.text("status = 'armed'"),
    )
    op.drop_table("timer")
    op.drop_table("setting")
    op.drop_index("uq_process_instance_reference", table_name="process_instance")
    op.drop_index(
        "ix_process_instance_stuck_at",
        table_name="process_instance",
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.drop_index("ix_process_instance_state", table_name="process_instance")
    op.drop_index(
        "ix_process_instance_pending",
        table_name="process_instance",
        sqlite_where=sa.text("pending IS NOT NULL"),
        postgresql_where=sa.text("pending IS NOT NULL"),
    )
    op.drop_index("ix_process_instance_parent", table_name="process_instance")
    op.drop_index(
        "ix_process_instance_owner",
        table_name="process_instance",
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.drop_index("ix_process_instance_case", table_name="process_instance")
    op.drop_table("process_instance")
    op.drop_table("process_definition")
    op.drop_table("person_role")
    op.drop_table("person")
    op.drop_index("uq_outbox_message_dedupe_key", table_name="outbox_message")
    op.drop_index(
        "ix_outbox_message_pending",
        table_name="outbox_message",
        sqlite_where=sa.text("status = 'pending'"),
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.drop_index("ix_outbox_message_instance", table_name="outbox_message")
    op.drop_table("outbox_message")
    op.drop_table("numbering")
    op.drop_table("methodology")
    op.drop_index(
        "uq_incident_open",
        table_name="incident",
        sqlite_where=sa.text("resolved_at IS NULL"),
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.drop_table("incident")
    op.drop_index("ix_import_batch_kind", table_name="import_batch")
    op.drop_table("import_batch")
    op.drop_index(
        "ix_history_entry_submitted",
        table_name="history_entry",
        sqlite_where=sa.text("action = 'submit'"),
        postgresql_where=sa.text("action = 'submit'"),
    )
    op.drop_table("history_entry")
    op.drop_table("daemon_pass")
    op.drop_table("command")
    op.drop_table("closure_day")
    op.drop_index("ix_case_record_open", table_name="case_record")
    op.drop_table("case_record")
    op.drop_index("ix_case_assignment_case", table_name="case_assignment")
    op.drop_table("case_assignment")
    op.drop_index(
        "ix_block_open",
        table_name="block",
        sqlite_where=sa.text("cleared_at IS NULL"),
        postgresql_where=sa.text("cleared_at IS NULL"),
    )
    op.drop_table("block")
