"""What the triggers of a sitting bring about: its dates, its agenda, and what its items are told."""

from datetime import date
from typing import TYPE_CHECKING, Any

from qa_workflow.engine.deadlines import stored_date
from qa_workflow.engine.definition import Effects, Step
from qa_workflow.engine.instance import Notice, ProcessInstance, Signal, Spawn
from qa_workflow.engine.people import ids
from qa_workflow.engine.working_days import WorkingCalendar
from qa_workflow.patterns.sittings import (
    CHAIR,
    PANEL,
    Panel,
    PanelItem,
    Sitting,
    affected,
    papers_day,
)
from qa_workflow.processes.send_panel import items
from qa_workflow.processes.send_panel.items import open_items

if TYPE_CHECKING:
    from qa_workflow.processes.send_panel.asks import (
        Attendance,
        Cancellation,
        Held,
        Minutes,
        Sent,
        SittingDate,
    )

DATE_MOVES_PAPERS_IN = frozenset({"planned", "agenda_open"})


# ------------------------------------------------------------------ the start, and the date
def plan(step: Step) -> Effects:
    """Begin with an empty agenda, and tell what waits for the panel; a decision out of cycle is due at once."""
    data = step.before.data
    if "item" in data:
        return Effects(then=("call_out_of_cycle",))
    sits_on = stored_date(step.before, "sits_on")
    return Effects(
        data={"items": [], **_dates(step, sits_on)}, signals=_told(step, "planned", sits_on)
    )


def call_out_of_cycle(step: Step) -> Effects:
    """Tell the chair that an item cannot wait for a sitting."""
    chairs = ids(step.facts.roster.holders(CHAIR, step.facts.today)) or (f"role:{CHAIR}",)
    return Effects(
        notices=tuple(
            Notice(to=chair, template="note", key="out_of_cycle", due_on=step.before.due_on)
            for chair in chairs
        )
    )


def open_agenda(step: Step) -> Effects:
    """Open the agenda of the sitting; when its papers day is over already, the papers are out at once."""
    return _dated(step, "agenda_open", step.evidence)


def set_date(step: Step) -> Effects:
    """Set another date; the items are judged anew."""
    return _dated(step, step.before.state, step.evidence)


def _dated(step: Step, state: str, evidence: "SittingDate") -> Effects:
    sits_on = evidence.sits_on or stored_date(step.before, "sits_on")
    return Effects(
        data=_dates(step, sits_on),
        signals=_told(step, state, sits_on),
        then=_papers_if_over(step, sits_on) if state == "agenda_open" else (),
    )


def _dates(step: Step, sits_on: date | None) -> dict[str, Any]:
    if sits_on is None:
        return {"sits_on": None, "papers_on": None}
    papers_on = papers_day(sits_on, step.calendar)
    return {"sits_on": sits_on.isoformat(), "papers_on": papers_on.isoformat()}


def _papers_if_over(step: Step, sits_on: date | None) -> tuple[str, ...]:
    over = sits_on is not None and papers_day(sits_on, step.calendar) < step.today
    return ("issue_papers",) if over else ()


def _told(step: Step, state: str, sits_on: date | None) -> tuple[Signal, ...]:
    """Return the signals to every item that this sitting, as it now stands, makes another sitting take."""
    now = Sitting(
        reference=step.before.reference,
        state=state,
        period=step.before.data["period"],
        sits_on=sits_on,
    )
    panel: Panel = step.facts.gathered["panel"]
    waiting = step.facts.gathered["panel_items"]
    return tuple(
        Signal("follow_sitting", to=item)
        for item in affected(panel.knowing(now), waiting, step.facts.today)
    )


def count_again(instance: ProcessInstance, calendar: WorkingCalendar) -> Effects:
    """Count the papers day again, when a bank holiday or a closure day has become known."""
    sits_on = stored_date(instance, "sits_on")
    if sits_on is None or instance.state not in DATE_MOVES_PAPERS_IN:
        return Effects()
    return Effects(data={"papers_on": papers_day(sits_on, calendar).isoformat()})


def issue(step: Step) -> Effects:
    """Keep the day on which the papers went out."""
    return Effects(data={"papers_issued_on": step.today.isoformat()})


