"""What a case clock asks for, who acts in it, and what must hold: see `patterns.case_clock`."""

from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum, auto
from typing import Any, Literal

from pydantic import Field

from qa_workflow.engine.definition import Asks, Facts, Guard, PersonId, Refusal, guard
from qa_workflow.engine.derivation import in_words
from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.people import CaseFacts, Roster
from qa_workflow.patterns.case_people import managers_of, practitioner_of
from qa_workflow.patterns.clock_dates import Turn
from qa_workflow.patterns.guards import not_in_the_future
from qa_workflow.patterns.voice import View, misheard

TAKEN_BY = "taken_by"  # in the data: who took it over by reassignment
CLOCKS = "case_clocks"  # the reading: which clocks of the child there are


class Stage(StrEnum):
    """The states, in the order an officer meets them."""

    DUE = auto()
    BOOKED = auto()
    HELD = auto()
    RECORDED = auto()
    CEASED = auto()


S = Stage
OPEN = (S.DUE, S.BOOKED, S.HELD)
BEFORE = (S.DUE, S.BOOKED)


# ------------------------------------------------------------------ what is asked for
class ByHand(Asks):
    """Which one a person starts; `--on` is the day it counts from: the start, or the one before."""

    number: int = Field(
        default=1,
        ge=1,
        le=999,
        title="Which one",
        description="1 is the first; from 2 on, --on is the last one",
    )


class Booking(Asks):
    """When it will be held."""

    planned_on: date = Field(title="When it will be held")


class Holding(Asks):
    """When it was held, who led it, and what the child said."""

    held_on: date = Field(title="When it was held")
    held_by: PersonId | None = Field(
        default=None, title="Who led it", description="By default whoever records it"
    )
    views: tuple[View, ...] = Field(default=(), title="The child's own views")
    no_views_reason: str = Field(default="", title="Why there are none")


class Record(Asks):
    """That its record is written; the child's views, if they are not there yet."""

    views: tuple[View, ...] = Field(default=(), title="The child's own views")
    no_views_reason: str = Field(default="", title="Why there are none")
    goes_on: bool | None = Field(
        default=None,
        title="Whether it goes on",
        description="A conference: whether a plan was made",
    )


class QualityCheck(Asks):
    """What was found, for whoever held it."""

    feedback: str = Field(
        default="", title="Feedback", description="Constructive, without names of children"
    )


class Ceasing(Asks):
    """Why nothing more is due. `ended`: a newer list that says otherwise starts it again; `not_needed` stands."""

    because: Literal["ended", "not_needed"] = Field(
        default="ended",
        title="Because",
        description="It has ended, or nothing of the kind is owed to this child",
    )


class Seen(Asks):
    """What the case list says."""

    held_on: date = Field(title="The last one of the list")
    as_of: date = Field(title="The day of the list")


class Restart(Asks):
    """From when the case list counts it."""

    started_on: date = Field(title="When it began")


class Taker(Asks):
    """Who takes over."""

    taken_by: PersonId = Field(title="Who takes over")


# ------------------------------------------------------------------ who acts
Relation = Callable[[ProcessInstance, Facts], tuple[str, ...]]


def relation_for(role: str) -> Relation:
    """Return the relation that names whoever does what *role* does for this child, the one who took over first.

    A reviewing officer is the case's own; a team manager is whoever manages the case; of any other
    role only somebody who took it over is named here.
    """

    def named(instance: ProcessInstance, facts: Facts) -> tuple[str, ...]:
        case, roster, today = facts.case, facts.roster, facts.today
        found = [instance.data.get(TAKEN_BY)]
        if role == "iro" and case is not None:
            found.append(case.iro)
        if role == "practitioner":
            found.append(practitioner_of(case, roster, today))
        if role == "team_manager":
            found += managers_of(case, roster, today, instance.team)
        return tuple(
            dict.fromkeys(one for one in found if one and roster.active(one, today) is not None)
        )

    return named


def actors(roles: Iterable[str]) -> tuple[tuple[str, ...], dict[str, Relation]]:
    """Return the roles and relations by which a move is made, for the plain *roles* of a shape.

    The practitioner and the manager are those of the case alone. Of every other role it is first the
    one whom the case names or who took over, and then whoever holds it: a colleague on leave is covered.
    """
    found: list[str] = []
    relations: dict[str, Relation] = {}
    for role in roles:
        own = role if role in {"practitioner", "team_manager"} else f"case_{role}"
        relations[own] = relation_for(role)
        found += [own] if own == role else [own, role]
    return tuple(dict.fromkeys(found)), relations


def line_of(case: CaseFacts | None, roster: Roster) -> frozenset[str]:
    """Return everybody in the line management of a case: practitioner, supervisor and whoever manages them."""
    if case is None:
        return frozenset()
    named = [one for one in (case.practitioner, case.supervisor) if one]
    above = (one.person_id for start in named for one in roster.managers_above(start))
    return frozenset((*named, *above))


