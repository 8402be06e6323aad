"""Practice Standards: updated in February and September, and at once where it cannot wait.

Source: "Practice Standards updated (although urgent updates will be completed on an ad hoc basis"
(framework timeline, February and September; row 38). An urgent version does not stand for the scheduled
review (domain A29). The standards feed the methodology of the next audit round (domain 1.8).
"""

from qa_workflow.patterns.document import VersionedDocument

PROCESS = VersionedDocument(
    name="practice_standards",
    title="Practice Standards",
    about="Twice a year the standards are reviewed, and the audit tool hears what it must take from them.",
    source='Framework timeline, February and September: "Practice Standards updated"',
    author="sm_sqa",
    also_by=("sm_csc",),
    approver="ad_people",
    feeds_methodology=True,
    fed_by=(
        "case_audit_round",
        "thematic_audit",
        "workforce_development_plan",
        "learning_event",
        "intake:training_evaluation",
    ),
    feeds=("case_audit_round", "self_assessment"),
    reference_hint="practice_standards:2026-02",
).process()
