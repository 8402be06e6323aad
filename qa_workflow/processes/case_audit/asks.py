"""What the triggers of a case audit ask for."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from qa_workflow.engine.definition import Asks, PersonId


class _Part(BaseModel):
    """A part of a submission; unknown keys are bad input."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Auditor(Asks):
    """Who audits the case."""

    auditor: PersonId = Field(title="Auditor")


class Voice(_Part):
    """The child's own words, verbatim: never a paraphrase (framework, The Voice of Children)."""

    words: str = Field(default="", title="The child's own words")
    method: str = Field(
        default="", title="How they were given", description="app, drawing, conversation ..."
    )
    heard_on: date | None = Field(default=None, title="When")


class Recommendation(_Part):
    """Something that must change; it becomes an instance of its own when the audit closes."""

    what: str = Field(min_length=1, title="What")
    for_whom: str = Field(default="", title="For whom")
    difference: str = Field(default="", title="What difference it makes for the child")
    owner: PersonId | None = Field(default=None, title="Proposed owner")
    priority: Literal["standard", "high", "immediate"] = "standard"
    due_on: date | None = Field(default=None, title="Proposed due date")
    category: Literal["case_action", "practice_theme", "system"] | None = None


Answer = str | int | bool | None


class Submission(Asks):
    """The finished audit. What a professional thinks of the child's view stands apart from the child's words."""

    answers: dict[str, dict[str, Answer]] = Field(
        default_factory=dict, title="Answers by section and question"
    )
    strengths: tuple[str, ...] = Field(default=(), title="What is working well and why")
    improvements: tuple[str, ...] = Field(default=(), title="What we need to do better")
    voice: tuple[Voice, ...] = Field(default=(), title="The child's voice")
    no_voice_reason: str | None = Field(default=None, title="Why there are no words of the child")
    professional_view: str = Field(default="", title="A professional's account of the child's view")
    outcome: str = Field(default="", title="What difference was made for the child")
    grade: str | None = Field(default=None, title="Grade")
    recommendations: tuple[Recommendation, ...] | None = Field(
        default=None, title="Recommendations", description="An empty list says: none"
    )


class Feedback(Asks):
    """The restorative conversation with practitioner and manager."""

    held_on: date | None = Field(default=None, title="Held on")
    attendees: tuple[PersonId, ...] = Field(default=(), title="Who was there")
    absent_reason: str = Field(default="", title="Why practitioner or manager was not there")


class Grade(Asks):
    """The grade after moderation; the auditor's grade is kept beside it."""

    grade: str = Field(title="Grade after moderation")


class Resolution(Asks):
    """How a dispute ends."""

    to: Literal["agreed", "in_progress"] = Field(title="Agreed, or audited again")


class Concern(Asks):
    """A child may not be safe: what was seen."""

    what: str = Field(
        min_length=1, title="What was seen", description="By reference, without names"
    )
