"""What must hold of every record, judged on values alone: the tiny process, healthy and lying."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from factories import (
    APPROVE,
    CALENDAR,
    MOVES,
    REMARK,
    SUBMIT,
    Run,
    a_block,
    a_definition,
    a_guard,
    a_run,
    a_timer,
    london,
    unless,
    with_moves,
)
from operators import refusal, repairs

from qa_workflow.engine.content import body_of, edges
from qa_workflow.engine.definition import Facts, Guard, ProcessDefinition
from qa_workflow.engine.instance import HistoryEntry
from qa_workflow.engine.invariants import CHECKS, INVARIANTS, Record, Rules, broken
from qa_workflow.engine.record import plain_block
from qa_workflow.engine.repairs import PROPOSED, REPAIRS, ROLES, refuse, set_state
from qa_workflow.errors import Refusal

ANOTHER = Guard(
    "approved_by_another",
    lambda _facts, _evidence: None,
    frozenset({"facts", "actor"}),
    ("submit",),
)
FOUR_EYES = with_moves(replace(APPROVE, guards=(ANOTHER,)))


def of(run: Run, **changes: Any) -> Record:  # noqa: ANN401 - the fields of a record
    """Return what is kept of *run*, as the store would."""
    messages = [(one.to, f"{run.instance.reference}|{one.key}|{one.to}|log") for one in run.notices]
    plain = Record(
        instance=run.instance,
        entries=run.history,
        versions=[run.instance.definition_version] * len(run.history),
        watched_at=run.instance.next_due_at,
        fired=[(one.deadline, one.level) for one in run.fired],
        messages=messages,
    )
    return replace(plain, **changes)


def found(run: Run, record: Record | None = None, **changes: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - the fields of the rules
    """Return what does not add up: the invariant and its place."""
    rules = Rules(
        definition=run.definition,
        edges=lambda _version: edges(body_of(run.definition)),
        facts=run.facts(),
        calendar=CALENDAR,
        now=run.now,
        late_after=timedelta(seconds=90),
    )
    record = record or of(run)
    return [(one.invariant, one.place) for one in broken(record, replace(rules, **changes))]


def lived(definition: ProcessDefinition | None = None) -> Run:
    """Return an instance that was late twice, sent back, and is in review again."""
    run = a_run(definition or a_definition(), due_on="2025-12-19")
    run.passes("2025-11-12 09:00")
    run.fire("submit", by="aud")
    run.fire("send_back", by="sandy")
    run.fire("submit", by="bea", at="2025-11-13 09:00")
    return run


def with_entry(run: Run, number: int, **changes: Any) -> Record:  # noqa: ANN401 - the fields of an entry
    entries = list(run.history)
    entries[number] = replace(entries[number], **changes)
    return of(run, entries=entries)


def entry_of(run: Run, action: str) -> int:
    return next(number for number, one in enumerate(run.history) if one.action == action)


# ------------------------------------------------------------------ healthy
def test_each_invariant_has_a_name_and_a_check() -> None:
    assert list(INVARIANTS) == list(CHECKS) == [f"I{number}" for number in range(1, 11)]


def test_a_life_that_went_its_way_keeps_every_invariant() -> None:
    run = lived()
    assert [one.level for one in run.history if one.level] != []
    assert found(run) == []
    run.fire("approve", by="sandy")
    assert found(run) == []


def test_a_refusal_is_no_change_of_version() -> None:
    run = a_run(with_moves(replace(SUBMIT, guards=(a_guard(),))))
    for _ in range(3):
        run.is_refused("submit", by="aud")
    assert found(run) == []


@pytest.mark.parametrize("verb", sorted(ROLES))
def test_a_refused_repair_is_no_change_of_version(verb: str) -> None:
    run = a_run()
    refusal(run, verb, partial(refuse, guard="never", why="Never."), by="ada")
    assert (run.history[-1].action, run.history[-1].role) == ("refused", "ad_people")
    assert found(run) == []


def test_a_proposal_is_no_change_of_version() -> None:
    run = a_run(a_definition(set_state_by_two=True))
    repairs(
        run, "set-state", partial(set_state, state="review", trigger="submit", history=run.history)
    )
    assert run.history[-1].action == PROPOSED
    assert found(run) == []
    more = replace(run.instance, version=2)
    assert found(run, of(run, instance=more)) == [("I10", "version")]


def test_a_level_told_at_once_with_a_refusal_needs_no_timer_and_only_one_message() -> None:
    grave = replace(SUBMIT, guards=(a_guard(),), if_refused={"never": "panel_inquorate"})
    run = a_run(with_moves(grave))
    run.is_refused("submit", by="aud")
    assert [one.level for one in run.history if one.level] == ["L2"]
    assert found(run) == []
    assert found(run, of(run, messages=())) == [("I6", "panel_inquorate:L2")]


def test_the_same_refusal_that_comes_back_within_a_visit_is_written_of_once() -> None:
    grave = replace(SUBMIT, guards=(a_guard(),), if_refused={"never": "panel_inquorate"})
    run = a_run(with_moves(grave))
    run.is_refused("submit", by="aud")
    once = list(run.notices)
    run.instance = replace(run.instance, blocks=())
    run.is_refused("submit", by="aud")
    run.notices = once
    assert len([one for one in run.history if one.level]) == 2
    assert "I6" not in {name for name, _ in found(run)}


def test_a_trigger_may_be_called_note_and_is_a_change_all_the_same() -> None:
    run = a_run(a_definition(transitions=(*MOVES, replace(REMARK, trigger="note"))))
    run.fire("note", by="aud")
    assert run.instance.version == 2
    assert found(run) == []


def test_the_instant_of_a_block_may_be_spelt_in_another_time_zone() -> None:
    run = lived()
    block = a_block(since=london("2026-07-01 09:00"))
    written = {**plain_block(block), "since": "2026-07-01T09:00:00+01:00"}
    changes = {**run.history[-1].changes, "blocks": [written]}
    record = with_entry(run, len(run.history) - 1, changes=changes)
    assert found(run, replace(record, instance=replace(run.instance, blocks=(block,)))) == []


# ------------------------------------------------------------------ each one broken
@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"state": "done"}, "state"),
        ({"owner": "ada"}, "owner"),
        ({"epoch": 7}, "epoch"),
        ({"data": {"x": 1}}, "data.x"),
        ({"blocks": (a_block(),)}, "blocks"),
        ({"refusals": {"submit/never": 1}}, "refusals.submit/never"),
    ],
)
def test_i1_a_field_that_its_history_does_not_tell(changes: dict[str, Any], place: str) -> None:
    run = lived()
    record = of(run, instance=replace(run.instance, **changes))
    assert ("I1", place) in found(run, record)


def test_i1_the_version_of_the_rules_is_that_of_the_last_entry() -> None:
    run = lived()
    assert found(run, of(run, versions=[2] * len(run.history)), edges=lambda _version: None) == [
        ("I1", "definition")
    ]


def test_i1_the_row_knows_its_first_clock() -> None:
    run = lived()
    assert found(run, of(run, watched_at=None)) == [("I1", "next_due_at")]


def test_i2_a_chain_that_does_not_hold() -> None:
    run = lived()
    assert found(run, of(run, misfit="entry 3: it was changed")) == [("I2", "chain")]


def test_i2_of_a_history_that_cannot_be_read_nothing_else_is_said() -> None:
    run = lived()
    unread = of(run, entries=(), versions=(), misfit="an entry cannot be read")
    assert found(run, unread) == [("I2", "chain")]


def test_i3_a_level_told_more_often_than_it_fired() -> None:
    run = lived()
    assert found(run, of(run, fired=[("submit_by", "R2")])) == [("I3", "submit_by:L0")]


def test_i3_after_a_migration_a_deadline_may_have_another_name() -> None:
    run = lived()
    moved = with_entry(run, entry_of(run, "send_back"), action="migrated")
    assert found(run, replace(moved, fired=[("new_name", "L0"), ("new_name", "R2")])) == []
    assert {name for name, _ in found(run, replace(moved, fired=()))} == {"I3"}


def test_i4_what_was_due_and_was_not_done() -> None:
    run = lived()
    due = a_timer(due_at=run.now, deadline="approve_by", epoch=run.instance.epoch)
    one = replace(run.instance, timers=(due,))
    late = of(run, instance=one, watched_at=run.now)
    assert found(run, late, now=run.now + timedelta(seconds=90)) == []
    assert found(run, late, now=run.now + timedelta(seconds=91)) == [("I4", "approve_by:L0")]
    assert found(run, replace(late, rests=True), now=run.now + timedelta(days=1)) == []


def test_i4_what_was_armed_after_it_fell_due_is_late_only_a_while_after_that() -> None:
    run = lived()
    due = a_timer(due_at=run.now - timedelta(hours=9), epoch=run.instance.epoch)
    one = replace(run.instance, timers=(due,))
    assert found(run, of(run, instance=one, watched_at=due.due_at)) == []


def test_i5_a_move_that_is_none_of_the_definition() -> None:
    run = lived()
    assert found(run, with_entry(run, entry_of(run, "send_back"), action="fly")) == [
        ("I5", "review:fly")
    ]


def test_i5_a_state_that_was_never_left() -> None:
    run = lived()
    assert ("I5", "gap") in found(
        run, with_entry(run, entry_of(run, "send_back"), before="draft", after="draft")
    )


@pytest.mark.parametrize("action", sorted({*REPAIRS, "migrated", "migration_undone"}))
def test_i5_a_repair_or_a_migration_goes_its_own_way(action: str) -> None:
    run = lived()
    assert found(run, with_entry(run, entry_of(run, "send_back"), action=action)) == []


def test_i5_a_proposal_moves_nothing() -> None:
    run = lived()
    names = {
        name for name, _ in found(run, with_entry(run, entry_of(run, "send_back"), action=PROPOSED))
    }
    assert "I5" in names


def test_i5_what_content_nobody_kept_forbids_nothing() -> None:
    run = lived()
    record = with_entry(run, entry_of(run, "send_back"), action="fly")
    assert found(run, record, edges=lambda _version: None) == []


def test_i6_a_level_that_nobody_was_written_of() -> None:
    run = lived()
    assert {name for name, _ in found(run, of(run, messages=()))} == {"I6"}


def test_i6_a_message_may_tell_of_several_levels() -> None:
    run = a_run(a_definition())
    run.passes("2025-11-19 09:00")
    by_person: dict[str, list[str]] = {}
    for one in run.notices:
        by_person.setdefault(one.to, []).append(one.key)
    merged = [(to, f"tiny:1|{'+'.join(keys)}|{to}|log") for to, keys in by_person.items()]
    assert max(len(keys) for keys in by_person.values()) > 1
    assert found(run, of(run, messages=merged)) == []


def unwatched(run: Run, **changes: Any) -> Record:  # noqa: ANN401 - the fields of an instance
    bare: dict[str, Any] = {"timers": (), "stuck_at": None, **changes}
    return of(run, instance=replace(run.instance, **bare), watched_at=None)


def test_i7_open_without_a_clock() -> None:
    run = a_run(a_definition())
    assert found(run, unwatched(run)) == [("I7", "draft")]


@pytest.mark.parametrize(
    "waiver",
    [
        {"blocks": (a_block(),)},
        {"pending": "submit"},
        {"stuck_at": london("2025-11-03 08:00")},
        {"closed_at": london("2025-11-03 09:00")},
    ],
)
def test_i7_what_blocks_it_or_was_told_is_a_reason(waiver: dict[str, Any]) -> None:
    run = a_run(a_definition())
    assert "I7" not in {name for name, _ in found(run, unwatched(run, **waiver))}


def test_i7_whoever_waits_for_children_is_woken_by_them() -> None:
    run = a_run(a_definition(waits_for_children_in=frozenset({"draft"})))
    assert found(run, unwatched(run)) == []


def test_i7_what_nothing_can_move_is_listed_as_stuck_instead() -> None:
    shut = (replace(one, guards=(unless("x"),)) for one in (SUBMIT, REMARK))
    run = a_run(a_definition(transitions=(*shut, APPROVE)))
    assert found(run, unwatched(run)) == []


def test_i8_people_are_told_what_the_rules_say() -> None:
    asked = []

    def fickle(_facts: Facts, _evidence: object) -> Refusal | None:
        asked.append(1)
        return Refusal(why="Not now.") if len(asked) % 2 else None

    moody = Guard("was_in_the_mood", fickle, frozenset({"facts"}))
    only = a_definition(transitions=(replace(SUBMIT, guards=(moody,)), APPROVE))
    run = a_run(only)
    assert found(run) == [("I8", "draft")]


@pytest.mark.parametrize("side", ["actor", "on_behalf_of"])
def test_i9_one_person_on_both_sides(side: str) -> None:
    run = lived(FOUR_EYES)
    run.fire("approve", by="sandy")
    approved = len(run.history) - 1
    assert found(run) == []
    assert found(run, with_entry(run, approved, **{side: "bea"})) == [("I9", "approve:submit")]
    # Aud submitted the draft that was sent back, not this one.
    assert found(run, with_entry(run, approved, **{side: "aud"})) == []


def test_i9_whoever_recorded_what_another_did_is_not_the_one() -> None:
    run = lived(FOUR_EYES)
    submitted = len(run.history) - 1
    run.fire("approve", by="sandy")
    record = with_entry(run, submitted, data={"written_by": "tess"})
    entries = list(record.entries)
    entries[-1] = replace(entries[-1], actor="bea")
    assert found(run, replace(record, entries=entries)) == []
    entries[-1] = replace(entries[-1], actor="tess")
    assert found(run, replace(record, entries=entries)) == [("I9", "approve:submit")]


def test_i9_whoever_has_handed_it_over_since_is_out_of_it() -> None:
    run = lived(FOUR_EYES)
    run.fire("approve", by="sandy")
    handed = HistoryEntry(
        at=run.now, recorded_at=run.now, actor="tess", action="reassign",
        before="review", after="review", data={"from": "bea", "to": "aud"},
    )  # fmt: skip
    entries = [*run.history[:-1], handed, replace(run.history[-1], actor="bea")]
    record = of(
        run,
        entries=entries,
        versions=[1] * len(entries),
        instance=replace(run.instance, version=run.instance.version + 1),
    )
    assert found(run, record) == []


@pytest.mark.parametrize("by", [1, -1])
def test_i10_a_version_that_does_not_fit_the_changes(by: int) -> None:
    run = lived()
    one = replace(run.instance, version=run.instance.version + by)
    assert found(run, of(run, instance=one)) == [("I10", "version")]


def test_what_this_program_has_no_rules_of_is_judged_by_its_record_alone() -> None:
    run = lived()
    assert found(run, unwatched(run), definition=None, edges=lambda _version: None) == []
