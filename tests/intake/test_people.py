"""The roster: taken whole or not at all."""

from datetime import date
from pathlib import Path

import pytest
import workbooks
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa_workflow.engine.people import ROLES as ROLES_OF_ALL
from qa_workflow.errors import Fault, QAWorkflowError, RejectedFile
from qa_workflow.intake.people import PersonRow, read_people

ROLES = frozenset({"practitioner", "team_manager", "auditor"})
HEADER = "person_id,name,email,roles,team,manager,active_from,active_to"
SHORT = "person_id,name,roles,manager"


def read(tmp_path: Path, *lines: str, known: frozenset[str] = frozenset()) -> tuple[PersonRow, ...]:
    return read_people(workbooks.csv(tmp_path / "people.csv", *lines), ROLES, known)


def faults(tmp_path: Path, *lines: str) -> tuple[Fault, ...]:
    with pytest.raises(RejectedFile) as caught:
        read(tmp_path, *lines)
    return caught.value.faults


def places(found: tuple[Fault, ...]) -> list[tuple[int | None, str | None]]:
    return [(fault.row, fault.column) for fault in found]


def test_every_column_reaches_the_person(tmp_path: Path) -> None:
    line = (
        "sw1,Person One,one@council.example,Practitioner; auditor,North,tm1,2025-01-01,31/12/2026"
    )
    [person] = read(tmp_path, HEADER, line, known=frozenset({"tm1"}))
    assert person == PersonRow(
        person_id="sw1",
        name="Person One",
        email="one@council.example",
        roles=("practitioner", "auditor"),
        team="North",
        manager="tm1",
        active_from=date(2025, 1, 1),
        active_to=date(2026, 12, 31),
        row=2,
    )


def test_a_manager_may_stand_below(tmp_path: Path) -> None:
    people = read(tmp_path, SHORT, "sw1,One,practitioner,tm1", "tm1,Two,team_manager,")
    assert [person.manager for person in people] == ["tm1", None]


def test_only_three_columns_are_needed(tmp_path: Path) -> None:
    [person] = read(tmp_path, "roles,name,person_id", "auditor;auditor,One,1")
    assert (person.roles, person.email, person.active_from) == (("auditor",), None, None)


def test_a_header_alone_is_a_roster_of_nobody(tmp_path: Path) -> None:
    assert read(tmp_path, HEADER) == ()


def test_a_semicolon_roster_quotes_its_roles(tmp_path: Path) -> None:
    [person] = read(tmp_path, "person_id;name;roles", '1;One;"auditor;practitioner"')
    assert person.roles == ("auditor", "practitioner")


def test_an_unknown_role_is_named_with_the_roles_there_are(tmp_path: Path) -> None:
    [fault] = faults(tmp_path, SHORT, "", "1,One,auditor;wizard,")
    assert (fault.row, fault.column) == (3, "roles")
    assert "'wizard'" in fault.why
    assert "auditor, practitioner, team_manager" in fault.why


@pytest.mark.parametrize(
    ("lines", "place"),
    [
        (("1,One,auditor,", "1,Two,auditor,"), (3, "person_id")),
        ((",One,auditor,",), (2, "person_id")),
        (("1,,auditor,",), (2, "name")),
        (("1,One,auditor,nobody",), (2, "manager")),
        (("1,One,auditor,1",), (2, "manager")),
        (("1,One,auditor,,surplus",), (2, None)),
    ],
)
def test_a_fault_has_its_place(
    tmp_path: Path, lines: tuple[str, ...], place: tuple[int, str | None]
) -> None:
    assert places(faults(tmp_path, SHORT, *lines)) == [place]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("1,One,nowhere,auditor,,,,", "email"),
        ("1,One,,auditor,,,soon,", "active_from"),
        ("1,One,,auditor,,,2026-01-02,2026-01-01", "active_to"),
    ],
)
def test_an_optional_value_must_still_be_readable(tmp_path: Path, line: str, column: str) -> None:
    assert places(faults(tmp_path, HEADER, line)) == [(2, column)]


