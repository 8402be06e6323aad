"""What one event makes of an instance: a start, a trigger, its refusal, a timer, a move of the system."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from factories import (
    CALENDAR,
    CANCEL,
    MOVES,
    REMARK,
    REOPEN,
    ROSTER,
    SUBMIT,
    SUBMIT_BY,
    S,
    a_calendar,
    a_definition,
    a_guard,
    a_run,
    a_timer,
    an_instance,
    effects,
    london,
    some_facts,
    unless,
    with_deadlines,
    with_moves,
)

from qa_workflow.engine.advance import (
    Fire,
    TimerDue,
    advance,
    evidence_of,
    noted,
    start,
)
from qa_workflow.engine.definition import Asks, Effects, ProcessDefinition, Step, Transition
from qa_workflow.engine.firing import MAX_FOLLOWING, following
from qa_workflow.engine.instance import Notice, Outcome, Signal, Spawn, Timer
from qa_workflow.errors import NotPermitted, TransitionRefused, UnknownTrigger
from qa_workflow.patterns.ladders import STANDARD

OWN = a_definition(due_ladder=STANDARD)
CHILD = Spawn(process="child", reference="child:1", subject="1")


class Words(Asks):
    """What was said."""

    words: str = ""
    on: date | None = None


# ------------------------------------------------------------------ a start
def test_a_start_is_the_first_entry_of_the_history() -> None:
    (entry,) = a_run(now="2025-11-03 09:00").history
    assert (entry.action, entry.before, entry.after, entry.actor) == (
        "start",
        None,
        "draft",
        "system",
    )


def test_a_start_takes_effect_when_its_clock_begins_and_is_recorded_now() -> None:
    (entry,) = a_run(now="2025-11-07 09:00", since="2025-11-03").history
    assert (entry.at, entry.recorded_at) == (london("2025-11-03"), london("2025-11-07 09:00"))


def test_whoever_starts_an_instance_stands_in_its_history_with_what_they_said() -> None:
    now = london("2025-11-03 09:00")
    outcome = start(
        a_definition(),
        an_instance(),
        facts=some_facts(),
        now=now,
        calendar=CALENDAR,
        actor="cli:quinn",
        data={"what": "a bruise"},
    )
    (entry,) = outcome.history
    assert (entry.actor, entry.data, outcome.before) == ("cli:quinn", {"what": "a bruise"}, None)


def test_what_is_done_at_the_start_adds_data_a_date_and_what_follows() -> None:
    notice = Notice(to="aud", template="hello", key="hello")
    made = effects(
        data={"seed": 7},
        due_on=date(2025, 11, 30),
        spawn=(CHILD,),
        notices=(notice,),
        signals=(Signal("go"),),
    )
    run = a_run(replace(OWN, on_start=made), data={"given": 1})
    assert (run.instance.data, run.instance.due_on) == ({"given": 1, "seed": 7}, date(2025, 11, 30))
    assert (run.last.spawned, run.last.notices, run.last.signals) == (
        (CHILD,),
        (notice,),
        (Signal("go"),),
    )


def test_a_date_that_was_given_wins_over_the_one_found_at_the_start() -> None:
    run = a_run(replace(OWN, on_start=effects(due_on=date(2026, 1, 31))), due_on="2025-11-30")
    assert run.instance.due_on == date(2025, 11, 30)


def test_a_start_may_ask_for_a_move_of_the_system() -> None:
    definition = with_moves(replace(SUBMIT, role="system"), on_start=effects(then=("submit",)))
    run = a_run(definition)
    assert (run.instance.state, run.actions) == ("review", ["start", "submit"])


def test_what_the_system_pulls_by_itself_carries_the_empty_form_of_its_trigger() -> None:
    seen: list[Step] = []

    def effect(step: Step) -> Effects:
        seen.append(step)
        return Effects()

    by_itself = replace(SUBMIT, role="system", asks=Words, effect=effect)
    a_run(with_moves(by_itself, on_start=effects(then=("submit",))))
    assert [step.evidence for step in seen] == [Words()]


def test_the_process_may_say_which_role_owns_what_nobody_moves() -> None:
    definition = a_definition(transitions=(replace(SUBMIT, role="system"),), owner_role="qa_admin")
    assert a_run(definition).instance.owner_role == "qa_admin"


def test_a_start_in_a_role_that_was_given_keeps_it() -> None:
    definition = a_definition(transitions=(replace(SUBMIT, role="system"),), owner_role="qa_admin")
    assert a_run(definition, owner_role="iro").instance.owner_role == "iro"


# ------------------------------------------------------------------ a trigger
def test_a_trigger_moves_the_instance_and_is_one_version_and_one_entry() -> None:
    run = a_run()
    run.fire("submit", by="aud")
    assert (run.instance.state, run.instance.version, run.instance.seq) == ("review", 2, 2)


def test_an_entry_says_who_in_which_role_did_what_when_from_where_to_where() -> None:
    run = a_run()
    run.fire("submit", by="aud", at="2025-11-04 10:00")
    entry = run.history[-1]
    assert (entry.actor, entry.role, entry.action, entry.at, entry.before, entry.after) == (
        "aud",
        "auditor",
        "submit",
        london("2025-11-04 10:00"),
        "draft",
        "review",
    )


def test_the_role_of_an_entry_is_the_one_that_the_person_holds() -> None:
    run = a_run(with_moves(replace(SUBMIT, role=("auditor", "ad_people"))))
    run.fire("submit", by="ada")
    assert run.history[-1].role == "ad_people"


def test_what_was_said_stands_in_the_entry_and_the_reason_beside_it() -> None:
    run = a_run(with_moves(replace(SUBMIT, asks=Words)))
    run.fire(
        "submit", by="aud", evidence=Words(words="Hello", on=date(2025, 11, 3), reason="Ready.")
    )
    entry = run.history[-1]
    assert (entry.data, entry.reason) == ({"words": "Hello", "on": "2025-11-03"}, "Ready.")


def test_what_was_not_said_does_not_stand_in_the_entry() -> None:
    run = a_run(with_moves(replace(SUBMIT, asks=Words)))
    run.fire("submit", by="aud", evidence=Words())
    assert run.history[-1].data == {}


def test_somebody_may_act_for_another_and_give_a_reason_of_their_own() -> None:
    run = a_run()
    event = Fire(
        trigger="submit", actor=ROSTER.people["aud"], on_behalf_of="bea", reason="Asked to."
    )
    outcome = advance(
        run.definition, run.instance, event, facts=run.facts(), now=run.now, calendar=CALENDAR
    )
    assert (outcome.history[0].on_behalf_of, outcome.history[0].reason) == ("bea", "Asked to.")


def test_an_effect_knows_who_acts_on_which_day_and_what_stood_before() -> None:
    seen: list[Step] = []

    def effect(step: Step) -> Effects:
        seen.append(step)
        return Effects(data={"seen": True})

    run = a_run(with_moves(replace(SUBMIT, effect=effect)), now="2026-05-05 12:00")
    before = run.instance
    run.fire("submit", by="aud", at="2026-05-06 00:30")
    (step,) = seen
    assert (step.actor, step.today, step.before, step.facts.instance) == (
        "aud",
        date(2026, 5, 6),
        before,
        before,
    )
    assert run.instance.data == {"seen": True}


def test_what_an_effect_brings_is_handed_on() -> None:
    notice = Notice(to="aud", template="hello", key="hello")
    made = effects(spawn=(CHILD,), notices=(notice,), signals=(Signal("go", to="tiny:2"),))
    run = a_run(with_moves(replace(SUBMIT, effect=made)))
    outcome = run.fire("submit", by="aud")
    assert (outcome.spawned, outcome.notices, outcome.signals) == (
        (CHILD,),
        (notice,),
        (Signal("go", to="tiny:2"),),
    )


def test_the_same_event_has_the_same_outcome() -> None:
    run = a_run(OWN, due_on="2025-11-30")
    event = run.event("submit", by="aud")
    once, again = (
        advance(
            run.definition, run.instance, event, facts=run.facts(), now=run.now, calendar=CALENDAR
        )
        for _ in range(2)
    )
    assert once == again


def test_an_event_that_is_refused_changes_nothing() -> None:
    run = a_run(with_moves(replace(SUBMIT, guards=(a_guard(),))))
    before = run.instance
    with pytest.raises(TransitionRefused):
        run.fire("submit", by="aud")
    assert run.instance == before


@pytest.mark.parametrize(
    ("trigger", "by", "error"),
    [
        ("fly", "aud", UnknownTrigger),
        ("approve", "sandy", TransitionRefused),
        ("submit", "sandy", NotPermitted),
        ("submit", None, NotPermitted),
    ],
)
def test_a_trigger_is_unknown_not_offered_or_not_permitted(
    trigger: str, by: str | None, error: type[Exception]
) -> None:
    with pytest.raises(error):
        a_run().fire(trigger, by=by)


# ------------------------------------------------------------------ a refusal that is kept
REFUSING = with_moves(replace(SUBMIT, guards=(a_guard("first"), a_guard("second"))))


def test_a_refusal_is_an_entry_with_the_sentence_the_trigger_and_the_guards() -> None:
    run = a_run(REFUSING)
    run.is_refused("submit", by="aud")
    entry = run.history[-1]
    assert (entry.action, entry.reason, entry.data, entry.before, entry.after) == (
        "refused",
        "First. Second.",
        {"trigger": "submit", "guards": ["first", "second"]},
        "draft",
        "draft",
    )


def test_a_refusal_moves_neither_version_nor_state_nor_timers() -> None:
    run = a_run(REFUSING)
    before = run.instance
    run.is_refused("submit", by="aud")
    after = run.instance
    assert (after.version, after.state, after.timers, after.epoch) == (
        before.version,
        before.state,
        before.timers,
        before.epoch,
    )


def test_a_refusal_is_counted_by_trigger_and_guard() -> None:
    run = a_run(REFUSING)
    run.is_refused("submit", by="aud")
    run.is_refused("submit", by="bea")
    assert run.instance.refusals == {"submit/first": 2, "submit/second": 2}


def test_the_third_refusal_by_the_same_guard_blocks() -> None:
    run = a_run(REFUSING)
    for _ in range(3):
        run.is_refused("submit", by="aud")
    (block,) = run.instance.blocks
    assert (block.reason, block.note, block.cause) == (
        "refused_three_times",
        "submit was refused three times: First. Second.",
        "visit",
    )


def test_two_refusals_do_not_block() -> None:
    run = a_run(REFUSING)
    run.is_refused("submit", by="aud")
    run.is_refused("submit", by="aud")
    assert run.reasons == []


def test_refusals_of_different_triggers_are_not_added_up() -> None:
    never = a_guard()
    run = a_run(with_moves(replace(SUBMIT, guards=(never,)), replace(REMARK, guards=(never,))))
    for trigger in ("submit", "submit", "remark"):
        run.is_refused(trigger, by="aud")
    assert run.reasons == []


def test_refusals_by_different_guards_are_not_added_up() -> None:
    run = a_run(with_moves(replace(SUBMIT, guards=(unless("plan"), unless("date")))))
    run.is_refused("submit", by="aud")
    run.instance = replace(run.instance, data={"plan": True})
    run.is_refused("submit", by="aud")
    run.instance = replace(run.instance, data={"date": True})
    run.is_refused("submit", by="aud")
    assert (run.reasons, run.instance.refusals) == (
        [],
        {"submit/has_plan": 2, "submit/has_date": 2},
    )


def test_a_refusal_after_the_third_adds_no_second_block() -> None:
    run = a_run(REFUSING)
    for _ in range(4):
        run.is_refused("submit", by="aud")
    assert run.reasons == ["refused_three_times"]


def test_leaving_the_state_forgets_its_refusals_and_their_block() -> None:
    run = a_run(with_moves(replace(SUBMIT, guards=(unless("plan"),))))
    for _ in range(3):
        run.is_refused("submit", by="aud")
    run.instance = replace(run.instance, data={"plan": True})
    run.fire("submit", by="aud")
    assert (run.instance.refusals, run.reasons) == ({}, [])


def test_staying_in_the_state_forgets_no_refusal() -> None:
    run = a_run(REFUSING)
    run.is_refused("submit", by="aud")
    run.fire("remark", by="aud")
    assert run.instance.refusals == {"submit/first": 1, "submit/second": 1}


def test_a_parent_hears_of_the_third_refusal() -> None:
    run = a_run(REFUSING, parent_id=9)
    for _ in range(3):
        run.is_refused("submit", by="aud")
    assert [signal.to for signal in run.last.signals] == ["parent"]


def test_what_has_ended_is_never_blocked_by_refusals() -> None:
    never = replace(REOPEN, guards=(a_guard(),))
    run = a_run(a_definition(transitions=(*MOVES, never)))
    run.fire("submit", by="aud")
    run.fire("approve", by="sandy")
    for _ in range(3):
        run.is_refused("reopen", by="sandy")
    assert run.reasons == []


# ------------------------------------------------------------------ notes and forms
def test_a_note_is_an_entry_that_changes_nothing_else() -> None:
    before = an_instance(state="done", closed_at=london("2025-11-04"), seq=3)
    after, entry = noted(before, text="Seen.", actor=ROSTER.people["aud"], now=london("2025-11-05"))
    assert (after, entry.action, entry.reason, entry.changes) == (
        replace(before, seq=4),
        "note",
        "Seen.",
        {},
    )


def test_every_trigger_has_its_form() -> None:
    assert evidence_of(with_moves(replace(SUBMIT, asks=Words)), "submit") is Words


def test_an_unknown_trigger_has_no_form() -> None:
    with pytest.raises(UnknownTrigger, match="fly"):
        evidence_of(a_definition(), "fly")


# ------------------------------------------------------------------ timers
def due(run: Any, timer: Timer, at: str = "2025-11-12 09:00") -> Outcome:  # noqa: ANN401 - a run
    run.at(at)
    return advance(
        run.definition,
        run.instance,
        TimerDue(timer=timer),
        facts=run.facts(),
        now=run.now,
        calendar=CALENDAR,
    )


def test_a_timer_of_an_earlier_visit_never_fires() -> None:
    run = a_run()
    old = run.instance.timers[0]
    run.fire("submit", by="aud")
    run.fire("send_back", by="sandy")
    outcome = due(run, old)
    assert (outcome.history, outcome.fired, outcome.instance) == ((), (old,), run.instance)


def test_a_timer_of_an_earlier_date_never_fires() -> None:
    run = a_run(
        with_moves(replace(REMARK, effect=effects(due_on=date(2026, 1, 31))), due_ladder=STANDARD),
        due_on="2025-11-30",
    )
    old = run.instance.timers[0]
    run.fire("remark", by="aud")
    assert due(run, old).history == ()


def test_a_timer_that_has_fired_never_fires_again() -> None:
    run = a_run()
    run.passes("2025-11-12 09:00")
    assert due(run, run.fired[-1]).history == ()


def test_a_timer_of_a_date_that_was_met_never_fires() -> None:
    met = replace(OWN, due_met=lambda _definition, state, _data: state == S.REVIEW)
    run = a_run(met, due_on="2025-11-30")
    old = run.instance.timers[0]
    run.fire("submit", by="aud")
    assert due(run, old).history == ()


def test_a_timer_of_what_has_ended_never_fires() -> None:
    ended = an_instance(state="done", closed_at=london("2025-11-04"), timers=(a_timer(),))
    run = a_run()
    run.instance = ended
    outcome = due(run, a_timer())
    assert (outcome.history, outcome.instance.timers) == ((), ())


def test_a_timer_that_is_armed_climbs_its_ladder() -> None:
    run = a_run()
    assert [entry.level for entry in due(run, run.instance.timers[0]).history] == ["R2"]


# ------------------------------------------------------------------ moves that time makes
EXPIRING = with_deadlines(replace(SUBMIT_BY, ladder=None, on_expiry="submit"))
MOVED_BY_TIME = replace(
    EXPIRING, transitions=(replace(SUBMIT, role=("auditor", "system")), *MOVES[1:])
)


def test_a_move_of_time_takes_effect_at_its_nominal_instant() -> None:
    run = a_run(MOVED_BY_TIME)
    run.passes("2025-11-14 09:00")
    entry = run.history[-1]
    assert (entry.action, entry.at, entry.recorded_at, entry.actor, entry.role) == (
        "submit",
        london("2025-11-11 00:00"),
        london("2025-11-14 09:00"),
        "system",
        None,
    )


def test_a_move_of_time_is_no_move_of_a_person_who_acts() -> None:
    run = a_run(MOVED_BY_TIME)
    run.at("2025-11-14 09:00")
    outcome = advance(
        run.definition,
        run.instance,
        TimerDue(timer=run.instance.timers[0]),
        facts=run.facts(actor=ROSTER.people["aud"]),
        now=run.now,
        calendar=CALENDAR,
    )
    assert outcome.history[0].actor == "system"


def test_the_timer_of_a_move_is_spent() -> None:
    run = a_run(MOVED_BY_TIME)
    (timer,) = run.instance.timers
    outcome = run.passes("2025-11-14 09:00")
    assert (outcome.fired, timer in run.instance.timers) == ((timer,), False)


@pytest.mark.parametrize("definition", [a_definition(), with_deadlines()])
def test_a_move_that_the_definition_no_longer_makes_is_spent_without_a_word(
    definition: ProcessDefinition,
) -> None:
    run = a_run(MOVED_BY_TIME)
    run.definition = definition
    run.passes("2025-11-14 09:00")
    assert (run.instance.timers, run.actions) == ((), ["start"])


# ------------------------------------------------------------------ moves that wait
WAITING = replace(
    EXPIRING,
    transitions=(
        replace(
            SUBMIT,
            role=("auditor", "system"),
            guards=(unless("plan"),),
            if_refused={"has_plan": "record_unavailable"},
        ),
        *MOVES[1:],
    ),
)


def waiting_run(**more: Any) -> Any:  # noqa: ANN401 - the fields of an instance; a run
    run = a_run(WAITING, **more)
    run.passes("2025-11-14 09:00")
    return run


def test_a_move_of_the_system_that_is_refused_waits_and_is_not_lost() -> None:
    run = waiting_run()
    assert (run.instance.state, run.instance.pending) == ("draft", "submit")


def test_a_move_that_waits_blocks_with_the_reason_code_of_its_guard() -> None:
    (block,) = waiting_run().instance.blocks
    assert (block.reason, block.note, block.since, block.cause, block.review_on) == (
        "record_unavailable",
        "There is no plan.",
        london("2025-11-14 09:00"),
        "pending",
        date(2025, 11, 21),
    )


def test_a_guard_without_a_reason_code_blocks_as_other() -> None:
    move = replace(WAITING.transitions[0], if_refused={})
    run = a_run(replace(WAITING, transitions=(move, *MOVES[1:])))
    run.passes("2025-11-14 09:00")
    assert run.reasons == ["other"]


def test_that_a_move_waits_is_an_entry_of_now() -> None:
    entry = waiting_run().history[-1]
    assert (entry.action, entry.at, entry.reason, entry.data) == (
        "waits",
        london("2025-11-14 09:00"),
        "There is no plan.",
        {"trigger": "submit"},
    )


def test_a_move_that_waits_is_no_refusal_of_a_person() -> None:
    assert waiting_run().instance.refusals == {}


def test_a_parent_hears_of_a_move_that_waits() -> None:
    assert [signal.to for signal in waiting_run(parent_id=9).last.signals] == ["parent"]


def test_a_move_that_is_still_refused_changes_nothing() -> None:
    assert waiting_run().retries("2025-11-17 09:00") is None


def test_where_nothing_waits_there_is_nothing_to_retry() -> None:
    assert a_run(WAITING).retries("2025-11-17 09:00") is None


def test_a_move_that_waited_takes_effect_when_it_really_happens() -> None:
    run = waiting_run()
    run.instance = replace(run.instance, data={"plan": True})
    run.retries("2025-11-17 09:00")
    entry = run.history[-1]
    assert (entry.action, entry.at, run.instance.entered_on) == (
        "submit",
        london("2025-11-17 09:00"),
        date(2025, 11, 17),
    )


def test_a_move_that_happened_waits_and_blocks_no_longer() -> None:
    run = waiting_run()
    run.instance = replace(run.instance, data={"plan": True})
    run.retries("2025-11-17 09:00")
    assert (run.instance.pending, run.reasons) == (None, [])


def test_what_follows_from_a_move_that_waited_follows_too() -> None:
    submit, *others = WAITING.transitions
    approve = replace(others[1], role="system")
    run = a_run(
        replace(WAITING, transitions=(replace(submit, effect=effects(then=("approve",))), approve))
    )
    run.passes("2025-11-14 09:00")
    run.instance = replace(run.instance, data={"plan": True})
    run.retries("2025-11-17 09:00")
    assert run.instance.state == "done"


def test_another_way_out_ends_the_waiting() -> None:
    run = waiting_run()
    run.fire("cancel", by="sandy")
    assert (run.instance.pending, run.reasons) == (None, [])


def test_a_move_that_waited_and_stays_in_its_state_waits_no_longer() -> None:
    definition = with_moves(
        replace(SUBMIT, effect=effects(then=("remark",)), dest=None),
        replace(REMARK, role="system", guards=(unless("plan"),)),
    )
    run = a_run(definition)
    run.fire("submit", by="aud")
    waited = run.instance.pending
    run.instance = replace(run.instance, data={"plan": True})
    run.retries("2025-11-17 09:00")
    assert (waited, run.instance.pending, run.reasons) == ("remark", None, [])


def test_another_trigger_that_stays_in_the_state_leaves_the_move_waiting() -> None:
    run = waiting_run()
    run.fire("remark", by="aud")
    assert (run.instance.pending, run.reasons) == ("submit", ["record_unavailable"])


def test_a_move_that_is_not_offered_where_it_was_asked_for_waits_and_blocks() -> None:
    run = a_run(with_moves(replace(REMARK, effect=effects(then=("approve",)))))
    run.fire("remark", by="aud")
    assert (run.instance.pending, run.reasons) == ("approve", ["other"])


# ------------------------------------------------------------------ what follows from a move
def system(move: Transition, **changes: Any) -> Transition:  # noqa: ANN401 - the fields of a transition
    return replace(move, role="system", **changes)


def test_what_an_effect_asks_for_follows_as_an_entry_of_its_own() -> None:
    run = a_run(with_moves(replace(SUBMIT, effect=effects(then=("approve",))), system(MOVES[2])))
    run.fire("submit", by="aud")
    assert [(entry.action, entry.actor) for entry in run.history[1:]] == [
        ("submit", "aud"),
        ("approve", "system"),
    ]


def test_what_follows_takes_effect_when_its_cause_does() -> None:
    run = a_run(
        replace(
            EXPIRING,
            transitions=(system(SUBMIT, effect=effects(then=("approve",))), system(MOVES[2])),
        )
    )
    run.passes("2025-11-14 09:00")
    assert run.instance.closed_at == london("2025-11-11 00:00")


def test_what_follows_is_made_in_the_order_it_was_asked_for() -> None:
    run = a_run(
        with_moves(
            replace(SUBMIT, effect=effects(then=("send_back", "cancel"))),
            system(MOVES[3]),
            system(CANCEL),
        )
    )
    run.fire("submit", by="aud")
    assert run.actions == ["start", "submit", "send_back", "cancel"]


def test_moves_that_follow_in_circles_are_stopped() -> None:
    circle = with_moves(
        replace(SUBMIT, role=("auditor", "system"), effect=effects(then=("send_back",))),
        system(MOVES[3], effect=effects(then=("submit",))),
    )
    with pytest.raises(RuntimeError, match="more than 8 system moves follow"):
        a_run(circle).fire("submit", by="aud")


def test_as_many_moves_as_are_allowed_may_follow() -> None:
    made = effects(then=("remark",) * MAX_FOLLOWING)
    run = a_run(with_moves(replace(SUBMIT, effect=made, dest=None), system(REMARK)))
    run.fire("submit", by="aud")
    assert run.actions.count("remark") == MAX_FOLLOWING


def test_what_follows_from_nothing_follows_now() -> None:
    now = london("2025-11-04 09:00")
    outcome = following(
        with_moves(system(REMARK)),
        Outcome(before=an_instance(), instance=an_instance(), then=("remark",)),
        facts=some_facts(),
        now=now,
        calendar=a_calendar(),
    )
    assert outcome.history[0].at == now
