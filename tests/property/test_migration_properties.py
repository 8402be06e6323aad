"""Whatever the rules were and become, and whatever is decided: no level twice, none lost, and the way back is exact."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from factories import APPROVE_BY, CALENDAR, MOVES, ROSTER, Run, S, a_definition, a_run
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_workflow.engine.content import body_of, hash_of
from qa_workflow.engine.deadlines import falls_on
from qa_workflow.engine.definition import (
    After,
    Days,
    Deadline,
    OnDate,
    ProcessDefinition,
    Transition,
    Weeks,
    Within,
)
from qa_workflow.engine.former import former
from qa_workflow.engine.instance import EXPIRY, LEVELS
from qa_workflow.engine.migrating import Change, Migrated, migrated, undone, way_back
from qa_workflow.engine.migration_plan import Plan, faults_of, read_plan
from qa_workflow.engine.record import FOLDED, fold
from qa_workflow.engine.working_days import london_date, start_of_day
from qa_workflow.patterns.ladders import IMMEDIATE_SAFETY, NUDGE, STANDARD, STATUTORY

LADDERS = (STANDARD, STATUTORY, IMMEDIATE_SAFETY, STANDARD.up_to("L1"), NUDGE)
NAMES = ("one_by", "two_by", "three_by")
RULES = st.one_of(
    st.builds(Within, st.integers(1, 40), since=st.sampled_from((None, "asked_on"))),
    st.builds(After, st.builds(Days, st.integers(1, 60))),
    st.builds(After, st.builds(Weeks, st.integers(1, 8)), since=st.just("asked_on")),
    st.just(OnDate("meets_on")),
)
LAPSE = Transition("lapse", S.DRAFT, S.REVIEW, role="system")
bounded = settings(max_examples=120, deadline=None, derandomize=True)


@st.composite
def definitions(draw: st.DrawFn, version: int = 1) -> ProcessDefinition:
    """Draw a content of a process in whose first state up to three deadlines press, and perhaps one moves it."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True))
    deadlines = [
        Deadline(
            name=name, state=S.DRAFT, due=draw(RULES), ladder=draw(st.sampled_from(LADDERS)),
            capped=draw(st.booleans()),
        )
        for name in names
    ]  # fmt: skip
    if draw(st.integers(0, 3)) == 0:
        rule = Within(draw(st.integers(30, 90)))
        deadlines.append(Deadline(name="closes", state=S.DRAFT, due=rule, on_expiry="lapse"))
    return a_definition(
        version=version,
        transitions=(*MOVES, LAPSE),
        deadlines=(*deadlines, APPROVE_BY),
        due_ladder=draw(st.sampled_from((STANDARD, STATUTORY, None))),
    )


def fates(policies: tuple[str | None, ...] = (None, "keep", "rederive", "restart")) -> Any:  # noqa: ANN401 - a strategy
    one = st.sampled_from(policies)
    return st.dictionaries(st.sampled_from(NAMES), one, max_size=3)


def planned(told: dict[str, str | None], old: ProcessDefinition, new: ProcessDefinition) -> Plan:
    """Return the plan of *told*, as far as it fits these two contents."""
    said = {name: policy for name, policy in told.items() if policy is not None}
    while True:
        plan, faults = read_plan({"deadlines": said})
        assert not faults
        body = body_of(old)
        wrong = faults_of(plan, new, [former(1, hash_of(body), body)], {"draft": 1})
        if not wrong:
            return plan
        for place, _ in wrong:
            said.pop(place[1], None)


def begun(definition: ProcessDefinition, day: date, due_after: int | None) -> Run:
    return a_run(
        definition,
        now=f"{day} 09:00",
        due_on=None if due_after is None else str(day + timedelta(days=due_after)),
        data={"asked_on": str(day - timedelta(days=3)), "meets_on": str(day + timedelta(days=30))},
    )


def passes(run: Run, days: int) -> None:
    at = start_of_day(london_date(run.now) + timedelta(days=days))
    run.passes(f"{london_date(at)} 08:00")


