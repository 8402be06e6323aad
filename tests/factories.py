"""A tiny process and its people: plain functions over defaults, and a run that plays events on the engine.

    run = a_run(due_on="2025-11-30")       an instance of the tiny process, just started
    run.passes("2025-12-08 09:00")         what is due by then, as one pass of the daemon
    run.fire("submit", by="aud")           a trigger, pulled by a person of the tiny roster

Nothing here reads a clock, a file or a database. Every name is invented.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from enum import StrEnum, auto
from typing import Any
from zoneinfo import ZoneInfo

from qa_workflow.engine.advance import Fire, advance, catch_up, retry_pending, start
from qa_workflow.engine.definition import (
    Asks,
    Deadline,
    Effects,
    Facts,
    Guard,
    ProcessDefinition,
    Related,
    Step,
    Transition,
    Within,
)
from qa_workflow.engine.instance import (
    NOTHING,
    Block,
    HistoryEntry,
    Json,
    Notice,
    Outcome,
    ProcessInstance,
    Timer,
)
from qa_workflow.engine.people import Person, Roster
from qa_workflow.engine.refusing import refused
from qa_workflow.engine.working_days import WorkingCalendar, london_date
from qa_workflow.errors import Refusal, TransitionRefused
from qa_workflow.patterns.ladders import STANDARD

LONDON = ZoneInfo("Europe/London")

_HOLIDAYS = """
2025-01-01 2025-04-18 2025-04-21 2025-05-05 2025-05-26 2025-08-25 2025-12-25 2025-12-26
2026-01-01 2026-04-03 2026-04-06 2026-05-04 2026-05-25 2026-08-31 2026-12-25 2026-12-28
2027-01-01 2027-03-26 2027-03-29 2027-05-03 2027-05-31 2027-08-30 2027-12-27 2027-12-28
"""


def london(text: str) -> datetime:
    """Return `2025-10-01 08:00` or `2025-10-01`, London time, as an aware instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


def a_calendar(*, until: int = 2027, closures: Mapping[date, str] | None = None) -> WorkingCalendar:
    """Return the working days of England and Wales from 2025 to the end of *until*."""
    days = (date.fromisoformat(text) for text in _HOLIDAYS.split())
    known = {day: "bank holiday" for day in days if day.year <= until}
    return WorkingCalendar(known, first_year=2025, last_year=until, closures=closures or {})


CALENDAR = a_calendar()


# ------------------------------------------------------------------ people
def a_person(person_id: str, *roles: str, **changes: Any) -> Person:  # noqa: ANN401 - the fields of a person
    return Person(
        person_id=person_id, name=person_id.capitalize(), roles=frozenset(roles), **changes
    )


def a_roster(*people: Person) -> Roster:
    return Roster({one.person_id: one for one in people})


ROSTER = a_roster(
    a_person("aud", "auditor", manager="tess"),
    a_person("bea", "auditor", manager="tess"),
    a_person("tess", "team_manager", manager="sandy"),
    a_person("sandy", "sm_sqa", manager="ada"),
    a_person("ada", "ad_people", manager="dana"),
    a_person("dana", "director"),
)


def without_role(role: str) -> Roster:
    """Return the tiny roster without anybody who holds *role*."""
    return a_roster(*(one for one in ROSTER.people.values() if role not in one.roles))


# ------------------------------------------------------------------ a tiny process
class Stage(StrEnum):
    """Draft, review, done: enough for most rules."""

    DRAFT = auto()
    REVIEW = auto()
    DONE = auto()
    CANCELLED = auto()


S = Stage
SUBMIT = Transition("submit", S.DRAFT, S.REVIEW, role="auditor")
REMARK = Transition("remark", S.DRAFT, None, role="auditor")
APPROVE = Transition("approve", S.REVIEW, S.DONE, role="sm_sqa")
SEND_BACK = Transition("send_back", S.REVIEW, S.DRAFT, role="sm_sqa")
CANCEL = Transition("cancel", (S.DRAFT, S.REVIEW), S.CANCELLED, role="sm_sqa", exceptional=True)
REOPEN = Transition("reopen", S.DONE, S.DRAFT, role="sm_sqa", reopens=True)
MOVES = (SUBMIT, REMARK, APPROVE, SEND_BACK, CANCEL)
SUBMIT_BY = Deadline(name="submit_by", state=S.DRAFT, due=Within(5), ladder=STANDARD)
APPROVE_BY = Deadline(name="approve_by", state=S.REVIEW, due=Within(5), ladder=STANDARD)


