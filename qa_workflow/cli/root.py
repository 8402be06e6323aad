"""The root of the command line: global options anywhere, one sentence for every error, documented exit codes."""

import json
import os
import re
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from qa_workflow import errors

DONE, FINDINGS, BAD_INPUT, THRESHOLD, UNHEALTHY, REFUSED, CONFLICT, UNFIT, NOT_FOUND, INTERRUPTED = (
    0, 1, 2, 3, 4, 5, 6, 7, 8, 130,
)  # fmt: skip

# The first class an error is of decides: the more special ones stand first.
EXIT_CODES: tuple[tuple[type[errors.QAWorkflowError], int], ...] = (
    (errors.DefinitionFaulty, UNFIT),
    (errors.DefinitionMoved, UNFIT),
    (errors.TransitionRefused, REFUSED),
    (errors.NotPermitted, REFUSED),
    (errors.InstanceMoved, CONFLICT),
    (errors.InstanceNotFound, NOT_FOUND),
    (errors.WrongInput, BAD_INPUT),
    (errors.CalendarFaulty, BAD_INPUT),
    (errors.FrameworkFaulty, BAD_INPUT),
    (errors.BeyondCalendar, BAD_INPUT),
    (errors.DatabaseUnfit, UNFIT),
    (errors.DatabaseUnhealthy, UNHEALTHY),
)

_WITH_VALUE = ("--database", "--config")
_FLAG = re.compile(r"--json|--quiet|--verbose|--version|-[qv]+")


