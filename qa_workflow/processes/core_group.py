"""First core group: within ten working days of the initial child protection conference.

Source: "management oversight of ... s47 investigations" (framework, casework); Working Together as local
procedures have it (domain 4.2). The conference that makes a plan starts it.
"""

from qa_workflow.patterns.case_clock import CaseClock

PROCESS = CaseClock(
    name="core_group",
    title="Core group",
    about="The core group of a child protection plan first meets within 10 working days of the conference.",
    source="Working Together: within 10 working days of the conference",
    owner="team_manager",
    also_by=("practitioner",),
    first_working_days=10,
    started_by="initial_cp_conference",
).process()
