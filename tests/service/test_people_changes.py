"""Somebody acts for somebody else within days, and somebody leaves: what the roster then says, and what is blocked."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from council import AUTUMN, Council
from hands import NO_JSON, REC, leaves, raised, sql

from qa_workflow.engine.people import Delegation
from qa_workflow.errors import NotPermitted, UnknownPerson, WrongInput
from qa_workflow.service import people_changes, stuck
from qa_workflow.service.people_changes import Deactivation, Delegated
from qa_workflow.service.stuck import Filter

DAY = "2025-10-08"


def lends(council: Council, **changed: Any) -> Delegated:  # noqa: ANN401 - the fields of a delegation
    """Let Ada lend her role to Cass from 8 to 10 October 2025, or otherwise."""
    given: dict[str, Any] = {
        "from_person": "ada", "to_person": "cass", "role": "ad_people",
        "from_on": date(2025, 10, 8), "until_on": date(2025, 10, 10),
    }  # fmt: skip
    as_person = changed.pop("as_person", None)
    return people_changes.delegate(
        council.ctx, Delegation(**{**given, **changed}),
        now=council.now, actor="cli:robin", as_person=as_person,
    )  # fmt: skip


def leaver(council: Council, person: str = "aud1", on: str = DAY, **options: Any) -> Deactivation:  # noqa: ANN401 - any option
    return people_changes.deactivate(
        council.ctx,
        person,
        on=date.fromisoformat(on),
        now=council.now,
        actor="cli:robin",
        **options,
    )


def left(found: Deactivation) -> list[tuple[str, str, str | None]]:
    return [(one.reference, one.reason, one.listed_under) for one in found.left_behind]


def reasons(council: Council, reference: str) -> list[str]:
    return [one["reason"] for one in council.show(reference)["blocked"]]


def owned(council: Council, owner: str, **wanted: Any) -> list[str]:  # noqa: ANN401 - any filter
    return [one["reference"] for one in council.listed(owner=owner, **wanted)]


def stuck_under(council: Council, owner: str) -> list[str]:
    found = stuck.stuck(council.ctx, Filter(owner=owner), now=council.now)
    return [one["reference"] for one in found]


def with_people(council: Council, rows: Iterable[tuple[str, str, str, str, str]]) -> Council:
    council.import_people(rows)
    return council


@pytest.fixture
def at_work(allocated: tuple[Council, str]) -> tuple[Council, str]:
    """Give a council on 9 October 2025 with one audit that `aud1` has been given, and its reference."""
    return allocated


# ------------------------------------------------------------------ a delegation
def test_a_delegate_may_do_what_the_role_may(council: Council) -> None:
    council.at("2025-10-08 09:00")
    raised(council)
    with pytest.raises(NotPermitted):
        council.fire(REC, "supersede", by="cass", successor="recommendation:R-0009")
    lends(council, role="sm_sqa", from_person="sandy", to_person="cass")
    done = council.fire(REC, "supersede", by="cass", successor="recommendation:R-0009")
    assert done.state == "superseded"


def test_the_history_says_for_whom_a_delegate_acted(council: Council) -> None:
    council.at("2025-10-08 09:00")
    raised(council)
    lends(council, role="sm_sqa", from_person="sandy", to_person="cass")
    council.fire(REC, "supersede", by="cass", successor="recommendation:R-0009")
    last = council.history(REC)[-1]
    assert (last["actor"], last["on_behalf_of"]) == ("cass", "sandy")


@pytest.mark.parametrize(
    ("at", "may"),
    [
        ("2025-10-07 23:59", False),
        ("2025-10-08 00:01", True),
        ("2025-10-10 23:59", True),
        ("2025-10-11 00:01", False),
    ],
)
def test_a_delegation_counts_on_its_first_and_its_last_day(
    council: Council,
    at: str,
    may: bool,  # noqa: FBT001 - a case
) -> None:
    council.at("2025-10-01 09:00").open_autumn_round()
    council.at("2025-10-01 10:00")
    lends(council)
    council.at(at)
    assert ("cass" in council.who_may(AUTUMN, "abandon")) is may


def test_who_recorded_a_delegation_and_when_is_kept(council: Council) -> None:
    council.at("2025-10-01 10:00")
    lends(council)
    lends(council, to_person="dana", as_person="sandy")
    found = sql(council, "SELECT to_person, recorded_by, recorded_at FROM delegation ORDER BY id")
    assert [one[:2] for one in found] == [("cass", "cli:robin"), ("dana", "sandy")]
    assert found[0][2] == int(council.now.timestamp() * 1_000_000)


def test_the_same_delegation_twice_is_one(council: Council) -> None:
    council.at("2025-10-01 10:00")
    assert (lends(council).is_new, lends(council).is_new) == (True, False)
    assert sql(council, "SELECT count(*) FROM delegation") == [(1,)]


def test_a_delegation_for_other_days_stands_besides(council: Council) -> None:
    council.at("2025-10-01 10:00")
    lends(council)
    assert lends(council, until_on=date(2025, 10, 17)).is_new


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"role": "boss"}, "There is no role 'boss'. There are: ad_people, "),
        ({"role": "system"}, "There is no role 'system'"),
        ({"to_person": "ada"}, "Ada People cannot act for themselves"),
        ({"role": "director"}, "Ada People does not hold the role director: only who holds"),
        ({"until_on": date(2025, 10, 7)}, "--until 2025-10-07 lies before --from 2025-10-08"),
        (
            {"from_on": date(2025, 9, 1), "until_on": date(2025, 9, 30)},
            "--until 2025-09-30 has passed already",
        ),
    ],
)
def test_a_delegation_that_cannot_be_is_bad_input(
    council: Council, changed: dict[str, Any], said: str
) -> None:
    council.at("2025-10-01 10:00")
    with pytest.raises(WrongInput, match=said):
        lends(council, **changed)
    assert sql(council, "SELECT count(*) FROM delegation") == [(0,)]


def test_a_delegation_may_end_today(council: Council) -> None:
    council.at("2025-10-01 23:00")
    assert lends(council, from_on=date(2025, 9, 1), until_on=date(2025, 10, 1)).is_new


@pytest.mark.parametrize("part", ["from_person", "to_person", "as_person"])
def test_a_stranger_has_no_part_in_a_delegation(council: Council, part: str) -> None:
    with pytest.raises(UnknownPerson, match="'zoe' is not in the roster"):
        lends(council, **{part: "zoe"})


@pytest.mark.parametrize("part", ["from_person", "to_person", "as_person"])
def test_whoever_has_left_has_no_part_in_a_delegation(council: Council, part: str) -> None:
    leaves(council, "sandy", "2025-08-29")
    with pytest.raises(UnknownPerson, match="'sandy' is not active today"):
        lends(council, **{part: "sandy"}, **({"role": "sm_sqa"} if part == "from_person" else {}))


def test_what_was_lent_is_not_passed_on(council: Council) -> None:
    council.at("2025-10-08 10:00")
    lends(council)
    with pytest.raises(WrongInput, match=r"Cass Care does not hold .* lent to them by Ada People"):
        lends(council, from_person="cass", to_person="sandy")


# ------------------------------------------------------------------ a leaver, from today or before
def test_the_open_work_of_a_leaver_is_blocked_at_once(at_work: tuple[Council, str]) -> None:
    council, audit = at_work
    leaver(council)
    assert reasons(council, audit) == ["owner_inactive"]


def test_what_a_leaver_leaves_behind_is_told_with_whom_it_is_listed_under(
    at_work: tuple[Council, str],
) -> None:
    council, audit = at_work
    found = leaver(council)
    assert left(found) == [(audit, "owner_inactive", "sandy")]
    assert (found.manager and found.manager.person_id, found.is_blocked, found.written) == (
        "sandy", True, True,
    )  # fmt: skip


def test_the_block_names_the_manager_who_should_give_the_work_away(
    at_work: tuple[Council, str],
) -> None:
    council, audit = at_work
    leaver(council)
    (block,) = council.show(audit)["blocked"]
    assert block["note"] == (
        "Alex Auditor owns it and is not active. "
        "Sandy Quality should give it to another person (reassign)."
    )


def test_no_date_moves_when_somebody_leaves(at_work: tuple[Council, str]) -> None:
    council, audit = at_work
    before = council.show(audit)
    timers = sql(council, "SELECT deadline, level, due_at, status FROM timer ORDER BY id")
    leaver(council)
    after = council.show(audit)
    assert [after[key] for key in ("state", "owner", "due_on", "deadlines")] == [
        before[key] for key in ("state", "owner", "due_on", "deadlines")
    ]
    assert sql(council, "SELECT deadline, level, due_at, status FROM timer ORDER BY id") == timers


def test_what_a_leaver_has_ended_is_not_touched(at_work: tuple[Council, str]) -> None:
    council, audit = at_work
    council.fire(audit, "withdraw", by="sandy", reason="Twice in the list.")
    before = council.history(audit)
    assert left(leaver(council)) == []
    assert council.history(audit) == before


def test_whoever_is_active_keeps_their_work_free(at_work: tuple[Council, str]) -> None:
    council, audit = at_work
    leaver(council, "aud2")
    assert reasons(council, audit) == []


def test_a_leaver_is_inactive_from_the_day_named(council: Council) -> None:
    leaver(council.at("2025-10-08 09:00"))
    assert sql(council, "SELECT active_to FROM person WHERE person_id = 'aud1'") == [
        ("2025-10-07",)
    ]


def test_who_entered_a_leaver_is_kept(council: Council) -> None:
    leaver(council.at("2025-10-08 09:00"))
    leaver(council, "aud2", as_person="sandy")
    kept = "SELECT kind, file, actor FROM import_batch WHERE file LIKE 'deactivate%' ORDER BY id"
    assert sql(council, kept) == [
        ("people", "deactivate aud1", "cli:robin"),
        ("people", "deactivate aud2", "sandy"),
    ]


def test_what_a_role_owns_is_blocked_once_its_last_holder_leaves(three: Council) -> None:
    found = leaver(three, "sandy", on="2025-10-01")
    assert {one[1] for one in left(found)} == {"nobody_home"}
    assert reasons(three, REC) == ["nobody_home"]


def test_what_a_role_owns_stays_free_while_another_holds_it(three: Council) -> None:
    sql(three, "INSERT INTO person_role VALUES ('cass', 'sm_sqa')")
    assert left(leaver(three, "sandy", on="2025-10-01")) == []
    assert reasons(three, REC) == []


def test_a_role_that_was_empty_before_is_not_laid_to_the_leaver(three: Council) -> None:
    sql(three, "DELETE FROM person_role WHERE role = 'sm_sqa'")
    assert left(leaver(three, "aud1", on="2025-10-01")) == []


def test_a_round_hears_at_once_that_its_audit_is_blocked(at_work: tuple[Council, str]) -> None:
    council, audit = at_work
    leaver(council)
    assert [one["waiting_on"] for one in council.show(AUTUMN)["blocked"]] == [audit]


def test_a_pass_after_that_writes_nothing_more(at_work: tuple[Council, str]) -> None:
    council, audit = at_work
    leaver(council)
    before = council.history(audit)
    council.later(minutes=1).passes()
    assert council.history(audit) == before


def test_a_dry_run_tells_the_same_and_writes_nothing(at_work: tuple[Council, str]) -> None:
    council, audit = at_work
    before = council.history(audit)
    found = leaver(council, dry_run=True)
    assert (left(found), found.written) == ([(audit, "owner_inactive", "sandy")], False)
    assert (council.history(audit), reasons(council, audit)) == (before, [])
    assert sql(council, "SELECT active_to FROM person WHERE person_id = 'aud1'") == [(None,)]


@pytest.fixture
def damaged(at_work: tuple[Council, str]) -> tuple[Council, str, str]:
    """Give the same council with a second audit of the leaver whose row is damaged, and both references."""
    council, audit = at_work
    other = next(one for one in council.show(AUTUMN)["children"] if one != audit)
    council.fire(other, "allocate", by="quinn", auditor="aud1")
    sql(council, NO_JSON, other)
    return council, audit, other


def test_a_damaged_instance_does_not_keep_somebody_from_leaving(
    damaged: tuple[Council, str, str],
) -> None:
    council, _, other = damaged
    assert other in leaver(council).unreadable
    assert sql(council, "SELECT active_to FROM person WHERE person_id = 'aud1'") == [
        ("2025-10-07",)
    ]


def test_what_a_damaged_instance_does_not_touch_is_blocked_all_the_same(
    damaged: tuple[Council, str, str],
) -> None:
    council, _, other = damaged
    alone = raised(council)
    sql(council, "UPDATE process_instance SET owner = 'aud1' WHERE reference = ?", alone)
    assert other in leaver(council).unreadable
    assert reasons(council, alone) == ["owner_inactive"]


# ------------------------------------------------------------------ a leaver, from a day to come
def test_the_work_of_somebody_who_leaves_later_is_not_blocked_yet(
    at_work: tuple[Council, str],
) -> None:
    council, audit = at_work
    found = leaver(council, on="2025-10-13")
    assert (left(found), found.is_blocked) == ([(audit, "owner_inactive", "sandy")], False)
    assert reasons(council, audit) == []


@pytest.mark.parametrize(
    ("at", "blocked"), [("2025-10-12 23:59", []), ("2025-10-13 00:01", ["owner_inactive"])]
)
def test_the_pass_of_the_day_blocks_it(
    at_work: tuple[Council, str], at: str, blocked: list[str]
) -> None:
    council, audit = at_work
    leaver(council, on="2025-10-13")
    council.at(at).passes()
    assert reasons(council, audit) == blocked


def test_what_is_given_away_before_is_never_blocked(at_work: tuple[Council, str]) -> None:
    council, audit = at_work
    leaver(council, on="2025-10-13")
    council.reassign(audit, to="aud2", by="sandy")
    council.at("2025-10-13 09:00").passes()
    assert reasons(council, audit) == []


def test_the_day_somebody_leaves_may_be_brought_forward(at_work: tuple[Council, str]) -> None:
    council, audit = at_work
    leaver(council, on="2025-10-13")
    leaver(council, on="2025-10-09")
    assert reasons(council, audit) == ["owner_inactive"]


def test_somebody_whose_last_day_is_today_may_have_left_yesterday(
    at_work: tuple[Council, str],
) -> None:
    council, audit = at_work
    leaver(council, on="2025-10-10")
    leaver(council, on="2025-10-09")
    assert reasons(council, audit) == ["owner_inactive"]


def test_a_role_that_will_be_empty_on_the_day_is_told_before(three: Council) -> None:
    sql(three, "INSERT INTO person_role VALUES ('cass', 'sm_sqa')")
    leaves(three, "cass", "2025-10-10")
    assert {one[1] for one in left(leaver(three, "sandy", on="2025-10-13"))} == {"nobody_home"}


# ------------------------------------------------------------------ who cannot leave
def test_a_stranger_cannot_leave(council: Council) -> None:
    with pytest.raises(UnknownPerson, match="'zoe' is not in the roster"):
        leaver(council, "zoe")


def test_nobody_leaves_twice(council: Council) -> None:
    council.at("2025-10-08 09:00")
    leaver(council)
    with pytest.raises(
        WrongInput,
        match="Alex Auditor is not active any more: the last day was Tuesday 7 October 2025",
    ):
        leaver(council, on="2025-11-01")


def test_the_same_day_to_come_is_not_recorded_twice(council: Council) -> None:
    council.at("2025-10-01 09:00")
    leaver(council)
    with pytest.raises(
        WrongInput, match="not active from Wednesday 8 October 2025 is recorded already"
    ):
        leaver(council)


@pytest.mark.parametrize("on", ["2025-10-15", "2025-10-14", "2025-09-01"])
def test_nobody_leaves_before_they_have_begun(council: Council, on: str) -> None:
    sql(council, "UPDATE person SET active_from = '2025-10-15' WHERE person_id = 'aud1'")
    with pytest.raises(WrongInput, match="Alex Auditor begins on Wednesday 15 October 2025"):
        leaver(council, on=on)


def test_somebody_may_leave_after_a_single_day(council: Council) -> None:
    sql(council, "UPDATE person SET active_from = '2025-10-15' WHERE person_id = 'aud1'")
    assert str(leaver(council, on="2025-10-16").last_on) == "2025-10-15"


# ------------------------------------------------------------------ listed under the manager
def test_the_work_of_a_leaver_is_listed_under_their_manager(at_work: tuple[Council, str]) -> None:
    council, audit = at_work
    assert audit not in owned(council, "sandy")
    leaver(council)
    assert audit in owned(council, "sandy")
    assert audit in owned(council, "aud1")


def test_it_is_listed_under_nobody_else(at_work: tuple[Council, str]) -> None:
    council, audit = at_work
    leaver(council)
    assert [one for one in ("ada", "dana", "aud2", "quinn") if audit in owned(council, one)] == []


def test_where_the_manager_has_left_too_it_is_the_next_one_above(
    at_work: tuple[Council, str],
) -> None:
    council, audit = at_work
    leaver(council, "sandy", on="2025-10-09")
    found = leaver(council)
    assert left(found) == [(audit, "owner_inactive", "ada")]
    assert (audit in owned(council, "ada"), audit in owned(council, "sandy")) == (True, False)


def test_it_is_listed_no_more_once_it_is_given_away(at_work: tuple[Council, str]) -> None:
    council, audit = at_work
    leaver(council)
    council.reassign(audit, to="aud2", by="sandy")
    assert (audit in owned(council, "sandy"), reasons(council, audit)) == (False, [])


def test_whoever_it_is_listed_under_may_give_it_away(at_work: tuple[Council, str]) -> None:
    council, audit = at_work
    with_people(council, [("tess", "Tess Team", "practitioner", "QA", "sandy"),
                          ("aud1", "Alex Auditor", "auditor", "QA", "tess")])  # fmt: skip
    leaver(council)
    assert audit in owned(council, "tess")
    assert council.reassign(audit, to="aud2", by="tess").owner == "aud2"


def test_whoever_stands_next_above_may_give_it_away(at_work: tuple[Council, str]) -> None:
    council, audit = at_work
    with_people(council, [("una", "Una Upper", "practitioner", "QA", "ada"),
                          ("tess", "Tess Team", "practitioner", "QA", "una"),
                          ("aud1", "Alex Auditor", "auditor", "QA", "tess")])  # fmt: skip
    leaver(council)
    with pytest.raises(NotPermitted):
        council.reassign(audit, to="aud2", by="una")  # it is listed under Tess
    leaver(council, "tess", on="2025-10-09")
    assert audit in owned(council, "una")
    assert council.reassign(audit, to="aud2", by="una").owner == "aud2"


def test_what_a_leaver_has_ended_is_not_listed_under_their_manager(
    at_work: tuple[Council, str],
) -> None:
    council, audit = at_work
    council.fire(audit, "withdraw", by="sandy", reason="Twice in the list.")
    leaver(council)
    assert audit not in owned(council, "sandy", include_final=True)


def test_what_is_stuck_with_a_leaver_is_the_managers_question(at_work: tuple[Council, str]) -> None:
    council, audit = at_work
    assert audit not in stuck_under(council, "sandy")
    leaver(council)
    assert (audit in stuck_under(council, "sandy"), audit in stuck_under(council, "ada")) == (
        True,
        False,
    )


def test_without_a_manager_the_block_says_somebody_should(at_work: tuple[Council, str]) -> None:
    council, audit = at_work
    sql(council, "UPDATE person SET manager = NULL WHERE person_id = 'aud1'")
    assert left(leaver(council)) == [(audit, "owner_inactive", None)]
    assert "Somebody should give it" in council.show(audit)["blocked"][0]["note"]


# ------------------------------------------------------------------ delegations of a leaver
def test_what_a_leaver_lent_ends_with_them(council: Council) -> None:
    council.open_autumn_round()
    council.at("2025-10-09 09:00")
    lends(council)
    found = leaver(council, "ada", on="2025-10-09")
    assert [(one.from_person, one.to_person) for one in found.ended] == [("ada", "cass")]
    with pytest.raises(NotPermitted, match="Cass Care may not abandon"):
        council.fire(AUTUMN, "abandon", by="cass", reason="No.")


def test_what_was_lent_to_a_leaver_ends_with_them(council: Council) -> None:
    council.at("2025-10-09 09:00")
    lends(council)
    assert [one.to_person for one in leaver(council, "cass", on="2025-10-09").ended] == ["cass"]


def test_what_has_ended_before_they_leave_does_not_end_with_them(council: Council) -> None:
    council.at("2025-10-09 09:00")
    lends(council)
    assert leaver(council, "ada", on="2025-10-13").ended == ()


def test_what_runs_on_the_day_they_leave_ends_on_it(council: Council) -> None:
    council.at("2025-10-09 09:00")
    lends(council, until_on=date(2025, 10, 24))
    assert len(leaver(council, "ada", on="2025-10-13").ended) == 1


def test_what_had_ended_before_somebody_entered_that_they_left_is_not_told(
    council: Council,
) -> None:
    council.at("2025-10-09 09:00")
    lends(council, from_on=date(2025, 10, 1))
    council.at("2025-10-13 09:00")
    assert leaver(council, "ada", on="2025-10-02").ended == ()


def test_what_begins_after_they_have_left_will_never_begin(council: Council) -> None:
    council.at("2025-10-09 09:00")
    lends(council, from_on=date(2025, 10, 20), until_on=date(2025, 10, 24))
    assert len(leaver(council, "ada", on="2025-10-13").ended) == 1


def test_the_roster_keeps_a_delegation_that_has_ended(council: Council) -> None:
    council.at("2025-10-09 09:00")
    lends(council)
    leaver(council, "ada", on="2025-10-09")
    assert len(people_changes.read_roster(council.ctx).delegations) == 1
