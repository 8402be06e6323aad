"""An operator at the command line: one instance or many, tried out first, asked before, and told what became of it."""

import pytest
from cli.shell import Shell

R1, R2 = "recommendation:R-0001", "recommendation:R-0002"
WHY = ("--reason", "Put right")
ADA = ("--as", "ada", *WHY)
SANDY = ("--as", "sandy", *WHY)
PROCESS = ("--process", "recommendation")


@pytest.fixture
def two(shell: Shell) -> Shell:
    """Give two recommendations, raised on Monday 15 September 2025."""
    for case in ("C01", "C02"):
        shell.json("start", "recommendation", "--subject", case, "--as", "sandy")
    return shell


def test_one_instance_is_repaired_and_what_moved_is_told(two: Shell) -> None:
    body = two.json("repair", "extend", "R-0001", "--to", "2026-03-31", *SANDY)
    assert (body["schema"], body["count"], body["dry_run"]) == (
        "qa-workflow/repair-extend/1", 1, False,
    )  # fmt: skip
    (item,) = body["items"]
    assert list(item) == ["reference", "ok", "why", "before", "after", "moves"]
    assert (item["reference"], item["ok"], item["after"]["due_on"]) == (R1, True, "2026-03-31")
    assert {
        "deadline": "due",
        "level": None,
        "from": item["before"]["due_on"],
        "to": "2026-03-31",
    } in (item["moves"])
    assert two.json("show", R1)["due_on"] == "2026-03-31"


def test_a_dry_run_of_one_says_so_and_writes_nothing(two: Shell) -> None:
    before = two.json("history", R1)["count"]
    said = two.says(
        "repair", "set-state", R1, "in_progress", "--trigger", "accept", *SANDY, "--dry-run"
    )
    assert "No guard was asked, and nothing that the move brings besides was done" in said
    assert two.json("history", R1)["count"] == before
    assert two.json("show", R1)["state"] == "raised"


def test_a_repair_that_is_refused_says_why_and_exits_5(two: Shell) -> None:
    error = two.fails("repair", "cancel", R1, *SANDY, code=5, same=False)
    assert error["reasons"][0]["guard"] == "has_no_way_out_of_its_own"
    assert "fire recommendation:R-0001 supersede --as sandy --reason WHY" in error["message"]
    two.fails("repair", "cancel", R1, "--as", "pat", *WHY, code=5)
    two.fails("repair", "cancel", "R-0009", *ADA, code=8)


def test_every_verb_is_given_as_its_help_says(two: Shell) -> None:
    two.json("repair", "skip-timer", R1, "assign_by:R2", *SANDY)
    two.json("repair", "set-state", R1, "in_progress", "--trigger", "accept", *SANDY)
    two.json("repair", "amend", R1, "--data", "what=Write it", *SANDY)
    two.json("repair", "rederive", R1, *SANDY)
    two.json("repair", "reschedule", R1, "--to", "2026-02-27", *SANDY)
    two.json("repair", "correct", R1, "--entry", "1", *SANDY)
    two.json("repair", "attach", R1, "--evidence", "document:EDRM-4711", *SANDY)
    two.json("repair", "cancel", R1, *ADA)
    two.json("repair", "reopen", R1, *ADA)
    assert [one["action"] for one in two.json("history", R1)["items"]][1:] == [
        "repair_skip_timer", "repair_set_state", "repair_amend", "repair_reschedule", "repair_correct",
        "attach_evidence", "repair_cancel", "repair_reopen",
    ]  # fmt: skip
    assert two.json("history", "verify")["ok"]


def test_what_is_corrected_is_marked_in_the_history(two: Shell) -> None:
    two.json("repair", "correct", R1, "--entry", "1", *SANDY)
    said = two.says("history", R1)
    assert "start (corrected by 2)" in said
    assert "repair_correct of 1" in said


@pytest.mark.parametrize(
    "words",
    [
        ("extend", R1, *SANDY),
        ("extend", R1, "--to", "soon", *SANDY),
        ("set-state", R1, "in_progress", *SANDY),
        ("set-state", R1, "--trigger", "accept", *SANDY),
        ("set-state", R1, "in_progress", "--into", "assigned", "--trigger", "accept", *SANDY),
        ("skip-timer", R1, *SANDY),
        ("correct", R1, *SANDY),
        ("correct", *PROCESS, "--entry", "1", *SANDY),
        ("attach", R1, *SANDY),
        ("amend", R1, "--data", "priority=purple", *SANDY),
        ("cancel", *ADA),
        ("cancel", R1, *PROCESS, *ADA),
        ("cancel", "--process", "nothing", *ADA),
        ("cancel", "--class", "S99", *ADA),
        ("cancel", R1, "--as", "ada", "--reason", " "),
    ],
)
def test_what_cannot_be_read_is_bad_input_and_changes_nothing(
    two: Shell, words: tuple[str, ...]
) -> None:
    before = two.json("history", R1)
    two.fails("repair", *words, code=2)
    assert two.json("history", R1)["items"] == before["items"]


# ------------------------------------------------------------------ many
def test_many_are_previewed_with_a_dry_run(two: Shell) -> None:
    two.json("repair", "extend", R2, "--to", "2026-02-27", *SANDY)
    result = two.type(
        "--json", "repair", "extend", *PROCESS, "--to", "2026-03-31", *SANDY, "--dry-run"
    )
    assert result.exit_code == 5
    assert '"dry_run": true' in result.stdout
    assert two.json("show", R1)["due_on"] != "2026-03-31"
    plain = two.type("repair", "extend", *PROCESS, "--to", "2026-03-31", *SANDY, "--dry-run")
    assert "refused" in plain.stdout
    assert "1 could be done, 1 refused. Nothing was written." in plain.stderr


