"""At the command line: a bank holiday proclaimed late is listed, asked about, and then counted by."""

import json
from typing import Any

import pytest
from cli.shell import Shell

THANKS = ("calendar", "add-holiday", "2025-10-13", "A day of thanks")
MOVES = [
    ("allocate_by", None, "2025-10-15", "2025-10-16"),
    ("allocate_by", "R2", "2025-10-13", "2025-10-14"),
]


def of(audit: str, body: dict[str, Any]) -> list[tuple[str, ...]]:
    assert all(
        list(one) == ["reference", "deadline", "level", "from", "to"] for one in body["items"]
    )
    return [tuple(one.values())[1:] for one in body["items"] if one["reference"] == audit]


def due_on(shell: Shell, audit: str) -> str:
    day: str = next(
        one["due_on"]
        for one in shell.json("show", audit)["deadlines"]
        if one["name"] == "allocate_by"
    )
    return day


def test_every_date_that_moves_is_listed_and_moved(auditing: Shell, audit: str) -> None:
    body = auditing.json(*THANKS, "--yes")
    assert list(body) == [
        "schema", "as_of", "on", "name", "kind", "known", "count", "items", "instances", "set_aside",
        "written",
    ]  # fmt: skip
    assert (body["schema"], body["on"], body["name"], body["kind"]) == (
        "qa-workflow/calendar-add-holiday/1", "2025-10-13", "A day of thanks", "bank_holiday",
    )  # fmt: skip
    assert (body["count"], body["written"], body["known"]) == (len(body["items"]), True, False)
    assert of(audit, body) == MOVES
    assert due_on(auditing, audit) == "2025-10-16"


def test_a_rehearsal_lists_the_same_and_writes_nothing(auditing: Shell, audit: str) -> None:
    before = auditing.dump()
    would = auditing.json(*THANKS, "--dry-run")
    assert (of(audit, would), would["written"]) == (MOVES, False)
    assert auditing.dump() == before
    assert auditing.json(*THANKS, "--yes")["items"] == would["items"]


def test_people_read_the_dates_in_a_table(auditing: Shell, audit: str) -> None:
    result = auditing.type(*THANKS, "--dry-run")
    lines = [line.split() for line in result.stdout.splitlines()]
    assert lines[0] == ["reference", "deadline", "level", "from", "to"]
    assert [audit, "allocate_by", "2025-10-15", "2025-10-16"] in lines
    assert [audit, "allocate_by", "R2", "2025-10-13", "2025-10-14"] in lines
    assert "open instances have dates that move. Nothing was written." in result.stderr


def test_people_read_what_was_done(auditing: Shell, audit: str) -> None:
    result = auditing.type(*THANKS, "--yes")
    assert audit in result.stdout
    assert "2025-10-13 is A day of thanks." in result.stderr
    assert "open instances were counted again." in result.stderr


def test_without_a_terminal_and_without_yes_it_is_refused(auditing: Shell) -> None:
    error = auditing.fails(*THANKS, code=2)
    assert "open instances have dates that move. Nothing was changed." in error["message"]
    assert "--yes" in error["message"]


@pytest.mark.usefixtures("terminal")
def test_on_a_terminal_the_dates_are_shown_and_the_count_is_typed(
    auditing: Shell, audit: str
) -> None:
    count = auditing.json(*THANKS, "--dry-run")["instances"]
    result = auditing.type(*THANKS, typed=f"{count}\n")
    assert result.exit_code == 0
    shown = [line for line in result.stdout.splitlines() if line.startswith(f"{audit} ")]
    assert len(shown) == 2  # once, before it is asked
    assert f"Type {count} to go on" in result.stderr
    assert due_on(auditing, audit) == "2025-10-16"


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize(("typed", "code"), [("1\n", 2), ("y\n", 2), ("\n", 2), ("", 130)])
def test_another_count_changes_nothing(auditing: Shell, typed: str, code: int) -> None:
    before = auditing.dump()
    assert auditing.type(*THANKS, typed=typed).exit_code == code
    assert auditing.dump() == before


@pytest.mark.usefixtures("terminal")
def test_what_machines_are_told_on_a_terminal_is_one_object(auditing: Shell) -> None:
    count = auditing.json(*THANKS, "--dry-run")["instances"]
    result = auditing.type(*THANKS, "--json", typed=f"{count}\n")
    told = json.loads(result.stdout[result.stdout.index("{") :])  # what was typed is echoed before
    assert (result.exit_code, told["written"]) == (0, True)
    assert "deadline  " not in result.stdout


def test_the_day_is_counted_by_from_then_on(auditing: Shell) -> None:
    auditing.json(*THANKS, "--yes")
    holidays = auditing.json("calendar", "holidays")["items"]
    assert {"on": "2025-10-13", "name": "A day of thanks", "kind": "bank_holiday"} in holidays
    counted = auditing.json("due", "--from", "2025-10-10", "--working-days", "1")
    assert counted["due_on"] == "2025-10-14"


def test_the_office_closing_is_a_day_of_its_own_kind(auditing: Shell, audit: str) -> None:
    body = auditing.json(*THANKS, "--local", "--yes")
    assert (body["kind"], of(audit, body)) == ("local", MOVES)
    counted = auditing.json("due", "--from", "2025-10-10", "--working-days", "1")
    assert counted["due_on"] == "2025-10-13"


def test_a_person_may_enter_it_in_their_name(auditing: Shell, audit: str) -> None:
    auditing.json(*THANKS, "--yes", "--as", "quinn")
    last = auditing.json("history", audit)["items"][-1]
    assert (last["action"], last["actor"]) == ("recounted", "quinn")
    assert last["reason"] == "Monday 13 October 2025 became a bank holiday: A day of thanks."


def test_the_same_day_again_has_nothing_to_do_and_asks_nothing(auditing: Shell) -> None:
    auditing.json(*THANKS, "--yes")
    before = auditing.dump()
    result = auditing.type(*THANKS)
    assert (result.exit_code, "There is nothing to do." in result.stderr) == (0, True)
    assert auditing.json(*THANKS)["known"] is True
    assert auditing.dump() == before


def test_a_day_that_has_passed_is_entered_with_a_word_about_it(auditing: Shell) -> None:
    result = auditing.at("2025-10-14 09:00").type(*THANKS, "--yes")
    assert result.exit_code == 0
    assert "2025-10-13 has passed: what has fired since stays fired." in result.stderr


def test_what_cannot_be_counted_is_named(auditing: Shell, audit: str) -> None:
    auditing.sql(f"UPDATE process_instance SET data = '{{' WHERE reference = '{audit}'")  # noqa: S608 - our own reference
    result = auditing.type(*THANKS, "--yes")
    assert f"Note: {audit} cannot be counted and is set aside." in result.stderr
    assert [one["reference"] for one in auditing.json("incident", "list")["items"]] == [audit]


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        (("2025-10-11", "Thanks"), "no working day as it is"),
        (("2025-12-25", "Thanks"), "is a bank holiday already: Christmas Day"),
        (("2060-10-13", "Thanks"), "lies outside"),
        (("2025-10-13", " "), "The name is empty"),
        (("13/10/2025", "Thanks"), "YYYY-MM-DD"),
        (("2025-10-13", "Thanks", "--as", "zoe"), "'zoe'"),
        (("2025-10-13",), "NAME"),
    ],
)
def test_a_day_that_cannot_be_a_holiday_is_bad_input(
    shell: Shell, typed: tuple[str, ...], named: str
) -> None:
    for more in ((), ("--dry-run",), ("--yes",)):
        assert named in shell.fails("calendar", "add-holiday", *typed, *more, code=2)["message"]
