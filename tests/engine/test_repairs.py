"""Repairs of the state: who may, which edge they stand for, two people where wanted, cancel and reopen."""

from dataclasses import replace
from datetime import date
from functools import partial

import pytest
from factories import (
    MOVES,
    ROSTER,
    SUBMIT,
    Run,
    S,
    a_definition,
    a_guard,
    a_person,
    a_roster,
    a_run,
    effects,
    with_moves,
)
from operators import an_order, last, refusal, repairs

from qa_workflow.engine import repairing_ends as ends
from qa_workflow.engine import repairs as engine
from qa_workflow.engine.definition import Step
from qa_workflow.engine.instance import Outcome, Signal
from qa_workflow.engine.people import Delegation, Roster
from qa_workflow.engine.repairs import REPAIRS, ROLES, roles_for
from qa_workflow.errors import NotPermitted

BY_TWO = a_definition(set_state_by_two=True)
# Without an end of that name, and without a way out of its own.
PLAIN = a_definition(
    transitions=tuple(one for one in MOVES if one.trigger != "cancel"), final=frozenset({S.DONE})
)


def to(state: str, trigger: str, run: Run) -> partial[Outcome]:
    return partial(engine.set_state, state=state, trigger=trigger, history=run.history)


# ------------------------------------------------------------------ who may
@pytest.mark.parametrize("verb", sorted(ROLES))
def test_the_service_manager_and_ad_people_may_repair(verb: str) -> None:
    run = a_run(a_definition(service_manager="send_manager"))
    run.roster = a_roster(*ROSTER.people.values(), a_person("max", "send_manager"))
    assert an_order(run, verb, by="max").role == "send_manager"
    assert an_order(run, verb, by="ada").role == "ad_people"


@pytest.mark.parametrize("verb", ["reschedule", "extend", "reopen"])
def test_dates_and_ends_are_not_for_the_quality_manager_of_another_service(verb: str) -> None:
    run = a_run(a_definition(service_manager="send_manager"))
    with pytest.raises(NotPermitted, match="send_manager or ad_people"):
        an_order(run, verb, by="sandy")


def test_the_administrator_may_only_try_again_and_count_again() -> None:
    run = a_run()
    run.roster = a_roster(*ROSTER.people.values(), a_person("quinn", "qa_admin"))
    able = set()
    for verb in ROLES:
        try:
            an_order(run, verb, by="quinn")
        except NotPermitted:
            continue
        able.add(verb)
    assert able == {"retry", "rederive"}


def test_who_holds_none_of_the_roles_is_told_who_does() -> None:
    with pytest.raises(
        NotPermitted, match="Aud may not cancel tiny:1: that is for sm_sqa or ad_people"
    ):
        an_order(a_run(), "cancel", by="aud")
    assert roles_for(a_definition(), "cancel") == ("sm_sqa", "ad_people")


def test_a_delegate_may_and_the_entry_says_for_whom() -> None:
    run = a_run(PLAIN)
    lent = Delegation(
        from_person="sandy", to_person="bea", role="sm_sqa",
        from_on=date(2025, 11, 1), until_on=date(2025, 11, 30),
    )  # fmt: skip
    run.roster = Roster(ROSTER.people, (lent,))
    repairs(run, "cancel", partial(ends.cancel, history=run.history), by="bea")
    assert (last(run)["actor"], last(run)["for"], last(run)["role"]) == ("bea", "sandy", "sm_sqa")


def test_every_verb_has_its_word_in_the_history() -> None:
    assert {f"repair_{verb.replace('-', '_')}" for verb in ROLES} == REPAIRS


# ------------------------------------------------------------------ set state
def test_a_state_is_set_as_the_move_would_have_and_the_entry_names_the_edge() -> None:
    run = a_run(with_moves(replace(SUBMIT, guards=(a_guard(),), effect=effects(data={"plan": 1}))))
    run.at("2025-11-05 10:00")
    repairs(run, "set-state", to("review", "submit", run))
    assert last(run) == {
        "action": "repair_set_state", "actor": "sandy", "role": "sm_sqa", "for": None, "reason": "Put right.",
        "data": {"edge": {"trigger": "submit", "from": "draft", "to": "review"}}, "from": "draft", "to": "review",
    }  # fmt: skip
    assert run.instance.data == {}  # no effect ran, and no guard was asked
    assert run.instance.owner_role == "sm_sqa"
    assert run.armed == [("approve_by", "R2", "2025-11-10")]
    assert run.instance.version == 2


def test_a_state_is_set_from_anywhere_and_the_edge_it_replaces_is_named() -> None:
    run = a_run()
    run.at("2025-11-05 10:00")
    repairs(run, "set-state", to("done", "approve", run))
    assert last(run)["data"]["edge"] == {"trigger": "approve", "from": "review", "to": "done"}
    assert run.instance.closed_at == run.now
    assert run.armed == []


def test_of_a_move_from_several_states_the_edge_from_here_is_named() -> None:
    run = a_run()
    run.fire("submit", by="aud")
    repairs(run, "set-state", to("cancelled", "cancel", run))
    assert last(run)["data"]["edge"]["from"] == "review"


