"""The whole of 2026, lived under a frozen clock from 1 January to 31 December through the daemon's own pass."""

import json
from datetime import date, datetime, timedelta

import pytest
from simulation.conftest import SEED, YEAR, Lived

from qa_workflow.engine.people import ROLES
from qa_workflow.engine.working_days import LONDON
from qa_workflow.frameworks.bank_holidays import published_calendar
from qa_workflow.processes import all_processes
from qa_workflow.simulation.people import Pace, staff

# One year for all of them: on several cores each stays together where xdist is told --dist loadgroup.
pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("year")]

STAFF = staff(2026, SEED)
CHECKS = (
    "everything the framework asks for was planned",
    "planning twice adds nothing",
    "the system failed on nothing",
    "nothing is late in silence",
    "whoever a level names was told",
    "nothing stands without a clock",
    "every history fits its chain",
    "every record adds up",
    "every act was one that its process knows",
)
ACTED = "SELECT actor, action, recorded_at FROM history_entry WHERE actor != 'system'"


def days_of(year: Lived, who: str) -> set[date]:
    """Return the London days on which somebody did anything."""
    found = year.ask(f"{ACTED} AND actor = ?", who)
    return {datetime.fromtimestamp(at / 1_000_000, tz=LONDON).date() for _, _, at in found}


# ------------------------------------------------------------------ what the year shows
def test_the_year_shows_ninety_of_ninety_planned(year: Lived) -> None:
    assert year.report["planned"] == {"asked": 90, "planned": 90}


def test_each_line_of_the_framework_is_planned_as_often_as_it_asks(year: Lived) -> None:
    assert [one["code"] for one in year.report["calendar"] if one["planned"] != one["asked"]] == []


def test_the_narrative_is_planned_too(year: Lived) -> None:
    narrative = year.report["narrative"]
    assert narrative["planned"] == narrative["asked"] > 60


@pytest.mark.parametrize("check", CHECKS)
def test_what_must_hold_holds(year: Lived, check: str) -> None:
    found = {one["check"]: one["why"] for one in year.report["checks"]}
    assert found[check] == []


def test_no_check_is_left_out(year: Lived) -> None:
    assert tuple(one["check"] for one in year.report["checks"]) == CHECKS
    assert year.report["ok"] is True


def test_every_instance_ended_or_stands_open_or_is_late_and_told(year: Lived) -> None:
    late = {one["reference"] for one in year.report["late"]}
    for one in year.report["activities"]:
        ended = one["in_time"] + one["ended_late"]
        assert one["started"] == ended + one["open"] + one["open_late"], one["process"]
    assert len(late) == sum(one["open_late"] for one in year.report["activities"])


def test_somebody_was_told_of_everything_that_reached_a_level(year: Lived) -> None:
    assert [one for one in year.report["late"] if one["level"] and not one["told"]] == []


def test_most_of_what_began_and_ended_did_so_in_time(year: Lived) -> None:
    in_time = sum(one["in_time"] for one in year.report["activities"])
    late = sum(one["ended_late"] for one in year.report["activities"])
    assert in_time > late > 0


def test_every_activity_of_the_year_came_to_an_end_at_least_once(year: Lived) -> None:
    never = [
        one["process"]
        for one in year.report["activities"]
        if one["started"] > one["open"] and not one["in_time"] + one["ended_late"]
    ]
    assert never == []


def test_no_incident_is_open_and_every_message_went_out(year: Lived) -> None:
    messages = year.report["messages"]
    assert year.report["incidents"] == 0
    assert messages["waiting"] == 0
    assert messages["sent"] == messages["written"] > 1000


# ------------------------------------------------------------------ who lives it
def test_the_council_is_large_enough(year: Lived) -> None:
    council = year.report["council"]
    assert council["people"] >= 40
    assert council["cases"] >= 60
    assert council["providers"] >= 12
    assert council["plan_holders"] >= 30
    for table, least in (
        ("person", 40),
        ("case_record", 60),
        ("provider", 12),
        ("plan_holder", 30),
    ):
        [(count,)] = year.ask(f"SELECT count(*) FROM {table}")  # noqa: S608 - the test's own names
        assert count >= least, table


def test_the_caseload_holds_every_plan_type_and_cases_close_and_open(year: Lived) -> None:
    types = {one for (one,) in year.ask("SELECT DISTINCT plan_type FROM case_record")}
    assert types == {"cin", "cp", "cla", "care_leaver", "early_help"}
    [(closed,)] = year.ask("SELECT count(*) FROM case_record WHERE closed_on IS NOT NULL")
    [(opened,)] = year.ask("SELECT count(*) FROM case_record WHERE opened_on > '2026-01-01'")
    assert closed > 12
    assert opened > 12


def test_somebody_holds_every_role_of_the_roster() -> None:
    assert {row[2] for row in STAFF.rows} == ROLES


