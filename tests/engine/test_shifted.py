"""A move that stays in its state may move a date that a deadline counts from: that deadline alone begins anew.

A meeting is rebooked, another advice is asked for. The others keep their timers, and the visit its entry.
"""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from factories import (
    APPROVE_BY,
    MOVES,
    REMARK,
    SUBMIT_BY,
    Run,
    S,
    a_block,
    a_calendar,
    a_definition,
    a_guard,
    a_run,
    effects,
    london,
)

from qa_workflow.engine.definition import (
    After,
    Deadline,
    Effects,
    EscalationLevel,
    Hold,
    InstanceDue,
    Ladder,
    OnDate,
    ProcessDefinition,
    Step,
    Transition,
    Weeks,
    Within,
)
from qa_workflow.engine.record import FOLDED, fold
from qa_workflow.patterns.ladders import NUDGE, STANDARD, STATUTORY

MEETS = Deadline(name="meets", state=S.DRAFT, due=OnDate("meets_on"), ladder=STANDARD)
ASKED = Deadline(name="advice_by", state=S.DRAFT, due=Within(5, since="asked_on"), ladder=STATUTORY)
WEEKLY = Deadline(
    name="weekly", state=S.DRAFT, due=After(Weeks(6), since="asked_on"), ladder=STATUTORY
)


def rebook(**data: Any) -> Transition:  # noqa: ANN401 - any data
    return replace(REMARK, trigger="rebook", effect=effects(data=data))


def booking(*deadlines: Deadline, on: str = "2025-12-19", **changes: Any) -> ProcessDefinition:  # noqa: ANN401 - the fields
    """Return the tiny process in which `rebook` writes a date, and *deadlines* watch `draft`."""
    return a_definition(
        transitions=(*MOVES, rebook(meets_on=on)), deadlines=(*deadlines, APPROVE_BY), **changes
    )


def booked(definition: ProcessDefinition | None = None, **changes: Any) -> Run:  # noqa: ANN401 - the fields
    data = {"meets_on": "2025-11-12", **changes.pop("data", {})}
    return a_run(definition or booking(MEETS, SUBMIT_BY), data=data, **changes)


# ------------------------------------------------------------------ what moves
def test_a_deadline_whose_date_moves_climbs_from_its_first_rung_under_a_new_epoch() -> None:
    run = booked(booking(MEETS))
    run.passes("2025-11-14 09:00")
    assert run.instance.visit_level == "L0"
    run.fire("rebook", by="aud")
    assert (run.armed, run.instance.epoch) == ([("meets", "R1", "2025-12-05")], 2)
    assert [timer.epoch for timer in run.instance.timers] == [2]


def test_its_ladder_is_climbed_anew_from_there() -> None:
    run = booked(booking(MEETS))
    run.passes("2025-11-20 09:00")
    run.fire("rebook", by="aud")
    run.passes("2026-01-09 09:00")
    assert run.levels == [
        ("meets", "R2", "2025-11-10"),
        ("meets", "L0", "2025-11-13"),
        ("meets", "L1", "2025-11-19"),
        ("meets", "R1", "2025-12-05"),
        ("meets", "R2", "2025-12-17"),
        ("meets", "L0", "2025-12-22"),
        ("meets", "L1", "2025-12-30"),
        ("meets", "L2", "2026-01-07"),
    ]


@pytest.mark.parametrize(
    ("deadline", "data", "armed"),
    [
        pytest.param(
            ASKED,
            {"asked_on": "2025-11-14"},
            ("advice_by", "R2", "2025-11-19"),
            id="in working days",
        ),
        pytest.param(
            WEEKLY,
            {"asked_on": "2025-11-14"},
            ("weekly", "R1", "2025-12-10"),
            id="in weeks, to Boxing Day",
        ),
    ],
)
def test_a_date_that_is_counted_from_moves_what_is_counted(
    deadline: Deadline, data: dict[str, str], armed: tuple[str, str, str]
) -> None:
    definition = a_definition(
        transitions=(*MOVES, rebook(**data)), deadlines=(deadline, APPROVE_BY)
    )
    run = a_run(definition, data={"asked_on": "2025-11-03"})
    run.fire("rebook", by="aud", at="2025-11-14 09:00")
    assert run.armed == [armed]


