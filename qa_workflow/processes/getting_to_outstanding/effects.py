"""What the triggers of a Getting to Outstanding meeting bring about: dates, an agenda, a second sitting."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any

from qa_workflow.engine.definition import Effects, Related, Step
from qa_workflow.engine.instance import ProcessInstance, Signal
from qa_workflow.engine.working_days import WorkingCalendar, month_end
from qa_workflow.errors import BeyondCalendar
from qa_workflow.patterns.follow_up import first_sitting, next_window, second_sitting
from qa_workflow.processes.getting_to_outstanding.days import DAYS

if TYPE_CHECKING:
    from qa_workflow.processes.getting_to_outstanding.asks import Attendance, LatePaper, Minutes

CLOSE_WORKING_DAYS = 5  # the least that is left for closing once the minutes are there


def _reviewed(step: Step) -> tuple[Related, ...]:
    """Return the open recommendations of this window, and what an earlier one has left."""
    found: tuple[Related, ...] = step.facts.gathered["recommendations"]
    return found


def _due_on(meeting: ProcessInstance) -> date:
    """Return by when the meeting is held: the last day of its month (domain A2)."""
    opens_on = date.fromisoformat(meeting.data["opens_on"])
    return meeting.due_on or month_end(opens_on.year, opens_on.month)


def _close_by(window: date, minuted_on: date, calendar: WorkingCalendar) -> str:
    """Return by when the meeting is closed: the end of its window, or five working days after its minutes."""
    with suppress(BeyondCalendar):
        return max(window, calendar.add(minuted_on, CLOSE_WORKING_DAYS, closures=True)).isoformat()
    return window.isoformat()


def _expected(
    step: Step, some: Iterable[Related], *, sits_on: date | None = None
) -> tuple[Signal, ...]:
    """Tell recommendations which meeting they go to, and when it sits."""
    told = {
        "meeting_due_on": _due_on(step.before).isoformat(),
        "sits_on": None if sits_on is None else sits_on.isoformat(),
    }
    return tuple(Signal("expect_sitting", to=one.reference, data=told) for one in some)


def _taken_back(step: Step, why: str) -> tuple[Signal, ...]:
    """Take what is still tabled off the agenda, verified as it was."""
    told = {"meeting": step.before.reference}
    return tuple(
        Signal("untable", to=item, reason=why, data=told)
        for item in step.before.data.get("items", ())
    )


# ------------------------------------------------------------------ dates
def plan(step: Step) -> Effects:
    """Find its window, by when its date is set, and what an earlier meeting has left for it."""
    before = step.before
    months: tuple[int, ...] = step.facts.gathered["follow_up_months"]
    window = next_window(date.fromisoformat(before.data["opens_on"]), months)
    due_on = _due_on(before).isoformat()
    left = [one for one in _reviewed(step) if (one.data.get("meeting_due_on") or "") < due_on]
    return Effects(
        data={
            "window_on": window.isoformat(),
            "schedule_by": DAYS.schedule_by(_due_on(before), step.today, step.calendar),
            "close_by": window.isoformat(),
            "items": [],
        },
        signals=_expected(step, left),
    )


def schedule(step: Step) -> Effects:
    """Keep the date, and tell every recommendation by when its papers are wanted."""
    sits_on: date = step.evidence.sits_on
    return Effects(
        data={
            "sits_on": sits_on.isoformat(),
            "papers_on": DAYS.papers_day(sits_on, step.calendar).isoformat(),
        },
        signals=_expected(step, _reviewed(step), sits_on=sits_on),
    )


def postpone(step: Step) -> Effects:
    """Take the date back, with its reason kept; what was tabled is verified again."""
    data = step.before.data
    postponed = [
        *data.get("postponed", ()),
        {"sits_on": data["sits_on"], "why": step.evidence.reason},
    ]
    return Effects(
        data={
            "sits_on": None,
            "papers_on": None,
            "items": [],
            "late_papers": [],
            "postponed": postponed,
            "schedule_by": DAYS.schedule_by(_due_on(step.before), step.today, step.calendar),
        },
        signals=(
            *_taken_back(step, f"The meeting is postponed: {step.evidence.reason}"),
            *_expected(step, _reviewed(step)),
        ),
    )


# ------------------------------------------------------------------ the agenda
def set_agenda(step: Step) -> Effects:
    """Freeze the agenda: what was verified by the end of the papers day; the others are told.

    After downtime this runs late, so it goes by the days on which things were done.
    """
    papers_on: str = step.before.data["papers_on"]
    items = [
        one.reference
        for one in _reviewed(step)
        if one.state == "verified" and one.data.get("verified_on", "") <= papers_on
    ]
    told = {"meeting": step.before.reference, "papers_on": papers_on}
    return Effects(
        data={"items": items, "agenda_set_on": step.today.isoformat()},
        signals=(
            *(Signal("table", to=item, data={"meeting": step.before.reference}) for item in items),
            *(
                Signal("miss_cutoff", to=one.reference, data=told)
                for one in _reviewed(step)
                if one.reference not in items
            ),
        ),
    )


def take_late_paper(step: Step) -> Effects:
    """Put on the agenda what was tabled by hand after the papers had closed."""
    evidence: LatePaper = step.evidence
    data = step.before.data
    items = [one for one in data["items"] if one != evidence.item]
    late = [*data.get("late_papers", ()), evidence.item]
    return Effects(data={"items": [*items, evidence.item], "late_papers": late})


# ------------------------------------------------------------------ the sitting
def hold(step: Step) -> Effects:
    """Keep who chaired, for whom, and who was there."""
    evidence: Attendance = step.evidence
    found: dict[str, Any] = {
        "held_on": step.today.isoformat(),
        "chair": step.actor,
        "attendees": list(dict.fromkeys((step.actor, *evidence.attendees))),
    }
    if step.facts.on_behalf_of is not None:
        found["chaired_for"] = step.facts.on_behalf_of
    return Effects(data=found)


def minute(step: Step) -> Effects:
    """Keep where the minutes are."""
    evidence: Minutes = step.evidence
    window = date.fromisoformat(step.before.data["window_on"])
    return Effects(
        data={
            "minutes_reference": evidence.minutes_reference,
            "close_by": _close_by(window, step.today, step.calendar),
        }
    )


def close(step: Step) -> Effects:
    """Give back what was not reached; if anything of the window is unsigned, plan the second sitting."""
    window = date.fromisoformat(step.before.data["window_on"])
    is_first = step.before.reference == first_sitting(window)
    return Effects(
        data={"closed_on": step.today.isoformat()},
        signals=_taken_back(step, "The meeting did not reach it."),
        spawn=(second_sitting(window),) if is_first and _reviewed(step) else (),
    )


def recount(instance: ProcessInstance, calendar: WorkingCalendar) -> Effects:
    """Count again what this meeting keeps of working days; the day on which it sits stands."""
    found: dict[str, Any] = {}
    data = instance.data
    if instance.state == "planned":
        found["schedule_by"] = DAYS.schedule_by(_due_on(instance), instance.entered_on, calendar)
    elif instance.state == "scheduled":
        with suppress(BeyondCalendar):
            sits_on = date.fromisoformat(data["sits_on"])
            found["papers_on"] = DAYS.papers_day(sits_on, calendar).isoformat()
    elif instance.state == "minuted":
        window = date.fromisoformat(data["window_on"])
        found["close_by"] = _close_by(window, instance.entered_on, calendar)
    return Effects(data=found)
