"""Repairs of an end: what nobody needs is cancelled, by two people where wanted; what ended too soon stands again."""

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest
from factories import (
    MOVES,
    REOPEN,
    Run,
    S,
    a_definition,
    a_guard,
    a_run,
    london,
    with_moves,
)
from operators import an_order, last, refusal, repairs

from qa_workflow.engine import repairing_ends as engine
from qa_workflow.engine.definition import CANCELLED, Guard, Ladder, Step
from qa_workflow.engine.instance import Outcome, Signal
from qa_workflow.engine.repairs import set_state
from qa_workflow.errors import TransitionRefused
from qa_workflow.patterns.ladders import IMMEDIATE_SAFETY, STANDARD, STATUTORY
from qa_workflow.processes import all_processes

# Without an end of that name, and without a way out of its own.
PLAIN = a_definition(
    transitions=tuple(one for one in MOVES if one.trigger != "cancel"), final=frozenset({S.DONE})
)


def a_signal(_step: Step) -> tuple[Signal, ...]:
    return (Signal("all_done"),)


def cancel(run: Run) -> partial[Outcome]:
    return partial(engine.cancel, history=run.history)


def reopen(run: Run, to: str | None = None) -> partial[Outcome]:
    day = None if to is None else date.fromisoformat(to)
    return partial(engine.reopen, history=run.history, to=day)


# ------------------------------------------------------------------ cancel
def test_what_nobody_needs_ends_as_cancelled() -> None:
    run = a_run(replace(PLAIN, due_ladder=STANDARD), due_on="2025-12-01").at("2025-11-05 10:00")
    repairs(run, "cancel", cancel(run))
    one = run.instance
    assert (one.state, one.is_open, one.closed_at, one.met_at) == (
        CANCELLED, False, run.now, run.now,
    )  # fmt: skip
    assert (one.timers, one.blocks, one.stuck_at) == ((), (), None)
    assert last(run)["data"]["edge"] == {"trigger": "cancel", "from": "draft", "to": "cancelled"}


def test_a_way_out_of_its_own_is_named_instead() -> None:
    run = a_run()
    guard, why = refusal(run, "cancel", cancel(run))
    assert guard == "has_no_way_out_of_its_own"
    assert why.endswith("Use that: qa-workflow fire tiny:1 cancel --as sandy --reason WHY")


def test_a_way_out_that_this_person_may_not_take_stands_in_nobodys_way() -> None:
    run = a_run()
    repairs(run, "cancel", cancel(run), by="ada")
    assert run.instance.state == CANCELLED


def test_its_ordinary_end_is_no_way_out() -> None:
    run = a_run(PLAIN)
    run.fire("submit", by="aud")  # sandy may approve now
    repairs(run, "cancel", cancel(run))
    assert run.instance.state == CANCELLED


def test_a_parent_hears_of_it_as_of_every_end() -> None:
    run = a_run(replace(PLAIN, tells_at_end=a_signal))
    assert repairs(run, "cancel", cancel(run)).signals == (Signal("all_done"),)


def test_what_has_ended_is_not_cancelled() -> None:
    run = a_run()
    run.fire("cancel", by="sandy")
    assert refusal(run, "cancel", cancel(run))[0] == "is_open"


def test_where_two_are_wanted_for_a_state_two_are_wanted_for_a_cancellation() -> None:
    run = a_run(replace(PLAIN, set_state_by_two=True))
    repairs(run, "cancel", cancel(run))
    assert (last(run)["action"], run.instance.state, run.instance.version) == (
        "propose_set_state", "draft", 1,
    )  # fmt: skip
    assert refusal(run, "cancel", cancel(run))[0] == "another_person_confirms"
    repairs(run, "cancel", cancel(run), by="ada")
    assert (last(run)["action"], run.instance.state) == ("repair_cancel", CANCELLED)
    assert last(run)["data"]["proposed_by"] == "sandy"


