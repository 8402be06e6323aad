"""Which cases a round audits: half, drawn so that anybody can repeat it, or the complement."""

from qa_workflow.engine.definition import Facts, Related
from qa_workflow.engine.instance import Json, ProcessInstance
from qa_workflow.patterns.caseload import drawn_order

AUTUMN = "A"
SPRING = "B"
HALF = 50  # per cent: "half of the cases open to the Children and Families team"


def part_of(instance: ProcessInstance) -> str:
    """Return the part of the audit year: A is autumn, B spring."""
    return instance.reference.rpartition(":")[2]


def year_of(instance: ProcessInstance) -> str:
    """Return the audit year, such as 2025-26."""
    return instance.reference.split(":")[1]


def preceding_round(facts: Facts) -> Related | None:
    """Return the autumn round before this spring round, if there was one."""
    found: Related | None = facts.gathered.get("preceding_round")
    return found


def audits_of(facts: Facts) -> tuple[Related, ...]:
    """Return the audits of the round."""
    return tuple(child for child in facts.children if child.process == "case_audit")


def excluded_cases(data: Json) -> set[str]:
    """Return the cases that the round leaves out, whatever the reason."""
    return {one["case"] for one in data.get("excluded", ())}


def draw_sample(instance: ProcessInstance, data: Json, seed: str) -> list[str]:
    """Return the sample, sorted: half (rounded up) drawn by the seed in autumn, the complement in spring.

    *data* are those of the round as its sample was drawn first: `population`, `excluded`, and what the
    council chose then, `sample_percent` and, where that share is drawn of each plan type, `plan_types`.
    The draw orders the cases by SHA-256 of seed and case: anybody can repeat it with any tool.
    """
    cases = sorted(set(data["population"]) - excluded_cases(data))
    if part_of(instance) != AUTUMN:
        return cases
    plan_types = data.get("plan_types") or {}
    groups: dict[str, list[str]] = {}
    for case in drawn_order(cases, seed):
        groups.setdefault(plan_types.get(case, ""), []).append(case)
    percent: int = data.get("sample_percent", HALF)
    return sorted(
        case for drawn in groups.values() for case in drawn[: _share(len(drawn), percent)]
    )


def _share(number: int, percent: int) -> int:
    return -(-number * percent // 100)
