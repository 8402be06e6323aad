"""Repairs of dates: a timer let lapse, more time, the framework's date put right, everything counted again."""

from dataclasses import replace
from datetime import date
from functools import partial

import pytest
from factories import (
    CALENDAR,
    SUBMIT_BY,
    Run,
    a_definition,
    a_run,
    a_timer,
    effects,
    london,
    with_deadlines,
    with_moves,
)
from operators import an_order, last, refusal, repairs

from qa_workflow.engine import repairing_dates as engine
from qa_workflow.engine.deadlines import skipped
from qa_workflow.engine.definition import (
    Deadline,
    EscalationLevel,
    Ladder,
    OnDate,
    ProcessDefinition,
    Transition,
    Within,
)
from qa_workflow.engine.instance import Outcome
from qa_workflow.engine.moved_dates import Moved, moved
from qa_workflow.engine.visits import rearm
from qa_workflow.patterns.ladders import IMMEDIATE_SAFETY, NUDGE, STANDARD, STATUTORY

OWN = a_definition(due_ladder=STANDARD)
SHORT = Ladder(
    "short", (EscalationLevel("L0", 1, ("owner",)), EscalationLevel("L1", 5, ("owner",)))
)
EXPIRE = Transition("expire", "draft", "review")
EXPIRING = Deadline(name="expire_by", state="draft", due=Within(5), on_expiry="expire")


def skip(deadline: str, level: str | None = None) -> partial[Outcome]:
    return partial(engine.skip_timer, deadline=deadline, level=level)


def extend(run: Run, to: str) -> partial[Outcome]:
    return partial(engine.extend, to=date.fromisoformat(to), history=run.history)


def reschedule(to: str) -> partial[Outcome]:
    return partial(engine.reschedule, to=date.fromisoformat(to))


# ------------------------------------------------------------------ skip a timer
def test_a_rung_lapses_unfired_and_the_next_one_follows() -> None:
    run = a_run()
    outcome = repairs(run, "skip-timer", skip("submit_by", "R2"))
    assert outcome.fired == ()
    assert run.armed == [("submit_by", "L0", "2025-11-11")]
    assert run.instance.level is None
    assert last(run)["data"] == {
        "deadline": "submit_by", "level": "R2", "due_at": london("2025-11-06").isoformat(),
    }  # fmt: skip


def test_a_rung_of_the_own_date_is_followed_by_its_next() -> None:
    run = a_run(OWN, due_on="2026-01-30")
    assert run.armed[0] == ("due", "R1", "2026-01-16")
    repairs(run, "skip-timer", skip("due"))
    assert ("due", "R2", "2026-01-28") in run.armed


def test_of_what_follows_a_reminder_that_is_past_is_left_out() -> None:
    run = a_run(OWN, due_on="2026-01-30").at("2026-01-29 09:00")
    repairs(run, "skip-timer", skip("due", "R1"))
    assert ("due", "L0", "2026-02-02") in run.armed


def test_what_follows_counts_from_the_strict_day_where_there_is_one() -> None:
    run = a_run(OWN, due_on="2026-01-30", data={"target_by": "2026-01-28"})
    repairs(run, "skip-timer", skip("due", "R1"))
    assert ("due", "R2", "2026-01-26") in run.armed


def test_a_timer_that_is_not_armed_cannot_lapse() -> None:
    run = a_run()
    guard, why = refusal(run, "skip-timer", skip("submit_by", "L0"))
    assert (guard, "Armed are: submit_by:R2" in why) == ("is_armed", True)
    assert "None is armed at all" in refusal(a_run(with_deadlines()), "skip-timer", skip("due"))[1]


@pytest.mark.parametrize(
    ("ladder", "guard"),
    [(STATUTORY, "is_not_set_by_law"), (IMMEDIATE_SAFETY, "is_not_for_immediate_safety")],
)
def test_what_the_law_or_a_childs_safety_asks_for_is_never_skipped(
    ladder: Ladder, guard: str
) -> None:
    of_state = a_run(with_deadlines(replace(SUBMIT_BY, ladder=ladder)))
    assert refusal(of_state, "skip-timer", skip("submit_by"))[0] == guard
    of_its_own = a_run(a_definition(due_ladder=ladder), due_on="2026-01-30")
    assert refusal(of_its_own, "skip-timer", skip("due"))[0] == guard


