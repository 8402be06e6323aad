"""Starting an instance by hand: once for each business key, from the day its clock counts."""

from dataclasses import replace
from datetime import date
from enum import StrEnum, auto
from typing import Any

import pytest
from council import AUTUMN, SPRING, Council
from pydantic import Field

from qa_workflow.engine.deadlines import stored_date
from qa_workflow.engine.definition import (
    Asks,
    Deadline,
    Facts,
    ProcessDefinition,
    Refusal,
    Transition,
    Within,
    guard,
)
from qa_workflow.engine.instance import Json, ProcessInstance
from qa_workflow.engine.people import Delegation
from qa_workflow.errors import BadData, NotPermitted, TransitionRefused, UnknownPerson, WrongInput
from qa_workflow.patterns.actions import ActionItem
from qa_workflow.patterns.guards import not_in_the_future
from qa_workflow.patterns.ladders import STANDARD
from qa_workflow.service import starting
from qa_workflow.service.input import checked
from qa_workflow.service.work import Work
from qa_workflow.store import people


class _Deep(Asks):
    """A form in which a day stands deep down."""

    sections: dict[str, dict[str, tuple[ActionItem, ...]]] = Field(title="Sections")


def start(
    council: Council,
    process: str = "recommendation",
    subject: str = "C01",
    **said: Any,  # noqa: ANN401 - any option
) -> ProcessInstance:
    return starting.start_process(
        council.ctx, process, subject, now=council.now, actor="cli:test", **said
    )


def test_the_same_business_key_twice_is_one_instance(council: Council) -> None:
    first = start(council, "case_audit_round", "2025-26:A")
    council.later(days=1)
    assert start(council, "case_audit_round", "2025-26:A") == first


def test_the_same_business_key_twice_writes_nothing_the_second_time(council: Council) -> None:
    start(council, "case_audit_round", "2025-26:A")
    start(council, "case_audit_round", "2025-26:A")
    assert [entry["action"] for entry in council.history(AUTUMN)] == ["start"]


def test_what_the_planner_created_is_what_a_start_by_hand_answers_with(council: Council) -> None:
    council.passes()
    assert start(council, "case_audit_round", "2025-26:A").reference == AUTUMN
    assert len(council.listed(process="case_audit_round")) == 1


def test_numbered_processes_count_up(council: Council) -> None:
    assert [start(council).reference for _ in range(2)] == [
        "recommendation:R-0001",
        "recommendation:R-0002",
    ]


def test_numbers_of_a_subject_count_for_that_subject(council: Council) -> None:
    started = [
        start(council, "immediate_concern", subject).reference for subject in ("C01", "C02", "C01")
    ]
    assert started == [
        "immediate_concern:C01:1",
        "immediate_concern:C02:1",
        "immediate_concern:C01:2",
    ]


def test_an_instance_about_a_known_case_belongs_to_its_team(council: Council) -> None:
    started = start(council)
    assert (started.case_id, started.team) == ("C01", "North")


def test_a_subject_that_was_never_imported_can_be_started(council: Council) -> None:
    started = start(council, subject="X99")
    assert (started.subject, started.case_id, started.team) == ("X99", None, None)


def test_the_clock_counts_from_the_day_given(council: Council) -> None:
    started = start(council, on=date(2025, 8, 25))
    assert (started.entered_on, started.data["started_on"]) == (date(2025, 8, 25), "2025-08-25")


def test_an_instance_started_today_begins_at_this_instant(council: Council) -> None:
    assert start(council).opened_at == council.now


def test_a_day_that_has_not_come_is_refused(council: Council) -> None:
    with pytest.raises(WrongInput, match="has not come yet"):
        start(council, on=date(2025, 9, 2))


@pytest.mark.parametrize("process", ["annual_report", "supervision", "section_11_audit"])
def test_a_day_further_back_than_any_clock_counts_is_refused(
    council: Council, process: str
) -> None:
    with pytest.raises(WrongInput, match="0001-01-01 lies before 1900"):
        start(council, process, "pat", on=date(1, 1, 1))
    assert council.listed(process=process) == []


