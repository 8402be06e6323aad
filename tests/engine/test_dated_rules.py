"""Dates of the law: counted in weeks and months, by the rule in force that day, and aimed at by a stricter one.

Source: domain 3.0 ("never rolled forward") and 3.6 (the strict reading of a month's end; excused limits).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from factories import (
    CALENDAR,
    REMARK,
    SUBMIT_BY,
    Run,
    a_definition,
    a_run,
    an_instance,
    effects,
    london,
    with_deadlines,
    with_moves,
)

from qa_workflow.engine.deadlines import Falls, next_rung, target_basis, when
from qa_workflow.engine.definition import (
    After,
    Dated,
    Days,
    Deadline,
    DueRule,
    EscalationLevel,
    Ladder,
    Months,
    OnDate,
    ProcessDefinition,
    Weeks,
    Within,
)
from qa_workflow.engine.diagram import rule_in_words
from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.patterns.ladders import IMMEDIATE_SAFETY, STANDARD, STATUTORY
from qa_workflow.service.views import summary

MONDAY = date(2025, 11, 3)


def due(rule: DueRule, *, entered_on: date | None = MONDAY, **data: str) -> Falls | None:
    deadline = Deadline(name="by", state="draft", due=rule, ladder=STATUTORY)
    return when(deadline, an_instance(data=data), CALENDAR, entered_on=entered_on)


def due_on(rule: DueRule, *, entered_on: date | None = MONDAY, **data: str) -> date:
    found = due(rule, entered_on=entered_on, **data)
    assert found is not None
    return found.due_on


def watched(rule: DueRule, ladder: Ladder = STATUTORY, **changes: object) -> ProcessDefinition:
    """Return the tiny process in which *rule* says by when `draft` is left."""
    return replace(with_deadlines(replace(SUBMIT_BY, due=rule, ladder=ladder)), **changes)  # type: ignore[arg-type]


# ------------------------------------------------------------------ weeks and months
@pytest.mark.parametrize(
    ("rule", "since", "falls"),
    [
        pytest.param(Weeks(6), "2026-02-20", date(2026, 4, 3), id="Good Friday"),
        pytest.param(Days(1), "2026-04-05", date(2026, 4, 6), id="Easter Monday"),
        pytest.param(Weeks(16), "2025-09-04", date(2025, 12, 25), id="Christmas Day"),
        pytest.param(Weeks(20), "2025-11-09", date(2026, 3, 29), id="a Sunday, the clocks change"),
        pytest.param(Days(14), "2026-10-10", date(2026, 10, 24), id="a Saturday"),
        pytest.param(Months(1), "2028-01-31", date(2028, 2, 29), id="29 February"),
        pytest.param(Months(1), "2026-01-31", date(2026, 2, 28), id="no 29 February"),
        pytest.param(Months(12), "2024-02-29", date(2025, 2, 28), id="a year after 29 February"),
        pytest.param(Weeks(-2), "2026-04-20", date(2026, 4, 6), id="back to Easter Monday"),
    ],
)
def test_a_date_in_days_weeks_or_months_is_never_moved(
    rule: Days | Weeks | Months, since: str, falls: date
) -> None:
    assert due_on(After(rule, since="received_on"), received_on=since) == falls


def test_weeks_count_from_the_day_the_state_was_entered_where_no_date_is_named() -> None:
    assert due_on(After(Weeks(2))) == date(2025, 11, 17)


@pytest.mark.parametrize("rule", [After(Weeks(2)), After(Weeks(2), since="received_on")])
def test_weeks_from_what_is_not_known_fall_on_no_day(rule: After) -> None:
    assert due(rule, entered_on=None if rule.since is None else MONDAY) is None


def test_weeks_need_no_bank_holidays_of_their_year() -> None:
    deadline = replace(SUBMIT_BY, due=After(Months(120)))
    found = when(deadline, an_instance(), CALENDAR, entered_on=MONDAY)
    assert found is not None
    assert found.due_on == date(2035, 11, 3)


def test_weeks_come_with_their_derivation() -> None:
    found = due(After(Weeks(6), since="received_on"), received_on="2026-02-20")
    assert found is not None
    derived = found.derivation(CALENDAR)
    assert derived is not None
    assert (derived.due_on, found.text) == (date(2026, 4, 3), "6 weeks after received_on")


def test_what_falls_on_a_bank_holiday_is_late_from_the_next_midnight() -> None:
    run = a_run(
        watched(After(Weeks(6), since="on")), now="2026-02-20 09:00", data={"on": "2026-02-20"}
    )
    run.passes("2026-04-03 23:59")
    assert [level for _, level, _ in run.levels] == ["R1", "R2", "R0"]
    assert run.instance.stuck_at == london("2026-04-04 00:00")
    run.passes("2026-04-07 00:01")
    assert run.levels[-1] == ("submit_by", "L0", "2026-04-07")


def test_the_own_date_watches_what_falls_on_it() -> None:
    run = a_run(
        watched(After(Weeks(2)), due_ladder=STANDARD, due_source="a rule"), due_on="2025-11-17"
    )
    assert {deadline for deadline, _, _ in run.armed} == {"due"}


# ------------------------------------------------------------------ rules with versions
CHANGE = date(2025, 11, 10)
TWO_VERSIONS = Dated(((date(2014, 9, 1), After(Weeks(4))), (CHANGE, After(Weeks(1)))))


@pytest.mark.parametrize(
    ("entered_on", "falls"),
    [
        (date(2014, 8, 31), date(2014, 9, 28)),
        (date(2025, 11, 9), date(2025, 12, 7)),
        (date(2025, 11, 10), date(2025, 11, 17)),
        (date(2025, 11, 11), date(2025, 11, 18)),
    ],
)
def test_the_version_in_force_on_the_day_of_entry_counts(entered_on: date, falls: date) -> None:
    assert due_on(TWO_VERSIONS, entered_on=entered_on) == falls


def test_the_version_of_a_state_not_entered_yet_is_that_of_the_present_one() -> None:
    rule = Dated(((date(2014, 9, 1), OnDate("old")), (CHANGE, OnDate("new"))))
    assert due_on(rule, entered_on=None, old="2025-12-01", new="2025-12-02") == date(2025, 12, 1)


def test_an_instance_keeps_its_version_when_a_new_one_begins_while_it_waits() -> None:
    run = a_run(watched(TWO_VERSIONS))
    run.passes("2025-11-28 09:00")
    assert run.levels == [("submit_by", "R1", "2025-11-17"), ("submit_by", "R2", "2025-11-27")]
    run.passes("2025-12-02 09:00")
    assert run.levels[2:] == [("submit_by", "R0", "2025-12-01"), ("submit_by", "L0", "2025-12-02")]


def test_a_move_that_stays_keeps_the_version_too() -> None:
    run = a_run(watched(TWO_VERSIONS))
    before = run.instance
    run.fire("remark", by="aud", at="2025-11-12 09:00")
    assert (run.instance.timers, run.instance.epoch) == (before.timers, before.epoch)


def test_a_later_entry_takes_the_new_version() -> None:
    run = a_run(watched(TWO_VERSIONS))
    run.fire("submit", by="aud", at="2025-11-10 09:00")
    run.fire("send_back", by="sandy", at="2025-11-12 09:00")
    assert run.armed == [("submit_by", "R2", "2025-11-17")]
    assert run.instance.stuck_at == london("2025-11-20")


@pytest.mark.parametrize(
    ("at", "stuck"),
    [
        pytest.param("2025-11-09 23:59", "2025-12-08", id="a minute before the day"),
        pytest.param("2025-11-10 00:01", "2025-11-18", id="a minute after it began"),
    ],
)
def test_the_new_version_begins_with_its_london_day(at: str, stuck: str) -> None:
    assert a_run(watched(TWO_VERSIONS), now=at).instance.stuck_at == london(stuck)


def test_every_version_is_among_the_rules_of_a_deadline() -> None:
    versions = replace(SUBMIT_BY, due=TWO_VERSIONS).rules
    assert (versions, SUBMIT_BY.rules) == ((After(Weeks(4)), After(Weeks(1))), (Within(5),))


# ------------------------------------------------------------------ in words
@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (After(Weeks(6), since="received_on"), "6 weeks after the date received_on"),
        (After(Months(1)), "1 month after the state was entered"),
        (After(Weeks(-2), since="meets_on"), "2 weeks before the date meets_on"),
        (After(Days(15)), "15 days after the state was entered"),
        (
            TWO_VERSIONS,
            "4 weeks after the state was entered, from 10 November 2025 1 week after the state was entered",
        ),
        (
            Dated(
                (
                    (date(2014, 9, 1), Within(5)),
                    (CHANGE, OnDate("on")),
                )
            ),
            "5 working days after the state was entered, from 10 November 2025 on the date on",
        ),
    ],
)
def test_a_rule_is_said_in_words(rule: DueRule, words: str) -> None:
    said = rule_in_words(Deadline(name="by", state="draft", due=rule, ladder=STATUTORY))
    assert said.split("; ")[0] == words


# ------------------------------------------------------------------ the strict reading
OWN = a_definition(due_ladder=STATUTORY, due_source="a rule")


def reminders(target_by: str | None, day: str = "2026-04-20") -> list[tuple[str, str]]:
    """Return the rungs of an own date, as an instance that aims at *target_by* climbs them."""
    data = {} if target_by is None else {"target_by": target_by}
    run = a_run(OWN, now="2026-01-05 09:00", due_on=day, data=data)
    run.instance = replace(
        run.instance, timers=tuple(one for one in run.instance.timers if one.fixed)
    )
    run.passes("2026-05-29 09:00")
    return [(level, on) for _, level, on in run.levels]


LEVELS = [("R0", "2026-04-20"), ("L0", "2026-04-21"), ("L1", "2026-04-22"), ("L2", "2026-04-23")]


@pytest.mark.parametrize(
    ("target_by", "r1", "r2"),
    [
        pytest.param(None, "2026-04-02", "2026-04-16", id="the due day itself"),
        pytest.param("2026-04-17", "2026-04-01", "2026-04-15", id="a Friday"),
        pytest.param("2026-04-18", "2026-04-01", "2026-04-15", id="a Saturday, from the Friday"),
        pytest.param(
            "2026-04-06", "2026-03-19", "2026-03-31", id="Easter Monday, from the Thursday"
        ),
        pytest.param("2026-04-30", "2026-04-02", "2026-04-16", id="later than due, so the due day"),
    ],
)
def test_reminders_count_from_the_last_working_day_of_the_strict_reading(
    target_by: str | None, r1: str, r2: str
) -> None:
    found = reminders(target_by)
    assert found[:-1] == [("R1", r1), ("R2", r2), *LEVELS]


@pytest.mark.parametrize(
    ("data", "target"),
    [
        ({}, "2026-04-20"),
        ({"target_by": "2026-04-18"}, "2026-04-17"),
        ({"target_by": "2026-04-06"}, "2026-04-02"),
        ({"target_by": "2026-04-30"}, "2026-04-20"),
    ],
)
def test_what_is_aimed_at_is_shown_as_a_working_day(data: Mapping[str, str], target: str) -> None:
    one = an_instance(due_on=date(2026, 4, 20), data=data)
    shown = summary(OWN, one, now=london("2026-01-05 09:00"), calendar=CALENDAR, parent=None)
    assert (shown["due_on"], shown["target_on"]) == ("2026-04-20", target)


def test_an_instance_without_a_date_of_its_own_aims_at_none() -> None:
    assert target_basis(an_instance(data={"target_by": "2026-04-18"})) is None


# ------------------------------------------------------------------ excused, and other ladders
def is_excused(instance: ProcessInstance, deadline: str) -> bool:
    return deadline in instance.data.get("excused", ())


EXCUSES = with_moves(
    replace(REMARK, effect=effects(data={"excused": ["submit_by", "due"]})),
    excused=is_excused,
    due_ladder=STATUTORY,
    due_source="a rule",
    deadlines=(replace(SUBMIT_BY, ladder=STATUTORY),),
)
# Due on Monday 10 November: R2 on the 6th, R0 on the 10th, L0 on the 11th, L1, L2 and L3 follow.
STEPS = [
    ("2025-11-05 09:00", []),
    ("2025-11-06 09:00", ["R2"]),
    ("2025-11-10 09:00", ["R2", "R0"]),
    ("2025-11-11 09:00", ["R2", "R0", "L0"]),
    ("2025-11-12 09:00", ["R2", "R0", "L0", "L1"]),
]


def climbed(run: Run, deadline: str) -> list[str]:
    return [level for name, level, _ in run.levels if name == deadline]


@pytest.mark.parametrize(("at", "before"), STEPS)
def test_what_is_excused_climbs_to_l1_whenever_the_excuse_comes(at: str, before: list[str]) -> None:
    run = a_run(EXCUSES, due_on="2025-11-28")
    run.passes(at)
    assert climbed(run, "submit_by") == before
    run.fire("remark", by="aud")
    run.passes("2026-01-30 09:00")
    assert climbed(run, "submit_by") == ["R2", "R0", "L0", "L1"]
    assert run.reasons == []


@pytest.mark.parametrize(("at", "fired"), [("2025-11-13 09:00", "L2"), ("2025-11-24 09:00", "L3")])
def test_an_excuse_after_l2_fires_nothing_twice_and_nothing_more(at: str, fired: str) -> None:
    run = a_run(EXCUSES, due_on="2026-01-09")
    run.passes(at)
    assert climbed(run, "submit_by")[-1] == fired
    before = climbed(run, "submit_by")
    run.fire("remark", by="aud")
    run.passes("2026-01-05 09:00")
    assert climbed(run, "submit_by") == before


def test_an_excuse_takes_off_the_rungs_that_are_no_longer_climbed() -> None:
    run = a_run(EXCUSES, due_on="2025-11-28")
    run.passes("2025-11-12 09:00")
    assert ("submit_by", "L2", "2025-11-13") in run.armed
    run.fire("remark", by="aud")
    assert [name for name, _, _ in run.armed] == ["due"]


def test_an_excused_own_date_stops_at_l1_and_is_called_late_and_excused() -> None:
    run = a_run(EXCUSES, due_on="2025-11-14")
    run.fire("remark", by="aud")
    run.passes("2026-01-30 09:00")
    assert climbed(run, "due") == ["R2", "R0", "L0", "L1"]
    assert lateness(run) == "late_excused"


def test_what_is_excused_by_a_move_that_leaves_the_state_stops_at_l1_too() -> None:
    leaves = replace(EXCUSES.transitions[0], dest="review")
    run = a_run(
        replace(EXCUSES, transitions=(leaves, *EXCUSES.transitions[1:])), due_on="2025-11-14"
    )
    run.passes("2025-11-18 09:00")
    run.fire("remark", by="aud")
    run.passes("2026-01-30 09:00")
    assert climbed(run, "due") == ["R2", "R0", "L0", "L1"]


def lateness(run: Run) -> str | None:
    shown = summary(run.definition, run.instance, now=run.now, calendar=CALENDAR, parent=None)
    found: str | None = shown["lateness"]
    return found


@pytest.mark.parametrize(
    ("at", "excused", "expected"),
    [
        ("2025-11-14 23:59", False, "on_time"),
        ("2025-11-14 23:59", True, "on_time"),
        ("2025-11-15 00:01", False, "late_unexcused"),
        ("2025-11-15 00:01", True, "late_excused"),
    ],
)
def test_lateness_says_whether_the_law_excuses_it(
    at: str,
    excused: bool,  # noqa: FBT001 - a case
    expected: str,
) -> None:
    run = a_run(EXCUSES, due_on="2025-11-14")
    if excused:
        run.fire("remark", by="aud")
    assert lateness(run.at(at)) == expected


def test_what_no_law_demands_is_only_late() -> None:
    run = a_run(a_definition(due_ladder=STANDARD, due_source="a rule"), due_on="2025-11-14")
    assert lateness(run.at("2025-11-15 00:01")) == "late"


def test_an_excuse_of_one_deadline_excuses_no_other() -> None:
    remark = replace(EXCUSES.transitions[0], effect=effects(data={"excused": ["submit_by"]}))
    run = a_run(
        replace(EXCUSES, transitions=(remark, *EXCUSES.transitions[1:])), due_on="2025-11-14"
    )
    run.fire("remark", by="aud")
    run.passes("2026-01-30 09:00")
    assert climbed(run, "submit_by")[-1] == "L1"
    assert climbed(run, "due")[-1] == "L3"


def test_an_excuse_leaves_the_block_of_a_level_that_was_reached() -> None:
    run = a_run(EXCUSES, due_on="2026-01-09")
    run.passes("2025-11-13 09:00")
    run.fire("remark", by="aud")
    assert run.reasons == ["overdue_l2"]


@pytest.mark.parametrize(
    ("ladder", "levels"),
    [
        (STANDARD, ["R1", "R2", "L0", "L1"]),
        (STATUTORY, ["R1", "R2", "R0", "L0", "L1"]),
        (IMMEDIATE_SAFETY, []),
        (
            replace(STATUTORY, levels=tuple(x for x in STATUTORY.levels if x.name != "L1")),
            ["R1", "R2", "R0", "L0"],
        ),
    ],
)
def test_a_ladder_up_to_l1_has_no_rung_above_it(ladder: Ladder, levels: list[str]) -> None:
    assert [level.name for level in ladder.up_to("L1").levels] == levels


@pytest.mark.parametrize("reached", ["L2", "L3"])
def test_above_a_level_that_an_excused_ladder_does_not_have_nothing_comes(reached: str) -> None:
    ladder = STATUTORY.up_to("L1")
    day = date(2026, 4, 20)
    assert next_rung("due", ladder, day, CALENDAR, epoch=1, fixed=True, after=reached) is None


SHORT = Ladder("short", (EscalationLevel("L2", 1, ("ad_people",), blocks=True),))


def by_priority(instance: ProcessInstance, deadline: str, ladder: Ladder) -> Ladder:
    return SHORT if (instance.data.get("priority"), deadline) == ("high", "submit_by") else ladder


@pytest.mark.parametrize(("priority", "levels"), [("high", ["L2"]), ("low", ["R2", "L0"])])
def test_an_instance_may_climb_another_ladder(priority: str, levels: list[str]) -> None:
    run = a_run(a_definition(ladder_of=by_priority), data={"priority": priority})
    run.passes("2025-11-11 09:00")
    assert climbed(run, "submit_by") == levels


def test_the_own_date_may_climb_another_ladder() -> None:
    def urgent(_instance: ProcessInstance, deadline: str, ladder: Ladder) -> Ladder:
        return SHORT if deadline == "due" else ladder

    run = a_run(replace(OWN, ladder_of=urgent), due_on="2025-11-14")
    assert ("due", "L2", "2025-11-17") in run.armed


def test_another_ladder_is_cut_too_where_it_is_excused() -> None:
    definition = replace(
        EXCUSES, ladder_of=lambda _one, _name, _ladder: STANDARD, deadlines=(SUBMIT_BY,)
    )
    run = a_run(definition, data={"excused": ["submit_by"]})
    run.passes("2026-01-30 09:00")
    assert climbed(run, "submit_by") == ["R2", "L0", "L1"]
