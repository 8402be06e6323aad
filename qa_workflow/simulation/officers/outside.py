"""What people do about what others lead or say: partners' audits, the survey, tenders, feedback, Early Years settings."""

from collections.abc import Iterable
from typing import Any

from qa_workflow.simulation.scene import Morning, Move, Scene, Scripts, Start

CASES_OF_AN_AUDIT = 3
ANSWERS_A_DAY = 8
# Month and day on which something comes from outside, and what is begun then.
LAUNCHES: dict[tuple[int, int], tuple[str, str, dict[str, Any]]] = {
    (2, 2): ("section_11_audit", "", {}),
    (3, 4): ("peer_audit", "", {}),
    (5, 6): (
        "thematic_audit",
        "neglect",
        {"hypothesis": "Neglect is seen late", "theme": "neglect"},
    ),
}
INTAKES = {
    (1, 14): "complaint", (3, 11): "compliment", (5, 13): "feedback", (6, 10): "learning_review",
    (7, 8): "inspection", (9, 9): "training_evaluation", (11, 11): "serious_case_review",
}  # fmt: skip
RECOMMENDED: dict[str, Any] = {
    "what": "Say in each plan who does what by when",
    "for_whom": "the children of the service",
    "difference": "Each child knows what happens next",
    "category": "practice_theme",
}


def starts(morning: Morning) -> Iterable[Start]:
    """Launch what the calendar does not open, on its day, and take in what others tell us."""
    today = morning.today
    by = morning.holder("sm_sqa")
    if by is None:
        return
    if launched := LAUNCHES.get((today.month, today.day)):
        process, subject, said = launched
        yield Start(process=process, subject=subject or str(today.year), by=by, data=said)
    if kind := INTAKES.get((today.month, today.day)):
        said = {
            "kind": kind,
            "received_on": today.isoformat(),
            "from_whom": "A parent",
            "summary": "Nobody said when the next visit is.",
        }
        yield Start(process="intake", subject="service", by=by, data=said)


# ------------------------------------------------------------------ audits that others lead
def _begin(scene: Scene) -> Move | None:
    if scene.today.isoformat() < scene.data["opens_on"]:
        return None
    by = scene.holder("sm_sqa")
    if scene.process in {"section_11_audit", "thematic_audit"}:
        return scene.acts("issue_tool", by, tool="TOOL-3")
    known = sorted(case for some in scene.placed.values() for case in some)
    if len(known) < CASES_OF_AN_AUDIT:
        return None
    cases = scene.chance.sample(known, CASES_OF_AN_AUDIT)
    return scene.acts("select_cases", by, cases=sorted(cases), theme="neglect")


def _return(scene: Scene) -> Move | None:
    """Record the next partner's return; now and then one keeps silent, and then says why."""
    by = scene.holder("qa_admin")
    waiting = [one for one in scene.data["partners"] if one not in scene.data.get("returns", {})]
    if not waiting:
        return scene.acts("receive_returns", by)
    if scene.state == "returns_overdue":
        return scene.acts("record_return", by, partner=waiting[0], reason="Nobody knew the child.")
    if not scene.sometimes(0.8):
        return None
    today = scene.today.isoformat()
    return scene.acts("record_return", by, partner=waiting[0], returned_on=today)


def _review(scene: Scene) -> Move | None:
    return scene.acts("review_jointly", scene.holder("sm_sqa"))


def _find(scene: Scene) -> Move | None:
    return scene.acts(
        "record_findings",
        scene.holder("sm_sqa"),
        strengths=["Partners speak to each other."],
        gaps=["Fathers are not asked."],
        learning=["Ask both parents, each on their own."],
    )


def _plan(scene: Scene) -> Move | None:
    return scene.acts("plan_actions", scene.holder("sm_sqa"), recommendations=[RECOMMENDED])


def _close(scene: Scene) -> Move | None:
    return scene.acts("close", scene.holder("sm_sqa"))


_RETURNS = {"returns_overdue": _return, "returns_in": _review, "joint_review": _find}
_AUDIT = {"announced": _begin, **_RETURNS, "findings": _plan, "action_plan": _close}


# ------------------------------------------------------------------ the survey
def _open(scene: Scene) -> Move | None:
    if scene.today.isoformat() < scene.data["opens_on"]:
        return None
    return scene.acts("open", scene.holder("sm_sqa"))


def _ask(scene: Scene) -> Move | None:
    """Record what came back today; whoever has not been reached by then is closed off with the rest."""
    waiting = [one for one in scene.data["invited"] if one not in scene.data["answers"]]
    if not waiting:
        return scene.acts("close", scene.holder("sm_sqa"))
    answers = [_answer(scene, case) for case in waiting[:ANSWERS_A_DAY]]
    return scene.acts("record_answers", scene.holder("qa_admin"), answers=answers)


def _answer(scene: Scene, case: str) -> dict[str, Any]:
    if scene.sometimes(0.1):
        return {"case": case, "outcome": "declined"}
    if scene.sometimes(0.1):
        return {"case": case, "outcome": "unable", "reason": "Too young to be asked."}
    words = "I want to know before things change."
    said = {"words": words, "method": "app", "heard_on": scene.today.isoformat()}
    return {"case": case, "outcome": "answered", "views": [said]}


