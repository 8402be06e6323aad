"""Annual report: any other report that somebody owes once a year.

Source: "Annual reports." (framework, impact sources; row 35). The framework names none of them: each is
asked for by hand, with what it is called (`series`) so that next year's is known to follow it.
"""

from qa_workflow.patterns.report import RecurringReport

PROCESS = RecurringReport(
    name="annual_report",
    title="Annual report",
    about="A report that a service owes once a year is asked for, written, and received by AD People.",
    source="the date that was asked for, else the end of the next month",
    author="sm_sqa",
    also_by=("sm_csc", "ey_lead", "send_manager", "commissioning", "vsh", "iro"),
    receiver="ad_people",
    covers_months=12,
    feeds=("self_assessment",),
    started_by="person",
    reference_hint="annual_report:private-fostering-2026",
).process()
