"""An operator of the simulated council: reads what is printed, fills in what stands in capitals, and types it.

Nothing else is known to them. What a print leaves open is in capitals, or a form to be filled; whatever a story does not say
about these the operator answers as anybody would: a sentence for a text, today for a date.
"""

import re
import shlex
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cli.shell import Shell
from freezegun import freeze_time

MOST_STEPS = 6  # so often an operator does what is printed before it must have helped
MINUTES = 5  # after which the daemon has passed again
_OPEN = re.compile(r"[A-Z][A-Z_]+[A-Z](?:[ '][A-Z]+)*")  # YOUR_ID, WHAT HAS CHANGED
_CHOICE = re.compile(r"[\w.-]+(?:\|[\w.-]+)+")


class Operator:
    """Looks after a copy of the council, at the moments of a story."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell
        self.moment = ""
        self.typed: list[str] = []

    def at(self, moment: str) -> "Operator":
        """Go to a moment, London time; its minutes go on by themselves."""
        self.moment = moment
        self.shell.at(moment)
        return self

    def passes(self) -> "Operator":
        """Let the daemon make its pass."""
        self.shell.says("daemon", "--once")
        return self

    def does(self, *words: str) -> str:
        """Type a command that people give every day."""
        return self.shell.says(*words)

    def starts(self, *words: str) -> str:
        """Start a process, and return the reference of what was begun."""
        return self.does("-q", "start", *words).split()[0]

    # -------------------------------------------------------------- finding
    def finds(self, class_: str) -> list[dict[str, Any]]:
        """Return what `stuck` lists of a class."""
        found: list[dict[str, Any]] = self.shell.json("stuck", "--class", class_)["items"]
        return found

    def class_of(self, reference: str) -> str | None:
        """Return the class that `why` names; None when nothing is wrong."""
        (item,) = self.shell.json("why", reference)["items"]
        found: str | None = item["class"]
        return found

    def printed(self, reference: str) -> str:
        """Return the command that `stuck` prints for one instance, as people read it."""
        blocks = self.shell.says("stuck").split("\n\n")
        (block,) = [one for one in blocks if one.startswith(f"{reference}  S")]
        *_, command = [one for one in block.splitlines() if one.startswith("    qa-workflow ")]
        return command.strip()

    # -------------------------------------------------------------- repairing
    def follows(self, reference: str, said: Mapping[str, str], until: str | None = None) -> None:
        """Do what is printed, again and again, until nothing is wrong, or only what *until* names."""
        for step in range(1, MOST_STEPS + 1):
            if self.class_of(reference) == until:
                return
            self.types(self.printed(reference), said)
            self._a_little_later(step)
            self.passes()
        assert self.class_of(reference) == until, "\n".join(self.typed)

    def types(self, command: str, said: Mapping[str, str]) -> None:
        """Fill in a printed command and type it; where the program asks back, say yes."""
        program, *words = shlex.split(command)
        assert program == "qa-workflow"
        if words[0] == "why":  # it points at another one, whose own way out comes first
            self.follows(words[1], said)
            return
        filled = [self._filled(one, said) for one in words]
        self.typed.append(shlex.join(filled))
        result = self.shell.type(*filled)
        if "say so with --yes" in result.stderr:
            result = self.shell.type(*filled, "--yes")
        assert result.exit_code == 0, f"{filled}: {result.stderr}"

    def _filled(self, word: str, said: Mapping[str, str]) -> str:
        name, equals, value = word.partition("=")
        if equals and re.fullmatch(r"[a-z_]+", name):
            return f"{name}={said.get(name) or self._answer(value, said)}"
        return self._answer(word, said)

    def _answer(self, word: str, said: Mapping[str, str]) -> str:
        if word in said:
            return said[word]
        if word == "YYYY-MM-DD":
            return self.moment.split()[0]
        if _CHOICE.fullmatch(word):
            return word.split("|", maxsplit=1)[0]
        if _OPEN.fullmatch(word) and word not in {"YOUR_ID", "PERSON_ID", "FILE"}:
            return "It was talked over with everybody concerned."
        assert word not in {"YOUR_ID", "PERSON_ID", "FILE", "[...]", "{...}"}, f"{word} is not said"
        return word

    def _a_little_later(self, step: int) -> None:
        day, _, time = self.moment.partition(" ")
        hours, minutes = (int(one) for one in time.split(":"))
        total = hours * 60 + minutes + step * MINUTES
        self.shell.at(f"{day} {total // 60:02}:{total % 60:02}")


@contextmanager
def at_work(database: Path, folder: Path) -> Iterator[Operator]:
    """Give an operator on a copy of *database*, with a clock that they move."""
    copy = folder / "council.db"
    shutil.copy(database, copy)
    with freeze_time("2026-07-08", ignore=["_pytest.timing"]) as clock:
        yield Operator(Shell(copy, clock))
