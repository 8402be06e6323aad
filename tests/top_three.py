"""The Top three for stories: the six cases of the worked example, brought about through the service.

    with top_three.example(folder) as made:       Monday 12 January 2026, 09:00, after the daemon's pass
        top_three.meets(made, "2026-01-16")       a meeting of January, to sit on that Friday

C-101 and C-103 are late, C-102 misses a date of the law, C-104 is a child's safety, C-105 is blocked
and C-106 is late but not blocked. Every name is invented.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import council as council_module
import meetings
import send
from council import ROSTER, Council, london, narrowed

from qa_workflow import wiring
from qa_workflow.engine.instance import Spawn
from qa_workflow.service import overlays, top_three
from qa_workflow.settings import Settings

NOW = "2026-01-12 09:00"
C101 = "recommendation:R-0101"
C102 = "ehc_assessment:C-102:2025-11-21"
C103 = "action:A-0103"
C104 = "immediate_concern:C-104:1"
C105 = "action:A-0105"
C106 = "action:A-0106"
PACK = [C104, C105, C102]
FULL = [*PACK, C101, C103]
CASES = tuple(f"C-{number}" for number in range(101, 107))
MEETING = "top_three:2026-01"

_MADE: dict[str, bytes] = {}


def found(folder: Path, at: str = "2025-11-17 08:00") -> Council:
    """Make a council with everybody, and the six cases open, for which no calendar plans anything."""
    path = folder / "council.db"
    if at not in _MADE:
        made = council_module.found(folder, at)
        made.import_people((*ROSTER, *meetings.PEOPLE))
        send.import_people(made)
        made.import_cases(CASES)
        made.ctx.database.close()
        _MADE[at] = path.read_bytes()
    path.write_bytes(_MADE[at])
    ctx = wiring.build(Settings(database_url=f"sqlite:///{path}"))
    return Council(narrowed(ctx, ()), folder, london(at))


@contextmanager
def standing(folder: Path, at: str = "2025-11-17 08:00") -> Iterator[Council]:
    """Give such a council, in which nothing has begun, for the length of a test."""
    made = found(folder, at)
    yield made
    made.ctx.database.close()


@contextmanager
def example(folder: Path) -> Iterator[Council]:
    """Give the council of the worked example, on the day as at which it is told."""
    path = folder / "council.db"
    if NOW not in _MADE:
        made = found(folder)
        live(made)
        made.ctx.database.close()
        _MADE[NOW] = path.read_bytes()
    path.write_bytes(_MADE[NOW])
    with there(folder, NOW) as made:
        yield made


@contextmanager
def there(folder: Path, at: str) -> Iterator[Council]:
    """Give the council whose database stands in *folder*, at a time; no calendar plans anything for it."""
    ctx = wiring.build(Settings(database_url=f"sqlite:///{folder / 'council.db'}"))
    made = Council(narrowed(ctx, ()), folder, london(at))
    yield made
    made.ctx.database.close()


def live(council: Council) -> None:
    """Let everything of the worked example happen, day by day, up to Monday 12 January 2026."""
    council.at("2025-11-21 09:00")
    meetings.plan(council, "send_panel", "2025-12", opens_on="2025-12-01", due_on="2025-12-31")
    send.date_sitting(council, "2025-12", "2025-12-31")
    send.request(council, "C-102", "2025-11-21")
    council.at("2025-12-01 09:00")
    begin(council, C105, due_on="2026-06-30")
    block(council, C105, "No placement is free")
    council.at("2025-12-12 09:00")
    begin(council, C101, due_on="2025-12-15", owner="cass")
    begin(council, C103, due_on="2025-12-19")
    begin(council, C106, due_on="2025-12-31")
    for day in ("2025-12-19", "2025-12-24", "2026-01-05", "2026-01-07"):
        council.at(f"{day} 06:00").passes()
    council.at("2026-01-08 10:00").start("immediate_concern", "C-104", by="aud1", what="REF-1")
    for day in ("2026-01-09", "2026-01-12"):
        council.at(f"{day} 00:00").passes()
    council.at(NOW).passes()


def begin(council: Council, reference: str, *, due_on: str, owner: str = "pat", **data: Any) -> str:  # noqa: ANN401 - any data
    """Begin something about the case whose number its reference bears, due on a day; return its reference."""
    process, number = reference.partition(":")[0], reference[-3:]
    spawn = Spawn(
        process=process, reference=reference, subject=f"C-{number}", case_id=f"C-{number}",
        due_on=date.fromisoformat(due_on), owner=owner,
        data={"owner": owner, "what": "Do it", "about": None, "due_on": due_on, **data},
    )  # fmt: skip
    return meetings.begin(council, spawn)


def block(council: Council, reference: str, note: str, reason: str = "no_placement") -> None:
    """Put a block on something, as its owner says it."""
    overlays.block(
        council.ctx, reference, actor="cass", reason=reason, note=note, now=council.now,
        review_on=date(2026, 6, 1),
    )  # fmt: skip


def unblock(council: Council, reference: str) -> None:
    """Take the blocks off again that people put on."""
    overlays.unblock(council.ctx, reference, actor="cass", note="It is free", now=council.now)


def pack(council: Council, day: str | None = None, most: int | None = None) -> dict[str, Any]:
    """Return the pack as anybody may ask for it."""
    wanted = None if day is None else date.fromisoformat(day)
    return top_three.top_three(council.ctx, now=council.now, day=wanted, most=most)


def references(entries: list[dict[str, Any]]) -> list[str]:
    return [one["reference"] for one in entries]


def meets(
    council: Council, sits_on: str, period: str = "2026-01", *, due_on: str | None = None
) -> str:
    """Plan a meeting and set its day; return its reference."""
    reference = meetings.plan(
        council, "top_three", period, opens_on=f"{period}-01", due_on=due_on or sits_on
    )
    council.fire(reference, "schedule", by="quinn", sits_on=sits_on)
    return reference


# ------------------------------------------------------------------ the meeting
def data(council: Council, reference: str = MEETING) -> dict[str, Any]:
    """Return what is kept of a meeting."""
    found: dict[str, Any] = council.show(reference)["data"]
    return found


def taken(council: Council, state: str, reference: str = MEETING) -> Council:
    """Take a meeting on in the ordinary way until it stands in *state*."""
    meetings.take(council, reference, state)
    return council


def action(about: str) -> dict[str, str]:
    """Return an action that unblocks something."""
    return {"what": "Ring the agency", "owner": "cass", "due_on": "2026-01-30", "about": about}


def accepted(reference: str) -> dict[str, str]:
    """Return the acceptance of something as it is."""
    return {"reference": reference, "reason": "The court decides in March"}


DECIDED: Mapping[str, Any] = {
    "actions": [action(C104), action(C105)],
    "accepted": [accepted(C102)],
}
