"""A change of the rules under an instance: what is kept, counted again or begun anew, and the way back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum, auto
from typing import Any

import pytest
from factories import (
    APPROVE_BY,
    CALENDAR,
    MOVES,
    SUBMIT_BY,
    Run,
    S,
    a_block,
    a_definition,
    a_run,
    with_deadlines,
)

from qa_workflow.engine.content import body_of, hash_of
from qa_workflow.engine.deadlines import falls_on
from qa_workflow.engine.definition import (
    Deadline,
    EscalationLevel,
    Ladder,
    OnDate,
    ProcessDefinition,
    Transition,
    Within,
)
from qa_workflow.engine.former import Former, former
from qa_workflow.engine.kept_rules import KEPT
from qa_workflow.engine.migrating import (
    Change,
    Migrated,
    NoPlaceForIt,
    is_stranded,
    migrated,
    undone,
    way_back,
)
from qa_workflow.engine.migration_plan import Plan, read_plan
from qa_workflow.engine.record import FOLDED, fold
from qa_workflow.patterns.ladders import STANDARD, STATUTORY

DAY = "2025-11-03 09:00"


class Later(StrEnum):
    """The same process with its draft under another name."""

    WRITING = auto()
    REVIEW = auto()
    DONE = auto()
    CANCELLED = auto()


def a_plan(**told: Mapping[str, Any]) -> Plan:
    plan, faults = read_plan(told)
    assert not faults
    return plan


def known(definition: ProcessDefinition) -> Former:
    body = body_of(definition)
    return former(definition.version, hash_of(body), body)


def later(**changes: Any) -> ProcessDefinition:  # noqa: ANN401 - the fields of a definition
    return a_definition(version=2, **changes)


def renamed_draft(**changes: Any) -> ProcessDefinition:  # noqa: ANN401 - the fields of a definition
    w = Later.WRITING
    moves = (
        Transition("submit", w, Later.REVIEW, role="auditor"),
        Transition("approve", Later.REVIEW, Later.DONE, role="sm_sqa"),
        Transition("cancel", (w, Later.REVIEW), Later.CANCELLED, role="sm_sqa", exceptional=True),
    )
    told: dict[str, Any] = {
        "states": Later,
        "initial": w,
        "final": frozenset({Later.DONE, Later.CANCELLED}),
        "transitions": moves,
        "deadlines": (replace(SUBMIT_BY, state=w), APPROVE_BY),
    }
    return later(**{**told, **changes})


def comes_over(
    run: Run,
    definition: ProcessDefinition,
    plan: Plan | None = None,
    *,
    at: str | None = None,
    old: Former | None = None,
) -> Migrated:
    """Bring the instance of *run* over to *definition*, and let the run go on by it."""
    if at is not None:
        run.at(at)
    sha256 = hash_of(body_of(definition))
    change = Change(
        number=7, definition=definition, sha256=sha256, plan=plan or Plan(),
        actor=run.roster.people["sandy"], reason="Version 2.",
    )  # fmt: skip
    made = migrated(
        change, old or known(run.definition), run.instance,
        facts=run.facts(), now=run.now, calendar=run.calendar,
    )  # fmt: skip
    run.definition = definition
    run.took(made.outcome)
    return made


def told(made: Migrated, name: str = "submit_by") -> tuple[str, str | None, str | None]:
    one = next(x for x in made.deadlines if x.deadline == name)
    days = [None if day is None else str(day) for day in (one.from_on, one.to_on)]
    return one.how, days[0], days[1]


def falls(run: Run, name: str = "submit_by") -> str:
    deadline = next(x for x in run.definition.deadlines if x.name == name)
    found = falls_on(deadline, run.instance, run.calendar)
    assert found is not None
    return str(found.due_on)


def fired_once(run: Run) -> bool:
    keys = [(one.deadline, one.epoch, one.level) for one in run.fired]
    return len(keys) == len(set(keys))


TWENTY = replace(SUBMIT_BY, due=Within(20))
TWO = replace(SUBMIT_BY, due=Within(2))


# ------------------------------------------------------------------ nothing changes but the pin
def test_where_no_rule_changes_everything_stays_but_the_pin() -> None:
    run = a_run(now=DAY)
    before = run.instance
    made = comes_over(run, later(title="Other words"), at="2025-11-05 10:00")
    after = run.instance
    assert (after.definition_version, after.definition_hash) == (
        2,
        hash_of(body_of(run.definition)),
    )
    assert after == replace(
        before,
        version=before.version + 1,
        seq=before.seq + 1,
        definition_version=2,
        definition_hash=after.definition_hash,
    )
    assert told(made) == ("keep", "2025-11-10", "2025-11-10")
    assert not any(one.is_changed for one in made.deadlines)


def test_one_entry_tells_both_contents_and_every_deadline() -> None:
    run = a_run(now=DAY)
    comes_over(run, later(deadlines=(TWENTY, APPROVE_BY)), at="2025-11-05 10:00")
    entry = run.history[-1]
    assert (entry.action, entry.actor, entry.reason) == ("migrated", "sandy", "Version 2.")
    assert entry.data["migration"] == 7
    assert entry.data["from"] == {"version": 1, "hash": ""}
    assert entry.data["to"]["version"] == 2
    (one,) = entry.data["deadlines"]
    assert one == {
        "deadline": "submit_by", "was": "submit_by", "policy": "rederive",
        "from": "2025-11-10", "to": "2025-12-01",
        "next_from": {"level": "R2", "on": "2025-11-06"},
        "next_to": {"level": "R2", "on": "2025-11-27"},
    }  # fmt: skip


def test_the_history_gives_the_instance_again() -> None:
    run = a_run(now=DAY, data={"asked_on": "2025-11-03", "other": 1})
    plan = a_plan(states={"draft": "writing"}, data={"asked_on": "wanted_on"})
    comes_over(run, renamed_draft(), plan)
    found = fold(run.history)
    assert all(found.get(name) == getattr(run.instance, name) for name in FOLDED)
    assert found["data"] == run.instance.data == {"wanted_on": "2025-11-03", "other": 1}


# ------------------------------------------------------------------ keep
def test_a_kept_deadline_falls_on_its_old_day_until_the_state_is_left() -> None:
    run = a_run(now=DAY)
    armed = run.instance.timers
    made = comes_over(
        run, later(deadlines=(TWENTY, APPROVE_BY)), a_plan(deadlines={"submit_by": "keep"})
    )
    assert told(made) == ("keep", "2025-11-10", "2025-11-10")
    assert run.instance.timers == armed
    assert [one.epoch for one in run.instance.timers] == [1]
    run.passes("2025-12-09 09:00")
    assert [level[1:] for level in run.levels] == [
        ("R2", "2025-11-06"), ("L0", "2025-11-11"), ("L1", "2025-11-17"), ("L2", "2025-11-24"),
        ("L3", "2025-12-08"),
    ]  # fmt: skip
    run.fire("submit", by="aud")
    assert KEPT not in run.instance.data
    run.fire("send_back", by="sandy")
    assert falls(run) == "2026-01-09"
    assert fold(run.history)["data"] == run.instance.data


def test_a_kept_rule_follows_a_date_that_moves_within_the_state() -> None:
    since = replace(SUBMIT_BY, due=Within(5, since="asked_on"))
    run = a_run(with_deadlines(since, APPROVE_BY), now=DAY, data={"asked_on": "2025-11-03"})
    new = with_deadlines(replace(since, due=Within(9, since="wanted_on")), APPROVE_BY, version=2)
    plan = a_plan(deadlines={"submit_by": "keep"}, data={"asked_on": "wanted_on"})
    comes_over(run, new, plan)
    assert falls(run) == "2025-11-10"
    run.instance = replace(run.instance, data={**run.instance.data, "wanted_on": "2025-11-05"})
    assert falls(run) == "2025-11-12"


def test_a_deadline_that_is_kept_twice_is_still_the_first_one() -> None:
    run = a_run(now=DAY)
    keep = a_plan(deadlines={"submit_by": "keep"})
    comes_over(run, later(deadlines=(TWENTY, APPROVE_BY)), keep)
    made = comes_over(run, a_definition(version=3, deadlines=(TWENTY, APPROVE_BY)))
    assert told(made) == ("keep", "2025-11-10", "2025-11-10")
    made = comes_over(
        run, a_definition(version=4, deadlines=(TWENTY, APPROVE_BY)),
        a_plan(deadlines={"submit_by": "rederive"}),
    )  # fmt: skip
    assert told(made) == ("rederive", "2025-11-10", "2025-12-01")
    assert KEPT not in run.instance.data


# ------------------------------------------------------------------ re-derive
def test_a_rederived_deadline_counts_from_where_it_always_counted() -> None:
    run = a_run(now=DAY)
    made = comes_over(run, later(deadlines=(TWENTY, APPROVE_BY)), at="2025-11-05 10:00")
    assert told(made) == ("rederive", "2025-11-10", "2025-12-01")
    assert falls(run) == "2025-12-01"
    assert run.instance.epoch == 1


def test_levels_whose_day_has_passed_fire_once_at_the_next_pass_in_order() -> None:
    run = a_run(with_deadlines(TWENTY, APPROVE_BY), now=DAY)
    run.passes("2025-11-26 09:00")
    assert [level[1:] for level in run.levels] == [("R1", "2025-11-17")]
    comes_over(run, later(deadlines=(TWO, APPROVE_BY)), at="2025-11-26 10:00")
    run.passes("2025-11-26 10:01")
    assert [level[1:] for level in run.levels] == [
        ("R1", "2025-11-17"), ("L0", "2025-11-06"), ("L1", "2025-11-12"), ("L2", "2025-11-19"),
    ]  # fmt: skip
    assert fired_once(run)


def test_a_level_that_has_fired_does_not_fire_again_for_a_later_day() -> None:
    run = a_run(now=DAY)
    run.passes("2025-11-18 09:00")  # up to L1
    comes_over(run, later(deadlines=(TWENTY, APPROVE_BY)))
    run.passes("2026-02-01 09:00")
    assert [level[1:] for level in run.levels] == [
        ("R2", "2025-11-06"), ("L0", "2025-11-11"), ("L1", "2025-11-17"), ("L2", "2025-12-15"),
        ("L3", "2025-12-31"),
    ]  # fmt: skip
    assert fired_once(run)


def test_a_deadline_that_has_climbed_all_its_ladder_is_not_climbed_again() -> None:
    run = a_run(now=DAY)
    run.passes("2025-12-20 09:00")
    assert run.instance.timers == ()
    comes_over(run, later(deadlines=(replace(SUBMIT_BY, due=Within(60)), APPROVE_BY)))
    assert run.instance.timers == ()


def test_a_higher_rung_of_a_new_ladder_is_climbed_where_the_old_one_had_ended() -> None:
    short = STANDARD.up_to("L1")
    run = a_run(with_deadlines(replace(SUBMIT_BY, ladder=short), APPROVE_BY), now=DAY)
    run.passes("2025-12-20 09:00")
    comes_over(run, later(deadlines=(SUBMIT_BY, APPROVE_BY)))
    assert run.armed == [("submit_by", "L2", "2025-11-24")]


def test_a_rung_that_the_new_ladder_lacks_gives_way_to_the_next_above() -> None:
    run = a_run(now=DAY)
    run.passes("2025-11-07 09:00")  # R2 fired, L0 waits
    bare = Ladder("bare", (EscalationLevel("R1", -10, ("owner",)), EscalationLevel("R2", -2, ("owner",)),
                           EscalationLevel("L1", 3, ("ad_people",)), EscalationLevel("L3", 9, ("director",))))  # fmt: skip
    comes_over(run, later(deadlines=(replace(SUBMIT_BY, due=Within(40), ladder=bare), APPROVE_BY)))
    assert [one[:2] for one in run.armed] == [("submit_by", "L1")]


def test_another_ladder_alone_moves_the_rungs_and_not_the_day() -> None:
    run = a_run(now=DAY)
    made = comes_over(run, later(deadlines=(replace(SUBMIT_BY, ladder=STATUTORY), APPROVE_BY)))
    assert told(made) == ("rederive", "2025-11-10", "2025-11-10")
    run.passes("2025-11-26 09:00")
    assert [level[1] for level in run.levels] == ["R2", "R0", "L0", "L1", "L2", "L3"]
    assert fired_once(run)


# ------------------------------------------------------------------ restart
def test_a_restarted_deadline_counts_from_today_under_a_new_epoch() -> None:
    run = a_run(now=DAY)
    run.passes("2025-11-18 09:00")
    restart = a_plan(deadlines={"submit_by": "restart"})
    made = comes_over(run, later(deadlines=(TWENTY, APPROVE_BY)), restart, at="2025-11-18 10:00")
    assert told(made) == ("restart", "2025-11-10", "2025-12-16")
    assert (run.instance.epoch, run.instance.visit_level) == (2, None)
    run.passes("2026-02-15 09:00")
    assert [level[1:] for level in run.levels][3:] == [
        ("R1", "2025-12-02"), ("R2", "2025-12-12"), ("L0", "2025-12-17"), ("L1", "2025-12-23"),
        ("L2", "2026-01-02"), ("L3", "2026-01-16"),
    ]  # fmt: skip
    assert fired_once(run)


def test_a_restart_takes_off_what_the_old_day_had_blocked() -> None:
    run = a_run(now=DAY)
    run.passes("2025-11-25 09:00")
    assert run.reasons == ["overdue_l2"]
    comes_over(run, later(), a_plan(deadlines={"submit_by": "restart"}), at="2025-11-25 10:00")
    assert (run.reasons, str(run.instance.stuck_at)) == ([], "2025-12-03 00:00:00+00:00")


def test_a_restart_of_what_counts_from_a_date_gives_way_when_that_date_moves() -> None:
    since = replace(SUBMIT_BY, due=Within(5, since="asked_on"))
    run = a_run(with_deadlines(since, APPROVE_BY), now=DAY, data={"asked_on": "2025-11-03"})
    plan = a_plan(deadlines={"submit_by": "restart"})
    comes_over(run, with_deadlines(since, APPROVE_BY, version=2), plan, at="2025-11-12 10:00")
    assert falls(run) == "2025-11-19"
    run.instance = replace(run.instance, data={**run.instance.data, "asked_on": "2025-11-13"})
    assert falls(run) == "2025-11-20"


def test_the_other_deadlines_keep_their_place_when_one_begins_anew() -> None:
    other = Deadline(name="look_by", state=S.DRAFT, due=Within(8), ladder=STANDARD)
    run = a_run(with_deadlines(SUBMIT_BY, other, APPROVE_BY), now=DAY)
    run.passes("2025-11-18 09:00")
    new = with_deadlines(SUBMIT_BY, other, APPROVE_BY, version=2)
    waits = next(one for one in run.armed if one[0] == "look_by")
    comes_over(run, new, a_plan(deadlines={"submit_by": "restart"}), at="2025-11-18 10:00")
    assert waits in run.armed
    assert {one.epoch for one in run.instance.timers} == {2}
    run.passes("2026-03-01 09:00")
    assert [level[1] for level in run.levels if level[0] == "look_by"] == [
        "R2",
        "L0",
        "L1",
        "L2",
        "L3",
    ]


# ------------------------------------------------------------------ new, gone, renamed
def test_a_new_deadline_begins_at_the_foot_of_its_ladder() -> None:
    new = Deadline(name="look_by", state=S.DRAFT, due=Within(8), ladder=STANDARD)
    run = a_run(now=DAY)
    run.passes("2025-11-18 09:00")
    made = comes_over(run, later(deadlines=(SUBMIT_BY, new, APPROVE_BY)))
    assert told(made, "look_by") == ("new", None, "2025-11-13")
    run.passes("2025-11-18 10:00")
    assert [level for level in run.levels if level[0] == "look_by"] == [
        ("look_by", "L0", "2025-11-14")
    ]


def test_a_new_deadline_may_count_from_today() -> None:
    new = Deadline(name="look_by", state=S.DRAFT, due=Within(8), ladder=STANDARD)
    run = a_run(now=DAY)
    plan = a_plan(deadlines={"look_by": "restart"})
    made = comes_over(
        run, later(deadlines=(SUBMIT_BY, new, APPROVE_BY)), plan, at="2025-11-18 09:00"
    )
    assert told(made, "look_by") == ("restart", None, "2025-11-28")


def test_what_the_new_version_no_longer_asks_for_presses_nobody_any_more() -> None:
    run = a_run(now=DAY)
    run.passes("2025-11-25 09:00")
    new = Deadline(name="look_by", state=S.DRAFT, due=Within(30), ladder=STANDARD)
    made = comes_over(run, later(deadlines=(new, APPROVE_BY)))
    assert told(made, "submit_by") == ("gone", "2025-11-10", None)
    assert (run.reasons, run.instance.level) == ([], None)
    assert [one[0] for one in run.armed] == ["look_by"]


def test_a_renamed_deadline_goes_on_where_it_was() -> None:
    run = a_run(now=DAY)
    run.passes("2025-11-18 09:00")
    new = replace(SUBMIT_BY, name="hand_in_by")
    plan = a_plan(deadlines={"submit_by": {"to": "hand_in_by"}})
    made = comes_over(run, later(deadlines=(new, APPROVE_BY)), plan)
    assert told(made, "hand_in_by") == ("keep", "2025-11-10", "2025-11-10")
    assert run.armed == [("hand_in_by", "L2", "2025-11-24")]
    assert run.instance.epoch == 2


def test_two_deadlines_that_change_names_do_not_stand_in_each_others_way() -> None:
    other = Deadline(name="look_by", state=S.DRAFT, due=Within(30), ladder=STANDARD)
    run = a_run(with_deadlines(SUBMIT_BY, other, APPROVE_BY), now=DAY)
    run.passes("2025-11-18 09:00")
    crossed = (replace(other, name="submit_by"), replace(SUBMIT_BY, name="look_by"), APPROVE_BY)
    plan = a_plan(deadlines={"submit_by": {"to": "look_by"}, "look_by": {"to": "submit_by"}})
    comes_over(run, later(deadlines=crossed), plan)
    run.passes("2026-03-01 09:00")
    both = [level[:2] for level in run.levels[3:]]
    assert both.count(("look_by", "L2")) == 1
    assert [one for one in both if one[0] == "submit_by"] == [
        ("submit_by", one) for one in ("R1", "R2", "L0", "L1", "L2", "L3")
    ]
    assert fired_once(run)


def test_the_visit_goes_on_in_a_state_of_another_name() -> None:
    run = a_run(now=DAY)
    run.passes("2025-11-12 09:00")
    before = run.instance
    comes_over(run, renamed_draft(), a_plan(states={"draft": "writing"}), at="2025-11-12 10:00")
    after = run.instance
    assert (after.state, after.entered_at, after.epoch) == (
        "writing",
        before.entered_at,
        before.epoch,
    )
    assert after.timers == before.timers
    run.fire("submit", by="aud")
    assert run.instance.state == "review"


# ------------------------------------------------------------------ the own date
def test_the_own_date_keeps_its_day_and_its_rung() -> None:
    run = a_run(a_definition(due_ladder=STANDARD), now=DAY, due_on="2025-11-28")
    armed = run.instance.timers
    comes_over(run, later(due_ladder=STANDARD), at="2025-11-05 10:00")
    assert run.instance.timers == armed


def test_another_ladder_of_the_own_date_is_climbed_from_the_same_place() -> None:
    run = a_run(a_definition(due_ladder=STANDARD), now=DAY, due_on="2025-11-05")
    run.passes("2025-11-07 09:00")
    comes_over(run, later(due_ladder=STATUTORY))
    own = [one for one in run.armed if one[0] == "due"]
    assert own == [("due", "L1", "2025-11-07")]
    run.passes("2025-12-20 09:00")
    assert [one[1] for one in run.levels if one[0] == "due"] == [
        "R2", "L0", "L1", "L2", "L3",
    ]  # fmt: skip
    assert fired_once(run)


def test_without_a_ladder_for_the_own_date_the_state_watches_for_itself() -> None:
    due = Deadline(name="submit_by", state=S.DRAFT, due=Within(5), ladder=STANDARD, capped=True)
    run = a_run(with_deadlines(due, due_ladder=STANDARD), now=DAY, due_on="2025-11-10")
    assert [one[0] for one in run.armed] == ["due"]
    comes_over(run, with_deadlines(due, version=2))
    assert [one[:2] for one in run.armed] == [("submit_by", "R2")]


# ------------------------------------------------------------------ expiries
LAPSE = Transition("lapse", S.DRAFT, S.REVIEW, role="system")
CLOSES = Deadline(name="closes", state=S.DRAFT, due=Within(5), on_expiry="lapse")


def with_expiry(*deadlines: Deadline, version: int = 1) -> ProcessDefinition:
    found = (*(deadlines or (CLOSES,)), APPROVE_BY)
    return a_definition(transitions=(*MOVES, LAPSE), deadlines=found, version=version)


@pytest.mark.parametrize(
    ("policy", "on"),
    [("keep", "2025-11-11"), ("rederive", "2025-11-25"), ("restart", "2025-11-27")],
)
def test_what_moves_it_by_itself_is_kept_counted_again_or_restarted(policy: str, on: str) -> None:
    run = a_run(with_expiry(), now=DAY)
    new = with_expiry(replace(CLOSES, due=Within(15)), version=2)
    comes_over(run, new, a_plan(deadlines={"closes": policy}), at="2025-11-05 09:00")
    assert run.armed == [("closes", "expiry", on)]


# ------------------------------------------------------------------ where there is no place
def test_a_state_that_is_gone_has_no_place() -> None:
    run = a_run(now=DAY)
    with pytest.raises(
        NoPlaceForIt, match="stands in draft, and version 2 of tiny has no state draft"
    ):
        comes_over(run, renamed_draft())


def test_a_migration_ends_nothing() -> None:
    run = a_run(now=DAY)
    with pytest.raises(NoPlaceForIt, match="A migration ends nothing"):
        comes_over(run, later(), a_plan(states={"draft": "done"}))


def test_a_move_that_waits_must_be_named() -> None:
    run = a_run(now=DAY)
    run.instance = replace(run.instance, pending="lapse")
    with pytest.raises(NoPlaceForIt, match=r"Say under \[triggers\]"):
        comes_over(run, later())
    comes_over(run, with_expiry(SUBMIT_BY, version=2), a_plan(triggers={"lapse": "lapse"}))
    assert run.instance.pending == "lapse"


def test_data_are_not_renamed_over_others() -> None:
    run = a_run(now=DAY, data={"a": 1, "b": 2})
    with pytest.raises(NoPlaceForIt, match="have b already"):
        comes_over(run, later(), a_plan(data={"a": "b"}))
    comes_over(run, later(), a_plan(data={"a": "b", "b": "a"}))
    assert run.instance.data == {"a": 2, "b": 1}


def test_counts_of_refusals_follow_their_trigger_and_are_forgotten_with_it() -> None:
    run = a_run(now=DAY)
    run.instance = replace(run.instance, refusals={"hand_in/g": 2, "old/g": 1, "submit/h": 1})
    comes_over(run, later(), a_plan(triggers={"hand_in": "submit"}))
    assert run.instance.refusals == {"submit/g": 2, "submit/h": 1}


# ------------------------------------------------------------------ who owns it
def test_the_owner_stays_where_the_state_is_for_the_same_role() -> None:
    run = a_run(now=DAY)
    run.instance = replace(run.instance, owner="bea")
    comes_over(run, later())
    assert (run.instance.owner, run.instance.owner_role) == ("bea", "auditor")


def test_another_role_owns_it_where_the_state_is_for_that_role_now() -> None:
    run = a_run(now=DAY)
    moves = tuple(
        replace(one, role="team_manager") if one.trigger == "submit" else one for one in MOVES
    )
    comes_over(run, later(transitions=tuple(one for one in moves if one.trigger != "remark")))
    assert (run.instance.owner, run.instance.owner_role) == (None, "team_manager")


# ------------------------------------------------------------------ nothing is known of it
def test_of_what_began_before_contents_were_kept_the_timers_stay() -> None:
    run = a_run(now=DAY)
    run.passes("2025-11-12 09:00")
    armed = run.instance.timers
    made = comes_over(run, later(deadlines=(TWENTY, APPROVE_BY)), old=Former(version=1))
    assert run.instance.timers == armed
    assert told(made)[0] == "keep"
    run.passes("2026-03-01 09:00")
    assert [level[1] for level in run.levels] == ["R2", "L0", "L1", "L2", "L3"]


# ------------------------------------------------------------------ without a way out
def test_a_state_that_nothing_leads_out_of_strands_it() -> None:
    run = a_run(now=DAY)
    dead = later(transitions=tuple(one for one in MOVES if S.DRAFT not in one.sources))
    made = comes_over(run, dead)
    assert is_stranded(dead, made.outcome.instance, run.facts())
    run = a_run(now=DAY)
    made = comes_over(run, later())
    assert not is_stranded(run.definition, made.outcome.instance, run.facts())


# ------------------------------------------------------------------ and back
@pytest.mark.parametrize("policy", ["keep", "rederive", "restart"])
def test_the_way_back_leads_to_exactly_what_was(policy: str) -> None:
    run = a_run(now=DAY, data={"asked_on": "2025-11-03"})
    run.passes("2025-11-25 09:00")
    run.instance = replace(run.instance, blocks=(*run.instance.blocks, a_block(id=3)))
    before = run.instance
    new = renamed_draft(deadlines=(replace(TWENTY, state=Later.WRITING), APPROVE_BY))
    plan = a_plan(
        states={"draft": "writing"}, deadlines={"submit_by": policy}, data={"asked_on": "wanted_on"}
    )
    comes_over(run, new, plan)
    after = run.instance
    outcome = undone(
        after, way_back(before, after), number=7, actor="cli:test", reason="Withdrawn.", now=run.now
    )
    run.took(outcome)
    assert run.instance == replace(before, version=after.version + 1, seq=after.seq + 1)
    assert run.history[-1].action == "migration_undone"
    found = fold(run.history)
    named = [name for name in FOLDED if getattr(run.instance, name) != found.get(name)]
    assert not named
    assert found["data"] == run.instance.data


def test_what_is_read_back_of_a_content_is_what_it_said() -> None:
    definition = with_deadlines(
        SUBMIT_BY, replace(APPROVE_BY, due=OnDate("meets_on", else_own_date=True), capped=True),
        due_ladder=STATUTORY,
    )  # fmt: skip
    found = known(definition)
    assert tuple(found.deadlines.values()) == definition.deadlines
    assert found.due_ladder == STATUTORY
    assert found.states == {str(state) for state in S}
    assert found.triggers == set(definition.triggers)
    assert CALENDAR.add(date(2025, 11, 3), 5) == date(2025, 11, 10)
