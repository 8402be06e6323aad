"""Repairs, of one instance or of many alike: each a command of a person with a reason, in a transaction of its own.

A dry run does the very same and takes it back, so that it tells the truth. A refusal changes nothing
but the history, which keeps the attempt.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from qa_workflow.engine import amending, repairing_dates, repairing_ends, repairs
from qa_workflow.engine.derivation import in_words
from qa_workflow.engine.instance import NOTHING, HistoryEntry, Outcome, ProcessInstance
from qa_workflow.engine.moved_dates import Moved, moved
from qa_workflow.engine.people import Person
from qa_workflow.engine.repairs import Order
from qa_workflow.engine.working_days import london_date
from qa_workflow.errors import (
    BadData,
    NotPermitted,
    QAWorkflowError,
    TransitionRefused,
    WrongInput,
)
from qa_workflow.service import attaching, retrying
from qa_workflow.service.context import Context
from qa_workflow.service.input import Data, acting, checked, find
from qa_workflow.service.stuck import Filter, stuck
from qa_workflow.service.stuck.naming import names_of
from qa_workflow.service.views import View, day
from qa_workflow.service.work import Work
from qa_workflow.store import histories, reports
from qa_workflow.store.database import Connection
from qa_workflow.store.reports import Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """What somebody asks for: the verb, who and why, and what that verb needs besides.

    `deadline` and `level` name a timer; `state` and `trigger` an edge; `to` is a London date; `entry` the
    number of a history entry; `evidence` the reference of what is attached.
    """

    verb: str
    actor: str
    reason: str
    deadline: str = ""
    level: str | None = None
    state: str = ""
    trigger: str = ""
    to: date | None = None
    data: Data = NOTHING
    entry: int = 0
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """What a repair did to one instance, or would do: whether it is done, in a sentence, and what moved."""

    reference: str
    ok: bool
    why: str
    before: View | None = None
    after: View | None = None
    moves: tuple[Moved, ...] = ()

    def plain(self) -> View:
        """Return it as JSON has it."""
        return {
            "reference": self.reference,
            "ok": self.ok,
            "why": self.why,
            "before": self.before,
            "after": self.after,
            "moves": [one.plain() for one in self.moves],
        }


# ------------------------------------------------------------------ one
def repair(
    ctx: Context, reference: str, asked: Repair, *, now: datetime, dry_run: bool = False
) -> Repaired:
    """Do one repair, or with *dry_run* say what it would do; return what became of the instance.

    Raises:
        WrongInput: no reason, nobody of that id, or what the verb needs cannot be read.
        NotPermitted: the person holds none of the roles that may; names them.
        TransitionRefused: it may not be done here; the history keeps the attempt.
        InstanceNotFound: nothing, or more than one thing, has this reference.
    """
    if not asked.reason.strip():
        raise WrongInput("The reason is empty: say why this has to be put right.")
    refusal: TransitionRefused | None = None
    with _maybe_undone(ctx, undo=dry_run) as connection:
        work = Work(ctx, connection, now)
        person = acting(work, asked.actor)
        instance = find(work, reference)
        order, entitled = _order(work, asked, instance, person)
        try:
            done = _done(work, order, asked, entitled=entitled)
        except TransitionRefused as exc:
            refusal = exc
            work.apply([repairs.refused_entry(order, exc)])
    if refusal is not None:
        raise refusal
    return done


@contextmanager
def _maybe_undone(ctx: Context, *, undo: bool) -> Iterator[Connection]:
    """Give a transaction; with *undo* one of which nothing stays."""
    with ctx.database.transaction() as connection:
        if not undo:
            yield connection
            return
        rehearsal = connection.begin_nested()
        try:
            yield connection
        finally:
            rehearsal.rollback()


def _order(
    work: Work, asked: Repair, instance: ProcessInstance, person: Person
) -> tuple[Order, bool]:
    """Return the order, and whether the person's role lets them repair: of some verbs others may do a part."""
    definition = work.definition(instance.process)
    # Where only the state is gone and the rules are the same, setting it by hand is the way back.
    if asked.verb != "set-state" or instance.definition_version != definition.version:
        definition = work.definition_for(instance)
    facts = replace(work.facts([instance])[instance.id], actor=person)
    role, giver, entitled = None, None, True
    if asked.verb in repairs.ROLES:
        try:
            role, giver = repairs.permitted(definition, instance, asked.verb, facts)
        except NotPermitted:
            if asked.verb != "correct":
                raise
            entitled = False
    order = Order(
        verb=asked.verb,
        definition=definition,
        instance=instance,
        facts=replace(facts, on_behalf_of=giver),
        role=role,
        reason=asked.reason.strip(),
        now=work.now,
        calendar=work.calendar,
    )
    return order, entitled


