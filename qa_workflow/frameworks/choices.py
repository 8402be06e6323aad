"""What a council chooses where the framework can be read in two ways: each choice, its default, and its source.

Source: the numbered ambiguities A1 to A41 of the framework. Months, owners, chairs and bodies are not here:
they stand in the lines, roles and bodies of the framework file itself.
"""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

PlanType = Literal["cin", "cp", "cla", "care_leaver", "early_help"]
CaseClockName = Literal["cla_review", "cp_conference", "pep", "pathway_plan_review", "cin_review"]
Percent = Annotated[int, Field(strict=True, ge=1, le=100)]
Month = Annotated[int, Field(strict=True, ge=1, le=12)]
Months = Annotated[tuple[Month, ...], Field(min_length=1)]
Count = Annotated[int, Field(strict=True, ge=0, le=52)]


def _apart(months: tuple[int, ...]) -> tuple[int, ...]:
    if any(month % 12 + 1 in months for month in months):
        raise ValueError("two months follow one another: the meeting of one would sit in the other")
    return months


def _of_a_year(day: str) -> str:
    try:
        date.fromisoformat(f"2000-{day}")  # a leap year: 29 February is a day
    except ValueError:
        raise ValueError(f"{day} is no day of a year, MM-DD") from None
    return day


def _choice(source: str, description: str, *, default: object) -> Any:  # noqa: ANN401 - what pydantic makes of a field
    return Field(default=default, description=description, json_schema_extra={"source": source})


class Choices(BaseModel):
    """The table `[choices]` of a framework file. What is not written there keeps its default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    follow_up_months: Annotated[Months, AfterValidator(_apart)] = _choice(
        "A2",
        "Months by whose end recommendations are signed off; the meeting is held in the month before each",
        default=(1, 7),
    )
    spring_takes: Literal["not_completed", "not_selected"] = _choice(
        "A3",
        "Which open cases a spring round takes: those without a completed autumn audit, or those not sampled then",
        default="not_completed",
    )
    sample_percent: Percent = _choice(
        "A4, A36, A39",
        "Share of the open cases that an autumn round samples, rounded up",
        default=50,
    )
    sample_by_plan_type: bool = _choice(
        "A4", "Draw that share of each plan type, so that none is missed by chance", default=False
    )
    same_methodology: bool = _choice(
        "A5", "A spring round needs AD People's override to use another methodology", default=True
    )
    audited_plan_types: tuple[PlanType, ...] = _choice(
        "A6",
        "Which open cases are audited; by default early help too",
        default=("cin", "cp", "cla", "care_leaver", "early_help"),
    )
    independent_of: tuple[Literal["practitioner", "supervisor", "iro"], ...] = _choice(
        "A7",
        "Whose cases an auditor may not audit; the practitioner always among them",
        default=("practitioner", "supervisor", "iro"),
    )
    family_feedback_required: bool = _choice(
        "A8",
        "Feedback of child and family, or a reason, is needed before an audit's feedback ends",
        default=False,
    )
    scrutiny_months: Months = _choice(
        "A10, A11",
        "Months by whose end the board scrutinises what was submitted to it",
        default=(3, 6, 9, 12),
    )
    carry_forwards: Count = _choice(
        "A38", "How often a recommendation may be carried into the next window", default=1
    )
    top_three_size: Annotated[int, Field(strict=True, ge=1, le=20)] = _choice(
        "A14", "How many blocked cases the Top three meeting looks at", default=3
    )
    observations_per_person: Annotated[int, Field(strict=True, ge=0, le=12)] = _choice(
        "A19", "How often everybody of every tier is observed in a year, at the least", default=1
    )
    panel_decides: bool = _choice(
        "A20, A41",
        "The SEND panel decides requests; otherwise it advises and the SEND manager decides",
        default=True,
    )
    transition_from_year: Annotated[int, Field(strict=True, ge=7, le=11)] = _choice(
        "A21", "School year from whose 1 September preparing for adulthood counts", default=9
    )
    early_years_due: Literal["june", "summer_term"] = _choice(
        "A24",
        "Early Years audits fall due on 30 June, or on the last day of the summer term",
        default="june",
    )
    first_audit_waived_after: Annotated[
        str, Field(pattern=r"^\d{2}-\d{2}$"), AfterValidator(_of_a_year)
    ] = _choice(
        "A25",
        "A provider first used after this day (MM-DD) is first audited in the next year",
        default="03-31",
    )
    audited_provider_types: tuple[Literal["ifa", "semi_independent", "youth_service"], ...] = (
        _choice(
            "A25, A26",
            "Which providers are audited every June",
            default=("ifa", "semi_independent", "youth_service"),
        )
    )
    section_11_months: Annotated[int, Field(strict=True, ge=1, le=60)] = _choice(
        "A27", "Months from one Section 11 audit to the next", default=24
    )
    urgent_satisfies_review: bool = _choice(
        "A29", "An urgent version of a document counts as its scheduled review", default=False
    )
    graded: bool = _choice(
        "A30", "Audits bear a grade; the scale is the methodology's", default=True
    )
    cin_review_months: Annotated[int, Field(strict=True, ge=1, le=12)] = _choice(
        "3.5 G6", "Months between reviews of a child in need plan: no law says", default=6
    )
    unwatched_clocks: tuple[CaseClockName, ...] = _choice(
        "3.5 G6",
        "Case clocks that are not watched here, where the case system raises its own alarm",
        default=(),
    )
