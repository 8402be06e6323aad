"""Everybody's supervision, observation and appraisal is planned in its month, once, and for nobody who is gone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import staff
from council import ROSTER, Council
from hands import leaves

from qa_workflow.patterns.person_cycle import PER_PERSON
from qa_workflow.service.person_plans import months_of

TWELVE = tuple(range(1, 13))
TIERS = {"pat", "pip", "nora", "sam", "senga", "sandy", "cass", "ada", "dana"}


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Council]:
    """Give a council on 1 January 2026, the first day of planning, before its first pass."""
    with staff.standing(tmp_path, passed=False) as council:
        yield council


def chosen(council: Council, **choices: int) -> None:
    """Let the council choose otherwise."""
    known = council.ctx.framework
    council.ctx = replace(
        council.ctx,
        framework=replace(known, choices=known.choices.model_copy(update=choices)),
    )


def told(council: Council, code: str, **said: str) -> None:
    """Let a line of the calendar say something more."""
    lines = tuple(
        replace(line, data={**line.data, **said}) if line.code == code else line
        for line in council.ctx.lines
    )
    council.ctx = replace(council.ctx, lines=lines)


# ------------------------------------------------------------------ supervision
def test_supervision_stands_from_the_first_of_each_month(made: Council) -> None:
    made.passes()
    found = staff.of(made, "supervision")
    assert set(found) == {"pat", "pip", "nora", "sam"}
    assert found["pat"]["reference"] == "supervision:pat:2026-01"
    assert (found["pat"]["due_on"], found["pat"]["team"]) == ("2026-01-31", "North")
    assert found["pat"]["title"] == "Supervision of Pat Practitioner, January 2026"
    data = made.show("supervision:pat:2026-01")["data"]
    assert (data["period"], data["opens_on"], data["code"]) == ("2026-01", "2026-01-01", "SUP")
    assert "created_late" not in data
    made.at("2026-02-01 00:00").passes()
    assert made.show("supervision:pat:2026-02")["due_on"] == "2026-02-28"


def test_planning_twice_adds_nothing(made: Council) -> None:
    made.passes()
    before = len(made.listed(include_final=True))
    assert made.later(hours=1).passes().sweep.planned == 0
    assert len(made.listed(include_final=True)) == before


def test_a_starter_has_supervision_from_the_first_day(made: Council) -> None:
    staff.begins(made, "pip", "2026-01-20")
    made.at("2026-01-19 23:59").passes()
    assert "pip" not in staff.of(made, "supervision")
    made.at("2026-01-20 00:00").passes()
    assert "created_late" not in made.show("supervision:pip:2026-01")["data"]


def test_who_is_known_only_in_the_middle_of_a_month_has_one_that_is_created_late(
    made: Council,
) -> None:
    made.passes()
    made.at("2026-01-15 09:00").import_people([("ned", "Ned New", "practitioner", "North", "sam")])
    made.passes()
    assert made.show("supervision:ned:2026-01")["data"]["created_late"] is True


def test_who_has_left_has_none(made: Council) -> None:
    leaves(made, "pip", "2026-01-31")
    made.passes()
    made.at("2026-02-01 00:00").passes()
    assert [one["reference"] for one in made.listed(process="supervision", include_final=True) if one["subject"] == "pip"] == ["supervision:pip:2026-01"]  # fmt: skip


def test_a_month_of_downtime_is_planned_late_and_those_before_are_left_alone(made: Council) -> None:
    made.passes()
    made.at("2026-03-05 08:00").passes()
    assert {one["reference"] for one in made.listed(process="supervision") if one["subject"] == "pat"} == {
        "supervision:pat:2026-01", "supervision:pat:2026-02", "supervision:pat:2026-03",
    }  # fmt: skip
    february = made.show("supervision:pat:2026-02")
    assert (february["data"]["created_late"], february["late"]) == (True, True)
    made.import_people([("ned", "Ned New", "practitioner", "North", "sam")])
    made.later(minutes=1).passes()
    ned = [
        one["reference"] for one in made.listed(process="supervision") if one["subject"] == "ned"
    ]
    assert ned == ["supervision:ned:2026-03"]


def test_who_came_after_a_missed_month_has_no_supervision_of_it(made: Council) -> None:
    staff.begins(made, "pip", "2026-02-10")
    made.passes()
    made.at("2026-03-05 08:00").passes()
    found = {one["reference"] for one in made.listed(process="supervision")}
    assert {one for one in found if "pip" in one} == {
        "supervision:pip:2026-02",
        "supervision:pip:2026-03",
    }


def test_a_month_that_was_over_when_planning_began_is_never_planned(tmp_path: Path) -> None:
    with staff.standing(tmp_path, "2026-01-31 23:00") as made:
        periods = {one["reference"][-7:] for one in made.listed(process="supervision")}
        assert periods == {"2026-01"}


def test_a_line_may_say_whose_supervision_is_planned(made: Council) -> None:
    told(made, "SUP", roles="practitioner, iro")
    made.passes()
    assert set(staff.of(made, "supervision")) == {"pat", "pip", "nora", "iris"}


def test_without_its_line_in_the_calendar_nothing_is_planned(made: Council) -> None:
    made.ctx = replace(made.ctx, lines=())
    made.passes()
    assert not any(staff.of(made, process) for process in PER_PERSON)


# ------------------------------------------------------------------ observation
def test_everybody_of_every_tier_is_observed_once_in_twelve_months(made: Council) -> None:
    lines = tuple(line for line in made.ctx.lines if line.code == "OBS")
    made.ctx = replace(made.ctx, lines=lines)
    for month in TWELVE:
        made.at(f"2026-{month:02}-01 08:00").passes()
    found = made.listed(process="practice_observation", include_final=True)
    assert sorted(one["subject"] for one in found) == sorted(TIERS)
    for one in found:
        month = int(one["reference"][-2:])
        assert months_of(one["subject"], TWELVE, 1) == {month}
        assert date.fromisoformat(one["due_on"]).month == month
    tiers = {made.show(one["reference"])["data"]["tier"] for one in found}
    assert tiers == {"social_worker", "team_manager", "service_manager", "ad_people", "director"}


def test_a_council_may_observe_more_often_or_never(made: Council) -> None:
    chosen(made, observations_per_person=12)
    made.passes()
    assert set(staff.of(made, "practice_observation")) == TIERS
    chosen(made, observations_per_person=0)
    made.at("2026-02-01 08:00").passes()
    assert {one["reference"][-7:] for one in made.listed(process="practice_observation")} == {
        "2026-01"
    }


def test_observations_are_spread_evenly_over_the_year_and_the_staff() -> None:
    for times in TWELVE:
        assert len(months_of("pat", TWELVE, times)) == times
    first, second = sorted(months_of("pat", TWELVE, 2))
    assert second - first == 6
    per_month = [0] * 13
    for number in range(600):
        for month in months_of(f"w{number}", TWELVE, 1):
            per_month[month] += 1
    assert min(per_month[1:]) > 25  # fifty, if chance were perfect


def test_a_calendar_with_fewer_months_has_its_observations_in_those() -> None:
    for number in range(50):
        assert months_of(f"w{number}", (3, 9), 1) <= {3, 9}


# ------------------------------------------------------------------ appraisal
def test_everybody_who_is_managed_here_has_an_appraisal_from_april(made: Council) -> None:
    made.at("2026-04-01 00:00").passes()
    found = {
        one["subject"]: one["reference"]
        for one in made.listed(process="appraisal")
        if one["reference"].endswith("2026-27")
    }
    # Not the director, nor Nora: nobody manages them; Paula and Fred belong to others.
    assert set(found) == {row[0] for row in (*ROSTER, *staff.STAFF)} - {"dana", "nora", "paula", "fred"}  # fmt: skip
    data = made.show(found["pat"])["data"]
    assert (data["objectives_by"], data["mid_year_by"]) == ("2026-04-30", "2026-09-30")
    assert (data["skipped"], made.state(found["pat"])) == ([], "objectives")


def test_where_planning_begins_in_winter_only_the_end_of_year_is_to_come(made: Council) -> None:
    made.passes()
    shown = made.show("appraisal:pat:2025-26")
    assert (shown["state"], shown["due_on"]) == ("end_year", "2026-03-31")
    assert shown["data"]["skipped"] == ["objectives", "mid_year"]
    assert shown["data"]["created_late"] is True
    assert shown["late"] is False


def test_a_starter_has_an_appraisal_from_the_first_day(tmp_path: Path) -> None:
    with staff.standing(tmp_path, "2026-04-01 08:00", passed=False) as made:
        staff.begins(made, "pip", "2026-11-02")
        staff.begins(made, "pat", "2027-03-01")
        made.at("2026-11-02 08:00").passes()
        pip = made.show("appraisal:pip:2026-27")
        assert (pip["state"], pip["data"]["objectives_by"]) == ("objectives", "2026-12-02")
        assert pip["data"]["skipped"] == ["mid_year"]
        assert "created_late" not in pip["data"]
        made.at("2027-03-31 08:00").passes()
        assert "appraisal:pat:2026-27" not in {
            one["reference"] for one in made.listed(process="appraisal")
        }
        made.at("2027-04-01 08:00").passes()
        assert made.show("appraisal:pat:2027-28")["data"]["objectives_by"] == "2027-04-30"


def test_a_year_of_appraisal_that_was_over_when_planning_began_is_never_planned(
    tmp_path: Path,
) -> None:
    with staff.standing(tmp_path, "2026-03-10 08:00", passed=False) as made:
        lines = tuple(
            replace(one, months=(2,)) if one.code == "APE" else one for one in made.ctx.lines
        )
        made.ctx = replace(made.ctx, lines=lines)
        made.passes()
        assert made.listed(process="appraisal") == []


def test_a_council_that_has_its_checkpoints_in_other_months_has_other_dates(made: Council) -> None:
    months = {"APO": (5,), "APM": (10,), "APE": (2,)}
    lines = tuple(replace(one, months=months.get(one.code, one.months)) for one in made.ctx.lines)
    made.ctx = replace(made.ctx, lines=lines)
    made.at("2026-05-01 08:00").passes()
    data = made.show("appraisal:pat:2026-27")["data"]
    assert (data["objectives_by"], data["mid_year_by"], data["end_year_by"]) == (
        "2026-05-31", "2026-10-31", "2027-02-28",
    )  # fmt: skip
