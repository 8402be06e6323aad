"""Appraisal: objectives, mid-way, end of year, by manager and appraisee together (domain 3.5 G4, A28)."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import staff
from council import Council
from hands import leaves
from providers import refused_once, rejected

from qa_workflow.patterns.appraisal_year import begins_too_late, dates_of, year_key

PAT = "appraisal:pat:2026-27"
OBJECTIVES = {"agreed_on": "2026-04-14", "agreed_with": "P-101", "objectives": ["Plans say when"]}
REVIEW = {**staff.REVIEW, "agreed_on": "2026-04-14"}


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Council]:
    """Give a council on Tuesday 14 April 2026, where the appraisals of 2026-27 stand since the 1st."""
    with staff.standing(tmp_path, "2026-04-01 08:00") as council:
        yield council.at("2026-04-14 10:00")


def taken(council: Council, state: str) -> None:
    steps = (
        ("objectives", "set_objectives", OBJECTIVES),
        ("mid_year", "review_mid_year", REVIEW),
        ("end_year", "review_end_year", REVIEW),
    )
    for standing, trigger, data in steps:
        if council.state(PAT) == standing != state:
            council.fire(PAT, trigger, by="sam", **data)


def test_a_year_runs_from_objectives_to_the_end_of_year(made: Council) -> None:
    for at, trigger, data, state in (
        ("2026-04-14 10:00", "set_objectives", OBJECTIVES, "mid_year"),
        ("2026-09-15 10:00", "review_mid_year", {**REVIEW, "agreed_on": "2026-09-15"}, "end_year"),
        ("2027-03-10 10:00", "review_end_year", {**REVIEW, "agreed_on": "2027-03-10"}, "closed"),
    ):
        assert made.at(at).fire(PAT, trigger, by="sam", **data).state == state
    data = made.show(PAT)["data"]
    assert data["done"] == {
        "objectives": "2026-04-14",
        "mid_year": "2026-09-15",
        "end_year": "2027-03-10",
    }
    assert data["objectives"]["objectives"] == ["Plans say when"]
    assert data["mid_year"]["learning"] == "Shows in the visits"


def test_each_checkpoint_has_its_framework_date(made: Council) -> None:
    shown = made.show(PAT)
    days = {one["name"]: one["due_on"] for one in shown["deadlines"]}
    assert shown["due_on"] == "2027-03-31"
    assert days["set_objectives_by"] == "2026-04-30"
    assert days["review_mid_year_by"] == "2026-09-30"
    assert days["review_end_year_by"] == "2027-03-31"


@pytest.mark.parametrize(
    ("state", "trigger", "able"),
    [
        ("objectives", "set_objectives", {"sam"}),
        ("mid_year", "review_mid_year", {"sam"}),
        ("end_year", "review_end_year", {"sam"}),
        ("end_year", "end", {"sam", "cass", "sandy", "ada"}),
    ],
)
def test_the_manager_appraises(made: Council, state: str, trigger: str, able: set[str]) -> None:
    taken(made, state)
    assert made.who_may(PAT, trigger) == able


@pytest.mark.parametrize(
    ("state", "trigger", "missing", "why"),
    [
        ("objectives", "set_objectives", {"objectives": [""]}, "No objective is named"),
        ("objectives", "set_objectives", {"agreed_with": ""}, "Where both have agreed"),
        ("objectives", "set_objectives", {"agreed_on": None}, "The day of the agreement"),
        ("objectives", "set_objectives", {"agreed_on": "2026-04-15"}, "has not come yet"),
        ("mid_year", "review_mid_year", {"learning": ""}, "How learning shows in practice"),
        ("mid_year", "review_mid_year", {"progress": ""}, "What was reached"),
        ("mid_year", "review_mid_year", {"agreed_with": ""}, "Where both have agreed"),
        ("mid_year", "review_mid_year", {"agreed_on": "2026-03-31"}, "is before Wednesday 1 April"),
        ("end_year", "review_end_year", {"learning": ""}, "How learning shows in practice"),
        ("end_year", "review_end_year", {"progress": ""}, "What was reached"),
    ],
)
def test_each_checkpoint_is_agreed_by_both_and_looks_at_learning(
    made: Council, state: str, trigger: str, missing: dict[str, Any], why: str
) -> None:
    taken(made, state)
    data = OBJECTIVES if trigger == "set_objectives" else REVIEW
    assert why in refused_once(made, PAT, trigger, by="sam", **{**data, **missing})


def test_objectives_may_be_agreed_before_the_year_begins(made: Council) -> None:
    said = {**OBJECTIVES, "agreed_on": "2026-03-27"}
    assert made.fire(PAT, "set_objectives", by="sam", **said).state == "mid_year"


def test_a_review_draws_on_the_observations_of_the_year(made: Council) -> None:
    observation = staff.observe(made, "pat", "recorded_on_supervision_record", month="2026-04")
    taken(made, "end_year")
    shown = made.show(PAT)
    assert shown["data"]["mid_year"]["drawn_on"] == [observation]
    linked = [(one["kind"], one["from"], one["to"]) for one in shown["links"]]
    assert ("follows", PAT, observation) in linked


def test_an_appraisal_feeds_the_programme_on_which_the_plan_for_the_workforce_rests(
    made: Council,
) -> None:
    programme = "programme:APO:2026-04"
    assert made.show(programme)["links"] == []
    made.fire(PAT, "set_objectives", by="sam", **OBJECTIVES)
    linked = [(one["kind"], one["from"], one["to"]) for one in made.show(programme)["links"]]
    assert linked == [("feeds", PAT, programme)]


# ------------------------------------------------------------------ dates
@pytest.mark.parametrize(
    ("state", "deadline", "before", "after"),
    [
        ("objectives", "set_objectives_by", "2026-04-30 23:59", "2026-05-01 00:01"),
        ("mid_year", "review_mid_year_by", "2026-09-30 23:59", "2026-10-01 00:01"),
        ("end_year", "due", "2027-03-31 23:59", "2027-04-01 00:01"),
    ],
)
def test_a_checkpoint_is_late_from_midnight_and_climbs_the_ladder(
    made: Council, state: str, deadline: str, before: str, after: str
) -> None:
    taken(made, state)
    made.at(before).passes()
    assert made.show(PAT)["status"].startswith("In ")
    made.at(after)
    assert made.show(PAT)["status"].startswith("Late")
    made.later(days=10)
    made.passes()
    assert [level for level, _ in made.levels(PAT, deadline)][-2:] == ["L0", "L1"]


def test_the_levels_of_objectives_fall_on_working_days_after_april(made: Council) -> None:
    # 4 May 2026 is the early May bank holiday.
    made.at("2026-06-01 08:00").passes()
    assert made.levels(PAT, "set_objectives_by")[-4:] == [
        ("L0", "2026-05-01"), ("L1", "2026-05-08"), ("L2", "2026-05-15"), ("L3", "2026-06-01"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("begun_on", "objectives", "mid_year"),
    [
        (None, "2026-04-30", "2026-09-30"),
        (date(2026, 4, 1), "2026-04-30", "2026-09-30"),
        (date(2026, 4, 20), "2026-05-20", "2026-09-30"),
        (date(2026, 8, 31), "2026-09-30", "2026-09-30"),
        (date(2026, 9, 30), "2026-10-30", "2026-10-30"),
        (date(2026, 10, 1), "2026-11-01", None),
        (date(2027, 2, 28), "2027-03-28", None),
    ],
)
def test_starters_have_a_month_for_objectives_and_skip_mid_year_after_september(
    begun_on: date | None, objectives: str, mid_year: str | None
) -> None:
    found = dates_of(2026, begun_on=begun_on)
    assert (found["objectives_by"], found.get("mid_year_by")) == (objectives, mid_year)
    assert found["skipped"] == ([] if mid_year else ["mid_year"])
    assert found["end_year_by"] == "2027-03-31"


@pytest.mark.parametrize(
    ("since", "skipped"),
    [
        (date(2026, 4, 30), []),
        (date(2026, 5, 1), ["objectives"]),
        (date(2026, 9, 30), ["objectives"]),
        (date(2026, 10, 1), ["objectives", "mid_year"]),
    ],
)
def test_what_fell_due_before_planning_began_is_skipped(since: date, skipped: list[str]) -> None:
    assert dates_of(2026, since=since)["skipped"] == skipped


def test_who_starts_in_the_last_month_waits_for_the_next_year() -> None:
    assert not begins_too_late(2026, date(2027, 2, 28))
    assert begins_too_late(2026, date(2027, 3, 1))


@pytest.mark.parametrize(
    ("day", "year"),
    [(date(2026, 3, 31), "2025-26"), (date(2026, 4, 1), "2026-27"), (date(2099, 5, 1), "2099-00")],
)
def test_the_year_begins_in_april(day: date, year: str) -> None:
    assert year_key(day) == year


def test_a_starter_after_september_goes_from_objectives_to_the_end_of_year(made: Council) -> None:
    made.at("2026-10-05 10:00")
    nora = made.start("appraisal", "nora", by="cass").reference
    assert nora == "appraisal:nora:2026-27"
    said = {**OBJECTIVES, "agreed_on": "2026-10-05"}
    assert made.fire(nora, "set_objectives", by="cass", **said).state == "end_year"


# ------------------------------------------------------------------ ways out
def test_it_ends_by_itself_for_whoever_has_left(made: Council) -> None:
    leaves(made, "pat", "2026-04-14")
    made.at("2026-04-15 00:00").passes()
    assert made.state(PAT) == "ended"


def test_ad_people_ends_it_for_a_long_absence_and_nobody_else(made: Council) -> None:
    why = refused_once(made, PAT, "end", by="cass", reason="Parental leave")
    assert "pat works here" in why
    assert made.fire(PAT, "end", by="ada", reason="Parental leave").state == "ended"


def test_nobody_ends_their_own(made: Council) -> None:
    why = made.refusal("appraisal:ada:2026-27", "end", by="ada", reason="Busy")
    assert "It is about you" in why


@pytest.mark.parametrize("data", [{"objectives": "one"}, {"agreed_on": "soon"}, {"grade": "A"}])
def test_bad_input_leaves_nothing_behind(made: Council, data: dict[str, Any]) -> None:
    assert rejected(made, PAT, "set_objectives", by="sam", **{**OBJECTIVES, **data})


def test_three_refusals_by_one_guard_block_it(made: Council) -> None:
    for _ in range(3):
        made.refusal(PAT, "set_objectives", by="sam")
    assert [one["reason"] for one in made.show(PAT)["blocked"]] == ["refused_three_times"]


def test_somebody_else_appraises_while_the_manager_is_away(made: Council) -> None:
    made.reassign(PAT, to="cass", by="sandy", reason="Sam is ill")
    assert made.who_may(PAT, "set_objectives") == {"cass"}
