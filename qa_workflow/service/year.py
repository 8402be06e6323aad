"""The QA year: what the framework's calendar asks for between two days, and how it stands in the database.

Besides the plan, the year holds what the database has of the programme without a line asking for it: a
second sitting, a meeting in place of a cancelled one, a report or an audit that people began. It does not
hold the hundreds of instances about one child, person or provider: those are no public dates. What counts:

- its process is opened by a line of the calendar, or is one of `ALSO_BEGUN_BY_HAND`;
- it has no case and no parent, and its subject is no case, plan or child that this database knows.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from qa_workflow.engine.deadlines import is_late
from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.working_days import WorkingCalendar, london_date
from qa_workflow.errors import BeyondCalendar
from qa_workflow.frameworks.lines import Item
from qa_workflow.patterns.person_cycle import PER_PERSON
from qa_workflow.service.context import Context
from qa_workflow.service.enquiries import PAGE, readable
from qa_workflow.service.planner import planning_from
from qa_workflow.service.starting import planned_title
from qa_workflow.service.work import Work
from qa_workflow.store import cases, plan_holders, reports

# Of the whole service like those of the calendar, though no line opens them.
ALSO_BEGUN_BY_HAND = (
    "annual_report",
    "learning_event",
    "multi_agency_action_plan",
    "peer_audit",
    "section_11_audit",
    "thematic_audit",
)
AD_HOC = "ad_hoc"  # the source of what no line of the calendar asks for
CALLED_OFF = frozenset({"cancelled", "withdrawn", "abandoned"})  # it will not take place
MISSED = "missed"
_NOT_DONE = CALLED_OFF | {MISSED}
_FURTHEST_MOVE = timedelta(days=400)  # how far from its planned day an instance is still looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing of the QA year: what the plan says of it, and how it stands once it is begun.

    `plan` has the keys of `planned`; its dates are the instance's own as soon as there is one. `owner` is
    a person's id or a role; `planned_on` the day the calendar gives it, None for what no line asks for.
    `is_kept` is False for what fell due before this database began to plan. Dates are London dates.
    """

    plan: dict[str, Any]
    owner: str
    planned_on: date | None = None
    sits_on: date | None = None
    state: str | None = None
    late: bool | None = None
    level: str | None = None
    closed_on: date | None = None
    instance: ProcessInstance | None = None
    is_blocked: bool = False
    is_kept: bool = True

    @property
    def due_on(self) -> date | None:
        due_on: str | None = self.plan["due_on"]
        return None if due_on is None else date.fromisoformat(due_on)

    @property
    def target_on(self) -> date | None:
        target_on: str | None = self.plan["target_on"]
        return None if target_on is None else date.fromisoformat(target_on)

    @property
    def days(self) -> tuple[date, ...]:
        """Return the days on which people look for it: that of its sitting first, then due, then as planned."""
        return tuple(one for one in (self.sits_on, self.due_on, self.planned_on) if one is not None)

    @property
    def is_called_off(self) -> bool:
        return self.state in CALLED_OFF

    def day_between(self, first: date, last: date) -> date | None:
        """Return the day under which it stands between the two, both included; None: it belongs elsewhere."""
        return next((one for one in self.days if first <= one <= last), None)

    def standing(self) -> str:
        """Return in a few words how it stands: not begun, its state, done on a day, late."""
        if self.state is None:
            return "not begun" if self.is_kept else "before planning began"
        state = self.state.replace("_", " ")
        if self.closed_on is not None:
            if self.state in _NOT_DONE:
                return f"{state} on {self.closed_on}"
            return f"done {'late ' if self.late else ''}on {self.closed_on} ({state})"
        said = [state]
        if self.sits_on is not None:
            said.append(f"sits on {self.sits_on}")
        said += ["late"] if self.late else []
        said += [self.level] if self.level is not None else []
        said += ["blocked"] if self.is_blocked else []
        return ", ".join(said)

    def as_item(self) -> dict[str, Any]:
        """Return it as machines are told: the plan's keys, and how it stands."""
        return {
            **self.plan,
            "sits_on": None if self.sits_on is None else self.sits_on.isoformat(),
            "state": self.state,
            "late": self.late,
            "level": self.level,
            "closed_on": None if self.closed_on is None else self.closed_on.isoformat(),
        }


# ------------------------------------------------------------------ the plan alone
def planned(
    ctx: Context, first: date, last: date, calendar: WorkingCalendar
) -> list[dict[str, Any]]:
    """Return every instance that the planner would open with a due day between *first* and *last*; writes nothing.

    What no process of this program runs is not among them.
    """
    return [_item(ctx, one, calendar) for one in _items(ctx, first, last, calendar)]


def planned_year(ctx: Context, first: date, last: date) -> list[Entry]:
    """Return the plan between two days, both included, where there is no database to ask how it stands."""
    calendar = ctx.published
    return [_not_begun(ctx, one, calendar) for one in _items(ctx, first, last, calendar)]


def _items(ctx: Context, first: date, last: date, calendar: WorkingCalendar) -> Iterator[Item]:
    return (one for one in ctx.items(first, last, calendar) if one.line.process in ctx.processes)


