"""One level of a ladder: its entry, who is told, what it blocks, and the next level."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from factories import (
    CALENDAR,
    ROSTER,
    SUBMIT_BY,
    S,
    a_block,
    a_calendar,
    a_definition,
    a_person,
    a_roster,
    a_run,
    a_timer,
    an_instance,
    london,
    some_facts,
    with_deadlines,
    without_role,
)

from qa_workflow.engine.definition import Deadline, EscalationLevel, Ladder, OnDate, Within
from qa_workflow.engine.escalate import audience, escalate
from qa_workflow.engine.instance import Outcome, ProcessInstance, Timer
from qa_workflow.engine.people import Roster
from qa_workflow.patterns.ladders import IMMEDIATE_SAFETY, NUDGE, STANDARD, STATUTORY

OWN = a_definition(due_ladder=STANDARD)
DAY = date(2025, 12, 1)


def climbed(instance: ProcessInstance, timer: Timer, **more: Any) -> Outcome:  # noqa: ANN401 - a roster, a definition
    now = london("2025-12-08 09:00")
    return escalate(
        more.pop("definition", OWN),
        replace(instance, timers=(timer,)),
        timer,
        facts=some_facts(instance, now=now, **more),
        now=now,
        calendar=CALENDAR,
    )


def own_timer(level: str) -> Timer:
    return a_timer(deadline="due", level=level, due_at=london("2025-12-01"), fixed=True)


DATED = an_instance(due_on=date(2025, 11, 30), owner_role="auditor")


# ------------------------------------------------------------------ the entry
def test_a_level_takes_effect_on_its_nominal_day_and_is_recorded_when_it_ran() -> None:
    (entry,) = climbed(DATED, own_timer("L0")).history
    assert (entry.at, entry.nominal_on, entry.recorded_at) == (
        london("2025-12-01 00:00"),
        DAY,
        london("2025-12-08 09:00"),
    )


def test_an_entry_says_which_deadline_was_missed_and_who_was_told() -> None:
    (entry,) = climbed(DATED, own_timer("L0")).history
    assert entry.data == {
        "deadline": "due",
        "due_on": "2025-11-30",
        "told": ["aud", "bea", "tess"],
    }


def test_a_level_is_a_change_of_the_system_that_moves_no_state() -> None:
    (entry,) = climbed(DATED, own_timer("L0")).history
    assert (entry.actor, entry.action, entry.before, entry.after) == (
        "system",
        "escalated",
        "draft",
        "draft",
    )


def test_a_reminder_is_called_one() -> None:
    outcome = climbed(DATED, own_timer("R1"))
    assert (outcome.history[0].action, outcome.notices[0].template) == ("reminded", "reminder")


def test_a_level_is_a_new_version_and_one_entry() -> None:
    outcome = climbed(replace(DATED, version=3, seq=5), own_timer("L0"))
    assert (outcome.instance.version, outcome.instance.seq) == (4, 6)


def test_the_timer_of_a_level_is_spent_and_the_next_one_armed() -> None:
    outcome = climbed(DATED, own_timer("L0"))
    assert (outcome.fired, outcome.instance.timers) == (
        (own_timer("L0"),),
        (replace(own_timer("L1"), due_at=london("2025-12-05")),),
    )


def test_after_the_top_of_the_ladder_nothing_is_armed() -> None:
    assert climbed(DATED, own_timer("L3")).instance.timers == ()


def test_other_timers_stay_as_they_are() -> None:
    other = a_timer()
    now = london("2025-12-08 09:00")
    outcome = escalate(
        OWN,
        replace(DATED, timers=(other, own_timer("L3"))),
        own_timer("L3"),
        facts=some_facts(DATED, now=now),
        now=now,
        calendar=CALENDAR,
    )
    assert outcome.instance.timers == (other,)


def test_everybody_told_hears_which_level_of_which_deadline_it_is() -> None:
    notice = climbed(DATED, own_timer("L0")).notices[0]
    assert (
        notice.to,
        notice.template,
        notice.key,
        notice.level,
        notice.nominal_on,
        notice.due_on,
    ) == (
        "aud",
        "escalation",
        "due:1:L0",
        "L0",
        DAY,
        date(2025, 11, 30),
    )


# ------------------------------------------------------------------ the level on the instance
def test_a_level_of_the_own_date_stands_on_the_instance() -> None:
    after = climbed(DATED, own_timer("L1")).instance
    assert (after.due_level, after.visit_level, after.level) == ("L1", None, "L1")


def test_a_level_of_a_state_stands_on_the_visit() -> None:
    after = climbed(an_instance(), a_timer(level="L1")).instance
    assert (after.due_level, after.visit_level, after.level) == (None, "L1", "L1")


def test_the_level_of_an_instance_is_the_higher_of_both() -> None:
    assert an_instance(due_level="L0", visit_level="L2").level == "L2"


def test_a_reminder_is_no_level_of_an_instance() -> None:
    assert an_instance(due_level="R2").level is None


@pytest.mark.parametrize(
    ("reached", "level", "then"),
    [
        ("L2", "L0", "L2"),
        ("L2", "R1", "L2"),
        ("L0", "L1", "L1"),
        ("R1", "R2", "R2"),
        ("R1", "L0", "L0"),
    ],
)
def test_a_visit_is_as_late_as_the_highest_of_its_ladders_says(
    reached: str, level: str, then: str
) -> None:
    after = climbed(an_instance(visit_level=reached), a_timer(level=level)).instance
    assert after.visit_level == then


# ------------------------------------------------------------------ blocks
def test_the_second_level_blocks() -> None:
    (block,) = climbed(DATED, own_timer("L2")).instance.blocks
    assert (block.reason, block.since, block.by, block.review_on) == (
        "overdue_l2",
        london("2025-12-01"),
        "system",
        date(2025, 12, 15),
    )


def test_a_block_says_in_words_what_was_missed_and_by_when() -> None:
    (block,) = climbed(DATED, own_timer("L2")).instance.blocks
    assert block.note == "Overdue: it was due on Sunday 30 November 2025."
    named = with_deadlines(
        Deadline(name="name_the_place_by_draft", state=S.DRAFT, due=Within(5), ladder=STANDARD)
    )
    timer = a_timer(deadline="name_the_place_by_draft", level="L2", due_at=london("2025-12-01"))
    (block,) = climbed(an_instance(), timer, definition=named).instance.blocks
    assert block.note == "Overdue: it was due on Monday 10 November 2025 (name the place)."


@pytest.mark.parametrize("level", ["R1", "L0", "L1", "L3"])
def test_no_other_level_blocks(level: str) -> None:
    assert climbed(DATED, own_timer(level)).instance.blocks == ()


def test_a_block_at_the_second_level_stands_in_its_entry() -> None:
    (entry,) = climbed(DATED, own_timer("L2")).history
    assert [one["reason"] for one in entry.changes["blocks"]] == ["overdue_l2"]


def test_a_parent_hears_that_a_child_is_blocked() -> None:
    outcome = climbed(replace(DATED, parent_id=9), own_timer("L2"))
    assert [signal.to for signal in outcome.signals] == ["parent"]


def test_a_parent_hears_nothing_of_a_child_that_was_blocked_before() -> None:
    blocked = replace(DATED, parent_id=9, blocks=(a_block(),))
    assert climbed(blocked, own_timer("L2")).signals == ()


def test_the_own_date_and_the_state_block_each_for_themselves() -> None:
    once = climbed(DATED, own_timer("L2")).instance
    twice = climbed(replace(once, version=1), a_timer(level="L2")).instance
    assert [block.cause for block in twice.blocks] == ["due", "visit"]


# ------------------------------------------------------------------ who is told
def told(
    *names: str,
    instance: ProcessInstance = DATED,
    roster: Roster = ROSTER,
    **changes: Any,  # noqa: ANN401 - the fields of a definition
) -> tuple[str, ...]:
    return audience(instance, names, some_facts(instance, roster=roster), a_definition(**changes))[
        0
    ]


OF_AUD = an_instance(owner="aud", owner_role="auditor")


def test_the_owner_is_the_named_person() -> None:
    assert told("owner", instance=OF_AUD) == ("aud",)


def test_the_owner_of_a_role_is_everybody_who_holds_it() -> None:
    assert told("owner") == ("aud", "bea")


def test_an_owner_who_is_not_active_is_not_told() -> None:
    assert told("owner", instance=an_instance(owner="gone", owner_role="auditor")) == ()


def test_without_an_owner_and_a_role_the_service_manager_is_told() -> None:
    assert told("owner", instance=an_instance()) == ("sandy",)


def test_without_an_owner_and_a_role_the_role_of_the_process_is_told() -> None:
    assert told("owner", instance=an_instance(), owner_role="ad_people") == ("ada",)


def test_the_line_manager_is_the_owners() -> None:
    assert told("line_manager", instance=OF_AUD) == ("tess",)


def test_the_line_manager_of_a_leaver_is_still_told() -> None:
    leaver = a_person("aud", "auditor", manager="tess", active_to=date(2025, 6, 30))
    roster = Roster({**ROSTER.people, "aud": leaver})
    assert told("line_manager", instance=OF_AUD, roster=roster) == ("tess",)


@pytest.mark.parametrize("owner", ["dana", "stranger"])
def test_nobody_is_told_in_place_of_a_manager_who_is_not_there(owner: str) -> None:
    assert told("line_manager", instance=an_instance(owner=owner)) == ()


def test_the_service_manager_is_the_one_of_the_process() -> None:
    assert told("service_manager", service_manager="ad_people") == ("ada",)


def test_whoever_is_meant_twice_is_told_once() -> None:
    assert told("service_manager", "sm_sqa") == ("sandy",)


def test_a_role_that_nobody_holds_is_told_as_a_role() -> None:
    assert told("ad_people", roster=without_role("ad_people")) == ("role:ad_people",)


def test_an_owning_role_that_nobody_holds_is_told_as_a_role() -> None:
    assert told("owner", roster=a_roster()) == ("role:auditor",)


def test_a_role_that_nobody_holds_blocks_the_instance() -> None:
    outcome = climbed(DATED, own_timer("L1"), roster=without_role("sm_sqa"))
    (block,) = outcome.instance.blocks
    assert (block.reason, block.waiting_on, block.cause, block.review_on) == (
        "nobody_home",
        "sm_sqa",
        "people",
        date(2025, 12, 15),
    )


def test_every_role_that_nobody_holds_is_named_by_a_block_of_its_own() -> None:
    once = climbed(DATED, own_timer("L1"), roster=a_roster()).instance
    twice = climbed(replace(once, timers=()), own_timer("L3"), roster=a_roster()).instance
    assert [block.waiting_on for block in twice.blocks] == ["sm_sqa", "director"]


# ------------------------------------------------------------------ ladders of their own
def test_a_reminder_of_the_statutory_ladder_comes_on_the_due_day_itself() -> None:
    run = a_run(a_definition(due_ladder=STATUTORY), due_on="2025-11-28", now="2025-11-27 09:00")
    run.passes("2025-11-28 09:00")
    assert run.levels == [("due", "R0", "2025-11-28")]


def test_a_concern_for_safety_goes_to_ad_people_and_then_to_the_director() -> None:
    run = a_run(a_definition(due_ladder=IMMEDIATE_SAFETY, deadlines=()), due_on="2025-11-04")
    run.passes("2025-11-07 09:00")
    assert [(notice.level, notice.to) for notice in run.notices] == [("L2", "ada"), ("L3", "dana")]


def test_a_nudge_tells_the_owner_once_on_the_day() -> None:
    run = a_run(with_deadlines(replace(SUBMIT_BY, ladder=NUDGE)))
    run.passes("2025-12-31 09:00")
    assert run.levels == [("submit_by", "R1", "2025-11-10")]


# ------------------------------------------------------------------ timers that a definition no longer knows
def test_a_timer_whose_deadline_is_gone_is_spent_without_a_word() -> None:
    outcome = climbed(an_instance(), a_timer(deadline="forgotten"))
    assert (outcome.history, outcome.notices, outcome.instance.timers) == ((), (), ())


def test_a_timer_whose_level_is_gone_is_spent_without_a_word_and_the_next_rung_waits() -> None:
    above = EscalationLevel("L1", 3, ("ad_people",))
    fewer = Ladder("fewer", (EscalationLevel("R1", -3, ("owner",)), above))
    definition = with_deadlines(replace(SUBMIT_BY, ladder=fewer))
    outcome = climbed(an_instance(), a_timer(level="L0"), definition=definition)
    assert outcome.history == ()
    assert [one.level for one in outcome.instance.timers] == ["L1"]
    gone = a_timer(level="R2", due_at=london("2025-11-06"))
    outcome = climbed(an_instance(), gone, definition=definition)
    assert [one.level for one in outcome.instance.timers] == ["L1"]  # R1 has been


def test_a_timer_above_the_top_of_its_ladder_is_spent_without_a_word() -> None:
    outcome = climbed(
        an_instance(),
        a_timer(level="L3"),
        definition=with_deadlines(replace(SUBMIT_BY, ladder=STANDARD.up_to("L1"))),
    )
    assert (outcome.history, outcome.instance.timers) == ((), ())


def test_a_timer_whose_date_is_gone_is_spent_without_a_word() -> None:
    dateless = with_deadlines(
        Deadline(name="submit_by", state=S.DRAFT, due=OnDate("on"), ladder=STANDARD)
    )
    outcome = climbed(an_instance(), a_timer(), definition=dateless)
    assert (outcome.history, outcome.instance.timers) == ((), ())


def test_a_level_at_the_edge_of_the_calendar_arms_nothing_beyond_it() -> None:
    run = a_run(with_deadlines(replace(SUBMIT_BY, due=Within(25))), calendar=a_calendar(until=2025))
    run.passes("2025-12-31 09:00")
    assert (run.levels[-1], run.armed) == (("submit_by", "L2", "2025-12-22"), [])
