"""Blocks that an effect puts on: with their reason, for as long as their cause stands, never on what has ended."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from factories import (
    APPROVE,
    MOVES,
    REMARK,
    SEND_BACK,
    SUBMIT,
    Run,
    S,
    a_block,
    a_run,
    effects,
    london,
    with_moves,
)

from qa_workflow.engine.definition import Hold, ProcessDefinition, Transition

NOTE = "The panel has no chair that day."
INQUORATE = Hold(reason="panel_inquorate", note=NOTE)
CLOSED = Hold(
    reason="provider_closed", note="It is closed.", waiting_on="provider:P1", cause="provider"
)


def brings(move: Transition, **made: Any) -> Transition:  # noqa: ANN401 - the fields of Effects
    return replace(move, effect=effects(**made))


def held(*holds: Hold, **changes: Any) -> Run:  # noqa: ANN401 - the fields of an instance
    run = a_run(with_moves(brings(REMARK, holds=holds)), **changes)
    run.fire("remark", by="aud", at="2025-11-05 09:00")
    return run


# ------------------------------------------------------------------ put on
def test_a_hold_blocks_with_its_reason_note_and_a_day_to_look_at_it_again() -> None:
    (block,) = held(INQUORATE).instance.blocks
    assert (block.reason, block.note, block.by) == ("panel_inquorate", NOTE, "system")
    assert (block.since, block.review_on) == (london("2025-11-05 09:00"), date(2025, 11, 12))


def test_a_hold_goes_with_the_visit_unless_it_says_otherwise() -> None:
    run = held(INQUORATE, CLOSED)
    assert [(one.cause, one.waiting_on) for one in run.instance.blocks] == [
        ("visit", None),
        ("provider", "provider:P1"),
    ]


def test_the_same_hold_twice_stands_once() -> None:
    run = held(INQUORATE)
    run.fire("remark", by="aud", at="2025-11-06 09:00")
    assert [block.since for block in run.instance.blocks] == [london("2025-11-05 09:00")]


def test_holds_of_two_causes_both_stand() -> None:
    assert held(INQUORATE, replace(INQUORATE, cause="sitting")).reasons == ["panel_inquorate"] * 2


def test_a_hold_is_told_by_the_entry_of_the_move() -> None:
    run = held(INQUORATE)
    assert run.actions == ["start", "remark"]
    assert run.history[-1].changes["blocks"][0]["reason"] == "panel_inquorate"


def test_a_hold_stops_no_clock_and_no_person() -> None:
    run = held(INQUORATE)
    run.passes("2025-11-12 09:00")
    assert run.levels[-1] == ("submit_by", "L0", "2025-11-11")
    run.fire("submit", by="aud")
    assert run.instance.state == "review"


def test_a_hold_at_the_start_stands_from_the_start() -> None:
    definition = with_moves(SUBMIT, on_start=effects(holds=(CLOSED,)))
    run = a_run(definition)
    assert (run.reasons, run.history[0].changes["blocks"][0]["cause"]) == (
        ["provider_closed"],
        "provider",
    )


def test_a_parent_hears_of_a_hold() -> None:
    assert [one.trigger for one in held(INQUORATE, parent_id=7).last.signals] == ["@waits_changed"]


# ------------------------------------------------------------------ taken off
def test_a_hold_of_the_visit_goes_when_the_state_is_left() -> None:
    run = held(INQUORATE)
    run.fire("submit", by="aud")
    assert run.reasons == []


def test_a_hold_put_on_while_entering_a_state_stands_for_that_state() -> None:
    run = a_run(with_moves(brings(SUBMIT, holds=(INQUORATE,))))
    run.fire("submit", by="aud")
    assert run.reasons == ["panel_inquorate"]
    run.fire("send_back", by="sandy")
    assert run.reasons == []


def test_a_hold_of_another_cause_outlives_the_visit() -> None:
    run = held(CLOSED)
    run.fire("submit", by="aud")
    run.fire("send_back", by="sandy")
    assert run.reasons == ["provider_closed"]


def clearing(move: Transition, *causes: str, **more: Any) -> ProcessDefinition:  # noqa: ANN401 - of Effects
    return with_moves(
        brings(REMARK, holds=(INQUORATE, CLOSED)), brings(move, clears=causes, **more)
    )


@pytest.mark.parametrize("move", [SUBMIT, replace(SUBMIT, dest=None)], ids=["leaving", "staying"])
def test_an_effect_clears_the_cause_that_it_names(move: Transition) -> None:
    run = a_run(clearing(move, "provider"))
    run.fire("remark", by="aud")
    run.fire("submit", by="aud")
    assert "provider_closed" not in run.reasons


def test_clearing_one_cause_leaves_the_others() -> None:
    run = a_run(clearing(replace(SUBMIT, dest=None), "provider"), blocks=(a_block(),))
    run.fire("remark", by="aud")
    run.fire("submit", by="aud")
    assert run.reasons == ["other", "panel_inquorate"]


def test_clearing_what_does_not_stand_changes_nothing() -> None:
    run = a_run(clearing(replace(SUBMIT, dest=None), "provider"), blocks=(a_block(),))
    run.fire("submit", by="aud")
    assert (run.reasons, "blocks" in run.history[-1].changes) == (["other"], False)


def test_what_one_effect_clears_and_holds_is_held_anew() -> None:
    fresh = replace(CLOSED, note="It is closed for good.")
    run = a_run(clearing(replace(SUBMIT, dest=None), "provider", holds=(fresh,)))
    run.fire("remark", by="aud")
    run.fire("submit", by="aud")
    assert [one.note for one in run.instance.blocks if one.cause == "provider"] == [fresh.note]


def test_a_parent_hears_that_a_hold_was_cleared() -> None:
    definition = with_moves(
        brings(REMARK, holds=(CLOSED,)), brings(replace(SUBMIT, dest=None), clears=("provider",))
    )
    run = a_run(definition, parent_id=7)
    run.fire("remark", by="aud")
    assert [one.trigger for one in run.fire("submit", by="aud").signals] == ["@waits_changed"]


# ------------------------------------------------------------------ the end
def test_nothing_holds_what_has_ended() -> None:
    run = a_run(with_moves(SUBMIT, brings(APPROVE, holds=(INQUORATE, CLOSED))))
    run.fire("submit", by="aud")
    run.fire("approve", by="sandy")
    assert (run.instance.state, run.reasons) == (S.DONE, [])


def test_the_end_takes_off_what_stood_for_any_cause() -> None:
    run = held(INQUORATE, CLOSED)
    run.fire("cancel", by="sandy")
    assert run.reasons == []


def test_a_system_move_that_follows_holds_and_clears_too() -> None:
    assess = Transition("assess", S.REVIEW, None, role="system", effect=effects(holds=(INQUORATE,)))
    free = Transition("free", S.REVIEW, None, role="system", effect=effects(clears=("provider",)))
    submit = brings(SUBMIT, holds=(CLOSED,), then=("assess", "free"))
    run = a_run(with_moves(submit, assess, free, *MOVES[2:]))
    run.fire("submit", by="aud")
    assert (run.actions, run.reasons) == (
        ["start", "submit", "assess", "free"],
        ["panel_inquorate"],
    )


def test_a_move_back_takes_the_hold_of_the_later_visit_with_it() -> None:
    run = a_run(with_moves(brings(SEND_BACK, holds=(INQUORATE,))))
    run.fire("submit", by="aud")
    run.fire("send_back", by="sandy")
    run.fire("submit", by="aud")
    assert run.reasons == []
