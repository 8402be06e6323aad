"""The people of case clocks, beside those of `council.ROSTER`, and the list that brings them: what stories are told with.

    made = clocks.found(folder, "2026-01-05 08:00")
    clocks.take_in(made, clocks.row("C07", "cla", opened="2026-03-30"))
    reference = clocks.begin(made, "cla_review", "C08", "2026-03-30")

Every name is invented. Pat practises and Sam supervises each case, Iris is its reviewing officer; Ivan is
another one. Vera and Val are Virtual School Heads: one holds, the other checks.
"""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import council as council_module
from council import Council, london

from qa_workflow import wiring
from qa_workflow.engine.terms import Term
from qa_workflow.service import case_imports, starting
from qa_workflow.service.case_imports import CaseImport
from qa_workflow.settings import Settings

# id, name, roles, team, manager.
CLOCK_ROSTER: tuple[tuple[str, str, str, str, str], ...] = (
    ("ivan", "Ivan Reviewer", "iro", "", "sandy"),
    ("vera", "Vera Virtual", "vsh", "", "ada"),
    ("val", "Val Virtual", "vsh", "", "ada"),
    ("robin", "Robin Practitioner", "practitioner", "South", "tess"),
    ("tess", "Tess Manager", "team_manager", "South", "cass"),
)
CLOCK_PEOPLE = tuple(row[0] for row in CLOCK_ROSTER)

HEADER = "case_id,plan_type,opened,closed,team,worker,supervisor,iro,provider_id,last_seen,last_review,plan_started"
VIEW = {"words": "I want to see my brother more.", "method": "app", "heard_on": "2026-04-01"}

# The school year 2025-26 and the term after it, as a council's framework file would give them.
TERMS = (
    Term(name="Autumn 2025", first_on=date(2025, 9, 2), last_on=date(2025, 12, 19)),
    Term(name="Spring 2026", first_on=date(2026, 1, 5), last_on=date(2026, 3, 27)),
    Term(name="Summer 2026", first_on=date(2026, 4, 13), last_on=date(2026, 7, 18)),  # a Saturday
    Term(name="Autumn 2026", first_on=date(2026, 9, 2), last_on=date(2026, 12, 18)),
)

_TEMPLATES: dict[str, bytes] = {}  # importing the people for each test would be most of its time


def found(folder: Path, at: str, *, terms: tuple[Term, ...] = (), **choices: Any) -> Council:  # noqa: ANN401 - any choice
    """Make a council with everybody of both rosters and no case, in *folder*; it begins to plan at *at*."""
    path = folder / "council.db"
    if at not in _TEMPLATES:
        first = council_module.found(folder, at)
        first.import_people()
        first.import_people(CLOCK_ROSTER)
        first.ctx.database.close()  # the last connection to close writes everything into the one file
        _TEMPLATES[at] = path.read_bytes()
    path.write_bytes(_TEMPLATES[at])
    ctx = wiring.build(Settings(database_url=f"sqlite:///{path}"))
    framework = replace(ctx.framework, choices=ctx.framework.choices.model_copy(update=choices))
    return Council(replace(ctx, lines=(), terms=terms, framework=framework), folder, london(at))


def reopened(folder: Path, at: str) -> Council:
    """Return the council on a copy of its database in *folder*, at *at*."""
    ctx = wiring.build(Settings(database_url=f"sqlite:///{folder / 'council.db'}"))
    return Council(replace(ctx, lines=()), folder, london(at))


def begin(council: Council, process: str, case: str, on: str, **data: Any) -> str:  # noqa: ANN401 - any data
    """Start a clock by hand that counts from *on*; return its reference."""
    started = starting.start_process(
        council.ctx,
        process,
        case,
        now=council.now,
        actor="cli:test",
        on=date.fromisoformat(on),
        data=data,
    )
    return started.reference


# ------------------------------------------------------------------ the list
def row(case: str, plan_type: str, **said: str) -> str:
    """Return one row of a case list."""
    given = {
        "opened": "2025-01-06",
        "team": "North",
        "worker": "pat",
        "supervisor": "sam",
        "iro": "iris",
    }
    told = {"case_id": case, "plan_type": plan_type, **given, **said}
    return ",".join(told.get(name, "") for name in HEADER.split(","))


def take_in(council: Council, *rows: str, as_of: str | None = None, **options: bool) -> CaseImport:
    """Import the whole caseload as *rows* have it."""
    path = council.folder / "cases.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n", "utf-8")
    day = None if as_of is None else date.fromisoformat(as_of)
    return case_imports.import_cases(
        council.ctx, path, now=council.now, actor="cli:test", as_of=day, **options
    )


# ------------------------------------------------------------------ the ordinary way
# Who books, holds and records each of them in the ordinary way.
WHO = {
    "cla_review": ("iris", "iris", "iris"),
    "cp_conference": ("iris", "iris", "iris"),
    "pathway_plan_review": ("iris", "iris", "iris"),
    "cin_review": ("sam", "pat", "sam"),
    "core_group": ("sam", "pat", "sam"),
    "social_work_assessment": ("sam", "pat", "sam"),
    "initial_cp_conference": ("sam", "iris", "sam"),
    "pep": ("vera", "pat", "vera"),
}
PROCESSES = tuple(WHO)


def hold(council: Council, reference: str, on: str | None = None, **said: Any) -> None:  # noqa: ANN401 - any data
    """Record it as held, today unless said."""
    by = WHO[reference.partition(":")[0]][1]
    council.fire(reference, "hold", by=by, held_on=on or council.today, **said)


def record(council: Council, reference: str, **said: Any) -> None:  # noqa: ANN401 - any data
    """Write the record of what was held: with a quality check and an outcome where one is asked for."""
    process = reference.partition(":")[0]
    given: dict[str, Any] = {"no_views_reason": "A baby."}
    if process == "pep":
        council.fire(reference, "quality_check", by="vera", feedback="Clear targets in reading.")
    if process == "initial_cp_conference":
        given["goes_on"] = True
    council.fire(reference, "record", by=WHO[process][2], **{**given, **said})


def follow(council: Council, reference: str, on: str | None = None) -> None:
    """Take a clock from `due` to `recorded`, held today unless said."""
    hold(council, reference, on)
    record(council, reference)


def data(council: Council, reference: str, *keys: str) -> tuple[Any, ...]:
    """Return what stands in the data under *keys*."""
    known = council.show(reference)["data"]
    return tuple(known.get(key) for key in keys)


def open_clocks(council: Council, *processes: str) -> list[str]:
    """Return the references of the open clocks of *processes*, of all kinds by default."""
    wanted = processes or PROCESSES
    return [one["reference"] for name in wanted for one in council.listed(process=name)]