def test_who_confirms_a_state_set_by_hand_has_not_confirmed_a_cancellation() -> None:
    run = a_run(a_definition(set_state_by_two=True))
    setting = partial(set_state, state=CANCELLED, trigger="cancel", history=run.history)
    repairs(run, "set-state", setting)
    repairs(run, "cancel", cancel(run), by="ada")
    assert (last(run)["action"], run.instance.state) == ("propose_set_state", "draft")
    assert last(run)["data"]["lapsed"] == {
        "by": "sandy", "state": "cancelled", "trigger": "cancel",
    }  # fmt: skip


# ------------------------------------------------------------------ reopen
def test_what_has_ended_stands_again_where_it_ended_from_with_dates_from_today() -> None:
    run = a_run()
    run.fire("submit", by="aud", at="2025-11-05 10:00")
    run.fire("approve", by="sandy", at="2025-11-06 10:00")
    run.at("2025-12-01 09:00")
    repairs(run, "reopen", reopen(run))
    assert (run.instance.state, run.instance.is_open, run.instance.met_at) == ("review", True, None)
    assert run.armed == [("approve_by", "R2", "2025-12-04")]
    assert last(run)["data"]["edge"] == {
        "trigger": "approve", "from": "done", "to": "review",
        "undoes": {"trigger": "approve", "from": "review", "to": "done"},
    }  # fmt: skip


def test_what_was_cancelled_is_reopened_too() -> None:
    run = a_run(PLAIN)
    repairs(run, "cancel", cancel(run))
    repairs(run, "reopen", reopen(run))
    assert run.instance.state == "draft"


# ------------------------------------------------------------------ its own date
def closed(due_on: str, ladder: Ladder | None = STANDARD, **changes: Any) -> Run:  # noqa: ANN401 - the fields of a definition
    """Give an instance that ended on Wednesday 5 November 2025, asked to be opened again on 2 March 2026."""
    run = a_run(a_definition(due_ladder=ladder, **changes), due_on=due_on)
    run.fire("cancel", by="sandy", at="2025-11-05 10:00")
    return run.at("2026-03-02 10:00")


def test_an_own_date_that_passed_while_it_was_closed_wants_a_new_one() -> None:
    run = closed("2026-01-24")
    guard, why = refusal(run, "reopen", reopen(run))
    assert guard == "has_a_date_to_come"
    assert why == (
        "It was due on Saturday 24 January 2026, which has passed. Say by when it is due now: add --to YYYY-MM-DD."
    )


@pytest.mark.parametrize("ladder", [STANDARD, None])
def test_with_a_new_date_nobody_is_told_of_the_months_in_which_it_was_closed(
    ladder: Ladder | None,
) -> None:
    run = closed("2026-01-24", ladder)
    repairs(run, "reopen", reopen(run, "2026-03-31"))
    assert (run.instance.due_on, run.instance.due_level) == (date(2026, 3, 31), None)
    assert last(run)["data"]["edge"]["to"] == "draft"
    assert (last(run)["data"]["from"], last(run)["data"]["to"]) == ("2026-01-24", "2026-03-31")
    run.passes("2026-03-03 09:00")
    assert run.levels == []


def test_a_new_date_is_climbed_from_its_first_rung() -> None:
    run = a_run(a_definition(due_ladder=STANDARD), due_on="2025-11-07").at("2025-11-18 09:00")
    run.passes("2025-11-18 09:00")
    assert "L1" in {level for _, level, _ in run.levels}
    run.fire("cancel", by="sandy")
    repairs(run, "reopen", reopen(run, "2025-11-28"))
    assert run.instance.due_level is None
    assert ("due", "R2", "2025-11-26") in run.armed


@pytest.mark.parametrize("ladder", [STATUTORY, IMMEDIATE_SAFETY])
def test_a_date_that_is_never_moved_stays_and_climbs_above_the_levels_that_have_fired(
    ladder: Ladder,
) -> None:
    run = a_run(a_definition(due_ladder=ladder), due_on="2025-11-07")
    run.passes("2025-11-10 09:00")
    fired = run.instance.due_level
    assert fired is not None
    run.fire("cancel", by="sandy")
    run.at("2025-12-01 09:00")
    guard, why = refusal(run, "reopen", reopen(run, "2025-12-31"))
    assert (guard, "never moved" in why) == ("has_a_date_that_has_passed", True)
    repairs(run, "reopen", reopen(run))
    assert (run.instance.due_on, run.instance.due_level) == (date(2025, 11, 7), fired)
    assert any(timer.fixed for timer in run.instance.timers)


