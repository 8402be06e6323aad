"""What the triggers of an EHC needs assessment ask for."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from qa_workflow.engine.definition import Asks
from qa_workflow.patterns.ehc_acts import Texts
from qa_workflow.patterns.voice import View


class Letter(Asks):
    """The decision, told to the family in a letter."""

    letter_on: date | None = Field(
        default=None, title="Date of the decision letter", description="Today, if not said"
    )


class PanelAdvice(Asks):
    """What the SEND Panel advises about the request, where it does not decide itself."""

    advice: str = Field(default="", title="What the panel advises, and why")


class AdviceRequest(Asks):
    """Advice is asked for: of a school, a psychologist, a health body, social care ..."""

    from_whom: str = Field(
        default="", title="Asked of", description="The body, never a child's name"
    )
    requested_on: date | None = Field(
        default=None, title="Asked on", description="Today, if not said"
    )


class Advice(Asks):
    """Advice that was asked for has come."""

    from_whom: str = Field(default="", title="From whom")
    received_on: date | None = Field(
        default=None, title="Received on", description="Today, if not said"
    )


class Heard(View, Asks):
    """What the child or the parents say, verbatim; or as the reason why their words are not here.

    A professional's account of it stands apart and counts for nobody's words.
    """

    whose: Literal["child", "parents"] = Field(title="Whose view")
    professional_view: str = Field(default="", title="A professional's account of their view")


class Draft(Asks):
    """The draft plan was served on the family."""

    served_on: date | None = Field(
        default=None, title="Served on", description="Today, if not said"
    )


class Representation(Asks):
    """The family says what should be different, or which placement it asks for."""

    what: str = Field(default="", title="What they ask for", description="By reference")
    received_on: date | None = Field(
        default=None, title="Received on", description="Today, if not said"
    )


class Change(BaseModel):
    """A difference between the draft and the final plan, and where it comes from."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    what: str = Field(min_length=1, title="What is different")
    because: str = Field(default="", title="Because of", description="representation or placement")


class FinalPlan(Asks):
    """The final plan, signed and sent."""

    plan: str = Field(default="", title="Reference of the plan")
    placement: str = Field(default="", title="Placement it names", description="By reference")
    changes: tuple[Change, ...] | None = Field(
        default=None, title="Differences from the draft", description="An empty list says: none"
    )


class Exemption(Asks):
    """Why a limit of the regulations need not be kept, by its ground in regulations 5(4), 10(4) and 13(3)."""

    ground: str = Field(default="", title="Ground", description="a, b, c or d of the regulation")
    limits: Texts = Field(default=(), title="Limits", description="6_weeks, 16_weeks, 20_weeks")
    closed_from: date | None = Field(default=None, title="Closed from (the first day closed)")
    reopens_on: date | None = Field(default=None, title="Opens again on")
    advice_requested_on: date | None = Field(default=None, title="Advice was asked for on")
    absent_from: date | None = Field(default=None, title="Absent from (the first day away)")
    absent_until: date | None = Field(default=None, title="Absent until (the last day away)")
    family_told_on: date | None = Field(default=None, title="The family was told on")


class Mediation(Asks):
    """The family turned to mediation, or has the certificate that lets it appeal."""

    requested_on: date | None = Field(default=None, title="Mediation asked for on")
    certificate_on: date | None = Field(default=None, title="Date of the certificate")


class Appeal(Asks):
    """The family appealed to the tribunal."""

    registered_on: date | None = Field(
        default=None, title="Registered on", description="Today, if not said"
    )
    reference: str = Field(default="", title="Reference of the tribunal")
