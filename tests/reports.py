"""Who writes and receives reports and plans, beside those of `council.ROSTER`: what their stories are told with.

    with reports.standing(folder, "2026-08-03 08:00") as made:
        reference = reports.begin(made, "ehe_monthly_report", "2026-08")
        reports.follow(made, reference, "received")

Every name is invented. `una` both writes reports on home education and sits with the senior managers;
`uma` is a service manager for quality who also stands in for AD People: hats that four eyes see through.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import council as council_module
from council import Council, london, narrowed
from hands import sql

from qa_workflow import wiring
from qa_workflow.engine.definition import ProcessDefinition
from qa_workflow.engine.instance import Spawn, Voice
from qa_workflow.engine.working_days import london_date
from qa_workflow.patterns.document import VersionedDocument
from qa_workflow.service.work import Work
from qa_workflow.settings import Settings
from qa_workflow.store import voices
from qa_workflow.store.reports import find_by_reference

# id, name, roles, team, manager.
REPORT_ROSTER: tuple[tuple[str, str, str, str, str], ...] = (
    ("edie", "Edie Educated", "ehe_officer", "Education", "ellie"),
    ("ellie", "Ellie Early", "ey_lead", "Education", "ada"),
    ("una", "Una Hats", "ehe_officer;senior_manager", "Education", "ellie"),
    ("sonia", "Sonia Senior", "senior_manager", "", "ada"),
    ("vic", "Vic Virtual", "vsh", "", "ada"),
    ("max", "Max Manager", "send_manager", "SEND", "ada"),
    ("uma", "Uma Hats", "sm_sqa;ad_people", "QA", "ada"),
)

# What the calendar says of them; everything else of the year is left out of these stories.
CODES = (
    "EHE", "EHEW", "VHR", "VHRI", "IRO", "SENDR", "SELF", "SKILL", "SIP", "WDP", "PSTD", "SENDAP",
)  # fmt: skip
EHE = ("electively home educated", "at risk of missing education")
# The sections of each report that asks for any.
SECTIONS: dict[str, tuple[str, ...]] = {
    "ehe_monthly_report": EHE,
    "ehe_weekly_update": EHE,
    "send_board_report": ("self-evaluation (SEF)", "action plan"),
    "self_assessment": (
        "what do you know about the quality of practice",
        "how do you know it",
        "what are your plans for the next 12 months",
    ),
    "skills_analysis": ("what the workforce can do", "what it must learn"),
}
# Who writes and who receives each report here.
WRITES = {
    "ehe_monthly_report": ("edie", "sonia"),
    "ehe_weekly_update": ("edie", "ada"),
    "virtual_head_report": ("vic", "ada"),
    "iro_annual_report": ("iris", "ada"),
    "send_board_report": ("max", "dana"),
    "self_assessment": ("sandy", "dana"),
    "annual_report": ("sandy", "ada"),
    "skills_analysis": ("cass", "ada"),
}
# Who writes each document here; Ada approves them all.
DRAFTS = {
    "service_improvement_plan": "sandy",
    "workforce_development_plan": "cass",
    "practice_standards": "sandy",
    "multi_agency_action_plan": "sandy",
    "send_action_plan": "max",
}

LINE: dict[str, Any] = {
    "number": "1",
    "what": "Write each plan with the child",
    "owner": "sam",
    "due_on": "2026-06-30",
    "rag": "amber",
    "came_from": ["recommendation:R-0001"],
    "voice": ["voice:V-0001"],
}


_TEMPLATES: dict[str, bytes] = {}  # importing the people for each test would be most of its time


def found(folder: Path, at: str, *codes: str) -> Council:
    """Make a council with everybody of both rosters, in *folder*, at *at*; its calendar has *codes*, or all of CODES."""
    path = folder / "council.db"
    if at in _TEMPLATES:
        path.write_bytes(_TEMPLATES[at])
        ctx = wiring.build(Settings(database_url=f"sqlite:///{path}"))
        return Council(narrowed(ctx, codes or CODES), folder, london(at))
    made = council_module.found(folder, at)
    made.import_people()
    made.import_people(REPORT_ROSTER)
    made.ctx.database.close()  # the last connection to close writes everything into the one file
    _TEMPLATES[at] = path.read_bytes()
    return found(folder, at, *codes)


@contextmanager
def standing(folder: Path, at: str, *codes: str) -> Iterator[Council]:
    """Give such a council for the length of a test."""
    made = found(folder, at, *codes)
    yield made
    made.ctx.database.close()


def begin(council: Council, process: str, period: str, **data: Any) -> str:  # noqa: ANN401 - any start data
    """Start a report or a review by hand; one of the calendar knows its date."""
    return council.start(process, period, by="quinn", **data).reference


def spawn(council: Council, process: str, reference: str, **given: Any) -> str:  # noqa: ANN401 - any part of a Spawn
    """Start what no person starts, as another process does; return its reference."""
    with council.ctx.database.transaction() as connection:
        work = Work(council.ctx, connection, council.now)
        subject = reference.partition(":")[2]
        made = Spawn(process=process, reference=reference, subject=subject, **given)
        work.apply(work.started([made]))
    return reference


# ------------------------------------------------------------------ reports
def report(council: Council, process: str, **changed: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    """Return a whole report of today."""
    sections = {name: {"count": 7, "note": "As last month."} for name in SECTIONS.get(process, ())}
    given = {"data_on": council.today, "sections": sections, "report_reference": "SharePoint QA/17"}
    return {**given, **changed}


def follow(council: Council, reference: str, state: str) -> None:
    """Take a report on in the ordinary way, today, until it stands in *state*."""
    process = reference.partition(":")[0]
    author, receiver = WRITES[process]
    steps: dict[str, tuple[str, str, dict[str, Any]]] = {
        "due": ("draft", author, {}),
        "drafting": ("submit", author, report(council, process)),
        "returned": ("draft", author, {}),
        "submitted": ("receive", receiver, {}),
        "received": ("note", receiver, {}),
    }
    if state == "returned":
        steps["submitted"] = ("return", receiver, {"reason": "The second section is last month's."})
    if state == "nil_return":
        steps["due"] = (
            "nil_return",
            author,
            {"data_on": council.today, "reason": "No EHE children."},
        )
    while (now := council.state(reference)) != state:
        trigger, by, data = steps[now]
        council.fire(reference, trigger, by=by, **data)


# ------------------------------------------------------------------ documents
def document(process: str, **changed: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    """Return a whole document."""
    given: dict[str, Any] = {"document_reference": "SharePoint Plans/4"}
    if process == "practice_standards":
        given["methodology_note"] = "Ask for the chronology in every audit."
    else:
        given["lines"] = [LINE]
    return {**given, **changed}


def _give_origins(council: Council) -> None:
    """Give what LINE names as its source, where it is not there: a recommendation, and the child's words that led to it."""
    (source,) = LINE["came_from"]
    with council.ctx.database.transaction() as connection:
        if find_by_reference(connection, [source]):
            return
        said = Voice(
            case_id="C07", words="Ask me first.", method="app", heard_on=london_date(council.now)
        )
        voices.keep(connection, source, (said,), actor="sandy", now=council.now)
    spawn(council, "recommendation", source)


