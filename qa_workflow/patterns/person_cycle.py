"""What supervision, practice observation and appraisal share: a person of the staff, whoever manages them, a period.

Source: "Monthly reflective supervision", "Direct Observation of Staff across all levels is carried out
throughout the year", "End of Year Appraisals" (framework, timeline and its footer); domain 3.5 G4.

The subject is the person's id. In the data: `period` (a month such as `2026-01`, or a year of appraisal
such as `2026-27`) and `opens_on`, its first day. Pure.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from pydantic import Field

from qa_workflow.engine.definition import (
    Asks,
    Effects,
    Facts,
    PersonId,
    Reassignment,
    Refusal,
    Related,
    Step,
    Transition,
    guard,
)
from qa_workflow.engine.derivation import in_words
from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.people import SYSTEM, Person, Roster, ids
from qa_workflow.engine.working_days import add_months, month_end
from qa_workflow.patterns.coverage import counted_again
from qa_workflow.patterns.guards import reason_is_given

SUPERVISION, OBSERVATION, APPRAISAL = "supervision", "practice_observation", "appraisal"
PER_PERSON = (SUPERVISION, OBSERVATION, APPRAISAL)

# "all the tiers from social workers through to senior managers and directors": the highest counts.
TIERS: tuple[tuple[str, frozenset[str]], ...] = (
    ("director", frozenset({"director"})),
    ("ad_people", frozenset({"ad_people"})),
    ("service_manager", frozenset({"sm_csc", "sm_sqa", "senior_manager"})),
    ("team_manager", frozenset({"team_manager"})),
    ("social_worker", frozenset({"practitioner"})),
)
SUPERVISED = ("practitioner", "team_manager")  # whose supervision is planned, if no line says more
# People of other bodies, who stand in the roster for their part in a process and are not managed here.
OUTSIDE = frozenset({"provider_contact", "senco", "ap_panel_chair"})
# Who manages somebody above whom nobody works here: the director, or a gap in the roster.
STAND_INS = ("sm_csc", "sm_sqa", "ad_people", "director")
STAND_INS_AT_THE_TOP = ("ad_people", "sm_sqa", "sm_csc", "director")
AT_THE_TOP = frozenset({"director", "ad_people"})
SERVICE_MANAGERS = ("sm_csc", "sm_sqa")


# ------------------------------------------------------------------ who
def tier_of(person: Person | None) -> str | None:
    """Return the highest tier of practice in which the person works; None for whoever works in none."""
    held = frozenset() if person is None else person.roles
    return next((name for name, roles in TIERS if held & roles), None)


def is_staff(person: Person) -> bool:
    """Tell whether the person is managed here, and so appraised: somebody of the council, with a manager."""
    return person.manager is not None and bool(person.roles - OUTSIDE)


def managers_of(roster: Roster, person_id: str, day: date) -> tuple[str, ...]:
    """Return the nearest manager above the person who works here on *day*.

    Where nobody above them does: whoever holds the first of the stand-in roles that another person holds.
    """
    manager = roster.manager_of(person_id, day)
    if manager is not None:
        return (manager.person_id,)
    at_the_top = tier_of(roster.get(person_id)) in AT_THE_TOP
    held = (
        tuple(one for one in ids(roster.holders(role, day)) if one != person_id)
        for role in (STAND_INS_AT_THE_TOP if at_the_top else STAND_INS)
    )
    return next((some for some in held if some), ())


def line_manager(instance: ProcessInstance, facts: Facts) -> tuple[str, ...]:
    """Whoever was named instead and works here; else the person's nearest active manager of today."""
    named = facts.roster.active(instance.data.get("manager"), facts.today)
    if named is not None and named.person_id != instance.subject:
        return (named.person_id,)
    return managers_of(facts.roster, instance.subject, facts.today)


def the_person(instance: ProcessInstance, _facts: Facts) -> tuple[str, ...]:
    """The person whom it is about, who may have left: then it is blocked, and their manager ends it."""
    return (instance.subject,)


# ------------------------------------------------------------------ when
def month_of(period: str) -> date:
    """Return the first day of a month written like `2026-01`."""
    return date.fromisoformat(f"{period}-01")


def end_of_month(first: date) -> date:
    """Return the last day of the month of *first*."""
    return month_end(first.year, first.month)


def reference(process: str, person_id: str, period: str) -> str:
    """Return the business key of one person's instance of a period."""
    return f"{process}:{person_id}:{period}"


def months(first: date, number: int) -> tuple[str, ...]:
    """Return *number* months from that of *first* on, as periods; those before it, in their order, if negative."""
    ahead = range(number) if number >= 0 else range(number, 0)
    return tuple(f"{add_months(first.replace(day=1), one):%Y-%m}" for one in ahead)