def test_many_are_not_repaired_without_a_yes(two: Shell) -> None:
    error = two.fails("repair", "cancel", *PROCESS, *ADA, code=2)
    assert "2 instances to cancel, of which 0 would be refused" in error["message"]
    assert two.json("list", *PROCESS)["count"] == 2


def test_many_are_repaired_each_by_itself_with_a_yes(two: Shell) -> None:
    body = two.json("repair", "cancel", *PROCESS, *ADA, "--yes")
    assert [one["ok"] for one in body["items"]] == [True, True]
    assert two.json("list", *PROCESS)["count"] == 0
    again = two.json("repair", "reopen", *PROCESS, *ADA, "--yes")
    assert again["count"] == 2
    assert two.json("list", *PROCESS, "--state", "raised")["count"] == 2


@pytest.mark.usefixtures("terminal")
def test_on_a_terminal_the_count_is_typed(two: Shell) -> None:
    assert two.type("repair", "cancel", *PROCESS, *ADA, typed="1\n").exit_code == 2
    result = two.type("repair", "cancel", *PROCESS, *ADA, typed="2\n")
    assert result.exit_code == 0
    assert R1 in result.stdout


def test_more_than_the_cap_is_refused_with_the_count(two: Shell) -> None:
    error = two.fails("repair", "cancel", *PROCESS, *ADA, "--yes", "--cap", "1", code=2)
    assert "2 instances fit, and one command repairs at most 1" in error["message"]
    body = two.json("repair", "cancel", *PROCESS, *ADA, "--yes", "--cap", "1", "--limit", "1")
    assert [one["reference"] for one in body["items"]] == [R1]


def test_many_that_are_none_are_none(two: Shell) -> None:
    none = ("repair", "cancel", *PROCESS, "--team", "South", *ADA, "--yes")
    assert two.json(*none)["items"] == []
    plain = two.type(*none)
    assert (plain.exit_code, plain.stdout) == (0, "")
    assert "Nothing fits." in plain.stderr
    assert "done" not in plain.stderr


def test_one_and_many_are_said_in_good_english(two: Shell) -> None:
    error = two.fails("repair", "cancel", *PROCESS, *ADA, "--limit", "1", code=2)
    assert "1 instance to cancel, of which" in error["message"]
    assert "1 was done, 0 refused." in two.type("repair", "cancel", R1, *ADA).stderr
    assert (
        "0 were done, 1 refused." in two.type("repair", "cancel", *PROCESS, *SANDY, "--yes").stderr
    )


def test_what_ended_and_whose_date_has_passed_is_opened_again_with_a_new_one(two: Shell) -> None:
    two.json("repair", "cancel", R1, *ADA)
    two.at("2026-06-01 10:00")
    error = two.fails("repair", "reopen", R1, *ADA, code=5, same=False)
    assert "add --to YYYY-MM-DD" in error["message"]
    two.fails("repair", "reopen", R1, "--to", "soon", *ADA, code=2)
    body = two.json("repair", "reopen", R1, "--to", "2026-06-30", *ADA)
    assert body["items"][0]["after"]["due_on"] == "2026-06-30"


def test_a_command_that_is_named_runs_once_its_capitals_are_filled_in(two: Shell) -> None:
    two.json("repair", "cancel", R1, *ADA)
    said = two.fails("repair", "cancel", R1, *ADA, code=5, same=False)["message"]
    command = said.split("qa-workflow ")[1].rstrip(".").replace("YOUR_ID", "ada")
    two.json(*command.split())
    assert two.json("show", R1)["state"] == "raised"


def test_of_many_verbs_that_need_a_name_take_it_as_an_option(two: Shell) -> None:
    body = two.json(
        "repair",
        "set-state",
        *PROCESS,
        "--into",
        "in_progress",
        "--trigger",
        "accept",
        *SANDY,
        "--yes",
    )
    assert [one["after"]["state"] for one in body["items"]] == ["in_progress", "in_progress"]
    assert two.json("repair", "retry", "--class", "S5", *SANDY, "--yes")["items"] == []


# ------------------------------------------------------------------ as it stood
def test_an_instance_is_shown_as_it_stood(two: Shell) -> None:
    two.at("2025-09-17 10:00").json("repair", "cancel", R1, *ADA)
    for moment in ("2025-09-16", "2025-09-17T09:59:59+01:00", "2025-09-17T08:59:59Z"):
        assert two.json("show", R1, "--as-of", moment)["state"] == "raised"
    for moment in ("2025-09-17", "2025-09-17T09:00:00Z"):
        assert two.json("show", R1, "--as-of", moment)["state"] == "cancelled"
    assert two.says("show", R1, "--as-of", "2025-09-16").startswith(
        "As it stood on 2025-09-16 23:59:"
    )


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        ("2025-09-14", 8),
        ("2025-09-18", 2),
        ("2025-09-17T09:00:00", 2),
        ("yesterday", 2),
        ("2025-09-17T25:00:00Z", 2),
    ],
)
def test_a_moment_that_cannot_be_shown_says_why(two: Shell, moment: str, code: int) -> None:
    two.at("2025-09-17 10:00").fails("show", R1, "--as-of", moment, code=code)
