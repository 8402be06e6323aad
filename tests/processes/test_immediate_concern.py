"""A child may not be safe: who hears of it the same day, who must answer, and what happens when nobody does."""

from datetime import date

import pytest
from council import Council
from freezegun import freeze_time

from qa_workflow import clock
from qa_workflow.service import people_imports
from qa_workflow.store.council import put_closure_day


@pytest.fixture
def raised(running: Council, audit: str) -> Council:
    """Give a council where an auditor raised a concern on Thursday 9 October 2025 at ten."""
    running.take(audit, "in_progress")
    running.at("2025-10-09 10:00")
    running.fire(audit, "raise_immediate_concern", by="aud1", what="See visit note 104")
    return running


@pytest.fixture
def concern(audit: str) -> str:
    return f"immediate_concern:{audit.rpartition(':')[2]}:1"


# ------------------------------------------------------------------ raised
def test_a_concern_is_an_instance_of_its_own(raised: Council, concern: str) -> None:
    assert raised.state(concern) == "raised"


def test_raising_a_concern_leaves_the_audit_where_it_is(raised: Council, audit: str) -> None:
    assert raised.state(audit) == "in_progress"


def test_a_concern_keeps_what_was_seen_who_saw_it_and_where(
    raised: Council, audit: str, concern: str
) -> None:
    data = raised.show(concern)["data"]
    assert (data["what"], data["raised_by"], data["source"]) == (
        "See visit note 104",
        "aud1",
        audit,
    )


def test_a_second_concern_about_a_child_is_counted(
    raised: Council, audit: str, concern: str
) -> None:
    raised.fire(audit, "raise_immediate_concern", by="aud1", what="See visit note 105")
    assert raised.state(concern.replace(":1", ":2")) == "raised"


def test_practitioner_team_manager_and_service_manager_are_told(
    raised: Council, concern: str
) -> None:
    assert {person for person, _ in raised.told(concern)} == {"pat", "sam", "sandy"}


@freeze_time("2025-10-09 09:00")
def test_they_are_told_the_same_day(raised: Council) -> None:
    raised.now = clock.now()
    assert raised.passes().sweep.delivered >= 3


def test_the_message_names_the_concern_and_no_child(raised: Council, concern: str) -> None:
    assert raised.told(concern)[0][1] == f"Immediate concern for a child's safety: {concern}"


def test_a_concern_is_raised_by_hand_too(running: Council) -> None:
    running.start("immediate_concern", "C01", by="sandy", what="A call from the school")
    assert running.state("immediate_concern:C01:1") == "raised"


# ------------------------------------------------------------------ acknowledged
def test_the_team_manager_of_the_case_and_everybody_above_may_acknowledge(
    raised: Council, concern: str
) -> None:
    assert raised.who_may(concern, "acknowledge") == {"sam", "cass", "sandy", "ada", "dana"}


def test_the_team_manager_owns_a_concern(raised: Council, concern: str) -> None:
    assert raised.show(concern)["owner"] == "sam"


def test_it_must_be_acknowledged_by_the_end_of_the_next_working_day(
    raised: Council, concern: str
) -> None:
    assert raised.show(concern)["due_on"] == "2025-10-10"


def test_one_date_watches_over_its_acknowledgement(raised: Council, concern: str) -> None:
    assert raised.falls(concern, "acknowledge_by") == raised.falls(concern, "due")


def test_it_is_not_late_on_that_evening(raised: Council, concern: str) -> None:
    assert raised.at("2025-10-10 23:59").show(concern)["late"] is False


def test_it_is_late_as_the_next_day_begins(raised: Council, concern: str) -> None:
    assert raised.at("2025-10-11 00:00").show(concern)["late"] is True


def test_a_concern_raised_on_friday_may_wait_until_monday(running: Council) -> None:
    running.at("2025-10-10 16:00").start("immediate_concern", "C01", by="sandy", what="A call")
    assert running.show("immediate_concern:C01:1")["due_on"] == "2025-10-13"


def test_closing_the_offices_moves_no_concern(running: Council) -> None:
    with running.ctx.database.transaction() as connection:
        put_closure_day(connection, date(2025, 10, 10), "local", "Guildhall closed")
    running.at("2025-10-09 10:00").start("immediate_concern", "C01", by="sandy", what="A call")
    assert running.show("immediate_concern:C01:1")["due_on"] == "2025-10-10"


def test_unanswered_it_reaches_ad_people_after_one_working_day_and_the_director_after_two(
    raised: Council, concern: str
) -> None:
    for day in ("2025-10-12", "2025-10-13", "2025-10-14", "2025-10-20"):
        raised.at(f"{day} 00:00").passes()
        raised.passes()
    assert raised.levels(concern) == [("L2", "2025-10-13"), ("L3", "2025-10-14")]


@pytest.mark.parametrize(("day", "person"), [("2025-10-13", "ada"), ("2025-10-14", "dana")])
def test_the_level_tells_that_person(raised: Council, concern: str, day: str, person: str) -> None:
    raised.at(f"{day} 00:00").passes()
    assert raised.told(concern)[-1][0] == person


def test_unanswered_it_is_blocked(raised: Council, concern: str) -> None:
    raised.at("2025-10-13 00:00").passes()
    assert [one["reason"] for one in raised.show(concern)["blocked"]] == ["overdue_l2"]


def test_acknowledging_in_time_stops_the_ladder(raised: Council, concern: str) -> None:
    raised.at("2025-10-10 17:00").fire(concern, "acknowledge", by="sam")
    raised.at("2025-10-16 08:00").passes()
    assert raised.levels(concern) == []


