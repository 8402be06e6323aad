"""Why something is blocked, in words: each reason code as a manager would say it."""

from collections.abc import Mapping
from types import MappingProxyType

# What people give as a reason, and what the engine adds by itself (domain 3.0).
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "awaiting_provider": "waiting for the provider",
        "awaiting_partner_agency": "waiting for a partner agency",
        "awaiting_family": "waiting for the family",
        "awaiting_court": "waiting for the court",
        "no_placement": "no placement",
        "funding": "funding",
        "staff_absence": "somebody is absent",
        "record_unavailable": "a record is not there",
        "disagreement": "people disagree",
        "system_fault": "the system fails on it",
        "other": "another reason",
        "overdue_l2": "overdue for so long that AD People were told",
        "owner_inactive": "its owner no longer works here",
        "nobody_home": "nobody is there who could move it",
        "waits_on_blocked": "it waits for something that is blocked itself",
        "no_way_out": "nothing can move it",
        "refused_three_times": "the same step was refused three times",
        "second_carry_forward": "it was to be carried forward a second time",
        "no_evidence_twice": "evidence was missing twice",
        "no_sitting_before_statutory_date": "no sitting takes place before the date set by law",
        "panel_inquorate": "the panel was not quorate",
        "provider_closed": "the provider is closed",
    }
)


def reason_in_words(code: str) -> str:
    """Return what a reason code means; an unknown one is said as it is written."""
    return REASONS.get(code) or code.replace("_", " ")
