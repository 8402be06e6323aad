"""What must hold in an audit round: a fresh list, two people, the framework's own sample, one methodology."""

from typing import TYPE_CHECKING

from qa_workflow.engine.definition import Asks, Facts, Refusal, guard
from qa_workflow.processes.case_audit_round.asks import (
    Amendment,
    Methodology,
    Proposal,
    Report,
    SignOff,
)
from qa_workflow.processes.case_audit_round.sample import (
    AUTUMN,
    audits_of,
    draw_sample,
    part_of,
    preceding_round,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

NAMED = 3  # so many references fit in a sentence


@guard()
def calendar_covers_the_round(facts: Facts, _evidence: Asks) -> Refusal | None:
    """Every working day of the round can be counted."""
    until: date = facts.gathered["known_until"]
    due_on = facts.instance.due_on
    if due_on is None or due_on <= until:
        return None
    return Refusal(
        why=f"Bank holidays are known only until {until:%d %B %Y}.", who="whoever runs the system"
    )


@guard("evidence")
def another_draw_has_a_reason(_facts: Facts, evidence: Proposal) -> Refusal | None:
    """Whoever draws again says why."""
    if evidence.seed is None or evidence.reason:
        return None
    return Refusal(why="Another seed draws another sample: say why.", who="qa_admin")


@guard()
def sample_was_proposed(facts: Facts, _evidence: Asks) -> Refusal | None:
    """Two people make a sample: one proposes, one freezes."""
    if facts.instance.data.get("proposed_by"):
        return None
    return Refusal(why="Nobody has proposed the sample yet.", who="qa_admin")


@guard()
def sample_is_what_the_framework_asks(facts: Facts, _evidence: Asks) -> Refusal | None:
    """Autumn: half, rounded up. Spring: every open case without a completed audit of the autumn."""
    data = facts.instance.data
    if sorted(data["sample"]) == draw_sample(facts.instance, data, data["seed"]):
        return None
    return Refusal(why="The sample is not the one that the seed draws.", who="qa_admin")


@guard()
def methodology_is_the_same(facts: Facts, _evidence: Asks) -> Refusal | None:
    """Spring uses "the same methodology" as the autumn did, unless AD People overrides, or the council has it so."""
    data, preceding = facts.instance.data, preceding_round(facts)
    if preceding is None or data.get("methodology_override"):
        return None
    if not facts.gathered["same_methodology"]:  # the council's own reading (domain A5)
        return None
    before, now = preceding.data.get("methodology"), data.get("methodology")
    if before is None or before == now:
        return None
    return Refusal(
        why=f"The autumn round used methodology {before}, this one has {now}: use {before}, or ask AD People to override.",
        who="sm_sqa (use_methodology) or ad_people (override_methodology)",
    )


@guard("evidence")
def methodology_is_loaded(facts: Facts, evidence: Methodology) -> Refusal | None:
    """Only a methodology that the system holds can be used."""
    versions: Iterable[int] = facts.gathered["methodologies"]
    if evidence.version in versions:
        return None
    return Refusal(
        why=f"Methodology {evidence.version} is not loaded; there are: {', '.join(map(str, versions))}."
    )


@guard("evidence")
def removed_case_is_sampled(facts: Facts, evidence: Amendment) -> Refusal | None:
    """Only a case of the sample can leave it."""
    if evidence.remove in facts.instance.data["sample"]:
        return None
    return Refusal(why=f"{evidence.remove} is not in the sample.")


@guard("evidence")
def replacement_is_unsampled(facts: Facts, evidence: Amendment) -> Refusal | None:
    """A replacement comes from the unsampled cases, in the autumn round only."""
    if evidence.replacement is None:
        return None
    data = facts.instance.data
    if part_of(facts.instance) != AUTUMN:
        return Refusal(
            why="The spring round takes every case that was not audited, so nothing can replace one."
        )
    if evidence.replacement not in data["population"]:
        return Refusal(why=f"{evidence.replacement} was not open on the sampling date.")
    for one in data.get("excluded", ()):
        if one["case"] == evidence.replacement:
            return Refusal(why=f"{evidence.replacement} is left out: {one['why']}.")
    if evidence.replacement in data["sample"] or any(
        evidence.replacement == one["case"] for one in data.get("removed", ())
    ):
        return Refusal(why=f"{evidence.replacement} was already sampled.")
    return None


@guard()
def nothing_is_left_to_audit(facts: Facts, _evidence: Asks) -> Refusal | None:
    """A nil return is a round without a single case to audit."""
    sample = facts.instance.data.get("sample", ())
    return Refusal(why=f"{len(sample)} cases are to be audited.") if sample else None


@guard()
def an_audit_is_allocated(facts: Facts, _evidence: Asks) -> Refusal | None:
    """The round is in progress once the first audit has an auditor."""
    if any(audit.data.get("auditor") for audit in audits_of(facts)):
        return None
    return Refusal(why="No audit has an auditor yet.", who="sm_sqa or qa_admin (allocate)")


@guard()
def no_audit_is_open(facts: Facts, _evidence: Asks) -> Refusal | None:
    """The round waits for its last audit."""
    still = [child.reference for child in audits_of(facts) if child.is_open]
    if not still:
        return None
    named = ", ".join(sorted(still)[:NAMED])
    more = f" and {len(still) - NAMED} more" if len(still) > NAMED else ""
    return Refusal(
        why=f"{len(still)} of {len(audits_of(facts))} audits are still open: {named}{more}.",
        who="their auditors",
    )


@guard("evidence")
def recommendations_are_listed(_facts: Facts, evidence: Report) -> Refusal | None:
    """The report lists its recommendations, or says with an empty list that there are none."""
    if evidence.recommendations is not None:
        return None
    return Refusal(
        why="The report lists no recommendations; an empty list says that there are none.",
        who="sm_sqa",
    )


@guard("evidence")
def plans_are_linked(_facts: Facts, evidence: SignOff) -> Refusal | None:
    """A report either changes a plan or somebody says that it does not."""
    if any(evidence.links) or evidence.no_change:
        return None
    return Refusal(
        why="Neither a line of the Service Improvement Plan or Workforce Development Plan is linked, nor 'no change' said.",
        who="ad_people",
    )