def test_people_are_prompt_slow_and_forgetful() -> None:
    assert set(STAFF.pace.values()) == set(Pace)


@pytest.mark.parametrize("what", ["refused", "disputed", "declined", "reassigned"])
def test_people_refuse_dispute_decline_and_take_over(year: Lived, what: str) -> None:
    assert year.report["acts"][what] > 0


def test_refusals_are_counted_by_process_trigger_and_guard(year: Lived) -> None:
    counted = sum(one["count"] for one in year.report["refused"])
    assert counted == year.report["acts"]["refused"]
    [(kept,)] = year.ask("SELECT count(*) FROM history_entry WHERE action = 'refused'")
    assert 0 < kept <= counted  # one attempt may be refused by several guards


def test_nobody_acts_on_leave(year: Lived) -> None:
    for who, (first, last) in STAFF.leave.items():
        assert not {day for day in days_of(year, who) if first <= day <= last}, who


def test_somebody_is_away_for_three_weeks() -> None:
    assert max(last - first for first, last in STAFF.leave.values()) == timedelta(days=20)


def test_somebody_stands_in_for_whoever_is_away(year: Lived) -> None:
    [(count,)] = year.ask("SELECT count(*) FROM history_entry WHERE on_behalf_of IS NOT NULL")
    assert count > 0


def test_whoever_has_left_acts_no_more_and_whoever_comes_not_before(year: Lived) -> None:
    for who, last in STAFF.leavers.items():
        assert max(days_of(year, who), default=last) <= last
    for who, first in STAFF.starters.items():
        assert min(days_of(year, who), default=first) >= first


def test_what_leavers_left_was_blocked_until_somebody_took_it(year: Lived) -> None:
    blocked = year.ask("SELECT cleared_at FROM block WHERE reason = 'owner_inactive'")
    assert any(cleared is not None for (cleared,) in blocked)


def test_people_act_on_working_days_only(year: Lived) -> None:
    calendar = published_calendar()
    days = {day for who, *_ in STAFF.rows for day in days_of(year, who)}
    assert len(days) > 200
    assert [day for day in sorted(days) if not calendar.is_working_day(day)] == []


def test_the_daemon_passed_every_morning_and_the_clock_said_so(year: Lived) -> None:
    told = [one.astimezone(LONDON) for one in year.mornings]
    assert [one.date() for one in told] == [
        YEAR.first + timedelta(days=number) for number in range(365)
    ]
    assert {(one.hour, one.minute) for one in told} == {(8, 0)}
    [(last,)] = year.ask("SELECT last_pass_at FROM daemon_pass")
    assert datetime.fromtimestamp(last / 1_000_000, tz=LONDON) == datetime(
        2026, 12, 31, 18, tzinfo=LONDON
    )


def test_every_process_is_lived_in_the_year_or_begun_only_by_hand(year: Lived) -> None:
    lived = {one["process"] for one in year.report["activities"] if one["started"]}
    known = all_processes()
    missing = {name for name in known if name not in lived}
    assert {name for name in missing if known[name].started_by != "person"} == set()


# ------------------------------------------------------------------ the Top three
def test_the_top_three_of_every_month_is_packed_held_and_followed_up(year: Lived) -> None:
    calendar = published_calendar()
    rows = year.ask(
        "SELECT reference, state, data FROM process_instance WHERE process = 'top_three' "
        "AND due_on BETWEEN '2026-01-01' AND '2026-12-31' ORDER BY due_on"
    )
    assert [reference[:17] for reference, _, _ in rows] == [
        f"top_three:2026-{month:02}" for month in range(1, 13)
    ]
    for reference, state, text in rows:
        data = json.loads(text)
        packed_on = calendar.add(date.fromisoformat(data["sits_on"]), -2)
        assert (state, data["agenda_set_on"]) == ("closed", packed_on.isoformat())
        assert data["agenda"] == [one["reference"] for one in data["pack"]]
        decided = year.ask(
            "SELECT json_extract(data, '$.about'), state, due_on, due_level FROM process_instance WHERE process = 'action' "
            "AND json_extract(data, '$.source') = ? ORDER BY id",
            reference,
        )
        accepted = [one["reference"] for one in data.get("accepted", ())]
        assert sorted([*accepted, *(about for about, *_ in decided)]) == sorted(data["agenda"])
        for about, done, due_on, level in decided:
            # What was not done in time climbed its ladder.
            assert done == "done" or level or due_on > "2026-12-31", about


def test_what_the_top_three_decided_was_measured_until_it_was_unblocked(year: Lived) -> None:
    (text,) = year.ask(
        "SELECT data FROM process_instance WHERE process = 'top_three' AND state = 'closed' ORDER BY due_on DESC LIMIT 1"
    )[0]
    told = json.loads(text)["unblocking"]
    assert told["decisions"] >= told["unblocked"] > 0
    assert told["longest_days"] >= told["median_days"]
