"""What the triggers of a case audit ask for."""

from datetime import date
from typing import Literal

from pydantic import Field

from qa_workflow.engine.definition import Asks, PersonId
from qa_workflow.patterns.raising import Recommended
from qa_workflow.patterns.voice import View


class Auditor(Asks):
    """Who audits the case."""

    auditor: PersonId = Field(title="Auditor")


Answer = str | int | bool | None


class Submission(Asks):
    """The finished audit. What a professional thinks of the child's view stands apart from the child's words."""

    answers: dict[str, dict[str, Answer]] = Field(
        default_factory=dict, title="Answers by section and question"
    )
    strengths: tuple[str, ...] = Field(default=(), title="What is working well and why")
    improvements: tuple[str, ...] = Field(default=(), title="What we need to do better")
    voice: tuple[View, ...] = Field(default=(), title="The child's voice")
    no_voice_reason: str | None = Field(default=None, title="Why there are no words of the child")
    professional_view: str = Field(default="", title="A professional's account of the child's view")
    outcome: str = Field(default="", title="What difference was made for the child")
    grade: str | None = Field(default=None, title="Grade")
    recommendations: tuple[Recommended, ...] | None = Field(
        default=None, title="Recommendations", description="An empty list says: none"
    )


class Feedback(Asks):
    """The restorative conversation with practitioner and manager."""

    held_on: date | None = Field(default=None, title="Held on")
    attendees: tuple[PersonId, ...] = Field(default=(), title="Who was there")
    absent_reason: str = Field(default="", title="Why practitioner or manager was not there")
    family_feedback: str = Field(
        default="",
        title="What child and family say about the help",
        description="By reference, without names",
    )
    no_family_feedback_reason: str = Field(default="", title="Why they were not asked")


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
