"""Sets a database up: schema, first methodology, the day planning begins, the definitions it runs."""

import json
from datetime import date, datetime
from pathlib import Path

from qa_workflow.engine.working_days import london_date
from qa_workflow.errors import DatabaseUnfit, WrongInput
from qa_workflow.frameworks.methodology import Methodology, read_methodology, shipped_methodology
from qa_workflow.service.context import Context
from qa_workflow.service.planner import PLANNING_FROM
from qa_workflow.service.sweeps import CALENDAR_UNTIL
from qa_workflow.store import council, migrate, reports
from qa_workflow.store.database import Connection

SYNTHETIC = "synthetic"


def initialise(ctx: Context, *, now: datetime, planning_from: date | None = None) -> bool:
    """Make the database or upgrade it; run again, it changes nothing. Return whether anything was done."""
    done = migrate.upgrade(ctx.database)
    with ctx.database.transaction() as connection:
        if council.get_setting(connection, PLANNING_FROM) is None:
            begun = planning_from or london_date(now)
            council.put_setting(connection, PLANNING_FROM, begun.isoformat())
            council.put_setting(connection, CALENDAR_UNTIL, ctx.known_until.isoformat())
            done = True
        if not council.methodologies(connection):
            _keep(connection, shipped_methodology(), by="system", now=now)
        for definition in ctx.processes.values():
            pin = ctx.pin(definition.name)
            council.put_definition(
                connection, pin.name, pin.version, pin.sha256, body=pin.body, at=now
            )
    return done


def _keep(connection: Connection, methodology: Methodology, *, by: str, now: datetime) -> None:
    council.put_methodology(
        connection, methodology.version, methodology.body, methodology.sha256, at=now, by=by
    )


def load_methodology(ctx: Context, path: Path, *, now: datetime, actor: str) -> int:
    """Load another version of the audit tool; the same file twice changes nothing. Return its version.

    Raises:
        WrongInput: a version that is already here with other content, or a file that cannot be read.
    """
    methodology = read_methodology(path)
    with ctx.database.transaction() as connection:
        known = council.methodologies(connection)
        if methodology.version not in known:
            _keep(connection, methodology, by=actor, now=now)
        elif known[methodology.version] != json.loads(methodology.body):
            raise WrongInput(
                f"Methodology {methodology.version} is already loaded with other content: "
                "audits were made with it. Give the new one the next version."
            )
    return methodology.version


def is_synthetic(ctx: Context) -> bool:
    """Tell whether the database holds a made-up council."""
    with ctx.database.reading() as connection:
        return council.get_setting(connection, SYNTHETIC) == "yes"


def mark_synthetic(ctx: Context) -> None:
    """Say in the database, once and for all, that its council is made up.

    Raises:
        DatabaseUnfit: it already holds something that is not.
    """
    with ctx.database.transaction() as connection:
        if council.get_setting(connection, SYNTHETIC) != "yes":
            if reports.counts(connection) or council.last_import_on(
                connection, "case", by=date.max
            ):
                raise DatabaseUnfit(
                    f"The database {ctx.database} holds a real council's work, so the synthetic one is not put into it. "
                    "Name another file with --database."
                )
            council.put_setting(connection, SYNTHETIC, "yes")
