"""The lists that the simulated council imports: people, cases, providers, children with EHC plans.

They are written to disk and imported by the service, so that the year takes the road of a real file.
"""

import csv
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from qa_workflow.engine.working_days import add_months
from qa_workflow.service.case_imports import import_cases
from qa_workflow.service.context import Context
from qa_workflow.service.people_imports import import_people
from qa_workflow.service.plan_holder_imports import import_plan_holders
from qa_workflow.service.provider_imports import import_providers
from qa_workflow.simulation.people import Staff

BY = "system"  # whose import the history names
FIRST_CASES = 60
# Plan type: its share of ten, and after how many days it is reviewed the first, second ... and each later time.
PLANS: Mapping[str, tuple[int, tuple[int, ...]]] = MappingProxyType(
    {
        "cin": (3, (84,)),
        "cp": (2, (84, 168)),
        "cla": (2, (26, 84, 168)),
        "care_leaver": (1, (168,)),
        "early_help": (2, (84,)),
    }
)
OPENED_MONTHLY, CLOSED_MONTHLY = (2, 5), (2, 4)
UNTIL_THE_NEXT_LIST = timedelta(days=31)  # what falls due by then is reviewed now
REVIEWED_IN_TIME = 0.85  # this share of reviews is held before the next list shows that it was not

# Type, months since the first placement, months since the last one, contact. Where a child lives
# counts for foster carers and lodgings only.
PROVIDERS: tuple[tuple[str, str, int | None, int | None, str], ...] = (
    ("SYN-P01", "ifa", 22, None, "frances"),
    ("SYN-P02", "ifa", 9, None, "lou"),
    ("SYN-P03", "ifa", 40, None, "marek"),
    ("SYN-P04", "ifa", 52, 20, ""),
    ("SYN-P05", "semi_independent", 27, None, "nadia"),
    ("SYN-P06", "semi_independent", 14, None, "oona"),
    ("SYN-P07", "semi_independent", 6, None, ""),
    ("SYN-P08", "semi_independent", 31, None, "priya"),
    ("SYN-P09", "youth_service", None, None, "lou"),
    ("SYN-P10", "youth_service", None, None, ""),
    ("SYN-P11", "early_years", None, None, "marek"),
    ("SYN-P12", "early_years", None, None, ""),
)
AUDITED_MONTHS_AGO, ACCEPTED_MONTHS_AGO = 8, 24
LIVE_WITH = {
    "cla": ("SYN-P01", "SYN-P02", "SYN-P03"),
    "care_leaver": ("SYN-P05", "SYN-P06", "SYN-P07", "SYN-P08"),
}
PLAN_HOLDERS = 32
AGE_BEFORE_YEAR_1 = 4  # a child of Year 1 has turned five by the 1 September on which it starts
SCHOOL_YEARS = (1, 13)
SEPTEMBER = 9
LAST_OF_PRIMARY, LAST_OF_SECONDARY = 6, 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An open case as the council's own system has it."""

    case_id: str
    plan_type: str
    opened_on: date
    worker: str
    iro: str
    provider: str
    reviewed_on: date | None
    reviews: int = 0

    @property
    def due_on(self) -> date:
        """Return by when it is reviewed next, somewhat before the law's own date."""
        days = PLANS[self.plan_type][1]
        after = days[min(self.reviews, len(days) - 1)]
        return (self.reviewed_on or self.opened_on) + timedelta(days=after)