def test_a_date_that_becomes_known_is_watched_from_then_on() -> None:
    run = a_run(booking(MEETS, SUBMIT_BY))
    assert run.armed == [("submit_by", "R2", "2025-11-06")]
    run.fire("rebook", by="aud", at="2025-11-05 09:00")
    assert run.armed == [("submit_by", "R2", "2025-11-06"), ("meets", "R1", "2025-12-05")]


def test_a_date_that_becomes_known_late_in_the_visit_is_watched_from_its_first_rung() -> None:
    run = a_run(booking(MEETS, SUBMIT_BY))
    run.passes("2025-11-25 09:00")
    assert run.instance.visit_level == "L2"
    run.fire("rebook", by="aud")
    assert ("meets", "R1", "2025-12-05") in run.armed


def test_a_date_that_is_taken_away_is_no_longer_watched() -> None:
    run = booked(booking(MEETS, SUBMIT_BY, on=None))  # type: ignore[arg-type]
    run.fire("rebook", by="aud", at="2025-11-05 09:00")
    assert [name for name, _, _ in run.armed] == ["submit_by"]


def test_an_earlier_date_in_the_past_climbs_what_has_passed_without_its_reminders() -> None:
    run = booked(booking(MEETS, on="2025-11-03"))
    run.fire("rebook", by="aud", at="2025-11-12 09:00")
    run.passes("2025-11-12 09:00")
    assert run.levels == [("meets", "L0", "2025-11-04"), ("meets", "L1", "2025-11-10")]


def test_a_reminder_of_today_is_given_when_it_is_armed_today() -> None:
    run = booked(booking(MEETS))
    run.fire("rebook", by="aud", at="2025-12-05 23:59")
    assert run.armed == [("meets", "R1", "2025-12-05")]


def test_it_is_late_from_the_new_date() -> None:
    run = booked(booking(MEETS))
    assert run.instance.stuck_at == london("2025-11-13")
    run.fire("rebook", by="aud")
    assert run.instance.stuck_at == london("2025-12-20")


@pytest.mark.parametrize(
    ("at", "levels"), [("2025-12-19 23:59", ["R1", "R2"]), ("2025-12-22 00:01", ["R1", "R2", "L0"])]
)
def test_the_new_date_is_not_late_before_it_is_over(at: str, levels: list[str]) -> None:
    run = booked(booking(MEETS))
    run.fire("rebook", by="aud", at="2025-11-05 09:00")
    run.passes(at)
    assert [level for _, level, _ in run.levels] == levels


# ------------------------------------------------------------------ what stays
def test_the_other_deadlines_keep_their_instants() -> None:
    run = booked()
    run.passes("2025-11-06 09:00")
    before = [timer for timer in run.instance.timers if timer.deadline == "submit_by"]
    run.fire("rebook", by="aud")
    after = [timer for timer in run.instance.timers if timer.deadline == "submit_by"]
    assert [replace(one, epoch=1) for one in after] == before
    assert {one.epoch for one in run.instance.timers} == {run.instance.epoch}


def test_the_level_of_the_others_stays_and_none_of_their_rungs_comes_twice() -> None:
    run = booked()
    run.passes("2025-11-18 09:00")
    run.fire("rebook", by="aud")
    assert run.instance.visit_level == "L1"
    run.passes("2025-12-10 09:00")
    assert [one for one in run.levels if one[0] == "submit_by"] == [
        ("submit_by", "R2", "2025-11-06"),
        ("submit_by", "L0", "2025-11-11"),
        ("submit_by", "L1", "2025-11-17"),
        ("submit_by", "L2", "2025-11-24"),
        ("submit_by", "L3", "2025-12-08"),
    ]


