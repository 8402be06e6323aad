"""After downtime nothing is skipped: everything due happens once, in order, and is dated twice."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from factories import (
    APPROVE_BY,
    MOVES,
    SEND_BACK,
    SUBMIT,
    SUBMIT_BY,
    S,
    a_definition,
    a_person,
    a_roster,
    a_run,
    effects,
    london,
    unless,
    with_deadlines,
)

from qa_workflow.engine.definition import Deadline, OnDate, Within
from qa_workflow.engine.instance import LEVELS
from qa_workflow.patterns.ladders import STANDARD

OWN = a_definition(due_ladder=STANDARD, deadlines=())
BY_TIME = (replace(SUBMIT, role=("auditor", "system")), *MOVES[1:])


def november(**more: Any) -> Any:  # noqa: ANN401 - the fields of an instance; a run
    return a_run(OWN, now="2025-10-01 09:00", due_on="2025-11-30", **more)


# ------------------------------------------------------------------ the worked examples
def test_one_audit_still_open_after_november() -> None:
    run = november()
    run.passes("2026-01-31 09:00")
    assert [one for one in run.levels if one[1] in LEVELS] == [
        ("due", "L0", "2025-12-01"),
        ("due", "L1", "2025-12-05"),
        ("due", "L2", "2025-12-12"),
        ("due", "L3", "2025-12-30"),
    ]


@pytest.mark.parametrize(
    ("due_on", "days"),
    [
        ("2026-01-31", ["2026-02-02", "2026-02-06", "2026-02-13", "2026-02-27"]),
        ("2026-07-31", ["2026-08-03", "2026-08-07", "2026-08-14", "2026-08-28"]),
        ("2026-08-31", ["2026-09-01", "2026-09-07", "2026-09-14", "2026-09-28"]),
        ("2026-06-30", ["2026-07-01", "2026-07-07", "2026-07-14", "2026-07-28"]),
    ],
)
def test_the_ladder_of_other_months(due_on: str, days: list[str]) -> None:
    run = a_run(OWN, now="2025-11-03 09:00", due_on=due_on)
    run.passes("2026-12-31 09:00")
    assert [day for _, level, day in run.levels if level in LEVELS] == days


def test_after_ten_days_of_downtime_every_level_passed_is_recorded_once_and_in_order() -> None:
    run = november()
    run.passes("2025-11-28 18:00")
    run.passes("2025-12-08 09:00")
    assert [(entry.level, entry.at, entry.recorded_at) for entry in run.last.history] == [
        ("L0", london("2025-12-01 00:00"), london("2025-12-08 09:00")),
        ("L1", london("2025-12-05 00:00"), london("2025-12-08 09:00")),
    ]


def test_after_downtime_the_next_level_waits_for_its_day() -> None:
    run = november()
    run.passes("2025-12-08 09:00")
    run.passes("2025-12-11 23:59")
    assert (run.instance.level, run.armed) == ("L1", [("due", "L2", "2025-12-12")])


def test_an_automatic_block_after_downtime_counts_from_its_nominal_day() -> None:
    run = november()
    run.passes("2026-01-05 09:00")
    assert [block.since for block in run.instance.blocks] == [london("2025-12-12")]


@pytest.mark.parametrize("due_on", ["2026-03-29", "2026-10-25"])
def test_an_item_due_on_a_clock_change_day_is_late_at_the_next_midnight_in_london(
    due_on: str,
) -> None:
    run = a_run(OWN, now="2026-01-05 09:00", due_on=due_on)
    run.passes(f"{due_on} 23:59")
    before = run.instance.due_level
    run.passes((date.fromisoformat(due_on) + timedelta(days=1)).isoformat())
    assert (before, run.instance.due_level) == ("R2", "L0")


# ------------------------------------------------------------------ once, and in order
def test_nothing_due_is_no_change() -> None:
    run = november()
    outcome = run.passes("2025-10-02 09:00")
    assert (outcome.instance, outcome.history, outcome.fired) == (outcome.before, (), ())


def test_a_second_pass_finds_nothing_left() -> None:
    run = november()
    run.passes("2025-12-08 09:00")
    assert run.passes("2025-12-08 09:01").history == ()


def test_levels_of_several_deadlines_come_in_the_order_of_their_days() -> None:
    run = a_run(a_definition(due_ladder=STANDARD), due_on="2025-11-12")
    run.passes("2025-11-20 09:00")
    days = [(entry.at, entry.level) for entry in run.last.history]
    assert days == sorted(days, key=lambda one: one[0])


def test_at_one_instant_a_move_comes_before_a_level() -> None:
    moving = Deadline(name="zz_moves", state=S.DRAFT, due=OnDate("on"), on_expiry="submit")
    definition = with_deadlines(moving, due_ladder=STANDARD, transitions=BY_TIME)
    run = a_run(definition, due_on="2025-11-30", data={"on": "2025-11-30"})
    run.passes("2025-12-01 09:00")
    assert [entry.action for entry in run.history[-2:]] == ["submit", "escalated"]


def test_a_pass_tells_the_outcome_of_the_whole() -> None:
    run = november()
    before = run.instance
    outcome = run.passes("2025-12-08 09:00")
    assert (outcome.before, [timer.level for timer in outcome.fired]) == (
        before,
        ["R1", "R2", "L0", "L1"],
    )


def test_the_messages_of_one_pass_name_every_level_passed() -> None:
    run = november(owner="aud")
    run.passes("2025-12-08 09:00")
    assert [notice.level for notice in run.notices if notice.to == "aud"] == ["R1", "R2", "L0"]


def test_whoever_is_there_now_is_told_of_what_was_passed() -> None:
    run = november()
    run.roster = a_roster(a_person("new", "auditor", active_from=date(2025, 12, 8)))
    run.passes("2025-12-08 09:00")
    assert {notice.to for notice in run.notices if notice.level == "L0"} == {"new"}


# ------------------------------------------------------------------ moves that time makes
EXPIRING = replace(SUBMIT_BY, ladder=None, on_expiry="submit")


def test_later_deadlines_count_from_the_nominal_instant_of_a_move() -> None:
    run = a_run(with_deadlines(EXPIRING, APPROVE_BY, transitions=BY_TIME))
    run.passes("2025-11-14 09:00")
    assert (run.instance.entered_on, run.armed) == (
        date(2025, 11, 11),
        [("approve_by", "L0", "2025-11-19")],
    )


def test_levels_that_a_move_of_time_armed_and_that_were_passed_too_fire_in_the_same_pass() -> None:
    run = a_run(with_deadlines(EXPIRING, APPROVE_BY, transitions=BY_TIME))
    run.passes("2025-11-26 09:00")
    assert [(entry.action, entry.level) for entry in run.last.history] == [
        ("submit", None),
        ("reminded", "R2"),
        ("escalated", "L0"),
        ("escalated", "L1"),
    ]


def test_a_move_that_ends_the_instance_ends_what_came_after_it() -> None:
    ending = (replace(SUBMIT, role="system", dest=S.DONE), *MOVES[1:])
    run = a_run(
        with_deadlines(EXPIRING, due_ladder=STANDARD, transitions=ending), due_on="2025-11-30"
    )
    run.passes("2026-03-02 09:00")
    assert (run.levels, run.instance.timers, run.instance.met_at) == (
        [],
        (),
        london("2025-11-11 00:00"),
    )


def test_a_move_that_leaves_the_state_ends_its_ladder_and_not_that_of_the_own_date() -> None:
    slow = replace(SUBMIT_BY, name="slow", due=Within(3))
    run = a_run(
        with_deadlines(EXPIRING, slow, due_ladder=STANDARD, transitions=BY_TIME),
        due_on="2025-11-30",
    )
    run.passes("2025-12-02 09:00")
    assert run.levels == [
        ("slow", "R2", "2025-11-04"),
        ("slow", "L0", "2025-11-07"),
        ("due", "R1", "2025-11-14"),
        ("due", "R2", "2025-11-26"),
        ("due", "L0", "2025-12-01"),
    ]


def test_a_cap_does_not_shorten_a_move_of_time() -> None:
    run = a_run(
        with_deadlines(replace(EXPIRING, capped=True), due_ladder=STANDARD, transitions=BY_TIME),
        due_on="2025-11-05",
    )
    run.passes("2025-11-10 23:59")
    early = run.instance.state
    run.passes("2025-11-11 00:00")
    assert (early, run.instance.state) == ("draft", "review")


def test_an_opening_takes_effect_at_the_start_of_its_day() -> None:
    opens = replace(EXPIRING, due=OnDate("opens_on"), at_start=True)
    run = a_run(with_deadlines(opens, transitions=BY_TIME), data={"opens_on": "2025-11-10"})
    run.passes("2025-11-12 09:00")
    assert run.instance.entered_at == london("2025-11-10 00:00")


def test_a_refused_move_is_tried_once_in_a_pass_and_waits() -> None:
    refused = (replace(BY_TIME[0], guards=(unless("plan"),)), *MOVES[1:])
    run = a_run(with_deadlines(EXPIRING, transitions=refused))
    run.passes("2025-11-14 09:00")
    run.passes("2025-11-17 09:00")
    assert run.actions == ["start", "waits"]


def test_a_move_of_time_brings_its_effects_as_of_its_own_day() -> None:
    seen: list[date] = []

    def effect(step: Any) -> Any:  # noqa: ANN401 - a step; effects
        seen.append(step.today)
        return effects()(step)

    run = a_run(
        with_deadlines(EXPIRING, transitions=(replace(BY_TIME[0], effect=effect), *MOVES[1:]))
    )
    run.passes("2025-11-14 09:00")
    assert seen == [date(2025, 11, 11)]


def test_moves_of_time_that_go_in_circles_are_stopped() -> None:
    circle = with_deadlines(
        replace(EXPIRING, due=OnDate("on")),
        replace(EXPIRING, name="back", state=S.REVIEW, due=OnDate("on"), on_expiry="send_back"),
        transitions=(BY_TIME[0], replace(SEND_BACK, role="system")),
    )
    with pytest.raises(RuntimeError, match="more than 1000 timers due in one pass"):
        a_run(circle, data={"on": "2025-11-10"}).passes("2025-11-14 09:00")
