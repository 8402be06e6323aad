"""An annual review from the invitation to the decision: who moves it, and what each step needs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import reviews
from council import Council
from reviews import CEASE, K12, MAINTAIN, NOT_AMEND, VIEWS, begin, data, follow

from qa_workflow.errors import BadData, TransitionRefused, UnknownPerson, WrongInput
from qa_workflow.service import overlays

OPEN = (
    "scheduled", "advice_requested", "ready", "held", "reported", "amending", "finalising", "ceasing",
)  # fmt: skip
IN_YEAR_9 = {"school_year": 9}
OF_AN_ADULT = {"adulthood": "Travel training", "adult_services": ["Adult social care"]}


@pytest.fixture(scope="session")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = reviews.send_council(tmp_path_factory.mktemp("send"))
    begin(made)
    made.ctx.database.close()
    return made.folder


@pytest.fixture
def made(_folder: Path, tmp_path: Path) -> Iterator[Council]:
    """Give a council where the third review of K12 was started on 2 June 2025, due on 2 December 2025."""
    council = reviews.copy_of(_folder, tmp_path, reviews.FIRST_DAY)
    yield council
    council.ctx.database.close()


# ------------------------------------------------------------------ started
def test_a_review_is_named_by_plan_and_cycle(made: Council) -> None:
    assert made.show(K12)["data"]["plan"] == "K12"


def test_plan_and_cycle_may_be_the_subject(made: Council) -> None:
    assert begin(made, "K13:2", cycle=None) == "ehc_review:K13:2"


def test_plan_and_cycle_of_the_subject_are_kept(made: Council) -> None:
    assert data(made, "plan", "cycle", reference=begin(made, "K13:2", cycle=None)) == ("K13", 2)


def test_the_same_review_is_started_once(made: Council) -> None:
    assert begin(made, review_due="2026-01-31") == K12
    assert made.show(K12)["due_on"] == "2025-12-02"


def test_a_review_without_its_number_is_not_started(made: Council) -> None:
    with pytest.raises(
        WrongInput, match="Say which one it is: --data cycle=…, or K12:3 as subject"
    ):
        begin(made, "K13", cycle=None)


def test_two_different_numbers_are_one_too_many(made: Council) -> None:
    with pytest.raises(WrongInput, match="The subject says 2, the data say 3: which one is it"):
        begin(made, "K13:2", cycle=3)


def test_the_same_number_twice_is_one(made: Council) -> None:
    assert begin(made, "K13:2", cycle=2) == "ehc_review:K13:2"


@pytest.mark.parametrize(
    "wrong", [{"cycle": 0}, {"review_due": "soon"}, {"cycle": 3, "child": "K"}]
)
def test_a_start_that_cannot_be_read_starts_nothing(made: Council, wrong: dict[str, Any]) -> None:
    with pytest.raises(BadData):
        begin(made, "K13", **wrong)
    assert made.listed(process="ehc_review") == made.listed(process="ehc_review", state="scheduled")


def test_a_review_of_a_plan_that_nobody_knows_needs_its_date(made: Council) -> None:
    with pytest.raises(TransitionRefused, match="review_due is not given"):
        begin(made, "K13", review_due=None)


# ------------------------------------------------------------------ the way through
def test_a_review_goes_from_scheduled_to_concluded(made: Council) -> None:
    follow(made, "concluded")
    assert [one["to"] for one in made.history(K12)] == [
        "scheduled", "advice_requested", "ready", "held", "reported", "amending", "finalising", "concluded",
    ]  # fmt: skip


@pytest.mark.parametrize("state", OPEN)
def test_a_review_can_stand_in_every_open_state(made: Council, state: str) -> None:
    follow(made, state)
    assert made.state(K12) == state


@pytest.mark.parametrize(
    ("state", "step", "end"),
    [
        ("reported", MAINTAIN, "concluded"),
        ("reported", CEASE, "ceasing"),
        ("finalising", NOT_AMEND, "concluded"),
    ],
)
def test_a_review_can_go_another_way(
    made: Council, state: str, step: reviews.Step, end: str
) -> None:
    follow(made, end, K12, **{state: step})
    assert made.history(K12)[-1]["action"] == step[1]


CASEWORK, AUTHORISED = {"kit", "kim"}, {"max", "chris"}


@pytest.mark.parametrize(
    ("state", "trigger", "given", "people"),
    [
        ("scheduled", "invite", {}, CASEWORK),
        ("advice_requested", "circulate", {}, CASEWORK),
        ("advice_requested", "rebook", {}, CASEWORK),
        ("ready", "rebook", {}, CASEWORK),
        ("ready", "hold_meeting", {}, CASEWORK),
        ("held", "send_report", {}, CASEWORK),
        ("reported", "decide_maintain", {}, AUTHORISED),
        ("reported", "decide_amend", {}, AUTHORISED),
        ("reported", "decide_cease", {}, AUTHORISED),
        ("reported", "panel_quality_check", {}, {"chris"}),
        ("amending", "family_responds", {}, CASEWORK),
        ("amending", "window_closed", {}, set()),
        ("finalising", "family_responds", {}, CASEWORK),
        ("finalising", "issue_final_amended", {}, AUTHORISED),
        ("finalising", "decide_not_to_amend", {}, AUTHORISED),
        ("ceasing", "record_appeal", {}, CASEWORK),
        ("ceasing", "record_mediation", {}, CASEWORK),
        ("ceasing", "end_appeal", {"outcome": "allowed"}, CASEWORK),
        ("ceasing", "end_appeal", {"outcome": "dismissed"}, CASEWORK),
        ("ceasing", "appeal_window", {}, set()),
        ("concluded", "panel_quality_check", {}, {"chris"}),
        *((state, "withdraw", {}, {"max"}) for state in OPEN),
    ],
)
def test_a_trigger_is_for_these_people_and_nobody_else(
    made: Council, state: str, trigger: str, given: dict[str, Any], people: set[str]
) -> None:
    follow(made, state)
    assert made.who_may(K12, trigger, **given) == people


@pytest.mark.parametrize(
    ("state", "owner"),
    [
        ("scheduled", "send_caseworker"),
        ("advice_requested", "send_caseworker"),
        ("ready", "send_caseworker"),
        ("held", "send_caseworker"),
        ("reported", "send_manager"),
        ("amending", "send_caseworker"),
        ("finalising", "send_manager"),
        ("ceasing", "send_caseworker"),
    ],
)
def test_every_state_has_an_owner(made: Council, state: str, owner: str) -> None:
    follow(made, state)
    assert made.show(K12)["owner"] == owner


# ------------------------------------------------------------------ the invitation and the advice
def test_people_are_invited_to_a_named_day(made: Council) -> None:
    assert made.refusal(K12, "invite", by="kit") == "The day of the meeting is not given."


def test_a_meeting_is_rebooked_to_a_named_day(made: Council) -> None:
    follow(made, "ready")
    assert made.refusal(K12, "rebook", by="kit") == "The day of the meeting is not given."


@pytest.mark.parametrize("state", ["advice_requested", "ready"])
def test_a_rebooked_meeting_has_its_new_day(made: Council, state: str) -> None:
    follow(made, state)
    made.fire(K12, "rebook", by="kit", meeting_on="2025-11-06")
    assert (made.state(K12), data(made, "meeting_on")) == (state, ("2025-11-06",))


@pytest.mark.parametrize(
    ("circulated_on", "at"),
    [("2025-10-21", "2025-10-23 10:00"), (None, "2025-10-21 23:00")],
)
def test_advice_two_weeks_before_the_meeting_is_in_time(
    made: Council, circulated_on: str | None, at: str
) -> None:
    follow(made, "advice_requested")
    made.at(at).fire(K12, "circulate", by="kit", circulated_on=circulated_on)
    assert data(made, "circulated_on") == ("2025-10-21",)


@pytest.mark.parametrize(
    ("circulated_on", "at"), [("2025-10-22", "2025-10-23 10:00"), (None, "2025-10-22 00:10")]
)
def test_advice_a_day_later_needs_a_reason_or_another_day_for_the_meeting(
    made: Council, circulated_on: str | None, at: str
) -> None:
    follow(made, "advice_requested")
    refusal = made.at(at).refusal(K12, "circulate", by="kit", circulated_on=circulated_on)
    assert refusal == (
        "Advice goes out two weeks before the meeting, by 21 October 2025: "
        "book another day for the meeting, or say why there was less time."
    )


def test_advice_with_less_than_two_weeks_goes_out_with_a_reason(made: Council) -> None:
    follow(made, "advice_requested")
    made.at("2025-10-30 10:00").fire(K12, "circulate", by="kit", reason="The parent agreed.")
    assert made.state(K12) == "ready"


def test_advice_did_not_go_out_tomorrow(made: Council) -> None:
    follow(made, "advice_requested")
    refusal = made.at("2025-10-10 10:00").refusal(
        K12, "circulate", by="kit", circulated_on="2025-10-11"
    )
    assert (
        refusal
        == "The day on which the advice went out is 11 October 2025, which has not come yet."
    )


# ------------------------------------------------------------------ the meeting
@pytest.fixture
def ready(made: Council) -> Council:
    """Give the same council on the afternoon of the meeting, 4 November 2025."""
    follow(made, "ready")
    return made.at("2025-11-04 16:00")


def held(**changed: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    return {"held_on": "2025-11-04", "views": VIEWS, "parent_invited": True, **changed}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"held_on": None}, "The day of the meeting is not given."),
        ({"held_on": "2025-11-05"}, "The day of the meeting is 05 November 2025, which has not come yet."),
        ({"parent_invited": None}, "It is not said that the parent was invited; if no parent was, say why."),
        ({"parent_invited": False}, "It is not said that the parent was invited; if no parent was, say why."),
        ({"views": [{**VIEWS[0], "words": " "}]}, "Each view needs the words, the method and the date."),
        ({"views": [{**VIEWS[0], "method": ""}]}, "Each view needs the words, the method and the date."),
        ({"views": [{**VIEWS[0], "heard_on": None}]}, "Each view needs the words, the method and the date."),
        (
            {"views": [VIEWS[0], {**VIEWS[0], "heard_on": "2025-11-05"}]},
            "The day on which the view was heard is 05 November 2025, which has not come yet.",
        ),
    ],
)  # fmt: skip
def test_a_meeting_is_not_recorded_without_what_it_needs(
    ready: Council, changed: dict[str, Any], why: str
) -> None:
    assert ready.refusal(K12, "hold_meeting", by="kit", **held(**changed)) == why


def test_a_professionals_account_does_not_stand_for_the_childs_views(ready: Council) -> None:
    given = held(views=[], professional_view="She seems happy at school.")
    refusal = ready.refusal(K12, "hold_meeting", by="kit", **given)
    assert refusal == (
        "The child's or young person's own views are missing. A professional's account does not stand for "
        "them: give the words, the method and the date, or say why there are none."
    )


def test_without_views_a_reason_is_kept(ready: Council) -> None:
    ready.fire(K12, "hold_meeting", by="kit", **held(views=[], no_views_reason="She chose not to."))
    assert ready.show(K12)["data"]["meeting"]["no_views_reason"] == "She chose not to."


def test_views_are_kept_word_for_word(ready: Council) -> None:
    ready.fire(K12, "hold_meeting", by="kit", **held())
    assert ready.show(K12)["data"]["meeting"]["views"] == VIEWS


def test_a_young_person_may_decide_who_is_invited(ready: Council) -> None:
    given = held(parent_invited=False, not_invited_reason="He is 19 and decides.")
    ready.fire(K12, "hold_meeting", by="kit", **given)
    assert ready.state(K12) == "held"


def test_a_meeting_held_on_another_day_than_booked_has_its_real_day(ready: Council) -> None:
    ready.at("2025-11-06 16:00").fire(K12, "hold_meeting", by="kit", **held(held_on="2025-11-05"))
    assert data(ready, "meeting_on") == ("2025-11-05",)


# ------------------------------------------------------------------ the report
@pytest.fixture
def met(made: Council) -> Council:
    """Give the same council on the morning of 17 November 2025, with the meeting held."""
    follow(made, "held")
    return made.at("2025-11-17 10:00")


@pytest.mark.parametrize(
    ("sent_on", "why"),
    [
        ("2025-11-18", "The day on which the report was sent is 18 November 2025, which has not come yet."),
        (
            "2025-11-03",
            "The day on which the report was sent is 03 November 2025, before the meeting on 04 November 2025.",
        ),
    ],
)  # fmt: skip
def test_a_report_is_sent_between_the_meeting_and_today(
    met: Council, sent_on: str, why: str
) -> None:
    refusal = met.refusal(K12, "send_report", by="kit", sent_on=sent_on, school_year=5)
    assert refusal == why


@pytest.mark.parametrize(("sent_on", "kept"), [("2025-11-04", "2025-11-04"), (None, "2025-11-17")])
def test_the_day_of_the_report_is_kept(met: Council, sent_on: str | None, kept: str) -> None:
    met.fire(K12, "send_report", by="kit", sent_on=sent_on, school_year=5)
    assert data(met, "report_sent_on") == (kept,)


def test_a_report_says_the_school_year_of_a_child_that_no_import_knows(met: Council) -> None:
    refusal = met.refusal(K12, "send_report", by="kit")
    assert refusal == (
        "Nobody knows whether the child was in Year 9 or above on the day of the meeting: "
        "give the school year, or import the plan."
    )


@pytest.mark.parametrize(
    ("year", "applies"), [(0, [False]), (8, [False]), (9, [True]), (13, [True])]
)
def test_preparing_for_adulthood_is_asked_for_from_year_9(
    met: Council, year: int, applies: list[bool]
) -> None:
    met.fire(K12, "send_report", by="kit", school_year=year, **OF_AN_ADULT)
    assert [*data(met, "pfa_required")] == applies


def test_from_year_9_a_report_considers_adulthood(met: Council) -> None:
    given = {**IN_YEAR_9, **OF_AN_ADULT, "adulthood": ""}
    assert met.refusal(K12, "send_report", by="kit", **given) == (
        "The child was in Year 9 or above on the day of the meeting, and the report does not say what was "
        "considered to prepare for adulthood."
    )


def test_from_year_9_a_report_names_the_adult_services(met: Council) -> None:
    given = {**IN_YEAR_9, **OF_AN_ADULT, "adult_services": [""]}
    assert met.refusal(K12, "send_report", by="kit", **given) == (
        "The child was in Year 9 or above on the day of the meeting: name the adult services that take part, "
        "or say why there are none."
    )


def test_a_reason_stands_for_adult_services(met: Council) -> None:
    given = {
        **IN_YEAR_9,
        "adulthood": "Travel training",
        "no_adult_services_reason": "None is needed",
    }
    met.fire(K12, "send_report", by="kit", **given)
    assert met.state(K12) == "reported"


@pytest.mark.parametrize(
    ("meeting_on", "applies"), [("2025-08-31", [False]), ("2025-09-01", [True])]
)
def test_year_9_is_judged_on_the_day_of_the_meeting(
    made: Council, meeting_on: str, applies: list[bool]
) -> None:
    reference = begin(
        made, "K13", year9_on="2025-09-01"
    )  # three months after the review was created
    made.at("2025-09-02 10:00").fire(reference, "invite", by="kit", meeting_on=meeting_on)
    made.fire(reference, "circulate", by="kit", reason="At short notice")
    made.fire(
        reference, "hold_meeting", by="kit",
        **held(held_on=meeting_on, views=[], no_views_reason="Too young to say"),
    )  # fmt: skip
    assert [*data(made, "pfa_required", reference=reference)] == applies


def test_a_meeting_rebooked_into_year_9_makes_adulthood_a_subject(made: Council) -> None:
    reference = begin(made, "K13", year9_on="2025-09-01")
    made.fire(reference, "invite", by="kit", meeting_on="2025-07-15")
    booked = data(made, "pfa_required", reference=reference)
    made.fire(reference, "rebook", by="kit", meeting_on="2025-09-01")
    assert (booked, data(made, "pfa_required", reference=reference)) == ((False,), (True,))


def test_the_known_school_year_goes_before_the_one_that_the_report_says(made: Council) -> None:
    reference = begin(made, "K13", year9_on="2025-09-01")
    follow(made, "held", reference)
    refusal = made.refusal(reference, "send_report", by="kit", school_year=5)
    assert refusal.startswith("The child was in Year 9 or above")


# ------------------------------------------------------------------ the decision
DECISIONS: dict[str, dict[str, Any]] = {
    "decide_maintain": {},
    "decide_amend": {"amendments": reviews.AMENDMENTS},
    "decide_cease": {"reason": "She has reached her outcomes."},
}


@pytest.mark.parametrize("decision", DECISIONS)
def test_whoever_sent_the_report_does_not_decide(made: Council, decision: str) -> None:
    made.import_people([("kit", "Kit Caseworker", "send_caseworker;send_manager", "SEND", "max")])
    follow(made, "reported")
    refusal = made.refusal(K12, decision, by="kit", **DECISIONS[decision])
    assert refusal == "You wrote or sent the report, so another person must decide."


@pytest.mark.parametrize("decision", DECISIONS)
def test_whoever_wrote_the_report_does_not_decide(made: Council, decision: str) -> None:
    follow(
        made,
        "reported",
        held=("2025-11-17 10:00", "send_report", "kit", {"author": "max", "school_year": 5}),
    )
    refusal = made.refusal(K12, decision, by="max", **DECISIONS[decision])
    assert refusal == "You wrote or sent the report, so another person must decide."


@pytest.mark.parametrize("decision", DECISIONS)
def test_the_panel_chair_decides_where_the_manager_wrote_the_report(
    made: Council, decision: str
) -> None:
    follow(
        made,
        "reported",
        held=("2025-11-17 10:00", "send_report", "kit", {"author": "max", "school_year": 5}),
    )
    made.fire(K12, decision, by="chris", **DECISIONS[decision])
    assert data(made, "decided_by") == ("chris",)


def test_a_delegate_does_not_decide_on_the_report_of_whom_they_act_for(made: Council) -> None:
    follow(
        made,
        "reported",
        held=("2025-11-17 10:00", "send_report", "kit", {"author": "max", "school_year": 5}),
    )
    reviews.delegate(made, "max", "kim", "send_manager")
    refusal = made.refusal(K12, "decide_maintain", by="kim")
    assert refusal == "You wrote or sent the report, so another person must decide."


def test_an_unknown_author_is_bad_input(met: Council) -> None:
    with pytest.raises(UnknownPerson):
        met.fire(K12, "send_report", by="kit", author="nobody", school_year=5)


@pytest.mark.parametrize("amendments", [[], [""], None])
def test_a_decision_to_amend_goes_with_its_amendments(
    made: Council, amendments: list[str] | None
) -> None:
    follow(made, "reported")
    given = {} if amendments is None else {"amendments": amendments}
    assert made.refusal(K12, "decide_amend", by="max", **given) == (
        "The proposed amendments are not attached: they go to the family in one notice with the decision."
    )


def test_ending_a_plan_needs_a_reason(made: Council) -> None:
    follow(made, "reported")
    assert made.refusal(K12, "decide_cease", by="max") == "No reason is given."


@pytest.mark.parametrize(
    ("decision", "field", "what"),
    [
        ("decide_maintain", "sent_on", "The day of the decision"),
        ("decide_amend", "notice_on", "The day of the notice"),
        ("decide_cease", "sent_on", "The day of the decision"),
    ],
)
def test_a_decision_is_sent_between_the_meeting_and_today(
    made: Council, decision: str, field: str, what: str
) -> None:
    follow(made, "reported")
    made.at("2025-11-18 10:00")
    given = DECISIONS[decision]
    early = made.refusal(K12, decision, by="max", **{**given, field: "2025-11-03"})
    late = made.refusal(K12, decision, by="max", **{**given, field: "2025-11-19"})
    assert (early, late) == (
        f"{what} is 03 November 2025, before the meeting on 04 November 2025.",
        f"{what} is 19 November 2025, which has not come yet.",
    )


# ------------------------------------------------------------------ withdrawn, blocked, bad input
@pytest.mark.parametrize("state", OPEN)
def test_a_review_is_withdrawn_with_a_reason_from_every_open_state(
    made: Council, state: str
) -> None:
    follow(made, state)
    assert made.refusal(K12, "withdraw", by="max") == "No reason is given."
    made.fire(K12, "withdraw", by="max", reason="Moved to another authority")
    assert made.state(K12) == "withdrawn"


def test_a_withdrawn_review_has_no_review_after_it(made: Council) -> None:
    follow(made, "reported")
    made.fire(K12, "withdraw", by="max", reason="Moved to another authority")
    assert [one["reference"] for one in made.listed(process="ehc_review", include_final=True)] == [
        K12
    ]


def test_a_family_that_cannot_be_reached_is_a_reason_to_block(made: Council) -> None:
    follow(made, "advice_requested")
    overlays.block(
        made.ctx, K12, actor="kit", reason="awaiting_family", note="No answer to three letters", now=made.now
    )  # fmt: skip
    assert [one["reason"] for one in made.show(K12)["blocked"]] == ["awaiting_family"]


@pytest.mark.parametrize(
    ("state", "trigger", "by", "given"),
    [
        ("scheduled", "invite", "kit", {"meeting_on": "the 4th"}),
        ("scheduled", "invite", "kit", {"meeting_on": "2025-11-04", "room": "3"}),
        ("ready", "hold_meeting", "kit", {"held_on": "2025-11-04", "views": ["I like it"]}),
        ("held", "send_report", "kit", {"recommends": "stop"}),
        ("reported", "decide_amend", "max", {"amendments": 3}),
        ("ceasing", "end_appeal", "kit", {"outcome": "lost"}),
    ],
)
def test_what_cannot_be_read_changes_nothing(
    made: Council, state: str, trigger: str, by: str, given: dict[str, Any]
) -> None:
    follow(made, state)
    before = (made.show(K12), made.history(K12))
    with pytest.raises(BadData):
        made.fire(K12, trigger, by=by, **given)
    assert (made.show(K12), made.history(K12)) == before


def test_a_refusal_changes_nothing_but_is_written_down_once(made: Council) -> None:
    follow(made, "reported")
    before, told = made.show(K12), made.history(K12)
    made.refusal(K12, "decide_amend", by="max")
    added = made.history(K12)[len(told) :]
    assert made.show(K12) == before
    assert [(one["action"], one["data"]["trigger"]) for one in added] == [
        ("refused", "decide_amend")
    ]


def test_the_third_refusal_of_one_kind_blocks(made: Council) -> None:
    follow(made, "reported")
    for _ in range(3):
        made.refusal(K12, "decide_amend", by="max")
    assert [one["reason"] for one in made.show(K12)["blocked"]] == ["refused_three_times"]


def test_a_decision_cannot_come_before_the_report(made: Council) -> None:
    follow(made, "held")
    refusal = made.refusal(K12, "decide_maintain", by="max")
    assert refusal == "decide_maintain is not offered in state held; it is offered in reported."
