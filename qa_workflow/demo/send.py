"""The officers of the SEND Panel and of EHC needs assessments."""

import random
from datetime import date, datetime
from typing import Any

from qa_workflow.demo.officers import Act, Officers, View, wednesday_from
from qa_workflow.demo.people import CASEWORKERS, CHAIR, DAYS_FOR_PAPERS, SEND_MANAGER
from qa_workflow.service.context import Context
from qa_workflow.service.starting import start_process

BODIES = ("Educational psychologist", "Health")
NEVER_ANSWERED = ("SYN-E03", BODIES[1])  # an advice that the story waits for in vain
OUT_OF_CYCLE_AFTER = 35  # days after a request on which the chair no longer waits for a sitting
INQUORATE_IN, CANCELLED_IN, WITHOUT_MINUTES_IN = "-11", "-08", "-02"  # months of the story
ITEMS_TAKEN_DAYS = 7  # so long after a sitting its decisions are written down
DAYS_TO_WRITE = 2  # and so long before they are sent
MONDAY, FIRST_WEEK = 0, 7
AGENDA_DAYS = 45  # so long before the end of its month the agenda of a sitting is opened
SITS_FROM_DAY, DAYS_OF_A_WEEK = 8, 7  # the panel sits on the second Wednesday
UNSEEN = "panel_view:SYN-PL09:"  # the child whom the panel never gets to


def caseworker_of(view: View) -> str:
    """Return who works on this child's plan or request: Kim has the odd numbers, Kit the even ones."""
    return CASEWORKERS[int(view["subject"][-2:]) % len(CASEWORKERS)]


