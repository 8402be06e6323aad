"""What people do about plans and standards: review them in their month, take them to the board, change them at once if they must."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from qa_workflow.simulation.scene import Morning, Move, Scene, Scripts, Start

BEGIN_DAYS, FINISH_DAYS = 20, 8  # days before its date on which a review is begun, and handed in
TO_ACT = timedelta(weeks=12)
URGENT_ON = (5, 11)  # month and day on which the standards must change at once
SITS = frozenset({"held", "minuted", "actions_logged"})  # the board has met, and is not closed yet


@dataclass(frozen=True, slots=True)
class Habit:
    """Who writes a document, and by which numbers its lines are known; standards have none."""

    author: str
    lines: tuple[str, ...] = ()


HABITS = {
    "service_improvement_plan": Habit("sm_sqa", ("SIP-1", "SIP-2", "SIP-3", "SIP-4")),
    "workforce_development_plan": Habit("sm_csc", ("WDP-1", "WDP-2")),
    "practice_standards": Habit("sm_sqa"),
    "multi_agency_action_plan": Habit("sm_sqa", ("1", "2")),
    "send_action_plan": Habit("send_manager", ("SEND-1", "SEND-2")),
}


def starts(morning: Morning) -> Iterable[Start]:
    """Begin September's review of the standards on the day on which they must change at once, to hold the urgent version."""
    by = morning.holder("sm_sqa")
    if by is not None and (morning.today.month, morning.today.day) == URGENT_ON:
        yield Start(process="practice_standards", subject=f"{morning.today.year}-09", by=by)


def _author(scene: Scene) -> str | None:
    return scene.holder(HABITS[scene.process].author)


def _approver(scene: Scene) -> str | None:
    return scene.holder("ad_people", *scene.data.get("authors", ()))


def _stand_ready(scene: Scene) -> Move | None:
    """Begin the review in its month; before that, standards may change at once."""
    if (waiting := scene.data.get("urgent_draft")) is not None:
        return scene.acts("approve_urgent_update", scene.holder("ad_people", *waiting["authors"]))
    if scene.days_left() <= BEGIN_DAYS:
        return scene.acts("review", _author(scene))
    changes_now = scene.process == "practice_standards" and scene.subject.endswith("-09")
    if not changes_now or scene.data["urgent_versions"]:
        return None
    return scene.acts(
        "urgent_update",
        _author(scene),
        what_changes="Supervision notes are signed the same day",
        reason="A serious case review asks for it at once",
        document_reference=f"Standards/{scene.today.isoformat()}",
    )


def _draft(scene: Scene) -> Move | None:
    """Begin to draft; now and then the SEND plan needs no change."""
    if scene.process == "send_action_plan" and scene.data["lines"] and scene.sometimes(0.3):
        return scene.acts("confirm_no_change", _approver(scene), reason="Nothing new this term")
    return scene.acts("draft", _author(scene))


def _hand_in(scene: Scene) -> Move | None:
    if scene.days_left() > FINISH_DAYS and not scene.data.get("returns"):
        return None
    told: dict[str, Any] = {"document_reference": f"Plans/{scene.process}/{scene.subject}"}
    if scene.process == "practice_standards":
        told["methodology_note"] = "Ask in each audit who was at the last review."
    else:
        told["lines"] = _lines(scene)
    return scene.acts("submit", _author(scene), **told)


def _lines(scene: Scene) -> list[dict[str, Any]]:
    """Return the lines of the plan: those of the version in force go on, each one step; new ones begin."""
    further = {"red": "amber", "amber": "green", "green": "done", "done": "done"}
    standing = {one["number"]: one for one in scene.data["lines"]}
    sources = scene.data.get("came_from", [])[:1]
    found = []
    for number in HABITS[scene.process].lines:
        old = standing.get(number)
        line = {
            "number": number,
            "what": "Write each plan with the child",
            "due_on": (scene.today + TO_ACT).isoformat(),
            "rag": "red",
            "came_from": sources,
            "own_initiative": not sources,
            **(old or {}),
            "owner": scene.holder("team_manager"),
        }
        found.append(line if old is None else {**line, "rag": further[old["rag"]]})
    return found


def _decide(scene: Scene) -> Move | None:
    """Approve it once the board has met in the month for which it waits; where none sits, in the next days."""
    by_board = scene.data.get("scrutiny_on")
    if by_board is not None:
        board = f"{scene.data['board']}:{by_board[:7]}"
        last_days = scene.today >= date.fromisoformat(by_board) - timedelta(days=3)
        if scene.states.get(board) not in SITS and not last_days:
            return None
    if not scene.data.get("returns") and scene.sometimes(0.05):
        return scene.acts("return", _approver(scene), reason="Line 1 does not say by when")
    return scene.acts("approve", _approver(scene), minute_reference=f"Minutes {scene.today}")


SCRIPTS: Scripts = {
    process: {
        "current": _stand_ready,
        "in_review": _draft,
        "draft": _hand_in,
        "awaiting_scrutiny": _decide,
    }
    for process in HABITS
}
