"""What must hold in an EHC needs assessment: days in order, voices heard, a final plan true to its draft."""

from datetime import date
from typing import Any

from qa_workflow.engine.definition import Asks, Facts, Refusal, guard
from qa_workflow.engine.derivation import in_words
from qa_workflow.patterns.ehc_acts import happened
from qa_workflow.patterns.guards import not_in_the_future
from qa_workflow.patterns.voice import misheard
from qa_workflow.processes.ehc_assessment.advice import outstanding
from qa_workflow.processes.ehc_assessment.asks import (
    Advice,
    AdviceRequest,
    Exemption,
    FinalPlan,
    Heard,
    Mediation,
    Representation,
)
from qa_workflow.processes.ehc_assessment.exceptions import (
    LIMITS,
    faults_of_absence,
    faults_of_closure,
)

CASEWORKER = "send_caseworker"
MANAGER = "send_manager"
WHOSE = {"child": "the child", "parents": "the parents"}
BECAUSE = ("representation", "placement")

_REQUEST = ("started_on", "the request was received")
_DECISION = ("decision_letter_on", "the decision was sent")
letter_was_sent = happened("letter_on", "The date of the letter", not_before=_REQUEST)
advice_was_requested = happened(
    "requested_on", "The day on which advice was asked for", not_before=_REQUEST
)
draft_was_served = happened(
    "served_on", "The day on which the draft was served", not_before=_REQUEST
)
representation_was_received = happened(
    "received_on",
    "The day on which it was received",
    not_before=("served_on", "the draft was served"),
)
family_was_told = happened(
    "family_told_on", "The day on which the family was told", not_before=_REQUEST, required=True
)
appeal_was_registered = happened("registered_on", "The day of the appeal", not_before=_DECISION)


# ------------------------------------------------------------------ who decides
@guard("actor")
def decided_by_who_may_decide(facts: Facts, _evidence: Asks) -> Refusal | None:
    """Where the council lets the SEND Panel advise only, the SEND manager decides (domain A20, A41)."""
    if facts.gathered["panel_decides"] or facts.actor is None or facts.acts_as(MANAGER):
        return None
    return Refusal(why="The SEND Panel advises here, and the SEND manager decides.", who=MANAGER)


@guard()
def panel_is_advisory(facts: Facts, _evidence: Asks) -> Refusal | None:
    """A panel that decides by itself gives no advice."""
    if not facts.gathered["panel_decides"]:
        return None
    return Refusal(
        why="The SEND Panel decides here, and advises nobody.",
        who="send_panel_chair (panel_decide_assess or panel_decline)",
    )


# ------------------------------------------------------------------ advice
@guard("evidence")
def advice_was_not_asked_for_before(facts: Facts, evidence: AdviceRequest) -> Refusal | None:
    """One body is asked once at a time: its six weeks run from the first request."""
    earlier = outstanding(facts.instance.data, evidence.from_whom)
    if earlier is None:
        return None
    day = date.fromisoformat(earlier["requested_on"])
    return Refusal(
        why=f"{earlier['from_whom']} was asked on {in_words(day)} and has not answered yet.",
        who=CASEWORKER,
    )


@guard("evidence")
def advice_was_asked_for(facts: Facts, evidence: Advice) -> Refusal | None:
    """Advice comes from somebody who was asked, on the day of the request or later, and not in the future."""
    request = outstanding(facts.instance.data, evidence.from_whom)
    if request is None:
        body = evidence.from_whom or "a body that is not named"
        return Refusal(why=f"No advice of {body} is outstanding.", who=CASEWORKER)
    if future := not_in_the_future(evidence.received_on, facts, "The day on which it came"):
        return future
    requested_on = date.fromisoformat(request["requested_on"])
    if (evidence.received_on or facts.today) >= requested_on:
        return None
    return Refusal(
        why=f"Advice cannot come before it was asked for, on {in_words(requested_on)}.",
        who=CASEWORKER,
        from_on=requested_on,
    )


# ------------------------------------------------------------------ voices
@guard("evidence")
def view_is_verbatim_or_its_absence_has_a_reason(facts: Facts, evidence: Heard) -> Refusal | None:
    """Their own words with method and date, or the reason why there are none (framework: "in their entirety")."""
    if not evidence.words.strip():
        if evidence.reason:
            return None
        return Refusal(
            why="Give their own words, with method and date, or the reason why there are none. "
            "A professional's account does not stand for them.",
            who=CASEWORKER,
        )
    return misheard(
        evidence,
        facts,
        who=CASEWORKER,
        incomplete="Words need the method by which they were given, and the date.",
        heard="The day on which it was said",
    )


@guard()
def views_are_recorded(facts: Facts, _evidence: Asks) -> Refusal | None:
    """The child and the parents were heard before the plan is final, or it is said why not."""
    data = facts.instance.data
    missing = [
        named
        for whose, named in WHOSE.items()
        if not data["views"].get(whose) and not data["no_views"].get(whose)
    ]
    if not missing:
        return None
    return Refusal(
        why=f"The views of {' and '.join(missing)} are not recorded, nor why there are none.",
        who=CASEWORKER,
    )


