"""Collects what the officers of every subject do: each module of `simulation/officers`, found by itself."""

import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

from qa_workflow.errors import DefinitionFaulty
from qa_workflow.simulation import officers
from qa_workflow.simulation.scene import Script, Starts


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Who plays what: the scripts by process and state, and what is begun by hand."""

    scripts: Mapping[str, Mapping[str, Script]]
    starts: Sequence[Starts] = ()


def every_part() -> Parts:
    """Return what the modules of `simulation/officers` say together.

    Raises:
        DefinitionFaulty: two modules speak for one process.
    """
    return parts_of(
        [
            import_module(f"{officers.__name__}.{found.name}")
            for found in sorted(pkgutil.iter_modules(officers.__path__), key=lambda one: one.name)
        ]
    )


def parts_of(modules: Sequence[ModuleType]) -> Parts:
    """Return what *modules* say together; a module without SCRIPTS only lends words to the others.

    Raises:
        DefinitionFaulty: two modules speak for one process.
    """
    scripts: dict[str, Mapping[str, Script]] = {}
    said_by: dict[str, str] = {}
    starts: list[Starts] = []
    for module in modules:
        name = module.__name__.rpartition(".")[2]
        for process, states in getattr(module, "SCRIPTS", {}).items():
            if process in scripts:
                both = f"{said_by[process]} and {name} both say what its officers do"
                raise DefinitionFaulty(process, [both])
            scripts[process], said_by[process] = states, name
        if hasattr(module, "starts"):
            starts.append(module.starts)
    return Parts(scripts=scripts, starts=tuple(starts))
