"""What must hold in the follow-up of a recommendation: a person owns it, evidence is shown, others decide."""

from datetime import date
from typing import Any

from qa_workflow.engine.definition import Asks, Facts, Refusal, guard
from qa_workflow.patterns.guards import not_in_the_future
from qa_workflow.processes.recommendation.asks import Assignment, Impact


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


@guard("evidence")
def evidence_is_shown(facts: Facts, evidence: Impact) -> Refusal | None:
    """At least one piece of evidence, none of it dated in the future."""
    if not evidence.evidence and not evidence.record_reference:
        return Refusal(why="No evidence is referred to.", who="owner")
    for one in evidence.evidence:
        if future := not_in_the_future(one.dated_on, facts, f"The date of {one.reference}"):
            return future
    return None


@guard("actor")
def decided_by_another_than_the_owner(facts: Facts, _evidence: Asks) -> Refusal | None:
    """Four eyes on the person: whoever decides does not own the recommendation."""
    if facts.actor is None or facts.instance.data.get("owner") != facts.actor.person_id:
        return None
    return Refusal(
        why="You own this recommendation, so someone else must decide.", who="sm_sqa or the auditor"
    )


@guard("actor")
def high_priority_is_for_ad_people(facts: Facts, _evidence: Asks) -> Refusal | None:
    """AD People decides on a challenge to a high priority; the service manager on the rest."""
    data = facts.instance.data
    if facts.actor is None or data.get("priority") == "standard" or facts.acts_as("ad_people"):
        return None
    return Refusal(why="The priority is high, so AD People must decide.", who="ad_people")


@guard()
def not_carried_forward_before(facts: Facts, _evidence: Asks) -> Refusal | None:
    """At most one carry-forward."""
    if not facts.instance.data.get("carried_forward_on"):
        return None
    return Refusal(
        why="It was carried forward once already; a second time is not allowed.", who="ad_people"
    )


@guard()
def is_a_case_action(facts: Facts, _evidence: Asks) -> Refusal | None:
    """The end of a case ends only what was to be done in that case."""
    if facts.instance.data.get("category") == "case_action":
        return None
    return Refusal(
        why="A practice theme or a system matter does not end with the case.", who="sm_sqa"
    )
