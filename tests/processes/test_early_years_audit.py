"""Early Years audits: each setting once a year, its leadership, management and safeguarding on evidence."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import outside
import pytest
from council import Council
from providers import delegate, refused_once, rejected

from qa_workflow.engine.terms import Term
from qa_workflow.patterns.setting_audit import setting_due, setting_opening

AUDIT = "early_years_audit:E01:2026"
SEEN = {"judgement": "met", "evidence": "Seen at the visit"}
AREAS = ("leadership", "management", "safeguarding")
VISIT: dict[str, Any] = {
    "visited_on": "2026-05-20",
    "staff_spoken_to": ["manager"],
    "notes": "A calm morning.",
}
REPORT: dict[str, Any] = {
    "standards": dict.fromkeys(AREAS, SEEN),
    "strengths": ["Children are settled."],
}
NONE: dict[str, Any] = {"recommendations": []}
STATES = ("planned", "assigned", "visited", "report_draft")
Stand = Callable[[str], Council]
# From each state the ordinary way on: London time, trigger, who, what is sent.
WAY: dict[str, tuple[str, str, str, dict[str, Any]]] = {
    "planned": ("2026-04-08 10:00", "assign_auditor", "noel", {"auditor": "aud1"}),
    "assigned": ("2026-05-20 16:00", "record_visit", "aud1", VISIT),
    "visited": ("2026-05-22 10:00", "submit_report", "aud1", REPORT),
    "report_draft": ("2026-05-26 10:00", "finalise", "noel", NONE),
}

_MADE: dict[str, tuple[bytes, str]] = {}


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    """Give a way to have the audit of E01 in a state; it was planned on 1 April 2026."""
    made: list[Council] = []

    def at(state: str) -> Council:
        council = outside.found(tmp_path, "2026-04-01 08:00")
        path, now = tmp_path / "council.db", "2026-04-01 08:00"
        if state in _MADE:
            content, now = _MADE[state]
            path.write_bytes(content)
        else:
            council.passes()
            while (stands := council.state(AUDIT)) != state:
                now, trigger, by, data = WAY[stands]
                council.at(now).fire(AUDIT, trigger, by=by, **data)
            council.ctx.database.close()
            _MADE[state] = (path.read_bytes(), now)
        made.append(council.at(now))
        return council

    yield at
    for one in made:
        one.ctx.database.close()


def climbed(council: Council, deadline: str) -> list[tuple[str, str]]:
    return [one for one in council.levels(AUDIT, deadline) if one[0].startswith("L")]


# ------------------------------------------------------------------ the way through
def test_an_audit_goes_from_planned_to_finalised(stand: Stand) -> None:
    council = stand("finalised")
    states = [one["to"] for one in council.history(AUDIT) if one["from"] != one["to"]]
    assert states == [*STATES, "finalised"]
    shown = council.show(AUDIT)
    assert (shown["due_on"], shown["lateness"]) == ("2026-06-30", "on_time")
    assert shown["data"]["standards"]["key"] == "early_years_2019"
    assert shown["data"]["visit"] == {"staff_spoken_to": ["manager"], "notes": "A calm morning."}


def test_each_action_is_followed_up_with_the_settings_contact(stand: Stand) -> None:
    council = stand("report_draft")
    actions = [
        {"what": "Train all staff"},
        {"what": "Lock the gate", "owner": "cora", "priority": "high"},
    ]
    council.fire(AUDIT, "finalise", by="noel", recommendations=actions)
    first, second = (council.show(one) for one in council.show(AUDIT)["children"])
    assert (first["due_on"], first["data"]["proposed_owner"]) == ("2026-07-31", "penny")
    assert (second["due_on"], second["data"]["proposed_owner"]) == ("2026-06-08", "cora")
    assert {one["data"]["source"] for one in (first, second)} == {AUDIT}
    assert first["data"]["auditor"] == "aud1"


@pytest.mark.parametrize(
    ("state", "trigger", "data", "people"),
    [
        ("planned", "assign_auditor", {"auditor": "aud1"}, {"nora", "noel"}),
        ("assigned", "record_visit", VISIT, {"aud1"}),
        ("visited", "submit_report", REPORT, {"aud1"}),
        ("report_draft", "finalise", NONE, {"nora", "noel"}),
        ("report_draft", "return", {}, {"nora", "noel"}),
        ("visited", "exit", {}, {"nora", "noel"}),
        (
            "visited",
            "raise_immediate_concern",
            {"case": "C01", "what": "x"},
            {"aud1", "nora", "noel"},
        ),
    ],
)
def test_who_may_move_it(
    stand: Stand, state: str, trigger: str, data: dict[str, Any], people: set[str]
) -> None:
    assert stand(state).who_may(AUDIT, trigger, **data) == people


# ------------------------------------------------------------------ the auditor
@pytest.mark.parametrize("auditor", ["cass", "penny"])
def test_only_an_auditor_or_somebody_of_early_years_audits(stand: Stand, auditor: str) -> None:
    why = refused_once(stand("planned"), AUDIT, "assign_auditor", by="noel", auditor=auditor)
    assert f"{auditor} is not an active auditor." in why


@pytest.mark.parametrize("auditor", ["nora", "noel", "aud2"])
def test_somebody_of_early_years_may_audit(stand: Stand, auditor: str) -> None:
    council = stand("planned")
    council.fire(AUDIT, "assign_auditor", by="noel", auditor=auditor)
    assert council.show(AUDIT)["owner"] == auditor


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (
            "E01,Acorn Nursery,early_years,,,,no,aud1,penny",
            "Alex Auditor manages the contract of E01",
        ),
        ("E01,Acorn Nursery,early_years,,,,no,cora,aud1", "Alex Auditor speaks for E01"),
    ],
)
def test_who_manages_the_contract_or_speaks_for_it_does_not_audit(
    stand: Stand, row: str, why: str
) -> None:
    council = stand("planned")
    outside.import_providers(council, row)
    assert why in refused_once(council, AUDIT, "assign_auditor", by="noel", auditor="aud1")


def test_independence_is_looked_at_again_at_the_report(stand: Stand) -> None:
    council = stand("visited")
    outside.import_providers(council, "E01,Acorn Nursery,early_years,,,,no,aud1,penny")
    why = refused_once(council, AUDIT, "submit_report", by="aud1", **REPORT)
    assert why == "Alex Auditor manages the contract of E01, so cannot audit it."
    council.reassign(AUDIT, to="aud2", by="noel")
    council.fire(AUDIT, "submit_report", by="aud2", **REPORT)
    assert council.state(AUDIT) == "report_draft"


@pytest.mark.parametrize(
    ("setting", "why"),
    [("E99", "No list of providers names E99"), ("P04", "so is audited by provider_audit")],
)
def test_only_a_known_setting_of_early_years_is_audited(
    stand: Stand, setting: str, why: str
) -> None:
    council = stand("planned")
    reference = council.start("early_years_audit", setting, by="noel").reference
    assert reference == f"early_years_audit:{setting}:2026"
    assert why in council.refusal(reference, "assign_auditor", by="noel", auditor="aud1")
    council.fire(reference, "exit", by="noel", reason="Not a setting of ours.")
    assert council.state(reference) == "exited"


# ------------------------------------------------------------------ visit and report
@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"visited_on": None}, "The day of the visit is not said."),
        ({"visited_on": "2025-12-31"}, "lies before the audits of 2026"),
        ({"visited_on": "2026-04-09"}, "which has not come yet"),
        ({"staff_spoken_to": []}, "To which staff the auditor spoke is not said."),
    ],
)
def test_a_visit_is_refused(stand: Stand, changed: dict[str, Any], why: str) -> None:
    data = {**VISIT, "visited_on": "2026-04-08", **changed}
    assert why in refused_once(stand("assigned"), AUDIT, "record_visit", by="aud1", **data)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        *((area, f"no judgement with evidence: {area}") for area in AREAS),
        ("parking", "not in this set: parking"),
    ],
)
def test_each_area_is_judged_on_evidence(stand: Stand, changed: str, why: str) -> None:
    standards = {
        **REPORT["standards"],
        changed: {"judgement": "met", "evidence": "x" * (changed == "parking")},
    }
    assert why in refused_once(
        stand("visited"), AUDIT, "submit_report", by="aud1", **{**REPORT, "standards": standards}
    )


def test_no_area_is_left_out_as_not_applicable(stand: Stand) -> None:
    standards = {
        **REPORT["standards"],
        "management": {"judgement": "not_applicable", "evidence": "None"},
    }
    why = refused_once(
        stand("visited"), AUDIT, "submit_report", by="aud1", **{**REPORT, "standards": standards}
    )
    assert why == "Met, partly or not: every area applies to every setting (management)."


def test_the_report_names_strengths(stand: Stand) -> None:
    why = refused_once(
        stand("visited"), AUDIT, "submit_report", by="aud1", **{**REPORT, "strengths": []}
    )
    assert why == "What is working well is not said."


# ------------------------------------------------------------------ the end
def test_another_than_the_auditor_finalises(stand: Stand) -> None:
    council = stand("planned")
    council.fire(AUDIT, "assign_auditor", by="noel", auditor="nora")
    council.at("2026-05-20 16:00").fire(AUDIT, "record_visit", by="nora", **VISIT)
    council.fire(AUDIT, "submit_report", by="nora", **REPORT)
    assert "You audited this setting" in refused_once(council, AUDIT, "finalise", by="nora", **NONE)
    delegate(council, "nora", "cass", "ey_lead")
    assert "You audited this setting" in refused_once(council, AUDIT, "finalise", by="cass", **NONE)
    council.fire(AUDIT, "finalise", by="noel", **NONE)
    assert council.state(AUDIT) == "finalised"


def test_who_visited_before_a_reassignment_does_not_finalise_either(stand: Stand) -> None:
    council = stand("planned")
    council.fire(AUDIT, "assign_auditor", by="noel", auditor="nora")
    council.at("2026-05-20 16:00").fire(AUDIT, "record_visit", by="nora", **VISIT)
    council.reassign(AUDIT, to="aud1", by="noel")
    council.fire(AUDIT, "submit_report", by="aud1", **REPORT)
    assert "You audited this setting" in refused_once(council, AUDIT, "finalise", by="nora", **NONE)


def test_actions_are_said_even_if_there_are_none(stand: Stand) -> None:
    why = refused_once(stand("report_draft"), AUDIT, "finalise", by="noel")
    assert why == "Recommendations are not given; an empty list says that there are none."


def test_what_is_not_met_has_an_action(stand: Stand) -> None:
    council = stand("visited")
    unmet = {
        **REPORT["standards"],
        "safeguarding": {"judgement": "not_met", "evidence": "No checks"},
    }
    council.fire(AUDIT, "submit_report", by="aud1", **{**REPORT, "standards": unmet})
    why = refused_once(council, AUDIT, "finalise", by="noel", **NONE)
    assert why == "Not met, and no action says what changes: safeguarding."
    council.fire(AUDIT, "finalise", by="noel", recommendations=[{"what": "Check all staff"}])
    assert council.state(AUDIT) == "finalised"


def test_a_draft_can_be_returned_with_a_reason(stand: Stand) -> None:
    council = stand("report_draft")
    assert refused_once(council, AUDIT, "return", by="noel") == "No reason is given."
    council.fire(AUDIT, "return", by="noel", reason="The evidence is thin.")
    assert council.state(AUDIT) == "visited"


@pytest.mark.parametrize("state", STATES)
def test_a_setting_that_is_no_longer_used_leaves_with_a_reason(stand: Stand, state: str) -> None:
    council = stand(state)
    assert refused_once(council, AUDIT, "exit", by="noel") == "No reason is given."
    council.fire(AUDIT, "exit", by="noel", reason="It has closed.")
    assert council.state(AUDIT) == "exited"


def test_a_child_who_may_not_be_safe_is_not_left_to_the_report(stand: Stand) -> None:
    council = stand("assigned")
    council.fire(AUDIT, "raise_immediate_concern", by="aud1", case="C01", what="A bruise; see M-9")
    concern = council.show("immediate_concern:C01:1")
    assert (concern["state"], concern["due_on"]) == ("raised", "2026-04-09")
    assert concern["data"]["source"] == AUDIT


@pytest.mark.parametrize(
    ("trigger", "data"),
    [
        ("submit_report", {"standards": {"leadership": {"judgement": "good"}}}),
        ("submit_report", {"grade": "good"}),
        ("raise_immediate_concern", {"case": "", "what": "x"}),
    ],
)
def test_bad_input_leaves_nothing_behind(stand: Stand, trigger: str, data: dict[str, Any]) -> None:
    assert rejected(stand("visited"), AUDIT, trigger, by="aud1", **data)


def test_three_refusals_of_one_kind_block_it(stand: Stand) -> None:
    council = stand("report_draft")
    for _ in range(3):
        council.refusal(AUDIT, "finalise", by="noel")
    assert outside.blocks(council, AUDIT) == [("refused_three_times", None)]


# ------------------------------------------------------------------ dates
@pytest.mark.parametrize(
    ("state", "deadline", "due_on", "ladder"),
    [
        (
            "planned",
            "assign_by",
            "2026-04-17",
            ("2026-04-20", "2026-04-24", "2026-05-01", "2026-05-18"),
        ),
        (
            "assigned",
            "visit_by",
            "2026-06-02",
            ("2026-06-03", "2026-06-09", "2026-06-16", "2026-06-30"),
        ),
        (
            "visited",
            "report_by",
            "2026-06-04",
            ("2026-06-05", "2026-06-11", "2026-06-18", "2026-07-02"),
        ),
        (
            "report_draft",
            "due",
            "2026-06-30",
            ("2026-07-01", "2026-07-07", "2026-07-14", "2026-07-28"),
        ),
    ],
)
def test_a_state_has_its_date_and_climbs_its_ladder(
    stand: Stand, state: str, deadline: str, due_on: str, ladder: tuple[str, ...]
) -> None:
    council = stand(state)
    assert council.falls(AUDIT, deadline) == due_on
    council.at(f"{due_on} 23:59").passes()
    assert climbed(council, deadline) == []
    council.at("2026-08-31 08:00").passes()
    assert climbed(council, deadline) == list(zip(("L0", "L1", "L2", "L3"), ladder, strict=True))
    assert ("overdue_l2", None) in outside.blocks(council, AUDIT)


def test_it_is_late_from_the_first_minute_of_july(stand: Stand) -> None:
    council = stand("report_draft")
    assert council.at("2026-06-30 23:59").show(AUDIT)["late"] is False
    assert council.at("2026-07-01 00:01").show(AUDIT)["late"] is True


def test_the_lead_of_early_years_hears_of_the_first_delay(stand: Stand) -> None:
    council = stand("assigned").at("2026-06-09 08:00")
    council.passes()
    told = {who for who, subject in council.told(AUDIT) if "service manager" in subject}
    assert {"nora", "noel"} <= told


SUMMER = (Term(name="Summer", first_on=date(2026, 4, 13), last_on=date(2026, 7, 17)),)
TERMS = (
    Term(name="Autumn", first_on=date(2025, 9, 2), last_on=date(2025, 12, 19)),
    Term(name="Spring", first_on=date(2026, 1, 5), last_on=date(2026, 3, 27)),
    *SUMMER,
)
HALVES = (
    Term(name="Term 5", first_on=date(2026, 4, 13), last_on=date(2026, 5, 22)),
    Term(name="Term 6", first_on=date(2026, 6, 1), last_on=date(2026, 7, 21)),
)


@pytest.mark.parametrize(
    ("terms", "choice", "opens_on", "due_on"),
    [
        (TERMS, "june", date(2026, 4, 13), date(2026, 6, 30)),
        (TERMS, "summer_term", date(2026, 4, 13), date(2026, 7, 17)),
        (HALVES, "summer_term", date(2026, 4, 13), date(2026, 7, 21)),
        (TERMS[:2], "summer_term", date(2026, 4, 1), date(2026, 6, 30)),
        ((), "june", date(2026, 4, 1), date(2026, 6, 30)),
    ],
)
def test_the_window_is_the_summer_term_and_the_day_is_chosen(
    terms: tuple[Term, ...], choice: str, opens_on: date, due_on: date
) -> None:
    assert setting_opening(2026, terms) == opens_on
    assert setting_due(2026, choice, terms) == due_on
