"""One SQLModel table for each noun. Rows are not domain objects: they never leave the store.

A `table=True` model does not validate; what goes in was checked by the engine's frozen types.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Date, Index, Text, text
from sqlmodel import Field, SQLModel

from qa_workflow.store import (  # noqa: F401 - their tables are part of the schema too
    migration_tables,
    reference_tables,
    trail_tables,
)
from qa_workflow.store.metadata import instant, own_number

METADATA = SQLModel.metadata  # of the whole schema

_OPEN = text("closed_at IS NULL")
_ROLE_OWNS = text("closed_at IS NULL AND owner IS NULL")
_UNWATCHED = text("closed_at IS NULL AND next_due_at IS NULL")
_LOOPS = text("closed_at IS NULL AND looping_at IS NOT NULL")
_PRESSES = text("closed_at IS NULL AND pressing_rank IS NOT NULL")
_BLOCKS = text("cleared_at IS NULL")
_AWAITS = text("cleared_at IS NULL AND waiting_on IS NOT NULL")
_UNRESOLVED = text("resolved_at IS NULL")
_OF_NONE = text("resolved_at IS NULL AND instance_id IS NULL")
_FAILING = text("status = 'pending' AND error IS NOT NULL")


class ProcessDefinitionRow(SQLModel, table=True):
    """Every content that a version of a process ever had here: what instances are pinned to."""

    __tablename__ = "process_definition"

    name: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    sha256: str = Field(primary_key=True)
    body: str = Field(sa_column=Column(Text, nullable=False))
    seen_at: datetime = Field(sa_column=instant())


class ProcessInstanceRow(SQLModel, table=True):
    """One run of a process. `seq` guards every save.

    `stuck_at`, `next_due_at`, `looping_at` and `pressing_*` are what "what is stuck?" and the Top three
    are answered from: one range scan each, however many instances are open (docs/decisions/0011).
    """

    __tablename__ = "process_instance"
    __table_args__ = (
        Index("uq_process_instance_reference", "reference", unique=True),
        Index(
            "ix_process_instance_stuck_at", "stuck_at", sqlite_where=_OPEN, postgresql_where=_OPEN
        ),
        Index("ix_process_instance_state", "process", "state"),
        Index(
            "ix_process_instance_pin",
            "process",
            "definition_version",
            "definition_hash",
            "state",
            "entered_at",
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index(
            "ix_process_instance_owner",
            "owner",
            "stuck_at",
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index(
            "ix_process_instance_role",
            "owner_role",
            "stuck_at",
            sqlite_where=_ROLE_OWNS,
            postgresql_where=_ROLE_OWNS,
        ),
        Index(
            "ix_process_instance_unwatched",
            "entered_at",
            sqlite_where=_UNWATCHED,
            postgresql_where=_UNWATCHED,
        ),
        Index(
            "ix_process_instance_looping",
            "looping_at",
            sqlite_where=_LOOPS,
            postgresql_where=_LOOPS,
        ),
        Index(
            "ix_process_instance_pressing",
            "pressing_rank",
            "pressing_at",
            sqlite_where=_PRESSES,
            postgresql_where=_PRESSES,
        ),
        Index("ix_process_instance_parent", "parent_id"),
        Index("ix_process_instance_subject", "subject", "process"),
        Index("ix_process_instance_case", "case_id"),
        Index(
            "ix_process_instance_pending",
            "id",
            sqlite_where=text("pending IS NOT NULL"),
            postgresql_where=text("pending IS NOT NULL"),
        ),
    )

    id: int = Field(sa_column=own_number())
    reference: str
    process: str
    definition_version: int
    definition_hash: str
    subject: str
    title: str
    case_id: str | None
    team: str | None
    state: str
    version: int
    seq: int
    epoch: int
    due_epoch: int
    owner: str | None
    owner_role: str | None
    due_on: date | None = Field(sa_column=Column(Date))
    due_level: str | None
    visit_level: str | None
    met_at: datetime | None = Field(sa_column=instant(nullable=True))
    opened_at: datetime = Field(sa_column=instant())
    entered_at: datetime = Field(sa_column=instant())
    entered_on: date = Field(sa_column=Column(Date, nullable=False))
    closed_at: datetime | None = Field(sa_column=instant(nullable=True))
    stuck_at: datetime | None = Field(sa_column=instant(nullable=True))
    next_due_at: datetime | None = Field(sa_column=instant(nullable=True))
    looping_at: datetime | None = Field(sa_column=instant(nullable=True))
    pressing_rank: int | None
    pressing_at: datetime | None = Field(sa_column=instant(nullable=True))
    parent_id: int | None = Field(sa_column=Column(BigInteger))
    pending: str | None
    data: str = Field(sa_column=Column(Text, nullable=False))
    refusals: str = Field(sa_column=Column(Text, nullable=False))
    head_hash: str


class TimerRow(SQLModel, table=True):
    """Ask again at this instant. The unique key makes it impossible to arm one level twice."""

    __tablename__ = "timer"
    __table_args__ = (
        Index("uq_timer_level", "instance_id", "deadline", "epoch", "level", unique=True),
        Index(
            "ix_timer_due",
            "due_at",
            "id",
            sqlite_where=text("status = 'armed'"),
            postgresql_where=text("status = 'armed'"),
        ),
    )

    id: int | None = Field(default=None, sa_column=own_number())
    instance_id: int = Field(sa_column=Column(BigInteger, nullable=False))
    deadline: str
    epoch: int
    level: str
    due_at: datetime = Field(sa_column=instant())
    fixed: int
    status: str
    fired_at: datetime | None = Field(sa_column=instant(nullable=True))


class BlockRow(SQLModel, table=True):
    """Why an instance cannot move on; `cleared_at` ends it."""

    __tablename__ = "block"
    __table_args__ = (
        Index("ix_block_open", "instance_id", sqlite_where=_BLOCKS, postgresql_where=_BLOCKS),
        Index("ix_block_instance", "instance_id"),
        Index("ix_block_since", "since", sqlite_where=_BLOCKS, postgresql_where=_BLOCKS),
        Index(
            "ix_block_waiting",
            "waiting_on",
            "since",
            sqlite_where=_AWAITS,
            postgresql_where=_AWAITS,
        ),
    )

    id: int | None = Field(default=None, sa_column=own_number())
    instance_id: int = Field(sa_column=Column(BigInteger, nullable=False))
    reason: str
    note: str
    since: datetime = Field(sa_column=instant())
    by: str
    waiting_on: str | None
    review_on: date | None = Field(sa_column=Column(Date))
    cause: str | None
    cleared_at: datetime | None = Field(sa_column=instant(nullable=True))


class HistoryEntryRow(SQLModel, table=True):
    """Insert only: the database itself refuses UPDATE and DELETE. Each hash covers the one before."""

    __tablename__ = "history_entry"
    __table_args__ = (
        Index(
            "ix_history_entry_submitted",
            "actor",
            sqlite_where=text("action = 'submit'"),
            postgresql_where=text("action = 'submit'"),
        ),
        {"sqlite_with_rowid": False},
    )

    instance_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    seq: int = Field(primary_key=True)
    at: datetime = Field(sa_column=instant())
    recorded_at: datetime = Field(sa_column=instant())
    actor: str
    role: str | None
    on_behalf_of: str | None
    action: str
    before: str | None
    after: str | None
    level: str | None
    nominal_on: date | None = Field(sa_column=Column(Date))
    reason: str | None
    data: str = Field(sa_column=Column(Text, nullable=False))
    changes: str = Field(sa_column=Column(Text, nullable=False))
    definition_version: int
    hash: str


class OutboxMessageRow(SQLModel, table=True):
    """A message committed with the change that caused it, delivered afterwards; one for each key."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        Index("uq_outbox_message_dedupe_key", "dedupe_key", unique=True),
        Index(
            "ix_outbox_message_pending",
            "next_try_at",
            sqlite_where=text("status = 'pending'"),
            postgresql_where=text("status = 'pending'"),
        ),
        Index("ix_outbox_message_instance", "instance_id"),
        Index(
            "ix_outbox_message_failing",
            "created_at",
            sqlite_where=_FAILING,
            postgresql_where=_FAILING,
        ),
    )

    id: int | None = Field(default=None, sa_column=own_number())
    dedupe_key: str
    instance_id: int = Field(sa_column=Column(BigInteger, nullable=False))
    to: str
    channel: str
    subject: str
    body: str = Field(sa_column=Column(Text, nullable=False))
    status: str
    attempts: int
    created_at: datetime = Field(sa_column=instant())
    next_try_at: datetime = Field(sa_column=instant())
    sent_at: datetime | None = Field(sa_column=instant(nullable=True))
    error: str | None


