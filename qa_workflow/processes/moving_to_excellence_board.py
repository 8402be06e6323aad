"""Moving to Excellence Board: scrutinises and signs off what the audits and the plans say.

Source: "Moving to Excellence Board" (framework, timeline, March, June, September, December); "Reports on
Audits, Service Improvement Plan and Workforce Development Plans are scrutinised and signed off within
governance arrangements" (framework, audit cycle page). Which body that is, and who chairs it, the
framework does not say: domain A10 and A11. The signing is an act on each document, not on the meeting.
"""

from qa_workflow.patterns.meeting import RecurringMeeting

PROCESS = RecurringMeeting(
    name="moving_to_excellence_board",
    title="Moving to Excellence Board",
    about="Four times a year what awaits scrutiny is approved, returned, or carried on with a reason.",
    source='Framework timeline, March, June, September and December: "Moving to Excellence Board"',
    chair="ad_people",
    scrutinises=(
        "case_audit_round:governance_review",
        "service_improvement_plan:awaiting_scrutiny",
        "workforce_development_plan:awaiting_scrutiny",
        "practice_standards:awaiting_scrutiny",
        "multi_agency_action_plan:awaiting_scrutiny",
    ),
).process()
