"""What comes from outside: partners' audits, a survey of children, tenders, feedback, settings of Early Years.

    council = outside.found(tmp_path, "2026-01-01 08:00", codes=("MAA",))
    outside.take(council, reference, "returns_in")         an audit that others lead, however far

Made once and copied for each story; everybody and everything is invented. `cora` commissions and `penny` speaks
for setting E01; `nora` and `noel` lead Early Years. C01 to C06 are children in need, C07 to C09 care leavers,
C10 to C12 families with early help; `pat` practises and `sam` supervises all but C06 and C12, who are `lee`'s.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import council as council_module
from council import ROSTER, Council, london, narrowed

from qa_workflow import wiring
from qa_workflow.service import case_imports, provider_imports
from qa_workflow.settings import Settings
from qa_workflow.store import reports, voices

PEOPLE: tuple[tuple[str, str, str, str, str], ...] = (
    *ROSTER,
    ("lee", "Lee Practitioner", "practitioner", "South", "sid"),
    ("sid", "Sid Supervisor", "team_manager", "South", "cass"),
    ("cora", "Cora Contracts", "commissioning", "", "ada"),
    ("colin", "Colin Contracts", "commissioning;sm_sqa", "", "ada"),
    ("penny", "Penny Provider", "provider_contact", "", ""),
    ("nora", "Nora Nursery", "ey_lead;auditor", "EY", "ada"),
    ("noel", "Noel Nursery", "ey_lead", "EY", "ada"),
)
CASES = {
    **{f"C{number:02}": "cin" for number in range(1, 7)},
    **{f"C{number:02}": "care_leaver" for number in range(7, 10)},
    **{f"C{number:02}": "early_help" for number in range(10, 13)},
}
OF_LEE = ("C06", "C12")
PROVIDERS = (
    "provider_id,name,type,first_placement_on,last_placement_on,last_audit_on,risk_flag,commissioner,contact",
    "E01,Acorn Nursery,early_years,,,,no,cora,penny",
    "P04,Bright Homes,semi_independent,2025-09-10,,,no,cora,",
)
BEGUN = "2025-12-15 08:00"

_MADE: list[bytes] = []


def found(folder: Path, at: str, *, codes: tuple[str, ...] = ()) -> Council:
    """Make such a council in *folder*, where of the framework's calendar the lines of *codes* count."""
    path = folder / "council.db"
    if not _MADE:
        made = council_module.found(folder, BEGUN, codes=())
        made.import_people(PEOPLE)
        import_cases(made)
        import_providers(made, *PROVIDERS[1:])
        made.ctx.database.close()
        _MADE.append(path.read_bytes())
    path.write_bytes(_MADE[0])
    ctx = narrowed(wiring.build(Settings(database_url=f"sqlite:///{path}")), codes)
    return Council(ctx, folder, london(at))


@contextmanager
def standing(folder: Path, at: str, *, codes: tuple[str, ...] = ()) -> Iterator[Council]:
    """Give such a council for the length of a test."""
    made = found(folder, at, codes=codes)
    yield made
    made.ctx.database.close()


def import_cases(council: Council, *leaving_out: str, supervisor: str = "sam") -> None:
    """Import the list of open cases as of today; whoever is left out has closed, *supervisor* supervises Pat's."""
    path = council.folder / "cases.csv"
    lines = ["case_id,plan_type,opened,closed,team,worker,supervisor,iro"]
    lines += [
        f"{case},{plan},2025-01-06,,,{'lee' if case in OF_LEE else 'pat'},{'sid' if case in OF_LEE else supervisor},iris"
        for case, plan in CASES.items()
        if case not in leaving_out
    ]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    case_imports.import_cases(council.ctx, path, now=council.now, actor="cli:test")


def import_providers(council: Council, *rows: str) -> None:
    """Import the list of providers."""
    path = council.folder / "providers.csv"
    path.write_text("\n".join([PROVIDERS[0], *rows]) + "\n", "utf-8")
    provider_imports.import_providers(council.ctx, path, now=council.now, actor="cli:test")


