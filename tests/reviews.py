"""An annual review taken from state to state, on the days of the worked example: what SEND stories are told with.

    made = reviews.send_council(folder)
    reviews.follow(made, "reported")        sets the clock to the day of each step

The review K12:3 is due on Tuesday 2 December 2025; its meeting is held on Tuesday 4 November 2025.
"""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import council as council_module
import send
from council import Council, london

from qa_workflow import wiring
from qa_workflow.engine.people import Delegation
from qa_workflow.settings import Settings
from qa_workflow.store import people

K12 = "ehc_review:K12:3"
NEXT = "ehc_review:K12:4"
FIRST_DAY = "2025-06-02 08:00"
VIEWS = [
    {"words": "I want to keep my drum lessons.", "method": "drawing", "heard_on": "2025-11-03"}
]
HEARD = {"views": VIEWS, "parent_invited": True}
YOUNGER = {"school_year": 5}
AMENDMENTS = ["section-f-v2"]

Step = tuple[str, str, str, dict[str, Any]]
# By state: on which day which trigger is pulled, by whom, with what.
WAY: dict[str, Step] = {
    "scheduled": ("2025-08-20 10:00", "invite", "kit", {"meeting_on": "2025-11-04"}),
    "advice_requested": ("2025-10-10 10:00", "circulate", "kit", {}),
    "ready": ("2025-11-04 16:00", "hold_meeting", "kit", {"held_on": "2025-11-04", **HEARD}),
    "held": ("2025-11-17 10:00", "send_report", "kit", YOUNGER),
    "reported": ("2025-11-27 10:00", "decide_amend", "max", {"amendments": AMENDMENTS}),
    "amending": ("2025-12-04 10:00", "family_responds", "kit", {"response": "D-77"}),
    "finalising": ("2026-01-20 10:00", "issue_final_amended", "max", {}),
}
MAINTAIN: Step = ("2025-11-27 10:00", "decide_maintain", "max", {})
CEASE: Step = (
    "2025-11-27 10:00",
    "decide_cease",
    "max",
    {"reason": "She has reached her outcomes."},
)
NOT_AMEND: Step = (
    "2026-01-20 10:00",
    "decide_not_to_amend",
    "max",
    {"reasons": ["The school agrees."]},
)


def send_council(folder: Path, at: str = FIRST_DAY) -> Council:
    """Make a council with its SEND people, whose planning begins at *at*."""
    made = council_module.found(folder, at, peopled=True)
    send.import_people(made)
    return made


def copy_of(folder: Path, into: Path, at: str, **settings: Any) -> Council:  # noqa: ANN401 - any setting
    """Return a council of its own, on a copy of the one in *folder*, at *at*."""
    shutil.copy(folder / "council.db", into / "council.db")
    url = f"sqlite:///{into / 'council.db'}"
    return Council(wiring.build(Settings(database_url=url, **settings)), into, london(at))


def begin(council: Council, subject: str = "K12", **data: Any) -> str:  # noqa: ANN401 - any data
    """Start a review by hand, the third of K12 unless said otherwise, and return its reference."""
    given = {"cycle": 3, "review_due": "2025-12-02", **data}
    said = {name: value for name, value in given.items() if value is not None}
    return council.start("ehc_review", subject, by="kit", **said).reference


def follow(council: Council, state: str, reference: str = K12, **instead: Step) -> None:
    """Take a review on, each step on its day, until it stands in *state*; *instead* gives other steps by state.

    Nothing passes meanwhile: no timer fires unless the story lets the daemon pass.
    """
    way = {**WAY, **instead}
    if state == "ceasing":
        way["reported"] = CEASE
    while (standing := council.state(reference)) != state:
        at, trigger, by, data = way[standing]
        if council.now < london(at):
            council.at(at)
        council.fire(reference, trigger, by=by, **data)


def delegate(council: Council, giver: str, to: str, role: str) -> None:
    """Record that somebody acts for another in a role, all through 2025."""
    acting = Delegation(
        from_person=giver, to_person=to, role=role,
        from_on=date(2025, 1, 1), until_on=date(2025, 12, 31),
    )  # fmt: skip
    with council.ctx.database.transaction() as connection:
        people.save_delegation(connection, acting, recorded_by="cli:test", recorded_at=council.now)


def data(council: Council, *names: str, reference: str = K12) -> tuple[Any, ...]:
    """Return what stands in the data of a review under *names*."""
    found = council.show(reference)["data"]
    return tuple(found.get(name) for name in names)


def plan_holders_csv(council: Council, *rows: str) -> Path:
    """Write a file of plan holders: `child_id,plan_id,born_on,issued_on,last_review_on,ehe,school_phase`."""
    path = council.folder / "plan-holders.csv"
    header = "child_id,plan_id,born_on,issued_on,last_review_on,ehe,school_phase"
    path.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    return path