class Lists:
    """Writes each list into *folder* as a case system would export it, and imports it."""

    def __init__(self, ctx: Context, staff: Staff, seed: int, folder: Path) -> None:
        self.ctx = ctx
        self.staff = staff
        self.folder = folder
        self.chance = random.Random(f"{seed}:cases")  # noqa: S311 - a story, not a secret
        self.cases: dict[str, Case] = {}
        self.numbered = 0
        self.teams = {row[0]: row[3] for row in staff.rows}
        self.roles = {row[0]: row[2] for row in staff.rows}

    def placed(self) -> dict[str, tuple[str, ...]]:
        """Return the open cases that live with each provider."""
        found: dict[str, list[str]] = {}
        for case in self.cases.values():
            if case.provider:
                found.setdefault(case.provider, []).append(case.case_id)
        return {provider: tuple(some) for provider, some in found.items()}

    # -------------------------------------------------------------- once, on the first day
    def import_all(self, day: date, now: datetime) -> None:
        """Import everybody and everything that is there on the first day."""
        columns = ("person_id", "name", "roles", "team", "manager", "active_from", "active_to")
        import_people(
            self.ctx, self._written("people", columns, self.staff.rows), now=now, actor=BY
        )
        for _ in range(FIRST_CASES):
            self._open(day, day - timedelta(days=self.chance.randint(30, 600)), known=True)
        self._import_providers(day, now)
        self.import_cases(day, now)
        self._import_plan_holders(day, now)

    def _import_providers(self, day: date, now: datetime) -> None:
        def since(months: int | None) -> str:
            return "" if months is None else add_months(day, -months).isoformat()

        columns = (
            *("provider_id", "name", "type", "first_placement_on", "last_placement_on"),
            *("last_audit_on", "ofsted_accepted_on", "commissioner", "contact", "risk_flag"),
        )
        rows = []
        for one, type_, first, last, contact in PROVIDERS:
            audited = since(AUDITED_MONTHS_AGO) if (first or 0) > AUDITED_MONTHS_AGO else ""
            accepted = since(ACCEPTED_MONTHS_AGO) if type_ == "semi_independent" else ""
            dates = (since(first), since(last), audited, accepted)
            rows.append((one, f"Synthetic {one}", type_, *dates, "connie", contact, "no"))
        import_providers(self.ctx, self._written("providers", columns, rows), now=now, actor=BY)

    def _import_plan_holders(self, day: date, now: datetime) -> None:
        columns = (
            *("child_id", "plan_id", "born_on", "issued_on", "last_review_on"),
            *("school_phase", "ehe"),
        )
        # The school year that runs on *day* began in the last September.
        september = day.year if day.month >= SEPTEMBER else day.year - 1
        rows = []
        for number in range(1, PLAN_HOLDERS + 1):
            year = SCHOOL_YEARS[0] + number % SCHOOL_YEARS[1]
            reviewed = self.chance.randint(1, 11)
            issued = reviewed + 12 * self.chance.randint(0, 2)
            phase = (
                "primary" if year <= LAST_OF_PRIMARY
                else "secondary" if year <= LAST_OF_SECONDARY else "college"
            )  # fmt: skip
            rows.append(
                (
                    f"SYN-K{number:02}",
                    f"SYN-PL{number:02}",
                    date(september - year - AGE_BEFORE_YEAR_1, 3, 15).isoformat(),
                    add_months(day, -issued).isoformat(),
                    "" if issued == reviewed else add_months(day, -reviewed).isoformat(),
                    phase,
                    "yes" if number % 10 == 0 else "no",
                )
            )
        path = self._written("plan-holders", columns, rows)
        import_plan_holders(self.ctx, path, now=now, actor=BY)

    # -------------------------------------------------------------- the case list, once a month
    def live_a_month(self, day: date) -> None:
        """Close some cases, open some, hold reviews, and give what leavers had to somebody who is there."""
        for case_id in self.chance.sample(sorted(self.cases), self.chance.randint(*CLOSED_MONTHLY)):
            del self.cases[case_id]
        for _ in range(self.chance.randint(*OPENED_MONTHLY)):
            self._open(day, day - timedelta(days=self.chance.randint(1, 25)), known=False)
        self.cases = {name: self._later(case, day) for name, case in self.cases.items()}

    def _later(self, case: Case, day: date) -> Case:
        """Return a case as it stands on *day*: with a worker who is there, and reviewed if it was time."""
        worker = case.worker if self._is_here(case.worker, day) else self._worker(day, case.worker)
        later = replace(case, worker=worker)
        if case.due_on > day + UNTIL_THE_NEXT_LIST or self.chance.random() >= REVIEWED_IN_TIME:
            return later
        held_on = max(case.opened_on, day - timedelta(days=self.chance.randint(1, 10)))
        return replace(later, reviewed_on=held_on, reviews=case.reviews + 1)

    def import_cases(self, day: date, now: datetime) -> None:
        """Import the whole list of open cases as it stands on *day*."""
        columns = (
            *("case_id", "plan_type", "opened", "closed", "team", "worker", "iro", "provider_id"),
            *("last_seen", "last_review"),
        )
        rows = []
        for case in self.cases.values():
            seen_on = max(case.opened_on, day - timedelta(days=self.chance.randint(1, 27)))
            reviewed_on = "" if case.reviewed_on is None else case.reviewed_on.isoformat()
            rows.append(
                (
                    *(case.case_id, case.plan_type, case.opened_on.isoformat(), ""),
                    *(self.teams[case.worker], case.worker, case.iro, case.provider),
                    *(seen_on.isoformat(), reviewed_on),
                )
            )
        path = self._written("cases", columns, rows)
        import_cases(self.ctx, path, now=now, actor=BY)

    def _open(self, day: date, opened_on: date, *, known: bool) -> None:
        self.numbered += 1
        # In turn and not by the dice: each plan type has its share of any ten cases.
        types = [name for name, (share, _) in PLANS.items() for _ in range(share)]
        plan_type = types[self.numbered % len(types)]
        days = PLANS[plan_type][1]
        ago = timedelta(days=self.chance.randint(1, days[-1]))
        homes = LIVE_WITH.get(plan_type, ())
        case_id = f"SYN-{self.numbered:03}"
        self.cases[case_id] = Case(
            case_id=case_id,
            plan_type=plan_type,
            opened_on=opened_on,
            worker=self._worker(day),
            iro=("iris", "ivan")[self.numbered % 2],
            provider=self.chance.choice((*homes, "")) if homes else "",
            reviewed_on=max(opened_on, day - ago) if known else None,
            reviews=len(days) if known else 0,
        )

    def _worker(self, day: date, instead_of: str | None = None) -> str:
        """Return who takes a case: somebody of the same team, where there is a team already."""
        here = [
            who
            for who, role in self.roles.items()
            if role == "practitioner" and self._is_here(who, day)
        ]
        team = [one for one in here if instead_of and self.teams[one] == self.teams[instead_of]]
        return self.chance.choice(team or here)

    def _is_here(self, who: str, day: date) -> bool:
        last_on = self.staff.leavers.get(who, date.max)
        return self.staff.starters.get(who, date.min) <= day <= last_on

    def _written(self, name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
        path = self.folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(columns)
            table.writerows(rows)
        return path
