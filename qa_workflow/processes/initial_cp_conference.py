"""Initial child protection conference: within 15 working days of the strategy discussion.

Source: "management oversight of ... s47 investigations" (framework, casework); Working Together as local
procedures have it (domain 4.2): within 15 working days of the strategy discussion at which the section 47
enquiries were initiated. Started by hand with that day (`--on`). If a plan is made, the first core group
and the first review conference count from the conference.
"""

from qa_workflow.patterns.case_clock import CaseClock

PROCESS = CaseClock(
    name="initial_cp_conference",
    title="Initial child protection conference",
    about="The initial conference is held within 15 working days of the strategy discussion that began the enquiries.",
    source="Working Together: within 15 working days of the strategy discussion",
    owner="team_manager",
    also_by=("iro",),
    keyed_by="day",
    first_working_days=15,
    leads_to=("core_group", "cp_conference"),
    unneeded="a child whose enquiries end without a conference",
).process()