def of_the_month(step: Step) -> Effects:
    """Give what somebody starts by hand its month: that of the day its clock counts from."""
    before = step.before
    first = month_of(before.data.get("period") or f"{step.today:%Y-%m}")
    return Effects(
        data={
            "period": f"{first:%Y-%m}",
            "opens_on": before.data.get("opens_on") or first.isoformat(),
        },
        due_on=end_of_month(first),
    )


# ------------------------------------------------------------------ what they know of each other
def looked_at(process: str, person_id: str, period: str) -> tuple[str, ...]:
    """Return the references, of the same person, that an instance of *process* may know of.

    Supervision: that of the month before. Observation: the supervisions of the year up to its month, and
    the two after. Appraisal: supervisions and observations of its twelve months.
    """
    if process == APPRAISAL:
        year = months(date(int(period[:4]), 4, 1), 12)
        wanted: Sequence[tuple[str, str]] = [(one, month) for one in (SUPERVISION, OBSERVATION) for month in year]  # fmt: skip
    elif process == OBSERVATION:
        wanted = [(SUPERVISION, month) for month in months(add_months(month_of(period), -10), 13)]
    else:
        wanted = [(SUPERVISION, month) for month in months(month_of(period), -1)]
    return tuple(reference(one, person_id, month) for one, month in wanted)


def known(facts: Facts) -> tuple[Related, ...]:
    """Return what there is of the same person, by reference."""
    found: tuple[Related, ...] = facts.gathered.get("own_cycles", ())
    return found


# ------------------------------------------------------------------ guards
@guard()
def person_is_here(facts: Facts, _evidence: Asks) -> Refusal | None:
    """It is about somebody of the roster who works here today."""
    if facts.roster.active(facts.instance.subject, facts.today) is not None:
        return None
    return Refusal(why=f"{facts.instance.subject} does not work here today.", who="whoever asks")


@guard("actor")
def done_by_another(facts: Facts, _evidence: Asks) -> Refusal | None:
    """Four eyes on the person: nobody does for themselves what their manager does."""
    if facts.instance.subject not in facts.eyes:
        return None
    return Refusal(why="It is about you, so another person must do it.", who="line_manager")


@guard("actor")
def person_has_left(facts: Facts, _evidence: Asks) -> Refusal | None:
    """It ends before its time for somebody who has left; for anybody else only by AD People."""
    person = facts.roster.get(facts.instance.subject)
    if facts.roster.active(facts.instance.subject, facts.today) is None:
        return None
    if facts.acts_as("ad_people"):
        return None
    last = None if person is None else person.active_to
    until = "" if last is None else f" until {in_words(last)}"
    return Refusal(
        why=f"{facts.instance.subject} works here{until}.",
        who="ad_people",
        from_on=None if last is None else last + timedelta(days=1),
    )


@guard("evidence")
def manager_is_another_person_here(facts: Facts, evidence: "Manager") -> Refusal | None:
    """Whoever does it instead of the manager is another person, and works here."""
    if evidence.manager == facts.instance.subject:
        return Refusal(why="Nobody is their own manager.", who="sm_csc or sm_sqa")
    if facts.roster.active(evidence.manager, facts.today) is None:
        return Refusal(why=f"{evidence.manager} does not work here today.", who="sm_csc or sm_sqa")
    return None


def day_is_right(
    facts: Facts, day: date | None, what: str, *, not_before: str | None = None
) -> Refusal | None:
    """Refuse a day that is not said, has not come, or lies before the ISO date *not_before*."""
    if day is None:
        return Refusal(why=f"The day of {what} is not said.", who="whoever did it")
    if day > facts.today:
        return Refusal(
            why=f"The day of {what} is {in_words(day)}, which has not come yet.", from_on=day
        )
    if not_before and day < date.fromisoformat(not_before):
        first = in_words(date.fromisoformat(not_before))
        return Refusal(why=f"The day of {what} is {in_words(day)}, which is before {first}.")
    return None


# ------------------------------------------------------------------ ways out
class Manager(Asks):
    """Who does it instead of the line manager."""

    manager: PersonId = Field(title="Who does it instead")


def in_place_of_the_manager(*states: str) -> Reassignment:
    """Return that a service manager may name somebody else in these states, where the manager is away."""
    return Reassignment(
        key="manager",
        states=frozenset(states),
        asks=Manager,
        guards=(manager_is_another_person_here,),
        roles=(*SERVICE_MANAGERS, "ad_people"),
    )


def end(step: Step) -> Effects:
    """Keep that it ended before its time, and have what stands for it counted again."""
    return Effects(data={"ended_on": step.today.isoformat()}, signals=counted_again(step))


def ending(states: Iterable[str], dest: str, manager: str) -> Transition:
    """Return the way out for leavers: by the programme that stands for it, by *manager*, or by AD People."""
    return Transition(
        "end", tuple(states), dest, (reason_is_given, person_has_left, done_by_another),
        (manager, *SERVICE_MANAGERS, "ad_people", SYSTEM), effect=end, exceptional=True,
    )  # fmt: skip
