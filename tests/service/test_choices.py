"""What a council chooses about what is planned for it: providers (A25, A26) and the way to adulthood (A21)."""

from collections.abc import Iterator
from pathlib import Path

import providers
import pytest
import reviews
from choosing import choose
from council import Council
from providers import place, row, take_list

from qa_workflow.service.plan_holder_imports import import_plan_holders
from qa_workflow.service.provider_plans import list_providers

NOBODY = {"C01": "", "C02": "", "C03": ""}


@pytest.fixture
def council(tmp_path: Path) -> Iterator[Council]:
    """Give a council with everybody and no child placed anywhere; planning began on 15 December 2025."""
    made = providers.commissioning(tmp_path)
    place(made, NOBODY)
    yield made
    made.ctx.database.close()


def planned(council: Council, process: str) -> list[str]:
    council.passes()
    return [one["reference"] for one in council.listed(process=process, include_final=True)]


def why_of(council: Council) -> dict[str, str]:
    return {one.provider_id: one.why for one in list_providers(council.ctx, now=council.now)}


# ------------------------------------------------------------------ A25: a first audit
@pytest.mark.parametrize(
    ("after", "begun_on", "is_planned"),
    [
        ("03-31", "2026-03-31", True),
        ("03-31", "2026-04-01", False),
        ("04-30", "2026-04-30", True),
        ("04-30", "2026-05-01", False),
        ("02-29", "2026-02-28", True),
        ("02-29", "2026-03-01", False),
    ],
)
def test_a_provider_first_used_after_a_day_that_the_council_chooses_waits_a_year(
    council: Council, *, after: str, begun_on: str, is_planned: bool
) -> None:
    choose(council, first_audit_waived_after=after).at("2026-05-04 10:00")
    report = take_list(council, row(first=begun_on))
    assert planned(council, "provider_audit") == (["provider_audit:P04:2026"] if is_planned else [])
    assert bool(report.in_scope) is is_planned
    day, month = after[3:].lstrip("0"), {"02": "February", "03": "March", "04": "April"}[after[:2]]
    assert (f"after {day} {month}, so the first audit waits" in why_of(council)["P04"]) is (
        not is_planned
    )


@pytest.mark.parametrize(("after", "number"), [("03-31", 0), ("04-30", 1)])
def test_the_chosen_day_decides_about_june_when_that_is_over(
    council: Council, after: str, number: int
) -> None:
    choose(council, first_audit_waived_after=after).at("2026-05-04 10:00")
    take_list(council, row(first="2026-04-01"))
    council.at("2026-07-02 08:00")  # nothing passed since May
    assert len(planned(council, "provider_audit")) == number


def test_the_chosen_day_decides_about_an_audit_that_stands_already(council: Council) -> None:
    take_list(council.at("2026-04-02 10:00"), row(first="2026-04-01", risk="yes"))
    council.passes()
    take_list(council, row(first="2026-04-01"))
    reference = providers.AUDIT
    refusal = council.refusal(reference, "confirm_scope", by="cora")
    assert "after 31 March, so the first audit waits a year" in refusal
    choose(council, first_audit_waived_after="04-30")
    council.fire(reference, "confirm_scope", by="cora")
    council.fire(reference, "confirm_scope", by="sandy")
    assert council.state(reference) == "scoped"


# ------------------------------------------------------------------ A25, A26: which providers
@pytest.mark.parametrize(
    ("types", "audited"),
    [
        (("ifa", "semi_independent", "youth_service"), ["P01", "P02", "P03"]),
        (("ifa", "semi_independent"), ["P01", "P02"]),
        (("youth_service",), ["P03"]),
    ],
)
def test_the_types_of_provider_that_the_council_names_are_audited(
    council: Council, types: tuple[str, ...], audited: list[str]
) -> None:
    choose(council, audited_provider_types=types).at("2026-01-05 10:00")
    take_list(
        council,
        row("P01", "ifa"), row("P02", "semi_independent"), row("P03", "youth_service"), row("P05", "early_years"),
    )  # fmt: skip
    assert sorted(planned(council, "provider_audit")) == [
        f"provider_audit:{one}:2026" for one in audited
    ]
    told = why_of(council)
    not_chosen = "this council has chosen not to audit providers of this type every year"
    assert {one for one, why in told.items() if why == not_chosen} == {"P01", "P02", "P03"} - {
        *audited
    }
    assert told["P05"] == "settings of this type have an audit of their own"


# ------------------------------------------------------------------ A21: the way to adulthood
@pytest.mark.parametrize(("year", "first"), [(8, "2024-09-01"), (9, "2025-09-01"), (10, "2026-09-01")])  # fmt: skip
def test_a_transition_is_created_a_year_before_the_chosen_one_begins(
    tmp_path: Path, year: int, first: str
) -> None:
    made = choose(reviews.send_council(tmp_path, "2024-01-08 08:00"), transition_from_year=year)
    path = reviews.plan_holders_csv(made, "C12,K12,2012-09-02,2023-06-01,,no,")
    import_plan_holders(made.ctx, path, now=made.now, actor="cli:test")
    found = []
    for at in ("08-31 23:50", "09-01 00:10"):
        made.at(f"{first[:4]}-{at}")
        found.append(planned(made, "adult_transition"))
    made.ctx.database.close()
    assert found == [[], ["adult_transition:K12"]]
