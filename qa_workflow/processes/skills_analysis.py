"""Skills analysis: what the workforce can do and what it must learn.

Source: learning and development "responsive to the skills analysis of the workforce" (framework, row 59).
It feeds the Workforce Development Plan. The framework gives no cadence: once a year (domain 3.6).
"""

from qa_workflow.patterns.report import RecurringReport

PROCESS = RecurringReport(
    name="skills_analysis",
    title="Skills analysis",
    about="Once a year it is said what the workforce can do and must learn, for the plan that develops it.",
    source='Framework narrative: "responsive to the skills analysis of the workforce"',
    author="sm_csc",
    receiver="ad_people",
    sections=("what the workforce can do", "what it must learn"),
    covers_months=12,
    fed_by=("programme:OBS", "programme:APE", "programme:APO", "programme:APM"),
    feeds=("workforce_development_plan",),
    reference_hint="skills_analysis:2026-02",
).process()
