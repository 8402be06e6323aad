"""What must hold in the follow-up of a recommendation: a person owns it, evidence is shown, others decide."""

from datetime import date
from typing import Any

from qa_workflow.engine.definition import Asks, Facts, Refusal, Related, guard
from qa_workflow.engine.derivation import in_words
from qa_workflow.engine.people import SYSTEM
from qa_workflow.patterns.guards import not_in_the_future
from qa_workflow.processes.recommendation.asks import (
    Assignment,
    Cutoff,
    Impact,
    NewOwner,
    Tabling,
)

TAKES_PAPERS = ("agenda_set", "held")
SIGNS_OFF = ("held", "minuted")
WITH_EVIDENCE = ("evidence_submitted", "verified")
_CARRIED = {1: ("once", "second"), 2: ("twice", "third")}
VERIFIER = ("verified_by", "verified_for")  # who verified, and whom they acted for


# ------------------------------------------------------------------ what, and whose
@guard("evidence")
def is_specific(facts: Facts, evidence: Assignment) -> Refusal | None:
    """A recommendation says what, for whom, with what expected difference, in which category."""
    data = facts.instance.data
    wanted = ("what", "for_whom", "difference", "category")
    missing = [name for name in wanted if not (getattr(evidence, name) or data.get(name))]
    if not missing:
        return None
    return Refusal(why=f"Not said: {', '.join(missing)}.", who="sm_sqa")


