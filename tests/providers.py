"""Providers for stories: who commissions and speaks for them, which child is placed where, an audit on its way.

    council = providers.audit_in(tmp_path, "visited")     provider_audit:P04:2026, taken there
    providers.take_list(council, row("P05", "ifa"))       a list of providers, as commissioning exports it
    providers.place(council, {"C01": "P04"})              the whole case list, with who is placed where

Everybody and everything is invented. `cora` commissions P04, `penny` speaks for it; C01 (of `pat`) and
C02 (of `lee`) are placed there.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import council as council_module
import pytest
from council import ROSTER, Council, london
from hands import sql

from qa_workflow import wiring
from qa_workflow.engine.people import Delegation
from qa_workflow.errors import BadData, UnknownPerson
from qa_workflow.frameworks.standards import standards_for
from qa_workflow.service import case_imports, enquiries, provider_imports, starting
from qa_workflow.service.case_imports import CaseImport
from qa_workflow.service.provider_imports import ProviderImport
from qa_workflow.settings import Settings
from qa_workflow.store import people

PEOPLE: tuple[tuple[str, str, str, str, str], ...] = (
    *ROSTER,
    ("cora", "Cora Contracts", "commissioning", "", "ada"),
    ("colin", "Colin Contracts", "commissioning", "", "ada"),
    ("penny", "Penny Provider", "provider_contact", "", ""),
    ("lee", "Lee Practitioner", "practitioner;auditor", "North", "sam"),
    ("sasha", "Sasha Quality", "sm_sqa", "QA", "ada"),
)
COLUMNS = (
    "provider_id,name,type,first_placement_on,last_placement_on,last_audit_on,"
    "risk_flag,commissioner,contact,ofsted_accepted_on"
)
AUDIT = "provider_audit:P04:2026"
PLACED = {"C01": "P04", "C02": "P04", "C03": ""}
WORKERS = {"C01": "pat", "C02": "lee", "C03": "pat"}

# What an officer does to leave each state: on which day, with which trigger, who, and with what.
FIRST_ACTION = {"what": "Train all staff in safeguarding", "priority": "high"}
SECOND_ACTION = {"what": "Write a support plan with each child", "difference": "Each child has one"}


def row(
    provider_id: str = "P04",
    type: str = "semi_independent",  # noqa: A002 - as the column is called
    *,
    name: str = "Bright Homes",
    first: str = "2025-09-10",
    last: str = "",
    audited: str = "",
    risk: str = "no",
    commissioner: str = "cora",
    contact: str = "penny",
    accepted: str = "2023-09-01",
) -> str:
    """Return one line of the list of providers."""
    return f"{provider_id},{name},{type},{first},{last},{audited},{risk},{commissioner},{contact},{accepted}"


def take_list(
    council: Council, *rows: str, columns: str = COLUMNS, **options: bool
) -> ProviderImport:
    """Import a list of providers."""
    path = council.folder / "providers.csv"
    path.write_text("\n".join([columns, *rows]) + "\n", "utf-8")
    return provider_imports.import_providers(
        council.ctx, path, now=council.now, actor="cli:test", **options
    )


def place(
    council: Council,
    placed: Mapping[str, str],
    *,
    workers: Mapping[str, str] = WORKERS,
    as_of: str | None = None,
) -> CaseImport:
    """Import the whole case list with who is placed where ("" for nowhere); `sam` supervises every case."""
    path = council.folder / "cases.csv"
    lines = ["case_id,plan_type,opened,closed,team,worker,supervisor,iro,provider_id"]
    lines += [
        f"{case},cla,2025-01-06,,North,{workers.get(case, 'pat')},sam,iris,{provider}"
        for case, provider in placed.items()
    ]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    day = None if as_of is None else date.fromisoformat(as_of)
    return case_imports.import_cases(
        council.ctx, path, now=council.now, actor="cli:test", as_of=day
    )


# ------------------------------------------------------------------ what people send
def children(*cases: str, heard_on: str = "2026-05-29") -> list[dict[str, Any]]:
    """Return for each case the child's own words."""
    views = [{"words": "I like my room.", "method": "conversation", "heard_on": heard_on}]
    return [{"case": case, "views": views} for case in cases]


