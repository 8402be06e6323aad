"""Finds on which line of a TOML file a value stands, so that a fault in it can be named by its line."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

Place = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(
    r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*[A-Za-z0-9_-]+)*)\s*=\s*(.*)$"""
)
_QUOTED = re.compile(r'"(?:\\.|[^"\\])*"|' + r"'[^']*'")


def places(text: str) -> Mapping[Place, int]:
    """Return the line (from 1) of every table and key of *text*: `("activity", 3, "months")` -> 57.

    The text is TOML that parses; what stands inside one multi-line value is not told apart.
    """
    return dict(_found(text))


def line_of(known: Mapping[Place, int], place: Place) -> int:
    """Return the line of *place*, or of the nearest table around it; 1 where nothing of it is written."""
    for end in range(len(place), 0, -1):
        if place[:end] in known:
            return known[place[:end]]
    return 1


def _found(text: str) -> Iterator[tuple[Place, int]]:
    table: Place = ()
    counted: Counter[Place] = Counter()
    open_brackets, until = 0, ""
    for number, line in enumerate(text.splitlines(), start=1):
        if until:
            until = "" if until in line else until
            continue
        if open_brackets:
            open_brackets += _depth(line)
            continue
        if header := _HEADER.match(line):
            path = _names(header[2])
            table = _under(path[:-1], counted) + path[-1:]
            if header[1] == "[[":
                counted[table] += 1
                table = (*table, counted[table] - 1)
            yield table, number
        elif key := _KEY.match(line):
            yield table + _names(key[1]), number
            value = key[2]
            quotes = next((mark for mark in ('"""', "'''") if value.startswith(mark)), "")
            if quotes and quotes not in value[3:]:
                until = quotes
            elif not quotes:
                open_brackets = _depth(value)


def _names(path: str) -> Place:
    return tuple(part.strip().strip("\"'") for part in path.split("."))


def _under(path: Place, counted: Counter[Place]) -> Place:
    """Return *path* with the number of the table that it stands in, where that is one of several."""
    found: Place = ()
    for name in path:
        found = (*found, name)
        if found in counted:
            found = (*found, counted[found] - 1)
    return found


def _depth(text: str) -> int:
    """Return by how many brackets *text* opens more than it closes, outside strings and comments."""
    bare = _QUOTED.sub("", text).split("#", 1)[0]
    return sum(bare.count(mark) for mark in "[{") - sum(bare.count(mark) for mark in "]}")
