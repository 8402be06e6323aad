"""Self-assessment: everything the year's quality assurance has shown, before the annual meeting with Ofsted.

Source: "Annual Ofsted Meeting and Self-Assessment update" (framework timeline, October; row 34). Its
three questions are those of ILACS (domain 4.4, R19). It rests on "all of the above" (domain 1.8): what
of it came about in the last twelve months is listed with the report, and linked.
"""

from qa_workflow.patterns.report import RecurringReport

PROCESS = RecurringReport(
    name="self_assessment",
    title="Self-assessment",
    about="By the end of October the service says what it knows of its practice, how it knows, and what it plans.",
    source='Framework timeline, October: "Annual Ofsted Meeting and Self-Assessment update"',
    author="sm_sqa",
    receiver="director",
    goes_to=("Ofsted",),
    sections=(
        "what do you know about the quality of practice",
        "how do you know it",
        "what are your plans for the next 12 months",
    ),
    covers_months=12,
    fed_by=(
        "case_audit_round", "multi_agency_audit", "section_11_audit", "peer_audit", "thematic_audit",
        "provider_audit", "early_years_audit", "tender_check", "oversight_check", "programme",
        "getting_to_outstanding", "moving_to_excellence_board", "strategic_placement_group",
        "send_programme_board", "senco_network", "top_three", "learning_event",
        "ehe_monthly_report", "virtual_head_report", "iro_annual_report", "send_board_report",
        "skills_analysis", "annual_report", "service_improvement_plan", "workforce_development_plan",
        "practice_standards", "multi_agency_action_plan", "send_action_plan", "children_survey", "intake",
    ),
    feeds=("annual_ofsted_meeting",),
    reference_hint="self_assessment:2026-10",
).process()  # fmt: skip
