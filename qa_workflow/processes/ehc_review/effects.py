"""What the triggers of an annual review bring about: its dates, its decision, and the review after it."""

from datetime import date, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from qa_workflow.engine.definition import Effects, Step
from qa_workflow.engine.instance import ProcessInstance, Signal, Spawn
from qa_workflow.engine.working_days import add_months
from qa_workflow.patterns import ehc
from qa_workflow.patterns.ehc_acts import day_told, plan_and_number, stored_day
from qa_workflow.patterns.voice import voices
from qa_workflow.processes.ehc_review.guards import adulthood_applies

if TYPE_CHECKING:
    from qa_workflow.processes.ehc_review.asks import Amending, Mediation, Quality, Report

ONE_DAY = timedelta(days=1)
# Reviews below Year 9 that the SEND Panel looks at; from Year 9 it looks at every one. A product default.
QUALITY_PERCENT = 20
CHECK = "ehc_review_check"
CHECK_MONTHS = 3  # two or three sittings from the report; a product default


# ------------------------------------------------------------------ the start
def prepare(step: Step) -> Effects:
    """Compute the dates of a review from the day its twelve months count from, or from the day that was given.

    `target_by` is the last day by the strict reading of s.44; with `strict_period` it is the due day itself.
    """
    data = step.before.data
    plan, cycle = plan_and_number(step.before.subject, data.get("cycle"))
    due_on, target_by = _dates(step)
    invite_by = max(due_on - ehc.INVITE_BEFORE_DUE, step.today + ehc.CATCH_UP)
    return Effects(
        data={
            "plan": plan,
            "cycle": cycle,
            "review_due": due_on.isoformat(),
            "target_by": target_by.isoformat(),
            "meeting_by": (due_on - ehc.MEETING_BEFORE_DUE).isoformat(),
            "invite_by": invite_by.isoformat(),
        },
        due_on=due_on,
    )


def _dates(step: Step) -> tuple[date, date]:
    """Return the due day and the last day by the strict reading."""
    gathered = step.facts.gathered
    data = step.before.data
    strict: bool = gathered["strict_period"]
    given = stored_day(data, "review_due")
    if given is not None:
        # Whoever gives the day gives the one this council goes by.
        return given, given if strict else given - ONE_DAY
    since = stored_day(data, "period_from") or gathered["period_from"]
    target_by = ehc.strict_review_due(since)
    return target_by if strict else ehc.review_due(since), target_by


# ------------------------------------------------------------------ the meeting
def book(step: Step) -> Effects:
    """Keep the day of the meeting, from which report and decision count, and whether Year 9 is reached by then."""
    return Effects(data=_meeting(step, step.evidence.meeting_on))


def _meeting(step: Step, meeting_on: date) -> dict[str, Any]:
    return {
        "meeting_on": meeting_on.isoformat(),
        "pfa_required": adulthood_applies(step.facts, meeting_on, None),
    }


def circulate(step: Step) -> Effects:
    """Keep when the advice went out."""
    return Effects(data={"circulated_on": day_told(step, "circulated_on").isoformat()})


def hold(step: Step) -> Effects:
    """Keep the meeting as it was held: from its real day report and decision count."""
    kept = step.evidence.model_dump(mode="json", exclude={"reason", "held_on"})
    return Effects(
        data={**_meeting(step, step.evidence.held_on), "meeting": kept},
        voices=voices(step, step.evidence.views),
    )


def report(step: Step) -> Effects:
    """Keep the report, who wrote and sent it, and whether the SEND Panel looks at this review."""
    evidence: Report = step.evidence
    meeting_on = stored_day(step.before.data, "meeting_on")
    applies = adulthood_applies(step.facts, meeting_on, evidence.school_year)
    authors = step.facts.eyes | ({evidence.author} if evidence.author else set())
    checked = bool(applies) or is_drawn(step.before.reference)
    return Effects(
        data={
            "report": evidence.model_dump(mode="json", exclude={"reason", "sent_on"}),
            "report_sent_on": day_told(step, "sent_on").isoformat(),
            "report_by": sorted(authors),
            "pfa_required": applies,
            "quality_check": checked,
        },
        spawn=(_check(step),) if checked else (),
    )


def is_drawn(reference: str) -> bool:
    """Tell whether this review is one of the fifth at which the SEND Panel looks: the same answer every time."""
    return int(sha256(reference.encode()).hexdigest()[:8], 16) * 100 < QUALITY_PERCENT << 32


def _check_reference(review: ProcessInstance) -> str:
    return f"{CHECK}:{review.data['plan']}:{review.data['cycle']}"


def _check(step: Step) -> Spawn:
    # An instance of its own: the review may end before the panel sits, and never waits for it.
    review = step.before
    return Spawn(
        process=CHECK,
        reference=_check_reference(review),
        subject=review.data["plan"],
        title=f"Quality check of {review.reference}",
        case_id=review.case_id,
        team=review.team,
        due_on=add_months(step.today, CHECK_MONTHS),
        link="follows",
    )


def leave(step: Step) -> Effects:
    """Tell the panel's quality check that there is nothing left to look at."""
    why = {"reason": f"{step.before.reference} was withdrawn."}
    return Effects(signals=(Signal("skip", to=_check_reference(step.before), data=why),))


