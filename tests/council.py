"""A small made-up council on a real SQLite file: what stories are told with. Every name is invented.

    council.at("2025-10-01 08:00")         the time of what follows, London time
    council.passes()                       the daemon's pass, as the daemon does it
    council.fire("case_audit:…", "submit", by="aud1", **data)

Story tests freeze the clock with freezegun and use `council.now`; `at` is for the others.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from qa_workflow import wiring
from qa_workflow.engine.definition import Facts
from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.errors import NotPermitted, TransitionRefused
from qa_workflow.service import (
    case_imports,
    changes,
    enquiries,
    installation,
    overlays,
    people_imports,
    starting,
)
from qa_workflow.service.case_imports import CaseImport
from qa_workflow.service.changes import Pull
from qa_workflow.service.enquiries import Wanted
from qa_workflow.service.passes import Pass, one_pass
from qa_workflow.service.people_imports import PeopleImport
from qa_workflow.service.work import Work
from qa_workflow.settings import Settings
from qa_workflow.store import reports

LONDON = ZoneInfo("Europe/London")

# id, name, roles, team, manager. `pat` practises and `sam` supervises every case of team North.
ROSTER: tuple[tuple[str, str, str, str, str], ...] = (
    ("pat", "Pat Practitioner", "practitioner;auditor", "North", "sam"),
    ("sam", "Sam Supervisor", "team_manager;auditor", "North", "cass"),
    ("iris", "Iris Reviewer", "iro;auditor", "", "sandy"),
    ("aud1", "Alex Auditor", "auditor", "QA", "sandy"),
    ("aud2", "Billie Auditor", "auditor", "QA", "sandy"),
    ("quinn", "Quinn Admin", "qa_admin", "QA", "sandy"),
    ("sandy", "Sandy Quality", "sm_sqa", "QA", "ada"),
    ("mo", "Mo Moderator", "moderator", "QA", "sandy"),
    ("cass", "Cass Care", "sm_csc", "", "ada"),
    ("ada", "Ada People", "ad_people", "", "dana"),
    ("dana", "Dana Director", "director", "", ""),
)

AUTUMN = "case_audit_round:2025-26:A"
SPRING = "case_audit_round:2025-26:B"


def london(text: str) -> datetime:
    """Return `2025-10-01 08:00`, London time, as an aware instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


CLOCKS = ("cla_review", "cp_conference", "pep", "pathway_plan_review", "cin_review")
CODES = (
    "CFA",
    "SENDP",
    "GTO",
)  # what stories are planned by the calendar unless they say otherwise


def narrowed(ctx: Any, codes: Iterable[str] = CODES) -> Any:  # noqa: ANN401 - a Context
    """Return the context where of the framework's calendar only the lines of *codes* count, and no case clock."""
    lines = tuple(line for line in ctx.lines if line.code in set(codes))
    choices = ctx.framework.choices.model_copy(update={"unwatched_clocks": CLOCKS})
    return replace(ctx, lines=lines, framework=replace(ctx.framework, choices=choices))


_TEMPLATES: dict[
    tuple[str, bool], bytes
] = {}  # a migration for each test would be most of its time


def found(
    folder: Path,
    at: str = "2025-09-01 08:00",
    *,
    peopled: bool = False,
    codes: tuple[str, ...] = CODES,
    **settings: Any,  # noqa: ANN401 - any setting
) -> "Council":
    """Make a council on a SQLite file of its own in *folder*; planning begins on the day of *at*.

    With *peopled* its roster and its 23 open cases are imported. Of the framework's calendar only the
    lines of *codes* count, so that a story is not lost among ninety others.
    """
    path = folder / "council.db"
    template = _TEMPLATES.get((at, peopled))
    if template is not None:
        path.write_bytes(template)
    ctx = narrowed(wiring.build(Settings(database_url=f"sqlite:///{path}", **settings)), codes)
    made = Council(ctx, folder, london(at))
    if template is None:
        installation.initialise(ctx, now=made.now)
        if peopled:
            made.import_people()
            made.import_cases()
        ctx.database.close()  # the last connection to close writes everything into the one file
        _TEMPLATES[(at, peopled)] = path.read_bytes()
    return made


