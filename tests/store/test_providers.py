"""Providers as the imports know them, and the children who are placed with them."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from qa_workflow.store import cases, providers
from qa_workflow.store.cases import CaseRecord
from qa_workflow.store.database import Database
from qa_workflow.store.providers import Provider


def a_provider(provider_id: str = "P01", **said: Any) -> Provider:  # noqa: ANN401 - any field
    made = Provider(
        provider_id=provider_id, name="North Care", type="ifa", first_placement_on=date(2024, 5, 1),
        last_placement_on=None, last_audit_on=date(2025, 6, 20), risk_flag=False, commissioner="com1",
        contact="Contact One", ofsted_accepted_on=date(2023, 10, 27), first_seen_on=date(2025, 9, 1),
    )  # fmt: skip
    return replace(made, **said)


def a_case(case_id: str, provider_id: str | None, closed_on: date | None = None) -> CaseRecord:
    return CaseRecord(
        case_id=case_id, plan_type="cla", opened_on=date(2025, 1, 6), closed_on=closed_on, team=None, worker="pat",
        supervisor=None, iro=None, provider_id=provider_id, last_seen_on=None, last_review_on=None,
        first_seen_on=date(2025, 9, 1), lists="CSV",
    )  # fmt: skip


def _saved(database: Database, *given: Provider) -> dict[str, Provider]:
    with database.transaction() as connection:
        providers.save_providers(connection, given)
    with database.reading() as connection:
        return providers.find_providers(connection)


def test_a_provider_comes_back_as_it_was_saved(database: Database) -> None:
    assert _saved(database, a_provider()) == {"P01": a_provider()}


def test_a_provider_of_whom_little_is_known_comes_back_too(database: Database) -> None:
    bare = a_provider(
        first_placement_on=None, last_audit_on=None, risk_flag=True, commissioner=None, contact=None,
        ofsted_accepted_on=None,
    )  # fmt: skip
    assert _saved(database, bare) == {"P01": bare}


@pytest.mark.parametrize("flag", [True, False])
def test_a_risk_flag_comes_back_as_yes_or_no(database: Database, *, flag: bool) -> None:
    assert _saved(database, a_provider(risk_flag=flag))["P01"].risk_flag is flag


def test_what_a_later_list_says_of_a_provider_replaces_what_was_known(database: Database) -> None:
    _saved(database, a_provider(), a_provider("P02"))
    newer = a_provider(name="North Care Ltd", last_placement_on=date(2026, 3, 1), risk_flag=True)
    assert _saved(database, newer) == {"P01": newer, "P02": a_provider("P02")}


def test_only_the_first_list_says_when_a_provider_was_first_seen(database: Database) -> None:
    _saved(database, a_provider())
    found = _saved(database, a_provider(first_seen_on=date(2026, 1, 1)))
    assert found["P01"].first_seen_on == date(2025, 9, 1)


def test_of_no_providers_none_is_saved(database: Database) -> None:
    assert _saved(database) == {}


def test_providers_are_found_by_their_ids_in_order(database: Database) -> None:
    _saved(database, a_provider("P03"), a_provider("P01"), a_provider("P02"))
    with database.reading() as connection:
        asked = (name for name in ("P03", "P01", "P99"))
        assert list(providers.find_providers(connection, ids=asked)) == ["P01", "P03"]


def test_of_no_ids_no_provider_is_found(database: Database) -> None:
    _saved(database, a_provider())
    with database.reading() as connection:
        assert providers.find_providers(connection, ids=()) == {}


# ------------------------------------------------------------------ who is placed there
def test_the_open_cases_of_a_provider_are_those_placed_with_it(database: Database) -> None:
    here = a_case("C02", "P01")
    with database.transaction() as connection:
        cases.save_cases(
            connection,
            [a_case("C03", "P01"), here, a_case("C04", "P02"), a_case("C05", None)],
        )
        found = providers.placed_cases(connection, "P01")
    assert (list(found), found["C02"]) == (["C02", "C03"], here)


def test_a_closed_case_is_placed_nowhere(database: Database) -> None:
    with database.transaction() as connection:
        cases.save_cases(connection, [a_case("C01", "P01", closed_on=date(2026, 1, 1))])
        assert providers.placed_cases(connection, "P01") == {}


def test_cases_of_a_provider_are_found_closed_ones_too(database: Database) -> None:
    with database.transaction() as connection:
        cases.save_cases(
            connection, [a_case("C01", "P01", closed_on=date(2026, 1, 1)), a_case("C02", "P02")]
        )
        assert list(cases.find_cases(connection, provider_id="P01")) == ["C01"]
