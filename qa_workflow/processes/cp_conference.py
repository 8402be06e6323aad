"""Review child protection conference: within three months of the initial one, then every six at the latest.

Source: "Independent Reviewing Officer (IRO) at ... Child Protection Conference" (framework, monitors);
Working Together as local procedures have it (domain 4.2): the first review within three months of the
initial conference, later ones not more than six months apart. The plan's start in the case list is the
day of the initial conference.
"""

from qa_workflow.patterns.case_clock import CaseClock

PROCESS = CaseClock(
    name="cp_conference",
    title="Review child protection conference",
    about="Every child protection plan is reviewed at a conference: within 3 months of the initial one, then every 6 months.",
    source="Working Together: the first review within 3 months of the initial conference, later ones 6 months apart at most",
    owner="iro",
    independent=True,
    service_manager="sm_sqa",
    plan_type="cp",
    first_months=3,
    later_months=6,
).process()
