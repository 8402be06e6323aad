"""Plans: one audit a year of each Early Years setting of the list of providers."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from qa_workflow.engine.instance import Spawn
from qa_workflow.patterns.setting_audit import setting_due, setting_opening
from qa_workflow.service.work import Work
from qa_workflow.store import providers, reports
from qa_workflow.store.providers import Provider

AUDIT = "early_years_audit"
EARLY_YEARS = "early_years"


def setting_audits(work: Work, since: date) -> Iterable[Spawn]:
    """Return the audit of every setting, of each year whose window has opened by today; *since* planning began.

    The window of a year runs from the first day of the summer term to the day the audits are due. One that
    had closed before planning began, or before the setting was first known, is never opened (domain 3.0,
    First day); one that is opened after its first day says so. A setting that is no longer used, or that
    the list says was audited in the window, has none.
    """
    wanted = [
        spawn
        for setting in providers.find_providers(work.connection).values()
        if setting.type == EARLY_YEARS
        for spawn in _audits_of(work, setting, max(since, setting.first_seen_on))
    ]
    standing = reports.find_by_reference(work.connection, [spawn.reference for spawn in wanted])
    return [spawn for spawn in wanted if spawn.reference not in standing]


def _audits_of(work: Work, setting: Provider, begun_on: date) -> Iterator[Spawn]:
    terms, choice = work.ctx.terms, work.ctx.framework.choices.early_years_due
    for year in range(begun_on.year, work.today.year + 1):
        opens_on, due_on = setting_opening(year, terms), setting_due(year, choice, terms)
        last = setting.last_placement_on
        is_used = last is None or last >= opens_on
        audited_on = setting.last_audit_on
        is_done = audited_on is not None and audited_on >= opens_on
        if begun_on <= due_on and opens_on <= work.today and is_used and not is_done:
            yield _audit(setting, year, is_late=work.today > opens_on)


def _audit(setting: Provider, year: int, *, is_late: bool) -> Spawn:
    data: dict[str, Any] = {"year": year}
    if is_late:
        data["created_late"] = True
    return Spawn(
        process=AUDIT,
        reference=f"{AUDIT}:{setting.provider_id}:{year}",
        subject=setting.provider_id,
        title=f"Annual audit of {setting.name}",
        data=data,
    )
