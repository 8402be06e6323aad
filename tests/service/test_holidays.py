"""A bank holiday proclaimed late, on real dates: what moves, what stays, and what the history says of it."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import council as council_module
import pytest
from council import SPRING, Council, london
from hands import NO_JSON, NO_PROCESS, sql

from qa_workflow import wiring
from qa_workflow.errors import UnknownPerson, WrongInput
from qa_workflow.service import enquiries, holidays, incidents, overlays
from qa_workflow.service.holidays import HolidayAdded
from qa_workflow.settings import Settings

THANKS = "2026-06-15"  # a Monday that is proclaimed in the week before
RECOMMENDATION = {
    "what": "Write the plan with the child",
    "for_whom": "The child of this case",
    "difference": "She knows what happens next",
    "owner": "pat",
    "priority": "high",
}
CONCERN = "immediate_concern:C02:1"
HIGH = "recommendation:R-0001"
WAITING, ANSWERING, ENDED, RECOMMENDING = (
    f"case_audit:2025-26-B:{case}" for case in ("C01", "C03", "C04", "C05")
)


# ------------------------------------------------------------------ June 2026, made once
@pytest.fixture(scope="session")
def _june(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a council whose spring round was frozen on Monday 8 June 2026, with work in many states by Friday."""
    folder = tmp_path_factory.mktemp("june")
    made = council_module.found(folder, "2026-03-02 08:00", peopled=True, moderation_percent=0)
    made.at("2026-03-04 08:00").passes()
    made.at("2026-04-01 08:00").passes()
    made.at("2026-06-08 09:00").fire(SPRING, "propose_sample", by="quinn")
    made.fire(SPRING, "freeze_sample", by="sandy")
    made.take(ANSWERING, "practitioner_response")
    made.fire(ENDED, "withdraw", by="sandy", reason="Twice in the list.")
    made.close_audit(RECOMMENDING, recommendations=[RECOMMENDATION])
    made.take("case_audit:2025-26-B:C02", "in_progress", auditor="aud2")
    made.at("2026-06-12 10:00")
    made.fire("case_audit:2025-26-B:C02", "raise_immediate_concern", by="aud2", what="Not seen.")
    made.at("2026-06-12 11:00").passes()
    made.ctx.database.close()
    return folder


@pytest.fixture
def june(_june: Path, tmp_path: Path) -> Iterator[Council]:
    """Give that council at noon on Friday 12 June 2026, before anybody knows of the holiday."""
    shutil.copy(_june / "council.db", tmp_path / "council.db")
    url = f"sqlite:///{tmp_path / 'council.db'}"
    made = Council(wiring.build(Settings(database_url=url)), tmp_path, london("2026-06-12 12:00"))
    yield made
    made.ctx.database.close()


@pytest.fixture
def sampling(council: Council) -> Council:
    """Give a council whose autumn round is sampling since 1 October 2025, to be frozen by the 8th."""
    council.at("2025-09-03 08:00").passes()
    council.at("2025-10-01 08:00").passes()
    return council


class Told(NamedTuple):
    """A move, as a person reads it."""

    deadline: str
    level: str | None
    was: str
    now: str


def proclaim(
    council: Council,
    day: str = THANKS,
    name: str = "A day of thanks",
    **options: Any,  # noqa: ANN401 - any option
) -> HolidayAdded:
    return holidays.add_holiday(
        council.ctx, date.fromisoformat(day), name, now=council.now, actor="cli:robin", **options
    )


def moved(found: HolidayAdded, reference: str, deadline: str | None = None) -> list[Told]:
    """Return what moves of an instance, or of one of its deadlines."""
    return [
        Told(one.move.deadline, one.move.level, str(one.move.from_on), str(one.move.to_on))
        for one in found.moves
        if one.reference == reference and deadline in (None, one.move.deadline)
    ]


def climbed(council: Council, reference: str, deadline: str) -> list[tuple[str, str]]:
    """Return the levels that were reached; the reminders before them are left out."""
    return [one for one in council.levels(reference, deadline) if one[0].startswith("L")]


