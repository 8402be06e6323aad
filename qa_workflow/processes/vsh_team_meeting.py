"""Virtual School Head at the team meeting: education matters, and how good PEPs and pathway plans are.

Source: "Virtual School Head attends Children and Families Team Meeting to update staff on Education
matters and discuss quality of PEP's and Pathway Plans." (framework, timeline, March).
"""

from qa_workflow.patterns.meeting import RecurringMeeting

PROCESS = RecurringMeeting(
    name="vsh_team_meeting",
    title="Virtual School Head at the team meeting",
    about="Once a year the Virtual School Head tells the team how good PEPs and pathway plans are.",
    source='Framework timeline, March: "Virtual School Head attends Children and Families Team Meeting"',
    chair="vsh",
    organiser=("team_manager", "sm_csc"),
    must_attend=("practitioner",),
    reviews=("pep:recorded", "pathway_plan_review:recorded"),
    papers_working_days=1,
    topics=("education matters", "quality of PEPs", "quality of pathway plans"),
    service_manager="sm_csc",
).process()
