"""Writes docs/framework-coverage.md and docs/reference/framework-file.md; a test fails when one is stale.

python docs/coverage.py
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from pydantic import BaseModel

from qa_workflow import processes as processes_room
from qa_workflow.engine.definition import ProcessDefinition
from qa_workflow.frameworks.ambiguities import AMBIGUITIES
from qa_workflow.frameworks.bank_holidays import published_calendar
from qa_workflow.frameworks.choices import Choices
from qa_workflow.frameworks.form import FrameworkForm
from qa_workflow.frameworks.lines import items
from qa_workflow.frameworks.reader import SHIPPED, Framework, shipped_framework
from qa_workflow.patterns.shapes import SHAPES
from qa_workflow.processes import all_processes

ROOT = Path(__file__).parent.parent
COVERAGE = ROOT / "docs" / "framework-coverage.md"
FORM = ROOT / "docs" / "reference" / "framework-file.md"
MADE = "<!-- Made from the code by `make docs`; changes belong there. -->\n"
YEAR = 2026
MOST_TESTS = 4  # a row names so many of its test files; the others stand beside them in the folder


def pages() -> dict[Path, str]:
    """Return both pages with their text."""
    return {COVERAGE: _coverage(shipped_framework()), FORM: _form()}


# ------------------------------------------------------------------ what runs a row, and what tests it
def shape_of(process: ProcessDefinition) -> str | None:
    """Return the shape that a process is made of; None where it is a machine of its own."""
    folder = Path(processes_room.__file__).parent
    file = folder / f"{process.name}.py"
    text = (file if file.exists() else folder / process.name / "__init__.py").read_text("utf-8")
    found = re.search(r"^PROCESS = (?:counted\(\s*)?(\w+)\(", text, re.MULTILINE)
    return None if found is None or found[1] == "ProcessDefinition" else found[1]


def tests_of(process: str) -> list[str]:
    """Return the test files that are about a process: named after it, or else naming it."""
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    named = [one for one in files if one.stem.startswith(f"test_{process}")]
    found = named or [
        one
        for one in files
        if one.name != "test_every_process.py" and f'"{process}' in one.read_text("utf-8")
    ]
    return [one.relative_to(ROOT).as_posix() for one in found]


def rows() -> Iterator[tuple[int, str, str, list[tuple[str, str | None]], list[str]]]:
    """Yield each row of the framework: number, name, words, what runs it with its shape, and its tests."""
    known = all_processes()
    for row in shipped_framework().rows:
        runs = [(name, shape_of(known[name])) for name in row.runs if name in known]
        tests = list(dict.fromkeys(test for name in row.runs for test in tests_of(name)))
        yield row.number, row.name, row.words, runs, tests


def _coverage(framework: Framework) -> str:
    lines = [
        MADE,
        "# What of the framework runs, and what proves it",
        "",
        (
            f"{framework.council}: *{framework.title}* ({framework.version}). Every row of the framework, in its own "
            "words, with the process that runs it and the tests that hold it. A test fails when a row has none."
        ),
        "",
        "| row | activity | the framework's words | run by | tests |",
        "|---|---|---|---|---|",
    ]
    for number, name, words, runs, tests in rows():
        run_by = ", ".join(
            f"`{process}`" + ("" if shape is None else f" ({shape})") for process, shape in runs
        )
        shown = [f"`{test.removeprefix('tests/')}`" for test in tests[:MOST_TESTS]]
        more = f" and {len(tests) - MOST_TESTS} more" if len(tests) > MOST_TESTS else ""
        lines.append(f"| {number} | {name} | {words} | {run_by} | {', '.join(shown)}{more} |")
    lines += ["", *_timeline(framework), *_as_needed(framework), *_besides(framework)]
    return "\n".join(lines)


def _timeline(framework: Framework) -> Iterator[str]:
    span = date(YEAR, 1, 1), date(YEAR, 12, 31)
    found = list(
        items(framework.lines, *span, terms=framework.terms, calendar=published_calendar())
    )
    counted = {
        kind: [one for one in found if one.line.kind == kind] for kind in ("timeline", "narrative")
    }
    yield f"## The year {YEAR}, as it is planned"
    yield ""
    yield (
        f"The timeline gives {len(counted['timeline'])} instances, the narrative {len(counted['narrative'])} more."
    )
    yield ""
    yield "| code | process | source | J | F | M | A | M | J | J | A | S | O | N | D | year |"
    yield "|---|---|---|" + "---|" * 13
    for kind, some in counted.items():
        for code, process in dict.fromkeys((one.line.code, one.line.process) for one in some):
            own = [one for one in some if (one.line.code, one.line.process) == (code, process)]
            months = [sum(one.due_on.month == month for one in own) for month in range(1, 13)]
            yield (
                f"| {code} | `{process}` | {kind} | {' | '.join(str(one or '') for one in months)} | {len(own)} |"
            )
        total = [sum(one.due_on.month == month for one in some) for month in range(1, 13)]
        yield f"| | | **{kind}** | {' | '.join(f'**{one}**' for one in total)} | **{len(some)}** |"
    yield ""


def _as_needed(framework: Framework) -> Iterator[str]:
    yield "## Named without a time"
    yield ""
    yield "Nobody plans them: a person, another process or an imported list begins them as they are needed."
    yield ""
    for line in framework.as_needed:
        yield f"- {line.code}, `{line.process}`: {line.source}"
    yield ""


def _besides(framework: Framework) -> Iterator[str]:
    named = {name for row in framework.rows for name in row.runs}
    yield "## Processes that no row names"
    yield ""
    yield "They carry what the others bring about."
    yield ""
    for name, process in all_processes().items():
        if name not in named:
            yield f"- `{name}`: {process.about}"
    yield ""


# ------------------------------------------------------------------ the framework file
def _form() -> str:
    lines = [
        MADE,
        "# The framework file",
        "",
        (
            "A council changes its framework without a developer: it writes a TOML file, lets "
            "`qa-workflow framework check FILE` name every fault by its line, and gives its path in the setting "
            f"`framework` (`QA_WORKFLOW_FRAMEWORK`). The one that ships is `qa_workflow/frameworks/{SHIPPED}.toml`."
        ),
        "",
    ]
    headings = {"framework": "[framework]", "bodies": "[bodies]", "roles": "[roles.<role>]"}
    for name, field in FrameworkForm.model_fields.items():
        if name in {"choices", "process"}:
            continue
        kinds = list(_models(field.annotation))
        title = headings.get(name, f"[[{name}]]")
        lines += [f"## `{title}`", ""]
        if not kinds:
            lines += ["A name for each body: titles of activities use it as `{name}`.", ""]
        for kind in kinds:
            lines += [(kind.__doc__ or "").strip(), "", *_fields(kind), ""]
    lines += ["## `[choices]`", "", "Where the framework's words can be read in two ways.", ""]
    lines += ["| key | default | what it decides | source |", "|---|---|---|---|"]
    for name, field in Choices.model_fields.items():
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        lines.append(
            f"| `{name}` | `{_written(field.default)}` | {field.description} | {extra.get('source', '')} |"
        )
    lines += ["", "## Where the words can be read in two ways", ""]
    lines += [
        "Every such place of the framework, how it is read by default, and where that is changed.",
        "",
    ]
    lines += ["| | read as | changed in |", "|---|---|---|"]
    lines += [
        f"| {one.number} | {one.default} | {'; '.join(_place(place) for place in one.where)} |"
        for one in AMBIGUITIES
    ]
    lines += ["", "## `[[process]]`", ""]
    lines += ["A process of this council's own, made of a shape: `shape`, and its parameters.", ""]
    for name, shape in SHAPES.items():
        lines += [f'### `shape = "{name}"`', "", (shape.__doc__ or "").strip(), ""]
        lines += [*_fields(shape), ""]
    return "\n".join(lines)


def _place(place: str) -> str:
    kind, _, name = place.partition(": ")
    return f"not changed: {name}" if kind == "fixed" else f"`{place}`"


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for field in annotation.model_fields.values():
            yield from _models(field.annotation)
    else:
        for part in getattr(annotation, "__args__", ()):
            yield from _models(part)


def _fields(kind: type[BaseModel]) -> Iterator[str]:
    yield "| key | default | meaning |"
    yield "|---|---|---|"
    for name, field in kind.model_fields.items():
        default = "**needed**" if field.is_required() else f"`{_written(field.default)}`"
        yield f"| `{name}` | {default} | {field.description} |"


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(_written(one) for one in value)}]"
    return "not given" if value is None else f'"{value}"' if isinstance(value, str) else str(value)


def _written_pages(found: Iterable[tuple[Path, str]]) -> None:
    for path, text in found:
        path.write_text(text, "utf-8")
        print(path.relative_to(ROOT))  # noqa: T201 - a script says what it wrote


if __name__ == "__main__":
    _written_pages(pages().items())
