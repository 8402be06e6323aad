"""Virtual Head report: the education of looked-after children, annual in June and interim in December.

Source: "Virtual Head produces and annual and interim report on the work that has been covered" (framework,
row 30; timeline, June). When the interim report is due the framework does not say: half a year later
(domain A16). It covers the six months up to it, the annual one twelve.
"""

from qa_workflow.patterns.report import RecurringReport

PROCESS = RecurringReport(
    name="virtual_head_report",
    title="Virtual Head report",
    about="The Virtual School Head reports on the year's work in June, and on the half-year in December.",
    source='Framework timeline, June: "Virtual Head produces and annual and interim report" (domain A16)',
    author="vsh",
    receiver="ad_people",
    goes_to=("Corporate Parenting Board",),
    covers_months=12,
    interim_months=(12,),
    fed_by=("programme:PEP", "vsh_team_meeting"),
    feeds=("self_assessment",),
    reference_hint="virtual_head_report:2026-06",
).process()
