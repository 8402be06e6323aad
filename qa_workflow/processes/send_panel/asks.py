"""What the triggers of a sitting of the SEND Panel ask for."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from qa_workflow.engine.definition import Asks, PersonId
from qa_workflow.patterns.ehc_acts import Texts

AGENCIES = ("education", "health", "social_care")


class SittingDate(Asks):
    """On which day the panel sits."""

    sits_on: date | None = Field(default=None, title="Sits on", description="A working day")


class Member(BaseModel):
    """Somebody of the panel; health and schools are partners and may stand in no roster."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    agency: Literal["education", "health", "social_care"] = Field(title="For which agency")
    person: PersonId | None = Field(default=None, title="Person, if of the roster")
    present: bool = Field(default=True, title="Was there")


class Attendance(Asks):
    """Who was asked to sit, and who was there."""

    members: tuple[Member, ...] = Field(default=(), title="Members of the panel")


class Held(Attendance):
    """The panel sat: who was there, which items it did not reach, who takes the minutes."""

    not_reached: Texts = Field(
        default=(), title="Items not reached", description="Each moves to the next sitting"
    )
    minutes_by: PersonId | None = Field(default=None, title="Who takes the minutes")


class Minutes(Asks):
    """Where the minutes are."""

    reference: str = Field(default="", title="Reference of the minutes")


class Sent(Asks):
    """The decisions went out to families and schools."""

    sent_on: date | None = Field(default=None, title="Sent on", description="Today, if not said")


class Cancellation(Asks):
    """The sitting does not take place: another day of the same month, or the reason why there is none."""

    replacement_on: date | None = Field(
        default=None, title="Another sitting on", description="A working day of the same month"
    )