def everything(council: Council) -> list[Any]:
    tables = sql(council, "SELECT name FROM sqlite_master WHERE type = 'table'")
    return [sql(council, f"SELECT * FROM {name}") for (name,) in sorted(tables)]  # noqa: S608 - our own tables


# ------------------------------------------------------------------ what moves
def test_an_audit_may_be_allocated_a_working_day_later(june: Council) -> None:
    assert moved(proclaim(june), WAITING, "allocate_by") == [
        Told("allocate_by", None, "2026-06-15", "2026-06-16"),
        Told("allocate_by", "L0", "2026-06-16", "2026-06-17"),
    ]
    assert june.falls(WAITING, "allocate_by") == "2026-06-16"


def test_the_audit_is_late_from_its_new_day_only(june: Council) -> None:
    proclaim(june)
    june.at("2026-06-16 23:59").passes()
    assert climbed(june, WAITING, "allocate_by") == []
    june.at("2026-06-17 00:01").passes()
    assert climbed(june, WAITING, "allocate_by") == [("L0", "2026-06-17")]


def test_a_practitioner_has_five_full_working_days_to_answer(june: Council) -> None:
    assert moved(proclaim(june), ANSWERING, "respond_by") == [
        Told("respond_by", None, "2026-06-15", "2026-06-16")
    ]
    june.at("2026-06-16 23:59").passes()
    assert june.state(ANSWERING) == "practitioner_response"
    june.at("2026-06-17 00:01").passes()
    assert june.state(ANSWERING) == "closed"


def test_a_concern_raised_before_the_long_weekend_is_due_after_it(june: Council) -> None:
    assert moved(proclaim(june), CONCERN)[0] == Told("due", None, "2026-06-15", "2026-06-16")
    assert june.show(CONCERN)["due_on"] == "2026-06-16"


def test_a_concern_climbs_on_its_new_days(june: Council) -> None:
    proclaim(june)
    june.at("2026-06-16 23:59").passes()
    assert june.levels(CONCERN) == []
    june.at("2026-06-18 00:01").passes()
    assert june.levels(CONCERN) == [("L2", "2026-06-17"), ("L3", "2026-06-18")]


def test_a_concern_is_watched_by_one_ladder_as_before(june: Council) -> None:
    proclaim(june)
    june.at("2026-06-18 00:01").passes()
    assert june.levels(CONCERN, "acknowledge_by") == []


def test_a_concern_that_was_acknowledged_keeps_the_day_it_was_due(june: Council) -> None:
    june.fire(CONCERN, "acknowledge", by="sam")
    assert [one.deadline for one in moved(proclaim(june), CONCERN)] == [
        "make_safe_by", "make_safe_by",
    ]  # fmt: skip
    assert june.show(CONCERN)["due_on"] == "2026-06-15"


def test_a_recommendation_of_high_priority_has_ten_working_days(june: Council) -> None:
    assert june.show(HIGH)["due_on"] == "2026-06-22"
    assert moved(proclaim(june), HIGH)[0] == Told("due", None, "2026-06-22", "2026-06-23")
    assert june.show(HIGH)["due_on"] == "2026-06-23"


def test_what_is_begun_after_the_proclamation_counts_by_it(june: Council) -> None:
    proclaim(june)
    june.fire(WAITING, "allocate", by="quinn", auditor="aud1")
    assert june.falls(WAITING, "start_by") == "2026-06-22"


def test_a_sample_freezes_a_working_day_later(sampling: Council) -> None:
    found = moved(proclaim(sampling, "2025-10-06"), "case_audit_round:2025-26:A")
    assert Told("freeze_by", None, "2025-10-08", "2025-10-09") in found
    assert sampling.falls("case_audit_round:2025-26:A", "freeze_by") == "2025-10-09"