def test_the_calendar_gives_a_planned_instance_its_date(council: Council) -> None:
    assert start(council, "case_audit_round", "2025-26:B").due_on == date(2026, 5, 31)


@pytest.mark.parametrize("period", ["2025-26:C", "nonsense", "0001-02:A", "9998-99:A", "9999-00:A"])
def test_a_period_the_calendar_does_not_have_is_refused_with_one_it_has(
    council: Council, period: str
) -> None:
    with pytest.raises(WrongInput, match="it is written like 202"):
        start(council, "case_audit_round", period)


def test_an_unknown_process_is_refused_with_those_there_are(council: Council) -> None:
    with pytest.raises(
        WrongInput, match=r"There is no process 'audit'\. There are: .*case_audit, "
    ):
        start(council, "audit")


def test_what_a_parent_starts_is_not_started_by_hand(council: Council) -> None:
    with pytest.raises(
        WrongInput, match="case_audit is not started by hand: case_audit_round starts each one"
    ):
        start(council, "case_audit")


def test_a_start_without_a_subject_is_refused(council: Council) -> None:
    with pytest.raises(WrongInput, match="The subject is empty"):
        start(council, subject="  ")


def test_a_start_names_the_person_it_was_made_for(council: Council) -> None:
    assert council.history(start(council, as_person="sandy").reference)[0]["actor"] == "sandy"


def test_without_a_person_a_start_names_the_login(council: Council) -> None:
    assert council.history(start(council).reference)[0]["actor"] == "cli:test"


def test_nobody_unknown_starts_anything(council: Council) -> None:
    with pytest.raises(UnknownPerson, match="'nobody' is not in the roster"):
        start(council, as_person="nobody")


def test_data_that_is_not_asked_for_is_refused(council: Council) -> None:
    with pytest.raises(BadData, match="colour: is not asked for here"):
        start(council, data={"colour": "red"})


@pytest.mark.parametrize(
    ("process", "data", "place"),
    [
        ("getting_to_outstanding", {"due_on": "9999-12-31"}, "due_on"),
        ("peer_audit", {"launched_on": "0001-01-01"}, "launched_on"),
    ],
)
def test_a_start_on_a_day_that_no_calendar_reaches_is_bad_input(
    council: Council, process: str, data: dict[str, str], place: str
) -> None:
    with pytest.raises(BadData) as caught:
        start(council, process, "extra", data=data)
    assert list(caught.value.problems) == [place]


@pytest.mark.parametrize(
    ("sent", "place", "said"),
    [
        ({"sections": []}, "sections", "is a table of names and values"),
        ({"sections": {"one": {"actions": "x"}}}, "sections.one.actions", "is a list, even of one"),
        (
            {
                "sections": {
                    "one": {"actions": [{"what": "x", "owner": "pat", "due_on": "31/3/26"}]}
                }
            },
            "sections.one.actions.0.due_on",
            "is a date, written like 2026-03-31",
        ),
    ],
)
def test_what_cannot_be_read_is_told_in_plain_words(
    council: Council, sent: dict[str, Any], place: str, said: str
) -> None:
    with council.ctx.database.reading() as connection:
        work = Work(council.ctx, connection, council.now)
        with pytest.raises(BadData) as caught:
            checked(work, _Deep, sent, "submit")
    assert caught.value.problems == {place: said}


def test_a_day_deep_in_what_was_sent_is_named_with_its_place(council: Council) -> None:
    sections = {"one": {"actions": [{"what": "x", "owner": "pat", "due_on": "9999-12-31"}]}}
    with council.ctx.database.reading() as connection:
        work = Work(council.ctx, connection, council.now)
        with pytest.raises(BadData) as caught:
            checked(work, _Deep, {"sections": sections}, "submit")
    assert list(caught.value.problems) == ["sections.one.actions.0.due_on"]


