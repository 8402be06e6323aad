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

    council: Text
    title: Text
    version: Text
    valid_from: date
    valid_to: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to lies before valid_from")
        return self


class Role(_Table):
    """What a role is called here, and by whom it is filled where nobody is called so: `[roles.<role>]`."""

    title: Text
    filled_by: tuple[Name, ...] = ()


class Level(_Table):
    """A rung of a ladder: `[[ladder.level]]`. `after` counts working days; without it the due day itself."""

    name: Annotated[StrictStr, Field(pattern=r"^[RL]\d$")]
    after: StrictInt | None = None
    tell: Annotated[tuple[Name, ...], Field(min_length=1)]
    blocks: StrictBool = False


class Rungs(_Table):
    """A ladder of this council's own: `[[ladder]]`."""

    name: Literal["standard", "statutory", "immediate_safety"]
    level: Annotated[tuple[Level, ...], Field(min_length=1)]


class SchoolTerm(_Table):
    """A school term: `[[term]]`, first and last day included."""

    name: Text
    first_on: date
    last_on: date
    half_term: Annotated[tuple[date, ...], Field(min_length=2, max_length=2)] | None = None

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

    code: Annotated[StrictStr, Field(pattern=r"^[A-Z][A-Z0-9_]{1,11}$")]
    process: Name
    owner: Name
    words: Text
    title: Text | None = None
    kind: Literal["timeline", "narrative"] = "timeline"
    every: Literal["month", "week", "term"] = "month"
    months: tuple[MonthNumber, ...] = ()
    due: StrictStr = LAST_DAY
    part: Literal["A", "B"] | None = None
    subject: Annotated[StrictStr, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")] | None = None
    stands_for: Name | None = None
    opens_months_before: Annotated[StrictInt, Field(ge=0, le=12)] = 0
    planned_working_days_before: Annotated[StrictInt, Field(ge=0, le=120)] = 0
    valid_from: date | None = None
    valid_to: date | None = None
    data: dict[Name, StrictStr | StrictInt | StrictBool] = {}

    @model_validator(mode="after")
    def _rule_fits(self) -> Self:
        known = WEEKDAYS if self.every == "week" else (*MONTH_RULES, *SITTING_RULES)
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

    number: Annotated[StrictInt, Field(ge=1, le=999)]
    name: Text
    words: Text
    runs: Annotated[tuple[Name, ...], Field(min_length=1)]
    note: Text | None = None


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
