"""Social work assessment: complete within 45 working days of the referral.

Source: "management oversight of contacts, referrals, assessments" (framework, casework); Working Together
(domain 4.2): 45 working days from the referral. Started by hand with that day (`--on`). Here `book` is
the day it is planned to be complete, `hold` the day it was, `record` that a manager has signed it.
"""

from qa_workflow.patterns.case_clock import CaseClock

PROCESS = CaseClock(
    name="social_work_assessment",
    title="Social work assessment",
    about="An assessment is complete within 45 working days of the referral.",
    source="Working Together: within 45 working days of the referral",
    owner="team_manager",
    also_by=("practitioner",),
    keyed_by="day",
    first_working_days=45,
    unneeded="a child whose referral needs no assessment",
).process()
