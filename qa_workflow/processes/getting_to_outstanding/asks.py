"""What the triggers of a Getting to Outstanding meeting ask for."""

from datetime import date

from pydantic import Field

from qa_workflow.engine.definition import Asks, PersonId


class Sitting(Asks):
    """On which day the meeting sits."""

    sits_on: date = Field(title="Sits on", description="A working day of the meeting's month")


class Attendance(Asks):
    """Who was there besides the chair."""

    attendees: tuple[PersonId, ...] = Field(default=(), title="Who was there")


class Minutes(Asks):
    """Where the minutes are, never the minutes themselves."""

    minutes_reference: str = Field(default="", title="Where the minutes are")


class LatePaper(Asks):
    """A recommendation that came after the papers had closed."""

    item: str = Field(title="Recommendation", description="recommendation:R-0001")
