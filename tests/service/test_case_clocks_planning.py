"""What the case list asks for is planned once, and what a newer list says the clocks follow: nothing doubles."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import clocks
import pytest
from clocks import begin, data, follow, hold, open_clocks, row, take_in
from council import Council

from qa_workflow.service.case_clocks import case_clocks
from qa_workflow.service.planner import SUBJECT_PLANS

PLANS = {
    "cla": ["cla_review:C07:1", "pep:C07:1"],
    "cp": ["cp_conference:C07:1"],
    "care_leaver": ["pathway_plan_review:C07:1"],
    "cin": ["cin_review:C07:1"],
    "early_help": [],
}


@pytest.fixture(scope="session")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a council that began to plan on Monday 5 January 2026 and has no case."""
    made = clocks.found(tmp_path_factory.mktemp("planned"), "2026-01-05 08:00")
    made.ctx.database.close()
    return made.folder


@pytest.fixture
def made(_folder: Path, tmp_path: Path) -> Iterator[Council]:
    """Give that council on Wednesday 1 April 2026."""
    shutil.copy(_folder / "council.db", tmp_path / "council.db")
    council = clocks.reopened(tmp_path, "2026-04-01 08:00")
    yield council
    council.ctx.database.close()


def child(plan_type: str = "cla", opened: str = "2026-03-30", **said: str) -> str:
    return row("C07", plan_type, opened=opened, **said)


def planned(council: Council, *rows: str, at: str | None = None) -> list[str]:
    """Import *rows*, at *at*, let a pass plan, and return the open clocks."""
    if at is not None:
        council.at(at)
    take_in(council, *rows)
    council.passes()
    return open_clocks(council)


def facts(council: Council, reference: str) -> tuple[str, str, str]:
    shown = council.show(reference)
    return shown["state"], shown["due_on"], shown["data"]["turn"]


# ------------------------------------------------------------------ what every case of a plan has
@pytest.mark.parametrize("plan_type", PLANS)
def test_every_open_case_has_the_clocks_of_its_plan(made: Council, plan_type: str) -> None:
    assert sorted(planned(made, child(plan_type))) == PLANS[plan_type]


@pytest.mark.parametrize(
    ("plan_type", "reference", "due_on"),
    [
        ("cla", "cla_review:C07:1", "2026-04-29"),
        ("cla", "pep:C07:1", "2026-04-15"),
        ("cp", "cp_conference:C07:1", "2026-06-30"),
        ("care_leaver", "pathway_plan_review:C07:1", "2026-09-30"),
        ("cin", "cin_review:C07:1", "2026-09-30"),
    ],
)
def test_the_first_counts_from_the_start_of_the_plan(
    made: Council, plan_type: str, reference: str, due_on: str
) -> None:
    planned(made, child(plan_type))
    assert facts(made, reference) == ("due", due_on, "first")
    assert data(made, reference, "source", "created_late") == ("case list", True)


def test_looked_after_from_a_saturday_before_christmas(made: Council) -> None:
    planned(made, child(opened="2025-12-20"), at="2026-01-06 08:00")
    assert facts(made, "cla_review:C07:1") == ("due", "2026-01-21", "first")


def test_one_created_on_the_day_it_counts_from_is_not_late(made: Council) -> None:
    planned(made, child(opened="2026-04-01"))
    assert data(made, "cla_review:C07:1", "created_late") == (None,)


def test_a_last_review_on_the_list_is_counted_from(made: Council) -> None:
    planned(made, child(opened="2025-12-01", last_review="2026-01-05"))
    assert facts(made, "cla_review:C07:2") == ("due", "2026-04-05", "second")
    assert "is taken for the first" in made.show("cla_review:C07:2")["data"]["reading"]


def test_a_last_review_long_after_the_start_is_a_later_one(made: Council) -> None:
    planned(made, child(opened="2024-01-08", last_review="2025-11-30"))
    assert facts(made, "cla_review:C07:3") == ("due", "2026-05-30", "later")


