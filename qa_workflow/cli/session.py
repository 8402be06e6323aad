"""What every command shares: the global options, the opened context, who acts, and how things are printed."""

import getpass
import json
import os
import re
import shutil
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa_workflow import clock
from qa_workflow.errors import WrongInput

PATIENCE = 1.0  # seconds before a progress bar is worth its flicker
_CONTROL = {code: "\ufffd" for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"}

if TYPE_CHECKING:
    from qa_workflow.engine.working_days import WorkingCalendar
    from qa_workflow.service.context import Context
    from qa_workflow.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options that stand before or after any command."""

    database: str | None = None
    config: Path | None = None
    json: bool = False
    quiet: bool = False
    verbose: int = 0


def options(ctx: typer.Context) -> Options:
    """Return the global options of this call."""
    found: Options = ctx.find_root().obj
    return found


def settings(ctx: typer.Context, **more: Any) -> "Settings":  # noqa: ANN401 - any setting
    """Return the settings, with what the command line says on top."""
    from qa_workflow.settings import read_settings

    given = options(ctx)
    return read_settings(given.config, database_url=given.database, **more)


def opened(ctx: typer.Context, *, check: bool = True, **more: Any) -> "Context":  # noqa: ANN401 - any setting
    """Return the context of this call's database, whose schema fits this program.

    Raises:
        DatabaseUnfit: it was never initialised, or is of another version.
    """
    from qa_workflow.wiring import build

    made = build(settings(ctx, **more))
    ctx.call_on_close(made.database.close)
    if check:
        made.database.require_schema()
    return made


def calendar(ctx: typer.Context) -> "WorkingCalendar":
    """Return the calendar of the database if there is one, else the published one: no database is needed to count."""
    from qa_workflow.frameworks.bank_holidays import published_calendar
    from qa_workflow.service.enquiries import calendar_of

    made = opened(ctx, check=False)
    if made.database.path is not None and made.database.schema_found() is None:
        return published_calendar()
    made.database.require_schema()
    return calendar_of(made)


def now() -> datetime:
    """Return this instant: read once by each command."""
    return clock.now()


def login() -> str:
    """Return who acts where no person is named: `cli:` and the login name."""
    try:
        return f"cli:{getpass.getuser()}"
    except (OSError, KeyError):
        return f"cli:{os.getuid() if hasattr(os, 'getuid') else 'unknown'}"


# ------------------------------------------------------------------ reading what was typed
def day(text: str, what: str = "The date") -> date:
    """Return a date written YYYY-MM-DD; WrongInput when it is none."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII) is None:
        raise WrongInput(f"{what} {text!r} is no date. Write it as YYYY-MM-DD.")
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise WrongInput(f"{what} {text!r} is no day of the calendar.") from exc


def likely_day(text: str | None, what: str = "The date") -> date | None:
    """Return a date of the years that work is done in, or None when nothing was typed; WrongInput for another."""
    if text is None:
        return None
    found = day(text, what)
    _require_likely(found, what, text)
    return found


def _require_likely(given: date, what: str, text: str) -> None:
    """Make sure that no year is a slip of the keyboard; WrongInput when it is."""
    from qa_workflow.engine.working_days import FIRST_YEAR, LAST_YEAR

    if not FIRST_YEAR <= given.year <= LAST_YEAR:
        raise WrongInput(f"{what} {text!r} lies outside the years {FIRST_YEAR} to {LAST_YEAR}.")


def optional_day(text: str | None, what: str = "The date") -> date | None:
    """Return a date, or None when nothing was typed."""
    return None if text is None else day(text, what)


def moment(text: str, what: str, *, now: datetime) -> datetime:
    """Return an instant written as ISO 8601 with its zone; a date alone is the end of that London day, or *now*.

    Raises:
        WrongInput: it is neither.
    """
    from qa_workflow.engine.working_days import start_of_day

    if "T" not in text and " " not in text.strip():
        found = day(text.strip(), what)
        _require_likely(found, what, text)
        end = start_of_day(found + timedelta(days=1)) - timedelta(microseconds=1)
        return min(end, now) if start_of_day(found) <= now else end
    try:
        given = datetime.fromisoformat(text.strip())
    except ValueError as exc:
        raise WrongInput(f"{what} {text!r} is no instant. Write 2026-03-02T14:30+00:00.") from exc
    if given.tzinfo is None:
        raise WrongInput(f"{what} {text!r} names no zone. Write 2026-03-02T14:30+00:00, or ...Z.")
    _require_likely(given.date(), what, text)
    return given.astimezone(UTC)


def evidence(pairs: Sequence[str], file: Path | None, reason: str | None) -> dict[str, Any]:
    """Return what `--data k=v`, `--data-file` and `--reason` say together; the command line wins.

    A value that begins with [ or { is JSON; every other value is text.
    """
    found: dict[str, Any] = {} if file is None else _object(file)
    typed: dict[str, Any] = {}
    for pair in pairs:
        key, separator, value = pair.partition("=")
        key = key.strip()
        if not separator or not key:
            raise WrongInput(f"--data {pair!r} is not written as key=value.")
        if key in typed:
            raise WrongInput(
                f'--data {key} is given twice. Write several values as JSON: {key}=\'["a", "b"]\'.'
            )
        typed[key] = _value(key, value)
    found |= typed
    if reason is not None:
        found["reason"] = reason
    return found


def _value(key: str, value: str) -> Any:  # noqa: ANN401 - whatever the JSON holds
    if not value.lstrip().startswith(("[", "{")):
        return value
    return _json(value, f"--data {key}: begins like JSON but")


def _json(text: str, what: str) -> Any:  # noqa: ANN401 - whatever the JSON holds
    try:
        return json.loads(text, parse_constant=_no_number)
    except RecursionError as exc:
        raise WrongInput(f"{what} is nested too deeply.") from exc
    except ValueError as exc:
        raise WrongInput(f"{what} is no JSON ({exc}).") from exc


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _object(file: Path) -> dict[str, Any]:
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text("utf-8-sig")
    except OSError as exc:
        raise WrongInput(f"The data file {file} cannot be read: {exc.strerror}.") from exc
    except UnicodeDecodeError as exc:
        raise WrongInput(f"The data file {file} is no text in UTF-8.") from exc
    found = _json(text, f"The data file {file}")
    if not isinstance(found, dict):
        raise WrongInput(f"The data file {file} holds no JSON object.")
    return found


def named(reference: str | None) -> str | None:
    """Return a reference as it was typed; an empty one would fit everything."""
    if reference is not None and not reference.strip():
        raise WrongInput("The reference is empty. Name one, e.g. case_audit:2025-26-A:C07.")
    return reference


Reference = Annotated[
    str,
    typer.Argument(
        metavar="REF",
        callback=named,
        help="The instance, e.g. recommendation:R-0001; a shorter form that is unique will do",
    ),
]


def is_asking() -> bool:
    """Tell whether there is a terminal on which a person can be asked."""
    return sys.stdin is not None and sys.stdin.isatty()


def confirmed(what: str, *, count: int, yes: bool) -> None:
    """Go on only when the person says so: `--yes`, or typing the count on a terminal.

    Raises:
        WrongInput: another count was typed, or there is no terminal to ask on.
    """
    if yes:
        return
    if not is_asking():
        raise WrongInput(f"{what} Nothing was changed. If that is right, say so with --yes.")
    typed: str = typer.prompt(
        f"{what} Type {count} to go on", default="", show_default=False, err=True
    )
    if typed.strip() != str(count):
        raise WrongInput(f"{count} was not typed, so nothing was changed.")


# ------------------------------------------------------------------ printing
def print_json(name: str, body: dict[str, Any]) -> None:
    """Print one JSON object with its schema's name (the command's words) and version."""
    plain = "utf" not in (sys.stdout.encoding or "").lower()
    whole = {"schema": f"qa-workflow/{name}/1", **body}
    print(json.dumps(whole, ensure_ascii=plain, indent=2))  # noqa: T201


def print_list(
    ctx: typer.Context,
    name: str,
    items: list[dict[str, Any]],
    *,
    as_of: datetime,
    **more: Any,  # noqa: ANN401 - whatever stands beside the items
) -> bool:
    """Print a list as JSON if JSON was asked for; tell whether it was."""
    if not options(ctx).json:
        return False
    body = {"as_of": instant(as_of), "count": len(items), "items": items}
    print_json(name, {**body, **more})
    return True


def instant(value: datetime) -> str:
    """Return an instant as ISO 8601 in UTC with Z."""
    return value.isoformat().replace("+00:00", "Z")


def local(value: str | None) -> str:
    """Return an instant as people read it: London time, to the minute."""
    if value is None:
        return ""
    from qa_workflow.engine.working_days import LONDON

    return f"{datetime.fromisoformat(value).astimezone(LONDON):%Y-%m-%d %H:%M}"


def say(text: str = "") -> None:
    """Print what was asked for, on standard output; what could steer a terminal is made visible."""
    print(text.translate(_CONTROL))  # noqa: T201


def hint(ctx: typer.Context, text: str) -> None:
    """Print something besides what was asked for, on standard error, unless --quiet."""
    if not options(ctx).quiet:
        print(text.translate(_CONTROL), file=sys.stderr)  # noqa: T201


def table(headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print a table: drawn for people on a terminal, aligned plain text when piped."""
    cells = [
        [("" if cell is None else " ".join(str(cell).split())).translate(_CONTROL) for cell in row]
        for row in rows
    ]
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        plain = bool(os.environ.get("NO_COLOR"))
        drawn = Table(box=None, pad_edge=False, header_style="" if plain else "bold")
        for header in headers:
            drawn.add_column(
                header, overflow="fold"
            )  # nothing is cut: a reference is there to be copied
        for row in cells:
            drawn.add_row(*map(Text, row))  # as Text: what people wrote is no markup
        Console(width=max(shutil.get_terminal_size().columns, 60)).print(drawn)
        return
    widths = [max(map(len, column)) for column in zip(headers, *cells, strict=True)]
    for row in [list(headers), *cells]:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        say(line.rstrip())


@contextmanager
def counting(ctx: typer.Context, what: str, *, total: int) -> Iterator[Callable[[str], None]]:
    """Give what moves a bar on by one of *total*, saying where it is; without a terminal nothing is shown."""
    if options(ctx).quiet or not sys.stderr.isatty():
        yield lambda _where: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[where]}", markup=False),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    task = bar.add_task(what, total=total, where="")
    with bar:
        yield lambda where: bar.update(task, advance=1, where=where)


@contextmanager
def working(ctx: typer.Context, what: str) -> Iterator[None]:
    """Show a bar on the terminal while something takes longer than a second."""
    if options(ctx).quiet or not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    bar = Progress(
        TextColumn(what, markup=False),
        BarColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    bar.add_task(what, total=None)
    later = threading.Timer(PATIENCE, bar.start)
    later.daemon = True
    try:
        later.start()
        yield
    finally:
        later.cancel()
        if later.ident is not None:
            later.join()
        bar.stop()
