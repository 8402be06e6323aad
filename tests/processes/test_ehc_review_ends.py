"""How a review ends: the family answers, the final plan is issued or not, the plan ceases or is appealed for."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import reviews
from council import Council
from reviews import K12, MAINTAIN, NEXT, NOT_AMEND, begin, data, follow

from qa_workflow.patterns import ehc


@pytest.fixture(scope="session")
def _reported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = reviews.send_council(tmp_path_factory.mktemp("send"))
    begin(made, year9_on="2030-09-01")
    follow(made, "reported")
    made.ctx.database.close()
    return made.folder


@pytest.fixture
def made(_reported: Path, tmp_path: Path) -> Iterator[Council]:
    """Give a council where the third review of K12 was reported on 17 November 2025."""
    council = reviews.copy_of(_reported, tmp_path, "2025-11-17 10:00")
    yield council
    council.ctx.database.close()


@pytest.fixture
def amending(made: Council) -> Council:
    """Give the same council on 27 November 2025, when the notice was served."""
    follow(made, "amending")
    return made


@pytest.fixture
def ceasing(made: Council) -> Council:
    """Give the same council on 27 November 2025, when the decision to end the plan was sent."""
    follow(made, "ceasing")
    return made


# ------------------------------------------------------------------ the family
@pytest.mark.parametrize(
    ("responded_on", "why"),
    [
        ("2025-11-26", "The day of the answer is 26 November 2025, before the decision was sent on 27 November 2025."),
        ("2025-12-05", "The day of the answer is 05 December 2025, which has not come yet."),
    ],
)  # fmt: skip
def test_the_family_answers_after_the_notice_and_not_in_the_future(
    amending: Council, responded_on: str, why: str
) -> None:
    amending.at("2025-12-04 10:00")
    assert amending.refusal(K12, "family_responds", by="kit", responded_on=responded_on) == why


def test_an_answer_lets_the_plan_be_finalised_at_once(amending: Council) -> None:
    amending.at("2025-11-28 10:00").fire(K12, "family_responds", by="kit", response="D-77")
    assert (amending.state(K12), data(amending, "responded_on", "response")) == (
        "finalising",
        ("2025-11-28", "D-77"),
    )


def test_an_answer_after_the_window_is_kept(amending: Council) -> None:
    amending.at("2025-12-12 08:00").passes()
    amending.at("2025-12-15 10:00").fire(K12, "family_responds", by="kit", response="D-78")
    assert (amending.state(K12), data(amending, "response")) == ("finalising", ("D-78",))


def test_an_answer_leaves_the_day_of_the_final_plan_as_it_is(amending: Council) -> None:
    amending.at("2025-11-28 10:00").fire(K12, "family_responds", by="kit")
    assert amending.falls(K12, "final_by") == "2026-01-22"


# ------------------------------------------------------------------ the final plan
@pytest.mark.parametrize(
    ("trigger", "given"),
    [
        ("issue_final_amended", {"issued_on": "2026-01-21"}),
        ("decide_not_to_amend", {"reasons": ["No change"], "sent_on": "2026-01-21"}),
    ],
)
def test_a_final_plan_is_not_issued_tomorrow(
    made: Council, trigger: str, given: dict[str, Any]
) -> None:
    follow(made, "finalising")
    refusal = made.at("2026-01-20 10:00").refusal(K12, trigger, by="max", **given)
    assert refusal.endswith("is 21 January 2026, which has not come yet.")


@pytest.mark.parametrize(
    ("trigger", "given"),
    [
        ("issue_final_amended", {"issued_on": "2025-11-26"}),
        ("decide_not_to_amend", {"reasons": ["No change"], "sent_on": "2025-11-26"}),
    ],
)
def test_a_final_plan_does_not_come_before_its_notice(
    made: Council, trigger: str, given: dict[str, Any]
) -> None:
    follow(made, "finalising")
    refusal = made.refusal(K12, trigger, by="max", **given)
    assert refusal.endswith(
        "is 26 November 2025, before the decision was sent on 27 November 2025."
    )


def test_the_day_of_the_final_plan_is_kept(made: Council) -> None:
    follow(made, "concluded")
    assert data(made, "final_issued_on") == ("2026-01-20",)


@pytest.mark.parametrize("given", [{}, {"reasons": []}, {"reasons": [""]}])
def test_not_amending_after_all_needs_reasons(made: Council, given: dict[str, Any]) -> None:
    follow(made, "finalising")
    refusal = made.refusal(K12, "decide_not_to_amend", by="max", **given)
    assert refusal == "No reasons are given for not amending."


def test_the_reasons_for_not_amending_are_kept(made: Council) -> None:
    follow(made, "concluded", finalising=NOT_AMEND)
    assert data(made, "not_amended", "not_amended_on") == (["The school agrees."], "2026-01-20")


# ------------------------------------------------------------------ the review after it
@pytest.mark.parametrize(
    ("state", "step"),
    [("reported", MAINTAIN), ("finalising", NOT_AMEND), ("finalising", reviews.WAY["finalising"])],
)
def test_every_way_to_conclude_starts_the_next_review(
    made: Council, state: str, step: reviews.Step
) -> None:
    follow(made, "concluded", K12, **{state: step})
    assert data(made, "cycle", "review_due", "year9_on", reference=NEXT) == (
        4, "2026-11-27", "2030-09-01",
    )  # fmt: skip


@pytest.mark.parametrize("reference", [K12])
def test_the_decision_counts_from_the_day_it_was_sent_and_not_from_the_day_it_was_told(
    made: Council, reference: str
) -> None:
    made.at("2025-12-01 10:00").fire(reference, "decide_maintain", by="max", sent_on="2025-11-20")
    assert made.show(NEXT)["due_on"] == "2026-11-20"


def test_the_next_review_waits_to_be_invited_to_like_the_first(made: Council) -> None:
    follow(made, "concluded", reported=MAINTAIN)
    assert (made.state(NEXT), made.show(NEXT)["owner"]) == ("scheduled", "send_caseworker")


def test_a_review_goes_on_from_year_to_year(made: Council) -> None:
    follow(made, "concluded", reported=MAINTAIN)
    year: dict[str, reviews.Step] = {
        "scheduled": ("2026-08-03 10:00", "invite", "kit", {"meeting_on": "2026-10-26"}),
        "advice_requested": ("2026-10-05 10:00", "circulate", "kit", {}),
        "ready": (
            "2026-10-26 16:00",
            "hold_meeting",
            "kit",
            {**reviews.HEARD, "held_on": "2026-10-26"},
        ),
        "held": ("2026-11-02 10:00", "send_report", "kit", {}),
        "reported": ("2026-11-09 10:00", "decide_maintain", "max", {}),
    }
    follow(made, "concluded", NEXT, **year)
    assert made.show("ehc_review:K12:5")["due_on"] == "2027-11-09"


# ------------------------------------------------------------------ ceasing
def test_a_plan_is_kept_until_two_months_to_appeal_have_passed(ceasing: Council) -> None:
    until = ceasing.falls(K12, "appeal_until")
    ceasing.at("2026-01-27 23:59").passes()
    before = ceasing.state(K12)
    ceasing.at("2026-01-28 00:00").passes()
    assert (until, before, ceasing.state(K12)) == ("2026-01-27", "ceasing", "ceased")


def test_a_plan_that_ceased_has_no_review_after_it(ceasing: Council) -> None:
    ceasing.at("2026-01-28 00:00").passes()
    found = [one["reference"] for one in ceasing.listed(process="ehc_review", include_final=True)]
    assert found == [K12]


@pytest.mark.parametrize(
    ("sent_on", "certificate_on", "until"),
    [
        ("2025-11-27", None, "2026-01-27"),
        ("2025-11-27", "2025-12-10", "2026-01-27"),  # a month after the certificate is earlier
        ("2025-11-27", "2025-12-31", "2026-01-31"),
        ("2025-12-31", None, "2026-02-28"),
        ("2025-12-31", "2026-01-31", "2026-02-28"),
        ("2025-12-31", "2026-02-10", "2026-03-10"),
    ],
)
def test_the_time_to_appeal_is_two_months_or_one_from_the_certificate_whichever_is_later(
    sent_on: str, certificate_on: str | None, until: str
) -> None:
    given = None if certificate_on is None else date.fromisoformat(certificate_on)
    assert ehc.appeal_until(date.fromisoformat(sent_on), given).isoformat() == until


def test_a_mediation_certificate_gives_another_month(ceasing: Council) -> None:
    ceasing.at("2026-01-20 10:00")
    ceasing.fire(K12, "record_mediation", by="kit", certificate_on="2026-01-15")
    ceasing.at("2026-01-28 08:00").passes()
    before = ceasing.state(K12)
    ceasing.at("2026-02-16 00:00").passes()
    assert (before, ceasing.state(K12)) == ("ceasing", "ceased")


def test_an_earlier_certificate_told_later_takes_no_time_away(ceasing: Council) -> None:
    ceasing.at("2026-01-20 10:00")
    for day in ("2026-01-15", "2026-01-05"):
        ceasing.fire(K12, "record_mediation", by="kit", certificate_on=day)
    assert ceasing.falls(K12, "appeal_until") == "2026-02-15"


def test_a_mediation_is_held_within_thirty_days_of_being_asked_for(ceasing: Council) -> None:
    ceasing.at("2025-12-02 10:00")
    ceasing.fire(K12, "record_mediation", by="kit", requested_on="2025-12-01")
    falls = ceasing.falls(K12, "mediation_by")
    ceasing.at("2026-01-06 08:00").passes()
    late = [one for one in ceasing.levels(K12, "mediation_by") if one[0].startswith("L")]
    assert (falls, late) == (
        "2025-12-31",
        [("L0", "2026-01-02"), ("L1", "2026-01-05"), ("L2", "2026-01-06")],
    )


def test_a_certificate_ends_the_wait_for_the_mediation(ceasing: Council) -> None:
    ceasing.at("2025-12-02 10:00")
    ceasing.fire(K12, "record_mediation", by="kit", requested_on="2025-12-01")
    ceasing.at("2026-01-06 08:00").passes()
    ceasing.fire(K12, "record_mediation", by="kit", certificate_on="2026-01-05")
    ceasing.at("2026-01-20 08:00").passes()
    late = [one[0] for one in ceasing.levels(K12, "mediation_by") if one[0].startswith("L")]
    assert (late, ceasing.show(K12)["blocked"]) == (["L0", "L1", "L2"], [])


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "Neither the day of the request nor that of the certificate is given."),
        (
            {"requested_on": "2025-11-26"},
            "The day on which mediation was asked for is 26 November 2025, before the decision was sent on 27 November 2025.",
        ),
        (
            {"certificate_on": "2025-11-26"},
            "The day of the certificate is 26 November 2025, before the decision was sent on 27 November 2025.",
        ),
        ({"certificate_on": "2025-12-02"}, "The day of the certificate is 02 December 2025, which has not come yet."),
    ],
)  # fmt: skip
def test_a_mediation_has_a_day_after_the_decision(
    ceasing: Council, given: dict[str, str], why: str
) -> None:
    assert ceasing.at("2025-12-01 10:00").refusal(K12, "record_mediation", by="kit", **given) == why


# ------------------------------------------------------------------ an appeal
@pytest.fixture
def appealed(ceasing: Council) -> Council:
    """Give the same council where an appeal was lodged on 15 January 2026."""
    ceasing.at("2026-01-16 10:00").fire(K12, "record_appeal", by="kit", lodged_on="2026-01-15")
    return ceasing


@pytest.mark.parametrize(
    ("lodged_on", "why"),
    [
        ("2025-11-26", "The day of the appeal is 26 November 2025, before the decision was sent on 27 November 2025."),
        ("2025-12-02", "The day of the appeal is 02 December 2025, which has not come yet."),
    ],
)  # fmt: skip
def test_an_appeal_is_lodged_after_the_decision_and_not_in_the_future(
    ceasing: Council, lodged_on: str, why: str
) -> None:
    refusal = ceasing.at("2025-12-01 10:00").refusal(
        K12, "record_appeal", by="kit", lodged_on=lodged_on
    )
    assert refusal == why


def test_an_open_appeal_keeps_the_plan_and_blocks_until_it_is_decided(appealed: Council) -> None:
    appealed.at("2026-03-02 08:00").passes()
    blocked = appealed.show(K12)["blocked"]
    assert (appealed.state(K12), [(one["reason"], one["note"]) for one in blocked]) == (
        "ceasing",
        [("awaiting_court", "An appeal is open, so the plan is kept until it is decided.")],
    )


def test_the_plan_ends_when_the_appeal_is_dismissed(appealed: Council) -> None:
    appealed.at("2026-03-02 08:00").passes()
    appealed.fire(K12, "end_appeal", by="kit", outcome="dismissed", decided_on="2026-02-27")
    assert (appealed.state(K12), appealed.show(K12)["blocked"]) == ("ceased", [])


def test_an_appeal_dismissed_early_ends_the_plan_at_once(appealed: Council) -> None:
    appealed.at("2026-01-20 10:00").fire(K12, "end_appeal", by="kit", outcome="dismissed")
    assert appealed.state(K12) == "ceased"


def test_an_appeal_withdrawn_early_leaves_the_rest_of_the_two_months(appealed: Council) -> None:
    appealed.at("2026-01-20 10:00").fire(K12, "end_appeal", by="kit", outcome="withdrawn")
    before = appealed.state(K12)
    appealed.at("2026-01-28 00:00").passes()
    assert (before, appealed.state(K12)) == ("ceasing", "ceased")


def test_an_appeal_withdrawn_on_the_last_day_leaves_that_day(appealed: Council) -> None:
    appealed.at("2026-01-27 10:00").fire(K12, "end_appeal", by="kit", outcome="withdrawn")
    assert appealed.state(K12) == "ceasing"


def test_an_appeal_withdrawn_after_the_two_months_ends_the_plan_at_once(appealed: Council) -> None:
    appealed.at("2026-02-20 10:00").passes()
    appealed.fire(K12, "end_appeal", by="kit", outcome="withdrawn")
    assert appealed.state(K12) == "ceased"


def test_an_appeal_that_is_allowed_keeps_the_plan_and_its_reviews(appealed: Council) -> None:
    appealed.at("2026-03-02 10:00").fire(K12, "end_appeal", by="kit", outcome="allowed")
    assert (appealed.state(K12), appealed.show(NEXT)["due_on"]) == ("concluded", "2026-11-27")


def test_only_an_open_appeal_ends(ceasing: Council) -> None:
    assert ceasing.refusal(K12, "end_appeal", by="kit", outcome="dismissed") == "No appeal is open."


def test_an_appeal_does_not_end_before_it_was_lodged(appealed: Council) -> None:
    refusal = appealed.refusal(
        K12, "end_appeal", by="kit", outcome="dismissed", decided_on="2026-01-14"
    )
    assert refusal == (
        "The day on which the appeal ended is 14 January 2026, before it was lodged on 15 January 2026."
    )


@pytest.mark.parametrize("end", ["concluded", "ceased", "withdrawn"])
def test_a_review_that_has_ended_is_not_moved_on(made: Council, end: str) -> None:
    if end == "concluded":
        follow(made, end, reported=MAINTAIN)
    elif end == "ceased":
        follow(made, "ceasing")
        made.at("2026-01-28 00:00").passes()
    else:
        made.fire(K12, "withdraw", by="max", reason="Moved away")
    assert {one["to"] for one in made.show(K12)["can"]} <= {end}
