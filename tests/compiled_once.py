"""SQLite as the program has it, except that a statement is compiled once for all engines of a test run.

Every test has a database of its own, and a command line an engine for each command; each engine would
compile every statement anew, which was a sixth of the whole run. What is compiled depends on the
dialect alone, and all of these are made alike.
"""

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

_COMPILED: dict[Any, Any] = {}


class CompiledOnce(SQLiteDialect_pysqlite):
    """A dialect that equals every other of its kind, so that they share what was compiled."""

    supports_statement_cache = True

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        super().engine_created(engine)
        engine.update_execution_options(compiled_cache=_COMPILED)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    def __hash__(self) -> int:
        return hash(type(self))


def share() -> None:
    """Let every engine that is made from now on in this process share what is compiled."""
    registry.register("sqlite", __name__, CompiledOnce.__name__)
