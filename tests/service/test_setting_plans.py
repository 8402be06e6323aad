"""One audit a year of each Early Years setting of the list, planned as the summer term begins."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import outside
import pytest
from council import Council

from qa_workflow.engine.terms import Term

SUMMER = (Term(name="Summer", first_on=date(2026, 4, 13), last_on=date(2026, 7, 17)),)
E01, E02 = "early_years_audit:E01:2026", "early_years_audit:E02:2026"


@pytest.fixture
def council(tmp_path: Path) -> Iterator[Council]:
    """Give a council whose list names setting E01 since 15 December 2025."""
    with outside.standing(tmp_path, "2026-01-01 08:00") as made:
        yield made


def chosen(council: Council, choice: str) -> None:
    """Let the council have its term dates, and choose by when Early Years audits are due."""
    choices = council.ctx.framework.choices.model_copy(update={"early_years_due": choice})
    framework = replace(council.ctx.framework, choices=choices)
    council.ctx = replace(council.ctx, framework=framework, terms=SUMMER)


def planned(council: Council) -> list[str]:
    return sorted(one["reference"] for one in council.listed(process="early_years_audit"))


def test_each_setting_has_one_audit_a_year_from_the_first_of_april(council: Council) -> None:
    council.at("2026-03-31 23:59").passes()
    assert planned(council) == []
    council.later(minutes=2).passes()
    assert planned(council) == [E01]
    assert council.show(E01)["title"] == "Annual audit of Acorn Nursery"
    assert "created_late" not in council.show(E01)["data"]
    council.at("2026-04-02 08:00").passes()
    assert planned(council) == [E01]
    council.at("2027-04-01 08:00").passes()
    assert planned(council) == [E01, "early_years_audit:E01:2027"]


def test_only_settings_of_early_years_are_planned_here(council: Council) -> None:
    council.at("2026-04-01 08:00").passes()
    assert "early_years_audit:P04:2026" not in planned(council)


@pytest.mark.parametrize(
    ("choice", "due_on"), [("june", "2026-06-30"), ("summer_term", "2026-07-17")]
)
def test_it_opens_with_the_summer_term_and_is_due_as_the_council_chose(
    council: Council, choice: str, due_on: str
) -> None:
    chosen(council, choice)
    council.at("2026-04-12 23:00").passes()
    assert planned(council) == []
    council.at("2026-04-13 08:00").passes()
    shown = council.show(E01)
    assert (shown["due_on"], shown["data"]["opens_on"]) == (due_on, "2026-04-13")


@pytest.mark.parametrize(
    ("choice", "at", "is_planned"),
    [
        ("june", "2026-06-30", True), ("june", "2026-07-01", False),
        ("summer_term", "2026-07-17", True), ("summer_term", "2026-07-18", False),
    ],
)  # fmt: skip
def test_a_setting_that_is_first_known_after_the_window_waits_for_the_next(
    council: Council, choice: str, at: str, *, is_planned: bool
) -> None:
    chosen(council, choice)
    outside.import_providers(council.at(f"{at} 08:00"), "E02,Oak Nursery,early_years,,,,no,cora,")
    council.passes()
    assert (E02 in planned(council)) == is_planned
    if is_planned:
        assert council.show(E02)["data"]["created_late"] is True
        assert council.show(E02)["data"]["begins_on"] == at


@pytest.mark.parametrize(
    ("last", "audited", "is_planned"),
    [
        ("2026-03-31", "", False), ("2026-04-01", "", True),
        ("", "2026-04-01", False), ("", "2026-03-31", True), ("", "2025-06-20", True),
    ],
)  # fmt: skip
def test_what_is_no_longer_used_or_was_audited_in_the_window_has_none(
    council: Council, last: str, audited: str, *, is_planned: bool
) -> None:
    first = "2020-01-06" if last else ""
    row = f"E02,Oak Nursery,early_years,{first},{last},{audited},no,cora,"
    outside.import_providers(council.at("2026-04-02 08:00"), row)
    council.passes()
    assert (E02 in planned(council)) == is_planned


def test_one_that_has_ended_is_not_planned_again(council: Council) -> None:
    council.at("2026-04-01 08:00").passes()
    council.fire(E01, "exit", by="noel", reason="It has closed.")
    council.at("2026-04-02 08:00").passes()
    assert council.listed(process="early_years_audit") == []


def test_downtime_over_the_first_day_creates_it_late(council: Council) -> None:
    council.at("2026-05-11 08:00").passes()
    data = council.show(E01)["data"]
    assert (data["created_late"], data["begins_on"]) == (True, "2026-05-11")
    assert council.falls(E01, "assign_by") == "2026-05-26"
