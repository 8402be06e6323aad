"""How far what a line of the framework stands for has come: whom, what, and in which tier or area. Pure.

Source: domain 3.6, "Programme instances and the planner", and A19: "monthly programme instance with a
coverage measure per tier". "Senior managers have a line of sight over frontline practice" (framework).

An instance counts for the line whose span holds its due date. It is `final` once it has ended or its own
date is met: what the framework asks for in that month has happened, whatever is still to be signed.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from qa_workflow.engine.definition import Effects, ProcessDefinition, Step, Transition
from qa_workflow.engine.instance import NOTHING, Json, Signal
from qa_workflow.engine.working_days import add_months, month_end

PROGRAMME = "programme"
COUNT = "count"  # the trigger by which a programme is counted again
YEARLY = frozenset({"provider_audit", "early_years_audit"})  # once a year, whenever in it
# Due on any day of the year, and looked at in some months only: each line takes what fell due since the one before.
SINCE_LAST = frozenset({"pep"})
APPRAISAL, OBSERVATION, EARLY_YEARS = "appraisal", "practice_observation", "early_years_audit"

# The three checkpoints of an appraisal, in their order: a state that the appraisal has left is done.
CHECKPOINTS = ("objectives", "mid_year", "end_year")
_MID_YEAR_FROM, _END_YEAR_UNTIL = (
    8,
    3,
)  # the months by which a line of the calendar means one of them

TIERS = ("social_worker", "team_manager", "service_manager", "ad_people", "director")
AREAS = (
    "leadership",
    "management",
    "safeguarding",
)  # "reviewing Leadership, Management and Safeguarding"
EXCUSED = frozenset({"excused", "cancelled"})
FELL_AWAY = frozenset(
    {"ended", "withdrawn", "not_in_scope", "exited", "moved_away", "ceased", "superseded"}
)
LISTED = 20  # so many open ones are named; the rest are in the list of their process
Place = Literal["final", "open", "excused", "ended"]
PLACES: tuple[Place, ...] = ("final", "open", "excused", "ended")


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """An instance as the line that stands for it sees it; `kind` is the type of a provider."""

    reference: str
    process: str
    subject: str
    state: str
    is_open: bool
    is_met: bool
    due_on: date | None
    kind: str | None = None
    data: Json = NOTHING


# ------------------------------------------------------------------ which ones
def span(process: str, opens_on: date, months: Collection[int] = ()) -> tuple[date, date]:
    """Return between which due dates, both included, an instance of *process* counts for the line of that month.

    *months* are those in which the calendar has such a line: the framework's four checkpoints see every
    PEP, whichever month its term ends in.
    """
    first = opens_on.replace(day=1)
    if process in SINCE_LAST and months:
        last = month_end(first.year, first.month)
        while (first := add_months(first, -1)).month not in months:
            pass
        return add_months(first, 1), last
    if process in YEARLY:
        return date(first.year, 1, 1), date(first.year, 12, 31)
    if (
        process == APPRAISAL
    ):  # it is due at the end of its year, and each line is a checkpoint on the way
        end = add_months(first, 11)
        return first, month_end(end.year, end.month)
    return first, month_end(first.year, first.month)


def checkpoint_of(opens_on: date) -> str:
    """Return which checkpoint of an appraisal the line of that month stands for."""
    if opens_on.month <= _END_YEAR_UNTIL:
        return "end_year"
    return "mid_year" if opens_on.month >= _MID_YEAR_FROM else "objectives"


def kinds_of(programme: Json) -> frozenset[str]:
    """Return the types of provider for which the line stands, as it says them; none where it says nothing."""
    told = programme.get("types", "")
    return frozenset(one.strip() for one in str(told).split(",") if one.strip())


def counts_for(programme: Json, one: Covered) -> bool:
    """Tell whether *one* counts for the programme whose data are given."""
    if one.process != programme.get("stands_for"):
        return False
    kinds = kinds_of(programme)
    if kinds and one.kind not in kinds:
        return False
    opens_on = date.fromisoformat(programme["opens_on"])
    first, last = span(one.process, opens_on, programme.get("months", ()))
    return one.due_on is None or first <= one.due_on <= last


# ------------------------------------------------------------------ how far
def place_of(one: Covered, checkpoint: str | None = None) -> Place | None:
    """Return where *one* stands; None where it has no part in that checkpoint."""
    if checkpoint is not None:
        if checkpoint in one.data.get("skipped", ()):
            return None
        if checkpoint in one.data.get("done", {}):
            return "final"
    if one.state in EXCUSED:
        return "excused"
    if one.state in FELL_AWAY:
        return "ended"
    if one.is_met or not one.is_open:
        return "final"
    return "open"


def measured(programme: Json, some: Iterable[Covered]) -> dict[str, Any]:
    """Return the coverage of a programme: how many in all, final, open, excused and ended, and who is open."""
    process = programme.get("stands_for")
    opens_on = date.fromisoformat(programme["opens_on"])
    checkpoint = checkpoint_of(opens_on) if process == APPRAISAL else None
    placed = [
        (one, place)
        for one in some
        if counts_for(programme, one) and (place := place_of(one, checkpoint)) is not None
    ]
    waiting = sorted(one.reference for one, place in placed if place == "open")
    found: dict[str, Any] = {**_counted(place for _, place in placed), "waiting": waiting[:LISTED]}
    if process == OBSERVATION:
        found["by_tier"] = {
            tier: _counted(place for one, place in placed if one.data.get("tier") == tier)
            for tier in TIERS
        }
    if process == EARLY_YEARS:
        judged = [one for one, place in placed if place == "final"]
        found["by_area"] = {area: sum(_judges(one, area) for one in judged) for area in AREAS}
    return found


def _counted(places: Iterable[Place]) -> dict[str, int]:
    some = list(places)
    return {"total": len(some), **{place: some.count(place) for place in PLACES}}


def _judges(one: Covered, area: str) -> bool:
    report: Mapping[str, Any] = one.data.get("report") or {}
    return area in (report.get("standards") or {})


def is_complete(coverage: Mapping[str, Any]) -> bool:
    """Tell whether there was something to do, and nothing of it is open any more."""
    return bool(coverage["total"]) and not coverage["open"]


# ------------------------------------------------------------------ being told
def counted_again(step: Step) -> tuple[Signal, ...]:
    """Return what tells every open programme that stands for this instance to count again.

    For the `signals` of whatever starts it, meets its date or ends it; its definition says that it
    `reads` "programmes". Where nobody tells it, a programme counts by itself every night.
    """
    return tuple(_signals(step.facts.gathered.get("programmes", ())))


def counted(definition: ProcessDefinition) -> ProcessDefinition:
    """Return *definition* where every move to another state lets the programmes count again at once.

    So a programme whose last piece of work is done on its last day is complete on that day.
    """
    moves = tuple(one if one.dest is None else _telling(one) for one in definition.transitions)
    tells = definition.tells_at_end

    def tells_too(step: Step) -> tuple[Signal, ...]:
        return (*(() if tells is None else tells(step)), *counted_again(step))

    reads = definition.reads | {"programmes"}
    return replace(definition, transitions=moves, reads=reads, tells_at_end=tells_too)


def _telling(move: Transition) -> Transition:
    effect = move.effect

    def told(step: Step) -> Effects:
        found = Effects() if effect is None else effect(step)
        return replace(found, signals=(*found.signals, *counted_again(step)))

    return replace(move, effect=told)


def _signals(references: Iterable[str]) -> Iterator[Signal]:
    return (Signal(COUNT, to=one) for one in references)
