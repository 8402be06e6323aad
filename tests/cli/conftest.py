"""A shell on a council's database, on the morning of 15 September 2025."""

import shutil
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import council as council_module
import pytest
from cli.shell import Shell
from council import AUTUMN, CLOCKS, CODES, Council, london
from freezegun import freeze_time

import qa_workflow.cli.session
from qa_workflow.frameworks.reader import SHIPPED

MORNING = london("2025-09-15 08:00")
FROZEN = "2025-10-08 09:00"  # when `open_autumn_round` ends
AUDITS_BEGUN = "2025-10-08 09:00"
# Sittings of the panel are planned for every council; without these, what they tell reaches nobody.
SEND_PANEL = (
    ("max", "Max Manager", "send_manager", "", "ada"),
    ("chris", "Chris Chair", "send_panel_chair", "", "max"),
)


@pytest.fixture(scope="session")
def small_framework(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a framework file that asks for what stories ask for, so that they are not lost among ninety others."""
    head, *activities = (
        (resources.files("qa_workflow.frameworks") / f"{SHIPPED}.toml")
        .read_text("utf-8")
        .split("[[activity]]")
    )
    kept = [one for one in activities if any(f'code = "{code}"\n' in one for code in CODES)]
    unwatched = "[choices]\nunwatched_clocks = [" + ", ".join(f'"{one}"' for one in CLOCKS) + "]\n"
    path = tmp_path_factory.mktemp("framework") / "small.toml"
    text = "[[activity]]".join([head.replace("[choices]\n", unwatched), *kept])
    path.write_text(text.split("[[row]]")[0], "utf-8")
    return path


@pytest.fixture(scope="session")
def peopled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the database of a council with its roster, the SEND Panel's chair and manager, and 23 open cases."""
    made = council_module.found(tmp_path_factory.mktemp("peopled"), peopled=True)
    made.import_people(SEND_PANEL)
    made.ctx.database.close()
    return made.folder / "council.db"


@pytest.fixture(scope="session")
def sampled(peopled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make of it the database of a council whose autumn sample is frozen."""
    made = council_module.found(tmp_path_factory.mktemp("sampled"), peopled=True)
    shutil.copyfile(peopled, made.folder / "council.db")
    made.open_autumn_round()
    assert made.state(AUTUMN) == "sample_frozen"
    made.ctx.database.close()
    return made.folder / "council.db"


@pytest.fixture
def shell(
    tmp_path: Path,
    council: Council,
    peopled: Path,
    small_framework: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Shell]:
    """Give a shell on a council with its roster, the SEND Panel's chair and manager, and 23 open cases."""
    council.ctx.database.close()
    shutil.copyfile(peopled, tmp_path / "council.db")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QA_WORKFLOW_FRAMEWORK", str(small_framework))
    with freeze_time(MORNING, ignore=["_pytest.timing"]) as clock:
        yield Shell(tmp_path / "council.db", clock)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let standard input be a terminal, so that a person can be asked."""
    real = qa_workflow.cli.session.sys  # type: ignore[attr-defined]

    class Terminal:
        """Standard input as a terminal."""

        @staticmethod
        def isatty() -> bool:
            return True

    class System:
        """The system's streams, of which the first is a terminal."""

        stdin = Terminal()
        stdout = property(lambda _: real.stdout)
        stderr = property(lambda _: real.stderr)

    monkeypatch.setattr(qa_workflow.cli.session, "sys", System())


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    """Give a shell whose database does not exist yet."""
    monkeypatch.chdir(tmp_path)
    with freeze_time(MORNING, ignore=["_pytest.timing"]) as clock:
        yield Shell(tmp_path / "new.db", clock)


@pytest.fixture
def auditing(shell: Shell, council: Council, sampled: Path) -> Shell:
    """Give a shell on a council whose autumn sample is frozen: twelve audits, and a reminder already sent."""
    shutil.copyfile(sampled, council.folder / "council.db")
    council.at(FROZEN)
    return shell.at(AUDITS_BEGUN)


@pytest.fixture
def audit(auditing: Shell) -> str:
    """Give the reference of one of the round's audits; which cases are sampled, nobody can foresee."""
    first: str = auditing.json("list", "--process", "case_audit")["items"][0]["reference"]
    return first
