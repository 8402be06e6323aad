"""The half-year that a large council is made of: lived by the simulated council, through the service."""

import sqlite3
import tempfile
from datetime import date, timedelta
from pathlib import Path

from qa_workflow import wiring
from qa_workflow.service import overlays
from qa_workflow.service.context import Context
from qa_workflow.service.enquiries import Wanted, list_instances
from qa_workflow.service.installation import initialise
from qa_workflow.service.scenes import on_thrown_away
from qa_workflow.settings import Settings
from qa_workflow.simulation.days import at
from qa_workflow.simulation.year import EVENING, Span, simulate

SPAN = Span(first=date(2026, 1, 1), last=date(2026, 6, 30))
NOW = at(SPAN.last, EVENING) + timedelta(minutes=1)
SEED = 7


def live(path: Path) -> None:
    """Let the half-year be lived in a new database at *path*, and block a few things by hand."""
    ctx = on_thrown_away(wiring.build(Settings(database_url=f"sqlite:///{path}")))
    with tempfile.TemporaryDirectory() as folder:
        simulate(ctx, SPAN, seed=SEED, folder=Path(folder))
    _block(ctx, "recommendation", "disagreement", "The team and the auditor see it differently")
    _block(ctx, "cin_review", "awaiting_partner_agency", "The school's report has not come")
    _block(ctx, "ehc_review", "awaiting_family", "The parents are abroad until 20 July")
    _block(ctx, "provider_audit", "awaiting_provider", "The training log was not sent")
    ctx.database.close()  # the last connection to close writes everything into the one file


def is_outdated(lived: Path) -> bool:
    """Tell whether the database at *lived* was made by a program with other tables than this one has."""
    with tempfile.TemporaryDirectory() as folder:
        ctx = on_thrown_away(
            wiring.build(Settings(database_url=f"sqlite:///{Path(folder) / 'new.db'}"))
        )
        initialise(ctx, now=NOW)
        ctx.database.close()
        return _schema(Path(folder) / "new.db") != _schema(lived)


def _schema(path: Path) -> list[tuple[str, str]]:
    db = sqlite3.connect(path)
    found = db.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
    db.close()
    return found


def _block(ctx: Context, process: str, reason: str, note: str) -> None:
    open_ones = list_instances(ctx, Wanted(process=process), now=NOW)
    free = next(one["reference"] for one in open_ones if not one["blocked"])
    overlays.block(ctx, free, actor="sandy", waiting_on="sandy", reason=reason, note=note, now=NOW)