def test_a_move_of_a_statutory_process_is_never_skipped() -> None:
    definition = with_moves(EXPIRE, due_ladder=STATUTORY, deadlines=(EXPIRING, SUBMIT_BY))
    run = a_run(definition, due_on="2026-01-30")
    assert refusal(run, "skip-timer", skip("expire_by"))[0] == "is_not_set_by_law"


def test_the_last_that_presses_is_never_skipped() -> None:
    run = a_run(with_deadlines(replace(SUBMIT_BY, ladder=SHORT)))
    run.passes("2025-11-11 09:00")
    assert run.armed == [("submit_by", "L1", "2025-11-17")]
    assert refusal(run, "skip-timer", skip("submit_by"))[0] == "leaves_somebody_watching"


def test_a_reminder_alone_presses_nobody() -> None:
    nudge = Deadline(name="nudge", state="draft", due=Within(8), ladder=NUDGE)
    run = a_run(with_deadlines(replace(SUBMIT_BY, ladder=SHORT), nudge))
    run.passes("2025-11-11 09:00")
    assert refusal(run, "skip-timer", skip("submit_by"))[0] == "leaves_somebody_watching"


def test_the_last_rung_may_lapse_where_a_block_presses() -> None:
    run = a_run().at("2025-12-01 09:00")
    run.passes("2025-12-01 09:00")
    assert run.armed == [("submit_by", "L3", "2025-12-08")]
    repairs(run, "skip-timer", skip("submit_by"))
    assert (run.armed, run.reasons) == ([], ["overdue_l2"])


@pytest.fixture
def let_go() -> Run:
    """Give a run whose move of its own accord an operator has let lapse."""
    run = a_run(with_moves(EXPIRE, deadlines=(EXPIRING, SUBMIT_BY)))
    repairs(run, "skip-timer", skip("expire_by"))
    return run


def test_a_skipped_move_does_not_happen_and_is_recorded_as_skipped(let_go: Run) -> None:
    assert last(let_go)["data"]["move"] == "expire"
    let_go.passes("2025-11-14 09:00")
    assert let_go.instance.state == "draft"


def test_a_skipped_move_is_not_armed_again_when_the_calendar_grows(let_go: Run) -> None:
    assert skipped(let_go.instance) == {"expire_by"}
    assert rearm(let_go.definition, let_go.instance, now=let_go.now, calendar=CALENDAR) is None


def test_a_skipped_move_is_armed_on_the_next_visit(let_go: Run) -> None:
    let_go.fire("submit", by="aud")
    let_go.fire("send_back", by="sandy")
    assert "expire_by" in {deadline for deadline, _, _ in let_go.armed}


def test_a_skipped_move_is_armed_again_when_its_own_date_moves() -> None:
    on_date = replace(EXPIRING, due=OnDate("on"))
    rebook = Transition(
        "remark", "draft", None, role="auditor", effect=effects(data={"on": "2025-11-28"})
    )
    definition = with_moves(EXPIRE, rebook, deadlines=(on_date, SUBMIT_BY))
    run = a_run(definition, data={"on": "2025-11-21"})
    repairs(run, "skip-timer", skip("expire_by"))
    run.fire("remark", by="aud")
    assert ("expire_by", "expiry", "2025-11-29") in run.armed


def test_nothing_of_what_has_ended_is_skipped() -> None:
    run = a_run()
    run.fire("cancel", by="sandy")
    assert refusal(run, "skip-timer", skip("submit_by"))[0] == "is_open"


