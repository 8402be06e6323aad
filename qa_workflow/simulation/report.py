"""What became of the simulated year: by line of the timeline, by activity, what is late, and what must hold."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qa_workflow.engine.deadlines import OWN_DATE, is_late
from qa_workflow.engine.definition import EscalationLevel, Facts, ProcessDefinition
from qa_workflow.engine.escalate import audience
from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.people import Roster
from qa_workflow.engine.watching import is_unwatched, stands_late
from qa_workflow.engine.working_days import WorkingCalendar, london_date
from qa_workflow.service.scenes import Item, Life, Told, Whole
from qa_workflow.simulation.days import Tally

TIMELINE, NARRATIVE = "timeline", "narrative"
FATES = ("in_time", "ended_late", "open", "open_late")
CHAIN = "I2"  # the invariant of the histories' chains
NAMED = 10  # of each kind of fault so many are named
_BY_OWNER = frozenset(
    {"owner", "line_manager"}
)  # audiences that follow whoever owned it on that day
_DISPUTES = frozenset({"dispute", "challenge"})
_DECLINES = frozenset({"decline", "panel_decline", "decide_no_plan"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything a report is made of."""

    whole: Whole
    asked: Sequence[Item]  # what the framework calendar asks for in the span
    processes: Mapping[str, ProcessDefinition]
    calendar: WorkingCalendar
    tally: Tally
    now: datetime  # the last pass
    planned_twice: int = 0  # what planning once more would have added
    broken: Sequence[tuple[str, str]] = ()  # what does not add up: the invariant, and the sentence


def report(seen: Evidence) -> dict[str, Any]:
    """Return what became of the year, as it is told to machines."""
    calendar = _calendar(seen)
    late = [_late(life, seen) for life in _open_late(seen)]
    checks = [
        {"check": name, "ok": not why, "why": why[:NAMED], "count": len(why)}
        for name, why in _checks(seen, calendar).items()
    ]
    return {
        "days": seen.tally.days,
        "ok": all(one["ok"] for one in checks),
        "planned": _sums(calendar, TIMELINE),
        "narrative": _sums(calendar, NARRATIVE),
        "checks": checks,
        "calendar": calendar,
        "activities": _activities(seen),
        "late": late,
        "acts": {
            "done": sum(seen.tally.acts.values()),
            "refused": sum(seen.tally.refused.values()),
            "disputed": _acts(seen, _DISPUTES),
            "declined": _acts(seen, _DECLINES),
            "reassigned": _acts(seen, {"reassign"}),
            "overtaken": seen.tally.overtaken,
        },
        "refused": [
            {"process": process, "trigger": trigger, "guard": guard, "count": count}
            for (process, trigger, guard), count in sorted(seen.tally.refused.items())
        ],
        "incidents": len(seen.whole.incidents),
        "messages": dict(seen.whole.messages),
    }


def _acts(seen: Evidence, triggers: Iterable[str]) -> int:
    wanted = frozenset(triggers)
    return sum(count for (_, trigger), count in seen.tally.acts.items() if trigger in wanted)


# ------------------------------------------------------------------ by line of the timeline, by activity
def _calendar(seen: Evidence) -> list[dict[str, Any]]:
    """Return for each line of the framework how many it asks for, how many there are, and what became of them."""
    standing = {life.instance.reference: life for life in seen.whole.lives}
    rows: dict[tuple[str, str], Counter[str]] = {}
    for item in seen.asked:
        row = rows.setdefault((item.line.kind, item.line.code), Counter())
        row["asked"] += 1
        life = standing.get(item.reference)
        if life is not None and life.instance.data.get("period") == item.period:
            row["planned"] += 1
            row[_fate(life.instance, life.climbed, seen.now)] += 1
    return [
        {"code": code, "source": kind, **{name: row[name] for name in ("asked", "planned", *FATES)}}
        for (kind, code), row in sorted(
            rows.items(), key=lambda one: (one[0][0] != TIMELINE, one[0])
        )
    ]


def _sums(calendar: Sequence[Mapping[str, Any]], kind: str) -> dict[str, int]:
    return {
        name: sum(one[name] for one in calendar if one["source"] == kind)
        for name in ("asked", "planned")
    }


def _fate(one: ProcessInstance, climbed: Sequence[Told], now: datetime) -> str:
    """Return what became of an instance; where it has no own date, a level says that it was late."""
    if one.is_open:
        return "open_late" if stands_late(one, now) else "open"
    late = is_late(one, one.closed_at or now)
    if late is None:
        late = any((told.entry.level or "").startswith("L") for told in climbed)
    return "ended_late" if late else "in_time"


