"""How long a command takes from the shell's point of view: whole processes, warm, ratios of one run.

    python -m benchmarks.startup [--repeat 15]

Commands that need no database are held against a bare Python that does nothing; commands that read one
against a Python that imports sqlmodel and does nothing, the wall that no reading command gets under. All
take turns. A second look at each command, untimed, names the heavy libraries that it loaded though it does
not use them.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import structlog

from benchmarks import record
from qa_workflow import wiring
from qa_workflow.service.enquiries import Wanted, list_instances
from qa_workflow.service.scenes import on_thrown_away
from qa_workflow.settings import Settings
from qa_workflow.simulation.days import at
from qa_workflow.simulation.year import EVENING, Span, simulate

FLOOR = ("-c", "pass")
WALL = ("-c", "import sqlmodel")
LIVED = Span(first=date(2026, 1, 5), last=date(2026, 2, 27))
# What only some commands use. None of those below does.
HEAVY = frozenset(
    {
        "alembic", "apscheduler", "docx", "fastapi", "holidays", "icalendar", "lxml", "python_calamine",
        "rich", "starlette", "structlog", "uvicorn",
    }
)  # fmt: skip
_NO_DATABASE = HEAVY | {"pydantic", "sqlalchemy", "sqlmodel", "transitions"}
_LOADED = (
    "import atexit, sys; "
    "atexit.register(lambda: print(*sys.modules, sep=chr(10), file=open({file!r}, 'w'))); "
    "from qa_workflow.cli import app; app(prog_name='qa-workflow')"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command as it is typed, what it is held against, how many times as long it may take, what it must not load."""

    typed: tuple[str, ...]
    against: tuple[str, ...] = WALL
    at_most: float = 1.4
    never: frozenset[str] = HEAVY

    @property
    def name(self) -> str:
        return " ".join(self.typed)


def _bare(*typed: str, at_most: float) -> Command:
    return Command(typed=typed, against=FLOOR, at_most=at_most, never=_NO_DATABASE)


def commands(reference: str, person: str) -> list[Command]:
    """Return the commands that are measured, asked about an instance and a person."""
    return [
        _bare("--version", at_most=3),
        _bare("--help", at_most=15),
        _bare("stuck", "--help", at_most=15),
        Command(typed=("list", "--owner", person, "--limit", "50")),
        Command(typed=("show", reference)),
        Command(typed=("why", reference)),
        Command(typed=("stuck", "--limit", "50")),
        Command(typed=("needs-me", "--as", person, "--limit", "50")),
        Command(typed=("top-three",)),
        Command(typed=("status",)),
    ]


# ------------------------------------------------------------------ a small database
def small_council(folder: Path) -> tuple[str, str, str]:
    """Let a council live a quarter; return its database, and an open recommendation with its owner."""
    url = f"sqlite:///{folder / 'small.db'}"
    ctx = on_thrown_away(wiring.build(Settings(database_url=url)))
    simulate(ctx, LIVED, seed=7, folder=folder)
    now = at(LIVED.last, EVENING)
    found = list_instances(ctx, Wanted(process="recommendation"), now=now)
    one = next(one for one in found if one["owner"])
    ctx.database.close()
    return url, one["reference"], one["owner"]


# ------------------------------------------------------------------ how long
def measured(
    lines: Mapping[str, Sequence[str]], repeat: int, env: Mapping[str, str]
) -> dict[str, list[float]]:
    """Return how many milliseconds each command line took; the first turn, which warms up, is not counted."""
    took: dict[str, list[float]] = {name: [] for name in lines}
    for turn in range(repeat + 1):
        for name, line in lines.items():
            begun = time.perf_counter()
            done = subprocess.run(line, env=env, capture_output=True, check=False)  # noqa: S603 - our own lines
            seconds = time.perf_counter() - begun
            if done.returncode:
                raise SystemExit(f"{name} ended with {done.returncode}: {done.stderr.decode()}")
            if turn:
                took[name].append(seconds * 1e3)
    return took


def loaded(command: Command, env: Mapping[str, str], folder: Path) -> list[str]:
    """Return what the command loaded of what it must not."""
    file = folder / "loaded.txt"
    code = _LOADED.format(file=str(file))
    line = [sys.executable, "-c", code, *command.typed]
    subprocess.run(line, env=env, capture_output=True, check=True)  # noqa: S603 - our own line
    return sorted(command.never & set(file.read_text("utf-8").split()))


def main() -> None:
    """Measure, print the table and keep it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--repeat", type=int, default=15)
    given = options.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with tempfile.TemporaryDirectory() as name:
        url, reference, person = small_council(Path(name))
        # Warm means compiled: what a shell may forbid, and a checkout without it, must not decide.
        env = {
            **os.environ,
            "QA_WORKFLOW_DATABASE_URL": url,
            "PYTHONPYCACHEPREFIX": f"{name}/compiled",
        }
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        asked = commands(reference, person)
        lines = {" ".join(one): [sys.executable, *one] for one in (FLOOR, WALL)}
        lines |= {one.name: [sys.executable, "-m", "qa_workflow", *one.typed] for one in asked}
        took = measured(lines, given.repeat, env)
        medians = {one: round(statistics.median(some), 1) for one, some in took.items()}
        found = [_judged(one, medians, loaded(one, env, Path(name))) for one in asked]
    text = _shown(medians, found)
    print(text)
    record.keep("startup", {"repeat": given.repeat, "ms": medians, "commands": found}, text)


def _judged(
    command: Command, medians: Mapping[str, float], needless: Sequence[str]
) -> dict[str, Any]:
    ratio = round(medians[command.name] / medians[" ".join(command.against)], 2)
    return {
        "command": command.name,
        "ms": medians[command.name],
        "against": f"python {' '.join(command.against)}",
        "ratio": ratio,
        "at_most": command.at_most,
        "met": ratio <= command.at_most,
        "loaded_needlessly": list(needless),
    }


def _shown(medians: Mapping[str, float], found: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        [
            f"`qa-workflow {one['command']}`",
            f"{one['ms']:.0f}",
            f"`{one['against']}`",
            f"x {one['ratio']}",
            f"<= {one['at_most']:g}: {'met' if one['met'] else '**missed**'}",
            ", ".join(one["loaded_needlessly"]) or "nothing",
        ]
        for one in found
    ]
    headers = ["whole process", "ms", "against", "ratio", "goal", "loaded needlessly"]
    held = ", ".join(
        f"`python {' '.join(one)}` {medians[' '.join(one)]:.0f} ms" for one in (FLOOR, WALL)
    )
    return f"{record.table(headers, rows)}\n\nHeld against: {held}."


if __name__ == "__main__":
    main()