@pytest.mark.parametrize(("at", "stays"), [("2026-01-26 23:59", True), ("2026-01-27 00:01", False)])
def test_the_day_it_is_due_has_not_passed(at: str, stays: bool) -> None:  # noqa: FBT001 - a table
    run = closed("2026-01-26").at(at)
    if not stays:
        assert refusal(run, "reopen", reopen(run))[0] == "has_a_date_to_come"
        return
    assert "still to come" in refusal(run, "reopen", reopen(run, "2026-03-31"))[1]
    repairs(run, "reopen", reopen(run))
    assert ("due", "L0", "2026-01-27") in run.armed


def test_a_new_date_is_not_in_the_past() -> None:
    run = closed("2026-01-24")
    assert refusal(run, "reopen", reopen(run, "2026-03-01"))[0] == "is_not_in_the_past"
    repairs(run, "reopen", reopen(run, "2026-03-02"))
    assert run.instance.due_on == date(2026, 3, 2)


def test_where_its_own_date_is_met_already_none_is_wanted() -> None:
    run = closed("2026-01-24", due_met=lambda _definition, _state, _data: True)
    assert "no date of its own" in refusal(run, "reopen", reopen(run, "2026-03-31"))[1]
    repairs(run, "reopen", reopen(run))
    assert run.instance.due_on == date(2026, 1, 24)


# ------------------------------------------------------------------ where it is not opened again
def test_what_has_not_ended_is_not_reopened() -> None:
    run = a_run()
    assert refusal(run, "reopen", reopen(run))[0] == "has_ended"


def approved(*guards: Guard) -> Run:
    """Give a run that has ended, of a process that sandy may reopen by a move of its own."""
    run = a_run(with_moves(replace(REOPEN, guards=guards)))
    run.fire("submit", by="aud")
    run.fire("approve", by="sandy")
    return run


def test_a_process_that_reopens_by_itself_is_left_to_it() -> None:
    run = approved(a_guard("evidence_is_there", "evidence"))
    guard, why = refusal(run, "reopen", reopen(run))
    assert guard == "is_not_reopened_by_its_process"
    assert why.endswith("Use that: qa-workflow fire tiny:1 reopen --as sandy --reason WHY")


def test_whoever_may_not_pull_that_move_is_not_sent_to_it() -> None:
    run = approved()
    repairs(run, "reopen", reopen(run), by="ada")
    assert run.instance.state == "review"


def test_where_its_own_move_is_refused_that_is_said_and_by_whom_it_may_be_done() -> None:
    run = approved(a_guard("has_failed", why="No check has failed."))
    with pytest.raises(TransitionRefused) as refused:
        reopen(run)(an_order(run, "reopen"))
    (why,) = refused.value.reasons
    assert why.why.endswith("a move for this: reopen. It is refused today: No check has failed.")
    assert why.who == "somebody"


def test_a_state_that_is_gone_is_not_gone_back_to() -> None:
    run = a_run()
    run.fire("cancel", by="sandy")
    run.history[-1] = replace(run.history[-1], before="elsewhere")
    guard, _ = refusal(run, "reopen", reopen(run))
    assert guard == "ended_from_a_state_of_the_definition"


def test_what_ended_at_its_start_has_no_state_to_go_back_to() -> None:
    run = a_run()
    run.instance = replace(run.instance, state="done", closed_at=london("2025-11-04"))
    guard, _ = refusal(run, "reopen", reopen(run))
    assert guard == "ended_from_a_state"


def test_no_process_has_a_state_of_that_name_that_is_no_end() -> None:
    for definition in all_processes().values():
        assert CANCELLED not in set(definition.states) or CANCELLED in definition.final
