"""The files that the synthetic council imports: people, cases, providers, children with EHC plans.

They are written to disk and imported by the service, so that the demo takes the road of a real file.
"""

import csv
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from qa_workflow.demo.people import (
    COMMISSIONER,
    CONTACTS,
    FORMER_FOSTERING,
    FOSTERING,
    LODGINGS,
    NURSERY,
    PEOPLE,
    TEAMS,
    TYPES,
    WORKERS,
    YOUTH_CLUB,
)
from qa_workflow.engine.working_days import add_months
from qa_workflow.service.case_imports import import_cases
from qa_workflow.service.context import Context
from qa_workflow.service.people_imports import import_people
from qa_workflow.service.plan_holder_imports import import_plan_holders
from qa_workflow.service.provider_imports import import_providers

BY = "system"  # whose import the history names
FIRST_CASES = 26
PLAN_TYPES = ("cin", "cp", "cla", "early_help")
# Of each eight children one lives with foster carers of an agency and one in lodgings.
PLACED_OF = 8
PLACED_WITH = {2: FOSTERING, 6: LODGINGS}
NAMES = {
    FOSTERING: "Synthetic Fostering",
    LODGINGS: "Synthetic Lodgings",
    YOUTH_CLUB: "Synthetic Youth Club",
    FORMER_FOSTERING: "Synthetic Families",
    NURSERY: "Synthetic Nursery",
}
# Plan, school year when the story begins, months since the issue and since the last review, phase, EHE.
PLAN_HOLDERS: tuple[tuple[str, int, int, int | None, str, str], ...] = (
    ("01", 2, 20, 8, "primary", "no"),
    ("02", 5, 42, 6, "primary", "no"),
    ("03", 6, 45, 9, "primary", "no"),
    ("04", 6, 34, 10, "primary", "no"),
    ("05", 7, 5, None, "secondary", "no"),
    ("06", 8, 55, 7, "secondary", "yes"),
    ("07", 9, 52, 4, "secondary", "no"),
    ("08", 9, 23, 11, "secondary", "no"),
    ("09", 11, 80, 8, "secondary", "no"),
    ("10", 11, 15, 3, "secondary", "no"),
    ("11", 12, 93, 9, "college", "no"),
    ("12", 12, 38, 2, "college", "no"),
)
AGE_BEFORE_YEAR_1 = 4  # a child of Year 1 has turned five by the 1 September on which it starts


class Files:
    """Writes each list into *folder* as a case system would export it, and imports it."""

    def __init__(self, ctx: Context, chance: random.Random, folder: Path) -> None:
        self.ctx = ctx
        self.chance = chance
        self.folder = folder
        self.cases: dict[str, tuple[str, date]] = {}
        self.numbered = 0

    # -------------------------------------------------------------- once, as the story begins
    def first_import(self, day: date, now: datetime) -> None:
        """Import everybody and everything that is there on the first day."""
        columns = ("person_id", "name", "roles", "team", "manager")
        import_people(self.ctx, self._written("people", columns, PEOPLE), now=now, actor=BY)
        for number in range(FIRST_CASES):
            self._new_case(day - timedelta(days=30 + 11 * number))
        self.import_cases(now)
        self._import_providers(day, now)
        self._import_plan_holders(day, now)

    def _import_providers(self, day: date, now: datetime) -> None:
        def since(months: int) -> str:
            return add_months(day, -months).isoformat()

        # First and last placement, last audit, when Ofsted accepted the application.
        dates = {
            FOSTERING: (since(22), "", "", ""),
            LODGINGS: (since(27), "", since(3), since(24)),
            YOUTH_CLUB: ("", "", since(15), ""),
            FORMER_FOSTERING: (since(40), since(7), since(3), ""),
            NURSERY: ("", "", "", ""),
        }
        columns = (
            *("provider_id", "name", "type", "first_placement_on", "last_placement_on"),
            *("last_audit_on", "ofsted_accepted_on", "commissioner", "contact", "risk_flag"),
        )
        rows = [
            (one, NAMES[one], TYPES[one], *dates[one], COMMISSIONER, CONTACTS.get(one, ""), "no")
            for one in TYPES
        ]
        import_providers(self.ctx, self._written("providers", columns, rows), now=now, actor=BY)

    def _import_plan_holders(self, day: date, now: datetime) -> None:
        columns = (
            *("child_id", "plan_id", "born_on", "issued_on", "last_review_on"),
            *("school_phase", "ehe"),
        )
        rows = []
        for number, year, issued, reviewed, phase, ehe in PLAN_HOLDERS:
            ids = (f"SYN-K{number}", f"SYN-PL{number}")
            born_on = date(day.year - year - AGE_BEFORE_YEAR_1, 3, 15).isoformat()
            issued_on = add_months(day, -issued).isoformat()
            reviewed_on = "" if reviewed is None else add_months(day, -reviewed).isoformat()
            rows.append((*ids, born_on, issued_on, reviewed_on, phase, ehe))
        path = self._written("plan-holders", columns, rows)
        import_plan_holders(self.ctx, path, now=now, actor=BY)

    # -------------------------------------------------------------- the case list, once a month
    def change_caseload(self, day: date) -> None:
        """Close one case, which stands no longer on the list, and open one or two."""
        for case in self.chance.sample(sorted(self.cases), 1):
            del self.cases[case]
        for _ in range(self.chance.randint(1, 2)):
            self._new_case(day - timedelta(days=self.chance.randint(1, 10)))

    def import_cases(self, now: datetime) -> None:
        """Import the whole list of open cases as it stands."""
        columns = (
            *("case_id", "plan_type", "opened", "closed", "team", "worker", "iro"),
            "provider_id",
        )
        rows = []
        for case, (worker, opened_on) in self.cases.items():
            plan = PLAN_TYPES[_number(case) % len(PLAN_TYPES)]
            team, placed = TEAMS[WORKERS[worker]], provider_of(case) or ""
            rows.append((case, plan, opened_on.isoformat(), "", team, worker, "iris", placed))
        import_cases(self.ctx, self._written("cases", columns, rows), now=now, actor=BY)

    def placed(self) -> dict[str, list[str]]:
        """Return the open cases placed with each provider."""
        found: dict[str, list[str]] = defaultdict(list)
        for case in self.cases:
            if provider := provider_of(case):
                found[provider].append(case)
        return found

    def _new_case(self, opened_on: date) -> None:
        self.numbered += 1
        # Moved on by one with each eight, so that every worker has placed children.
        worker = sorted(WORKERS)[(self.numbered + self.numbered // PLACED_OF) % len(WORKERS)]
        self.cases[f"SYN-{self.numbered:03}"] = (worker, opened_on)

    def _written(self, name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
        path = self.folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(columns)
            table.writerows(rows)
        return path


def provider_of(case: str) -> str | None:
    """Return with whom the child of *case* is placed, if with anybody."""
    return PLACED_WITH.get(_number(case) % PLACED_OF)


def _number(case: str) -> int:
    return int(case.rpartition("-")[2])
