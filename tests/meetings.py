"""Meetings for stories: who chairs and attends them, what stands before them, and their ordinary road.

    with meetings.standing(folder, "2026-03-02 09:00") as made:
        meetings.plan(made, "moving_to_excellence_board")       as the planner does, for March 2026
        meetings.take(made, BOARD, "held")                      there in the ordinary way; the clock goes on

Papers of the board close on Thursday 19 March, it sits on Thursday 26 March 2026. No calendar plans
anything here, so that nothing else stands in the way. Every name is invented.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import council as council_module
from council import ROSTER, Council, london, narrowed
from hands import sql

from qa_workflow import wiring
from qa_workflow.engine.instance import Spawn
from qa_workflow.service.work import Work
from qa_workflow.settings import Settings

# id, name, roles, team, manager, beside those of `council.ROSTER`.
PEOPLE: tuple[tuple[str, str, str, str, str], ...] = (
    ("vic", "Vic Virtual", "vsh", "", "ada"),
    ("cora", "Cora Contracts", "commissioning", "", "ada"),
    ("finn", "Finn Finance", "finance", "", "ada"),
    ("max", "Max Manager", "send_manager", "SEND", "ada"),
    ("sena", "Sena Schools", "senco", "SEND", "max"),
    ("sean", "Sean Senior", "senior_manager", "", "ada"),
    ("pia", "Pia Panel", "ap_panel_chair", "", "ada"),
)

CASES = tuple(f"C{number:02}" for number in range(1, 7))
MARCH = "2026-03"
BOARD = "moving_to_excellence_board:2026-03"
GROUP = "strategic_placement_group:2026-03"
TOP = "top_three:2026-03"
SITS_ON = "2026-03-26"
PAPERS_ON = {5: "2026-03-19", 2: "2026-03-24", 1: "2026-03-25", 0: "2026-03-26"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What one kind of meeting needs on its ordinary road."""

    chair: str
    organiser: str = "quinn"
    papers: int = 5
    hold: Mapping[str, Any] | None = None
    minute: Mapping[str, Any] | None = None
    by_hand: bool = False


KINDS: Mapping[str, Kind] = {
    "moving_to_excellence_board": Kind(chair="ada"),
    "strategic_placement_group": Kind(
        chair="ada",
        hold={"attendees": ["cora", "cass", "sandy"], "apologies": ["finn"]},
        minute={"covered": {"quality of placements": "Good.", "value of placements": "Fair."}},
    ),
    "send_programme_board": Kind(
        chair="ada",
        minute={
            "covered": dict.fromkeys(
                ("SEND joint strategy", "self-evaluation form", "SEND Service Improvement Action Plan"), "Seen."
            )
        },
    ),
    "senco_network": Kind(
        chair="max", papers=1, hold={"attendees": ["sena"]}, minute={"covered": {"good practice": "Shared."}}
    ),
    "top_three": Kind(chair="sean", papers=2),
    "vsh_team_meeting": Kind(
        chair="vic", organiser="sam", papers=1, hold={"attendees": ["pat"]},
        minute={
            "covered": {
                "education matters": "Told.", "quality of PEPs": "Better.", "quality of pathway plans": "Mixed.",
            }
        },
    ),
    "annual_ofsted_meeting": Kind(chair="dana", hold={"why_without": "It is being signed."}),
    "group_supervision": Kind(
        chair="sam", organiser="sam", papers=1, hold={"attendees": ["pat"]},
        minute={"cases": [{"case": "C01", "learning_reference": "LEARN-1"}]},
    ),
    "adoption_panel_feedback": Kind(
        chair="pia", organiser="pia", papers=0, minute={"covered": {"quality of the work": "Thorough."}}, by_hand=True
    ),
    "learning_event": Kind(
        chair="sean", papers=1, minute={"covered": {"what was learned": "Start earlier."}}, by_hand=True
    ),
}  # fmt: skip
ROAD = ("planned", "scheduled", "agenda_set", "held", "minuted", "actions_logged", "closed")

_TEMPLATES: dict[str, bytes] = {}  # importing the people for each test would be most of its time


def found(folder: Path, at: str) -> Council:
    """Make a council with these people and six open cases, for which no calendar plans anything."""
    path = folder / "council.db"
    if at not in _TEMPLATES:
        made = council_module.found(folder, at)
        made.import_people((*ROSTER, *PEOPLE))
        made.import_cases(CASES)
        made.ctx.database.close()  # the last connection to close writes everything into the one file
        _TEMPLATES[at] = path.read_bytes()
    path.write_bytes(_TEMPLATES[at])
    ctx = wiring.build(Settings(database_url=f"sqlite:///{path}"))
    return Council(narrowed(ctx, ()), folder, london(at))


