"""The deadline calculator, held against the dates that settle what a rule means."""

from datetime import date

import pytest
from cli.shell import Shell

WORKED = [
    # Easter; weekend start and Christmas
    ("2026-03-30", "--working-days 20", "2026-04-29", "2026-04-29"),
    ("2025-12-20", "--working-days 20", "2026-01-21", "2026-01-21"),
    # the leap-day request: six, sixteen and twenty weeks
    ("2024-02-29", "--weeks 6", "2024-04-11", "2024-04-11"),
    ("2024-02-29", "--weeks 16", "2024-06-20", "2024-06-20"),
    ("2024-02-29", "--weeks 20", "2024-07-18", "2024-07-18"),
    # a statutory date on a bank holiday does not move; its target does
    ("2026-02-20", "--days 42", "2026-04-03", "2026-04-02"),
    # the annual review chain
    ("2025-11-04", "--days 14", "2025-11-18", "2025-11-18"),
    ("2025-11-04", "--days 28", "2025-12-02", "2025-12-02"),
    ("2025-11-27", "--days 14", "2025-12-11", "2025-12-11"),
    ("2025-11-27", "--days 15", "2025-12-12", "2025-12-12"),
    ("2025-11-27", "--weeks 8", "2026-01-22", "2026-01-22"),
    ("2025-11-04", "--weeks 12", "2026-01-27", "2026-01-27"),
    ("2025-11-27", "--months 12", "2026-11-27", "2026-11-27"),
    ("2026-11-27", "--days -28", "2026-10-30", "2026-10-30"),
    # the panel that misses the law: the decision, and when papers close
    ("2026-05-15", "--weeks 6", "2026-06-26", "2026-06-26"),
    ("2026-05-20", "--working-days -5", "2026-05-13", "2026-05-13"),
    # the rounds: frozen and allocated by, created twenty working days before the opening
    ("2025-10-01", "--working-days 5", "2025-10-08", "2025-10-08"),
    ("2025-10-08", "--working-days 5", "2025-10-15", "2025-10-15"),
    ("2026-04-01", "--working-days 5", "2026-04-10", "2026-04-10"),
    ("2026-04-10", "--working-days 5", "2026-04-17", "2026-04-17"),
    ("2026-04-01", "--working-days -20", "2026-03-04", "2026-03-04"),
    ("2025-10-01", "--month 2025-11", "2025-11-30", "2025-11-28"),
    ("2026-04-01", "--month 2026-05", "2026-05-31", "2026-05-29"),
    # recommendations, and the meeting's papers
    ("2025-12-01", "--month 2026-01", "2026-01-31", "2026-01-30"),
    ("2026-06-01", "--month 2026-07", "2026-07-31", "2026-07-31"),
    ("2025-12-11", "--working-days -5", "2025-12-04", "2025-12-04"),
    # the chain of a provider's audit
    ("2026-05-29", "--working-days 10", "2026-06-12", "2026-06-12"),
    ("2026-06-12", "--working-days 10", "2026-06-26", "2026-06-26"),
    ("2026-06-01", "--month 2026-06", "2026-06-30", "2026-06-30"),
    ("2026-06-30", "--working-days 10", "2026-07-14", "2026-07-14"),
    ("2026-06-30", "--months 3", "2026-09-30", "2026-09-30"),
    # August: a bank holiday at the month's end
    ("2026-08-01", "--month 2026-08", "2026-08-31", "2026-08-28"),
    # month arithmetic clamps to the month's end
    ("2023-08-31", "--months 6", "2024-02-29", "2024-02-29"),
    ("2024-02-29", "--months 12", "2025-02-28", "2025-02-28"),
]

LADDERS = [
    ("2026-02-20", "--days 42", "statutory", "L0 2026-04-07, L1 2026-04-08, L2 2026-04-09, L3 2026-04-20"),
    ("2026-05-15", "--weeks 6", "statutory", "L0 2026-06-29, L1 2026-06-30, L2 2026-07-01, L3 2026-07-10"),
    (
        "2025-10-01", "--month 2025-11", "standard",
        "R1 2025-11-14, R2 2025-11-26, L0 2025-12-01, L1 2025-12-05, L2 2025-12-12, L3 2025-12-30",
    ),
    ("2026-01-01", "--month 2026-01", "standard", "L0 2026-02-02, L1 2026-02-06, L2 2026-02-13, L3 2026-02-27"),
    ("2026-07-01", "--month 2026-07", "standard", "L0 2026-08-03, L1 2026-08-07, L2 2026-08-14, L3 2026-08-28"),
    ("2026-06-01", "--month 2026-06", "standard", "L0 2026-07-01, L1 2026-07-07, L2 2026-07-14, L3 2026-07-28"),
    (
        "2026-08-01", "--month 2026-08", "standard",
        "R1 2026-08-14, R2 2026-08-26, L0 2026-09-01, L1 2026-09-07, L2 2026-09-14, L3 2026-09-28",
    ),
    ("2026-01-08", "--working-days 1", "immediate_safety", "L2 2026-01-12, L3 2026-01-13"),
]  # fmt: skip