class Council:
    """A council whose clock stands where the test puts it."""

    def __init__(self, ctx: Any, folder: Path, now: datetime) -> None:  # noqa: ANN401 - a Context
        self.ctx = ctx
        self.folder = folder
        self.now = now

    def at(self, text: str) -> "Council":
        self.now = london(text)
        return self

    def later(self, **by: int) -> "Council":
        self.now += timedelta(**by)
        return self

    # -------------------------------------------------------------- input
    def import_people(
        self, rows: Iterable[tuple[str, str, str, str, str]] = ROSTER
    ) -> PeopleImport:
        path = self.folder / "people.csv"
        lines = ["person_id,name,roles,team,manager", *(",".join(row) for row in rows)]
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return people_imports.import_people(self.ctx, path, now=self.now, actor="cli:test")

    def import_cases(
        self,
        cases: Mapping[str, str] | Iterable[str] | None = None,
        *,
        as_of: str | None = None,
        opened: str = "2025-01-06",
        supervisor: str = "sam",
        iro: str = "iris",
        **options: bool,
    ) -> CaseImport:
        """Import the whole caseload: ids, or ids with their workers; C01 to C23 of `pat` by default."""
        if cases is None:
            cases = [f"C{number:02}" for number in range(1, 24)]
        workers = cases if isinstance(cases, Mapping) else dict.fromkeys(cases, "pat")
        path = self.folder / "cases.csv"
        lines = ["case_id,plan_type,opened,closed,team,worker,supervisor,iro"]
        lines += [
            f"{case},cin,{opened},,North,{worker},{supervisor},{iro}"
            for case, worker in workers.items()
        ]
        path.write_text("\n".join(lines) + "\n", "utf-8")
        day = None if as_of is None else date.fromisoformat(as_of)
        return case_imports.import_cases(
            self.ctx, path, now=self.now, actor="cli:test", as_of=day, **options
        )

    # -------------------------------------------------------------- doing
    def passes(self) -> Pass:
        return one_pass(self.ctx, self.now)

    def fire(self, reference: str, trigger: str, *, by: str, **data: Any) -> ProcessInstance:  # noqa: ANN401 - any data
        pull = Pull(reference=reference, trigger=trigger, actor=by, data=data)
        return changes.fire_trigger(self.ctx, pull, now=self.now)

    def open_autumn_round(self) -> list[str]:
        """Let the autumn round open on 1 October 2025, propose and freeze its sample; return the sample."""
        self.at("2025-09-03 08:00").passes()
        self.at("2025-10-01 08:00").passes()
        self.at("2025-10-02 09:00").fire(AUTUMN, "propose_sample", by="quinn")
        self.at("2025-10-08 09:00").fire(AUTUMN, "freeze_sample", by="sandy")
        sample: list[str] = self.show(AUTUMN)["data"]["sample"]
        return sample

    def close_audit(self, reference: str, *, auditor: str = "aud1", **changed: Any) -> None:  # noqa: ANN401 - any field
        """Take an audit from `selected` to `closed`, everybody answering at once."""
        self.fire(reference, "allocate", by="quinn", auditor=auditor)
        self.fire(reference, "start", by=auditor)
        self.fire(reference, "submit", by=auditor, **submission(heard_on=self.today, **changed))
        if self.show(reference)["state"] == "moderation":
            self.fire(reference, "agree", by="mo")
        else:
            self.fire(reference, "release", by="sandy")
        self.fire(
            reference, "record_feedback", by=auditor, held_on=self.today, attendees=["pat", "sam"]
        )
        self.fire(reference, "accept", by="pat")

    def start(self, process: str, subject: str, *, by: str, **data: Any) -> ProcessInstance:  # noqa: ANN401 - any data
        return starting.start_process(
            self.ctx, process, subject, now=self.now, actor="cli:test", as_person=by, data=data
        )

    def reassign(
        self, reference: str, *, to: str, by: str, reason: str = "leave"
    ) -> ProcessInstance:
        return overlays.reassign(self.ctx, reference, to=to, actor=by, reason=reason, now=self.now)

    def take(self, reference: str, state: str, *, auditor: str = "aud1", **changed: Any) -> None:  # noqa: ANN401 - any field
        """Take an audit on in the ordinary way until it stands in *state*, everybody answering at once."""
        steps: dict[str, tuple[str, str, dict[str, Any]]] = {
            "selected": ("allocate", "quinn", {"auditor": auditor}),
            "allocated": ("start", auditor, {}),
            "in_progress": ("submit", auditor, submission(heard_on=self.today, **changed)),
            "submitted": ("release", "sandy", {}),
            "moderation": ("agree", "mo", {}),
            "feedback": (
                "record_feedback",
                auditor,
                {"held_on": self.today, "attendees": ["pat", "sam"]},
            ),
            "practitioner_response": ("accept", "pat", {}),
        }
        if state == "moderation":
            steps["submitted"] = ("request_moderation", "sandy", {})
        if state == "disputed":
            steps["practitioner_response"] = (
                "dispute",
                "pat",
                {"reason": "The visit of 3 October is missing."},
            )
        while (standing := self.state(reference)) != state:
            trigger, by, data = steps[standing]
            self.fire(reference, trigger, by=by, **data)

    # -------------------------------------------------------------- asking
    @property
    def today(self) -> str:
        return self.now.astimezone(LONDON).date().isoformat()

    def show(self, reference: str) -> dict[str, Any]:
        return enquiries.show(self.ctx, reference, now=self.now)

    def history(self, reference: str) -> list[dict[str, Any]]:
        return enquiries.history(self.ctx, reference, now=self.now)[1]

    def listed(self, **wanted: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - any filter
        return enquiries.list_instances(self.ctx, Wanted(**wanted), now=self.now)

    def levels(self, reference: str, deadline: str = "due") -> list[tuple[str, str]]:
        """Return the ladder entries of one deadline as (level, nominal day)."""
        return [
            (entry["level"], entry["nominal_on"])
            for entry in self.history(reference)
            if entry["level"] is not None and entry["data"]["deadline"] == deadline
        ]

    def state(self, reference: str) -> str:
        with self.ctx.database.reading() as connection:
            number = reports.find_by_reference(connection, [reference])[reference]
            return reports.bare(connection, [number])[0].state

    def falls(self, reference: str, deadline: str) -> str:
        """Return the day on which one deadline of an instance falls."""
        day: str = next(
            one["due_on"] for one in self.show(reference)["deadlines"] if one["name"] == deadline
        )
        return day

    def refusal(self, reference: str, trigger: str, *, by: str, **data: Any) -> str:  # noqa: ANN401 - any data
        """Pull a trigger that guards refuse, and return their reasons as the person reads them."""
        try:
            self.fire(reference, trigger, by=by, **data)
        except TransitionRefused as refused:
            return str(refused)
        raise AssertionError(f"{trigger} was not refused")

    def who_may(self, reference: str, trigger: str, **data: Any) -> set[str]:  # noqa: ANN401 - any data
        """Return everybody of the roster whose role or part in the case lets them pull a trigger."""
        able = set()
        people = enquiries.list_people(self.ctx)
        with self.ctx.database.reading() as connection:
            moment = _Moment(self.ctx, connection, self.now)
            for person in people:
                pull = Pull(reference=reference, trigger=trigger, actor=person.person_id, data=data)
                with suppress(NotPermitted):
                    changes.rehearse_in(moment, pull)
                    able.add(person.person_id)
        return able

    def told(self, reference: str) -> list[tuple[str, str]]:
        """Return the messages about an instance as (person, subject), the oldest first."""
        return [
            (one["to"], one["subject"])
            for one in enquiries.messages(self.ctx)
            if one["dedupe_key"].startswith(f"{reference}|")
        ]


class _Moment(Work):
    """One moment of the database, in which many ask about one instance: its facts are gathered once."""

    def facts(self, some: Sequence[ProcessInstance]) -> dict[int, Facts]:
        known = self.__dict__.setdefault("known", {})
        key = tuple((one.id, one.version) for one in some)
        if key not in known:
            known[key] = super().facts(some)
        found: dict[int, Facts] = known[key]
        return found


def submission(*, heard_on: str = "2025-10-10", **changed: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    """Return a complete submission of an audit, with the child's own words."""
    given = {
        "answers": answers(),
        "strengths": ["Visits are regular and purposeful."],
        "improvements": ["The plan does not say by when."],
        "voice": [
            {
                "words": "I like it when she comes to football.",
                "method": "app",
                "heard_on": heard_on,
            }
        ],
        "outcome": "School attendance has risen since June.",
        "grade": "good",
        "recommendations": [],
    }
    return {**given, **changed}


def answers() -> dict[str, dict[str, str]]:
    """Return an answer to every question of the methodology that ships."""
    text = (resources.files("qa_workflow.frameworks") / "methodology_1.json").read_text("utf-8")
    return {
        section["key"]: {question["key"]: "yes" for question in section["questions"]}
        for section in json.loads(text)["sections"]
    }