def review(council: Council, reference: str, state: str, **changed: Any) -> None:  # noqa: ANN401 - any field
    """Take a review on in the ordinary way, today, until it stands in *state*."""
    process = reference.partition(":")[0]
    author = DRAFTS[process]
    _give_origins(council)
    steps: dict[str, tuple[str, str, dict[str, Any]]] = {
        "current": ("review", author, {}),
        "in_review": ("draft", author, {}),
        "draft": ("submit", author, document(process, **changed)),
        "awaiting_scrutiny": ("approve", "ada", {"minute_reference": "MEB 2026-03 item 4"}),
    }
    while (now := council.state(reference)) != state:
        trigger, by, data = steps[now]
        council.fire(reference, trigger, by=by, **data)


# A plan of a council's own, as its framework file may describe it.
OWN_PLAN = VersionedDocument(
    name="fostering_plan",
    title="Fostering plan",
    about="What is to be done about fostering.",
    source="our own rule",
    author="sm_sqa",
    started_by="person",
)
URGENT = {
    "what_changes": "Supervision notes are signed the same day.",
    "reason": "A serious case review asks for it at once.",
    "document_reference": "SharePoint Standards/9a",
}


def stands(council: Council, reference: str, state: str) -> None:
    """Put an instance into a state, past the rules of its process: for those who only look at it."""
    sql(council, "UPDATE process_instance SET state = ? WHERE reference = ?", state, reference)


def with_process(ctx: Any, process: ProcessDefinition) -> Any:  # noqa: ANN401 - a Context
    """Return the context with a process of the council's own besides."""
    return replace(ctx, processes={**ctx.processes, process.name: process})
