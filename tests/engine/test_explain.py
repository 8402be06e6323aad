"""What can be done, what cannot, and why."""

from dataclasses import replace
from typing import Any

import pytest
from factories import (
    ROSTER,
    SUBMIT,
    S,
    a_definition,
    a_guard,
    a_person,
    a_roster,
    an_instance,
    some_facts,
    with_moves,
)
from pydantic import Field

from qa_workflow.engine.definition import Asks, Facts, Guard, ProcessDefinition, Transition
from qa_workflow.engine.explain import Option, explain, rehearse
from qa_workflow.engine.graph import open_states
from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.people import ROLES
from qa_workflow.errors import NotPermitted, Refusal, TransitionRefused, UnknownTrigger
from qa_workflow.patterns.guards import reason_is_given
from qa_workflow.processes import all_processes


class Finding(Asks):
    """What was found."""

    grade: str = Field(default="", title="The grade")
    words: str = ""
    agrees: bool | None = None


def acting(person_id: str) -> Facts:
    return some_facts(actor=ROSTER.people[person_id])


def guarded(*reads: str) -> ProcessDefinition:
    return with_moves(replace(SUBMIT, guards=(a_guard("never", *reads),)))


def names(options: tuple[Option, ...]) -> list[str]:
    return [one.trigger for one in options]


# ------------------------------------------------------------------ can and cannot
def test_what_no_guard_refuses_can_be_done() -> None:
    can, cannot = explain(a_definition(), an_instance(), some_facts())
    assert (names(can), names(cannot)) == (["submit", "remark", "cancel"], [])


def test_an_option_says_where_it_leads_and_who_may() -> None:
    can, _ = explain(a_definition(), an_instance(), some_facts())
    assert [(one.to, one.who) for one in can] == [
        ("review", ("auditor",)),
        ("draft", ("auditor",)),
        ("cancelled", ("sm_sqa",)),
    ]


def test_an_option_says_what_it_asks_for() -> None:
    can, _ = explain(with_moves(replace(SUBMIT, asks=Finding)), an_instance(), some_facts())
    assert can[0].asks is Finding


def test_what_a_guard_refuses_cannot_be_done_and_has_every_reason() -> None:
    definition = with_moves(replace(SUBMIT, guards=(a_guard("first"), a_guard("second"))))
    _, (option,) = explain(definition, an_instance(), some_facts())
    assert [reason.why for reason in option.reasons] == ["First.", "Second."]


def test_in_a_final_state_nothing_can_be_done() -> None:
    assert explain(a_definition(), an_instance(state="done"), some_facts()) == ((), ())


def test_explain_is_empty_exactly_where_no_move_is_offered() -> None:
    definition = a_definition()
    explained = {
        str(state): explain(definition, an_instance(state=str(state)), some_facts()) != ((), ())
        for state in S
    }
    assert explained == {str(state): bool(definition.leaving(str(state))) for state in S}


# ------------------------------------------------------------------ only what can be asked is asked
@pytest.mark.parametrize("reads", ["actor", "evidence"])
def test_a_guard_for_which_there_is_no_material_is_asked_later(reads: str) -> None:
    (option, *_), _ = explain(guarded(reads), an_instance(), some_facts())
    assert option.asked_later == ("never",)


def test_a_guard_that_reads_the_actor_is_asked_when_somebody_acts() -> None:
    _, cannot = explain(guarded("actor"), an_instance(), acting("aud"))
    assert names(cannot) == ["submit"]


def test_a_guard_that_reads_evidence_is_asked_when_there_is_some() -> None:
    _, cannot = explain(guarded("evidence"), an_instance(), some_facts(), Asks())
    assert names(cannot) == ["submit"]


def test_a_guard_that_reads_both_waits_for_both() -> None:
    (option, *_), _ = explain(guarded("actor", "evidence"), an_instance(), acting("aud"))
    assert option.asked_later == ("never",)


# ------------------------------------------------------------------ a rehearsal
def rehearsed(definition: ProcessDefinition, trigger: str = "submit", **more: Any) -> Any:  # noqa: ANN401 - state and answers
    facts = acting(more.pop("by", "aud"))
    return rehearse(definition, an_instance(), trigger, facts, more.pop("evidence", Asks()))


