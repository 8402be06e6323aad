"""Figures beside the activities they inform: taken in whole or not at all, and shown without small numbers."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.errors import WrongInput
from qa_workflow.intake.indicators import counts_children, is_whole, read_indicators
from qa_workflow.intake.upload import read_upload
from qa_workflow.patterns.suppression import suppressed, suppressed_table
from qa_workflow.service import views
from qa_workflow.service.context import Context
from qa_workflow.service.views import View
from qa_workflow.service.work import Work
from qa_workflow.store import council, indicators
from qa_workflow.store.indicators import Indicator

__all__ = ["IndicatorImport", "beside", "import_indicators", "list_indicators"]


@dataclass(slots=True)
class IndicatorImport:
    """What an import of figures brings, or would bring: each as `indicator of activity on day`."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    written: bool = False


def activities(ctx: Context) -> frozenset[str]:
    """Return what a figure may inform: the codes of the framework's calendar, and the processes by name."""
    return frozenset(line.code for line in ctx.lines) | frozenset(ctx.processes)


def import_indicators(
    ctx: Context, path: Path, *, now: datetime, actor: str, dry_run: bool = False
) -> IndicatorImport:
    """Read a CSV of figures and keep them, all or nothing; a figure known already is corrected.

    The same file twice changes nothing. With *dry_run* nothing is written.

    Raises:
        RejectedFile: any fault in the file, each named; nothing is written.
    """
    with ctx.database.transaction() as connection:
        work = Work(ctx, connection, now)
        rows = read_indicators(path, today=work.today, activities=activities(ctx))
        figures = [
            Indicator(
                indicator=row.indicator,
                activity=row.activity,
                on=row.on,
                value=row.value,
                of=row.of,
                source=row.source,
            )
            for row in rows
        ]
        named = {one.activity for one in figures}
        known = {one.key: one for one in indicators.find(connection, activities=named)}
        report = IndicatorImport()
        fresh = []
        for one in figures:
            before = known.get(one.key)
            kind = report.new if before is None else report.changed
            if before == one:
                kind = report.unchanged
            else:
                fresh.append(one)
            kind.append(f"{one.indicator} of {one.activity} on {one.on.isoformat()}")
        if dry_run:
            return report
        indicators.save(connection, fresh, actor=actor, now=now)
        council.record_import(
            connection,
            kind="indicator",
            file=path.name,
            sha256=read_upload(path).sha256,
            as_of=work.today,
            counts={name: len(getattr(report, name)) for name in ("new", "changed", "unchanged")},
            actor=actor,
            at=now,
        )
        report.written = True
    return report


def list_indicators(ctx: Context, *, activity: str | None = None) -> list[View]:
    """Return every figure of an activity, or of all, the newest of each series first; small numbers hidden.

    Raises:
        WrongInput: there is no such activity.
    """
    with ctx.database.reading() as connection:
        found = indicators.find(connection, activities=None if activity is None else [activity])
    if activity is not None and not found and activity not in activities(ctx):
        raise WrongInput(
            f"{activity!r} is no code of the framework and no process. See `qa-workflow process list`."
        )
    newest_first = sorted(found, key=lambda one: one.on, reverse=True)
    return [
        _view(one) for one in sorted(newest_first, key=lambda one: (one.activity, one.indicator))
    ]


def beside(work: Work, instance: ProcessInstance) -> list[View]:
    """Return the newest figure of each series that informs the activity of *instance*, small numbers hidden."""
    named = [instance.process]
    if code := instance.data.get("code"):
        named.append(str(code))
    return [_view(one) for one in _newest(indicators.find(work.connection, activities=named))]


def _newest(figures: Iterable[Indicator]) -> list[Indicator]:
    found: dict[tuple[str, str], Indicator] = {}
    for one in figures:  # the oldest comes first
        found[(one.activity, one.indicator)] = one
    return list(found.values())


def _view(one: Indicator) -> View:
    value, of = _shown(one)
    return {
        "indicator": one.indicator,
        "activity": one.activity,
        "on": views.day(one.on),
        "value": value,
        "of": of,
        "source": one.source,
    }


def _shown(one: Indicator) -> tuple[str, str | None]:
    """Return value and `of` as they may leave a team: a figure stands in reports and beside activities."""
    if not counts_children(one.of):
        return one.value, one.of
    if one.of is None or not is_whole(one.of):
        return str(suppressed(int(one.value))), one.of
    among, total = int(one.value), int(one.of)
    shown = suppressed_table({"these": among, "others": total - among})
    return str(shown.parts["these"]), str(shown.total)
