"""Takes the open cases of a file into the database. The same file twice changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from qa_workflow.errors import Fault, WrongInput
from qa_workflow.intake.cases import CaseFile, CaseRow, read_cases
from qa_workflow.service import case_clocks
from qa_workflow.service.context import Context
from qa_workflow.service.names import Names, folded
from qa_workflow.service.sweeps import Sweep, retry_waiting
from qa_workflow.service.work import Work
from qa_workflow.store import cases, council
from qa_workflow.store.cases import CaseRecord

LARGE_CLOSURE = 5  # an import that would close more than a fifth of the open cases asks first
LISTS_OF_PLANS = {
    "List 6": ("cin",),
    "List 7": ("cp",),
    "List 8": ("cla",),
    "List 9": ("care_leaver",),
}


@dataclass(slots=True)
class CaseImport:
    """What an import of cases brings, or would bring."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    reopened: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    rejected: tuple[Fault, ...] = ()
    warnings: list[str] = field(default_factory=list)
    open_before: int = 0
    written: bool = False

    @property
    def closes_many(self) -> bool:
        """Tell whether more than a fifth of the open cases would close: hard to take back."""
        return len(self.closed) * LARGE_CLOSURE > self.open_before


def import_cases(
    ctx: Context,
    path: Path,
    *,
    now: datetime,
    actor: str,
    as_of: date | None = None,
    dry_run: bool = False,
    accept_rejected: bool = False,
) -> CaseImport:
    """Read a workbook or CSV of open cases and bring the database to what it says as of *as_of* (today).

    With a rejected row nothing is written unless *accept_rejected*. Every accepted import is recorded,
    also one that changes nothing: it says that the list is fresh.

    Raises:
        RejectedFile, WrongInput: the file cannot be taken at all, or *as_of* lies in the future or
        before an import already made.
    """
    file = read_cases(path)
    with ctx.database.transaction() as connection:
        work = Work(ctx, connection, now)
        day = as_of or work.today
        _check_day(work, day)
        known = cases.find_cases(connection)
        report, records = _compared(work, file, known, day)
        if dry_run or (report.rejected and not accept_rejected):
            return report
        cases.save_cases(connection, records)
        _date_assignments(work, records, day)
        council.record_import(
            connection,
            kind="case",
            file=file.file,
            sha256=file.sha256,
            as_of=day,
            counts={
                name: len(getattr(report, name))
                for name in ("new", "changed", "closed", "reopened", "unchanged", "rejected")
            },
            actor=actor,
            at=now,
        )
        work.refresh_owners([one.case_id for one in records])
        case_clocks.follow_list(work, known, records, day)
        report.written = True
    retry_waiting(ctx, now=now, sweep=Sweep())  # a round may have waited for a fresh list
    return report


def _check_day(work: Work, day: date) -> None:
    if day > work.today:
        raise WrongInput(f"--as-of {day.isoformat()} has not come yet.")
    newest = council.last_import_on(work.connection, "case", by=date.max)
    if newest is not None and day < newest:
        raise WrongInput(
            f"A list of {newest.isoformat()} was already imported; one of {day.isoformat()} would undo it. "
            "Import lists in the order of their dates."
        )


def _compared(
    work: Work, file: CaseFile, known: dict[str, CaseRecord], day: date
) -> tuple[CaseImport, list[CaseRecord]]:
    report = CaseImport(open_before=sum(case.closed_on is None for case in known.values()))
    rejected = list(file.rejected)
    names = Names(work.roster)
    records: list[CaseRecord] = []
    for row in file.rows:
        if row.case_id in file.rejected_cases:
            continue
        if fault := _future(row, day):
            rejected.append(fault)
            continue
        before = known.get(row.case_id)
        record = _record(row, before, file, names, day)
        kind = _kind(before, record)
        getattr(report, kind).append(row.case_id)
        if kind != "unchanged":
            records.append(record)
    named = {row.case_id for row in file.rows} | set(file.rejected_cases)
    if file.names_nobody:
        report.warnings.append(
            "A rejected row names no case, so no case is closed for being missing"
        )
    for case in known.values():
        missing = case.closed_on is None and case.case_id not in named
        if missing and not file.names_nobody and _closes(case, file):
            report.closed.append(case.case_id)
            records.append(replace(case, closed_on=max(day, case.opened_on)))
    report.rejected = tuple(rejected)
    report.warnings += [
        f"{fault}: what was known before is kept" for fault in file.absent_columns
    ] + [f"{name!r} is not in the roster; kept as text" for name in sorted(names.unknown)]
    return report, records


