"""What a meeting or a report agrees is an instance of its own: who does what, and by when.

Source: "evidence of recommendations being progressed" (framework, audit cycle page) asks that nothing
agreed is lost; domain 3.5 G2: a meeting closes only when every action is an instance.

A process that agrees actions

- asks for `actions: tuple[ActionItem, ...]`, checked by `action_owners_are_here` and
  `action_days_are_to_come` (both look at the field called `actions`);
- returns `action_spawns(step, items)` among the `spawn` of its effect.

Each becomes `action:A-0001`, `action:A-0002` ..., a child of the instance that agreed it, with the
data `what`, `owner`, `due_on`, `about` and `source` (the reference of what agreed it).
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from qa_workflow.engine.definition import Facts, PersonId, Refusal, Step, guard
from qa_workflow.engine.derivation import in_words
from qa_workflow.engine.instance import Spawn

ACTION = "action"


class ActionItem(BaseModel):
    """One thing that somebody will do: by reference, without names of children."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    what: str = Field(min_length=1, title="What", description="By reference, without names")
    owner: PersonId = Field(title="Who does it")
    due_on: date = Field(title="By when")
    about: str = Field(
        default="", title="What it is about", description="The reference of a case, plan or item"
    )


@guard("evidence")
def action_owners_are_here(facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - any Asks with actions
    """Each action is owned by a person who works here today."""
    for one in evidence.actions:
        if facts.roster.active(one.owner, facts.today) is None:
            return Refusal(why=f"{one.owner} does not work here today, so cannot own an action.")
    return None


@guard("evidence")
def action_days_are_to_come(facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - any Asks with actions
    """No action is due before it was agreed."""
    for one in evidence.actions:
        if one.due_on < facts.today:
            return Refusal(
                why=f"An action is due on {in_words(one.due_on)}, which is over.",
                from_on=facts.today,
            )
    return None


ACTIONS_ARE_SOUND = (action_owners_are_here, action_days_are_to_come)


def action_spawns(step: Step, items: Iterable[ActionItem]) -> tuple[Spawn, ...]:
    """Return one action for each of *items*, agreed by the instance of *step* on that day."""
    return tuple(_spawn(step, item) for item in items)


def _spawn(step: Step, item: ActionItem) -> Spawn:
    before = step.before
    return Spawn(
        process=ACTION,
        reference=f"{ACTION}:A-",
        numbered=True,
        subject=item.about or before.subject,
        title=item.what,
        case_id=before.case_id,
        due_on=item.due_on,
        owner=item.owner,
        data={
            "what": item.what,
            "owner": item.owner,
            "due_on": item.due_on.isoformat(),
            "about": item.about or None,
            "source": before.reference,
            "agreed_on": step.today.isoformat(),
        },
    )
