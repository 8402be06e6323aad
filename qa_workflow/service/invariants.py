"""The invariants in production: an hourly look at a sample of real records, which reports how far it got.

What does not add up becomes an incident on the instance, so that a person looks; the instance itself is
never touched, and its deadlines go on as before.
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from qa_workflow.engine.content import edges
from qa_workflow.engine.definition import Facts
from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.invariants import INVARIANTS, MIGRATED, Broken, Edges, Record, Rules, broken
from qa_workflow.service.context import Context
from qa_workflow.service.enquiries import UNHEALTHY_AFTER, readable
from qa_workflow.service.sweeps import Sweep
from qa_workflow.service.views import View
from qa_workflow.service.work import Work
from qa_workflow.store import audit, council, incidents
from qa_workflow.store.audit import Look, Trail
from qa_workflow.store.database import Connection

EVERY = timedelta(hours=1)
AT_MOST = 2.0  # seconds for one look; what it has not reached by then is the next one's
PAGE = 100
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing about one instance that does not add up."""

    instance_id: int
    reference: str
    process: str
    what: Broken

    @property
    def fingerprint(self) -> str:
        return f"{incidents.INVARIANT}{self.what.invariant} {self.process} {self.what.place}"


@dataclass(slots=True)
class Examined:
    """What a look has seen: the instances in their order, and what it found."""

    ids: list[int]
    findings: list[Finding]


# ------------------------------------------------------------------ the hourly look
def look_at_records(ctx: Context, *, now: datetime, sweep: Sweep) -> Look | None:
    """Check a sample of the records, if the last look was an hour ago; return what it came to, None if not.

    First what an earlier look found, then what moved since, then the next of the walk over all there
    are: in time every record is looked at, the longest unseen first.
    """
    with ctx.database.reading() as connection:
        last = audit.last_look(connection)
        # A clock that was put back must not keep it from looking.
        if last is not None and timedelta() <= now - last.at < EVERY:
            return None
        begun = time.perf_counter()
        again, walk, mark = _sample(ctx, connection, last)
        seen = _examined(
            Work(ctx, connection, now), list(dict.fromkeys([*again, *walk])), until=begun + AT_MOST
        )
        # What fails already has a person's attention; what else is wrong with it is said after that.
        failing = incidents.ids_failing(connection, [one.instance_id for one in seen.findings])
        seen.findings = [one for one in seen.findings if one.instance_id not in failing]
        count = audit.count_all(connection)
    look = _kept(last, seen, walk, count, mark, now=now, seconds=time.perf_counter() - begun)
    with ctx.database.transaction() as connection:
        for one in seen.findings:
            incidents.record(
                connection, one.instance_id, one.fingerprint, one.what.why, now, rests=False
            )
        audit.put_look(connection, look)
    sweep.incidents += len(seen.findings)
    _told(look, seen.findings)
    return look