class IncidentRow(SQLModel, table=True):
    """The system failed on one instance, or (without one) in its own work; counted; a person must look."""

    __tablename__ = "incident"
    __table_args__ = (
        Index(
            "uq_incident_open",
            "instance_id",
            "fingerprint",
            unique=True,
            sqlite_where=_UNRESOLVED,
            postgresql_where=_UNRESOLVED,
        ),
        Index(
            "uq_incident_step",
            "fingerprint",
            unique=True,
            sqlite_where=_OF_NONE,
            postgresql_where=_OF_NONE,
        ),
        Index("ix_incident_fingerprint", "fingerprint", "id"),
        Index(
            "ix_incident_first", "first_at", sqlite_where=_UNRESOLVED, postgresql_where=_UNRESOLVED
        ),
    )

    id: int | None = Field(default=None, sa_column=own_number())
    instance_id: int | None = Field(sa_column=Column(BigInteger))
    about: str | None
    fingerprint: str
    error: str
    count: int
    first_at: datetime = Field(sa_column=instant())
    last_at: datetime = Field(sa_column=instant())
    next_try_at: datetime = Field(sa_column=instant())
    earlier_id: int | None = Field(sa_column=Column(BigInteger))
    resolved_at: datetime | None = Field(sa_column=instant(nullable=True))
    resolved_by: str | None
    resolved_reason: str | None


