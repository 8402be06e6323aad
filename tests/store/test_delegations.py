"""Who acts for whom, as the roster remembers it, and how long somebody works here."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from rows import MORNING
from sqlalchemy import event

from qa_workflow.engine.people import Delegation, Person, Roster
from qa_workflow.store import people
from qa_workflow.store.database import Database

HOUR = timedelta(hours=1)
PAT = Person(person_id="pat", name="Pat", roles=frozenset({"iro"}), active_to=date(2026, 1, 1))
LEE = Person(person_id="lee", name="Lee", roles=frozenset({"auditor"}))


def a_delegation(**said: Any) -> Delegation:  # noqa: ANN401 - any field
    made = Delegation(
        from_person="pat", to_person="lee", role="iro", from_on=date(2025, 10, 1),
        until_on=date(2025, 10, 14),
    )  # fmt: skip
    return replace(made, **said)


def _recorded(database: Database, *given: Delegation) -> Roster:
    with database.transaction() as connection:
        for number, one in enumerate(given):
            people.save_delegation(
                connection, one, recorded_by="quinn", recorded_at=MORNING + number * HOUR
            )
        return people.load_roster(connection)


def test_a_roster_in_which_nobody_acts_for_anybody_has_no_delegations(database: Database) -> None:
    assert _recorded(database).delegations == ()


def test_a_delegation_comes_back_as_it_was_recorded(database: Database) -> None:
    assert _recorded(database, a_delegation()).delegations == (a_delegation(),)


def test_the_newest_delegation_comes_last(database: Database) -> None:
    given = [a_delegation(to_person=name) for name in ("zoe", "lee", "amy")]
    assert _recorded(database, *given).delegations == tuple(given)


def test_a_delegation_recorded_earlier_comes_earlier_whenever_it_was_written(
    database: Database,
) -> None:
    _recorded(database, a_delegation())
    earlier = a_delegation(to_person="amy")
    with database.transaction() as connection:
        people.save_delegation(connection, earlier, recorded_by="quinn", recorded_at=MORNING - HOUR)
        assert people.load_roster(connection).delegations == (earlier, a_delegation())


def test_the_same_delegation_recorded_again_stands_beside_the_first(database: Database) -> None:
    assert len(_recorded(database, a_delegation(), a_delegation()).delegations) == 2


def test_who_recorded_a_delegation_and_when_is_kept(database: Database) -> None:
    _recorded(database, a_delegation())
    with database.reading() as connection:
        found = connection.exec_driver_sql("SELECT recorded_by, recorded_at FROM delegation").one()
    assert tuple(found) == ("quinn", int(MORNING.timestamp()) * 1_000_000)


def test_whoever_was_lent_a_role_holds_it_in_the_roster_that_is_loaded(database: Database) -> None:
    with database.transaction() as connection:
        people.save_people(connection, [PAT, LEE])
    roster = _recorded(database, a_delegation())
    assert roster.holders("iro", date(2025, 10, 14)) == (PAT, LEE)
    assert roster.holders("iro", date(2025, 10, 15)) == (PAT,)


def test_a_roster_imported_anew_leaves_the_delegations_as_they_are(database: Database) -> None:
    _recorded(database, a_delegation())
    with database.transaction() as connection:
        people.save_people(connection, [PAT, LEE])
        assert people.load_roster(connection).delegations == (a_delegation(),)


def test_a_roster_is_loaded_with_three_questions(database: Database) -> None:
    _recorded(database, a_delegation())
    asked: list[str] = []

    def keep(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    with database.reading() as connection:
        event.listen(database.engine, "before_cursor_execute", keep)
        people.load_roster(connection)
        event.remove(database.engine, "before_cursor_execute", keep)
    assert len(asked) == 3


# ------------------------------------------------------------------ how long somebody works here
@pytest.mark.parametrize("day", [date(2026, 6, 30), None])
def test_the_last_day_of_a_person_is_written_and_nothing_else_of_anybody(
    database: Database, day: date | None
) -> None:
    with database.transaction() as connection:
        people.save_people(connection, [PAT, LEE])
        people.set_active_to(connection, "pat", day)
        assert people.load_roster(connection).people == {
            "pat": replace(PAT, active_to=day),
            "lee": LEE,
        }
