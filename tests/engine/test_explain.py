"""What can be done, what cannot and why, and the shortest way out."""

from dataclasses import replace
from typing import Any

import pytest
from factories import (
    APPROVE,
    CANCEL,
    MOVES,
    REOPEN,
    ROSTER,
    SEND_BACK,
    SUBMIT,
    S,
    a_definition,
    a_guard,
    an_instance,
    some_facts,
    with_moves,
)
from pydantic import Field

from qa_workflow.engine.definition import Asks, Facts, ProcessDefinition
from qa_workflow.engine.explain import Option, WayOut, explain, rehearse, way_out
from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.errors import NotPermitted, TransitionRefused, UnknownTrigger
from qa_workflow.patterns.guards import reason_is_given

IN_REVIEW = an_instance(state="review")


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


# ------------------------------------------------------------------ the way out
def steps(
    definition: ProcessDefinition,
    instance: ProcessInstance | None = None,
    **more: Any,  # noqa: ANN401 - the fields of Facts
) -> tuple[WayOut, ...]:
    return way_out(definition, instance or an_instance(), some_facts(**more))


def test_the_way_out_is_the_fewest_steps_to_an_end() -> None:
    assert [(one.trigger, one.who) for one in steps(a_definition())] == [
        ("submit", ("auditor",)),
        ("approve", ("sm_sqa",)),
    ]


def test_the_way_out_takes_no_detour() -> None:
    shortcut = replace(SUBMIT, trigger="finish", dest=S.DONE)
    assert [one.trigger for one in steps(a_definition(transitions=(*MOVES, shortcut)))] == [
        "finish"
    ]


def test_an_exceptional_way_out_is_shown_only_where_there_is_no_other() -> None:
    definition = a_definition(transitions=(SUBMIT, SEND_BACK, CANCEL))
    assert [one.trigger for one in steps(definition)] == ["cancel"]


def test_where_there_is_no_way_out_none_is_shown() -> None:
    assert steps(a_definition(transitions=(SUBMIT, SEND_BACK))) == ()


@pytest.mark.parametrize("state", ["done", "cancelled"])
def test_what_has_ended_needs_no_way_out(state: str) -> None:
    definition = a_definition(transitions=(*MOVES, REOPEN))
    assert steps(definition, an_instance(state=state)) == ()


def test_the_first_step_needs_what_its_guards_miss() -> None:
    guard = a_guard(why="No child was seen.")
    (first, _) = steps(with_moves(replace(SUBMIT, guards=(guard,))))
    assert first.needs == ("No child was seen.",)


def test_a_later_step_is_not_judged_yet() -> None:
    (_, second) = steps(with_moves(replace(APPROVE, guards=(a_guard(),))))
    assert second.needs == ()


def test_a_guard_for_which_there_is_no_material_is_no_need() -> None:
    (first, _) = steps(guarded("evidence"))
    assert first.needs == ()


def test_a_step_needs_what_it_asks_for_by_title_or_name() -> None:
    (first, _) = steps(with_moves(replace(SUBMIT, asks=Finding)))
    assert first.needs == ("The grade", "words", "agrees")


def test_a_step_needs_a_reason_where_a_guard_demands_one() -> None:
    (first, _) = steps(with_moves(replace(SUBMIT, guards=(reason_is_given,))))
    assert first.needs == ("Reason",)


def test_the_way_out_begins_in_the_present_state() -> None:
    assert [one.trigger for one in steps(a_definition(), IN_REVIEW)] == ["approve"]
