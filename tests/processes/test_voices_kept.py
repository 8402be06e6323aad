"""Wherever the framework asks for a child's voice it becomes a record of its own, and nothing else does."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import providers
import pytest
import reviews
import send
from council import Council, submission

from qa_workflow.service import trails

WORDS = '  "I said: no!"\n\t\u2013 \U0001f469\u200d\U0001f467 e\u0301 '  # dashes, an emoji, two ways to write é


def kept(council: Council) -> list[dict[str, Any]]:
    """Return every voice of the council with its words."""
    return [
        trails.show_voice(council.ctx, one["reference"], now=council.now)
        for one in trails.list_voices(council.ctx)
    ]


# ------------------------------------------------------------------ case audits
@pytest.fixture
def auditing(running: Council, audit: str) -> Council:
    """Give the running council where Alex audits one more case."""
    running.fire(audit, "allocate", by="quinn", auditor="aud1")
    running.fire(audit, "start", by="aud1")
    return running


def audited(council: Council, audit: str) -> list[dict[str, Any]]:
    return [one for one in kept(council) if one["evidences"] == audit]


def test_the_words_of_a_submission_are_kept_byte_for_byte(auditing: Council, audit: str) -> None:
    voice = [{"words": WORDS, "method": "app", "heard_on": "2025-10-07"}]
    auditing.fire(audit, "submit", by="aud1", **submission(voice=voice))
    (one,) = audited(auditing, audit)
    assert one == {
        "reference": "voice:V-0003", "case": audit.rpartition(":")[2], "method": "app",
        "heard_on": "2025-10-07", "evidences": audit, "recorded_by": "aud1",
        "recorded_at": "2025-10-08T10:00:00Z", "words": WORDS,
    }  # fmt: skip
    assert one["words"].encode() == WORDS.encode()
    assert auditing.show(audit)["data"]["submission"]["voice"][0]["words"] == WORDS


def test_a_professionals_account_never_becomes_a_voice(auditing: Council, audit: str) -> None:
    auditing.fire(audit, "approve_no_voice", by="sandy", reason="pre_verbal_infant")
    given = submission(
        voice=[], no_voice_reason="pre_verbal_infant", professional_view="She seems settled"
    )
    auditing.fire(audit, "submit", by="aud1", **given)
    assert audited(auditing, audit) == []
    assert not any("settled" in one["words"] for one in kept(auditing))


def test_a_refused_submission_leaves_no_voice(auditing: Council, audit: str) -> None:
    refusal = auditing.refusal(audit, "submit", by="aud1", **submission(outcome=""))
    assert "outcome" in refusal.lower() or "difference" in refusal.lower()
    assert audited(auditing, audit) == []


def test_an_audit_that_is_submitted_again_repeats_no_voice(auditing: Council, audit: str) -> None:
    auditing.take(audit, "disputed")
    auditing.fire(audit, "resolve", by="sandy", to="in_progress", reason="The visit was overlooked")
    given = submission()
    more = {"words": "And the dog.", "method": "drawing", "heard_on": "2025-10-08"}
    before = audited(auditing, audit)
    auditing.fire(
        audit, "submit", by="aud1",
        **{**given, "voice": [{**given["voice"][0], "heard_on": auditing.today}, more]},
    )  # fmt: skip
    assert audited(auditing, audit)[:-1] == before
    assert len(before) == 1
    assert audited(auditing, audit)[-1]["words"] == "And the dog."


def test_the_voice_leads_to_the_audit_and_the_audit_to_its_round(
    auditing: Council, audit: str
) -> None:
    auditing.take(audit, "submitted")
    links = [(one["kind"], one["from"], one["to"]) for one in auditing.show(audit)["links"]]
    assert sorted(links) == [
        ("came_from", audit, "case_audit_round:2025-26:A"),
        ("evidences", "voice:V-0003", audit),
    ]


# ------------------------------------------------------------------ annual reviews
@pytest.fixture
def review(tmp_path: Path) -> Iterator[Council]:
    """Give a council where the third review of K12 was held."""
    made = reviews.send_council(tmp_path)
    reviews.begin(made)
    reviews.follow(made, "held")
    yield made
    made.ctx.database.close()


def test_a_young_persons_words_at_a_review_stand_under_the_child(review: Council) -> None:
    said = reviews.VIEWS[0]
    (one,) = kept(review)
    assert (one["words"], one["heard_on"], one["evidences"]) == (
        said["words"], said["heard_on"], reviews.K12,
    )  # fmt: skip
    assert one["case"] == "K12"


# ------------------------------------------------------------------ assessments
ASSESSMENT = "ehc_assessment:K12:2026-02-20"


@pytest.fixture
def assessing(tmp_path: Path) -> Iterator[Council]:
    """Give a council that decided on Monday 23 February 2026 to assess K12."""
    with send.standing(tmp_path, "2026-02-20 08:00", send.assess_in_february) as made:
        yield made


def test_of_an_assessment_the_childs_words_are_a_voice_and_nobody_elses(assessing: Council) -> None:
    said = {"method": "letter", "heard_on": "2026-02-23"}
    assessing.fire(
        ASSESSMENT, "record_view", by="kit", whose="child", words=WORDS,
        professional_view="At ease", **said,
    )  # fmt: skip
    assessing.fire(ASSESSMENT, "record_view", by="kit", whose="parents", words="We worry", **said)
    (one,) = kept(assessing)
    assert (one["words"], one["case"], one["evidences"]) == (WORDS, "K12", ASSESSMENT)
    assert assessing.show(ASSESSMENT)["data"]["views"]["child"][0]["words"] == WORDS


# ------------------------------------------------------------------ provider audits
@pytest.fixture
def booked(tmp_path: Path) -> Iterator[Council]:
    """Give a council on the afternoon of the visit to P04, Friday 29 May 2026."""
    with providers.standing(tmp_path) as at:
        yield at("visit_booked").at("2026-05-29 16:00")


def test_each_child_of_a_provider_is_a_voice_of_their_own(booked: Council) -> None:
    booked.fire(providers.AUDIT, "record_visit", by="aud1", **providers.visit())
    heard = [(one["case"], one["words"], one["evidences"]) for one in kept(booked)]
    children = booked.show(providers.AUDIT)["data"]["visit"]["children"]
    assert heard == [
        (child["case"], view["words"], providers.AUDIT)
        for child in children
        for view in child["views"]
    ]
    assert heard
