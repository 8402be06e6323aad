"""What must hold in a provider audit: two roles confirm, nobody audits their own contract, every child is heard."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from qa_workflow.engine.definition import Asks, Facts, Refusal, guard
from qa_workflow.engine.derivation import in_words
from qa_workflow.engine.people import CaseFacts
from qa_workflow.patterns.guards import not_in_the_future
from qa_workflow.patterns.provider_scope import Scope, due_date, opening
from qa_workflow.patterns.setting_audit import provider_of, unmet_standards
from qa_workflow.patterns.voice import misheard
from qa_workflow.processes.provider_audit.asks import (
    Auditor,
    Child,
    EvidenceRequest,
    Finalisation,
    SuppliedEvidence,
    Visit,
)
from qa_workflow.processes.provider_audit.findings import EVIDENCE

CONFIRMING = ("commissioning", "sm_sqa")  # "(Commissioning + sm_sqa)" (domain 3.4)


# ------------------------------------------------------------------ the provider and its children
def placed_there(facts: Facts) -> tuple[CaseFacts, ...]:
    """Return the open cases whose child is placed there, as the case list says it."""
    found: tuple[CaseFacts, ...] = facts.gathered["placed"]
    return found


@guard()
def provider_is_in_scope(facts: Facts, _evidence: Asks) -> Refusal | None:
    """A City child was placed there since the last audit, and the first audit is not waived this June."""
    if provider_of(facts) is None:
        return None  # `provider_is_known` says so
    found: Scope = facts.gathered["scope"]
    if found.is_in:
        return None
    return Refusal(
        why=f"{facts.instance.subject} is not in scope for 30 June {facts.instance.data['year']}: {found.why}.",
        who="commissioning (not_in_scope, or a corrected list)",
    )


# ------------------------------------------------------------------ two people
def confirming_roles(facts: Facts) -> frozenset[str]:
    """Return in which of the two confirming roles the person acts."""
    return frozenset(role for role in CONFIRMING if facts.acts_as(role))


def is_first_confirmation(facts: Facts, _evidence: Asks) -> bool:
    """Tell whether nobody has confirmed the scope yet."""
    return not facts.instance.data.get("scope_confirmed")


def is_second_confirmation(facts: Facts, evidence: Asks) -> bool:
    """Tell whether one of the two has confirmed the scope already."""
    return not is_first_confirmation(facts, evidence)


@guard("actor", apart_from=("confirm_scope",))
def confirmed_by_another_in_the_other_role(facts: Facts, _evidence: Asks) -> Refusal | None:
    """Commissioning and sm_sqa confirm, and they are two people."""
    first = facts.instance.data["scope_confirmed"]
    if facts.eyes.intersection(first["eyes"]):
        return Refusal(
            why="You have confirmed the scope, so another person must too.", who=_other(first)
        )
    roles = confirming_roles(facts)
    if any(one != other for one in first["roles"] for other in roles):
        return None
    return Refusal(
        why=f"{first['by']} has confirmed it for {first['roles'][0]}; the other role has not.",
        who=_other(first),
    )


def _other(first: Mapping[str, Any]) -> str:
    return next(role for role in CONFIRMING if role != first["roles"][0])


@guard("evidence")
def auditor_is_active(facts: Facts, evidence: Auditor) -> Refusal | None:
    """Only somebody who works here and holds the role audits."""
    person = facts.roster.active(evidence.auditor, facts.today)
    if person is not None and "auditor" in person.roles:
        return None
    return Refusal(why=f"{evidence.auditor} is not an active auditor.", who="sm_sqa")


@guard("evidence")
def auditor_is_independent(facts: Facts, evidence: Auditor) -> Refusal | None:
    """The auditor neither owns the contract, nor works there, nor is the social worker of a child placed there."""
    return _dependence(facts, evidence.auditor)


@guard()
def audit_was_independent(facts: Facts, _evidence: Asks) -> Refusal | None:
    """Independence is looked at again at the report: a child may have come to be placed there since."""
    auditor = facts.instance.data.get("auditor")
    return None if auditor is None else _dependence(facts, auditor)


def _dependence(facts: Facts, person_id: str) -> Refusal | None:
    provider = provider_of(facts)
    name = person.name if (person := facts.roster.get(person_id)) is not None else person_id
    subject, who = facts.instance.subject, "sm_sqa (another auditor)"
    if provider is not None and person_id == provider.commissioner:
        return Refusal(why=f"{name} commissions {subject}, so cannot audit it.", who=who)
    if provider is not None and person_id == provider.contact:
        return Refusal(why=f"{name} speaks for {subject}, so cannot audit it.", who=who)
    # The audit looks at the twelve months up to 30 June: whoever practised in them is no outsider.
    period_from = due_date(facts.instance.data["year"] - 1) + timedelta(days=1)
    for case in placed_there(facts):
        if person_id == case.practitioner or _practised(case, person_id, period_from, facts.today):
            return Refusal(
                why=f"{name} is or was the social worker of {case.case_id}, who is placed with {subject}, "
                "so cannot audit it.",
                who=who,
            )
    return None


def _practised(case: CaseFacts, person_id: str, start: date, end: date) -> bool:
    return any(
        one.role == "practitioner" and one.person_id == person_id and one.touches(start, end)
        for one in case.involvements
    )


@guard("actor", apart_from=("submit_report",))
def finalised_by_another_than_the_auditor(facts: Facts, _evidence: Asks) -> Refusal | None:
    """Four eyes on the person: whoever finalises neither audited nor wrote the report, nor acts for who did."""
    data = facts.instance.data
    if not facts.eyes & {data.get("auditor"), data.get("visited_by"), data.get("report_by")}:
        return None
    return Refusal(
        why="You audited this provider, so another person must finalise.", who="another sm_sqa"
    )


# ------------------------------------------------------------------ evidence
@guard("evidence")
def what_is_asked_for_is_of_the_list(_facts: Facts, evidence: EvidenceRequest) -> Refusal | None:
    """What is asked for stands on the usual list, so that its absence can be told."""
    return _unlisted(evidence.items, EVIDENCE)


@guard("evidence")
def something_has_come_in(_facts: Facts, evidence: SuppliedEvidence) -> Refusal | None:
    """Evidence that is in names at least one document."""
    if evidence.items:
        return None
    return Refusal(
        why="Nothing is named that came in; if nothing did, say evidence_late.", who="the auditor"
    )


@guard("evidence")
def what_came_was_asked_for(facts: Facts, evidence: SuppliedEvidence) -> Refusal | None:
    """What came in stands on the list of what was asked for, and is not dated in the future."""
    if unlisted := _unlisted(
        (one.item for one in evidence.items), facts.instance.data["evidence_asked"]
    ):
        return unlisted
    return next(
        (
            future
            for one in evidence.items
            if (future := not_in_the_future(one.dated_on, facts, f"The date of {one.reference}"))
        ),
        None,
    )


def _unlisted(items: Iterable[str], known: Iterable[str]) -> Refusal | None:
    unknown = sorted(set(items) - set(known))
    if not unknown:
        return None
    return Refusal(
        why=f"Not on the list: {', '.join(unknown)}. On it: {', '.join(known)}.", who="the auditor"
    )


@guard("actor", "evidence")
def going_ahead_early_has_a_reason(facts: Facts, evidence: Asks) -> Refusal | None:
    """The visit may go ahead without the evidence; before the provider's ten working days are over, somebody says why."""
    if facts.actor is None or evidence.reason:
        return None
    return Refusal(
        why="The provider still has time: say why the visit goes ahead without.", who="the auditor"
    )