def test_what_a_round_that_has_not_opened_knows_of_its_dates_moves_too(council: Council) -> None:
    council.at("2025-09-03 08:00").passes()
    found = proclaim(council, "2025-10-06")
    assert moved(found, "case_audit_round:2025-26:A") == [
        Told("freeze_by", None, "2025-10-08", "2025-10-09")
    ]
    assert council.falls("case_audit_round:2025-26:A", "allocate_by") == "2025-10-16"


# ------------------------------------------------------------------ what stays
def test_framework_dates_stay(june: Council) -> None:
    before = june.show(SPRING)
    found = proclaim(june)
    after = june.show(SPRING)
    assert [after[key] for key in ("due_on", "target_on")] == ["2026-05-31", "2026-05-29"]
    assert after["data"] == before["data"]
    assert [one for one in moved(found, SPRING, "due") if one.level is None] == []


def test_a_level_above_a_framework_date_moves_where_its_day_is_lost(june: Council) -> None:
    # Due on 31 May: the twentieth working day after it was Friday 26 June.
    assert moved(proclaim(june), SPRING, "due") == [Told("due", "L3", "2026-06-26", "2026-06-29")]


def test_a_sample_that_is_frozen_keeps_the_day_by_which_it_was_to_be(june: Council) -> None:
    assert june.show(SPRING)["data"]["freeze_by"] == "2026-04-10"
    proclaim(june, "2026-04-08")
    assert june.show(SPRING)["data"]["freeze_by"] == "2026-04-10"


@pytest.mark.parametrize("reference", [ENDED, RECOMMENDING])
def test_what_has_ended_is_not_touched(june: Council, reference: str) -> None:
    before = june.history(reference)
    found = proclaim(june)
    assert (moved(found, reference), june.history(reference)) == ([], before)


def test_a_day_that_nothing_counts_over_moves_nothing(june: Council) -> None:
    found = proclaim(june, "2028-06-15")
    assert (found.moves, found.moved, found.written) == ([], 0, True)


def test_levels_that_have_fired_stay_fired_and_fire_once(june: Council) -> None:
    june.at("2026-06-16 08:00").passes()
    found = proclaim(june)
    assert found.is_past
    june.at("2026-06-30 08:00").passes()
    assert climbed(june, WAITING, "allocate_by") == [
        ("L0", "2026-06-16"), ("L1", "2026-06-23"), ("L2", "2026-06-30"),
    ]  # fmt: skip


def test_a_level_that_was_due_and_not_fired_waits_for_its_new_day(june: Council) -> None:
    june.at("2026-06-16 08:00")  # the daemon was down since Friday
    proclaim(june)
    june.passes()
    assert climbed(june, WAITING, "allocate_by") == []


def test_the_office_being_closed_moves_what_no_law_backs(june: Council) -> None:
    found = proclaim(june, local=True)
    assert moved(found, WAITING)[0].now == "2026-06-16"


def test_the_office_being_closed_gives_a_child_no_day_less(june: Council) -> None:
    assert moved(proclaim(june, local=True), CONCERN) == []


# ------------------------------------------------------------------ how it is told
def test_each_instance_that_moves_has_one_entry_with_what_and_why(june: Council) -> None:
    found = proclaim(june)
    for reference in {one.reference for one in found.moves}:
        entries = [one for one in june.history(reference) if one["action"] == "recounted"]
        assert len(entries) == 1
        assert entries[0]["reason"] == "Monday 15 June 2026 became a bank holiday: A day of thanks."
        assert entries[0]["data"]["moves"] == [
            {"deadline": one.deadline, "level": one.level, "from": one.was, "to": one.now}
            for one in moved(found, reference)
        ]


def test_a_closure_is_told_as_one(june: Council) -> None:
    proclaim(june, local=True)
    assert june.history(WAITING)[-1]["reason"] == (
        "Monday 15 June 2026 became a day on which the council closes: A day of thanks."
    )


def test_whoever_entered_it_stands_in_the_history(june: Council) -> None:
    proclaim(june)
    assert june.history(WAITING)[-1]["actor"] == "cli:robin"


