"""Child in need review: management oversight, every six months unless the council chooses otherwise.

Source: "Clear management oversight on the review of Child in Need case" (framework). No law gives an
interval: six months are a product default, the choice `cin_review_months` of the framework file another.
"""

from qa_workflow.patterns.case_clock import CaseClock

PROCESS = CaseClock(
    name="cin_review",
    title="Child in need review",
    about="A manager oversees the review of every child in need plan, every 6 months unless the council chooses otherwise.",
    source="product default: every 6 months, or as the choice cin_review_months says",
    owner="team_manager",
    also_by=("practitioner",),
    ladder="standard",
    plan_type="cin",
    first_months=6,
    later_months=6,
    months_choice="cin_review_months",
).process()
