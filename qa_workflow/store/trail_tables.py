"""Tables of what came from what: links, the children's own words, and the figures beside the activities."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Date, Index, Text
from sqlmodel import Field, SQLModel

from qa_workflow.store.metadata import instant, own_number


class LinkRow(SQLModel, table=True):
    """One thing came from, follows, feeds or evidences another. The triple is made once."""

    __tablename__ = "link"
    # The key serves the way out of `from_ref`; the index the way back.
    __table_args__ = (Index("ix_link_to", "to_ref"),)

    from_ref: str = Field(primary_key=True)
    to_ref: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    at: datetime = Field(sa_column=instant())
    actor: str


class VoiceRow(SQLModel, table=True):
    """A child's own words, as they were given. Insert only: the database itself refuses UPDATE and DELETE.

    `digest` makes the same words in the same place one voice, however often they are sent.
    """

    __tablename__ = "voice"
    __table_args__ = (
        Index("uq_voice_digest", "digest", unique=True),
        Index("ix_voice_case", "case_id"),
        Index("ix_voice_instance", "instance"),
    )

    number: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    case_id: str
    words: str = Field(sa_column=Column(Text, nullable=False))
    method: str
    heard_on: date = Field(sa_column=Column(Date, nullable=False))
    instance: str
    recorded_by: str
    recorded_at: datetime = Field(sa_column=instant())
    digest: str


class IndicatorRow(SQLModel, table=True):
    """One figure of a series: what is counted, for which activity, on which day, and who says so.

    `value` and `of` are decimal numbers as text, exactly as they were given.
    """

    __tablename__ = "indicator"
    __table_args__ = (Index("ix_indicator_activity", "activity", "on"),)

    indicator: str = Field(primary_key=True)
    activity: str = Field(primary_key=True)
    on: date = Field(sa_column=Column(Date, primary_key=True, nullable=False))
    value: str
    of: str | None
    source: str
    imported_by: str
    imported_at: datetime = Field(sa_column=instant())


class InvariantPassRow(SQLModel, table=True):
    """One look at whether the records add up: how many, of how many, what was found, and how far the walk is.

    `cursor` is the last instance of the walk over all of them, which began at `round_at` and has looked
    at `walked`; `timer_mark` the last timer that was armed by then.
    """

    __tablename__ = "invariant_pass"

    id: int | None = Field(default=None, sa_column=own_number())
    at: datetime = Field(sa_column=instant())
    sampled: int
    of: int
    round_at: datetime = Field(sa_column=instant())
    walked: int
    cursor: int = Field(sa_column=Column(BigInteger, nullable=False))
    timer_mark: int = Field(sa_column=Column(BigInteger, nullable=False))
    checked: str
    failures: int
    seconds: float