def test_a_person_named_in_the_data_must_be_known(council: Council) -> None:
    with pytest.raises(UnknownPerson, match="'nobody' is not in the roster"):
        start(council, data={"proposed_owner": "nobody"})


def test_a_start_that_is_refused_leaves_nothing(council: Council) -> None:
    with pytest.raises(BadData):
        start(council, data={"priority": "whenever"})
    assert council.listed(include_final=True) == []


def test_a_start_that_is_refused_uses_up_no_number(council: Council) -> None:
    with pytest.raises(BadData):
        start(council, data={"priority": "whenever"})
    assert start(council).reference == "recommendation:R-0001"


def test_the_spring_round_is_not_the_autumn_round(council: Council) -> None:
    start(council, "case_audit_round", "2025-26:A")
    assert start(council, "case_audit_round", "2025-26:B").reference == SPRING


# ------------------------------------------------------------------ who may start, when, under which key
class Visit(Asks):
    """What is known of a visit when it is asked for."""

    kind: str = Field(default="", title="Kind")
    asked_on: date | None = Field(default=None, title="Asked on")


@guard("evidence")
def kind_is_given(_facts: Facts, evidence: Visit) -> Refusal | None:
    """A visit is of some kind."""
    return None if evidence.kind else Refusal(why="No kind is given.", who="whoever asks")


@guard()
def day_has_come(facts: Facts, _evidence: Visit) -> Refusal | None:
    """The day it was asked for is not in the future."""
    return not_in_the_future(stored_date(facts.instance, "asked_on"), facts, "The day")


@guard("actor")
def asked_by_another(facts: Facts, _evidence: Visit) -> Refusal | None:
    """Nobody asks for a visit to themselves."""
    asks_for_self = facts.instance.subject in facts.eyes
    return Refusal(why="You ask for a visit to yourself.") if asks_for_self else None


def by_day(subject: str, day: date, data: Json) -> str:
    return f"visit:{subject}:{data.get('kind', 'plain')}:{day.isoformat()}"


class Stage(StrEnum):
    """Asked for, and made."""

    OPEN = auto()
    DONE = auto()


VISIT = ProcessDefinition(
    name="visit",
    title="A visit",
    version=1,
    states=Stage,
    initial=Stage.OPEN,
    final=frozenset({Stage.DONE}),
    transitions=(Transition("finish", Stage.OPEN, Stage.DONE, role="sm_sqa"),),
    deadlines=(Deadline(name="by", state=Stage.OPEN, due=Within(5), ladder=STANDARD),),
    starts_with=Visit,
    started_by="person",
    key=by_day,
)


def visiting(council: Council, **changes: Any) -> Council:  # noqa: ANN401 - the fields of a definition
    council.ctx = replace(council.ctx, processes={"visit": replace(VISIT, **changes)}, lines=())
    return council


def visit(council: Council, subject: str = "P1", **said: Any) -> ProcessInstance:  # noqa: ANN401 - any option
    return start(council, "visit", subject, **said)


def test_a_process_may_make_its_key_of_subject_day_and_data(council: Council) -> None:
    visiting(council)
    assert visit(council).reference == "visit:P1:plain:2025-09-01"
    started = visit(council, on=date(2024, 2, 29), data={"kind": "follow_up"})
    assert started.reference == "visit:P1:follow_up:2024-02-29"


def test_the_same_made_key_twice_is_one_instance_and_another_day_is_another(
    council: Council,
) -> None:
    visiting(council)
    first = visit(council)
    assert visit(council.later(hours=1)) == first
    assert visit(council.later(days=1)).reference == "visit:P1:plain:2025-09-02"


@pytest.mark.parametrize(
    ("at", "day"), [("2026-05-05 23:59", "2026-05-05"), ("2026-05-06 00:01", "2026-05-06")]
)
def test_a_made_key_names_the_london_day(council: Council, at: str, day: str) -> None:
    assert visit(visiting(council).at(at)).reference == f"visit:P1:plain:{day}"