def a_definition(**changes: Any) -> ProcessDefinition:  # noqa: ANN401 - the fields of a definition
    plain = ProcessDefinition(
        name="tiny",
        title="A tiny process",
        version=1,
        states=Stage,
        initial=S.DRAFT,
        final=frozenset({S.DONE, S.CANCELLED}),
        transitions=MOVES,
        deadlines=(SUBMIT_BY, APPROVE_BY),
    )
    return replace(plain, **changes)


def with_moves(*moves: Transition, **changes: Any) -> ProcessDefinition:  # noqa: ANN401 - the fields
    """Return the tiny process with *moves*, each in the place of those of its trigger."""
    named = {move.trigger for move in moves}
    kept = tuple(move for move in MOVES if move.trigger not in named)
    return a_definition(transitions=(*moves, *kept), **changes)


def with_deadlines(*deadlines: Deadline, **changes: Any) -> ProcessDefinition:  # noqa: ANN401 - the fields
    return a_definition(deadlines=deadlines, **changes)


def a_guard(name: str = "never", *reads: str, why: str | None = None) -> Guard:
    """Return a guard of that name that always refuses, with a sentence of its own."""
    refusal = Refusal(why=why or f"{name.capitalize()}.", who="somebody")
    return Guard(name, lambda _facts, _evidence: refusal, frozenset({"facts", *reads}))


def unless(key: str) -> Guard:
    """Return a guard that refuses until the data of the instance hold something under *key*."""

    def check(facts: Facts, _evidence: Any) -> Refusal | None:  # noqa: ANN401 - any form
        return None if facts.instance.data.get(key) else Refusal(why=f"There is no {key}.")

    return Guard(f"has_{key}", check, frozenset({"facts"}))


def effects(**made: Any) -> Any:  # noqa: ANN401 - the fields of Effects; an effect
    """Return an effect that always brings the same."""

    def effect(_step: Step) -> Effects:
        return Effects(**made)

    return effect


# ------------------------------------------------------------------ values
def an_instance(**changes: Any) -> ProcessInstance:  # noqa: ANN401 - the fields of an instance
    """Return an instance of the tiny process, in draft since Monday 3 November 2025, 09:00."""
    at = changes.pop("at", london("2025-11-03 09:00"))
    plain = ProcessInstance(
        id=1,
        reference="tiny:1",
        process="tiny",
        definition_version=1,
        subject="1",
        state=str(S.DRAFT),
        opened_at=at,
        entered_at=at,
        entered_on=london_date(at),
    )
    return replace(plain, **changes)


def a_timer(**changes: Any) -> Timer:  # noqa: ANN401 - the fields of a timer
    plain = Timer(deadline="submit_by", level="L0", due_at=london("2025-11-11"), epoch=1)
    return replace(plain, **changes)


def a_block(**changes: Any) -> Block:  # noqa: ANN401 - the fields of a block
    plain = Block(reason="other", note="Wait.", since=london("2025-11-04"), by="aud")
    return replace(plain, **changes)


def a_child(reference: str = "child:1", **changes: Any) -> Related:  # noqa: ANN401 - the fields
    plain = Related(reference=reference, process="child", subject="1", state="open", is_open=True)
    return replace(plain, **changes)


def some_facts(
    instance: ProcessInstance | None = None,
    *,
    now: datetime | None = None,
    roster: Roster = ROSTER,
    **more: Any,  # noqa: ANN401 - the further fields of Facts
) -> Facts:
    today = london_date(now or london("2025-11-03 09:00"))
    return Facts(roster=roster, today=today, instance=instance or an_instance(), **more)


