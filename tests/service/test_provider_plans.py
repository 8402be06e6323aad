"""Which providers are audited in a year: planned from New Year, once each, with what this system did counted in."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import providers
import pytest
from council import Council
from hands import sql
from providers import AUDIT, place, row, take_list

from qa_workflow.patterns.provider_scope import (
    PastAudit,
    ProviderFacts,
    due_year,
    next_placement_group,
    scope,
    was_in_scope,
)

NOBODY = {"C01": "", "C02": "", "C03": ""}


@pytest.fixture
def council(tmp_path: Path) -> Iterator[Council]:
    """Give a council with everybody and no child placed anywhere; planning began on 15 December 2025."""
    made = providers.commissioning(tmp_path)
    place(made, NOBODY)
    yield made
    made.ctx.database.close()


def planned(council: Council, at: str) -> list[str]:
    council.at(at).passes()
    return sorted(
        one["reference"].removeprefix("provider_audit:")
        for one in council.listed(process="provider_audit", include_final=True)
    )


# ------------------------------------------------------------------ worked example: who is due in June 2026
@pytest.mark.parametrize(
    ("line", "found"),
    [
        (row(first="2025-09-10"), ["P04:2026"]),
        (row(first="2026-03-31"), ["P04:2026"]),
        (row(first="2026-04-01"), []),
        (row(first="2026-04-01", risk="yes"), ["P04:2026"]),
        (row(first="2024-01-08", last="2025-05-30", audited="2025-06-12"), []),
        (row(first=""), []),
    ],
    ids=[
        "autumn",
        "31 March",
        "1 April",
        "1 April at risk",
        "nobody since the audit",
        "nobody ever",
    ],
)
def test_who_is_due_in_june_2026(council: Council, line: str, found: list[str]) -> None:
    council.at("2026-04-02 10:00")
    take_list(council, line)
    assert planned(council, "2026-04-02 11:00") == found
    assert {council.show(f"provider_audit:{one}")["due_on"] for one in found} <= {"2026-06-30"}


def test_one_first_placed_in_april_is_due_the_next_june(council: Council) -> None:
    council.at("2026-04-02 10:00")
    take_list(council, row(first="2026-04-01"))
    assert planned(council, "2027-01-01 08:00") == ["P04:2027"]
    assert council.show("provider_audit:P04:2027")["due_on"] == "2027-06-30"


# ------------------------------------------------------------------ when it is planned
def test_an_audit_is_planned_from_the_first_of_january(council: Council) -> None:
    take_list(council, row())
    found = [planned(council, at) for at in ("2025-12-31 23:59", "2026-01-01 00:01")]
    assert found == [[], ["P04:2026"]]


def test_planning_twice_adds_nothing(council: Council) -> None:
    take_list(council, row())
    assert planned(council, "2026-01-01 08:00") == planned(council, "2026-03-01 08:00")


def test_an_audit_knows_its_provider_and_its_year(council: Council) -> None:
    take_list(council, row())
    planned(council, "2026-01-01 08:00")
    shown = council.show(AUDIT)
    assert (shown["title"], shown["subject"], shown["data"]["year"]) == (
        "Annual audit of Bright Homes", "P04", 2026,
    )  # fmt: skip
    assert (shown["data"]["opens_on"], "created_late" in shown["data"]) == ("2026-01-01", False)


def test_one_whose_provider_is_first_known_in_april_says_that_it_was_created_late(
    council: Council,
) -> None:
    council.at("2026-04-14 10:00")
    take_list(council, row())
    planned(council, "2026-04-14 11:00")
    assert council.show(AUDIT)["data"]["created_late"] is True


def test_a_year_asleep_plans_the_audit_that_was_missed_and_that_of_the_year(
    council: Council,
) -> None:
    take_list(council, row())
    assert planned(council, "2027-02-01 08:00") == ["P04:2026", "P04:2027"]


def test_a_year_asleep_misses_no_provider_however_new_another_is(council: Council) -> None:
    take_list(council, row("P04"))
    council.at("2027-02-01 08:00")
    take_list(council, row("P05"))
    assert planned(council, "2027-02-01 09:00") == ["P04:2026", "P04:2027", "P05:2027"]


@pytest.mark.parametrize(
    ("known_on", "found"),
    [("2026-06-30", ["P04:2026"]), ("2026-07-01", [])],
)
def test_no_audit_is_planned_whose_day_had_passed_before_the_provider_was_known(
    council: Council, known_on: str, found: list[str]
) -> None:
    council.at(f"{known_on} 10:00")
    take_list(council, row())
    assert planned(council, f"{known_on} 11:00") == found


@pytest.mark.parametrize(
    ("begun", "found"),
    [("2025-12-15", ["P04:2026"]), ("2026-06-30", ["P04:2026"]), ("2026-07-01", [])],
)
def test_no_audit_is_planned_whose_day_had_passed_before_planning_began(
    council: Council, begun: str, found: list[str]
) -> None:
    take_list(council, row())
    sql(council, "UPDATE setting SET value = ? WHERE key = 'planning_from'", begun)
    assert planned(council, "2026-07-02 08:00") == found


@pytest.mark.parametrize("kind", ["ifa", "semi_independent", "youth_service"])
def test_agencies_homes_and_youth_services_are_planned(council: Council, kind: str) -> None:
    take_list(council, row(type=kind))
    assert planned(council, "2026-01-01 08:00") == ["P04:2026"]


def test_a_youth_service_places_nobody_and_is_audited_all_the_same(council: Council) -> None:
    take_list(council, row(type="youth_service", first="", audited="2025-06-12"))
    assert planned(council, "2026-01-01 08:00") == ["P04:2026"]


def test_an_early_years_setting_is_left_to_its_own_plan(council: Council) -> None:
    take_list(council, row(type="early_years"))
    assert planned(council, "2026-01-01 08:00") == []


def test_an_early_years_setting_can_be_audited_by_hand(council: Council) -> None:
    take_list(council, row("E01", "early_years", first=""))
    council.at("2026-03-02 10:00").start("provider_audit", "E01", by="cora")
    for person in ("cora", "sandy"):
        council.fire("provider_audit:E01:2026", "confirm_scope", by=person)
    assert council.state("provider_audit:E01:2026") == "scoped"


def test_one_that_was_started_by_hand_is_not_planned_again(council: Council) -> None:
    take_list(council, row(first="2025-12-01"))
    council.start("provider_audit", "P04", by="cora")
    before = council.history(AUDIT)
    planned(council, "2026-01-01 08:00")
    assert [one["action"] for one in council.history(AUDIT)] == [one["action"] for one in before]


# ------------------------------------------------------------------ a child placed there now
def test_a_child_whom_the_case_list_places_there_brings_a_provider_into_scope(
    council: Council,
) -> None:
    take_list(council, row(first="2024-01-08", last="2025-05-30", audited="2025-06-12"))
    before = planned(council, "2026-02-01 08:00")
    place(council, {**NOBODY, "C01": "P04"})
    assert (before, planned(council, "2026-02-01 09:00")) == ([], ["P04:2026"])


def test_on_the_last_day_of_june_too(council: Council) -> None:
    take_list(council, row(first="2024-01-08", last="2025-05-30", audited="2025-06-12"))
    place(council, {**NOBODY, "C01": "P04"})
    assert planned(council, "2026-06-30 09:00") == ["P04:2026"]


def test_a_child_whose_case_has_closed_does_not(council: Council) -> None:
    take_list(council, row(first="2024-01-08", last="2025-05-30", audited="2025-06-12"))
    place(council, {**NOBODY, "C01": "P04"})
    place(council, {"C02": "", "C03": ""})
    assert planned(council, "2026-02-01 09:00") == []


def test_a_child_placed_there_in_autumn_does_not_make_the_audit_of_last_june_late(
    council: Council,
) -> None:
    take_list(council, row(first="2024-01-08", last="2025-05-30", audited="2025-06-12"))
    planned(council, "2026-06-30 08:00")
    council.at("2026-10-05 10:00")
    take_list(council, row(first="2024-01-08", audited="2025-06-12"))
    place(council, {**NOBODY, "C01": "P04"})
    found = [planned(council, at) for at in ("2026-10-05 11:00", "2027-01-01 08:00")]
    assert found == [[], ["P04:2027"]]


# ------------------------------------------------------------------ audits of this system
@pytest.fixture
def finalised(tmp_path: Path) -> Iterator[Council]:
    """Give a council that visited P04 on 29 May 2026 and finalised its audit on 30 June without an action."""
    made = providers.audit_in(tmp_path, "finalising").at("2026-06-30 10:00")
    made.fire(AUDIT, "finalise", by="sandy", actions=[])
    yield made
    made.ctx.database.close()


def test_a_provider_still_used_is_audited_again_the_next_year(finalised: Council) -> None:
    assert planned(finalised, "2027-01-01 08:00") == ["P04:2026", "P04:2027"]


@pytest.mark.parametrize(
    ("last", "found"),
    [("2026-05-29", ["P04:2026"]), ("2026-05-30", ["P04:2026", "P04:2027"])],
)
def test_the_visit_of_this_systems_last_audit_is_the_day_that_counts(
    finalised: Council, last: str, found: list[str]
) -> None:
    place(finalised, NOBODY)
    take_list(finalised, row(last=last))
    assert planned(finalised, "2027-01-01 08:00") == found


def test_an_audit_with_open_actions_was_made(tmp_path: Path) -> None:
    council = providers.audit_in(tmp_path, "actions_open")
    place(council, NOBODY)
    take_list(council, row(last="2026-05-20"))
    assert planned(council, "2027-01-01 08:00") == ["P04:2026"]
    council.ctx.database.close()


def test_one_that_is_not_finalised_was_not_made(tmp_path: Path) -> None:
    council = providers.audit_in(tmp_path, "finalising")
    place(council, NOBODY)
    take_list(council, row(last="2026-05-20"))
    assert planned(council, "2027-01-01 08:00") == ["P04:2026", "P04:2027"]
    council.ctx.database.close()


@pytest.mark.parametrize("trigger", ["not_in_scope", "exit"])
def test_what_commissioning_ended_is_not_planned_again_while_nobody_is_placed_there(
    council: Council, trigger: str
) -> None:
    take_list(council, row(first="2019-01-07", last="2019-06-28"))
    planned(council, "2026-01-01 08:00")
    council.fire(AUDIT, trigger, by="cora", reason="Nobody has lived there for years")
    assert planned(council, "2027-01-01 08:00") == ["P04:2026"]


def test_it_is_planned_again_once_somebody_is(council: Council) -> None:
    take_list(council, row(first="2019-01-07", last="2019-06-28"))
    planned(council, "2026-01-01 08:00")
    council.fire(AUDIT, "exit", by="cora", reason="Nobody has lived there for years")
    take_list(council, row(first="2019-01-07"))
    assert planned(council, "2027-01-01 08:00") == ["P04:2026", "P04:2027"]


# ------------------------------------------------------------------ the sums themselves
def provider(**changed: date | str | bool | None) -> ProviderFacts:
    given = {
        "provider_id": "P04", "name": "Bright Homes", "type": "ifa", "first_placement_on": date(2024, 1, 8),
    }  # fmt: skip
    return ProviderFacts(**{**given, **changed})  # type: ignore[arg-type]


def audit(year: int, visited: date, finalised_on: date | None = None) -> PastAudit:
    ended = finalised_on or date(year, 6, 30)
    return PastAudit(year=year, ended_on=ended, visited_on=visited, finalised_on=ended)


@pytest.mark.parametrize(
    ("audited", "year", "is_in", "due_on"),
    [
        (date(2025, 12, 31), 2026, True, date(2026, 6, 30)),
        (date(2026, 1, 1), 2026, False, date(2027, 6, 30)),
        (date(2026, 9, 10), 2026, False, date(2027, 6, 30)),
        (date(2026, 9, 10), 2027, True, date(2027, 6, 30)),
    ],
)
def test_an_audit_told_by_the_list_is_that_of_its_calendar_year(
    audited: date, year: int, *, is_in: bool, due_on: date
) -> None:
    found = scope(provider(last_audit_on=audited), year)
    assert (found.is_in, found.due_on) == (is_in, due_on)


def test_an_audit_of_ours_that_was_finished_in_january_is_still_that_of_the_year_before() -> None:
    ours = audit(2025, date(2025, 12, 10), date(2026, 1, 9))
    found = scope(provider(last_audit_on=date(2026, 1, 9)), 2026, [ours])
    assert found.is_in


def test_the_audit_of_the_year_itself_does_not_answer_whether_there_is_one() -> None:
    known = provider(last_placement_on=date(2026, 5, 20))
    assert scope(known, 2026, [audit(2026, date(2026, 5, 29))]).is_in


def test_of_several_audits_the_last_is_the_one_that_counts() -> None:
    known = provider(last_placement_on=date(2025, 1, 1), last_audit_on=date(2024, 6, 3))
    assert not scope(known, 2026, [audit(2025, date(2025, 5, 28))]).is_in


def test_what_commissioning_ended_is_no_audit_of_ours() -> None:
    ended = PastAudit(year=2025, ended_on=date(2025, 3, 2))
    found = scope(provider(last_audit_on=date(2026, 1, 9)), 2026, [ended])
    assert (found.is_in, found.why) == (False, "it was audited on Friday 9 January 2026")


def test_one_that_commissioning_ended_later_was_no_audit_either() -> None:
    assert scope(provider(), 2026, [PastAudit(year=2027, ended_on=date(2027, 3, 2))]).is_in


def test_a_later_audit_of_ours_leaves_nothing_for_an_earlier_year() -> None:
    found = scope(provider(), 2026, [audit(2027, date(2027, 5, 28))])
    assert (found.is_in, found.why) == (False, "it was audited on Friday 28 May 2027")


@pytest.mark.parametrize(("last", "is_in"), [(date(2025, 6, 12), False), (date(2025, 6, 13), True)])
def test_a_placement_that_ended_on_the_day_of_the_audit_was_audited(
    last: date, *, is_in: bool
) -> None:
    found = scope(provider(last_placement_on=last, last_audit_on=date(2025, 6, 12)), 2026)
    assert found.is_in is is_in


def test_a_provider_never_audited_is_audited_even_if_nobody_lives_there_now() -> None:
    assert scope(provider(last_placement_on=date(2024, 3, 1)), 2026).is_in


def test_without_a_first_day_the_case_list_is_believed() -> None:
    found = scope(provider(first_placement_on=None, is_named_by_a_case=True), 2026)
    assert found.is_in


def test_a_provider_audited_before_has_no_first_audit_to_wait_for() -> None:
    known = provider(first_placement_on=date(2026, 4, 20), last_audit_on=date(2023, 6, 1))
    assert scope(known, 2026).is_in


@pytest.mark.parametrize("risk", [True, False])
def test_a_placement_after_june_waits_a_year_whatever_the_risk(*, risk: bool) -> None:
    found = scope(provider(first_placement_on=date(2026, 7, 1), risk_flag=risk), 2026)
    assert (found.is_in, found.due_on) == (False, date(2027, 6, 30))


def test_a_flagged_provider_is_audited_even_if_the_first_placement_begins_on_the_last_day() -> None:
    assert scope(provider(first_placement_on=date(2026, 6, 30), risk_flag=True), 2026).is_in


@pytest.mark.parametrize(
    ("last", "is_in"),
    [(date(2026, 6, 30), True), (date(2026, 7, 1), False), (None, False)],
)
def test_after_june_only_what_certainly_lay_before_counts(
    last: date | None, *, is_in: bool
) -> None:
    known = provider(last_placement_on=last, last_audit_on=date(2025, 6, 12))
    assert was_in_scope(known, 2026) is is_in


def test_after_june_one_that_was_never_audited_certainly_was_in_scope() -> None:
    assert was_in_scope(provider(), 2026)


def test_after_june_a_case_that_names_a_provider_says_nothing_of_june() -> None:
    known = provider(
        last_placement_on=date(2025, 5, 30),
        last_audit_on=date(2025, 6, 12),
        is_named_by_a_case=True,
    )
    assert (scope(known, 2026).is_in, was_in_scope(known, 2026)) == (True, False)


@pytest.mark.parametrize(
    ("day", "year"), [("2026-01-01", 2026), ("2026-06-30", 2026), ("2026-07-01", 2027)]
)
def test_an_audit_is_named_by_the_year_of_its_june(day: str, year: int) -> None:
    assert due_year(date.fromisoformat(day)) == year


@pytest.mark.parametrize(
    ("day", "sits"),
    [
        ("2026-01-30", "2026-01-31"),
        ("2026-01-31", "2026-04-30"),
        ("2026-05-01", "2026-07-31"),
        ("2026-10-30", "2026-10-31"),
        ("2026-10-31", "2027-01-31"),
    ],
)
def test_the_placement_group_sits_four_times_a_year(day: str, sits: str) -> None:
    assert next_placement_group(date.fromisoformat(day)) == date.fromisoformat(sits)