# ------------------------------------------------------------------ the visit
@guard("evidence")
def visit_was_held(facts: Facts, evidence: Visit) -> Refusal | None:
    """A visit has a day, in this year's audit, and that day has come."""
    if evidence.visited_on is None:
        return Refusal(why="The day of the visit is not said.", who="the auditor")
    first = opening(facts.instance.data["year"])
    if evidence.visited_on < first:
        return Refusal(
            why=f"{in_words(evidence.visited_on)} lies before the audits of {first.year}.",
            who="the auditor",
        )
    return not_in_the_future(evidence.visited_on, facts, "The day of the visit")


@guard("evidence")
def named_children_are_placed_there(facts: Facts, evidence: Visit) -> Refusal | None:
    """Which child is placed where is a fact of the case list, and each is told of once."""
    named = [child.case for child in evidence.children]
    placed = {case.case_id for case in placed_there(facts)}
    if unknown := sorted(set(named) - placed):
        return Refusal(
            why=f"The case list places {', '.join(unknown)} elsewhere, or nowhere: leave them out, or import the list.",
            who="the auditor",
        )
    if twice := sorted({case for case in named if named.count(case) > 1}):
        return Refusal(why=f"Told of more than once: {', '.join(twice)}.", who="the auditor")
    return None


@guard("evidence")
def every_child_was_heard_or_has_a_reason(facts: Facts, evidence: Visit) -> Refusal | None:
    """Each child placed there, as the case list has it, has their own words or a reason why there are none."""
    told = {child.case: child for child in evidence.children}
    unheard = [
        case.case_id
        for case in placed_there(facts)
        if (child := told.get(case.case_id)) is None or not (child.views or child.no_view_reason)
    ]
    if unheard:
        return Refusal(
            why=f"Neither the child's own words nor a reason why there are none: {', '.join(unheard)}.",
            who="the auditor",
        )
    return next((found for child in evidence.children if (found := _misheard(child, facts))), None)