def _future(row: CaseRow, day: date) -> Fault | None:
    told = {
        "opened": ("is opened", row.opened_on),
        "closed": ("is closed", row.closed_on),
        "plan_started": ("begins its plan", row.plan_started_on),
        "last_seen": ("was last seen", row.last_seen_on),
        "last_review": ("was last reviewed", row.last_review_on),
    }
    for column, (what, found) in told.items():
        if found is not None and found > day:
            return Fault(
                why=f"case {row.case_id} {what} on {found.isoformat()}, after the day of the list ({day.isoformat()})",
                list_name=min(row.lists),
                column=column,
            )
    return None


def _closes(case: CaseRecord, file: CaseFile) -> bool:
    """Tell whether the file says, by not naming it, that an open case has closed: an absent list closes nothing."""
    if file.kind == "csv":
        return True
    stood_on = set(case.lists.split(";")) - {"CSV", ""}
    if not stood_on:
        stood_on = {name for name, plans in LISTS_OF_PLANS.items() if case.plan_type in plans}
    return bool(stood_on) and stood_on <= file.present


def _record(
    row: CaseRow, before: CaseRecord | None, file: CaseFile, names: Names, day: date
) -> CaseRecord:
    absent = {folded(fault.column or "") for fault in file.absent_columns}
    workbook = file.kind == "annex_a"

    def kept(name: str, found: str | None, *columns: str) -> str | None:
        unknown = (workbook and name in {"iro", "provider_id"}) or absent.intersection(columns)
        if found is None and unknown and before is not None:
            old: str | None = getattr(before, name)
            return old
        return found

    worker = kept("worker", names.match(row.worker), "allocated worker", "worker")
    supervisor = names.match(row.supervisor)
    if (
        supervisor is None
        and worker is not None
        and (person := names.roster.get(worker)) is not None
    ):
        supervisor = person.manager
    opened_on = row.opened_on or (before.opened_on if before is not None else day)
    return CaseRecord(
        case_id=row.case_id,
        plan_type=row.plan_type,
        opened_on=opened_on,
        closed_on=None if row.is_open else row.closed_on or _closing(before, opened_on, day),
        team=kept("team", row.team, "allocated team", "team"),
        worker=worker,
        supervisor=supervisor,
        iro=kept("iro", names.match(row.iro), "iro"),
        provider_id=kept("provider_id", row.provider_id, "provider_id"),
        last_seen_on=row.last_seen_on or (before.last_seen_on if before is not None else None),
        last_review_on=row.last_review_on or _last_review(row, before),
        first_seen_on=before.first_seen_on if before is not None else day,
        lists=";".join(sorted(row.lists)),
        plan_started_on=_plan_started(row, before, opened_on, day),
    )


def _last_review(row: CaseRow, before: CaseRecord | None) -> date | None:
    """Return the review that is known already, where the file names none: one of another plan is no review of this."""
    same_plan = before is not None and before.plan_type == row.plan_type
    return before.last_review_on if before is not None and same_plan else None


def _plan_started(
    row: CaseRow, before: CaseRecord | None, opened_on: date, day: date
) -> date | None:
    """Return since when the case has its plan; None where that is the day it opened.

    Where a case changes its plan and the file gives no other day than before, the plan counts from the
    first list that shows it.
    """
    found = row.plan_started_on
    if found is None and before is not None and before.opened_on == opened_on:
        found = before.plan_started_on if before.plan_type == row.plan_type else day
    return None if found == opened_on else found


def _closing(before: CaseRecord | None, opened_on: date, day: date) -> date:
    if before is not None and before.closed_on is not None:
        return before.closed_on
    return max(opened_on, day)


def _kind(before: CaseRecord | None, after: CaseRecord) -> str:
    if before is None:
        return "new"
    if before == after:
        return "unchanged"
    if before.closed_on is None and after.closed_on is not None:
        return "closed"
    if before.closed_on is not None and after.closed_on is None:
        return "reopened"
    return "changed"


def _date_assignments(work: Work, records: Sequence[CaseRecord], day: date) -> None:
    still_open = [one for one in records if one.closed_on is None]
    wanted = {
        (one.case_id, role): person
        for one in still_open
        for role, person in (
            ("practitioner", one.worker),
            ("supervisor", one.supervisor),
            ("iro", one.iro),
        )
    }
    cases.save_assignments(
        work.connection, wanted, on=day, since={one.case_id: one.opened_on for one in still_open}
    )
    ended = [one for one in records if one.closed_on is not None]
    # A case that was never seen open had a worker all the same: whoever the file names, until it closed.
    cases.save_assignments(
        work.connection,
        {
            (one.case_id, role): person
            for one in ended
            for role, person in (
                ("practitioner", one.worker),
                ("supervisor", one.supervisor),
                ("iro", one.iro),
            )
        },
        on=day,
        since={one.case_id: one.opened_on for one in ended},
    )
    for one in ended:
        cases.end_assignments(work.connection, [one.case_id], on=one.closed_on or day)
