"""What the triggers of a recommendation bring about: an owner, evidence, a window and the next one."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from qa_workflow.engine.definition import Effects, Step
from qa_workflow.patterns.follow_up import due_date, meeting_due, next_window

if TYPE_CHECKING:
    from qa_workflow.processes.recommendation.asks import Assignment, Impact


def prepare(step: Step) -> Effects:
    """Complete what a recommendation raised by hand does not bring: window, meeting and due date."""
    data = step.before.data
    if "window_on" in data:
        return Effects()
    window = next_window(step.today)
    wanted = date.fromisoformat(data["due_on"]) if data.get("due_on") else None
    priority = data.get("priority") or "standard"
    return Effects(
        data={
            "priority": priority,
            "raised_on": step.today.isoformat(),
            "window_on": window.isoformat(),
            "meeting_due_on": meeting_due(window).isoformat(),
        },
        due_on=due_date(priority, step.today, wanted, step.calendar),
    )


def assign(step: Step) -> Effects:
    """Name the owner: whoever is said, else whoever owns it already, else whoever was proposed."""
    evidence: Assignment = step.evidence
    before = step.before.data
    owner = evidence.owner or before.get("owner") or before["proposed_owner"]
    said = {
        name: getattr(evidence, name)
        for name in ("what", "for_whom", "difference", "category")
        if getattr(evidence, name)
    }
    return Effects(data={**said, "owner": owner}, owner=owner, due_on=evidence.due_on)


def show_evidence(step: Step) -> Effects:
    """Keep where the evidence is, and what changed for the child."""
    evidence: Impact = step.evidence
    items = [one.model_dump(mode="json") for one in evidence.evidence]
    if evidence.record_reference:
        items.append(
            {"reference": evidence.record_reference, "document_hash": None, "dated_on": None}
        )
    return Effects(data={"evidence": items, "impact_for_child": evidence.impact_for_child})


def verified(step: Step) -> Effects:
    """Keep who verified."""
    return Effects(data={"verified_by": step.actor})


def signed(step: Step) -> Effects:
    """Keep who signed off, and when."""
    return Effects(data={"signed_off_by": step.actor, "signed_off_on": step.today.isoformat()})


def carry(step: Step) -> Effects:
    """Carry it into the next window, where the system takes it up again."""
    return Effects(data={"carried_forward_on": step.today.isoformat()}, then=("resume",))


def resume(step: Step) -> Effects:
    """Take it up again, due in the window after the one it missed, or a later one that still lies ahead."""
    missed = date.fromisoformat(step.before.data["window_on"])
    window = next_window(max(missed + timedelta(days=1), step.today))
    return Effects(
        data={"window_on": window.isoformat(), "meeting_due_on": meeting_due(window).isoformat()},
        due_on=window,
    )


def succeed(step: Step) -> Effects:
    """Keep which recommendation takes the place of this one."""
    return Effects(data={"successor": step.evidence.successor})
