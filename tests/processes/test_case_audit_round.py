"""An audit round from its planning to its last audit, told as an officer would tell it."""

import pytest
from council import AUTUMN, SPRING, Council
from freezegun import freeze_time

from qa_workflow import clock
from qa_workflow.errors import TransitionRefused


def audits(council: Council) -> list[str]:
    found: list[str] = council.show(AUTUMN)["children"]
    return found


@pytest.fixture
def reporting(frozen: Council) -> Council:
    """Give a round whose last audit ended on 20 November 2025."""
    first, *others = audits(frozen.at("2025-11-20 10:00"))
    frozen.close_audit(first)
    for reference in others:
        frozen.fire(reference, "withdraw", by="sandy", reason="The case moved")
    return frozen


# ------------------------------------------------------------------ scheduled
def test_the_autumn_round_is_planned_twenty_working_days_before_it_opens(council: Council) -> None:
    council.at("2025-09-02 23:59").passes()
    assert council.listed(process="case_audit_round") == []
    council.at("2025-09-03 00:00").passes()
    assert council.state(AUTUMN) == "scheduled"


def test_planning_twice_makes_one_round(council: Council) -> None:
    council.at("2025-09-03 08:00").passes()
    council.at("2025-09-04 08:00").passes()
    assert [one["reference"] for one in council.listed(process="case_audit_round")] == [AUTUMN]


@freeze_time("2025-09-03 08:00")
def test_the_service_manager_for_quality_owns_a_planned_round(council: Council) -> None:
    council.now = clock.now()
    council.passes()
    assert council.show(AUTUMN)["owner"] == "sm_sqa"


def test_a_round_does_not_open_on_the_evening_before(council: Council) -> None:
    council.at("2025-09-03 08:00").passes()
    council.at("2025-09-30 23:59").passes()
    assert council.state(AUTUMN) == "scheduled"


def test_a_round_opens_as_the_first_of_october_begins(council: Council) -> None:
    council.at("2025-09-03 08:00").passes()
    council.at("2025-10-01 00:00").passes()
    assert council.state(AUTUMN) == "sampling"


def test_nobody_opens_a_round_by_hand(council: Council) -> None:
    council.at("2025-09-03 08:00").passes()
    assert council.who_may(AUTUMN, "open") == set()


# ------------------------------------------------------------------ a list of open cases is needed
def blocked_for(council: Council, reference: str) -> list[str]:
    return [one["reason"] for one in council.show(reference)["blocked"]]


@pytest.fixture
def unlisted(empty_council: Council) -> Council:
    """Give a council on 1 October 2025 that has a roster and never had a list of cases."""
    empty_council.import_people()
    empty_council.at("2025-09-03 08:00").passes()
    empty_council.at("2025-10-01 08:00").passes()
    return empty_council


def test_without_any_list_a_round_stays_scheduled(unlisted: Council) -> None:
    assert unlisted.state(AUTUMN) == "scheduled"


def test_without_any_list_a_round_is_blocked_and_says_so(unlisted: Council) -> None:
    assert blocked_for(unlisted, AUTUMN) == ["record_unavailable"]


def test_the_block_names_what_is_missing(unlisted: Council) -> None:
    note = unlisted.show(AUTUMN)["blocked"][0]["note"]
    assert note == "No list of open cases was ever imported."


def test_trying_again_at_every_pass_is_no_refusal(unlisted: Council) -> None:
    for day in range(2, 8):
        unlisted.at(f"2025-10-0{day} 08:00").passes()
    assert blocked_for(unlisted, AUTUMN) == ["record_unavailable"]


def test_waiting_for_a_list_is_written_down_once(unlisted: Council) -> None:
    unlisted.at("2025-10-02 08:00").passes()
    assert [one["action"] for one in unlisted.history(AUTUMN)] == ["start", "waits"]


def test_the_pass_after_an_import_opens_the_round(unlisted: Council) -> None:
    unlisted.at("2025-10-06 08:00").import_cases()
    unlisted.passes()
    assert unlisted.state(AUTUMN) == "sampling"


def test_the_import_itself_opens_the_round(unlisted: Council) -> None:
    unlisted.at("2025-10-06 08:00").import_cases()
    assert unlisted.state(AUTUMN) == "sampling"


