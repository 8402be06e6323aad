"""The main job from end to end on the command line, as the person who runs quality assurance does it.

A workbook as the case system exports it, a roster, and from then on only commands and the daemon's pass.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from council import submission
from freezegun import freeze_time
from freezegun.api import FrozenDateTimeFactory, StepTickTimeFactory, TickingDateTimeFactory
from typer.testing import CliRunner
from workbooks import LIST_6, list_6, xlsx

from qa_workflow.cli import app

ROUND = "case_audit_round:2026-27:A"
ROSTER = """person_id,name,roles,team,manager
dana,Dana Director,director,,
ada,Ada People,ad_people,,dana
sandy,Sandy Quality,sm_sqa,Quality,ada
quinn,Quinn Admin,qa_admin,Quality,sandy
alex,Alex Auditor,auditor,Quality,sandy
billie,Billie Auditor,auditor,Quality,sandy
mo,Mo Moderator,moderator,Quality,sandy
noa,Noa Manager,team_manager,North,ada
pat,Pat Practitioner,practitioner,North,noa
"""

Run = Callable[..., dict[str, Any]]
Clock = StepTickTimeFactory | TickingDateTimeFactory | FrozenDateTimeFactory


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command with --json on this story's database; give its JSON, or with `exit` its error."""
    monkeypatch.setenv("QA_WORKFLOW_DATABASE_URL", f"sqlite:///{tmp_path / 'qa.db'}")
    monkeypatch.chdir(tmp_path)

    def command(line: str, *more: str, exit: int = 0) -> dict[str, Any]:  # noqa: A002 - what it is called there
        result = CliRunner().invoke(app, [*line.split(), *more, "--json"])
        assert result.exit_code == exit, f"{line}: {result.output} {result.stderr}"
        found: dict[str, Any] = json.loads(result.stdout if exit == 0 else result.stderr)
        return found

    return command


def workbook(path: Path) -> None:
    """Write the workbook that the case system exports: seven open cases of Pat's."""
    rows = [
        list_6(
            1000.0 + number, **{"Allocated Team": "North", "Allocated Worker": "Pat Practitioner"}
        )
        for number in range(7)
    ]
    xlsx(path, {"List 6": [LIST_6, *rows]})


def at(clock: Clock, instant: str, run: Run) -> dict[str, Any]:
    """Let the daemon pass at this instant (UTC)."""
    clock.move_to(instant)
    return run("daemon --once")


def test_half_of_the_open_cases_are_audited_on_time_and_what_is_late_says_so(
    run: Run, tmp_path: Path
) -> None:
    with freeze_time("2026-09-01 08:00") as clock:
        run("init")
        (tmp_path / "people.csv").write_text(ROSTER, "utf-8")
        assert run("people import people.csv")["new"] == 9
        workbook(tmp_path / "annex-a.xlsx")
        imported = run("case import annex-a.xlsx")
        assert (imported["new"], imported["rejected"]) == (7, [])

        clock.move_to("2026-09-28 08:00")
        assert run("case import annex-a.xlsx")["unchanged"] == 7
        at(clock, "2026-09-28 08:00", run)
        assert at(clock, "2026-10-01 08:00", run)["opened"] == 1
        data = run(f"show {ROUND}")["data"]
        assert (len(data["population"]), len(data["sample"])) == (7, 4)

        clock.move_to("2026-10-02 09:00")
        run(f"fire {ROUND} propose_sample --as quinn")
        assert (
            run(f"fire {ROUND} freeze_sample --as quinn", exit=5)["error"]["code"]
            == "not_permitted"
        )
        run(f"fire {ROUND} freeze_sample --as sandy")
        first, second, *_ = [f"case_audit:2026-27-A:{case}" for case in data["sample"]]

        refused = run(f"fire {first} allocate --as quinn --data auditor=pat", exit=5)
        assert "not an active auditor" in refused["error"]["message"]
        audit(run, clock, first, tmp_path)
        assert run(f"show {first}")["state"] == "closed"
        recommended = run("list --process recommendation")["items"]
        assert [(one["state"], one["due_on"]) for one in recommended] == [("raised", "2027-01-31")]

        at(clock, "2026-11-27 09:00", run)
        run(f"fire {second} allocate --as quinn --data auditor=alex")
        at(clock, "2026-12-01 09:00", run)
        at(clock, "2026-12-07 09:00", run)
        stuck = {one["reference"]: one for one in run("stuck --process case_audit")["items"]}
        assert first not in stuck
        assert len(stuck) == 3
        late = stuck[second]
        assert (late["class"], late["owner"], late["level"], late["next_escalation_on"]) == (
            "S2",
            "alex",
            "L1",
            "2026-12-14",
        )
        assert late["since"].startswith("2026-12-01T00:00")
        assert {(one["level"], tuple(one["to"])) for one in late["told"]} >= {("L1", ("sandy",))}
        assert late["way_out"][0]["trigger"] == "start"
        assert "Alex Auditor" in late["why"]
        assert run("history verify")["ok"]


def audit(run: Run, clock: Clock, reference: str, folder: Path) -> None:
    """Take one audit from allocation to its end, with one recommendation."""
    run(f"fire {reference} allocate --as quinn --data auditor=alex")
    run(f"fire {reference} start --as alex")
    clock.move_to("2026-10-20 09:00")
    recommendation = {
        "what": "Say in the plan by when", "for_whom": "the child",
        "difference": "The child knows what comes next", "owner": "pat", "category": "case_action",
    }  # fmt: skip
    given = submission(heard_on="2026-10-19", recommendations=[recommendation])
    (folder / "audit.json").write_text(json.dumps(given), "utf-8")
    submitted = run(f"fire {reference} submit --as alex --data-file audit.json")
    assert submitted["state"] == "moderation", "an auditor's first audit is always moderated"
    run(f"fire {reference} agree --as mo")
    run(
        f"fire {reference} record_feedback --as alex --data held_on=2026-10-20",
        "--data",
        'attendees=["pat","noa"]',
    )
    run(f"fire {reference} accept --as pat")
