"""Case clocks from the day they start to the next one: looked-after reviews, conferences, PEPs and the others."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import clocks
import pytest
from clocks import PROCESSES, VIEW, WHO, begin, data, follow, hold, record, row, take_in
from council import Council, london
from hands import sql

from qa_workflow.errors import BadData, NotPermitted, TransitionRefused, UnknownPerson
from qa_workflow.service import holidays, why

START = "2026-03-30"  # the Monday before Easter
FIRST_DUE = {
    "cla_review": "2026-04-29",
    "cp_conference": "2026-06-30",
    "pathway_plan_review": "2026-09-30",
    "cin_review": "2026-09-30",
    "core_group": "2026-04-15",
    "social_work_assessment": "2026-06-05",
    "initial_cp_conference": "2026-04-22",
    "pep": "2026-04-15",
}
NEXT_DUE = {  # of one held on Thursday 2 April 2026
    "cla_review": "2026-07-02",
    "cp_conference": "2026-10-02",
    "pathway_plan_review": "2026-10-02",
    "cin_review": "2026-10-02",
    "pep": "2026-06-30",
}
REVIEWED = ("cla_review", "cp_conference", "pathway_plan_review")
CLA = "cla_review:C07:1"
EVERYBODY_ABOVE = {
    "sam",
    "cass",
    "ada",
    "dana",
}  # of the case's team manager; sandy holds a role above too


# ------------------------------------------------------------------ a child in every process
@pytest.fixture(scope="session")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a council with one case, C07, and one clock of each kind that counts from Monday 30 March 2026."""
    folder = tmp_path_factory.mktemp("clocks")
    made = clocks.found(folder, "2026-03-31 09:00")
    take_in(made, row("C07", "early_help"), row("C08", "early_help", iro=""))
    for process in PROCESSES:
        begin(made, process, "C07", START)
    begin(made, "cla_review", "C08", START)
    made.ctx.database.close()
    return folder


@pytest.fixture
def made(_folder: Path, tmp_path: Path) -> Iterator[Council]:
    """Give that council at ten on Thursday 2 April 2026, the day before Good Friday."""
    shutil.copy(_folder / "council.db", tmp_path / "council.db")
    council = clocks.reopened(tmp_path, "2026-04-02 10:00")
    yield council
    council.ctx.database.close()


def of(process: str) -> str:
    tail = START if process in {"initial_cp_conference", "social_work_assessment"} else "1"
    return f"{process}:C07:{tail}"


every = pytest.mark.parametrize("process", PROCESSES)


# ------------------------------------------------------------------ the ordinary way
@every
def test_the_first_is_due_by_its_own_interval(made: Council, process: str) -> None:
    shown = made.show(of(process))
    assert (shown["state"], shown["due_on"]) == ("due", FIRST_DUE[process])
    assert "after Monday 30 March 2026" in shown["data"]["rule"]


@every
def test_one_that_is_held_and_recorded_starts_the_next_from_the_day_it_was_held(
    made: Council, process: str
) -> None:
    follow(made, of(process))
    assert made.state(of(process)) == "recorded"
    following = [one for one in made.listed(process=process) if one["subject"] == "C07"]
    assert [(one["reference"], one["due_on"]) for one in following] == (
        [(f"{process}:C07:2", NEXT_DUE[process])] if process in NEXT_DUE else []
    )


@every
def test_one_that_is_booked_may_be_booked_again_and_is_then_held(
    made: Council, process: str
) -> None:
    by = WHO[process][0]
    for planned_on in ("2026-04-09", "2026-04-10"):
        made.fire(of(process), "book", by=by, planned_on=planned_on)
    shown = made.show(of(process))
    assert (shown["state"], shown["data"]["planned_on"]) == ("booked", "2026-04-10")
    assert (shown["data"]["booked_late"], shown["data"]["booked_by"]) == (False, by)
    made.at("2026-04-10 16:00")
    hold(made, of(process))
    assert made.state(of(process)) == "held"


