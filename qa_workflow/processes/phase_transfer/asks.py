"""What the triggers of a phase transfer ask for."""

from datetime import date
from typing import Literal

from pydantic import Field

from qa_workflow.engine.definition import Asks
from qa_workflow.patterns.ehc_acts import Texts


class Starting(Asks):
    """Which move this is. Moves between post-16 places count from the day of the move."""

    year: int | None = Field(
        default=None,
        ge=2000,
        le=2999,
        title="Year of the move",
        description="Or K12:2026 as subject",
    )
    phase: (
        Literal["reception", "junior", "middle", "secondary", "post_16", "between_post_16"] | None
    ) = Field(default=None, title="What the child moves into")
    moves_on: date | None = Field(default=None, title="Day of a move between post-16 places")


class Meeting(Asks):
    """The review meeting that looked at the move."""

    held_on: date | None = Field(default=None, title="Held on")
    review: str = Field(
        default="", title="Annual review whose meeting it was", description="e.g. ehc_review:K12:3"
    )


class Notice(Asks):
    """The notice with the proposed amendments."""

    amendments: Texts = Field(
        default=(), title="Proposed amendments", description="References to what is attached"
    )
    notice_on: date | None = Field(default=None, title="Day of the notice, if not today")


class Response(Asks):
    """What the family answered to the notice."""

    responded_on: date | None = Field(default=None, title="Day of the answer, if not today")
    response: str = Field(default="", title="Reference to the answer")


class Placement(Asks):
    """The final amended plan, with the placement that it names."""

    placement: str = Field(
        default="",
        title="Placement that the plan names",
        description="Reference of the school or college",
    )
    issued_on: date | None = Field(default=None, title="Day it was issued, if not today")