# ------------------------------------------------------------------ what must hold
@guard("actor", "evidence")
def reviewer_is_independent_of_the_case(facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - any of the forms
    """Whoever reviews a child's case neither works on it nor manages anybody who does (IRO Handbook)."""
    led_by = getattr(evidence, "held_by", None)
    caught = (facts.eyes | ({led_by} if led_by else set())) & line_of(facts.case, facts.roster)
    return _in_line(facts, min(caught)) if caught else None


@guard("evidence")
def successor_is_independent_of_the_case(facts: Facts, evidence: Taker) -> Refusal | None:
    """Whoever takes a review over stands outside the line management of the case too."""
    caught = evidence.taken_by in line_of(facts.case, facts.roster)
    return _in_line(facts, evidence.taken_by) if caught else None


def _in_line(facts: Facts, person_id: str) -> Refusal:
    person = facts.roster.get(person_id)
    name = person_id if person is None else person.name
    return Refusal(
        why=f"{name} works on this case or manages somebody who does, so must not review it.",
        who="another iro",
    )


def successor_has_the_role(role: str) -> Guard:
    """Make a guard: whoever takes over is active and holds *role*."""

    def held(facts: Facts, evidence: Taker) -> Refusal | None:
        """Whoever takes over holds the role that owns it."""
        person = facts.roster.active(evidence.taken_by, facts.today)
        if person is not None and facts.roster.has_role(person, role, facts.today):
            return None
        return Refusal(why=f"{evidence.taken_by} is no active {role}.", who=role)

    return Guard("successor_has_the_role", held, frozenset({"facts", "evidence"}))


@guard("evidence")
def planned_day_is_to_come(facts: Facts, evidence: Booking) -> Refusal | None:
    """What is booked lies ahead; what has been held is told as held."""
    if evidence.planned_on >= facts.today:
        return None
    return Refusal(
        why=f"{in_words(evidence.planned_on)} is over. If it was held then, say so with hold.",
        who="whoever books it",
    )


@guard("evidence")
def late_booking_has_a_reason(facts: Facts, evidence: Booking) -> Refusal | None:
    """A day after the due date may be booked, and it is said why."""
    due_on = facts.instance.due_on
    if due_on is None or evidence.planned_on <= due_on or evidence.reason:
        return None
    return Refusal(
        why=f"{in_words(evidence.planned_on)} is after {in_words(due_on)}, by which it is due: say why.",
        who="whoever books it",
    )


@guard("evidence")
def it_was_held(facts: Facts, evidence: Holding) -> Refusal | None:
    """It was held on a day that has come, and after the one before it."""
    counted_from = date.fromisoformat(facts.instance.data["counted_from"])
    if early := not_in_the_future(evidence.held_on, facts, "The day it was held"):
        return early
    is_first = facts.instance.data["turn"] == Turn.FIRST
    if evidence.held_on > counted_from or (is_first and evidence.held_on == counted_from):
        return None
    before = "it began" if is_first else "the one before it was held"
    return Refusal(
        why=f"It counts from {in_words(counted_from)}, when {before}; "
        f"{in_words(evidence.held_on)} is not after that.",
        who="whoever held it",
    )


@guard("evidence")
def told_views_are_complete(facts: Facts, evidence: Holding) -> Refusal | None:
    """What is given as the child's own words has method and day."""
    told = (misheard(one, facts, who="whoever heard the child") for one in evidence.views)
    return next((found for found in told if found is not None), None)


@guard("evidence")
def child_was_heard(facts: Facts, evidence: Record) -> Refusal | None:
    """The child's own view is there, from holding it or now; or somebody says why there is none."""
    if facts.instance.data.get("heard") or facts.instance.data.get("no_views_reason"):
        return None
    if evidence.views or evidence.no_views_reason:
        return None
    return Refusal(
        why="The child's or young person's own views are missing. A professional's account does not stand "
        "for them: give the words, the method and the date, or say why there are none.",
        who="whoever heard the child",
    )


@guard("evidence")
def outcome_is_said(_facts: Facts, evidence: Record) -> Refusal | None:
    """What follows from it is said: yes or no."""
    if evidence.goes_on is not None:
        return None
    return Refusal(
        why="It is not said whether a plan was made (goes_on: yes or no).", who="whoever chaired it"
    )


def quality_was_checked(role: str) -> Guard:
    """Make a guard: *role* has looked at it and given feedback before it is recorded."""

    def checked(facts: Facts, _evidence: Asks) -> Refusal | None:
        """Nothing is recorded that nobody has quality-checked."""
        if facts.instance.data.get("quality_check"):
            return None
        return Refusal(why="Its quality has not been checked yet (quality_check).", who=role)

    return Guard("quality_was_checked", checked, frozenset({"facts"}))


def may_be_unneeded(who: str) -> Guard:
    """Make a guard: only what *who* names may be ceased as not needed; the law owes the rest to every such child."""

    def owed(_facts: Facts, evidence: Ceasing) -> Refusal | None:
        """What the law owes to a child is not called unneeded."""
        if evidence.because == "ended" or who:
            return None
        return Refusal(
            why="This is owed to every such child: it ceases when it has ended (because: ended).",
            who="whoever asks",
        )

    return Guard("it_is_not_owed", owed, frozenset({"facts", "evidence"}))


def no_other_is_open(name: str) -> Guard:
    """Make a guard: nobody starts a second one of *name* for a child who has an open one."""

    def alone(facts: Facts, _evidence: Asks) -> Refusal | None:
        """A child has one open clock of a kind."""
        standing = facts.gathered.get(CLOCKS, {}).get(name)
        if standing is None or standing.open is None:
            return None
        return Refusal(
            why=f"{standing.open} is open for this child: record or cease it first.",
            who="whoever owns it",
        )

    return Guard("no_other_is_open", alone, frozenset({"facts"}))
