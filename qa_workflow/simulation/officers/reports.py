"""What people do about reports: write them in the last days before their date, receive them, note them or act on them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from qa_workflow.simulation.scene import Morning, Move, Scene, Scripts, Start

BEGIN_DAYS, FINISH_DAYS = 12, 4  # days before its date on which a report is begun, and handed in
TO_ACT = timedelta(weeks=4)
ASKED_FOR = (9, 7)  # month and day on which AD People asks for a report that no calendar knows
EHE = ("electively home educated", "at risk of missing education")


@dataclass(frozen=True, slots=True)
class Habit:
    """Who writes a report, who receives it, and what its sections are called."""

    author: str
    receiver: str
    sections: tuple[str, ...] = ()


HABITS = {
    "ehe_monthly_report": Habit("ehe_officer", "senior_manager", EHE),
    "ehe_weekly_update": Habit("ehe_officer", "ad_people", EHE),
    "virtual_head_report": Habit("vsh", "ad_people"),
    "iro_annual_report": Habit("iro", "ad_people"),
    "send_board_report": Habit(
        "send_manager", "director", ("self-evaluation (SEF)", "action plan")
    ),
    "self_assessment": Habit(
        "sm_sqa",
        "director",
        (
            "what do you know about the quality of practice",
            "how do you know it",
            "what are your plans for the next 12 months",
        ),
    ),
    "annual_report": Habit("sm_sqa", "ad_people"),
    "skills_analysis": Habit(
        "sm_csc", "ad_people", ("what the workforce can do", "what it must learn")
    ),
}


def starts(morning: Morning) -> Iterable[Start]:
    """Ask once a year for the report on private fostering."""
    by = morning.holder("ad_people")
    if by is not None and (morning.today.month, morning.today.day) == ASKED_FOR:
        subject = f"private-fostering-{morning.today.year}"
        yield Start(process="annual_report", subject=subject, by=by, data={"series": "fostering"})


def _author(scene: Scene) -> str | None:
    return scene.holder(HABITS[scene.process].author)


def _receiver(scene: Scene) -> str | None:
    return scene.holder(HABITS[scene.process].receiver, *scene.data["authors"])


def _begin(scene: Scene) -> Move | None:
    """Begin to write; in a week without any home-educated child say that there is nothing to report."""
    if scene.days_left() > BEGIN_DAYS:
        return None
    if scene.process == "ehe_weekly_update" and scene.sometimes(0.1):
        told: dict[str, Any] = {"data_on": scene.today.isoformat(), "reason": "No child this week."}
        return scene.acts("nil_return", _author(scene), **told)
    return scene.acts("draft", _author(scene))


def _hand_in(scene: Scene) -> Move | None:
    if scene.days_left() > FINISH_DAYS:
        return None
    sections = {
        name: {"count": scene.chance.randint(0, 9), "note": "As the lists show."}
        for name in HABITS[scene.process].sections
    }
    return scene.acts(
        "submit",
        _author(scene),
        data_on=scene.today.isoformat(),
        sections=sections,
        report_reference=f"Reports/{scene.subject}",
    )


def _receive(scene: Scene) -> Move | None:
    """Receive it; now and then it goes back, once."""
    if not scene.data.get("returns") and scene.sometimes(0.05):
        return scene.acts("return", _receiver(scene), reason="The figures are last month's.")
    return scene.acts("receive", _receiver(scene))


def _answer(scene: Scene) -> Move | None:
    by, share = _receiver(scene), 0.05 if scene.process == "ehe_weekly_update" else 0.2
    if by is None or not scene.sometimes(share):
        return scene.acts("note", by)
    due_on = (scene.today + TO_ACT).isoformat()
    action = {"what": "Find out why the figures rise", "owner": by, "due_on": due_on}
    return scene.acts("raise_actions", by, actions=[action])


def _write_again(scene: Scene) -> Move | None:
    return scene.acts("draft", _author(scene))


SCRIPTS: Scripts = {
    process: {
        "due": _begin,
        "drafting": _hand_in,
        "submitted": _receive,
        "returned": _write_again,
        "received": _answer,
    }
    for process in HABITS
}