@pytest.mark.parametrize(("start", "rule", "due_on", "target_on"), WORKED)
def test_a_rule_gives_the_day_the_worked_example_gives(
    nowhere: Shell, start: str, rule: str, due_on: str, target_on: str
) -> None:
    body = nowhere.json("due", "--from", start, *rule.split())
    assert (body["due_on"], body["target_on"]) == (due_on, target_on)
    assert body["from"] == start


@pytest.mark.parametrize(("start", "rule", "ladder", "levels"), LADDERS)
def test_a_ladder_stands_on_the_days_of_the_worked_example(
    nowhere: Shell, start: str, rule: str, ladder: str, levels: str
) -> None:
    body = nowhere.json("due", "--from", start, *rule.split(), "--ladder", ladder)
    found = [f"{one['level']} {one['on']}" for one in body["ladder"]]
    assert [one for one in levels.split(", ") if one not in found] == []


def test_the_days_left_out_are_named(nowhere: Shell) -> None:
    body = nowhere.json("due", "--from", "2026-03-30", "--working-days", "20")
    named = [one for one in body["skipped"] if date.fromisoformat(one["on"]).weekday() < 5]
    assert [one["on"] for one in named] == ["2026-04-03", "2026-04-06"]
    assert all(one["why"] for one in body["skipped"])
    assert body["counted"] == 20


@pytest.mark.parametrize(
    ("due_on", "late_from"),
    [
        ("2025-11-30", "2025-12-01T00:00:00Z"),  # winter: London is UTC
        ("2026-03-29", "2026-03-29T23:00:00Z"),  # the 23-hour day on which the clocks go forward
        ("2026-04-03", "2026-04-03T23:00:00Z"),
        ("2026-10-25", "2026-10-26T00:00:00Z"),  # the 25-hour day
    ],
)
def test_it_is_late_from_midnight_in_london(nowhere: Shell, due_on: str, late_from: str) -> None:
    assert nowhere.json("due", "--from", due_on, "--days", "0")["late_from"] == late_from


def test_no_database_is_needed_and_none_is_made(nowhere: Shell) -> None:
    told = nowhere.says("due", "--from", "2026-03-30", "--working-days", "20")
    assert "Wednesday 29 April 2026" in told
    assert not nowhere.database.exists()


@pytest.mark.parametrize("start", ["2029-01-01", "2011-06-01"])
def test_working_days_beyond_the_calendar_are_refused_never_guessed(
    shell: Shell, start: str
) -> None:
    error = shell.fails("due", "--from", start, "--working-days", "5", code=2)
    assert error["code"] == "beyond_calendar"
    assert start[:4] in error["message"]


@pytest.mark.parametrize("start", ["2029-01-01", "2011-06-01"])
def test_weeks_beyond_the_calendar_are_counted_without_a_target(nowhere: Shell, start: str) -> None:
    body = nowhere.json("due", "--from", start, "--weeks", "5", "--ladder", "statutory")
    assert body["due_on"]
    assert body["target_on"] is None
    assert {one["on"] for one in body["ladder"]} <= {None, body["due_on"]}
    assert "target not known yet" in nowhere.says("due", "--from", start, "--weeks", "5")


def test_a_working_day_count_that_crosses_the_calendars_end_is_refused(nowhere: Shell) -> None:
    error = nowhere.fails("due", "--from", "2028-12-20", "--working-days", "10", code=2)
    assert "2029" in error["message"]


@pytest.mark.parametrize(
    "typed",
    [
        "--from 30.3.2026 --days 1",
        "--from 20260330 --days 1",
        "--from 2026-02-30 --days 1",
        "--from 2026-W14-1 --days 1",
        "--from 2026-01-01",
        "--from 2026-01-01 --days 1 --weeks 1",
        "--from 2026-01-01 --days 1.5",
        "--from 2026-01-01 --days many",
        "--from 2026-01-01 --days 99999999999999999999999",
        "--from 2026-01-01 --weeks -99999999",
        "--from 2026-01-01 --months 999999",
        "--from 2026-01-01 --working-days 99999999999999",
        "--from 2026-01-01 --month 2026-13",
        "--from 2026-01-01 --month June",
        "--from 2026-01-01 --days 1 --ladder steep",
        "--days 1",
    ],
)
def test_what_is_no_date_or_no_rule_is_named(nowhere: Shell, typed: str) -> None:
    nowhere.fails("due", *typed.split(), code=2)


def test_closure_days_of_the_council_count_only_when_asked(shell: Shell) -> None:
    shell.sql(
        "INSERT INTO closure_day (\"on\", name, kind) VALUES ('2025-12-29', 'Winter closure', 'local')"
    )
    plain = shell.json("due", "--from", "2025-12-24", "--working-days", "1")
    closed = shell.json("due", "--from", "2025-12-24", "--working-days", "1", "--local-closures")
    assert (plain["due_on"], closed["due_on"]) == ("2025-12-29", "2025-12-30")
