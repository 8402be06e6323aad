"""Strategic Placement Group: are the placements good, and what do they cost?

Source: "to review quality and value of placements attended by Commissioning, Children's Social Care and
Early Help Service Manager, Safeguarding and Quality Assurance Service Manager and Finance. Group is
chaired by AD Peoples Service." (framework, timeline, January, April, July, October); domain A12: AD
Peoples Service is AD People. It looks at the audits of providers and at what was asked of them (3.4),
and at the tenders whose safeguarding was checked since it last met.
"""

from qa_workflow.patterns.meeting import RecurringMeeting

PROCESS = RecurringMeeting(
    name="strategic_placement_group",
    title="Strategic Placement Group",
    about="Four times a year the quality and the value of placements are reviewed, with audits of providers.",
    source='Framework timeline, January, April, July and October: "to review quality and value of placements"',
    chair="ad_people",
    must_answer=("commissioning", "sm_csc", "sm_sqa", "finance"),
    reviews=("provider_audit:actions_open", "provider_audit:compliant", "tender_check:recorded"),
    follows_up=("provider_audit",),
    topics=("quality of placements", "value of placements"),
    reference_hint="strategic_placement_group:2026-04 (the month in which it sits)",
).process()
