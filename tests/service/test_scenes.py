"""Everything at once: what stands open, and what became of everything there ever was."""

from datetime import date

from council import AUTUMN, Council

from qa_workflow.service.scenes import OpenInstances, asked_for, lives


def test_what_stands_open_is_seen_as_it_stands_now(council: Council) -> None:
    council.at("2025-09-03 08:00").passes()
    standing = OpenInstances(council.ctx)
    _, before = standing.look()
    council.at("2025-10-01 08:00").passes()
    _, after = standing.look()
    states = [{one.reference: one.state for one in some} for some in (before, after)]
    assert states[0][AUTUMN] != states[1][AUTUMN] == council.state(AUTUMN)


def test_what_has_not_changed_is_not_read_again(council: Council) -> None:
    council.at("2025-09-03 08:00").passes()
    standing = OpenInstances(council.ctx)
    _, once = standing.look()
    roster, again = standing.look()
    assert once
    assert all(one is other for one, other in zip(once, again, strict=True))
    assert set(roster.people) == {"pat", "sam", "iris", "aud1", "aud2", "quinn", "sandy", "mo", "cass", "ada", "dana"}  # fmt: skip


def test_what_has_ended_is_no_longer_open_and_still_a_life(council: Council) -> None:
    council.at("2025-09-03 08:00").passes()
    standing = OpenInstances(council.ctx)
    standing.look()
    council.fire(AUTUMN, "abandon", by="ada", reason="The council merges.")
    _, after = standing.look()
    assert AUTUMN not in {one.reference for one in after}
    assert AUTUMN in {life.instance.reference for life in lives(council.ctx).lives}


def test_a_life_tells_each_level_and_to_whom_it_was_written(council: Council) -> None:
    council.at("2025-09-03 08:00").passes()
    council.at("2025-10-01 08:00").passes()
    council.at("2025-10-10 08:00").passes()  # nobody has proposed the sample
    whole = lives(council.ctx)
    life = next(one for one in whole.lives if one.instance.reference == AUTUMN)
    assert [told.entry.level for told in life.climbed][-1] == "L0"
    assert {"quinn", "sandy"} <= life.written_to
    assert whole.messages["written"] == whole.messages["sent"] + whole.messages["waiting"]
    assert whole.incidents == []


def test_what_the_framework_asks_for_is_told_by_due_date(council: Council) -> None:
    found = asked_for(council.ctx, date(2026, 1, 1), date(2026, 12, 31))
    rounds = [one.reference for one in found if one.line.process == "case_audit_round"]
    assert rounds == ["case_audit_round:2025-26:B", "case_audit_round:2026-27:A"]
    assert [one.due_on for one in found] == sorted(one.due_on for one in found)
