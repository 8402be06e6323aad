"""The operator's question: what is stuck, why, since when, who was told, and what would move it."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from qa_workflow.delivery.messages import day_in_words
from qa_workflow.engine.deadlines import OWN_DATE, next_rung, when
from qa_workflow.engine.definition import Facts, Ladder, ProcessDefinition
from qa_workflow.engine.explain import explain, way_out
from qa_workflow.engine.instance import EXPIRY, Block, ProcessInstance, Timer
from qa_workflow.engine.people import Roster
from qa_workflow.engine.working_days import london_date
from qa_workflow.errors import BeyondCalendar
from qa_workflow.service import views
from qa_workflow.service.context import Context
from qa_workflow.service.enquiries import readable
from qa_workflow.service.input import find
from qa_workflow.service.views import View
from qa_workflow.service.work import Work
from qa_workflow.store import histories, incidents, outbox, reports
from qa_workflow.store.histories import Told
from qa_workflow.store.reports import Bare

# One class for each instance: the first that fits (engine notes 4.8, command line).
CLASSES = {
    "S5": "failing: an incident is open",
    "S3": "no way out: nothing can move it",
    "S8": "drift: its definition is not part of this program",
    "S7": "nobody home: its owner is inactive or its role empty",
    "S4": "blocked",
    "S1": "late engine: a timer is due and was not fired",
    "S6": "undelivered: a message about it does not go out",
    "S2": "late without a block",
}
_NOBODY = {"owner_inactive", "nobody_home"}
PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which of the stuck instances a person asks for."""

    class_: str | None = None
    process: str | None = None
    team: str | None = None
    owner: str | None = None
    min_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Troubles:
    """What is known of troubles besides the instance itself."""

    failing: dict[int, str]
    undelivered: dict[int, str]


def stuck(ctx: Context, wanted: Filter, *, now: datetime) -> list[View]:
    """Return one item for each stuck instance, the longest stuck first."""
    with ctx.database.reading() as connection:
        work = Work(ctx, connection, now)
        ids = set(reports.ids_stuck(connection, now)) | set(_ids_drifted(work))
        troubles = _troubles(work)
        found = []
        numbers = sorted(ids)
        for begin in range(0, len(numbers), PAGE):
            found += _items(work, numbers[begin : begin + PAGE], troubles, wanted)
    return sorted(found, key=lambda one: (-(one["working_days"] or 0), one["reference"]))


def why(ctx: Context, reference: str, *, now: datetime) -> View:
    """Return why an instance is not moving and the shortest way out; its class is None when nothing is wrong."""
    with ctx.database.reading() as connection:
        work = Work(ctx, connection, now)
        instance = find(work, reference)
        troubles = _troubles(work)
        told = histories.levels_told(connection, [instance.id]).get(instance.id, [])
        facts = work.facts([instance])[instance.id]
        return _item(work, instance, facts, troubles, told)


def _items(work: Work, ids: Sequence[int], troubles: _Troubles, wanted: Filter) -> list[View]:
    loaded, damaged = readable(work, ids)
    # Under a manager stands too what people own who have left.
    left = work.roster.left_to(wanted.owner, work.today) if wanted.owner is not None else ()
    chosen = [one for one in loaded.values() if one.is_open and _matches(one, wanted, left)]
    facts = work.facts(chosen)
    told = histories.levels_told(work.connection, [one.id for one in chosen])
    found = [_item(work, one, facts[one.id], troubles, told.get(one.id, [])) for one in chosen]
    found += [_damaged(one, troubles) for one in damaged if _matches(one, wanted, left)]
    return [
        one
        for one in found
        if one["class"] is not None
        and wanted.class_ in (None, one["class"])
        and (one["working_days"] or 0) >= wanted.min_days
    ]


def _matches(instance: ProcessInstance | Bare, wanted: Filter, left: Sequence[str]) -> bool:
    owner = instance.owner or instance.owner_role
    return (
        wanted.process in (None, instance.process)
        and wanted.team in (None, instance.team)
        and (wanted.owner in (None, owner) or instance.owner in left)
    )


def _damaged(one: Bare, troubles: _Troubles) -> View:
    error = troubles.failing.get(one.id, "restore its row, or the last backup")
    return {
        "reference": one.reference,
        "process": one.process,
        "subject": one.subject,
        "state": one.state,
        "owner": one.owner or one.owner_role,
        "team": one.team,
        "class": "S5",
        "why": f"{views.DAMAGED} {error}",
        **dict.fromkeys(("since", "working_days", "level", "next_escalation_on", "due_on")),
        **{name: [] for name in ("way_out", "told", "blocked")},
    }