def _item(ctx: Context, item: Item, calendar: WorkingCalendar) -> dict[str, Any]:
    process = ctx.processes[item.line.process]
    return {
        "code": item.line.code,
        "process": process.name,
        "reference": item.reference,
        "title": planned_title(item) or f"{process.title} {item.period}",
        "period": item.period,
        "opens_on": item.opens_on.isoformat(),
        "due_on": item.due_on.isoformat(),
        "target_on": _target(item.due_on, calendar),
        "source": item.line.kind,
        "rule": item.line.source,
    }


def _target(due_on: date, calendar: WorkingCalendar) -> str | None:
    try:
        return calendar.on_or_before(due_on).isoformat()
    except BeyondCalendar:
        return None


def _not_begun(
    ctx: Context, item: Item, calendar: WorkingCalendar, *, since: date = date.min
) -> Entry:
    return Entry(
        plan=_item(ctx, item, calendar),
        owner=item.line.owner,
        planned_on=item.due_on,
        is_kept=item.due_on >= since,
    )


# ------------------------------------------------------------------ how it stands
def year(ctx: Context, first: date, last: date, *, now: datetime) -> list[Entry]:
    """Return what belongs between two London days, both included, in the order of its days; writes nothing.

    A thing belongs where it was planned, where it is due and where it sits: what was moved away stays to
    be seen where people looked for it before.
    """
    with ctx.database.reading() as connection:
        work = Work(ctx, connection, now)
        begun, damaged = _begun(work)
        since = planning_from(connection)
        found = []
        for item in _items(ctx, *_around(first, last), work.calendar):
            instance = begun.pop(item.reference, None)
            if instance is not None:
                found.append(_with_instance(work, instance, item))
            elif first <= item.due_on <= last:
                entry = _not_begun(ctx, item, work.calendar, since=since)
                found.append(replace(entry, state=damaged.get(item.reference)))
        found += [_with_instance(work, one, None) for one in _public(work, begun.values())]
    placed = [(one.day_between(first, last), one) for one in found]
    within = [(day, one) for day, one in placed if day is not None]
    return [one for _, one in sorted(within, key=lambda some: some[0])]


def _around(first: date, last: date) -> tuple[date, date]:
    earliest = first - min(_FURTHEST_MOVE, first - date.min)
    return earliest, last + min(_FURTHEST_MOVE, date.max - last)


def _begun(work: Work) -> tuple[dict[str, ProcessInstance], dict[str, str]]:
    """Return every instance of the programme's processes, ended ones too, by reference.

    And the states of those whose row is damaged: of them the plan alone can say when they are due.
    """
    opened = {line.process for line in work.ctx.lines}
    names = sorted((opened | set(ALSO_BEGUN_BY_HAND)) & set(work.ctx.processes) - set(PER_PERSON))
    ids = [
        number
        for name in names
        for number in reports.find_ids(
            work.connection, reports.Wanted(process=name, include_final=True)
        )
    ]
    found: dict[str, ProcessInstance] = {}
    damaged: dict[str, str] = {}
    for begin in range(0, len(ids), PAGE):
        loaded, unreadable = readable(work, ids[begin : begin + PAGE])
        found |= {one.reference: one for one in loaded.values()}
        damaged |= {one.reference: one.state for one in unreadable}
    return found, damaged


def _public(work: Work, some: Iterable[ProcessInstance]) -> Sequence[ProcessInstance]:
    """Return those that are about nobody: no case, nothing that another instance began, no child as subject."""
    about_none = [one for one in some if one.case_id is None and one.parent_id is None]
    if not about_none:
        return ()
    children = set(cases.find_cases(work.connection, ids={one.subject for one in about_none}))
    for plan_id, holder in plan_holders.find_plan_holders(work.connection).items():
        children |= {plan_id, holder.child_id}
    return [one for one in about_none if one.subject not in children]


def _with_instance(work: Work, instance: ProcessInstance, item: Item | None) -> Entry:
    plan = _ad_hoc(work, instance) if item is None else _item(work.ctx, item, work.calendar)
    if instance.due_on is not None:
        target_on = _target(instance.due_on, work.calendar)
        plan |= {"due_on": instance.due_on.isoformat(), "target_on": target_on}
    sits_on = instance.data.get("sits_on")
    owner = instance.owner or instance.owner_role
    return Entry(
        plan=plan,
        owner=owner or ("" if item is None else item.line.owner),
        planned_on=None if item is None else item.due_on,
        sits_on=None if sits_on is None else date.fromisoformat(sits_on),
        state=instance.state,
        late=is_late(instance, work.now),
        level=instance.level,
        closed_on=None if instance.closed_at is None else london_date(instance.closed_at),
        instance=instance,
        is_blocked=bool(instance.blocks),
    )


def _ad_hoc(work: Work, instance: ProcessInstance) -> dict[str, Any]:
    process = work.definition(instance.process)
    lines = (line.code for line in work.ctx.lines if line.process == instance.process)
    period = instance.reference.partition(":")[2]
    # What is numbered has a reference that says nothing of its subject: nor does the title here.
    title = instance.title if process.series is None else f"{process.title} {period}"
    return {
        "code": instance.data.get("code") or next(lines, None),
        "process": instance.process,
        "reference": instance.reference,
        "title": title,
        "period": period,
        "opens_on": instance.data.get("opens_on") or london_date(instance.opened_at).isoformat(),
        "due_on": None,
        "target_on": None,
        "source": AD_HOC,
        "rule": process.due_source or "",
    }
