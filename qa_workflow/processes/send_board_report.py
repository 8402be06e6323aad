"""SEND report: what the SEND Programme Board has done, to members and the Health & Wellbeing Board.

Source: "Implementation of the SEND Service Improvement Action Plan, which is reported into Members
Safeguarding Sub Group and Health & Wellbeing Board" (framework, rows 17 and 33). The framework gives no
cadence: once a term, as the board itself (domain 3.6).
"""

from qa_workflow.patterns.report import RecurringReport

PROCESS = RecurringReport(
    name="send_board_report",
    title="SEND report to members",
    about="Once a term members and the Health & Wellbeing Board hear how the SEND action plan goes on.",
    source='Framework narrative: "reported into Members Safeguarding Sub Group and Health & Wellbeing Board"',
    author="send_manager",
    receiver="director",
    goes_to=("Members Safeguarding Sub Group", "Health & Wellbeing Board"),
    sections=("self-evaluation (SEF)", "action plan"),
    covers_months=4,
    fed_by=("send_programme_board", "send_panel", "send_action_plan"),
    feeds=("self_assessment",),
    service_manager="ad_people",
    reference_hint="send_board_report:2026-07",
).process()