def test_the_review_of_a_looked_after_child_is_no_pep(made: Council) -> None:
    planned(made, child(opened="2025-12-01", last_review="2026-03-02"))
    # The PEP of 15 December fell due before planning began: the next is that of January.
    assert data(made, "pep:C07:2", "counted_from", "period") == ("2025-12-15", "2026-01")


def test_what_fell_due_before_planning_began_is_not_created(made: Council) -> None:
    planned(made, child(opened="2025-08-29"))
    # 26 September 2025, 26 December 2025: the first to see to is that of June.
    assert facts(made, "cla_review:C07:3") == ("due", "2026-06-26", "later")


def test_what_fell_due_after_planning_began_is_created_overdue(made: Council) -> None:
    planned(made, child(opened="2025-12-15"))
    assert made.show("cla_review:C07:1")["due_on"] == "2026-01-15"
    assert made.show("cla_review:C07:1")["late"] is True


def test_a_council_chooses_the_months_of_a_child_in_need(made: Council) -> None:
    choices = made.ctx.framework.choices.model_copy(update={"cin_review_months": 3})
    made.ctx = replace(made.ctx, framework=replace(made.ctx.framework, choices=choices))
    planned(made, child("cin"))
    assert facts(made, "cin_review:C07:1")[1] == "2026-06-30"


def test_a_council_may_leave_a_clock_to_its_case_system(made: Council) -> None:
    choices = made.ctx.framework.choices.model_copy(update={"unwatched_clocks": ("pep",)})
    made.ctx = replace(made.ctx, framework=replace(made.ctx.framework, choices=choices))
    assert planned(made, child()) == ["cla_review:C07:1"]


def test_planning_twice_adds_nothing(made: Council) -> None:
    first = planned(made, child(), row("C08", "cp"), row("C09", "cin"))
    made.passes()
    assert open_clocks(made) == first
    assert (
        planned(made, child(), row("C08", "cp"), row("C09", "cin"), at="2026-04-02 08:00") == first
    )


def test_many_cases_are_planned_in_one_pass(made: Council) -> None:
    rows = [row(f"N{number:03}", "cin", opened="2026-03-02") for number in range(505)]
    assert len(planned(made, *rows)) == 505


def test_a_pass_without_cases_asks_nothing_more(made: Council) -> None:
    assert planned(made) == []
    assert case_clocks in SUBJECT_PLANS


def test_a_clock_started_by_hand_before_the_list_knew_the_child_is_not_doubled(
    made: Council,
) -> None:
    begin(made, "cla_review", "C07", "2026-03-31")
    assert planned(made, child()) == ["cla_review:C07:1", "pep:C07:1"]
    assert facts(made, "cla_review:C07:1")[1] == "2026-04-30"


# ------------------------------------------------------------------ a newer review on the list
def test_a_review_that_the_list_brings_records_the_open_clock_and_starts_the_next(
    made: Council,
) -> None:
    planned(made, child())
    found = planned(made, child(last_review="2026-04-20"), at="2026-05-05 08:00")
    assert found == ["cla_review:C07:2", "pep:C07:1"]
    assert data(made, "cla_review:C07:1", "held_on", "recorded_by", "list_of", "held_late") == (
        "2026-04-20", "case list", "2026-05-05", False,
    )  # fmt: skip
    assert facts(made, "cla_review:C07:2") == ("due", "2026-07-20", "second")


@pytest.mark.parametrize(
    ("held_on", "lateness"), [("2026-04-29", "on_time"), ("2026-04-30", "late_unexcused")]
)
def test_a_review_that_the_list_brings_is_judged_by_its_own_day(
    made: Council, held_on: str, lateness: str
) -> None:
    planned(made, child())
    made.at("2026-05-05 07:00").passes()
    planned(made, child(last_review=held_on), at="2026-05-05 08:00")
    assert made.show("cla_review:C07:1")["lateness"] == lateness


