"""What stands beside the state: blocks, notes, owners and incidents. One function each, one transaction each."""

from dataclasses import replace
from datetime import date, datetime

from qa_workflow.engine import overlay
from qa_workflow.engine.advance import Fire, noted
from qa_workflow.engine.definition import Effects, Facts, ProcessDefinition
from qa_workflow.engine.instance import Outcome, ProcessInstance
from qa_workflow.engine.people import Person
from qa_workflow.engine.record import written
from qa_workflow.engine.refusing import refused
from qa_workflow.errors import (
    NotPermitted,
    Refusal,
    TransitionRefused,
    WrongInput,
)
from qa_workflow.service.context import Context
from qa_workflow.service.input import acting, checked, find
from qa_workflow.service.work import Work


def block(
    ctx: Context,
    reference: str,
    *,
    actor: str,
    reason: str,
    note: str,
    now: datetime,
    waiting_on: str | None = None,
    review_on: date | None = None,
) -> ProcessInstance:
    """Put a block on an instance: reason code, what would take it off, whom it waits for, when to look again.

    Raises:
        WrongInput: an unknown reason code, an empty note, or a review date in the past.
    """
    if reason not in overlay.GIVEN:
        raise WrongInput(f"{reason!r} is no reason code. There are: {', '.join(overlay.GIVEN)}.")
    if not note.strip():
        raise WrongInput("The note is empty: say what would unblock it.")
    with ctx.database.transaction() as connection:
        work = Work(ctx, connection, now)
        if review_on is not None and review_on < work.today:
            raise WrongInput(f"The review date {review_on.isoformat()} lies in the past.")
        instance = find(work, reference)
        outcome = overlay.block(
            instance,
            reason=reason,
            note=note.strip(),
            actor=acting(work, actor),
            now=now,
            calendar=work.calendar,
            waiting_on=waiting_on,
            review_on=review_on,
        )
        return work.apply([outcome])[instance.id]


def unblock(
    ctx: Context, reference: str, *, actor: str, note: str, now: datetime
) -> ProcessInstance:
    """Take every open block off an instance, saying why."""
    if not note.strip():
        raise WrongInput("The note is empty: say what has changed.")
    with ctx.database.transaction() as connection:
        work = Work(ctx, connection, now)
        instance = find(work, reference)
        outcome = overlay.unblock(instance, note=note.strip(), actor=acting(work, actor), now=now)
        return work.apply([outcome])[instance.id]


def add_note(
    ctx: Context, reference: str, *, actor: str, text: str, now: datetime
) -> ProcessInstance:
    """Write a note into an instance's history."""
    if not text.strip():
        raise WrongInput("The note is empty.")
    with ctx.database.transaction() as connection:
        work = Work(ctx, connection, now)
        instance = find(work, reference)
        after, entry = noted(instance, text=text.strip(), actor=acting(work, actor), now=now)
        return work.apply([Outcome(before=instance, instance=after, history=(entry,))])[instance.id]


def reassign(
    ctx: Context, reference: str, *, to: str, actor: str, reason: str, now: datetime
) -> ProcessInstance:
    """Give an instance to another person, who must pass the same guards as the first.

    Raises:
        UnknownPerson, NotPermitted, TransitionRefused (a guard refuses; kept in the history).
    """
    if not reason.strip():
        raise WrongInput("The reason is empty: say why somebody else takes over.")
    refusal: TransitionRefused | None = None
    with ctx.database.transaction() as connection:
        work = Work(ctx, connection, now)
        instance = find(work, reference)
        person, successor = acting(work, actor), acting(work, to)
        definition = work.definition_for(instance)
        facts = replace(work.facts([instance])[instance.id], actor=person)
        try:
            outcome = _reassigned(
                work, definition, instance, facts, person, successor, reason.strip()
            )
        except TransitionRefused as exc:
            refusal = exc
            outcome = refused(
                definition, instance, Fire(trigger="reassign", actor=person), exc,
                facts=facts, now=now, calendar=work.calendar,
            )  # fmt: skip
        standing = work.apply([outcome])[instance.id]
    if refusal is not None:
        raise refusal
    return standing


def _reassigned(
    work: Work,
    definition: ProcessDefinition,
    instance: ProcessInstance,
    facts: Facts,
    person: Person,
    successor: Person,
    reason: str,
) -> Outcome:
    if not instance.is_open:
        raise TransitionRefused(
            "reassign",
            instance.state,
            (Refusal(why=f"{instance.reference} has ended.", guard="is_open"),),
        )
    rule = definition.reassignment
    effects = Effects(owner=successor.person_id)
    if rule is not None and instance.state in rule.states:
        _require_role(definition, instance, facts, person, rule.roles)
        evidence = checked(
            work, rule.asks, {rule.key: successor.person_id, "reason": reason}, "reassign"
        )
        reasons = [r for guard in rule.guards if (r := guard(facts, evidence)) is not None]
        if reasons:
            raise TransitionRefused("reassign", instance.state, reasons)
        effects = Effects(data={rule.key: successor.person_id}, owner=successor.person_id)
    else:
        roles = rule.roles if rule is not None else (definition.service_manager,)
        _require_role(definition, instance, facts, person, roles)
        if (unfit := _cannot_own(definition, instance, facts, successor)) is not None:
            raise TransitionRefused("reassign", instance.state, (unfit,))
    return _handed_over(work, instance, effects, person, reason)


def _cannot_own(
    definition: ProcessDefinition, instance: ProcessInstance, facts: Facts, successor: Person
) -> Refusal | None:
    """Refuse a successor who could do nothing with it: without its role, or not the one whom it waits for."""
    role = instance.owner_role
    meant = definition.relations.get(role) if role is not None else None
    if meant is not None and successor.person_id not in meant(instance, facts):
        return Refusal(
            why=f"{successor.name} could not act here: it waits for the {str(role).replace('_', ' ')}, "
            "and who that is follows from the case list or the roster. Change it there.",
            guard="successor_is_whom_it_waits_for",
        )
    if meant is None and role is not None and role not in successor.roles:
        return Refusal(
            why=f"{successor.name} does not hold the role {role} that owns this state.",
            guard="successor_holds_the_role",
        )
    return None


def _require_role(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    facts: Facts,
    person: Person,
    roles: tuple[str, ...],
) -> None:
    # Where the line manager has left too, it is the next one above: whom the leaver's work is listed under.
    manager = facts.roster.manager_of(instance.owner, facts.today)
    wanted = (*roles, "ad_people", definition.service_manager)
    if (manager is not None and person.person_id == manager.person_id) or any(
        facts.roster.has_role(person, role, facts.today) for role in wanted
    ):
        return
    raise NotPermitted(person.name, f"reassign {instance.reference}", tuple(dict.fromkeys(wanted)))


def _handed_over(
    work: Work, instance: ProcessInstance, effects: Effects, person: Person, reason: str
) -> Outcome:
    after = replace(
        instance,
        owner=effects.owner,
        data={**instance.data, **effects.data} if effects.data else instance.data,
        version=instance.version + 1,
        # Whoever takes over ends that nobody owned it; a ladder's role stays as empty as it was.
        blocks=tuple(
            one
            for one in instance.blocks
            if one.cause != overlay.PEOPLE
            or one.waiting_on not in (instance.owner, instance.owner_role)
        ),
    )
    after, entry = written(
        instance,
        after,
        action="reassign",
        at=work.now,
        now=work.now,
        actor=person,
        reason=reason,
        data={"from": instance.owner, "to": effects.owner},
    )
    return Outcome(
        before=instance,
        instance=after,
        history=(entry,),
        signals=overlay.told_parent(instance, after),
    )
