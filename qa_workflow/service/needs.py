"""What needs me: everything that waits for one person, the most urgent first, with what they can do about it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from qa_workflow.engine.definition import Facts
from qa_workflow.engine.explain import open_moves
from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.people import Person
from qa_workflow.engine.permits import acting_for, role_of
from qa_workflow.errors import WrongInput
from qa_workflow.service import views
from qa_workflow.service.context import Context
from qa_workflow.service.enquiries import readable
from qa_workflow.service.input import acting
from qa_workflow.service.views import View
from qa_workflow.service.work import Work
from qa_workflow.store import waiting
from qa_workflow.store.columns import from_microseconds, to_microseconds
from qa_workflow.store.waiting import AWAITED, UNDATED, Found, Place

PAGE = 256  # items made at a time, where all are asked for
_PARTS = ("dated", "undated", "awaited")


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """A page of what waits for somebody; `next` is what the following one begins behind, None where there is none."""

    items: list[View]
    next: str | None


def needs_of(
    ctx: Context,
    person_id: str,
    *,
    now: datetime,
    limit: int | None = None,
    after: str | None = None,
) -> Needs:
    """Return what waits for the person: what they own, or a role of theirs and nobody by name; then what is blocked.

    First by when it is or becomes late, then the blocks that wait on them, the oldest first. Each item
    is that of a list, with `waits_for`: the triggers that the person can pull now, as far as guards can
    tell without what would be sent; `reassign` where somebody has left it behind, `unblock` where a
    block waits for the person. With a limit no more is read than so many need.

    Raises:
        UnknownPerson: nobody of the roster has this id, or they are not active.
        WrongInput: `after` is no place in this list.
    """
    with ctx.database.reading() as connection:
        work = Work(ctx, connection, now)
        person = acting(work, person_id)
        found = waiting.find_waiting(
            connection,
            people=(person.person_id, *work.roster.left_to(person.person_id, work.today)),
            roles=_roles(work, person),
            called=(person.person_id, person.name, *_roles(work, person)),
            after=None if after is None else _place_of(after),
        )
        items: list[View] = []
        last = None
        left = limit
        while some := list(islice(found, PAGE if left is None else min(left, PAGE))):
            items += _items(work, person, some)
            last = _cursor(some[-1])
            left = None if left is None else left - len(some)
        following = None if limit is None else next(found, None)
    return Needs(items=items, next=None if following is None else last)


def _roles(work: Work, person: Person) -> list[str]:
    """Return the roles that the person holds today, or acts in for somebody who does."""
    lent = {one.role for one in work.roster.delegations if one.to_person == person.person_id}
    return sorted(
        role for role in person.roles | lent if work.roster.has_role(person, role, work.today)
    )


def _cursor(found: Found) -> str:
    at = "" if found.part == UNDATED else views.instant(from_microseconds(found.at))
    return f"{_PARTS[found.part]},{at},{found.reference}"


def _place_of(cursor: str) -> Place:
    part, _, rest = cursor.partition(",")
    at, comma, reference = rest.partition(",")
    try:
        if part in _PARTS and comma and reference:
            instant = to_microseconds(datetime.fromisoformat(at)) if at else 0
            return Place(_PARTS.index(part), instant, reference)
    except ValueError:
        pass
    raise WrongInput(
        f"{cursor!r} is no place in this list. Give --after what the page before named as next."
    )


def _items(work: Work, person: Person, some: Sequence[Found]) -> list[View]:
    loaded, damaged = readable(work, [one.id for one in some])
    facts = work.facts(list(loaded.values()))
    broken = {one.id: {**views.unreadable(one), "waits_for": []} for one in damaged}
    return [
        broken[one.id]
        if one.id in broken
        else _item(work, person, loaded[one.id], facts[one.id], one.part)
        for one in some
    ]


def _item(work: Work, person: Person, instance: ProcessInstance, facts: Facts, part: int) -> View:
    shown = views.summary(
        work.ctx.processes.get(instance.process),
        instance,
        now=work.now,
        calendar=work.calendar,
        parent=None if facts.parent is None else facts.parent.reference,
    )
    can = _can(work, person, instance, facts)
    if instance.owner is not None and work.roster.active(instance.owner, work.today) is None:
        can.append("reassign")
    if part == AWAITED:
        can.append("unblock")
    return {**shown, "waits_for": can}


def _can(work: Work, person: Person, instance: ProcessInstance, facts: Facts) -> list[str]:
    """Return the triggers that the person may pull now and that no guard refuses as things stand."""
    definition = work.ctx.processes.get(instance.process)
    if definition is None:
        return []
    facts = replace(facts, instance=instance, actor=person)
    moves = [
        one
        for one in definition.leaving(instance.state)
        if role_of(definition, instance, one, facts) is not None
    ]
    if not moves:
        return []
    lent_by = acting_for(definition, instance, moves[0], facts)
    facts = replace(facts, on_behalf_of=lent_by)
    here = instance.state  # what stays leads here
    free = {(one.trigger, one.dest or here) for one in open_moves(definition, instance, facts)}
    return list(
        dict.fromkeys(one.trigger for one in moves if (one.trigger, one.dest or here) in free)
    )
