"""What the triggers of a recommendation bring about: an owner, evidence, a window, a meeting and the next one."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from qa_workflow.engine.definition import Effects, Hold, Link, Related, Step
from qa_workflow.engine.derivation import in_words
from qa_workflow.engine.instance import ProcessInstance, Signal, Spawn
from qa_workflow.engine.people import SYSTEM
from qa_workflow.engine.working_days import WorkingCalendar, add_months
from qa_workflow.errors import BeyondCalendar
from qa_workflow.patterns.follow_up import (
    due_date,
    first_sitting,
    meeting_due,
    next_window,
    papers_day,
    second_sitting,
)
from qa_workflow.processes.recommendation.guards import (
    WITH_EVIDENCE,
    failed_checks,
    meeting_meant,
)
from qa_workflow.processes.recommendation.themes import proposed_line

if TYPE_CHECKING:
    from qa_workflow.processes.recommendation.asks import (
        Assignment,
        Cutoff,
        ExpectedSitting,
        Impact,
        PlanLine,
    )

DIP_CHECK_MONTHS = 3  # after signing off; a product default (domain 3.2)
TWICE = 2
# Causes of blocks: the one goes when evidence comes or the window changes, the other when a due date is found.
NO_EVIDENCE = "no_evidence"
UNCOUNTED = "uncounted"
# Told to whatever raised it, which may wait for the last of its actions (a provider's audit does).
ENDED = Signal("all_actions_closed")


# ------------------------------------------------------------------ raised
def prepare(step: Step) -> Effects:
    """Complete what whoever raises it does not bring: window, meeting and due date; see that a meeting lies ahead.

    What comes with a date of its own keeps it, and has the window that holds it. Where the working days
    of a high priority cannot be counted yet, it is due at the end of its window, and blocked.
    """
    given = step.before.data
    priority = given.get("priority") or "standard"
    raised_on = date.fromisoformat(given.get("raised_on") or step.today.isoformat())
    window = _window_of(step, step.before.due_on or raised_on)
    wanted = date.fromisoformat(given["due_on"]) if given.get("due_on") else None
    data = {"priority": priority, "raised_on": raised_on.isoformat(), **_in_window(window)}
    holds: tuple[Hold, ...] = ()
    try:
        due_on = due_date(priority, raised_on, wanted, window, step.calendar)
    except BeyondCalendar as exc:
        due_on, holds = window, (Hold(reason="system_fault", note=str(exc), cause=UNCOUNTED),)
        data["uncounted"] = True
    due_on = step.before.due_on or due_on
    data["met_by"] = _met_by(due_on, window)
    return _together(
        Effects(data={**data, **_sitting_of(step, window)}, due_on=due_on, holds=holds),
        Effects(spawn=_another_sitting(step, window)),
        proposed_line(step, given.get("theme") or ""),
    )


def _window_of(step: Step, day: date) -> date:
    """Return the end of the window that holds *day*, by the months that the council chooses (domain A2)."""
    return next_window(day, step.facts.gathered["follow_up_months"])


def _in_window(window: date) -> dict[str, Any]:
    return {"window_on": window.isoformat(), "meeting_due_on": meeting_due(window).isoformat()}


def _met_by(due_on: date, window: date) -> str:
    """Say what meets the own date: one before the end of the window is for the evidence (domain 3.2)."""
    return "evidence" if due_on < window else "signature"


def _another_sitting(step: Step, window: date) -> tuple[Spawn, ...]:
    """Return the second sitting of *window* where the first is over, so that no meeting lies ahead."""
    meetings: dict[str, Related] = step.facts.gathered["meetings"]
    first, today = meetings.get(first_sitting(window)), step.facts.today
    is_over = today > meeting_due(window) if first is None else not first.is_open
    return (second_sitting(window),) if is_over and today <= window else ()


def _sitting_of(step: Step, window: date) -> dict[str, Any]:
    """Return the day of the next meeting of *window*, and of its papers, where it is set."""
    meetings: dict[str, Related] = step.facts.gathered["meetings"]
    days = [
        {"sits_on": one.data["sits_on"], "papers_on": one.data["papers_on"]}
        for one in meetings.values()
        if one.state == "scheduled" and one.data["window_on"] == window.isoformat()
    ]
    return days[0] if days else {"sits_on": None, "papers_on": None}


def _together(*effects: Effects) -> Effects:
    """Return several effects of one move as one."""
    return replace(
        effects[0],
        spawn=tuple(spawn for one in effects for spawn in one.spawn),
        signals=tuple(signal for one in effects for signal in one.signals),
    )


# ------------------------------------------------------------------ assigned
def assign(step: Step) -> Effects:
    """Name the owner: whoever is said, else whoever owns it already, else whoever was proposed."""
    evidence: Assignment = step.evidence
    before = step.before.data
    owner = evidence.owner or before.get("owner") or before["proposed_owner"]
    data: dict[str, Any] = {
        name: getattr(evidence, name)
        for name in ("what", "for_whom", "difference", "category", "theme")
        if getattr(evidence, name)
    }
    due_on = evidence.due_on
    if due_on is not None:
        data["due_set_on"] = step.today.isoformat()
    elif before.get("uncounted"):
        due_on = _counted(step.before, step.calendar)
    if due_on is not None:
        data |= {
            "uncounted": False,
            "met_by": _met_by(due_on, date.fromisoformat(before["window_on"])),
        }
    theme = evidence.theme or before.get("theme") or ""
    found = () if due_on is None else (UNCOUNTED,)
    return _together(
        Effects(data={**data, "owner": owner}, owner=owner, due_on=due_on, clears=found),
        proposed_line(step, theme),
    )


def _counted(instance: ProcessInstance, calendar: WorkingCalendar) -> date | None:
    """Return when the working days of a high priority end; None while they cannot be counted."""
    data = instance.data
    raised_on, window = (date.fromisoformat(data[key]) for key in ("raised_on", "window_on"))
    with suppress(BeyondCalendar):
        return due_date(data["priority"], raised_on, None, window, calendar)
    return None


# ------------------------------------------------------------------ evidence
def show_evidence(step: Step) -> Effects:
    """Keep where the evidence is, and what changed for the child; nobody has verified it yet."""
    evidence: Impact = step.evidence
    items = [one.model_dump(mode="json") for one in evidence.evidence]
    if evidence.record_reference:
        items.append(
            {"reference": evidence.record_reference, "document_hash": None, "dated_on": None}
        )
    return Effects(
        data={
            "evidence": items,
            "impact_for_child": evidence.impact_for_child,
            "evidence_on": step.today.isoformat(),
            "verified_by": None,
            "verified_for": None,
            "verified_on": None,
        },
        clears=(NO_EVIDENCE,),
    )


def verified(step: Step) -> Effects:
    """Keep who verified, for whom, and when: the papers of a meeting go by that day."""
    return Effects(
        data={
            "verified_by": step.actor,
            "verified_for": step.facts.on_behalf_of,
            "verified_on": step.today.isoformat(),
        }
    )


def miss_cutoff(step: Step) -> Effects:
    """Keep which papers it missed; without evidence for a second time, it is blocked."""
    evidence: Cutoff = step.evidence
    missed = [
        *step.before.data.get("missed_cutoffs", ()),
        {"meeting": evidence.meeting, "papers_on": evidence.papers_on.isoformat()},
    ]
    data = {"missed_cutoffs": missed}
    if len(missed) < TWICE or step.before.state in WITH_EVIDENCE:
        return Effects(data=data)
    days = " and ".join(in_words(date.fromisoformat(one["papers_on"])) for one in missed)
    note = f"No evidence when the papers closed on {days}."
    owner = step.before.data.get("owner")
    return Effects(
        data=data,
        holds=(Hold(reason="no_evidence_twice", note=note, waiting_on=owner, cause=NO_EVIDENCE),),
    )


# ------------------------------------------------------------------ the meeting
def expect(step: Step) -> Effects:
    """Keep which meeting reviews it, and when its papers close."""
    evidence: ExpectedSitting = step.evidence
    sits_on = evidence.sits_on
    papers_on = None if sits_on is None else papers_day(sits_on, step.calendar).isoformat()
    return Effects(
        data={
            "meeting_due_on": evidence.meeting_due_on.isoformat(),
            "sits_on": None if sits_on is None else sits_on.isoformat(),
            "papers_on": papers_on,
        }
    )


def table(step: Step) -> Effects:
    """Keep at which meeting it is tabled; a late paper, tabled by hand, is put on that meeting's agenda."""
    meeting = meeting_meant(step.facts, step.evidence)
    late = (
        ()
        if meeting is None or step.actor == SYSTEM
        else (Signal("take_late_paper", to=meeting, data={"item": step.before.reference}),)
    )
    reviewed_at = () if meeting is None else (Link("feeds", meeting),)
    return Effects(data={"meeting": meeting}, signals=late, links=reviewed_at)