def _analyse(scene: Scene) -> Move | None:
    return scene.acts(
        "analyse",
        scene.holder("sm_sqa"),
        strengths=["Children know their social worker."],
        gaps=["Changes come as a surprise."],
    )


def _share(scene: Scene) -> Move | None:
    changes = [{"you_said": "Tell us before.", "we_did": "Each plan says when it changes."}]
    by = scene.holder("sm_sqa")
    return scene.acts("share_back", by, changes=changes, told_by="A letter and a film")


# ------------------------------------------------------------------ the tender
def _receive(scene: Scene) -> Move | None:
    return scene.acts("receive", scene.holder("commissioning"), bidders=["BID-1", "BID-2"])


def _start_check(scene: Scene) -> Move | None:
    return scene.acts("start_check", _checker(scene), bidder="BID-1")


def _judge(scene: Scene) -> Move | None:
    found = {key: {"met": True, "evidence": "DOC-7"} for key in scene.data["requirements"]}
    return scene.acts("pass", _checker(scene), requirements=found)


def _checker(scene: Scene) -> str | None:
    return scene.holder("sm_sqa", scene.data["commissioner"], scene.data["received_by"])


def _award(scene: Scene) -> Move | None:
    by = scene.holder("commissioning", scene.data["checked_by"])
    return scene.acts("record_award", by, award="AWARD-1")


# ------------------------------------------------------------------ management oversight
def _sample(scene: Scene) -> Move | None:
    """Name three references where no list draws them, or say that there was nothing."""
    by = scene.holder("sm_csc")
    if "draw_on" in scene.data:
        return None
    if scene.sometimes(0.1):
        return scene.acts("declare_nil", by, reason="There were none this month.")
    kind = scene.data["kind"].upper()
    references = [f"{kind}-{scene.today:%m}{number}" for number in range(1, 4)]
    return scene.acts("sample", by, references=references)


def _check(scene: Scene) -> Move | None:
    """Let the auditor of the month look at what nobody has looked at; now and then a decision is missing."""
    auditors = scene.holders("auditor")
    if not auditors:
        return None
    clear = {"oversight": "clear", "note": "The decision is on the record."}
    missing = {"oversight": "missing", "note": "No decision since the last review."}
    checked = scene.data.get("checks", {})
    found = [
        {"case": case, **(missing if scene.sometimes(0.1) else clear)}
        for case in scene.data["sample"]
        if case not in checked
    ]
    return scene.acts("check", auditors[scene.entered_on.month % len(auditors)], cases=found)


def _conclude(scene: Scene) -> Move | None:
    told = [one["oversight"] for one in scene.data["checks"].values()]
    return scene.acts(
        "close",
        scene.holder("sm_csc"),
        strengths=["Decisions are signed."],
        gaps=["Reasons are short."],
        recommendations=[RECOMMENDED] if "missing" in told else [],
    )


# ------------------------------------------------------------------ intake
def _consider(scene: Scene) -> Move | None:
    by = scene.holder("sm_sqa")
    return scene.acts("consider", by, learning="Families hear of visits too late.")


def _answer_intake(scene: Scene) -> Move | None:
    by = scene.holder("sm_sqa")
    if scene.data["kind"] == "compliment":
        return scene.acts("take_no_action", by, reason="The team was told and thanked.")
    return scene.acts("raise_recommendation", by, recommendations=[RECOMMENDED])


# ------------------------------------------------------------------ Early Years
def _assign(scene: Scene) -> Move | None:
    auditors = scene.holders("auditor")
    if not auditors:
        return None
    by = scene.holder("ey_lead")
    return scene.acts("assign_auditor", by, auditor=scene.chance.choice(auditors))


def _visit(scene: Scene) -> Move | None:
    by, today = scene.data["auditor"], scene.today.isoformat()
    return scene.acts(
        "record_visit", by, visited_on=today, staff_spoken_to=["manager", "key worker"]
    )


def _report(scene: Scene) -> Move | None:
    areas = ("leadership", "management", "safeguarding")
    judged = {area: {"judgement": "met", "evidence": "Seen at the visit"} for area in areas}
    by = scene.data["auditor"]
    return scene.acts("submit_report", by, standards=judged, strengths=["Children are settled."])


def _finalise(scene: Scene) -> Move | None:
    return scene.acts(
        "finalise", scene.holder("ey_lead", scene.data["auditor"]), recommendations=[]
    )


SCRIPTS: Scripts = {
    "multi_agency_audit": {**_AUDIT, "cases_selected": _return},
    "peer_audit": {**_AUDIT, "cases_selected": _return},
    "section_11_audit": {**_AUDIT, "tool_issued": _return},
    "thematic_audit": {**_AUDIT, "tool_issued": _return},
    "children_survey": {"prepared": _open, "open": _ask, "closed": _analyse, "analysed": _share},
    "tender_check": {
        "notice": _receive, "submissions": _start_check, "safeguarding_check": _judge, "passed": _award,
    },
    "oversight_check": {"due": _sample, "sampled": _check, "checked": _conclude},
    "intake": {"received": _consider, "considered": _answer_intake},
    "early_years_audit": {
        "planned": _assign, "assigned": _visit, "visited": _report, "report_draft": _finalise,
    },
}  # fmt: skip