def _sample(
    ctx: Context, connection: Connection, last: Look | None
) -> tuple[list[int], list[int], int]:
    """Return what to look at again, what the walk comes to next, and the timer armed last."""
    broken_before = incidents.ids_broken(connection, ctx.sample // 5)
    mark = audit.last_timer(connection)
    moved = (
        [] if last is None else audit.ids_armed_since(connection, last.timer_mark, ctx.sample // 2)
    )
    again = list(dict.fromkeys([*broken_before, *moved]))
    cursor = 0 if last is None else last.cursor
    walk = audit.ids_after(connection, cursor, max(ctx.sample - len(again), 1))
    return again, walk or audit.ids_after(connection, 0, max(ctx.sample - len(again), 1)), mark


def _kept(
    last: Look | None,
    seen: Examined,
    walk: Sequence[int],
    count: int,
    mark: int,
    *,
    now: datetime,
    seconds: float,
) -> Look:
    looked = set(seen.ids)
    walked = [one for one in walk if one in looked]
    # The walk began anew where it has come to what lies before its last place.
    goes_on = last is not None and bool(walk) and walk[0] > last.cursor
    before = last if goes_on else None
    return Look(
        at=now,
        sampled=len(seen.ids),
        of=count,
        round_at=now if before is None else before.round_at,
        walked=len(walked) + (0 if before is None else before.walked),
        cursor=walked[-1] if walked else (0 if before is None else before.cursor),
        timer_mark=mark,
        checked=dict.fromkeys(INVARIANTS, len(seen.ids)),
        failures=len(seen.findings),
        seconds=round(seconds, 3),
    )


def _told(look: Look, findings: Sequence[Finding]) -> None:
    _log.info(
        "records_checked",
        sampled=look.sampled,
        of=look.of,
        covered_percent=look.covered_percent,
        failures=look.failures,
        seconds=look.seconds,
    )
    kinds: Counter[str] = Counter()
    for one in findings:
        kinds[one.fingerprint] += 1
        if kinds[one.fingerprint] == 1:
            _log.error("invariant_broken", instance=one.reference, why=one.what.why)


# ------------------------------------------------------------------ on demand
def examine(ctx: Context, *, now: datetime, sample: int | None = None) -> View:
    """Check every record, or the next *sample* of the walk, and return what does not add up. Nothing is written."""
    begun = time.perf_counter()
    with ctx.database.reading() as connection:
        last = audit.last_look(connection)
        count = audit.count_all(connection)
        cursor = 0 if last is None or sample is None else last.cursor
        ids = audit.ids_after(connection, cursor, count if sample is None else sample)
        if not ids:
            ids = audit.ids_after(connection, 0, count if sample is None else sample)
        seen = _examined(Work(ctx, connection, now), ids)
    return {
        "checked": len(seen.ids),
        "of": count,
        "ok": not seen.findings,
        "seconds": round(time.perf_counter() - begun, 3),
        "invariants": [
            {
                "invariant": name,
                "holds": what,
                "failures": sum(one.what.invariant == name for one in seen.findings),
            }
            for name, what in INVARIANTS.items()
        ],
        "items": [
            {
                "invariant": one.what.invariant,
                "reference": one.reference,
                "process": one.process,
                "why": one.what.why,
            }
            for one in seen.findings
        ],
    }


# ------------------------------------------------------------------ one page after another
def _examined(work: Work, ids: Sequence[int], *, until: float | None = None) -> Examined:
    resting = incidents.resting(work.connection, work.now)
    contents = _Contents(work)
    seen = Examined(ids=[], findings=[])
    for begin in range(0, len(ids), PAGE):
        if until is not None and begin and time.perf_counter() > until:
            break
        page = ids[begin : begin + PAGE]
        seen.findings += _page(work, page, contents, resting)
        seen.ids += page
    return seen


def _page(
    work: Work, ids: Sequence[int], contents: "_Contents", resting: set[int]
) -> Iterator[Finding]:
    loaded, damaged = readable(work, ids)
    for bare in damaged:
        what = Broken(invariant="I1", place="row", why="Its row cannot be read (I1).")
        yield Finding(
            instance_id=bare.id, reference=bare.reference, process=bare.process, what=what
        )
    trails = audit.trails_of(work.connection, list(loaded))
    facts = _gathered(work, [one for one in loaded.values() if one.is_open])
    for one in loaded.values():
        rules = Rules(
            definition=_own(work, one),
            edges=contents.edges_of(one, trails[one.id]),
            facts=facts.get(one.id) or work.bare(one),
            calendar=work.calendar,
            now=work.now,
            late_after=timedelta(seconds=UNHEALTHY_AFTER * work.ctx.safety_seconds),
        )
        record = _record(one, trails[one.id], rests=one.id in resting)
        for what in _judged(record, rules):
            yield Finding(
                instance_id=one.id, reference=one.reference, process=one.process, what=what
            )


def _gathered(work: Work, some: Sequence[ProcessInstance]) -> dict[int, Facts]:
    """Return the facts about *some*; whose facts cannot be gathered is left out, and judged without."""
    try:
        return work.facts(some)
    except Exception:  # noqa: BLE001 - one broken instance must not hide the others
        if len(some) == 1:
            return {}
    return {key: value for one in some for key, value in _gathered(work, [one]).items()}


def _judged(record: Record, rules: Rules) -> list[Broken]:
    try:
        return broken(record, rules)
    except Exception as exc:  # noqa: BLE001 - what cannot be checked is a finding, not the end of the look
        why = f"It cannot be checked whether it adds up: {type(exc).__name__}: {exc} (I8)."
        return [Broken(invariant="I8", place=type(exc).__name__, why=why)]


def _own(work: Work, one: ProcessInstance) -> Any:  # noqa: ANN401 - a definition, or none
    """Return the definition that *one* runs by, where this program has it."""
    found = work.ctx.processes.get(one.process)
    if found is None or found.version != one.definition_version:
        return None
    return found if one.state in {str(state) for state in found.states} else None


def _record(one: ProcessInstance, trail: Trail, *, rests: bool) -> Record:
    return Record(
        instance=one,
        entries=trail.entries,
        versions=trail.versions,
        misfit=trail.misfit,
        watched_at=trail.next_due_at,
        fired=trail.fired,
        messages=trail.messages,
        rests=rests,
    )


class _Contents:
    """The moves that each content of each definition ever allowed here, read once."""

    def __init__(self, work: Work) -> None:
        self._kept: dict[tuple[str, int], dict[str, Edges]] = {}
        for one in council.definitions(work.connection):
            if one.body:
                self._kept.setdefault((one.name, one.version), {})[one.sha256] = edges(one.body)

    def edges_of(self, one: ProcessInstance, trail: Trail) -> Any:  # noqa: ANN401 - a function of the version
        """Return the moves that a version allowed this instance; None for one whose content was not kept."""
        pinned = one.definition_hash
        # What was migrated ran by another content before; which one of a version is then not asked.
        moved = any(entry.action in MIGRATED for entry in trail.entries)

        def known(version: int) -> Edges | None:
            contents = self._kept.get((one.process, version), {})
            if pinned in contents and not moved:
                return contents[pinned]
            return frozenset[tuple[str, str, str]]().union(*contents.values()) if contents else None

        return known
