"""What the triggers of a phase transfer bring about: its dates, counted back from the one in law."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from qa_workflow.engine.definition import Effects, Step
from qa_workflow.patterns import ehc
from qa_workflow.patterns.ehc_acts import day_told, plan_and_number, stored_day

if TYPE_CHECKING:
    from qa_workflow.processes.phase_transfer.asks import Meeting, Notice, Placement


def prepare(step: Step) -> Effects:
    """Compute by when the placement is named, and count back from there to the meeting and the notice.

    `target_by` is the last day by a strict reading of "before"; with `strict_before` it is the due day
    itself. What was created late has two weeks for each step that would have been over.
    """
    data = step.before.data
    plan, year = plan_and_number(step.before.subject, data.get("year"))
    found = ehc.transfer_due(data["phase"], year or step.today.year, stored_day(data, "moves_on"))
    due_on = found.strict_on if step.facts.gathered["strict_before"] else found.due_on
    earliest = step.today + ehc.CATCH_UP if data.get("created_late") else date.min

    def back(before: timedelta) -> str:
        return max(due_on - before, earliest).isoformat()

    return Effects(
        data={
            "plan": plan,
            "year": year,
            "target_by": found.strict_on.isoformat(),
            "meeting_by": back(ehc.TRANSFER_MEETING_BEFORE),
            "notice_by": back(ehc.TRANSFER_NOTICE_BEFORE),
        },
        due_on=due_on,
    )


def hold(step: Step) -> Effects:
    """Keep the meeting, and the annual review whose meeting it was."""
    evidence: Meeting = step.evidence
    return Effects(
        data={"meeting_on": day_told(step, "held_on").isoformat(), "review": evidence.review}
    )


def serve(step: Step) -> Effects:
    """Keep the notice with its amendments: the final plan follows within eight weeks of it."""
    evidence: Notice = step.evidence
    notice_on = day_told(step, "notice_on")
    final_by = ehc.final_plan_by(notice_on, stored_day(step.before.data, "meeting_on"))
    return Effects(
        data={
            "amendments": list(evidence.amendments),
            "notice_on": notice_on.isoformat(),
            "last_response_on": ehc.last_response_on(notice_on).isoformat(),
            "final_by": final_by.isoformat(),
        }
    )


def answer(step: Step) -> Effects:
    """Keep the family's answer."""
    return Effects(
        data={
            "responded_on": day_told(step, "responded_on").isoformat(),
            "response": step.evidence.response,
        }
    )


def name(step: Step) -> Effects:
    """Keep which placement the final plan names, and when it was issued."""
    evidence: Placement = step.evidence
    return Effects(
        data={
            "placement": evidence.placement,
            "final_issued_on": day_told(step, "issued_on").isoformat(),
            "issued_by": step.actor,
        }
    )
