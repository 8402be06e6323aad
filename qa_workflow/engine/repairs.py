"""What an operator may do to an instance besides pulling triggers: who may, what it leads to, what it tells.

Every repair is one history entry with who, in which role, and why; a change of state names its edge.
Nothing that happened is edited. Source: "Repair verbs: retry, skip timer, set state (must name the edge
it replaces and a reason; two people if the definition says so), amend facts, re-derive, cancel, reopen;
all are commands with audit" (engine notes 4.11); `extend`, `cancel`, `correct` of domain 3.0.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import NoReturn

from qa_workflow.engine.definition import (
    Asks,
    Facts,
    ProcessDefinition,
    Refusal,
    Step,
)
from qa_workflow.engine.instance import (
    NOTHING,
    HistoryEntry,
    Json,
    Outcome,
    ProcessInstance,
    Signal,
)
from qa_workflow.engine.overlay import told_parent
from qa_workflow.engine.record import written
from qa_workflow.engine.visits import enter
from qa_workflow.engine.working_days import WorkingCalendar, london_date
from qa_workflow.errors import BeyondCalendar, NotPermitted, TransitionRefused

# The history's word for each repair. Beside a move of the pinned definition only these change an instance.
REPAIRS = frozenset(
    {
        "repair_retry", "repair_skip_timer", "repair_set_state", "repair_amend", "repair_rederive",
        "repair_reschedule", "repair_extend", "repair_cancel", "repair_reopen", "repair_correct",
    }
)  # fmt: skip
PROPOSED = "propose_set_state"  # the first of two people has spoken; nothing has moved
CONFIRM_WITHIN = 5  # working days for the second of them

MANAGER = "service_manager"  # stands for the one that the definition names
_REPAIRERS = (MANAGER, "ad_people", "sm_sqa")
_ENGINE = (*_REPAIRERS, "qa_admin")  # moves nothing that was decided
_DATES = (MANAGER, "ad_people")
ROLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "retry": _ENGINE,
        "skip-timer": _REPAIRERS,
        "set-state": _REPAIRERS,
        "amend": _REPAIRERS,
        "rederive": _ENGINE,
        "reschedule": _DATES,
        "extend": _DATES,
        "cancel": _REPAIRERS,
        "reopen": _DATES,
        "correct": _REPAIRERS,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A repair that a person asks for: of what, in which role and for whom, why, and what is known.

    `facts` name who acts, and for whom if by a delegation.
    """

    verb: str
    definition: ProcessDefinition
    instance: ProcessInstance
    facts: Facts
    role: str | None
    reason: str
    now: datetime
    calendar: WorkingCalendar

    @property
    def action(self) -> str:
        """Return how the history calls it."""
        return f"repair_{self.verb.replace('-', '_')}"

    @property
    def today(self) -> date:
        return london_date(self.now)


def roles_for(definition: ProcessDefinition, verb: str) -> tuple[str, ...]:
    """Return the roles that may do *verb* to an instance of *definition*."""
    named = (definition.service_manager if one == MANAGER else one for one in ROLES[verb])
    return tuple(dict.fromkeys(named))


def permitted(
    definition: ProcessDefinition, instance: ProcessInstance, verb: str, facts: Facts
) -> tuple[str, str | None]:
    """Return the role in which the actor of *facts* may do *verb*, and for whom where only a delegation says so.

    Raises:
        NotPermitted: they hold none of the roles; names them.
    """
    actor, wanted = facts.actor, roles_for(definition, verb)
    if actor is None:
        raise NotPermitted("The system", f"{verb} {instance.reference}", wanted)
    for role in wanted:
        if role in actor.roles:
            return role, None
    for role in wanted:
        giver = facts.roster.acts_for(actor, role, facts.today)
        if giver is not None:
            return role, giver
    raise NotPermitted(actor.name, f"{verb} {instance.reference}", wanted)


