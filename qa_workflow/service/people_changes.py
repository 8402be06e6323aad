"""What happens to people between two imports of the roster: somebody acts for somebody else, somebody leaves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from qa_workflow.engine import overlay
from qa_workflow.engine.derivation import in_words
from qa_workflow.engine.instance import Outcome, ProcessInstance
from qa_workflow.engine.people import Delegation, Person, Roster
from qa_workflow.errors import UnknownPerson, WrongInput
from qa_workflow.service.context import Context
from qa_workflow.service.enquiries import readable
from qa_workflow.service.input import acting
from qa_workflow.service.singly import apply_or_set_aside
from qa_workflow.service.work import Work
from qa_workflow.store import council, people, reports


def read_roster(ctx: Context) -> Roster:
    """Return everybody who is in the roster, with every delegation that was ever recorded."""
    with ctx.database.reading() as connection:
        return people.load_roster(connection)


# ------------------------------------------------------------------ somebody acts for somebody else
@dataclass(frozen=True, slots=True, kw_only=True)
class Delegated:
    """A delegation, and whether it was recorded now or stood already."""

    delegation: Delegation
    is_new: bool


def delegate(
    ctx: Context,
    delegation: Delegation,
    *,
    now: datetime,
    actor: str,
    as_person: str | None = None,
) -> Delegated:
    """Record that one person acts in a role for another, from day to day (both included).

    The same delegation twice is one. Who recorded it, *as_person* of the roster or else *actor*, is
    kept with it.

    Raises:
        UnknownPerson: one of them is not in the roster, or not active today.
        WrongInput: an unknown role, days that do not fit, or a role that the giver does not hold
            themselves: nobody passes on what was lent to them.
    """
    with ctx.database.transaction() as connection:
        work = Work(ctx, connection, now)
        by = actor if as_person is None else acting(work, as_person).person_id
        _check(work, delegation)
        is_new = delegation not in work.roster.delegations
        if is_new:
            people.save_delegation(connection, delegation, recorded_by=by, recorded_at=now)
    return Delegated(delegation=delegation, is_new=is_new)


def _check(work: Work, wanted: Delegation) -> None:
    if wanted.role not in work.ctx.framework.roles:
        raise WrongInput(
            f"There is no role {wanted.role!r}. There are: {', '.join(sorted(work.ctx.framework.roles))}."
        )
    giver, taker = acting(work, wanted.from_person), acting(work, wanted.to_person)
    if giver.person_id == taker.person_id:
        raise WrongInput(f"{giver.name} cannot act for themselves: name another person.")
    if wanted.role not in giver.roles:
        lent = work.roster.acts_for(giver, wanted.role, work.today)
        lender = work.roster.get(lent)
        why = (
            f"it was lent to them by {lender.name}, and what is lent is not passed on"
            if lender is not None
            else "only who holds a role can let somebody else act in it"
        )
        raise WrongInput(f"{giver.name} does not hold the role {wanted.role}: {why}.")
    if wanted.until_on < wanted.from_on:
        raise WrongInput(
            f"--until {wanted.until_on.isoformat()} lies before --from {wanted.from_on.isoformat()}."
        )
    if wanted.until_on < work.today:
        raise WrongInput(f"--until {wanted.until_on.isoformat()} has passed already.")


# ------------------------------------------------------------------ somebody leaves
@dataclass(frozen=True, slots=True, kw_only=True)
class LeftBehind:
    """Something open that somebody who leaves owns, or that nobody is left to move; and who gives it away."""

    reference: str
    process: str
    state: str
    reason: str
    note: str
    listed_under: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deactivation:
    """What it means that somebody leaves: their last day, what is blocked, under whom it is listed.

    `is_blocked` is false where the day is still to come: then the pass of that day blocks what is
    not reassigned until then. What is `unreadable` is damaged, or follows from something damaged.
    """

    person: Person
    last_on: date
    manager: Person | None
    left_behind: tuple[LeftBehind, ...]
    ended: tuple[Delegation, ...]
    is_blocked: bool
    unreadable: tuple[str, ...] = ()
    written: bool = False


def deactivate(
    ctx: Context,
    person_id: str,
    *,
    on: date,
    now: datetime,
    actor: str,
    as_person: str | None = None,
    dry_run: bool = False,
) -> Deactivation:
    """Let somebody be inactive from *on* (a London date): the day before is their last.

    Where *on* has come, everything open that they own is blocked `owner_inactive` in this one
    transaction, and what only they could move by their role `nobody_home`; no date moves. Where it
    has not, the pass of that day does it. What was lent to or by them ends with them.

    Raises:
        UnknownPerson: nobody of that id is in the roster.
        WrongInput: they are inactive already, that day is recorded already, or they had not begun by then.
    """
    with ctx.database.transaction() as connection:
        work = Work(ctx, connection, now)
        by = actor if as_person is None else acting(work, as_person).person_id
        person = work.roster.get(person_id)
        if person is None:
            raise UnknownPerson(person_id)
        last_on = on - timedelta(days=1)
        _check_leaver(person, last_on, work.today)
        leaver = replace(person, active_to=last_on)
        after = replace(work.roster, people={**work.roster.people, person_id: leaver})
        concerned, unreadable = _concerned(work, person_id, after, max(on, work.today))
        found = Deactivation(
            person=leaver,
            last_on=last_on,
            manager=after.manager_of(person_id, max(on, work.today)),
            left_behind=_left_behind(concerned, after, max(on, work.today)),
            ended=_ended(work.roster, after, max(on, work.today)),
            is_blocked=on <= work.today,
            unreadable=unreadable,
            written=not dry_run,
        )
        if dry_run:
            return found
        people.set_active_to(connection, person_id, last_on)
        if found.is_blocked:
            # Another Work: this one knows the roster as it was.
            failed = apply_or_set_aside(
                Work(ctx, connection, now), _blocked(work, concerned, after)
            )
            aside = tuple(outcome.instance.reference for outcome, _ in failed)
            found = replace(found, unreadable=(*found.unreadable, *aside))
        _record(work, f"deactivate {person_id}", by=by)
    return found


def _record(work: Work, what: str, *, by: str) -> None:
    """Keep who changed the roster by hand, beside the rosters that were taken in."""
    council.record_import(
        work.connection,
        kind="people",
        file=what,
        sha256="",
        as_of=work.today,
        counts={"changed": 1},
        actor=by,
        at=work.now,
    )


def _check_leaver(person: Person, last_on: date, today: date) -> None:
    known = person.active_to
    if known is not None and known < today:
        raise WrongInput(
            f"{person.name} is not active any more: the last day was {in_words(known)}."
        )
    if known == last_on:
        raise WrongInput(
            f"That {person.name} is not active from {in_words(last_on + timedelta(days=1))} is recorded already."
        )
    if person.active_from is not None and last_on < person.active_from:
        raise WrongInput(
            f"{person.name} begins on {in_words(person.active_from)}: "
            "the day from which somebody is not active lies after that."
        )


def _concerned(
    work: Work, person_id: str, after: Roster, day: date
) -> tuple[Sequence[ProcessInstance], tuple[str, ...]]:
    """Return what is open and theirs, and what belongs to a role that they leave without a holder."""
    emptied = [
        role
        for role in reports.owning_roles(work.connection)
        if work.roster.holders(role, day) and not after.holders(role, day)
    ]
    ids = {
        *reports.ids_owned_by(work.connection, [person_id]),
        *reports.ids_owned_by_roles(work.connection, emptied),
    }
    loaded, damaged = readable(work, sorted(ids))
    by_reference = sorted(loaded.values(), key=lambda one: one.reference)
    return by_reference, tuple(one.reference for one in damaged)


def _left_behind(
    some: Iterable[ProcessInstance], after: Roster, day: date
) -> tuple[LeftBehind, ...]:
    found = []
    for one in some:
        missing = overlay.nobody_there(one, after, day)
        if missing is None:
            continue
        reason, _, note = missing
        manager = after.manager_of(one.owner, day)
        found.append(
            LeftBehind(
                reference=one.reference,
                process=one.process,
                state=one.state,
                reason=reason,
                note=note,
                listed_under=None if manager is None else manager.person_id,
            )
        )
    return tuple(found)


def _blocked(work: Work, some: Iterable[ProcessInstance], after: Roster) -> list[Outcome]:
    reviewed = (
        overlay.review_people(one, after, now=work.now, calendar=work.calendar) for one in some
    )
    return [outcome for outcome in reviewed if outcome is not None]


def _ended(before: Roster, after: Roster, day: date) -> tuple[Delegation, ...]:
    """Return the delegations that counted on *day*, or were still to come, and never will."""

    def counts(roster: Roster, one: Delegation) -> bool:
        first = max(day, one.from_on)
        return roster.stands(one, first) and roster.active(one.to_person, first) is not None

    return tuple(
        one for one in before.delegations if counts(before, one) and not counts(after, one)
    )