def test_opening_takes_the_block_off(unlisted: Council) -> None:
    unlisted.at("2025-10-06 08:00").import_cases()
    unlisted.passes()
    assert blocked_for(unlisted, AUTUMN) == []


def test_a_round_that_opens_late_keeps_its_sampling_date(unlisted: Council) -> None:
    unlisted.at("2025-10-06 08:00").import_cases()
    unlisted.passes()
    assert unlisted.show(AUTUMN)["data"]["sampling_date"] == "2025-10-01"


def test_a_case_that_opened_after_the_sampling_date_is_not_in_a_late_sample(
    unlisted: Council,
) -> None:
    unlisted.at("2025-10-06 08:00").import_cases(["C01"], opened="2025-10-02")
    unlisted.passes()
    assert unlisted.state(AUTUMN) == "nil_return"


def test_five_working_days_count_from_the_day_a_round_really_opened(unlisted: Council) -> None:
    unlisted.at("2025-10-06 08:00").import_cases()
    unlisted.passes()
    assert unlisted.falls(AUTUMN, "freeze_by") == "2025-10-13"


def test_five_working_days_count_from_the_first_of_october_after_mere_downtime(
    council: Council,
) -> None:
    council.at("2025-09-03 08:00").passes()
    council.at("2025-10-06 08:00").passes()
    assert council.falls(AUTUMN, "freeze_by") == "2025-10-08"


def test_a_list_of_forty_five_days_ago_is_fresh(empty_council: Council) -> None:
    empty_council.import_people()
    empty_council.at("2025-09-03 08:00").import_cases(as_of="2025-08-17")
    empty_council.passes()
    empty_council.at("2025-10-01 08:00").passes()
    assert empty_council.state(AUTUMN) == "sampling"


def test_a_list_of_forty_six_days_ago_is_too_old(empty_council: Council) -> None:
    empty_council.import_people()
    empty_council.at("2025-09-03 08:00").import_cases(as_of="2025-08-16")
    empty_council.passes()
    empty_council.at("2025-10-01 08:00").passes()
    assert blocked_for(empty_council, AUTUMN) == ["record_unavailable"]


def test_a_round_whose_bank_holidays_are_unknown_does_not_open(council: Council) -> None:
    year = council.ctx.known_until.year + 1
    council.at(f"{year}-10-01 08:00").import_cases()
    council.passes()
    block = council.show(f"case_audit_round:{year}-{(year + 1) % 100:02}:A")["blocked"][0]
    assert (block["reason"], block["note"][:34]) == (
        "system_fault",
        "Bank holidays are known only until",
    )


# ------------------------------------------------------------------ sampling and freezing
def test_the_sample_is_frozen_by_the_fifth_working_day(council: Council) -> None:
    council.at("2025-09-03 08:00").passes()
    council.at("2025-10-01 08:00").passes()
    assert council.falls(AUTUMN, "freeze_by") == "2025-10-08"


def test_a_sample_frozen_in_time_lets_no_level_fire(frozen: Council) -> None:
    frozen.at("2025-10-09 00:01").passes()
    assert frozen.levels(AUTUMN, "freeze_by") == []


def test_freezing_makes_one_audit_for_each_case(frozen: Council) -> None:
    sample = frozen.show(AUTUMN)["data"]["sample"]
    assert audits(frozen) == [f"case_audit:2025-26-A:{case}" for case in sample]


def test_a_frozen_list_keeps_who_froze_it(frozen: Council) -> None:
    assert frozen.show(AUTUMN)["data"]["frozen_by"] == "sandy"


def test_a_frozen_sample_cannot_be_drawn_again(frozen: Council) -> None:
    with pytest.raises(TransitionRefused, match="not offered in state sample_frozen"):
        frozen.fire(AUTUMN, "propose_sample", by="quinn", seed="again", reason="A better one")


# ------------------------------------------------------------------ amending the sample
@pytest.fixture
def unsampled(frozen: Council) -> str:
    """Give a case that was open on 1 October and not sampled."""
    data: dict[str, list[str]] = frozen.show(AUTUMN)["data"]
    return next(case for case in data["population"] if case not in data["sample"])


