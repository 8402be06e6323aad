"""Tables of what the council's own lists say: people, cases, providers and children with EHC plans."""

from datetime import date, datetime

from sqlalchemy import Column, Date, Index, Integer
from sqlmodel import Field, SQLModel

from qa_workflow.store.metadata import instant, own_number


class PersonRow(SQLModel, table=True):
    """Somebody of the roster. The id is the council's own."""

    __tablename__ = "person"

    person_id: str = Field(primary_key=True)
    name: str
    email: str | None
    team: str | None
    manager: str | None
    active_from: date | None = Field(sa_column=Column(Date))
    active_to: date | None = Field(sa_column=Column(Date))


class PersonRoleRow(SQLModel, table=True):
    """A role that a person holds."""

    __tablename__ = "person_role"

    person_id: str = Field(primary_key=True)
    role: str = Field(primary_key=True)


class DelegationRow(SQLModel, table=True):
    """Somebody acts in a role for somebody else, from day to day, and who recorded that."""

    __tablename__ = "delegation"

    id: int | None = Field(default=None, sa_column=own_number())
    from_person: str
    to_person: str
    role: str
    from_on: date = Field(sa_column=Column(Date, nullable=False))
    until_on: date = Field(sa_column=Column(Date, nullable=False))
    recorded_by: str
    recorded_at: datetime = Field(sa_column=instant())


class RosterStampRow(SQLModel, table=True):
    """One row: a stamp that the database itself draws anew at every write to the three tables above."""

    __tablename__ = "roster_stamp"

    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    stamp: str


class CaseRecordRow(SQLModel, table=True):
    """A child's case as the last import knew it: the council's own reference and nothing that names a child.

    `plan_started_on` is empty where the plan began on the day the case opened.
    """

    __tablename__ = "case_record"
    __table_args__ = (Index("ix_case_record_open", "opened_on", "closed_on"),)

    case_id: str = Field(primary_key=True)
    plan_type: str
    opened_on: date = Field(sa_column=Column(Date, nullable=False))
    closed_on: date | None = Field(sa_column=Column(Date))
    team: str | None
    worker: str | None
    supervisor: str | None
    iro: str | None
    provider_id: str | None
    last_seen_on: date | None = Field(sa_column=Column(Date))
    last_review_on: date | None = Field(sa_column=Column(Date))
    first_seen_on: date = Field(sa_column=Column(Date, nullable=False))
    lists: str
    plan_started_on: date | None = Field(default=None, sa_column=Column(Date))


class CaseAssignmentRow(SQLModel, table=True):
    """Who practised on, supervised or reviewed a case, from when to when: made by successive imports."""

    __tablename__ = "case_assignment"
    __table_args__ = (Index("ix_case_assignment_case", "case_id"),)

    id: int | None = Field(default=None, sa_column=own_number())
    case_id: str
    role: str
    person_id: str
    from_on: date = Field(sa_column=Column(Date, nullable=False))
    to_on: date | None = Field(sa_column=Column(Date))


class ProviderRow(SQLModel, table=True):
    """Somebody the council buys care or a service from, as the last import knew them."""

    __tablename__ = "provider"

    provider_id: str = Field(primary_key=True)
    name: str
    type: str
    first_placement_on: date | None = Field(sa_column=Column(Date))
    last_placement_on: date | None = Field(sa_column=Column(Date))
    last_audit_on: date | None = Field(sa_column=Column(Date))
    risk_flag: bool
    commissioner: str | None
    contact: str | None
    ofsted_accepted_on: date | None = Field(sa_column=Column(Date))
    first_seen_on: date = Field(sa_column=Column(Date, nullable=False))


class PlanHolderRow(SQLModel, table=True):
    """A child with an EHC plan, as the last import knew it: when Year 9 starts, and no date of birth."""

    __tablename__ = "plan_holder"
    __table_args__ = (Index("ix_plan_holder_child", "child_id"),)

    plan_id: str = Field(primary_key=True)
    child_id: str
    issued_on: date = Field(sa_column=Column(Date, nullable=False))
    last_review_on: date | None = Field(sa_column=Column(Date))
    ehe: bool
    school_phase: str | None
    year9_on: date | None = Field(sa_column=Column(Date))
    first_seen_on: date = Field(sa_column=Column(Date, nullable=False))
