"""Plans: one audit a year of each provider in scope, and says of every provider where it stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from qa_workflow.engine.instance import Spawn
from qa_workflow.engine.working_days import london_date
from qa_workflow.frameworks.choices import Choices
from qa_workflow.patterns.provider_scope import (
    PastAudit,
    ProviderFacts,
    Scope,
    due_date,
    due_year,
    opening,
    scope,
    was_in_scope,
)
from qa_workflow.service.context import Context
from qa_workflow.service.readings.providers import (
    AUDIT,
    known_facts,
    open_suspensions,
    past_audits,
    placed_by_provider,
)
from qa_workflow.service.work import Work
from qa_workflow.store import providers, reports

EARLY_YEARS = "early_years"  # its settings have an audit of their own (domain A24)
NOT_PLANNED_HERE = "settings of this type have an audit of their own"
NOT_CHOSEN = "this council has chosen not to audit providers of this type every year"


def provider_audits(work: Work, since: date) -> Iterable[Spawn]:
    """Return the audit of every provider in scope, of each year whose window has opened by today.

    The window of a year is 1 January to 30 June. One that had closed before planning began, or before
    the provider was first known, is never opened (domain 3.0, First day); one that is opened after its
    first day says so. Which types of provider are audited is a choice of the council (A25, A26).
    """
    choices = work.ctx.framework.choices
    begun = {
        one.provider_id: max(since, one.first_seen_on)
        for one in providers.find_providers(work.connection).values()
        if one.type in choices.audited_provider_types
    }
    missing: list[tuple[str, int]] = []
    for year in range(min(begun.values(), default=work.today).year, work.today.year + 1):
        wanted = {
            _reference(provider_id, year): (provider_id, year)
            for provider_id, begun_on in begun.items()
            if begun_on <= due_date(year)
        }
        standing = reports.find_by_reference(work.connection, list(wanted))
        missing += [one for reference, one in wanted.items() if reference not in standing]
    if not missing:
        return []
    known = known_facts(work.connection, work.roster)
    audits = past_audits(work.connection)
    return [
        _audit(known[provider_id], year, work.today)
        for provider_id, year in missing
        if _is_wanted(known[provider_id], year, audits.get(provider_id, ()), work)
    ]


def _is_wanted(provider: ProviderFacts, year: int, audits: Iterable[PastAudit], work: Work) -> bool:
    waived_after = work.ctx.framework.choices.first_audit_waived_after
    if work.today <= due_date(year):
        return scope(provider, year, audits, waived_after=waived_after).is_in
    return was_in_scope(provider, year, audits, waived_after=waived_after)


def _reference(provider_id: str, year: int) -> str:
    return f"{AUDIT}:{provider_id}:{year}"


def _audit(provider: ProviderFacts, year: int, today: date) -> Spawn:
    opens_on = opening(year)
    data: dict[str, Any] = {"year": year, "opens_on": opens_on.isoformat()}
    if today > opens_on:
        data["created_late"] = True
    return Spawn(
        process=AUDIT,
        reference=_reference(provider.provider_id, year),
        subject=provider.provider_id,
        title=f"Annual audit of {provider.name}",
        due_on=due_date(year),
        data=data,
    )


def scope_of(
    provider: ProviderFacts, year: int, audits: Iterable[PastAudit], choices: Choices
) -> Scope:
    """Return whether an audit of *provider* is planned for *year*: Early Years settings have one of their own."""
    if provider.type not in choices.audited_provider_types:
        is_setting = provider.type == EARLY_YEARS
        return Scope(is_in=False, why=NOT_PLANNED_HERE if is_setting else NOT_CHOSEN)
    return scope(provider, year, audits, waived_after=choices.first_audit_waived_after)


# ------------------------------------------------------------------ where each provider stands
@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderStanding:
    """A provider of the list, whether it is audited by the next 30 June and why, and what runs for it.

    `due_on` is the 30 June by which its next audit is due, None where none is; `audit` the reference of
    the audit that is open, `suspension` that of a suspension of new placements that stands.
    """

    provider_id: str
    name: str
    type: str
    commissioner: str | None
    placed: tuple[str, ...]
    in_scope: bool
    why: str
    due_on: date | None
    audit: str | None
    suspension: str | None

    @property
    def scope(self) -> str:
        """Return it in the words of the framework's officers: "in scope" or "not in scope"."""
        return "in scope" if self.in_scope else "not in scope"


def list_providers(ctx: Context, *, now: datetime) -> list[ProviderStanding]:
    """Return every provider of the list by id, with its scope for the next 30 June, and what is open for it."""
    year = due_year(london_date(now))
    with ctx.database.reading() as connection:
        work = Work(ctx, connection, now)
        known = known_facts(connection, work.roster)
        audits = past_audits(connection)
        placed = placed_by_provider(connection)
        suspended = open_suspensions(connection)
        running = _open_audits(work)
    return [
        _standing(
            one,
            scope_of(one, year, audits.get(one.provider_id, ()), ctx.framework.choices),
            placed=placed.get(one.provider_id, ()),
            audit=running.get(one.provider_id),
            suspension=suspended.get(one.provider_id),
        )
        for one in known.values()
    ]


def _open_audits(work: Work) -> dict[str, str]:
    """Return by provider the open audit; where two are open, the older one."""
    ids = reports.find_ids(work.connection, reports.Wanted(process=AUDIT))
    found = sorted(
        (one.data["year"], one.subject, one.reference)
        for one in reports.related(work.connection, ids).values()
    )
    return {subject: reference for _, subject, reference in reversed(found)}


def _standing(
    provider: ProviderFacts,
    found: Scope,
    *,
    placed: tuple[str, ...],
    audit: str | None,
    suspension: str | None,
) -> ProviderStanding:
    return ProviderStanding(
        provider_id=provider.provider_id,
        name=provider.name,
        type=provider.type,
        commissioner=provider.commissioner,
        placed=placed,
        in_scope=found.is_in,
        why=found.why,
        due_on=found.due_on,
        audit=audit,
        suspension=suspension,
    )
