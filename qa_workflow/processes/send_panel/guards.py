"""What must hold for a sitting of the SEND Panel: its day, its quorum, its minutes."""

from datetime import date
from typing import Any

from qa_workflow.engine.deadlines import stored_date
from qa_workflow.engine.definition import Asks, Facts, Refusal, guard
from qa_workflow.engine.derivation import in_words
from qa_workflow.errors import BeyondCalendar
from qa_workflow.patterns.guards import not_in_the_future
from qa_workflow.patterns.sittings import CHAIR, Panel
from qa_workflow.processes.send_panel.asks import (
    AGENCIES,
    Attendance,
    Cancellation,
    Held,
    Minutes,
    Sent,
    SittingDate,
)
from qa_workflow.processes.send_panel.items import open_items


# ------------------------------------------------------------------ the day
@guard("evidence")
def date_is_given(facts: Facts, evidence: SittingDate) -> Refusal | None:
    """The sitting has a date, this one or one set before."""
    if evidence.sits_on is not None or stored_date(facts.instance, "sits_on") is not None:
        return None
    return Refusal(why="No date is given for the sitting.", who=CHAIR)


@guard("evidence")
def another_date_is_given(_facts: Facts, evidence: SittingDate) -> Refusal | None:
    """A sitting that is moved has a new date."""
    if evidence.sits_on is not None:
        return None
    return Refusal(why="No date is given for the sitting.", who=CHAIR)


@guard("evidence")
def date_is_inside_the_month(facts: Facts, evidence: SittingDate) -> Refusal | None:
    """The panel of a month sits in that month: the framework asks for one in each."""
    return _outside_the_month(facts, evidence.sits_on)


@guard("evidence")
def date_is_inside_the_month_or_explained(facts: Facts, evidence: SittingDate) -> Refusal | None:
    """A panel that was inquorate sits again in the same month, or somebody says why not."""
    outside = _outside_the_month(facts, evidence.sits_on)
    if outside is None or evidence.reason:
        return None
    return Refusal(why=f"{outside.why} If there is no other way, say why.", who=CHAIR)


@guard("evidence")
def date_is_a_working_day(facts: Facts, evidence: SittingDate) -> Refusal | None:
    """The panel sits on a working day on which the offices are open."""
    return _no_working_day(facts, evidence.sits_on)


@guard("evidence")
def replacement_is_in_the_month_or_a_reason_is_given(
    facts: Facts, evidence: Cancellation
) -> Refusal | None:
    """A cancelled sitting is replaced in the same month, or somebody says why not."""
    day = evidence.replacement_on
    if day is not None:
        return _outside_the_month(facts, day) or _no_working_day(facts, day)
    if evidence.reason:
        return None
    return Refusal(
        why="Name another day of the same month, or say why the panel does not sit.", who=CHAIR
    )


def _outside_the_month(facts: Facts, day: date | None) -> Refusal | None:
    period = facts.instance.data["period"]
    if day is None or f"{day:%Y-%m}" == period:
        return None
    return Refusal(why=f"{in_words(day)} is not in the sitting's month, {period}.", who=CHAIR)


def _no_working_day(facts: Facts, day: date | None) -> Refusal | None:
    if day is None:
        return None
    panel: Panel = facts.gathered["panel"]
    try:
        why_not = panel.calendar.why_not(day, closures=True)
    except BeyondCalendar as unknown:
        return Refusal(why=str(unknown))
    if why_not is None:
        return None
    return Refusal(why=f"{in_words(day)} is no working day ({why_not}).", who=CHAIR)


@guard()
def papers_day_has_come(facts: Facts, _evidence: Asks) -> Refusal | None:
    """Papers go out on the papers day, not before: until then items are still taken."""
    papers_on = stored_date(facts.instance, "papers_on")
    if papers_on is None or papers_on <= facts.today:
        return None
    return Refusal(
        why=f"Items are taken until {in_words(papers_on)}, the papers day.",
        who=CHAIR,
        from_on=papers_on,
    )


@guard()
def sitting_day_has_come(facts: Facts, _evidence: Asks) -> Refusal | None:
    """Nobody records a sitting as held before its day."""
    sits_on = stored_date(facts.instance, "sits_on")
    if sits_on is None or sits_on <= facts.today:
        return None
    return Refusal(why=f"The panel sits on {in_words(sits_on)}.", who=CHAIR, from_on=sits_on)


# ------------------------------------------------------------------ who was there, and what was reached
def missing_agencies(evidence: Attendance) -> tuple[str, ...]:
    """Return the agencies nobody was there for."""
    there = {one.agency for one in evidence.members if one.present}
    return tuple(one for one in AGENCIES if one not in there)


@guard("evidence")
def panel_is_quorate(_facts: Facts, evidence: Held) -> Refusal | None:
    """Education, health and social care each had somebody there ("a multi-agency panel")."""
    missing = missing_agencies(evidence)
    if not missing:
        return None
    named = " or ".join(one.replace("_", " ") for one in missing)
    return Refusal(why=f"Nobody was there for {named}: the panel was inquorate.", who=CHAIR)


@guard("evidence")
def panel_was_inquorate(_facts: Facts, evidence: Attendance) -> Refusal | None:
    """An agency was missing; where nobody lists who was there, the chair says what happened."""
    if not missing_agencies(evidence):
        return Refusal(why="Education, health and social care were all there.", who=CHAIR)
    if evidence.members or evidence.reason:
        return None
    return Refusal(why="Say who was there, or why the panel could not sit.", who=CHAIR)


@guard("evidence")
def not_reached_are_on_the_agenda(facts: Facts, evidence: Held) -> Refusal | None:
    """What was not reached stands on the agenda and is not decided yet."""
    waiting = open_items(facts.instance.data)
    strangers = [one for one in evidence.not_reached if one not in waiting]
    if not strangers:
        return None
    return Refusal(why=f"Not waiting on this sitting's agenda: {', '.join(strangers)}.", who=CHAIR)


# ------------------------------------------------------------------ afterwards
@guard("evidence")
def decisions_were_sent_or_none_were_made(facts: Facts, evidence: Minutes) -> Refusal | None:
    """Families hear of the decisions before the minutes are closed, or somebody says why not."""
    data = facts.instance.data
    if data.get("decisions_sent_on") or not data.get("items") or evidence.reason:
        return None
    return Refusal(
        why="The decisions have not been sent: send them first, or say why there are none to send.",
        who="send_caseworker",
    )


@guard("evidence")
def sent_day_is_after_the_sitting(facts: Facts, evidence: Sent) -> Refusal | None:
    """Decisions are sent after the panel made them, and that day has come."""
    if future := not_in_the_future(evidence.sent_on, facts, "The day on which they were sent"):
        return future
    sits_on = stored_date(facts.instance, "sits_on")
    if evidence.sent_on is None or sits_on is None or sits_on <= evidence.sent_on:
        return None
    return Refusal(why=f"The panel sat on {in_words(sits_on)}, after that day.", who=CHAIR)


@guard()
def decisions_were_not_sent_before(facts: Facts, _evidence: Any) -> Refusal | None:  # noqa: ANN401 - it asks nothing of it
    """The decisions of a sitting are sent once."""
    sent_on = stored_date(facts.instance, "decisions_sent_on")
    if sent_on is None:
        return None
    return Refusal(why=f"The decisions were sent on {in_words(sent_on)}.")
