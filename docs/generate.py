"""Writes the pages of docs/reference that are made from the code; a test fails when one is stale.

python docs/generate.py
"""

from pathlib import Path

import typer
from typer.main import get_command

from qa_workflow.cli import app
from qa_workflow.cli.root import EXIT_CODES
from qa_workflow.engine.diagram import as_text, mermaid
from qa_workflow.processes import all_processes
from qa_workflow.settings import Settings

HERE = Path(__file__).parent / "reference"
MADE = "<!-- Made from the code by `make docs`; changes belong there. -->\n"


def pages() -> dict[Path, str]:
    """Return every generated page with its text."""
    return {
        HERE / "cli.md": _cli(),
        HERE / "processes.md": _processes(),
        HERE / "settings.md": _settings(),
        HERE / "errors.md": _errors(),
    }


def _cli() -> str:
    root = get_command(app)
    lines = [MADE, "# Commands", "", "Global options may stand before or after the command.", ""]
    lines += _command(root, "qa-workflow", depth=2)
    return "\n".join(lines)


def _command(
    command: typer.core.TyperCommand | typer.core.TyperGroup, path: str, depth: int
) -> list[str]:  # type: ignore[name-defined]
    lines = [f"{'#' * depth} `{path}`", "", (command.help or "").strip(), ""]
    options = [one for one in command.params if not getattr(one, "hidden", False)]
    if options:
        lines += ["| parameter | meaning |", "|---|---|"]
        for one in options:
            names = (
                ", ".join(one.opts + one.secondary_opts)
                if one.param_type_name == "option"
                else one.name.upper()
            )
            lines.append(f"| `{names}` | {(getattr(one, 'help', '') or '').strip()} |")
        lines.append("")
    for name, inner in sorted(getattr(command, "commands", {}).items()):
        if not inner.hidden:
            lines += _command(inner, f"{path} {name}", min(depth + 1, 4))
    return lines


def _processes() -> str:
    lines = [MADE, "# Processes", ""]
    for definition in all_processes().values():
        lines += [
            f"## {definition.title}",
            "",
            f"`{definition.name}`, version {definition.version}. {definition.about}",
            "",
        ]
        if definition.reference_hint:
            lines += [f"Named like `{definition.reference_hint}`.", ""]
        if definition.due_source:
            lines += [f"Its own date: {definition.due_source}.", ""]
        lines += [
            "```mermaid",
            mermaid(definition).strip(),
            "```",
            "",
            "```text",
            as_text(definition).strip(),
            "```",
            "",
        ]
    return "\n".join(lines)


def _settings() -> str:
    lines = [
        MADE, "# Settings", "",
        "Order: command line, environment, the TOML file of `--config`, default.", "",
        "| environment | default | meaning |", "|---|---|---|",
    ]  # fmt: skip
    for name, field in Settings.model_fields.items():
        if field.exclude:
            continue
        default = (
            "a file in the user's data folder"
            if field.default_factory is not None
            else f"`{field.default}`"
        )
        lines.append(f"| `QA_WORKFLOW_{name.upper()}` | {default} | {field.description} |")
    return "\n".join([*lines, ""])


def _errors() -> str:
    lines = [
        MADE, "# Errors and exit codes", "",
        "Every error is one sentence on standard error; with `--json` one object. Nothing was changed.", "",
        "| code in JSON | exit | when |", "|---|---|---|",
    ]  # fmt: skip
    for kind, code in EXIT_CODES:
        summary = (kind.__doc__ or "").strip().splitlines()[0]
        lines.append(f"| `{kind.code}` | {code} | {summary} |")
    lines += [
        "| `usage` | 2 | The command line cannot be read. |",
        "| `interrupted` | 130 | Stopped by the person. |",
        "",
    ]
    lines += [
        "Exit 0: done. Exit 1: findings (`process check`, `history verify`). Exit 3: `stuck --fail-on` was reached.",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, "utf-8")
        print(path.relative_to(HERE.parent.parent))  # noqa: T201 - a script says what it wrote
