"""What quality assurance raises wherever it looks: recommendations, and concerns for a child's safety.

Sources: "recommendations from independent audits" (framework, timeline) are followed up in one way
whoever raised them (domain 3.2: parent = audit of any type); "are they safe and protected from harm"
(framework, principles): a concern is never left to the end of an audit (domain 3.0, 3.6).

A process that raises recommendations

- asks for `recommendations: tuple[Recommended, ...] | None`, where an empty list says that there are
  none, checked by `recommendations_are_said`;
- returns `raise_recommendations(step, items, source=...)` among the `spawn` of its effect.

Each becomes `recommendation:R-0001`, `recommendation:R-0002` ..., a child of the instance that raised it.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from qa_workflow.engine.definition import Facts, PersonId, Refusal, Step, guard
from qa_workflow.engine.instance import NOTHING, Json, Spawn

RECOMMENDATION = "recommendation"


class Recommended(BaseModel):
    """Something that must change: what, for whom, and with what difference. By reference, without names."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    what: str = Field(min_length=1, title="What")
    for_whom: str = Field(default="", title="For whom")
    difference: str = Field(default="", title="What difference it makes for the child")
    owner: PersonId | None = Field(default=None, title="Proposed owner")
    priority: Literal["standard", "high", "immediate"] = Field(default="standard", title="Priority")
    due_on: date | None = Field(default=None, title="Proposed due date")
    category: Literal["case_action", "practice_theme", "system"] | None = Field(
        default=None, title="Category"
    )


@guard("evidence")
def recommendations_are_said(_facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - any Asks with recommendations
    """Recommendations are listed, or an empty list says that there are none."""
    if evidence.recommendations is not None:
        return None
    return Refusal(
        why="Recommendations are not given; an empty list says that there are none.",
        who="whoever asks",
    )


def raise_recommendations(
    step: Step,
    items: Iterable[Recommended],
    *,
    source: str | None = None,
    owner: str | None = None,
    also: Json = NOTHING,
) -> tuple[Spawn, ...]:
    """Return one recommendation for each of *items*, raised today by the instance of *step*.

    *source* is the reference that they come from, if not that instance; *owner* is proposed where an
    item names nobody; *also* is kept in the data of each.
    """
    return tuple(
        recommendation(step, item, source=source, owner=owner, also=also) for item in items
    )


def recommendation(
    step: Step,
    given: Recommended,
    *,
    source: str | None = None,
    owner: str | None = None,
    due_on: date | None = None,
    also: Json = NOTHING,
) -> Spawn:
    """Return one recommendation: it finds its own window, and its date by its priority (domain 3.2).

    A *due_on* of the source's own stands whatever the priority; the window is then the one that holds
    that day.
    """
    before = step.before
    proposed = {} if given.due_on is None else {"due_on": given.due_on.isoformat()}
    return Spawn(
        process=RECOMMENDATION,
        reference=f"{RECOMMENDATION}:R-",
        numbered=True,
        subject=before.subject,
        case_id=before.case_id,
        title=given.what,
        due_on=due_on,
        data={
            "what": given.what,
            "for_whom": given.for_whom,
            "difference": given.difference,
            "category": given.category,
            "priority": given.priority,
            "proposed_owner": given.owner or owner,
            "source": source or before.reference,
            "raised_on": step.today.isoformat(),
            **proposed,
            **also,
        },
    )


def immediate_concern(step: Step, case: str, what: str) -> Spawn:
    """Return an immediate concern for a child, seen by whoever acts; it is due the next working day."""
    return Spawn(
        process="immediate_concern",
        reference=f"immediate_concern:{case}:",
        numbered=True,
        subject=case,
        case_id=case,
        title=f"Immediate concern about {case}",
        data={"what": what, "raised_by": step.actor, "source": step.before.reference},
    )
