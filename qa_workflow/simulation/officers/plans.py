"""Children with EHC plans: annual reviews, moves to another school, and the way to adult services."""

from datetime import date, timedelta

from qa_workflow.simulation.officers.send import caseworker
from qa_workflow.simulation.scene import Move, Scene, Scripts

INVITED_BEFORE = 100  # days before the review is due
MEETING_BEFORE = 42  # days before the review is due, so that report and decision still fit
NOTICE_TO_MEETING = 30  # days from the invitation to the meeting, at least
CIRCULATED_BEFORE = 18  # days before the meeting; the law says fourteen
MEETING_BEFORE_MOVE = 150  # days before the date of a transfer
RESPONSE_DAYS = 15  # so long, beginning with the day of the notice, the family may answer
DAYS_TO_18 = 190  # somewhat more than the half year from 17½ to 18


def _manager(scene: Scene) -> str | None:
    return scene.holder("send_manager")


# ------------------------------------------------------------------ annual reviews
def _invite(scene: Scene) -> Move | None:
    if scene.due_on is None or scene.days_left() > INVITED_BEFORE:
        return None
    wanted = scene.due_on - timedelta(days=MEETING_BEFORE)
    soonest = scene.today + timedelta(days=NOTICE_TO_MEETING)
    meeting_on = scene.wednesday_from(max(wanted, soonest))
    return scene.acts("invite", caseworker(scene), meeting_on=meeting_on)


def _circulate(scene: Scene) -> Move | None:
    meeting_on = date.fromisoformat(scene.data["meeting_on"])
    if (meeting_on - scene.today).days > CIRCULATED_BEFORE:
        return None
    return scene.acts("circulate", caseworker(scene), reason="The school sent its advice late.")


def _meet(scene: Scene) -> Move | None:
    """Hold the meeting on its day; now and then the child's own view is forgotten at first, and it is refused."""
    meeting_on = scene.data["meeting_on"]
    if scene.days_since(meeting_on) < 0:
        return None
    view = {
        "words": "I want more time with the bikes.",
        "method": "drawing",
        "heard_on": meeting_on,
    }
    views = [] if scene.sometimes(0.1) else [view]
    held = {"held_on": meeting_on, "parent_invited": True, "views": views}
    return scene.acts("hold_meeting", caseworker(scene), **held)


def _report(scene: Scene) -> Move | None:
    return scene.acts(
        "send_report",
        caseworker(scene),
        recommends=scene.chance.choices(("maintain", "amend", "cease"), (6, 4, 1))[0],
        adulthood="Travel on one's own, and a first job",
        no_adult_services_reason="None was asked for yet.",
    )


def _decide(scene: Scene) -> Move | None:
    recommended = scene.data["report"]["recommends"]
    by = _manager(scene)
    if recommended == "maintain":
        return scene.acts("decide_maintain", by)
    if recommended == "amend":
        return scene.acts("decide_amend", by, amendments=["SYN-AMENDMENT-1"])
    return scene.acts("decide_cease", by, reason="The outcomes are reached.")


def _answer(scene: Scene) -> Move | None:
    if not scene.sometimes(0.1):
        return None
    return scene.acts("family_responds", caseworker(scene), response="SYN-LETTER-2")


def _issue(scene: Scene) -> Move | None:
    return scene.acts("issue_final_amended", _manager(scene)) if scene.sometimes(0.2) else None


# ------------------------------------------------------------------ moves to another school or college
def _discuss_move(scene: Scene) -> Move | None:
    if scene.days_left() > MEETING_BEFORE_MOVE:
        return None
    return scene.acts("hold_meeting", caseworker(scene), held_on=scene.today.isoformat())


def _serve_notice(scene: Scene) -> Move | None:
    return scene.acts("serve_notice", _manager(scene), amendments=["SYN-AMENDMENT-2"])


def _name_placement(scene: Scene) -> Move | None:
    """Let the family answer, or their fifteen days pass; then the plan names the placement."""
    data = scene.data
    if not data.get("responded_on") and scene.sometimes(0.1):
        return scene.acts("family_responds", caseworker(scene), response="SYN-LETTER-3")
    if not data.get("responded_on") and scene.days_since(data["notice_on"]) < RESPONSE_DAYS:
        return None
    return scene.acts("name_placement", _manager(scene), placement="SYN-SCHOOL-2")


# ------------------------------------------------------------------ the way to adult services
def _tell_adult_services(scene: Scene) -> Move | None:
    if not scene.sometimes(0.08):
        return None
    return scene.acts("notify_adult_services", caseworker(scene), service="SYN-ADULT-TEAM")


def _hear_adult_services(scene: Scene) -> Move | None:
    if not scene.data.get("worker"):
        named = scene.sometimes(0.15)
        return scene.acts("name_worker", caseworker(scene), worker="SYN-W1") if named else None
    if scene.days_left() > MEETING_BEFORE_MOVE or not scene.sometimes(0.1):
        return None
    outcome = "Care and support after 18"
    return scene.acts("decide_assessment", caseworker(scene), outcome=outcome)


def _agree_plan(scene: Scene) -> Move | None:
    return scene.acts("agree_plan", caseworker(scene)) if scene.sometimes(0.08) else None


def _hand_over(scene: Scene) -> Move | None:
    if scene.days_since(scene.data["decide_by"]) < DAYS_TO_18:
        return None
    return scene.acts("transfer", caseworker(scene))


SCRIPTS: Scripts = {
    "ehc_review": {
        "scheduled": _invite, "advice_requested": _circulate, "ready": _meet, "held": _report,
        "reported": _decide, "amending": _answer, "finalising": _issue,
    },
    "phase_transfer": {
        "planned": _discuss_move, "meeting_held": _serve_notice, "notice_served": _name_placement,
    },
    "adult_transition": {
        "planning_started": _tell_adult_services, "adult_services_notified": _hear_adult_services,
        "adult_needs_assessment_decided": _agree_plan, "plan_agreed": _hand_over,
    },
}  # fmt: skip