def comes_over(run: Run, new: ProcessDefinition, plan: Plan) -> Migrated:
    body = body_of(run.definition)
    change = Change(
        number=1, definition=new, sha256=hash_of(body_of(new)), plan=plan,
        actor=ROSTER.people["sandy"], reason="Changed.",
    )  # fmt: skip
    made = migrated(
        change, former(run.definition.version, hash_of(body), body), run.instance,
        facts=run.facts(), now=run.now, calendar=CALENDAR,
    )  # fmt: skip
    run.definition = new
    run.took(made.outcome)
    return made


days = st.dates(date(2025, 10, 1), date(2026, 2, 27)).filter(lambda day: day.weekday() < 5)
dues = st.none() | st.integers(1, 60)
whiles = st.integers(0, 70)


@bounded
@given(definitions(), definitions(version=2), fates(), days, dues, whiles)
def test_no_level_of_one_count_fires_twice(
    old: ProcessDefinition, new: ProcessDefinition, told: dict[str, str | None], day: date,
    due_after: int | None, elapsed: int,
) -> None:  # fmt: skip
    run = begun(old, day, due_after)
    passes(run, elapsed)
    made = comes_over(run, new, planned(told, old, new))
    restarted = {one.deadline for one in made.deadlines if one.how in ("restart", "new")}
    passes(run, 200)
    keys = [(one.deadline, one.epoch, one.level, one.fixed) for one in run.fired]
    assert len(keys) == len(set(keys))
    state_left = {one.deadline for one in run.fired if one.level == EXPIRY}
    on = [
        (one.deadline, one.level) for one in run.fired
        if one.deadline not in restarted and not state_left and one.deadline != "approve_by"
    ]  # fmt: skip
    assert len(on) == len(set(on))


@bounded
@given(definitions(), definitions(version=2), fates((None, "rederive")), days, whiles)
def test_every_level_above_the_place_it_had_reached_fires(
    old: ProcessDefinition, new: ProcessDefinition, told: dict[str, str | None], day: date, elapsed: int
) -> None:  # fmt: skip
    run = begun(old, day, None)
    passes(run, elapsed)
    if run.instance.state != "draft":
        return
    reached = {one[0]: one[1] for one in run.levels if one[1] in LEVELS}
    comes_over(run, new, planned(told, old, new))
    passes(run, 400)
    if any(one.level == EXPIRY for one in run.fired):
        return
    for deadline in new.deadlines_of("draft"):
        assert deadline.ladder is not None
        climbed = reached.get(deadline.name, "")
        above = {
            one.name for one in deadline.ladder.levels if one.name in LEVELS and one.name > climbed
        }
        assert above <= {one[1] for one in run.levels if one[0] == deadline.name}


@bounded
@given(definitions(), definitions(version=2), fates(("keep",)), days, dues, whiles)
def test_what_is_kept_falls_on_the_day_it_had(
    old: ProcessDefinition, new: ProcessDefinition, told: dict[str, str | None], day: date,
    due_after: int | None, elapsed: int,
) -> None:  # fmt: skip
    run = begun(old, day, due_after)
    passes(run, elapsed)
    made = comes_over(run, new, planned(told, old, new))
    kept = {name for name, policy in told.items() if policy == "keep"}
    for one in made.deadlines:
        if one.deadline in kept and one.how == "keep":
            deadline = next(each for each in new.deadlines if each.name == one.deadline)
            found = falls_on(deadline, run.instance, CALENDAR)
            assert one.from_on == one.to_on == (None if found is None else found.due_on)


@bounded
@given(definitions(), definitions(version=2), fates(), days, dues, whiles)
def test_the_history_gives_it_again_and_the_way_back_is_exact(
    old: ProcessDefinition, new: ProcessDefinition, told: dict[str, str | None], day: date,
    due_after: int | None, elapsed: int,
) -> None:  # fmt: skip
    run = begun(old, day, due_after)
    passes(run, elapsed)
    if not run.instance.is_open:
        return
    before = run.instance
    comes_over(run, new, planned(told, old, new))
    found = fold(run.history)
    assert all(found.get(name) == getattr(run.instance, name) for name in FOLDED)
    assert found["data"] == run.instance.data
    after = run.instance
    back = undone(
        after, way_back(before, after), number=1, actor="cli:test", reason="Withdrawn.", now=run.now
    )
    assert back.instance == replace(before, version=after.version + 1, seq=after.seq + 1)
