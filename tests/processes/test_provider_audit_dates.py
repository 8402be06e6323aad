"""By when each step of a provider audit is done, who hears when it is not, and what a new holiday makes of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import providers
import pytest
from council import Council
from hands import sql
from providers import AUDIT, Stand, report, row, take_list, visit

from qa_workflow.engine.recount import recounted
from qa_workflow.engine.working_days import WorkingCalendar
from qa_workflow.frameworks.bank_holidays import published_calendar
from qa_workflow.processes.provider_audit import PROCESS
from qa_workflow.service.work import Work
from qa_workflow.store import instances, reports
from qa_workflow.store.council import put_closure_day


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    """Give a way to have the audit of P04 in a state."""
    with providers.standing(tmp_path) as at:
        yield at


# ------------------------------------------------------------------ each state
# 20 working days before Tuesday 30 June 2026 are Tuesday 2 June; Easter and both May holidays lie before.
DEADLINES = [
    ("planned", "plan_by", "2026-03-31", ("2026-04-01", "2026-04-09", "2026-04-16", "2026-04-30")),
    ("scoped", "assign_by", "2026-04-30", ("2026-05-01", "2026-05-08", "2026-05-15", "2026-06-01")),
    ("assigned", "request_by", "2026-06-02", ("2026-06-03", "2026-06-09", "2026-06-16", "2026-06-30")),
    ("visit_booked", "visit_by", "2026-06-02", ("2026-06-03", "2026-06-09", "2026-06-16", "2026-06-30")),
    ("visited", "draft_by", "2026-06-12", ("2026-06-15", "2026-06-19", "2026-06-26", "2026-07-10")),
    ("actions_open", "actions_by", "2027-01-31", ("2027-02-01", "2027-02-05", "2027-02-12", "2027-02-26")),
]  # fmt: skip
LADDER = ("L0", "L1", "L2", "L3")


@pytest.mark.parametrize(("state", "deadline", "due_on", "_climb"), DEADLINES)
def test_a_state_has_its_day(
    stand: Stand, state: str, deadline: str, due_on: str, _climb: tuple[str, ...]
) -> None:
    assert stand(state).falls(AUDIT, deadline) == due_on


@pytest.mark.parametrize(("state", "deadline", "due_on", "_climb"), DEADLINES)
def test_a_state_is_late_from_the_midnight_after_its_day(
    stand: Stand, state: str, deadline: str, due_on: str, _climb: tuple[str, ...]
) -> None:
    council = stand(state)
    in_time = council.at(f"{due_on} 23:59").show(AUDIT)["status"]
    night = f"{date.fromordinal(date.fromisoformat(due_on).toordinal() + 1)} 00:01"
    late = council.at(night).show(AUDIT)["status"]
    assert (in_time.split()[0], late.split()[0]) == ("In", "Late"), deadline


@pytest.mark.parametrize(("state", "deadline", "_due_on", "climb"), DEADLINES)
def test_a_state_that_is_late_climbs_its_ladder(
    stand: Stand, state: str, deadline: str, _due_on: str, climb: tuple[str, ...]
) -> None:
    council = stand(state)
    council.at(f"{climb[-1]} 00:01").passes()
    levels = [one for one in council.levels(AUDIT, deadline) if one[0].startswith("L")]
    assert levels == list(zip(LADDER, climb, strict=True))


@pytest.mark.parametrize(
    ("level", "day", "told"),
    [
        ("L0", "2026-06-03", {"aud1", "sandy"}),
        ("L1", "2026-06-09", {"sandy", "sasha"}),
        ("L2", "2026-06-16", {"ada"}),
        ("L3", "2026-06-30", {"dana"}),
    ],
)
def test_each_level_tells_its_people_once(
    stand: Stand, level: str, day: str, told: set[str]
) -> None:
    council = stand("visit_booked")
    previous = date.fromordinal(date.fromisoformat(day).toordinal() - 1)
    council.at(f"{previous} 23:59").passes()
    before = len(council.told(AUDIT))
    council.at(f"{day} 00:01").passes()
    council.passes()
    heard = [entry for entry in council.history(AUDIT) if entry["level"] == level]
    assert {person for person, _ in council.told(AUDIT)[before:]} >= told
    assert [set(entry["data"]["told"]) for entry in heard] == [told]


def test_a_visit_that_is_late_blocks_the_audit(stand: Stand) -> None:
    council = stand("visit_booked")
    council.at("2026-06-16 00:01").passes()
    assert [one["reason"] for one in council.show(AUDIT)["blocked"]] == ["overdue_l2"]


@pytest.mark.parametrize(
    ("state", "reminders"),
    [
        ("planned", [("R1", "2026-03-17"), ("R2", "2026-03-27")]),
        ("visit_booked", [("R1", "2026-05-18"), ("R2", "2026-05-29")]),
    ],
)
def test_the_owner_is_reminded_ten_and_two_working_days_before(
    stand: Stand, state: str, reminders: list[tuple[str, str]]
) -> None:
    council = stand(state)
    deadline = "plan_by" if state == "planned" else "visit_by"
    council.at(f"{reminders[-1][1]} 00:01").passes()
    assert council.levels(AUDIT, deadline) == reminders


@pytest.mark.parametrize("state", ["report_draft", "finalising"])
def test_the_own_date_watches_over_what_has_no_day_of_its_own(stand: Stand, state: str) -> None:
    council = stand(state)
    shown = {one["name"]: one["due_on"] for one in council.show(AUDIT)["deadlines"]}
    name = {"report_draft": "send_by", "finalising": "finalise_by"}[state]
    assert shown[name] == "2026-06-30"
    council.at("2026-07-28 00:01").passes()
    assert council.levels(AUDIT, name) == []
    assert council.levels(AUDIT)[-4:] == [
        ("L0", "2026-07-01"), ("L1", "2026-07-07"), ("L2", "2026-07-14"), ("L3", "2026-07-28"),
    ]  # fmt: skip


@pytest.mark.parametrize("state", providers.STATES[:-1])
def test_the_audit_is_late_from_the_first_of_july(stand: Stand, state: str) -> None:
    council = stand(state)
    in_time = council.at("2026-06-30 23:59").show(AUDIT)["late"]
    late = council.at("2026-07-01 00:01").show(AUDIT)["late"]
    assert (in_time, late) == (False, True)


# ------------------------------------------------------------------ worked example: chain
def test_chain(stand: Stand) -> None:
    council = stand("visit_booked").at("2026-05-29 16:00")
    council.fire(AUDIT, "record_visit", by="aud1", **visit())
    assert council.falls(AUDIT, "draft_by") == "2026-06-12"
    council.at("2026-06-12 09:00").fire(AUDIT, "submit_report", by="aud1", **report())
    council.fire(AUDIT, "send_for_accuracy", by="aud1")
    assert council.falls(AUDIT, "comment_by") == "2026-06-26"
    assert council.show(AUDIT)["due_on"] == "2026-06-30"
    for day in ("2026-06-27", "2026-07-01", "2026-07-07", "2026-07-14", "2026-07-28", "2026-08-28"):
        council.at(f"{day} 00:01").passes()
    climbed = [one for one in council.levels(AUDIT) if one[0].startswith("L")]
    assert climbed == [
        ("L0", "2026-07-01"), ("L1", "2026-07-07"), ("L2", "2026-07-14"), ("L3", "2026-07-28"),
    ]  # fmt: skip


def test_the_draft_counts_from_the_visit_and_not_from_its_record(stand: Stand) -> None:
    council = stand("visit_booked").at("2026-06-02 10:00")
    council.fire(AUDIT, "record_visit", by="aud1", **visit(visited_on="2026-05-29"))
    assert council.falls(AUDIT, "draft_by") == "2026-06-12"


def test_the_draft_of_a_late_visit_is_due_no_later_than_the_audit(stand: Stand) -> None:
    council = stand("visit_booked").at("2026-06-22 10:00")
    council.fire(AUDIT, "record_visit", by="aud1", **visit(visited_on="2026-06-22"))
    assert council.falls(AUDIT, "draft_by") == "2026-06-30"


def test_the_draft_of_a_visit_after_the_thirtieth_of_june_has_its_ten_days(stand: Stand) -> None:
    council = stand("visit_booked").at("2026-07-06 10:00")
    council.fire(AUDIT, "record_visit", by="aud1", **visit(visited_on="2026-07-06"))
    assert council.falls(AUDIT, "draft_by") == "2026-07-20"


# ------------------------------------------------------------------ begun late
def begun(council: Council, day: str) -> dict[str, str]:
    """Let P05 be first known on *day*, and return by when its audit is planned, assigned and visited."""
    council.at(f"{day} 08:00")
    take_list(council, row("P05"))
    council.passes()
    reference = f"provider_audit:P05:{day[:4]}"
    return {name: council.falls(reference, name) for name in ("plan_by", "assign_by", "visit_by")}


@pytest.mark.parametrize(
    ("day", "plan_by", "assign_by", "visit_by"),
    [
        ("2026-03-31", "2026-03-31", "2026-04-30", "2026-06-02"),
        ("2026-04-01", "2026-04-17", "2026-04-30", "2026-06-02"),
        ("2026-04-14", "2026-04-28", "2026-04-30", "2026-06-02"),
        ("2026-04-20", "2026-05-05", "2026-05-05", "2026-06-02"),
        ("2026-05-29", "2026-06-12", "2026-06-12", "2026-06-12"),
        ("2026-06-22", "2026-06-30", "2026-06-30", "2026-06-30"),
    ],
)
def test_what_had_passed_before_the_audit_began_is_due_ten_working_days_later(
    stand: Stand, day: str, plan_by: str, assign_by: str, visit_by: str
) -> None:
    found = begun(stand("planned"), day)
    assert found == {"plan_by": plan_by, "assign_by": assign_by, "visit_by": visit_by}


def test_an_audit_begun_in_april_is_not_late_for_march(stand: Stand) -> None:
    council = stand("planned")
    begun(council, "2026-04-14")
    council.at("2026-04-28 23:59").passes()
    assert council.levels("provider_audit:P05:2026", "plan_by")[-1][0] == "R2"


@pytest.mark.parametrize(
    ("year", "visit_by"),
    [(2024, "2024-06-03"), (2025, "2025-06-02"), (2026, "2026-06-02"), (2027, "2027-06-02")],
)
def test_the_visit_is_held_twenty_working_days_before_the_thirtieth_of_june(
    stand: Stand, year: int, visit_by: str
) -> None:
    council = stand("planned").at("2027-06-30 10:00")
    started = providers.start_on(council, "P05", date(year, 1, 4))
    assert council.falls(started, "visit_by") == visit_by


# ------------------------------------------------------------------ a closure, a holiday proclaimed late, an unknown year
@pytest.mark.parametrize(
    ("closed", "deadline", "due_on"),
    [("2026-06-05", "visit_by", "2026-06-01"), ("2026-04-16", "plan_by", "2026-04-20")],
)
def test_a_day_on_which_the_offices_are_closed_does_not_count(
    stand: Stand, closed: str, deadline: str, due_on: str
) -> None:
    council = stand("planned")
    with council.ctx.database.transaction() as connection:
        put_closure_day(connection, date.fromisoformat(closed), "local", "Guildhall closed")
    assert begun(council, "2026-04-01")[deadline] == due_on


def again(council: Council, day: date) -> WorkingCalendar:
    """Count the audit again with a bank holiday on *day*, as the command does, and keep it."""
    before = published_calendar()
    after = before.with_holidays({day: "Day of mourning"})
    with council.ctx.database.transaction() as connection:
        work = Work(council.ctx, connection, council.now)
        number = reports.find_by_reference(connection, [AUDIT])[AUDIT]
        found = recounted(
            PROCESS, instances.load(connection, number), before=before, after=after,
            cause="Day of mourning", actor="cli:test", now=council.now,
        )  # fmt: skip
        if found is not None:
            work.apply([found[0]])
    council.ctx = replace(council.ctx, published=after)
    return after


def test_a_new_bank_holiday_moves_the_visit(stand: Stand) -> None:
    council = stand("visit_booked")
    again(council, date(2026, 6, 8))
    assert council.falls(AUDIT, "visit_by") == "2026-06-01"


def test_a_new_bank_holiday_moves_the_draft(stand: Stand) -> None:
    council = stand("visited")
    again(council, date(2026, 6, 8))
    assert council.falls(AUDIT, "draft_by") == "2026-06-15"


def test_a_visit_that_was_held_is_not_counted_again(stand: Stand) -> None:
    council = stand("visited")
    before = council.show(AUDIT)["data"]
    again(council, date(2026, 6, 8))
    assert council.show(AUDIT)["data"] == before


def test_the_thirtieth_of_june_does_not_move(stand: Stand) -> None:
    council = stand("visit_booked")
    again(council, date(2026, 6, 30))
    assert council.show(AUDIT)["due_on"] == "2026-06-30"


def test_a_late_beginning_is_counted_again_too(stand: Stand) -> None:
    council = stand("planned")
    sql(
        council,
        "UPDATE process_instance SET data = json_set(data, '$.begun_on', '2026-04-01') WHERE reference = ?",
        AUDIT,
    )
    again(council, date(2026, 4, 8))
    assert council.falls(AUDIT, "plan_by") == "2026-04-20"


def test_an_audit_of_a_year_without_known_bank_holidays_is_not_guessed(stand: Stand) -> None:
    council = stand("planned")
    year = council.ctx.known_until.year
    council.at(f"{year}-12-31 10:00").start("provider_audit", "P04", by="cora")
    reference = f"provider_audit:P04:{year + 1}"
    shown = council.show(reference)
    assert (shown["due_on"], "visit_by" in shown["data"]) == (f"{year + 1}-06-30", False)
    assert (shown["blocked"][0]["reason"], str(year + 1) in shown["blocked"][0]["note"]) == (
        "system_fault", True,
    )  # fmt: skip


def test_once_they_are_known_the_days_are_counted_when_the_scope_is_confirmed(stand: Stand) -> None:
    council = stand("planned")
    short = replace(council.ctx.published, last_year=2025, holidays={})
    whole = council.ctx.published
    council.ctx = replace(council.ctx, published=short)
    sql(council, "DELETE FROM provider")
    take_list(council.at("2025-12-30 10:00"), row("P05"))
    council.start("provider_audit", "P05", by="cora")
    council.ctx = replace(council.ctx, published=whole)
    council.at("2026-03-02 10:00")
    for person in ("cora", "sandy"):
        council.fire("provider_audit:P05:2026", "confirm_scope", by=person)
    assert council.falls("provider_audit:P05:2026", "visit_by") == "2026-06-02"
    assert council.show("provider_audit:P05:2026")["blocked"] == []


def test_still_unknown_then_the_audit_stays_blocked(stand: Stand) -> None:
    council = stand("planned")
    short = replace(council.ctx.published, last_year=2025, holidays={})
    council.ctx = replace(council.ctx, published=short)
    take_list(council.at("2025-12-30 10:00"), row("P05"))
    council.start("provider_audit", "P05", by="cora")
    for person in ("cora", "sandy"):
        council.fire("provider_audit:P05:2026", "confirm_scope", by=person)
    (block,) = council.show("provider_audit:P05:2026")["blocked"]
    assert block["reason"] == "system_fault"


def test_a_high_action_in_such_a_year_has_the_day_of_a_standard_one(stand: Stand) -> None:
    council = stand("finalising").at("2026-12-30 10:00")
    held = {day: name for day, name in council.ctx.published.holidays.items() if day.year <= 2026}
    council.ctx = replace(
        council.ctx, published=replace(council.ctx.published, last_year=2026, holidays=held)
    )
    council.fire(AUDIT, "finalise", by="sandy", actions=[providers.FIRST_ACTION])
    assert council.show("recommendation:R-0001")["due_on"] == "2027-03-30"
