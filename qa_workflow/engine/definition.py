"""What a QA process is: states, transitions, guards, deadlines and ladders. Versioned data."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from qa_workflow.engine.instance import NOTHING, Json, Notice, ProcessInstance, Signal, Spawn
from qa_workflow.engine.people import SYSTEM, CaseFacts, Person, Roster
from qa_workflow.engine.working_days import WorkingCalendar
from qa_workflow.errors import Refusal

__all__ = [
    "Asks", "Deadline", "Effects", "EscalationLevel", "Evidence", "Facts", "Guard", "InstanceDue",
    "Ladder", "OnDate", "PersonId", "ProcessDefinition", "Reassignment", "Refusal", "Related", "Step", "Transition",
    "Within", "guard",
]  # fmt: skip


# ------------------------------------------------------------------ what a trigger asks for
class Asks(BaseModel):
    """What a trigger asks for: form, validation and help text in one place.

    Unknown keys and wrong types are bad input. What the framework demands (a child's words, a
    reason) is optional here and demanded by a guard, so that its absence is refused and logged.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    reason: str = Field(default="", title="Reason", description="Why, in your own words")


Evidence = Asks


def _known(person_id: str, info: ValidationInfo) -> str:
    known = (info.context or {}).get("people")
    if known is not None and person_id not in known:
        raise PydanticCustomError(
            "unknown_person", "{person} is not in the roster", {"person": person_id}
        )
    return person_id


PersonId = Annotated[
    str, Field(min_length=1, json_schema_extra={"format": "person"}), AfterValidator(_known)
]


# ------------------------------------------------------------------ what is known
@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """Another instance as a guard sees it: a parent or a child."""

    reference: str
    process: str
    subject: str
    state: str
    is_open: bool
    is_blocked: bool = False
    closed_at: datetime | None = None
    data: Json = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the database and the command know. A guard never takes the caller's word for who somebody is."""

    roster: Roster
    today: date
    instance: ProcessInstance
    actor: Person | None = None
    case: CaseFacts | None = None
    parent: Related | None = None
    children: tuple[Related, ...] = ()
    gathered: Mapping[str, Any] = NOTHING

    @property
    def owner(self) -> Person | None:
        """Return the named owner, if the instance has one."""
        return self.roster.get(self.instance.owner)


# ------------------------------------------------------------------ guards
Reads = Literal["facts", "actor", "evidence"]


