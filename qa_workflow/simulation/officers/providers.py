"""Providers: the annual audit, suspensions of new placements, and the safety of each child who lives there."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from qa_workflow.frameworks.standards import standards_for
from qa_workflow.simulation.scene import Morning, Move, Scene, Scripts, Start

SUSPENDED = {2: 0, 9: 1}  # in which month which of the providers where children live
FIRST_DAYS = 3
SUSPENDED_DAYS = 20
FORGOTTEN = "insurance"  # what hardly any provider sends
PARTLY_MET = 0.15
HEATING: tuple[dict[str, Any], ...] = (
    {
        "what": "Keep the heating on at weekends",
        "for_whom": "the young people",
        "difference": "The flat is warm",
        "priority": "high",
    },
    {
        "what": "Show young people the complaints leaflet",
        "for_whom": "the young people",
        "difference": "They know whom to ask",
        "priority": "standard",
    },
)


def starts(morning: Morning) -> Iterable[Start]:
    """Suspend new placements with one provider in February, and with another in September."""
    by, homes = morning.holder("ad_people"), sorted(morning.placed)
    number = SUSPENDED.get(morning.today.month)
    if number is None or morning.today.day > FIRST_DAYS or by is None or len(homes) <= number:
        return
    if any(one.startswith("provider_suspension:") for one in morning.states):
        return
    said = {"reason": "The heating failed again.", "proposed_by": morning.holder("commissioning")}
    yield Start(process="provider_suspension", subject=homes[number], by=by, data=said)


# ------------------------------------------------------------------ the annual audit
def _confirm(scene: Scene) -> Move | None:
    """Both confirm the scope, commissioning first."""
    first = scene.data.get("scope_confirmed")
    role = "sm_sqa" if first else "commissioning"
    return scene.acts("confirm_scope", scene.holder(role, *(first["eyes"] if first else ())))


def _assign(scene: Scene) -> Move | None:
    auditors = scene.holders("auditor")
    if not auditors:
        return None
    by = scene.holder("sm_sqa")
    return scene.acts("assign_auditor", by, auditor=scene.chance.choice(auditors))


def _ask(scene: Scene) -> Move | None:
    return scene.acts("request_evidence", scene.owner)


def _take_in(scene: Scene) -> Move | None:
    if not scene.sometimes(0.15):
        return None
    items = [
        {"item": key, "reference": f"SYN-DOC-{number}"}
        for number, key in enumerate(scene.data["evidence_asked"], start=1)
        if key != FORGOTTEN
    ]
    return scene.acts("evidence_in", scene.owner, items=items)


def _visit(scene: Scene) -> Move | None:
    """Go and see, and hear every child who lives there."""
    if not scene.sometimes(0.2):
        return None
    today = scene.today.isoformat()
    said = {"words": "I can cook for myself now.", "method": "conversation", "heard_on": today}
    return scene.acts(
        "record_visit",
        scene.owner,
        visited_on=today,
        premises_seen="Both flats and the shared kitchen",
        staff_spoken_to=["registered manager", "support worker"],
        children=[{"case": case, "views": [said]} for case in scene.placed.get(scene.subject, ())],
    )


def _judge(scene: Scene) -> Move | None:
    chosen = standards_for(
        scene.data["provider_type"], date.fromisoformat(scene.data["visited_on"])
    )
    return scene.acts(
        "submit_report",
        scene.owner,
        standards={
            one.key: {
                "judgement": "partly" if scene.sometimes(PARTLY_MET) else "met",
                "evidence": "Files of this year",
            }
            for one in chosen.standards
        },
        strengths=["Young people plan their own week."],
        improvements=["The heating is off at weekends."],
    )


def _send(scene: Scene) -> Move | None:
    return scene.acts("send_for_accuracy", scene.owner)


def _comment(scene: Scene) -> Move | None:
    """Some providers answer; the ten working days of the others pass."""
    said = "The kitchen was renewed in May."
    return (
        scene.acts("provider_comments", scene.owner, comments=said)
        if scene.sometimes(0.05)
        else None
    )


def _finalise(scene: Scene) -> Move | None:
    data = scene.data
    answers = {
        one["key"]: "Looked at with the provider."
        for one in data.get("findings", ())
        if one["needs_answer"]
    }
    by = scene.holder("sm_sqa", data.get("auditor"), data.get("visited_by"), data.get("report_by"))
    actions = list(HEATING) if scene.sometimes(0.5) else []
    return scene.acts("finalise", by, actions=actions, answers=answers)


# ------------------------------------------------------------------ suspensions and safety
def _lift(scene: Scene) -> Move | None:
    if scene.days_in_state() < SUSPENDED_DAYS:
        return None
    return scene.acts(
        "lift", scene.holder("ad_people"), reason="The boiler was replaced, and seen."
    )


def _see_child(scene: Scene) -> Move | None:
    """See the child by the next working day; one in ten is not safe there."""
    is_safe = not scene.sometimes(0.1)
    return scene.acts("review", scene.owner, found="Seen at home", is_safe=is_safe)


SCRIPTS: Scripts = {
    "provider_audit": {
        "planned": _confirm, "scoped": _assign, "assigned": _ask, "evidence_requested": _take_in,
        "visit_booked": _visit, "visited": _judge, "report_draft": _send, "with_provider": _comment,
        "finalising": _finalise,
    },
    "provider_suspension": {"suspended": _lift},
    "safety_review": {"due": _see_child},
}  # fmt: skip
