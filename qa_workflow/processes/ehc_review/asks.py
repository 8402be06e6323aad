"""What the triggers of an annual review ask for."""

from datetime import date
from typing import Literal

from pydantic import Field

from qa_workflow.engine.definition import Asks, PersonId
from qa_workflow.patterns.ehc_acts import Texts
from qa_workflow.patterns.voice import View


class Starting(Asks):
    """Which review of which plan this is, and by when; an imported plan knows its own dates."""

    cycle: int | None = Field(
        default=None, ge=1, title="Which review", description="1 for the first; or K12:3 as subject"
    )
    review_due: date | None = Field(
        default=None,
        title="Review due",
        description="If not given: twelve months after the last review or the issue that was imported",
    )
    year9_on: date | None = Field(
        default=None, title="1 September on which Year 9 starts", description="If not imported"
    )


class Booking(Asks):
    """The day booked for the review meeting."""

    meeting_on: date | None = Field(default=None, title="Day of the meeting")


class Circulation(Asks):
    """The advice has gone to everybody invited."""

    circulated_on: date | None = Field(default=None, title="Day it went out, if not today")


class Meeting(Asks):
    """The review meeting as it was held. What a professional says of the child's view stands apart."""

    held_on: date | None = Field(default=None, title="Held on")
    views: tuple[View, ...] = Field(default=(), title="The child's or young person's own views")
    no_views_reason: str = Field(default="", title="Why there are no views of their own")
    professional_view: str = Field(default="", title="A professional's account of the child's view")
    parent_invited: bool | None = Field(default=None, title="The parent was invited")
    not_invited_reason: str = Field(
        default="", title="Why no parent was invited", description="e.g. the young person decides"
    )


class Report(Asks):
    """The report of the meeting, as school or authority sent it."""

    sent_on: date | None = Field(default=None, title="Day it was sent, if not today")
    recommends: Literal["maintain", "amend", "cease"] | None = Field(
        default=None, title="What it recommends"
    )
    author: PersonId | None = Field(
        default=None, title="Who wrote it, if they are in the roster", description="A person's id"
    )
    school_year: int | None = Field(
        default=None, ge=0, le=20, title="School year", description="0 for Reception"
    )
    adulthood: str = Field(
        default="", title="Preparing for adulthood", description="What was considered, from Year 9"
    )
    adult_services: Texts = Field(default=(), title="Adult services that take part")
    no_adult_services_reason: str = Field(default="", title="Why no adult services are named")


class Quality(Asks):
    """What the SEND Panel found when it looked at the review; it decides nothing."""

    finding: str = Field(default="", title="Quality of the review")


class Sending(Asks):
    """A decision, by the day it was sent."""

    sent_on: date | None = Field(default=None, title="Day it was sent, if not today")


class Amending(Asks):
    """The decision to amend: one notice with the proposed amendments."""

    amendments: Texts = Field(
        default=(), title="Proposed amendments", description="References to what is attached"
    )
    notice_on: date | None = Field(default=None, title="Day of the notice, if not today")


class Response(Asks):
    """What the family answered to the notice."""

    responded_on: date | None = Field(default=None, title="Day of the answer, if not today")
    response: str = Field(default="", title="Reference to the answer")


class Issue(Asks):
    """The final amended plan."""

    issued_on: date | None = Field(default=None, title="Day it was issued, if not today")


class NoAmendment(Asks):
    """Why the plan stays as it is after all."""

    reasons: Texts = Field(default=(), title="Reasons")
    sent_on: date | None = Field(default=None, title="Day the family was told, if not today")


class Appeal(Asks):
    """An appeal to the First-tier Tribunal against the end of the plan."""

    lodged_on: date | None = Field(default=None, title="Day it was lodged, if not today")


class Outcome(Asks):
    """How the appeal ended."""

    outcome: Literal["dismissed", "withdrawn", "allowed"] = Field(title="How it ended")
    decided_on: date | None = Field(default=None, title="Day it ended, if not today")


class Mediation(Asks):
    """A mediation was asked for, or its certificate given."""

    requested_on: date | None = Field(default=None, title="Asked for on")
    certificate_on: date | None = Field(default=None, title="Certificate of")
