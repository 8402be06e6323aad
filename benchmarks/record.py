"""Keeps what a benchmark found: as a file for machines, and as a table in benchmarks/README.md."""

import json
import os
import platform
import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from qa_workflow import clock

HERE = Path(__file__).parent
_OURS = ("sqlmodel", "sqlalchemy", "pydantic", "transitions", "typer", "orjson")


def table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table as Markdown, its columns aligned so that it can be read as text too."""
    lines = [list(headers), *(list(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(
        f"| {' | '.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))} |"
        for line in lines
    )


def keep(name: str, figures: Mapping[str, Any], shown: str) -> None:
    """Write *figures* to results/*name*.json, and *shown* into the part of the README that is called so."""
    circumstances = _circumstances()
    whole = {"benchmark": name, **circumstances, **figures}
    kept = HERE / "results" / f"{name}.json"
    kept.parent.mkdir(exist_ok=True)
    kept.write_text(json.dumps(whole, indent=2) + "\n", "utf-8")
    machine = circumstances["machine"]
    said = (
        f"Run on {circumstances['on']}: {machine['cores']} cores, {machine['system']}, "
        f"Python {machine['python']}, SQLite {machine['sqlite']}, "
        f"{', '.join(f'{one} {number}' for one, number in circumstances['versions'].items())}."
    )
    page = HERE / "README.md"
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    text, found = re.subn(
        f"(?s){begin}.*{end}",
        lambda _: f"{begin}\n{said}\n\n{shown}\n{end}",
        page.read_text("utf-8"),
    )
    if not found:
        raise SystemExit(f"{page} has no part called {name}")
    page.write_text(text, "utf-8")


def _circumstances() -> dict[str, Any]:
    return {
        "on": clock.now().date().isoformat(),
        "machine": {
            "cores": os.cpu_count(),
            "system": platform.system(),
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
        },
        "versions": {name: version(name) for name in _OURS},
    }