class SendOfficers(Officers):
    """Chris chairs the panel, Max decides on plans, Kit and Kim work on requests."""

    def __init__(self, ctx: Context, chance: random.Random) -> None:
        super().__init__(ctx, chance)
        self.requests = 0
        self.sat: tuple[str, date] | None = None  # the last sitting that was held, and when

    def begin(self, now: datetime) -> None:
        """Take in a request for an assessment on the first Monday of each month."""
        if self.today.weekday() != MONDAY or self.today.day > FIRST_WEEK:
            return
        self.requests += 1
        start_process(
            self.ctx,
            "ehc_assessment",
            f"SYN-E{self.requests:02}",
            now=now,
            actor=CASEWORKERS[0],
            as_person=CASEWORKERS[0],
        )

    def panel_took(self, view: View) -> bool:
        """Tell whether the item stood on the agenda of the sitting whose decisions are written down now."""
        if self.sat is None or (self.today - self.sat[1]).days > ITEMS_TAKEN_DAYS:
            return False
        return bool(self.data(view).get("sitting") == self.sat[0])

    # -------------------------------------------------------------- sittings
    def send_panel_planned(self, view: View) -> Act | None:
        if self.days_left(view) > AGENDA_DAYS or not self.sometimes(0.5):
            return None
        if view["subject"].endswith(CANCELLED_IN):
            return "cancel", CHAIR, {"reason": "Half of the members are away in August."}
        first = date.fromisoformat(view["due_on"]).replace(day=SITS_FROM_DAY)
        sits_on = wednesday_from(max(first, self.today + DAYS_FOR_PAPERS))
        return "open_agenda", CHAIR, {"sits_on": sits_on.isoformat()}

    def send_panel_papers_issued(self, view: View) -> Act | None:
        sits_on = date.fromisoformat(self.data(view)["sits_on"])
        if self.today < sits_on:
            return None
        is_second_date = sits_on.day >= SITS_FROM_DAY + DAYS_OF_A_WEEK
        if view["subject"].endswith(INQUORATE_IN) and not is_second_date:
            return "declare_inquorate", CHAIR, {"members": _members(health=False)}
        self.sat = (view["reference"], self.today)
        return "hold", CHAIR, {"members": _members(health=True)}

    def send_panel_inquorate(self, _view: View) -> Act:
        sits_on = wednesday_from(self.today + DAYS_FOR_PAPERS).isoformat()
        return "reschedule", CHAIR, {"sits_on": sits_on}

    def send_panel_held(self, view: View) -> Act | None:
        data = self.data(view)
        if self.days_since(data["held_on"]) < DAYS_TO_WRITE or not self.sometimes(0.7):
            return None  # first the decisions are written down
        if not data.get("decisions_sent_on"):
            return "send_decisions", CASEWORKERS[0], {}
        if view["subject"].endswith(WITHOUT_MINUTES_IN):
            return None
        return "approve_minutes", CHAIR, {"reference": "SYN-MINUTES-2"}

    def send_panel_minutes_approved(self, _view: View) -> Act | None:
        return ("close", CHAIR, {}) if self.sometimes(0.6) else None

    # -------------------------------------------------------------- assessments
    def ehc_assessment_requested(self, view: View) -> Act | None:
        waited = self.days_since(view["opened_at"][:10])
        if waited < OUT_OF_CYCLE_AFTER and not self.panel_took(view):
            return None
        if self.sometimes(0.1):
            return "panel_decline", CHAIR, {"reason": "The school can meet the needs."}
        return ("panel_decide_assess", CHAIR, {}) if self.sometimes(0.8) else None

    def ehc_assessment_assessing(self, view: View) -> Act | None:
        asked = {one["from_whom"]: one["received_on"] for one in self.data(view)["advice"]}
        by = caseworker_of(view)
        for body in BODIES:
            if body not in asked:
                return "request_advice", by, {"from_whom": body}
        waiting = [one for one in BODIES if asked[one] is None]
        if waiting:
            comes = (view["subject"], waiting[0]) != NEVER_ANSWERED and self.sometimes(0.15)
            return ("advice_in", by, {"from_whom": waiting[0]}) if comes else None
        if self.sometimes(0.1):
            return "decide_no_plan", SEND_MANAGER, {"reason": "Support at school is enough."}
        return "decide_plan", SEND_MANAGER, {}

    def ehc_assessment_drafting(self, view: View) -> Act | None:
        data, by = self.data(view), caseworker_of(view)
        for whose, words in (
            ("child", "I want to stay with my friends."),
            ("parents", "We want her to stay at her school."),
        ):
            if not data["views"].get(whose):
                heard = {"method": "meeting", "heard_on": self.today.isoformat()}
                return "record_view", by, {"whose": whose, "words": words, **heard}
        return ("send_draft", by, {}) if self.sometimes(0.3) else None

    def ehc_assessment_draft_with_family(self, view: View) -> Act | None:
        if self.data(view)["representations"] or not self.sometimes(0.2):
            return None
        return "representations", caseworker_of(view), {"what": "SYN-LETTER-1"}

    def ehc_assessment_finalising(self, view: View) -> Act | None:
        if not self.sometimes(0.3):
            return None
        changed = [{"what": "Names the school", "because": "placement"}]
        plan = {"plan": f"{view['subject']}-PLAN", "placement": "SYN-SCHOOL-1", "changes": changed}
        return "issue_final", SEND_MANAGER, plan

    # -------------------------------------------------------------- what else the panel looks at
    def panel_view_due(self, view: View) -> Act | None:
        is_reached = self.panel_took(view) and not view["reference"].startswith(UNSEEN)
        return ("see", CHAIR, {}) if is_reached and self.sometimes(0.9) else None

    def ehc_review_check_due(self, view: View) -> Act | None:
        if not self.panel_took(view) or not self.sometimes(0.8):
            return None
        return "check", CHAIR, {"finding": "The child's words lead the review."}


def _members(*, health: bool) -> list[dict[str, Any]]:
    return [
        {"person": "eddie", "agency": "education", "present": True},
        {"agency": "health", "present": health},
        {"person": "cass", "agency": "social_care", "present": True},
    ]