def _misheard(child: Child, facts: Facts) -> Refusal | None:
    told = (
        misheard(
            view,
            facts,
            who="the auditor",
            incomplete=f"{child.case}: each view needs the child's own words, the method and the date.",
            heard=f"The day {child.case} was heard",
        )
        for view in child.views
    )
    return next((found for found in told if found is not None), None)


# ------------------------------------------------------------------ the report and the end
def has_actions(_facts: Facts, evidence: Finalisation) -> bool:
    """Tell whether the audit leads to actions."""
    return bool(evidence.actions)


def has_no_actions(facts: Facts, evidence: Finalisation) -> bool:
    """Tell whether the audit leads to no action."""
    return not has_actions(facts, evidence)


@guard("evidence")
def actions_are_said(_facts: Facts, evidence: Finalisation) -> Refusal | None:
    """Actions, or an empty list that says there are none."""
    if evidence.actions is not None:
        return None
    return Refusal(
        why="Actions are not given; an empty list says that there are none.", who="sm_sqa"
    )


@guard("evidence")
def what_is_not_met_has_an_action(facts: Facts, evidence: Finalisation) -> Refusal | None:
    """A provider is not compliant while a standard is not met and nothing is to change."""
    unmet = unmet_standards(facts.instance.data["report"])
    if not unmet or evidence.actions:
        return None
    return Refusal(
        why=f"Not met, and no action says what changes: {', '.join(unmet)}.", who="sm_sqa"
    )


@guard("evidence")
def findings_have_an_answer(facts: Facts, evidence: Finalisation) -> Refusal | None:
    """What the law makes grave is answered before the audit ends."""
    open_ = [
        one
        for one in facts.instance.data.get("findings", ())
        if one["needs_answer"] and not evidence.answers.get(one["key"], "").strip()
    ]
    if not open_:
        return None
    return Refusal(
        why="Not answered: " + "; ".join(f"{one['what']} ({one['key']})" for one in open_) + ".",
        who="sm_sqa",
    )


@guard()
def no_action_is_open(facts: Facts, _evidence: Asks) -> Refusal | None:
    """The provider is compliant once every action has come to an end."""
    still = [
        child.reference
        for child in facts.children
        if child.process == "recommendation" and child.is_open
    ]
    if not still:
        return None
    return Refusal(why=f"Still open: {', '.join(still)}.", who="their owners")


@guard()
def no_child_is_placed_there(facts: Facts, _evidence: Asks) -> Refusal | None:
    """A provider is no longer used once the case list places no child there."""
    placed = [case.case_id for case in placed_there(facts)]
    if not placed:
        return None
    return Refusal(
        why=f"{', '.join(placed)} is still placed with {facts.instance.subject} by the case list."
        if len(placed) == 1
        else f"{', '.join(placed)} are still placed with {facts.instance.subject} by the case list.",
        who="commissioning and the placing team",
    )
