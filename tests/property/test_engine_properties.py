"""Whatever a small process looks like and whatever happens to it, these things hold."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from factories import ROSTER, a_calendar, a_guard, an_instance, effects, london, some_facts, unless
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_workflow.engine.advance import Fire, advance, catch_up, retry_pending, start
from qa_workflow.engine.definition import (
    Deadline,
    DueRule,
    EscalationLevel,
    Facts,
    Guard,
    Ladder,
    OnDate,
    ProcessDefinition,
    Refusal,
    Transition,
    Within,
)
from qa_workflow.engine.instance import HistoryEntry, Json, Outcome, ProcessInstance, Timer
from qa_workflow.engine.overlay import block, review_people, unblock
from qa_workflow.engine.people import Roster
from qa_workflow.engine.record import FOLDED, fold, plain_block
from qa_workflow.engine.recount import recounted
from qa_workflow.engine.refusing import refused
from qa_workflow.engine.visits import rearm
from qa_workflow.engine.working_days import WorkingCalendar, london_date
from qa_workflow.errors import NotPermitted, TransitionRefused
from qa_workflow.patterns.ladders import IMMEDIATE_SAFETY, STANDARD, STATUTORY

BEGIN = london("2025-10-01 09:00")
SHORT, LONG = a_calendar(until=2025), a_calendar(until=2027)
LONELY = Roster({"aud": ROSTER.people["aud"]})  # most roles are held by nobody
PEOPLE = ("aud", "bea", "sandy", "ada")


# ------------------------------------------------------------------ small processes
def _a_person_acts(facts: Facts, _evidence: Any) -> Refusal | None:  # noqa: ANN401 - any form
    return Refusal(why="A person must do this.") if facts.actor is None else None


GUARDS: tuple[tuple[Guard, ...], ...] = (
    (),
    (),
    (),
    (a_guard(),),
    (unless("plan"),),
    (Guard("a_person_acts", _a_person_acts, frozenset({"facts", "actor"})),),
)
EFFECTS = (
    None,
    None,
    effects(data={"plan": True}),
    effects(data={"plan": False, "step": 2}),
    effects(owner="bea"),
    effects(due_on=date(2025, 11, 14)),
    effects(due_on=date(2026, 1, 31)),
)
QUICK = Ladder(
    "quick",
    (EscalationLevel("R1", -1, ("owner",)), EscalationLevel("L1", 1, ("ad_people",), blocks=True)),
)
LADDERS = (STANDARD, STATUTORY, IMMEDIATE_SAFETY, QUICK)


def _met(states: frozenset[str], _definition: ProcessDefinition, state: str, _data: Json) -> bool:
    return state in states


@st.composite
def definitions(draw: st.DrawFn) -> ProcessDefinition:
    """Draw a process of two to five states in which every open one is watched and can be left."""
    names = [f"stage{number}" for number in range(draw(st.integers(2, 5)))]
    stages = StrEnum("Stage", {name.upper(): name for name in names})  # type: ignore[misc]
    *open_states, final = names
    moves, deadlines = [], []
    for number, state in enumerate(open_states):
        onward = names[number + 1]
        moves.append(_move(draw, f"go{number}", state, onward, role="auditor"))
        for trigger in sorted(draw(st.sets(st.sampled_from(("jump", "stay", "tick"))))):
            dest = None if trigger == "stay" else draw(st.sampled_from(names))
            role = draw(st.sampled_from((("sm_sqa",), ("sm_sqa", "system"), ("auditor", "system"))))
            moves.append(_move(draw, trigger, state, dest, role=role))
        deadlines.append(_laddered(draw, state))
        if draw(st.booleans()):
            moves.append(
                _move(draw, f"expire{number}", state, draw(_other(names, state)), role="system")
            )
            deadlines.append(_expiring(draw, number, state))
    met = draw(st.sets(st.sampled_from(open_states), max_size=1))
    return ProcessDefinition(
        name="drawn",
        title="A drawn process",
        version=1,
        states=stages,
        initial=names[0],
        final=frozenset({final}),
        transitions=tuple(moves),
        deadlines=tuple(deadlines),
        due_ladder=draw(st.sampled_from((STANDARD, STATUTORY, None))),
        due_met=partial(_met, frozenset({*met, final})),
        keeps_owner=draw(st.booleans()),
    )


def _other(names: list[str], state: str) -> st.SearchStrategy[str]:
    return st.sampled_from([name for name in names if name != state])


def _move(
    draw: st.DrawFn, trigger: str, source: str, dest: str | None, *, role: str | tuple[str, ...]
) -> Transition:
    return Transition(
        trigger,
        source,
        dest,
        draw(st.sampled_from(GUARDS)),
        role,
        effect=draw(st.sampled_from(EFFECTS)),
    )


def _laddered(draw: st.DrawFn, state: str) -> Deadline:
    rule: DueRule = Within(draw(st.integers(1, 30)))
    if draw(st.integers(0, 3)) == 0:
        rule = OnDate("on", else_own_date=draw(st.booleans()))
    return Deadline(
        name=f"leave_{state}",
        state=state,
        due=rule,
        ladder=draw(st.sampled_from(LADDERS)),
        capped=draw(st.booleans()),
    )


def _expiring(draw: st.DrawFn, number: int, state: str) -> Deadline:
    return Deadline(
        name=f"expire_{state}",
        state=state,
        due=Within(draw(st.integers(1, 20))),
        on_expiry=f"expire{number}",
        at_start=draw(st.booleans()),
    )


due_dates = st.none() | st.dates(date(2025, 10, 1), date(2026, 3, 31))


# ------------------------------------------------------------------ what happens
@dataclass(frozen=True)
class Event:
    """Something that happens: what, to which trigger, by whom, so many hours later, to how many people."""

    what: str
    trigger: int
    by: str | None
    hours: int
    alone: bool

    @property
    def roster(self) -> Roster:
        return LONELY if self.alone else ROSTER


events = st.builds(
    Event,
    what=st.sampled_from(
        (
            "fire",
            "fire",
            "fire",
            "pass",
            "pass",
            "retry",
            "block",
            "unblock",
            "people",
            "rearm",
            "holiday",
        )
    ),
    trigger=st.integers(0, 20),
    by=st.sampled_from((None, *PEOPLE)),
    hours=st.integers(0, 24 * 40),
    alone=st.booleans(),
)


class Story:
    """One instance, what was told of it, and the calendar of its day."""

    def __init__(
        self, definition: ProcessDefinition, due_on: date | None, calendar: WorkingCalendar
    ) -> None:
        self.definition = definition
        self.calendar = calendar
        self.now = BEGIN
        self.history: list[HistoryEntry] = []
        self.fired: list[Timer] = []
        first = an_instance(
            at=BEGIN, due_on=due_on, state=definition.initial, data={"on": "2025-11-21"}
        )
        self.instance = first
        self.took(start(definition, first, facts=self.facts(ROSTER), now=BEGIN, calendar=calendar))

    def facts(self, roster: Roster) -> Facts:
        return some_facts(self.instance, now=self.now, roster=roster)

    def took(self, outcome: Outcome) -> None:
        self.instance = outcome.instance
        self.history += outcome.history
        self.fired += outcome.fired

    def passes(self, now: datetime, roster: Roster = ROSTER) -> None:
        self.now = now
        self.took(
            catch_up(
                self.definition,
                self.instance,
                facts=self.facts(roster),
                now=now,
                calendar=self.calendar,
            )
        )

    def outcome(self, event: Event) -> Outcome | None:
        """Return what *event* makes of the instance, as the service would ask; nothing where it is refused."""
        given: dict[str, Any] = {"now": self.now, "calendar": self.calendar}
        known = {"facts": self.facts(event.roster), **given}
        actor = ROSTER.people[event.by or "aud"]
        asked: dict[str, Any] = {
            "fire": lambda: self._fired(event, known),
            "pass": lambda: catch_up(self.definition, self.instance, **known),
            "retry": lambda: retry_pending(self.definition, self.instance, **known),
            "block": lambda: block(
                self.instance, reason="other", note="Wait.", actor=actor, **given
            ),
            "unblock": lambda: unblock(self.instance, note="Go on.", actor=actor, now=self.now),
            "people": lambda: review_people(self.instance, event.roster, **given),
            "rearm": lambda: rearm(self.definition, self.instance, **given),
            "holiday": lambda: self._counted_again(event),
        }
        try:
            outcome: Outcome | None = asked[event.what]()
        except (TransitionRefused, NotPermitted):
            return None
        return outcome

    def _fired(self, event: Event, known: dict[str, Any]) -> Outcome | None:
        moves = self.definition.leaving(self.instance.state)
        if not moves:
            return None
        person = None if event.by is None else ROSTER.people[event.by]
        fire = Fire(trigger=moves[event.trigger % len(moves)].trigger, actor=person)
        try:
            return advance(self.definition, self.instance, fire, **known)
        except TransitionRefused as refusal:
            return refused(self.definition, self.instance, fire, refusal, **known)

    def proclaimed(self, event: Event) -> WorkingCalendar:
        """Return the calendar once a day near *event* is a bank holiday too."""
        day = london_date(self.now) + timedelta(days=event.trigger - 3)
        known = self.calendar.first_year <= day.year <= self.calendar.last_year
        return self.calendar.with_holidays({day: "A day of thanks"}) if known else self.calendar

    def _counted_again(self, event: Event) -> Outcome | None:
        found = recounted(
            self.definition, self.instance,
            before=self.calendar, after=self.proclaimed(event), cause="Thanks.", actor="cli:robin", now=self.now,
        )  # fmt: skip
        return None if found is None else found[0]

    def happens(self, event: Event) -> None:
        self.now += timedelta(hours=event.hours)
        if event.what == "rearm":
            extra = {
                day: name
                for day, name in self.calendar.holidays.items()
                if day not in LONG.holidays
            }
            self.calendar = LONG.with_holidays(extra)  # the published list of the next year
        outcome = self.outcome(event)
        if event.what == "holiday":
            self.calendar = self.proclaimed(event)
        if outcome is not None:
            self.took(outcome)


stories = st.builds(Story, definitions(), due_dates, st.sampled_from((LONG, LONG, SHORT)))
few_events = st.lists(events, max_size=12)
bounded = settings(max_examples=60, deadline=None)


# ------------------------------------------------------------------ what always holds
@bounded
@given(stories, few_events)
def test_the_history_gives_the_instance_again(story: Story, happening: list[Event]) -> None:
    for event in happening:
        story.happens(event)
    found = fold(story.history)
    one = story.instance
    expected = {name: getattr(one, name) for name in FOLDED} | {
        "data": one.data,
        "blocks": [plain_block(each) for each in one.blocks],
    }
    assert {name: found.get(name) for name in expected} == expected


@bounded
@given(stories, few_events)
def test_versions_and_numbers_never_go_back(story: Story, happening: list[Event]) -> None:
    for event in happening:
        before = story.instance
        told = len(story.history)
        story.happens(event)
        after = story.instance
        assert after.version >= before.version
        assert after.seq == before.seq + len(story.history) - told
        assert (after.epoch, after.due_epoch) >= (before.epoch, before.due_epoch)


@bounded
@given(stories, few_events)
def test_no_level_of_one_deadline_fires_twice(story: Story, happening: list[Event]) -> None:
    for event in happening:
        story.happens(event)
    keys = [(timer.deadline, timer.epoch, timer.level) for timer in story.fired]
    assert len(keys) == len(set(keys))


@bounded
@given(stories, few_events)
def test_what_has_ended_holds_no_timers_and_no_blocks(story: Story, happening: list[Event]) -> None:
    for event in happening:
        story.happens(event)
        one = story.instance
        if one.state in story.definition.final:
            assert (one.timers, one.blocks, one.stuck_at, one.pending) == ((), (), None, None)
            assert one.closed_at is not None
        else:
            assert one.closed_at is None


@bounded
@given(stories, few_events)
def test_every_change_of_state_is_a_move_of_the_process(
    story: Story, happening: list[Event]
) -> None:
    for event in happening:
        story.happens(event)
    edges = {
        (move.trigger, source, str(move.dest))
        for move in story.definition.transitions
        for source in move.sources
    }
    moved = [entry for entry in story.history if entry.before not in (None, entry.after)]
    assert {(entry.action, entry.before, entry.after) for entry in moved} <= edges


@bounded
@given(stories, few_events)
def test_every_timer_belongs_to_the_present_visit_and_date(
    story: Story, happening: list[Event]
) -> None:
    for event in happening:
        story.happens(event)
        one = story.instance
        assert all(
            timer.epoch == (one.due_epoch if timer.fixed else one.epoch) for timer in one.timers
        )
        assert len({(timer.deadline, timer.fixed) for timer in one.timers}) == len(one.timers)


@bounded
@given(definitions(), due_dates, few_events)
def test_nothing_open_is_silently_without_anybody_who_hears_of_it(
    definition: ProcessDefinition, due_on: date | None, happening: list[Event]
) -> None:
    story = Story(definition, due_on, LONG)
    for event in happening:
        story.happens(event)
        one = story.instance
        climbed = one.level is not None
        assert one.timers or one.blocks or one.pending or climbed or not one.is_open


@bounded
@given(stories, few_events)
def test_the_same_event_always_has_the_same_outcome(story: Story, happening: list[Event]) -> None:
    for event in happening:
        assert story.outcome(event) == story.outcome(event)
        story.happens(event)


@bounded
@given(definitions(), due_dates, st.lists(st.integers(0, 24 * 200), max_size=8))
def test_one_pass_records_the_same_ladder_as_many_passes(
    definition: ProcessDefinition, due_on: date | None, hours: list[int]
) -> None:
    end = datetime(2026, 6, 1, 9, tzinfo=UTC)
    once, often = (Story(definition, due_on, LONG) for _ in range(2))
    for later in sorted(hours):
        often.passes(BEGIN + timedelta(hours=later))
    for story in (once, often):
        story.passes(end)
    assert _climbed(once) == _climbed(often)
    assert _standing(once.instance) == _standing(often.instance)


def _climbed(story: Story) -> list[tuple[Any, ...]]:
    """Return what time made of the instance: levels and moves with their nominal instants, in order."""
    return [
        (entry.action, entry.at, entry.level, entry.nominal_on, entry.data.get("deadline"))
        for entry in story.history
        if entry.action != "waits"  # that a move waits is dated by the pass that tried it
    ]


def _standing(one: ProcessInstance) -> ProcessInstance:
    return replace(one, blocks=())


@bounded
@given(definitions(), due_dates)
def test_a_pass_fires_everything_that_is_due(
    definition: ProcessDefinition, due_on: date | None
) -> None:
    story = Story(definition, due_on, LONG)
    story.passes(datetime(2026, 6, 1, 9, tzinfo=UTC))
    assert all(timer.due_at > story.now for timer in story.instance.timers)


@bounded
@given(definitions(), due_dates)
def test_levels_are_recorded_on_or_after_their_day_and_moves_at_their_instant(
    definition: ProcessDefinition, due_on: date | None
) -> None:
    story = Story(definition, due_on, LONG)
    story.passes(datetime(2026, 6, 1, 9, tzinfo=UTC))
    assert all(entry.at <= entry.recorded_at for entry in story.history)
