"""Annual Ofsted meeting: the council's self-assessment, talked over with Ofsted.

Source: "Annual Ofsted Meeting and Self-Assessment update." (framework, timeline, October). Outside it:
Ofsted's ILACS, where the annual self-evaluation is discussed at the engagement meeting and a letter to
the director follows within a month (domain 4.4); that letter is kept, and no date of ours waits for it.
"""

from qa_workflow.patterns.meeting import RecurringMeeting

PROCESS = RecurringMeeting(
    name="annual_ofsted_meeting",
    title="Annual Ofsted meeting",
    about="Once a year the director talks with Ofsted about the self-assessment of that year.",
    source='Framework timeline, October: "Annual Ofsted Meeting and Self-Assessment update"',
    chair="director",
    rests_on=(
        "self_assessment:submitted",
        "self_assessment:received",
        "self_assessment:noted",
        "self_assessment:actions_raised",
    ),
    answered_by_letter=True,
    reference_hint="annual_ofsted_meeting:2026-10 (the month in which it sits)",
).process()
