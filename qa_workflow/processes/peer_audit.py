"""Peer audit: colleagues of another authority or agency look at cases of this council.

Source: "Section 11 audits and Peer Audits are co-ordinated through the Multi-Agency safeg[u]arding arrangements
in place between City and Hackney" (framework, audits). No cadence: when the partnership asks for one (domain A27).
"""

from qa_workflow.patterns.external_audit import ExternalAudit

PROCESS = ExternalAudit(
    name="peer_audit",
    title="Peer audit",
    about="Peers look at cases of this council and say what works and what does not; its actions are followed up.",
    source='Framework: "Peer Audits are co-ordinated through the Multi-Agency safeguarding arrangements"',
    reference_hint="peer_audit:2026-camden",
    looks_at="cases",
).process()
