"""A provider audit from its start to its auditor: who may do what, who confirms its scope, who audits."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import providers
import pytest
from council import Council
from hands import leaves, sql
from providers import AUDIT, Stand, place, refused_once, rejected, row, take_list

from qa_workflow.errors import TransitionRefused, WrongInput
from qa_workflow.service import enquiries
from qa_workflow.service.changes import Pull
from qa_workflow.service.starting import start_process


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    """Give a way to have the audit of P04 in a state."""
    with providers.standing(tmp_path) as at:
        yield at


@pytest.fixture
def planned(stand: Stand) -> Council:
    return stand("planned").at("2026-03-02 10:00")


@pytest.fixture
def scoped(stand: Stand) -> Council:
    return stand("scoped").at("2026-03-10 10:00")


@pytest.fixture
def asked(stand: Stand) -> Council:
    return stand("evidence_requested")


# ------------------------------------------------------------------ the way through
def test_an_audit_goes_from_planned_to_its_actions(stand: Stand) -> None:
    council = stand("actions_open")
    moves = [one["to"] for one in council.history(AUDIT) if one["from"] != one["to"]]
    assert moves == [
        "planned", "scoped", "assigned", "evidence_requested", "visit_booked", "visited", "report_draft",
        "with_provider", "finalising", "actions_open",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("state", "owner"),
    [
        ("planned", "commissioning"),
        ("scoped", "sm_sqa"),
        ("assigned", "aud1"),
        ("evidence_requested", "aud1"),
        ("visit_booked", "aud1"),
        ("visited", "aud1"),
        ("report_draft", "aud1"),
        ("with_provider", "aud1"),
        ("finalising", "sm_sqa"),
        ("actions_open", "sm_sqa"),
    ],
)
def test_each_state_has_its_owner(stand: Stand, state: str, owner: str) -> None:
    assert stand(state).show(AUDIT)["owner"] == owner


SQA = {"sandy", "sasha"}
COMMISSIONING = {"cora", "colin"}
CONCERN = {"case": "C01", "what": "See visit note 104"}


@pytest.mark.parametrize(
    ("state", "trigger", "data", "people"),
    [
        ("planned", "confirm_scope", {}, COMMISSIONING | SQA),
        ("scoped", "assign_auditor", {"auditor": "aud1"}, SQA),
        ("assigned", "request_evidence", {}, {"aud1"}),
        ("evidence_requested", "evidence_in", {}, {"aud1"}),
        ("evidence_requested", "evidence_late", {}, {"aud1"}),
        ("visit_booked", "book_visit", {"visit_on": "2026-05-29"}, {"aud1"}),
        ("visit_booked", "evidence_in", {}, {"aud1"}),
        ("visit_booked", "record_visit", {}, {"aud1"}),
        ("visited", "submit_report", {}, {"aud1"}),
        ("report_draft", "send_for_accuracy", {}, {"aud1"} | SQA),
        ("with_provider", "provider_comments", {}, {"aud1", "penny"} | SQA),
        ("with_provider", "no_comments", {}, set()),
        ("finalising", "finalise", {}, SQA),
        ("actions_open", "all_actions_closed", {}, set()),
        *((state, "exit", {}, COMMISSIONING) for state in providers.STATES),
        *((state, "not_in_scope", {}, COMMISSIONING) for state in providers.STATES),
        *((state, "propose_suspension", {}, COMMISSIONING) for state in providers.STATES),
        *(
            (state, "raise_immediate_concern", CONCERN, COMMISSIONING | SQA)
            for state in providers.STATES[:2]
        ),
        *(
            (state, "raise_immediate_concern", CONCERN, {"aud1"} | COMMISSIONING | SQA)
            for state in providers.STATES[2:]
        ),
    ],
)
def test_a_trigger_is_for_these_people_and_nobody_else(
    stand: Stand, state: str, trigger: str, data: dict[str, Any], people: set[str]
) -> None:
    assert stand(state).who_may(AUDIT, trigger, **data) == people


# ------------------------------------------------------------------ started by hand
@pytest.mark.parametrize(
    ("day", "reference"),
    [
        ("2026-06-30 10:00", "provider_audit:P09:2026"),
        ("2026-07-01 10:00", "provider_audit:P09:2027"),
    ],
)
def test_an_audit_by_hand_is_for_the_next_thirtieth_of_june(
    planned: Council, day: str, reference: str
) -> None:
    started = planned.at(day).start("provider_audit", "P09", by="cora")
    assert (started.reference, f"{started.due_on}") == (reference, f"{reference[-4:]}-06-30")


def test_the_same_audit_by_hand_again_is_one(planned: Council) -> None:
    before = planned.history(AUDIT)
    assert planned.start("provider_audit", "P04", by="cora").reference == AUDIT
    assert planned.history(AUDIT) == before


def test_the_clock_of_an_audit_by_hand_counts_from_the_day_that_is_given(planned: Council) -> None:
    started = start_process(
        planned.ctx, "provider_audit", "P09", now=planned.now, actor="cli:test",
        on=date(2025, 5, 4),
    )  # fmt: skip
    assert started.reference == "provider_audit:P09:2025"


def test_no_audit_is_started_tomorrow(planned: Council) -> None:
    with pytest.raises(WrongInput, match="has not come yet"):
        start_process(
            planned.ctx, "provider_audit", "P09", now=planned.now, actor="cli:test",
            on=date(2026, 3, 3),
        )  # fmt: skip


# ------------------------------------------------------------------ two people confirm the scope
def test_one_confirmation_leaves_it_planned(planned: Council) -> None:
    planned.fire(AUDIT, "confirm_scope", by="cora")
    assert planned.state(AUDIT) == "planned"


@pytest.mark.parametrize(("first", "second"), [("cora", "sandy"), ("sandy", "cora")])
def test_two_people_of_both_roles_confirm_in_either_order(
    planned: Council, first: str, second: str
) -> None:
    planned.fire(AUDIT, "confirm_scope", by=first)
    planned.fire(AUDIT, "confirm_scope", by=second)
    shown = planned.show(AUDIT)
    assert (shown["state"], shown["data"]["scope_confirmed_by"]) == ("scoped", [first, second])


def test_two_people_of_one_role_do_not_confirm(planned: Council) -> None:
    planned.fire(AUDIT, "confirm_scope", by="cora")
    why = refused_once(planned, AUDIT, "confirm_scope", by="colin")
    assert why == "cora has confirmed it for commissioning; the other role has not."


@pytest.mark.parametrize(
    ("first", "second", "who"), [("cora", "colin", "sm_sqa"), ("sandy", "sasha", "commissioning")]
)
def test_then_it_is_said_which_role_is_missing(
    planned: Council, first: str, second: str, who: str
) -> None:
    planned.fire(AUDIT, "confirm_scope", by=first)
    pull = Pull(reference=AUDIT, trigger="confirm_scope", actor=second, data={})
    answers = enquiries.rehearsal(planned.ctx, pull, now=planned.now)["guards"]
    assert [one["who"] for one in answers if not one["ok"]] == [who]


def test_a_provider_that_no_list_names_any_more_has_no_scope(planned: Council) -> None:
    planned.fire(AUDIT, "confirm_scope", by="cora")
    sql(planned, "DELETE FROM provider")
    assert "No list of providers names P04" in planned.refusal(AUDIT, "confirm_scope", by="sandy")


def test_one_person_does_not_confirm_twice(planned: Council) -> None:
    planned.fire(AUDIT, "confirm_scope", by="cora")
    why = refused_once(planned, AUDIT, "confirm_scope", by="cora")
    assert why == "You have confirmed the scope, so another person must too."


def test_one_person_in_both_roles_counts_once(planned: Council) -> None:
    planned.import_people([("robin", "Robin Both", "commissioning;sm_sqa", "", "ada")])
    planned.fire(AUDIT, "confirm_scope", by="robin")
    assert "another person" in refused_once(planned, AUDIT, "confirm_scope", by="robin")


@pytest.mark.parametrize("other", ["cora", "sandy"])
def test_with_a_person_in_both_roles_either_role_completes_it(planned: Council, other: str) -> None:
    planned.import_people([("robin", "Robin Both", "commissioning;sm_sqa", "", "ada")])
    planned.fire(AUDIT, "confirm_scope", by="robin")
    planned.fire(AUDIT, "confirm_scope", by=other)
    assert planned.state(AUDIT) == "scoped"


def test_nobody_confirms_twice_by_acting_for_another(planned: Council) -> None:
    planned.import_people([("robin", "Robin Both", "commissioning;sm_sqa", "", "ada")])
    providers.delegate(planned, "robin", "quinn", "commissioning")
    planned.fire(AUDIT, "confirm_scope", by="quinn")
    assert "another person" in refused_once(planned, AUDIT, "confirm_scope", by="robin")


def test_a_delegate_confirms_for_whom_they_act(planned: Council) -> None:
    providers.delegate(planned, "cora", "quinn", "commissioning")
    planned.fire(AUDIT, "confirm_scope", by="quinn")
    planned.fire(AUDIT, "confirm_scope", by="sandy")
    assert planned.history(AUDIT)[-2]["on_behalf_of"] == "cora"


def test_the_first_confirmation_tells_the_other_role(planned: Council) -> None:
    planned.fire(AUDIT, "confirm_scope", by="cora")
    assert {person for person, _ in planned.told(AUDIT)} >= SQA


def test_whoever_confirmed_first_is_not_told_of_it(planned: Council) -> None:
    planned.import_people([("robin", "Robin Both", "commissioning;sm_sqa", "", "ada")])
    before = len(planned.told(AUDIT))
    planned.fire(AUDIT, "confirm_scope", by="robin")
    told = {person for person, _ in planned.told(AUDIT)[before:]}
    assert told == SQA | COMMISSIONING


def test_a_provider_that_no_list_names_has_no_scope(planned: Council) -> None:
    planned.start("provider_audit", "P99", by="cora")
    why = refused_once(planned, "provider_audit:P99:2026", "confirm_scope", by="cora")
    assert why == "No list of providers names P99: import one first."


def test_a_provider_out_of_scope_is_not_confirmed(planned: Council) -> None:
    take_list(planned, row(last="2025-11-03", audited="2025-12-01"))
    place(planned, {"C01": "", "C02": "", "C03": ""})
    why = refused_once(planned, AUDIT, "confirm_scope", by="cora")
    assert why == (
        "P04 is not in scope for 30 June 2026: no City child was placed there since Monday 1 December 2025."
    )


def test_the_scope_is_looked_at_again_at_the_second_confirmation(planned: Council) -> None:
    planned.fire(AUDIT, "confirm_scope", by="cora")
    take_list(planned, row(audited="2026-02-20"))
    why = refused_once(planned, AUDIT, "confirm_scope", by="sandy")
    assert "it was audited on Friday 20 February 2026" in why


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("ifa", "fostering_2011"),
        ("semi_independent", "supported_accommodation_2023"),
        ("youth_service", "youth_service_2019"),
        ("early_years", "early_years_2019"),
    ],
)
def test_the_standards_are_those_of_the_type(planned: Council, kind: str, key: str) -> None:
    take_list(planned, row("P05", kind))
    planned.start("provider_audit", "P05", by="cora")
    for person in ("cora", "sandy"):
        planned.fire("provider_audit:P05:2026", "confirm_scope", by=person)
    assert planned.show("provider_audit:P05:2026")["data"]["standards"]["key"] == key


# ------------------------------------------------------------------ the auditor
def test_an_active_auditor_is_assigned(scoped: Council) -> None:
    scoped.fire(AUDIT, "assign_auditor", by="sandy", auditor="aud2")
    assert scoped.show(AUDIT)["owner"] == "aud2"


def test_somebody_who_is_no_auditor_is_not_assigned(scoped: Council) -> None:
    why = refused_once(scoped, AUDIT, "assign_auditor", by="sandy", auditor="quinn")
    assert why == "quinn is not an active auditor."


def test_an_auditor_who_has_left_is_not_assigned(scoped: Council) -> None:
    leaves(scoped, "aud1", "2026-03-09")
    why = refused_once(scoped, AUDIT, "assign_auditor", by="sandy", auditor="aud1")
    assert why == "aud1 is not an active auditor."


@pytest.mark.parametrize(
    ("commissioner", "contact", "why"),
    [
        ("aud1", "penny", "Alex Auditor commissions P04, so cannot audit it."),
        ("Alex  AUDITOR", "penny", "Alex Auditor commissions P04, so cannot audit it."),
        ("cora", "aud1", "Alex Auditor speaks for P04, so cannot audit it."),
    ],
)
def test_the_auditor_neither_owns_the_contract_nor_speaks_for_the_provider(
    scoped: Council, commissioner: str, contact: str, why: str
) -> None:
    take_list(scoped, row(commissioner=commissioner, contact=contact))
    assert refused_once(scoped, AUDIT, "assign_auditor", by="sandy", auditor="aud1") == why


def test_a_commissioner_whom_the_roster_learns_of_later_is_the_same_person(scoped: Council) -> None:
    take_list(scoped, row(commissioner="Max Newcomer"))
    scoped.import_people([("max", "Max Newcomer", "auditor;commissioning", "", "ada")])
    why = refused_once(scoped, AUDIT, "assign_auditor", by="sandy", auditor="max")
    assert why == "Max Newcomer commissions P04, so cannot audit it."


@pytest.mark.parametrize(("auditor", "case"), [("pat", "C01"), ("lee", "C02")])
def test_the_auditor_is_not_the_social_worker_of_a_child_placed_there(
    scoped: Council, auditor: str, case: str
) -> None:
    why = refused_once(scoped, AUDIT, "assign_auditor", by="sandy", auditor=auditor)
    assert f"is or was the social worker of {case}, who is placed with P04" in why


def test_a_social_worker_of_a_child_placed_elsewhere_may_audit(scoped: Council) -> None:
    place(scoped, {"C01": "", "C02": "P04", "C03": ""})
    scoped.fire(AUDIT, "assign_auditor", by="sandy", auditor="pat")
    assert scoped.state(AUDIT) == "assigned"


def test_whoever_was_the_social_worker_within_the_audited_year_does_not_audit(
    scoped: Council,
) -> None:
    place(scoped, providers.PLACED, workers={**providers.WORKERS, "C02": "pat"})
    why = refused_once(scoped, AUDIT, "assign_auditor", by="sandy", auditor="lee")
    assert "Lee Practitioner is or was the social worker of C02" in why


@pytest.mark.parametrize(("last_day", "able"), [("2025-06-30", True), ("2025-07-01", False)])
def test_the_audited_year_begins_on_the_first_of_july(
    scoped: Council, last_day: str, *, able: bool
) -> None:
    place(scoped, providers.PLACED, workers={**providers.WORKERS, "C02": "pat"})
    sql(
        scoped,
        "UPDATE case_assignment SET to_on = ? WHERE person_id = 'lee' AND role = 'practitioner'",
        last_day,
    )
    to = scoped.show(AUDIT)["state"]
    if able:
        to = scoped.fire(AUDIT, "assign_auditor", by="sandy", auditor="lee").state
    else:
        scoped.refusal(AUDIT, "assign_auditor", by="sandy", auditor="lee")
    assert to == ("assigned" if able else "scoped")


def test_a_person_the_roster_does_not_know_is_bad_input(scoped: Council) -> None:
    assert "nobody" in rejected(scoped, AUDIT, "assign_auditor", by="sandy", auditor="nobody")


@pytest.mark.parametrize("state", ["assigned", "evidence_requested", "visit_booked", "visited"])
def test_another_auditor_takes_over(stand: Stand, state: str) -> None:
    council = stand(state)
    council.reassign(AUDIT, to="aud2", by="sandy")
    assert (council.show(AUDIT)["owner"], council.who_may(AUDIT, _next(state))) == (
        "aud2",
        {"aud2"},
    )


def _next(state: str) -> str:
    return providers.WAY[state][0][1]


def test_whoever_takes_over_passes_the_same_guards(asked: Council) -> None:
    with pytest.raises(TransitionRefused, match="social worker of C01"):
        asked.reassign(AUDIT, to="pat", by="sandy")


def test_three_refusals_by_one_guard_block_the_audit(scoped: Council) -> None:
    for _ in range(3):
        scoped.refusal(AUDIT, "assign_auditor", by="sandy", auditor="quinn")
    assert [one["reason"] for one in scoped.show(AUDIT)["blocked"]] == ["refused_three_times"]