def test_looked_after_reviews_come_three_months_after_the_first_and_then_every_six(
    made: Council,
) -> None:
    found = []
    for number, held_on in enumerate(("2026-04-29", "2026-07-29", "2026-08-31", "2027-02-28"), 1):
        reference = f"cla_review:C07:{number}"
        found.append((made.show(reference)["due_on"], *data(made, reference, "turn")))
        made.at(f"{held_on} 16:00")
        follow(made, reference)
    assert found == [
        ("2026-04-29", "first"),
        ("2026-07-29", "second"),
        ("2027-01-29", "later"),
        ("2027-02-28", "later"),  # an early review in August (reg 33(3)) has moved it back
    ]
    assert made.show("cla_review:C07:5")["due_on"] == "2027-08-28"


def test_the_next_knows_the_one_it_follows(made: Council) -> None:
    follow(made, CLA)
    found = data(made, "cla_review:C07:2", "number", "turn", "counted_from", "source")
    assert found == (2, "second", "2026-04-02", CLA)
    assert sql(made, "SELECT kind, to_ref FROM link WHERE from_ref = 'cla_review:C07:2'") == [
        ("follows", CLA)
    ]


def test_one_that_happens_once_is_not_followed_by_itself(made: Council) -> None:
    follow(made, of("core_group"))
    assert made.listed(process="core_group") == []


# ------------------------------------------------------------------ whose it is
def test_the_childs_own_reviewing_officer_owns_it(made: Council) -> None:
    assert [made.show(of(one))["owner"] for one in REVIEWED] == ["iris"] * 3


def test_where_the_case_names_none_every_reviewing_officer_owns_it(made: Council) -> None:
    assert made.show("cla_review:C08:1")["owner"] == "iro"
    made.at("2026-04-15 07:00").passes()
    reminded = {to for to, _ in made.told("cla_review:C08:1")}
    assert reminded == {"iris", "ivan"}


def test_another_reviewing_officer_on_the_list_takes_it_over(made: Council) -> None:
    take_in(made, row("C07", "early_help", iro="ivan"), row("C08", "early_help", iro="ivan"))
    assert [made.show(f"cla_review:{case}:1")["owner"] for case in ("C07", "C08")] == ["ivan"] * 2


@pytest.mark.parametrize(
    ("process", "owner"),
    [("cin_review", "sam"), ("core_group", "sam"), ("social_work_assessment", "sam"),
     ("initial_cp_conference", "sam"), ("pep", "vsh")],
)  # fmt: skip
def test_the_manager_of_the_case_or_the_virtual_school_head_owns_the_others(
    made: Council, process: str, owner: str
) -> None:
    assert made.show(of(process))["owner"] == owner


MANAGERS = EVERYBODY_ABOVE | {"sandy"}


@pytest.mark.parametrize(
    ("process", "able"),
    [
        ("cla_review", {"iris", "ivan"}),
        ("cp_conference", {"iris", "ivan"}),
        ("pathway_plan_review", {"iris", "ivan"}),
        ("cin_review", MANAGERS | {"pat"}),
        ("core_group", MANAGERS | {"pat"}),
        ("social_work_assessment", MANAGERS | {"pat"}),
        ("initial_cp_conference", MANAGERS | {"iris", "ivan"}),
        ("pep", MANAGERS | {"pat", "vera", "val"}),
    ],
)
def test_who_may_book_and_hold(made: Council, process: str, able: set[str]) -> None:
    assert made.who_may(of(process), "hold", held_on=made.today) == able
    assert made.who_may(of(process), "book", planned_on=made.today) == able


@pytest.mark.parametrize(
    ("process", "writers", "enders"),
    [
        ("cla_review", {"iris", "ivan"}, {"iris", "ivan", "sandy"}),
        ("cin_review", MANAGERS, MANAGERS),
        ("initial_cp_conference", MANAGERS, MANAGERS),
        ("pep", {"vera", "val"}, {"vera", "val", "cass"}),
    ],
)
def test_who_may_write_the_record_and_who_may_cease_it(
    made: Council, process: str, writers: set[str], enders: set[str]
) -> None:
    hold(made, of(process))
    assert made.who_may(of(process), "record") == writers
    assert made.who_may(of(process), "cease") == enders