@contextmanager
def standing(folder: Path, at: str = "2026-03-02 09:00") -> Iterator[Council]:
    """Give such a council for the length of a test."""
    made = found(folder, at)
    yield made
    made.ctx.database.close()


def plan(
    council: Council,
    process: str,
    period: str = MARCH,
    *,
    opens_on: str = "2026-03-01",
    due_on: str = "2026-03-31",
) -> str:
    """Plan a meeting as the calendar does; return its reference."""
    spawn = Spawn(
        process=process,
        reference=f"{process}:{period}",
        subject=period,
        due_on=date.fromisoformat(due_on),
        data={"code": "T", "period": period, "opens_on": opens_on},
    )
    return begin(council, spawn)


def begin(council: Council, spawn: Spawn) -> str:
    """Start what *spawn* asks for, as the planner does; return its reference."""
    with council.ctx.database.transaction() as connection:
        work = Work(council.ctx, connection, council.now)
        outcomes = work.started([spawn])
        standing = work.apply(outcomes)
    return standing[outcomes[0].instance.id].reference


def begun(council: Council, process: str) -> str:
    """Begin a meeting of that process in the way it begins, for March 2026; return its reference."""
    if not KINDS[process].by_hand:
        return plan(council, process)
    kind = {"kind": "deep_dive"} if process == "learning_event" else {}
    return council.start(process, "C01", by="quinn", due_on="2026-03-31", **kind).reference


def step(council: Council, reference: str, **changed: Any) -> None:  # noqa: ANN401 - any field
    """Take a meeting one state on in the ordinary way; *changed* is said instead of what is usual."""
    kind, state = KINDS[reference.partition(":")[0]], council.state(reference)
    if state in {"planned", "postponed", "inquorate"}:
        council.fire(reference, "schedule", by=kind.organiser, **{"sits_on": SITS_ON, **changed})
    elif state == "scheduled":
        council.now = max(
            council.now, london(f"{council.show(reference)['data']['papers_on']} 10:00")
        )
        council.fire(reference, "set_agenda", by=kind.organiser, **changed)
    elif state == "agenda_set":
        council.now = max(
            council.now, london(f"{council.show(reference)['data']['sits_on']} 11:00")
        )
        council.fire(reference, "hold", by=kind.chair, **{**(kind.hold or {}), **changed})
    elif state == "held":
        said = {"minutes_reference": "MIN-1", **(kind.minute or {}), **changed}
        council.fire(reference, "minute", by=kind.organiser, **said)
    elif state == "minuted":
        council.fire(
            reference, "log_actions", by=kind.organiser, **(changed or {"no_actions": True})
        )
    else:
        council.fire(reference, "close", by=kind.chair, **changed)


def take(council: Council, reference: str, state: str) -> str:
    """Take a meeting on in the ordinary way until it stands in *state*; return its reference."""
    while council.state(reference) != state:
        step(council, reference)
    return reference


def at_state(council: Council, state: str, process: str = "moving_to_excellence_board") -> str:
    """Begin a meeting and take it to *state*, the ones off the ordinary road included; return its reference."""
    reference = begun(council, process)
    kind = KINDS[process]
    if state == "postponed":
        take(council, reference, "scheduled")
        council.fire(reference, "postpone", by=kind.organiser, reason="The chair is ill")
    elif state == "inquorate":
        take(council, reference, "agenda_set")
        council.at(f"{SITS_ON} 11:00")
        council.fire(reference, "declare_inquorate", by=kind.chair, reason="Only the chair came")
    elif state == "cancelled":
        council.fire(reference, "cancel", by=kind.chair, reason="There is nothing to look at")
    else:
        take(council, reference, state)
    return reference


def neighbour(
    council: Council,
    process: str,
    state: str,
    reference: str,
    *,
    closed_at: str | None = None,
    **data: str,
) -> str:
    """Let an instance of another process stand in a state, as its own process would leave it; return its reference."""
    begin(
        council,
        Spawn(
            process="action",
            reference=reference,
            subject="X",
            due_on=date(2027, 1, 1),
            owner="pat",
            data=data,
        ),
    )
    stand(council, reference, state, process=process, closed_at=closed_at)
    return reference


def stand(
    council: Council,
    reference: str,
    state: str,
    *,
    process: str | None = None,
    closed_at: str | None = None,
) -> None:
    """Let a neighbour's instance stand in another state, closed at a London moment or open."""
    closed = None if closed_at is None else int(london(closed_at).timestamp()) * 1_000_000
    of_instance = "(SELECT id FROM process_instance WHERE reference = ?)"
    sql(council, f"DELETE FROM timer WHERE instance_id = {of_instance}", reference)  # noqa: S608 - no outside text
    sql(
        council,
        "UPDATE process_instance SET state = ?, process = coalesce(?, process), closed_at = ? WHERE reference = ?",
        state, process, closed, reference,
    )  # fmt: skip
