"""What the triggers of an EHC needs assessment bring about: its dates, its advice, its voices, its decisions."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from qa_workflow.engine.definition import Effects, Step
from qa_workflow.patterns.ehc import MEDIATION_DAYS, appeal_until, last_response_on
from qa_workflow.patterns.ehc_acts import day_told
from qa_workflow.patterns.sittings import decided, table, taken_off, together
from qa_workflow.patterns.voice import voices
from qa_workflow.processes.ehc_assessment import advice
from qa_workflow.processes.ehc_assessment.exceptions import LIMITS

if TYPE_CHECKING:
    from qa_workflow.processes.ehc_assessment.asks import (
        Appeal,
        Exemption,
        FinalPlan,
        Heard,
        Mediation,
        Representation,
    )

DECISION_TIME = timedelta(weeks=LIMITS["6_weeks"].weeks)
WHOLE_TIME = timedelta(weeks=LIMITS["20_weeks"].weeks)


def begin(step: Step) -> Effects:
    """Count from the day the request was received (day 0), and bring it before the panel."""
    received_on = step.today
    begun: dict[str, Any] = {
        "started_on": received_on.isoformat(),
        "advice": [],
        "views": {},
        "no_views": {},
        "representations": [],
        "exceptions": [],
    }
    return together(
        table(step, statutory_on=received_on + DECISION_TIME, received_on=received_on),
        Effects(data=begun, due_on=received_on + WHOLE_TIME),
    )


# ------------------------------------------------------------------ decisions
def decide_to_assess(step: Step) -> Effects:
    """Keep that it is assessed; the panel waits for it no more."""
    told_on = day_told(step, "letter_on").isoformat()
    return together(decided(step), Effects(data={"assess_letter_on": told_on}))


def decline(step: Step) -> Effects:
    """Keep that it is not assessed, and until when the family may appeal."""
    return together(decided(step), _appealable(day_told(step, "letter_on")))


def keep_panel_advice(step: Step) -> Effects:
    """Keep what the panel advises: whoever decides reads it, and another sitting may advise again."""
    told = {
        "advice": step.evidence.advice,
        "by": step.actor,
        "on": step.today.isoformat(),
        "sitting": step.before.data.get("sitting"),
    }
    return Effects(data={"panel_advice": [*step.before.data.get("panel_advice", ()), told]})


def decide_plan(step: Step) -> Effects:
    """Keep that a plan is made, and who decided so."""
    return Effects(data={"plan_decided_on": step.today.isoformat(), "plan_decided_by": step.actor})


def refuse(step: Step) -> Effects:
    """Keep that no plan is made, and until when the family may appeal."""
    return _appealable(day_told(step, "letter_on"))


def _appealable(letter_on: date) -> Effects:
    return Effects(
        data={
            "decision_letter_on": letter_on.isoformat(),
            "appeal_until": appeal_until(letter_on, None).isoformat(),
        }
    )


def withdraw(step: Step) -> Effects:
    """Take the request off the panel, if it still waits there."""
    return taken_off(step)


# ------------------------------------------------------------------ advice and voices
def request_advice(step: Step) -> Effects:
    """Keep whom advice was asked of, and by when it is due; the earliest outstanding one is watched."""
    day = day_told(step, "requested_on")
    return _advised(advice.asked(step.before.data, step.evidence.from_whom, day))


def advice_in(step: Step) -> Effects:
    """Keep when advice came; the next outstanding one is watched from now on."""
    day = day_told(step, "received_on")
    return _advised(advice.answered(step.before.data, step.evidence.from_whom, day))


def _advised(known: list[dict[str, Any]]) -> Effects:
    return Effects(data={"advice": known, "advice_due_on": advice.first_due(known)})


def record_view(step: Step) -> Effects:
    """Keep their own words, whole; a professional's account stands apart, and so does a reason for silence."""
    evidence: Heard = step.evidence
    data = step.before.data
    found: dict[str, Any] = {}
    if evidence.is_complete:
        said = evidence.model_dump(mode="json", include={"words", "method", "heard_on"})
        known = data["views"].get(evidence.whose, ())
        found["views"] = {**data["views"], evidence.whose: [*known, said]}
    else:
        found["no_views"] = {**data["no_views"], evidence.whose: evidence.reason}
    if evidence.professional_view:
        accounts = data.get("professional_views", ())
        told = {"whose": evidence.whose, "account": evidence.professional_view, "by": step.actor}
        found["professional_views"] = [*accounts, told]
    own = voices(step, (evidence,)) if evidence.whose == "child" else ()
    return Effects(data=found, voices=own)


# ------------------------------------------------------------------ draft and final plan
def send_draft(step: Step) -> Effects:
    """Give the family its fifteen days, the day of serving being the first of them."""
    served_on = day_told(step, "served_on")
    until = last_response_on(served_on)
    return Effects(
        data={
            "served_on": served_on.isoformat(),
            "family_until": until.isoformat(),
            "drafted_by": step.actor,
        },
        then=("window_closed",) if until < step.today else (),
    )


def record_representation(step: Step) -> Effects:
    """Keep what the family asks for."""
    evidence: Representation = step.evidence
    told = {"what": evidence.what, "received_on": day_told(step, "received_on").isoformat()}
    return Effects(data={"representations": [*step.before.data["representations"], told]})


def issue(step: Step) -> Effects:
    """Keep the final plan, what differs from the draft, and who signed; the family may appeal from today."""
    evidence: FinalPlan = step.evidence
    final = {
        "plan": evidence.plan,
        "placement": evidence.placement,
        "changes": [one.model_dump(mode="json") for one in evidence.changes or ()],
        "signed_by": step.actor,
        "issued_on": step.today.isoformat(),
    }
    return together(_appealable(step.today), Effects(data=final))


# ------------------------------------------------------------------ exceptions, mediation, appeal
def record_exception(step: Step) -> Effects:
    """Keep the exception; no date moves, but its limits stop at the service manager."""
    evidence: Exemption = step.evidence
    told = evidence.model_dump(mode="json", exclude_none=True)
    fresh = {**told, "recorded_by": step.actor, "recorded_on": step.today.isoformat()}
    return Effects(data={"exceptions": [*step.before.data["exceptions"], fresh]})


def record_mediation(step: Step) -> Effects:
    """Keep mediation and its certificate; from a certificate the family has one more month to appeal."""
    evidence: Mediation = step.evidence
    data = step.before.data
    known = dict(data.get("mediation", {}))
    if evidence.requested_on is not None:
        meeting_by = evidence.requested_on + timedelta(days=MEDIATION_DAYS)
        known |= {
            "requested_on": evidence.requested_on.isoformat(),
            "meeting_by": meeting_by.isoformat(),
        }
    found: dict[str, Any] = {}
    if evidence.certificate_on is not None:
        known["certificate_on"] = evidence.certificate_on.isoformat()
        letter_on = date.fromisoformat(data["decision_letter_on"])
        found["appeal_until"] = appeal_until(letter_on, evidence.certificate_on).isoformat()
    return Effects(data={**found, "mediation": known})


def record_appeal(step: Step) -> Effects:
    """Keep that the family appealed."""
    evidence: Appeal = step.evidence
    day = day_told(step, "registered_on").isoformat()
    return Effects(data={"appeal": {"registered_on": day, "reference": evidence.reference}})
