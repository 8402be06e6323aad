"""Reads what audits and suspensions of providers may know: the list's row, who is placed there, the standards."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from qa_workflow.engine.definition import Related
from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.people import CaseFacts, Roster
from qa_workflow.engine.working_days import london_date
from qa_workflow.frameworks.standards import standards_for
from qa_workflow.patterns.provider_scope import PastAudit, ProviderFacts, scope
from qa_workflow.service.context import Context
from qa_workflow.service.names import Names
from qa_workflow.store import cases, people, providers, reports
from qa_workflow.store.database import Connection
from qa_workflow.store.providers import Provider
from qa_workflow.store.reports import Wanted

AUDIT = "provider_audit"
SUSPENSION = "provider_suspension"
BATCH = 500  # instances read at a time: a statement takes only so many values


def provider(
    ctx: Context, connection: Connection, instances: Sequence[ProcessInstance], _now: datetime
) -> dict[int, dict[str, Any]]:
    """Return for each instance whose subject is a provider what is known of it.

    `provider` (ProviderFacts, or None where no list names it), `placed` (CaseFacts of the open cases
    that name it), `standards_on` (a day to the set of standards of that day), `suspension` (the
    reference of another one that stands) and, while an audit is planned, `scope`.
    """
    subjects = {one.subject for one in instances}
    names = Names(people.load_roster(connection))
    known = providers.find_providers(connection, ids=subjects)
    placed = {subject: _placed(connection, subject) for subject in subjects}
    suspended = open_suspensions(connection)
    facts = {
        subject: facts_of(known[subject], names, is_named_by_a_case=bool(placed[subject]))
        for subject in subjects & known.keys()
    }
    asking = {one.id for one in instances if _asks_for_scope(one)}
    audits = past_audits(connection) if asking else {}
    found: dict[int, dict[str, Any]] = {}
    for one in instances:
        of_list = facts.get(one.subject)
        standing = suspended.get(one.subject)
        found[one.id] = {
            "provider": of_list,
            "placed": placed[one.subject],
            "standards_on": _standards(None if of_list is None else of_list.type),
            "suspension": standing if standing != one.reference else None,
        }
        if of_list is not None and one.id in asking:
            past = audits.get(one.subject, ())
            waived_after = ctx.framework.choices.first_audit_waived_after
            found[one.id]["scope"] = scope(
                of_list, one.data["year"], past, waived_after=waived_after
            )
    return found


def _asks_for_scope(instance: ProcessInstance) -> bool:
    # Before its start an instance knows no year yet, and after its scope is confirmed nobody asks again.
    return instance.process == AUDIT and instance.state == "planned" and "year" in instance.data


def facts_of(row: Provider, names: Names, *, is_named_by_a_case: bool) -> ProviderFacts:
    """Return a provider of the list as rules see it; whom the list named before the roster knew them has their id."""
    return ProviderFacts(
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
        is_named_by_a_case=is_named_by_a_case,
    )


def _placed(connection: Connection, provider_id: str) -> tuple[CaseFacts, ...]:
    wanted = providers.placed_cases(connection, provider_id)
    known = cases.case_facts(connection, wanted)
    return tuple(known[case] for case in wanted)


def _standards(provider_type: str | None) -> Callable[[date], Mapping[str, Any]]:
    def on(day: date) -> Mapping[str, Any]:
        chosen = standards_for(provider_type or "", day)
        return {
            "key": chosen.key,
            "title": chosen.title,
            "standards": {one.key: one.title for one in chosen.standards},
        }

    return on


# ------------------------------------------------------------------ other instances of the provider
def open_suspensions(connection: Connection) -> dict[str, str]:
    """Return by provider the reference of the suspension that stands."""
    return {one.subject: one.reference for one in _instances(connection, SUSPENSION)}


def past_audits(connection: Connection) -> dict[str, tuple[PastAudit, ...]]:
    """Return by provider the audits of this system that were finalised, or that commissioning ended."""
    found: dict[str, list[PastAudit]] = defaultdict(list)
    for one in _instances(connection, AUDIT, include_final=True):
        if (past := _past(one)) is not None:
            found[one.subject].append(past)
    return {subject: tuple(some) for subject, some in found.items()}


def _past(audit: Related) -> PastAudit | None:
    finalised_on = _day(audit.data, "finalised_on")
    closed_on = None if audit.closed_at is None else london_date(audit.closed_at)
    ended_on = finalised_on or closed_on
    if ended_on is None:
        return None
    return PastAudit(
        year=audit.data["year"],
        ended_on=ended_on,
        visited_on=None if finalised_on is None else _day(audit.data, "visited_on"),
        finalised_on=finalised_on,
    )


def _day(data: Mapping[str, Any], key: str) -> date | None:
    return date.fromisoformat(data[key]) if data.get(key) else None


def _instances(
    connection: Connection, process: str, *, include_final: bool = False
) -> Iterable[Related]:
    ids = reports.find_ids(connection, Wanted(process=process, include_final=include_final))
    for begin in range(0, len(ids), BATCH):
        yield from reports.related(connection, ids[begin : begin + BATCH]).values()


# ------------------------------------------------------------------ the whole list
def placed_by_provider(connection: Connection) -> dict[str, tuple[str, ...]]:
    """Return by provider the open cases whose child is placed there, as the case list has it."""
    found: dict[str, list[str]] = defaultdict(list)
    for one in cases.find_cases(connection, only_open=True).values():
        if one.provider_id is not None:
            found[one.provider_id].append(one.case_id)
    return {provider_id: tuple(some) for provider_id, some in found.items()}


def known_facts(connection: Connection, roster: Roster) -> dict[str, ProviderFacts]:
    """Return every provider of the list as rules see it, by id."""
    names, placed = Names(roster), placed_by_provider(connection)
    return {
        provider_id: facts_of(row, names, is_named_by_a_case=provider_id in placed)
        for provider_id, row in providers.find_providers(connection).items()
    }
