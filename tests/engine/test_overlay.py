"""A block is an overlay: it says why nothing moves, and stops neither a clock nor a person."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from factories import (
    CALENDAR,
    ROSTER,
    S,
    a_block,
    a_calendar,
    a_child,
    a_definition,
    a_person,
    a_roster,
    a_run,
    an_instance,
    london,
    without_role,
)

from qa_workflow.engine.instance import Outcome, ProcessInstance
from qa_workflow.engine.overlay import (
    WAITS_CHANGED,
    block,
    review_date,
    review_people,
    review_waits,
    told_parent,
    unblock,
    with_block,
    without,
)
from qa_workflow.engine.people import Roster
from qa_workflow.errors import TransitionRefused

NOW = london("2025-11-05 09:00")
AUD = ROSTER.people["aud"]
ENDED = an_instance(state="done", closed_at=london("2025-11-04"))


def put(instance: ProcessInstance | None = None, **more: Any) -> Outcome:  # noqa: ANN401 - what a block says
    given = {"reason": "awaiting_family", "note": "They are abroad.", "actor": AUD, **more}
    return block(instance or an_instance(), now=NOW, calendar=CALENDAR, **given)


# ------------------------------------------------------------------ set and taken off by people
def test_somebody_blocks_with_a_reason_a_note_and_whom_it_waits_for() -> None:
    (made,) = put(waiting_on="bea", review_on=date(2025, 11, 20)).instance.blocks
    assert made == a_block(
        reason="awaiting_family",
        note="They are abroad.",
        since=NOW,
        by="aud",
        waiting_on="bea",
        review_on=date(2025, 11, 20),
    )


def test_a_block_without_a_review_date_is_looked_at_after_five_working_days() -> None:
    assert put().instance.blocks[0].review_on == date(2025, 11, 12)


def test_a_review_date_beyond_the_calendar_is_not_guessed() -> None:
    assert review_date(london("2025-12-30"), a_calendar(until=2025)) is None


def test_a_block_is_a_version_and_an_entry_of_who_set_it() -> None:
    outcome = put()
    (entry,) = outcome.history
    assert (outcome.instance.version, entry.action, entry.actor, entry.reason, entry.data) == (
        2,
        "block",
        "aud",
        "They are abroad.",
        {"reason": "awaiting_family"},
    )


def test_several_blocks_stand_at_once() -> None:
    assert len(put(put().instance).instance.blocks) == 2


def test_what_has_ended_cannot_be_blocked() -> None:
    with pytest.raises(TransitionRefused, match="tiny:1 has ended"):
        put(ENDED)


def test_a_block_stops_no_clock() -> None:
    run = a_run()
    before = run.instance.timers
    assert put(run.instance).instance.timers == before


def test_a_blocked_instance_still_escalates() -> None:
    run = a_run()
    run.took(put(run.instance))
    run.passes("2025-11-11 09:00")
    assert run.levels[-1] == ("submit_by", "L0", "2025-11-11")


def test_a_blocked_instance_can_still_be_moved() -> None:
    run = a_run()
    run.took(put(run.instance))
    run.fire("submit", by="aud")
    assert run.instance.state == "review"


def test_unblocking_takes_every_block_off_and_says_which() -> None:
    blocked = an_instance(blocks=(a_block(), a_block(reason="overdue_l2", cause="visit")))
    outcome = unblock(blocked, note="They are back.", actor=AUD, now=NOW)
    assert (outcome.instance.blocks, outcome.history[0].data) == (
        (),
        {"reasons": ["other", "overdue_l2"]},
    )


def test_what_is_not_blocked_cannot_be_unblocked() -> None:
    with pytest.raises(TransitionRefused, match="Nothing blocks tiny:1"):
        unblock(an_instance(), note="They are back.", actor=AUD, now=NOW)


# ------------------------------------------------------------------ put on by the engine
def test_the_same_reason_of_one_cause_stands_once() -> None:
    late = a_block(reason="overdue_l2", cause="visit")
    instance = an_instance(blocks=(late,))
    assert with_block(instance, replace(late, note="Again.")) is instance


def test_the_same_reason_of_another_cause_stands_besides() -> None:
    late = a_block(reason="overdue_l2", cause="visit")
    both = with_block(an_instance(blocks=(late,)), replace(late, cause="due"))
    assert [one.cause for one in both.blocks] == ["visit", "due"]


def test_blocks_go_by_their_cause() -> None:
    instance = an_instance(blocks=(a_block(), a_block(cause="visit"), a_block(cause="people")))
    assert [one.cause for one in without(instance, ("visit",)).blocks] == [None, "people"]


def test_where_no_block_goes_the_instance_is_the_same() -> None:
    instance = an_instance(blocks=(a_block(),))
    assert without(instance, ("visit",)) is instance


# ------------------------------------------------------------------ what a parent hears
CHILD = an_instance(parent_id=9)
BLOCKED_CHILD = replace(CHILD, blocks=(a_block(),))


@pytest.mark.parametrize(
    ("before", "after", "heard"),
    [
        (CHILD, BLOCKED_CHILD, [WAITS_CHANGED]),
        (BLOCKED_CHILD, CHILD, [WAITS_CHANGED]),
        (None, BLOCKED_CHILD, [WAITS_CHANGED]),
        (BLOCKED_CHILD, BLOCKED_CHILD, []),
        (None, CHILD, []),
        (an_instance(), an_instance(blocks=(a_block(),)), []),
    ],
)
def test_a_parent_hears_when_a_child_becomes_blocked_or_free(
    before: ProcessInstance | None, after: ProcessInstance, heard: list[str]
) -> None:
    assert [signal.trigger for signal in told_parent(before, after)] == heard


# ------------------------------------------------------------------ waiting for children
WAITS = a_definition(waits_for_children_in=frozenset({S.DRAFT}))


def waits(instance: ProcessInstance, *children: Any) -> Outcome | None:  # noqa: ANN401 - related instances
    return review_waits(WAITS, instance, children, now=NOW, calendar=CALENDAR)


def blocked_for(instance: ProcessInstance, *children: Any) -> ProcessInstance:  # noqa: ANN401 - related instances
    outcome = waits(instance, *children)
    assert outcome is not None
    return outcome.instance


STUCK = a_child(is_blocked=True)


def test_what_waits_for_a_blocked_child_is_blocked_and_names_it() -> None:
    (made,) = blocked_for(an_instance(), STUCK).blocks
    assert (made.reason, made.waiting_on, made.note) == (
        "waits_on_blocked",
        "child:1",
        "Waits for child:1, which is itself blocked.",
    )


def test_of_many_blocked_children_the_first_is_named() -> None:
    (made,) = blocked_for(an_instance(), a_child("child:2", is_blocked=True), STUCK).blocks
    assert made.note == "Waits for 2 others that are themselves blocked, child:1 first."


def test_the_block_goes_when_no_child_is_blocked() -> None:
    assert blocked_for(blocked_for(an_instance(), STUCK), a_child()).blocks == ()


def test_when_others_are_blocked_than_before_it_names_those_of_now_since_the_same_moment() -> None:
    second = a_child("child:2", is_blocked=True)
    before = blocked_for(an_instance(), second, STUCK)
    later = review_waits(
        WAITS, before, [second, replace(STUCK, is_open=False)],
        now=london("2025-11-20 09:00"), calendar=CALENDAR,
    )  # fmt: skip
    assert later is not None
    (made,) = later.instance.blocks
    assert made == replace(
        before.blocks[0], waiting_on="child:2", note="Waits for child:2, which is itself blocked."
    )
    assert later.history[0].reason == "Waits for child:2, which is itself blocked."
    assert later.instance.version == before.version + 1


def test_where_others_are_blocked_than_before_its_other_blocks_stay() -> None:
    kept = a_block()
    before = blocked_for(an_instance(blocks=(kept,)), STUCK)
    after = blocked_for(before, STUCK, a_child("child:2", is_blocked=True))
    assert [one.cause for one in after.blocks] == [None, "children"]
    assert after.blocks[0] is kept


def test_waiting_and_not_waiting_are_two_entries() -> None:
    on = waits(an_instance(), STUCK)
    off = None if on is None else waits(on.instance)
    assert on is not None
    assert off is not None
    assert [one.history[0].action for one in (on, off)] == ["blocked", "unblocked"]


@pytest.mark.parametrize(
    ("instance", "children"),
    [
        pytest.param(an_instance(), [a_child()], id="no child is blocked"),
        pytest.param(
            an_instance(), [replace(STUCK, is_open=False)], id="the blocked one has ended"
        ),
        pytest.param(an_instance(state="review"), [STUCK], id="the state waits for nobody"),
        pytest.param(
            blocked_for(an_instance(), STUCK), [STUCK], id="it is blocked for the same already"
        ),
    ],
)
def test_nothing_changes_when(instance: ProcessInstance, children: list[Any]) -> None:
    assert waits(instance, *children) is None


# ------------------------------------------------------------------ nobody is there
def reviewed(instance: ProcessInstance, roster: Roster = ROSTER) -> Outcome | None:
    return review_people(instance, roster, now=NOW, calendar=CALENDAR)


def after_review(instance: ProcessInstance, roster: Roster = ROSTER) -> ProcessInstance:
    outcome = reviewed(instance, roster)
    assert outcome is not None
    return outcome.instance


OF_AUD = an_instance(owner="aud", owner_role="auditor")
OF_AUDITORS = an_instance(owner_role="auditor")
AUD_LEFT = Roster({**ROSTER.people, "aud": a_person("aud", "auditor", active_to=date(2025, 11, 4))})


def test_an_owner_who_has_left_blocks_the_instance() -> None:
    (made,) = after_review(OF_AUD, AUD_LEFT).blocks
    assert (made.reason, made.waiting_on, made.review_on) == (
        "owner_inactive",
        "aud",
        date(2025, 11, 12),
    )


def test_an_owner_on_the_last_day_is_still_there() -> None:
    last_day = Roster({"aud": a_person("aud", "auditor", active_to=date(2025, 11, 5))})
    assert reviewed(OF_AUD, last_day) is None


def test_an_owning_role_that_nobody_holds_blocks_the_instance() -> None:
    (made,) = after_review(OF_AUDITORS, without_role("auditor")).blocks
    assert (made.reason, made.waiting_on) == ("nobody_home", "auditor")


def test_a_named_owner_who_is_there_needs_no_holder_of_the_role() -> None:
    assert reviewed(an_instance(owner="ada", owner_role="vsh")) is None


def test_an_instance_without_owner_and_role_waits_for_nobody() -> None:
    assert reviewed(an_instance()) is None


def test_a_review_that_finds_nothing_new_changes_nothing() -> None:
    assert reviewed(after_review(OF_AUD, AUD_LEFT), AUD_LEFT) is None


def test_the_block_goes_when_the_owner_is_back() -> None:
    back = reviewed(after_review(OF_AUD, AUD_LEFT))
    assert back is not None
    assert (back.instance.blocks, back.history[0].action) == ((), "unblocked")


def test_the_block_goes_when_the_instance_is_given_to_somebody_else() -> None:
    given = replace(after_review(OF_AUD, AUD_LEFT), owner="bea")
    assert after_review(given, AUD_LEFT).blocks == ()


def test_the_block_follows_from_one_leaver_to_the_next() -> None:
    given = replace(after_review(OF_AUD, AUD_LEFT), owner="gone")
    assert [one.waiting_on for one in after_review(given, AUD_LEFT).blocks] == ["gone"]


UNTOLD = a_block(reason="nobody_home", cause="people", waiting_on="director")


def test_the_block_of_a_level_goes_when_somebody_holds_its_role() -> None:
    assert after_review(replace(OF_AUD, blocks=(UNTOLD,))).blocks == ()


def test_the_block_of_a_level_stays_while_nobody_holds_its_role() -> None:
    assert reviewed(replace(OF_AUD, blocks=(UNTOLD,)), without_role("director")) is None


def test_the_owning_role_blocks_besides_the_role_of_a_level() -> None:
    both = after_review(replace(OF_AUDITORS, blocks=(UNTOLD,)), a_roster())
    assert [one.waiting_on for one in both.blocks] == ["director", "auditor"]


def test_when_one_of_two_empty_roles_is_filled_the_other_still_blocks() -> None:
    both = after_review(replace(OF_AUDITORS, blocks=(UNTOLD,)), a_roster())
    filled = after_review(both, without_role("director"))
    assert [one.waiting_on for one in filled.blocks] == ["director"]


def test_blocks_of_other_causes_stay() -> None:
    kept = a_block(cause="visit")
    instance = replace(after_review(OF_AUD, AUD_LEFT), blocks=(kept, UNTOLD))
    assert after_review(instance).blocks == (kept,)


def test_what_has_ended_needs_nobody() -> None:
    assert reviewed(replace(ENDED, owner="gone")) is None


def test_a_parent_hears_that_nobody_is_there_for_a_child() -> None:
    outcome = reviewed(replace(OF_AUD, parent_id=9), AUD_LEFT)
    assert outcome is not None
    assert [signal.trigger for signal in outcome.signals] == [WAITS_CHANGED]
