"""Which audits are moderated, and what a moderator can do."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import council as council_module
import pytest
from council import AUTUMN, Council, submission

ALL_OF_IT = 2**256


def drawn(seed: str, case: str, percent: int) -> bool:
    """Draw as anybody can draw again: SHA-256 of seed and case, in the lowest so many per cent."""
    return int(sha256(f"{seed}{case}".encode()).hexdigest(), 16) * 100 < percent * ALL_OF_IT


# ------------------------------------------------------------------ which
@pytest.mark.parametrize("grade", ["outstanding", "inadequate"])
def test_the_highest_and_the_lowest_grade_are_moderated(
    running: Council, audit: str, grade: str
) -> None:
    running.take(audit, "in_progress")
    running.at("2025-10-13 10:00").fire(audit, "submit", by="aud1", **submission(grade=grade))
    assert running.state(audit) == "moderation"


@pytest.mark.parametrize("grade", ["good", "requires_improvement", None])
def test_a_grade_between_them_is_not_moderated_for_itself(
    running: Council, audit: str, grade: str | None
) -> None:
    running.take(audit, "in_progress")
    running.at("2025-10-13 10:00").fire(audit, "submit", by="aud1", **submission(grade=grade))
    assert running.state(audit) == "submitted"


def test_the_first_audit_of_an_auditor_is_moderated(frozen: Council) -> None:
    reference = frozen.show(AUTUMN)["children"][0]
    frozen.take(reference, "in_progress")
    frozen.at("2025-10-13 10:00").fire(reference, "submit", by="aud1", **submission())
    assert frozen.state(reference) == "moderation"


def test_the_system_decides_in_the_moment_of_submission(frozen: Council) -> None:
    reference = frozen.show(AUTUMN)["children"][0]
    frozen.take(reference, "in_progress")
    frozen.at("2025-10-13 10:00").fire(reference, "submit", by="aud1", **submission())
    *_, submitted, requested = frozen.history(reference)
    assert (requested["actor"], requested["at"]) == ("system", submitted["at"])


def test_the_service_manager_asks_for_moderation_at_any_time(running: Council, audit: str) -> None:
    running.take(audit, "submitted")
    running.fire(audit, "request_moderation", by="sandy")
    assert running.state(audit) == "moderation"


@pytest.fixture
def drawing(tmp_path: Path) -> Iterator[Council]:
    """Give a council that draws a fifth of its audits, where Alex has submitted before."""
    made = council_module.found(tmp_path)
    made.import_people()
    made.import_cases()
    made.open_autumn_round()
    made.close_audit(made.show(AUTUMN)["children"][0])
    yield made
    made.ctx.database.close()


def test_the_draw_takes_the_lowest_fifth_of_the_seed_and_the_case(drawing: Council) -> None:
    shown = drawing.show(AUTUMN)
    moderated = {}
    for reference in shown["children"][1:]:
        drawing.take(reference, "in_progress")
        drawing.fire(reference, "submit", by="aud1", **submission(heard_on="2025-10-08"))
        moderated[reference] = drawing.state(reference) == "moderation"
    seed = shown["data"]["seed"]
    assert moderated == {one: drawn(seed, one.rpartition(":")[2], 20) for one in moderated}


def test_the_share_that_is_drawn_is_a_setting(tmp_path: Path) -> None:
    made = council_module.found(tmp_path, moderation_percent=100)
    made.import_people()
    made.import_cases()
    made.open_autumn_round()
    first, second, *_ = made.show(AUTUMN)["children"]
    made.close_audit(first)
    made.take(second, "in_progress")
    made.fire(second, "submit", by="aud1", **submission(heard_on="2025-10-08"))
    state = made.state(second)
    made.ctx.database.close()
    assert state == "moderation"


# ------------------------------------------------------------------ what a moderator does
def test_a_moderator_who_agrees_lets_the_audit_go_on(running: Council, audit: str) -> None:
    running.take(audit, "moderation")
    running.fire(audit, "agree", by="mo")
    assert running.state(audit) == "feedback"


def test_a_changed_grade_is_kept_beside_the_auditors(running: Council, audit: str) -> None:
    running.take(audit, "moderation")
    running.fire(audit, "change_grade", by="mo", grade="requires_improvement", reason="Plan late")
    data = running.show(audit)["data"]
    assert (data["auditor_grade"], data["grade"]) == ("good", "requires_improvement")


def test_a_changed_grade_lets_the_audit_go_on(running: Council, audit: str) -> None:
    running.take(audit, "moderation")
    running.fire(audit, "change_grade", by="mo", grade="requires_improvement", reason="Plan late")
    assert running.state(audit) == "feedback"


def test_a_grade_is_changed_within_the_scale(running: Council, audit: str) -> None:
    running.take(audit, "moderation")
    refusal = running.refusal(audit, "change_grade", by="mo", grade="poor", reason="Plan late")
    assert refusal.startswith("'poor' is no grade of the scale:")


@pytest.mark.parametrize(("trigger", "data"), [("change_grade", {"grade": "good"}), ("return", {})])
def test_a_moderator_says_why(
    running: Council, audit: str, trigger: str, data: dict[str, str]
) -> None:
    running.take(audit, "moderation")
    assert running.refusal(audit, trigger, by="mo", **data) == "No reason is given."


def test_a_moderator_returns_an_audit_to_its_auditor(running: Council, audit: str) -> None:
    running.take(audit, "moderation")
    running.fire(audit, "return", by="mo", reason="The plan is not looked at")
    assert running.show(audit)["owner"] == "aud1"


def test_a_returned_audit_is_submitted_again(running: Council, audit: str) -> None:
    running.at("2025-10-13 10:00").take(audit, "moderation")
    running.fire(audit, "return", by="mo", reason="The plan is not looked at")
    running.fire(audit, "submit", by="aud1", **submission())
    assert running.state(audit) == "submitted"


def test_feedback_counts_from_submission_and_not_from_moderation(
    running: Council, audit: str
) -> None:
    running.at("2025-10-13 10:00").take(audit, "moderation")
    running.at("2025-10-20 10:00").fire(audit, "agree", by="mo")
    assert running.falls(audit, "feed_back_by") == "2025-10-27"