def test_acknowledging_late_stops_the_rest_of_the_ladder(raised: Council, concern: str) -> None:
    raised.at("2025-10-13 08:00").passes()
    raised.fire(concern, "acknowledge", by="ada")
    raised.at("2025-10-16 08:00").passes()
    assert raised.levels(concern) == [("L2", "2025-10-13")]


def test_acknowledging_meets_the_date_of_the_concern(raised: Council, concern: str) -> None:
    raised.at("2025-10-10 17:00").fire(concern, "acknowledge", by="sam")
    assert raised.at("2025-10-16 08:00").show(concern)["lateness"] == "on_time"


# ------------------------------------------------------------------ made safe
@pytest.fixture
def acknowledged(raised: Council, concern: str) -> Council:
    """Give the same council where the team manager acknowledged on Friday 10 October 2025."""
    raised.at("2025-10-10 12:00").fire(concern, "acknowledge", by="sam")
    return raised


def test_the_child_is_made_safe_within_five_working_days(
    acknowledged: Council, concern: str
) -> None:
    assert acknowledged.falls(concern, "make_safe_by") == "2025-10-17"


def test_a_concern_that_stays_acknowledged_climbs_the_same_ladder(
    acknowledged: Council, concern: str
) -> None:
    for day in ("2025-10-19", "2025-10-20", "2025-10-21"):
        acknowledged.at(f"{day} 00:00").passes()
    assert acknowledged.levels(concern, "make_safe_by") == [
        ("L2", "2025-10-20"),
        ("L3", "2025-10-21"),
    ]


def test_whoever_may_acknowledge_may_say_that_the_child_is_safe(
    acknowledged: Council, concern: str
) -> None:
    able = acknowledged.who_may(concern, "make_safe", what="Moved")
    assert able == {"sam", "cass", "sandy", "ada", "dana"}


def test_the_child_is_safe_when_it_is_said_what_was_done(
    acknowledged: Council, concern: str
) -> None:
    acknowledged.fire(concern, "make_safe", by="sam", what="See strategy meeting 12")
    assert acknowledged.state(concern) == "made_safe"


def test_nobody_says_that_a_child_is_safe_without_saying_what_was_done(
    acknowledged: Council, concern: str
) -> None:
    assert acknowledged.refusal(concern, "make_safe", by="sam") == "What was done is not said."


def test_the_practitioner_does_not_say_that_the_child_is_safe(
    acknowledged: Council, concern: str
) -> None:
    acknowledged.import_people([("pat", "Pat Practitioner", "practitioner;sm_csc", "North", "sam")])
    refusal = acknowledged.refusal(concern, "make_safe", by="pat", what="All is well")
    assert refusal == "You are the practitioner of this case, so another person must say so."


def test_a_child_is_not_made_safe_before_somebody_has_acknowledged(
    raised: Council, concern: str
) -> None:
    refusal = raised.refusal(concern, "make_safe", by="sam", what="Moved")
    assert refusal.startswith("make_safe is not offered in state raised")


def test_nothing_leaves_the_end_of_a_concern(acknowledged: Council, concern: str) -> None:
    acknowledged.fire(concern, "make_safe", by="sam", what="Moved")
    assert acknowledged.show(concern)["can"] == []


# ------------------------------------------------------------------ nobody is there
def roster(council: Council, *rows: str) -> None:
    """Let the roster be told again, with last days."""
    file = council.folder / "again.csv"
    lines = ["person_id,name,roles,team,manager,active_to", *rows]
    file.write_text("\n".join(lines) + "\n", "utf-8")
    people_imports.import_people(council.ctx, file, now=council.now, actor="cli:test")


def test_when_the_team_manager_has_left_the_next_above_is_told(running: Council) -> None:
    roster(running, "sam,Sam Supervisor,team_manager,North,cass,2025-10-01")
    running.start("immediate_concern", "C01", by="sandy", what="A call")
    told = {person for person, _ in running.told("immediate_concern:C01:1")}
    assert told == {"pat", "cass", "sandy"}


def test_a_practitioner_who_has_left_is_not_told(running: Council) -> None:
    roster(running, "pat,Pat Practitioner,practitioner,North,sam,2025-10-01")
    running.start("immediate_concern", "C01", by="sandy", what="A call")
    told = {person for person, _ in running.told("immediate_concern:C01:1")}
    assert told == {"sam", "sandy"}


def test_a_concern_about_a_child_on_no_list_goes_to_a_team_manager(running: Council) -> None:
    running.start("immediate_concern", "X01", by="sandy", what="A call")
    told = {person for person, _ in running.told("immediate_concern:X01:1")}
    assert told == {"sam", "sandy"}


def test_where_nobody_holds_the_role_of_service_manager_the_role_is_told(running: Council) -> None:
    roster(running, "sandy,Sandy Quality,sm_sqa,QA,ada,2025-10-01")
    running.start("immediate_concern", "C01", by="cass", what="A call")
    told = {person for person, _ in running.told("immediate_concern:C01:1")}
    assert "role:sm_sqa" in told


def test_where_nobody_at_all_could_be_told_the_role_is(empty_council: Council) -> None:
    empty_council.import_people([("quinn", "Quinn Admin", "qa_admin", "QA", "")])
    empty_council.start("immediate_concern", "X01", by="quinn", what="A call")
    told = {person for person, _ in empty_council.told("immediate_concern:X01:1")}
    assert told == {"role:sm_sqa"}


def test_a_concern_beyond_the_known_bank_holidays_is_blocked_and_names_the_year(
    running: Council,
) -> None:
    year = running.ctx.known_until.year
    running.at(f"{year}-12-31 10:00").start("immediate_concern", "C01", by="sandy", what="A call")
    block = running.show("immediate_concern:C01:1")["blocked"][0]
    assert (block["reason"], str(year + 1) in block["note"]) == ("system_fault", True)