@pytest.fixture
def sampled(frozen: Council) -> str:
    """Give a case of the frozen sample."""
    case: str = frozen.show(AUTUMN)["data"]["sample"][0]
    return case


def test_only_the_service_manager_amends_a_sample(frozen: Council, sampled: str) -> None:
    assert frozen.who_may(AUTUMN, "amend_sample", remove=sampled) == {"sandy"}


def test_a_removed_case_keeps_its_row_with_the_reason(frozen: Council, sampled: str) -> None:
    frozen.fire(AUTUMN, "amend_sample", by="sandy", remove=sampled, reason="duplicate")
    assert frozen.show(AUTUMN)["data"]["removed"] == [{"case": sampled, "why": "duplicate"}]


def test_a_removed_case_leaves_the_sample(frozen: Council, sampled: str) -> None:
    frozen.fire(AUTUMN, "amend_sample", by="sandy", remove=sampled, reason="duplicate")
    assert sampled not in frozen.show(AUTUMN)["data"]["sample"]


def test_the_audit_of_a_removed_case_is_withdrawn(frozen: Council, sampled: str) -> None:
    frozen.fire(AUTUMN, "amend_sample", by="sandy", remove=sampled, reason="duplicate")
    assert frozen.state(f"case_audit:2025-26-A:{sampled}") == "withdrawn"


def test_a_case_is_not_removed_without_a_reason(frozen: Council, sampled: str) -> None:
    refusal = frozen.refusal(AUTUMN, "amend_sample", by="sandy", remove=sampled)
    assert refusal == "No reason is given."


def test_a_case_outside_the_sample_cannot_be_removed(frozen: Council, unsampled: str) -> None:
    refusal = frozen.refusal(AUTUMN, "amend_sample", by="sandy", remove=unsampled, reason="closed")
    assert refusal == f"{unsampled} is not in the sample."


def test_a_replacement_comes_from_the_unsampled_cases(
    frozen: Council, sampled: str, unsampled: str
) -> None:
    amend = {"remove": sampled, "replacement": unsampled, "reason": "closed"}
    frozen.fire(AUTUMN, "amend_sample", by="sandy", **amend)
    assert frozen.state(f"case_audit:2025-26-A:{unsampled}") == "selected"


def test_a_replacement_was_open_on_the_sampling_date(frozen: Council, sampled: str) -> None:
    amend = {"remove": sampled, "replacement": "C99", "reason": "closed"}
    refusal = frozen.refusal(AUTUMN, "amend_sample", by="sandy", **amend)
    assert refusal == "C99 was not open on the sampling date."


def test_a_sampled_case_replaces_no_other(frozen: Council) -> None:
    first, second, *_ = frozen.show(AUTUMN)["data"]["sample"]
    amend = {"remove": first, "replacement": second, "reason": "closed"}
    refusal = frozen.refusal(AUTUMN, "amend_sample", by="sandy", **amend)
    assert refusal == f"{second} was already sampled."


def test_a_removed_case_does_not_come_back(frozen: Council) -> None:
    first, second, *_ = frozen.show(AUTUMN)["data"]["sample"]
    frozen.fire(AUTUMN, "amend_sample", by="sandy", remove=first, reason="closed")
    amend = {"remove": second, "replacement": first, "reason": "closed"}
    refusal = frozen.refusal(AUTUMN, "amend_sample", by="sandy", **amend)
    assert refusal == f"{first} was already sampled."


def test_a_round_whose_every_case_was_removed_goes_on_to_its_report(frozen: Council) -> None:
    for case in frozen.show(AUTUMN)["data"]["sample"]:
        frozen.fire(AUTUMN, "amend_sample", by="sandy", remove=case, reason="closed")
    assert frozen.state(AUTUMN) == "reporting"


# ------------------------------------------------------------------ in progress
def test_a_round_is_in_progress_once_the_first_audit_has_an_auditor(frozen: Council) -> None:
    frozen.fire(audits(frozen)[0], "allocate", by="quinn", auditor="aud1")
    assert frozen.state(AUTUMN) == "in_progress"


def test_a_frozen_round_without_an_auditor_does_not_start(frozen: Council) -> None:
    reasons = {one["trigger"]: one["reasons"] for one in frozen.show(AUTUMN)["cannot"]}
    assert reasons["start"][0]["why"] == "No audit has an auditor yet."


