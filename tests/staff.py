"""More staff than `council.ROSTER` has, and the lines of the framework for them: what stories of people are told with.

    with staff.standing(folder) as made:                 1 January 2026, everything of the month planned
        staff.supervise(made, "pat", "recorded")
        made.at("2026-02-01 00:00").passes()

Every name is invented. The calendar has the lines of supervision, observation and appraisal, and no others.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import council as council_module
from council import ROSTER, Council, london
from hands import sql

from qa_workflow import wiring
from qa_workflow.settings import Settings

CODES = ("SUP", "OBS", "APE", "APO", "APM")

# id, name, roles, team, manager. Nora has no manager; Paula and Fred belong to others.
STAFF: tuple[tuple[str, str, str, str, str], ...] = (
    ("pip", "Pip Practitioner", "practitioner", "North", "sam"),
    ("nora", "Nora Nomanager", "practitioner", "South", ""),
    ("senga", "Senga Senior", "senior_manager", "", "ada"),
    ("paula", "Paula Panel", "ap_panel_chair", "", "ada"),
    ("fred", "Fred Foster", "provider_contact", "", ""),
)
EVERYBODY = {row[0] for row in (*ROSTER, *STAFF)}
FIRST_DAY = "2026-01-01 08:00"

MEETING = {"held_on": "2026-01-12", "minutes": 90, "uninterrupted": True}
RECORD = {"record_reference": "S-101", "reflections": "What the visits have changed"}
WATCHED = {"observed_on": "2026-01-12", "what": "A home visit"}
FEEDBACK = {"feedback_on": "2026-01-12", "strengths": ["Listens"], "development": ["Says when"]}
AGREED = {"agreed_on": "2026-01-12", "agreed_with": "P-101"}
REVIEW = {**AGREED, "progress": "Most of it", "learning": "Shows in the visits"}

_MADE: dict[str, bytes] = {}  # each council once, as a file; then copied for each story


def opened(folder: Path, at: str) -> Council:
    """Give the council that stands in *folder*, at *at*."""
    url = f"sqlite:///{folder / 'council.db'}"
    ctx = council_module.narrowed(wiring.build(Settings(database_url=url)), CODES)
    return Council(ctx, folder, london(at))


def staffed(folder: Path, at: str) -> Council:
    """Make a council with everybody, in *folder*; planning begins on the day of *at*, and nothing is planned yet."""
    if at not in _MADE:
        made = council_module.found(folder, at, peopled=True, codes=CODES)
        made.import_people(STAFF)
        made.ctx.database.close()
        _MADE[at] = (folder / "council.db").read_bytes()
    (folder / "council.db").write_bytes(_MADE[at])
    return opened(folder, at)


@contextmanager
def standing(folder: Path, at: str = FIRST_DAY, *, passed: bool = True) -> Iterator[Council]:
    """Give a council of its own that has made its first pass, so that what is due this month stands."""
    key = f"{at} passed"
    if not passed:
        made = staffed(folder, at)
    else:
        if key not in _MADE:
            first = staffed(folder, at)
            first.passes()
            first.ctx.database.close()
            _MADE[key] = (folder / "council.db").read_bytes()
        (folder / "council.db").write_bytes(_MADE[key])
        made = opened(folder, at)
    yield made
    made.ctx.database.close()


# ------------------------------------------------------------------ people come and go
def begins(council: Council, person: str, day: str) -> None:
    """Let *day* be the person's first."""
    sql(council, "UPDATE person SET active_from = ? WHERE person_id = ?", day, person)


def of(council: Council, process: str) -> dict[str, dict[str, Any]]:
    """Return everything there is of a process, ended ones too, by subject."""
    return {one["subject"]: one for one in council.listed(process=process, include_final=True)}


# ------------------------------------------------------------------ the ordinary way
def supervise(
    council: Council, person: str, state: str, *, by: str = "sam", month: str = "2026-01", **said: Any  # noqa: ANN401
) -> str:  # fmt: skip
    """Take a person's supervision of a month to *state*, as the supervisor and the person do; return its reference."""
    reference = f"supervision:{person}:{month}"
    steps: dict[str, tuple[str, str, dict[str, Any]]] = {
        "due": ("hold", by, {**MEETING, "held_on": council.today, **said}),
        "held": ("record", by, RECORD),
        "recorded": ("acknowledge", person, {}),
    }
    _walk(council, reference, state, steps)
    return reference


def observe(
    council: Council, person: str, state: str, *, by: str = "sam", month: str = "2026-01"
) -> str:
    """Take a person's observation to *state*; it is started where it does not stand; return its reference."""
    reference = f"practice_observation:{person}:{month}"
    council.start("practice_observation", person, by=by)
    steps: dict[str, tuple[str, str, dict[str, Any]]] = {
        "planned": ("observe", by, {**WATCHED, "observed_on": council.today}),
        "observed": ("give_feedback", by, {**FEEDBACK, "feedback_on": council.today}),
        "feedback_given": ("record", by, {"supervision": f"supervision:{person}:{month}"}),
    }
    _walk(council, reference, state, steps)
    return reference


def _walk(
    council: Council, reference: str, state: str, steps: dict[str, tuple[str, str, dict[str, Any]]]
) -> None:
    while (standing := council.state(reference)) != state:
        trigger, by, data = steps[standing]
        council.fire(reference, trigger, by=by, **data)
