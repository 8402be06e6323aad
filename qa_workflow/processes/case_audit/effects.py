"""What the triggers of a case audit bring about: data, moderation, concerns, recommendations, an audit again."""

from collections.abc import Callable
from hashlib import sha256
from typing import TYPE_CHECKING

from qa_workflow.engine.definition import Effects, Step
from qa_workflow.engine.instance import Signal, Spawn
from qa_workflow.engine.working_days import add_months
from qa_workflow.patterns.raising import Recommended, immediate_concern, raise_recommendations
from qa_workflow.patterns.voice import voices

if TYPE_CHECKING:
    from qa_workflow.processes.case_audit.asks import Feedback, Submission

REAUDIT_MONTHS = 3  # after an inadequate audit closes; a product default (domain 3.6)


def allocate(step: Step) -> Effects:
    """Keep the auditor, and tell the round that one audit is allocated."""
    return Effects(
        data={"auditor": step.evidence.auditor, "allocated_on": step.today.isoformat()},
        signals=(Signal("start"),),
    )


def decline(step: Step) -> Effects:
    """Keep who declined and why: this audit is not given to them again."""
    declined = [
        *step.before.data.get("declined", ()),
        {"by": step.actor, "why": step.evidence.reason},
    ]
    return Effects(data={"auditor": None, "declined": declined})


def approve_no_voice(step: Step) -> Effects:
    """Keep which reason code was approved, and by whom."""
    return Effects(data={"no_voice_approved": {"by": step.actor, "reason": step.evidence.reason}})


def submit(step: Step) -> Effects:
    """Keep the submission and the child's words, and let the system decide whether it is moderated."""
    evidence: Submission = step.evidence
    kept = evidence.model_dump(mode="json", exclude={"reason"})
    return Effects(
        data={
            "submission": kept,
            "grade": evidence.grade,
            "submitted_on": step.today.isoformat(),
            "submitted_by": step.actor,
        },
        then=("request_moderation",) if _is_moderated(step, evidence.grade) else (),
        voices=voices(step, evidence.voice),
    )


def _is_moderated(step: Step, grade: str | None) -> bool:
    """Lowest or highest grade, the auditor's first audit here, or the lowest fifth of a draw (domain 3.1b)."""
    gathered = step.facts.gathered
    scale: list[str] = gathered["methodology_body"]["grades"]
    if grade is not None and grade in (scale[0], scale[-1]):
        return True
    if not gathered["has_submitted_before"]:
        return True
    data = step.before.data
    drawn = int(sha256(f"{data['round_seed']}{step.before.case_id}".encode()).hexdigest()[:8], 16)
    return drawn * 100 < int(gathered["moderation_percent"]) << 32


def change_grade(step: Step) -> Effects:
    """Keep both grades."""
    return Effects(
        data={
            "auditor_grade": step.before.data.get("grade"),
            "grade": step.evidence.grade,
            "moderated_by": step.actor,
        }
    )


def agree(step: Step) -> Effects:
    """Keep who moderated; the grade stands."""
    return Effects(data={"moderated_by": step.actor})


def record_feedback(step: Step) -> Effects:
    """Keep when the conversation was held and who was there."""
    evidence: Feedback = step.evidence
    return Effects(data={"feedback": evidence.model_dump(mode="json", exclude={"reason"})})


def respond(answer: str) -> Callable[[Step], Effects]:
    """Make the effect that keeps how the practitioner answered, and closes the audit."""

    def kept(_step: Step) -> Effects:
        return Effects(data={"practitioner_response": answer}, then=("close",))

    return kept


def dispute(step: Step) -> Effects:
    """Keep that the practitioner disputes the audit, and why."""
    return Effects(data={"practitioner_response": "disputed", "dispute": step.evidence.reason})


def resolve(step: Step) -> Effects:
    """Keep how the dispute ended; an agreed audit closes at once."""
    then = ("close",) if step.evidence.to == "agreed" else ()
    return Effects(
        data={"resolution": {"to": step.evidence.to, "why": step.evidence.reason}}, then=then
    )


def raise_concern(step: Step) -> Effects:
    """Start an immediate concern, due the next working day."""
    concern = immediate_concern(step, str(step.before.case_id), step.evidence.what)
    raised = step.before.data.get("concerns_raised", 0)  # every round report counts them
    return Effects(data={"concerns_raised": raised + 1}, spawn=(concern,))


def close(step: Step) -> Effects:
    """Make each recommendation an instance; an inadequate audit brings one more, and an audit again."""
    before = step.before
    submission = before.data.get("submission") or {}
    given = [Recommended.model_validate(one) for one in submission.get("recommendations") or ()]
    scale: list[str] = step.facts.gathered["methodology_body"]["grades"]
    spawned: list[Spawn] = []
    if before.data.get("grade") == scale[-1]:
        given.append(
            Recommended(
                what=f"Put right what made the audit of {before.case_id} {scale[-1]}",
                for_whom="the child of this case",
                difference="The child is safe and the plan works",
                priority="high",
                category="case_action",
            )
        )
        spawned.append(_audit_again(step))
    spawned += raise_recommendations(
        step,
        given,
        owner=step.facts.case.practitioner if step.facts.case else None,
        also={"auditor": before.data.get("auditor")},
    )
    return Effects(spawn=tuple(spawned), signals=(Signal("all_done"),))


def _audit_again(step: Step) -> Spawn:
    before = step.before
    name = f"{before.data['round']}-re"  # an audit again that is inadequate too brings a third one
    return Spawn(
        process="case_audit",
        reference=f"case_audit:{name}:{before.case_id}",
        subject=before.subject,
        case_id=before.case_id,
        title=f"Audit again of {before.case_id}",
        due_on=add_months(step.today, REAUDIT_MONTHS),
        data={
            "round": name,
            "round_seed": before.data["round_seed"],
            "methodology": before.data["methodology"],
            "period_from": before.data["period_from"],
        },
        link="follows",
    )


def tell_the_round(_step: Step) -> tuple[Signal, ...]:
    """Return what tells the round that one audit fewer is open."""
    return (Signal("all_done"),)


def end(step: Step) -> Effects:
    """Tell the round that one audit fewer is open."""
    return Effects(signals=tell_the_round(step))
