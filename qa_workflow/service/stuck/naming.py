"""People by their names, and what nobody holds by what the post is called in this council."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa_workflow.engine.people import SYSTEM, Roster
from qa_workflow.service.stuck.awaited import awaited_move
from qa_workflow.service.stuck.judging import Asked
from qa_workflow.service.whom import POSTS, whom
from qa_workflow.service.work import Work

FEW = 3  # named one by one; of more, how many


@dataclass(frozen=True, slots=True)
class Names:
    """What people and posts are called: by person id, by role, or by `role:…` as messages are addressed."""

    roster: Roster
    titles: Mapping[str, str]

    def of(self, one: str) -> str:
        """Return the name of a person or post; what is neither is said as it is written.

        A message addressed to a role is one that nobody holds today.
        """
        person = self.roster.get(one)
        if person is not None:
            return person.name
        role = one.removeprefix("role:")
        if one != role or role in POSTS or role in self.titles:
            return self.titles.get(role) or POSTS.get(role) or role.replace("_", " ")
        return one

    def listed(self, some: Sequence[str]) -> str:
        """Return people and posts as a list in words: "Sandy Quality, Ada People and 4 more"."""
        known = list(dict.fromkeys(self.of(one) for one in some))
        if len(known) > FEW:
            known = [*known[:FEW], f"{len(known) - FEW} more"]
        return " and ".join(filter(None, [", ".join(known[:-1]), *known[-1:]]))


def names_of(work: Work) -> Names:
    """Return what people and posts are called in this council."""
    return Names(work.roster, work.ctx.framework.role_titles)


def waited_for(asked: Asked) -> str:
    """Return whom the instance waits for: its owner by name, else everybody who may make its normal move.

    Some keep their owner while another acts, such as who verifies: then it waits for the other.
    """
    one, work = asked.instance, asked.work
    names = names_of(work)
    if one.owner is not None and not _waits_for_another(asked):
        return names.of(one.owner)
    if one.owner_role is None and one.owner is None:
        return names.of(SYSTEM)
    if asked.definition is None or asked.facts is None:
        return names.of(one.owner_role or SYSTEM)
    move = awaited_move(asked.definition, one, asked.facts)
    roles = (one.owner_role or SYSTEM,) if move is None else move.roles
    return " or ".join(whom(work, asked.definition, asked.facts).people(roles))


def _waits_for_another(asked: Asked) -> bool:
    known, facts, one = asked.definition, asked.facts, asked.instance
    if known is None or facts is None or not asked.known_state:
        return False
    move = awaited_move(known, one, facts)
    if move is None or not (known.keeps_owner or move is not known.owning_transition(one.state)):
        return False
    there = whom(asked.work, known, facts)
    return all(one.owner != person.person_id for role in move.roles for person in there.meant(role))
