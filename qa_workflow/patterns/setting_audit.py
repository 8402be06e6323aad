"""What audits of providers and of settings share: who is audited, by which standards, and when a setting's is due.

Sources: "Commissioned Independent Fostering Agencies and Semi-independent provisions ... are audited annually",
"Annual audits of Early Years Settings, reviewing Leadership, Management and Safeguarding, this is usually completed
in the summer term" (framework, audits); domain 3.5 G3: one machine, "with standards set as data". The standards
stand in `frameworks/standards.json`, chosen by the type of the provider and the day of the visit.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from qa_workflow.engine.definition import Asks, Facts, Refusal, guard
from qa_workflow.engine.terms import Term
from qa_workflow.patterns.provider_scope import ProviderFacts, due_date

NAMED = 5  # so many standards fit in a sentence
APRIL, SEPTEMBER = 4, 9

Judgement = Literal["met", "partly", "not_met", "not_applicable"]


class Judged(BaseModel):
    """What the audit found about one standard."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    judgement: Judgement | None = Field(default=None, title="Met, partly, not met, not applicable")
    evidence: str = Field(default="", title="Evidence")


# ------------------------------------------------------------------ who is audited
def provider_of(facts: Facts) -> ProviderFacts | None:
    """Return what the list says of the provider; None where no list names it."""
    found: ProviderFacts | None = facts.gathered["provider"]
    return found


@guard()
def provider_is_known(facts: Facts, _evidence: Asks) -> Refusal | None:
    """Only a provider of the list has a type, by which the standards are chosen."""
    if provider_of(facts) is not None:
        return None
    return Refusal(
        why=f"No list of providers names {facts.instance.subject}: import one first.",
        who="commissioning",
    )


def contact_person(facts: Facts) -> str | None:
    """Return who speaks for the provider, if the roster has them in that role today."""
    provider = provider_of(facts)
    person = None if provider is None else facts.roster.active(provider.contact, facts.today)
    return person.person_id if person is not None and "provider_contact" in person.roles else None


# ------------------------------------------------------------------ by which standards
def standards_on(facts: Facts, day: date) -> Mapping[str, Any]:
    """Return the set of standards for a provider of this type on *day*: key, title, and standards by key."""
    found: Mapping[str, Any] = facts.gathered["standards_on"](day)
    return found


@guard("evidence")
def every_standard_is_judged(facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - any Asks with standards
    """Every standard of the set, by the provider's type and the day of the visit, is judged on evidence; no other is."""
    chosen = standards_on(facts, date.fromisoformat(facts.instance.data["visited_on"]))
    asked: Mapping[str, str] = chosen["standards"]
    unjudged = [key for key in asked if not _is_judged(evidence.standards.get(key))]
    unknown = [key for key in evidence.standards if key not in asked]
    problems = [
        f"{what}: {', '.join(keys[:NAMED])}{f' and {len(keys) - NAMED} more' if len(keys) > NAMED else ''}"
        for what, keys in (("no judgement with evidence", unjudged), ("not in this set", unknown))
        if keys
    ]
    if not problems:
        return None
    return Refusal(why=f"{chosen['title']}: {'; '.join(problems)}.", who="the auditor")


def _is_judged(judged: Judged | None) -> bool:
    return judged is not None and judged.judgement is not None and bool(judged.evidence)


def unmet_standards(report: Mapping[str, Any]) -> list[str]:
    """Return the standards that a report judges not met, in its order."""
    judged: Mapping[str, Mapping[str, str]] = report["standards"]
    return [key for key, one in judged.items() if one["judgement"] == "not_met"]


# ------------------------------------------------------------------ when a setting's is due
def summer_term(terms: Iterable[Term], year: int) -> tuple[date, date] | None:
    """Return the first and the last day of what is taught from April to August of *year*; None if not known.

    Where a council divides its summer in two terms, it is the first day of one and the last of the other.
    """
    found = [
        term
        for term in terms
        if date(year, APRIL, 1) <= term.first_on and term.last_on < date(year, SEPTEMBER, 1)
    ]
    if not found:
        return None
    return min(term.first_on for term in found), max(term.last_on for term in found)


def setting_due(year: int, choice: str, terms: Iterable[Term]) -> date:
    """Return when the audits of *year* are due: 30 June, or by choice the last day of the summer term (domain A24).

    Where the term is not known, it is 30 June in any case.
    """
    term = summer_term(terms, year) if choice == "summer_term" else None
    return due_date(year) if term is None else term[1]


def setting_opening(year: int, terms: Iterable[Term]) -> date:
    """Return the first day of the summer term, the audits' window; 1 April where it is not known."""
    term = summer_term(terms, year)
    return date(year, APRIL, 1) if term is None else term[0]
