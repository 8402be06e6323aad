"""Plans the clocks that every open case of the list asks for, and tells them what a newer list says.

Source: domain 3.5 G6 and 4.2; the first day of planning is that of domain 3.0. The case system decides
and the list tells: a review that an officer records here and the list brings later is one review.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from qa_workflow.engine.advance import Fire, advance, evidence_of
from qa_workflow.engine.derivation import in_words
from qa_workflow.engine.instance import Json, Outcome, ProcessInstance, Spawn
from qa_workflow.patterns.case_clock import CaseClock
from qa_workflow.patterns.case_clock_acts import CASE_LIST
from qa_workflow.patterns.case_clock_rules import BEFORE, Stage
from qa_workflow.patterns.clock_dates import SAME_REVIEW, Known, Turn, from_then_on, read_list
from qa_workflow.service.context import Context
from qa_workflow.service.plan_holder_clocks import Window
from qa_workflow.service.work import Work
from qa_workflow.store import case_clocks as store
from qa_workflow.store import cases, council, instances
from qa_workflow.store.case_clocks import Clock
from qa_workflow.store.cases import CaseRecord

AT_ONCE = 500  # cases read at a time: a statement takes only so many values


def clocks(ctx: Context) -> dict[str, CaseClock]:
    """Return the shape of every process that is a case clock, by its name: the council's own ones too."""
    return {
        name: one.shape for name, one in ctx.processes.items() if isinstance(one.shape, CaseClock)
    }


# ------------------------------------------------------------------ what every open case asks for
def case_clocks(work: Work, since: date) -> Iterable[Spawn]:
    """Return a clock for every open case that has none of its plan's; *since* is the first day of planning.

    The one after a recorded one is started by that one: here only the first of a case, or of a plan that
    has begun anew, is missing.
    """
    unwatched = work.ctx.framework.choices.unwatched_clocks
    planned = [
        one
        for one in clocks(work.ctx).values()
        if one.plan_type is not None and one.name not in unwatched
    ]
    open_cases = store.open_cases(work.connection, {str(one.plan_type) for one in planned})
    if not open_cases:
        return
    there = store.with_open_clock(work.connection, [one.name for one in planned])
    for clock in planned:
        missing = [
            case
            for case, plan_type in open_cases
            if plan_type == clock.plan_type and (clock.name, case) not in there
        ]
        for begin in range(0, len(missing), AT_ONCE):
            yield from _missing(work, clock, missing[begin : begin + AT_ONCE], since)


def _missing(work: Work, clock: CaseClock, some: Sequence[str], since: date) -> Iterator[Spawn]:
    before: dict[str, list[Clock]] = {}
    for one in store.clocks_of(work.connection, [clock.name], some):
        before.setdefault(one.subject, []).append(one)
    list_of = council.last_import_on(work.connection, "case", by=date.max) or work.today
    known = _known(work)
    for case in cases.find_cases(work.connection, ids=some).values():
        ended = sorted(before.get(case.case_id, ()), key=lambda one: one.number)
        if not ended or _starts_again(ended[-1], case, list_of):
            yield _spawn(clock, case, ended, since, known, work.today)


def _known(work: Work) -> Known:
    return Known(
        calendar=work.calendar,
        terms=work.ctx.terms,
        choices=work.ctx.framework.choices.model_dump(),
    )


def _starts_again(last: Clock, case: CaseRecord, list_of: date) -> bool:
    """Tell whether a case asks for another clock after *last*, which has ended without one after it.

    What the list ended, a list that has the case again begins again. What a person ceased stands until
    the plan begins anew; where they said that it has ended, until a newer list says that it has not.
    """
    if last.state != Stage.CEASED or last.data["ceased_by"] == CASE_LIST:
        return True
    ceased_on = date.fromisoformat(last.data["ceased_on"])
    if case.plan_since > ceased_on:
        return True
    return last.data["ceased_because"] == "ended" and list_of > ceased_on


def _spawn(
    clock: CaseClock,
    case: CaseRecord,
    ended: Sequence[Clock],
    since: date,
    known: Known,
    today: date,
) -> Spawn:
    standing = read_list(
        clock,
        started_on=case.plan_since,
        last_on=case.last_review_on if clock.list_tells_last else None,
        known=known,
        recorded=[
            date.fromisoformat(one.data["held_on"]) for one in ended if one.state == Stage.RECORDED
        ],
        last_number=ended[-1].number if ended else 0,
    )
    standing = from_then_on(clock, standing, since, known)
    due_on = clock.due(standing.turn, standing.counted_from, known).on or date.max
    window = Window(opens_on=standing.counted_from, due_on=due_on)
    return Spawn(
        process=clock.name,
        reference=f"{clock.name}:{case.case_id}:{standing.number}",
        subject=case.case_id,
        title=f"{clock.title} {standing.number} of {case.case_id}",
        case_id=case.case_id,
        data={
            "number": standing.number,
            "turn": str(standing.turn),
            "counted_from": standing.counted_from.isoformat(),
            "reading": standing.reading,
            "source": CASE_LIST,
            **window.late(today),
        },
    )


