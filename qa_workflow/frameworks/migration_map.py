"""Reads the file that says how a live process is changed, and names each fault by its line."""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qa_workflow.engine.migration_plan import Faults, Plan, read_plan
from qa_workflow.errors import Fault, RejectedFile, WrongInput
from qa_workflow.frameworks.places import Place, line_of, places


class MapFile:
    """A map as it was read: its plan, and the line of each thing it says. Without a file, the empty map."""

    def __init__(self, path: Path | None) -> None:
        self.name = "The map" if path is None else str(path)
        self._lines: Mapping[Place, int] = {}
        told = {} if path is None else self._read(path)
        self.plan: Plan
        self.plan, faults = read_plan(told)
        self.require(faults)

    def _read(self, path: Path) -> Mapping[str, Any]:
        try:
            text = path.read_text("utf-8-sig")
        except OSError as exc:
            raise WrongInput(f"The map {path} cannot be read: {exc.strerror}.") from exc
        except UnicodeDecodeError as exc:
            raise WrongInput(f"The map {path} is no text in UTF-8.") from exc
        try:
            if path.suffix == ".json":
                told = json.loads(text)
            else:
                told = tomllib.loads(text)
                self._lines = places(text)
        except (ValueError, RecursionError) as exc:
            kind = "JSON" if path.suffix == ".json" else "TOML"
            raise WrongInput(f"The map {path} is no {kind} ({exc}).") from exc
        if not isinstance(told, Mapping):
            raise WrongInput(f"The map {path} holds no sections.")
        return told

    def require(self, faults: Faults) -> None:
        """Make sure that there are no *faults*.

        Raises:
            RejectedFile: naming each with its section, its line (of TOML) and its name.
        """
        if faults:
            raise RejectedFile(self.name, [self._fault(place, why) for place, why in faults])

    def _fault(self, place: tuple[str, ...], why: str) -> Fault:
        line = line_of(self._lines, place) if self._lines and place in self._lines else None
        return Fault(
            why=why,
            list_name=f"[{place[0]}]",
            row=line,
            column=place[1] if len(place) > 1 else None,
        )