class ClosureDayRow(SQLModel, table=True):
    """A bank holiday proclaimed late (`bank_holiday`) or a local closure day of the council (`local`)."""

    __tablename__ = "closure_day"

    on: date = Field(sa_column=Column(Date, primary_key=True))
    kind: str = Field(primary_key=True)
    name: str


class ImportBatchRow(SQLModel, table=True):
    """Each accepted import: which file, what it brought, who, when. It renews the freshness of the list."""

    __tablename__ = "import_batch"
    __table_args__ = (Index("ix_import_batch_kind", "kind", "as_of"),)

    id: int | None = Field(default=None, sa_column=own_number())
    kind: str
    file: str
    sha256: str
    as_of: date = Field(sa_column=Column(Date, nullable=False))
    counts: str
    actor: str
    at: datetime = Field(sa_column=instant())


class MethodologyRow(SQLModel, table=True):
    """A version of the audit tool: sections, questions, grade scale and reason codes, as JSON text."""

    __tablename__ = "methodology"

    version: int = Field(primary_key=True)
    body: str = Field(sa_column=Column(Text, nullable=False))
    sha256: str
    loaded_at: datetime = Field(sa_column=instant())
    loaded_by: str


class DaemonPassRow(SQLModel, table=True):
    """The last good pass of each daemon."""

    __tablename__ = "daemon_pass"

    daemon: str = Field(primary_key=True)
    last_pass_at: datetime = Field(sa_column=instant())
    safety_seconds: int


class SettingRow(SQLModel, table=True):
    """A fact about this database: from when it plans, whether its council is synthetic."""

    __tablename__ = "setting"

    key: str = Field(primary_key=True)
    value: str


class NumberingRow(SQLModel, table=True):
    """The last number given out in a series: instances, recommendations, concerns about one case."""

    __tablename__ = "numbering"

    series: str = Field(primary_key=True)
    last: int = Field(sa_column=Column(BigInteger, nullable=False))


class CommandRow(SQLModel, table=True):
    """A command that came with an idempotency key: its repeat answers the same and does nothing."""

    __tablename__ = "command"

    idempotency_key: str = Field(primary_key=True)
    digest: str
    reference: str
    at: datetime = Field(sa_column=instant())
