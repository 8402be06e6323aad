"""Walks a page: does on the command line what it shows, at the moments it names, and writes what comes back.

A page is a story in Markdown. A line of its own such as

    **Thursday 4 December 2025, 09:00**

moves the clock (London time), and every `$ qa-workflow …` of a console block is carried out there, on a
database of the page's own. Settings may stand before the program, as a shell has them:
`$ QA_WORKFLOW_FRAMEWORK=docs/examples/our-framework.toml qa-workflow …`. What stands below each command is
what the program answered, standard error after standard output without the log, and `[exit 5]` where it
did not end with 0. `make docs` writes the answers; a test fails when they are no longer true.
"""

import importlib
import os
import pkgutil
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from freezegun import freeze_time
from typer.testing import CliRunner

import qa_workflow

# Classes of pydantic that are made while time is frozen fail, so everything is imported before.
for _module in pkgutil.walk_packages(qa_workflow.__path__, "qa_workflow."):
    if not _module.name.rpartition(".")[2].startswith(("__main__", "env", "0")):
        importlib.import_module(_module.name)

from qa_workflow.cli import app  # noqa: E402 - after what must come first
from qa_workflow.engine.derivation import in_words  # noqa: E402

HERE = Path(__file__).parent
STORIES = HERE / "walkthroughs"
_LONDON = ZoneInfo("Europe/London")
_MOMENT = re.compile(r"\*\*(\w+) (\d{1,2} \w+ \d{4}), (\d\d:\d\d)\*\*")
_SETTING = re.compile(r"(QA_WORKFLOW_[A-Z_]+)=(.*)")
_LOGGED = re.compile(r'\{"instance_id": ')  # the log, for machines: no part of the answer
_PROMPT = "$ "
_PROGRAM = "qa-workflow"


def walked(page: Path) -> str:
    """Return the text of *page* with what the program answers today below each command.

    Raises:
        ValueError: the page names a day with the wrong weekday, or a command that is none of ours.
    """
    lines = page.read_text("utf-8").splitlines()
    with _an_empty_place(), freeze_time("2020-01-01") as clock:
        found: list[str] = []
        for kind, line in _parts(lines):
            if kind == "answer":
                continue  # what it said the last time
            found.append(line)
            if kind == "moment":
                clock.move_to(_moment(line))
            elif kind == "command":
                found += _answer(line)
    return "\n".join(found) + "\n"


def _parts(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Yield each line as `text`, `moment`, `command` (with its continuations) or `answer`."""
    inside = False
    command: list[str] = []
    for line in lines:
        if command:
            command.append(line)
            if not line.endswith("\\"):
                yield "command", "\n".join(command)
                command = []
        elif line.startswith("```"):
            inside = line == "```console"
            yield "text", line
        elif inside and line.startswith(_PROMPT):
            if line.endswith("\\"):
                command = [line]
            else:
                yield "command", line
        elif inside:
            yield "answer", line
        else:
            yield ("moment" if _MOMENT.fullmatch(line) else "text"), line


def _moment(line: str) -> datetime:
    weekday, day, time = _MOMENT.fullmatch(line).groups()  # type: ignore[union-attr]
    when = datetime.strptime(f"{day} {time}", "%d %B %Y %H:%M").replace(tzinfo=_LONDON)
    if not in_words(when.date()).startswith(f"{weekday} "):
        raise ValueError(f"{day} is no {weekday}: it is {in_words(when.date())}.")
    return when.astimezone(UTC)


def _answer(command: str) -> list[str]:
    words = shlex.split(command.removeprefix(_PROMPT).replace("\\\n", " "))
    settings = dict(one.groups() for one in map(_SETTING.fullmatch, words) if one is not None)
    program, *arguments = words[len(settings) :]
    if program != _PROGRAM:
        raise ValueError(f"{program} is not {_PROGRAM}: a story shows our own program only.")
    result = CliRunner().invoke(app, arguments, env=settings)
    said = (result.stdout + result.stderr).rstrip("\n")
    answer = [line.rstrip() for line in said.splitlines() if not _LOGGED.match(line)]
    return [*answer, f"[exit {result.exit_code}]"] if result.exit_code else answer


@contextmanager
def _an_empty_place() -> Iterator[None]:
    """Give an empty folder with the example files, and a database that no other story knows."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(HERE / "examples", folder / "docs" / "examples")
        before = dict(os.environ)
        os.environ["QA_WORKFLOW_DATABASE_URL"] = "sqlite:///council.db"
        try:
            with chdir(folder):
                yield
        finally:
            os.environ.clear()
            os.environ.update(before)


if __name__ == "__main__":
    # All of them, or those that are named: python docs/walk.py docs/walkthroughs/follow-up.md
    for path in [Path(one).resolve() for one in sys.argv[1:]] or sorted(STORIES.glob("*.md")):
        path.write_text(walked(path), "utf-8")
        print(path.relative_to(HERE))  # noqa: T201 - it is a script
