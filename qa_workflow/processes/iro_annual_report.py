"""IRO annual report: how the reviews of looked-after children went, from April to March.

Source: "The Independent Reviewing Officer produces an annual report on Children Looked After in the City
of London, which covers performance and QA of the work carried out with young people" (framework, row
31; timeline, August). It covers the local authority's year that ended last (domain A17). That it goes
to the corporate parenting board is the IRO Handbook's expectation (domain 4.4).
"""

from qa_workflow.patterns.report import RecurringReport

PROCESS = RecurringReport(
    name="iro_annual_report",
    title="IRO annual report",
    about="By the end of August the reviewing officers report on the year from April to March.",
    source='Framework timeline, August: "IRO annual report on Children Looked After" (domain A17)',
    author="iro",
    receiver="ad_people",
    goes_to=("Corporate Parenting Board",),
    covers="year_to_march",
    fed_by=("cla_review",),
    feeds=("self_assessment",),
    reference_hint="iro_annual_report:2026-08",
).process()
