"""Takes the children with EHC plans of a file into the database. The same file twice changes nothing."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from qa_workflow.errors import Fault
from qa_workflow.intake.plan_holders import PlanHolderFile, PlanHolderRow, read_plan_holders
from qa_workflow.patterns import ehc
from qa_workflow.service.context import Context
from qa_workflow.service.planner import planning_from
from qa_workflow.service.work import Work
from qa_workflow.store import council
from qa_workflow.store.plan_holders import PlanHolder, find_plan_holders, save_plan_holders

KIND = "plan_holder"
NAMED = 5  # so many plans a warning names before it counts the others


@dataclass(slots=True)
class PlanHolderImport:
    """What an import of plan holders brings, or would bring: plans by id, rejected rows, and what to look at."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    rejected: tuple[Fault, ...] = ()
    warnings: list[str] = field(default_factory=list)
    written: bool = False


def import_plan_holders(
    ctx: Context,
    path: Path,
    *,
    now: datetime,
    actor: str,
    dry_run: bool = False,
    accept_rejected: bool = False,
) -> PlanHolderImport:
    """Read an area SEND workbook or a CSV of plan holders and bring the database to what it says.

    With a rejected row nothing is written unless *accept_rejected*. A plan that is not in the file stays
    as it is. What the plans ask for is created at the next pass. Every accepted import is recorded.

    Raises:
        RejectedFile, WrongInput: the file cannot be taken at all.
    """
    with ctx.database.transaction() as connection:
        work = Work(ctx, connection, now)
        file = read_plan_holders(path, today=work.today)
        known = find_plan_holders(connection)
        report, holders = _compared(work, file, known)
        if dry_run or (report.rejected and not accept_rejected):
            return report
        save_plan_holders(connection, holders)
        council.record_import(
            connection,
            kind=KIND,
            file=file.file,
            sha256=file.sha256,
            as_of=work.today,
            counts={
                name: len(getattr(report, name))
                for name in ("new", "changed", "unchanged", "rejected")
            },
            actor=actor,
            at=now,
        )
        report.written = True
    return report


def _compared(
    work: Work, file: PlanHolderFile, known: dict[str, PlanHolder]
) -> tuple[PlanHolderImport, list[PlanHolder]]:
    report = PlanHolderImport(rejected=file.rejected)
    since = planning_from(work.connection)
    holders: list[PlanHolder] = []
    for row in file.rows:
        before = known.get(row.plan_id)
        after = _holder(row, before, work.today)
        if before == after:
            report.unchanged.append(row.plan_id)
            continue
        (report.new if before is None else report.changed).append(row.plan_id)
        holders.append(after)
        report.warnings += _warnings(row, before, after, since)
    report.warnings += _missing(file, known)
    return report, holders


def _holder(row: PlanHolderRow, before: PlanHolder | None, today: date) -> PlanHolder:
    made = PlanHolder(
        plan_id=row.plan_id,
        child_id=row.child_id,
        issued_on=row.issued_on,
        last_review_on=row.last_review_on,
        ehe=row.ehe,
        school_phase=row.school_phase,
        year9_on=row.year9_on,
        first_seen_on=today,
    )
    if before is None:
        return made
    return replace(
        made,
        # A list that leaves a review out does not undo it.
        last_review_on=row.last_review_on or before.last_review_on,
        school_phase=row.school_phase or before.school_phase,
        first_seen_on=before.first_seen_on,
    )


def _warnings(
    row: PlanHolderRow, before: PlanHolder | None, after: PlanHolder, since: date
) -> list[str]:
    found = []
    if before is not None and row.last_review_on is None and before.last_review_on is not None:
        found.append(
            f"{after.plan_id}: the file names no review; that of {before.last_review_on:%d %B %Y} is kept"
        )
    year9_on = None if before is None else before.year9_on
    if year9_on is not None and year9_on != row.year9_on:
        found.append(
            f"{after.plan_id}: Year 9 starts on {row.year9_on:%d %B %Y}, not on {year9_on:%d %B %Y}: "
            "look at its transition and its phase transfers"
        )
    due_on = ehc.review_due(after.last_review_on or after.issued_on)
    if due_on < since:
        found.append(
            f"{after.plan_id}: its review was due on {due_on:%d %B %Y}, before planning began on "
            f"{since:%d %B %Y}: if it was not held, start it by hand"
        )
    return found


def _missing(file: PlanHolderFile, known: dict[str, PlanHolder]) -> list[str]:
    named = {row.plan_id for row in file.rows} | file.rejected_plans
    missing = sorted(set(known) - named)
    if not missing:
        return []
    first = ", ".join(missing[:NAMED])
    others = f" and {len(missing) - NAMED} more" if len(missing) > NAMED else ""
    return [f"not in this file, and left as they are: {first}{others}"]
