"""The officers of children with EHC plans: annual reviews, phase transfers, and the way to adult services."""

from datetime import date, timedelta

from qa_workflow.demo.officers import Act, Officers, View, wednesday_from
from qa_workflow.demo.people import SEND_MANAGER
from qa_workflow.demo.send import caseworker_of

# What the story leaves lying.
NEVER_REPORTED, NEVER_SERVED = "SYN-PL05", "SYN-PL04"
NEVER_TOLD, WITHOUT_WORKER = "SYN-PL08", "SYN-PL11"

INVITED_BEFORE = 100  # days before the review is due
MEETING_BEFORE = 42  # days before the review is due, so that report and decision still fit
NOTICE_TO_MEETING = 30  # days from the invitation to the meeting, at least
CIRCULATED_BEFORE = 18  # days before the meeting; the law says fourteen
MEETING_BEFORE_MOVE = 150  # days before the date of a transfer
RESPONSE_DAYS = 15  # so long, beginning with the day of the notice, the family may answer
DAYS_TO_18 = 190  # somewhat more than the half year from 17½ to 18


class PlanOfficers(Officers):
    """Kit and Kim bring reviews and transfers forward, Max decides."""

    # -------------------------------------------------------------- annual reviews
    def ehc_review_scheduled(self, view: View) -> Act | None:
        if self.days_left(view) > INVITED_BEFORE or not self.sometimes(0.4):
            return None
        wanted = date.fromisoformat(view["due_on"]) - timedelta(days=MEETING_BEFORE)
        meeting_on = wednesday_from(max(wanted, self.today + timedelta(days=NOTICE_TO_MEETING)))
        return "invite", caseworker_of(view), {"meeting_on": meeting_on.isoformat()}

    def ehc_review_advice_requested(self, view: View) -> Act | None:
        meeting_on = date.fromisoformat(self.data(view)["meeting_on"])
        if (meeting_on - self.today).days > CIRCULATED_BEFORE or not self.sometimes(0.8):
            return None
        return "circulate", caseworker_of(view), {"reason": "The school sent its advice late."}

    def ehc_review_ready(self, view: View) -> Act | None:
        meeting_on = self.data(view)["meeting_on"]
        if self.days_since(meeting_on) < 0:
            return None
        view_of_child = {"words": "I want more time with the bikes.", "method": "drawing"}
        meeting = {
            "held_on": meeting_on,
            "parent_invited": True,
            # Now and then they are forgotten at first: refused.
            "views": [] if self.sometimes(0.15) else [{**view_of_child, "heard_on": meeting_on}],
        }
        return "hold_meeting", caseworker_of(view), meeting

    def ehc_review_held(self, view: View) -> Act | None:
        if view["subject"] == NEVER_REPORTED or not self.sometimes(0.4):
            return None
        recommends = self.chance.choices(("maintain", "amend", "cease"), (6, 4, 1))[0]
        report = {
            "recommends": recommends,
            "adulthood": "Travel on one's own, and a first job",
            "no_adult_services_reason": "None was asked for yet.",
        }
        return "send_report", caseworker_of(view), report

    def ehc_review_reported(self, view: View) -> Act | None:
        if not self.sometimes(0.4):
            return None
        recommended = self.data(view)["report"]["recommends"]
        if recommended == "maintain":
            return "decide_maintain", SEND_MANAGER, {}
        if recommended == "amend":
            return "decide_amend", SEND_MANAGER, {"amendments": ["SYN-AMENDMENT-1"]}
        return "decide_cease", SEND_MANAGER, {"reason": "The outcomes are reached."}

    def ehc_review_amending(self, view: View) -> Act | None:
        answered = {"response": "SYN-LETTER-2"}
        return ("family_responds", caseworker_of(view), answered) if self.sometimes(0.15) else None

    def ehc_review_finalising(self, _view: View) -> Act | None:
        return ("issue_final_amended", SEND_MANAGER, {}) if self.sometimes(0.15) else None

    # -------------------------------------------------------------- moves to another school or college
    def phase_transfer_planned(self, view: View) -> Act | None:
        if self.days_left(view) > MEETING_BEFORE_MOVE or not self.sometimes(0.3):
            return None
        return "hold_meeting", caseworker_of(view), {"held_on": self.today.isoformat()}

    def phase_transfer_meeting_held(self, view: View) -> Act | None:
        if view["subject"] == NEVER_SERVED or not self.sometimes(0.25):
            return None
        return "serve_notice", SEND_MANAGER, {"amendments": ["SYN-AMENDMENT-2"]}

    def phase_transfer_notice_served(self, view: View) -> Act | None:
        data = self.data(view)
        if not data.get("responded_on") and self.sometimes(0.15):
            return "family_responds", caseworker_of(view), {"response": "SYN-LETTER-3"}
        may_be_named = (
            data.get("responded_on") or self.days_since(data["notice_on"]) >= RESPONSE_DAYS
        )
        if not may_be_named or not self.sometimes(0.3):
            return None
        return "name_placement", SEND_MANAGER, {"placement": "SYN-SCHOOL-2"}

    # -------------------------------------------------------------- the way to adult services
    def adult_transition_planning_started(self, view: View) -> Act | None:
        if view["subject"] == NEVER_TOLD or not self.sometimes(0.08):
            return None
        return "notify_adult_services", caseworker_of(view), {"service": "SYN-ADULT-TEAM"}

    def adult_transition_adult_services_notified(self, view: View) -> Act | None:
        by = caseworker_of(view)
        if view["subject"] == WITHOUT_WORKER:
            return None
        if not self.data(view).get("worker"):
            return ("name_worker", by, {"worker": "SYN-W1"}) if self.sometimes(0.15) else None
        if self.days_left(view) > MEETING_BEFORE_MOVE or not self.sometimes(0.1):
            return None
        return "decide_assessment", by, {"outcome": "Care and support after 18"}

    def adult_transition_adult_needs_assessment_decided(self, view: View) -> Act | None:
        return ("agree_plan", caseworker_of(view), {}) if self.sometimes(0.05) else None

    def adult_transition_plan_agreed(self, view: View) -> Act | None:
        if self.days_since(self.data(view)["decide_by"]) < DAYS_TO_18 or not self.sometimes(0.2):
            return None
        return "transfer", caseworker_of(view), {}
