"""Plans: creates what the framework's calendar, and every subject with a clock of its own, asks for by today."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

import structlog

from qa_workflow.engine.instance import Spawn
from qa_workflow.engine.working_days import london_date
from qa_workflow.errors import BeyondCalendar
from qa_workflow.frameworks.lines import Item
from qa_workflow.service import (
    case_clocks,
    person_plans,
    plan_holder_clocks,
    provider_plans,
    setting_plans,
)
from qa_workflow.service.context import Context
from qa_workflow.service.starting import planned_data, planned_title
from qa_workflow.service.sweeps import Sweep
from qa_workflow.service.work import Work
from qa_workflow.store import council, reports
from qa_workflow.store.database import Connection

PLANNING_FROM = "planning_from"
LOOK_AHEAD = timedelta(days=400)
_log = structlog.get_logger()

# What is planned for each subject of its own (a provider, a plan holder) rather than by month: from
# the work of a pass and the first day of planning to what should stand by today.
SubjectPlan = Callable[[Work, date], Iterable[Spawn]]
SUBJECT_PLANS: tuple[SubjectPlan, ...] = (
    provider_plans.provider_audits,
    plan_holder_clocks.plan_holder_clocks,
    case_clocks.case_clocks,
    setting_plans.setting_audits,
    person_plans.person_cycles,
)


def plan_ahead(ctx: Context, *, now: datetime, sweep: Sweep) -> None:
    """Create what the framework calendar asks for by today; what already exists stays as it is.

    Planning begins on `planning_from`: an item whose window holds that day, or lies after it, is
    created, late if it must be; earlier ones never are (domain 3.0, First day).
    """
    today = london_date(now)
    with ctx.database.reading() as connection:
        work = Work(ctx, connection, now)
        since = planning_from(connection)
        wanted = [_planned(item, today) for item in _asked_for(work, since, today)]
        wanted += [spawn for plan in SUBJECT_PLANS for spawn in plan(work, since)]
        known = reports.find_by_reference(connection, [spawn.reference for spawn in wanted])
    missing = [spawn for spawn in wanted if spawn.reference not in known]
    if not missing:
        return
    with ctx.database.transaction() as connection:
        work = Work(ctx, connection, now)
        outcomes = work.started(missing)
        work.apply(outcomes)
    sweep.planned += len(outcomes)
    for spawn in missing:
        late = bool(spawn.data.get("created_late"))
        _log.info("instance_planned", instance=spawn.reference, late=late)


def planning_from(connection: Connection) -> date:
    """Return the day on which this council began to plan."""
    found = council.get_setting(connection, PLANNING_FROM)
    return date.min if found is None else date.fromisoformat(found)


def _asked_for(work: Work, since: date, today: date) -> list[Item]:
    found = []
    until = today + LOOK_AHEAD
    for item in work.ctx.items(max(since, date(1900, 1, 1)), until, work.calendar):
        try:
            planned_on = work.calendar.add(
                item.opens_on, -item.line.planned_working_days_before, closures=False
            )
        except BeyondCalendar:
            planned_on = item.opens_on  # better planned on its first day than guessed, or never
        if planned_on <= today and item.line.process in work.ctx.processes:
            found.append(item)
    return found


def _planned(item: Item, today: date) -> Spawn:
    late = {"created_late": True} if today > item.opens_on else {}
    return Spawn(
        process=item.line.process,
        reference=item.reference,
        subject=item.period,
        title=planned_title(item),
        due_on=item.due_on,
        data={**planned_data(item), **late},
    )