def check_quality(step: Step) -> Effects:
    """Keep what the panel found, and take the check off its agenda; no date and no decision depends on it."""
    evidence: Quality = step.evidence
    found = {"finding": evidence.finding, "by": step.actor, "on": step.today.isoformat()}
    told = Signal("check", to=_check_reference(step.before), data={"finding": evidence.finding})
    return Effects(data={"quality": found}, signals=(told,))


# ------------------------------------------------------------------ the decision
def _decided(step: Step, decision: str, sent_on: date) -> dict[str, Any]:
    return {
        "decision": decision,
        "decision_sent_on": sent_on.isoformat(),
        "decided_by": step.actor,
    }


def maintain(step: Step) -> Effects:
    """Keep the decision; the next review counts from the day it was sent."""
    sent_on = day_told(step, "sent_on")
    return Effects(
        data=_decided(step, "maintain", sent_on), spawn=(next_review(step.before, sent_on),)
    )


def amend(step: Step) -> Effects:
    """Keep the notice with its amendments, and the dates that count from its day."""
    evidence: Amending = step.evidence
    notice_on = day_told(step, "notice_on")
    meeting_on = stored_day(step.before.data, "meeting_on")
    return Effects(
        data={
            **_decided(step, "amend", notice_on),
            "amendments": list(evidence.amendments),
            "notice_on": notice_on.isoformat(),
            "last_response_on": ehc.last_response_on(notice_on).isoformat(),
            "final_by": ehc.final_plan_by(notice_on, meeting_on).isoformat(),
        }
    )


def cease(step: Step) -> Effects:
    """Keep the decision, and until when the family may appeal: the plan is kept until then."""
    sent_on = day_told(step, "sent_on")
    return Effects(
        data={
            **_decided(step, "cease", sent_on),
            "appeal_until": ehc.appeal_until(sent_on, None).isoformat(),
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


def issue(step: Step) -> Effects:
    """Keep when the final amended plan was issued, and start the next review."""
    return Effects(
        data={"final_issued_on": day_told(step, "issued_on").isoformat()}, spawn=_following(step)
    )


def keep_unamended(step: Step) -> Effects:
    """Keep why the plan stays as it is, and start the next review."""
    return Effects(
        data={
            "not_amended": list(step.evidence.reasons),
            "not_amended_on": day_told(step, "sent_on").isoformat(),
        },
        spawn=_following(step),
    )


def _following(step: Step) -> tuple[Spawn, ...]:
    sent_on = stored_day(step.before.data, "decision_sent_on")
    return () if sent_on is None else (next_review(step.before, sent_on),)


def next_review(before: ProcessInstance, sent_on: date) -> Spawn:
    """Return the review of the next cycle: its twelve months count from the day the decision was sent."""
    plan, cycle = before.data["plan"], before.data["cycle"] + 1
    said = {"year9_on": before.data["year9_on"]} if before.data.get("year9_on") else {}
    return Spawn(
        process=before.process,
        reference=f"{before.process}:{plan}:{cycle}",
        subject=plan,
        title=f"EHC annual review {cycle} of {plan}",
        case_id=before.case_id,
        team=before.team,
        data={
            **said,
            "plan": plan,
            "cycle": cycle,
            "period_from": sent_on.isoformat(),
            "previous": before.reference,
        },
        link="follows",
        is_child=False,
    )


# ------------------------------------------------------------------ ceasing
def lodge(step: Step) -> Effects:
    """Keep that an appeal is open: the plan does not end before it has."""
    lodged_on = day_told(step, "lodged_on")
    return Effects(data={"appeal_is_open": True, "appeal_on": lodged_on.isoformat()})


def _ended(step: Step) -> dict[str, Any]:
    return {
        "appeal_is_open": False,
        "appeal_outcome": step.evidence.outcome,
        "appeal_ended_on": day_told(step, "decided_on").isoformat(),
    }


def lose_appeal(step: Step) -> Effects:
    """Keep how the appeal ended. Once it was decided, or the time to appeal has passed, nothing holds the plan."""
    until = stored_day(step.before.data, "appeal_until")
    decided = step.evidence.outcome == "dismissed"
    passed = until is not None and step.today > until
    return Effects(data=_ended(step), then=("appeal_window",) if decided or passed else ())


def allow_appeal(step: Step) -> Effects:
    """Keep that the plan goes on; its next review counts from the decision that was sent."""
    return Effects(data=_ended(step), spawn=_following(step))


def mediate(step: Step) -> Effects:
    """Keep the mediation: it is held within thirty days of being asked for, and its certificate gives a month."""
    evidence: Mediation = step.evidence
    sent_on = stored_day(step.before.data, "decision_sent_on")
    data: dict[str, Any] = {}
    if evidence.requested_on is not None:
        mediation_by = evidence.requested_on + timedelta(days=ehc.MEDIATION_DAYS)
        data |= {
            "mediation_on": evidence.requested_on.isoformat(),
            "mediation_by": mediation_by.isoformat(),
        }
    if evidence.certificate_on is not None and sent_on is not None:
        until = ehc.appeal_until(sent_on, evidence.certificate_on)
        data |= {
            "certificate_on": evidence.certificate_on.isoformat(),
            "mediation_by": None,
            "appeal_until": max(until.isoformat(), step.before.data["appeal_until"]),
        }
    return Effects(data=data)