def test_a_ladder_of_another_deadline_that_is_climbed_out_stays_so() -> None:
    run = booked()
    run.passes("2025-12-10 09:00")
    run.fire("rebook", by="aud")
    assert run.armed == [("meets", "R2", "2025-12-17")]


@pytest.mark.parametrize(
    ("day", "level"),
    [
        pytest.param("2025-11-06", "R2", id="while nothing is late"),
        pytest.param("2025-11-18", "L1", id="while another is late"),
    ],
)
@pytest.mark.parametrize("trigger", ["rebook", "extend"])
def test_a_reminder_of_another_deadline_comes_only_once(day: str, level: str, trigger: str) -> None:
    nudge = Deadline(name="nudge", state=S.DRAFT, due=OnDate("nudge_on"), ladder=NUDGE)
    definition = booking(MEETS, SUBMIT_BY, nudge)
    extend = replace(REMARK, trigger="extend", effect=effects(due_on=date(2026, 1, 30)))
    definition = replace(definition, transitions=(*definition.transitions, extend))
    run = booked(definition, data={"nudge_on": day}, due_on="2025-12-19")
    run.passes(f"{day} 09:00")
    assert run.instance.visit_level == level
    run.fire(trigger, by="aud", at=f"{day} 10:00")
    run.passes(f"{day} 11:00")
    assert [one for one in run.levels if one[0] == "nudge"] == [("nudge", "R1", day)]


def test_the_visit_goes_on() -> None:
    run = booked()
    before = run.instance
    run.fire("rebook", by="aud", at="2025-11-05 09:00")
    moved = {name for name in vars(before) if getattr(before, name) != getattr(run.instance, name)}
    assert moved == {"version", "seq", "epoch", "data", "timers"}
    assert (run.instance.version, run.instance.seq) == (before.version + 1, before.seq + 1)


def test_refusals_of_the_visit_are_not_forgotten() -> None:
    definition = booking(MEETS)
    guarded = tuple(
        replace(move, guards=(a_guard("never"),)) if move.trigger == "submit" else move
        for move in definition.transitions
    )
    run = booked(replace(definition, transitions=guarded))
    run.is_refused("submit", by="aud")
    run.fire("rebook", by="aud")
    assert run.instance.refusals == {"submit/never": 1}


def test_the_same_date_again_moves_nothing() -> None:
    run = booked(booking(MEETS, SUBMIT_BY, on="2025-11-12"))
    before = run.instance
    run.fire("rebook", by="aud", at="2025-11-05 09:00")
    assert (run.instance.epoch, run.instance.timers) == (before.epoch, before.timers)


def test_a_date_that_another_state_counts_from_moves_nothing_here() -> None:
    later = replace(MEETS, state=S.REVIEW)
    run = booked(booking(SUBMIT_BY, later))
    before = run.instance
    run.fire("rebook", by="aud", at="2025-11-05 09:00")
    assert (run.instance.epoch, run.instance.timers) == (before.epoch, before.timers)


def test_what_counts_from_the_entry_is_not_moved_by_data() -> None:
    run = booked(booking(SUBMIT_BY))
    before = run.instance.timers
    run.fire("rebook", by="aud", at="2025-11-05 09:00")
    assert run.instance.timers == before


def test_the_history_gives_the_instance_again() -> None:
    run = booked(booking(MEETS))
    run.passes("2025-12-01 09:00")
    run.fire("rebook", by="aud")
    found = fold(run.history)
    assert {name: found.get(name) for name in FOLDED} == {
        name: getattr(run.instance, name) for name in FOLDED
    }


# ------------------------------------------------------------------ levels and blocks of what has moved
def test_once_every_deadline_has_moved_nothing_of_the_visit_is_late() -> None:
    run = booked(booking(MEETS))
    run.passes("2025-11-27 09:00")
    assert (run.instance.visit_level, run.reasons) == ("L2", ["overdue_l2"])
    run.fire("rebook", by="aud")
    assert (run.instance.visit_level, run.instance.level, run.reasons) == (None, None, [])


