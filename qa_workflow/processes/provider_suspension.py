"""Suspension: no new placements with a provider until AD People says so, and every child there is looked at.

Source: domain 3.4 ("ad_people only; Commissioning proposes", "reason; placing team told; every placed child
gets a safety review task") and 3.6: an overlay on the provider, possible at any time, not a state of an audit.
The framework itself has no such step; the City has stopped using a provider after visits (domain 3.4, R24).
"""

from enum import StrEnum, auto

from pydantic import Field

from qa_workflow.engine.definition import (
    Asks,
    Deadline,
    Effects,
    Facts,
    PersonId,
    ProcessDefinition,
    Refusal,
    Step,
    Transition,
    Within,
    guard,
)
from qa_workflow.engine.instance import Notice, Spawn
from qa_workflow.engine.people import CaseFacts, ids
from qa_workflow.patterns import ladders
from qa_workflow.patterns.case_people import managers_of, practitioner_of
from qa_workflow.patterns.guards import reason_is_given

REVIEW_WORKING_DAYS = (
    20  # so long a suspension stands before AD People looks at it again: our default
)


class Stage(StrEnum):
    """The states, in the order an officer meets them."""

    SUSPENDED = auto()
    LIFTED = auto()


S = Stage


class Suspension(Asks):
    """Why no child may be newly placed there."""

    proposed_by: PersonId | None = Field(default=None, title="Who proposed it")


def placed_there(facts: Facts) -> tuple[CaseFacts, ...]:
    """Return the open cases whose child is placed there, as the case list says it."""
    found: tuple[CaseFacts, ...] = facts.gathered["placed"]
    return found


@guard()
def provider_is_known(facts: Facts, _evidence: Asks) -> Refusal | None:
    """A suspension is of a provider that a list names, or with whom the case list places a child."""
    if facts.gathered["provider"] is not None or placed_there(facts):
        return None
    return Refusal(
        why=f"No list of providers names {facts.instance.subject}, and no open case does.",
        who="commissioning",
    )


@guard()
def provider_is_not_suspended_yet(facts: Facts, _evidence: Asks) -> Refusal | None:
    """One suspension stands at a time."""
    standing: str | None = facts.gathered["suspension"]
    if standing is None:
        return None
    return Refusal(
        why=f"{facts.instance.subject} is suspended already: {standing}.",
        who="ad_people (lift that one)",
    )


def suspend(step: Step) -> Effects:
    """Tell the placing team and commissioning, and ask for a safety review of each child placed there."""
    before = step.before
    return Effects(
        data={"review_from": step.today.isoformat()},
        spawn=tuple(
            Spawn(
                process="safety_review",
                reference=f"safety_review:{case.case_id}:",
                numbered=True,
                subject=case.case_id,
                case_id=case.case_id,
                title=f"Safety review of {case.case_id}",
                data={
                    "provider": before.subject,
                    "source": before.reference,
                    "why": before.data["reason"],
                },
            )
            for case in placed_there(step.facts)
        ),
        notices=_told(
            step,
            "suspend",
            f"No child may be newly placed with {before.subject}.",
        ),
    )


def uphold(step: Step) -> Effects:
    """Keep that AD People looked at the suspension again, and let it stand: it is looked at again later."""
    looked_at = {"by": step.actor, "why": step.evidence.reason, "on": step.today.isoformat()}
    return Effects(
        data={
            "reviews": [*step.before.data.get("reviews", ()), looked_at],
            "review_from": step.today.isoformat(),
        }
    )


def lift(step: Step) -> Effects:
    """Keep who lifted it, and tell those who were told of it."""
    return Effects(
        data={"lifted_by": step.actor, "lifted_on": step.today.isoformat()},
        notices=_told(
            step,
            "lift",
            f"Children may be placed with {step.before.subject} again.",
        ),
    )


def _told(step: Step, key: str, text: str) -> tuple[Notice, ...]:
    # The reason stays in the history: what people write freely may name somebody, and messages never do.
    roster, today = step.facts.roster, step.today
    people: dict[str, None] = {}
    for case in placed_there(step.facts):
        practitioner = practitioner_of(case, roster, today)
        nearest = (practitioner, *managers_of(case, roster, today, case.team)[:1])
        people |= dict.fromkeys(one for one in nearest if one is not None)
    people |= dict.fromkeys(ids(roster.holders("commissioning", today)) or ("role:commissioning",))
    return tuple(Notice(to=person, template="note", key=key, text=text) for person in people)


PROCESS = ProcessDefinition(
    name="provider_suspension",
    title="Suspension of new placements with",
    version=1,
    about="AD People suspends new placements with a provider, and lifts that again; every child there is reviewed.",
    reference_hint="provider_suspension:P04:1",
    started_by="person",
    series="provider_suspension:{subject}:",
    starts_with=Suspension,
    start_roles=("ad_people",),
    start_guards=(reason_is_given, provider_is_known, provider_is_not_suspended_yet),
    states=Stage,
    initial=S.SUSPENDED,
    final=frozenset({S.LIFTED}),
    set_state_by_two=True,
    reads=frozenset({"provider", "children"}),
    waits_for_children_in=frozenset({S.SUSPENDED}),
    on_start=suspend,
    transitions=(
        Transition("lift", S.SUSPENDED, S.LIFTED, (reason_is_given,), "ad_people", effect=lift),
        Transition("uphold", S.SUSPENDED, None, (reason_is_given,), "ad_people", effect=uphold, adverse=True),
    ),
    deadlines=(
        Deadline(
            name="review_by", state=S.SUSPENDED, due=Within(REVIEW_WORKING_DAYS, since="review_from"),
            ladder=ladders.STANDARD,
            source="product default: no suspension stands longer without being looked at",
        ),
    ),
)  # fmt: skip
