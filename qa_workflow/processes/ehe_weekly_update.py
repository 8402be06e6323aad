"""EHE weekly update: the same children, each week to AD People.

Source: "and weekly case updates to the Assistant Director of People" (framework, row 29; not in the
timeline). Due on Friday, brought back to the working day before a bank holiday (domain A23): an update
is useless late.
"""

from qa_workflow.patterns.report import RecurringReport

PROCESS = RecurringReport(
    name="ehe_weekly_update",
    title="EHE weekly update",
    about="Every week AD People hears of the children educated at home or missing education.",
    source='Framework narrative: "weekly case updates to the Assistant Director of People" (domain A23)',
    author="ehe_officer",
    receiver="ad_people",
    sections=("electively home educated", "at risk of missing education"),
    counted=True,
    covers="week",
    feeds=("ehe_monthly_report",),
    service_manager="ey_lead",
    note_working_days=5,
    reference_hint="ehe_weekly_update:2026-W14",
).process()
