"""What every service is given: the database, the processes, the calendars and the ways out."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from qa_workflow.delivery.channels import Channel
from qa_workflow.engine.definition import ProcessDefinition
from qa_workflow.engine.people import Roster
from qa_workflow.engine.terms import Term
from qa_workflow.engine.working_days import WorkingCalendar
from qa_workflow.frameworks.lines import Item, Line, items
from qa_workflow.frameworks.reader import Framework
from qa_workflow.store import council, people
from qa_workflow.store.database import Connection, Database

MAX_CALENDARS = 8


def draw_seed() -> str:
    """Return a seed that nobody could foresee, so that nobody could know beforehand which cases are audited."""
    return secrets.token_hex(8)


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
    draw_seed: Callable[[], str] = draw_seed
    _calendars: dict[tuple[object, ...], WorkingCalendar] = field(default_factory=dict, repr=False)

    def calendar(self, connection: Connection) -> WorkingCalendar:
        """Return the published calendar with what this council knows besides: holidays proclaimed late, closures."""
        extra = council.closure_days(connection, "bank_holiday")
        local = council.closure_days(connection, "local")
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
        """Return everybody with what they do here: what the framework has them fill besides their own roles."""
        return people.load_roster(connection).filled(self.framework.filled_by)

    def items(self, start: date, end: date, calendar: WorkingCalendar) -> Iterator[Item]:
        """Yield what the framework's calendar asks for between two due days, both included."""
        return items(self.lines, start, end, terms=self.terms, calendar=calendar)

    @property
    def known_until(self) -> date:
        """Return the last day whose bank holidays are known."""
        return date(self.published.last_year, 12, 31)
