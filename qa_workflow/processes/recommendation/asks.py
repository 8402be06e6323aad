"""What the triggers of a recommendation ask for."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from qa_workflow.engine.definition import Asks, PersonId

Category = Literal["case_action", "practice_theme", "system"]
Priority = Literal["standard", "high", "immediate"]
LONGEST_THEME = 100  # it becomes part of the reference of a plan line


class Assignment(Asks):
    """Who does what for whom by when; what the audit already said need not be said again."""

    owner: PersonId | None = Field(
        default=None, title="Owner", description="The proposed owner, if none is named"
    )
    due_on: date | None = Field(default=None, title="Due on")
    what: str = Field(default="", title="What")
    for_whom: str = Field(default="", title="For whom")
    difference: str = Field(default="", title="What difference is expected for the child")
    category: Category | None = Field(default=None, title="Category")
    theme: str = Field(
        default="",
        max_length=LONGEST_THEME,
        title="Theme",
        description="What it shares with others",
    )


class NewOwner(Asks):
    """Who takes the recommendation over."""

    owner: PersonId = Field(title="New owner")


class EvidenceItem(BaseModel):
    """A reference to where the evidence is, never the document itself."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    reference: str = Field(min_length=1, title="Reference in the case system")
    document_hash: str | None = Field(default=None, title="Hash of the document")
    dated_on: date | None = Field(default=None, title="Date of the evidence")


class Impact(Asks):
    """What `submit_evidence` asks for: where the evidence is, and what changed for the child."""

    evidence: tuple[EvidenceItem, ...] = Field(default=(), title="Evidence")
    record_reference: str = Field(
        default="", title="Where the evidence is", description="A reference, if there is one only"
    )
    impact_for_child: str = Field(default="", title="What changed for the child")


class Raising(Asks):
    """A recommendation raised by hand, from another source than an audit."""

    what: str = Field(default="", title="What")
    for_whom: str = Field(default="", title="For whom")
    difference: str = Field(default="", title="What difference is expected for the child")
    category: Category | None = Field(default=None, title="Category")
    priority: Priority = Field(default="standard", title="Priority")
    proposed_owner: PersonId | None = Field(default=None, title="Proposed owner")
    due_on: date | None = Field(default=None, title="Due on")
    theme: str = Field(
        default="",
        max_length=LONGEST_THEME,
        title="Theme",
        description="What it shares with others",
    )
    source: str = Field(default="", title="Where it comes from")


class Succession(Asks):
    """Which recommendation takes the place of this one."""

    successor: str = Field(default="", title="Successor", description="recommendation:R-0002")


# ------------------------------------------------------------------ what a meeting and a plan line tell
class Tabling(Asks):
    """At which meeting it is tabled."""

    meeting: str = Field(
        default="",
        title="Meeting",
        description="getting_to_outstanding:2025-12; without one, the meeting that takes papers now",
    )


class Cutoff(Asks):
    """Which meeting's papers have closed, and when."""

    meeting: str = Field(title="Meeting")
    papers_on: date = Field(title="Papers closed on")


class ExpectedSitting(Asks):
    """By when the meeting that reviews it is held, and on which day it sits once that is set."""

    meeting_due_on: date = Field(title="Meeting due on")
    sits_on: date | None = Field(default=None, title="Sits on")


class PlanLine(Asks):
    """Which proposed line of a plan takes its theme up."""

    plan_line: str = Field(title="Plan line")
