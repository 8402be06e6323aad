"""Top three: the cases whose plan is blocked, before a senior manager, until each has a way on.

Source: ""Top three" meeting with Senior Manager, which looks at cases where there may be block in moving
plans for child and young people." (framework). Cadence and "three" are read as domain A14: monthly, at
most three cases, named two working days before; each leaves with an action, its owner and its day, or
is accepted as it is with a reason (3.5 G2). AD People may attend; a service manager chairs (A13).
"""

from qa_workflow.patterns.meeting import RecurringMeeting

PROCESS = RecurringMeeting(
    name="top_three",
    title="Top three meeting",
    about="Up to three cases whose plan is blocked each leave with an action, or are accepted with a reason.",
    source='Framework: "cases where there may be block in moving plans"; monthly is a product default (domain A14)',
    chair="senior_manager",
    papers_working_days=2,
    most_items=3,
    most_items_choice="top_three_size",
    decides_each_item=True,
    service_manager="sm_csc",
    reference_hint="top_three:2026-01-15 (the day by which it sits)",
).process()
