"""The synthetic council: invented people and cases, whose year is played through the service, seeded.

Nobody and nothing in it exists. It goes only into an empty database, which it marks as synthetic.
"""

import csv
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from qa_workflow.engine.working_days import LONDON, london_date
from qa_workflow.errors import QAWorkflowError
from qa_workflow.service import enquiries, installation
from qa_workflow.service.case_imports import import_cases
from qa_workflow.service.changes import Pull, fire_trigger
from qa_workflow.service.context import Context
from qa_workflow.service.enquiries import Wanted
from qa_workflow.service.passes import one_pass
from qa_workflow.service.people_imports import import_people
from qa_workflow.service.records import show_methodology

SEED = 7
MONTHS_BACK = 6  # the story is at least this long
OFFICERS_ACT_ON = (0, 2, 4)  # Monday, Wednesday, Friday
IMPORTED_ON_DAY = 15

# id, name, roles, team, manager
PEOPLE = (
    ("dana", "Dana Synthetic", "director", "", ""),
    ("ada", "Ada Synthetic", "ad_people", "", "dana"),
    ("sandy", "Sandy Synthetic", "sm_sqa", "Quality", "ada"),
    ("cass", "Cass Synthetic", "sm_csc", "Care", "ada"),
    ("quinn", "Quinn Synthetic", "qa_admin", "Quality", "sandy"),
    ("alex", "Alex Synthetic", "auditor", "Quality", "sandy"),
    ("billie", "Billie Synthetic", "auditor", "Quality", "sandy"),
    ("charlie", "Charlie Synthetic", "auditor", "Quality", "sandy"),
    ("mo", "Mo Synthetic", "moderator", "Quality", "sandy"),
    ("iris", "Iris Synthetic", "iro", "Quality", "sandy"),
    ("north", "Noa Synthetic", "team_manager", "North", "cass"),
    ("south", "Sol Synthetic", "team_manager", "South", "cass"),
    ("pat", "Pat Synthetic", "practitioner", "North", "north"),
    ("robin", "Robin Synthetic", "practitioner", "North", "north"),
    ("sasha", "Sasha Synthetic", "practitioner", "South", "south"),
    ("toni", "Toni Synthetic", "practitioner", "South", "south"),
)
WORKERS = {"pat": "north", "robin": "north", "sasha": "south", "toni": "south"}
TEAMS = {"north": "North", "south": "South"}
AUDITORS = ("alex", "billie", "charlie")


def begins_on(today: date) -> date:
    """Return the last 1 September that lies at least six months back."""
    latest = today - timedelta(days=MONTHS_BACK * 31)
    return date(latest.year if latest >= date(latest.year, 9, 1) else latest.year - 1, 9, 1)


def play(ctx: Context, *, now: datetime, tell: Callable[[str], None]) -> None:
    """Fill an empty database with the synthetic council's story up to *now*; one already filled is left alone.

    Raises:
        DatabaseUnfit: the database holds a real council's work.
    """
    today = london_date(now)
    begun = begins_on(today)
    installation.initialise(ctx, now=_morning(begun), planning_from=begun)
    if installation.is_synthetic(ctx) and enquiries.list_people(ctx):
        tell(f"{ctx.database} holds the synthetic council already.")
        return
    installation.mark_synthetic(ctx)
    tell(
        f"Playing a synthetic council from {begun.isoformat()} to {today.isoformat()}: nobody in it exists."
    )
    chance = random.Random(SEED)  # noqa: S311 - a story, not a secret
    seeds = random.Random(SEED)  # noqa: S311 - the same
    ctx = replace(ctx, draw_seed=lambda: f"{seeds.getrandbits(64):016x}")
    with TemporaryDirectory() as folder:
        story = _Story(ctx, chance, Path(folder))
        for day in _days(begun, today):
            story.live(day)
            if day.day == 1:
                tell(f"  {day:%B %Y}")
    one_pass(ctx, now)