@pytest.mark.parametrize("trigger", ["see_review", "see_start"])
def test_what_the_list_says_nobody_else_says(made: Council, trigger: str) -> None:
    with pytest.raises(NotPermitted):
        made.fire(CLA, trigger, by="iris", **{"see_review": {"held_on": START, "as_of": START},
                                               "see_start": {"started_on": START}}[trigger])  # fmt: skip


def test_a_review_is_reassigned_to_another_reviewing_officer_and_stays_there(made: Council) -> None:
    made.reassign(CLA, to="ivan", by="sandy")
    made.fire(CLA, "book", by="ivan", planned_on="2026-04-10")
    assert made.show(CLA)["owner"] == "ivan"
    with pytest.raises(TransitionRefused, match="no active iro"):
        made.reassign(CLA, to="aud1", by="sandy")


def test_a_review_is_not_reassigned_into_the_line_management_of_the_case(made: Council) -> None:
    made.import_people([("sam", "Sam Supervisor", "team_manager;iro", "North", "cass")])
    with pytest.raises(TransitionRefused, match="Sam Supervisor works on this case"):
        made.reassign(CLA, to="sam", by="sandy")


# ------------------------------------------------------------------ independence
@pytest.mark.parametrize("process", REVIEWED)
@pytest.mark.parametrize("person", ["pat", "sam", "cass", "ada"])
def test_nobody_in_the_line_management_of_the_case_reviews_it(
    made: Council, process: str, person: str
) -> None:
    made.import_people([(person, f"{person.title()} Two Hats", "iro", "", {"pat": "sam", "sam": "cass", "cass": "ada"}.get(person, "dana"))])  # fmt: skip
    for trigger, sent in (("book", {"planned_on": made.today}), ("hold", {"held_on": made.today})):
        told = made.refusal(of(process), trigger, by=person, **sent)
        assert "works on this case or manages somebody who does" in told


def test_nor_leads_it_for_another(made: Council) -> None:
    told = made.refusal(CLA, "hold", by="iris", held_on=made.today, held_by="sam")
    assert "Sam Supervisor works on this case" in told


def test_nor_writes_its_record(made: Council) -> None:
    hold(made, CLA)
    made.import_people([("cass", "Cass Care", "sm_csc;iro", "", "ada")])
    assert "Cass Care works on this case" in made.refusal(
        CLA, "record", by="cass", no_views_reason="A baby"
    )


def test_who_manages_a_child_in_need_case_reviews_it_all_the_same(made: Council) -> None:
    made.fire(of("cin_review"), "hold", by="sam", held_on=made.today)
    assert data(made, of("cin_review"), "held_by") == ("sam",)


# ------------------------------------------------------------------ what must hold
@pytest.mark.parametrize(
    ("trigger", "sent", "words"),
    [
        ("book", {"planned_on": "2026-04-01"}, "Wednesday 1 April 2026 is over"),
        ("book", {"planned_on": "2026-04-30"}, "is after Wednesday 29 April 2026, by which it is due: say why"),
        ("hold", {"held_on": "2026-04-03"}, "03 April 2026, which has not come yet"),
        ("hold", {"held_on": "2026-03-29"}, "counts from Monday 30 March 2026, when it began"),
        ("hold", {"held_on": "2026-04-02", "views": [{**VIEW, "method": ""}]}, "needs the words, the method and the date"),
        ("hold", {"held_on": "2026-04-02", "views": [{**VIEW, "words": "  "}]}, "needs the words, the method and the date"),
        ("hold", {"held_on": "2026-04-02", "views": [{**VIEW, "heard_on": "2026-04-03"}]}, "has not come yet"),
        ("cease", {}, "No reason is given"),
        ("cease", {"reason": "Not wanted", "because": "not_needed"}, "owed to every such child"),
    ],
)  # fmt: skip
def test_what_is_refused_and_why(
    made: Council, trigger: str, sent: dict[str, Any], words: str
) -> None:
    before = made.show(CLA)
    assert words in made.refusal(CLA, trigger, by="iris", **sent)
    after = made.show(CLA)
    assert (after["state"], after["version"]) == (before["state"], before["version"])
    assert [one["action"] for one in made.history(CLA)] == ["start", "refused"]


