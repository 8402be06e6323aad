"""The values the engine reads and makes: an instance with its timers and blocks, and what it tells."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

Json = Mapping[str, Any]


class _Nothing(dict[str, Any]):
    """An empty mapping that stays empty: safe as a default, and written as `{}` like any other."""

    __hash__ = object.__hash__  # type: ignore[assignment]

    def __setitem__(self, key: str, value: Any) -> None:  # noqa: ANN401 - it takes nothing at all
        raise TypeError("this mapping stays empty")


NOTHING: Json = _Nothing()
LEVELS = ("L0", "L1", "L2", "L3")
EXPIRY = "expiry"  # the level of a timer that moves the instance instead of telling anybody


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """Ask again at this instant (UTC): one level of one deadline's ladder, or its expiry.

    `fixed` timers belong to the instance's own date and carry its `due_epoch`; the others belong
    to one visit of a state and carry its `epoch`, so that a later visit never hears of them.
    """

    deadline: str
    level: str
    due_at: datetime
    epoch: int
    fixed: bool = False
    id: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Why an instance cannot move on: an overlay, never a state. It stops no clock."""

    reason: str
    note: str
    since: datetime
    by: str
    waiting_on: str | None = None
    review_on: date | None = None
    cause: str | None = None
    id: int | None = field(default=None, compare=False)


