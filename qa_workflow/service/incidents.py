"""Where the system itself fails: what is the same failure, who sees it, and how a person resolves it.

A failure is told from others by its kind, not by its words: error, process, state, what the daemon was
doing, and the place in our code. References, numbers and dates in the message make no new one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType

import structlog

from qa_workflow.delivery.messages import day_in_words
from qa_workflow.engine.instance import Outcome
from qa_workflow.engine.people import Person, Roster
from qa_workflow.engine.record import written
from qa_workflow.engine.working_days import london_date
from qa_workflow.errors import DatabaseUnhealthy, InstanceNotFound, NotPermitted, WrongInput
from qa_workflow.service import views
from qa_workflow.service.context import Context
from qa_workflow.service.input import acting
from qa_workflow.service.views import View
from qa_workflow.service.work import Work
from qa_workflow.store import audit, council, incidents, instances, reports
from qa_workflow.store.database import Connection
from qa_workflow.store.incidents import Group, Incident

MESSAGE, ERROR = 120, 500  # characters that are kept of a message: of its kind, and of the last one
# What a pass does, as the list of incidents names it.
STEPS = {
    "plan_ahead": "planning ahead",
    "review_calendar": "arming what a longer calendar allows",
    "review_people": "looking whether owners are still there",
    "retry_waiting": "trying again what waits",
    "run_due_timers": "firing what is due",
    "review_ways_out": "looking for what nothing can move",
    "deliver_outbox": "delivering messages",
    "look_at_records": "checking the records",
}
# Who looks after the system, beside the service manager of what has failed.
OPERATORS = ("qa_admin", "sm_sqa", "ad_people")
_NAMED = re.compile(r"\b[a-z][a-z0-9_]*:[^\s'\"(),;]+")
_NUMBERED = re.compile(r"[^\s'\"(),;]*\d[^\s'\"(),;]*")
_log = structlog.get_logger()


# ------------------------------------------------------------------ what is the same failure
def fingerprint(exc: Exception, *, step: str, process: str = "", state: str = "") -> str:
    """Return what tells the kind of failure that *exc* is from every other kind, in one readable line."""
    kind = type(exc).__name__
    said = _NUMBERED.sub("#", _NAMED.sub("#", str(exc)))[:MESSAGE]
    return " | ".join((kind, process, state, step, _place(exc.__traceback__), said))


def _place(trace: TracebackType | None) -> str:
    """Return the innermost place of our own code: what called a library, not where the library gave up."""
    found = ""
    while trace is not None:
        module = trace.tb_frame.f_globals.get("__name__", "")
        if module.startswith("qa_workflow."):
            found = f"{module.removeprefix('qa_workflow.')}:{trace.tb_frame.f_code.co_name}"
        trace = trace.tb_next
    return found


def set_aside(
    connection: Connection, instance_id: int, exc: Exception, *, step: str, now: datetime
) -> tuple[str, int]:
    """Keep that *step* failed on one instance; return its fingerprint, and how often it has.

    The instance is not tried again before one minute, doubling, up to an hour; the others go on.
    """
    known = reports.bare(connection, [instance_id])
    process, state = (known[0].process, known[0].state) if known else ("", "")
    kind = fingerprint(exc, step=step, process=process, state=state)
    return kind, incidents.record(connection, instance_id, kind, _words(exc), now)


def step_failed(ctx: Context, step: str, exc: Exception, *, now: datetime) -> None:
    """Keep that a step of the daemon's pass failed, on no instance in particular.

    It is tried again at every pass all the same: a deadline of somebody else must not wait for it.
    """
    kind = fingerprint(exc, step=step)
    about = STEPS.get(step, step.replace("_", " "))
    with ctx.database.transaction() as connection:
        count = incidents.record(connection, None, kind, _words(exc), now, about=about, rests=False)
    if is_told(count):
        _log.error("step_failed", step=step, error=str(exc), count=count, exc_info=exc)


def is_told(count: int) -> bool:
    """Tell whether the log hears of the *count*-th time: the first, second, fourth, eighth ..."""
    return count & (count - 1) == 0


def _words(exc: Exception) -> str:
    return (str(exc) or type(exc).__name__)[:ERROR]


# ------------------------------------------------------------------ what people see
def open_incidents(ctx: Context) -> list[View]:
    """Return the failures nobody has resolved, the oldest first: one on a thousand instances is one."""
    with ctx.database.reading() as connection:
        found = incidents.groups(connection)
        seen = _Seen.of(ctx, connection, [one.first for one in found])
    return [_grouped(one, seen) for one in found]


def resolved_incidents(ctx: Context) -> list[View]:
    """Return what was resolved, one for each instance, the last first: who, when and why."""
    with ctx.database.reading() as connection:
        found = incidents.find_resolved(connection)
        seen = _Seen.of(ctx, connection, found)
    return [{**_single(one, seen), "instances": 1} for one in found]


def show_incident(ctx: Context, incident_id: int) -> View:
    """Return one failure with every instance that it stands open on.

    Raises:
        InstanceNotFound: there is no incident of this number, open or resolved.
    """
    with ctx.database.reading() as connection:
        known = incidents.find(connection, [incident_id]).get(incident_id)
        if known is None:
            raise InstanceNotFound(str(incident_id), kind="incident")
        of_it = (
            incidents.of_fingerprint(connection, known.fingerprint)
            if known.resolved_at is None
            else [known]
        )
        seen = _Seen.of(ctx, connection, of_it)
        standing = [
            one
            for one in incidents.groups(connection)
            if one.first.fingerprint == known.fingerprint
        ]
    whole = _single(known, seen) if known.resolved_at else _grouped(standing[0], seen)
    return {**whole, "of": [_single(one, seen) for one in of_it]}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What a failure is told with: who is who, what it comes back from, and when things were last tried."""

    roster: Roster
    earlier: dict[int, Incident]
    passed_at: datetime | None
    looked_at: datetime | None

    @classmethod
    def of(cls, ctx: Context, connection: Connection, some: Sequence[Incident]) -> "_Seen":
        look = audit.last_look(connection)
        before = [one.earlier_id for one in some if one.earlier_id is not None]
        return cls(
            roster=ctx.roster(connection),
            earlier=incidents.find(connection, before),
            passed_at=max((one.last_pass_at for one in council.passes(connection)), default=None),
            looked_at=None if look is None else look.at,
        )

    def quiet_since(self, one: Incident, last_at: datetime, next_try_at: datetime) -> str | None:
        """Return since when it has not happened again although it was tried, or looked at, since."""
        is_invariant = one.fingerprint.startswith(incidents.INVARIANT)
        tried_at = self.looked_at if is_invariant else self.passed_at
        if one.resolved_at is not None or tried_at is None or tried_at <= max(last_at, next_try_at):
            return None
        return views.instant(last_at)

    def came_back(self, one: Incident) -> str | None:
        """Say whom the failure comes back to, if somebody had resolved it before."""
        before = self.earlier.get(one.earlier_id or 0)
        if before is None or before.resolved_at is None:
            return None
        who = self.roster.get(before.resolved_by)
        name = before.resolved_by if who is None else who.name
        return (
            f"Came back; resolved on {day_in_words(london_date(before.resolved_at))} by {name}: "
            f"{before.resolved_reason}"
        )


