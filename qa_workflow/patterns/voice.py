"""The child's own voice, wherever one is asked for: what is sent, what must hold, what is kept.

Framework, The Voice of Children: views are "represented in their entirety, and not interpreted or given
from a third person perspective". So the words come verbatim, with the method and the day, in a field of
their own; a professional's account stands apart (`professional_view`) and never counts for them; and
where there are no words, somebody says why.

    class Meeting(Asks):
        views: tuple[View, ...] = Field(default=(), title="The child's own views")
        no_views_reason: str = Field(default="", title="Why there are none")

    guards=(views_are_the_childs_own("views", instead="no_views_reason", who="social_worker"),)

    def hold(step: Step) -> Effects:
        return Effects(data=..., voices=voices(step, step.evidence.views))
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from qa_workflow.engine.definition import Facts, Guard, Refusal, Step
from qa_workflow.engine.instance import Voice
from qa_workflow.patterns.guards import not_in_the_future

# White space at the ends is the child's too: nothing is trimmed, whatever the form around it does.
Verbatim = Annotated[str, StringConstraints(strip_whitespace=False)]


class View(BaseModel):
    """A child's or young person's own words, verbatim: never a paraphrase (framework, The Voice of Children)."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    words: Verbatim = Field(default="", title="Their own words")
    method: str = Field(
        default="", title="How they were given", description="app, drawing, conversation ..."
    )
    heard_on: date | None = Field(default=None, title="When")

    @property
    def is_complete(self) -> bool:
        """Tell whether words, method and day are all there; white space is no words."""
        return bool(self.words.strip() and self.method and self.heard_on is not None)


# ------------------------------------------------------------------ what must hold
def misheard(
    view: View,
    facts: Facts,
    *,
    who: str,
    incomplete: str = "Each view needs the words, the method and the date.",
    heard: str = "The day on which the view was heard",
) -> Refusal | None:
    """Refuse one view that lacks words, method or day, or was heard on a day that has not come yet."""
    if not view.is_complete:
        return Refusal(why=incomplete, who=who)
    return not_in_the_future(view.heard_on, facts, heard)


def views_are_the_childs_own(
    field: str = "views",
    *,
    instead: str = "no_views_reason",
    who: str = "whoever heard the child",
    name: str = "views_are_the_childs_own",
    missing: str = "The child's or young person's own views are missing. A professional's account does not "
    "stand for them: give the words, the method and the date, or say why there are none.",
    incomplete: str = "Each view needs the words, the method and the date.",
    heard: str = "The day on which the view was heard",
    approved: Callable[[Facts, Any], Refusal | None] | None = None,
) -> Guard:
    """Make a guard: *field* holds at least one view and each is complete; or *instead* holds a reason.

    *approved*, where a reason alone is not enough, refuses one that nobody has approved. The guard
    reads what is sent and the facts.
    """

    def own(facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - each trigger has its own Asks
        """A child was heard in their own words, with method and day; or somebody says why not."""
        views: tuple[View, ...] = getattr(evidence, field)
        if views:
            told = (
                misheard(one, facts, who=who, incomplete=incomplete, heard=heard) for one in views
            )
            return next((found for found in told if found is not None), None)
        if not getattr(evidence, instead):
            return Refusal(why=missing, who=who)
        return None if approved is None else approved(facts, evidence)

    return Guard(name, own, frozenset({"facts", "evidence"}))


# ------------------------------------------------------------------ what is kept
def voices(
    step: Step, views: Iterable[View], *, case_id: str | None = None, source: str | None = None
) -> tuple[Voice, ...]:
    """Return the complete *views* as voices to keep, of the case of *step* or of *case_id*.

    A child without a case, such as one with an EHC plan only, stands under the subject. *source* is the
    instance that the words are evidence for, if not the one that records them.
    """
    child = case_id or step.before.case_id or step.before.subject
    return tuple(
        Voice(
            case_id=child, words=one.words, method=one.method, heard_on=one.heard_on, source=source
        )
        for one in views
        if one.is_complete and one.heard_on is not None
    )
