"""Providers come in from a list: all of it or nothing, the same file twice changes nothing, and who is in scope is said."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import providers
import pytest
from council import Council
from hands import sql
from providers import place, row, take_list

from qa_workflow.errors import RejectedFile
from qa_workflow.service.provider_imports import ProviderImport, list_providers
from qa_workflow.store import council as store_council
from qa_workflow.store.providers import Provider, find_providers


@pytest.fixture
def council(tmp_path: Path) -> Iterator[Council]:
    """Give a council with everybody, three cases and no provider, on the morning of 15 December 2025."""
    made = providers.commissioning(tmp_path)
    yield made
    made.ctx.database.close()


def known(council: Council, provider_id: str = "P04") -> Provider:
    with council.ctx.database.reading() as connection:
        return find_providers(connection)[provider_id]


def count(council: Council) -> int:
    with council.ctx.database.reading() as connection:
        return len(find_providers(connection))


def kinds(report: ProviderImport) -> dict[str, list[str]]:
    named = ("new", "changed", "unchanged")
    return {name: getattr(report, name) for name in named if getattr(report, name)}


def imports(council: Council) -> list[tuple[str, str, str]]:
    return [
        (kind, counts, actor)
        for kind, counts, actor in sql(
            council,
            "SELECT kind, counts, actor FROM import_batch WHERE kind = 'provider' ORDER BY id",
        )
    ]


# ------------------------------------------------------------------ what a list brings
def test_a_provider_seen_for_the_first_time_is_new(council: Council) -> None:
    assert kinds(take_list(council, row("P04"), row("P05", "ifa"))) == {"new": ["P04", "P05"]}


def test_everything_the_list_says_is_kept(council: Council) -> None:
    take_list(
        council,
        row(last="2025-12-01", audited="2024-06-12", risk="yes", accepted="2023-09-01"),
    )
    assert known(council) == Provider(
        provider_id="P04", name="Bright Homes", type="semi_independent",
        first_placement_on=date(2025, 9, 10), last_placement_on=date(2025, 12, 1),
        last_audit_on=date(2024, 6, 12), risk_flag=True, commissioner="cora", contact="penny",
        ofsted_accepted_on=date(2023, 9, 1), first_seen_on=date(2025, 12, 15),
    )  # fmt: skip


def test_a_provider_told_otherwise_has_changed(council: Council) -> None:
    take_list(council, row("P04"), row("P05", "ifa"))
    report = take_list(council, row("P04", name="Brighter Homes"), row("P05", "ifa"))
    assert kinds(report) == {"changed": ["P04"], "unchanged": ["P05"]}
    assert known(council).name == "Brighter Homes"


def test_a_provider_that_is_not_in_the_file_stays_as_it_is(council: Council) -> None:
    take_list(council, row("P04"), row("P05", "ifa"))
    assert kinds(take_list(council, row("P05", "ifa"))) == {"unchanged": ["P05"]}
    assert known(council).name == "Bright Homes"


def test_the_same_file_twice_changes_nothing(council: Council) -> None:
    take_list(council, row("P04"), row("P05", "ifa"))
    before = known(council)
    council.later(days=3)
    report = take_list(council, row("P04"), row("P05", "ifa"))
    assert (kinds(report), report.in_scope, known(council)) == (
        {"unchanged": ["P04", "P05"]}, [], before,
    )  # fmt: skip


def test_a_provider_was_first_seen_on_the_day_of_its_first_import(council: Council) -> None:
    take_list(council, row())
    council.later(days=30)
    take_list(council, row(name="Brighter Homes"))
    assert known(council).first_seen_on == date(2025, 12, 15)


def test_a_header_alone_brings_nothing(council: Council) -> None:
    assert kinds(take_list(council)) == {}


def test_every_accepted_import_is_recorded(council: Council) -> None:
    take_list(council, row())
    take_list(council, row())
    assert imports(council) == [
        ("provider", '{"changed":0,"new":1,"unchanged":0}', "cli:test"),
        ("provider", '{"changed":0,"new":0,"unchanged":1}', "cli:test"),
    ]


def test_a_list_says_of_which_day_it_is(council: Council) -> None:
    take_list(council, row())
    with council.ctx.database.reading() as connection:
        found = store_council.last_import_on(connection, "provider", by=date.max)
    assert found == date(2025, 12, 15)


def test_a_dry_run_says_the_same_and_writes_nothing(council: Council) -> None:
    report = take_list(council, row(), dry_run=True)
    assert (kinds(report), report.written, count(council), imports(council)) == (
        {"new": ["P04"]}, False, 0, [],
    )  # fmt: skip
    assert len(report.in_scope) == 1


def test_what_is_written_says_so(council: Council) -> None:
    assert take_list(council, row()).written


@pytest.mark.parametrize(
    "bad",
    [
        row("P05", "hotel"),
        row("P05", first="2025-12-16"),
        row("P05", audited="2026-01-01"),
        row("P05", risk="perhaps"),
        row("P04"),
    ],
    ids=["type", "placement in the future", "audit in the future", "risk", "twice"],
)
def test_with_one_faulty_row_nothing_is_taken(council: Council, bad: str) -> None:
    with pytest.raises(RejectedFile):
        take_list(council, row("P04"), bad)
    assert (count(council), imports(council)) == (0, [])


def test_every_type_is_taken(council: Council) -> None:
    types = ("ifa", "semi_independent", "youth_service", "early_years")
    report = take_list(council, *(row(f"P{number}", kind) for number, kind in enumerate(types)))
    assert len(report.new) == 4


# ------------------------------------------------------------------ people
def test_commissioner_and_contact_are_matched_by_id_or_by_name(council: Council) -> None:
    take_list(council, row(commissioner="CORA  contracts", contact="Penny Provider"))
    assert (known(council).commissioner, known(council).contact) == ("cora", "penny")


def test_whom_the_roster_does_not_know_is_kept_as_text_and_warned_of(council: Council) -> None:
    report = take_list(council, row(commissioner="Max Newcomer", contact="Somebody Else"))
    assert known(council).commissioner == "Max Newcomer"
    assert report.warnings == [
        "'Max Newcomer' is not in the roster; kept as text",
        "'Somebody Else' is not in the roster; kept as text",
    ]


def test_a_name_that_two_people_bear_means_neither(council: Council) -> None:
    council.import_people([("cora2", "Cora Contracts", "commissioning", "", "")])
    report = take_list(council, row(commissioner="Cora Contracts"))
    assert (known(council).commissioner, len(report.warnings)) == ("Cora Contracts", 1)


@pytest.mark.parametrize(
    ("column", "kept"),
    [
        ("first_placement_on", date(2025, 9, 10)),
        ("last_audit_on", date(2024, 6, 12)),
        ("risk_flag", True),
        ("commissioner", "cora"),
        ("contact", "penny"),
        ("ofsted_accepted_on", date(2023, 9, 1)),
    ],
)
def test_of_a_column_that_a_list_does_not_have_what_was_known_is_kept(
    council: Council, column: str, kept: object
) -> None:
    known_before = row(audited="2024-06-12", risk="yes")
    take_list(council, known_before)
    columns = providers.COLUMNS.split(",")
    at = columns.index(column)
    cells = row(name="Brighter Homes", audited="2025-06-12").split(",")
    report = take_list(
        council,
        ",".join(cells[:at] + cells[at + 1 :]),
        columns=",".join(columns[:at] + columns[at + 1 :]),
    )
    assert (kinds(report), getattr(known(council), column)) == ({"changed": ["P04"]}, kept)


def test_what_stands_empty_in_a_list_is_known_no_longer(council: Council) -> None:
    take_list(council, row())
    take_list(council, row(contact="", accepted=""))
    assert (known(council).contact, known(council).ofsted_accepted_on) == (None, None)


# ------------------------------------------------------------------ who is in scope, said early
def test_the_import_says_who_is_now_in_scope_and_by_when(council: Council) -> None:
    assert take_list(council, row()).in_scope == [
        "P04 is in scope, because it was never audited: its audit is due Tuesday 30 June 2026"
    ]


def test_it_says_so_once(council: Council) -> None:
    take_list(council, row())
    assert take_list(council, row(name="Brighter Homes")).in_scope == []


def test_it_says_so_when_a_change_brings_a_provider_in(council: Council) -> None:
    place(council, {"C01": "", "C02": "", "C03": ""})
    gone = row(last="2025-05-30", first="2024-09-10", audited="2025-06-12")
    assert take_list(council, gone).in_scope == []
    back = row(first="2024-09-10", audited="2025-06-12")
    (said,) = take_list(council, back).in_scope
    assert said == (
        "P04 is in scope, because a City child was placed there since Thursday 12 June 2025: "
        "its audit is due Tuesday 30 June 2026"
    )


def test_of_a_setting_with_a_plan_of_its_own_it_says_nothing(council: Council) -> None:
    assert take_list(council, row("E01", "early_years")).in_scope == []


# ------------------------------------------------------------------ two lists that contradict each other
def test_a_child_who_lives_where_the_last_placement_ended_is_warned_of(council: Council) -> None:
    report = take_list(council, row(last="2025-12-01"))
    assert report.warnings == [
        "P04: the last placement ended on Monday 1 December 2025, but the case list still places C01, C02 there"
    ]


@pytest.mark.parametrize("last", ["2025-12-15", "2026-03-31", ""])
def test_a_placement_that_still_stands_is_no_contradiction(council: Council, last: str) -> None:
    assert take_list(council, row(last=last)).warnings == []


def test_where_nobody_lives_any_more_nothing_is_contradicted(council: Council) -> None:
    place(council, {"C01": "", "C02": "", "C03": ""})
    assert take_list(council, row(last="2025-12-01")).warnings == []


def test_a_case_that_has_closed_places_nobody(council: Council) -> None:
    place(council, {"C03": ""})
    assert take_list(council, row(last="2025-12-01")).warnings == []


def test_a_child_who_lives_where_nobody_was_ever_placed_is_warned_of(council: Council) -> None:
    report = take_list(council, row(first=""))
    assert report.warnings == [
        "P04: no first placement is given, but the case list places C01, C02 there"
    ]


# ------------------------------------------------------------------ where each provider stands
def test_the_list_says_of_each_provider_whether_it_is_in_scope(council: Council) -> None:
    place(council, {"C01": "P04", "C02": "", "C03": ""})
    take_list(
        council,
        row("P04"),
        row("P05", "ifa", first="2024-09-10", last="2025-05-30", audited="2025-06-12"),
        row("E01", "early_years"),
    )
    told = {
        one.provider_id: (one.scope, one.why, one.due_on)
        for one in list_providers(council.ctx, now=council.now)
    }
    assert told == {
        "P04": ("in scope", "it was never audited", date(2026, 6, 30)),
        "P05": ("not in scope", "no City child was placed there since Thursday 12 June 2025", None),
        "E01": ("not in scope", "settings of this type have an audit of their own", None),
    }


def test_the_list_names_what_runs_for_a_provider(council: Council) -> None:
    take_list(council, row("P04"), row("P05"))
    council.at("2026-01-01 08:00").passes()
    council.start("provider_suspension", "P04", by="ada", reason="Two allegations")
    told = {
        one.provider_id: (one.audit, one.suspension, one.placed)
        for one in list_providers(council.ctx, now=council.now)
    }
    assert told == {
        "P04": ("provider_audit:P04:2026", "provider_suspension:P04:1", ("C01", "C02")),
        "P05": ("provider_audit:P05:2026", None, ()),
    }


def test_an_audit_that_has_ended_is_not_named(council: Council) -> None:
    take_list(council, row())
    council.at("2026-01-01 08:00").passes()
    council.fire("provider_audit:P04:2026", "not_in_scope", by="cora", reason="The list was wrong")
    (told,) = list_providers(council.ctx, now=council.now)
    assert told.audit is None


def test_of_two_open_audits_the_older_is_named(council: Council) -> None:
    take_list(council, row())
    council.at("2026-01-01 08:00").passes()
    council.at("2027-01-01 08:00").passes()
    (told,) = list_providers(council.ctx, now=council.now)
    assert told.audit == "provider_audit:P04:2026"


def test_after_june_the_list_looks_at_the_next_one(council: Council) -> None:
    take_list(council, row())
    days = [
        list_providers(council.at(f"{day} 10:00").ctx, now=council.now)[0].due_on
        for day in ("2026-06-30", "2026-07-01")
    ]
    assert days == [date(2026, 6, 30), date(2027, 6, 30)]


def test_a_waived_first_audit_says_when_it_is_due(council: Council) -> None:
    council.at("2026-04-10 10:00")
    take_list(council, row("P05", first="2026-04-01"))
    (told,) = list_providers(council.ctx, now=council.now)
    assert (told.scope, told.why, told.due_on) == (
        "not in scope",
        "the first placement began on Wednesday 1 April 2026, after 31 March, so the first audit waits a year",
        date(2027, 6, 30),
    )


def test_no_provider_makes_an_empty_list(council: Council) -> None:
    assert list_providers(council.ctx, now=council.now) == []
