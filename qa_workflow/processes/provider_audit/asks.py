"""What the triggers of a provider audit ask for."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from qa_workflow.engine.definition import Asks, PersonId
from qa_workflow.patterns.setting_audit import Judged
from qa_workflow.patterns.voice import View


class _Part(BaseModel):
    """A part of what is sent; unknown keys are bad input."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Auditor(Asks):
    """Who audits the provider."""

    auditor: PersonId = Field(title="Auditor")


class EvidenceRequest(Asks):
    """What the provider is asked for; without a list of your own, everything that is usually asked."""

    items: tuple[str, ...] = Field(
        default=(),
        title="What is asked for",
        description="Keys such as insurance; an empty list asks for everything of the usual list",
    )


class Supplied(_Part):
    """One document of the provider: where it is, never the document itself."""

    item: str = Field(min_length=1, title="What it is", description="A key of what was asked for")
    reference: str = Field(min_length=1, title="Reference in the case system")
    dated_on: date | None = Field(default=None, title="Date of the document")


class SuppliedEvidence(Asks):
    """What the provider has supplied; what was asked for and is not named here is missing."""

    items: tuple[Supplied, ...] = Field(default=(), title="What came in")


class Booking(Asks):
    """The day agreed for the visit."""

    visit_on: date = Field(title="Day of the visit")


class Child(_Part):
    """A child placed there: their own words about the placement, or why there are none."""

    case: str = Field(min_length=1, title="Case")
    views: tuple[View, ...] = Field(default=(), title="The child's own view")
    no_view_reason: str = Field(default="", title="Why there are no words of the child")
    under_16: bool = Field(default=False, title="The child is under 16")


class Visit(Asks):
    """The visit: premises, staff and children, and nothing that names a child."""

    visited_on: date | None = Field(default=None, title="Day of the visit")
    premises_seen: str = Field(default="", title="Which premises were seen")
    staff_spoken_to: tuple[str, ...] = Field(
        default=(), title="Staff spoken to", description="By their posts"
    )
    children: tuple[Child, ...] = Field(default=(), title="Children placed there")
    notes: str = Field(default="", title="What else was seen")


class Report(Asks):
    """The report: every standard of the set judged, with evidence."""

    standards: dict[str, Judged] = Field(default_factory=dict, title="Judgements by standard")
    strengths: tuple[str, ...] = Field(default=(), title="What is working well and why")
    improvements: tuple[str, ...] = Field(default=(), title="What could be better")
    outcome: str = Field(
        default="", title="Outcome", description="In words; no scale is asked for (domain A30)"
    )


class Comments(Asks):
    """What the provider says about the accuracy of the draft."""

    comments: str = Field(default="", title="What the provider says")


class Action(_Part):
    """Something the provider must change; it becomes a recommendation of its own."""

    what: str = Field(min_length=1, title="What")
    for_whom: str = Field(default="", title="For whom")
    difference: str = Field(default="", title="What difference it makes for the children")
    priority: Literal["high", "standard"] = Field(default="standard", title="Priority")
    standard: str = Field(default="", title="Which standard it is about")


class Finalisation(Asks):
    """The action plan, and an answer to each finding that asks for one."""

    actions: tuple[Action, ...] | None = Field(
        default=None, title="Actions", description="An empty list says: none"
    )
    answers: dict[str, str] = Field(
        default_factory=dict, title="Answers to findings, by their keys"
    )
    outcome: str = Field(default="", title="Outcome", description="Instead of the report's")


class Concern(Asks):
    """A child may not be safe: which child, and what was seen."""

    case: str = Field(min_length=1, title="Case")
    what: str = Field(
        min_length=1, title="What was seen", description="By reference, without names"
    )
