"""What the processes about an EHC plan ask of every act that is told afterwards: its day, and what it is about."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator

from qa_workflow.engine.definition import Asks, Facts, Guard, Refusal, Step
from qa_workflow.engine.instance import Json
from qa_workflow.errors import WrongInput
from qa_workflow.patterns.guards import not_in_the_future


def _listed(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_listed)]  # one text alone is a list of one


# ------------------------------------------------------------------ days
def stored_day(data: Json, key: str) -> date | None:
    """Return the date that stands in *data* under *key*."""
    found = data.get(key)
    return date.fromisoformat(found) if isinstance(found, str) else None


def day_told(step: Step, field: str) -> date:
    """Return the day that was sent under *field*; today where none was."""
    told: date | None = getattr(step.evidence, field)
    return told or step.today


def happened(
    field: str, what: str, *, not_before: tuple[str, str] | None = None, required: bool = False
) -> Guard:
    """Make a guard: the day under *field* is not in the future, nor before the day that *not_before* names.

    *not_before* is a key of the data and what was done on its day, in words; *what* says the same of
    the day that is told. Without *required*, a day that was not sent is today.
    """

    def is_in_order(facts: Facts, evidence: Asks) -> Refusal | None:
        told: date | None = getattr(evidence, field)
        if told is None and required:
            return Refusal(why=f"{what} is not given.", who="whoever asks")
        day = told or facts.today
        if future := not_in_the_future(day, facts, what):
            return future
        key, done = not_before or ("", "")
        earliest = stored_day(facts.instance.data, key)
        if earliest is None or day >= earliest:
            return None
        return Refusal(
            why=f"{what} is {day:%d %B %Y}, before {done} on {earliest:%d %B %Y}.",
            from_on=earliest,
        )

    return Guard(f"{field}_is_in_order", is_in_order, frozenset({"facts", "evidence"}))


# ------------------------------------------------------------------ which plan, which number
def numbered_key(
    process: str, field: str, example: str
) -> Callable[[str, date, Mapping[str, Any]], str]:
    """Make the key of a process that has one instance for each plan and number.

    The number stands in the data under *field*, or at the end of the subject: `K12:3`.
    """

    def key(subject: str, _day: date, data: Mapping[str, Any]) -> str:
        plan, number = plan_and_number(subject, data.get(field))
        if number is None:
            raise WrongInput(f"Say which one it is: --data {field}=…, or {example} as subject.")
        return f"{process}:{plan}:{number}"

    return key


def plan_and_number(subject: str, number: int | None) -> tuple[str, int | None]:
    """Return the plan that *subject* names, and its number: *number*, else the one at the end of the subject.

    Raises:
        WrongInput: both are there and differ.
    """
    plan, colon, ending = subject.rpartition(":")
    if not (colon and plan and ending.isdigit()):
        return subject, number
    if number not in (None, int(ending)):
        raise WrongInput(f"The subject says {ending}, the data say {number}: which one is it?")
    return plan, int(ending)
