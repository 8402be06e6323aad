"""The officers of audits, recommendations and the Getting to Outstanding meeting."""

import random
from datetime import date
from typing import Any

from qa_workflow.demo.officers import Act, Officers, View, wednesday_from
from qa_workflow.demo.people import AUDITORS, DAYS_FOR_PAPERS
from qa_workflow.service.context import Context
from qa_workflow.service.records import show_methodology

THEMES = ("purposeful plans", "chronologies", "fathers")
SLOW = ("toni", "frances")  # whose recommendations wait


class QualityOfficers(Officers):
    """Sandy leads, Quinn administers, three audit, Mo moderates, and Ada signs off."""

    def __init__(self, ctx: Context, chance: random.Random) -> None:
        super().__init__(ctx, chance)
        self.in_session = False  # a meeting was held, and is not closed yet

    # -------------------------------------------------------------- audits
    def case_audit_round_sampling(self, view: View) -> Act:
        data = self.data(view)
        return (
            ("freeze_sample", "sandy", {})
            if data.get("proposed_by")
            else ("propose_sample", "quinn", {})
        )

    def case_audit_round_reporting(self, _view: View) -> Act:
        report = {
            "strengths": ["Children are seen regularly."],
            "gaps": ["Plans do not always say by when."],
            "themes": ["purposeful plans"],
            "recommendations": [],
        }
        return "submit_report", "sandy", report

    def case_audit_round_governance_review(self, _view: View) -> Act | None:
        return ("sign_off", "ada", {"no_change": True}) if self.sometimes(0.2) else None

    def case_audit_selected(self, _view: View) -> Act:
        return "allocate", "quinn", {"auditor": self.chance.choice(AUDITORS)}

    def case_audit_allocated(self, view: View) -> Act | None:
        return ("start", view["owner"], {}) if self.sometimes(0.7) else None

    def case_audit_in_progress(self, view: View) -> Act | None:
        if not self.sometimes(0.04 if view["owner"] == "charlie" else 0.25):
            return None
        return "submit", view["owner"], self._submission(view)

    def _submission(self, view: View) -> dict[str, Any]:
        body = show_methodology(self.ctx, None)
        grade = self.chance.choices(body["grades"], (1, 5, 4, 1))[0]
        recommendations = [
            {
                "what": "Say in the plan what is to change, and by when",
                "for_whom": "the child",
                "difference": "The child knows what will happen next",
                "category": "case_action",
            }
        ]
        return {
            "answers": {
                section["key"]: {question["key"]: "yes" for question in section["questions"]}
                for section in body["sections"]
            },
            "strengths": ["Visits are purposeful."],
            "improvements": ["The chronology is thin."],
            "voice": [
                {
                    "words": "I want to stay at my school.",
                    "method": "app",
                    "heard_on": view["opened_at"][:10],
                }
            ],
            "outcome": "School attendance has risen.",
            "grade": grade,
            "recommendations": recommendations if self.sometimes(0.6) else [],
        }

    def case_audit_submitted(self, _view: View) -> Act | None:
        return ("release", "sandy", {}) if self.sometimes(0.8) else None

    def case_audit_moderation(self, _view: View) -> Act | None:
        return ("agree", "mo", {}) if self.sometimes(0.6) else None

    def case_audit_feedback(self, view: View) -> Act | None:
        if not self.sometimes(0.5):
            return None
        data = {
            "held_on": view["opened_at"][:10],
            "absent_reason": "The practitioner was on leave.",
        }
        return "record_feedback", view["owner"], data

    def case_audit_practitioner_response(self, view: View) -> Act | None:
        answers = view["owner"] != "toni" and self.sometimes(0.6)
        return ("accept", view["owner"], {}) if answers else None

    # -------------------------------------------------------------- recommendations
    def recommendation_raised(self, _view: View) -> Act:
        return "assign", "sandy", {"theme": self.chance.choice(THEMES)}

    def recommendation_assigned(self, view: View) -> Act | None:
        return ("accept", view["owner"], {}) if self.sometimes(0.7) else None

    def recommendation_in_progress(self, view: View) -> Act | None:
        if not self.sometimes(0.05 if view["owner"] in SLOW else 0.2):
            return None
        data = {"record_reference": "SYN-DOC-1", "impact_for_child": "The child knows the plan."}
        return "submit_evidence", view["owner"], data

    def recommendation_evidence_submitted(self, _view: View) -> Act:
        return "verify", "sandy", {}

    def recommendation_tabled(self, _view: View) -> Act | None:
        if not self.in_session or not self.sometimes(0.7):
            return None
        if self.sometimes(0.1):
            return "not_satisfied", "ada", {"reason": "What changed for the child is not clear."}
        return "sign_off", "ada", {}

    # -------------------------------------------------------------- Getting to Outstanding
    def getting_to_outstanding_planned(self, view: View) -> Act:
        month = date.fromisoformat(view["due_on"]).replace(day=1)
        first = max(month, self.today) + DAYS_FOR_PAPERS
        return "schedule", "quinn", {"sits_on": wednesday_from(first).isoformat()}

    def getting_to_outstanding_agenda_set(self, view: View) -> Act | None:
        if self.days_since(self.data(view)["sits_on"]) < 0:
            return None
        self.in_session = True
        return "hold", "ada", {"attendees": ["sandy", "cass", "quinn"]}

    def getting_to_outstanding_held(self, _view: View) -> Act | None:
        minutes = {"minutes_reference": "SYN-MINUTES-1"}
        return ("minute", "quinn", minutes) if self.sometimes(0.4) else None

    def getting_to_outstanding_minuted(self, _view: View) -> Act | None:
        if not self.sometimes(0.4):
            return None
        self.in_session = False
        return "close", "ada", {}

    def plan_line_proposed(self, _view: View) -> Act | None:
        line = {"plan": "SIP", "line": "SIP-4"}
        return ("link", "sandy", line) if self.sometimes(0.2) else None

    def dip_check_due(self, view: View) -> Act | None:
        if self.days_left(view) > DAYS_FOR_PAPERS.days or not self.sometimes(0.5):
            return None
        if self.sometimes(0.2):
            return "find_lapsed", "alex", {"reason": "The last plan says no dates again."}
        return "confirm", "alex", {"what": "The plans of this month say by when."}

    def dip_check_not_sustained(self, _view: View) -> Act | None:
        why = {"reason": "Another recommendation of this round asks for the same."}
        return ("accept", "sandy", why) if self.sometimes(0.08) else None