@pytest.mark.parametrize(
    ("state", "trigger", "guard", "says"),
    [
        ("draft", "send_back", "is_elsewhere", "in draft already"),
        ("review", "approve", "names_an_edge", "These do: submit"),
        ("review", "nothing", "names_an_edge", "No move nothing of tiny leads to review"),
    ],
)
def test_a_state_is_not_set_without_an_edge(
    state: str, trigger: str, guard: str, says: str
) -> None:
    run = a_run()
    found = refusal(run, "set-state", to(state, trigger, run))
    assert (found[0], says in found[1]) == (guard, True)


def test_what_has_ended_is_reopened_and_not_set() -> None:
    run = a_run()
    run.fire("cancel", by="sandy")
    guard, why = refusal(run, "set-state", to("draft", "send_back", run))
    assert guard == "is_open"
    assert why.endswith("qa-workflow repair reopen tiny:1 --as YOUR_ID --reason WHY")


def test_a_state_that_the_definition_no_longer_has_can_be_left_by_hand() -> None:
    run = a_run()
    run.instance = replace(run.instance, state="elsewhere")
    repairs(run, "set-state", to("review", "submit", run))
    assert last(run)["data"]["edge"]["from"] == "draft"


def a_signal(_step: Step) -> tuple[Signal, ...]:
    return (Signal("all_done"),)


def test_who_hears_of_every_end_hears_of_one_set_by_hand_but_not_of_another_state() -> None:
    run = a_run(a_definition(tells_at_end=a_signal))
    assert repairs(run, "set-state", to("review", "submit", run)).signals == ()
    assert repairs(run, "set-state", to("done", "approve", run)).signals == (Signal("all_done"),)


# ------------------------------------------------------------------ two people
@pytest.fixture
def proposed() -> Run:
    """Give a run of a process that wants two, where sandy has proposed `review` on Monday 3 November 2025."""
    run = a_run(BY_TWO)
    repairs(run, "set-state", to("review", "submit", run))
    return run


def test_the_first_of_two_only_proposes(proposed: Run) -> None:
    assert last(proposed)["action"] == "propose_set_state"
    assert (proposed.instance.state, proposed.instance.version) == ("draft", 1)


def test_the_second_of_two_does_it(proposed: Run) -> None:
    repairs(
        proposed.at("2025-11-04 09:00"), "set-state", to("review", "submit", proposed), by="ada"
    )
    assert proposed.instance.state == "review"
    assert last(proposed)["data"]["proposed_by"] == "sandy"


def test_the_same_person_is_not_the_second(proposed: Run) -> None:
    guard, why = refusal(proposed, "set-state", to("review", "submit", proposed))
    assert guard == "another_person_confirms"
    assert "Sandy has proposed this already" in why


def test_a_delegate_of_the_first_is_not_the_second(proposed: Run) -> None:
    lent = Delegation(
        from_person="sandy", to_person="bea", role="sm_sqa",
        from_on=date(2025, 11, 1), until_on=date(2025, 11, 30),
    )  # fmt: skip
    proposed.roster = Roster(ROSTER.people, (lent,))
    assert refusal(proposed, "set-state", to("review", "submit", proposed), by="bea")[0] == (
        "another_person_confirms"
    )


def test_whom_a_delegate_has_proposed_for_is_not_the_second() -> None:
    run = a_run(BY_TWO)
    lent = Delegation(
        from_person="sandy", to_person="bea", role="sm_sqa",
        from_on=date(2025, 11, 1), until_on=date(2025, 11, 30),
    )  # fmt: skip
    run.roster = Roster(ROSTER.people, (lent,))
    repairs(run, "set-state", to("review", "submit", run), by="bea")
    guard, _ = refusal(run, "set-state", to("review", "submit", run), by="sandy")
    assert guard == "another_person_confirms"


def test_a_proposal_outlives_a_refused_attempt(proposed: Run) -> None:
    refusal(proposed, "set-state", to("review", "submit", proposed))
    repairs(proposed, "set-state", to("review", "submit", proposed), by="ada")
    assert proposed.instance.state == "review"


@pytest.mark.parametrize(
    ("at", "state"), [("2025-11-10 23:59", "review"), ("2025-11-11 00:01", "draft")]
)
def test_a_proposal_stands_for_five_working_days(at: str, state: str) -> None:
    run = a_run(replace(BY_TWO, deadlines=()))
    repairs(run, "set-state", to("review", "submit", run))
    repairs(run.at(at), "set-state", to("review", "submit", run), by="ada")
    assert run.instance.state == state


def test_a_proposal_falls_when_anything_happens(proposed: Run) -> None:
    proposed.fire("remark", by="aud")
    repairs(proposed, "set-state", to("review", "submit", proposed), by="ada")
    assert (proposed.instance.state, last(proposed)["action"]) == ("draft", "propose_set_state")


def test_another_state_than_the_proposed_is_a_proposal_of_its_own(proposed: Run) -> None:
    repairs(proposed, "set-state", to("done", "approve", proposed), by="ada")
    assert (proposed.instance.state, last(proposed)["action"]) == ("draft", "propose_set_state")
    assert last(proposed)["data"]["lapsed"] == {
        "by": "sandy", "state": "review", "trigger": "submit",
    }  # fmt: skip


def test_what_no_longer_stood_does_not_lapse_again(proposed: Run) -> None:
    proposed.fire("remark", by="aud")
    repairs(proposed, "set-state", to("done", "approve", proposed), by="ada")
    assert "lapsed" not in last(proposed)["data"]
