"""Section 11 audit: how well does the council keep its duty to safeguard, by its own and its partners' answers.

Source: "Section 11 audits and Peer Audits are co-ordinated through the Multi-Agency safeg[u]arding arrangements
in place between City and Hackney" (framework, audits). No interval is given, in the framework or in law (Children
Act 2004 s.11): every 24 months from the partnership's launch is our default, the choice `section_11_months`
another (domain A27, R17).
"""

from qa_workflow.patterns.external_audit import ExternalAudit

PROCESS = ExternalAudit(
    name="section_11_audit",
    title="Section 11 audit",
    about="The partnership's tool is answered by each agency; gaps become actions, and the next one is announced.",
    source='Framework: "Section 11 audits ... are co-ordinated through the Multi-Agency safeguarding arrangements"',
    reference_hint="section_11_audit:2026 (the year of its launch)",
    looks_at="tool",
    again_months=24,
    again_choice="section_11_months",
).process()
