"""The SEND Panel, requests for assessments, and what else the panel looks at."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from qa_workflow.simulation.scene import Morning, Move, Scene, Scripts, Start

BODIES = ("Educational psychologist", "Health")
DAYS_FOR_PAPERS = timedelta(days=9)  # a date nearer than this leaves no five working days
INQUORATE_IN, CANCELLED_IN = "-11", "-08"  # months of the panel
ITEMS_TAKEN_DAYS = 7  # so long after a sitting its decisions are written down
DAYS_TO_WRITE = 2  # and so long before they are sent
AGENDA_DAYS = 45  # so long before the end of its month the agenda of a sitting is opened
SITS_FROM_DAY = 8  # the panel sits on the second Wednesday
OUT_OF_CYCLE_AFTER = 35  # days after a request on which the chair no longer waits for a sitting
MONDAY, FIRST_WEEK = 0, 7
REQUESTS = 2  # in the first week of each month


def starts(morning: Morning) -> Iterable[Start]:
    """Take in requests for an assessment on the first Monday of each month."""
    by = morning.holder("send_caseworker")
    if morning.today.weekday() != MONDAY or morning.today.day > FIRST_WEEK or by is None:
        return
    for number in range(1, REQUESTS + 1):
        yield Start(
            process="ehc_assessment", subject=f"SYN-E{morning.today.month:02}{number}", by=by
        )


def panel_took(scene: Scene) -> bool:
    """Tell whether the item stood on the agenda of a sitting that is held, and whose decisions are written down."""
    return scene.states.get(scene.data.get("sitting") or "") == "held"


def caseworker(scene: Scene) -> str | None:
    """Return who works on this child's plan or request: each has the same one as long as they are here."""
    found = scene.holders("send_caseworker")
    return found[sum(map(ord, scene.subject)) % len(found)] if found else None


def _chair(scene: Scene) -> str | None:
    return scene.holder("send_panel_chair")


# ------------------------------------------------------------------ sittings
def _plan(scene: Scene) -> Move | None:
    if scene.due_on is None or scene.days_left() > AGENDA_DAYS:
        return None
    if scene.subject.endswith(CANCELLED_IN):
        return scene.acts("cancel", _chair(scene), reason="Half of the members are away.")
    first = scene.due_on.replace(day=SITS_FROM_DAY)
    sits_on = scene.wednesday_from(max(first, scene.today + DAYS_FOR_PAPERS))
    return scene.acts("open_agenda", _chair(scene), sits_on=sits_on)


def _sit(scene: Scene) -> Move | None:
    """Hold the sitting on its day; one in autumn has nobody from health, and sits again."""
    if scene.days_since(scene.data["sits_on"]) < 0:
        return None
    first_date = int(scene.data["sits_on"][-2:]) < SITS_FROM_DAY + FIRST_WEEK
    if scene.subject.endswith(INQUORATE_IN) and first_date:
        return scene.acts("declare_inquorate", _chair(scene), members=_members(scene, health=False))
    return scene.acts("hold", _chair(scene), members=_members(scene, health=True))


def _sit_again(scene: Scene) -> Move | None:
    sits_on = scene.wednesday_from(scene.today + DAYS_FOR_PAPERS)
    return scene.acts(
        "reschedule", _chair(scene), sits_on=sits_on, reason="Nobody came from health."
    )


def _write_down(scene: Scene) -> Move | None:
    """First the decisions are written down, then sent, then the minutes follow."""
    if scene.days_in_state() < DAYS_TO_WRITE:
        return None
    if not scene.data.get("decisions_sent_on"):
        return scene.acts("send_decisions", scene.holder("send_caseworker"))
    if scene.days_in_state() < ITEMS_TAKEN_DAYS:
        return None
    return scene.acts("approve_minutes", _chair(scene), reference="SYN-MINUTES-2")


def _close(scene: Scene) -> Move | None:
    return scene.acts("close", _chair(scene))


def _members(scene: Scene, *, health: bool) -> list[dict[str, Any]]:
    return [
        {"person": scene.holder("senco"), "agency": "education", "present": True},
        {"agency": "health", "present": health},
        {"person": scene.holder("sm_csc"), "agency": "social_care", "present": True},
    ]


# ------------------------------------------------------------------ assessments
def _decide_request(scene: Scene) -> Move | None:
    if scene.days_in_state() < OUT_OF_CYCLE_AFTER and not panel_took(scene):
        return None
    advises = not scene.choices.get("panel_decides", True)
    by = scene.holder("send_manager") if advises else _chair(scene)
    if scene.sometimes(0.1):
        return scene.acts("panel_decline", by, reason="The school can meet the needs.")
    return scene.acts("panel_decide_assess", by)


def _assess(scene: Scene) -> Move | None:
    """Ask for every advice, take it in as it comes, and decide once all of it is there."""
    asked = {one["from_whom"]: one["received_on"] for one in scene.data["advice"]}
    by = caseworker(scene)
    for body in BODIES:
        if body not in asked:
            return scene.acts("request_advice", by, from_whom=body)
    waiting = [one for one in BODIES if asked[one] is None]
    if waiting:
        return scene.acts("advice_in", by, from_whom=waiting[0]) if scene.sometimes(0.12) else None
    if scene.sometimes(0.1):
        no_plan = "Support at school is enough."
        return scene.acts("decide_no_plan", scene.holder("send_manager"), reason=no_plan)
    return scene.acts("decide_plan", scene.holder("send_manager"))


def _draft(scene: Scene) -> Move | None:
    """Write down both views in their own words, then send the draft."""
    by = caseworker(scene)
    for whose, words in (
        ("child", "I want to stay with my friends."),
        ("parents", "We want her to stay at her school."),
    ):
        if not scene.data["views"].get(whose):
            heard = {"method": "meeting", "heard_on": scene.today.isoformat()}
            return scene.acts("record_view", by, whose=whose, words=words, **heard)
    return scene.acts("send_draft", by) if scene.sometimes(0.4) else None


def _hear_family(scene: Scene) -> Move | None:
    if scene.data["representations"] or not scene.sometimes(0.1):
        return None
    return scene.acts("representations", caseworker(scene), what="SYN-LETTER-1")


def _finish(scene: Scene) -> Move | None:
    changed = [{"what": "Names the school", "because": "placement"}]
    plan_ = {
        "plan": f"{scene.subject}-PLAN", "placement": "SYN-SCHOOL-1", "changes": changed,
    }  # fmt: skip
    return scene.acts("issue_final", scene.holder("send_manager"), **plan_)


# ------------------------------------------------------------------ what else the panel looks at
def _see(scene: Scene) -> Move | None:
    return scene.acts("see", _chair(scene)) if panel_took(scene) else None


def _check(scene: Scene) -> Move | None:
    finding = "The child's words lead the review."
    return scene.acts("check", _chair(scene), finding=finding) if panel_took(scene) else None


SCRIPTS: Scripts = {
    "send_panel": {
        "planned": _plan, "papers_issued": _sit, "inquorate": _sit_again, "held": _write_down,
        "minutes_approved": _close,
    },
    "ehc_assessment": {
        "requested": _decide_request, "assessing": _assess, "drafting": _draft,
        "draft_with_family": _hear_family, "finalising": _finish,
    },
    "panel_view": {"due": _see},
    "ehc_review_check": {"due": _check},
}  # fmt: skip
