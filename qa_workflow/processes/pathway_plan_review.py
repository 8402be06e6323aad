"""Pathway plan review of a care leaver: at least every six months.

Source: "The IRO Service involved in the reviewing of Pathway Plans" (framework, monitors); the leaving
care regulations (domain 4.2): at least every six months.
"""

from qa_workflow.patterns.case_clock import CaseClock

PROCESS = CaseClock(
    name="pathway_plan_review",
    title="Pathway plan review",
    about="Every care leaver's pathway plan is reviewed at least every 6 months, with the reviewing service.",
    source="Care Leavers (England) Regulations 2010: at least every 6 months",
    owner="iro",
    independent=True,
    service_manager="sm_sqa",
    plan_type="care_leaver",
    first_months=6,
    later_months=6,
).process()