def test_a_parent_hears_that_nothing_is_late_any_more() -> None:
    run = booked(booking(MEETS), parent_id=7)
    run.passes("2025-11-27 09:00")
    assert [one.trigger for one in run.fire("rebook", by="aud").signals] == ["@waits_changed"]


def test_while_another_deadline_has_not_moved_level_and_block_stay() -> None:
    run = booked()
    run.passes("2025-11-27 09:00")
    run.fire("rebook", by="aud")
    assert (run.instance.visit_level, run.reasons) == ("L2", ["overdue_l2"])


def test_a_deadline_that_only_reminds_has_no_level_to_keep() -> None:
    nudge = Deadline(name="nudge", state=S.DRAFT, due=OnDate("nudge_on"), ladder=NUDGE)
    run = booked(booking(MEETS, nudge), data={"nudge_on": "2025-12-30"})
    run.passes("2025-11-27 09:00")
    run.fire("rebook", by="aud")
    assert (run.instance.visit_level, run.reasons) == (None, [])
    assert ("nudge", "R1", "2025-12-30") in run.armed


def test_where_only_a_reminder_moves_the_level_of_the_visit_stays() -> None:
    nudge = Deadline(name="nudge", state=S.DRAFT, due=OnDate("meets_on"), ladder=NUDGE)
    run = booked(booking(SUBMIT_BY, nudge))
    run.passes("2025-11-27 09:00")
    run.fire("rebook", by="aud")
    assert (run.instance.visit_level, run.reasons) == ("L2", ["overdue_l2"])


def test_a_deadline_that_moves_the_instance_has_no_level_to_keep() -> None:
    closing = Deadline(name="closes", state=S.DRAFT, due=Within(60), on_expiry="close")
    definition = booking(MEETS, closing)
    close = Transition("close", S.DRAFT, S.CANCELLED, role="system")
    run = booked(replace(definition, transitions=(*definition.transitions, close)))
    run.passes("2025-11-27 09:00")
    run.fire("rebook", by="aud")
    assert (run.instance.visit_level, run.reasons) == (None, [])


def test_blocks_of_people_and_of_other_causes_stay() -> None:
    other = replace(a_block(), cause="provider", reason="provider_closed")
    run = booked(booking(MEETS), blocks=(a_block(), other))
    run.passes("2025-11-27 09:00")
    run.fire("rebook", by="aud")
    assert run.reasons == ["other", "provider_closed"]


def test_what_else_blocks_the_visit_stays() -> None:
    inquorate = replace(a_block(), reason="panel_inquorate", cause="visit")
    run = booked(booking(MEETS), blocks=(inquorate,))
    run.passes("2025-11-27 09:00")
    run.fire("rebook", by="aud")
    assert run.reasons == ["panel_inquorate"]


def test_what_is_excused_by_the_move_that_rebooks_loses_its_higher_rungs() -> None:
    definition = booking(MEETS, SUBMIT_BY, excused=lambda one, _name: bool(one.data.get("excused")))
    move = rebook(meets_on="2025-12-19", excused=True)
    run = booked(replace(definition, transitions=(*MOVES, move)))
    run.passes("2025-11-18 09:00")
    run.fire("rebook", by="aud")
    assert run.armed == [("meets", "R1", "2025-12-05")]


PARTNER = "awaiting_partner_agency"
ADVICE = Ladder("advice", (EscalationLevel("L1", 1, ("sm_sqa",), blocks=True, reason=PARTNER),))


def test_a_rung_with_a_reason_of_its_own_blocks_with_it() -> None:
    run = booked(booking(replace(MEETS, ladder=ADVICE), SUBMIT_BY))
    run.passes("2025-11-13 09:00")
    assert [(one.reason, one.cause) for one in run.instance.blocks] == [(PARTNER, "meets")]


def test_its_block_goes_when_its_deadline_moves_though_others_have_not() -> None:
    run = booked(booking(replace(MEETS, ladder=ADVICE), SUBMIT_BY))
    run.passes("2025-11-25 09:00")
    assert run.reasons == [PARTNER, "overdue_l2"]
    run.fire("rebook", by="aud")
    assert (run.reasons, run.instance.visit_level) == (["overdue_l2"], "L2")