# ------------------------------------------------------------------ audits that others lead
PARTNERS = ("Social Care", "Education", "Health", "Police")
FINDINGS: dict[str, Any] = {
    "strengths": ["Partners speak to each other."],
    "gaps": ["Fathers are not asked."],
    "learning": ["Ask both parents, each on their own."],
}
MULTI, PEER = "multi_agency_audit:2026-01", "peer_audit:camden"
SECTION_11, THEMATIC = "section_11_audit:2026", "thematic_audit:neglect"
AUDITS = (MULTI, PEER, SECTION_11, THEMATIC)
SELECTED: dict[str, Any] = {"cases": ["C01", "C02", "C07"], "theme": "neglect"}
_BEGIN: dict[str, tuple[str, dict[str, Any]]] = {
    MULTI: ("select_cases", SELECTED),
    PEER: ("select_cases", {"cases": ["C03"]}),
    SECTION_11: ("issue_tool", {"tool": "TOOL-11"}),
    THEMATIC: ("issue_tool", {"tool": "TOOL-4"}),
}
THEME = {"hypothesis": "Neglect is seen late", "theme": "neglect"}


def begun(reference: str) -> str:
    """Return the state in which an audit awaits its returns."""
    return "cases_selected" if reference in (MULTI, PEER) else "tool_issued"


def announce(council: Council, reference: str) -> None:
    """Let an audit stand announced: by the calendar, or by hand today."""
    process, _, subject = reference.partition(":")
    if process == "multi_agency_audit":
        council.passes()
        return
    council.start(process, subject, by="sandy", **(THEME if reference == THEMATIC else {}))


def return_all(council: Council, reference: str, *but: str) -> None:
    """Record every partner's return today, but for those of *but*."""
    for partner in council.show(reference)["data"]["partners"]:
        if partner not in but:
            council.fire(
                reference, "record_return", by="quinn", partner=partner, returned_on=council.today
            )


def take(council: Council, reference: str, state: str) -> None:
    """Take an audit that others lead on in the ordinary way, today, until it stands in *state*."""
    steps: dict[str, tuple[str, dict[str, Any]]] = {
        "announced": _BEGIN[reference],
        "returns_in": ("review_jointly", {}),
        "joint_review": ("record_findings", FINDINGS),
        "findings": ("plan_actions", {"recommendations": []}),
        "action_plan": ("close", {}),
    }
    while (stands := council.state(reference)) != state:
        if stands in ("cases_selected", "tool_issued"):
            return_all(council, reference)
            continue
        trigger, data = steps[stands]
        council.fire(reference, trigger, by="sandy", **data)


_AUDITS_MADE: dict[tuple[str, str], bytes] = {}


def audit_in(folder: Path, reference: str, state: str) -> Council:
    """Give a council of its own on Monday 5 January 2026, where an audit has just come to stand in *state*."""
    at, path = "2026-01-05 10:00", folder / "council.db"
    made = found(folder, at, codes=("MAA",))
    if (reference, state) not in _AUDITS_MADE:
        made.at("2026-01-01 08:00")
        announce(made, reference)
        take(made.at(at), reference, state)
        made.ctx.database.close()
        _AUDITS_MADE[reference, state] = path.read_bytes()
        made = found(folder, at, codes=("MAA",))
    else:
        made.ctx.database.close()
    path.write_bytes(_AUDITS_MADE[reference, state])
    return made


# ------------------------------------------------------------------ what is kept beside an instance
def words_of(council: Council, case: str) -> list[str]:
    """Return what a child said, as it is kept, the oldest first."""
    with council.ctx.database.reading() as connection:
        return [one.words for one in voices.find(connection, case_id=case)]


def blocks(council: Council, reference: str) -> list[tuple[str, str | None]]:
    """Return what blocks an instance, as (reason, on whom it waits)."""
    return [(one["reason"], one["waiting_on"]) for one in council.show(reference)["blocked"]]


def stands(council: Council, reference: str) -> bool:
    """Tell whether there is an instance of that reference."""
    with council.ctx.database.reading() as connection:
        return bool(reports.find_by_reference(connection, [reference]))