def test_a_rehearsal_says_where_it_would_lead() -> None:
    assert rehearsed(a_definition()) == ("review", ())


def test_a_rehearsal_of_what_stays_says_so() -> None:
    assert rehearsed(a_definition(), "remark")[0] == "draft"


def test_a_rehearsal_tells_the_answer_of_every_guard() -> None:
    definition = with_moves(replace(SUBMIT, guards=(a_guard(), reason_is_given)))
    _, answers = rehearsed(definition, evidence=Asks(reason="It is done."))
    assert [(one.guard, one.refusal is None) for one in answers] == [
        ("never", False),
        ("reason_is_given", True),
    ]


def test_a_rehearsal_goes_the_way_that_was_chosen() -> None:
    yes = replace(SUBMIT, asks=Finding, chosen=lambda _facts, sent: sent.agrees is True)
    no = replace(yes, dest=S.DONE, chosen=lambda _facts, sent: sent.agrees is False)
    assert rehearsed(with_moves(yes, no), evidence=Finding(agrees=False))[0] == "done"


@pytest.mark.parametrize(
    ("trigger", "by", "error"),
    [
        ("fly", "aud", UnknownTrigger),
        ("approve", "sandy", TransitionRefused),
        ("submit", "sandy", NotPermitted),
    ],
)
def test_a_rehearsal_refuses_what_would_be_refused(
    trigger: str, by: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        rehearsed(a_definition(), trigger, by=by)


# ------------------------------------------------------------------ `can` tells the truth (I8)
def unknowing(guard: Guard) -> Guard:
    """Return the guard as one that lets pass what it cannot judge: an instance made by hand lacks what steps bring."""

    def check(facts: Facts, evidence: Asks) -> Refusal | None:
        try:
            return guard.check(facts, evidence)
        except Exception:  # noqa: BLE001 - any guard of any process
            return None

    return replace(guard, check=check)


def opened_to_all(definition: ProcessDefinition) -> ProcessDefinition:
    """Return the process where each move has a trigger of its own and everybody's relations mean one person.

    So a rehearsal judges exactly one move, and who may pull it or what was chosen is no part of it.
    """
    moves = tuple(
        replace(
            move, trigger=f"{move.trigger} {number}", chosen=None, guards=tuple(map(unknowing, move.guards))
        )
        for number, move in enumerate(definition.transitions)
    )  # fmt: skip
    relations = {name: lambda _instance, _facts: ("all",) for name in definition.relations}
    return replace(definition, transitions=moves, relations=relations)


ALL_ROLES = a_roster(a_person("all", *ROLES))


@pytest.mark.parametrize("process", all_processes().values(), ids=all_processes().keys())
def test_what_explain_offers_no_guard_of_facts_refuses_and_what_it_does_not_one_does(
    process: ProcessDefinition,
) -> None:
    # For every move of every open state: it stands in `can` exactly when a rehearsal of it by somebody
    # who may pull it hears no refusal from any guard that reads neither person nor form. So `can` is
    # empty exactly where each move has such a refusal.
    definition = opened_to_all(process)
    for state in open_states(definition):
        instance = an_instance(state=state, process=process.name)
        can, cannot = explain(definition, instance, some_facts(roster=ALL_ROLES))
        passed = {
            move.trigger for move in definition.leaving(state) if not refused_by_facts(definition, instance, move)
        }  # fmt: skip
        assert (set(names(can)), set(names(cannot)) & passed) == (passed, set())


def refused_by_facts(
    definition: ProcessDefinition, instance: ProcessInstance, move: Transition
) -> bool:
    """Tell whether a rehearsal of *move* hears a refusal from a guard of facts alone."""
    actor = None if move.is_system else ALL_ROLES.people["all"]
    facts = some_facts(roster=ALL_ROLES, actor=actor)
    _, answers = rehearse(definition, instance, move.trigger, facts, move.asks.model_construct())
    facts_only = {one.name for one in move.guards if not one.reads & {"actor", "evidence"}}
    return any(one.refusal is not None and one.guard in facts_only for one in answers)