def test_a_booked_one_is_recorded_by_the_list_too(made: Council) -> None:
    planned(made, child())
    made.fire("cla_review:C07:1", "book", by="iris", planned_on="2026-04-22")
    planned(made, child(last_review="2026-04-20"), at="2026-04-21 08:00")
    assert facts(made, "cla_review:C07:1")[0] == "recorded"


@pytest.mark.parametrize("later", ["2026-04-20", "2026-04-21", "2026-04-27"])
def test_what_an_officer_recorded_and_the_list_brings_later_is_one_review(
    made: Council, later: str
) -> None:
    planned(made, child())
    made.at("2026-04-20 16:00")
    follow(made, "cla_review:C07:1")
    found = planned(made, child(last_review=later), at="2026-05-05 08:00")
    assert found == ["cla_review:C07:2", "pep:C07:1"]
    assert data(made, "cla_review:C07:2", "counted_from") == ("2026-04-20",)


def test_a_review_more_than_a_week_after_is_another_one(made: Council) -> None:
    planned(made, child())
    made.at("2026-04-20 16:00")
    follow(made, "cla_review:C07:1")
    planned(made, child(last_review="2026-04-28"), at="2026-05-05 08:00")
    assert facts(made, "cla_review:C07:3") == ("due", "2026-10-28", "later")


def test_what_is_held_waits_for_the_officers_own_record(made: Council) -> None:
    planned(made, child())
    made.at("2026-04-20 16:00")
    hold(made, "cla_review:C07:1")
    planned(made, child(last_review="2026-04-20"), at="2026-05-05 08:00")
    assert facts(made, "cla_review:C07:1")[0] == "held"


def test_a_record_that_was_never_written_is_overtaken_by_the_next_review_of_the_list(
    made: Council,
) -> None:
    planned(made, child())
    made.at("2026-04-20 16:00")
    hold(made, "cla_review:C07:1")
    planned(made, child(last_review="2026-07-01"), at="2026-07-06 08:00")
    assert data(made, "cla_review:C07:1", "held_on", "held_by", "recorded_by") == (
        "2026-04-20", "iris", "case list",
    )  # fmt: skip
    assert data(made, "cla_review:C07:2", "counted_from") == ("2026-07-01",)


def test_an_older_review_on_the_list_changes_nothing(made: Council) -> None:
    planned(made, child(opened="2025-12-01", last_review="2026-01-05"))
    planned(
        made,
        child(opened="2025-12-01", last_review="2025-12-29", team="South"),
        at="2026-04-02 08:00",
    )
    assert facts(made, "cla_review:C07:2") == ("due", "2026-04-05", "second")


def test_a_conference_of_the_plan_before_is_no_review_of_a_looked_after_child(
    made: Council,
) -> None:
    planned(made, child("cp", opened="2026-01-12", last_review="2026-03-12"))
    found = planned(
        made, child("cla", opened="2026-03-30", last_review="2026-03-12"), at="2026-04-02 08:00"
    )
    assert found == ["cla_review:C07:1", "pep:C07:1"]
    assert facts(made, "cla_review:C07:1")[1] == "2026-04-29"


def test_the_same_list_twice_changes_nothing(made: Council) -> None:
    planned(made, child())
    planned(made, child(last_review="2026-04-20"), at="2026-05-05 08:00")
    before = made.history("cla_review:C07:2")
    planned(made, child(last_review="2026-04-20"), at="2026-05-06 08:00")
    assert made.history("cla_review:C07:2") == before


