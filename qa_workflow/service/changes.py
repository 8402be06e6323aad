"""Pulls a trigger, or rehearses it: one person, one instance, one transaction."""

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from qa_workflow.engine.advance import Fire, advance, evidence_of
from qa_workflow.engine.definition import Facts, ProcessDefinition
from qa_workflow.engine.explain import Answer, rehearse
from qa_workflow.engine.instance import Outcome, ProcessInstance
from qa_workflow.engine.machine import NOT_OFFERED
from qa_workflow.engine.refusing import refused
from qa_workflow.errors import QAWorkflowError, TransitionRefused, WrongInput
from qa_workflow.service.context import Context
from qa_workflow.service.input import Data, acting, checked, find, require_version
from qa_workflow.service.work import Work
from qa_workflow.store import council, reports, voices
from qa_workflow.store.chain import canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """A person pulls a trigger: on which instance, with what evidence, seen at which version."""

    reference: str
    trigger: str
    actor: str
    data: Data
    if_version: int | None = None
    idempotency_key: str | None = None

    @property
    def digest(self) -> str:
        return sha256(
            canonical([self.reference, self.trigger, self.actor, dict(self.data)]).encode()
        ).hexdigest()


def fire_trigger(ctx: Context, pull: Pull, *, now: datetime) -> ProcessInstance:
    """Pull a trigger and return the instance as it then stands.

    A guard's refusal is kept in the history and raised; nothing else moves. A repeat with the same
    idempotency key changes nothing and answers with the instance.

    Raises:
        InstanceNotFound, UnknownPerson, UnknownTrigger, BadData, NotPermitted, TransitionRefused,
        InstanceMoved (its version is not the one the person saw).
    """
    refusal: QAWorkflowError | None = None
    with ctx.database.transaction() as connection:
        work = Work(ctx, connection, now)
        instance = find(work, pull.reference)
        if pull.idempotency_key is not None:
            known = council.find_command(connection, pull.idempotency_key)
            if known is not None:
                return _repeated(work, known, pull)
        definition, event, facts = _prepared(work, instance, pull)
        require_version(work, instance, pull.if_version)
        try:
            outcome = advance(
                definition, instance, event, facts=facts, now=now, calendar=work.calendar
            )
            _require_origins(work, outcome)
        except TransitionRefused as exc:
            refusal = exc
            if all(reason.guard == NOT_OFFERED for reason in exc.reasons):
                raise
            outcome = refused(
                definition, instance, event, exc, facts=facts, now=now, calendar=work.calendar
            )
        standing = work.apply([outcome])[instance.id]
        if refusal is None and pull.idempotency_key is not None:
            council.put_command(
                connection, pull.idempotency_key, pull.digest, instance.reference, now
            )
    if refusal is not None:
        raise refusal
    return standing


def _require_origins(work: Work, outcome: Outcome) -> None:
    """Make sure that all it is said to come from is there: a link to nothing would end a trail unseen.

    Raises:
        WrongInput: naming each process instance and each voice that there is not.
    """
    named = dict.fromkeys(one.to for one in outcome.links if one.kind == "came_from")
    ours = [one for one in named if one.partition(":")[0] in work.ctx.processes]
    known = reports.find_by_reference(work.connection, ours) if ours else {}
    missing = [one for one in ours if one not in known]
    heard = {one: number for one in named if (number := voices.number_of(one)) is not None}
    if heard:
        kept = voices.find(work.connection, numbers=list(heard.values()))
        there = {one.reference for one in kept}
        missing += [one for one in heard if one not in there]
    if missing:
        raise WrongInput(
            f"There is no {', '.join(missing)}: name what it came from as `list` and `voice list` write it."
        )


def _repeated(work: Work, known: tuple[str, str], pull: Pull) -> ProcessInstance:
    if known[0] != pull.digest:
        raise WrongInput(
            f"The idempotency key {pull.idempotency_key!r} was used for another command on {known[1]}."
        )
    return find(work, known[1])


def _prepared(
    work: Work, instance: ProcessInstance, pull: Pull
) -> tuple[ProcessDefinition, Fire, Facts]:
    definition = work.definition_for(instance)
    person = acting(work, pull.actor)
    asks = evidence_of(definition, pull.trigger)
    evidence = checked(work, asks, pull.data, f"{pull.trigger} {instance.reference}")
    facts = work.facts([instance])[instance.id]
    return definition, Fire(trigger=pull.trigger, actor=person, evidence=evidence), facts


def rehearse_trigger(ctx: Context, pull: Pull, *, now: datetime) -> tuple[str, tuple[Answer, ...]]:
    """Return where the trigger would lead and every guard's answer; changes and logs nothing."""
    with ctx.database.reading() as connection:
        return rehearse_in(Work(ctx, connection, now), pull)


def rehearse_in(work: Work, pull: Pull) -> tuple[str, tuple[Answer, ...]]:
    """Return what `rehearse_trigger` does, asked inside a transaction."""
    instance = find(work, pull.reference)
    definition, event, facts = _prepared(work, instance, pull)
    return rehearse(
        definition, instance, pull.trigger, replace(facts, actor=event.actor), event.evidence
    )
