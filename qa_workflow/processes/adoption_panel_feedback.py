"""Feedback of the Adoption and Permanency Panel: its chair says how good the work on a case was.

Source: "Chair of Adoption and Permanency Panel." among those who monitor quality (framework); per case,
without a cadence. Domain 3.6: it runs as a meeting, started by hand for each case.
"""

from qa_workflow.patterns.meeting import RecurringMeeting

PROCESS = RecurringMeeting(
    name="adoption_panel_feedback",
    title="Feedback of the Adoption and Permanency Panel",
    about="The panel's chair says of a case how good the work was; what must change becomes an action.",
    source='the day that was asked for; framework: "Chair of Adoption and Permanency Panel"',
    chair="ap_panel_chair",
    organiser="ap_panel_chair",
    papers_working_days=0,
    topics=("quality of the work",),
    started_by="person",
    series="{subject}:",
    service_manager="sm_csc",
    reference_hint="adoption_panel_feedback:C07:1 (the case, and which time)",
).process()
