"""What the pages say is done here as a reader would do it; what is made from the code is held against it."""

import re
import runpy
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qa_workflow.cli import app

ROOT = Path(__file__).parents[1]
STORIES = sorted((ROOT / "docs" / "walkthroughs").glob("*.md"))


def commands(page: Path) -> list[list[str]]:
    """Return the `$ qa-workflow …` lines of a page's console blocks, as arguments."""
    blocks = re.findall(r"```console\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    lines = [
        line for block in blocks for line in block.splitlines() if line.startswith("$ qa-workflow ")
    ]
    return [line.removeprefix("$ qa-workflow ").split() for line in lines]


def test_every_command_of_the_quickstart_does_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "docs" / "examples", tmp_path / "docs" / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QA_WORKFLOW_DATABASE_URL", "sqlite:///my-council.db")
    found = commands(ROOT / "docs" / "quickstart.md")
    assert len(found) > 12
    for arguments in found:
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code == 0, f"{arguments}: {result.output}"


def test_every_command_of_the_page_on_adding_a_process_does_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "qa_workflow" / "processes", tmp_path / "qa_workflow" / "processes")
    (tmp_path / "tests" / "processes").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QA_WORKFLOW_DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")
    new, *_ = commands(ROOT / "docs" / "how-to" / "add-a-process.md")
    assert CliRunner().invoke(app, new).exit_code == 0
    made = runpy.run_path(str(tmp_path / "qa_workflow" / "processes" / "youth_provider_audit.py"))
    assert made["PROCESS"].name == "youth_provider_audit"
    assert (tmp_path / "tests" / "processes" / "test_youth_provider_audit.py").exists()


@pytest.mark.timeout(120)
def test_every_command_of_the_page_on_writing_a_framework_does_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QA_WORKFLOW_DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")
    shipped = ROOT / "qa_workflow" / "frameworks" / "city_of_london_2019.toml"
    shutil.copy(shipped, "our-framework.toml")
    Path("our-settings.toml").write_text('framework = "our-framework.toml"\n', "utf-8")
    check, plan, simulate = commands(ROOT / "docs" / "how-to" / "write-a-framework.md")
    assert CliRunner().invoke(app, check).exit_code == 0
    assert CliRunner().invoke(app, plan).output.count("\n") > 90 + 180
    short = [*simulate, "--from", "2026-01-01", "--to", "2026-01-07"]
    done = CliRunner().invoke(app, short)
    assert done.exit_code == 0, done.output


def test_the_reference_pages_are_what_the_code_makes() -> None:
    pages = runpy.run_path(str(ROOT / "docs" / "generate.py"))["pages"]()
    stale = [path.name for path, text in pages.items() if path.read_text("utf-8") != text]
    assert not stale, f"{stale}: run `make docs`"


@pytest.mark.timeout(120)
@pytest.mark.parametrize("page", STORIES, ids=lambda page: page.stem)
def test_what_a_walkthrough_shows_is_what_the_program_answers(page: Path) -> None:
    walked = runpy.run_path(str(ROOT / "docs" / "walk.py"))["walked"]
    assert page.read_text("utf-8") == walked(page), "run `make docs`"


def test_the_readme_shows_the_two_commands_in_its_first_screen() -> None:
    first_screen = (ROOT / "README.md").read_text("utf-8").splitlines()[:25]
    assert any("make run" in line for line in first_screen)
    assert any("make test" in line for line in first_screen)


def test_every_link_of_the_pages_leads_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8"))
        if not (page.parent / target).exists()
    ]
    assert not broken