def test_a_numbered_series_goes_before_a_made_key(council: Council) -> None:
    visiting(council, series="visit:{subject}:")
    assert visit(council).reference == "visit:P1:1"


@pytest.mark.parametrize("person", ["ada", "sandy"])
def test_whoever_holds_one_of_the_roles_may_start(council: Council, person: str) -> None:
    visiting(council, start_roles=("ad_people", "sm_sqa"))
    started = visit(council, as_person=person)
    assert council.history(started.reference)[0]["actor"] == person


@pytest.mark.parametrize(
    ("person", "named"), [("sandy", "Sandy Quality"), (None, "Nobody named with --as")]
)
def test_whoever_holds_none_of_the_roles_may_not(
    council: Council, person: str | None, named: str
) -> None:
    visiting(council, start_roles=("ad_people",))
    with pytest.raises(NotPermitted, match=f"{named} may not start visit: that is for ad_people"):
        visit(council, as_person=person)
    assert council.listed(include_final=True) == []


@pytest.mark.parametrize(
    ("at", "may"),
    [
        ("2025-10-23 23:59", False),
        ("2025-10-24 00:01", True),
        ("2025-10-26 23:59", True),  # the clocks went back that morning
        ("2025-10-27 00:01", False),
    ],
)
def test_a_delegate_may_start_within_the_dates(
    council: Council,
    at: str,
    may: bool,  # noqa: FBT001 - a case
) -> None:
    visiting(council, start_roles=("ad_people",))
    lent = Delegation(
        from_person="ada", to_person="sandy", role="ad_people",
        from_on=date(2025, 10, 24), until_on=date(2025, 10, 26),
    )  # fmt: skip
    with council.ctx.database.transaction() as connection:
        people.save_delegation(connection, lent, recorded_by="ada", recorded_at=council.now)
    council.at(at)
    if may:
        assert visit(council, as_person="sandy").is_open
    else:
        with pytest.raises(NotPermitted):
            visit(council, as_person="sandy")


def test_a_start_that_guards_refuse_gives_every_reason_and_leaves_nothing(council: Council) -> None:
    visiting(council, start_guards=(kind_is_given, day_has_come))
    with pytest.raises(TransitionRefused) as refused:
        visit(council, data={"asked_on": "2025-09-02"})
    assert [(reason.guard, reason.from_on) for reason in refused.value.reasons] == [
        ("kind_is_given", None),
        ("day_has_come", date(2025, 9, 2)),
    ]
    assert council.listed(include_final=True) == []


def test_a_start_that_its_guards_allow_is_made(council: Council) -> None:
    visiting(council, start_guards=(kind_is_given, day_has_come))
    started = visit(council, data={"asked_on": "2025-09-01", "kind": "first"})
    assert (started.data["asked_on"], started.data["kind"]) == ("2025-09-01", "first")


def test_a_guard_of_the_start_knows_who_starts(council: Council) -> None:
    visiting(council, start_guards=(asked_by_another,))
    with pytest.raises(TransitionRefused, match="You ask for a visit to yourself"):
        visit(council, "sandy", as_person="sandy")
    assert visit(council, "sandy", as_person="ada").is_open


def test_a_start_that_a_guard_refuses_uses_up_no_number(council: Council) -> None:
    visiting(council, start_guards=(kind_is_given,), series="visit:{subject}:")
    with pytest.raises(TransitionRefused):
        visit(council)
    assert visit(council, data={"kind": "first"}).reference == "visit:P1:1"


def test_who_may_not_start_is_told_so_before_any_guard_is_asked(council: Council) -> None:
    visiting(council, start_roles=("ad_people",), start_guards=(kind_is_given,))
    with pytest.raises(NotPermitted):
        visit(council, as_person="sandy")


def test_what_stands_already_is_answered_with_though_a_guard_would_refuse_it_now(
    council: Council,
) -> None:
    visiting(council, start_guards=(kind_is_given,), key=lambda subject, *_: f"visit:{subject}")
    first = visit(council, data={"kind": "first"})
    assert visit(council) == first