# ------------------------------------------------------------------ extend
def test_more_time_is_a_later_date_with_a_ladder_of_its_own() -> None:
    run = a_run(OWN, due_on="2025-11-07")
    run.passes("2025-11-21 09:00")
    assert (run.instance.due_level, run.reasons) == ("L2", ["overdue_l2"])
    repairs(run, "extend", extend(run, "2025-12-05"))
    one = run.instance
    assert (one.due_on, one.due_level, one.due_epoch) == (date(2025, 12, 5), None, 2)
    assert "due" not in {block.cause for block in one.blocks}
    assert last(run)["data"] == {"from": "2025-11-07", "to": "2025-12-05"}


def test_a_second_extension_is_for_ad_people() -> None:
    run = a_run(OWN, due_on="2025-11-28")
    repairs(run, "extend", extend(run, "2025-12-05"))
    guard, why = refusal(run, "extend", extend(run, "2025-12-12"))
    assert (guard, "extended once already" in why) == ("was_not_extended_before", True)
    repairs(run, "extend", extend(run, "2025-12-12"), by="ada")
    assert "extended 2 times" in refusal(run, "extend", extend(run, "2025-12-19"))[1]
    assert run.instance.due_on == date(2025, 12, 12)


@pytest.mark.parametrize("to", ["2025-11-28", "2025-11-27"])
def test_an_extension_gives_more_time(to: str) -> None:
    run = a_run(OWN, due_on="2025-11-28")
    assert refusal(run, "extend", extend(run, to))[0] == "is_later"


def test_an_extension_to_a_day_that_has_passed_gives_none() -> None:
    run = a_run(OWN, due_on="2025-11-07").at("2025-11-20 09:00")
    assert refusal(run, "extend", extend(run, "2025-11-19"))[0] == "is_not_in_the_past"
    repairs(run, "extend", extend(run, "2025-11-20"))
    assert run.instance.due_on == date(2025, 11, 20)


@pytest.mark.parametrize("verb", ["extend", "reschedule"])
@pytest.mark.parametrize(
    ("ladder", "guard"),
    [(STATUTORY, "is_not_set_by_law"), (IMMEDIATE_SAFETY, "is_not_for_immediate_safety")],
)
def test_a_date_of_the_law_or_of_safety_never_moves(verb: str, ladder: Ladder, guard: str) -> None:
    run = a_run(a_definition(due_ladder=ladder), due_on="2025-11-28")
    ask = extend(run, "2025-12-05") if verb == "extend" else reschedule("2025-12-05")
    assert refusal(run, verb, ask, by="ada")[0] == guard


def test_without_a_date_of_its_own_there_is_nothing_to_move() -> None:
    run = a_run()
    assert refusal(run, "extend", extend(run, "2025-12-05"))[0] == "has_a_date_of_its_own"


def test_a_date_that_is_met_does_not_move() -> None:
    def met(_definition: ProcessDefinition, state: str, _data: object) -> bool:
        return state == "review"

    run = a_run(a_definition(due_ladder=STANDARD, due_met=met), due_on="2025-11-28")
    run.fire("submit", by="aud")
    assert refusal(run, "reschedule", reschedule("2025-12-05"))[0] == "is_not_met_yet"


def test_nothing_of_what_has_ended_moves() -> None:
    run = a_run(OWN, due_on="2025-11-28")
    run.fire("cancel", by="sandy")
    assert refusal(run, "extend", extend(run, "2025-12-05"))[0] == "is_open"


# ------------------------------------------------------------------ reschedule
def test_the_frameworks_date_is_put_right_earlier_or_later() -> None:
    run = a_run(OWN, due_on="2025-11-28")
    repairs(run, "reschedule", reschedule("2025-11-14"))
    assert run.instance.due_on == date(2025, 11, 14)
    repairs(run, "reschedule", reschedule("2026-01-30"))
    assert (run.instance.due_on, run.instance.due_epoch) == (date(2026, 1, 30), 3)
    assert [one.data for one in run.history[1:]] == [
        {"from": "2025-11-28", "to": "2025-11-14"},
        {"from": "2025-11-14", "to": "2026-01-30"},
    ]