def _done(work: Work, order: Order, asked: Repair, *, entitled: bool) -> Repaired:
    before = order.instance
    ok = True
    if asked.verb == "retry":
        after, ok, why = retrying.retry(work, order)
    elif asked.verb == "attach":
        after, why = attaching.attach(work, order, asked.evidence)
    elif asked.verb == "correct":
        outcome = _corrected(work, order, asked, entitled=entitled)
        after = work.apply([outcome])[before.id]
        why = f"Entry {asked.entry} is corrected: it stays, and this entry says what was wrong."
    else:
        outcome = _DECIDE[asked.verb](work, order, asked)
        after = work.apply([outcome])[before.id] if outcome.history else before
        why = _sentence(work, order, outcome, asked)
    return Repaired(
        reference=before.reference,
        ok=ok,
        why=why,
        before=_seen(before),
        after=_seen(after),
        moves=moved(order.definition, before, after, work.calendar),
    )


def _seen(instance: ProcessInstance) -> View:
    following = instance.next_due_at
    return {
        "state": instance.state,
        "owner": instance.owner or instance.owner_role,
        "due_on": day(instance.due_on),
        "level": instance.level,
        "blocked": [one.reason for one in instance.blocks],
        "next_on": None if following is None else day(london_date(following)),
        "version": instance.version,
    }


# ------------------------------------------------------------------ what each verb decides
def _history(work: Work, order: Order) -> list[HistoryEntry]:
    return [one.entry for one in histories.history_of(work.connection, order.instance.id)]


def _set_state(work: Work, order: Order, asked: Repair) -> Outcome:
    definition = order.definition
    if asked.state not in set(definition.states):
        known = ", ".join(str(one) for one in definition.states)
        raise WrongInput(f"{definition.name} has no state {asked.state!r}. It has: {known}.")
    return repairs.set_state(order, asked.state, asked.trigger, _history(work, order))


def _extend(work: Work, order: Order, asked: Repair) -> Outcome:
    return repairing_dates.extend(order, _day(asked), _history(work, order))


def _reschedule(_work: Work, order: Order, asked: Repair) -> Outcome:
    return repairing_dates.reschedule(order, _day(asked))


def _day(asked: Repair) -> date:
    if asked.to is None:
        raise WrongInput("No day is given: say it with --to, as YYYY-MM-DD.")
    return asked.to


def _amend(work: Work, order: Order, asked: Repair) -> Outcome:
    return amending.amend(order, _amendment(work, order, asked))


def _amendment(work: Work, order: Order, asked: Repair) -> Mapping[str, Any]:
    """Return what is to stand in the data instead, read as the forms that asked for it would."""
    instance, definition = order.instance, order.definition
    what = f"{asked.verb} {instance.reference}"
    known = amending.amendable(definition, instance)
    strange = {
        key: "neither stands there nor is asked for" for key in asked.data if key not in known
    }
    if strange or not asked.data:
        raise BadData(what, strange or {"data": "nothing is given; write --data key=value"})
    form = amending.form_for(definition, instance, asked.data)
    found = checked(work, form, asked.data, what).model_dump(mode="json", exclude_unset=True)
    return {key: found[key] for key in asked.data}


def _corrected(work: Work, order: Order, asked: Repair, *, entitled: bool) -> Outcome:
    told = {one.seq: one.entry for one in histories.history_of(work.connection, order.instance.id)}
    entry = told.get(asked.entry)
    if entry is None:
        raise WrongInput(
            f"{order.instance.reference} has no entry {asked.entry}: its history has {len(told)}."
        )
    actor = order.facts.actor
    if actor is not None:
        amending.may_correct(order.definition, entry, actor, repairs=entitled)
    given = _amendment(work, order, asked) if asked.data else {}
    return amending.correct(order, asked.entry, entry, given, repairs=entitled)


_DECIDE: Mapping[str, Callable[[Work, Order, Repair], Outcome]] = MappingProxyType(
    {
        "skip-timer": lambda _, order, asked: repairing_dates.skip_timer(
            order, asked.deadline, asked.level
        ),
        "set-state": _set_state,
        "amend": _amend,
        "rederive": lambda _, order, __: repairing_dates.rederive(order),
        "reschedule": _reschedule,
        "extend": _extend,
        "cancel": lambda work, order, _: repairing_ends.cancel(order, _history(work, order)),
        "reopen": lambda work, order, asked: repairing_ends.reopen(
            order, _history(work, order), asked.to
        ),
    }
)


