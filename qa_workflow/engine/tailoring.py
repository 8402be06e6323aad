"""Fits a definition to a council: its own ladders in place of the shipped ones. Pure; the definition stays as it is."""

from collections.abc import Mapping
from dataclasses import replace

from qa_workflow.engine.definition import ProcessDefinition
from qa_workflow.engine.due import Ladder
from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.people import ROLES


def tailored(
    definition: ProcessDefinition, own: Mapping[str, Ladder], roles: frozenset[str] = ROLES
) -> ProcessDefinition:
    """Return *definition* for a council whose roster may name *roles*, and whose ladders stand in *own*.

    Every ladder of a name that *own* knows is replaced, wherever it is climbed.
    """
    if not own and roles == definition.roles:
        return definition

    def fitted(ladder: Ladder | None) -> Ladder | None:
        return None if ladder is None else own.get(ladder.name, ladder)

    chosen = definition.ladder_of

    def ladder_of(instance: ProcessInstance, deadline: str, standard: Ladder) -> Ladder:
        found = standard if chosen is None else chosen(instance, deadline, standard)
        return own.get(found.name, found)

    return replace(
        definition,
        roles=roles,
        due_ladder=fitted(definition.due_ladder),
        deadlines=tuple(replace(one, ladder=fitted(one.ladder)) for one in definition.deadlines),
        ladder_of=None if chosen is None else ladder_of,
    )
