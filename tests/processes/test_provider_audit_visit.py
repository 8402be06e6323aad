"""The visit of a provider and the report on it: every child placed there is heard, every standard is judged."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import providers
import pytest
from council import Council
from hands import sql
from providers import (
    AUDIT,
    Stand,
    children,
    judgements,
    place,
    refused_once,
    rejected,
    report,
    row,
    take_list,
    visit,
)

CONCERN = "immediate_concern:C01:1"


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    """Give a way to have the audit of P04 in a state."""
    with providers.standing(tmp_path) as at:
        yield at


@pytest.fixture
def booked(stand: Stand) -> Council:
    """Give a council on the afternoon of the visit, Friday 29 May 2026."""
    return stand("visit_booked").at("2026-05-29 16:00")


@pytest.fixture
def visited(stand: Stand) -> Council:
    return stand("visited").at("2026-06-12 09:00")


# ------------------------------------------------------------------ the visit
def test_a_complete_visit_is_recorded(booked: Council) -> None:
    booked.fire(AUDIT, "record_visit", by="aud1", **visit())
    data = booked.show(AUDIT)["data"]
    assert (booked.state(AUDIT), data["visited_on"], data["visited_by"]) == (
        "visited", "2026-05-29", "aud1",
    )  # fmt: skip


def test_the_childrens_words_are_kept_as_they_were_said(booked: Council) -> None:
    booked.fire(AUDIT, "record_visit", by="aud1", **visit())
    first = booked.show(AUDIT)["data"]["visit"]["children"][0]
    assert (first["case"], first["views"][0]["words"]) == ("C01", "I like my room.")


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        (
            {"visited_on": None, "children": children("C01", "C02")},
            "The day of the visit is not said.",
        ),
        (
            {"visited_on": "2026-05-30", "children": children("C01", "C02")},
            "The day of the visit is 30 May 2026, which has not come yet.",
        ),
        (
            {"visited_on": "2025-12-31"},
            "Wednesday 31 December 2025 lies before the audits of 2026.",
        ),
        ({"premises_seen": ""}, "Which premises were seen is not said."),
        ({"premises_seen": "  "}, "Which premises were seen is not said."),
        ({"staff_spoken_to": []}, "To which staff the auditor spoke is not said."),
        ({"staff_spoken_to": [""]}, "To which staff the auditor spoke is not said."),
        (
            {"children": children("C01")},
            "Neither the child's own words nor a reason why there are none: C02.",
        ),
        (
            {"children": []},
            "Neither the child's own words nor a reason why there are none: C01, C02.",
        ),
        (
            {"children": [*children("C01"), {"case": "C02"}]},
            "Neither the child's own words nor a reason why there are none: C02.",
        ),
        (
            {"children": [*children("C01"), {"case": "C02", "no_view_reason": " "}]},
            "Neither the child's own words nor a reason why there are none: C02.",
        ),
        (
            {"children": children("C01", "C02", "C03")},
            "The case list places C03 elsewhere, or nowhere: leave them out, or import the list.",
        ),
        (
            {"children": children("C01", "C02", "C77")},
            "The case list places C77 elsewhere, or nowhere: leave them out, or import the list.",
        ),
        ({"children": children("C01", "C01", "C02")}, "Told of more than once: C01."),
    ],
)
def test_a_visit_is_not_recorded(booked: Council, changed: dict[str, Any], why: str) -> None:
    assert refused_once(booked, AUDIT, "record_visit", by="aud1", **visit(**changed)) == why


@pytest.mark.parametrize(
    ("view", "why"),
    [
        (
            {"words": "", "method": "app", "heard_on": "2026-05-29"},
            "C02: each view needs the child's own words, the method and the date.",
        ),
        (
            {"words": "It is loud.", "method": "", "heard_on": "2026-05-29"},
            "C02: each view needs the child's own words, the method and the date.",
        ),
        (
            {"words": "It is loud.", "method": "app"},
            "C02: each view needs the child's own words, the method and the date.",
        ),
        (
            {"words": "It is loud.", "method": "app", "heard_on": "2026-05-30"},
            "The day C02 was heard is 30 May 2026, which has not come yet.",
        ),
    ],
)
def test_a_view_is_the_childs_own_words_with_method_and_day(
    booked: Council, view: dict[str, str], why: str
) -> None:
    told = [*children("C01"), {"case": "C02", "views": [view]}]
    assert refused_once(booked, AUDIT, "record_visit", by="aud1", **visit(children=told)) == why


def test_a_reason_stands_for_words_that_a_child_did_not_give(booked: Council) -> None:
    told = [*children("C01"), {"case": "C02", "no_view_reason": "Did not want to talk to us"}]
    booked.fire(AUDIT, "record_visit", by="aud1", **visit(children=told))
    assert booked.state(AUDIT) == "visited"


def test_a_child_who_has_moved_away_by_the_case_list_is_not_asked_for(booked: Council) -> None:
    place(booked, {"C01": "P04", "C02": "", "C03": ""})
    booked.fire(AUDIT, "record_visit", by="aud1", **visit(children=children("C01")))
    assert booked.state(AUDIT) == "visited"


def test_a_child_whose_case_has_closed_is_not_asked_for(booked: Council) -> None:
    place(booked, {"C01": "P04", "C03": ""})
    booked.fire(AUDIT, "record_visit", by="aud1", **visit(children=children("C01")))
    assert booked.state(AUDIT) == "visited"


def test_a_child_newly_placed_by_the_case_list_is_asked_for(booked: Council) -> None:
    place(booked, {**providers.PLACED, "C03": "P04"})
    why = refused_once(booked, AUDIT, "record_visit", by="aud1", **visit())
    assert why == "Neither the child's own words nor a reason why there are none: C03."


def test_the_first_of_january_is_the_first_day_of_a_visit(booked: Council) -> None:
    given = visit(visited_on="2026-01-01")
    booked.fire(AUDIT, "record_visit", by="aud1", **given)
    assert booked.show(AUDIT)["data"]["visited_on"] == "2026-01-01"


@pytest.mark.parametrize(
    "changed",
    [
        {"weather": "fine"},
        {"visited_on": "in May"},
        {"staff_spoken_to": 3},
        {"children": [{"views": []}]},
        {"children": [{"case": "C01", "mood": "good"}]},
    ],
)
def test_what_no_form_asks_for_is_bad_input(booked: Council, changed: dict[str, Any]) -> None:
    assert "record_visit" in rejected(booked, AUDIT, "record_visit", by="aud1", **visit(**changed))


# ------------------------------------------------------------------ what a visit finds by law
def young(*cases: str) -> dict[str, Any]:
    """Return a visit that met children under 16."""
    told = children("C01", "C02")
    return visit(children=[{**one, "under_16": one["case"] in cases} for one in told])


def test_a_child_under_16_in_semi_independent_provision_is_an_immediate_concern(
    booked: Council,
) -> None:
    booked.fire(AUDIT, "record_visit", by="aud1", **young("C01"))
    data = booked.show(CONCERN)["data"]
    assert (booked.state(CONCERN), data["source"], data["raised_by"]) == ("raised", AUDIT, "aud1")
    assert data["what"] == (
        "A child under 16 was met in semi-independent provision on Friday 29 May 2026; see provider_audit:P04:2026"
    )


def test_each_such_child_is_a_concern_of_their_own(booked: Council) -> None:
    booked.fire(AUDIT, "record_visit", by="aud1", **young("C01", "C02"))
    assert booked.state("immediate_concern:C02:1") == "raised"


def test_that_a_child_is_too_young_is_a_finding(booked: Council) -> None:
    booked.fire(AUDIT, "record_visit", by="aud1", **young("C01"))
    found = booked.show(AUDIT)["data"]["findings"][-1]
    assert found == {
        "key": "under_16:C01",
        "what": "The child of C01 is under 16, which semi-independent provision may not take",
        "needs_answer": False,  # the concern asks for one, and sooner
    }


def test_older_children_raise_no_alarm(booked: Council) -> None:
    booked.fire(AUDIT, "record_visit", by="aud1", **young())
    assert booked.show(AUDIT)["children"] == []


def test_a_young_child_with_a_fostering_agency_raises_no_alarm(booked: Council) -> None:
    take_list(booked, row(type="ifa"))
    booked.fire(AUDIT, "record_visit", by="aud1", **young("C01"))
    assert booked.show(AUDIT)["children"] == []


def _found(council: Council) -> list[str]:
    return [one["key"] for one in council.show(AUDIT)["data"]["findings"]]


def _of_evidence(council: Council) -> set[str]:
    return {one for one in _found(council) if one.startswith("evidence:")}


UNACCEPTED = "no_accepted_ofsted_application"


@pytest.mark.parametrize("accepted", ["", "2026-05-30"], ids=["never", "after the visit"])
def test_supported_accommodation_without_an_accepted_application_is_a_finding(
    booked: Council, accepted: str
) -> None:
    booked.at("2026-06-01 10:00")
    sql(booked, "UPDATE provider SET ofsted_accepted_on = ?", accepted or None)
    booked.fire(AUDIT, "record_visit", by="aud1", **visit())
    (found,) = (one for one in booked.show(AUDIT)["data"]["findings"] if one["key"] == UNACCEPTED)
    assert (found["needs_answer"], found["what"]) == (
        True,
        "On Friday 29 May 2026 Ofsted had accepted no application to operate supported accommodation",
    )


def test_quality_assurance_and_commissioning_are_told_of_it(booked: Council) -> None:
    sql(booked, "UPDATE provider SET ofsted_accepted_on = NULL")
    before = len(booked.told(AUDIT))
    booked.fire(AUDIT, "record_visit", by="aud1", **visit())
    told = {person for person, _ in booked.told(AUDIT)[before:]}
    assert told == {"sandy", "sasha", "cora", "colin"}


@pytest.mark.parametrize(
    ("kind", "accepted"),
    [("semi_independent", "2026-05-29"), ("semi_independent", "2023-09-01"), ("ifa", "")],
)
def test_an_accepted_or_another_provider_is_not_found_so(
    booked: Council, kind: str, accepted: str
) -> None:
    sql(booked, "UPDATE provider SET type = ?, ofsted_accepted_on = ?", kind, accepted or None)
    booked.fire(AUDIT, "record_visit", by="aud1", **visit())
    assert UNACCEPTED not in _found(booked)


@pytest.mark.parametrize(
    ("day", "found"),
    [
        ("2021-09-08", set()),
        ("2021-09-09", {"under_16:C01"}),
        ("2023-10-28", {"under_16:C01"}),
        ("2023-10-29", {"under_16:C01", UNACCEPTED}),
    ],
)
def test_each_law_counts_from_its_own_day(booked: Council, day: str, found: set[str]) -> None:
    sql(booked, "UPDATE provider SET ofsted_accepted_on = NULL")
    sql(
        booked,
        "UPDATE process_instance SET data = json_set(data, '$.year', ?) WHERE reference = ?",
        int(day[:4]), AUDIT,
    )  # fmt: skip
    told = [{**one, "under_16": one["case"] == "C01"} for one in children("C01", "C02")]
    booked.fire(AUDIT, "record_visit", by="aud1", **visit(visited_on=day, children=told))
    assert set(_found(booked)) - _of_evidence(booked) == found


# ------------------------------------------------------------------ the standards and the report
def test_a_complete_report_is_submitted(visited: Council) -> None:
    visited.fire(AUDIT, "submit_report", by="aud1", **report(protection="partly"))
    data = visited.show(AUDIT)["data"]
    assert (visited.state(AUDIT), data["report_by"], data["report"]["outcome"]) == (
        "report_draft", "aud1", "A good place to live.",
    )  # fmt: skip
    assert data["report"]["standards"]["protection"]["judgement"] == "partly"


@pytest.mark.parametrize("judgement", ["met", "partly", "not_met", "not_applicable"])
def test_a_standard_is_judged_in_one_of_four_words(visited: Council, judgement: str) -> None:
    visited.fire(AUDIT, "submit_report", by="aud1", **report(support=judgement))
    assert visited.state(AUDIT) == "report_draft"


def test_another_word_is_bad_input(visited: Council) -> None:
    assert "support" in rejected(
        visited, AUDIT, "submit_report", by="aud1", **report(support="good")
    )


@pytest.mark.parametrize(
    ("standards", "why"),
    [
        (
            {key: one for key, one in judgements().items() if key != "support"},
            "no judgement with evidence: support.",
        ),
        ({**judgements(), "support": {"judgement": "met"}}, "no judgement with evidence: support."),
        (
            {**judgements(), "support": {"evidence": "Seen"}},
            "no judgement with evidence: support.",
        ),
        (
            {**judgements(), "support": {"judgement": "not_applicable", "evidence": " "}},
            "no judgement with evidence: support.",
        ),
        (
            {**judgements(), "cooking": {"judgement": "met", "evidence": "Seen"}},
            "not in this set: cooking.",
        ),
    ],
)
def test_every_standard_of_the_set_is_judged_on_evidence(
    visited: Council, standards: dict[str, Any], why: str
) -> None:
    given = {**report(), "standards": standards}
    refusal = refused_once(visited, AUDIT, "submit_report", by="aud1", **given)
    title = visited.show(AUDIT)["data"]["standards"]["title"]
    assert refusal == f"{title}: {why}"


def test_many_missing_judgements_are_counted(visited: Council) -> None:
    sql(visited, "UPDATE provider SET type = 'ifa'")
    refusal = refused_once(visited, AUDIT, "submit_report", by="aud1")
    assert "nms_1, nms_2, nms_3, nms_4, nms_5 and 26 more" in refusal


@pytest.mark.parametrize(
    ("kind", "day", "key", "count"),
    [
        ("ifa", "2026-05-29", "fostering_2011", 31),
        ("semi_independent", "2023-10-27", "semi_independent_2019", 7),
        ("semi_independent", "2023-10-28", "supported_accommodation_2023", 4),
        ("youth_service", "2026-05-29", "youth_service_2019", 5),
        ("early_years", "2026-05-29", "early_years_2019", 3),
    ],
)
def test_type_and_day_of_the_visit_choose_the_standards(
    booked: Council, kind: str, day: str, key: str, count: int
) -> None:
    sql(booked, "UPDATE provider SET type = ?", kind)
    sql(
        booked,
        "UPDATE process_instance SET data = json_set(data, '$.year', ?) WHERE reference = ?",
        int(day[:4]), AUDIT,
    )  # fmt: skip
    booked.fire(AUDIT, "record_visit", by="aud1", **visit(visited_on=day))
    given = judgements(kind, day)
    booked.fire(AUDIT, "submit_report", by="aud1", standards=given)
    assert (booked.show(AUDIT)["data"]["standards"]["key"], len(given)) == (key, count)


def test_a_report_on_one_set_does_not_stand_for_another(visited: Council) -> None:
    given = judgements(on="2023-10-27")
    assert "no judgement with evidence" in refused_once(
        visited, AUDIT, "submit_report", by="aud1", standards=given
    )


def test_an_auditor_who_has_become_a_childs_social_worker_does_not_report(visited: Council) -> None:
    place(visited, providers.PLACED, workers={**providers.WORKERS, "C01": "aud1"})
    why = refused_once(visited, AUDIT, "submit_report", by="aud1", **report())
    assert why == (
        "Alex Auditor is or was the social worker of C01, who is placed with P04, so cannot audit it."
    )


def test_then_another_auditor_reports(visited: Council) -> None:
    place(visited, providers.PLACED, workers={**providers.WORKERS, "C01": "aud1"})
    visited.reassign(AUDIT, to="aud2", by="sandy")
    visited.fire(AUDIT, "submit_report", by="aud2", **report())
    assert visited.show(AUDIT)["data"]["report_by"] == "aud2"
