"""Whatever holidays are proclaimed, whenever: what working days make moves, and nothing comes twice."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import NamedTuple

from factories import (
    APPROVE_BY,
    CALENDAR,
    LONDON,
    MOVES,
    SUBMIT,
    Run,
    S,
    a_definition,
    a_run,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_workflow.engine.deadlines import (
    OWN_DATE,
    level_day,
    next_rung,
    target_basis,
    visit_timer,
    when,
)
from qa_workflow.engine.definition import (
    After,
    Days,
    Deadline,
    EscalationLevel,
    Ladder,
    Months,
    OnDate,
    PlainRule,
    ProcessDefinition,
    Transition,
    Weeks,
    Within,
)
from qa_workflow.engine.instance import EXPIRY, ProcessInstance, Timer
from qa_workflow.engine.record import FOLDED, fold
from qa_workflow.engine.recount import Move, recounted
from qa_workflow.engine.working_days import WorkingCalendar, late_from, london_date, start_of_day
from qa_workflow.patterns.ladders import IMMEDIATE_SAFETY, NUDGE, STANDARD, STATUTORY

FIRST, LAST = date(2025, 10, 1), date(2026, 6, 30)
QUICK = Ladder(
    "quick",
    (EscalationLevel("R1", -1, ("owner",)), EscalationLevel("L1", 1, ("ad_people",), blocks=True)),
)
LADDERS = (STANDARD, STATUTORY, IMMEDIATE_SAFETY, QUICK, NUDGE)
RULES = st.one_of(
    st.builds(Within, st.integers(1, 30), since=st.sampled_from((None, "asked_on"))),
    st.builds(Within, st.integers(1, 30)),
    st.builds(After, st.builds(Days, st.integers(1, 60))),
    st.builds(After, st.builds(Weeks, st.integers(1, 8)), since=st.just("asked_on")),
    st.builds(After, st.builds(Months, st.integers(1, 2))),
    st.just(OnDate("meets_on")),
)


# ------------------------------------------------------------------ what is drawn
@st.composite
def definitions(draw: st.DrawFn) -> ProcessDefinition:
    """Draw a process in whose first state up to three deadlines press, and perhaps one moves it."""
    deadlines = [
        Deadline(
            name=f"by{number}",
            state=S.DRAFT,
            due=draw(RULES),
            ladder=draw(st.sampled_from(LADDERS)),
            capped=draw(st.booleans()),
        )
        for number in range(draw(st.integers(1, 3)))
    ]
    if draw(st.booleans()):
        rule = Within(draw(st.integers(1, 40)))
        deadlines.append(
            Deadline(
                name="closes",
                state=S.DRAFT,
                due=rule,
                on_expiry="lapse",
                at_start=draw(st.booleans()),
            )
        )
    lapse = Transition("lapse", S.DRAFT, S.REVIEW, role="system")
    return a_definition(
        transitions=(*MOVES, lapse),
        deadlines=(*deadlines, APPROVE_BY),
        due_ladder=draw(st.sampled_from((STANDARD, STATUTORY, None))),
    )


class Waiting(NamedTuple):
    """An instance that waits in its first state since *begun*, of which nothing has fired yet."""

    definition: ProcessDefinition
    begun: date
    asked_days_before: int
    meets_days_after: int
    due_days_after: int | None

    def run(self, calendar: WorkingCalendar) -> Run:
        asked_on = self.begun - timedelta(days=self.asked_days_before)
        meets_on = self.begun + timedelta(days=self.meets_days_after)
        due_on = (
            None
            if self.due_days_after is None
            else str(self.begun + timedelta(days=self.due_days_after))
        )
        return a_run(
            self.definition,
            now=f"{self.begun} 09:00",
            due_on=due_on,
            data={"asked_on": str(asked_on), "meets_on": str(meets_on)},
            calendar=calendar,
        )


waiting = st.builds(
    Waiting,
    definition=definitions(),
    begun=st.dates(FIRST, date(2026, 3, 31)),
    asked_days_before=st.integers(0, 20),
    meets_days_after=st.integers(0, 60),
    due_days_after=st.none() | st.integers(0, 60),
)
weekdays = st.dates(FIRST, LAST).filter(lambda day: day.weekday() < 5)
holidays = st.sets(weekdays, min_size=1, max_size=3)
later = st.integers(0, 24 * 70)
bounded = settings(max_examples=60, deadline=None, derandomize=True)


# ------------------------------------------------------------------ what happens
def with_days(calendar: WorkingCalendar, days: Collection[date]) -> WorkingCalendar:
    fresh = {day: "A day of thanks" for day in days if day not in calendar.holidays}
    return calendar.with_holidays(fresh)


def proclaim(run: Run, days: Collection[date]) -> tuple[Move, ...]:
    """Let *days* become bank holidays, now; return what moves."""
    before, after = run.calendar, with_days(run.calendar, days)
    found = recounted(
        run.definition, run.instance,
        before=before, after=after, cause="Proclaimed.", actor="cli:test", now=run.now,
    )  # fmt: skip
    run.calendar = after
    if found is None:
        return ()
    run.took(found[0])
    return found[1]


def goes_on(run: Run, hours: int) -> None:
    passes(run, run.now + timedelta(hours=hours))


def passes(run: Run, at: datetime) -> None:
    run.passes(at.astimezone(LONDON).strftime("%Y-%m-%d %H:%M"))


def from_scratch(run: Run, timer: Timer) -> Timer | None:
    """Return the timer of the same deadline as one makes it who arms it today, above the rung below it."""
    definition, one, calendar, today = (
        run.definition,
        run.instance,
        run.calendar,
        london_date(run.now),
    )
    if timer.fixed:
        ladder, due_on = definition.due_ladder, one.due_on
    else:
        deadline = next(x for x in definition.deadlines_of(one.state) if x.name == timer.deadline)
        falls = when(deadline, one, calendar, entered_on=one.entered_on)
        assert falls is not None
        if timer.level == EXPIRY:
            return visit_timer(
                definition, deadline, falls, one, calendar, after=None, not_before=today
            )
        if falls.by_own_date and definition.due_ladder is not None:
            return None
        ladder, due_on = deadline.ladder, falls.due_on
    assert ladder is not None
    assert due_on is not None
    names = [level.name for level in ladder.levels]
    place = names.index(timer.level)
    return next_rung(
        timer.deadline, ladder, due_on, calendar,
        epoch=timer.epoch, fixed=timer.fixed, after=names[place - 1] if place else None,
        not_before=today, target=target_basis(one) if timer.fixed else None,
    )  # fmt: skip


def rule_of(run: Run, name: str, entered_on: date) -> PlainRule | None:
    return next(
        (one.rule(entered_on) for one in run.definition.deadlines if one.name == name), None
    )


# ------------------------------------------------------------------ what always holds
@bounded
@given(waiting, later, holidays)
def test_what_waited_to_fire_is_armed_as_from_scratch_at_the_same_place_on_the_ladder(
    drawn: Waiting, hours: int, days: set[date]
) -> None:
    run = drawn.run(CALENDAR)
    goes_on(run, hours)
    before = run.instance.timers
    proclaim(run, days)
    known = {(one.deadline, one.fixed) for one in before}
    after = {one for one in run.instance.timers if (one.deadline, one.fixed) in known}
    expected = {from_scratch(run, one) for one in before} - {None}
    assert after == expected


@bounded
@given(waiting, holidays)
def test_where_nothing_has_fired_it_is_as_if_the_holiday_had_always_been_known(
    drawn: Waiting, days: set[date]
) -> None:
    coming = {day for day in days if day > drawn.begun}
    run = drawn.run(CALENDAR)
    proclaim(run, coming)
    known = drawn.run(with_days(CALENDAR, coming))
    assert set(run.instance.timers) == set(known.instance.timers)
    assert run.instance.stuck_at == known.instance.stuck_at


@bounded
@given(waiting, later, holidays)
def test_dates_in_days_weeks_and_months_and_fixed_dates_never_move(
    drawn: Waiting, hours: int, days: set[date]
) -> None:
    run = drawn.run(CALENDAR)
    goes_on(run, hours)
    due_on, entered_on = run.instance.due_on, run.instance.entered_on
    for move in proclaim(run, days):
        moved = rule_of(run, move.deadline, entered_on)
        assert move.level is not None or isinstance(moved, Within)
    assert (run.instance.due_on, run.instance.entered_on) == (due_on, entered_on)


@bounded
@given(waiting, st.lists(st.tuples(later, holidays), min_size=1, max_size=4))
def test_no_level_of_one_deadline_fires_twice_however_often_it_is_counted_again(
    drawn: Waiting, happening: list[tuple[int, set[date]]]
) -> None:
    run = drawn.run(CALENDAR)
    for hours, days in happening:
        goes_on(run, hours)
        fired = len(run.fired)
        proclaim(run, days)
        assert len(run.fired) == fired
    passes(run, start_of_day(date(2027, 3, 1)))
    keys = [(one.deadline, one.epoch, one.level) for one in run.fired]
    assert len(keys) == len(set(keys))


@bounded
@given(waiting, later, holidays)
def test_every_rung_that_fires_later_fires_on_its_day_by_the_new_calendar(
    drawn: Waiting, hours: int, days: set[date]
) -> None:
    run = drawn.run(CALENDAR)
    goes_on(run, hours)
    proclaim(run, days)
    one, told = run.instance, len(run.history)
    passes(run, start_of_day(date(2027, 3, 1)))
    for entry in run.history[told:]:
        if entry.level is None or entry.before != one.state:
            continue
        ladder, due_on = watched(run, one, entry.data["deadline"])
        level = next(each for each in ladder.levels if each.name == entry.level)
        target = target_basis(one) if entry.data["deadline"] == OWN_DATE else None
        assert entry.nominal_on == level_day(level, ladder, due_on, run.calendar, target=target)


def watched(run: Run, one: ProcessInstance, name: str) -> tuple[Ladder, date]:
    """Return the ladder of a deadline of the instance, and the day on which it falls."""
    if name == OWN_DATE:
        assert run.definition.due_ladder is not None
        assert one.due_on is not None
        return run.definition.due_ladder, one.due_on
    deadline = next(x for x in run.definition.deadlines_of(one.state) if x.name == name)
    falls = when(deadline, one, run.calendar, entered_on=one.entered_on)
    assert falls is not None
    assert deadline.ladder is not None
    return deadline.ladder, falls.due_on


@bounded
@given(waiting, later, holidays)
def test_nothing_stops_being_watched(drawn: Waiting, hours: int, days: set[date]) -> None:
    run = drawn.run(CALENDAR)
    goes_on(run, hours)
    before = {one.deadline for one in run.instance.timers}
    proclaim(run, days)
    after = {one.deadline for one in run.instance.timers}
    for name in before - after:
        ladder, due_on = watched(run, run.instance, name)
        by_own_date = due_on == run.instance.due_on
        spent = ladder.is_reminder_only and start_of_day(due_on) < run.now
        assert by_own_date or spent


@bounded
@given(waiting, later, holidays)
def test_it_is_late_from_the_first_of_its_dates_by_the_new_calendar(
    drawn: Waiting, hours: int, days: set[date]
) -> None:
    run = drawn.run(CALENDAR)
    goes_on(run, hours)
    proclaim(run, days)
    one = run.instance
    own = [] if one.due_on is None or one.met_at is not None else [one.due_on]
    pressing = [
        deadline.name
        for deadline in run.definition.deadlines_of(one.state)
        if deadline.ladder is not None and not deadline.ladder.is_reminder_only
    ]
    dates = [*own, *(watched(run, one, name)[1] for name in pressing)]
    assert one.stuck_at == min(map(late_from, dates), default=None)


@bounded
@given(waiting, later, holidays)
def test_counting_again_is_told_once_and_the_history_gives_the_instance_again(
    drawn: Waiting, hours: int, days: set[date]
) -> None:
    run = drawn.run(CALENDAR)
    goes_on(run, hours)
    before = run.instance
    proclaim(run, days)
    told = run.instance.seq - before.seq
    assert (told, run.instance.version - before.version) in ((0, 0), (1, 1))
    assert proclaim(run, ()) == ()
    assert run.instance.seq == before.seq + told
    found = fold(run.history)
    assert all(found.get(name) == getattr(run.instance, name) for name in FOLDED)


@bounded
@given(waiting, holidays)
def test_what_has_ended_is_never_counted_again(drawn: Waiting, days: set[date]) -> None:
    run = drawn.run(CALENDAR)
    run.fire(SUBMIT.trigger, by="aud")
    run.fire("approve", by="sandy")
    ended = run.instance
    assert proclaim(run, days) == ()
    assert run.instance is ended
