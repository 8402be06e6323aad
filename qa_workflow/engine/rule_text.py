"""Reads back what a kept content says of its rules: the text that `repr` makes of a rule or a ladder.

Nothing is evaluated: only the words of `engine/due.py`, numbers, texts and dates are understood, so that
a row of the database can never run anything.
"""

import ast
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from qa_workflow.engine.derivation import Days, Months, Weeks
from qa_workflow.engine.due import (
    After,
    Dated,
    EscalationLevel,
    InstanceDue,
    Ladder,
    OnDate,
    Within,
)

_WORDS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        word.__name__: word
        for word in (
            After, Dated, Days, EscalationLevel, InstanceDue, Ladder, Months, OnDate, Weeks, Within,
        )
    }
    | {"date": date}
)  # fmt: skip


@lru_cache(maxsize=1024)
def read_rule(text: str) -> Any:  # noqa: ANN401 - a rule, a ladder or None
    """Return the rule or ladder (or None) whose `repr` is *text*.

    Raises:
        ValueError: it says something that this program does not know.
    """
    try:
        return _read(ast.parse(text, mode="eval").body)
    except (SyntaxError, TypeError, RecursionError) as exc:
        raise ValueError(f"{text!r} is no rule that this program knows") from exc


def _read(node: ast.expr) -> Any:  # noqa: ANN401 - any part of a rule
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_read(node.operand)
    if isinstance(node, ast.Tuple):
        return tuple(_read(one) for one in node.elts)
    if isinstance(node, ast.Call) and (word := _WORDS.get(_name(node.func))) is not None:
        named = {one.arg: _read(one.value) for one in node.keywords if one.arg is not None}
        return word(*(_read(one) for one in node.args), **named)
    raise ValueError(f"{ast.unparse(node)!r} is no rule that this program knows")


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr  # datetime.date
    return node.id if isinstance(node, ast.Name) else ""
