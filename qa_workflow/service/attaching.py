"""Attaches evidence to an instance: a link to it, and an entry that says who attached it and why."""

from qa_workflow.engine.instance import Link, ProcessInstance, is_reference
from qa_workflow.engine.repairs import Order, refuse, told
from qa_workflow.errors import InstanceNotFound, WrongInput
from qa_workflow.service.input import find
from qa_workflow.service.work import Work
from qa_workflow.store import links, voices

ATTACHED = "attach_evidence"  # a common event of every process (domain 3.0), and no repair


def attach(work: Work, order: Order, evidence: str) -> tuple[ProcessInstance, str]:
    """Link *evidence* to the instance as what evidences it; return the instance and a sentence.

    *evidence* is the reference of an instance, of a child's voice, or of a document kept elsewhere
    (`document:EDRM-4711`): the first two must be there. Also what has ended may be evidenced.

    Raises:
        WrongInput: it is no reference, or names nothing.
        TransitionRefused: it is attached already, or is the instance itself.
    """
    one = order.instance
    found = _named(work, evidence.strip())
    if found == one.reference:
        refuse(order, "is_another_thing", f"{one.reference} is no evidence of itself.")
    standing = links.of(work.connection, [found])
    if any(
        (each.from_ref, each.to_ref, each.kind) == (found, one.reference, "evidences")
        for each in standing
    ):
        refuse(order, "is_not_attached_yet", f"{found} is attached to {one.reference} already.")
    after = work.apply([told(order, one, {"evidence": found}, action=ATTACHED)])[one.id]
    actor = "" if order.facts.actor is None else order.facts.actor.person_id
    links.keep(work.connection, [(found, Link("evidences", one.reference), actor)], now=work.now)
    return after, f"{found} is attached."


def _named(work: Work, evidence: str) -> str:
    if (number := voices.number_of(evidence)) is not None:
        heard = voices.find(work.connection, numbers=[number])
        if not heard:
            raise InstanceNotFound(evidence, kind="voice")
        return heard[0].reference
    if evidence.partition(":")[0] in work.ctx.processes:
        return find(work, evidence).reference
    if is_reference(evidence):
        return evidence
    try:
        return find(work, evidence).reference
    except InstanceNotFound as exc:
        raise WrongInput(
            f"{evidence!r} is no reference. Write an instance or a voice as `list` and `voice list` do, "
            "or a document as document:NUMBER."
        ) from exc
