"""What a provider is asked for before the visit, and what a visit finds by itself. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from qa_workflow.engine.derivation import in_words
from qa_workflow.patterns.provider_scope import SEMI_INDEPENDENT, ProviderFacts
from qa_workflow.processes.provider_audit.asks import Visit

# The usual list (domain 3.4; outside the framework, a product default).
USUAL = MappingProxyType(
    {
        "statement_of_purpose": "Statement of purpose",
        "ofsted_check": "Ofsted report or check of registration",
        "safeguarding_policy": "Safeguarding policy",
        "safer_recruitment": "Safer recruitment records",
        "insurance": "Insurance",
        "missing_and_incident_log": "Log of missing episodes and incidents",
        "complaints": "Complaints",
        "staff_training": "Staff training",
    }
)
REG_32 = "reg_32_report"  # Supported Accommodation (England) Regulations 2023, reg 32
EVIDENCE: Mapping[str, str] = MappingProxyType(
    {**USUAL, REG_32: "Report of the registered person under regulation 32"}
)

# "Unlawful to operate without an accepted Ofsted application after 28 Oct 2023" (domain 4.3, R16).
REGISTERED_AFTER = date(2023, 10, 28)
# "Under-16s may not be placed in unregulated semi-independent provision (Sept 2021)" (domain 4.3, R16b).
UNDER_16_UNLAWFUL_FROM = date(2021, 9, 9)

NOT_ACCEPTED = "no_accepted_ofsted_application"

Finding = dict[str, Any]


def usual_evidence(provider_type: str, on: date) -> tuple[str, ...]:
    """Return the keys of what a provider of this type is usually asked for on *on*."""
    supported = provider_type == SEMI_INDEPENDENT and on >= REGISTERED_AFTER
    return (*USUAL, REG_32) if supported else tuple(USUAL)


def missing_evidence(asked: Iterable[str], supplied: Iterable[str], on: date) -> list[Finding]:
    """Return a finding for each thing that was asked for and did not come: absence is a finding (domain 3.4)."""
    came = set(supplied)
    return [
        {
            "key": f"evidence:{item}",
            "what": f"Not supplied by {in_words(on)}: {EVIDENCE[item]}",
            "needs_answer": False,
        }
        for item in asked
        if item not in came
    ]


def children_too_young(provider: ProviderFacts, visit: Visit, visited_on: date) -> tuple[str, ...]:
    """Return the cases of children under 16 whom a visit met in semi-independent provision: that is unlawful."""
    if provider.type != SEMI_INDEPENDENT or visited_on < UNDER_16_UNLAWFUL_FROM:
        return ()
    return tuple(child.case for child in visit.children if child.under_16)


def operates_unaccepted(provider: ProviderFacts, visited_on: date) -> bool:
    """Tell whether supported accommodation was visited before Ofsted accepted its application."""
    if provider.type != SEMI_INDEPENDENT or visited_on <= REGISTERED_AFTER:
        return False
    accepted_on = provider.ofsted_accepted_on
    return accepted_on is None or accepted_on > visited_on


def findings_of_visit(provider: ProviderFacts, visit: Visit, visited_on: date) -> list[Finding]:
    """Return what the visit finds by law, whatever the auditor writes about it."""
    found: list[Finding] = [
        {
            "key": f"under_16:{case}",
            "what": f"The child of {case} is under 16, which semi-independent provision may not take",
            "needs_answer": False,
        }
        for case in children_too_young(provider, visit, visited_on)
    ]
    if operates_unaccepted(provider, visited_on):
        found.append(
            {
                "key": NOT_ACCEPTED,
                "what": f"On {in_words(visited_on)} Ofsted had accepted no application to operate supported accommodation",
                "needs_answer": True,
            }
        )
    return found