# ------------------------------------------------------------------ an end, another plan, another start
def test_a_closed_case_ends_every_clock_about_it(made: Council) -> None:
    planned(made, child())
    begin(made, "social_work_assessment", "C07", "2026-03-30")
    assert planned(made, child(closed="2026-04-10"), at="2026-04-13 08:00") == []
    assert data(made, "cla_review:C07:1", "ceased_by", "ceased_because") == ("case list", "ended")
    (told,) = (one for one in made.history("cla_review:C07:1") if one["action"] == "cease")
    assert (told["actor"], told["reason"]) == ("system", "The case closed on Friday 10 April 2026.")


def test_a_clock_that_began_after_the_case_had_closed_is_left_alone(made: Council) -> None:
    planned(made, child())
    begin(made, "social_work_assessment", "C07", "2026-04-01")
    planned(made, child(closed="2026-03-31"), at="2026-04-13 08:00")
    assert open_clocks(made) == ["social_work_assessment:C07:2026-04-01"]


def test_a_case_that_is_no_longer_on_the_list_ends_them_too(made: Council) -> None:
    planned(made, child(), row("C08", "early_help"))
    assert planned(made, row("C08", "early_help"), at="2026-05-05 08:00") == []


def test_another_plan_ends_the_clock_of_the_one_before_and_starts_its_own(made: Council) -> None:
    planned(made, child("cin", opened="2026-03-02"))
    found = planned(made, child("cla", opened="2026-04-01"), at="2026-04-02 08:00")
    assert found == ["cla_review:C07:1", "pep:C07:1"]
    (told,) = (one for one in made.history("cin_review:C07:1") if one["action"] == "cease")
    assert told["reason"] == "By the list of Thursday 2 April 2026 the plan is cla."


def test_a_plan_that_the_list_does_not_show_yet_is_left_to_the_officers(made: Council) -> None:
    planned(made, child("cin", opened="2026-03-02"))
    begin(made, "cp_conference", "C07", "2026-04-01")
    planned(made, child("cin", opened="2026-03-02", team="South"), at="2026-04-13 08:00")
    assert "cp_conference:C07:1" in open_clocks(made)


def test_where_the_list_gives_no_start_of_the_new_plan_it_counts_from_the_first_list_that_shows_it(
    made: Council,
) -> None:
    planned(made, child("cin", opened="2026-03-02"))
    planned(made, child("cla", opened="2026-03-02"), at="2026-04-13 08:00")
    assert data(made, "cla_review:C07:1", "counted_from") == ("2026-04-13",)
    planned(made, child("cla", opened="2026-03-02", team="South"), at="2026-04-20 08:00")
    assert data(made, "cla_review:C07:1", "counted_from") == ("2026-04-13",)


def test_the_list_may_say_when_the_plan_started(made: Council) -> None:
    planned(made, child("cla", opened="2025-03-03", plan_started="2026-03-30"))
    assert facts(made, "cla_review:C07:1") == ("due", "2026-04-29", "first")


def test_a_corrected_start_moves_the_first_one(made: Council) -> None:
    planned(made, child())
    made.fire("cla_review:C07:1", "book", by="iris", planned_on="2026-04-22")
    planned(made, child(opened="2026-03-27"), at="2026-04-13 08:00")
    assert facts(made, "cla_review:C07:1") == ("booked", "2026-04-28", "first")


def test_a_corrected_start_and_a_review_on_one_list_are_both_followed(made: Council) -> None:
    planned(made, child())
    planned(made, child(opened="2026-03-27", last_review="2026-04-20"), at="2026-05-05 08:00")
    assert data(made, "cla_review:C07:1", "counted_from", "held_on") == ("2026-03-27", "2026-04-20")
    assert facts(made, "cla_review:C07:2")[1] == "2026-07-20"


def test_a_corrected_start_leaves_what_was_held_as_it_is(made: Council) -> None:
    planned(made, child(opened="2026-03-27"))
    made.at("2026-04-20 16:00")
    hold(made, "cla_review:C07:1")
    planned(made, child(opened="2026-03-30"), at="2026-05-05 08:00")
    assert facts(made, "cla_review:C07:1") == ("held", "2026-04-28", "first")


