"""Multi-Agency Action Plan: what the partners' audit has taught, and who does what about it.

Source: "Learning from these audits is picked up through Multi-Agency Action Plans" (framework, rows 5 and
39). Each audit asks for one; the framework gives no time for it: twenty working days.
"""

from qa_workflow.patterns.document import VersionedDocument

PROCESS = VersionedDocument(
    name="multi_agency_action_plan",
    title="Multi-Agency Action Plan",
    about="What a multi-agency audit has taught becomes lines of a plan, each with its owner and its date.",
    source="product default: twenty working days after the audit asked for it",
    author="sm_sqa",
    also_by=("sm_csc",),
    approver="ad_people",
    has_lines=True,
    fed_by=("multi_agency_audit",),
    feeds=("service_improvement_plan", "self_assessment"),
    due_working_days=20,
    started_by="multi_agency_audit",
    reference_hint="multi_agency_action_plan:2026-01",
).process()