def _grouped(one: Group, seen: _Seen) -> View:
    return {
        **_single(one.first, seen),
        "count": one.count,
        "first_at": views.instant(one.first_at),
        "last_at": views.instant(one.last_at),
        "next_try_at": views.instant(one.next_try_at),
        "quiet_since": seen.quiet_since(one.first, one.last_at, one.next_try_at),
        "instances": one.instances,
    }


def _single(one: Incident, seen: _Seen) -> View:
    return {
        "id": one.id,
        "reference": one.reference,
        "error": one.error,
        "count": one.count,
        "first_at": views.instant(one.first_at),
        "last_at": views.instant(one.last_at),
        "next_try_at": views.instant(one.next_try_at),
        "fingerprint": one.fingerprint,
        "quiet_since": seen.quiet_since(one, one.last_at, one.next_try_at),
        "came_back": seen.came_back(one),
        "resolved_at": views.instant(one.resolved_at),
        "resolved_by": one.resolved_by,
        "resolved_reason": one.resolved_reason,
    }


# ------------------------------------------------------------------ put right
@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What a person resolved: of which instances, and which could not be read and stay open."""

    reference: str
    references: tuple[str, ...]
    unreadable: tuple[str, ...]


def _require_operator(
    work: Work, person: Person, incident_id: int, wanted: Sequence[Incident]
) -> None:
    """Make sure that the person looks after the system, or answers for one of the processes that failed."""
    numbers = [one.instance_id for one in wanted if one.instance_id is not None]
    failing = {one.process for one in reports.bare(work.connection, numbers)} if numbers else set()
    managers = [
        work.ctx.processes[one].service_manager for one in failing if one in work.ctx.processes
    ]
    roles = tuple(dict.fromkeys((*OPERATORS, *sorted(managers))))
    if not any(work.roster.has_role(person, role, work.today) for role in roles):
        raise NotPermitted(person.name, f"resolve incident {incident_id}", roles)


def require_reason(reason: str) -> None:
    """Make sure that it is said why a failure is done with; WrongInput when not."""
    if not reason.strip():
        raise WrongInput("The reason is empty: say what was put right.")


def resolve_incident(
    ctx: Context,
    incident_id: int,
    *,
    actor: str,
    reason: str,
    now: datetime,
    only_this: bool = False,
) -> Resolved:
    """Resolve a failure on all its instances, or with *only_this* on that one: they are tried at the next pass.

    Each instance keeps who resolved it and why in its history. One whose row still cannot be read stays
    open: nothing could be written on it.

    Raises:
        InstanceNotFound: no open incident has this number.
        NotPermitted: the person neither looks after the system nor answers for what failed.
        DatabaseUnhealthy: none of the instances can be read.
    """
    require_reason(reason)
    with ctx.database.transaction() as connection:
        work = Work(ctx, connection, now)
        person = acting(work, actor)
        known = incidents.find(connection, [incident_id]).get(incident_id)
        if known is None or known.resolved_at is not None:
            raise InstanceNotFound(str(incident_id), kind="open incident")
        wanted = [known] if only_this else incidents.of_fingerprint(connection, known.fingerprint)
        _require_operator(work, person, incident_id, wanted)
        outcomes, done, unreadable = [], [], []
        for one in wanted:
            try:
                if one.instance_id is not None:
                    outcomes.append(_noted(work, one, one.instance_id, person, reason.strip()))
            except DatabaseUnhealthy:
                if len(wanted) == 1:
                    raise
                unreadable.append(one.reference)
                continue
            done.append(one)
        incidents.resolve(
            connection, [one.id for one in done], by=person.person_id, reason=reason.strip(), at=now
        )
        work.apply(outcomes)
    return Resolved(
        reference=known.reference,
        references=tuple(one.reference for one in done if one.instance_id is not None),
        unreadable=tuple(unreadable),
    )


def _noted(work: Work, one: Incident, instance_id: int, person: Person, reason: str) -> Outcome:
    instance = instances.load(work.connection, instance_id)
    after, entry = written(
        instance,
        instance,
        action="resolve_incident",
        at=work.now,
        now=work.now,
        actor=person,
        reason=reason,
        data={"incident": one.id},
    )
    return Outcome(before=instance, instance=after, history=(entry,))
