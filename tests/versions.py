"""Other versions of a process under instances that are under way: what a deploy of a changed definition does."""

import sqlite3
from dataclasses import replace
from enum import StrEnum
from typing import Any

from council import Council

from qa_workflow.engine.definition import ProcessDefinition
from qa_workflow.frameworks.migration_map import MapFile
from qa_workflow.service import installation, migrations
from qa_workflow.service.migrations import Order, Report


def deploys(council: Council, *definitions: ProcessDefinition) -> None:
    """Let *council* run by a program that has these definitions instead of those of their names."""
    known = {**council.ctx.processes, **{one.name: one for one in definitions}}
    council.ctx = replace(council.ctx, processes=known, _pins={})
    installation.initialise(council.ctx, now=council.now)


def changed(council: Council, name: str, **changes: Any) -> ProcessDefinition:  # noqa: ANN401 - the fields
    """Return version 2 of a process of the council."""
    found: ProcessDefinition = replace(council.ctx.processes[name], **{"version": 2, **changes})
    return found


def with_state_renamed(definition: ProcessDefinition, old: str, new: str) -> ProcessDefinition:
    """Return *definition* with one state under another name, everywhere."""
    names = {str(one): new if str(one) == old else str(one) for one in definition.states}
    states = StrEnum("Stage", {one.upper(): one for one in names.values()})  # type: ignore[misc]
    return replace(
        definition,
        states=states,
        initial=names[str(definition.initial)],
        final=frozenset(names[str(one)] for one in definition.final),
        transitions=tuple(
            replace(
                one,
                source=tuple(names[source] for source in one.sources),
                dest=None if one.dest is None else names[str(one.dest)],
            )
            for one in definition.transitions
        ),
        deadlines=tuple(replace(one, state=names[str(one.state)]) for one in definition.deadlines),
        waits_for_children_in=frozenset(
            names[str(one)] for one in definition.waits_for_children_in
        ),
    )


def an_order(
    council: Council,
    name: str,
    said: str = "",
    *,
    from_pin: str = "1",
    to: int = 2,
    **more: Any,  # noqa: ANN401 - the fields
) -> Order:
    path = council.folder / "map.toml"
    path.write_text(said, "utf-8")
    return Order(
        process=name,
        from_pin=from_pin,
        to_version=to,
        map_file=MapFile(path),
        actor="cli:test",
        **more,
    )


def rehearsed(council: Council, name: str, said: str = "", **more: Any) -> Report:  # noqa: ANN401 - the order
    return migrations.rehearse(council.ctx, an_order(council, name, said, **more), now=council.now)


def applied(
    council: Council,
    name: str,
    said: str = "",
    *,
    limit: int | None = None,
    **more: Any,  # noqa: ANN401 - the order
) -> Report:
    order = an_order(council, name, said, **more)
    return migrations.apply(council.ctx, order, now=council.now, limit=limit)


def dumped(council: Council) -> list[str]:
    """Return everything in the database, as SQL, read past our own code."""
    path = council.folder / "council.db"
    plain = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    found = list(plain.iterdump())
    plain.close()
    return found
