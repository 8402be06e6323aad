"""What the calendar asks for is created once, and what waits for a guard is tried at every pass."""

from dataclasses import replace
from datetime import date

import pytest
from council import AUTUMN, SPRING, Council, london
from hands import sql

from qa_workflow import wiring
from qa_workflow.service import installation, planner, why
from qa_workflow.settings import Settings


# ------------------------------------------------------------------ the planner
def _planned(council: Council, at: str) -> list[str]:
    council.at(at).passes()
    return sorted(
        one["reference"] for one in council.listed(process="case_audit_round", include_final=True)
    )


def test_planning_twice_adds_nothing(council: Council) -> None:
    assert (
        _planned(council, "2025-09-03 08:00") == _planned(council, "2025-09-03 09:00") == [AUTUMN]
    )


def test_a_round_is_planned_twenty_working_days_before_it_opens(council: Council) -> None:
    assert [_planned(council, "2025-09-02 08:00"), _planned(council, "2025-09-03 08:00")] == [
        [],
        [AUTUMN],
    ]


def test_a_round_whose_year_is_not_in_the_calendar_is_planned_on_its_first_day(
    council: Council,
) -> None:
    full = council.ctx.published
    known = {day: name for day, name in full.holidays.items() if day.year <= 2025}
    council.ctx = replace(council.ctx, published=replace(full, holidays=known, last_year=2025))
    assert [_planned(council, "2026-03-31 08:00"), _planned(council, "2026-04-01 08:00")] == [
        [AUTUMN], [AUTUMN, SPRING],
    ]  # fmt: skip


def test_a_year_asleep_plans_everything_of_that_year(council: Council) -> None:
    assert _planned(council, "2026-07-01 08:00") == [AUTUMN, SPRING]


def test_what_is_planned_says_by_which_version_of_the_framework(council: Council) -> None:
    _planned(council, "2025-09-03 08:00")
    kept = council.show(AUTUMN)["data"]["framework_version"]
    assert kept == council.ctx.framework.version == "Version 3 Final Version May 2019/PD"


def test_what_is_planned_after_its_first_day_says_so(council: Council) -> None:
    _planned(council, "2025-10-20 08:00")
    assert council.show(AUTUMN)["data"]["created_late"] is True


def test_what_is_planned_in_time_says_nothing(council: Council) -> None:
    _planned(council, "2025-09-03 08:00")
    assert "created_late" not in council.show(AUTUMN)["data"]


@pytest.mark.parametrize(
    ("begun", "rounds"),
    [
        pytest.param("2025-11-30", [AUTUMN, SPRING], id="on the last day of the window"),
        pytest.param("2025-12-01", [SPRING], id="the day after the window"),
        pytest.param("2025-10-01", [AUTUMN, SPRING], id="on the first day of the window"),
    ],
)
def test_planning_begins_with_what_the_first_day_lies_in(
    empty_council: Council, begun: str, rounds: list[str]
) -> None:
    path = empty_council.folder / "other.db"
    ctx = wiring.build(Settings(database_url=f"sqlite:///{path}"))
    installation.initialise(
        ctx, now=london("2025-12-01 08:00"), planning_from=date.fromisoformat(begun)
    )
    other = Council(ctx, empty_council.folder, london("2026-04-01 08:00"))
    assert _planned(other, "2026-04-01 08:00") == rounds
    ctx.database.close()


def test_a_database_that_never_began_plans_from_the_beginning(council: Council) -> None:
    sql(council, "DELETE FROM setting WHERE key = 'planning_from'")
    with council.ctx.database.reading() as connection:
        assert planner.planning_from(connection) == date.min


# ------------------------------------------------------------------ what waits for a guard
@pytest.fixture
def stale(council: Council) -> Council:
    """Give a council whose list of cases was too old when the autumn round should have opened."""
    return council.at("2025-11-03 08:00")


def test_a_round_that_cannot_open_is_blocked_and_says_why(stale: Council) -> None:
    stale.passes()
    (block,) = stale.show(AUTUMN)["blocked"]
    assert (block["reason"], stale.show(AUTUMN)["state"]) == ("record_unavailable", "scheduled")
    repair = why.why(stale.ctx, AUTUMN, now=stale.now)["repair"]
    assert repair["command"] == "qa-workflow case import FILE"
    assert block["note"].rstrip(".") in repair["what"]


def test_a_round_that_waited_opens_at_the_pass_after_the_import(stale: Council) -> None:
    stale.passes()
    stale.import_cases(as_of="2025-11-03")
    stale.passes()
    assert (stale.show(AUTUMN)["state"], stale.show(AUTUMN)["blocked"]) == ("sampling", [])


def test_what_still_waits_makes_no_entry_at_each_pass(stale: Council) -> None:
    stale.passes()
    before = stale.history(AUTUMN)
    stale.later(hours=1).passes()
    assert stale.history(AUTUMN) == before


def test_one_that_waits_and_is_broken_does_not_stop_the_pass(stale: Council) -> None:
    stale.passes()
    sql(stale, "UPDATE process_instance SET process = 'gone' WHERE reference = ?", AUTUMN)
    assert stale.later(hours=1).passes().sweep.incidents == 1


def test_one_that_waits_and_is_broken_is_not_tried_at_each_pass(stale: Council) -> None:
    stale.passes()
    sql(stale, "UPDATE process_instance SET process = 'gone' WHERE reference = ?", AUTUMN)
    stale.later(hours=1).passes()
    assert stale.later(seconds=10).passes().sweep.incidents == 0