@dataclass(frozen=True, kw_only=True)
class ProcessInstance:
    """One run of a process, with its armed timers and open blocks.

    `version` grows with every change that people should know of; `seq` is the number of the last
    history entry and guards every save; `epoch` counts visits to states; `due_epoch` counts the
    dates the instance itself was given; `stuck_at` is the first instant from which it is late.

    `definition_version` and `definition_hash` pin it to the rules it runs by. `looping_at` is when it was
    last sent to and fro too often; `pressing_rank` and `pressing_at` place it in the list of the Top
    three. These three follow from the others and from the history, and are no part of what is folded.
    """

    id: int
    reference: str
    process: str
    definition_version: int
    definition_hash: str = ""
    subject: str
    state: str
    opened_at: datetime
    entered_at: datetime
    entered_on: date
    title: str = ""
    case_id: str | None = None
    team: str | None = None
    version: int = 1
    seq: int = 0
    epoch: int = 1
    due_epoch: int = 1
    owner: str | None = None
    owner_role: str | None = None
    due_on: date | None = None
    due_level: str | None = None
    visit_level: str | None = None
    met_at: datetime | None = None
    closed_at: datetime | None = None
    stuck_at: datetime | None = None
    looping_at: datetime | None = None
    pressing_rank: int | None = None
    pressing_at: datetime | None = None
    parent_id: int | None = None
    pending: str | None = None
    data: Json = NOTHING
    refusals: Mapping[str, int] = NOTHING
    head_hash: str = ""
    timers: tuple[Timer, ...] = ()
    blocks: tuple[Block, ...] = ()

    @classmethod
    def known(cls, fields: Mapping[str, Any]) -> "ProcessInstance":
        """Return the instance of *fields*, all of them, without looking at them again.

        For rows that were checked when they were saved: the morning after a long week-end loads
        hundreds of thousands, and the frozen constructor would be a third of that work.
        """
        made = object.__new__(cls)
        made.__dict__.update(fields)
        return made

    def altered(self, **changes: Any) -> "ProcessInstance":  # noqa: ANN401 - any field
        """Return a copy with *changes*: what `replace` does, eight times faster, for the sweep."""
        made = object.__new__(ProcessInstance)
        made.__dict__.update(self.__dict__, **changes)
        return made

    @property
    def level(self) -> str | None:
        """Return the highest L level fired on the own date or on the present visit."""
        return max(
            (one for one in (self.due_level, self.visit_level) if one in LEVELS), default=None
        )

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def next_due_at(self) -> datetime | None:
        """Return when the first of its armed timers fires (UTC); None when nothing watches it."""
        return min((timer.due_at for timer in self.timers), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One thing that happened: who, what, when, from, to and why. Written once, never changed.

    `at` is when it took effect, `recorded_at` when it was written (both UTC). `changes` holds every
    field the entry set on the instance, so that folding the history gives the instance again.
    """

    at: datetime
    recorded_at: datetime
    actor: str
    action: str
    before: str | None
    after: str | None
    role: str | None = None
    on_behalf_of: str | None = None
    level: str | None = None
    nominal_on: date | None = None
    reason: str | None = None
    data: Json = NOTHING
    changes: Json = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something a person (or whoever holds a role) must be told about an instance."""

    to: str
    template: str
    key: str
    level: str | None = None
    deadline: str | None = None
    nominal_on: date | None = None
    due_on: date | None = None
    text: str = ""


LinkKind = Literal["came_from", "follows", "feeds", "evidences"]
LINK_KINDS: tuple[LinkKind, ...] = ("came_from", "follows", "feeds", "evidences")
_REFERENCE = re.compile(r"[a-z][a-z0-9_]*:\S+")
# Of these the other end is what came first; of the rest this end is.
BACKWARDS: tuple[LinkKind, ...] = ("came_from", "follows")


def is_reference(text: str) -> bool:
    """Tell whether *text* could name an instance or a voice: what was said in words is no reference."""
    return _REFERENCE.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Link:
    """What an instance has to do with another thing: it `came_from` it, `follows` it up, `feeds` or `evidences` it.

    `to` is a reference; the thing need not exist (yet). The same link made twice is one link, and one
    to nothing or to the instance itself is none.
    """

    kind: LinkKind
    to: str

    def __post_init__(self) -> None:
        if self.kind not in LINK_KINDS:
            raise ValueError(f"{self.kind!r} is no kind of link: {', '.join(LINK_KINDS)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spawn:
    """A process instance to start in the same transaction.

    With `numbered`, the reference is completed by the next number of its own series:
    `recommendation:R-` gives `recommendation:R-0001`, `immediate_concern:C07:` gives `…:1`.
    `link` says what it has to do with what spawned it.
    """

    process: str
    reference: str
    subject: str
    title: str = ""
    numbered: bool = False
    case_id: str | None = None
    team: str | None = None
    due_on: date | None = None
    owner: str | None = None
    data: Json = NOTHING
    is_child: bool = True
    link: LinkKind = "came_from"


@dataclass(frozen=True, slots=True)
class Signal:
    """A system trigger for another instance, tried in the same transaction; not allowed there: nothing.

    `data` is what the trigger asks for, as one would send it.
    """

    trigger: str
    to: str = "parent"
    reason: str | None = None
    data: Json = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A child's own words, whole and as they were given; never what somebody else made of them.

    `case_id` is the child's case, or where none is known the subject that stands for the child;
    `source` the reference that the words are evidence for, if not the instance that records them.
    """

    case_id: str
    words: str
    method: str
    heard_on: date
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Everything one step changes, ready to be saved in one transaction."""

    before: ProcessInstance | None
    instance: ProcessInstance
    history: tuple[HistoryEntry, ...] = ()
    fired: tuple[Timer, ...] = ()
    notices: tuple[Notice, ...] = ()
    spawned: tuple[Spawn, ...] = ()
    signals: tuple[Signal, ...] = ()
    then: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    voices: tuple[Voice, ...] = ()

    def followed_by(self, later: "Outcome") -> "Outcome":
        """Return both steps as one, told in order."""
        return Outcome(
            before=self.before,
            instance=later.instance,
            history=self.history + later.history,
            fired=self.fired + later.fired,
            notices=self.notices + later.notices,
            spawned=self.spawned + later.spawned,
            signals=self.signals + later.signals,
            then=later.then,
            links=self.links + later.links,
            voices=self.voices + later.voices,
        )