def untable(_step: Step) -> Effects:
    """Take it off the agenda, unreached or not satisfied: it is tabled nowhere now."""
    return Effects(data={"meeting": None})


def signed(step: Step) -> Effects:
    """Keep who signed off, for whom, and when; draw whether it is looked at again in three months."""
    children = [one for one in step.facts.children if one.process == "dip_check"]
    return Effects(
        data={
            "signed_off_by": step.actor,
            "signed_off_for": step.facts.on_behalf_of,
            "signed_off_on": step.today.isoformat(),
            # Every closed recommendation says what changed for the child, not just "done" (domain row 53).
            "what_changed": step.before.data["impact_for_child"],
        },
        spawn=(_dip_check(step, len(children)),) if _is_drawn(step) else (),
        signals=(ENDED,),
    )


def _is_drawn(step: Step) -> bool:
    """Tell whether the draw takes it: by its reference, so that it can be done again (domain 3.6)."""
    drawn = int(sha256(step.before.reference.encode()).hexdigest()[:8], 16)
    return drawn * 100 < int(step.facts.gathered["dip_check_percent"]) << 32


def _dip_check(step: Step, before: int) -> Spawn:
    """Return the check of what was signed off today; one that was opened again is checked again."""
    recommendation = step.before
    number = recommendation.reference.removeprefix("recommendation:")
    again = f"-{before + 1}" if before else ""
    return Spawn(
        process="dip_check",
        reference=f"dip_check:{number}{again}",
        subject=recommendation.subject,
        case_id=recommendation.case_id,
        title=f"Dip check of {number}: {recommendation.title}",
        due_on=add_months(step.today, DIP_CHECK_MONTHS),
        data={
            "recommendation": recommendation.reference,
            "signed_off_on": step.today.isoformat(),
        },
        link="follows",
    )


