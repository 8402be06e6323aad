"""Tables of what was brought over from one content of a process to another, and of the way back."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Text
from sqlmodel import Field, SQLModel

from qa_workflow.store.metadata import instant, own_number


class ProcessMigrationRow(SQLModel, table=True):
    """A change of a live process: from which content to which, by which plan, who asked for it and why.

    `digest` is the SHA-256 of the plan: the same command again goes on where the first one stopped.
    `from_hash` is as it was asked for, empty where every content of the version was meant.
    """

    __tablename__ = "process_migration"

    id: int | None = Field(default=None, sa_column=own_number())
    process: str
    from_version: int
    from_hash: str
    to_version: int
    to_hash: str
    plan: str = Field(sa_column=Column(Text, nullable=False))
    digest: str
    by: str
    reason: str = Field(sa_column=Column(Text, nullable=False))
    started_at: datetime = Field(sa_column=instant())
    finished_at: datetime | None = Field(sa_column=instant(nullable=True))
    undone_at: datetime | None = Field(sa_column=instant(nullable=True))


class MigrationStepRow(SQLModel, table=True):
    """One instance that a migration brought over: the number of its last entry then, and the way back as JSON."""

    __tablename__ = "migration_step"

    migration_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    instance_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    seq: int
    back: str = Field(sa_column=Column(Text, nullable=False))
    undone_at: datetime | None = Field(sa_column=instant(nullable=True))
