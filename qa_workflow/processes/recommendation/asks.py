"""What the triggers of a recommendation ask for."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from qa_workflow.engine.definition import Asks, PersonId

Category = Literal["case_action", "practice_theme", "system"]
Priority = Literal["standard", "high", "immediate"]


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


class NewOwner(Asks):
    """Who takes the recommendation over."""

    owner: PersonId


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
    category: Category | None = None
    priority: Priority = "standard"
    proposed_owner: PersonId | None = None
    due_on: date | None = None
    source: str = ""


class Succession(Asks):
    """Which recommendation takes the place of this one."""

    successor: str = Field(default="", title="Successor", description="recommendation:R-0002")