# ------------------------------------------------------------------ another window
def carry(step: Step) -> Effects:
    """Carry it into the next window, where the system takes it up again."""
    return Effects(
        data={
            "carried_forward": step.before.data.get("carried_forward", 0) + 1,
            "carried_forward_on": step.today.isoformat(),
            "meeting": None,
        },
        clears=(NO_EVIDENCE,),
        then=("resume",),
    )


def resume(step: Step) -> Effects:
    """Take it up again, due in the window after the one it missed, or a later one that still lies ahead."""
    missed = date.fromisoformat(step.before.data["window_on"])
    window = _window_of(step, max(missed + timedelta(days=1), step.today))
    return Effects(
        data={
            **_in_window(window),
            **_sitting_of(step, window),
            "met_by": "signature",
            "due_set_on": step.today.isoformat(),
        },
        due_on=window,
        clears=(UNCOUNTED,),
        spawn=_another_sitting(step, window),
    )


def reopen(step: Step) -> Effects:
    """Take it up again because the change has not lasted, and tell the check that found it."""
    told = tuple(Signal("reopen", to=check) for check in failed_checks(step.facts))
    again = resume(step)
    return replace(again, data={**again.data, "what_changed": None}, signals=told)


def succeed(step: Step) -> Effects:
    """Keep which recommendation takes the place of this one."""
    successor: str = step.evidence.successor
    why = step.evidence.reason or f"{successor} takes its place."
    return Effects(data={"successor": successor, **_nothing_changed(why)}, signals=(ENDED,))


def tell_what_raised_it(_step: Step) -> tuple[Signal, ...]:
    """Return what tells whatever raised it that one action fewer is open."""
    return (ENDED,)


def end(step: Step) -> Effects:
    """Keep why it ended unchanged, and tell what it came from that one action fewer is open."""
    return Effects(data=_nothing_changed(step.evidence.reason), signals=(ENDED,))


def _nothing_changed(why: str) -> dict[str, Any]:
    """Return what the data of one that ends without signing off say about the child."""
    return {"what_changed": None, "why_nothing_changed": why}


def join_line(step: Step) -> Effects:
    """Keep which proposed plan line takes its theme up."""
    evidence: PlanLine = step.evidence
    return Effects(data={"plan_line": evidence.plan_line})


# ------------------------------------------------------------------ a bank holiday proclaimed late
def recount(instance: ProcessInstance, calendar: WorkingCalendar) -> Effects:
    """Count again the working days of a high priority, and those of the papers; dates set by hand stand."""
    data, found, due_on = instance.data, {}, None
    if data.get("sits_on"):
        with suppress(BeyondCalendar):
            sits_on = date.fromisoformat(data["sits_on"])
            found["papers_on"] = papers_day(sits_on, calendar).isoformat()
    is_counted = data.get("priority") in {"high", "immediate"} and not (
        data.get("due_set_on") or data.get("uncounted")
    )
    if is_counted and instance.met_at is None:
        due_on = _counted(instance, calendar)
    return Effects(data=found, due_on=due_on)
