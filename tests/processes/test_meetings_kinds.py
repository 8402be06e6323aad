"""What each meeting of the framework asks for besides: who answers, what it looks at, what it must say or decide."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import meetings
import pytest
from council import Council, narrowed
from hands import leaves
from meetings import GROUP, TOP

from qa_workflow.errors import BadData, TransitionRefused
from qa_workflow.patterns.meeting import RecurringMeeting
from qa_workflow.processes import all_processes
from qa_workflow.store import links

SIP, WDP, ROUND = (
    "service_improvement_plan:2026-01",
    "workforce_development_plan:2026-03",
    "case_audit_round:2025-26:A",
)


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Council]:
    """Give a council on Monday 2 March 2026 for which no calendar plans anything."""
    with meetings.standing(tmp_path) as council:
        yield council


def awaiting(council: Council, *references: str) -> None:
    """Let documents and a round await scrutiny."""
    for one in references:
        state = "governance_review" if one == ROUND else "awaiting_scrutiny"
        meetings.neighbour(council, one.partition(":")[0], state, one)


# ------------------------------------------------------------------ Moving to Excellence Board
def test_what_awaits_scrutiny_is_gathered_for_the_board(made: Council) -> None:
    awaiting(made, SIP, ROUND)
    meetings.neighbour(made, "workforce_development_plan", "draft", WDP)
    reference = meetings.at_state(made, "agenda_set")
    data = made.show(reference)["data"]
    assert (data["agenda"], data["for_scrutiny"]) == ([ROUND, SIP], [ROUND, SIP])


def test_what_is_ready_after_the_papers_have_closed_waits_for_the_next_board(made: Council) -> None:
    reference = meetings.at_state(made, "agenda_set")
    awaiting(made, SIP)
    meetings.take(made, reference, "held")
    assert made.show(reference)["data"]["agenda"] == []


def test_the_board_closes_only_with_an_answer_to_each(made: Council) -> None:
    awaiting(made, SIP, WDP, ROUND)
    reference = meetings.at_state(made, "actions_logged")
    waits = "Neither approved nor returned nor carried on with a reason: "
    assert made.refusal(reference, "close", by="ada") == f"{waits}{ROUND}, {SIP}, {WDP}."
    meetings.stand(made, ROUND, "closed", closed_at="2026-03-26 12:00")  # approved
    meetings.stand(made, SIP, "draft")  # returned
    assert made.refusal(reference, "close", by="ada") == f"{waits}{WDP}."
    carried = {"reference": WDP, "reason": "The training plan is missing."}
    made.fire(reference, "close", by="ada", carried=[carried])
    assert made.show(reference)["data"]["carried"] == [carried]


def test_only_what_was_brought_is_carried_and_what_has_its_answer_is_not(made: Council) -> None:
    awaiting(made, SIP)
    reference = meetings.at_state(made, "actions_logged")
    said = {"reference": WDP, "reason": "Not here."}
    assert (
        made.refusal(reference, "close", by="ada", carried=[said])
        == f"Not brought for scrutiny: {WDP}."
    )
    meetings.stand(made, SIP, "approved", closed_at="2026-03-26 12:00")
    made.fire(reference, "close", by="ada", carried=[{"reference": SIP, "reason": "Late."}])
    assert "carried" not in made.show(reference)["data"]


def test_a_late_paper_is_scrutinised_too(made: Council) -> None:
    reference = meetings.at_state(made, "agenda_set")
    awaiting(made, SIP)
    made.fire(reference, "add_late_item", by="ada", item=SIP, reason="Signed late")
    meetings.take(made, reference, "actions_logged")
    assert SIP in made.refusal(reference, "close", by="ada")


def test_the_meeting_follows_up_what_was_on_its_agenda(made: Council) -> None:
    awaiting(made, SIP)
    reference = meetings.at_state(made, "held")
    with made.ctx.database.reading() as connection:
        kept = [(one.from_ref, one.kind, one.to_ref) for one in links.of(connection, [SIP])]
    assert (reference, "follows", SIP) in kept


def test_an_item_in_words_is_on_the_agenda_and_is_no_link(made: Council) -> None:
    reference = meetings.at_state(made, "agenda_set")
    for item in ("The budget of 2027", "C03"):
        made.fire(reference, "add_late_item", by="ada", item=item, reason="Asked for")
    meetings.take(made, reference, "held")
    shown = made.show(reference)
    assert shown["data"]["agenda"] == ["The budget of 2027", "C03"]
    assert [one for one in shown["links"] if one["kind"] == "follows"] == []


# ------------------------------------------------------------------ Strategic Placement Group
ALL_FOUR = {"attendees": ["cora", "cass"], "apologies": ["sandy", "finn"]}


@pytest.fixture
def group(made: Council) -> Council:
    """Give it with the Strategic Placement Group of March about to sit."""
    meetings.at_state(made, "agenda_set", "strategic_placement_group")
    return made.at("2026-03-26 11:00")


@pytest.mark.parametrize(
    ("silent", "role"),
    [("cora", "commissioning"), ("cass", "sm_csc"), ("sandy", "sm_sqa"), ("finn", "finance")],
)
def test_each_of_the_four_is_recorded_as_present_or_with_apologies(
    group: Council, silent: str, role: str
) -> None:
    said = {key: [one for one in some if one != silent] for key, some in ALL_FOUR.items()}
    assert (
        group.refusal(GROUP, "hold", by="ada", **said)
        == f"Recorded neither as present nor with apologies: {role}."
    )
    group.fire(GROUP, "hold", by="ada", **ALL_FOUR)
    assert group.state(GROUP) == "held"


def test_a_post_that_nobody_holds_is_said_to_be_vacant(group: Council) -> None:
    said = {**ALL_FOUR, "apologies": ["sandy"], "vacant": ["finance"]}
    assert group.refusal(GROUP, "hold", by="ada", **said) == "finance is not vacant: finn."
    leaves(group, "finn", "2026-03-25")
    group.fire(GROUP, "hold", by="ada", **said)
    assert group.show(GROUP)["data"]["vacant"] == ["finance"]


def test_whoever_holds_two_of_the_offices_answers_for_both(group: Council) -> None:
    group.import_people([("cora", "Cora Contracts", "commissioning;finance", "", "ada")])
    leaves(group, "finn", "2026-03-25")
    group.fire(GROUP, "hold", by="ada", attendees=["cora", "cass", "sandy"])
    assert group.state(GROUP) == "held"


def test_only_ad_people_chairs_the_group(group: Council) -> None:
    assert group.who_may(GROUP, "hold", **ALL_FOUR) == {"ada"}


def test_the_group_looks_at_audits_of_providers_and_at_what_was_asked_of_them(
    made: Council,
) -> None:
    first = meetings.plan(made, "strategic_placement_group")
    meetings.take(made, first, "closed")
    made.at("2026-04-01 09:00")
    of = "provider_audit:P04:2026"
    meetings.neighbour(made, "provider_audit", "actions_open", of)
    meetings.neighbour(made, "provider_audit", "visited", "provider_audit:P05:2026")
    meetings.neighbour(
        made, "provider_audit", "compliant", "provider_audit:P06:2026", closed_at="2026-04-02 12:00"
    )
    meetings.neighbour(
        made, "provider_audit", "compliant", "provider_audit:P07:2025", closed_at="2026-03-25 23:59"
    )
    meetings.neighbour(made, "recommendation", "assigned", "recommendation:R-0008", source=of)
    meetings.neighbour(
        made,
        "recommendation",
        "assigned",
        "recommendation:R-0009",
        source="case_audit:2025-26-A:C01",
    )
    second = meetings.plan(
        made, "strategic_placement_group", "2026-04", opens_on="2026-04-01", due_on="2026-04-30"
    )
    meetings.step(made, second, sits_on="2026-04-22")
    meetings.take(made, second, "agenda_set")
    shown = made.show(second)["data"]
    assert shown["agenda"] == [of, "provider_audit:P06:2026", "recommendation:R-0008"]
    assert shown["for_scrutiny"] == []


def test_the_group_looks_at_the_tenders_that_were_checked(made: Council) -> None:
    meetings.neighbour(made, "tender_check", "safeguarding_check", "tender_check:lot2")
    tender = meetings.neighbour(
        made, "tender_check", "recorded", "tender_check:2026-02", closed_at="2026-02-27 12:00"
    )
    meetings.at_state(made, "agenda_set", "strategic_placement_group")
    assert made.show(GROUP)["data"]["agenda"] == [tender]


def test_the_team_meeting_looks_at_each_pep_and_pathway_plan_that_was_reviewed(
    made: Council,
) -> None:
    meetings.neighbour(made, "pep", "due", "pep:C03:2")
    reviewed = [
        meetings.neighbour(made, process, "recorded", reference, closed_at="2026-02-11 12:00")
        for process, reference in (
            ("pathway_plan_review", "pathway_plan_review:C06:3"),
            ("pep", "pep:C03:1"),
        )
    ]
    reference = meetings.at_state(made, "agenda_set", "vsh_team_meeting")
    assert made.show(reference)["data"]["agenda"] == reviewed


def test_what_ended_on_the_day_it_last_met_is_looked_at_rather_twice_than_never(
    made: Council,
) -> None:
    meetings.take(made, meetings.plan(made, "strategic_placement_group"), "closed")
    ended = meetings.neighbour(
        made, "provider_audit", "compliant", "provider_audit:P06:2026", closed_at="2026-03-26 00:00"
    )
    second = meetings.plan(
        made, "strategic_placement_group", "2026-04", opens_on="2026-04-01", due_on="2026-04-30"
    )
    meetings.step(made, second, sits_on="2026-04-22")
    meetings.take(made, second, "agenda_set")
    assert made.show(second)["data"]["agenda"] == [ended]


# ------------------------------------------------------------------ topics
@pytest.mark.parametrize(
    "process",
    ["strategic_placement_group", "send_programme_board", "senco_network", "vsh_team_meeting",
     "adoption_panel_feedback", "learning_event"],
)  # fmt: skip
def test_the_minutes_say_what_came_of_each_topic_of_the_framework(
    made: Council, process: str
) -> None:
    reference = meetings.at_state(made, "held", process)
    kind = meetings.KINDS[process]
    covered: dict[str, str] = dict((kind.minute or {})["covered"])
    topic = list(covered)[-1]
    minutes = {"minutes_reference": "MIN-1", "covered": {**covered, topic: " "}}
    assert (
        made.refusal(reference, "minute", by=kind.organiser, **minutes)
        == f"It is not said what came of: {topic}."
    )
    minutes["covered"] = {**covered, "parking": "Full."}
    assert "No topic of this meeting: parking." in made.refusal(
        reference, "minute", by=kind.organiser, **minutes
    )
    meetings.step(made, reference)
    assert made.show(reference)["data"]["covered"] == covered


@pytest.mark.parametrize(
    ("process", "role"),
    [
        ("senco_network", "senco"),
        ("vsh_team_meeting", "practitioner"),
        ("group_supervision", "practitioner"),
    ],
)
def test_without_those_for_whom_it_is_a_meeting_is_inquorate(
    made: Council, process: str, role: str
) -> None:
    reference = meetings.at_state(made, "agenda_set", process)
    made.at("2026-03-26 11:00")
    why = made.refusal(reference, "hold", by=meetings.KINDS[process].chair, attendees=["finn"])
    assert why == f"Nobody was there as {role}, so the meeting is inquorate."
    assert made.state(meetings.take(made, reference, "held")) == "held"


def test_the_send_programme_board_looks_at_plan_report_and_panels(made: Council) -> None:
    plan = meetings.neighbour(
        made, "send_action_plan", "awaiting_scrutiny", "send_action_plan:2026-03"
    )
    report = meetings.neighbour(made, "send_board_report", "submitted", "send_board_report:2026-03")
    panel = meetings.neighbour(
        made, "send_panel", "closed", "send_panel:2026-02", closed_at="2026-02-28 12:00"
    )
    reference = meetings.at_state(made, "agenda_set", "send_programme_board")
    data = made.show(reference)["data"]
    assert (sorted(data["agenda"]), data["for_scrutiny"]) == (sorted([plan, report, panel]), [plan])


# ------------------------------------------------------------------ Top three
CASES = ["C01", "C02", "C03"]
URGENT = "They cannot wait"


def top(council: Council, state: str, items: list[str]) -> None:
    """Take the Top three meeting to *state*, with these items: none is on its list, so it is said why."""
    meetings.at_state(council, "scheduled", "top_three")
    meetings.step(council, TOP, items=items, reason=URGENT)
    meetings.take(council, TOP, state)


def test_at_most_three_cases_come_to_the_top_three(made: Council) -> None:
    meetings.at_state(made, "scheduled", "top_three")
    made.at("2026-03-24 09:00")
    assert (
        made.refusal(TOP, "set_agenda", by="quinn", items=[*CASES, "C04"], reason=URGENT)
        == "The meeting takes at most 3 items."
    )
    made.fire(TOP, "set_agenda", by="quinn", items=[*CASES, "C03"], reason=URGENT)
    assert made.show(TOP)["data"]["agenda"] == CASES
    late = made.refusal(TOP, "add_late_item", by="sean", item="C04", reason="Worse")
    assert late == "The meeting takes at most 3 items."


def action(about: str) -> dict[str, Any]:
    """Return what unblocks a case."""
    return {"what": "Find a placement", "owner": "cass", "due_on": "2026-04-02", "about": about}


ACCEPTED = {"reference": "C02", "reason": "The court decides in April."}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"actions": [action("C01")]}, "Neither an action nor an acceptance for: C02."),
        ({"accepted": [ACCEPTED]}, "Neither an action nor an acceptance for: C01."),
        ({"no_actions": True}, "Neither an action nor an acceptance for: C01, C02."),
        ({"accepted": [{**ACCEPTED, "reference": "C09"}]}, "Not on the agenda: C09."),
    ],
)
def test_no_case_leaves_the_top_three_undecided(
    made: Council, said: dict[str, Any], why: str
) -> None:
    top(made, "minuted", ["C01", "C02"])
    assert made.refusal(TOP, "log_actions", by="quinn", **said) == why


def test_each_case_of_the_top_three_is_unblocked_or_accepted(made: Council) -> None:
    top(made, "minuted", ["C01", "C02"])
    made.fire(TOP, "log_actions", by="quinn", actions=[action("C01")], accepted=[ACCEPTED])
    shown = made.show(TOP)
    assert (shown["data"]["accepted"], shown["children"]) == ([ACCEPTED], ["action:A-0001"])
    made.fire(TOP, "close", by="sean")


def test_accepting_each_case_says_that_nothing_is_to_be_done(made: Council) -> None:
    top(made, "minuted", ["C02"])
    made.fire(TOP, "log_actions", by="quinn", accepted=[ACCEPTED])
    assert made.show(TOP)["children"] == []


# ------------------------------------------------------------------ the annual Ofsted meeting
OFSTED = "annual_ofsted_meeting:2026-03"


@pytest.fixture
def ofsted(made: Council) -> Council:
    """Give it with the annual Ofsted meeting about to sit."""
    meetings.at_state(made, "agenda_set", "annual_ofsted_meeting")
    return made.at("2026-03-26 11:00")


@pytest.mark.parametrize("state", ["submitted", "received", "noted", "actions_raised"])
def test_it_rests_on_the_self_assessment_of_its_year(ofsted: Council, state: str) -> None:
    closed = "2026-03-20 12:00" if state in {"noted", "actions_raised"} else None
    meetings.neighbour(
        ofsted,
        "self_assessment",
        state,
        "self_assessment:2026-03",
        closed_at=closed,
        period="2026-03",
    )
    ofsted.fire(OFSTED, "hold", by="dana")
    assert ofsted.state(OFSTED) == "held"


@pytest.mark.parametrize(("state", "period"), [("drafting", "2026-03"), ("submitted", "2025-10")])
def test_without_it_the_meeting_says_why_it_sits(ofsted: Council, state: str, period: str) -> None:
    meetings.neighbour(ofsted, "self_assessment", state, f"self_assessment:{period}", period=period)
    why = ofsted.refusal(OFSTED, "hold", by="dana")
    assert why == "Nothing of 2026 was submitted (self_assessment), and it is not said why."
    ofsted.fire(OFSTED, "hold", by="dana", why_without="It is being signed.")
    assert ofsted.show(OFSTED)["data"]["why_without"] == "It is being signed."


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({}, "The date of the letter, or where it is kept, is not said."),
        ({"letter_on": "2026-04-01"}, "The date of the letter, or where it is kept, is not said."),
        (
            {"letter_on": "2026-03-25", "letter_reference": "LET-1"},
            "The meeting was held on Thursday 26 March 2026, after that date.",
        ),
        (
            {"letter_on": "2026-04-02", "letter_reference": "LET-1"},
            "The date of the letter is 02 April 2026, which has not come yet.",
        ),
    ],
)
def test_ofsteds_letter_has_its_date_and_its_place(
    ofsted: Council, said: dict[str, str], why: str
) -> None:
    meetings.take(ofsted, OFSTED, "minuted")
    ofsted.at("2026-04-01 09:00")
    assert ofsted.refusal(OFSTED, "receive_letter", by="quinn", **said) == why
    ofsted.fire(
        OFSTED, "receive_letter", by="quinn", letter_on="2026-04-01", letter_reference="LET-1"
    )
    shown = ofsted.show(OFSTED)
    assert (shown["state"], shown["data"]["letter_on"], shown["data"]["letter_reference"]) == (
        "minuted", "2026-04-01", "LET-1",
    )  # fmt: skip


def test_ofsteds_letter_may_come_on_the_very_day(ofsted: Council) -> None:
    meetings.take(ofsted, OFSTED, "held")
    ofsted.fire(
        OFSTED, "receive_letter", by="quinn", letter_on="2026-03-26", letter_reference="LET-1"
    )
    assert ofsted.show(OFSTED)["data"]["letter_on"] == "2026-03-26"


def test_no_other_meeting_waits_for_a_letter(made: Council) -> None:
    reference = meetings.at_state(made, "held")
    offered = {one["trigger"] for one in made.show(reference)["can"]}
    assert "receive_letter" not in offered


# ------------------------------------------------------------------ group supervision
@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({}, "No live case was discussed, and it is not said why."),
        ({"cases": [{"case": "C99", "learning_reference": "LEARN-1"}]}, "No open case: C99."),
    ],
)
def test_a_live_case_is_discussed_or_it_is_said_why_none(
    made: Council, said: dict[str, Any], why: str
) -> None:
    reference = meetings.at_state(made, "held", "group_supervision")
    assert made.refusal(reference, "minute", by="sam", minutes_reference="MIN-1", **said) == why
    made.fire(
        reference,
        "minute",
        by="sam",
        minutes_reference="MIN-1",
        why_no_case="A closed one was looked at.",
    )
    assert made.show(reference)["data"]["why_no_case"] == "A closed one was looked at."


def test_a_case_that_has_closed_is_no_live_case(made: Council) -> None:
    reference = meetings.at_state(made, "held", "group_supervision")
    made.import_cases(meetings.CASES[1:], as_of=made.today)
    said = {"cases": [{"case": "C01", "learning_reference": "LEARN-1"}]}
    assert (
        made.refusal(reference, "minute", by="sam", minutes_reference="MIN-1", **said)
        == "No open case: C01."
    )


def test_the_learning_is_kept_by_reference(made: Council) -> None:
    reference = meetings.at_state(made, "minuted", "group_supervision")
    assert made.show(reference)["data"]["cases"] == [
        {"case": "C01", "learning_reference": "LEARN-1"}
    ]


def test_either_of_two_managers_leads_it(made: Council) -> None:
    reference = meetings.at_state(made, "agenda_set", "group_supervision")
    assert made.at("2026-03-26 11:00").who_may(reference, "hold") == {"sam", "cass"}


# ------------------------------------------------------------------ begun by hand
@pytest.mark.parametrize(
    ("process", "subject", "said", "why"),
    [
        ("learning_event", "neglect", {"kind": "deep_dive"}, "It is not said by when it is held."),
        ("learning_event", "neglect", {"due_on": "2026-03-20"},
         "It is not said which kind it is: development_day, deep_dive, challenge_event."),
        ("learning_event", "neglect", {"due_on": "2026-03-01", "kind": "deep_dive"}, "Sunday 1 March 2026 is over."),
        ("adoption_panel_feedback", "C07", {}, "It is not said by when it is held."),
        ("top_three", "2026-02-27", {}, "Friday 27 February 2026 is over."),
    ],
)  # fmt: skip
def test_what_no_calendar_asks_for_says_its_day_and_its_kind(
    made: Council, process: str, subject: str, said: dict[str, str], why: str
) -> None:
    with pytest.raises(TransitionRefused) as refused:
        made.start(process, subject, by="quinn", **said)
    assert str(refused.value) == why
    assert made.listed(process=process) == []


def test_a_kind_is_asked_for_where_there_are_kinds_only(made: Council) -> None:
    with pytest.raises(BadData):
        made.start(
            "adoption_panel_feedback", "C07", by="pia", due_on="2026-03-20", kind="deep_dive"
        )


def test_the_calendar_says_by_when_it_is_held_and_nobody_else(made: Council) -> None:
    made.ctx = narrowed(replace(made.ctx, lines=made.ctx.framework.lines), {"MEB"})
    why = "The framework calendar asks for it by Tuesday 31 March 2026"
    with pytest.raises(TransitionRefused, match=why):
        made.start("moving_to_excellence_board", "2026-03", by="quinn", due_on="2026-04-30")
    started = made.start("moving_to_excellence_board", "2026-03", by="quinn", due_on="2026-03-31")
    assert (started.due_on, started.data["opens_on"]) == (date(2026, 3, 31), "2026-03-01")


# ------------------------------------------------------------------ what they look at
def looked_at() -> set[tuple[str, str]]:
    """Return what each meeting looks at, as (meeting, process:state)."""
    shapes = [one.shape for one in all_processes().values()]
    return {
        (shape.name, name)
        for shape in shapes
        if isinstance(shape, RecurringMeeting)
        for name in (*shape.scrutinises, *shape.reviews, *shape.rests_on)
    }


def test_what_a_meeting_looks_at_is_a_process_and_a_state_of_it() -> None:
    known = all_processes()
    there = {(f"{name}:{state}") for name, one in known.items() for state in one.states}
    assert {(meeting, wanted) for meeting, wanted in looked_at() if wanted not in there} == set()


def test_every_meeting_of_the_framework_is_told_of_here() -> None:
    made = {
        name for name, one in all_processes().items() if isinstance(one.shape, RecurringMeeting)
    }
    assert made == set(meetings.KINDS)
