"""What changes around an instance: people who leave and come, and a calendar that grows."""

from dataclasses import replace

import pytest
from council import Council
from hands import NO_JSON, REC, leaves, raised, sql

from qa_workflow.engine.working_days import WorkingCalendar
from qa_workflow.service import overlays, sweeps
from qa_workflow.service.sweeps import Sweep
from qa_workflow.store import council as store_council


# ------------------------------------------------------------------ people who leave and come
def test_what_somebody_who_left_owns_is_blocked_at_the_next_pass(
    allocated: tuple[Council, str],
) -> None:
    council, reference = allocated
    leaves(council, "aud1", "2025-10-08")
    council.passes()
    assert [one["reason"] for one in council.show(reference)["blocked"]] == ["owner_inactive"]


def test_what_somebody_who_came_back_owns_is_no_longer_blocked(
    allocated: tuple[Council, str],
) -> None:
    council, reference = allocated
    leaves(council, "aud1", "2025-10-08")
    council.passes()
    sql(council, "UPDATE person SET active_to = NULL WHERE person_id = 'aud1'")
    council.passes()
    assert council.show(reference)["blocked"] == []


def test_a_handover_takes_the_block_of_a_leaver_off(allocated: tuple[Council, str]) -> None:
    council, reference = allocated
    leaves(council, "aud1", "2025-10-08")
    council.passes()
    overlays.reassign(
        council.ctx, reference, to="aud2", actor="quinn", reason="Left.", now=council.now
    )
    assert council.show(reference)["blocked"] == []


def test_looking_again_at_the_same_people_writes_nothing(allocated: tuple[Council, str]) -> None:
    council, reference = allocated
    leaves(council, "aud1", "2025-10-08")
    council.passes()
    before = council.history(reference)
    council.later(hours=1).passes()
    assert council.history(reference) == before


def test_what_a_role_without_a_holder_owns_is_blocked(three: Council) -> None:
    leaves(three, "sandy", "2025-09-30")
    three.passes()
    assert [one["reason"] for one in three.show(REC)["blocked"]] == ["nobody_home"]


def test_what_a_role_owns_is_free_again_once_somebody_holds_it(three: Council) -> None:
    leaves(three, "sandy", "2025-09-30")
    three.passes()
    sql(three, "INSERT INTO person_role VALUES ('cass', 'sm_sqa')")
    three.passes()
    assert three.show(REC)["blocked"] == []


def test_a_broken_instance_of_a_leaver_does_not_stop_the_others(three: Council) -> None:
    leaves(three, "sandy", "2025-09-30")
    sql(three, NO_JSON, "recommendation:R-0002")
    three.passes()
    assert len(three.show("R-0003")["blocked"]) == 1


# ------------------------------------------------------------------ the calendar grows
@pytest.fixture
def short(council: Council) -> tuple[Council, WorkingCalendar]:
    """Give a council that knew the bank holidays of 2025 only when two things were started, and the longer list."""
    longer = council.ctx.published
    known = {day: name for day, name in longer.holidays.items() if day.year <= 2025}
    council.ctx = replace(council.ctx, published=replace(longer, holidays=known, last_year=2025))
    with council.ctx.database.transaction() as connection:
        store_council.put_setting(connection, sweeps.CALENDAR_UNTIL, "2025-12-31")
    council.at("2025-12-30 09:00")
    for subject in ("C01", "C02"):
        raised(council, subject)
    return council, longer


def test_what_cannot_be_counted_yet_is_blocked_and_names_the_year(
    short: tuple[Council, WorkingCalendar],
) -> None:
    council, _ = short
    (block,) = council.show(REC)["blocked"]
    assert (block["reason"], "2026" in block["note"]) == ("system_fault", True)


def test_what_could_not_be_counted_is_armed_once_the_calendar_has_grown(
    short: tuple[Council, WorkingCalendar],
) -> None:
    council, longer = short
    council.ctx = replace(council.ctx, published=longer)
    assert sweeps.review_calendar(council.ctx, now=council.now, sweep=Sweep()) == 2


def test_the_block_of_an_unknown_year_goes_once_the_calendar_has_grown(
    short: tuple[Council, WorkingCalendar],
) -> None:
    council, longer = short
    council.ctx = replace(council.ctx, published=longer)
    council.passes()
    assert council.show(REC)["blocked"] == []


def test_a_calendar_that_has_grown_is_looked_at_once(
    short: tuple[Council, WorkingCalendar],
) -> None:
    council, longer = short
    council.ctx = replace(council.ctx, published=longer)
    council.passes()
    assert sweeps.review_calendar(council.ctx, now=council.now, sweep=Sweep()) == 0


def test_levels_that_could_not_be_counted_are_climbed_after_the_calendar_has_grown(
    short: tuple[Council, WorkingCalendar],
) -> None:
    council, longer = short
    council.ctx = replace(council.ctx, published=longer)
    council.at("2026-01-20 09:00").passes()
    assert [level for level, _ in council.levels(REC, "assign_by")] == ["L0", "L1", "L2"]


def test_what_has_drifted_is_left_alone_when_the_calendar_grows(
    short: tuple[Council, WorkingCalendar],
) -> None:
    council, longer = short
    sql(council, "UPDATE process_instance SET process = 'gone' WHERE reference = ?", REC)
    council.ctx = replace(council.ctx, published=longer)
    assert sweeps.review_calendar(council.ctx, now=council.now, sweep=Sweep()) == 1


def test_the_calendar_that_was_known_at_the_start_is_not_news(council: Council) -> None:
    assert sweeps.review_calendar(council.ctx, now=council.now, sweep=Sweep()) == 0
