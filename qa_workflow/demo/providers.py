"""The officers of providers: the annual audit, suspensions, safety reviews, and concerns for a child."""

import random
from datetime import date, datetime
from typing import Any

from qa_workflow.demo.files import provider_of
from qa_workflow.demo.officers import Act, Officers, View
from qa_workflow.demo.people import (
    COMMISSIONER,
    CONTACTS,
    FOSTERING,
    LODGINGS,
    TYPES,
    YOUTH_CLUB,
)
from qa_workflow.errors import QAWorkflowError
from qa_workflow.frameworks.standards import standards_for
from qa_workflow.service.context import Context
from qa_workflow.service.starting import start_process

NEVER_SCOPED = YOUTH_CLUB  # what the story leaves lying
NEVER_LIFTED = FOSTERING
SUSPENDED = {LODGINGS: 2, FOSTERING: 5}  # from the first days of this month on
AUDITED_BY = {FOSTERING: "alex", LODGINGS: "billie"}
FORGOTTEN = "insurance"  # what no provider ever sends
PARTLY_MET = 0.15
SUSPENDED_DAYS = 20
FIRST_DAYS = 3


class ProviderOfficers(Officers):
    """Connie commissions, Alex and Billie visit, Sandy finalises, Ada suspends."""

    def __init__(self, ctx: Context, chance: random.Random) -> None:
        super().__init__(ctx, chance)
        self.overlooked: str | None = None  # the child of the lodgings whom nobody goes to see
        self.concern_raised = False  # one child of the lodgings is found not to be safe

    def begin(self, now: datetime) -> None:
        """Suspend new placements: in February with the lodgings, in May with the fostering agency."""
        for provider, month in SUSPENDED.items():
            if self.today.month != month or self.today.day > FIRST_DAYS:
                continue
            if provider == LODGINGS and self.overlooked is None:
                self.overlooked = min(self.placed.get(provider, ()), default=None)
            said = {"reason": "The heating failed again.", "proposed_by": COMMISSIONER}
            try:
                start_process(
                    self.ctx,
                    "provider_suspension",
                    provider,
                    now=now,
                    actor="ada",
                    as_person="ada",
                    data=said,
                )
            except QAWorkflowError:
                continue  # it stands already

    # -------------------------------------------------------------- the annual audit
    def provider_audit_planned(self, view: View) -> Act | None:
        if view["subject"] == NEVER_SCOPED or not self.sometimes(0.4):
            return None
        confirmed = self.data(view).get("scope_confirmed")
        return "confirm_scope", "sandy" if confirmed else COMMISSIONER, {}

    def provider_audit_scoped(self, view: View) -> Act | None:
        if not self.sometimes(0.5):
            return None
        return "assign_auditor", "sandy", {"auditor": AUDITED_BY.get(view["subject"], "alex")}

    def provider_audit_assigned(self, view: View) -> Act | None:
        return ("request_evidence", view["owner"], {}) if self.sometimes(0.5) else None

    def provider_audit_evidence_requested(self, view: View) -> Act | None:
        if not self.sometimes(0.2):
            return None
        items = [
            {"item": key, "reference": f"SYN-DOC-{number}"}
            for number, key in enumerate(self.data(view)["evidence_asked"], start=1)
            if key != FORGOTTEN
        ]
        return "evidence_in", view["owner"], {"items": items}

    def provider_audit_visit_booked(self, view: View) -> Act | None:
        if not self.sometimes(0.25):
            return None
        today = self.today.isoformat()
        said = {"words": "I can cook for myself now.", "method": "conversation", "heard_on": today}
        visit = {
            "visited_on": today,
            "premises_seen": "Both flats and the shared kitchen",
            "staff_spoken_to": ["registered manager", "support worker"],
            "children": [
                {"case": case, "views": [said]} for case in self.placed.get(view["subject"], ())
            ],
        }
        return "record_visit", view["owner"], visit

    def provider_audit_visited(self, view: View) -> Act | None:
        if not self.sometimes(0.4):
            return None
        visited_on = date.fromisoformat(self.data(view)["visited_on"])
        judged = {
            one.key: {
                "judgement": "partly" if self.sometimes(PARTLY_MET) else "met",
                "evidence": "Files of this year",
            }
            for one in standards_for(TYPES[view["subject"]], visited_on).standards
        }
        report = {
            "standards": judged,
            "strengths": ["Young people plan their own week."],
            "improvements": ["The heating is off at weekends."],
        }
        return "submit_report", view["owner"], report

    def provider_audit_report_draft(self, view: View) -> Act | None:
        return ("send_for_accuracy", view["owner"], {}) if self.sometimes(0.5) else None

    def provider_audit_with_provider(self, view: View) -> Act | None:
        contact = CONTACTS.get(view["subject"])
        if contact is None or not self.sometimes(0.15):
            return None
        return "provider_comments", contact, {"comments": "The kitchen was renewed in May."}

    def provider_audit_finalising(self, view: View) -> Act | None:
        if not self.sometimes(0.3):
            return None
        answers = {
            one["key"]: "Looked at with the provider."
            for one in self.data(view).get("findings", ())
            if one["needs_answer"]
        }
        return "finalise", "sandy", {"actions": _ACTIONS, "answers": answers}

    # -------------------------------------------------------------- suspensions and safety
    def provider_suspension_suspended(self, view: View) -> Act | None:
        stood = self.days_since(view["opened_at"][:10])
        if view["subject"] == NEVER_LIFTED or stood < SUSPENDED_DAYS or not self.sometimes(0.5):
            return None
        return "lift", "ada", {"reason": "The boiler was replaced, and seen."}

    def safety_review_due(self, view: View) -> Act | None:
        if view["subject"] == self.overlooked or not self.sometimes(0.8):
            return None
        is_safe = self.concern_raised or provider_of(view["subject"]) != LODGINGS
        self.concern_raised |= not is_safe
        return "review", view["owner"], {"found": "Seen at home", "is_safe": is_safe}

    def immediate_concern_raised(self, view: View) -> Act | None:
        return ("acknowledge", view["owner"], {}) if self.sometimes(0.8) else None

    def immediate_concern_acknowledged(self, view: View) -> Act | None:
        if not self.sometimes(0.4):
            return None
        return "make_safe", view["owner"], {"what": "The child lives with an aunt for now."}


_ACTIONS: list[dict[str, Any]] = [
    {
        "what": "Keep the heating on at weekends",
        "for_whom": "the young people",
        "difference": "The flat is warm",
        "priority": "high",
    },
    {
        "what": "Show young people the complaints leaflet",
        "for_whom": "the young people",
        "difference": "They know whom to ask",
        "priority": "standard",
    },
]
