"""What an imported plan asks for is created in its time, once, and by nobody's hand."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import reviews
from council import Council
from hands import sql

from qa_workflow.service.plan_holder_clocks import review_number, review_period
from qa_workflow.service.plan_holder_imports import import_plan_holders
from qa_workflow.store.plan_holders import PlanHolder

PROCESSES = ("ehc_review", "phase_transfer", "adult_transition")


@pytest.fixture(scope="session")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = reviews.send_council(tmp_path_factory.mktemp("send"), "2025-01-06 08:00")
    made.ctx.database.close()
    return made.folder


@pytest.fixture
def made(_folder: Path, tmp_path: Path) -> Iterator[Council]:
    """Give a SEND council on Monday 6 January 2025, which is the day its planning began."""
    council = reviews.copy_of(_folder, tmp_path, "2025-01-06 08:00")
    yield council
    council.ctx.database.close()


@pytest.fixture
def strict(_folder: Path, tmp_path: Path) -> Iterator[Council]:
    """Give the same council, counting the twelve months of s.44 strictly."""
    council = reviews.copy_of(_folder, tmp_path, "2025-01-06 08:00", strict_period=True)
    yield council
    council.ctx.database.close()


def holder(**said: Any) -> PlanHolder:  # noqa: ANN401 - any field
    given: dict[str, Any] = {
        "plan_id": "K12", "child_id": "C12", "issued_on": date(2024, 5, 1), "last_review_on": None,
        "ehe": False, "school_phase": None, "year9_on": None, "first_seen_on": date(2025, 1, 6),
    }  # fmt: skip
    return PlanHolder(**{**given, **said})


def take_in(
    council: Council, *, born_on: str = "2004-09-01", issued_on: str = "2024-05-01", last_review_on: str = "", plan: str = "K12"
) -> None:  # fmt: skip
    """Import one plan, by default of somebody for whom nothing but reviews is planned any more."""
    row = f"C12,{plan},{born_on},{issued_on},{last_review_on},no,"
    path = reviews.plan_holders_csv(council, row)
    import_plan_holders(council.ctx, path, now=council.now, actor="cli:test")


def planned(council: Council, at: str, *processes: str) -> list[str]:
    council.at(at).passes()
    return [
        one["reference"]
        for process in processes or PROCESSES
        for one in council.listed(process=process, include_final=True)
    ]


# ------------------------------------------------------------------ the first review
def test_the_first_review_is_created_six_months_before_it_is_due(made: Council) -> None:
    take_in(made, issued_on="2024-08-15")
    found = [planned(made, f"2025-02-{day} 08:00") for day in ("14", "15")]
    assert found == [[], ["ehc_review:K12:1"]]
    assert made.show("ehc_review:K12:1")["due_on"] == "2025-08-15"


def test_it_counts_from_the_last_review_where_one_was_held(made: Council) -> None:
    take_in(made, issued_on="2022-05-01", last_review_on="2024-07-01")
    planned(made, "2025-01-06 09:00")
    assert made.show("ehc_review:K12:4")["due_on"] == "2025-07-01"


def test_it_is_about_the_child_of_the_plan(made: Council) -> None:
    take_in(made)
    planned(made, "2025-01-06 09:00")
    assert sql(made, "SELECT case_id FROM process_instance WHERE process = 'ehc_review'") == [
        ("C12",)
    ]


def test_planning_twice_adds_nothing(made: Council) -> None:
    take_in(made)
    first = planned(made, "2025-01-06 09:00")
    assert planned(made, "2025-01-06 10:00") == planned(made, "2025-01-07 10:00") == first


def test_a_review_started_by_hand_is_not_doubled(made: Council) -> None:
    take_in(made)
    reviews.begin(made, "K12", cycle=7, review_due="2025-05-01")
    assert planned(made, "2025-01-06 09:00") == ["ehc_review:K12:7"]


def test_a_review_of_another_plan_of_a_like_name_is_another_thing(made: Council) -> None:
    take_in(made)
    reviews.begin(made, "K12A", cycle=7, review_due="2025-05-01")
    assert planned(made, "2025-01-06 09:00") == ["ehc_review:K12:1", "ehc_review:K12A:7"]


def test_after_the_first_the_chain_goes_on_by_itself(made: Council) -> None:
    take_in(made)
    planned(made, "2025-01-06 09:00")
    late: dict[str, reviews.Step] = {
        "scheduled": ("2025-03-03 10:00", "invite", "kit", {"meeting_on": "2025-04-01"}),
        "advice_requested": ("2025-03-10 10:00", "circulate", "kit", {}),
        "ready": (
            "2025-04-01 16:00", "hold_meeting", "kit",
            {"held_on": "2025-04-01", "parent_invited": True, "no_views_reason": "Too young"},
        ),
        "held": (
            "2025-04-10 10:00", "send_report", "kit",
            {"adulthood": "A flat of his own", "adult_services": ["Adult social care"]},
        ),
        "reported": ("2025-04-20 10:00", "decide_maintain", "max", {}),
    }  # fmt: skip
    reviews.follow(made, "concluded", "ehc_review:K12:1", **late)
    assert planned(made, "2025-11-30 09:00", "ehc_review") == [
        "ehc_review:K12:1",
        "ehc_review:K12:2",
    ]


def test_a_review_that_was_withdrawn_is_not_planned_again(made: Council) -> None:
    take_in(made)
    planned(made, "2025-01-06 09:00")
    made.fire("ehc_review:K12:1", "withdraw", by="max", reason="Moved away")
    assert planned(made, "2025-06-02 09:00", "ehc_review") == ["ehc_review:K12:1"]


@pytest.mark.parametrize(
    ("at", "late"), [("2025-02-15 08:00", [None]), ("2025-02-16 08:00", [True])]
)
def test_a_review_created_after_its_first_day_says_so(
    made: Council, at: str, late: list[bool | None]
) -> None:
    take_in(made, issued_on="2024-08-15")
    planned(made, at)
    assert [made.show("ehc_review:K12:1")["data"].get("created_late")] == late


def test_read_strictly_a_planned_review_is_due_the_day_before(strict: Council) -> None:
    take_in(strict)
    planned(strict, "2025-01-06 09:00")
    assert strict.show("ehc_review:K12:1")["due_on"] == "2025-04-30"


# ------------------------------------------------------------------ started by hand
@pytest.mark.parametrize(("subject", "cycle"), [("K12", 3), ("K12:3", None)])
def test_a_review_started_by_hand_has_the_dates_of_the_imported_plan(
    made: Council, subject: str, cycle: int | None
) -> None:
    take_in(made, issued_on="2022-05-01", last_review_on="2024-09-10")
    reviews.begin(made, subject, cycle=cycle, review_due=None)
    assert made.show("ehc_review:K12:3")["due_on"] == "2025-09-10"


def test_the_imported_year_9_goes_before_the_one_that_is_said(made: Council) -> None:
    take_in(made, born_on="2014-10-05")  # Year 9 from September 2028
    reference = reviews.begin(made, "K12:3", cycle=None, year9_on="2024-09-01")
    made.fire(reference, "invite", by="kit", meeting_on="2025-06-02")
    assert reviews.data(made, "pfa_required", reference=reference) == (False,)


def test_a_transition_started_by_hand_has_the_year_9_of_the_imported_plan(made: Council) -> None:
    take_in(made, born_on="2014-10-05")
    made.start("adult_transition", "K12", by="kit")
    assert made.show("adult_transition:K12")["data"]["year9_on"] == "2028-09-01"


# ------------------------------------------------------------------ the first day of planning
@pytest.mark.parametrize(
    ("last_review_on", "period_from"),
    [
        (date(2024, 1, 6), date(2024, 1, 6)),  # due on the first day of planning
        (date(2024, 1, 5), date(2025, 1, 5)),  # due the day before: the review of the year after
        (date(2021, 3, 1), date(2024, 3, 1)),
        (date(2020, 2, 29), date(2024, 2, 29)),
        (date(2024, 12, 1), date(2024, 12, 1)),
    ],
)
def test_a_review_that_fell_due_before_planning_began_is_left_to_the_year_after(
    last_review_on: date, period_from: date
) -> None:
    plan = holder(issued_on=date(2019, 3, 1), last_review_on=last_review_on)
    assert review_period(plan, date(2025, 1, 6)) == period_from


def test_a_review_that_fell_due_after_planning_began_is_created_overdue(made: Council) -> None:
    made.at("2025-09-01 08:00")
    take_in(made, issued_on="2024-03-01")
    assert planned(made, "2025-09-01 09:00") == ["ehc_review:K12:1"]
    shown = made.show("ehc_review:K12:1")
    assert (shown["due_on"], shown["late"], shown["data"]["created_late"]) == (
        "2025-03-01",
        True,
        True,
    )


@pytest.mark.parametrize(
    ("issued_on", "due_on", "number"),
    [
        (date(2024, 5, 1), date(2025, 5, 1), 1),
        (date(2024, 5, 1), date(2025, 5, 2), 2),
        (date(2024, 5, 1), date(2026, 4, 20), 2),
        (date(2024, 5, 1), date(2026, 5, 1), 2),
        (date(2024, 2, 29), date(2026, 2, 28), 2),
        (date(2024, 5, 1), date(2024, 12, 1), 1),
    ],
)
def test_a_review_is_numbered_by_the_twelve_months_since_the_issue_in_which_it_is_due(
    issued_on: date, due_on: date, number: int
) -> None:
    assert review_number(holder(issued_on=issued_on), due_on) == number


# ------------------------------------------------------------------ phase transfers
def test_the_move_to_secondary_school_is_planned_from_the_september_before(made: Council) -> None:
    take_in(made, born_on="2014-10-05", issued_on="2025-01-02")  # Year 7 from September 2026
    found = [planned(made, f"2025-{day} 08:00", "phase_transfer") for day in ("08-31", "09-01")]
    assert found == [[], ["phase_transfer:K12:2026"]]
    shown = made.show("phase_transfer:K12:2026")
    assert (shown["due_on"], shown["data"]["phase"]) == ("2026-02-15", "secondary")


@pytest.mark.parametrize(
    ("born_on", "at", "reference", "due_on"),
    [
        ("2021-10-05", "2025-09-01 08:00", "phase_transfer:K12:2026", "2026-02-15"),  # Reception
        ("2022-08-31", "2025-09-01 08:00", "phase_transfer:K12:2026", "2026-02-15"),
        ("2009-10-05", "2025-09-01 08:00", "phase_transfer:K12:2026", "2026-03-31"),  # Year 12
        ("2010-08-31", "2025-09-01 08:00", "phase_transfer:K12:2026", "2026-03-31"),
    ],
)
def test_each_move_that_follows_from_the_school_year_is_planned(
    made: Council, born_on: str, at: str, reference: str, due_on: str
) -> None:
    take_in(made, born_on=born_on, issued_on="2025-01-02" if born_on > "2020" else "2024-05-01")
    assert planned(made, at, "phase_transfer") == [reference]
    assert made.show(reference)["due_on"] == due_on


def test_a_child_between_two_moves_has_none(made: Council) -> None:
    take_in(made, born_on="2012-10-05", issued_on="2024-05-01")  # Year 8
    assert planned(made, "2025-09-01 08:00", "phase_transfer") == []


@pytest.mark.parametrize(
    ("begins", "found"),
    [("2025-02-15 08:00", ["phase_transfer:K12:2025"]), ("2025-02-16 08:00", [])],
)
def test_a_transfer_due_before_planning_began_is_never_created(
    tmp_path: Path, begins: str, found: list[str]
) -> None:
    council = reviews.send_council(tmp_path, begins)
    take_in(council, born_on="2013-10-05")
    assert planned(council, begins.replace("08:00", "09:00"), "phase_transfer") == found
    council.ctx.database.close()


@pytest.mark.parametrize(
    ("issued_on", "found"), [("2025-02-15", ["phase_transfer:K12:2025"]), ("2025-02-16", [])]
)
def test_a_plan_issued_after_the_day_was_written_for_the_new_phase(
    made: Council, issued_on: str, found: list[str]
) -> None:
    made.at("2025-02-20 08:00")
    take_in(made, born_on="2013-10-05", issued_on=issued_on)
    assert planned(made, "2025-02-20 09:00", "phase_transfer") == found


def test_a_transfer_created_late_has_two_weeks_for_what_would_be_over(made: Council) -> None:
    take_in(made, born_on="2013-10-05")
    planned(made, "2025-01-06 09:00", "phase_transfer")
    shown = made.show("phase_transfer:K12:2025")
    assert (shown["due_on"], shown["data"]["created_late"]) == ("2025-02-15", True)
    assert [made.falls("phase_transfer:K12:2025", name) for name in ("meeting_by",)] == [
        "2025-01-20"
    ]
    assert shown["data"]["notice_by"] == "2025-01-20"


# ------------------------------------------------------------------ the way to adulthood
def test_a_transition_is_planned_a_school_year_before_year_9(made: Council) -> None:
    take_in(made, born_on="2012-10-05")  # Year 9 from September 2026
    found = [planned(made, f"2025-{day} 08:00", "adult_transition") for day in ("08-31", "09-01")]
    assert found == [[], ["adult_transition:K12"]]
    assert (made.state("adult_transition:K12"), "created_late" in made.show("adult_transition:K12")["data"]) == (
        "not_due", False,
    )  # fmt: skip


def test_a_young_person_beyond_year_9_begins_at_once_and_late(made: Council) -> None:
    take_in(made, born_on="2009-10-05")  # Year 9 began in September 2023
    planned(made, "2025-01-06 09:00", "adult_transition")
    shown = made.show("adult_transition:K12")
    assert (shown["state"], shown["data"]["created_late"], shown["data"]["notify_by"]) == (
        "planning_started", True, "2025-01-20",
    )  # fmt: skip


def test_nobody_is_alarmed_about_what_was_due_before_it_was_known(made: Council) -> None:
    take_in(
        made, born_on="2007-10-05"
    )  # in Year 12 of 2025: somebody of the cohort was 18 in September 2025
    planned(made, "2025-12-01 09:00")
    shown = made.show("adult_transition:K12")
    heard = [level for level, _ in made.levels("adult_transition:K12")]
    assert (shown["late"], shown["due_on"], heard) == (False, "2025-12-15", ["R1"])


@pytest.mark.parametrize(
    ("at", "found"), [("2026-08-30 08:00", ["adult_transition:K12"]), ("2026-08-31 08:00", [])]
)
def test_a_cohort_that_is_18_to_the_last_has_none(made: Council, at: str, found: list[str]) -> None:
    made.at(at)
    take_in(made, born_on="2007-10-05")
    assert planned(made, at.replace("08:00", "09:00"), "adult_transition") == found


# ------------------------------------------------------------------ what ends it
def test_a_plan_that_has_ceased_asks_for_nothing_more(made: Council) -> None:
    take_in(made, born_on="2014-10-05")
    planned(made, "2025-01-06 09:00")
    sql(
        made,
        "UPDATE process_instance SET state = 'ceased', closed_at = opened_at WHERE process = 'ehc_review'",
    )
    assert planned(made, "2025-09-01 08:00") == ["ehc_review:K12:1"]


def test_without_any_plan_nothing_is_planned(made: Council) -> None:
    assert planned(made, "2025-09-01 08:00") == []


def test_a_plan_whose_year_9_is_not_known_has_its_reviews(made: Council) -> None:
    take_in(made, born_on="2014-10-05")
    sql(made, "UPDATE plan_holder SET year9_on = NULL")
    assert planned(made, "2025-09-01 08:00") == ["ehc_review:K12:1"]