@guard("evidence")
def owner_is_a_person(facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - Assignment or NewOwner
    """An active person owns it, not a team."""
    data = facts.instance.data
    owner = evidence.owner or data.get("owner") or data.get("proposed_owner")
    if owner is None:
        return Refusal(why="Nobody is named as owner.", who="sm_sqa")
    if facts.roster.active(owner, facts.today) is None:
        return Refusal(
            why=f"{owner} is not an active person of the roster, so cannot own it.", who="sm_sqa"
        )
    return None


@guard("evidence", apart_from=("verify",))
def owner_is_not_the_verifier(facts: Facts, evidence: NewOwner) -> Refusal | None:
    """Four eyes again at reassignment: whoever verified the evidence does not become its owner."""
    if evidence.owner not in {facts.instance.data.get(key) for key in VERIFIER}:
        return None
    return Refusal(
        why=f"{evidence.owner} verified the evidence, so cannot own the recommendation.",
        who="sm_sqa",
    )


@guard("evidence")
def due_date_is_inside_the_window(facts: Facts, evidence: Assignment) -> Refusal | None:
    """A date set by hand lies between today and the end of the window; a high priority only comes sooner."""
    data = facts.instance.data
    last = date.fromisoformat(data["window_on"])
    if data["priority"] != "standard" and facts.instance.due_on is not None:
        last = min(last, facts.instance.due_on)
    if evidence.due_on is None or facts.today <= evidence.due_on <= last:
        return None
    return Refusal(
        why=f"{evidence.due_on:%d %B %Y} does not lie between today and {last:%d %B %Y}.",
        who="sm_sqa",
    )


# ------------------------------------------------------------------ evidence
@guard("evidence")
def evidence_is_shown(facts: Facts, evidence: Impact) -> Refusal | None:
    """At least one piece of evidence, none of it dated in the future."""
    if not evidence.evidence and not evidence.record_reference:
        return Refusal(why="No evidence is referred to.", who="owner")
    for one in evidence.evidence:
        if future := not_in_the_future(one.dated_on, facts, f"The date of {one.reference}"):
            return future
    return None


@guard()
def evidence_is_complete(facts: Facts, _evidence: Asks) -> Refusal | None:
    """What is signed off has evidence, and says what changed for the child."""
    data = facts.instance.data
    if data.get("evidence") and data.get("impact_for_child"):
        return None
    return Refusal(
        why="Evidence, or what changed for the child, is missing.", who="owner (submit_evidence)"
    )


@guard("evidence")
def evidence_was_missing(facts: Facts, evidence: Cutoff) -> Refusal | None:
    """It stood without evidence when the papers closed, and had been raised by then."""
    data, papers_on = facts.instance.data, evidence.papers_on.isoformat()
    if data.get("raised_on", "") > papers_on:
        return Refusal(why="It was raised after the papers had closed.")
    if facts.instance.state in WITH_EVIDENCE and data.get("evidence_on", "") <= papers_on:
        return Refusal(why="Its evidence came before the papers closed.")
    if any(one["papers_on"] == papers_on for one in data.get("missed_cutoffs", ())):
        return Refusal(why="That it missed these papers is known.")
    return None


# ------------------------------------------------------------------ another decides
@guard("actor", apart_from=("accept", "submit_evidence"))
def decided_by_another_than_the_owner(facts: Facts, _evidence: Asks) -> Refusal | None:
    """Four eyes on the person: neither who decides, nor whom they act for, owns the recommendation."""
    owner = facts.instance.data.get("owner")
    if owner is None or owner not in facts.eyes:
        return None
    if facts.on_behalf_of == owner:
        return Refusal(
            why="You act for the owner of this recommendation, so someone else must decide.",
            who="director",
        )
    return Refusal(
        why="You own this recommendation, so someone else must decide.", who="sm_sqa or the auditor"
    )


@guard("actor", apart_from=("verify",))
def decided_by_another_than_the_verifier(facts: Facts, _evidence: Asks) -> Refusal | None:
    """Four eyes on the person: neither who signs off, nor whom they act for, verified the evidence."""
    if not facts.eyes & {facts.instance.data.get(key) for key in VERIFIER}:
        return None
    return Refusal(why="You verified the evidence, so another person must decide.", who="ad_people")


@guard("actor")
def high_priority_is_for_ad_people(facts: Facts, _evidence: Asks) -> Refusal | None:
    """AD People decides on a challenge to a high priority; the service manager on the rest."""
    data = facts.instance.data
    if facts.actor is None or data.get("priority") == "standard" or facts.acts_as("ad_people"):
        return None
    return Refusal(why="The priority is high, so AD People must decide.", who="ad_people")


# ------------------------------------------------------------------ the meeting
def meeting_meant(facts: Facts, evidence: Tabling) -> str | None:
    """Return the meeting that is named, else the one that takes papers now, else the next of its window."""
    if evidence.meeting:
        return evidence.meeting
    meetings: dict[str, Related] = facts.gathered["meetings"]
    coming = [one for one in meetings.values() if one.is_open and _reviews(one, facts)]
    taking = [one for one in coming if one.state in TAKES_PAPERS]
    return next((one.reference for one in (*taking, *coming)), None)


def _reviews(meeting: Related, facts: Facts) -> bool:
    """Tell whether the window of *meeting* is that of the recommendation, or a later one."""
    window: str = facts.instance.data["window_on"]
    return bool(window <= meeting.data["window_on"])


@guard("evidence")
def meeting_is_taking_papers(facts: Facts, evidence: Tabling) -> Refusal | None:
    """It is tabled at a meeting of its window whose agenda is set, until that meeting is minuted."""
    named = meeting_meant(facts, evidence)
    meeting: Related | None = facts.gathered["meetings"].get(named)
    if meeting is None:
        why = f"There is no open meeting {named}." if named else "No meeting is planned for it yet."
        return Refusal(why=why, who="qa_admin")
    if not _reviews(meeting, facts):
        return Refusal(
            why=f"{meeting.reference} ends its window before this recommendation is due.",
            who="qa_admin",
        )
    if meeting.state in TAKES_PAPERS:
        return None
    return _takes_none(meeting)


def _takes_none(meeting: Related) -> Refusal:
    """Say why *meeting* takes no paper by hand now, and when its agenda is set."""
    if meeting.state == "planned":
        return Refusal(why=f"{meeting.reference} has no date yet.", who="qa_admin (schedule)")
    if meeting.state == "scheduled":
        papers_on = date.fromisoformat(meeting.data["papers_on"])
        return Refusal(
            why=f"What is verified by {in_words(papers_on)} is tabled by itself when that day is over.",
            who=SYSTEM,
            from_on=papers_on,
        )
    return Refusal(why=f"{meeting.reference} is over.", who="qa_admin (its next sitting)")


@guard("evidence")
def is_tabled_there(facts: Facts, evidence: Tabling) -> Refusal | None:
    """Only the meeting at which it is tabled gives it back."""
    if facts.instance.data.get("meeting") == evidence.meeting:
        return None
    return Refusal(why=f"It is not tabled at {evidence.meeting}.")


@guard()
def meeting_is_held(facts: Facts, _evidence: Asks) -> Refusal | None:
    """Signed off "in getting to outstanding meeting": one that was held, and is not closed yet."""
    meeting: Related | None = facts.gathered["meetings"].get(facts.instance.data.get("meeting"))
    if meeting is not None and meeting.state in SIGNS_OFF:
        return None
    sits_on = meeting.data.get("sits_on") if meeting is not None else None
    if meeting is None or sits_on is None:
        return Refusal(why="It is tabled at no Getting to Outstanding meeting.", who="qa_admin")
    day = date.fromisoformat(sits_on)
    if not meeting.is_open:
        return Refusal(
            why=f"The Getting to Outstanding meeting of {in_words(day)} is closed.",
            who="qa_admin (its next sitting)",
        )
    return Refusal(
        why=f"The Getting to Outstanding meeting of {in_words(day)} has not been held.",
        who="ad_people (hold)",
        from_on=day,
    )


# ------------------------------------------------------------------ what can come but once, or not at all
@guard()
def a_carry_forward_is_left(facts: Facts, _evidence: Asks) -> Refusal | None:
    """At most one carry-forward, or as many as the council chooses (domain A38)."""
    most: int = facts.gathered["carry_forwards"]
    times: int = facts.instance.data.get("carried_forward", 0)
    if times < most:
        return None
    before, again = _CARRIED.get(times, (f"{times} times", "further"))
    why = f"It was carried forward {before} already; a {again} time is not allowed."
    return Refusal(why=why if times else "Nothing is carried forward here.", who="ad_people")


@guard()
def is_a_case_action(facts: Facts, _evidence: Asks) -> Refusal | None:
    """The end of a case ends only what was to be done in that case."""
    if facts.instance.data.get("category") == "case_action":
        return None
    return Refusal(
        why="A practice theme or a system matter does not end with the case.", who="sm_sqa"
    )


@guard()
def a_dip_check_has_failed(facts: Facts, _evidence: Asks) -> Refusal | None:
    """What is signed off is opened again only when a check found that the change has not lasted."""
    if failed_checks(facts):
        return None
    return Refusal(
        why="No dip check has found that the change did not last.", who="auditor (find_lapsed)"
    )


def failed_checks(facts: Facts) -> tuple[str, ...]:
    """Return the dip checks of this recommendation that failed and wait for a decision."""
    return tuple(
        one.reference
        for one in facts.children
        if one.process == "dip_check" and one.state == "not_sustained"
    )