def test_a_person_may_enter_it_in_their_name(june: Council) -> None:
    proclaim(june, as_person="quinn")
    assert june.history(WAITING)[-1]["actor"] == "quinn"


def test_who_entered_the_day_and_what_it_moved_is_kept(june: Council) -> None:
    found = proclaim(june)
    kept = sql(june, "SELECT file, actor, counts FROM import_batch WHERE kind = 'holiday'")
    assert kept == [
        (
            "bank_holiday 2026-06-15 A day of thanks",
            "cli:robin",
            f'{{"moved":{found.moved},"set_aside":0}}',
        )
    ]


def test_the_history_still_fits(june: Council) -> None:
    proclaim(june)
    assert enquiries.verify_history(june.ctx, None, now=june.now)[1] is None


def test_the_calendar_names_the_day(june: Council) -> None:
    proclaim(june, name="  A day   of thanks ")
    assert enquiries.calendar_of(june.ctx).holidays[date(2026, 6, 15)] == "A day of thanks"


# ------------------------------------------------------------------ a dry run
def test_a_dry_run_lists_what_the_real_one_moves(june: Council) -> None:
    would = proclaim(june, dry_run=True)
    assert would.moves == proclaim(june).moves


@pytest.mark.parametrize("local", [False, True])
def test_a_dry_run_writes_nothing(june: Council, local: bool) -> None:  # noqa: FBT001 - a case
    before = everything(june)
    assert not proclaim(june, dry_run=True, local=local).written
    assert everything(june) == before


def test_a_dry_run_tells_the_rehearsed_day_to_nobody(june: Council) -> None:
    proclaim(june, dry_run=True)
    assert june.falls(WAITING, "allocate_by") == "2026-06-15"


# ------------------------------------------------------------------ the same again
def test_the_same_day_again_changes_nothing(june: Council) -> None:
    proclaim(june)
    before = everything(june)
    again = proclaim(june)
    assert (again.is_known, again.moves) == (True, [])
    assert everything(june) == before


def test_a_published_bank_holiday_again_changes_nothing(june: Council) -> None:
    published = june.ctx.published.holidays[date(2026, 8, 31)]
    assert proclaim(june, "2026-08-31", published).is_known
    assert sql(june, "SELECT count(*) FROM closure_day") == [(0,)]


def test_a_closure_day_may_become_a_bank_holiday(june: Council) -> None:
    proclaim(june, local=True)
    found = proclaim(june)
    assert (found.is_known, moved(found, CONCERN)[0].now) == (False, "2026-06-16")
    assert moved(found, WAITING, "allocate_by") == []  # it has moved before
    assert date(2026, 6, 15) in enquiries.calendar_of(june.ctx).holidays


@pytest.mark.parametrize(
    ("at", "is_past"), [("2026-06-15 23:59", False), ("2026-06-16 00:01", True)]
)
def test_a_day_has_passed_once_it_is_over(june: Council, at: str, is_past: bool) -> None:  # noqa: FBT001 - a case
    assert proclaim(june.at(at), dry_run=True).is_past is is_past


# ------------------------------------------------------------------ days that cannot be
@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-06-13", "Saturday 13 June 2026 is no working day as it is"),
        ("2026-06-14", "Sunday 14 June 2026 is no working day as it is"),
        ("2026-08-31", r"Monday 31 August 2026 is a bank holiday already: .*[Ss]ummer"),
        ("2040-06-15", "Friday 15 June 2040 lies outside"),
        ("1999-06-15", "Tuesday 15 June 1999 lies outside"),
    ],
)
@pytest.mark.parametrize("local", [False, True])
def test_a_day_that_cannot_be_a_holiday_is_bad_input(
    june: Council,
    day: str,
    said: str,
    local: bool,  # noqa: FBT001 - a case
) -> None:
    before = everything(june)
    with pytest.raises(WrongInput, match=said):
        proclaim(june, day, local=local)
    assert everything(june) == before


