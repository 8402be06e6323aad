"""Thematic audit: a hypothesis about an emerging theme is explored, and its gaps go to the Service Improvement Plan.

Source: "Thematic audits carried out to explore hypotheses and emerging themes which may identify gaps in service"
(framework, audits). No cadence: when somebody asks for one (domain A27).
"""

from qa_workflow.patterns.external_audit import ExternalAudit

PROCESS = ExternalAudit(
    name="thematic_audit",
    title="Thematic audit",
    about="A hypothesis about an emerging theme is explored with a tool; the gaps it shows feed the improvement plan.",
    source='Framework: "Thematic audits carried out to explore hypotheses and emerging themes"',
    reference_hint="thematic_audit:neglect-2026",
    looks_at="tool",
    body="Safeguarding and Quality Assurance Service",
    partners=("Children and Families Team", "Early Help Service"),
    announced_with=("hypothesis", "theme"),
).process()
