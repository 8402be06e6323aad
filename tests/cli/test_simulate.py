"""`simulate`: a council's year before it goes live."""

import json
from pathlib import Path

import pytest
from cli.shell import Shell

from qa_workflow.simulation.officers import send

SPAN = ("--from", "2026-01-05", "--to", "2026-01-09")
pytestmark = pytest.mark.timeout(60)


def test_it_answers_with_one_object_and_exits_zero(shell: Shell) -> None:
    body = shell.json("simulate", "--seed", "3", *SPAN)
    assert body["schema"] == "qa-workflow/simulate/1"
    assert (body["from"], body["to"], body["seed"], body["days"]) == ("2026-01-05", "2026-01-09", 3, 5)  # fmt: skip
    assert body["ok"] is True
    assert {"planned", "narrative", "checks", "calendar", "activities", "late"} <= set(body)


def test_it_tells_people_by_activity_what_became_of_it(shell: Shell) -> None:
    told = shell.says("simulate", *SPAN)
    assert "SYNTHETIC" in told
    assert "send_panel" in told
    assert "planned: 0 of 0 of the timeline" in told
    assert "holds: nothing is late in silence" in told


def test_it_leaves_the_councils_own_database_alone(shell: Shell) -> None:
    before = shell.dump()
    shell.json("simulate", *SPAN)
    assert shell.dump() == before
    assert [one.name for one in Path().iterdir() if one.suffix == ".db"] == ["council.db"]


def test_it_says_nothing_beside_the_answer_without_a_terminal(shell: Shell) -> None:
    assert shell.type("simulate", *SPAN).stderr == ""


def test_kept_it_can_be_looked_at(shell: Shell) -> None:
    result = shell.type("simulate", *SPAN, "--keep", "kept.db", "--json")
    assert result.exit_code == 0
    kept = shell.json("status", "--database", "sqlite:///kept.db")
    assert kept["synthetic"] is True
    counted = sum(one["count"] for one in kept["counts"])
    started = sum(one["started"] for one in json.loads(result.stdout)["activities"])
    assert counted == started > 0


def test_a_file_that_exists_is_not_overwritten(shell: Shell) -> None:
    Path("kept.db").write_text("mine", "utf-8")
    error = shell.fails("simulate", *SPAN, "--keep", "kept.db", code=2)
    assert "exists already" in error["message"]
    assert Path("kept.db").read_text("utf-8") == "mine"


def test_another_database_cannot_be_named(shell: Shell) -> None:
    error = shell.fails("simulate", *SPAN, "--database", "sqlite:///other.db", code=2)
    assert "--keep" in error["message"]


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (("--from", "2026-01-09", "--to", "2026-01-05"), "lies before"),
        (("--year", "2025", *SPAN), "no part of 2025"),
        (("--from", "January"), "is no date"),
        (("--year", "2096"), "Bank holidays are known"),
    ],
)
def test_a_span_that_cannot_be_lived_is_bad_input(
    shell: Shell, args: tuple[str, ...], why: str
) -> None:
    assert why in shell.fails("simulate", *args, code=2)["message"]


def test_a_framework_that_is_not_there_does_not_fit(shell: Shell) -> None:
    shell.fails("simulate", *SPAN, "--framework", "nowhere.toml", code=7)


def test_what_does_not_hold_is_said_and_exits_one(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(  # an officer who does what nobody can
        send.SCRIPTS, "send_panel", {"planned": lambda _scene: ("fly", "chris", {})}
    )
    told = shell.says("simulate", *SPAN, code=1)
    assert "FAILS: every act was one that its process knows" in told
    assert "send_panel fly" in told
