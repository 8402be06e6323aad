"""The operator's question: each way of being stuck, made on purpose, with the sentence a manager reads."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum, auto
from typing import Any

import pytest
from council import AUTUMN, Council
from fakes import RecordingChannel

from qa_workflow.engine.definition import Asks, Facts, ProcessDefinition, Refusal, Transition, guard
from qa_workflow.errors import DatabaseUnhealthy
from qa_workflow.service import overlays, starting, stuck
from qa_workflow.service.stuck import Filter

REC = "recommendation:R-0001"
Make = Callable[[Council], None]


@pytest.fixture
def raised(council: Council) -> Council:
    """Give the council with one recommendation, raised on 1 October 2025, to be assigned by the 3rd."""
    council.at("2025-10-01 09:00")
    starting.start_process(council.ctx, "recommendation", "C01", now=council.now, actor="cli:test")
    return council


def _sql(council: Council, statement: str) -> None:
    plain = sqlite3.connect(str(council.ctx.database.path))
    plain.execute(statement)
    plain.commit()
    plain.close()


def _why(council: Council, reference: str = REC) -> tuple[str | None, str]:
    found = stuck.why(council.ctx, reference, now=council.now)
    return found["class"], found["why"]


def _stuck(council: Council, **wanted: Any) -> list[str]:  # noqa: ANN401 - any filter
    return [one["reference"] for one in stuck.stuck(council.ctx, Filter(**wanted), now=council.now)]


# ------------------------------------------------------------------ each class, made on purpose
def _s1_nobody_fires(council: Council) -> None:
    council.at("2025-10-06 09:00")


def _s2_late(council: Council) -> None:
    council.at("2025-10-06 09:00").passes()


def _s4_blocked(council: Council) -> None:
    overlays.block(
        council.ctx, REC, actor="sandy", reason="funding", note="The panel decides.", waiting_on="Finance",
        now=council.now,
    )  # fmt: skip


def _s5_failing(council: Council) -> None:
    _sql(council, "UPDATE process_instance SET entered_on = 'some day'")
    council.at("2025-10-06 09:00").passes()
    _sql(council, "UPDATE process_instance SET entered_on = '2025-10-01'")


def _s6_undelivered(council: Council) -> None:
    council.ctx = replace(council.ctx, channels={"log": RecordingChannel(broken={"sandy"})})
    council.passes()


def _s7_nobody_home(council: Council) -> None:
    _sql(council, "DELETE FROM person_role WHERE role = 'sm_sqa'")
    council.passes()


def _s8_state(council: Council) -> None:
    _sql(council, "UPDATE process_instance SET state = 'elsewhere'")


def _s8_process(council: Council) -> None:
    _sql(council, "UPDATE process_instance SET process = 'gone'")


@pytest.mark.parametrize(
    ("make", "class_", "sentence"),
    [
        pytest.param(
            _s1_nobody_fires, "S1", "Its timer is due and was not fired: the daemon is late or not running; "
            "next escalation on 6 October 2025.", id="S1 late engine",
        ),
        pytest.param(
            _s2_late, "S2", "Waiting in raised for sm_sqa since 1 October 2025; told: Sandy Quality and Ada People "
            "6 October 2025 (L0); next escalation on 10 October 2025.", id="S2 late without a block",
        ),
        pytest.param(
            _s4_blocked, "S4", "Blocked in raised, funding: The panel decides, waiting on Finance; "
            "next escalation on 6 October 2025.", id="S4 blocked",
        ),
        pytest.param(
            _s5_failing, "S5", "The system fails on it: Invalid isoformat string: 'some day'; "
            "next escalation on 6 October 2025.", id="S5 failing",
        ),
        pytest.param(
            _s6_undelivered, "S6", "A message does not go out: sandy: recording: sandy cannot be reached; "
            "next escalation on 6 October 2025.", id="S6 undelivered",
        ),
        pytest.param(
            _s7_nobody_home, "S7", "Nobody active holds the role sm_sqa that owns this state; next escalation on 6 October 2025.", id="S7 nobody home",
        ),
        pytest.param(
            _s8_state, "S8", "State elsewhere of recommendation version 1 is not part of this program; "
            "next escalation on 2 February 2026.",
            id="S8 drift of the state",
        ),
        pytest.param(
            _s8_process, "S8", "State raised of gone version 1 is not part of this program.", id="S8 drift of the process",
        ),
    ],
)  # fmt: skip
def test_each_class_is_found_and_told_in_a_sentence(
    raised: Council, make: Make, class_: str, sentence: str
) -> None:
    make(raised)
    assert _why(raised) == (class_, sentence)


@pytest.mark.parametrize(
    "make",
    [
        _s1_nobody_fires,
        _s2_late,
        _s4_blocked,
        _s5_failing,
        _s6_undelivered,
        _s7_nobody_home,
        _s8_state,
        _s8_process,
    ],
)
def test_each_class_is_on_the_list_of_what_is_stuck(raised: Council, make: Make) -> None:
    make(raised)
    assert REC in _stuck(raised)


class Trap(StrEnum):
    """A state that nothing can leave, until its guard lets it."""

    CLOSED_DOOR = auto()
    OUT = auto()


@guard()
def never(_facts: Facts, _evidence: Asks) -> Refusal | None:
    """Refuse whatever is asked."""
    return Refusal(why="The door is closed.", who="sm_sqa")


TRAP = ProcessDefinition(
    name="trap", title="Trap", version=1, states=Trap, initial=Trap.CLOSED_DOOR, final=frozenset({Trap.OUT}),
    transitions=(Transition("leave", Trap.CLOSED_DOOR, Trap.OUT, (never,), "sm_sqa"),), deadlines=(),
)  # fmt: skip


def test_what_nothing_can_move_has_no_way_out(council: Council) -> None:
    council.ctx = replace(council.ctx, processes={"trap": TRAP}, lines=())
    starting.start_process(council.ctx, "trap", "x", now=council.now, actor="cli:test")
    assert _why(council, "trap:x") == ("S3", "Nothing can move it out of closed door.")


def test_what_nothing_can_move_says_what_the_way_out_would_need(council: Council) -> None:
    council.ctx = replace(council.ctx, processes={"trap": TRAP}, lines=())
    starting.start_process(council.ctx, "trap", "x", now=council.now, actor="cli:test")
    (step,) = stuck.why(council.ctx, "trap:x", now=council.now)["way_out"]
    assert (step["trigger"], "The door is closed." in step["needs"]) == ("leave", True)


def test_what_can_be_moved_has_a_way_out_also_without_a_deadline(council: Council) -> None:
    open_door = replace(TRAP, transitions=(replace(TRAP.transitions[0], guards=()),))
    council.ctx = replace(council.ctx, processes={"trap": open_door}, lines=())
    starting.start_process(council.ctx, "trap", "x", now=council.now, actor="cli:test")
    assert _why(council, "trap:x")[0] is None


def test_what_has_no_way_out_is_on_the_list_of_what_is_stuck(council: Council) -> None:
    council.ctx = replace(council.ctx, processes={"trap": TRAP}, lines=())
    starting.start_process(council.ctx, "trap", "x", now=council.now, actor="cli:test")
    assert _stuck(council) == ["trap:x"]


def test_a_leavers_work_is_nobodys_home(council: Council) -> None:
    audit = f"case_audit:2025-26-A:{council.open_autumn_round()[0]}"
    council.at("2025-10-09 09:00").fire(audit, "allocate", by="quinn", auditor="aud1")
    _sql(council, "UPDATE person SET active_to = '2025-10-08' WHERE person_id = 'aud1'")
    council.passes()
    assert _why(council, audit)[0] == "S7"


def test_every_class_that_can_be_asked_for_has_a_judge_in_the_same_order() -> None:
    assert list(stuck.CLASSES) == list(stuck._JUDGES)


def test_an_instance_stands_once_on_the_list_by_the_first_class_that_fits(raised: Council) -> None:
    _s4_blocked(raised)
    _s5_failing(raised)
    assert [
        (one["reference"], one["class"])
        for one in stuck.stuck(raised.ctx, Filter(process="recommendation"), now=raised.now)
    ] == [(REC, "S5")]


def test_several_blocks_are_told_as_one_and_more(raised: Council) -> None:
    _s4_blocked(raised)
    raised.later(hours=1)
    overlays.block(raised.ctx, REC, actor="sandy", reason="other", note="B.", now=raised.now)
    assert "(and 1 more)" in _why(raised)[1]


# ------------------------------------------------------------------ a damaged row
@pytest.fixture
def damaged(raised: Council) -> Council:
    """Give two late recommendations, the first of which has a row that cannot be read."""
    starting.start_process(raised.ctx, "recommendation", "C02", now=raised.now, actor="cli:test")
    _sql(raised, "UPDATE process_instance SET data = '{' WHERE reference = 'recommendation:R-0001'")
    raised.at("2025-10-06 09:00").passes()
    return raised


def test_a_damaged_row_does_not_hide_the_others(damaged: Council) -> None:
    assert {REC, "recommendation:R-0002"} <= set(_stuck(damaged))


def test_a_damaged_row_is_failing_and_says_so(damaged: Council) -> None:
    (one,) = (
        one
        for one in stuck.stuck(damaged.ctx, Filter(class_="S5"), now=damaged.now)
        if one["reference"] == REC
    )
    assert one["why"].startswith("Its row in the database cannot be read.")


def test_a_damaged_row_stands_in_lists(damaged: Council) -> None:
    (one,) = (one for one in damaged.listed() if one["reference"] == REC)
    assert one["status"] == "Its row in the database cannot be read."


def test_a_damaged_row_that_is_asked_for_by_name_is_told_in_a_sentence(damaged: Council) -> None:
    with pytest.raises(
        DatabaseUnhealthy, match=r"Instance 1 cannot be read .* Restore the last backup\."
    ):
        damaged.show(REC)


def test_a_damaged_row_is_listed_with_the_keys_of_any_other(damaged: Council) -> None:
    first, second = (set(one) for one in damaged.listed(process="recommendation"))
    assert first == second


def test_a_damaged_row_is_stuck_with_the_keys_of_any_other(damaged: Council) -> None:
    found = stuck.stuck(damaged.ctx, Filter(process="recommendation"), now=damaged.now)
    assert len({frozenset(one) for one in found}) == 1


# ------------------------------------------------------------------ nothing wrong
def test_of_a_healthy_instance_the_class_is_none(raised: Council) -> None:
    assert _why(raised) == (
        None, "Nothing is wrong: in raised, waiting for sm_sqa; next escalation on 6 October 2025.",
    )  # fmt: skip


def test_a_healthy_instance_is_not_on_the_list(raised: Council) -> None:
    assert _stuck(raised) == []


def test_of_what_has_ended_the_class_is_none(raised: Council) -> None:
    raised.fire(REC, "supersede", by="sandy", successor="recommendation:R-0002")
    assert _why(raised) == (None, "It ended: superseded.")


def test_what_has_ended_is_not_on_the_list(raised: Council) -> None:
    _s2_late(raised)
    raised.fire(REC, "supersede", by="sandy", successor="recommendation:R-0002")
    assert REC not in _stuck(raised)


def test_a_round_that_waits_for_its_audits_is_not_stuck(council: Council) -> None:
    audit = f"case_audit:2025-26-A:{council.open_autumn_round()[0]}"
    council.fire(audit, "allocate", by="quinn", auditor="aud1")
    assert _why(council, AUTUMN)[0] is None


def test_the_owner_is_named_as_people_know_them(council: Council) -> None:
    audit = f"case_audit:2025-26-A:{council.open_autumn_round()[0]}"
    council.fire(audit, "allocate", by="quinn", auditor="aud1")
    assert "waiting for Alex Auditor" in _why(council, audit)[1]


# ------------------------------------------------------------------ the item and its filters
def test_an_item_tells_who_was_told_at_which_level(raised: Council) -> None:
    _s2_late(raised)
    assert stuck.why(raised.ctx, REC, now=raised.now)["told"][-1] == {
        "level": "L0", "to": ["sandy", "ada"], "at": "2025-10-06T08:00:00Z",
    }  # fmt: skip


def test_an_item_counts_working_days_from_the_first_late_one(raised: Council) -> None:
    _s2_late(raised)
    assert stuck.why(raised.ctx, REC, now=raised.now)["working_days"] == 1


def test_an_item_counts_no_working_days_beyond_the_calendar(raised: Council) -> None:
    _s4_blocked(raised)
    calendar = raised.ctx.published
    short = replace(
        calendar,
        holidays={d: n for d, n in calendar.holidays.items() if d.year < 2025},
        last_year=2024,
    )
    raised.ctx = replace(raised.ctx, published=short)
    assert stuck.why(raised.ctx, REC, now=raised.now)["working_days"] is None


@pytest.fixture
def several(raised: Council) -> Council:
    """Give a late recommendation and, one working day later, a blocked one of another team."""
    _s2_late(raised)
    raised.at("2025-10-07 09:00")
    starting.start_process(raised.ctx, "immediate_concern", "X99", now=raised.now, actor="cli:test")
    overlays.block(raised.ctx, "X99:1", actor="sandy", reason="other", note="No.", now=raised.now)
    return raised


CONCERN = "immediate_concern:X99:1"


def test_the_longest_stuck_comes_first(several: Council) -> None:
    assert [one for one in _stuck(several) if one in {REC, CONCERN}] == [REC, CONCERN]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"class_": "S2"}, [REC]), ({"class_": "S4"}, [CONCERN]), ({"process": "immediate_concern"}, [CONCERN]),
        ({"team": "North"}, [REC]), ({"owner": "sm_sqa", "process": "recommendation"}, [REC]),
        ({"min_days": 2}, [REC]), ({"class_": "S8"}, []), ({"owner": "nobody"}, []),
    ],
)  # fmt: skip
def test_the_list_is_narrowed_by_what_is_asked_for(
    several: Council, wanted: dict[str, Any], found: list[str]
) -> None:
    assert _stuck(several, **wanted) == found
