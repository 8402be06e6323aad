"""What a QA process is: states, transitions, guards, deadlines and ladders. Versioned data."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from qa_workflow.engine.derivation import Days, Months, Weeks
from qa_workflow.engine.due import (
    After,
    Dated,
    Deadline,
    DueRule,
    EscalationLevel,
    InstanceDue,
    Ladder,
    OnDate,
    PlainRule,
    Within,
)
from qa_workflow.engine.instance import (
    NOTHING,
    Json,
    Link,
    Notice,
    ProcessInstance,
    Signal,
    Spawn,
    Voice,
)
from qa_workflow.engine.people import ROLES, SYSTEM, CaseFacts, Person, Roster
from qa_workflow.engine.working_days import WorkingCalendar
from qa_workflow.errors import Refusal

__all__ = [
    "After", "Asks", "Dated", "Days", "Deadline", "DueRule", "Effects", "EscalationLevel", "Evidence", "Facts",
    "Guard", "Hold", "InstanceDue", "Ladder", "Link", "Months", "OnDate", "PersonId", "PlainRule", "ProcessDefinition",
    "Reassignment", "Refusal", "Related", "Step", "Transition", "Voice", "Weeks", "Within", "guard",
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
    on_behalf_of: str | None = None
    case: CaseFacts | None = None
    parent: Related | None = None
    children: tuple[Related, ...] = ()
    gathered: Mapping[str, Any] = NOTHING

    @property
    def owner(self) -> Person | None:
        """Return the named owner, if the instance has one."""
        return self.roster.get(self.instance.owner)

    @property
    def eyes(self) -> frozenset[str]:
        """Return who looks: the person who acts, and the one they act for. Four eyes need two such pairs."""
        if self.actor is None:
            return frozenset()
        behind = () if self.on_behalf_of is None else (self.on_behalf_of,)
        return frozenset((self.actor.person_id, *behind))

    def acts_as(self, role: str) -> bool:
        """Tell whether the person who acts holds *role* today, or acts in it for somebody who does."""
        return self.actor is not None and self.roster.has_role(self.actor, role, self.today)


# ------------------------------------------------------------------ guards
Reads = Literal["facts", "actor", "evidence"]


@dataclass(frozen=True, slots=True)
class Guard:
    """A claim that must hold: answers with nothing, or with the reason why not.

    `apart_from` names the triggers that another person must have pulled (four eyes), so that the
    checker can say when the roster has only one person for both.
    """

    name: str
    check: Callable[[Facts, Any], Refusal | None]
    reads: frozenset[str]
    apart_from: tuple[str, ...] = ()

    def __call__(self, facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - each trigger has its own Asks
        refusal = self.check(facts, evidence)
        if refusal is None:
            return None
        return Refusal(why=refusal.why, who=refusal.who, from_on=refusal.from_on, guard=self.name)


def guard(
    *reads: Reads, apart_from: tuple[str, ...] = ()
) -> Callable[[Callable[[Facts, Any], Refusal | None]], Guard]:
    """Make a guard of a function and say what it reads beyond the facts (`actor`, `evidence`)."""

    def wrap(check: Callable[[Facts, Any], Refusal | None]) -> Guard:
        return Guard(check.__name__, check, frozenset(reads) | {"facts"}, apart_from)

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
class Hold:
    """A block that an effect puts on. `cause` says when it goes again; by default when the state is left."""

    reason: str
    note: str
    waiting_on: str | None = None
    cause: str = "visit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """What a transition brings besides the new state. `clears` takes off the blocks of these causes.

    `links` and `voices` are kept in the same transaction. What an instance was started from is linked
    by itself: `came_from` whatever spawned it, and the reference under `source` in its data.
    `met_on`: a move that meets the own date, recorded after the fact, met it on this London day.
    """

    data: Json = NOTHING
    holds: tuple[Hold, ...] = ()
    clears: tuple[str, ...] = ()
    owner: str | None = None
    due_on: date | None = None
    met_on: date | None = None
    spawn: tuple[Spawn, ...] = ()
    signals: tuple[Signal, ...] = ()
    notices: tuple[Notice, ...] = ()
    then: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    voices: tuple[Voice, ...] = ()


@dataclass(frozen=True, slots=True)
class Transition:
    """An allowed move: the trigger, from where, to where, who may pull it and under which guards.

    `dest=None` stays in the state. `chosen` picks among transitions of one trigger by what was
    sent, without refusing. `exceptional` ways out (withdraw, abandon) give a state no owner.
    `adverse` marks what is decided on its merits alone: against a child, a family, a provider or
    somebody's work, that there was nothing to do, or that something is given up. It is an ordinary
    move, but never advised for bringing a thing to its end while another way leads there.
    `reopens` marks the one kind of move that may leave a final state. `if_refused` gives, by
    guard, the reason code of the block when that guard refuses: the system's own move then has to
    wait; a person's leaves the block and records L2 that day.
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
    adverse: bool = False
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