def test_a_late_day_may_be_booked_and_it_is_said(made: Council) -> None:
    made.fire(CLA, "book", by="iris", planned_on="2026-04-30", reason="Her mother is in hospital.")
    assert data(made, CLA, "planned_on", "booked_late") == ("2026-04-30", True)


def test_the_due_day_itself_is_not_late(made: Council) -> None:
    made.fire(CLA, "book", by="iris", planned_on="2026-04-29")
    assert data(made, CLA, "booked_late") == (False,)


def test_today_may_be_booked(made: Council) -> None:
    made.fire(CLA, "book", by="iris", planned_on="2026-04-02")
    assert made.state(CLA) == "booked"


def test_the_first_may_be_held_on_the_day_it_counts_from_a_later_one_may_not(made: Council) -> None:
    hold(made, CLA, START)
    record(made, CLA)
    told = made.refusal("cla_review:C07:2", "hold", by="iris", held_on=START)
    assert "when the one before it was held" in told


@every
def test_nothing_is_recorded_without_the_childs_own_view_or_a_reason(
    made: Council, process: str
) -> None:
    hold(made, of(process))
    if process == "pep":
        made.fire(of(process), "quality_check", by="vera", feedback="Clear.")
    sent = {"goes_on": False} if process == "initial_cp_conference" else {}
    told = made.refusal(of(process), "record", by=WHO[process][2], **sent)
    assert "own views are missing" in told


@pytest.mark.parametrize("told_at", ["hold", "record"])
def test_the_childs_words_are_kept_whole_as_their_voice_and_nowhere_else(
    made: Council, told_at: str
) -> None:
    hold(made, CLA, views=[VIEW] if told_at == "hold" else [])
    made.fire(CLA, "record", by="iris", views=[VIEW] if told_at == "record" else [])
    assert sql(made, "SELECT case_id, words, instance FROM voice") == [("C07", VIEW["words"], CLA)]
    (heard,) = data(made, CLA, "heard")
    assert heard == [{"method": "app", "heard_on": "2026-04-01"}]


def test_a_reason_given_when_it_was_held_is_enough(made: Council) -> None:
    hold(made, CLA, no_views_reason="Two months old.")
    made.fire(CLA, "record", by="iris")
    assert data(made, CLA, "no_views_reason") == ("Two months old.",)


def test_a_view_told_with_the_record_must_be_whole_too(made: Council) -> None:
    hold(made, CLA)
    told = made.refusal(CLA, "record", by="iris", views=[{**VIEW, "method": ""}])
    assert "needs the words, the method and the date" in told


@pytest.mark.parametrize(
    ("trigger", "sent"),
    [
        ("book", {}), ("book", {"planned_on": "soon"}), ("hold", {}), ("hold", {"held_on": "2026-02-30"}),
        ("hold", {"held_on": "2026-04-02", "chair": "iris"}), ("cease", {"reason": "x", "because": "moved"}),
    ],
)  # fmt: skip
def test_what_cannot_be_read_changes_nothing(
    made: Council, trigger: str, sent: dict[str, Any]
) -> None:
    with pytest.raises(BadData):
        made.fire(CLA, trigger, by="iris", **sent)
    assert [one["action"] for one in made.history(CLA)] == ["start"]


def test_nobody_unknown_leads_it(made: Council) -> None:
    with pytest.raises((BadData, UnknownPerson)):
        made.fire(CLA, "hold", by="iris", held_on=made.today, held_by="nobody")


def test_the_third_refusal_of_one_kind_blocks_it(made: Council) -> None:
    for _ in range(3):
        made.refusal(CLA, "hold", by="iris", held_on="2026-04-03")
    assert [one["reason"] for one in made.show(CLA)["blocked"]] == ["refused_three_times"]


