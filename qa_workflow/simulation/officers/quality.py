"""Audits, recommendations, the Getting to Outstanding meeting, plan lines, dip checks and concerns."""

import json
from datetime import timedelta
from functools import cache
from typing import Any

from qa_workflow.frameworks.methodology import shipped_methodology
from qa_workflow.simulation.scene import Move, Scene, Scripts

THEMES = ("purposeful plans", "chronologies", "fathers")
ELSE = {
    "for_whom": "the children of the team",
    "difference": "The child knows what will happen next",
    "category": "practice_theme",
}
DAYS_FOR_PAPERS = timedelta(days=9)  # a date nearer than this leaves no five working days
DIP_CHECK_BEFORE = 14  # days before it is due
SESSION_DAYS = 5  # so long after its minutes a meeting stays open, so that all is signed off
GRADES = (1, 5, 4, 1)


@cache
def _tool() -> dict[str, Any]:
    body: dict[str, Any] = json.loads(shipped_methodology().body)
    return body


def _today(scene: Scene) -> str:
    return scene.today.isoformat()


# ------------------------------------------------------------------ rounds
def _draw(scene: Scene) -> Move | None:
    """Propose the sample, and let another freeze it."""
    if scene.data.get("proposed_by"):
        return scene.acts("freeze_sample", scene.holder("sm_sqa", scene.data["proposed_by"]))
    return scene.acts("propose_sample", scene.holder("qa_admin"))


def _report_round(scene: Scene) -> Move | None:
    return scene.acts(
        "submit_report",
        scene.holder("sm_sqa"),
        strengths=["Children are seen regularly."],
        gaps=["Plans do not always say by when."],
        themes=["purposeful plans"],
        recommendations=[],
    )


def _sign_round(scene: Scene) -> Move | None:
    by = scene.holder("ad_people", scene.data.get("report_by"))
    return scene.acts("sign_off", by, no_change=True)


# ------------------------------------------------------------------ audits
def _allocate(scene: Scene) -> Move | None:
    declined = [one["by"] for one in scene.data.get("declined", ())]
    auditors = scene.holders("auditor", *declined)
    if not auditors:
        return None
    return scene.acts("allocate", scene.holder("qa_admin"), auditor=scene.chance.choice(auditors))


def _start_audit(scene: Scene) -> Move | None:
    """Start, or now and then decline: somebody knows the family."""
    if scene.sometimes(0.05):
        return scene.acts("decline", scene.owner, reason="I know the family.")
    return scene.acts("start", scene.owner)


def _submit(scene: Scene) -> Move | None:
    """Submit what an auditor finds; a few times the child's own words are forgotten at first, and it is refused."""
    if not scene.sometimes(0.2):
        return _worry(scene)
    tool = _tool()
    said = {"words": "I want to stay at my school.", "method": "app", "heard_on": _today(scene)}
    recommendation = {
        "what": "Say in the plan what is to change, and by when",
        "for_whom": "the child",
        "difference": "The child knows what will happen next",
        "category": "case_action",
    }
    return scene.acts(
        "submit",
        scene.owner,
        answers={
            section["key"]: {question["key"]: "yes" for question in section["questions"]}
            for section in tool["sections"]
        },
        strengths=["Visits are purposeful."],
        improvements=["The chronology is thin."],
        voice=[] if scene.sometimes(0.1) else [said],
        outcome="School attendance has risen.",
        grade=_grade(scene, tool["grades"]),
        recommendations=[recommendation] if scene.sometimes(0.5) else [],
    )


def _worry(scene: Scene) -> Move | None:
    """Once in a while an auditor reads something that cannot wait for the audit's end."""
    if scene.data.get("concerns_raised") or not scene.sometimes(0.02):
        return None
    seen = "Nobody has seen the child since the last strategy discussion."
    return scene.acts("raise_immediate_concern", scene.owner, what=seen)


def _grade(scene: Scene, scale: list[str]) -> str | None:
    drawn = scene.chance.choices(scale, GRADES)[0]
    return drawn if scene.choices.get("graded", True) else None


def _release(scene: Scene) -> Move | None:
    return scene.acts("release", scene.holder("sm_sqa", scene.data.get("auditor")))


def _moderate(scene: Scene) -> Move | None:
    return scene.acts("agree", scene.holder("moderator", scene.data.get("auditor")))


def _feed_back(scene: Scene) -> Move | None:
    held = {"held_on": _today(scene), "absent_reason": "The manager was in court."}
    if scene.choices.get("family_feedback_required"):
        held["family_feedback"] = "They are glad that somebody comes every week."
    return scene.acts("record_feedback", scene.owner, **held)


def _answer(scene: Scene) -> Move | None:
    """Accept, or dispute; whoever says nothing has the five days pass."""
    if scene.sometimes(0.1):
        return scene.acts("dispute", scene.owner, reason="The visit of last week is missing.")
    return scene.acts("accept", scene.owner) if scene.sometimes(0.5) else None


def _resolve(scene: Scene) -> Move | None:
    to = "in_progress" if scene.sometimes(0.2) else "agreed"
    return scene.acts(
        "resolve", scene.holder("sm_sqa"), to=to, reason="The visit stands on the record."
    )