def _activities(seen: Evidence) -> list[dict[str, Any]]:
    """Return for each process how many were started and what became of them."""
    rows: dict[str, Counter[str]] = {}
    for life in seen.whole.lives:
        row = rows.setdefault(life.instance.process, Counter())
        row["started"] += 1
        row[_fate(life.instance, life.climbed, seen.now)] += 1
        row["blocked"] += life.instance.is_open and bool(life.instance.blocks)
    for (process, _, _), count in seen.tally.refused.items():
        rows.setdefault(process, Counter())["refused"] += count
    return [
        {
            "process": process,
            "title": seen.processes[process].title if process in seen.processes else process,
            **{name: row[name] for name in ("started", *FATES, "blocked", "refused")},
        }
        for process, row in sorted(rows.items())
    ]


# ------------------------------------------------------------------ what is late, and who was told
def _open_late(seen: Evidence) -> Iterator[Life]:
    return (life for life in seen.whole.lives if stands_late(life.instance, seen.now))


def _late(life: Life, seen: Evidence) -> dict[str, Any]:
    one = life.instance
    told = _present_climb(life)
    since = one.stuck_at or seen.now
    return {
        "reference": one.reference,
        "process": one.process,
        "state": one.state,
        "owner": one.owner or one.owner_role,
        "since": london_date(since).isoformat(),
        "level": one.level,
        "blocked": [block.reason for block in one.blocks],
        "told": list(dict.fromkeys(who for entry in told for who in entry.entry.data["told"])),
    }


def _present_climb(life: Life) -> list[Told]:
    """Return the L levels that were told since the instance became late."""
    since = life.instance.stuck_at
    return [
        told
        for told in life.climbed
        if (told.entry.level or "").startswith("L") and since is not None and told.entry.at >= since
    ]


# ------------------------------------------------------------------ what must hold
def _checks(seen: Evidence, calendar: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Return each thing that must hold, with every reason why it does not."""
    tally, whole = seen.tally, seen.whole
    return {
        "everything the framework asks for was planned": [
            f"{one['code']}: {one['planned']} of {one['asked']}"
            for one in calendar
            if one["planned"] != one["asked"]
        ],
        "planning twice adds nothing": [f"{seen.planned_twice} more"] if seen.planned_twice else [],
        "the system failed on nothing": list(whole.incidents),
        "nothing is late in silence": [
            f"{life.instance.reference} ({life.instance.state})"
            for life in _open_late(seen)
            if _is_silent(life, seen.now)
        ],
        "whoever a level names was told": [
            why for life in _open_late(seen) for why in _untold(life, seen)
        ],
        "nothing stands without a clock": [
            f"{one.reference} ({one.state})"
            for one in (life.instance for life in whole.lives)
            if is_unwatched(seen.processes.get(one.process), one, seen.calendar, seen.now)
        ],
        "every history fits its chain": [why for name, why in seen.broken if name == CHAIN],
        "every record adds up": [why for name, why in seen.broken if name != CHAIN],
        "every act was one that its process knows": [
            f"{process} {trigger}: {why}" for (process, trigger), why in tally.misfits.items()
        ],
    }


def _is_silent(life: Life, now: datetime) -> bool:
    """Tell whether something late has told nobody, and nothing is armed that would."""
    armed = any(
        timer.level.startswith("L") and timer.due_at > now for timer in life.instance.timers
    )
    return not armed and not _present_climb(life)


def _untold(life: Life, seen: Evidence) -> Iterator[str]:
    """Yield each level of something late that did not reach everybody it names on that day.

    Whom it names is worked out anew, from the definition and the roster of that day; that they were
    written to stands in the outbox.
    """
    definition = seen.processes.get(life.instance.process)
    for told in _present_climb(life) if definition is not None else ():
        heard = set(told.entry.data["told"])
        meant = _meant(definition, life.instance, told, seen.whole.roster)
        missing = sorted((meant - heard) | (heard - life.written_to))
        if not heard or missing:
            whom = ", ".join(missing) or "nobody at all was told"
            yield f"{life.instance.reference} {told.entry.level}: {whom}"


def _meant(
    definition: ProcessDefinition | None, one: ProcessInstance, told: Told, roster: Roster
) -> set[str]:
    if definition is None:
        return set()
    level = _level(definition, one, told.entry.data["deadline"], told.entry.level)
    if level is None:
        return set()
    names = tuple(name for name in level.tell if name not in _BY_OWNER)
    facts = Facts(roster=roster, today=london_date(told.entry.recorded_at), instance=one)
    return set(audience(one, names, facts, definition)[0])


def _level(
    definition: ProcessDefinition, one: ProcessInstance, deadline: str, name: str | None
) -> EscalationLevel | None:
    ladder = (
        definition.due_ladder
        if deadline == OWN_DATE
        else next((found.ladder for found in definition.deadlines if found.name == deadline), None)
    )
    chosen = definition.ladder(one, deadline, ladder)
    return next((level for level in chosen.levels if level.name == name), None) if chosen else None
