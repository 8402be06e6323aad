"""Service Improvement Plan: updated every quarter, scrutinised by the next Moving to Excellence Board.

Source: "Update Service Improvement Plan. (quarterly basis)" (framework timeline, January, April, July,
October; row 36); "scrutinised and signed off within governance arrangements" (row 26). The board sits in
March, June, September and December, so that a version waits for it (domain A10, A11).
"""

from qa_workflow.patterns.document import VersionedDocument

PROCESS = VersionedDocument(
    name="service_improvement_plan",
    title="Service Improvement Plan",
    about="Every quarter the plan is reviewed: what audits and recommendations asked for stands on it, with its owner.",
    source='Framework timeline, January, April, July, October: "Update Service Improvement Plan. (quarterly basis)"',
    author="sm_sqa",
    also_by=("sm_csc",),
    approver="ad_people",
    board="moving_to_excellence_board",
    scrutiny_months=(3, 6, 9, 12),
    has_lines=True,
    plan_code="SIP",
    fed_by=(
        "case_audit_round", "getting_to_outstanding", "multi_agency_audit", "multi_agency_action_plan",
        "thematic_audit", "section_11_audit", "peer_audit", "children_survey", "oversight_check",
        "learning_event", "intake",
    ),
    feeds=("moving_to_excellence_board", "self_assessment"),
    reference_hint="service_improvement_plan:2026-01",
).process()  # fmt: skip
