"""Takes the list of providers into the database, all of it or nothing. The same file twice changes nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from qa_workflow.engine.derivation import in_words
from qa_workflow.intake.providers import ProviderRow, read_providers
from qa_workflow.intake.upload import read_upload
from qa_workflow.patterns.provider_scope import due_year
from qa_workflow.service.context import Context
from qa_workflow.service.names import Names
from qa_workflow.service.provider_plans import list_providers, scope_of
from qa_workflow.service.readings.providers import (
    facts_of,
    past_audits,
    placed_by_provider,
)
from qa_workflow.service.work import Work
from qa_workflow.store import council, providers
from qa_workflow.store.providers import Provider

__all__ = ["ProviderImport", "import_providers", "list_providers"]


@dataclass(slots=True)
class ProviderImport:
    """What an import of providers brings, or would bring: by id, and `in_scope` as sentences."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    in_scope: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    written: bool = False


def import_providers(
    ctx: Context, path: Path, *, now: datetime, actor: str, dry_run: bool = False
) -> ProviderImport:
    """Read a CSV of providers and bring the database to what it says; who is not in the file stays as they are.

    Says early which provider is now in scope for an audit; the next pass plans it. Every accepted
    import is recorded, also one that changes nothing. With *dry_run* nothing is written.

    Raises:
        RejectedFile: any fault in the file, each named; nothing is written.
    """
    with ctx.database.transaction() as connection:
        work = Work(ctx, connection, now)
        rows = read_providers(path, today=work.today)
        known = providers.find_providers(connection)
        names = Names(work.roster)
        records = [_record(row, known.get(row.provider_id), names, work) for row in rows]
        report = _compared(records, known)
        placed = placed_by_provider(connection)
        report.in_scope = _newly_in_scope(work, records, known, placed)
        report.warnings = [
            *(f"{name!r} is not in the roster; kept as text" for name in sorted(names.unknown)),
            *_contradictions(work, records, placed),
        ]
        if dry_run:
            return report
        changed = {*report.new, *report.changed}
        providers.save_providers(connection, [one for one in records if one.provider_id in changed])
        council.record_import(
            connection,
            kind="provider",
            file=path.name,
            sha256=read_upload(path).sha256,
            as_of=work.today,
            counts={name: len(getattr(report, name)) for name in ("new", "changed", "unchanged")},
            actor=actor,
            at=now,
        )
        report.written = True
    return report


def _record(row: ProviderRow, before: Provider | None, names: Names, work: Work) -> Provider:
    told = Provider(
        provider_id=row.provider_id,
        name=row.name,
        type=row.type,
        first_placement_on=row.first_placement_on,
        last_placement_on=row.last_placement_on,
        last_audit_on=row.last_audit_on,
        risk_flag=row.risk_flag,
        commissioner=names.match(row.commissioner),
        contact=names.match(row.contact),
        ofsted_accepted_on=row.ofsted_accepted_on,
        first_seen_on=work.today if before is None else before.first_seen_on,
    )
    if before is None:
        return told
    # Of a column that the file does not have, what was known before is kept.
    return replace(told, **{name: getattr(before, name) for name in row.absent})


def _compared(records: Iterable[Provider], known: Mapping[str, Provider]) -> ProviderImport:
    report = ProviderImport()
    for record in records:
        before = known.get(record.provider_id)
        kind = (
            report.new
            if before is None
            else report.unchanged
            if before == record
            else report.changed
        )
        kind.append(record.provider_id)
    return report


def _newly_in_scope(
    work: Work,
    records: Iterable[Provider],
    known: Mapping[str, Provider],
    placed: Mapping[str, tuple[str, ...]],
) -> list[str]:
    """Return a sentence for each provider that was not in scope for the next 30 June and now is."""
    year, names, audits = due_year(work.today), Names(work.roster), past_audits(work.connection)
    choices, found = work.ctx.framework.choices, []
    for record in records:
        past = audits.get(record.provider_id, ())
        before = known.get(record.provider_id)
        is_named = record.provider_id in placed
        stood = None if before is None else facts_of(before, names, is_named_by_a_case=is_named)
        was = stood is not None and scope_of(stood, year, past, choices).is_in
        stands = facts_of(record, names, is_named_by_a_case=is_named)
        now = scope_of(stands, year, past, choices)
        if now.is_in and not was and now.due_on is not None:
            found.append(
                f"{record.provider_id} is in scope, because {now.why}: its audit is due {in_words(now.due_on)}"
            )
    return found


def _contradictions(
    work: Work, records: Iterable[Provider], placed: Mapping[str, tuple[str, ...]]
) -> list[str]:
    """Return where the list of providers and the case list say different things; the case list is believed."""
    found = []
    for record in records:
        there = ", ".join(placed.get(record.provider_id, ()))
        if not there:
            continue
        last = record.last_placement_on
        if last is not None and last < work.today:
            found.append(
                f"{record.provider_id}: the last placement ended on {in_words(last)}, "
                f"but the case list still places {there} there"
            )
        elif record.first_placement_on is None:
            found.append(
                f"{record.provider_id}: no first placement is given, but the case list places {there} there"
            )
    return found