# ------------------------------------------------------------------ PEPs
def test_nothing_is_recorded_before_the_virtual_school_head_has_checked_it(made: Council) -> None:
    reference = of("pep")
    hold(made, reference)
    told = made.refusal(reference, "record", by="vera", no_views_reason="Three years old")
    assert "quality has not been checked" in told
    assert "What was found is not said" in made.refusal(reference, "quality_check", by="vera")
    made.fire(reference, "quality_check", by="vera", feedback="Name the tutor.")
    made.fire(reference, "record", by="vera", no_views_reason="Three years old")
    (checked,) = data(made, reference, "quality_check")
    assert checked == {"by": "vera", "on": "2026-04-02", "feedback": "Name the tutor."}


@pytest.mark.parametrize("led", [{}, {"held_by": "vera"}])
def test_whoever_held_a_pep_does_not_check_it(made: Council, led: dict[str, str]) -> None:
    by = "pat" if led else "vera"
    made.fire(of("pep"), "hold", by=by, held_on=made.today, **led)
    told = made.refusal(of("pep"), "quality_check", by="vera", feedback="Good")
    assert "another person must decide" in told
    made.fire(of("pep"), "quality_check", by="val", feedback="Good")


def test_only_a_virtual_school_head_checks_a_pep(made: Council) -> None:
    hold(made, of("pep"))
    assert made.who_may(of("pep"), "quality_check", feedback="Good") == {"vera", "val"}


def test_a_pep_counts_for_a_month_of_the_framework(made: Council) -> None:
    follow(made, of("pep"))
    assert [data(made, f"pep:C07:{one}", "period") for one in (1, 2)] == [
        ("2026-04",),
        ("2026-06",),
    ]


def test_with_terms_the_next_pep_is_due_by_the_end_of_the_next_term(made: Council) -> None:
    made.ctx = replace(made.ctx, terms=clocks.TERMS)
    made.at("2026-04-14 10:00")
    follow(made, of("pep"))
    assert made.show("pep:C07:2")["due_on"] == "2026-12-18"
    assert data(made, "pep:C07:2", "period") == ("2027-01",)


def test_a_child_under_school_age_is_owed_no_pep(made: Council) -> None:
    made.fire(of("pep"), "cease", by="vera", because="not_needed", reason="Two years old")
    assert data(made, of("pep"), "ceased_because", "ceased_by", "ceased_on") == (
        "not_needed", "vera", "2026-04-02",
    )  # fmt: skip


# ------------------------------------------------------------------ the initial conference
INITIAL = of("initial_cp_conference")


@pytest.mark.parametrize(("plan", "core_groups"), [("yes", 1), ("no", 0)])
def test_a_conference_that_makes_a_plan_starts_core_group_and_review(
    made: Council, plan: str, core_groups: int
) -> None:
    made.fire(of("core_group"), "cease", by="sam", reason="Another plan")
    hold(made, INITIAL)
    record(made, INITIAL, goes_on=plan == "yes")
    found = [(one["reference"], one["due_on"]) for one in made.listed(process="core_group")]
    assert (
        found == [("core_group:C07:2", "2026-04-20")] * core_groups
    )  # ten working days, past Easter
    # A review conference is open for this child: it is not doubled.
    assert clocks.open_clocks(made, "cp_conference") == ["cp_conference:C07:1"]


def test_the_first_review_conference_counts_from_the_initial_one(made: Council) -> None:
    made.fire("cp_conference:C07:1", "cease", by="iris", reason="That plan has ended")
    follow(made, INITIAL)
    shown = made.show("cp_conference:C07:2")
    assert (shown["due_on"], shown["data"]["turn"]) == ("2026-07-02", "first")
    assert shown["data"]["source"] == INITIAL


def test_a_conference_says_whether_a_plan_was_made(made: Council) -> None:
    hold(made, INITIAL)
    told = made.refusal(INITIAL, "record", by="sam", no_views_reason="A baby")
    assert "It is not said whether a plan was made" in told


def test_two_discussions_are_two_conferences(made: Council) -> None:
    assert begin(made, "initial_cp_conference", "C07", "2026-03-31") != INITIAL


# ------------------------------------------------------------------ the date
@every
def test_it_is_late_from_midnight_after_the_due_day(made: Council, process: str) -> None:
    due_on = date.fromisoformat(FIRST_DUE[process])
    made.at(f"{due_on} 23:59")
    assert made.show(of(process))["late"] is False
    made.at(f"{due_on + timedelta(days=1)} 00:01")
    assert made.show(of(process))["late"] is True