# ------------------------------------------------------------------ the definition
Relation = Callable[[ProcessInstance, Facts], tuple[str, ...]]
# The end that every process has besides its own: nobody needs it any more, and `repair cancel` says so.
CANCELLED = "cancelled"
EXCUSED_TO = (
    "L1"  # an excused item tells its owner, line manager and service manager, and nobody above
)


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
    """A QA process as data. Two instances of it differ only in their facts.

    `key` makes the reference of one started by hand from its subject, the day its clock counts from
    and its data; `recount` gives what in the data, and which own date, working days make otherwise
    once a bank holiday is proclaimed; `excused` says which deadline the law excuses (no date moves);
    `shape` holds the parameters of one made from a shared shape, for whoever plans its instances;
    `set_state_by_two` asks for a second person when an operator sets its state by hand, and
    `tells_at_end` says who hears of an end that no move of its own brought about.
    """

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
    start_roles: tuple[str, ...] = ()
    start_guards: tuple[Guard, ...] = ()
    key: Callable[[str, date, Json], str] | None = None
    ladder_of: Callable[[ProcessInstance, str, Ladder], Ladder] | None = None
    excused: Callable[[ProcessInstance, str], bool] | None = None
    recount: Callable[[ProcessInstance, WorkingCalendar], Effects] | None = None
    set_state_by_two: bool = False
    tells_at_end: Callable[[Step], tuple[Signal, ...]] | None = None
    started_by: str | None = None
    by_hand: bool = True
    series: str | None = None
    starts_with: type[Asks] = Asks
    reference_hint: str = ""
    about: str = ""
    roles: frozenset[str] = ROLES  # what a roster may name: a council's framework may add its own
    shape: BaseModel | None = None

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

    def ends(self, state: str) -> bool:
        """Tell whether an instance in *state* has ended: in a final state of its own, or cancelled."""
        return state in self.final or state == CANCELLED

    def owning_transition(self, state: str) -> Transition | None:
        """Return the move that says who owns *state*: its first one that a person makes in the normal way."""
        return next(
            (move for move in self.leaving(state) if not move.is_system and not move.exceptional),
            None,
        )

    def is_excused(self, instance: ProcessInstance, deadline: str) -> bool:
        """Tell whether the law excuses that *deadline* of the instance is missed."""
        return self.excused is not None and self.excused(instance, deadline)

    def ladder(
        self, instance: ProcessInstance, deadline: str, standard: Ladder | None
    ) -> Ladder | None:
        """Return the ladder that *deadline* climbs for this instance; what is excused stops at L1."""
        if standard is None:
            return None
        found = standard if self.ladder_of is None else self.ladder_of(instance, deadline, standard)
        return found.up_to(EXCUSED_TO) if self.is_excused(instance, deadline) else found

    def deadlines_of(self, state: str) -> Iterator[Deadline]:
        return (deadline for deadline in self.deadlines if deadline.state == state)
