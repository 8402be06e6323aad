"""A bank holiday proclaimed late, or a day on which this council closes: every open instance is counted again.

Source: "Statutory working-day: recomputed when the bank-holiday calendar changes, with a log entry;
completed instances are never rewritten" (domain 3.0); Monday 19 September 2022 was proclaimed about
nine days before.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import structlog

from qa_workflow.engine.derivation import in_words
from qa_workflow.engine.instance import Outcome
from qa_workflow.engine.recount import Move, recounted
from qa_workflow.engine.working_days import SATURDAY, WorkingCalendar
from qa_workflow.errors import WrongInput
from qa_workflow.service.context import Context
from qa_workflow.service.enquiries import readable
from qa_workflow.service.incidents import set_aside
from qa_workflow.service.input import acting
from qa_workflow.service.singly import apply_or_set_aside
from qa_workflow.service.work import Work
from qa_workflow.store import council, reports

BANK_HOLIDAY, LOCAL = "bank_holiday", "local"
PAGE = 500  # instances counted at a time
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedDate:
    """A date of one instance that moves: of a deadline, or (with `level`) of the next rung of its ladder."""

    reference: str
    move: Move


@dataclass(slots=True, kw_only=True)
class HolidayAdded:
    """What a new holiday brings, or would bring. `set_aside` could not be counted and are incidents now."""

    on: date
    name: str
    kind: str
    moves: list[MovedDate]
    set_aside: list[str]
    is_known: bool = False
    is_past: bool = False
    written: bool = False

    @property
    def moved(self) -> int:
        """Return how many instances have a date that moves."""
        return len({one.reference for one in self.moves})


def add_holiday(
    ctx: Context,
    on: date,
    name: str,
    *,
    now: datetime,
    actor: str,
    as_person: str | None = None,
    local: bool = False,
    dry_run: bool = False,
) -> HolidayAdded:
    """Make *on* a bank holiday, or with *local* a closure day of this council, in one transaction.

    Every working-day date of an open instance is counted again; each instance that moves gets one
    history entry with the old dates, the new ones and the cause. What has ended is not touched, and
    what has fired stays fired. A day that has passed may be entered too: it was a holiday all the
    same. The same day with the same name again only counts what was set aside before.

    Raises:
        WrongInput: no name, no weekday, outside the published years, or already a holiday of another name.
        UnknownPerson: *as_person* is not in the roster, or not active today.
    """
    kind, name = LOCAL if local else BANK_HOLIDAY, " ".join(name.split())
    with ctx.database.transaction() as connection:
        work = Work(ctx, connection, now)
        by = actor if as_person is None else acting(work, as_person).person_id
        before = work.calendar
        is_known = _check(before, on, name, kind)
        found = HolidayAdded(
            on=on, name=name, kind=kind, moves=[], set_aside=[],
            is_known=is_known, is_past=on < work.today, written=not dry_run,
        )  # fmt: skip
        after = _with_day(before, on, name, kind)
        if not dry_run and not is_known:
            council.put_closure_day(connection, on, kind, name)
        for outcomes in _counted_again(work, before, after, found, by=by):
            if not dry_run:
                # Another Work: this one counts as before.
                for outcome, exc in apply_or_set_aside(Work(ctx, connection, now), outcomes):
                    _set_aside(work, found, outcome.instance.id, outcome.instance.reference, exc)
        if not dry_run and (found.moves or found.set_aside or not is_known):
            _keep(work, found, by=by)
    return found


def _check(calendar: WorkingCalendar, on: date, name: str, kind: str) -> bool:
    """Make sure that *on* can become a holiday; tell whether it is that very one already."""
    day = in_words(on)
    if not name:
        raise WrongInput("The name is empty: say what the day is called.")
    if not calendar.first_year <= on.year <= calendar.last_year:
        raise WrongInput(
            f"Bank holidays are known from {calendar.first_year} to {calendar.last_year}, "
            f"and {day} lies outside. The list of that year comes with a newer version."
        )
    if on.weekday() >= SATURDAY:
        raise WrongInput(f"{day} is no working day as it is.")
    known = calendar.holidays.get(on) or (calendar.closures.get(on) if kind == LOCAL else None)
    if known is None:
        return False
    if known != name or (kind == LOCAL and on in calendar.holidays):
        what = "a bank holiday" if on in calendar.holidays else "a closure day"
        raise WrongInput(f"{day} is {what} already: {known}.")
    return True


def _with_day(calendar: WorkingCalendar, on: date, name: str, kind: str) -> WorkingCalendar:
    if kind == LOCAL:
        return calendar.with_closures({on: name})
    return calendar.with_holidays({on: name})


def _counted_again(
    work: Work, before: WorkingCalendar, after: WorkingCalendar, found: HolidayAdded, *, by: str
) -> Iterator[list[Outcome]]:
    """Yield what *after* makes of the open instances, a page at a time, and tell *found* of every move.

    One instance that cannot be counted must not keep the others from it: it becomes an incident.
    """
    became = "a bank holiday" if found.kind == BANK_HOLIDAY else "a day on which the council closes"
    cause = f"{in_words(found.on)} became {became}: {found.name}."
    ids = reports.open_ids(work.connection)
    for begin in range(0, len(ids), PAGE):
        outcomes = []
        loaded, damaged = readable(work, ids[begin : begin + PAGE])
        for bare in damaged:
            _set_aside(work, found, bare.id, bare.reference, ValueError("its row cannot be read"))
        for one in loaded.values():
            try:
                counted = recounted(
                    work.definition_for(one), one,
                    before=before, after=after, cause=cause, actor=by, now=work.now,
                )  # fmt: skip
            except Exception as exc:  # noqa: BLE001 - see above
                _set_aside(work, found, one.id, one.reference, exc)
                continue
            if counted is not None:
                outcomes.append(counted[0])
                found.moves += [
                    MovedDate(reference=one.reference, move=move) for move in counted[1]
                ]
        yield outcomes


def _set_aside(
    work: Work, found: HolidayAdded, instance_id: int, reference: str, exc: Exception
) -> None:
    found.set_aside.append(reference)
    found.moves = [one for one in found.moves if one.reference != reference]
    if not found.written:
        return
    kind, count = set_aside(work.connection, instance_id, exc, step="add_holiday", now=work.now)
    _log.error("incident", instance_id=instance_id, error=kind, count=count, exc_info=exc)


def _keep(work: Work, found: HolidayAdded, *, by: str) -> None:
    """Keep who entered the day, and how many instances it moved."""
    council.record_import(
        work.connection,
        kind="holiday",
        file=f"{found.kind} {found.on.isoformat()} {found.name}",
        sha256="",
        as_of=work.today,
        counts={"moved": found.moved, "set_aside": len(found.set_aside)},
        actor=by,
        at=work.now,
    )