def test_a_date_of_the_law_climbs_its_own_ladder(made: Council) -> None:
    made.at("2026-05-15 08:00").passes()
    assert made.levels(CLA) == [
        ("R1", "2026-04-15"), ("R2", "2026-04-27"), ("R0", "2026-04-29"),
        ("L0", "2026-04-30"), ("L1", "2026-05-01"), ("L2", "2026-05-05"), ("L3", "2026-05-14"),
    ]  # fmt: skip
    assert [one["reason"] for one in made.show(CLA)["blocked"]] == ["overdue_l2"]
    assert {"iris", "sandy", "ada", "dana"} <= {to for to, _ in made.told(CLA)}


@pytest.mark.parametrize("process", ["pep", "cin_review"])
def test_what_no_law_dates_climbs_the_standard_ladder(made: Council, process: str) -> None:
    made.at("2026-12-31 08:00").passes()
    found = [level for level, _ in made.levels(of(process)) if level.startswith("L")]
    nominal = dict(made.levels(of(process)))
    assert found == ["L0", "L1", "L2", "L3"]
    assert nominal["L1"] == {"pep": "2026-04-22", "cin_review": "2026-10-07"}[process]


def test_a_date_that_is_booked_late_stays_late(made: Council) -> None:
    made.fire(CLA, "book", by="iris", planned_on="2026-05-07", reason="School holidays")
    made.at("2026-05-05 08:00").passes()
    assert made.levels(CLA)[-1] == ("L2", "2026-05-05")


@pytest.mark.parametrize(
    ("held_on", "lateness"), [("2026-04-29", "on_time"), ("2026-04-30", "late_unexcused")]
)
def test_whether_it_was_in_time_is_judged_by_the_day_it_was_held(
    made: Council, held_on: str, lateness: str
) -> None:
    made.at("2026-05-08 10:00").passes()
    hold(made, CLA, held_on)
    shown = made.show(CLA)
    late = lateness != "on_time"
    assert (shown["late"], shown["lateness"], shown["data"]["held_late"]) == (late, lateness, late)
    (own,) = (one for one in shown["deadlines"] if one["name"] == "due")
    assert own["met_at"] == {"2026-04-29": "2026-04-28T23:00:00Z"}.get(
        held_on, "2026-04-29T23:00:00Z"
    )


def test_the_day_booked_for_is_recalled_that_morning(made: Council) -> None:
    made.fire(CLA, "book", by="iris", planned_on="2026-04-10")
    made.at("2026-04-10 07:00").passes()
    assert made.levels(CLA, "meeting_on") == [("R1", "2026-04-10")]


def test_the_record_has_ten_working_days_of_its_own(made: Council) -> None:
    hold(made, CLA)
    assert made.falls(CLA, "record_by") == "2026-04-20"
    made.at("2026-04-21 08:00").passes()
    assert ("L0", "2026-04-21") in made.levels(CLA, "record_by")


@pytest.mark.parametrize(
    ("process", "moved_to"),
    [("cla_review", "2026-04-30"), ("pep", "2026-04-16"), ("core_group", "2026-04-16"),
     ("initial_cp_conference", "2026-04-23"), ("social_work_assessment", "2026-06-08"),
     ("cp_conference", "2026-06-30"), ("cin_review", "2026-09-30")],
)  # fmt: skip
def test_a_bank_holiday_proclaimed_late_moves_working_days_and_no_months(
    made: Council, process: str, moved_to: str
) -> None:
    holidays.add_holiday(made.ctx, date(2026, 4, 8), "Thanks", now=made.now, actor="cli:test")
    assert made.show(of(process))["due_on"] == moved_to


@pytest.mark.parametrize("state", ["booked", "held"])
def test_a_proclaimed_holiday_moves_what_is_booked_and_leaves_what_was_held(
    made: Council, state: str
) -> None:
    if state == "booked":
        made.fire(CLA, "book", by="iris", planned_on="2026-04-20")
    else:
        hold(made, CLA)
    holidays.add_holiday(made.ctx, date(2026, 4, 8), "Thanks", now=made.now, actor="cli:test")
    assert made.show(CLA)["due_on"] == {"booked": "2026-04-30", "held": "2026-04-29"}[state]