@pytest.mark.parametrize("trigger", ["submit", "cancel"])
def test_its_block_goes_when_the_state_is_left(trigger: str) -> None:
    run = booked(booking(replace(MEETS, ladder=ADVICE), SUBMIT_BY))
    run.passes("2025-11-13 09:00")
    run.fire(trigger, by="aud" if trigger == "submit" else "sandy")
    assert run.reasons == []


def test_its_block_stays_when_another_deadline_moves() -> None:
    by_advice = Deadline(name="advised", state=S.DRAFT, due=OnDate("advice_on"), ladder=ADVICE)
    run = booked(booking(MEETS, by_advice), data={"advice_on": "2025-11-12"})
    run.passes("2025-11-13 09:00")
    run.fire("rebook", by="aud")
    assert run.reasons == [PARTNER]


def test_its_block_goes_when_its_date_is_taken_away() -> None:
    run = booked(booking(replace(MEETS, ladder=ADVICE), SUBMIT_BY, on=None))  # type: ignore[arg-type]
    run.passes("2025-11-13 09:00")
    run.fire("rebook", by="aud")
    assert run.reasons == []


# ------------------------------------------------------------------ the own date
WITH_OWN = booking(
    MEETS, Deadline(name="whole", state=S.DRAFT, due=InstanceDue()), due_ladder=STANDARD
)


def test_the_own_date_keeps_its_timer_epoch_and_level_when_another_date_moves() -> None:
    run = booked(WITH_OWN, due_on="2025-11-10")
    run.passes("2025-11-18 09:00")
    before = run.instance
    fixed = [timer for timer in before.timers if timer.fixed]
    run.fire("rebook", by="aud")
    after = run.instance
    assert [timer for timer in after.timers if timer.fixed] == fixed
    assert (after.due_on, after.due_epoch, after.due_level) == (date(2025, 11, 10), 1, "L1")


def test_another_own_date_has_its_own_epoch_and_moves_no_visit() -> None:
    definition = replace(
        WITH_OWN,
        transitions=(
            *MOVES,
            replace(REMARK, trigger="extend", effect=effects(due_on=date(2025, 12, 1))),
        ),
    )
    run = booked(definition, due_on="2025-11-30")
    before = run.instance
    run.fire("extend", by="aud")
    assert (run.instance.epoch, run.instance.due_epoch) == (before.epoch, 2)
    assert [one for one in run.instance.timers if not one.fixed] == [
        one for one in before.timers if not one.fixed
    ]


def test_a_date_that_comes_to_lie_on_the_own_date_is_left_to_it() -> None:
    run = booked(booking(MEETS, due_ladder=STANDARD), due_on="2025-12-19")
    run.fire("rebook", by="aud")
    assert run.armed == [("due", "R1", "2025-12-05")]


def test_a_date_that_no_longer_lies_on_the_own_date_is_watched_for_itself() -> None:
    run = booked(booking(MEETS, due_ladder=STANDARD), due_on="2025-11-12")
    assert run.armed == [("due", "R2", "2025-11-10")]
    run.fire("rebook", by="aud")
    assert run.armed == [("due", "R2", "2025-11-10"), ("meets", "R1", "2025-12-05")]


# ------------------------------------------------------------------ what moves by itself
def opening(*, guarded: bool = False) -> ProcessDefinition:
    """Return a process that `open` moves by itself on the date that stands in the data."""
    guards = (a_guard("is_ready"),) if guarded else ()
    opened = Transition("open", S.DRAFT, S.REVIEW, guards, role="system")
    opens = Deadline(
        name="opens", state=S.DRAFT, due=OnDate("meets_on"), on_expiry="open", at_start=True
    )
    definition = booking(SUBMIT_BY, opens)
    return replace(definition, transitions=(*definition.transitions, opened))


