"""Every kind of fault is named, and a process without faults can always come to its end."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from enum import StrEnum, auto
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_workflow.engine.checks import problems
from qa_workflow.engine.definition import (
    Asks,
    Deadline,
    Effects,
    EscalationLevel,
    Facts,
    Guard,
    InstanceDue,
    Ladder,
    OnDate,
    ProcessDefinition,
    Reassignment,
    Step,
    Transition,
    Within,
)
from qa_workflow.engine.instance import Json, ProcessInstance
from qa_workflow.engine.machine import next_move
from qa_workflow.engine.people import Roster
from qa_workflow.errors import TransitionRefused
from qa_workflow.patterns.ladders import NUDGE, STANDARD, STATUTORY
from qa_workflow.processes import all_processes

DIRECTOR = EscalationLevel("L3", 20, ("director",))


class Stage(StrEnum):
    """Three states are enough for most faults."""

    DRAFT = auto()
    REVIEW = auto()
    DONE = auto()


class OtherAsks(Asks):
    """Another form."""


SUBMIT = Transition("submit", Stage.DRAFT, Stage.REVIEW, role="auditor")
APPROVE = Transition("approve", Stage.REVIEW, Stage.DONE, role="sm_sqa")
WITHDRAW = Transition("withdraw", Stage.REVIEW, Stage.DONE, role="sm_sqa", exceptional=True)
SUBMIT_BY = Deadline(name="submit_by", state=Stage.DRAFT, due=Within(5), ladder=STANDARD)
APPROVE_BY = Deadline(name="approve_by", state=Stage.REVIEW, due=Within(5), ladder=STANDARD)


def a_definition(**changes: Any) -> ProcessDefinition:  # noqa: ANN401 - the fields of a definition
    faultless = ProcessDefinition(
        name="small_process",
        title="A small process",
        version=1,
        states=Stage,
        initial=Stage.DRAFT,
        final=frozenset({Stage.DONE}),
        transitions=(SUBMIT, APPROVE),
        deadlines=(SUBMIT_BY, APPROVE_BY),
    )
    return replace(faultless, **changes)


def with_moves(*moves: Transition) -> ProcessDefinition:
    return a_definition(transitions=(SUBMIT, APPROVE, *moves))


def with_deadlines(*deadlines: Deadline, **changes: Any) -> ProcessDefinition:  # noqa: ANN401 - the fields
    return a_definition(deadlines=(SUBMIT_BY, APPROVE_BY, *deadlines), **changes)


def with_ladder(*levels: EscalationLevel) -> ProcessDefinition:
    return with_deadlines(replace(SUBMIT_BY, name="extra", ladder=Ladder("odd", levels)))


def with_reassignment(**changes: Any) -> ProcessDefinition:  # noqa: ANN401 - the fields
    terms = Reassignment(key="auditor", states=frozenset({Stage.DRAFT}), asks=Asks)
    return a_definition(reassignment=replace(terms, **changes))


def nothing_more(_step: Step) -> Effects:
    return Effects()


def always(_facts: Facts, _evidence: Any) -> bool:  # noqa: ANN401 - any form
    return True


def never(_facts: Facts, _evidence: Any) -> bool:  # noqa: ANN401 - any form
    return False


def only(definition: ProcessDefinition) -> str:
    (fault,) = problems(definition)
    return fault


# ------------------------------------------------------------------ what has no faults
def test_the_small_process_of_these_tests_is_faultless() -> None:
    assert problems(a_definition()) == ()


@pytest.mark.parametrize("name", sorted(all_processes()))
def test_every_shipped_process_is_faultless(name: str) -> None:
    processes = all_processes()
    assert problems(processes[name], known_processes=frozenset(processes)) == ()


# ------------------------------------------------------------------ names
@pytest.mark.parametrize("name", ["SmallProcess", "small-process", "small__process", "1st", ""])
def test_a_process_name_that_is_not_snake_case_is_a_fault(name: str) -> None:
    assert f"process {name!r} is not snake_case" in only(a_definition(name=name))


def test_a_trigger_name_that_is_not_snake_case_is_a_fault() -> None:
    moves = (replace(SUBMIT, trigger="Submit it"), APPROVE)
    assert "trigger 'Submit it' is not snake_case" in only(a_definition(transitions=moves))


def test_a_deadline_name_that_is_not_snake_case_is_a_fault() -> None:
    deadlines = (replace(SUBMIT_BY, name="submitBy"), APPROVE_BY)
    assert "deadline 'submitBy' is not snake_case" in only(a_definition(deadlines=deadlines))


def test_a_relation_name_that_is_not_snake_case_is_a_fault() -> None:
    relations = {"The Owner": lambda _instance, _facts: ()}
    assert "relation 'The Owner' is not snake_case" in only(a_definition(relations=relations))


def test_a_state_called_otherwise_than_its_name_is_a_fault() -> None:
    class Odd(StrEnum):
        DRAFT = auto()
        REVIEW = auto()
        DONE = auto()
        FINISHED = "done"

    fault = only(a_definition(states=Odd))
    assert fault.startswith("State FINISHED has the value 'done'")
    assert "called 'finished'" in fault


def test_a_state_name_that_is_not_snake_case_is_a_fault() -> None:
    class Odd(StrEnum):
        DRAFT = auto()
        RE__VIEW = auto()
        DONE = auto()

    moves = (replace(SUBMIT, dest=Odd.RE__VIEW), replace(APPROVE, source=Odd.RE__VIEW))
    deadlines = (SUBMIT_BY, replace(APPROVE_BY, state=Odd.RE__VIEW))
    fault = only(a_definition(states=Odd, transitions=moves, deadlines=deadlines))
    assert "state 're__view' is not snake_case" in fault


def test_two_deadlines_of_one_name_are_a_fault() -> None:
    twins = (SUBMIT_BY, replace(APPROVE_BY, name="submit_by"))
    assert only(a_definition(deadlines=twins)).startswith("2 deadlines are called submit_by")


def test_a_deadline_called_like_the_own_date_is_a_fault() -> None:
    deadlines = (replace(SUBMIT_BY, name="due"), APPROVE_BY)
    assert "A deadline is called 'due'" in only(a_definition(deadlines=deadlines))


# ------------------------------------------------------------------ states and moves
def test_an_initial_state_that_is_no_state_is_a_fault() -> None:
    assert only(a_definition(initial="begun", owner_role="sm_sqa")).startswith(
        "The initial state begun is not a state"
    )


def test_an_initial_state_that_is_final_is_a_fault() -> None:
    final = frozenset({Stage.DRAFT, Stage.DONE})
    definition = a_definition(
        final=final, deadlines=(APPROVE_BY,), transitions=(replace(SUBMIT, reopens=True), APPROVE)
    )
    assert only(definition).startswith("The initial state draft is final")


def test_a_final_state_that_is_no_state_is_a_fault() -> None:
    fault = only(a_definition(final=frozenset({Stage.DONE, "finished"})))
    assert fault.startswith("The final state finished is not a state")


def test_a_process_that_never_ends_is_a_fault() -> None:
    back = Transition("return", Stage.DONE, Stage.DRAFT, role="auditor")
    deadline = replace(SUBMIT_BY, name="return_by", state=Stage.DONE)
    definition = replace(with_moves(back), final=frozenset(), deadlines=(SUBMIT_BY, APPROVE_BY, deadline))  # fmt: skip
    assert problems(definition)[0].startswith("The process has no final state")


def test_a_move_from_an_unknown_state_is_a_fault() -> None:
    move = Transition("return", ("started", Stage.REVIEW), Stage.DRAFT, role="sm_sqa")
    assert only(with_moves(move)).startswith("Trigger return starts from started, which is not a")


def test_a_move_to_an_unknown_state_is_a_fault() -> None:
    fault = only(with_moves(Transition("send", Stage.DRAFT, "sent", role="auditor")))
    assert fault.startswith("Trigger send (from draft) leads to sent, which is not a state")
    assert "draft, review, done" in fault


def test_waiting_for_children_in_an_unknown_state_is_a_fault() -> None:
    fault = only(a_definition(waits_for_children_in=frozenset({"waiting"})))
    assert fault.startswith("waits_for_children_in names waiting, which is not a state")


def test_a_state_that_cannot_be_reached_is_a_fault() -> None:
    moves = (replace(SUBMIT, dest=Stage.DONE), APPROVE)
    assert only(a_definition(transitions=moves)).startswith(
        "State review cannot be reached from draft"
    )


def test_a_state_that_leads_to_no_end_is_a_fault() -> None:
    class Odd(StrEnum):
        DRAFT = auto()
        REVIEW = auto()
        LIMBO = auto()
        DONE = auto()

    moves = (
        SUBMIT, APPROVE, Transition("lose", Stage.REVIEW, Odd.LIMBO, role="sm_sqa"),
        Transition("look", Odd.LIMBO, None, role="sm_sqa"),
        Transition("shake", Odd.LIMBO, Odd.LIMBO, role="sm_sqa"),
    )  # fmt: skip
    deadlines = (SUBMIT_BY, APPROVE_BY, replace(SUBMIT_BY, name="find_by", state=Odd.LIMBO))
    faults = problems(a_definition(states=Odd, transitions=moves, deadlines=deadlines))
    assert any(fault.startswith("State limbo is a trap") for fault in faults)


def test_a_final_state_that_can_be_left_is_a_fault() -> None:
    move = Transition("resume", Stage.DONE, Stage.REVIEW, role="sm_sqa")
    assert only(with_moves(move)).startswith("Final state done can be left by resume")


def test_a_final_state_may_be_reopened_and_may_be_remarked_upon() -> None:
    again = Transition("reopen", Stage.DONE, Stage.REVIEW, role="sm_sqa", reopens=True)
    remark = Transition("remark", Stage.DONE, None, role="sm_sqa")
    assert problems(with_moves(again, remark)) == ()


def test_an_open_state_without_any_move_is_a_fault() -> None:
    moves = (SUBMIT, Transition("skip", Stage.DRAFT, Stage.DONE, role="auditor"))
    faults = problems(a_definition(transitions=moves, owner_role="sm_sqa"))
    assert len(faults) == 1
    assert faults[0].startswith("State review is not final and no transition leaves it")


def test_a_state_that_can_only_be_given_up_is_a_fault() -> None:
    definition = a_definition(transitions=(SUBMIT, replace(APPROVE, exceptional=True)))
    assert only(definition).startswith("State review has no ordinary way on")


@pytest.mark.parametrize("choices", [(None, None), (always, None), (None, never), (always, always)])
def test_two_moves_of_one_trigger_that_nothing_tells_apart_are_a_fault(
    choices: tuple[Callable[[Facts, Any], bool] | None, ...],
) -> None:
    first, second = choices
    moves = (
        replace(APPROVE, chosen=first),
        replace(APPROVE, dest=Stage.DRAFT, chosen=second),
    )
    fault = only(a_definition(transitions=(SUBMIT, *moves)))
    assert fault.startswith(
        "Trigger approve has 2 transitions from review that nothing tells apart"
    )


def test_two_moves_of_one_trigger_may_be_chosen_between() -> None:
    moves = (replace(APPROVE, chosen=always), replace(APPROVE, dest=Stage.DRAFT, chosen=never))
    assert problems(a_definition(transitions=(SUBMIT, *moves))) == ()


def test_a_trigger_that_asks_for_two_different_things_is_a_fault() -> None:
    early = Transition("approve", Stage.DRAFT, Stage.DONE, role="sm_sqa", asks=OtherAsks)
    assert only(with_moves(early)).startswith(
        "Trigger approve asks for different things (Asks, OtherAsks)"
    )


# ------------------------------------------------------------------ who acts, who owns
def test_an_unknown_role_is_a_fault() -> None:
    fault = only(a_definition(transitions=(SUBMIT, replace(APPROVE, role="the_boss"))))
    assert fault.startswith(
        "Trigger approve (from review) is for the_boss, which is neither a role"
    )


def test_a_relation_of_the_process_stands_for_a_role() -> None:
    moves = (SUBMIT, replace(APPROVE, role="the_boss"))
    relations = {"the_boss": lambda _instance, _facts: ("p1",)}
    assert problems(a_definition(transitions=moves, relations=relations)) == ()


def test_a_move_for_nobody_is_a_fault() -> None:
    faults = problems(a_definition(transitions=(SUBMIT, replace(APPROVE, role=()))))
    assert "Trigger approve (from review) is for nobody: name a role." in faults


@pytest.mark.parametrize("field", ["service_manager", "owner_role"])
def test_a_manager_or_owner_who_is_no_role_is_a_fault(field: str) -> None:
    assert only(a_definition(**{field: "owner"})).startswith(
        f"{field} is owner, which is not a role"
    )


def test_reassignment_in_an_unknown_state_is_a_fault() -> None:
    fault = only(with_reassignment(states=frozenset({"drafted"})))
    assert fault.startswith("Reassignment is allowed in drafted, which is not a state")


def test_reassignment_in_a_final_state_is_a_fault() -> None:
    fault = only(with_reassignment(states=frozenset({Stage.DONE})))
    assert fault.startswith("Reassignment is allowed in done, which is final")


@pytest.mark.parametrize("role", ["the_boss", "system"])
def test_reassignment_by_an_unknown_role_is_a_fault(role: str) -> None:
    assert f"Reassignment is decided by {role}" in only(with_reassignment(roles=(role,)))


def test_reassignment_by_nobody_is_a_fault() -> None:
    assert only(with_reassignment(roles=())).startswith("Reassignment is decided by nobody")


def test_a_first_state_that_only_the_system_leaves_has_no_owner() -> None:
    opens = Deadline(name="opens", state=Stage.DRAFT, due=OnDate("opens_on"), on_expiry="submit")
    moves = (replace(SUBMIT, role="system"), APPROVE)
    definition = a_definition(transitions=moves, deadlines=(opens, APPROVE_BY))
    assert only(definition).startswith("State draft has no owner")
    assert problems(replace(definition, owner_role="sm_sqa")) == ()


def test_the_lack_of_an_owner_travels_on_until_somebody_owns() -> None:
    moves = (
        replace(SUBMIT, role="system", effect=nothing_more),
        replace(APPROVE, role="system"),
    )
    definition = a_definition(transitions=moves, waits_for_children_in=frozenset(Stage))
    assert [fault.split(":")[0] for fault in problems(definition)] == [
        "State draft has no owner",
        "State review has no owner",
    ]


def test_a_state_whose_first_owner_is_the_system_has_no_owner() -> None:
    moves = (SUBMIT, replace(APPROVE, role=("system", "sm_sqa")))
    assert only(a_definition(transitions=moves)).startswith("State review has no owner")


def test_a_state_that_only_the_system_leaves_and_nothing_moves_is_a_fault() -> None:
    fault = only(a_definition(transitions=(SUBMIT, replace(APPROVE, role="system"))))
    assert fault.startswith("Only the system can leave state review (by approve), and nothing")


@pytest.mark.parametrize(
    "changes",
    [
        {"waits_for_children_in": frozenset({Stage.REVIEW})},
        {"deadlines": (SUBMIT_BY, replace(APPROVE_BY, ladder=None, on_expiry="approve"))},
        {"transitions": (replace(SUBMIT, effect=nothing_more), replace(APPROVE, role="system"))},
        {
            "transitions": (
                SUBMIT,
                replace(APPROVE, role="system"),
                Transition("answer", Stage.REVIEW, None, role="sm_sqa", effect=nothing_more),
            )
        },
    ],
    ids=["children answer", "time moves it", "entering asks for it", "a person's move asks for it"],
)
def test_a_state_that_only_the_system_leaves_is_fine_when_something_moves_it(
    changes: dict[str, Any],
) -> None:
    left_to_the_system = a_definition(transitions=(SUBMIT, replace(APPROVE, role="system")))
    assert problems(replace(left_to_the_system, **changes)) == ()


def test_a_reason_code_for_a_guard_that_is_not_asked_is_a_fault() -> None:
    move = replace(APPROVE, if_refused={"is_fresh": "record_unavailable"})
    fault = only(a_definition(transitions=(SUBMIT, move)))
    assert "says what happens if is_fresh refuses, which is no guard of it" in fault


def test_an_unknown_reason_code_is_a_fault() -> None:
    fresh = Guard("is_fresh", lambda _facts, _evidence: None, frozenset({"facts"}))
    move = replace(APPROVE, guards=(fresh,), if_refused={"is_fresh": "too_old"})
    fault = only(a_definition(transitions=(SUBMIT, move, WITHDRAW)))
    assert "blocks with too_old if is_fresh refuses, which is no reason code" in fault


# ------------------------------------------------------------------ a way out that no facts can close
def claims(name: str, *reads: str) -> Guard:
    return Guard(name, lambda _facts, _evidence: None, frozenset({"facts", *reads}))


IS_FRESH = claims("is_fresh")
IS_COMPLETE = claims("is_complete")
REASON_IS_GIVEN = claims("reason_is_given", "evidence")
IS_BY_ANOTHER = claims("is_by_another", "actor")


def approved_under(*guards: Guard, beside: tuple[Transition, ...] = ()) -> ProcessDefinition:
    return a_definition(transitions=(SUBMIT, replace(APPROVE, guards=guards), *beside))


def test_a_state_that_facts_alone_can_close_is_a_fault() -> None:
    fault = only(approved_under(IS_FRESH, REASON_IS_GIVEN, IS_COMPLETE))
    assert fault.startswith("State review is a dead end while facts refuse every way out of it")
    assert "(approve; guards is_complete, is_fresh)" in fault
    assert "add a move that a person can always make, such as withdraw with a reason" in fault


def test_a_second_way_that_facts_can_close_too_does_not_help() -> None:
    other = replace(WITHDRAW, guards=(IS_COMPLETE,))
    fault = only(approved_under(IS_FRESH, beside=(other,)))
    assert "(approve, withdraw; guards is_complete, is_fresh)" in fault


@pytest.mark.parametrize("guards", [(), (REASON_IS_GIVEN,), (IS_BY_ANOTHER, REASON_IS_GIVEN)])
def test_what_another_person_or_another_answer_satisfies_closes_nothing(
    guards: tuple[Guard, ...],
) -> None:
    assert problems(approved_under(*guards)) == ()
    assert problems(approved_under(IS_FRESH, beside=(replace(WITHDRAW, guards=guards),))) == ()


@pytest.mark.parametrize("dest", [None, Stage.REVIEW])
def test_a_move_that_stays_is_no_way_out(dest: str | None) -> None:
    remind = Transition("remind", Stage.REVIEW, dest, role="sm_sqa")
    fault = only(approved_under(IS_FRESH, beside=(remind,)))
    assert (
        "is a dead end while facts refuse every way out of it (approve; guards is_fresh)" in fault
    )


def test_an_exceptional_move_of_the_system_is_no_way_out() -> None:
    superseded = replace(WITHDRAW, role="system")
    assert "is a dead end" in only(approved_under(IS_FRESH, beside=(superseded,)))


def test_a_move_that_time_makes_is_a_way_out() -> None:
    lapse = Transition("lapse", Stage.REVIEW, Stage.DONE)
    expiry = Deadline(name="lapses", state=Stage.REVIEW, due=Within(5), on_expiry="lapse")
    definition = approved_under(IS_FRESH, beside=(lapse,))
    assert problems(replace(definition, deadlines=(*definition.deadlines, expiry))) == ()


def test_what_facts_may_choose_counts_only_if_every_choice_leads_out() -> None:
    one = replace(APPROVE, guards=(IS_FRESH,), chosen=always)
    other = replace(APPROVE, chosen=never)
    assert "is a dead end" in only(a_definition(transitions=(SUBMIT, one, other)))
    assert problems(a_definition(transitions=(SUBMIT, replace(one, guards=()), other))) == ()
    stays = replace(APPROVE, dest=None, chosen=always)
    closed = Transition("close", Stage.REVIEW, Stage.DONE, (IS_FRESH,), "sm_sqa")
    assert "is a dead end" in only(a_definition(transitions=(SUBMIT, stays, other, closed)))


@pytest.mark.parametrize(
    ("process", "state"),
    [("case_audit_round", "sampling"), ("provider_audit", "actions_open")],
)
def test_a_shipped_process_that_loses_its_ways_out_is_caught(process: str, state: str) -> None:
    whole = all_processes()[process]
    moves = tuple(
        move
        for move in whole.transitions
        if not move.exceptional or any(guard.reads == {"facts"} for guard in move.guards)
    )
    faults = problems(replace(whole, transitions=moves))
    assert any(fault.startswith(f"State {state} is a dead end") for fault in faults)


# ------------------------------------------------------------------ four eyes
def test_staying_apart_from_an_unknown_trigger_is_a_fault() -> None:
    two = replace(IS_BY_ANOTHER, apart_from=("submit", "sbmit"))
    fault = only(approved_under(two))
    assert fault == (
        "Trigger approve (from review) asks by is_by_another for another person than who pulled sbmit, "
        "which is no trigger: name one of submit, approve."
    )


def test_a_reassignment_that_stays_apart_from_an_unknown_trigger_is_a_fault() -> None:
    two = replace(IS_BY_ANOTHER, apart_from=("sbmit",))
    assert only(with_reassignment(guards=(two,))).startswith("Reassignment asks by is_by_another")


# ------------------------------------------------------------------ deadlines
def test_a_state_without_a_deadline_is_a_fault() -> None:
    assert only(a_definition(deadlines=(SUBMIT_BY,))).startswith("State review has no deadline")


def test_the_own_date_watches_a_state_without_a_deadline() -> None:
    assert problems(a_definition(deadlines=(SUBMIT_BY,), due_ladder=STANDARD)) == ()


def met_in_review(_definition: ProcessDefinition, state: str, _data: Json) -> bool:
    return state != Stage.DRAFT


def met_by_priority(_definition: ProcessDefinition, _state: str, data: Json) -> bool:
    return bool(data["priority"] == "high")


@pytest.mark.parametrize(
    "deadlines",
    [
        (SUBMIT_BY,),
        (SUBMIT_BY, Deadline(name="approve_by", state=Stage.REVIEW, due=InstanceDue())),
    ],
)
def test_an_own_date_that_is_already_met_watches_nothing(deadlines: tuple[Deadline, ...]) -> None:
    definition = a_definition(deadlines=deadlines, due_ladder=STANDARD, due_met=met_in_review)
    assert only(definition).startswith("State review is watched by the instance's own date only")


def test_whether_the_own_date_is_met_may_depend_on_data_that_is_not_here() -> None:
    definition = a_definition(deadlines=(), due_ladder=STANDARD, due_met=met_by_priority)
    assert problems(definition) == ()


def test_an_own_date_that_only_reminds_watches_nothing() -> None:
    definition = a_definition(deadlines=(SUBMIT_BY,), due_ladder=NUDGE)
    assert only(definition).startswith("State review is watched by the instance's own date only")


def test_a_state_watched_by_reminders_only_is_a_fault() -> None:
    reminded = replace(APPROVE_BY, ladder=NUDGE)
    fault = only(a_definition(deadlines=(SUBMIT_BY, reminded)))
    assert fault.startswith("State review is watched by reminders only (approve_by)")


def test_a_reminder_beside_a_deadline_is_welcome() -> None:
    assert problems(with_deadlines(replace(APPROVE_BY, name="soon", ladder=NUDGE))) == ()


def test_a_deadline_for_an_unknown_state_is_a_fault() -> None:
    fault = only(with_deadlines(Deadline(name="send_by", state="sent", due=Within(1), ladder=STANDARD)))  # fmt: skip
    assert fault.startswith("Deadline send_by is for sent, which is not a state")


def test_an_expiry_in_an_unknown_state_is_told_once() -> None:
    fault = only(with_deadlines(Deadline(name="send_by", state="sent", due=Within(1), on_expiry="approve")))  # fmt: skip
    assert fault.startswith("Deadline send_by is for sent, which is not a state")


def test_a_deadline_for_a_final_state_is_a_fault() -> None:
    fault = only(with_deadlines(replace(APPROVE_BY, name="file_by", state=Stage.DONE)))
    assert fault.startswith("Deadline file_by is for done, which is final")


def test_a_deadline_that_nobody_hears_of_is_a_fault() -> None:
    fault = only(a_definition(deadlines=(SUBMIT_BY, replace(APPROVE_BY, ladder=None))))
    assert fault.startswith("Nobody hears of deadline approve_by")


@pytest.mark.parametrize("days", [0, -5])
def test_a_deadline_that_leaves_no_time_is_a_fault(days: int) -> None:
    fault = only(a_definition(deadlines=(SUBMIT_BY, replace(APPROVE_BY, due=Within(days)))))
    assert fault.startswith(f"Deadline approve_by allows {days} working days")


@pytest.mark.parametrize(
    "deadline",
    [
        replace(APPROVE_BY, name="extra", due=InstanceDue(), ladder=None),
        replace(APPROVE_BY, name="extra", capped=True),
        replace(APPROVE_BY, name="extra", due=OnDate("meeting_on", else_own_date=True)),
    ],
)
def test_a_deadline_that_relies_on_an_unwatched_own_date_is_a_fault(deadline: Deadline) -> None:
    assert only(with_deadlines(deadline)).startswith(
        "Deadline extra relies on the instance's own date"
    )
    assert problems(with_deadlines(deadline, due_ladder=STANDARD)) == ()


def test_another_ladder_on_the_own_date_is_a_fault() -> None:
    second = replace(APPROVE_BY, name="extra", due=InstanceDue(), ladder=STATUTORY)
    assert "its own ladder would never be climbed" in only(
        with_deadlines(second, due_ladder=STANDARD)
    )


def test_an_expiry_with_a_ladder_is_a_fault() -> None:
    both = replace(APPROVE_BY, on_expiry="approve")
    moves = (SUBMIT, replace(APPROVE, role=("sm_sqa", "system")))
    fault = only(a_definition(transitions=moves, deadlines=(SUBMIT_BY, both)))
    assert fault.startswith("Deadline approve_by has both on_expiry and a ladder")


def test_an_expiry_that_is_capped_is_a_fault() -> None:
    capped = replace(APPROVE_BY, on_expiry="approve", ladder=None, capped=True)
    moves = (SUBMIT, replace(APPROVE, role=("sm_sqa", "system")))
    definition = a_definition(transitions=moves, deadlines=(SUBMIT_BY, capped), due_ladder=STANDARD)
    assert only(definition).startswith("Deadline approve_by is capped, but a cap never shortens")


@pytest.mark.parametrize(
    ("trigger", "why"),
    [
        ("submit", "which is not offered in review"),
        ("approve", "which is no move of the system in review"),
        ("remind", "which does not leave review"),
    ],
)
def test_an_expiry_that_pulls_the_wrong_trigger_is_a_fault(trigger: str, why: str) -> None:
    remind = Transition("remind", Stage.REVIEW, None)
    expiry = Deadline(name="expires", state=Stage.REVIEW, due=Within(5), on_expiry=trigger)
    definition = replace(with_moves(remind), deadlines=(SUBMIT_BY, APPROVE_BY, expiry))
    assert only(definition).startswith(f"Deadline expires pulls {trigger} when it expires, {why}")


# ------------------------------------------------------------------ ladders
def test_a_ladder_without_levels_is_a_fault() -> None:
    assert only(with_ladder()) == "Ladder odd has no levels: add whom it tells, and when."


def test_a_ladder_whose_levels_come_no_later_is_a_fault() -> None:
    fault = only(with_ladder(EscalationLevel("L0", 1, ("owner",)), EscalationLevel("L1", 5, ("owner",)), EscalationLevel("L2", 5, ("director",))))  # fmt: skip
    assert fault.startswith("Ladder odd does not climb: L2 comes no later than L1")


@pytest.mark.parametrize("later", ["L1", "R1"])
def test_a_ladder_whose_names_are_out_of_order_is_a_fault(later: str) -> None:
    fault = only(with_ladder(EscalationLevel("L2", 1, ("owner",)), EscalationLevel(later, 5, ("director",))))  # fmt: skip
    assert fault.startswith(f"Ladder odd names {later} after L2")


def test_a_ladder_with_one_name_twice_is_a_fault() -> None:
    fault = only(with_ladder(EscalationLevel("R1", -5, ("owner",)), EscalationLevel("R1", -2, ("owner",)), DIRECTOR))  # fmt: skip
    assert fault.startswith("Ladder odd has 2 levels called R1")


@pytest.mark.parametrize("name", ["L9", "first", "R"])
def test_a_level_of_an_unknown_name_is_a_fault(name: str) -> None:
    fault = only(with_ladder(EscalationLevel(name, 1, ("owner",)), DIRECTOR))
    assert fault.startswith(f"Ladder odd has a level {name}")


@pytest.mark.parametrize("after", [None, 0, -2])
def test_a_level_before_anything_is_late_is_a_fault(after: int | None) -> None:
    fault = only(with_ladder(EscalationLevel("L0", after, ("owner",)), DIRECTOR))
    assert fault.startswith("Level L0 of ladder odd comes before anything is late")


@pytest.mark.parametrize("told", ["owner", "line_manager", "service_manager"])
def test_a_ladder_that_does_not_end_in_a_named_role_is_a_fault(told: str) -> None:
    fault = only(with_ladder(EscalationLevel("L0", 1, (told,))))
    assert fault.startswith("Ladder odd does not end in a named role: its last level L0 tells")


def test_a_ladder_that_tells_an_unknown_audience_is_a_fault() -> None:
    fault = only(with_ladder(EscalationLevel("L0", 1, ("the_boss",)), DIRECTOR))
    assert fault.startswith("Level L0 of ladder odd tells the_boss, which is nobody")


def test_a_level_that_tells_nobody_is_a_fault() -> None:
    fault = only(with_ladder(EscalationLevel("L0", 1, ()), DIRECTOR))
    assert fault == "Level L0 of ladder odd tells nobody: name a role."


def test_a_fault_of_a_ladder_used_twice_is_told_once() -> None:
    odd = Ladder("odd", (EscalationLevel("L0", 1, ("owner",)),))
    deadlines = (replace(SUBMIT_BY, ladder=odd), replace(APPROVE_BY, ladder=odd))
    assert "Ladder odd does not end" in only(a_definition(deadlines=deadlines, due_ladder=odd))


# ------------------------------------------------------------------ other processes
def test_a_process_started_by_no_process_is_a_fault() -> None:
    known = frozenset({"small_process", "large_process"})
    definition = a_definition(started_by="lage_process")
    (fault,) = problems(definition, known_processes=known)
    assert fault.startswith("The process is started by lage_process, which is no process")
    assert problems(definition) == ()


@pytest.mark.parametrize("starter", [None, "person", "large_process"])
def test_a_process_may_be_started_by_another_a_person_or_the_calendar(starter: str | None) -> None:
    known = frozenset({"small_process", "large_process"})
    assert problems(a_definition(started_by=starter), known_processes=known) == ()


# ------------------------------------------------------------------ all at once, and on the real ones
def test_every_fault_is_told_at_once() -> None:
    definition = a_definition(
        name="Small",
        service_manager="nobody",
        transitions=(SUBMIT, replace(APPROVE, role="the_boss")),
        deadlines=(replace(SUBMIT_BY, due=Within(0)),),
    )
    assert len(problems(definition)) == 5


@pytest.mark.parametrize(
    ("process", "deadline", "fault"),
    [
        ("case_audit_round", "opens", "Only the system can leave state scheduled (by open)"),
        ("case_audit_round", "report_by", "State reporting is watched by the instance's own date"),
        ("case_audit_round", "sign_off_by", "State governance_review is watched by the instance's"),
        (
            "immediate_concern",
            "make_safe_by",
            "State acknowledged is watched by the instance's own",
        ),
    ],
)
def test_a_shipped_process_that_loses_a_deadline_is_caught(
    process: str, deadline: str, fault: str
) -> None:
    whole = all_processes()[process]
    kept = tuple(one for one in whole.deadlines if one.name != deadline)
    assert only(replace(whole, deadlines=kept)).startswith(fault)


@pytest.mark.parametrize(
    ("process", "triggers"),
    [("recommendation", {"carry_forward", "join_plan_line"}), ("case_audit", {"no_response"})],
)
def test_a_shipped_process_that_loses_its_follow_up_is_caught(
    process: str, triggers: set[str]
) -> None:
    whole = all_processes()[process]
    moves = tuple(
        replace(move, effect=None) if move.trigger in triggers else move
        for move in whole.transitions
    )
    assert only(replace(whole, transitions=moves)).startswith("Only the system can leave state")


# ------------------------------------------------------------------ random definitions
class Four(StrEnum):
    """The states of the random definitions."""

    ONE = auto()
    TWO = auto()
    THREE = auto()
    FOUR = auto()


BEGUN = datetime(2027, 1, 4, 9, tzinfo=UTC)
FACTS = Facts(
    roster=Roster(),
    today=date(2027, 1, 4),
    instance=ProcessInstance(
        id=1, reference="small_process:1", process="small_process", definition_version=1, subject="1",
        state="one", opened_at=BEGUN, entered_at=BEGUN, entered_on=date(2027, 1, 4),
    ),
)  # fmt: skip


@st.composite
def definitions(draw: st.DrawFn) -> ProcessDefinition:
    states = tuple(Four)
    chain = [
        Transition(f"to_{after}", before, after, role="auditor")
        for before, after in pairwise(states)
        if draw(st.integers(0, 9))
    ]
    extra = [
        Transition(
            f"extra_{number}",
            draw(st.sampled_from(states)),
            draw(st.sampled_from((*states, None))),
            role=draw(st.sampled_from(("sm_sqa", "system"))),
            exceptional=draw(st.booleans()),
            reopens=draw(st.booleans()),
        )
        for number in range(draw(st.integers(0, 4)))
    ]
    final = draw(st.frozensets(st.sampled_from(states[1:]), min_size=1, max_size=2))
    return a_definition(
        states=Four,
        initial=Four.ONE,
        final=frozenset(final),
        owner_role="sm_sqa",
        transitions=tuple(
            move for move in (*chain, *extra) if move.source not in final or move.reopens
        ),
        deadlines=tuple(
            Deadline(name=f"leave_{state}_by", state=state, due=Within(5), ladder=STANDARD)
            for state in states
            if state not in final
        ),
    )


def played(definition: ProcessDefinition) -> dict[str, set[str]]:
    """Pull every trigger in every state that can be come to, and return which state led to which."""
    led: dict[str, set[str]] = {}
    waiting = [str(definition.initial)]
    while waiting:
        state = waiting.pop()
        if state in led:
            continue
        led[state] = set()
        for trigger in definition.triggers:
            try:
                move = next_move(definition, state, trigger, FACTS, Asks())
            except TransitionRefused:
                continue
            led[state].add(state if move.dest is None else str(move.dest))
        waiting += led[state]
    return led


def can_end(definition: ProcessDefinition, led: dict[str, set[str]], state: str) -> bool:
    seen: set[str] = set()
    waiting = [state]
    while waiting:
        now = waiting.pop()
        if now in definition.final:
            return True
        if now not in seen:
            seen.add(now)
            waiting += led[now]
    return False


@settings(deadline=None)
@given(definition=definitions())
def test_a_process_without_faults_can_end_from_wherever_it_comes_to(
    definition: ProcessDefinition,
) -> None:
    led = played(definition)
    caught = sorted(state for state in led if not can_end(definition, led, state))
    faults = problems(definition)
    for state in caught:
        assert any(fault.startswith(f"State {state} ") for fault in faults)
    if not faults:
        assert set(led) == set(Four)
