"""Reads a plain CSV of the whole caseload."""

from qa_workflow.intake.answers import read_choice
from qa_workflow.intake.caseload import CSV, PLAN_TYPES, CaseFile, CaseRow
from qa_workflow.intake.rows import Row, in_order_of_rows
from qa_workflow.intake.table import read_table
from qa_workflow.intake.upload import Upload

REQUIRED = ("case_id", "plan_type", "opened", "closed")
COLUMNS = (
    *REQUIRED,
    *("team", "worker", "supervisor", "iro", "provider_id", "last_seen", "last_review"),
    "plan_started",
)
# A supervisor who is not given is the worker's manager, and a plan that is not dated began with the case.
_NOT_MISSED = ("supervisor", "plan_started")


def read_case_csv(upload: Upload) -> CaseFile:
    """Read a case CSV row by row; raises `RejectedFile` when it lacks one of its first four columns."""
    table = read_table(upload, columns=COLUMNS, required=REQUIRED, list_name=CSV)
    rows: list[CaseRow] = []
    rejected = list(table.faults)
    rejected_cases: set[str] = set()
    names_nobody = bool(table.faults)  # of a row that does not fit the header, nothing can be read
    first_seen: dict[str, int] = {}
    for row in table.rows:
        case_id = row.reference("case_id", required=True)
        if case_id and (first := first_seen.setdefault(case_id, row.number)) != row.number:
            row.fault("case_id", f"this case stands on row {first} already")
        case = _case(row, case_id or "")
        if not row.faults:
            rows.append(case)
            continue
        rejected += row.faults
        if case_id:
            rejected_cases.add(case_id)
        else:
            names_nobody = True
    return CaseFile(
        file=upload.name,
        sha256=upload.sha256,
        kind="csv",
        rows=tuple(rows),
        rejected=in_order_of_rows(rejected),
        present=frozenset({CSV}),
        rejected_cases=frozenset(rejected_cases),
        absent_columns=tuple(
            fault for fault in table.absent_columns if fault.column not in _NOT_MISSED
        ),
        names_nobody=names_nobody,
    )


def _case(row: Row, case_id: str) -> CaseRow:
    opened_on = row.day("opened", required=True)
    closed_on = row.day("closed")
    if opened_on and closed_on and closed_on < opened_on:
        row.fault("closed", "the case closes before it opens")
    plan_started_on = row.day("plan_started")
    if opened_on and plan_started_on and plan_started_on < opened_on:
        row.fault("plan_started", "the plan starts before the case opens")
    return CaseRow(
        case_id=case_id,
        plan_type=read_choice(row, "plan_type", known=PLAN_TYPES, what="a plan type"),
        is_open=closed_on is None,
        opened_on=opened_on,
        closed_on=closed_on,
        team=row.text("team"),
        worker=row.text("worker"),
        supervisor=row.text("supervisor"),
        iro=row.text("iro"),
        provider_id=row.reference("provider_id"),
        last_seen_on=row.day("last_seen"),
        last_review_on=row.day("last_review"),
        lists=frozenset({CSV}),
        plan_started_on=plan_started_on,
    )