def _sentence(work: Work, order: Order, outcome: Outcome, asked: Repair) -> str:
    """Say what was done, and what was not, as an officer reads it."""
    if not outcome.history:
        return "Every date stands as it should: there was nothing to put right."
    told, state = outcome.history[0], outcome.instance.state.replace("_", " ")
    if told.action == repairs.PROPOSED:
        return _proposal(work, order, told)
    said = {
        "skip-timer": f"The timer {told.data.get('deadline')}:{told.data.get('level')} lapses and fires nothing.",
        "set-state": f"Put into {state}, as {asked.trigger} would have. No guard was asked, and nothing that "
        "the move brings besides was done: nothing stored, started or told.",
        "amend": f"Amended: {', '.join(asked.data)}.",
        "rederive": "Every date was counted again.",
        "cancel": "Cancelled: nobody is asked for it any more. What it started stays as it is.",
        "reopen": f"Open again in {state}. {_own_date(order, outcome)}What counts from entering that state "
        "counts from today. What it started when it ended is not undone.",
    }
    moved_to = f"Its own date is {day(outcome.instance.due_on)} now, with a ladder of its own."
    return said.get(order.verb, moved_to)


def _proposal(work: Work, order: Order, told: HistoryEntry) -> str:
    """Say that one of two people has spoken, whose word that replaces, and what the process itself has for it."""
    nothing_yet = (
        "Proposed. Nothing has moved: another person must give the same command within "
        f"{repairs.CONFIRM_WITHIN} working days, before anything else happens to it."
    )
    names, said = names_of(work), [nothing_yet]
    lapsed = told.data.get("lapsed")
    if lapsed is not None:
        into = repairs.words(lapsed["state"])
        said.append(
            f"What {names.of(lapsed['by'])} proposed ({into}, by {lapsed['trigger']}) has lapsed."
        )
    if order.verb == "cancel":
        said += [
            f"The process has a way out of its own: {way.trigger}, for {' or '.join(names.of(role) for role in way.roles)}."
            for way in repairing_ends.ways_out(order.definition, order.instance.state)
        ]
    return " ".join(said)


def _own_date(order: Order, outcome: Outcome) -> str:
    """Say what becomes of the own date of what is opened again; nothing where it has none to meet."""
    one = outcome.instance
    if one.due_on is None or one.met_at is not None:
        return ""
    due = in_words(one.due_on)
    if one.due_on != order.instance.due_on:
        return f"It is due on {due} now, with a ladder of its own. "
    if one.due_on < order.today:
        return f"It was due on {due} and still is: that date is never moved, and its levels go on. "
    return f"It is due on {due}, as before. "


# ------------------------------------------------------------------ many
def chosen(
    ctx: Context, wanted: Wanted, *, class_: str | None = None, ended: bool = False, now: datetime
) -> list[str]:
    """Return the references of the open instances asked for, as `list` finds them; with *ended* of the others.

    Of a class those that are stuck so.
    """
    with ctx.database.reading() as connection:
        whole = replace(wanted, limit=None, include_final=ended)
        ids = reports.find_ids(connection, whole)
        if ended:
            still_open = set(reports.find_ids(connection, replace(whole, include_final=False)))
            ids = [one for one in ids if one not in still_open]
        found = [one.reference for one in reports.bare(connection, ids)]
    if class_ is not None:
        items = stuck(ctx, Filter(class_=class_, process=wanted.process, team=wanted.team), now=now)
        among = {one["reference"] for one in items}
        found = [one for one in found if one in among]
    return found if wanted.limit is None else found[: wanted.limit]


def repair_many(
    ctx: Context,
    references: Sequence[str],
    asked: Repair,
    *,
    now: datetime,
    dry_run: bool = False,
) -> list[Repaired]:
    """Do the same repair to each of *references*, each in a transaction of its own, in their order.

    One that is refused, or cannot be read, stops none of the others.

    Raises:
        WrongInput: no reason, or nobody of that id.
    """
    with ctx.database.reading() as connection:
        acting(Work(ctx, connection, now), asked.actor)
    if not asked.reason.strip():
        raise WrongInput("The reason is empty: say why these have to be put right.")
    return [_tried(ctx, one, asked, now=now, dry_run=dry_run) for one in references]


def _tried(
    ctx: Context, reference: str, asked: Repair, *, now: datetime, dry_run: bool
) -> Repaired:
    try:
        return repair(ctx, reference, asked, now=now, dry_run=dry_run)
    except QAWorkflowError as exc:
        return Repaired(reference=reference, ok=False, why=str(exc))
