"""The QA processes, as data: one module is one process. Found, not listed."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from qa_workflow.engine.definition import ProcessDefinition
from qa_workflow.errors import DefinitionFaulty


def names() -> tuple[str, ...]:
    """Return the name of every process there is, without loading any: each module here that does not start with `_`."""
    return tuple(one.name for one in iter_modules(__path__) if not one.name.startswith("_"))


def named(name: str) -> ProcessDefinition:
    """Return the definition of a process of `names()`.

    Raises:
        DefinitionFaulty: its module holds no PROCESS, or one of another name than its file.
    """
    process = getattr(import_module(f"{__name__}.{name}"), "PROCESS", None)
    if not isinstance(process, ProcessDefinition):
        raise DefinitionFaulty(name, [f"processes/{name}.py holds no PROCESS"])
    if process.name != name:
        raise DefinitionFaulty(
            process.name, [f"its file is called {name}.py: a process is named like its file"]
        )
    return process


@cache
def all_processes() -> dict[str, ProcessDefinition]:
    """Return every process definition by name.

    Raises:
        DefinitionFaulty: one of the modules holds no PROCESS, or one of another name than its file.
    """
    return {name: named(name) for name in names()}


class Definitions(Mapping[str, ProcessDefinition]):
    """The shipped processes and a council's *own*, by name, each as *fitted* to the council.

    One is loaded when it is first asked for: a command about one instance needs two or three of sixty.
    """

    def __init__(
        self,
        own: Mapping[str, ProcessDefinition],
        fitted: Callable[[ProcessDefinition], ProcessDefinition],
    ) -> None:
        self._own = own
        self._fitted = fitted
        self._known: dict[str, ProcessDefinition] = {}
        self._names = dict.fromkeys((*names(), *own))

    def __getitem__(self, name: str) -> ProcessDefinition:
        found = self._known.get(name)
        if found is None:
            if name not in self._names:
                raise KeyError(name)
            whole = self._own[name] if name in self._own else named(name)
            found = self._known[name] = self._fitted(whole)
        return found

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