def visit(*, visited_on: str = "2026-05-29", **changed: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    """Return a complete visit of P04."""
    given = {
        "visited_on": visited_on,
        "premises_seen": "12 Example Row",
        "staff_spoken_to": ["manager", "night worker"],
        "children": children("C01", "C02", heard_on=visited_on),
    }
    return {**given, **changed}


def judgements(
    type: str = "semi_independent",  # noqa: A002 - as the column is called
    on: str = "2026-05-29",
    **changed: str,
) -> dict[str, Any]:
    """Return every standard of the set for that type on that day as met, but for those that are said otherwise."""
    chosen = standards_for(type, date.fromisoformat(on))
    return {
        one.key: {"judgement": changed.get(one.key, "met"), "evidence": "Seen at the visit"}
        for one in chosen.standards
    }


def report(**changed: str) -> dict[str, Any]:
    """Return a complete report on P04."""
    return {
        "standards": judgements(**changed),
        "strengths": ["Staff know each child."],
        "outcome": "A good place to live.",
    }


# ------------------------------------------------------------------ an audit on its way
Move = tuple[str, str, str, dict[str, Any]]
Stand = Callable[[str], Council]
# From each state the ordinary way on: London time, trigger, who, what is sent.
WAY: dict[str, tuple[Move, ...]] = {
    "planned": (
        ("2026-03-02 10:00", "confirm_scope", "cora", {}),
        ("2026-03-03 10:00", "confirm_scope", "sandy", {}),
    ),
    "scoped": (("2026-03-10 10:00", "assign_auditor", "sandy", {"auditor": "aud1"}),),
    "assigned": (("2026-03-24 10:00", "request_evidence", "aud1", {}),),
    "evidence_requested": (
        (
            "2026-04-08 10:00", "evidence_in", "aud1",
            {"items": [{"item": "insurance", "reference": "M-201", "dated_on": "2026-01-05"}]},
        ),
    ),
    "visit_booked": (("2026-05-29 16:00", "record_visit", "aud1", visit()),),
    "visited": (("2026-06-12 09:00", "submit_report", "aud1", report()),),
    "report_draft": (("2026-06-12 10:00", "send_for_accuracy", "aud1", {}),),
    "with_provider": (
        ("2026-06-26 10:00", "provider_comments", "aud1", {"comments": "The address is out of date."}),
    ),
    "finalising": (
        ("2026-06-30 10:00", "finalise", "sandy", {"actions": [FIRST_ACTION, SECOND_ACTION]}),
    ),
}  # fmt: skip
STATES = (*WAY, "actions_open")

_MADE: dict[str, tuple[bytes, str]] = {}  # each state once, as a file; then copied for each story


def commissioning(folder: Path, at: str = "2025-12-15 08:00") -> Council:
    """Make a council with everybody, three cases and no provider; planning begins on the day of *at*."""
    made = council_module.found(folder, at)
    made.import_people(PEOPLE)
    place(made, PLACED)
    return made


def audit_in(folder: Path, state: str) -> Council:
    """Give a council of its own in *folder* where the audit of P04 has just come to stand in *state*."""
    content, at = _made(folder, state)
    (folder / "council.db").write_bytes(content)
    return _opened(folder, at)


@contextmanager
def standing(folder: Path) -> Iterator[Stand]:
    """Give a way to have the audit of P04 in a state, in *folder*; whatever was opened is closed at the end."""
    made: list[Council] = []

    def at(state: str) -> Council:
        made.append(audit_in(folder, state))
        return made[-1]

    yield at
    for one in made:
        one.ctx.database.close()


def _opened(folder: Path, at: str) -> Council:
    settings = Settings(database_url=f"sqlite:///{folder / 'council.db'}", moderation_percent=0)
    return Council(wiring.build(settings), folder, london(at))


def _made(folder: Path, state: str) -> tuple[bytes, str]:
    if state in _MADE:
        return _MADE[state]
    if state == STATES[0]:
        made = commissioning(folder)
        take_list(made, row())
        made.at("2026-01-01 08:00").passes()
        at = "2026-01-01 08:00"
    else:
        before = STATES[STATES.index(state) - 1]
        made = audit_in(folder, before)
        for at, trigger, by, data in WAY[before]:
            made.at(at).fire(AUDIT, trigger, by=by, **data)
    made.ctx.database.close()
    _MADE[state] = ((folder / "council.db").read_bytes(), at)
    return _MADE[state]


# ------------------------------------------------------------------ what a refusal and bad input leave behind
def refused_once(council: Council, reference: str, trigger: str, *, by: str, **data: Any) -> str:  # noqa: ANN401 - any data
    """Return why a trigger is refused, having seen that nothing moved but one more entry in the history."""
    before, told, armed = _standing(council, reference)
    why = council.refusal(reference, trigger, by=by, **data)
    after, tells, timers = _standing(council, reference)
    assert (after, timers) == (before, armed)
    assert [one["action"] for one in tells[len(told) :]] == ["refused"]
    return why


def rejected(council: Council, reference: str, trigger: str, *, by: str, **data: Any) -> str:  # noqa: ANN401 - any data
    """Return why input is bad, having seen that it left nothing at all behind."""
    before = _standing(council, reference)
    with pytest.raises((BadData, UnknownPerson)) as found:
        council.fire(reference, trigger, by=by, **data)
    assert _standing(council, reference) == before
    return str(found.value)


def _standing(
    council: Council, reference: str
) -> tuple[tuple[Any, ...], list[dict[str, Any]], list[Any]]:
    shown = council.show(reference)
    timers = sql(
        council,
        "SELECT deadline, level, due_at, status FROM timer JOIN process_instance i ON i.id = instance_id "
        "WHERE reference = ? ORDER BY timer.id",
        reference,
    )
    kept = (shown["state"], shown["version"], shown["due_on"], shown["data"], shown["deadlines"])
    return kept, council.history(reference), timers


def close_actions(council: Council, audit: str = AUDIT) -> None:
    """Bring every action of an audit to an end: the provider says why not, and it is withdrawn."""
    for action in council.show(audit)["children"]:
        if not action.startswith("recommendation:"):
            continue
        council.fire(action, "assign", by="sandy", difference="Each child is safer")
        owner = council.show(action)["owner"]
        council.fire(action, "challenge", by=owner, reason="Done since the visit; see M-230")
        council.fire(action, "withdraw", by="ada", reason="Seen at a second visit")


def delegate(council: Council, giver: str, to: str, role: str) -> None:
    """Record that somebody acts for another in a role, all through 2026."""
    acting = Delegation(
        from_person=giver, to_person=to, role=role,
        from_on=date(2026, 1, 1), until_on=date(2026, 12, 31),
    )  # fmt: skip
    with council.ctx.database.transaction() as connection:
        people.save_delegation(connection, acting, recorded_by="cli:test", recorded_at=council.now)


def start_on(council: Council, provider_id: str, day: date) -> str:
    """Start an audit by hand whose clock counts from *day*; return its reference."""
    started = starting.start_process(
        council.ctx, "provider_audit", provider_id, now=council.now, actor="cli:test", on=day
    )
    return started.reference


def said_to(council: Council, person: str, reference: str) -> str:
    """Return the last message to a person about an instance."""
    found = [
        one["body"]
        for one in enquiries.messages(council.ctx)
        if one["to"] == person and one["dedupe_key"].startswith(f"{reference}|")
    ]
    body: str = found[-1]
    return body
