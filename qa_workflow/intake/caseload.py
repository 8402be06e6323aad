"""The open cases as a file tells them: the one shape that both kinds of file are read into."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from qa_workflow.errors import Fault

PLAN_TYPES = ("cin", "cp", "cla", "care_leaver", "early_help")
CSV = "CSV"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """Holds all that is ever kept of one case in a file: ids, plan, dates, and who works on it.

    `opened_on` is None only for an open case on list 9 alone: it opens on the day of the import.
    `plan_started_on` is when the present plan began, where the file says so apart from the opening.
    `is_open` is False with `closed_on` None where a file says closed without a date: it closes on `--as-of`.
    """

    case_id: str
    plan_type: str
    is_open: bool
    opened_on: date | None
    closed_on: date | None
    team: str | None
    worker: str | None
    supervisor: str | None
    iro: str | None
    provider_id: str | None
    last_seen_on: date | None
    last_review_on: date | None
    lists: frozenset[str]
    plan_started_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """Holds what one file says of the caseload, and what of it could not be used.

    `present`: the lists in the file; a list that is absent closes nothing, a CSV is the whole caseload.
    `rejected_cases`: ids that stand in a rejected row; they are in the file, so their absence means nothing.
    `names_nobody`: a rejected row has no id that can be read; it could be of any case.
    `absent_columns`: optional columns that a present list lacks; their values are unknown, not empty.
    """

    file: str
    sha256: str
    kind: Literal["annex_a", "csv"]
    rows: tuple[CaseRow, ...]
    rejected: tuple[Fault, ...]
    present: frozenset[str]
    rejected_cases: frozenset[str]
    absent_columns: tuple[Fault, ...]
    names_nobody: bool = False