# ------------------------------------------------------------------ what a newer list says
@dataclass(frozen=True, slots=True)
class Said:
    """What the list tells a clock: a trigger of the system's, and what it asks for."""

    trigger: str
    data: Json


def follow_list(
    work: Work, before: Mapping[str, CaseRecord], records: Iterable[CaseRecord], day: date
) -> None:
    """Tell the open clocks of the cases that a list of *day* has changed what it says of them."""
    changed = {one.case_id: one for one in records}
    shapes = clocks(work.ctx)
    found = store.clocks_of(work.connection, shapes, sorted(changed), only_open=True)
    standing = instances.load_many(work.connection, [one.id for one in found])
    told = {
        number: _said(shapes[one.process], one, before.get(one.subject), changed[one.subject], day)
        for number, one in standing.items()
    }
    told = {number: some for number, some in told.items() if some}
    facts = work.facts([standing[number] for number in told])
    outcomes = []
    for number, some in told.items():
        one = standing[number]
        definition = work.definition(one.process)
        whole = Outcome(before=one, instance=one)
        for said in some:
            evidence = evidence_of(definition, said.trigger).model_validate(said.data)
            step = advance(
                definition,
                whole.instance,
                Fire(trigger=said.trigger, evidence=evidence),
                facts=facts[number],
                now=work.now,
                calendar=work.calendar,
            )
            whole = whole.followed_by(step)
        outcomes.append(whole)
    work.apply(outcomes)


def _said(
    clock: CaseClock,
    instance: ProcessInstance,
    before: CaseRecord | None,
    case: CaseRecord,
    day: date,
) -> tuple[Said, ...]:
    counted_from = date.fromisoformat(instance.data["counted_from"])
    if case.closed_on is not None:
        was_open = before is None or before.closed_on is None
        if was_open and case.closed_on >= counted_from:
            return _ceased(f"The case closed on {in_words(case.closed_on)}.")
        return ()
    if clock.plan_type is None or before is None:
        return ()
    if clock.plan_type != case.plan_type:
        left = before.plan_type == clock.plan_type
        return (
            _ceased(f"By the list of {in_words(day)} the plan is {case.plan_type}.") if left else ()
        )
    return _of_same_plan(clock, instance, before, case, day)


def _of_same_plan(
    clock: CaseClock, instance: ProcessInstance, before: CaseRecord, case: CaseRecord, day: date
) -> tuple[Said, ...]:
    told: list[Said] = []
    counted_from = date.fromisoformat(instance.data["counted_from"])
    if before.plan_since != case.plan_since and before.plan_type == case.plan_type:
        if instance.data["turn"] == Turn.FIRST and instance.state in BEFORE:
            counted_from = case.plan_since
            told.append(Said("see_start", {"started_on": counted_from.isoformat()}))
        elif case.plan_since > _last_event(instance):
            anew = in_words(case.plan_since)
            return _ceased(f"By the list of {in_words(day)} it began anew on {anew}.")
    if clock.list_tells_last and _is_another(instance, counted_from, case):
        on = str(case.last_review_on)
        told.append(Said("see_review", {"held_on": on, "as_of": day.isoformat()}))
    return tuple(told)


def _is_another(instance: ProcessInstance, counted_from: date, case: CaseRecord) -> bool:
    """Tell whether the list's last review is another than those that are known: newer, and not just dated otherwise."""
    if case.last_review_on is None or case.last_review_on <= case.plan_since:
        return False
    if instance.data["turn"] == Turn.FIRST and instance.state in BEFORE:
        return case.last_review_on > counted_from
    return case.last_review_on > _last_event(instance) + SAME_REVIEW


def _last_event(instance: ProcessInstance) -> date:
    """Return the day of the last thing known: this one, once it was held, else what it counts from."""
    return date.fromisoformat(instance.data.get("held_on") or instance.data["counted_from"])


def _ceased(why: str) -> tuple[Said, ...]:
    return (Said("cease", {"reason": why}),)
