"""Tries again now what failed or waits: due timers, the move that waits, who is there, what lacks a timer."""

from collections.abc import Callable, Iterable

from qa_workflow.engine import overlay
from qa_workflow.engine.advance import catch_up, retry_pending
from qa_workflow.engine.instance import Outcome, ProcessInstance
from qa_workflow.engine.repairs import Order, refuse, told
from qa_workflow.engine.visits import rearm
from qa_workflow.errors import DatabaseUnhealthy
from qa_workflow.service.incidents import set_aside
from qa_workflow.service.work import Work
from qa_workflow.store import incidents, instances
from qa_workflow.store.incidents import Incident

Step = Callable[[Work, ProcessInstance], Outcome | None]


def retry(work: Work, order: Order) -> tuple[ProcessInstance, bool, str]:
    """Run what is due of the instance in this very command, whatever its incidents ask patience for.

    Return it as it then stands, whether that went well, and what happened. Where nothing fails any more
    its incidents are resolved with the person's reason; where it fails again that is counted, and kept.

    Raises:
        TransitionRefused: nothing of it failed and nothing waits.
    """
    one = order.instance
    failing = [
        each
        for each in incidents.of_instance(work.connection, one.id)
        if not each.fingerprint.startswith(incidents.INVARIANT)  # those are about what is stored
    ]
    if not failing and not _waits(order):
        refuse(
            order, "has_something_to_try",
            f"Nothing of {one.reference} has failed and nothing waits: there is nothing to try again.",
        )  # fmt: skip
    asked = told(order, one, {"incidents": [each.id for each in failing]})
    after = work.apply([asked])[one.id]
    happened: list[str] = []
    for name, step in _STEPS:
        try:
            with work.connection.begin_nested():
                after, said = _done(work, after.id, step)
        except DatabaseUnhealthy:
            raise
        except Exception as exc:  # noqa: BLE001 - that it fails is what the operator wants to know
            set_aside(work.connection, one.id, exc, step=name, now=work.now)
            return after, False, f"It failed again, and that is counted: {exc}"
        happened += said
    return _concluded(work, order, after, happened, failing)


def _waits(order: Order) -> bool:
    one = order.instance
    return one.pending is not None or any(timer.due_at <= order.now for timer in one.timers)


def _done(work: Work, instance_id: int, step: Step) -> tuple[ProcessInstance, list[str]]:
    """Do one thing that a pass of the daemon does, for this instance; return it, and what happened in words."""
    standing = instances.load(work.connection, instance_id)
    outcome = step(work, standing)
    if outcome is None or not (outcome.history or outcome.fired):
        return standing, []
    work.apply([outcome])
    return instances.load(work.connection, instance_id), list(_in_words(outcome))


def _due(work: Work, one: ProcessInstance) -> Outcome | None:
    return catch_up(
        work.definition_for(one), one,
        facts=work.facts([one])[one.id], now=work.now, calendar=work.calendar,
    )  # fmt: skip


def _pending(work: Work, one: ProcessInstance) -> Outcome | None:
    return retry_pending(
        work.definition_for(one), one,
        facts=work.facts([one])[one.id], now=work.now, calendar=work.calendar,
    )  # fmt: skip


def _people(work: Work, one: ProcessInstance) -> Outcome | None:
    return overlay.review_people(one, work.roster, now=work.now, calendar=work.calendar)


def _unarmed(work: Work, one: ProcessInstance) -> Outcome | None:
    return rearm(work.definition_for(one), one, now=work.now, calendar=work.calendar)


# As the daemon's pass names them: a failure met here is the same failure.
_STEPS: tuple[tuple[str, Step], ...] = (
    ("fire_due", _due),
    ("retried", _pending),
    ("people_reviewed", _people),
    ("rearmed", _unarmed),
)


def _in_words(outcome: Outcome) -> Iterable[str]:
    for entry in outcome.history:
        if entry.level is not None:
            yield f"{entry.level} of {entry.data.get('deadline')} was told"
        elif entry.before != entry.after:
            yield f"{entry.action} led to {str(entry.after).replace('_', ' ')}"
        else:
            yield f"{entry.action}: {entry.reason}" if entry.reason else entry.action


def _concluded(
    work: Work, order: Order, after: ProcessInstance, happened: list[str], failing: list[Incident]
) -> tuple[ProcessInstance, bool, str]:
    actor = "" if order.facts.actor is None else order.facts.actor.person_id
    numbers = [each.id for each in failing]
    incidents.resolve(work.connection, numbers, by=actor, reason=order.reason, at=work.now)
    said = [f"{'; '.join(happened)}." if happened else "Nothing was due."]
    if numbers:
        one = "incident" if len(numbers) == 1 else "incidents"
        said.append(f"It failed no more: {len(numbers)} {one} resolved.")
    if after.pending is None:
        return after, True, " ".join(said)
    note = next((each.note for each in after.blocks if each.cause == overlay.PENDING), "")
    said.append(f"{after.pending} still waits: {note}")
    return after, False, " ".join(said)
