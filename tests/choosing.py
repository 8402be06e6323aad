"""A council that reads an ambiguous sentence otherwise than the default: what stories of its choices are told with.

choose(council, carry_forwards=2)          from now on its framework says so
meets_in(council, "GTO", 2, 8)             and its calendar lets a meeting sit in other months
"""

from dataclasses import replace
from typing import Any

from council import Council

from qa_workflow.frameworks.choices import Choices


def choose(council: Council, **choices: Any) -> Council:  # noqa: ANN401 - any choice
    """Let the council choose otherwise, as its framework file would say; return it."""
    framework = council.ctx.framework
    chosen = Choices.model_validate({**framework.choices.model_dump(), **choices})
    council.ctx = replace(council.ctx, framework=replace(framework, choices=chosen))
    return council


def meets_in(council: Council, code: str, *months: int) -> None:
    """Let a line of the calendar fall due in other months."""
    lines = tuple(
        replace(line, months=months) if line.code == code else line for line in council.ctx.lines
    )
    council.ctx = replace(council.ctx, lines=lines)
