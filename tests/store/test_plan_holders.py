"""Children with EHC plans as the imports know them, and never when they were born."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from qa_workflow.store import plan_holders
from qa_workflow.store.database import Database
from qa_workflow.store.plan_holders import PlanHolder
from qa_workflow.store.tables import METADATA


def a_plan(plan_id: str = "E01", **said: Any) -> PlanHolder:  # noqa: ANN401 - any field
    made = PlanHolder(
        plan_id=plan_id, child_id="C01", issued_on=date(2024, 5, 1), last_review_on=date(2025, 4, 20), ehe=True,
        school_phase="secondary", year9_on=date(2026, 9, 1), first_seen_on=date(2025, 9, 1),
    )  # fmt: skip
    return replace(made, **said)


def _saved(database: Database, *given: PlanHolder) -> dict[str, PlanHolder]:
    with database.transaction() as connection:
        plan_holders.save_plan_holders(connection, given)
    with database.reading() as connection:
        return plan_holders.find_plan_holders(connection)


def test_a_plan_comes_back_as_it_was_saved(database: Database) -> None:
    assert _saved(database, a_plan()) == {"E01": a_plan()}


def test_a_plan_never_reviewed_comes_back_too(database: Database) -> None:
    bare = a_plan(last_review_on=None, school_phase=None, year9_on=None, ehe=False)
    assert _saved(database, bare) == {"E01": bare}


@pytest.mark.parametrize("ehe", [True, False])
def test_elective_home_education_comes_back_as_yes_or_no(database: Database, *, ehe: bool) -> None:
    assert _saved(database, a_plan(ehe=ehe))["E01"].ehe is ehe


def test_what_a_later_list_says_of_a_plan_replaces_what_was_known(database: Database) -> None:
    _saved(database, a_plan(), a_plan("E02"))
    newer = a_plan(last_review_on=date(2026, 4, 1), ehe=False, school_phase=None)
    assert _saved(database, newer) == {"E01": newer, "E02": a_plan("E02")}


def test_only_the_first_list_says_when_a_plan_was_first_seen(database: Database) -> None:
    _saved(database, a_plan())
    found = _saved(database, a_plan(first_seen_on=date(2026, 1, 1)))
    assert found["E01"].first_seen_on == date(2025, 9, 1)


def test_of_no_plans_none_is_saved(database: Database) -> None:
    assert _saved(database) == {}


@pytest.mark.parametrize(
    ("asked", "plans"),
    [
        ({"ids": ["E03", "E01", "E99"]}, ["E01", "E03"]),
        ({"ids": []}, []),
        ({"child_id": "C01"}, ["E01", "E02"]),
        ({"child_id": "C01", "ids": ["E02", "E03"]}, ["E02"]),
        ({"child_id": "C99"}, []),
    ],
)
def test_plans_are_found_by_their_ids_and_by_the_child(
    database: Database, asked: dict[str, Any], plans: list[str]
) -> None:
    _saved(database, a_plan("E02"), a_plan("E01"), a_plan("E03", child_id="C03"))
    with database.reading() as connection:
        assert list(plan_holders.find_plan_holders(connection, **asked)) == plans


def test_the_plans_of_a_child_are_found_by_their_index(database: Database) -> None:
    with database.reading() as connection:
        plan = connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT * FROM plan_holder WHERE child_id = 'C01'"
        ).all()
    assert "ix_plan_holder_child" in str(plan)


def test_no_table_has_a_column_for_a_date_of_birth() -> None:
    named = [
        f"{table.name}.{column.name}"
        for table in METADATA.tables.values()
        for column in table.columns
        if {"born", "birth", "dob", "age"} & set(column.name.split("_"))
    ]
    assert named == []
