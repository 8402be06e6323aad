"""What people do about children's reviews: book them in time, hold them, hear the child, write the record.

Most reviews come with the case list, which is why what the list may bring is held only when its day is near.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from qa_workflow.simulation.scene import Morning, Move, Scene, Scripts, Start

BOOKED_BEFORE = 20  # days before its date on which one is booked
HELD_BEFORE = timedelta(days=8)  # the Wednesday on or after this many days before its date
HEARD = 0.7  # of the children, in their own words
PLAN_MADE = 0.6  # of the initial conferences
REFERRALS, DISCUSSIONS = 0.04, 0.02  # a day
OWNERS = {
    "cla_review": "iro",
    "cp_conference": "iro",
    "pathway_plan_review": "iro",
    "pep": "vsh",
    "cin_review": "team_manager",
    "core_group": "team_manager",
    "initial_cp_conference": "team_manager",
    "social_work_assessment": "team_manager",
}


def starts(morning: Morning) -> Iterable[Start]:
    """Take a referral that needs an assessment, or hold a strategy discussion: now and then."""
    by = morning.holder("team_manager")
    for process, share in (
        ("social_work_assessment", REFERRALS),
        ("initial_cp_conference", DISCUSSIONS),
    ):
        if by is not None and morning.sometimes(share):
            subject = f"SYN-N{morning.today:%m%d}"
            yield Start(process=process, subject=subject, by=by)


def _doer(scene: Scene) -> str | None:
    """Return who sees to it: its owner, or whoever stands in for them."""
    if scene.owner is not None and scene.owner not in scene.away:
        return scene.owner
    return scene.owner or scene.holder(OWNERS[scene.process])


def book(scene: Scene) -> Move | None:
    """Book a Wednesday shortly before it is due; what is late already is held as soon as can be."""
    if scene.due_on is None or scene.days_left() > BOOKED_BEFORE:
        return None
    planned_on = scene.wednesday_from(scene.due_on - HELD_BEFORE)
    late = {} if planned_on <= scene.due_on.isoformat() else {"reason": "The family was away"}
    return scene.acts("book", _doer(scene), planned_on=planned_on, **late)


def hold(scene: Scene) -> Move | None:
    """Hold it on the day it is booked for. A social worker holds a PEP meeting, so that the head can check it."""
    if scene.days_since(scene.data["planned_on"]) < 0:
        return None
    said: dict[str, Any] = {"held_on": scene.data["planned_on"]}
    if scene.process == "pep":
        said["held_by"] = scene.holder("practitioner")
    if scene.sometimes(HEARD):
        words = "I want to stay at my school, and see my brother at weekends."
        said["views"] = [{"words": words, "method": "conversation", "heard_on": said["held_on"]}]
    else:
        said["no_views_reason"] = "Was asked, and did not want to say anything"
    return scene.acts("hold", _doer(scene), **said)


def record(scene: Scene) -> Move | None:
    """Write the record; the Virtual School Head first looks at the quality of a PEP."""
    if scene.process == "pep" and "quality_check" not in scene.data:
        feedback = "Targets in reading are clear; name who tutors her, and when"
        return scene.acts(
            "quality_check", scene.holder("vsh", scene.data["held_by"]), feedback=feedback
        )
    told = (
        {"goes_on": scene.sometimes(PLAN_MADE)} if scene.process == "initial_cp_conference" else {}
    )
    return scene.acts("record", _doer(scene), **told)


_ROAD = {"due": book, "booked": hold, "held": record}
SCRIPTS: Scripts = dict.fromkeys(OWNERS, _ROAD)