def test_a_review_before_the_plan_began_is_none_of_it_whenever_an_officer_began_to_count(
    made: Council,
) -> None:
    planned(made, child("cp", opened="2026-01-12"))
    begin(made, "cla_review", "C07", "2026-03-27")
    planned(
        made, child("cla", opened="2026-04-01", last_review="2026-03-31"), at="2026-04-02 08:00"
    )
    assert facts(made, "cla_review:C07:1") == ("due", "2026-04-28", "first")


def test_a_start_that_an_officer_gave_follows_the_list_once_the_list_corrects_its_own(
    made: Council,
) -> None:
    begin(made, "cla_review", "C07", "2026-03-31")
    planned(made, child())
    planned(made, child(opened="2026-04-01"), at="2026-04-02 08:00")
    assert facts(made, "cla_review:C07:1")[1] == "2026-05-01"


def test_a_child_who_comes_back_into_care_begins_anew(made: Council) -> None:
    planned(made, child(opened="2025-12-15", last_review="2026-01-12"))
    planned(made, child(opened="2026-05-11", last_review="2026-01-12"), at="2026-05-18 08:00")
    assert facts(made, "cla_review:C07:2")[0] == "ceased"
    assert facts(made, "cla_review:C07:3") == ("due", "2026-06-09", "first")


def test_a_case_that_was_closed_by_mistake_goes_on_where_it_stood(made: Council) -> None:
    planned(made, child())
    made.at("2026-04-20 16:00")
    follow(made, "cla_review:C07:1")
    planned(made, child(closed="2026-05-04"), at="2026-05-05 08:00")
    assert planned(made, child(), at="2026-05-05 09:00") == ["cla_review:C07:3", "pep:C07:2"]
    assert facts(made, "cla_review:C07:3") == ("due", "2026-07-20", "second")


# ------------------------------------------------------------------ what a person has ceased
def test_what_a_person_ceased_starts_again_only_if_a_newer_list_says_otherwise(
    made: Council,
) -> None:
    planned(made, child())
    made.fire("cla_review:C07:1", "cease", by="iris", reason="She has gone home.")
    made.passes()
    assert open_clocks(made, "cla_review") == []
    planned(made, child(), at="2026-05-05 08:00")
    assert open_clocks(made, "cla_review") == ["cla_review:C07:2"]
    assert facts(made, "cla_review:C07:2") == ("due", "2026-04-29", "first")


def test_what_a_child_is_not_owed_stays_ceased_until_the_plan_begins_anew(made: Council) -> None:
    planned(made, child())
    made.fire("pep:C07:1", "cease", by="vera", because="not_needed", reason="Two years old.")
    planned(made, child(), at="2026-05-05 08:00")
    assert open_clocks(made, "pep") == []
    planned(made, child(opened="2026-05-11"), at="2026-05-18 08:00")
    assert open_clocks(made, "pep") == ["pep:C07:2"]


# ------------------------------------------------------------------ terms
def test_a_pep_of_the_list_falls_due_by_the_terms_that_are_known(made: Council) -> None:
    made.ctx = replace(made.ctx, terms=clocks.TERMS)
    planned(made, child(opened="2025-11-10"))
    # The first fell due on 24 November, before planning began: the next by the end of the spring term.
    assert made.show("pep:C07:2")["due_on"] == "2026-03-27"
    assert data(made, "pep:C07:2", "period", "rule") == (
        "2026-04", "the last school day of term Spring 2026",
    )  # fmt: skip


def test_the_last_day_of_planning_before_a_due_date_counts(made: Council) -> None:
    # Planning began on Monday 5 January 2026, on which one was due: that one is created.
    begun = date(2025, 7, 5).isoformat()
    planned(made, child("cin", opened=begun))
    assert facts(made, "cin_review:C07:1") == ("due", "2026-01-05", "first")
