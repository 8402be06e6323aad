"""What must hold in a Getting to Outstanding meeting: a working day of its month, time for papers, its day has come."""

from datetime import date
from typing import TYPE_CHECKING

from qa_workflow.engine.definition import Asks, Facts, Refusal, guard
from qa_workflow.engine.derivation import in_words
from qa_workflow.errors import BeyondCalendar
from qa_workflow.patterns.follow_up import PAPERS_WORKING_DAYS, papers_day
from qa_workflow.processes.getting_to_outstanding.asks import Sitting

if TYPE_CHECKING:
    from qa_workflow.engine.working_days import WorkingCalendar


def _earliest(facts: Facts) -> date:
    """Return the first working day that leaves five for the papers, counted from today."""
    calendar: WorkingCalendar = facts.gathered["calendar"]
    today = calendar.on_or_after(facts.today, closures=True)
    return calendar.add(today, PAPERS_WORKING_DAYS, closures=True)


def _month(facts: Facts) -> tuple[date, date | None]:
    """Return between which days the meeting may sit.

    Once no day of its month leaves time for papers, any later one is better than none: the meeting
    is then overdue (domain 3.5, G2), and its end is open.
    """
    calendar: WorkingCalendar = facts.gathered["calendar"]
    opens = calendar.on_or_after(date.fromisoformat(facts.instance.data["opens_on"]), closures=True)
    last, earliest = facts.instance.due_on, _earliest(facts)
    first = max(opens, earliest)
    return (first, last) if last is not None and first <= last else (earliest, None)


@guard("evidence")
def sitting_is_on_a_known_working_day(facts: Facts, evidence: Sitting) -> Refusal | None:
    """The meeting sits on a working day, in a year whose bank holidays are known."""
    calendar: WorkingCalendar = facts.gathered["calendar"]
    try:
        why_not = calendar.why_not(evidence.sits_on, closures=True)
        papers_day(evidence.sits_on, calendar)
        _earliest(facts)
    except BeyondCalendar as exc:
        return Refusal(why=str(exc), who="whoever runs the system")
    if why_not is None:
        return None
    following = calendar.on_or_after(evidence.sits_on, closures=True)
    return Refusal(
        why=f"{in_words(evidence.sits_on)} is no working day: {why_not}.",
        who="qa_admin",
        from_on=following,
    )


@guard("evidence")
def sitting_is_in_its_month(facts: Facts, evidence: Sitting) -> Refusal | None:
    """The meeting sits in the framework's month, or in that of the second sitting."""
    opens = date.fromisoformat(facts.instance.data["opens_on"])
    try:
        first, last = _month(facts)
    except BeyondCalendar:
        return None  # told by the guard above
    if last is None or opens <= evidence.sits_on <= last:
        return None
    return Refusal(
        why=(
            f"{in_words(evidence.sits_on)} does not lie in the meeting's month, "
            f"which ends on {in_words(last)}."
        ),
        who="qa_admin",
        from_on=first,
    )


@guard("evidence")
def papers_have_five_working_days(facts: Facts, evidence: Sitting) -> Refusal | None:
    """Whoever has evidence to bring has five working days for it (domain 3.2)."""
    calendar: WorkingCalendar = facts.gathered["calendar"]
    try:
        if papers_day(evidence.sits_on, calendar) >= facts.today:
            return None
        first, _ = _month(facts)
    except BeyondCalendar:
        return None  # told by the guard above
    return Refusal(
        why=(
            f"Papers for {in_words(evidence.sits_on)} would have closed "
            f"on {in_words(papers_day(evidence.sits_on, calendar))}."
        ),
        who="qa_admin",
        from_on=first,
    )


@guard()
def papers_day_has_come(facts: Facts, _evidence: Asks) -> Refusal | None:
    """The agenda waits for the papers: it is set on the day they close, or after it."""
    papers_on = date.fromisoformat(facts.instance.data["papers_on"])
    if facts.today >= papers_on:
        return None
    return Refusal(
        why=f"Papers come in until {in_words(papers_on)}.", who="qa_admin", from_on=papers_on
    )


@guard()
def sitting_day_has_come(facts: Facts, _evidence: Asks) -> Refusal | None:
    """A meeting was not held before its day."""
    sits_on = date.fromisoformat(facts.instance.data["sits_on"])
    if facts.today >= sits_on:
        return None
    return Refusal(
        why=f"The meeting sits on {in_words(sits_on)}.", who="ad_people", from_on=sits_on
    )
