"""What a provider is asked for before the visit: it has ten working days, and what does not come is a finding."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import providers
import pytest
from council import Council
from hands import sql
from providers import AUDIT, Stand, refused_once, rejected, row, take_list

from qa_workflow.processes.provider_audit.findings import usual_evidence


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    """Give a way to have the audit of P04 in a state."""
    with providers.standing(tmp_path) as at:
        yield at


@pytest.fixture
def asked(stand: Stand) -> Council:
    """Give a council that asked the provider for evidence on Tuesday 24 March 2026."""
    return stand("evidence_requested")


# ------------------------------------------------------------------ what is asked for
def test_a_supported_home_is_asked_for_the_usual_list_and_the_report_of_regulation_32(
    asked: Council,
) -> None:
    assert asked.show(AUDIT)["data"]["evidence_asked"] == [
        "statement_of_purpose", "ofsted_check", "safeguarding_policy", "safer_recruitment", "insurance",
        "missing_and_incident_log", "complaints", "staff_training", "reg_32_report",
    ]  # fmt: skip


def test_a_fostering_agency_is_not_asked_for_that_report(stand: Stand) -> None:
    council = stand("assigned")
    sql(council, "UPDATE provider SET type = 'ifa'")
    sql(
        council,
        "UPDATE process_instance SET data = json_set(data, '$.provider_type', 'ifa') WHERE reference = ?",
        AUDIT,
    )
    council.fire(AUDIT, "request_evidence", by="aud1")
    assert "reg_32_report" not in council.show(AUDIT)["data"]["evidence_asked"]


@pytest.mark.parametrize(("day", "asked_for"), [("2023-10-27", False), ("2023-10-28", True)])
def test_that_report_is_asked_for_since_the_regulations_stand(day: str, *, asked_for: bool) -> None:
    usual = usual_evidence("semi_independent", date.fromisoformat(day))
    assert ("reg_32_report" in usual) is asked_for


def test_the_auditor_may_ask_for_less(stand: Stand) -> None:
    council = stand("assigned")
    council.fire(AUDIT, "request_evidence", by="aud1", items=["insurance", "complaints"])
    assert council.show(AUDIT)["data"]["evidence_asked"] == ["insurance", "complaints"]


def test_nothing_is_asked_for_that_is_not_on_the_list(stand: Stand) -> None:
    why = refused_once(stand("assigned"), AUDIT, "request_evidence", by="aud1", items=["insurence"])
    assert why.startswith("Not on the list: insurence. On it: statement_of_purpose, ")


def test_the_providers_contact_is_told_what_is_asked(asked: Council) -> None:
    assert "penny" in {person for person, _ in asked.told(AUDIT)}


def test_a_contact_outside_the_roster_is_not_told(stand: Stand) -> None:
    council = stand("assigned")
    take_list(council, row(contact="Somebody Else"))
    before = len(council.told(AUDIT))
    council.fire(AUDIT, "request_evidence", by="aud1")
    assert council.told(AUDIT)[before:] == []


def test_what_did_not_come_in_is_a_finding(stand: Stand) -> None:
    council = stand("visit_booked")
    found = {one["key"]: one["what"] for one in council.show(AUDIT)["data"]["findings"]}
    assert "evidence:insurance" not in found
    assert found["evidence:complaints"] == ("Not supplied by Wednesday 8 April 2026: Complaints")
    assert len(found) == 8


def test_when_everything_came_in_nothing_is_found(asked: Council) -> None:
    items = [
        {"item": item, "reference": f"M-{number}"}
        for number, item in enumerate(asked.show(AUDIT)["data"]["evidence_asked"])
    ]
    asked.at("2026-04-08 10:00").fire(AUDIT, "evidence_in", by="aud1", items=items)
    assert asked.show(AUDIT)["data"]["findings"] == []


def test_nothing_is_not_evidence(asked: Council) -> None:
    why = refused_once(asked, AUDIT, "evidence_in", by="aud1", items=[])
    assert why == "Nothing is named that came in; if nothing did, say evidence_late."


@pytest.mark.parametrize(
    ("item", "why"),
    [
        ({"item": "insurence", "reference": "M-1"}, "Not on the list: insurence."),
        (
            {"item": "insurance", "reference": "M-1", "dated_on": "2026-03-25"},
            "The date of M-1 is 25 March 2026, which has not come yet.",
        ),
    ],
)
def test_what_came_in_was_asked_for_and_is_not_of_tomorrow(
    asked: Council, item: dict[str, str], why: str
) -> None:
    assert refused_once(asked, AUDIT, "evidence_in", by="aud1", items=[item]).startswith(why)


@pytest.mark.parametrize(
    "items",
    [
        [{"item": "insurance"}],
        [{"item": "insurance", "reference": "M-1", "colour": "red"}],
        [{"item": "insurance", "reference": "M-1", "dated_on": "soon"}],
    ],
)
def test_evidence_without_a_reference_is_bad_input(asked: Council, items: list[Any]) -> None:
    assert "items" in rejected(asked, AUDIT, "evidence_in", by="aud1", items=items)


# Ten working days after Tuesday 24 March 2026, over the clock change and Easter: Thursday 9 April.
def test_the_provider_has_ten_working_days_over_easter(asked: Council) -> None:
    assert asked.falls(AUDIT, "evidence_by") == "2026-04-09"


def test_on_its_last_evening_the_provider_still_has_time(asked: Council) -> None:
    asked.at("2026-04-09 23:59").passes()
    assert asked.state(AUDIT) == "evidence_requested"


def test_when_its_time_is_over_the_visit_goes_ahead_without(asked: Council) -> None:
    asked.at("2026-04-10 00:01").passes()
    moved = asked.history(AUDIT)[-1]
    assert (moved["action"], moved["actor"], moved["to"], moved["at"]) == (
        "evidence_late", "system", "visit_booked", "2026-04-09T23:00:00Z",
    )  # fmt: skip


def test_then_all_of_it_is_a_finding(asked: Council) -> None:
    asked.at("2026-04-13 08:00").passes()
    found = [one["what"] for one in asked.show(AUDIT)["data"]["findings"]]
    assert len(found) == 9
    assert all(one.startswith("Not supplied by Thursday 9 April 2026: ") for one in found)


def test_the_auditor_who_goes_ahead_before_says_why(asked: Council) -> None:
    why = refused_once(asked, AUDIT, "evidence_late", by="aud1")
    assert why == "The provider still has time: say why the visit goes ahead without."
    asked.fire(AUDIT, "evidence_late", by="aud1", reason="A child has complained")
    first = asked.show(AUDIT)["data"]["findings"][0]["what"]
    assert (asked.state(AUDIT), first) == (
        "visit_booked", "Not supplied by Tuesday 24 March 2026: Statement of purpose",
    )  # fmt: skip


def test_what_comes_in_later_is_kept_and_stays_a_finding(stand: Stand) -> None:
    council = stand("visit_booked").at("2026-04-20 10:00")
    council.fire(
        AUDIT, "evidence_in", by="aud1", items=[{"item": "complaints", "reference": "M-9"}]
    )
    council.at("2026-04-21 10:00")
    council.fire(
        AUDIT, "evidence_in", by="aud1", items=[{"item": "complaints", "reference": "M-10"}]
    )
    data = council.show(AUDIT)["data"]
    found = {one["key"]: one.get("supplied_on") for one in data["findings"]}
    assert (council.state(AUDIT), found["evidence:complaints"], found["evidence:staff_training"]) == (
        "visit_booked", "2026-04-20", None,
    )  # fmt: skip
    assert [one["reference"] for one in data["evidence"]] == ["M-201", "M-9", "M-10"]


@pytest.mark.parametrize(
    ("items", "why"),
    [
        ([], "Nothing is named that came in; if nothing did, say evidence_late."),
        ([{"item": "insurence", "reference": "M-1"}], "Not on the list: insurence."),
    ],
)
def test_what_comes_in_later_is_looked_at_in_the_same_way(
    stand: Stand, items: list[Any], why: str
) -> None:
    council = stand("visit_booked")
    assert refused_once(council, AUDIT, "evidence_in", by="aud1", items=items).startswith(why)


def test_the_day_of_the_visit_is_agreed(stand: Stand) -> None:
    council = stand("visit_booked")
    council.fire(AUDIT, "book_visit", by="aud1", visit_on="2026-05-29")
    assert council.show(AUDIT)["data"]["visit_on"] == "2026-05-29"


def test_no_visit_is_booked_without_a_day(stand: Stand) -> None:
    assert "visit_on: is missing" in rejected(stand("visit_booked"), AUDIT, "book_visit", by="aud1")