# ------------------------------------------------------------------ a run
class Run:
    """One instance and everything that was told of it, with a clock that stands where the test puts it."""

    def __init__(self, definition: ProcessDefinition, outcome: Outcome, now: datetime) -> None:
        self.definition = definition
        self.now = now
        self.roster = ROSTER
        self.calendar = CALENDAR
        self.children: tuple[Related, ...] = ()
        self.last = outcome
        self.instance = outcome.instance
        self.history: list[HistoryEntry] = list(outcome.history)
        self.notices: list[Notice] = list(outcome.notices)
        self.fired: list[Timer] = []

    def at(self, text: str) -> "Run":
        self.now = london(text)
        return self

    def took(self, outcome: Outcome) -> Outcome:
        """Make *outcome* the present: what the store would save."""
        self.last = outcome
        self.instance = outcome.instance
        self.history += outcome.history
        self.notices += outcome.notices
        self.fired += outcome.fired
        return outcome

    # -------------------------------------------------------------- doing
    def facts(self, **more: Any) -> Facts:  # noqa: ANN401 - the further fields of Facts
        return some_facts(
            self.instance, now=self.now, roster=self.roster, children=self.children, **more
        )

    def fire(
        self,
        trigger: str,
        *,
        by: str | None = None,
        evidence: Asks | None = None,
        at: str | None = None,
    ) -> Outcome:
        event = self.event(trigger, by=by, evidence=evidence)
        if at is not None:
            self.at(at)
        return self.took(
            advance(
                self.definition,
                self.instance,
                event,
                facts=self.facts(),
                now=self.now,
                calendar=self.calendar,
            )
        )

    def event(self, trigger: str, *, by: str | None = None, evidence: Asks | None = None) -> Fire:
        actor = None if by is None else self.roster.people[by]
        return Fire(trigger=trigger, actor=actor, evidence=evidence or Asks())

    def is_refused(self, trigger: str, *, by: str | None = None) -> Outcome:
        """Pull a trigger that a guard refuses, and keep the refusal as the service does."""
        try:
            self.fire(trigger, by=by)
        except TransitionRefused as refusal:
            event = self.event(trigger, by=by)
            return self.took(
                refused(
                    self.definition,
                    self.instance,
                    event,
                    refusal,
                    facts=self.facts(),
                    now=self.now,
                    calendar=self.calendar,
                )
            )
        raise AssertionError(f"{trigger} was not refused")

    def passes(self, text: str) -> Outcome:
        self.at(text)
        return self.took(
            catch_up(
                self.definition,
                self.instance,
                facts=self.facts(),
                now=self.now,
                calendar=self.calendar,
            )
        )

    def retries(self, text: str) -> Outcome | None:
        self.at(text)
        outcome = retry_pending(
            self.definition,
            self.instance,
            facts=self.facts(),
            now=self.now,
            calendar=self.calendar,
        )
        return None if outcome is None else self.took(outcome)

    # -------------------------------------------------------------- asking
    @property
    def levels(self) -> list[tuple[str, str, str]]:
        """Return the ladder entries as (deadline, level, nominal day)."""
        return [
            (entry.data["deadline"], entry.level, str(entry.nominal_on))
            for entry in self.history
            if entry.level is not None
        ]

    @property
    def armed(self) -> list[tuple[str, str, str]]:
        """Return the timers as (deadline, level, London day at whose 00:00 they are due)."""
        return [
            (timer.deadline, timer.level, str(london_date(timer.due_at)))
            for timer in self.instance.timers
        ]

    @property
    def reasons(self) -> list[str]:
        return [block.reason for block in self.instance.blocks]

    @property
    def actions(self) -> list[str]:
        return [entry.action for entry in self.history]


def a_run(
    definition: ProcessDefinition | None = None,
    *,
    now: str = "2025-11-03 09:00",
    since: str | None = None,
    due_on: str | None = None,
    data: Json = NOTHING,
    calendar: WorkingCalendar = CALENDAR,
    roster: Roster = ROSTER,
    **changes: Any,  # noqa: ANN401 - the fields of an instance
) -> Run:
    """Start an instance at *now*, whose clock counts *since* then or an earlier day."""
    definition = definition or a_definition()
    instance = an_instance(
        at=london(since or now),
        due_on=None if due_on is None else date.fromisoformat(due_on),
        data=data,
        state=str(definition.initial),
        **changes,
    )
    at = london(now)
    outcome = start(
        definition,
        instance,
        facts=some_facts(instance, now=at, roster=roster),
        now=at,
        calendar=calendar,
    )
    run = Run(definition, outcome, at)
    run.calendar, run.roster = calendar, roster
    return run