# ------------------------------------------------------------------ recommendations
def _assign(scene: Scene) -> Move | None:
    """Assign it to whom was proposed, or else to a manager; say what whoever raised it left open."""
    said: dict[str, Any] = {name: what for name, what in ELSE.items() if not scene.data.get(name)}
    owner = scene.data.get("proposed_owner")
    if owner is None or scene.roster.active(owner, scene.today) is None:
        manager = scene.roster.manager_of(owner, scene.today)
        owner = scene.holder("team_manager") if manager is None else manager.person_id
        said["owner"] = owner
    by = scene.holder("sm_sqa", owner)
    return scene.acts("assign", by, theme=scene.chance.choice(THEMES), **said)


def _take_on(scene: Scene) -> Move | None:
    if scene.sometimes(0.05):
        return scene.acts("challenge", scene.owner, reason="The plan says so already.")
    return scene.acts("accept", scene.owner)


def _settle(scene: Scene) -> Move | None:
    high = scene.data.get("priority") in {"high", "immediate"}
    by = scene.holder("ad_people" if high else "sm_sqa", scene.owner)
    return scene.acts("uphold", by, reason="It does not say by when.")


def _show_evidence(scene: Scene) -> Move | None:
    if not scene.sometimes(0.15):
        return None
    changed = "" if scene.sometimes(0.1) else "The child knows the plan."
    shown = {"record_reference": "SYN-DOC-1", "impact_for_child": changed}
    return scene.acts("submit_evidence", scene.owner, **shown)


def _verify(scene: Scene) -> Move | None:
    by = scene.holder("sm_sqa", scene.data.get("owner"), scene.owner)
    if scene.sometimes(0.1):
        return scene.acts("reject", by, reason="The document is of last year.")
    return scene.acts("verify", by)


def _sign_off(scene: Scene) -> Move | None:
    """Sign off in the meeting at which it is tabled, once that is held and while it is not closed."""
    if scene.states.get(scene.data.get("meeting", "")) not in {"held", "minuted"}:
        return None
    by = scene.holder("ad_people", scene.data.get("owner"), scene.data.get("verified_by"))
    if scene.sometimes(0.05):
        return scene.acts("not_satisfied", by, reason="What changed for the child is not clear.")
    return scene.acts("sign_off", by)


# ------------------------------------------------------------------ Getting to Outstanding
def _schedule(scene: Scene) -> Move | None:
    month = (scene.due_on or scene.today).replace(day=1)
    sits_on = scene.wednesday_from(max(month, scene.today) + DAYS_FOR_PAPERS)
    return scene.acts("schedule", scene.holder("qa_admin"), sits_on=sits_on)


def _hold(scene: Scene) -> Move | None:
    if scene.days_since(scene.data["sits_on"]) < 0:
        return None
    there = [one for role in ("sm_sqa", "sm_csc") for one in scene.holders(role)]
    return scene.acts("hold", scene.holder("ad_people"), attendees=there)


def _minute(scene: Scene) -> Move | None:
    return scene.acts("minute", scene.holder("qa_admin"), minutes_reference="SYN-MINUTES-1")


def _close(scene: Scene) -> Move | None:
    if scene.days_in_state() < SESSION_DAYS:
        return None
    return scene.acts("close", scene.holder("ad_people"))


# ------------------------------------------------------------------ what follows
def _link(scene: Scene) -> Move | None:
    if scene.sometimes(0.1):
        return scene.acts("decline", scene.holder("sm_sqa"), reason="The plan has such a line.")
    return scene.acts("link", scene.holder("sm_sqa"), plan="SIP", line="SIP-4")


def _look_again(scene: Scene) -> Move | None:
    if scene.days_left() > DIP_CHECK_BEFORE:
        return None
    by = scene.holder("auditor", scene.data.get("owner"), scene.data.get("verified_by"))
    if scene.sometimes(0.15):
        return scene.acts("find_lapsed", by, reason="The last plan says no dates again.")
    return scene.acts("confirm", by, what="The plans of this month say by when.")


def _live_with_it(scene: Scene) -> Move | None:
    why = "Another recommendation of this round asks for the same."
    return (
        scene.acts("accept", scene.holder("sm_sqa"), reason=why) if scene.sometimes(0.1) else None
    )


def _acknowledge(scene: Scene) -> Move | None:
    return scene.acts("acknowledge", scene.owner or scene.holder("team_manager"))


def _make_safe(scene: Scene) -> Move | None:
    by = scene.owner or scene.holder("team_manager")
    return scene.acts("make_safe", by, what="The child lives with an aunt for now.")


SCRIPTS: Scripts = {
    "case_audit_round": {
        "sampling": _draw, "reporting": _report_round, "governance_review": _sign_round,
    },
    "case_audit": {
        "selected": _allocate, "allocated": _start_audit, "in_progress": _submit, "submitted": _release,
        "moderation": _moderate, "feedback": _feed_back, "practitioner_response": _answer, "disputed": _resolve,
    },
    "recommendation": {
        "raised": _assign, "assigned": _take_on, "challenged": _settle, "in_progress": _show_evidence,
        "evidence_submitted": _verify, "tabled": _sign_off,
    },
    "getting_to_outstanding": {
        "planned": _schedule, "agenda_set": _hold, "held": _minute, "minuted": _close,
    },
    "plan_line": {"proposed": _link},
    "dip_check": {"due": _look_again, "not_sustained": _live_with_it},
    "immediate_concern": {"raised": _acknowledge, "acknowledged": _make_safe},
}  # fmt: skip
