"""Each entry of a state is a new visit: its own owner, timers and blocks. The own date outlives it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from factories import (
    APPROVE_BY,
    CALENDAR,
    MOVES,
    REMARK,
    REOPEN,
    SEND_BACK,
    SUBMIT,
    SUBMIT_BY,
    S,
    a_block,
    a_calendar,
    a_child,
    a_definition,
    a_run,
    an_instance,
    effects,
    london,
    some_facts,
    with_deadlines,
    with_moves,
)

from qa_workflow.engine.definition import (
    Deadline,
    Facts,
    InstanceDue,
    OnDate,
    ProcessDefinition,
    Within,
)
from qa_workflow.engine.instance import Json, ProcessInstance
from qa_workflow.engine.visits import follow_owner, rearm
from qa_workflow.patterns.ladders import NUDGE, STANDARD, STATUTORY

OWN = a_definition(due_ladder=STANDARD)


def met_in_review(definition: ProcessDefinition, state: str, _data: Json) -> bool:
    return state == S.REVIEW or state in definition.final


MET_IN_REVIEW = replace(OWN, due_met=met_in_review)


def the_auditor(instance: ProcessInstance, _facts: Facts) -> tuple[str, ...]:
    auditor = instance.data.get("auditor")
    return (auditor,) if auditor else ()


# ------------------------------------------------------------------ a new visit
def test_each_entry_begins_a_new_epoch() -> None:
    run = a_run()
    run.fire("submit", by="aud")
    run.fire("send_back", by="sandy")
    assert (run.instance.state, run.instance.epoch) == ("draft", 3)


def test_a_visit_counts_from_the_london_day_of_its_entry() -> None:
    run = a_run(now="2026-05-05 12:00")
    run.fire("submit", by="aud", at="2026-05-06 00:30")
    assert (run.instance.entered_on, run.instance.entered_at) == (
        date(2026, 5, 6),
        london("2026-05-06 00:30"),
    )


def test_timers_of_the_visit_before_are_gone() -> None:
    run = a_run()
    run.fire("submit", by="aud", at="2025-11-10 09:00")
    assert run.armed == [("approve_by", "R2", "2025-11-13")]


def test_what_was_sent_back_is_due_anew() -> None:
    run = a_run()
    run.fire("submit", by="aud", at="2025-11-10 09:00")
    run.fire("send_back", by="sandy", at="2025-11-12 09:00")
    assert run.armed == [("submit_by", "R2", "2025-11-17")]


def test_the_level_of_a_visit_ends_with_it() -> None:
    run = a_run()
    run.passes("2025-11-18 09:00")
    run.fire("submit", by="aud")
    assert (run.instance.visit_level, run.instance.level) == (None, None)


def test_blocks_of_the_visit_are_gone_and_those_of_people_who_set_them_stay() -> None:
    run = a_run()
    run.passes("2025-11-25 09:00")
    run.instance = replace(run.instance, blocks=(*run.instance.blocks, a_block()))
    run.fire("submit", by="aud")
    assert run.reasons == ["other"]


# ------------------------------------------------------------------ staying in the state
def test_a_trigger_that_stays_in_its_state_changes_neither_epoch_nor_entry_nor_timers() -> None:
    run = a_run(OWN, due_on="2025-11-30")
    before = run.instance
    run.fire("remark", by="aud", at="2025-11-05 09:00")
    assert (run.instance.epoch, run.instance.entered_on, run.instance.timers) == (
        before.epoch,
        before.entered_on,
        before.timers,
    )


def test_a_move_to_the_state_it_starts_from_stays_too() -> None:
    run = a_run(with_moves(replace(REMARK, dest=S.DRAFT)))
    before = run.instance
    run.fire("remark", by="aud", at="2025-11-05 09:00")
    assert (run.instance.epoch, run.instance.timers) == (before.epoch, before.timers)


# ------------------------------------------------------------------ owners
def test_a_state_is_owned_by_the_role_of_its_first_trigger() -> None:
    run = a_run()
    assert (run.instance.owner, run.instance.owner_role) == (None, "auditor")


def test_a_state_is_owned_by_the_person_whom_a_relation_means() -> None:
    run = a_run(a_definition(relations={"auditor": the_auditor}), data={"auditor": "bea"})
    assert (run.instance.owner, run.instance.owner_role) == ("bea", "auditor")


def test_a_relation_that_means_nobody_leaves_the_role() -> None:
    run = a_run(a_definition(relations={"auditor": the_auditor}))
    assert (run.instance.owner, run.instance.owner_role) == (None, "auditor")


def test_an_exceptional_way_out_gives_no_owner() -> None:
    cancel_first = a_definition(transitions=(MOVES[-1], *MOVES[:-1]))
    assert a_run(cancel_first).instance.owner_role == "auditor"


def test_in_a_state_that_only_the_system_leaves_the_owner_before_stays() -> None:
    system_approves = tuple(
        replace(move, role="system", exceptional=False)
        for move in MOVES
        if move.trigger == "approve"
    )
    definition = a_definition(
        transitions=(SUBMIT, *system_approves), relations={"auditor": the_auditor}
    )
    run = a_run(definition, data={"auditor": "bea"})
    run.fire("submit", by="bea")
    assert (run.instance.owner, run.instance.owner_role) == ("bea", "auditor")


def test_a_process_that_keeps_its_owner_keeps_a_named_one() -> None:
    run = a_run(
        a_definition(relations={"auditor": the_auditor}, keeps_owner=True), data={"auditor": "bea"}
    )
    run.fire("submit", by="bea")
    assert run.instance.owner == "bea"


def test_a_move_may_name_the_owner_of_the_state_it_leads_to() -> None:
    run = a_run(with_moves(replace(SUBMIT, effect=effects(owner="tess"))))
    run.fire("submit", by="aud")
    assert (run.instance.owner, run.instance.owner_role) == ("tess", "sm_sqa")


def test_whoever_is_named_at_the_start_owns_the_first_state() -> None:
    assert a_run(owner="bea").instance.owner == "bea"


def test_what_is_done_at_the_start_may_name_the_owner() -> None:
    assert a_run(a_definition(on_start=effects(owner="bea"))).instance.owner == "bea"


# ------------------------------------------------------------------ the owner follows the case
FOLLOWS = a_definition(relations={"auditor": the_auditor})


def followed(definition: ProcessDefinition, instance: ProcessInstance) -> Any:  # noqa: ANN401 - an Outcome or nothing
    return follow_owner(definition, instance, some_facts(instance), now=london("2025-11-05 09:00"))


def test_an_instance_follows_the_person_whom_a_relation_means_today() -> None:
    outcome = followed(FOLLOWS, an_instance(owner="aud", data={"auditor": "bea"}))
    assert (outcome.instance.owner, outcome.history[0].data) == (
        "bea",
        {"from": "aud", "to": "bea"},
    )


def test_a_new_owner_is_a_new_version() -> None:
    outcome = followed(FOLLOWS, an_instance(owner="aud", version=4, seq=7, data={"auditor": "bea"}))
    assert (outcome.instance.version, outcome.instance.seq) == (5, 8)


@pytest.mark.parametrize(
    ("definition", "instance"),
    [
        pytest.param(
            FOLLOWS, an_instance(owner="bea", data={"auditor": "bea"}), id="the same person"
        ),
        pytest.param(a_definition(), an_instance(owner="bea"), id="a role that is no relation"),
        pytest.param(
            replace(FOLLOWS, keeps_owner=True),
            an_instance(owner="aud", data={"auditor": "bea"}),
            id="a process that keeps its owner",
        ),
        pytest.param(
            replace(FOLLOWS, transitions=(replace(SUBMIT, role="system"),)),
            an_instance(owner="aud", data={"auditor": "bea"}),
            id="a state that only the system leaves",
        ),
        pytest.param(
            replace(FOLLOWS, transitions=(SUBMIT, replace(REOPEN, role="auditor"))),
            an_instance(
                state="done", closed_at=london("2025-11-04"), owner="aud", data={"auditor": "bea"}
            ),
            id="an instance that has ended",
        ),
    ],
)
def test_nobody_is_followed_for(definition: ProcessDefinition, instance: ProcessInstance) -> None:
    assert followed(definition, instance) is None


# ------------------------------------------------------------------ final states
def test_a_final_state_holds_no_timers_and_no_blocks() -> None:
    run = a_run(OWN, due_on="2025-11-30")
    run.passes("2025-12-15 09:00")
    run.instance = replace(run.instance, blocks=(*run.instance.blocks, a_block()))
    run.fire("cancel", by="sandy")
    assert (run.instance.timers, run.instance.blocks) == ((), ())


def test_a_final_state_holds_no_timers_whatever_the_process_says_of_its_date() -> None:
    never = replace(OWN, due_met=lambda _definition, _state, _data: False)
    run = a_run(never, due_on="2025-11-30")
    run.fire("cancel", by="sandy")
    assert run.instance.timers == ()


def test_an_end_is_dated_by_the_move_that_made_it() -> None:
    run = a_run()
    run.fire("cancel", by="sandy", at="2025-11-05 10:00")
    assert run.instance.closed_at == london("2025-11-05 10:00")


def test_what_is_reopened_is_open_and_watched_again() -> None:
    run = a_run(a_definition(transitions=(*MOVES, REOPEN)))
    run.fire("submit", by="aud")
    run.fire("approve", by="sandy")
    run.fire("reopen", by="sandy")
    assert (run.instance.is_open, run.armed) == (True, [("submit_by", "R2", "2025-11-06")])


# ------------------------------------------------------------------ the own date
def test_the_own_date_is_armed_at_the_start_besides_the_deadline_of_the_state() -> None:
    assert a_run(OWN, due_on="2025-11-30").armed == [
        ("due", "R1", "2025-11-14"),
        ("submit_by", "R2", "2025-11-06"),
    ]


def test_levels_of_the_own_date_that_have_fired_stay_fired_in_the_next_state() -> None:
    run = a_run(OWN, due_on="2025-11-30")
    run.passes("2025-12-02 09:00")
    run.fire("submit", by="aud")
    assert run.armed == [("due", "L1", "2025-12-05"), ("approve_by", "R2", "2025-12-05")]


def test_an_own_date_that_is_met_drops_its_timers() -> None:
    run = a_run(MET_IN_REVIEW, due_on="2025-11-30")
    run.fire("submit", by="aud", at="2025-11-28 09:00")
    assert [deadline for deadline, _, _ in run.armed] == ["approve_by"]


def test_an_own_date_is_met_at_the_instant_of_the_move() -> None:
    run = a_run(MET_IN_REVIEW, due_on="2025-11-30")
    run.fire("submit", by="aud", at="2025-11-28 09:00")
    assert run.instance.met_at == london("2025-11-28 09:00")


def test_an_own_date_stays_met_when_it_was_first_met() -> None:
    run = a_run(MET_IN_REVIEW, due_on="2025-11-30")
    run.fire("submit", by="aud", at="2025-11-28 09:00")
    run.fire("approve", by="sandy", at="2025-12-04 09:00")
    assert run.instance.met_at == london("2025-11-28 09:00")


def test_the_block_of_a_late_own_date_goes_when_it_is_met() -> None:
    run = a_run(MET_IN_REVIEW, due_on="2025-11-30")
    run.passes("2025-12-15 09:00")
    run.fire("submit", by="aud")
    assert run.reasons == []


def test_a_date_that_is_unmet_again_is_armed_above_the_level_it_had_reached() -> None:
    run = a_run(MET_IN_REVIEW, due_on="2025-11-30")
    run.passes("2025-12-08 09:00")
    run.fire("submit", by="aud", at="2025-12-08 10:00")
    run.fire("send_back", by="sandy", at="2025-12-09 09:00")
    assert run.armed[0] == ("due", "L2", "2025-12-12")


def test_a_date_that_is_unmet_again_keeps_its_epoch() -> None:
    run = a_run(MET_IN_REVIEW, due_on="2025-11-30")
    run.fire("submit", by="aud")
    run.fire("send_back", by="sandy")
    assert (run.instance.due_epoch, run.instance.met_at) == (1, None)


def test_levels_passed_while_the_date_was_met_fire_when_it_is_unmet() -> None:
    run = a_run(MET_IN_REVIEW, due_on="2025-11-30")
    run.fire("submit", by="aud", at="2025-11-28 09:00")
    run.fire("send_back", by="sandy", at="2025-12-08 09:00")
    run.passes("2025-12-08 09:05")
    assert run.levels == [("due", "L0", "2025-12-01"), ("due", "L1", "2025-12-05")]


def test_a_met_own_date_does_not_watch_later_states() -> None:
    capped = replace(
        MET_IN_REVIEW, deadlines=(SUBMIT_BY, replace(APPROVE_BY, due=Within(20), capped=True))
    )
    run = a_run(capped, due_on="2025-11-30")
    run.fire("submit", by="aud", at="2025-11-28 09:00")
    assert run.armed == [("approve_by", "R1", "2025-12-12")]


def test_a_state_whose_deadline_is_the_own_date_has_no_second_ladder() -> None:
    own = with_deadlines(
        Deadline(name="submit_by", state=S.DRAFT, due=InstanceDue()),
        APPROVE_BY,
        due_ladder=STANDARD,
    )
    assert a_run(own, due_on="2025-11-30").armed == [("due", "R1", "2025-11-14")]


def test_a_state_deadline_that_is_capped_has_no_second_ladder() -> None:
    capped = with_deadlines(replace(SUBMIT_BY, due=Within(30), capped=True), due_ladder=STANDARD)
    assert a_run(capped, due_on="2025-11-30").armed == [("due", "R1", "2025-11-14")]


def test_where_nobody_watches_the_own_date_a_state_that_is_due_with_it_keeps_its_ladder() -> None:
    assert a_run(due_on="2025-11-10").armed == [("submit_by", "R2", "2025-11-06")]


def test_a_capped_state_entered_after_the_own_date_climbs_a_ladder_of_its_own() -> None:
    capped = with_deadlines(SUBMIT_BY, replace(APPROVE_BY, capped=True), due_ladder=STANDARD)
    run = a_run(capped, due_on="2025-11-30")
    run.passes("2025-12-01 09:00")
    run.fire("submit", by="aud")
    assert run.armed == [("due", "L1", "2025-12-05"), ("approve_by", "R2", "2025-12-04")]


# ------------------------------------------------------------------ another own date
def dated(day: date, **changes: Any) -> ProcessDefinition:  # noqa: ANN401 - the fields of a definition
    return with_moves(replace(REMARK, effect=effects(due_on=day)), due_ladder=STANDARD, **changes)


def test_another_date_is_another_epoch_whose_levels_can_be_climbed_anew() -> None:
    run = a_run(dated(date(2026, 1, 31)), due_on="2025-11-30")
    run.passes("2025-12-15 09:00")
    run.fire("remark", by="aud")
    assert (run.instance.due_epoch, run.instance.due_level, run.armed[-1]) == (
        2,
        None,
        ("due", "R1", "2026-01-16"),
    )


def test_another_date_takes_off_the_block_of_the_old_one() -> None:
    run = a_run(dated(date(2026, 1, 31), deadlines=()), due_on="2025-11-30")
    run.passes("2025-12-15 09:00")
    run.fire("remark", by="aud")
    assert run.reasons == []


def test_the_same_date_is_the_same_epoch() -> None:
    run = a_run(dated(date(2025, 11, 30)), due_on="2025-11-30")
    run.fire("remark", by="aud")
    assert run.instance.due_epoch == 1


def test_the_visit_goes_on_when_the_date_moves() -> None:
    run = a_run(dated(date(2026, 1, 31)), due_on="2025-11-30")
    run.fire("remark", by="aud", at="2025-11-05 09:00")
    assert ("submit_by", "R2", "2025-11-06") in run.armed


def test_a_date_that_moves_towards_now_takes_over_what_it_caps() -> None:
    capped = (replace(SUBMIT_BY, due=Within(10), capped=True),)
    run = a_run(dated(date(2025, 11, 7), deadlines=capped), due_on="2025-11-30")
    run.fire("remark", by="aud")
    assert [deadline for deadline, _, _ in run.armed] == ["due"]


def test_a_date_that_moves_away_leaves_a_capped_state_to_its_own_ladder() -> None:
    capped = (replace(SUBMIT_BY, due=Within(10), capped=True),)
    run = a_run(dated(date(2025, 11, 30), deadlines=capped), due_on="2025-11-07")
    run.fire("remark", by="aud")
    assert [deadline for deadline, _, _ in run.armed] == ["due", "submit_by"]


def test_another_date_of_what_is_met_arms_nothing() -> None:
    met = replace(dated(date(2026, 1, 31)), due_met=lambda _definition, _state, _data: True)
    run = a_run(met, due_on="2025-11-30")
    run.fire("remark", by="aud")
    assert (run.instance.due_epoch, [one for one, _, _ in run.armed]) == (2, ["submit_by"])


def test_a_move_into_another_state_may_bring_another_date() -> None:
    moving = with_moves(
        replace(SEND_BACK, effect=effects(due_on=date(2026, 1, 31))), due_ladder=STANDARD
    )
    run = a_run(replace(moving, due_met=met_in_review), due_on="2025-11-30")
    run.fire("submit", by="aud", at="2025-12-01 09:00")
    run.fire("send_back", by="sandy", at="2025-12-02 09:00")
    assert run.armed == [("due", "R1", "2026-01-16"), ("submit_by", "R2", "2025-12-05")]


# ------------------------------------------------------------------ reminders when armed
def test_a_reminder_whose_day_is_past_when_the_deadline_is_armed_is_not_armed() -> None:
    run = a_run(OWN, now="2025-11-20 09:00", due_on="2025-11-30")
    assert run.armed[0] == ("due", "R2", "2025-11-26")


def test_a_clock_that_counts_from_a_day_past_brings_no_reminders_of_yesterday() -> None:
    run = a_run(now="2025-11-07 09:00", since="2025-11-03")
    assert run.armed == [("submit_by", "L0", "2025-11-11")]


def test_a_level_whose_day_is_past_when_the_deadline_is_armed_is_armed() -> None:
    run = a_run(OWN, now="2025-12-20 09:00", due_on="2025-11-30")
    assert run.armed[0] == ("due", "L0", "2025-12-01")


def test_a_date_met_at_the_start_is_not_armed() -> None:
    met = replace(OWN, due_met=lambda _definition, _state, _data: True)
    assert [one for one, _, _ in a_run(met, due_on="2025-11-30").armed] == ["submit_by"]


# ------------------------------------------------------------------ from when it is late
def test_an_instance_is_stuck_from_the_first_instant_of_lateness() -> None:
    assert a_run(OWN, due_on="2025-11-30").instance.stuck_at == london("2025-11-11 00:00")


def test_the_own_date_may_be_the_first_to_be_missed() -> None:
    assert a_run(OWN, due_on="2025-11-05").instance.stuck_at == london("2025-11-06 00:00")


def test_an_own_date_that_is_met_makes_nothing_late() -> None:
    run = a_run(MET_IN_REVIEW, due_on="2025-11-05")
    run.fire("submit", by="aud")
    assert run.instance.stuck_at == london("2025-11-11 00:00")


def test_what_has_ended_is_not_stuck() -> None:
    run = a_run(OWN, due_on="2025-11-30")
    run.fire("cancel", by="sandy")
    assert run.instance.stuck_at is None


def test_a_nudge_makes_nothing_late() -> None:
    nudged = with_deadlines(replace(SUBMIT_BY, ladder=NUDGE))
    assert a_run(nudged).instance.stuck_at is None


def test_what_time_moves_is_not_late() -> None:
    moving = with_deadlines(replace(SUBMIT_BY, ladder=None, on_expiry="submit"))
    assert a_run(moving).instance.stuck_at is None


def test_a_deadline_of_which_nothing_is_known_yet_arms_nothing() -> None:
    unknown = with_deadlines(replace(SUBMIT_BY, due=OnDate("meeting_on")))
    run = a_run(unknown)
    assert (run.armed, run.instance.stuck_at) == ([], None)


# ------------------------------------------------------------------ children that are blocked already
WAITS = a_definition(waits_for_children_in=frozenset({S.REVIEW}))


def test_a_state_that_waits_for_a_blocked_child_is_blocked_from_its_start() -> None:
    run = a_run(WAITS)
    run.children = (a_child(is_blocked=True),)
    run.fire("submit", by="aud")
    assert run.reasons == ["waits_on_blocked"]


def test_a_state_that_does_not_wait_ends_the_block_of_one_that_did() -> None:
    run = a_run(WAITS)
    run.children = (a_child(is_blocked=True),)
    run.fire("submit", by="aud")
    run.fire("send_back", by="sandy")
    assert run.reasons == []


def test_the_block_stays_while_one_waiting_state_follows_another() -> None:
    run = a_run(replace(WAITS, waits_for_children_in=frozenset({S.DRAFT, S.REVIEW})))
    run.children = (a_child(is_blocked=True),)
    run.fire("submit", by="aud")
    before = run.instance.blocks
    run.fire("send_back", by="sandy", at="2025-11-07 09:00")
    assert run.instance.blocks == before


# ------------------------------------------------------------------ beyond the calendar
UNTIL_2025 = a_calendar(until=2025)


def test_a_state_deadline_beyond_the_calendar_blocks_and_names_the_year() -> None:
    run = a_run(now="2025-12-30 09:00", calendar=UNTIL_2025)
    (block,) = run.instance.blocks
    assert (block.reason, "2026" in block.note, block.cause) == ("system_fault", True, "visit")


def test_a_state_deadline_beyond_the_calendar_is_not_guessed() -> None:
    run = a_run(now="2025-12-30 09:00", calendar=UNTIL_2025)
    assert (run.armed, run.instance.stuck_at) == ([], None)


def rearmed(run: Any, at: str, calendar: Any = CALENDAR) -> Any:  # noqa: ANN401 - a run; an Outcome or nothing
    run.at(at).calendar = calendar
    outcome = rearm(run.definition, run.instance, now=run.now, calendar=calendar)
    return outcome if outcome is None else run.took(outcome)


def test_a_deadline_is_armed_and_the_block_gone_when_the_year_becomes_known() -> None:
    run = a_run(now="2025-12-30 09:00", calendar=UNTIL_2025)
    rearmed(run, "2026-01-02 09:00")
    assert (run.armed, run.reasons, run.actions) == (
        [("submit_by", "R2", "2026-01-05")],
        [],
        ["start", "rearmed"],
    )


def test_it_is_known_from_when_an_instance_is_late_when_the_year_becomes_known() -> None:
    run = a_run(now="2025-12-30 09:00", calendar=UNTIL_2025)
    rearmed(run, "2026-01-02 09:00")
    assert run.instance.stuck_at == london("2026-01-08 00:00")


def test_a_parent_hears_that_a_child_is_free_of_its_fault() -> None:
    run = a_run(now="2025-12-30 09:00", calendar=UNTIL_2025, parent_id=9)
    rearmed(run, "2026-01-02 09:00")
    assert [signal.to for signal in run.last.signals] == ["parent"]


def test_reminders_that_have_passed_meanwhile_are_not_armed() -> None:
    run = a_run(now="2025-12-30 09:00", calendar=UNTIL_2025)
    rearmed(run, "2026-01-06 09:00")
    assert run.armed == [("submit_by", "L0", "2026-01-08")]


def test_nothing_changes_while_the_year_is_still_unknown() -> None:
    run = a_run(now="2025-12-30 09:00", calendar=UNTIL_2025)
    assert rearmed(run, "2026-01-02 09:00", UNTIL_2025) is None


def test_a_block_names_the_year_that_is_missing_now_and_keeps_its_age() -> None:
    far = with_deadlines(replace(SUBMIT_BY, due=Within(300)))
    run = a_run(far, now="2025-12-30 09:00", calendar=UNTIL_2025)
    rearmed(run, "2026-01-02 09:00", a_calendar(until=2026))
    (block,) = run.instance.blocks
    assert ("2027" in block.note, block.since) == (True, london("2025-12-30 09:00"))


def test_a_ladder_that_reached_the_edge_of_the_calendar_goes_on_above_its_level() -> None:
    run = a_run(now="2025-12-09 09:00", calendar=UNTIL_2025)
    run.passes("2025-12-31 09:00")
    reached = run.instance.visit_level
    rearmed(run, "2026-01-02 09:00")
    assert (reached, run.armed) == ("L1", [("submit_by", "L2", "2026-01-02")])


def test_an_own_date_whose_levels_lie_beyond_the_calendar_is_armed_later() -> None:
    run = a_run(
        replace(OWN, deadlines=()), now="2025-12-30 09:00", due_on="2025-12-31", calendar=UNTIL_2025
    )
    before = run.armed
    rearmed(run, "2026-01-02 09:00")
    assert (before, run.reasons, run.armed) == ([], [], [("due", "L0", "2026-01-02")])


def test_what_is_armed_is_not_armed_again() -> None:
    run = a_run(OWN, due_on="2025-11-30")
    assert rearmed(run, "2025-11-04 09:00") is None


def test_a_reminder_that_waits_for_its_pass_is_not_lost() -> None:
    run = a_run(with_deadlines(replace(SUBMIT_BY, ladder=NUDGE)))
    assert rearmed(run, "2025-12-20 09:00") is None


def test_a_ladder_that_was_climbed_to_its_top_is_not_climbed_again() -> None:
    run = a_run(OWN, due_on="2025-11-05")
    run.passes("2026-02-02 09:00")
    assert rearmed(run, "2026-02-03 09:00") is None


def test_of_two_ladders_in_a_state_the_one_that_is_done_is_not_climbed_again() -> None:
    fast = Deadline(name="fast", state=S.DRAFT, due=Within(5), ladder=STATUTORY)
    slow = Deadline(name="slow", state=S.DRAFT, due=Within(40), ladder=STANDARD)
    run = a_run(with_deadlines(fast, slow))
    run.passes("2026-01-06 09:00")
    assert (run.levels[-1], rearmed(run, "2026-01-06 10:00")) == (
        ("slow", "L0", "2026-01-02"),
        None,
    )


def test_a_move_that_waits_is_not_timed_again() -> None:
    moving = with_deadlines(replace(SUBMIT_BY, ladder=None, on_expiry="submit"))
    run = a_run(moving)
    run.instance = replace(run.instance, timers=(), pending="submit")
    assert rearmed(run, "2025-11-20 09:00") is None


def test_what_has_ended_is_not_armed() -> None:
    run = a_run()
    run.fire("cancel", by="sandy")
    assert rearmed(run, "2026-01-02 09:00") is None


def test_an_own_date_that_is_met_is_not_armed_again() -> None:
    run = a_run(MET_IN_REVIEW, due_on="2025-11-30")
    run.fire("submit", by="aud")
    assert rearmed(run, "2025-11-04 09:00") is None