def test_a_day_has_a_name(june: Council) -> None:
    with pytest.raises(WrongInput, match="The name is empty"):
        proclaim(june, name="  ")


def test_a_day_that_is_called_otherwise_is_not_renamed(june: Council) -> None:
    proclaim(june)
    with pytest.raises(WrongInput, match="is a bank holiday already: A day of thanks"):
        proclaim(june, name="Another day")


def test_a_closure_day_that_is_called_otherwise_is_not_renamed(june: Council) -> None:
    proclaim(june, local=True)
    with pytest.raises(WrongInput, match="is a closure day already: A day of thanks"):
        proclaim(june, name="Another day", local=True)


def test_a_bank_holiday_becomes_no_closure_day(june: Council) -> None:
    proclaim(june)
    with pytest.raises(WrongInput, match="is a bank holiday already"):
        proclaim(june, local=True)


def test_a_stranger_enters_no_holiday(june: Council) -> None:
    with pytest.raises(UnknownPerson, match="'zoe' is not in the roster"):
        proclaim(june, as_person="zoe")


# ------------------------------------------------------------------ what cannot be counted
@pytest.mark.parametrize("damage", [NO_JSON, NO_PROCESS], ids=["data", "process"])
def test_one_that_cannot_be_counted_does_not_keep_the_others(june: Council, damage: str) -> None:
    sql(june, damage, WAITING)
    found = proclaim(june)
    assert found.set_aside == [WAITING]
    assert june.show(CONCERN)["due_on"] == "2026-06-16"


def test_one_that_cannot_be_counted_becomes_an_incident(june: Council) -> None:
    sql(june, NO_JSON, WAITING)
    proclaim(june)
    assert [one["reference"] for one in incidents.open_incidents(june.ctx)] == [WAITING]


@pytest.fixture
def december(june: Council) -> Council:
    """Give that council on 22 December 2026, knowing the holidays of that year only, with a damaged audit beside.

    An audit that is allocated now is to be started by 31 December, the last day that can be counted.
    """
    published = june.ctx.published
    known = {day: name for day, name in published.holidays.items() if day.year <= 2026}
    june.ctx = replace(june.ctx, published=replace(published, holidays=known, last_year=2026))
    june.at("2026-12-22 09:00").fire(WAITING, "allocate", by="quinn", auditor="aud1")
    assert june.falls(WAITING, "start_by") == "2026-12-31"
    overlays.unblock(june.ctx, WAITING, actor="sandy", note="Goes on.", now=june.now)
    sql(june, NO_JSON, ANSWERING)
    return june


def test_one_whose_parent_cannot_hear_of_it_is_set_aside_whole(december: Council) -> None:
    # It would be blocked, and so its round looked at, which reads all of its audits.
    found = proclaim(december, "2026-12-30")
    assert (set(found.set_aside), moved(found, WAITING)) == ({WAITING, ANSWERING}, [])
    assert december.history(WAITING)[-1]["action"] == "unblock"


def test_a_dry_run_makes_no_incident(june: Council) -> None:
    sql(june, NO_JSON, WAITING)
    assert proclaim(june, dry_run=True).set_aside == [WAITING]
    assert incidents.open_incidents(june.ctx) == []


def test_one_that_was_set_aside_is_counted_by_the_same_command_once_it_is_mended(
    june: Council,
) -> None:
    (whole,) = sql(june, "SELECT data FROM process_instance WHERE reference = ?", WAITING)
    sql(june, NO_JSON, WAITING)
    proclaim(june)
    sql(june, "UPDATE process_instance SET data = ? WHERE reference = ?", whole[0], WAITING)
    again = proclaim(june)
    assert moved(again, WAITING, "allocate_by") == [
        Told("allocate_by", "L0", "2026-06-16", "2026-06-17")
    ]
    june.at("2026-06-16 23:59").passes()
    assert climbed(june, WAITING, "allocate_by") == []