# ------------------------------------------------------------------ saying no, and telling
def refuse(
    order: Order, guard: str, why: str, *, who: str | None = None, from_on: date | None = None
) -> NoReturn:
    """Refuse the repair, in a sentence.

    Raises:
        TransitionRefused: always.
    """
    reason = Refusal(why=why, who=who, from_on=from_on, guard=guard)
    raise TransitionRefused(order.action, order.instance.state, (reason,))


def require_open(order: Order) -> None:
    """Make sure that the instance has not ended; TransitionRefused when it has."""
    one = order.instance
    if not one.is_open:
        refuse(
            order, "is_open",
            f"{one.reference} has ended ({words(one.state)}). Reopen it first: "
            f"qa-workflow repair reopen {one.reference} --as YOUR_ID --reason WHY",
        )  # fmt: skip


def refused_entry(order: Order, refusal: TransitionRefused) -> Outcome:
    """Return the Outcome of a refused repair: the logged attempt and nothing else, not even a count."""
    after, entry = written(
        order.instance,
        order.instance,
        action="refused",
        at=order.now,
        now=order.now,
        actor=order.facts.actor,
        role=order.role,
        reason=str(refusal),
        data={
            "trigger": order.action,
            "guards": sorted({one.guard for one in refusal.reasons}),
        },
        on_behalf_of=order.facts.on_behalf_of,
    )
    return Outcome(before=order.instance, instance=after, history=(entry,))


def told(
    order: Order,
    after: ProcessInstance,
    data: Json = NOTHING,
    *,
    action: str | None = None,
    signals: Sequence[Signal] = (),
) -> Outcome:
    """Return the Outcome that makes *after* of the instance, told in one entry of the person's."""
    before = order.instance
    raised = 0 if action == PROPOSED else 1  # a proposal changes nothing that anybody has looked at
    after, entry = written(
        before,
        replace(after, version=before.version + raised),
        action=action or order.action,
        at=order.now,
        now=order.now,
        actor=order.facts.actor,
        role=order.role,
        reason=order.reason,
        data=data,
        on_behalf_of=order.facts.on_behalf_of,
    )
    return Outcome(
        before=before,
        instance=after,
        history=(entry,),
        signals=(*signals, *told_parent(before, after)),
    )


def edge(trigger: str, source: str, to: str) -> Json:
    """Return a change of state as an entry names it."""
    return {"trigger": trigger, "from": source, "to": to}


# ------------------------------------------------------------------ set state
def set_state(order: Order, state: str, trigger: str, history: Iterable[HistoryEntry]) -> Outcome:
    """Return the Outcome of putting the instance into *state*, as the move *trigger* would have.

    Owner, timers and deadlines are made as by entering it; guards are not asked and effects do not
    run. Where the definition wants two people, the first one's word is kept as a proposal and the same
    word of another, within five working days and before anything else happens, does it.

    Raises:
        TransitionRefused: it has ended, stands there already, or no move of that trigger leads there.
    """
    require_open(order)
    one = order.instance
    if state == one.state:
        refuse(order, "is_elsewhere", f"{one.reference} is in {words(state)} already.")
    replaced = _edge_into(order, state, trigger)
    if not order.definition.set_state_by_two:
        return put(order, state, {"edge": replaced})
    return by_two(order, state, trigger, replaced, list(history))


def _edge_into(order: Order, state: str, trigger: str) -> Json:
    """Return the edge that is stood in for: from where the instance is, if there is one, else the first there is."""
    one, definition = order.instance, order.definition
    into = [move for move in definition.transitions if move.dest is not None and move.dest == state]
    named = [move for move in into if move.trigger == trigger]
    if not named:
        known = ", ".join(dict.fromkeys(move.trigger for move in into))
        refuse(
            order, "names_an_edge",
            f"No move {trigger} of {definition.name} leads to {words(state)}. "
            + (f"These do: {known}." if known else "No move does."),
        )  # fmt: skip
    sources = [source for move in named for source in move.sources]
    return edge(trigger, one.state if one.state in sources else sources[0], state)


