"""The list of open cases as rules see it: how fresh it is, and how cases are drawn from it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256

from qa_workflow.engine.definition import Asks, Facts, Refusal, guard

IMPORT_AGE_DAYS = 45  # an older list of open cases is no basis for a sample (domain 3.1a)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caseload:
    """Every case that an import ever named, those open today with their plan type, and a fresh seed."""

    known: frozenset[str] = frozenset()
    open_cases: Mapping[str, str] = field(default_factory=dict)
    seed: str = ""

    def of_plan(self, plan_type: str) -> list[str]:
        """Return the open cases of that plan type, sorted."""
        return sorted(case for case, plan in self.open_cases.items() if plan == plan_type)


def drawn_order(cases: Iterable[str], seed: str) -> list[str]:
    """Return *cases* in the order that *seed* draws them: SHA-256 of seed and case, so that anybody can repeat it."""
    return sorted(cases, key=lambda case: sha256(f"{seed}:{case}".encode()).hexdigest())


@guard()
def open_cases_are_fresh(facts: Facts, _evidence: Asks) -> Refusal | None:
    """An empty list because nobody imported is not a nil return."""
    imported_on: date | None = facts.gathered["imported_on"]
    if imported_on is None:
        return Refusal(why="No list of open cases was ever imported.", who="qa_admin")
    if facts.today - imported_on > timedelta(days=IMPORT_AGE_DAYS):
        return Refusal(
            why=f"The last list of open cases is of {imported_on:%d %B %Y}, more than {IMPORT_AGE_DAYS} days ago.",
            who="qa_admin",
        )
    return None
