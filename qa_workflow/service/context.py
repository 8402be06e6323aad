"""What every service is given: the database, the processes, the calendars and the ways out."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from qa_workflow.delivery.channels import Channel
from qa_workflow.engine.content import body_of, hash_of
from qa_workflow.engine.definition import ProcessDefinition
from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.people import Roster
from qa_workflow.engine.terms import Term
from qa_workflow.engine.working_days import WorkingCalendar
from qa_workflow.frameworks.lines import Item, Line, items
from qa_workflow.frameworks.reader import Framework
from qa_workflow.store import council, people
from qa_workflow.store.database import Connection, Database

MAX_CALENDARS = 8
MAX_ROSTERS = 4


def draw_seed() -> str:
    """Return a seed that nobody could foresee, so that nobody could know beforehand which cases are audited."""
    return secrets.token_hex(8)


@dataclass(frozen=True, kw_only=True)
class Pin:
    """The content of a definition of this program: what instances are pinned to by version and hash."""

    name: str
    version: int
    body: str

    @cached_property
    def sha256(self) -> str:
        return hash_of(self.body)

    def holds(self, instance: ProcessInstance) -> bool:
        """Tell whether *instance* runs by this very content; one from before contents were kept, by its version."""
        return instance.definition_version == self.version and instance.definition_hash in (
            "",
            self.sha256,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Everything a service needs; made once by `wiring.build`."""

    database: Database
    processes: Mapping[str, ProcessDefinition]
    published: WorkingCalendar
    framework: Framework
    lines: tuple[Line, ...]
    channels: Mapping[str, Channel]
    default_channel: str = "log"
    batch_size: int = 250
    moderation_percent: int = 20
    dip_check_percent: int = 100
    strict_period: bool = False
    strict_before: bool = False
    terms: tuple[Term, ...] = ()
    safety_seconds: int = 30
    daemon_name: str = "daemon"
    sample: int = 500  # how many records an hourly look checks (service/invariants.py)
    draw_seed: Callable[[], str] = draw_seed
    _calendars: dict[tuple[object, ...], WorkingCalendar] = field(default_factory=dict, repr=False)
    _rosters: dict[tuple[object, ...], Roster] = field(default_factory=dict, repr=False)
    _pins: dict[str, Pin] = field(default_factory=dict, repr=False)

    def pin(self, process: str) -> Pin:
        """Return what an instance of *process* that starts today is pinned to."""
        found = self._pins.get(process)
        if found is None:
            definition = self.processes[process]
            found = self._pins[process] = Pin(
                name=process, version=definition.version, body=body_of(definition)
            )
        return found

    def calendar(self, connection: Connection) -> WorkingCalendar:
        """Return the published calendar with what this council knows besides: holidays proclaimed late, closures."""
        closed = council.closure_days(connection)
        extra, local = closed["bank_holiday"], closed["local"]
        if not extra and not local:
            return self.published
        key = (tuple(sorted(extra.items())), tuple(sorted(local.items())))
        known = self._calendars.get(key)
        if known is None:
            if len(self._calendars) >= MAX_CALENDARS:
                self._calendars.clear()
            known = self._calendars[key] = self.published.with_holidays(extra).with_closures(local)
        return known

    def roster(self, connection: Connection) -> Roster:
        """Return everybody with what they do here: what the framework has them fill besides their own roles.

        It is read anew when its stamp has changed, which the database sees to at every write: what
        another process or this very transaction wrote is seen, and a write taken back is not.
        """
        stamp = people.roster_stamp(connection)
        filled_by = self.framework.filled_by
        key = (stamp, tuple(sorted(filled_by.items())))
        known = self._rosters.get(key)
        if known is None:
            known = people.load_roster(connection).filled(filled_by)
            # Where each statement sees a moment of its own (PostgreSQL), somebody may have written in between.
            if stamp is not None and stamp == people.roster_stamp(connection):
                if len(self._rosters) >= MAX_ROSTERS:
                    self._rosters.clear()
                self._rosters[key] = known
        return known

    def items(self, start: date, end: date, calendar: WorkingCalendar) -> Iterator[Item]:
        """Yield what the framework's calendar asks for between two due days, both included."""
        return items(self.lines, start, end, terms=self.terms, calendar=calendar)

    @property
    def known_until(self) -> date:
        """Return the last day whose bank holidays are known."""
        return date(self.published.last_year, 12, 31)
