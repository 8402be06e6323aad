"""The QA processes, as data: one module is one process. Found, not listed."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from qa_workflow.engine.definition import ProcessDefinition
from qa_workflow.errors import DefinitionFaulty


@cache
def all_processes() -> dict[str, ProcessDefinition]:
    """Return every process definition by name: each module here whose name does not start with `_`.

    Raises:
        DefinitionFaulty: a module holds no PROCESS, or one of another name than its file.
    """
    found = {}
    for module in iter_modules(__path__):
        if module.name.startswith("_"):
            continue
        process = getattr(import_module(f"{__name__}.{module.name}"), "PROCESS", None)
        if not isinstance(process, ProcessDefinition):
            raise DefinitionFaulty(module.name, [f"processes/{module.name}.py holds no PROCESS"])
        if process.name != module.name:
            raise DefinitionFaulty(
                process.name,
                [f"its file is called {module.name}.py: a process is named like its file"],
            )
        found[process.name] = process
    return found
