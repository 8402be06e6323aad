"""Workforce Development Plan: what audits, observations and appraisals show that people must learn.

Source: "Service Improvement Plan and Workforce Development Plans are scrutinised and signed off within
governance arrangements" (framework, rows 26 and 37). The framework gives no cadence: once a term
(domain 3.6). The next Moving to Excellence Board scrutinises it (domain A10, A11).
"""

from qa_workflow.patterns.document import VersionedDocument

PROCESS = VersionedDocument(
    name="workforce_development_plan",
    title="Workforce Development Plan",
    about="Once a term the plan is reviewed: what audits, observations and appraisals ask people to learn.",
    source='Framework narrative: "Workforce Development Plans are scrutinised and signed off"',
    author="sm_csc",
    also_by=("sm_sqa",),
    approver="ad_people",
    board="moving_to_excellence_board",
    scrutiny_months=(3, 6, 9, 12),
    has_lines=True,
    plan_code="WDP",
    fed_by=(
        "case_audit_round", "getting_to_outstanding", "skills_analysis", "learning_event", "intake:training_evaluation",
        "programme:OBS", "programme:APE", "programme:APO", "programme:APM",
    ),
    feeds=("practice_standards", "moving_to_excellence_board", "self_assessment"),
    reference_hint="workforce_development_plan:2026-07",
).process()  # fmt: skip