def test_a_move_of_the_system_comes_on_the_new_date() -> None:
    run = booked(opening())
    run.fire("rebook", by="aud", at="2025-11-05 09:00")
    assert run.armed == [("submit_by", "R2", "2025-11-06"), ("opens", "expiry", "2025-12-19")]
    run.passes("2025-12-18 23:59")
    assert run.instance.state == "draft"
    run.passes("2025-12-19 00:01")
    assert run.instance.state == "review"


def test_a_state_that_no_ladder_watches_keeps_the_level_of_a_grave_refusal() -> None:
    definition = opening()
    never = a_guard("never")
    grave = {"guards": (never,), "if_refused": {never.name: "panel_inquorate"}}
    run = booked(
        replace(
            definition,
            transitions=tuple(
                replace(move, **grave) if move.trigger == "submit" else move  # type: ignore[arg-type]
                for move in definition.transitions
            ),
            deadlines=tuple(one for one in definition.deadlines if one.name != "submit_by"),
        )
    )
    run.is_refused("submit", by="aud")
    run.fire("rebook", by="aud")
    assert (run.instance.visit_level, run.reasons) == ("L2", ["panel_inquorate"])


def test_a_move_that_waits_is_timed_anew_when_its_date_moves() -> None:
    run = booked(opening(guarded=True))
    run.passes("2025-11-12 09:00")
    assert (run.instance.pending, run.reasons) == ("open", ["other"])
    run.fire("rebook", by="aud")
    assert (run.instance.pending, run.reasons) == (None, [])
    assert ("opens", "expiry", "2025-12-19") in run.armed


def test_a_move_that_waits_goes_on_waiting_when_another_date_moves() -> None:
    definition = opening(guarded=True)
    other = Deadline(name="other", state=S.DRAFT, due=OnDate("other_on"), ladder=STANDARD)
    run = booked(
        replace(
            definition,
            transitions=(
                *definition.transitions[:-2],
                rebook(other_on="2025-12-19"),
                definition.transitions[-1],
            ),
            deadlines=(*definition.deadlines, other),
        )
    )
    run.passes("2025-11-12 09:00")
    run.fire("rebook", by="aud")
    assert (run.instance.pending, run.reasons) == ("open", ["other"])
    assert [name for name, level, _ in run.armed if level == "expiry"] == []


# ------------------------------------------------------------------ together with other things
def test_a_hold_of_the_move_that_rebooks_stands_after_it() -> None:
    def again(_step: Step) -> Effects:
        return Effects(
            data={"meets_on": "2025-12-19"}, holds=(Hold(reason="panel_inquorate", note="No."),)
        )

    definition = booking(MEETS)
    move = replace(REMARK, trigger="rebook", effect=again)
    run = booked(replace(definition, transitions=(*MOVES, move)))
    run.passes("2025-11-27 09:00")
    run.fire("rebook", by="aud")
    assert run.reasons == ["panel_inquorate"]


def test_a_new_date_beyond_the_calendar_is_not_guessed() -> None:
    definition = a_definition(
        transitions=(*MOVES, rebook(asked_on="2025-12-30")), deadlines=(ASKED, APPROVE_BY)
    )
    run = a_run(definition, data={"asked_on": "2025-11-03"}, calendar=a_calendar(until=2025))
    run.fire("rebook", by="aud", at="2025-12-30 09:00")
    assert (run.armed, run.reasons) == ([], ["system_fault"])


def test_moving_a_date_twice_gives_two_epochs_and_each_climbs_from_its_first_rung() -> None:
    definition = booking(MEETS)
    back = replace(rebook(meets_on="2025-11-12"), trigger="back")
    run = booked(replace(definition, transitions=(*definition.transitions, back)))
    run.passes("2025-11-14 09:00")
    run.fire("rebook", by="aud")
    run.fire("back", by="aud", at="2025-11-14 10:00")
    run.passes("2025-11-14 11:00")
    assert run.instance.epoch == 3
    assert run.levels[-1] == ("meets", "L0", "2025-11-13")
    keys = [(one.deadline, one.epoch, one.level) for one in run.fired]
    assert len(keys) == len(set(keys))