def test_rescheduling_is_no_extension() -> None:
    run = a_run(OWN, due_on="2025-11-28")
    repairs(run, "reschedule", reschedule("2025-12-05"))
    repairs(run, "extend", extend(run, "2025-12-12"))
    assert run.instance.due_on == date(2025, 12, 12)


def test_the_same_day_or_one_that_has_passed_is_no_other_date() -> None:
    run = a_run(OWN, due_on="2025-11-28")
    assert refusal(run, "reschedule", reschedule("2025-11-28"))[0] == "is_another_day"
    assert refusal(run, "reschedule", reschedule("2025-10-31"))[0] == "is_not_in_the_past"


def test_what_is_capped_by_the_date_moves_with_it() -> None:
    capped = replace(SUBMIT_BY, due=Within(10), capped=True)
    run = a_run(a_definition(due_ladder=STANDARD, deadlines=(capped,)), due_on="2025-11-10")
    assert {deadline for deadline, _, _ in run.armed} == {"due"}
    repairs(run, "reschedule", reschedule("2026-01-30"))
    assert {deadline for deadline, _, _ in run.armed} == {"due", "submit_by"}


# ------------------------------------------------------------------ count again
def test_every_deadline_is_counted_again_by_the_definition_of_today() -> None:
    run = a_run()
    run.definition = with_deadlines(replace(SUBMIT_BY, due=Within(10)))
    before = run.instance
    repairs(run, "rederive", engine.rederive)
    assert run.armed == [("submit_by", "R2", "2025-11-13")]
    assert last(run)["data"]["moves"] == [
        {"deadline": "submit_by", "level": "R2", "from": "2025-11-06", "to": "2025-11-13"}
    ]
    assert run.instance.epoch == before.epoch
    assert run.instance.stuck_at == london("2025-11-18")


def test_a_level_that_has_fired_stays_fired_when_counted_again() -> None:
    run = a_run()
    run.passes("2025-11-11 09:00")
    run.definition = with_deadlines(replace(SUBMIT_BY, due=Within(10)))
    repairs(run, "rederive", engine.rederive)
    assert run.armed == [("submit_by", "L1", "2025-11-24")]
    assert run.instance.level == "L0"


def test_what_lost_its_timer_is_armed_again() -> None:
    run = a_run(OWN, due_on="2026-01-30")
    armed = run.armed
    run.instance = replace(run.instance, timers=())
    repairs(run, "rederive", engine.rederive)
    assert sorted(run.armed) == sorted(armed)


def test_a_timer_at_the_wrong_instant_is_put_right() -> None:
    run = a_run()
    run.instance = replace(run.instance, timers=(a_timer(level="R2", due_at=london("2030-01-01")),))
    repairs(run, "rederive", engine.rederive)
    assert run.armed == [("submit_by", "R2", "2025-11-06")]


def test_where_every_date_stands_nothing_is_told() -> None:
    run = a_run(OWN, due_on="2026-01-30")
    outcome = engine.rederive(an_order(run, "rederive"))
    assert (outcome.history, outcome.instance) == ((), run.instance)


def test_what_has_ended_is_not_counted_again() -> None:
    run = a_run()
    run.fire("cancel", by="sandy")
    assert refusal(run, "rederive", engine.rederive)[0] == "is_open"


# ------------------------------------------------------------------ what moved
def test_every_date_that_moved_is_named_with_what_is_new_and_what_is_gone() -> None:
    run = a_run(OWN, due_on="2026-01-30")
    before = run.instance
    repairs(run, "reschedule", reschedule("2026-02-27"))
    assert Moved(
        deadline="due", level=None, from_on=date(2026, 1, 30), to_on=date(2026, 2, 27)
    ) in moved(OWN, before, run.instance, CALENDAR)
    run.fire("cancel", by="sandy")
    gone = moved(OWN, before, run.instance, CALENDAR)
    assert {one.to_on for one in gone} == {None}
    assert gone[0].plain() == {"deadline": "due", "level": None, "from": "2026-01-30", "to": None}