def test_a_circle_of_managers_is_told_once_with_its_people(tmp_path: Path) -> None:
    lines = ("x,X,auditor,a", "a,A,auditor,b", "b,B,auditor,c", "c,C,auditor,a")
    [fault] = faults(tmp_path, SHORT, *lines)
    assert (fault.row, fault.column) == (3, "manager")
    assert "a, b, c, a" in fault.why


def test_a_circle_beside_other_people_and_other_circles_is_told_by_its_own(tmp_path: Path) -> None:
    lines = ("a,A,auditor,b", "b,B,auditor,a", "t,T,auditor,a", "c,C,auditor,d", "d,D,auditor,c",
             "s,S,auditor,s", "u,U,auditor,s")  # fmt: skip
    found = faults(tmp_path, SHORT, *lines)
    assert [(fault.row, fault.why.rpartition(": ")[2]) for fault in found] == [
        (2, "a, b, a"), (5, "c, d, c"), (7, "'s' cannot be their own manager"),
    ]  # fmt: skip


@pytest.mark.timeout(60)
def test_a_long_chain_of_managers_is_looked_at_once(tmp_path: Path) -> None:
    # Walking up anew from each of them would take hours.
    lines = [f"p{at},Somebody,auditor,p{at + 1}" for at in range(20_000)]
    assert len(read(tmp_path, SHORT, *lines, "p20000,Top,auditor,")) == 20_001
    [fault] = faults(tmp_path, SHORT, *lines, "p20000,Top,auditor,p0")
    assert fault.row == 2


def test_one_person_may_hold_every_role_there_is(tmp_path: Path) -> None:
    path = workbooks.csv(tmp_path / "people.csv", SHORT, f"1,One,{';'.join(sorted(ROLES_OF_ALL))},")
    [person] = read_people(path, ROLES_OF_ALL)
    assert set(person.roles) == ROLES_OF_ALL


def test_several_unknown_roles_of_a_person_are_one_fault(tmp_path: Path) -> None:
    [fault] = faults(tmp_path, SHORT, "1,One,wizard;auditor;Witch;wizard,")
    assert "there is no role 'wizard' or 'witch'; the roles are " in fault.why


@pytest.mark.parametrize(
    "email",
    ["one@x.example;two@y.example", '"one,two@x.example"', "<one@x.example>", "mailto:one@x.example"],
)  # fmt: skip
def test_what_a_mail_program_would_read_as_more_than_an_address_is_none(
    tmp_path: Path, email: str
) -> None:
    assert places(faults(tmp_path, HEADER, f"1,One,{email},auditor,,,,")) == [(2, "email")]


def test_every_fault_of_the_file_is_told_at_once(tmp_path: Path) -> None:
    found = faults(tmp_path, SHORT, ",One,wizard,ghost", "2,,auditor,", "2,Two,auditor,")
    assert places(found) == [
        (2, "person_id"),
        (2, "roles"),
        (2, "manager"),
        (3, "name"),
        (4, "person_id"),
    ]


@pytest.mark.parametrize("column", ["person_id", "name", "roles"])
def test_each_required_column_is_required(tmp_path: Path, column: str) -> None:
    assert places(faults(tmp_path, HEADER.replace(column, "x"))) == [(None, column)]


def test_a_workbook_is_no_roster(tmp_path: Path) -> None:
    path = workbooks.xlsx(tmp_path / "people.xlsx", {"Sheet1": [HEADER.split(",")]})
    with pytest.raises(RejectedFile, match="CSV"):
        read_people(path, ROLES)


IDS = st.sampled_from(["", "a", "b", "c", "1.0", "d e"])


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(IDS, st.text(max_size=5), st.sampled_from([*ROLES, ""]), IDS)))
def test_any_roster_is_read_whole_or_refused(
    tmp_path: Path, rows: list[tuple[str, str, str, str]]
) -> None:
    path = tmp_path / "people.csv"
    text = "\n".join([SHORT, *(",".join(row) for row in rows)])
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        people = {person.person_id: person for person in read_people(path, ROLES)}
    except QAWorkflowError:
        return
    for person in people.values():
        above, steps = person.manager, 0
        while above is not None and steps <= len(people):
            above, steps = people[above].manager, steps + 1
        assert above is None