# ------------------------------------------------------------------ commands and their help
class _Help:
    """Help whose examples are never wrapped, so that they can be copied."""

    help: str | None

    def format_help_text(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401, ARG002 - as the library has it
        for paragraph in (self.help or "").split("\n\n"):
            formatter.write_paragraph()
            with formatter.indentation():
                if paragraph.startswith("Example:") or "\n  " in paragraph:
                    margin = " " * formatter.current_indent
                    formatter.write("".join(f"{margin}{line}\n" for line in paragraph.split("\n")))
                else:
                    formatter.write_text(paragraph)


class Command(_Help, TyperCommand):
    """One command."""


class Group(_Help, TyperGroup):
    """Commands that belong together."""


def add(app: typer.Typer, commands: Mapping[str, Callable[..., None]]) -> None:
    """Add the commands to *app*, by name."""
    for name, command in commands.items():
        app.command(name, cls=Command)(command)


# ------------------------------------------------------------------ the root
def hoisted(args: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the global options of *args*, wherever they stood, and the rest; what follows `--` is no option.

    Raises:
        WrongInput: an option that needs a value has none.
    """
    front: list[str] = []
    rest: list[str] = []
    waiting = iter(args)
    for arg in waiting:
        if arg == "--":
            rest += [arg, *waiting]
        elif _FLAG.fullmatch(arg) or ("=" in arg and arg.partition("=")[0] in _WITH_VALUE):
            front.append(arg)
        elif arg in _WITH_VALUE:
            value = next(waiting, None)
            if value is None or value.startswith("--"):
                raise errors.WrongInput(f"{arg} needs a value. See `qa-workflow -h`.")
            front += [arg, value]
        else:
            rest.append(arg)
    return front, rest


class Root(Group):
    """The root group: hoists global options and turns every error into a sentence and an exit code."""

    def main(
        self,
        args: Sequence[str] | None = None,
        *_: Any,  # noqa: ANN401 - as the library has it
        standalone_mode: bool = True,
        **extra: Any,  # noqa: ANN401 - as the library has it
    ) -> Any:  # noqa: ANN401 - as the library has it
        _prepare_streams()
        code = self._run(list(sys.argv[1:] if args is None else args), extra)
        if standalone_mode:
            sys.exit(code)
        return code

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - as the library has it
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError as exc:
            _discard_output()  # whoever read our output has gone: that is no error, and nobody is left to tell
            raise typer.Exit(DONE) from exc
        return result

    def _run(self, args: list[str], extra: dict[str, Any]) -> int:
        as_json = "--json" in args
        try:
            front, rest = hoisted(args)
            as_json = "--json" in front
            result = super().main(args=[*front, *rest], standalone_mode=False, **extra)
            sys.stdout.flush()
        except errors.QAWorkflowError as exc:
            _say(body_of(exc), as_json=as_json)
            return next((code for kind, code in EXIT_CODES if isinstance(exc, kind)), UNHEALTHY)
        except TyperException as exc:
            _say_usage(exc, as_json=as_json)
            return BAD_INPUT
        except (typer.Abort, KeyboardInterrupt):
            result = INTERRUPTED
        except OSError as exc:
            _discard_output()
            _say(_system(exc), as_json=as_json)
            return UNHEALTHY
        except Exception as exc:  # noqa: BLE001 - a traceback never reaches a user
            _say(_fault(exc), as_json=as_json)
            return UNHEALTHY
        if result == INTERRUPTED:
            message = "Interrupted. What was not finished was not written."
            _say({"code": "interrupted", "message": message}, as_json=as_json)
        return result if isinstance(result, int) else DONE


def _prepare_streams() -> None:
    """Make sure that something can be printed: a closed stream swallows it, a strange letter is written as its code."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - open to the end
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _discard_output() -> None:
    """Let what is still buffered go nowhere, so that the interpreter does not fail on it at its end."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return


# ------------------------------------------------------------------ errors
def body_of(exc: errors.QAWorkflowError) -> dict[str, Any]:
    """Return an error as it is told to machines."""
    body: dict[str, Any] = {
        "code": exc.code,
        "message": str(exc),
        "reasons": [
            {
                "guard": one.guard,
                "why": one.why,
                "who": one.who,
                "from": one.from_on and one.from_on.isoformat(),
            }
            for one in getattr(exc, "reasons", ())
        ],
    }
    if isinstance(exc, errors.InstanceNotFound) and exc.fits:
        body["candidates"] = list(exc.fits)
    if isinstance(exc, errors.BadData):
        body["fields"] = exc.problems
    if isinstance(exc, errors.RejectedFile):
        body["rejected"] = [
            {"list": one.list_name, "row": one.row, "column": one.column, "why": one.why}
            for one in exc.faults
        ]
    return body


def _say_usage(exc: TyperException, *, as_json: bool) -> None:
    context = getattr(exc, "ctx", None)
    path = "qa-workflow" if context is None else context.command_path.removesuffix(" of")
    if type(exc).__name__ == "NoArgsIsHelpError":
        if not as_json:
            print(exc.format_message(), file=sys.stderr)  # noqa: T201 - it is the help
            return
        message = "No command is given"
    else:
        message = exc.format_message() if hasattr(exc, "format_message") else str(exc)
    message = " ".join(message.split()).rstrip(".")
    _say({"code": "usage", "message": f"{message}. See `{path} -h`."}, as_json=as_json)


def _system(exc: OSError) -> dict[str, Any]:
    where = f" ({exc.filename})" if exc.filename else ""
    return {
        "code": "system",
        "message": f"The system refuses{where}: {exc.strerror or exc}. Mend that, and try again.",
    }


def _fault(exc: Exception) -> dict[str, Any]:
    """Keep what happened in a file for whoever looks after the program, and say where."""
    try:
        handle, path = tempfile.mkstemp(prefix="qa-workflow-fault-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.writelines(traceback.format_exception(exc))
        kept = f"Send the file {path} to whoever looks after the program."
    except OSError:
        kept = "Tell whoever looks after the program."
    message = f"The program has a fault ({type(exc).__name__}). What was not finished was not written. {kept}"
    return {"code": "fault", "message": message}


def _say(error: dict[str, Any], *, as_json: bool) -> None:
    reasons = error.get("reasons") or []
    if as_json:
        body = {"code": error["code"], "message": error["message"], "reasons": reasons, **error}
        print(json.dumps({"error": body}), file=sys.stderr)  # noqa: T201
    elif len(reasons) > 1:
        lines = [f"  - {one['why']}{_who_and_when(one)}" for one in reasons]
        print("\n".join(["Refused:", *lines]), file=sys.stderr)  # noqa: T201
    else:
        more = "".join(map(_who_and_when, reasons))
        print(f"{error['message']}{more}", file=sys.stderr)  # noqa: T201


def _who_and_when(reason: dict[str, Any]) -> str:
    known = [reason["who"], reason["from"] and f"from {reason['from']}"]
    told = ", ".join(part for part in known if part)
    return f" ({told})" if told else ""


def tell(code: str, message: str, *, as_json: bool) -> None:
    """Say on standard error what is wrong, in the one shape of every error."""
    _say({"code": code, "message": message}, as_json=as_json)
