"""EHE monthly report: the children educated at home or missing from education, each month to the senior managers.

Source: "Monthly reports to the Children's Senior Management Team on children who are Electively Home
Educated (EHE) and at risk of missing education" (framework, row 28; timeline, every month). One report,
two sections; a child may stand in both (domain A22).
"""

from qa_workflow.patterns.report import RecurringReport

PROCESS = RecurringReport(
    name="ehe_monthly_report",
    title="EHE monthly report",
    about="Every month the senior managers hear how many children are educated at home or missing education.",
    source='Framework timeline, every month: "Monthly reports on Electively Home Educated Children"',
    author="ehe_officer",
    receiver="senior_manager",
    goes_to=("Children's Senior Management Team",),
    sections=("electively home educated", "at risk of missing education"),
    counted=True,
    feeds=("self_assessment",),
    service_manager="ey_lead",
    reference_hint="ehe_monthly_report:2026-06",
).process()
