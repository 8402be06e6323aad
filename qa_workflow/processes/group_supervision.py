"""Group supervision: a team thinks about live cases together, with challenge and with support.

Source: "Group Supervision for Children and Families Team." (framework, timeline, June to December; A18);
"Group supervision, using the "Think Family" approach"; "Frontline practitioners have group supervision
... where live cases can be discussed with constructive challenge and support" (framework). What is
learned is kept by reference only.
"""

from qa_workflow.patterns.meeting import RecurringMeeting

PROCESS = RecurringMeeting(
    name="group_supervision",
    title="Group supervision",
    about="Practitioners discuss at least one live case together, and keep where the learning is written.",
    source='Framework timeline, June to December: "Group Supervision for Children and Families Team"',
    chair=("team_manager", "sm_csc"),
    organiser=("team_manager", "sm_csc"),
    must_attend=("practitioner",),
    papers_working_days=1,
    live_cases=True,
    service_manager="sm_csc",
    reference_hint="group_supervision:2026-06 (the month in which it sits)",
).process()