@dataclass(frozen=True, slots=True)
class Guard:
    """A claim that must hold: answers with nothing, or with the reason why not."""

    name: str
    check: Callable[[Facts, Any], Refusal | None]
    reads: frozenset[str]

    def __call__(self, facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - each trigger has its own Asks
        refusal = self.check(facts, evidence)
        if refusal is None:
            return None
        return Refusal(why=refusal.why, who=refusal.who, from_on=refusal.from_on, guard=self.name)


def guard(*reads: Reads) -> Callable[[Callable[[Facts, Any], Refusal | None]], Guard]:
    """Make a guard of a function and say what it reads beyond the facts (`actor`, `evidence`)."""

    def wrap(check: Callable[[Facts, Any], Refusal | None]) -> Guard:
        return Guard(check.__name__, check, frozenset(reads) | {"facts"})

    return wrap


# ------------------------------------------------------------------ transitions
@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What an effect is computed from. `today` is the London date on which the step takes effect."""

    before: ProcessInstance
    facts: Facts
    evidence: Any
    at: datetime
    today: date
    calendar: WorkingCalendar
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """What a transition brings besides the new state."""

    data: Json = NOTHING
    owner: str | None = None
    due_on: date | None = None
    spawn: tuple[Spawn, ...] = ()
    signals: tuple[Signal, ...] = ()
    notices: tuple[Notice, ...] = ()
    then: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Transition:
    """An allowed move: the trigger, from where, to where, who may pull it and under which guards.

    `dest=None` stays in the state. `chosen` picks among transitions of one trigger by what was
    sent, without refusing. `exceptional` ways out (withdraw, abandon) give a state no owner.
    `reopens` marks the one kind of move that may leave a final state. `if_refused` gives, by
    guard, the reason code of the block when the system's own move is refused and has to wait.
    """

    trigger: str
    source: str | tuple[str, ...]
    dest: str | None
    guards: tuple[Guard, ...] = ()
    role: str | tuple[str, ...] = SYSTEM
    asks: type[Asks] = Asks
    effect: Callable[[Step], Effects] | None = None
    chosen: Callable[[Facts, Any], bool] | None = None
    exceptional: bool = False
    reopens: bool = False
    if_refused: Mapping[str, str] = field(default_factory=dict)

    @property
    def roles(self) -> tuple[str, ...]:
        return (self.role,) if isinstance(self.role, str) else self.role

    @property
    def sources(self) -> tuple[str, ...]:
        return (str(self.source),) if isinstance(self.source, str) else tuple(map(str, self.source))

    @property
    def is_system(self) -> bool:
        """Tell whether nobody but the system makes this move."""
        return self.roles == (SYSTEM,)


# ------------------------------------------------------------------ deadlines
@dataclass(frozen=True, slots=True)
class EscalationLevel:
    """One rung: who is told how many working days after the due day (before the target day if negative).

    `after=None` is the due day itself. `blocks` puts the instance on the Top three's list.
    """

    name: str
    after: int | None
    tell: tuple[str, ...]
    blocks: bool = False


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs of one kind of deadline, in the order they are climbed.

    Statutory items and concerns for safety ignore local closure days (domain 4.5): `closures=False`.
    """

    name: str
    levels: tuple[EscalationLevel, ...]
    statutory: bool = False
    closures: bool = True

    @property
    def counts_closures(self) -> bool:
        return self.closures and not self.statutory

    @property
    def is_reminder_only(self) -> bool:
        return all(level.name.startswith("R") for level in self.levels)


@dataclass(frozen=True, slots=True)
class Within:
    """So many working days after the state was entered, or after the date `since` names in the data."""

    working_days: int
    since: str | None = None
    or_since: str | None = None


@dataclass(frozen=True, slots=True)
class InstanceDue:
    """The instance's own date: watched by the one deadline `due`."""


@dataclass(frozen=True, slots=True)
class OnDate:
    """A date that stands in the instance's data under `key`.

    With `else_own_date`, a state entered after that date is watched by the own date instead.
    """

    key: str
    else_own_date: bool = False


DueRule = Within | InstanceDue | OnDate


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A state must be left by a date; if not, the ladder tells people, or `on_expiry` moves the instance.

    `capped`: never after the instance's own date when the state is entered on or before it.
    `at_start`: the expiry takes effect at the start of the day, not at its end (an opening).
    """

    name: str
    state: str
    due: DueRule
    ladder: Ladder | None = None
    on_expiry: str | None = None
    at_start: bool = False
    capped: bool = False
    source: str = ""


# ------------------------------------------------------------------ the definition
Relation = Callable[[ProcessInstance, Facts], tuple[str, ...]]


def is_final(definition: "ProcessDefinition", state: str, _data: Json) -> bool:
    """Say that the own date is met when the instance has ended: what most processes mean."""
    return state in definition.final


@dataclass(frozen=True, slots=True, kw_only=True)
class Reassignment:
    """How another person takes over: under which key of the data they stand, in which states, and who decides.

    The guards are those of the first allocation: a new owner passes the same ones (domain 3.0).
    """

    key: str
    states: frozenset[str]
    asks: type[Asks]
    guards: tuple[Guard, ...] = ()
    roles: tuple[str, ...] = ("sm_sqa",)


@dataclass(frozen=True, kw_only=True, eq=False)
class ProcessDefinition:
    """A QA process as data. Two instances of it differ only in their facts."""

    name: str
    title: str
    version: int
    states: type[StrEnum]
    initial: str
    final: frozenset[str]
    transitions: tuple[Transition, ...]
    deadlines: tuple[Deadline, ...]
    due_ladder: Ladder | None = None
    due_met: Callable[["ProcessDefinition", str, Json], bool] = is_final
    due_source: str = ""
    relations: Mapping[str, Relation] = field(default_factory=dict)
    reads: frozenset[str] = frozenset()
    service_manager: str = "sm_sqa"
    owner_role: str | None = None
    keeps_owner: bool = False
    reassignment: Reassignment | None = None
    waits_for_children_in: frozenset[str] = frozenset()
    on_start: Callable[[Step], Effects] | None = None
    started_by: str | None = None
    by_hand: bool = True
    series: str | None = None
    starts_with: type[Asks] = Asks
    reference_hint: str = ""
    about: str = ""

    @cached_property
    def triggers(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(move.trigger for move in self.transitions))

    @cached_property
    def _leaving(self) -> dict[str, tuple[Transition, ...]]:
        return {
            str(state): tuple(move for move in self.transitions if str(state) in move.sources)
            for state in self.states
        }

    def leaving(self, state: str) -> tuple[Transition, ...]:
        """Return the transitions offered in *state*, in the order they are written."""
        return self._leaving.get(state, ())

    def owning_transition(self, state: str) -> Transition | None:
        """Return the move that says who owns *state*: its first one that a person makes in the normal way."""
        return next(
            (move for move in self.leaving(state) if not move.is_system and not move.exceptional),
            None,
        )

    def deadlines_of(self, state: str) -> Iterator[Deadline]:
        return (deadline for deadline in self.deadlines if deadline.state == state)
