"""Reads the children with EHC plans: when each plan was issued and reviewed, and never a date of birth."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from qa_workflow.errors import Fault
from qa_workflow.intake.answers import read_flag
from qa_workflow.intake.caseload import CSV
from qa_workflow.intake.columns import Wanted
from qa_workflow.intake.container import comes_as_workbook
from qa_workflow.intake.rows import Row, in_order_of_rows
from qa_workflow.intake.sheet_table import table_in
from qa_workflow.intake.table import Table, read_table
from qa_workflow.intake.upload import Upload, read_upload
from qa_workflow.intake.workbook import sheets_of

LIST = "List_1"
# `List_1`, `List 1`, `list01`, `Annex A List 1 - EHC plans`; and not `List 10`.
SHEET_NAME = r"^\W*(?:annex[ _]*a[\W_]*)?list[\W_]*0?1(?![0-9])"

# Without a school phase a plan is still usable; what else is absent would pass for "never" and "no".
REQUIRED = ("child_id", "plan_id", "born_on", "issued_on", "last_review_on", "ehe")
COLUMNS = (*REQUIRED, "school_phase")

# The columns of the area SEND inspection's list that are read at all, each by its published name first.
_LIST_COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "child_id": (
            "Unique ID",
            "Unique Identifier",
            "Child Unique ID",
            "Unique Child ID",
            "Child ID",
        ),
        "born_on": ("Date of birth", "DOB"),
        "issued_on": (
            "Date initial EHC plan issued",
            "Date initial plan issued",
            "Date initial EHCP issued",
        ),
        "updated_on": (
            "Date updated EHC plan issued",
            "Date updated plan issued",
            "Date updated EHCP issued",
        ),
        "last_review_on": (
            "Date EHC plan last reviewed",
            "Date plan last reviewed",
            "Date EHCP last reviewed",
            "Date last reviewed",
        ),
        "school_phase": (
            "Main education establishment \u2013 phase",
            "Main establishment phase",
        ),
        "ehe": ("Elective home education", "Electively home educated", "EHE"),
    }
)
_LIST_REQUIRED = ("child_id", "born_on", "issued_on", "last_review_on", "ehe")

_SEPTEMBER = 9
_AGE_BEFORE_YEAR_9 = 13
# A plan is for a child, or for a young person under 25 (Children and Families Act 2014, s. 83).
_GROWN_UP = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanHolderRow:
    """Holds all that is ever kept of one child with an EHC plan: ids, dates of the plan, school phase, EHE.

    `last_review_on` is None where no review was held yet: the clock then counts from `issued_on`.
    `updated_on` is when the plan was last amended, which only the workbook tells.
    """

    child_id: str
    plan_id: str
    issued_on: date
    updated_on: date | None
    last_review_on: date | None
    ehe: bool
    school_phase: str | None
    year9_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanHolderFile:
    """Holds what one file says of the children with EHC plans, and what of it could not be used.

    `rejected_plans`: ids that stand in a rejected row; they are in the file, so their absence means nothing.
    `absent_columns`: optional columns that the file lacks; their values are unknown, not empty.
    """

    file: str
    sha256: str
    kind: Literal["annex_a", "csv"]
    rows: tuple[PlanHolderRow, ...]
    rejected: tuple[Fault, ...]
    rejected_plans: frozenset[str]
    absent_columns: tuple[Fault, ...]


def start_of_year_9(born_on: date) -> date:
    """Return the 1 September on which a child born on *born_on* starts Year 9: the first after turning 13.

    School years take in the children born from 1 September to 31 August. Whoever turns 13 on a
    1 September is among the oldest of the next year group, and starts a year later.
    """
    turns_13 = born_on.year + _AGE_BEFORE_YEAR_9
    return date(turns_13 if born_on.month < _SEPTEMBER else turns_13 + 1, _SEPTEMBER, 1)


def read_plan_holders(path: Path, *, today: date) -> PlanHolderFile:
    """Read an area SEND workbook or a CSV, told apart by content; bad rows are set aside, each with its place.

    Raises `WrongInput` where there is no readable file, `RejectedFile` when nothing of it can be trusted.
    """
    upload = read_upload(path)
    if comes_as_workbook(upload):
        return _read(upload, "annex_a", _table_of_list(upload), today)
    table = read_table(upload, columns=COLUMNS, required=REQUIRED, list_name=CSV)
    return _read(upload, "csv", table, today)


def _table_of_list(upload: Upload) -> Table:
    sheets = list(sheets_of(upload, names=SHEET_NAME).values())
    if not sheets:
        raise upload.rejected(
            f"it has no sheet {LIST}; send the area SEND workbook, or a CSV with the columns {','.join(COLUMNS)}"
        )
    if len(sheets) > 1:
        raise upload.rejected(f"two of its sheets bear the name {LIST}; keep one")
    wanted = Wanted(columns=_LIST_COLUMNS, required=_LIST_REQUIRED, list_name=LIST)
    return table_in(sheets[0], wanted, file=upload.name)


def _read(
    upload: Upload, kind: Literal["annex_a", "csv"], table: Table, today: date
) -> PlanHolderFile:
    # The workbook has one id, which is the child's and the plan's.
    plan_column = "plan_id" if kind == "csv" else "child_id"
    rows: list[PlanHolderRow] = []
    rejected = list(table.faults)
    rejected_plans: set[str] = set()
    first_seen: dict[str, int] = {}
    for row in table.rows:
        plan_id = row.reference(plan_column, required=True)
        child_id = row.reference("child_id", required=True) if kind == "csv" else plan_id
        if plan_id and (first := first_seen.setdefault(plan_id, row.number)) != row.number:
            row.fault(plan_column, f"this plan stands on row {first} already")
        holder = _holder(row, child_id, plan_id, today)
        if holder is not None:
            rows.append(holder)
            continue
        rejected += row.faults
        if plan_id:
            rejected_plans.add(plan_id)
    return PlanHolderFile(
        file=upload.name,
        sha256=upload.sha256,
        kind=kind,
        rows=tuple(rows),
        rejected=in_order_of_rows(rejected),
        rejected_plans=frozenset(rejected_plans),
        absent_columns=table.absent_columns,
    )


def _holder(
    row: Row, child_id: str | None, plan_id: str | None, today: date
) -> PlanHolderRow | None:
    born_on = row.past_day("born_on", today=today, required=True)
    issued_on = row.past_day("issued_on", today=today, required=True)
    updated_on = row.past_day("updated_on", today=today)
    last_review_on = row.past_day("last_review_on", today=today)
    ehe = read_flag(row, "ehe")
    school_phase = row.text("school_phase")
    if issued_on and born_on and issued_on < born_on:
        row.fault("issued_on", "the plan was issued before the child was born")
    if issued_on and born_on and _age_on(issued_on, born_on) >= _GROWN_UP:
        row.fault(
            "born_on",
            f"nobody is issued a plan at {_GROWN_UP} or over; one of the two days is wrong",
        )
    if issued_on and last_review_on and last_review_on < issued_on:
        row.fault("last_review_on", "the plan was reviewed before it was issued")
    if row.faults or not (child_id and plan_id and born_on and issued_on):
        return None
    return PlanHolderRow(
        child_id=child_id,
        plan_id=plan_id,
        issued_on=issued_on,
        updated_on=updated_on,
        last_review_on=last_review_on,
        ehe=ehe,
        school_phase=school_phase,
        year9_on=start_of_year_9(born_on),
    )


def _age_on(day: date, born_on: date) -> int:
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
