"""What the triggers of a transition to adult services ask for."""

from datetime import date

from pydantic import Field

from qa_workflow.engine.definition import Asks


class Starting(Asks):
    """When Year 9 starts, if no import says so; and the true date of the assessment, if the officer knows it."""

    year9_on: date | None = Field(
        default=None, title="1 September on which Year 9 starts", description="If not imported"
    )
    decide_by_on: date | None = Field(
        default=None,
        title="Day six months before the 18th birthday",
        description="If known; no date of birth is kept, so otherwise the earliest of the cohort counts",
    )


class Notification(Asks):
    """Adult services were told of the young person."""

    notified_on: date | None = Field(default=None, title="Day they were told, if not today")
    service: str = Field(default="", title="Which adult service was told")


class Worker(Asks):
    """Whom adult services have named."""

    worker: str = Field(
        default="", title="Worker", description="By the reference adult services use"
    )


class Assessment(Asks):
    """Adult services have decided whether the young person has needs that they must meet."""

    decided_on: date | None = Field(default=None, title="Day of the decision, if not today")
    outcome: str = Field(default="", title="What was decided")


class Plan(Asks):
    """The plan for adult life, agreed with the young person."""

    agreed_on: date | None = Field(default=None, title="Day it was agreed, if not today")
    plan: str = Field(default="", title="Reference of the plan")


class Transfer(Asks):
    """Adult services have taken over."""

    transferred_on: date | None = Field(default=None, title="Day they took over, if not today")


class PanelSaw(Asks):
    """The SEND Panel has seen the young person: said by its view, never by a person."""

    seen_on: date = Field(title="Day of the sitting")
    year: int = Field(title="Year of the view")
