"""The form of a framework file: its tables and keys, as pydantic reads them out of TOML."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr, model_validator

from qa_workflow.frameworks.choices import Choices
from qa_workflow.frameworks.lines import (
    DAY_RULES,
    LAST_DAY,
    MONTH_RULES,
    SITTING_RULES,
    WEEKDAYS,
)

Text = Annotated[StrictStr, Field(min_length=1, max_length=2000)]
Name = Annotated[StrictStr, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
MonthNumber = Annotated[StrictInt, Field(ge=1, le=12)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Head(_Table):
    """Which framework this is: `[framework]`."""

    council: Text = Field(description="Whose framework it is")
    title: Text = Field(description="What it is called")
    version: Text = Field(
        description="Which version of it; every planned instance is planned under it"
    )
    valid_from: date = Field(description="The first due day it counts for")
    valid_to: date | None = Field(default=None, description="The last due day it counts for")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to lies before valid_from")
        return self


class Role(_Table):
    """What a role is called here, and by whom it is filled where nobody is called so: `[roles.<role>]`."""

    title: Text = Field(description="What the post is called here")
    filled_by: tuple[Name, ...] = Field(
        default=(),
        description="Roles whose holders do its work too; for a role of the shipped list that nobody here holds",
    )


class Level(_Table):
    """A rung of a ladder: `[[ladder.level]]`. `after` counts working days; without it the due day itself."""

    name: Annotated[StrictStr, Field(pattern=r"^[RL]\d$")] = Field(
        description="R1, R2 ... for reminders, L0 to L3 for levels"
    )
    after: StrictInt | None = Field(
        default=None,
        description="Working days after the due day; before the target day if negative; without it the due day itself",
    )
    tell: Annotated[tuple[Name, ...], Field(min_length=1)] = Field(
        description="owner, line_manager, service_manager, or roles"
    )
    blocks: StrictBool = Field(default=False, description="True on L2, and there alone")


class Rungs(_Table):
    """A ladder of this council's own: `[[ladder]]`."""

    name: Literal["standard", "statutory", "immediate_safety"] = Field(
        description="Which of the shipped ladders it stands in for"
    )
    level: Annotated[tuple[Level, ...], Field(min_length=1)] = Field(
        description="Its rungs, each a [[ladder.level]]"
    )


class SchoolTerm(_Table):
    """A school term: `[[term]]`, first and last day included."""

    name: Text = Field(description="What it is called")
    first_on: date = Field(description="First school day")
    last_on: date = Field(description="Last school day")
    half_term: Annotated[tuple[date, ...], Field(min_length=2, max_length=2)] | None = Field(
        default=None, description="First and last day of the half-term holiday"
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last_on < self.first_on:
            raise ValueError("the term ends before it begins")
        if self.half_term is not None:
            first, last = self.half_term
            if not self.first_on <= first <= last <= self.last_on:
                raise ValueError("half_term is a first and a last day inside the term")
        return self


class Activity(_Table):
    """One line of the calendar: `[[activity]]`."""

    code: Annotated[StrictStr, Field(pattern=r"^[A-Z][A-Z0-9_]{1,11}$")] = Field(
        description="Short code, in capitals"
    )
    process: Name = Field(description="The process it opens")
    owner: Name = Field(
        description="The role that answers for it; leads what a programme stands for"
    )
    words: Text = Field(description="The framework's own words: the source of its date")
    title: Text | None = Field(
        default=None,
        description="What its instances are called; {body} is replaced by the name in [bodies]",
    )
    kind: Literal["timeline", "narrative"] = Field(
        default="timeline", description="timeline, or narrative for what the text asks for besides"
    )
    every: Literal["month", "week", "term", "as_needed"] = Field(
        default="month",
        description="month, week or term (without known terms the months stand in); as_needed is begun by a person, another process or a list",
    )
    months: tuple[MonthNumber, ...] = Field(
        default=(), description="The months it falls due in, 1 to 12"
    )
    due: StrictStr = Field(
        default=LAST_DAY,
        description="For months: last_day_of_month, last_working_day_of_month, last_term_day_of_month, day_1 to day_28, or a sitting such as third_thursday; for weeks a weekday: both of these come on the working day before a holiday",
    )
    part: Literal["A", "B"] | None = Field(default=None, description="A or B, of an audit round")
    subject: Annotated[StrictStr, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")] | None = Field(
        default=None, description="Put before the period, where several activities open one process"
    )
    stands_for: Name | None = Field(
        default=None, description="The process whose instances a programme counts"
    )
    opens_months_before: Annotated[StrictInt, Field(ge=0, le=12)] = Field(
        default=0, description="How many months before its due month it opens"
    )
    planned_working_days_before: Annotated[StrictInt, Field(ge=0, le=120)] = Field(
        default=0, description="How many working days before it opens it is created"
    )
    valid_from: date | None = Field(
        default=None, description="The first due day it counts for, if not that of the framework"
    )
    valid_to: date | None = Field(
        default=None, description="The last due day it counts for, if not that of the framework"
    )
    data: dict[Name, StrictStr | StrictInt | StrictBool] = Field(
        default_factory=dict, description="What its instances know from the start"
    )

    @model_validator(mode="after")
    def _rule_fits(self) -> Self:
        known = WEEKDAYS if self.every == "week" else (*MONTH_RULES, *SITTING_RULES)
        if self.every == "as_needed":
            if self.months or self.due != LAST_DAY:
                raise ValueError("what is begun as it is needed has neither months nor a due rule")
            return self
        if self.every == "term" and self.due != LAST_DAY:
            raise ValueError("what is due every term is due on its last day and has no due rule")
        if self.due not in known and self.due not in DAY_RULES:
            named = f"{', '.join(known)}" + ("" if self.every == "week" else ", day_1 to day_28")
            raise ValueError(f"due = {self.due!r} is no rule of a {self.every}; known: {named}")
        if self.every == "week" and self.months:
            raise ValueError("what is due every week has no months")
        if self.every != "week" and not self.months:
            raise ValueError(
                "months are missing"
                if self.every == "month"
                else "months are missing: they stand in for terms whose dates are not known"
            )
        if len(set(self.months)) != len(self.months):
            raise ValueError("a month is named twice")
        return self


class Row(_Table):
    """A row of the framework, for the proof that everything it says is run: `[[row]]`."""

    number: Annotated[StrictInt, Field(ge=1, le=999)] = Field(description="Its number")
    name: Text = Field(description="What it is")
    words: Text = Field(description="The framework's own words")
    runs: Annotated[tuple[Name, ...], Field(min_length=1)] = Field(
        description="The processes that run it"
    )
    note: Text | None = Field(default=None, description="Anything else")


class FrameworkForm(_Table):
    """A whole framework file."""

    framework: Head
    bodies: dict[Name, Text] = {}
    roles: dict[Name, Role] = {}
    choices: Choices = Choices()
    ladder: tuple[Rungs, ...] = ()
    term: tuple[SchoolTerm, ...] = ()
    process: tuple[dict[str, Any], ...] = ()
    activity: Annotated[tuple[Activity, ...], Field(min_length=1)]
    row: tuple[Row, ...] = ()
