"""Multi-agency audit: twice a year the partnership looks at three cases of each council, for a theme.

Source: "Multi-Agency audits are carried out bi-annually through the City and Hackney Safeguarding Children
Board. Learning from these audits is picked up through Multi-Agency Action Plans" (framework, audits); timeline,
January and September. "Bi-annually" is read as twice a year (domain A9); three cases each is the partnership's
own process (domain 4.4, R23).
"""

from qa_workflow.patterns.external_audit import ExternalAudit

PROCESS = ExternalAudit(
    name="multi_agency_audit",
    title="Multi-agency audit",
    about="Partners look together at three cases of this council for a theme; its actions are followed up.",
    source='Framework timeline, January and September: "CHSCB Multi-Agency Audits (completed bi-annually)"',
    reference_hint="multi_agency_audit:2026-01",
    looks_at="cases",
    cases_each=3,
    themed=True,
    in_calendar=True,
    plan_process="multi_agency_action_plan",
    months=1,
    # A month holds all of it, up to the findings.
    select_days=5,
    return_days=7,
    review_days=3,
    findings_days=5,
).process()
