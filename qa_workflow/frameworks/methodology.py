"""Reads the framework's calendar and methodologies: checked rows, or a clear error with its place."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Any

from qa_workflow.engine.people import ROLES
from qa_workflow.engine.working_days import month_end
from qa_workflow.errors import BadData, CalendarFaulty, WrongInput

CALENDAR = "calendar.csv"
_REQUIRED = ("code", "process", "months", "due", "owner", "source")
_DUE_RULES = ("last_day_of_month",)
_AUDIT_YEAR_BEGINS = 10  # the audit year runs from October


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One activity of the framework: which process it opens in which months, and by what sentence."""

    code: str
    process: str
    months: tuple[int, ...]
    owner: str
    source: str
    part: str | None = None
    opens_months_before: int = 0
    planned_working_days_before: int = 0
    kind: str = "timeline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One instance that the calendar asks for: its period, when it opens and when it is due (London dates)."""

    line: Line
    period: str
    opens_on: date
    due_on: date

    @property
    def reference(self) -> str:
        return f"{self.line.process}:{self.period}"


def items(lines: tuple[Line, ...], start: date, end: date) -> Iterator[Item]:
    """Yield what falls due between *start* and *end*, both included, by due date."""
    for year in range(start.year, end.year + 1):
        for month in range(1, 13):
            for line in lines:
                if month not in line.months:
                    continue
                due_on = month_end(year, month)
                if start <= due_on <= end:
                    yield _item(line, due_on)


def _item(line: Line, due_on: date) -> Item:
    opens_in = due_on.year * 12 + due_on.month - 1 - line.opens_months_before
    opens_on = date(opens_in // 12, opens_in % 12 + 1, 1)
    if line.part is None:
        period = f"{due_on:%Y-%m}"
    else:
        begun = due_on.year if due_on.month >= _AUDIT_YEAR_BEGINS else due_on.year - 1
        period = f"{begun}-{(begun + 1) % 100:02}:{line.part}"
    return Item(line=line, period=period, opens_on=opens_on, due_on=due_on)


@cache
def framework_calendar() -> tuple[Line, ...]:
    """Return the calendar that ships with the program."""
    text = (resources.files("qa_workflow.frameworks") / CALENDAR).read_text("utf-8")
    return read_calendar(text)


def read_calendar(text: str, file: str = CALENDAR) -> tuple[Line, ...]:
    """Return the lines of a calendar.

    Raises:
        CalendarFaulty: a column is missing or a cell cannot be read; names file, row and column.
    """
    rows = csv.DictReader(text.splitlines())
    missing = [name for name in _REQUIRED if name not in (rows.fieldnames or ())]
    if missing:
        raise CalendarFaulty(file, 1, missing[0], "the column is missing")
    return tuple(_line(row, number, file) for number, row in enumerate(rows, start=2))


def _line(row: dict[str, str | None], number: int, file: str) -> Line:
    def cell(name: str, default: str = "") -> str:
        return (row.get(name) or default).strip()

    def whole(name: str) -> int:
        text = cell(name, "0")
        if not text.isdecimal():
            raise CalendarFaulty(file, number, name, f"{text!r} is no whole number")
        return int(text)

    for name in _REQUIRED:
        if not cell(name):
            raise CalendarFaulty(file, number, name, "the cell is empty")
    months = cell("months").split(";")
    if not all(one.strip().isdecimal() and 1 <= int(one) <= 12 for one in months):  # noqa: PLR2004 - twelve months
        raise CalendarFaulty(
            file,
            number,
            "months",
            f"{cell('months')!r} are no months: write 1 to 12, separated by ;",
        )
    if cell("due") not in _DUE_RULES:
        raise CalendarFaulty(
            file, number, "due", f"{cell('due')!r} is no rule; known: {', '.join(_DUE_RULES)}"
        )
    if cell("owner") not in ROLES:
        raise CalendarFaulty(file, number, "owner", f"{cell('owner')!r} is no role")
    return Line(
        code=cell("code"),
        process=cell("process"),
        months=tuple(int(one) for one in months),
        owner=cell("owner"),
        source=cell("source"),
        part=cell("part") or None,
        opens_months_before=whole("opens_months_before"),
        planned_working_days_before=whole("planned_working_days_before"),
        kind=cell("kind", "timeline"),
    )


# ------------------------------------------------------------------ the audit tool
@dataclass(frozen=True, slots=True, kw_only=True)
class Methodology:
    """A version of the audit tool, as it is stored."""

    version: int
    body: str
    sha256: str


def shipped_methodology() -> Methodology:
    """Return version 1 of the audit tool, which ships with the program."""
    text = (resources.files("qa_workflow.frameworks") / "methodology_1.json").read_text("utf-8")
    return check_methodology(text, "methodology_1.json")


def read_methodology(path: Path) -> Methodology:
    """Return the methodology of a file.

    Raises:
        WrongInput: the file cannot be read. BadData: something in it is missing or doubled.
    """
    try:
        return check_methodology(path.read_text("utf-8"), path.name)
    except OSError as exc:
        raise WrongInput(f"{path} cannot be read: {exc.strerror}.") from exc
    except UnicodeDecodeError as exc:
        raise WrongInput(f"{path} is no text file. Give the methodology as JSON.") from exc


def check_methodology(text: str, file: str) -> Methodology:
    """Return the methodology that *text* holds.

    Raises:
        BadData: it is no JSON, or sections, questions, grades or reason codes are missing or doubled.
    """
    try:
        body = json.loads(text)
    except ValueError as exc:
        raise BadData(file, {"file": f"is no JSON ({exc})"}) from exc
    if not isinstance(body, dict):
        raise BadData(file, {"file": "holds no object"})
    problems: dict[str, str] = {}
    if (
        not isinstance(body.get("version"), int)
        or isinstance(body.get("version"), bool)
        or body["version"] < 1
    ):
        problems["version"] = "is a whole number from 1"
    problems |= _faulty_lists(body)
    problems |= _faulty_sections(body.get("sections"))
    if problems:
        raise BadData(file, problems)
    canonical = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return Methodology(
        version=body["version"], body=canonical, sha256=sha256(canonical.encode()).hexdigest()
    )


def _faulty_lists(body: dict[str, Any]) -> dict[str, str]:
    problems = {}
    for name, least in (("grades", 2), ("no_voice_reasons", 1), ("not_auditable_reasons", 1)):
        found = body.get(name)
        if (
            not isinstance(found, list)
            or len(found) < least
            or not all(isinstance(one, str) and one for one in found)
        ):
            problems[name] = f"is a list of at least {least} texts"
        elif len(set(found)) != len(found):
            problems[name] = "holds something twice"
    return problems


def _faulty_sections(sections: object) -> dict[str, str]:
    if not isinstance(sections, list) or not sections:
        return {"sections": "is a list of at least one section"}
    problems = {}
    keys: list[object] = []
    for number, section in enumerate(sections, start=1):
        place = f"sections[{number}]"
        if (
            not isinstance(section, dict)
            or not isinstance(section.get("key"), str)
            or not section["key"]
        ):
            problems[place] = "needs a key"
            continue
        keys.append(section["key"])
        questions = section.get("questions")
        if not isinstance(questions, list) or not questions:
            problems[place] = "needs at least one question"
            continue
        asked = [one.get("key") if isinstance(one, dict) else None for one in questions]
        if not all(isinstance(one, str) and one for one in asked) or len(set(asked)) != len(asked):
            problems[place] = "each question needs a key of its own"
    if len(set(keys)) != len(keys):
        problems["sections"] = "two sections have one key"
    return problems
