"""A bank holiday proclaimed late moves what working days make, once, and nothing else."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from factories import (
    APPROVE_BY,
    CALENDAR,
    SUBMIT,
    SUBMIT_BY,
    Run,
    S,
    a_calendar,
    a_child,
    a_definition,
    a_guard,
    a_run,
    a_timer,
    effects,
    london,
    with_deadlines,
    with_moves,
)

from qa_workflow.engine.definition import (
    After,
    Days,
    Deadline,
    Effects,
    EscalationLevel,
    InstanceDue,
    Ladder,
    Months,
    OnDate,
    ProcessDefinition,
    Weeks,
    Within,
)
from qa_workflow.engine.instance import EXPIRY, Json, ProcessInstance
from qa_workflow.engine.record import FOLDED, fold
from qa_workflow.engine.recount import recounted
from qa_workflow.engine.working_days import WorkingCalendar
from qa_workflow.errors import BeyondCalendar
from qa_workflow.patterns.ladders import NUDGE, STANDARD, STATUTORY

CAUSE = "5 November 2025 became a bank holiday: A day of thanks."
Told = list[tuple[str, str | None, str, str]]


def proclaimed(run: Run, *days: str, closed: bool = False) -> Told:
    """Let *days* become bank holidays (or the offices be *closed* on them); return what moves."""
    extra = {date.fromisoformat(day): "A day of thanks" for day in days}
    grown = run.calendar.with_closures if closed else run.calendar.with_holidays
    return counted(run, grown(extra))


def counted(run: Run, after: WorkingCalendar) -> Told:
    found = recounted(
        run.definition, run.instance,
        before=run.calendar, after=after, cause=CAUSE, actor="cli:robin", now=run.now,
    )  # fmt: skip
    run.calendar = after
    if found is None:
        return []
    outcome, moves = found
    run.took(outcome)
    return [(one.deadline, one.level, str(one.from_on), str(one.to_on)) for one in moves]


OWN = a_definition(due_ladder=STANDARD)


def own(**changes: Any) -> ProcessDefinition:  # noqa: ANN401 - the fields of a definition
    """Return a process of which only the own date is watched."""
    watched = Deadline(name="submit_by", state=S.DRAFT, due=InstanceDue())
    return a_definition(due_ladder=STANDARD, deadlines=(watched, APPROVE_BY), **changes)


# ------------------------------------------------------------------ what moves
def test_a_deadline_in_working_days_falls_one_working_day_later() -> None:
    run = a_run()
    assert proclaimed(run, "2025-11-05")[0] == ("submit_by", None, "2025-11-10", "2025-11-11")


def test_the_next_rung_moves_with_its_deadline() -> None:
    run = a_run()
    assert proclaimed(run, "2025-11-05")[1:] == [("submit_by", "R2", "2025-11-06", "2025-11-07")]
    assert run.armed == [("submit_by", "R2", "2025-11-07")]


def test_every_rung_above_counts_by_the_new_calendar_too() -> None:
    run = a_run()
    proclaimed(run, "2025-11-05", "2025-11-19")
    run.passes("2025-12-15 09:00")
    assert [day for _, level, day in run.levels if level.startswith("L")] == [
        "2025-11-12", "2025-11-18", "2025-11-26", "2025-12-10",
    ]  # fmt: skip


@pytest.mark.parametrize("day", ["2025-11-03", "2025-10-31", "2025-11-12", "2026-05-08"])
def test_a_holiday_outside_the_count_moves_nothing(day: str) -> None:
    run = a_run()
    before = run.instance
    assert proclaimed(run, day) == []
    assert run.instance is before


def test_a_holiday_on_the_due_day_moves_it_to_the_next_working_day() -> None:
    run = a_run()
    assert proclaimed(run, "2025-11-10")[0] == ("submit_by", None, "2025-11-10", "2025-11-11")


def test_a_rung_moves_where_only_the_day_after_the_due_day_is_lost() -> None:
    run = a_run()
    run.passes("2025-11-07 09:00")
    assert proclaimed(run, "2025-11-11") == [("submit_by", "L0", "2025-11-11", "2025-11-12")]


def test_a_reminder_moves_to_the_day_before_where_the_target_day_is_lost() -> None:
    run = a_run(own(), due_on="2025-11-30")
    assert proclaimed(run, "2025-11-28") == [("due", "R1", "2025-11-14", "2025-11-13")]


def test_two_holidays_at_once_move_it_twice_as_far() -> None:
    run = a_run()
    assert proclaimed(run, "2025-11-05", "2025-11-06")[0][3] == "2025-11-12"


def test_a_holiday_that_has_passed_moves_what_still_counts_over_it() -> None:
    run = a_run()
    run.at("2025-11-07 09:00")
    assert proclaimed(run, "2025-11-05")[0] == ("submit_by", None, "2025-11-10", "2025-11-11")


# ------------------------------------------------------------------ what never moves
@pytest.mark.parametrize("rule", [Days(7), Weeks(1), Months(1)])
def test_weeks_months_and_days_never_move(rule: Days | Weeks | Months) -> None:
    due = Deadline(name="submit_by", state=S.DRAFT, due=After(rule), ladder=NUDGE)
    assert proclaimed(a_run(with_deadlines(due, APPROVE_BY)), "2025-11-05", "2025-11-10") == []


def test_a_date_of_weeks_stays_where_only_the_rungs_above_it_move() -> None:
    due = Deadline(name="submit_by", state=S.DRAFT, due=After(Weeks(1)), ladder=STANDARD)
    run = a_run(with_deadlines(due, APPROVE_BY))
    run.passes("2025-11-10 09:00")
    assert proclaimed(run, "2025-11-11") == [("submit_by", "L0", "2025-11-11", "2025-11-12")]


def test_a_fixed_date_stays() -> None:
    due = Deadline(name="submit_by", state=S.DRAFT, due=OnDate("on"), ladder=NUDGE)
    run = a_run(with_deadlines(due, APPROVE_BY), data={"on": "2025-11-10"})
    assert proclaimed(run, "2025-11-10") == []


def test_the_own_date_stays() -> None:
    run = a_run(own(), due_on="2025-11-30")
    proclaimed(run, "2025-11-05", "2025-11-28")
    assert (str(run.instance.due_on), run.instance.due_epoch) == ("2025-11-30", 1)


def test_what_has_ended_is_not_touched() -> None:
    run = a_run()
    run.fire("submit", by="aud")
    run.fire("approve", by="sandy")
    assert proclaimed(run, "2025-11-05") == []


def test_what_has_ended_keeps_what_it_stored() -> None:
    run = a_run(COUNTING, due_on="2025-11-10", data=STORED)
    run.fire("cancel", by="sandy")
    proclaimed(run, "2025-11-05")
    assert run.instance.data == STORED


def test_what_was_counted_for_a_state_that_was_left_is_not_told() -> None:
    run = a_run()
    run.fire("submit", by="aud")
    assert {one[0] for one in proclaimed(run, "2025-11-05")} == {"approve_by"}


def test_the_office_being_closed_moves_no_date_of_law() -> None:
    law = replace(SUBMIT_BY, ladder=STATUTORY)
    assert proclaimed(a_run(with_deadlines(law, APPROVE_BY)), "2025-11-05", closed=True) == []


def test_the_office_being_closed_moves_what_no_law_backs() -> None:
    assert proclaimed(a_run(), "2025-11-05", closed=True)[0][2:] == ("2025-11-10", "2025-11-11")


# ------------------------------------------------------------------ what has fired stays fired
def test_a_level_that_has_fired_is_not_fired_again() -> None:
    run = a_run()
    run.passes("2025-11-11 09:00")
    proclaimed(run, "2025-11-05")
    run.passes("2025-12-31 09:00")
    assert [level for _, level, _ in run.levels] == ["R2", "L0", "L1", "L2", "L3"]


def test_what_is_climbed_next_keeps_its_place_on_the_ladder() -> None:
    run = a_run()
    run.passes("2025-11-11 09:00")
    proclaimed(run, "2025-11-05")
    assert run.armed == [("submit_by", "L1", "2025-11-18")]
    assert (run.instance.epoch, run.instance.visit_level) == (1, "L0")


def test_the_block_of_a_level_that_has_fired_stays() -> None:
    run = a_run()
    run.passes("2025-11-24 09:00")
    proclaimed(run, "2025-11-05")
    assert run.reasons == ["overdue_l2"]


def test_what_has_climbed_its_whole_ladder_is_told_and_not_armed_again() -> None:
    run = a_run()
    run.passes("2025-12-31 09:00")
    assert proclaimed(run, "2025-11-05") == [("submit_by", None, "2025-11-10", "2025-11-11")]
    assert run.armed == []


def test_a_single_reminder_that_has_fired_is_not_armed_for_its_new_day() -> None:
    nudge = Deadline(name="nudge", state=S.DRAFT, due=Within(5), ladder=NUDGE)
    later = replace(SUBMIT_BY, due=Within(7))
    run = a_run(with_deadlines(nudge, later, APPROVE_BY))
    run.passes("2025-11-10 09:00")  # R1 of the nudge on the 10th, R2 of the other on the 10th
    assert ("nudge", None, "2025-11-10", "2025-11-11") in proclaimed(run, "2025-11-05")
    assert [one[0] for one in run.armed] == ["submit_by"]
    run.passes("2025-11-12 09:00")
    assert [one for one in run.levels if one[0] == "nudge"] == [("nudge", "R1", "2025-11-10")]


def test_a_level_that_was_due_while_nobody_watched_falls_on_its_new_day() -> None:
    run = a_run()
    run.passes("2025-11-07 09:00")
    run.at("2025-11-11 09:00")  # L0 is due since midnight, and nothing has run yet
    proclaimed(run, "2025-11-05")
    run.passes("2025-11-11 10:00")
    assert [level for _, level, _ in run.levels] == ["R2"]


# ------------------------------------------------------------------ reminders
def test_a_reminder_whose_new_day_has_passed_gives_way_to_the_next_rung() -> None:
    run = a_run(own(), due_on="2025-12-01", now="2025-11-14 12:00")  # R1 on Monday 17 November
    assert run.armed == [("due", "R1", "2025-11-17")]
    run.at("2025-11-15 09:00")
    proclaimed(run, "2025-11-20")  # R1 would have been on Friday the 14th
    assert run.armed == [("due", "R2", "2025-11-27")]


def test_two_reminders_whose_new_days_have_passed_both_give_way() -> None:
    close = Ladder(
        "close",
        (
            EscalationLevel("R1", -2, ("owner",)),
            EscalationLevel("R2", -1, ("owner",)),
            EscalationLevel("L2", 1, ("ad_people",), blocks=True),
        ),
    )
    run = a_run(replace(own(), due_ladder=close), due_on="2025-11-11")
    run.at("2025-11-06 09:00")
    proclaimed(run, "2025-11-06", "2025-11-07", "2025-11-10")
    assert run.armed == [("due", "L2", "2025-11-12")]


def test_the_next_reminder_counts_from_the_strict_reading_of_the_law_too() -> None:
    run = a_run(own(), due_on="2025-11-30", data={"target_by": "2025-11-21"})
    run.at("2025-11-06 09:00")  # R1 on Friday 7 November
    proclaimed(run, "2025-11-13", "2025-11-14")
    assert run.armed == [("due", "R2", "2025-11-19")]


def test_a_level_is_never_left_out_also_where_a_day_is_taken_back() -> None:
    two = {date(2025, 11, 5): "A day of thanks", date(2025, 11, 6): "Another"}
    run = a_run(calendar=CALENDAR.with_holidays(two))
    run.passes("2025-11-12 09:00")  # L0 would be on the 13th
    counted(run, CALENDAR)
    run.passes("2025-11-12 10:00")
    assert run.levels[-1] == ("submit_by", "L0", "2025-11-11")


def test_a_reminder_that_waits_to_be_fired_is_not_lost() -> None:
    run = a_run(own(), due_on="2025-12-01", now="2025-11-14 12:00")
    run.at("2025-11-17 09:00")  # due since midnight
    proclaimed(run, "2025-11-20")
    run.passes("2025-11-17 10:00")
    assert run.levels == [("due", "R1", "2025-11-14")]


def test_a_reminder_that_moves_to_today_still_fires() -> None:
    run = a_run(own(), due_on="2025-12-01", now="2025-11-14 09:00")
    proclaimed(run, "2025-11-20")
    run.passes("2025-11-14 10:00")
    assert run.levels == [("due", "R1", "2025-11-14")]


def test_a_rung_that_does_not_move_keeps_its_timer() -> None:
    run = a_run()
    run.instance = replace(
        run.instance, timers=tuple(replace(one, id=7) for one in run.instance.timers)
    )
    second = replace(SUBMIT_BY, name="second", due=Within(2))
    run.definition = with_deadlines(SUBMIT_BY, second, APPROVE_BY)
    run.instance = replace(
        run.instance,
        timers=(*run.instance.timers, a_timer(deadline="second", due_at=london("2025-11-06"))),
    )
    proclaimed(run, "2025-11-07")  # after the second one is due
    assert ("second", "L0", "2025-11-06") in run.armed


# ------------------------------------------------------------------ moves that time makes
CLOSES = Deadline(name="closes", state=S.DRAFT, due=Within(5), on_expiry="lapse")
LAPSE = replace(SUBMIT, trigger="lapse", dest=S.DONE, role="system")
LAPSING = replace(with_moves(LAPSE), deadlines=(SUBMIT_BY, CLOSES, APPROVE_BY))


def test_a_window_closes_a_working_day_later() -> None:
    run = a_run(LAPSING)
    moves = proclaimed(run, "2025-11-05")
    assert ("closes", None, "2025-11-10", "2025-11-11") in moves
    assert run.passes("2025-11-11 23:59").instance.state == "draft"
    assert run.passes("2025-11-12 00:01").instance.state == "done"


def test_a_window_is_told_once() -> None:
    assert [one[0] for one in proclaimed(a_run(LAPSING), "2025-11-05")].count("closes") == 1


def test_an_opening_in_working_days_moves_at_its_first_minute() -> None:
    opens = replace(CLOSES, at_start=True)
    run = a_run(replace(LAPSING, deadlines=(SUBMIT_BY, opens, APPROVE_BY)))
    assert ("closes", None, "2025-11-10", "2025-11-11") in proclaimed(run, "2025-11-05")
    assert run.passes("2025-11-10 23:59").instance.state == "draft"
    assert run.passes("2025-11-11 00:01").instance.state == "done"


def test_a_window_on_a_fixed_date_stays() -> None:
    fixed = replace(CLOSES, due=OnDate("on"))
    definition = replace(LAPSING, deadlines=(fixed,))
    assert proclaimed(a_run(definition, data={"on": "2025-11-10"}), "2025-11-10") == []


def test_a_move_that_waits_for_a_guard_is_not_armed_again() -> None:
    waiting = with_moves(replace(LAPSE, guards=(a_guard(),)))
    run = a_run(replace(waiting, deadlines=(SUBMIT_BY, CLOSES, APPROVE_BY)))
    run.passes("2025-11-11 09:00")
    proclaimed(run, "2025-11-05")
    assert (run.instance.pending, [one[0] for one in run.armed]) == ("lapse", ["submit_by"])


# ------------------------------------------------------------------ the own date and its cap
def test_what_moves_onto_the_own_date_is_left_to_it() -> None:
    capped = replace(SUBMIT_BY, capped=True)
    run = a_run(replace(OWN, deadlines=(capped, APPROVE_BY)), due_on="2025-11-11")
    assert [one[0] for one in run.armed] == ["due", "submit_by"]
    assert proclaimed(run, "2025-11-05")[0] == ("submit_by", None, "2025-11-10", "2025-11-11")
    assert [one[0] for one in run.armed] == ["due"]


def test_a_cap_holds_the_date_where_it_was() -> None:
    capped = replace(SUBMIT_BY, capped=True)
    run = a_run(replace(OWN, deadlines=(capped, APPROVE_BY)), due_on="2025-11-09")
    assert [one[0] for one in proclaimed(run, "2025-11-05")] == ["due"]  # the reminder R2 alone


def test_what_was_on_the_own_date_is_watched_for_itself_where_it_moves_away() -> None:
    run = a_run(OWN, due_on="2025-11-10")
    assert [one[0] for one in run.armed] == ["due"]
    proclaimed(run, "2025-11-05")
    assert {one[0] for one in run.armed} == {"due", "submit_by"}


def test_what_is_late_is_so_from_its_new_date() -> None:
    run = a_run()
    assert run.instance.stuck_at == london("2025-11-11")
    proclaimed(run, "2025-11-05")
    assert run.instance.stuck_at == london("2025-11-12")


# ------------------------------------------------------------------ what a process stored
def counting(_instance: ProcessInstance, calendar: WorkingCalendar) -> Effects:
    """Count a stored day and the own date again, five working days from Monday 3 November."""
    day = calendar.add(date(2025, 11, 3), 5)
    return Effects(data={"papers_on": day.isoformat()}, due_on=day)


COUNTING = own(recount=counting)
STORED = {"papers_on": "2025-11-10"}


def test_what_a_process_stores_of_working_days_is_counted_again() -> None:
    run = a_run(COUNTING, due_on="2025-11-10", data=STORED)
    proclaimed(run, "2025-11-05")
    assert run.instance.data == {"papers_on": "2025-11-11"}


def test_an_own_date_that_a_process_counts_moves_with_its_ladder() -> None:
    run = a_run(COUNTING, due_on="2025-11-10", data=STORED)
    assert proclaimed(run, "2025-11-05") == [
        ("papers_on", None, "2025-11-10", "2025-11-11"),
        ("due", None, "2025-11-10", "2025-11-11"),
        ("submit_by", None, "2025-11-10", "2025-11-11"),
        ("due", "R2", "2025-11-06", "2025-11-07"),
    ]
    assert run.instance.due_epoch == 1


def met_in_review(definition: ProcessDefinition, state: str, _data: Json) -> bool:
    return state == S.REVIEW or state in definition.final


def test_an_own_date_that_was_met_stays_what_it_was() -> None:
    run = a_run(replace(COUNTING, due_met=met_in_review), due_on="2025-11-10", data=STORED)
    run.fire("submit", by="aud")
    proclaimed(run, "2025-11-05")
    assert str(run.instance.due_on) == "2025-11-10"


def test_a_stored_day_is_told_as_a_date_that_moves() -> None:
    alone = own(recount=lambda *known: Effects(data=counting(*known).data))
    run = a_run(alone, due_on="2025-11-30", data=STORED)
    assert proclaimed(run, "2025-11-05") == [("papers_on", None, "2025-11-10", "2025-11-11")]
    assert run.history[-1].changes == {"data": {"papers_on": "2025-11-11"}}


def test_a_stored_text_that_is_no_day_is_told_by_its_change_alone() -> None:
    texts = own(recount=lambda *_known: Effects(data={"note": "two days", "on": "2025-11-20"}))
    run = a_run(texts, due_on="2025-11-30", data={"note": "one day"})
    assert proclaimed(run, "2025-11-05") == []
    assert run.actions == ["start", "recounted"]


def test_a_process_that_counts_the_same_again_moves_nothing() -> None:
    run = a_run(COUNTING, due_on="2025-11-10", data=STORED)
    assert proclaimed(run, "2025-11-18") == []


# ------------------------------------------------------------------ how it is told
def test_one_entry_tells_every_date_that_moves_and_why() -> None:
    run = a_run()
    proclaimed(run, "2025-11-05")
    entry = run.history[-1]
    assert (entry.action, entry.actor, entry.reason, entry.at) == (
        "recounted", "cli:robin", CAUSE, run.now,
    )  # fmt: skip
    assert entry.data == {
        "moves": [
            {"deadline": "submit_by", "level": None, "from": "2025-11-10", "to": "2025-11-11"},
            {"deadline": "submit_by", "level": "R2", "from": "2025-11-06", "to": "2025-11-07"},
        ]
    }


def test_a_recount_is_one_version_and_one_entry() -> None:
    run = a_run()
    before = run.instance
    proclaimed(run, "2025-11-05")
    assert (run.instance.version, run.instance.seq) == (before.version + 1, before.seq + 1)
    assert run.actions == ["start", "recounted"]


def test_the_history_gives_the_recounted_instance_again() -> None:
    run = a_run(COUNTING, due_on="2025-11-10", data=STORED)
    proclaimed(run, "2025-11-05")
    found = fold(run.history)
    assert all(found.get(name) == getattr(run.instance, name) for name in FOLDED)
    assert found["data"] == run.instance.data


def test_counting_again_by_the_same_calendar_changes_nothing() -> None:
    run = a_run()
    proclaimed(run, "2025-11-05")
    assert counted(run, run.calendar) == []


def test_what_missed_a_recount_is_put_right_by_the_next_one() -> None:
    run = a_run()
    run.calendar = CALENDAR.with_holidays({date(2025, 11, 5): "A day of thanks"})
    assert counted(run, run.calendar) == [("submit_by", "R2", "2025-11-06", "2025-11-07")]


def test_a_parent_is_told_where_a_child_is_blocked_by_it() -> None:
    run = a_run(calendar=a_calendar(until=2025), now="2025-12-22 09:00", parent_id=2)
    proclaimed(run, "2025-12-30")
    assert [one.trigger for one in run.last.signals] == ["@waits_changed"]


# ------------------------------------------------------------------ what cannot be counted
def test_a_date_that_moves_beyond_the_known_years_blocks_and_names_the_year() -> None:
    run = a_run(calendar=a_calendar(until=2025), now="2025-12-22 09:00")  # due 31 December
    proclaimed(run, "2025-12-30")
    (block,) = run.instance.blocks
    assert (block.reason, "2026" in block.note) == ("system_fault", True)


def test_what_could_not_be_counted_before_is_not_told_as_a_move() -> None:
    run = a_run(calendar=a_calendar(until=2025), now="2025-12-30 09:00")
    assert run.reasons == ["system_fault"]
    assert proclaimed(run, "2025-12-31") == []


def test_a_rung_beyond_the_known_years_waits_for_them() -> None:
    tomorrow = with_deadlines(replace(SUBMIT_BY, due=After(Days(1))), APPROVE_BY)
    run = a_run(tomorrow, calendar=a_calendar(until=2025), now="2025-12-19 09:00")
    run.passes("2025-12-23 09:00")
    assert run.armed == [("submit_by", "L1", "2025-12-30")]
    proclaimed(run, "2025-12-29", "2025-12-30", "2025-12-31")
    assert run.armed == []


@pytest.mark.parametrize(
    "strange",
    [
        a_timer(deadline="gone", due_at=london("2025-11-20")),
        a_timer(level="L9", due_at=london("2025-11-20")),
        a_timer(level=EXPIRY, due_at=london("2025-11-20")),
    ],
)
def test_what_the_definition_no_longer_has_is_left_alone(strange: Any) -> None:  # noqa: ANN401 - a timer
    run = a_run()
    run.instance = replace(run.instance, timers=(strange,))
    proclaimed(run, "2025-11-05")
    assert strange in run.instance.timers


def test_a_deadline_without_a_date_yet_is_left_alone() -> None:
    waiting = replace(SUBMIT_BY, due=Within(5, since="asked_on"))
    run = a_run(with_deadlines(waiting, APPROVE_BY))
    assert proclaimed(run, "2025-11-05") == []


# ------------------------------------------------------------------ ladders of its own kind
def test_an_excused_item_has_no_higher_rung_to_move() -> None:
    excused = replace(OWN, excused=lambda _instance, name: name == "due")
    run = a_run(replace(excused, deadlines=(APPROVE_BY,)), due_on="2025-11-10")
    run.passes("2025-11-30 09:00")
    assert [level for _, level, _ in run.levels] == ["R2", "L0", "L1"]
    assert proclaimed(run, "2025-11-11") == []


def test_a_ladder_chosen_for_the_instance_is_the_one_that_moves() -> None:
    quick = Ladder("quick", (EscalationLevel("L1", 3, ("ad_people",), blocks=True),))
    run = a_run(a_definition(ladder_of=lambda _instance, _name, _ladder: quick))
    assert proclaimed(run, "2025-11-12") == [("submit_by", "L1", "2025-11-13", "2025-11-14")]


def test_the_strict_reading_of_the_law_is_what_reminders_count_from() -> None:
    run = a_run(
        own(), due_on="2025-11-30", data={"target_by": "2025-11-21"}, now="2025-11-05 09:00"
    )
    assert run.armed == [("due", "R1", "2025-11-07")]
    proclaimed(run, "2025-11-13")
    assert run.armed == [("due", "R1", "2025-11-06")]


def test_an_effect_that_moves_the_own_date_later_counts_by_the_new_calendar() -> None:
    moved = replace(
        own(),
        transitions=with_moves(
            replace(SUBMIT, dest=None, effect=effects(due_on=date(2025, 12, 1)))
        ).transitions,
    )
    run = a_run(moved, due_on="2025-11-10")
    proclaimed(run, "2025-11-20")
    run.fire("submit", by="aud", at="2025-11-10 09:00")
    assert run.armed == [("due", "R1", "2025-11-14")]


def test_a_child_that_blocks_is_not_forgotten() -> None:
    run = a_run(replace(a_definition(), waits_for_children_in=frozenset({S.REVIEW})))
    run.children = (a_child(is_blocked=True),)
    run.fire("submit", by="aud")
    assert run.reasons == ["waits_on_blocked"]
    proclaimed(run, "2025-11-05")
    assert run.reasons == ["waits_on_blocked"]


def test_the_calendar_of_these_tests_ends_with_2027() -> None:
    with pytest.raises(BeyondCalendar):
        CALENDAR.add(date(2027, 12, 31), 1)
