"""SEND Service Improvement Action Plan: what the SEND strategy and self-evaluation ask to be done.

Source: "Implementation of the SEND Service Improvement Action Plan" (framework, rows 17 and 40). The
framework gives no cadence: once a term, as the SEND Programme Board that oversees it (domain 3.6).
"""

from qa_workflow.patterns.document import VersionedDocument

PROCESS = VersionedDocument(
    name="send_action_plan",
    title="SEND action plan",
    about="Once a term the SEND action plan is reviewed: each line with its owner, its date and how it stands.",
    source='Framework narrative: "Implementation of the SEND Service Improvement Action Plan"',
    author="send_manager",
    approver="ad_people",
    has_lines=True,
    fed_by=("send_programme_board", "send_panel"),
    feeds=("send_board_report", "self_assessment"),
    reference_hint="send_action_plan:2026-07",
).process()