# ------------------------------------------------------------------ the sitting
def hold(step: Step) -> Effects:
    """Keep who was there; what was not reached leaves the agenda and moves to the next sitting."""
    evidence: Held = step.evidence
    sat_on = step.before.data["sits_on"]
    return Effects(
        data={
            "held_on": sat_on,
            "decisions_from": sat_on,
            "members": [one.model_dump(mode="json") for one in evidence.members],
            "minutes_by": evidence.minutes_by,
            "items": items.without(step.before.data, evidence.not_reached),
            "not_reached": list(evidence.not_reached),
        },
        signals=_moved_on(evidence.not_reached, f"Not reached by {step.before.reference}."),
    )


def _moved_on(references: tuple[str, ...], why: str) -> tuple[Signal, ...]:
    return tuple(Signal("move_to_next_sitting", to=one, reason=why) for one in references)


def declare_inquorate(step: Step) -> Effects:
    """Keep which sitting could not sit; until it has a new date it counts as on the last day of its month."""
    evidence: Attendance = step.evidence
    missed = {
        "sits_on": step.before.data["sits_on"],
        "members": [one.model_dump(mode="json") for one in evidence.members],
    }
    return Effects(
        data={
            "inquorate": [*step.before.data.get("inquorate", ()), missed],
            **_dates(step, None),
        },
        signals=_told(step, "inquorate", None),
    )


def reschedule(step: Step) -> Effects:
    """Give the sitting its new date; its agenda opens again at once."""
    return Effects(data=_dates(step, step.evidence.sits_on), then=("reopen_agenda",))


def reopen(step: Step) -> Effects:
    """Open the agenda again, and judge the items by the new date."""
    sits_on = stored_date(step.before, "sits_on")
    return Effects(signals=_told(step, "agenda_open", sits_on), then=_papers_if_over(step, sits_on))


def cancel(step: Step) -> Effects:
    """End the sitting; its items go to the one that takes its place, or to the next."""
    evidence: Cancellation = step.evidence
    before = step.before
    day = evidence.replacement_on
    if day is None:
        why = f"{before.reference} was cancelled."
        return Effects(signals=_moved_on(open_items(before.data), why))
    kept = {name: before.data[name] for name in ("code", "opens_on") if name in before.data}
    period = before.data["period"]
    # Its own start tells the items: only then does it stand where they look for it.
    replacement = Spawn(
        process=PANEL,
        reference=f"{PANEL}:{period}-x",
        numbered=True,
        subject=period,
        title=f"SEND Panel {period}, in place of the sitting that was cancelled",
        due_on=before.due_on,
        is_child=False,
        data={**kept, "period": period, "sits_on": day.isoformat(), "replaces": before.reference},
    )
    return Effects(data={"replacement_on": day.isoformat()}, spawn=(replacement,))


# ------------------------------------------------------------------ afterwards
def send(step: Step) -> Effects:
    """Keep when the decisions were sent."""
    evidence: Sent = step.evidence
    sent_on = evidence.sent_on or step.today
    return Effects(data={"decisions_sent_on": sent_on.isoformat(), "decisions_from": None})


def approve(step: Step) -> Effects:
    """Keep where the minutes are, and who approved them."""
    evidence: Minutes = step.evidence
    return Effects(data={"minutes": evidence.reference, "minutes_approved_by": step.actor})


def close(step: Step) -> Effects:
    """End the sitting; what it reached and did not decide moves to the next one, its own date unchanged."""
    undecided = open_items(step.before.data)
    return Effects(
        data={
            "items": items.without(step.before.data, undecided),
            "undecided": list(undecided),
        },
        signals=_moved_on(undecided, f"Not decided by {step.before.reference}."),
    )


# ------------------------------------------------------------------ what items tell
def take(step: Step) -> Effects:
    """Put an item on the agenda."""
    told: PanelItem = step.evidence
    return Effects(data={"items": items.with_item(step.before.data, told.item, told.statutory_on)})


def drop(step: Step) -> Effects:
    """Take an item off the agenda."""
    return Effects(data={"items": items.without(step.before.data, (step.evidence.item,))})


def mark_decided(step: Step) -> Effects:
    """Mark an item of the agenda as decided."""
    return Effects(data={"items": items.decided(step.before.data, step.evidence.item, step.today)})


def finish(step: Step) -> Effects:
    """Keep when the item of a decision out of cycle was decided."""
    return Effects(data={"decided_on": step.today.isoformat()})