# ------------------------------------------------------------------ two people
def _confirmed(
    order: Order, state: str, trigger: str, history: Iterable[HistoryEntry]
) -> HistoryEntry | None:
    """Return what another person has proposed and this one confirms; TransitionRefused when it is their own."""
    last = _standing(order, history)
    if last is None or _meant(last) != (order.verb, state, trigger):
        return None
    if order.facts.eyes & {last.actor, last.on_behalf_of}:
        refuse(
            order, "another_person_confirms",
            f"{_name_of(order, last)} has proposed this already. Another person must give the same command, "
            f"within {CONFIRM_WITHIN} working days of the proposal and before anything else happens to it.",
            who=" or ".join(roles_for(order.definition, order.verb)),
        )  # fmt: skip
    return last


def by_two(
    order: Order, state: str, trigger: str, replaced: Json, history: Sequence[HistoryEntry]
) -> Outcome:
    """Return the Outcome of one of two people asking for *state*: a proposal, or what a second one confirms.

    Raises:
        TransitionRefused: the proposal is their own, or was made by or for somebody they act for.
    """
    proposal = _confirmed(order, state, trigger, history)
    if proposal is None:
        return _proposed(order, state, trigger, replaced, history)
    by = {"proposed_by": proposal.actor, "proposed_at": proposal.at.isoformat()}
    return put(order, state, {"edge": replaced, **by})


def _proposed(
    order: Order, state: str, trigger: str, replaced: Json, history: Iterable[HistoryEntry]
) -> Outcome:
    """Return the Outcome of the first of two people asking for it: nothing moves yet.

    Only one proposal stands at a time: another one that stood lapses, and the entry says whose.
    """
    one, last = order.instance, _standing(order, history)
    asked: dict[str, object] = {
        "verb": order.verb, "state": state, "trigger": trigger, "version": one.version, "edge": replaced,
    }  # fmt: skip
    if last is not None:
        _, its_state, its_trigger = _meant(last)
        asked["lapsed"] = {
            "by": last.actor, "state": its_state, "trigger": its_trigger,
        }  # fmt: skip
    return told(order, one, asked, action=PROPOSED)


def _standing(order: Order, history: Iterable[HistoryEntry]) -> HistoryEntry | None:
    last = next((one for one in reversed(list(history)) if one.action == PROPOSED), None)
    if last is None or last.data["version"] != order.instance.version:
        return None  # something has happened since
    return None if _is_stale(order, last) else last


def _meant(proposal: HistoryEntry) -> tuple[str, str, str]:
    told = proposal.data
    return str(told.get("verb", "set-state")), str(told["state"]), str(told["trigger"])


def _name_of(order: Order, proposal: HistoryEntry) -> str:
    person = order.facts.roster.get(proposal.actor)
    return proposal.actor if person is None else person.name


def _is_stale(order: Order, proposal: HistoryEntry) -> bool:
    try:
        last = order.calendar.add(london_date(proposal.recorded_at), CONFIRM_WITHIN)
    except BeyondCalendar:
        return False
    return order.today > last


def put(
    order: Order, state: str, data: Json, *, standing: ProcessInstance | None = None
) -> Outcome:
    """Return the Outcome of the instance on a new visit of *state*, which nothing but the operator brought about.

    *standing* is the instance where something of it is put right first.
    """
    after = enter(
        order.definition, standing or order.instance, state,
        facts=order.facts, at=order.now, calendar=order.calendar,
    )  # fmt: skip
    return told(order, after, data, signals=() if after.is_open else _tells(order))


def _tells(order: Order) -> tuple[Signal, ...]:
    tells = order.definition.tells_at_end
    if tells is None:
        return ()
    actor = order.facts.actor
    return tells(
        Step(
            before=order.instance,
            facts=order.facts,
            evidence=Asks(reason=order.reason),
            at=order.now,
            today=order.today,
            calendar=order.calendar,
            actor="" if actor is None else actor.person_id,
        )
    )


def words(state: str) -> str:
    """Return a state, a trigger or a role as a person reads it."""
    return state.replace("_", " ")