def _days(start: date, end: date) -> Iterator[date]:
    day = start
    while day < end:
        yield day
        day += timedelta(days=1)


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(9), LONDON)


class _Story:
    """Sixteen people and some thirty cases: most act in time, Charlie audits slowly, Toni answers seldom."""

    def __init__(self, ctx: Context, chance: random.Random, folder: Path) -> None:
        self.ctx = ctx
        self.chance = chance
        self.folder = folder
        self.cases: dict[str, tuple[str, date]] = {}
        self.numbered = 0

    def live(self, day: date) -> None:
        """Live one day: the list is imported in the middle of the month, the daemon passes, officers act."""
        now = _morning(day)
        if not self.cases:
            self._people(now)
            for number in range(26):
                self._new_case(day - timedelta(days=30 + 11 * number))
            self._list(now)
        elif day.day == IMPORTED_ON_DAY:
            self._change_caseload(day)
            self._list(now)
        acting = day.weekday() in OFFICERS_ACT_ON
        if acting or day.day == 1:
            one_pass(self.ctx, now)
        if acting:
            self._officers(now + timedelta(hours=1))

    # -------------------------------------------------------------- the case system's export
    def _people(self, now: datetime) -> None:
        path = self.folder / "people.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["person_id", "name", "roles", "team", "manager"])
            rows.writerows(PEOPLE)
        import_people(self.ctx, path, now=now, actor="system")

    def _new_case(self, opened_on: date) -> None:
        self.numbered += 1
        worker = sorted(WORKERS)[self.numbered % len(WORKERS)]
        self.cases[f"SYN-{self.numbered:03}"] = (worker, opened_on)

    def _change_caseload(self, day: date) -> None:
        for case in self.chance.sample(sorted(self.cases), 1):
            del self.cases[case]  # closed: it stands no longer on the list
        for _ in range(self.chance.randint(1, 2)):
            self._new_case(day - timedelta(days=self.chance.randint(1, 10)))

    def _list(self, now: datetime) -> None:
        path = self.folder / "cases.csv"
        plans = ("cin", "cp", "cla", "early_help")
        with path.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["case_id", "plan_type", "opened", "closed", "team", "worker", "iro"])
            for case, (worker, opened_on) in self.cases.items():
                plan = plans[int(case[-3:]) % len(plans)]
                rows.writerow(
                    [case, plan, opened_on.isoformat(), "", TEAMS[WORKERS[worker]], worker, "iris"]
                )
        import_cases(self.ctx, path, now=now, actor="system")

    # -------------------------------------------------------------- what officers do
    def _officers(self, now: datetime) -> None:
        for number, view in enumerate(enquiries.list_instances(self.ctx, Wanted(), now=now)):
            act = getattr(self, f"_{view['process']}_{view['state']}", None)
            if act is None:
                continue
            found: tuple[str, str, dict[str, Any]] | None = act(view)
            if found is None:
                continue
            trigger, actor, data = found
            pull = Pull(reference=view["reference"], trigger=trigger, actor=actor, data=data)
            try:
                fire_trigger(self.ctx, pull, now=now + timedelta(minutes=number))
            except QAWorkflowError:
                continue  # refused, as it happens to people: the history tells why

    def _sometimes(self, share: float) -> bool:
        return self.chance.random() < share

    def _case_audit_round_sampling(self, view: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
        data = enquiries.show(self.ctx, view["reference"], now=_morning(date(2028, 1, 3)))["data"]
        return (
            ("freeze_sample", "sandy", {})
            if data.get("proposed_by")
            else ("propose_sample", "quinn", {})
        )

    def _case_audit_round_reporting(self, _view: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
        report = {
            "strengths": ["Children are seen regularly."],
            "gaps": ["Plans do not always say by when."],
            "themes": ["purposeful plans"],
            "recommendations": [],
        }
        return "submit_report", "sandy", report

    def _case_audit_round_governance_review(
        self, _view: dict[str, Any]
    ) -> tuple[str, str, dict[str, Any]] | None:
        return ("sign_off", "ada", {"no_change": True}) if self._sometimes(0.2) else None

    def _case_audit_selected(self, _view: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
        return "allocate", "quinn", {"auditor": self.chance.choice(AUDITORS)}

    def _case_audit_allocated(self, view: dict[str, Any]) -> tuple[str, str, dict[str, Any]] | None:
        return ("start", view["owner"], {}) if self._sometimes(0.7) else None

    def _case_audit_in_progress(
        self, view: dict[str, Any]
    ) -> tuple[str, str, dict[str, Any]] | None:
        if not self._sometimes(0.04 if view["owner"] == "charlie" else 0.25):
            return None
        return "submit", view["owner"], self._submission(view)

    def _submission(self, view: dict[str, Any]) -> dict[str, Any]:
        body = show_methodology(self.ctx, None)
        grade = self.chance.choices(body["grades"], (1, 5, 4, 1))[0]
        recommendations = [
            {
                "what": "Say in the plan what is to change, and by when",
                "for_whom": "the child",
                "difference": "The child knows what will happen next",
                "category": "case_action",
            }
        ]
        return {
            "answers": {
                section["key"]: {question["key"]: "yes" for question in section["questions"]}
                for section in body["sections"]
            },
            "strengths": ["Visits are purposeful."],
            "improvements": ["The chronology is thin."],
            "voice": [
                {
                    "words": "I want to stay at my school.",
                    "method": "app",
                    "heard_on": view["opened_at"][:10],
                }
            ],
            "outcome": "School attendance has risen.",
            "grade": grade,
            "recommendations": recommendations if self._sometimes(0.6) else [],
        }

    def _case_audit_submitted(
        self, _view: dict[str, Any]
    ) -> tuple[str, str, dict[str, Any]] | None:
        return ("release", "sandy", {}) if self._sometimes(0.8) else None

    def _case_audit_moderation(
        self, _view: dict[str, Any]
    ) -> tuple[str, str, dict[str, Any]] | None:
        return ("agree", "mo", {}) if self._sometimes(0.6) else None

    def _case_audit_feedback(self, view: dict[str, Any]) -> tuple[str, str, dict[str, Any]] | None:
        if not self._sometimes(0.5):
            return None
        data = {
            "held_on": view["opened_at"][:10],
            "absent_reason": "The practitioner was on leave.",
        }
        return "record_feedback", view["owner"], data

    def _case_audit_practitioner_response(
        self, view: dict[str, Any]
    ) -> tuple[str, str, dict[str, Any]] | None:
        answers = view["owner"] != "toni" and self._sometimes(0.6)
        return ("accept", view["owner"], {}) if answers else None

    def _recommendation_raised(self, _view: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
        return "assign", "sandy", {}

    def _recommendation_assigned(
        self, view: dict[str, Any]
    ) -> tuple[str, str, dict[str, Any]] | None:
        return ("accept", view["owner"], {}) if self._sometimes(0.7) else None

    def _recommendation_in_progress(
        self, view: dict[str, Any]
    ) -> tuple[str, str, dict[str, Any]] | None:
        if not self._sometimes(0.05 if view["owner"] == "toni" else 0.2):
            return None
        data = {"record_reference": "SYN-DOC-1", "impact_for_child": "The child knows the plan."}
        return "submit_evidence", view["owner"], data

    def _recommendation_evidence_submitted(
        self, _view: dict[str, Any]
    ) -> tuple[str, str, dict[str, Any]]:
        return "verify", "sandy", {}

    def _recommendation_verified(self, _view: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
        return "table", "quinn", {}

    def _recommendation_tabled(
        self, _view: dict[str, Any]
    ) -> tuple[str, str, dict[str, Any]] | None:
        return ("sign_off", "ada", {}) if self._sometimes(0.15) else None