def test_a_round_waits_for_its_last_audit(frozen: Council) -> None:
    first, *_ = audits(frozen)
    frozen.close_audit(first)
    assert frozen.state(AUTUMN) == "in_progress"


def test_a_round_says_which_audits_it_waits_for(frozen: Council) -> None:
    first, *others = audits(frozen)
    frozen.close_audit(first)
    reasons = {one["trigger"]: one["reasons"] for one in frozen.show(AUTUMN)["cannot"]}
    assert reasons["all_done"][0]["why"] == (
        f"11 of 12 audits are still open: {', '.join(others[:3])} and 8 more."
    )


def test_a_round_names_its_last_audit(frozen: Council) -> None:
    first, *others, last = audits(frozen)
    frozen.close_audit(first)
    for reference in others:
        frozen.fire(reference, "withdraw", by="sandy", reason="moved")
    reasons = {one["trigger"]: one["reasons"] for one in frozen.show(AUTUMN)["cannot"]}
    assert reasons["all_done"][0]["why"] == f"1 of 12 audits are still open: {last}."


def test_a_round_goes_on_when_every_audit_has_ended_somehow(reporting: Council) -> None:
    assert reporting.state(AUTUMN) == "reporting"


def test_nobody_moves_a_round_on_by_hand(frozen: Council) -> None:
    assert frozen.who_may(AUTUMN, "all_done") | frozen.who_may(AUTUMN, "start") == set()


def test_a_round_is_blocked_while_an_audit_it_waits_for_is_blocked(running: Council) -> None:
    first, *_ = [one for one in audits(running) if running.state(one) == "selected"]
    running.at("2025-10-30 08:00").passes()  # ten working days after its allocation was due
    assert blocked_for(running, first) == ["overdue_l2"]
    assert blocked_for(running, AUTUMN) == ["waits_on_blocked"]


# ------------------------------------------------------------------ the framework's date
def test_the_autumn_round_is_due_on_the_last_day_of_november(frozen: Council) -> None:
    shown = frozen.show(AUTUMN)
    assert (shown["due_on"], shown["target_on"]) == ("2025-11-30", "2025-11-28")


def test_a_round_is_not_late_on_the_last_evening_of_november(frozen: Council) -> None:
    assert frozen.at("2025-11-30 23:59").show(AUTUMN)["late"] is False


def test_a_round_is_late_as_december_begins(frozen: Council) -> None:
    assert frozen.at("2025-12-01 00:00").show(AUTUMN)["late"] is True


def test_a_late_round_climbs_its_ladder_each_level_once(frozen: Council) -> None:
    for day in ("2025-11-14", "2025-11-26", "2025-12-01", "2025-12-05", "2025-12-12", "2025-12-30"):
        frozen.at(f"{day} 00:01").passes()
        frozen.at(f"{day} 17:00").passes()
    assert frozen.levels(AUTUMN) == [
        ("R1", "2025-11-14"),
        ("R2", "2025-11-26"),
        ("L0", "2025-12-01"),
        ("L1", "2025-12-05"),
        ("L2", "2025-12-12"),
        ("L3", "2025-12-30"),
    ]


def test_the_date_is_met_when_the_last_audit_ends(reporting: Council) -> None:
    due = next(one for one in reporting.show(AUTUMN)["deadlines"] if one["name"] == "due")
    assert due["met_at"] == "2025-11-20T10:00:00Z"


def test_nothing_climbs_on_the_date_of_a_round_whose_audits_were_done_in_time(
    reporting: Council,
) -> None:
    reporting.at("2025-12-30 08:00").passes()
    assert [level for level, _ in reporting.levels(AUTUMN) if level.startswith("L")] == []


def test_a_round_done_in_time_stays_in_time_while_its_report_is_late(reporting: Council) -> None:
    assert reporting.at("2025-12-30 08:00").show(AUTUMN)["lateness"] == "on_time"


def test_a_late_autumn_round_does_not_stop_the_spring_round(frozen: Council) -> None:
    frozen.at("2026-03-04 08:00").import_cases()
    frozen.passes()
    frozen.at("2026-04-01 08:00").passes()
    assert frozen.state(SPRING) == "sampling"