# ------------------------------------------------------------------ the final plan
@guard("evidence")
def changes_are_stated(_facts: Facts, evidence: FinalPlan) -> Refusal | None:
    """Whoever signs says what differs from the draft the family saw; an empty list says nothing does."""
    if evidence.changes is not None:
        return None
    return Refusal(
        why="Say what differs from the draft; an empty list says that nothing does.", who=MANAGER
    )


@guard("evidence")
def changes_are_of_the_family_or_the_placement(facts: Facts, evidence: FinalPlan) -> Refusal | None:
    """The final plan differs from the draft only by representations or the named placement (Code 9.125)."""
    changes = evidence.changes or ()
    others = [one.what for one in changes if one.because not in BECAUSE]
    if others:
        return Refusal(
            why="Only representations of the family and the named placement change a draft, not: "
            f"{'; '.join(others)}. For anything else a new draft goes to the family.",
            who=MANAGER,
        )
    because = {one.because for one in changes}
    if "representation" in because and not facts.instance.data["representations"]:
        return Refusal(why="No representation of the family is recorded.", who=CASEWORKER)
    if "placement" in because and not evidence.placement:
        return Refusal(why="The placement that changed the plan is not named.", who=MANAGER)
    return None


# ------------------------------------------------------------------ exceptions
@guard("evidence")
def ground_is_of_the_regulation(_facts: Facts, evidence: Exemption) -> Refusal | None:
    """Only the grounds that the regulation itself gives for a limit excuse it."""
    unknown = [one for one in evidence.limits if one not in LIMITS]
    if unknown or not evidence.limits:
        return Refusal(why=f"Name the limits it is for: {', '.join(LIMITS)}.", who=MANAGER)
    strange = [
        LIMITS[one].regulation
        for one in evidence.limits
        if len(evidence.ground) != 1 or evidence.ground not in LIMITS[one].grounds
    ]
    if not strange:
        return None
    return Refusal(
        why=f"{evidence.ground or 'No ground'!r} is no ground of {' or '.join(strange)}: (a) school or "
        "(b) early years provider closed for four weeks, (c) exceptional personal circumstances, "
        "(d) away from the area for four weeks.",
        who=MANAGER,
    )


@guard("evidence")
def closure_covers_the_request(facts: Facts, evidence: Exemption) -> Refusal | None:
    """Grounds (a) and (b): closed for four weeks, and advice asked for in the period the regulation names."""
    if evidence.ground not in {"a", "b"}:
        return None
    closed, opens, asked = evidence.closed_from, evidence.reopens_on, evidence.advice_requested_on
    if closed is None or opens is None or asked is None:
        return Refusal(
            why="Say from when it was closed, when it opens again, and when advice was asked for.",
            who=MANAGER,
        )
    if future := not_in_the_future(asked, facts, "The day on which advice was asked for"):
        return future
    limits = tuple(one for one in evidence.limits if one in LIMITS)
    faults = faults_of_closure(
        facts.instance, limits, closed_from=closed, reopens_on=opens, asked_on=asked
    )
    return _refused(faults)


@guard("evidence")
def absence_covers_four_weeks(facts: Facts, evidence: Exemption) -> Refusal | None:
    """Ground (d): away for four continuous weeks of the time that the limit gives."""
    if evidence.ground != "d":
        return None
    if evidence.absent_from is None or evidence.absent_until is None:
        return Refusal(why="Say from when until when they were away.", who=MANAGER)
    limits = tuple(one for one in evidence.limits if one in LIMITS)
    faults = faults_of_absence(
        facts.instance, limits, away_from=evidence.absent_from, away_until=evidence.absent_until
    )
    return _refused(faults)


def _refused(faults: Any) -> Refusal | None:  # noqa: ANN401 - the sentences, one after another
    why = " ".join(faults)
    return Refusal(why=why, who=MANAGER) if why else None


# ------------------------------------------------------------------ after the decision
@guard("evidence")
def mediation_day_is_given(facts: Facts, evidence: Mediation) -> Refusal | None:
    """Mediation was asked for, or a certificate was given, on a day after the decision that has come."""
    days = [one for one in (evidence.requested_on, evidence.certificate_on) if one is not None]
    if not days:
        return Refusal(
            why="Say when mediation was asked for, or the date of the certificate.", who=CASEWORKER
        )
    decided_on = date.fromisoformat(facts.instance.data["decision_letter_on"])
    if min(days) < decided_on:
        return Refusal(why=f"The decision was sent on {in_words(decided_on)}.", who=CASEWORKER)
    return not_in_the_future(max(days), facts, "That day")


@guard("evidence")
def representation_is_told(_facts: Facts, evidence: Representation) -> Refusal | None:
    """What the family asks for is said."""
    if evidence.what:
        return None
    return Refusal(why="What the family asks for is not said.", who=CASEWORKER)