@pytest.mark.parametrize(("is_held", "period"), [(0, "2026-06"), (1, "2026-04")])
def test_a_pep_that_was_held_keeps_the_month_it_counts_for(
    made: Council, is_held: int, period: str
) -> None:
    made.at("2026-04-17 10:00")
    reference = begin(made, "pep", "C97", "2026-04-16")
    assert (made.show(reference)["due_on"], *data(made, reference, "period")) == (
        "2026-04-30",
        "2026-04",
    )
    if is_held:
        made.fire(reference, "hold", by="vera", held_on=made.today)
    holidays.add_holiday(made.ctx, date(2026, 4, 28), "Thanks", now=made.now, actor="cli:test")
    assert data(made, reference, "period") == (period,)


def test_closing_the_offices_moves_nothing(made: Council) -> None:
    holidays.add_holiday(
        made.ctx, date(2026, 4, 8), "Closed", now=made.now, actor="cli:test", local=True
    )
    assert made.show(CLA)["due_on"] == "2026-04-29"


def test_how_the_date_was_counted_is_shown(made: Council) -> None:
    shown = {one["name"]: one for one in made.show(CLA)["deadlines"]}
    assert shown["first_by"]["due_on"] == shown["due"]["due_on"] == "2026-04-29"
    assert "second_by" not in shown


# ------------------------------------------------------------------ ending, and starting by hand
@every
def test_it_ceases_from_every_open_state_with_a_reason(made: Council, process: str) -> None:
    reference = of(process)
    if process in {"pep", "cin_review"}:
        hold(made, reference)
    elif process in REVIEWED:
        made.fire(reference, "book", by="iris", planned_on=made.today)
    made.fire(reference, "cease", by=WHO[process][2], reason="She has gone home.")
    shown = made.show(reference)
    assert (shown["state"], shown["final"], shown["data"]["ceased_because"]) == (
        "ceased",
        True,
        "ended",
    )
    assert [one for one in made.listed(process=process) if one["subject"] == "C07"] == []


def test_starting_the_same_one_again_changes_nothing(made: Council) -> None:
    assert begin(made, "cla_review", "C07", "2026-04-01") == CLA
    assert made.show(CLA)["due_on"] == "2026-04-29"


def test_a_second_one_is_not_started_beside_an_open_one(made: Council) -> None:
    with pytest.raises(TransitionRefused, match="cla_review:C07:1 is open for this child"):
        begin(made, "cla_review", "C07", "2026-04-01", number=2)


def test_one_of_any_number_may_be_started_where_none_is_open(made: Council) -> None:
    reference = begin(made, "cla_review", "C99", "2025-08-31", number=4)
    assert (reference, made.show(reference)["due_on"]) == ("cla_review:C99:4", "2026-02-28")


def test_beyond_the_known_bank_holidays_it_is_blocked_and_names_the_year(made: Council) -> None:
    last = made.ctx.published.last_year
    made.at(f"{last}-12-22 09:00")
    reference = begin(made, "cla_review", "C99", f"{last}-12-20")
    shown = made.show(reference)
    assert (shown["due_on"], [one["reason"] for one in shown["blocked"]]) == (
        None,
        ["system_fault"],
    )
    assert str(last + 1) in shown["blocked"][0]["note"]


def test_the_shortest_way_on_is_to_hold_it(made: Council) -> None:
    found = why.why(made.ctx, CLA, now=made.now)
    assert [one["trigger"] for one in found["way_out"]] == ["hold", "record"]


def test_the_clock_change_moves_no_day(made: Council) -> None:
    # Due on the Sunday on which the clocks go back: it is late from 00:00 London of the Monday.
    reference = begin(made, "cin_review", "C98", "2026-03-02", number=1)
    assert made.show(reference)["due_on"] == "2026-09-02"
    made.now = london("2026-09-02 23:59")
    assert made.show(reference)["late"] is False