def _troubles(work: Work) -> _Troubles:
    failing = {one.instance_id: one.error for one in incidents.find_open(work.connection)}
    undelivered = {
        one.instance_id: f"{one.to}: {one.error}"
        for one in outbox.find_messages(work.connection, status="pending")
        if one.error is not None
    }
    return _Troubles(failing=failing, undelivered=undelivered)


def _ids_drifted(work: Work) -> list[int]:
    known = work.ctx.processes
    strange = [
        one
        for one in reports.states_in_use(work.connection)
        if one[0] not in known or one[2] not in {str(state) for state in known[one[0]].states}
    ]
    return reports.ids_in_states(work.connection, strange)


def _item(
    work: Work,
    instance: ProcessInstance,
    facts: Facts,
    troubles: _Troubles,
    told: Sequence[Told],
) -> View:
    definition = work.ctx.processes.get(instance.process)
    class_, since, sentence = _classified(
        _Asked(work=work, definition=definition, instance=instance, facts=facts, troubles=troubles)
    )
    following = None if definition is None else _next_escalation(work, definition, instance)
    steps = (
        () if definition is None or not instance.is_open else way_out(definition, instance, facts)
    )
    heard = [one for one in told if one.entry.data.get("told")]
    return {
        "reference": instance.reference,
        "process": instance.process,
        "subject": instance.subject,
        "state": instance.state,
        "owner": instance.owner or instance.owner_role,
        "team": instance.team,
        "class": class_,
        "why": _with_told(sentence, heard, work.roster, following),
        "since": views.instant(since),
        "working_days": None if since is None else _working_days(work, since),
        "level": instance.level,
        "next_escalation_on": None if following is None else london_date(following).isoformat(),
        "way_out": [
            {"trigger": step.trigger, "who": list(step.who), "needs": list(step.needs)}
            for step in steps
        ],
        "told": [
            {
                "level": one.entry.level,
                "to": one.entry.data["told"],
                "at": views.instant(one.entry.recorded_at),
            }
            for one in heard
        ],
        "blocked": [views.blocked(one) for one in instance.blocks],
        "due_on": views.day(instance.due_on),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One instance, with everything that the question "is it stuck?" is judged by."""

    work: Work
    definition: ProcessDefinition | None
    instance: ProcessInstance
    facts: Facts
    troubles: _Troubles

    @property
    def state(self) -> str:
        return self.instance.state.replace("_", " ")

    @property
    def drifted(self) -> bool:
        known = self.definition
        return known is None or self.instance.state not in {str(one) for one in known.states}


# Since when, and why in one sentence; None when the class does not fit.
Judgement = tuple[datetime, str] | None


def _failing(one: _Asked) -> Judgement:
    error = one.troubles.failing.get(one.instance.id)
    return None if error is None else (one.instance.entered_at, f"The system fails on it: {error}.")


def _without_a_way_out(one: _Asked) -> Judgement:
    """Judge whether nothing can ever happen: no timer, nothing pending, and every move refused."""
    instance, definition = one.instance, one.definition
    if definition is None or one.drifted or instance.timers or instance.pending is not None:
        return None
    can, _ = explain(definition, instance, one.facts)
    if can or instance.state in definition.waits_for_children_in:
        return None
    return instance.entered_at, f"Nothing can move it out of {one.state}."


def _drifted(one: _Asked) -> Judgement:
    if not one.drifted:
        return None
    instance = one.instance
    return instance.entered_at, (
        f"State {one.state} of {instance.process} version {instance.definition_version} "
        "is not part of this program."
    )


def _nobody_home(one: _Asked) -> Judgement:
    block = next((found for found in one.instance.blocks if found.reason in _NOBODY), None)
    return None if block is None else (block.since, block.note)


def _blocked(one: _Asked) -> Judgement:
    if not one.instance.blocks:
        return None
    block = min(one.instance.blocks, key=lambda found: found.since)
    return block.since, _blocked_sentence(one.instance, block)


def _late_engine(one: _Asked) -> Judgement:
    # A reminder of this morning that was armed a minute ago is not late yet.
    entered = one.instance.entered_at
    first = min((max(timer.due_at, entered) for timer in one.instance.timers), default=None)
    if first is None or first >= one.work.now - timedelta(seconds=one.work.ctx.safety_seconds):
        return None
    return first, "Its timer is due and was not fired: the daemon is late or not running."


def _undelivered(one: _Asked) -> Judgement:
    why = one.troubles.undelivered.get(one.instance.id)
    return None if why is None else (one.instance.entered_at, f"A message does not go out: {why}.")


def _late(one: _Asked) -> Judgement:
    instance = one.instance
    if instance.stuck_at is None or instance.stuck_at > one.work.now:
        return None
    return instance.stuck_at, (
        f"Waiting {views.within(instance)} for {_owner(one.work, instance)} "
        f"since {day_in_words(instance.entered_on)}"
    )


_JUDGES: dict[str, Callable[[_Asked], Judgement]] = {
    "S5": _failing,
    "S3": _without_a_way_out,
    "S8": _drifted,
    "S7": _nobody_home,
    "S4": _blocked,
    "S1": _late_engine,
    "S6": _undelivered,
    "S2": _late,
}


def _classified(one: _Asked) -> tuple[str | None, datetime | None, str]:
    """Return the class, since when, and why in one sentence; the first class that fits."""
    if not one.instance.is_open:
        return None, None, f"It ended: {one.state}."
    for class_, judge in _JUDGES.items():
        found = judge(one)
        if found is not None:
            return class_, *found
    return (
        None,
        None,
        f"Nothing is wrong: {views.within(one.instance)}, waiting for {_owner(one.work, one.instance)}.",
    )


def _next_escalation(
    work: Work, definition: ProcessDefinition, instance: ProcessInstance
) -> datetime | None:
    """Return when the next L level will fire, also where a reminder stands before it."""
    found = [timer for timer in instance.timers if timer.level.startswith("L")]
    for timer in instance.timers:
        with suppress(BeyondCalendar):  # what cannot be counted yet is not guessed
            ladder, due_on = _watched(work, definition, instance, timer)
            if timer in found or ladder is None or due_on is None:
                continue
            rung = next_rung(
                timer.deadline, ladder, due_on, work.calendar,
                epoch=timer.epoch, fixed=timer.fixed, after=timer.level, not_before=date.max,
            )  # fmt: skip
            found += [rung] if rung is not None else []
    return min((timer.due_at for timer in found), default=None)


def _watched(
    work: Work, definition: ProcessDefinition, instance: ProcessInstance, timer: Timer
) -> tuple[Ladder | None, date | None]:
    if timer.fixed:
        return definition.ladder(instance, OWN_DATE, definition.due_ladder), instance.due_on
    for deadline in definition.deadlines_of(instance.state):
        if deadline.name == timer.deadline and timer.level != EXPIRY:
            falls = when(deadline, instance, work.calendar, entered_on=instance.entered_on)
            ladder = definition.ladder(instance, deadline.name, deadline.ladder)
            return ladder, None if falls is None else falls.due_on
    return None, None


def _owner(work: Work, instance: ProcessInstance) -> str:
    person = work.roster.get(instance.owner)
    return person.name if person is not None else instance.owner or instance.owner_role or "nobody"


def _blocked_sentence(instance: ProcessInstance, block: Block) -> str:
    waiting = f", waiting on {block.waiting_on}" if block.waiting_on else ""
    more = f" (and {len(instance.blocks) - 1} more)" if len(instance.blocks) > 1 else ""
    return (
        f"Blocked {views.within(instance)}, {block.reason}: {block.note.rstrip('.')}{waiting}{more}"
    )


def _with_told(
    sentence: str, told: Sequence[Told], roster: Roster, following: datetime | None
) -> str:
    """Add who was told on which day and what comes next, so that a manager needs no second question."""
    parts = [sentence.rstrip(".")]
    ladder = _last_climb(told)
    if ladder:
        heard = [
            f"{' and '.join(_named(roster, to) for to in one.entry.data['told'])} "
            f"{day_in_words(one.entry.nominal_on or one.entry.recorded_at.date())} ({one.entry.level})"
            for one in ladder
        ]
        parts.append(f"told: {', '.join(heard)}")
    if following is not None:
        parts.append(f"next escalation on {day_in_words(london_date(following))}")
    return "; ".join(parts) + "."


def _last_climb(told: Sequence[Told]) -> list[Told]:
    """Return the ladder entries of the climb that goes on: an earlier one was about something that is done."""
    climb: list[Told] = []
    for one in told:
        level = one.entry.level or ""
        if not level.startswith("L"):
            continue
        if climb and level <= (climb[-1].entry.level or ""):
            climb = []
        climb.append(one)
    return climb


def _named(roster: Roster, to: str) -> str:
    person = roster.get(to)
    return person.name if person is not None else to


def _working_days(work: Work, since: datetime) -> int | None:
    """Return the working days that have begun since: the day after the due day is the first."""
    begun = london_date(since) - timedelta(days=1)
    try:
        return work.calendar.between(begun, work.today)
    except BeyondCalendar:
        return None
