"""SEND Programme Board: strategic oversight of what the council does for children with SEND.

Source: "Strategic Oversight of the SEND joint strategy, self-evaluation form (SEF) Implementation of the
SEND Service Improvement Action Plan, which is reported into Members Safeguarding Sub Group and Health &
Wellbeing Board." (framework). It names neither chair nor cadence: AD People, and once a school term,
are product defaults (domain 3.6).
"""

from qa_workflow.patterns.meeting import RecurringMeeting

PROCESS = RecurringMeeting(
    name="send_programme_board",
    title="SEND Programme Board",
    about="Oversees the SEND joint strategy, the self-evaluation and the SEND action plan, and the panel's work.",
    source='Framework: "Strategic Oversight of the SEND joint strategy"; once a term is a product default',
    chair="ad_people",
    scrutinises=("send_action_plan:awaiting_scrutiny",),
    reviews=("send_panel:closed", "send_board_report:submitted", "send_board_report:received"),
    topics=(
        "SEND joint strategy",
        "self-evaluation form",
        "SEND Service Improvement Action Plan",
    ),
    service_manager="send_manager",
    reference_hint="send_programme_board:2026-07 (the last month of its term)",
).process()
