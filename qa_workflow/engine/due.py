"""When something is due and who hears of it: the rules, the deadlines and the ladders of a definition."""

from dataclasses import dataclass, replace
from datetime import date

from qa_workflow.engine.derivation import Days, Months, Weeks


@dataclass(frozen=True, slots=True)
class EscalationLevel:
    """One rung: who is told how many working days after the due day (before the target day if negative).

    `after=None` is the due day itself. `blocks` puts the instance on the Top three's list; with a
    `reason` code of its own, that block goes again as soon as its deadline is met or moved.
    """

    name: str
    after: int | None
    tell: tuple[str, ...]
    blocks: bool = False
    reason: str | None = None


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

    def up_to(self, top: str) -> "Ladder":
        """Return the ladder without the L levels above *top*, which need not be one of its own rungs."""
        kept = (one for one in self.levels if one.name.startswith("R") or one.name <= top)
        return replace(self, levels=tuple(kept))


# ------------------------------------------------------------------ rules
@dataclass(frozen=True, slots=True)
class Within:
    """So many working days after the state was entered, or after the date `since` names in the data."""

    working_days: int
    since: str | None = None
    or_since: str | None = None


@dataclass(frozen=True, slots=True)
class After:
    """So many days, weeks or months after the date `since` names in the data (else the state's entry).

    A date of this kind never rolls off a weekend or a bank holiday.
    """

    rule: Days | Weeks | Months
    since: str | None = None


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


@dataclass(frozen=True, slots=True)
class Dated:
    """A rule with versions: each from its day on. An instance keeps the one under which it entered the state."""

    versions: tuple[tuple[date, "Within | After | InstanceDue | OnDate"], ...]

    def on(self, day: date) -> "Within | After | InstanceDue | OnDate":
        """Return the version in force on *day*; the first one before its day, since there was none earlier."""
        standing = [rule for since, rule in self.versions if since <= day]
        return standing[-1] if standing else self.versions[0][1]


PlainRule = Within | After | InstanceDue | OnDate
DueRule = PlainRule | Dated


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

    def rule(self, entered_on: date) -> PlainRule:
        """Return the rule for a visit of the state that began on *entered_on*."""
        return self.due.on(entered_on) if isinstance(self.due, Dated) else self.due

    @property
    def rules(self) -> tuple[PlainRule, ...]:
        """Return every version of the rule."""
        if isinstance(self.due, Dated):
            return tuple(rule for _, rule in self.due.versions)
        return (self.due,)
