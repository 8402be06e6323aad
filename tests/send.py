"""The people of special educational needs, beside those of `council.ROSTER`: what SEND stories are told with.

    with send.standing(folder, "2026-05-01 08:00") as made:
        made.passes()
        send.date_sitting(made, "2026-05", "2026-05-20")
        reference = send.request(made, "K12", "2026-05-15")

Every name is invented. Education, health and social care sit on the panel by agency, as the chair
records them when it is held; health is a partner and stands in no roster.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import council as council_module
from council import Council

from qa_workflow import wiring
from qa_workflow.service import changes, starting
from qa_workflow.service.changes import Pull
from qa_workflow.settings import Settings

# id, name, roles, team, manager. Kit and Kim do the casework, Max signs, Chris chairs the panel.
SEND_ROSTER: tuple[tuple[str, str, str, str, str], ...] = (
    ("kit", "Kit Caseworker", "send_caseworker", "SEND", "max"),
    ("kim", "Kim Caseworker", "send_caseworker", "SEND", "max"),
    ("max", "Max Manager", "send_manager", "SEND", "ada"),
    ("chris", "Chris Chair", "send_panel_chair", "SEND", "ada"),
    ("eddie", "Eddie Education", "senco", "SEND", "max"),
    ("vic", "Vic Virtual", "vsh", "", "ada"),
)
SEND_PEOPLE = tuple(row[0] for row in SEND_ROSTER)

EDUCATION = {"person": "eddie", "agency": "education", "present": True}
HEALTH = {"agency": "health", "present": True}
SOCIAL_CARE = {"person": "cass", "agency": "social_care", "present": True}
QUORUM: tuple[dict[str, Any], ...] = (EDUCATION, HEALTH, SOCIAL_CARE)


def import_people(council: Council) -> None:
    """Import the SEND people beside everybody of the council's own roster, who stand there already."""
    council.import_people(SEND_ROSTER)


Prepare = Callable[[Council], object]
_TEMPLATES: dict[tuple[str, Prepare | None], tuple[bytes, datetime]] = {}


def found(folder: Path, at: str, prepare: Prepare | None = None) -> Council:
    """Make a council with everybody of both rosters, in *folder*; it was made, and begins to plan, at *at*.

    What *prepare* does is done once, and copied: to import and to plan again for each test would be most
    of its time. The council stands at the time at which that ended.
    """
    path = folder / "council.db"
    if (at, prepare) not in _TEMPLATES:
        if prepare is None:
            made = council_module.found(folder, at, peopled=True)
            import_people(made)
        else:
            made = found(folder, at)
            prepare(made)
        made.ctx.database.close()  # the last connection to close writes everything into the one file
        _TEMPLATES[at, prepare] = path.read_bytes(), made.now
        return made
    content, now = _TEMPLATES[at, prepare]
    path.write_bytes(content)
    url = f"sqlite:///{path}"
    return Council(wiring.build(Settings(database_url=url)), folder, now)


@contextmanager
def standing(folder: Path, at: str, prepare: Prepare | None = None) -> Iterator[Council]:
    """Give such a council for the length of a test."""
    made = found(folder, at, prepare)
    yield made
    made.ctx.database.close()


def pull(council: Council, where: str, trigger: str, by: str, data: dict[str, Any]) -> None:
    """Pull a trigger that asks for a `reference`, which is how `Council.fire` calls the instance."""
    asked = Pull(reference=where, trigger=trigger, actor=by, data=data)
    changes.fire_trigger(council.ctx, asked, now=council.now)


# ------------------------------------------------------------------ the panel
def date_sitting(council: Council, period: str, sits_on: str) -> str:
    """Let the chair open the agenda of a month's sitting for a day; return its reference."""
    reference = f"send_panel:{period}"
    council.fire(reference, "open_agenda", by="chris", sits_on=sits_on)
    return reference


def start_sitting(council: Council, period: str, sits_on: str | None = None) -> str:
    """Start a month's sitting by hand, in the month that it is for; return its reference."""
    data = {} if sits_on is None else {"sits_on": sits_on}
    return council.start("send_panel", period, by="chris", **data).reference


# ------------------------------------------------------------------ an assessment
def request(council: Council, child: str, on: str) -> str:
    """Enter a request for an assessment that was received on a day; return its reference."""
    return starting.start_process(
        council.ctx,
        "ehc_assessment",
        child,
        now=council.now,
        actor="cli:test",
        as_person="kit",
        on=date.fromisoformat(on),
    ).reference


VIEWS: tuple[dict[str, Any], ...] = (
    {"whose": "child", "words": "I want to stay with Noor.", "method": "drawing"},
    {"whose": "parents", "words": "She needs a quiet place.", "method": "meeting"},
)


def hear(council: Council, reference: str) -> None:
    """Record the views of the child and of the parents, heard today."""
    for view in VIEWS:
        council.fire(reference, "record_view", by="kit", heard_on=council.today, **view)


FINAL: dict[str, Any] = {"plan": "EHCP-12", "placement": "School S4", "changes": []}


def follow(council: Council, reference: str, state: str) -> None:
    """Take an assessment on in the ordinary way, today, until it stands in *state*."""
    steps: dict[str, tuple[str, str, dict[str, Any]]] = {
        "requested": ("panel_decide_assess", "chris", {}),
        "assessing": ("decide_plan", "max", {}),
        "drafting": ("send_draft", "kit", {}),
        "finalising": ("issue_final", "max", FINAL),
    }
    while (now := council.state(reference)) != state:
        if now == "draft_with_family":
            council.later(days=15).passes()
            continue
        if now == "finalising":
            hear(council, reference)
        trigger, by, data = steps[now]
        council.fire(reference, trigger, by=by, **data)


# ------------------------------------------------------------------ where several stories begin
def ask_in_february(council: Council) -> None:
    """Enter on Monday 23 February 2026 a request about K12 of the Friday before."""
    council.passes()
    request(council.at("2026-02-23 09:00"), "K12", "2026-02-20")


def assess_in_february(council: Council) -> None:
    """Let the panel decide on the same day to assess K12."""
    ask_in_february(council)
    follow(council, "ehc_assessment:K12:2026-02-20", "assessing")
