"""What the triggers of a recurring meeting ask for: each form has the parts that its kind of meeting needs.

The parts are put together by `form`, so that nobody is asked for topics where the meeting has none.
"""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field, create_model

from qa_workflow.engine.definition import Asks, PersonId
from qa_workflow.patterns.actions import ActionItem


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Remark(_Row):
    """A thing by its reference, and what is said of it."""

    reference: str = Field(min_length=1, title="Reference")
    reason: str = Field(min_length=1, title="Why")


class LiveCase(_Row):
    """A case that was discussed, and where the learning from it is written down."""

    case: str = Field(min_length=1, title="Case", description="The case's reference")
    learning_reference: str = Field(
        min_length=1, title="Where the learning is", description="A reference, never the text"
    )


# ------------------------------------------------------------------ the start, the date and the agenda
class AdHoc(Asks):
    """By when a meeting is held that no framework calendar asks for."""

    due_on: date | None = Field(
        default=None,
        title="Held by",
        description="Needed where the framework calendar does not say it",
    )


class Sitting(Asks):
    """On which day the meeting sits."""

    sits_on: date = Field(title="Sits on", description="A working day of the meeting's period")


class Agenda(Asks):
    """What the meeting looks at, besides what is gathered for it."""

    items: tuple[str, ...] = Field(
        default=(), title="Items", description="References of cases, plans or other items"
    )


class LateItem(Asks):
    """What comes onto the agenda after the papers have closed, and why."""

    item: str = Field(min_length=1, title="Item", description="The reference of a case or plan")


# ------------------------------------------------------------------ the meeting
class Attendance(Asks):
    """Who was there besides the chair, and who sent apologies."""

    attendees: tuple[PersonId, ...] = Field(default=(), title="Who was there")
    apologies: tuple[PersonId, ...] = Field(default=(), title="Who sent apologies")
    others: tuple[str, ...] = Field(
        default=(),
        title="Others who were there",
        description="Partners who stand in no roster, by their office: Ofsted inspector",
    )


class OfRoles(Asks):
    """Which of the offices that must answer nobody holds."""

    vacant: tuple[str, ...] = Field(
        default=(), title="Vacant offices", description="Roles of this meeting that nobody holds"
    )


class OfGround(Asks):
    """Why the meeting sits without what it should rest on."""

    why_without: str = Field(
        default="", title="Why without", description="Why it sits although that is not there yet"
    )


# ------------------------------------------------------------------ afterwards
class Minutes(Asks):
    """Where the minutes are, never the minutes themselves."""

    minutes_reference: str = Field(default="", title="Where the minutes are")


class OfTopics(Asks):
    """What came of each topic that the framework gives the meeting."""

    covered: dict[str, str] = Field(
        default_factory=dict,
        title="What came of each topic",
        description="A sentence for each topic",
    )


class OfLiveCases(Asks):
    """Which live cases were discussed, or why none was."""

    cases: tuple[LiveCase, ...] = Field(default=(), title="Live cases that were discussed")
    why_no_case: str = Field(default="", title="Why no live case was discussed")


class Actions(Asks):
    """What was agreed: every action with its owner and its day, or that there is none."""

    actions: tuple[ActionItem, ...] = Field(default=(), title="Actions")
    no_actions: bool = Field(default=False, title="No action was agreed")


class OfDecisions(Asks):
    """Which items were accepted as they are; each other one is what an action is about."""

    accepted: tuple[Remark, ...] = Field(
        default=(), title="Accepted as they are", description="Items that need no action, and why"
    )


class Closing(Asks):
    """What the chair says at the end."""


class OfScrutiny(Asks):
    """What awaited scrutiny and goes on awaiting it."""

    carried: tuple[Remark, ...] = Field(
        default=(),
        title="Carried to the next meeting",
        description="What was neither approved nor returned, and why",
    )


class Letter(Asks):
    """The letter that came after the meeting."""

    letter_on: date | None = Field(default=None, title="Date of the letter")
    letter_reference: str = Field(default="", title="Where the letter is")


def form(base: type[Asks], *parts: type[Asks] | None) -> type[Asks]:
    """Return a form that asks for *base* and for each of *parts* that there is."""
    wanted = tuple(part for part in parts if part is not None)
    if not wanted:
        return base
    return create_model(base.__name__, __base__=(*wanted, base), __doc__=base.__doc__)


def of_kinds(kinds: tuple[str, ...]) -> type[Asks]:
    """Return the part of a form that asks which of *kinds* a meeting is."""

    class OfKinds(Asks):
        """Of which kind it is."""

        kind: str = Field(default="", title="Kind", json_schema_extra={"enum": list(kinds)})

    return OfKinds
