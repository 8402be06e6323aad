"""The operator's question: each way of being stuck, made on purpose, with the sentence a manager reads."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from enum import StrEnum, auto
from typing import Any

import pytest
from council import AUTUMN, Council
from factories import an_instance, london
from fakes import RecordingChannel

from qa_workflow.engine.definition import Asks, Facts, ProcessDefinition, Refusal, Transition, guard
from qa_workflow.engine.instance import HistoryEntry
from qa_workflow.errors import DatabaseUnhealthy
from qa_workflow.patterns.ladders import STATUTORY
from qa_workflow.service import overlays, starting, stuck, why
from qa_workflow.service.invariants import examine
from qa_workflow.service.stuck import Filter, finding, judging
from qa_workflow.service.stuck.climbing import last_climb
from qa_workflow.service.stuck.sentences import sentence
from qa_workflow.service.work import Work
from qa_workflow.store.histories import Told
from qa_workflow.store.pins import Used

REC = "recommendation:R-0001"
GIVEN = {
    "what": "Write the plan with the child", "for_whom": "the child", "difference": "The child knows what comes next",
    "category": "case_action",
}  # fmt: skip
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
    found = why.why(council.ctx, reference, now=council.now)
    return found["class"], found["why"]


def _item(council: Council, reference: str = REC) -> dict[str, Any]:
    """Return what `why` tells of one instance, without what it tells besides."""
    found = why.why(council.ctx, reference, now=council.now)
    return {key: value for key, value in found.items() if key != "triggers"}


def _items(council: Council, **wanted: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - any filter
    return stuck.stuck(council.ctx, Filter(**wanted), now=council.now)


def _stuck(council: Council, **wanted: Any) -> list[str]:  # noqa: ANN401 - any filter
    return [one["reference"] for one in _items(council, **wanted)]


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


def _s8_version(council: Council) -> None:
    _deploy(council, version=2)


def _s8_content(council: Council) -> None:
    _deploy(council, due_ladder=STATUTORY)


def _s8_state(council: Council) -> None:
    _sql(council, "UPDATE process_instance SET state = 'elsewhere'")


def _s8_process(council: Council) -> None:
    _sql(council, "UPDATE process_instance SET process = 'gone'")


def _s8_version_without_the_state(council: Council) -> None:
    _s8_version(council)
    _s8_state(council)


def _s9_to_and_fro(council: Council) -> None:
    council.fire(REC, "assign", by="sandy", **GIVEN, owner="pat")
    for _ in range(3):
        council.fire(REC, "challenge", by="pat", reason="It is not mine.")
        council.fire(REC, "uphold", by="sandy", reason="It is.")
    council.passes()


def _hashes(council: Council, make: Make) -> dict[str, str]:
    """Make it stuck; return the short hashes of the rules it began under, and of those that are here now."""
    began = council.ctx.pin("recommendation").sha256[:8]
    make(council)
    return {"began": began, "here": council.ctx.pin("recommendation").sha256[:8]}


def _deploy(council: Council, **changes: Any) -> None:  # noqa: ANN401 - any field
    """Let the program have other rules for recommendations."""
    changed = replace(council.ctx.processes["recommendation"], **changes)
    council.ctx = replace(
        council.ctx, processes={**council.ctx.processes, "recommendation": changed}, _pins={}
    )


SQA = "Safeguarding and Quality Assurance Service Manager"
NEXT = "next: Sandy Quality and Ada People on 6 October 2025."
MIGRATE = "qa-workflow process migrate recommendation --from {} --to {} --as YOUR_ID --reason WHY"
MAKERS = [
    pytest.param(
        _s1_nobody_fires, "S1",
        "The system is 5 days behind with it: Sandy Quality should have been reminded on 1 October 2025.",
        "qa-workflow daemon --once", id="S1 late engine",
    ),
    pytest.param(
        _s2_late, "S2",
        "Waiting to be assigned by Sandy Quality since 1 October 2025, due by 3 October 2025; told: Sandy "
        "Quality and Ada People on 6 October 2025; next: Sandy Quality on 10 October 2025.",
        "qa-workflow fire recommendation:R-0001 assign --as sandy", id="S2 late without a block",
    ),
    pytest.param(
        _s4_blocked, "S4",
        "Blocked since 1 October 2025 (funding): The panel decides; waiting on Finance; "
        f"to be looked at again on 8 October 2025; {NEXT}",
        "qa-workflow unblock recommendation:R-0001 --as sandy --note 'WHAT HAS CHANGED'", id="S4 blocked",
    ),
    pytest.param(
        _s5_failing, "S5",
        "The system has failed on it once since 6 October 2025 at 09:00 (incident 1): Invalid isoformat string: "
        "'some day'; it is tried again on 6 October 2025 at 09:01.",
        "qa-workflow incident resolve 1 --as YOUR_ID --reason 'WHAT WAS PUT RIGHT'", id="S5 failing",
    ),
    pytest.param(
        _s6_undelivered, "S6",
        'A message to Sandy Quality has not gone out since 1 October 2025 ("Second reminder: Recommendation '
        f'follow-up C01"): recording: sandy cannot be reached; tried once; {NEXT}',
        "qa-workflow outbox retry", id="S6 undelivered",
    ),
    pytest.param(
        _s7_nobody_home, "S7",
        f"Nobody who works here today is {SQA}, whom it has waited for since 1 October 2025; "
        f"next: {SQA} on 6 October 2025.",
        "qa-workflow people import FILE", id="S7 nobody home",
    ),
    pytest.param(
        _s8_version, "S8",
        "It was started under version 1 ({began}) of Recommendation follow-up; this program has version 2 "
        "({here}); " + NEXT,
        MIGRATE.format(1, 2), id="S8 another version",
    ),
    pytest.param(
        _s8_content, "S8",
        "It was started under version 1 ({began}) of Recommendation follow-up; this program has version 1 "
        "({here}); " + NEXT,
        MIGRATE.format("1@{began}", 1), id="S8 another content",
    ),
    pytest.param(
        _s8_version_without_the_state, "S8",
        "It was started under version 1 ({began}) of Recommendation follow-up; this program has version 2 "
        "({here}), without the state elsewhere; next: Sandy Quality and Ada People on 2 February 2026.",
        "qa-workflow process migrate recommendation --from 1 --to 2 --map FILE --as YOUR_ID --reason WHY",
        id="S8 another version without the state",
    ),
    pytest.param(
        _s8_state, "S8",
        "It stands in elsewhere, which Recommendation follow-up in version 1 ({began}) does not have; "
        "next: Sandy Quality and Ada People on 2 February 2026.",
        "qa-workflow repair set-state recommendation:R-0001 STATE --trigger TRIGGER --as YOUR_ID --reason WHY",
        id="S8 drift of the state",
    ),
    pytest.param(
        _s8_process, "S8",
        "This program has no process gone; it was started under version 1 ({began}) of it.",
        "qa-workflow process list", id="S8 drift of the process",
    ),
    pytest.param(
        _s9_to_and_fro, "S9",
        "Sent to and fro: from challenged back to assigned 3 times since 1 October 2025 (by Pat Practitioner and "
        "Sandy Quality); next: Pat Practitioner and Sam Supervisor on 9 October 2025.",
        "qa-workflow block recommendation:R-0001 --reason disagreement --note 'WHAT THEY DISAGREE ABOUT' "
        "--as YOUR_ID", id="S9 to and fro",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("make", "class_", "sentence", "command"), MAKERS)
def test_each_class_is_found_and_told_in_a_sentence(
    raised: Council, make: Make, class_: str, sentence: str, command: str
) -> None:
    hashes = _hashes(raised, make)
    assert _why(raised) == (class_, sentence.format(**hashes))
    assert _item(raised)["repair"]["command"].startswith(command.format(**hashes))


@pytest.mark.parametrize(("make", "class_", "sentence", "command"), MAKERS)
def test_each_class_is_on_the_list_and_told_as_why_tells_it(
    raised: Council, make: Make, class_: str, sentence: str, command: str
) -> None:
    hashes = _hashes(raised, make)
    (listed,) = (one for one in _items(raised, class_=class_) if one["reference"] == REC)
    assert listed == _item(raised)
    assert listed["why"] == sentence.format(**hashes)
    assert listed["repair"]["command"].startswith(command.format(**hashes))


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
    assert _why(council, "trap:x") == (
        "S3", ("Nothing can move it out of closed door; looked at: leave (The door is closed); "
        "it has stood there since 1 September 2025."),
    )  # fmt: skip
    assert _item(council, "trap:x")["repair"]["command"] == (
        "qa-workflow repair set-state trap:x out --trigger leave --as YOUR_ID --reason WHY"
    )


def test_what_nothing_can_move_says_what_the_way_out_would_need(council: Council) -> None:
    council.ctx = replace(council.ctx, processes={"trap": TRAP}, lines=())
    starting.start_process(council.ctx, "trap", "x", now=council.now, actor="cli:test")
    (step,) = why.why(council.ctx, "trap:x", now=council.now)["way_out"]
    assert (step["trigger"], "The door is closed." in step["needs"]) == ("leave", True)


def test_what_can_be_moved_has_a_way_out_also_without_a_deadline(council: Council) -> None:
    open_door = replace(TRAP, transitions=(replace(TRAP.transitions[0], guards=()),))
    council.ctx = replace(council.ctx, processes={"trap": open_door}, lines=())
    starting.start_process(council.ctx, "trap", "x", now=council.now, actor="cli:test")
    assert _why(council, "trap:x")[0] is None


def test_what_has_no_way_out_is_on_the_list_once_a_pass_has_found_it(council: Council) -> None:
    council.ctx = replace(council.ctx, processes={"trap": TRAP}, lines=())
    starting.start_process(council.ctx, "trap", "x", now=council.now, actor="cli:test")
    council.later(hours=1).passes()
    (listed,) = _items(council)
    assert listed == _item(council, "trap:x")
    assert (listed["class"], listed["since"]) == ("S3", "2025-09-01T08:00:00Z")


def test_a_leavers_work_is_nobodys_home(council: Council) -> None:
    audit = f"case_audit:2025-26-A:{council.open_autumn_round()[0]}"
    council.at("2025-10-09 09:00").fire(audit, "allocate", by="quinn", auditor="aud1")
    _sql(council, "UPDATE person SET active_to = '2025-10-08' WHERE person_id = 'aud1'")
    council.passes()
    assert _why(council, audit)[0] == "S7"


def test_every_class_that_can_be_asked_for_has_a_judge_in_the_same_order() -> None:
    assert (
        list(stuck.CLASSES)
        == list(judging.JUDGES)
        == ["S5", "S3", "S8", "S7", "S4", "S1", "S6", "S2", "S9"]
    )


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
    assert "; blocked for 1 more reason; " in _why(raised)[1]


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


def test_why_says_of_a_damaged_row_what_the_list_says(damaged: Council) -> None:
    listed = {one["reference"]: one for one in stuck.stuck(damaged.ctx, Filter(), now=damaged.now)}
    asked = why.why(damaged.ctx, REC, now=damaged.now)
    assert asked == {**listed[REC], "triggers": []}
    assert "last backup" in asked["repair"]["what"]


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
        None, f"Nothing is wrong: waiting to be assigned by Sandy Quality since 1 October 2025, due by 3 October 2025; {NEXT}",
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
    assert "waiting to be started by Alex Auditor" in _why(council, audit)[1]


# ------------------------------------------------------------------ the item and its filters
def test_an_item_tells_who_was_told_at_which_level(raised: Council) -> None:
    _s2_late(raised)
    assert why.why(raised.ctx, REC, now=raised.now)["told"][-1] == {
        "level": "L0", "to": ["sandy", "ada"], "at": "2025-10-06T08:00:00Z", "on": "2025-10-06",
        "names": ["Sandy Quality", "Ada People"],
    }  # fmt: skip


def test_an_item_counts_working_days_from_the_first_late_one(raised: Council) -> None:
    _s2_late(raised)
    assert why.why(raised.ctx, REC, now=raised.now)["working_days"] == 1


def test_an_item_counts_no_working_days_beyond_the_calendar(raised: Council) -> None:
    _s4_blocked(raised)
    calendar = raised.ctx.published
    short = replace(
        calendar,
        holidays={d: n for d, n in calendar.holidays.items() if d.year < 2025},
        last_year=2024,
    )
    raised.ctx = replace(raised.ctx, published=short)
    assert why.why(raised.ctx, REC, now=raised.now)["working_days"] is None


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


# ------------------------------------------------------------------ what the sentences say besides
def test_a_block_whose_review_is_past_says_so(raised: Council) -> None:
    _s4_blocked(raised)
    raised.at("2025-10-09 09:00").passes()
    assert "; was to be looked at again on 8 October 2025, which is past; " in _why(raised)[1]
    assert _item(raised)["looked_again_on"] == "2025-10-08"


def test_what_is_overdue_at_ad_people_is_told_without_codes(raised: Council) -> None:
    raised.at("2025-10-20 09:00").passes()
    assert _why(raised) == (
        "S4", ("Late since 4 October 2025, blocked since 17 October 2025 (overdue for so long that AD People were told): waiting to be assigned by "
        "Sandy Quality since 1 October 2025, due by 3 October 2025; to be looked at again on 27 October 2025; told: "
        "Sandy Quality and Ada People on 6 October 2025, Sandy Quality on 10 October 2025, Ada People on 17 October "
        "2025; next: Dana Director on 31 October 2025."),
    )  # fmt: skip


def test_where_it_was_late_before_it_was_blocked_its_days_count_from_the_first_day_named(
    raised: Council,
) -> None:
    raised.at("2025-10-06 09:00").passes()
    _s4_blocked(raised)
    assert _why(raised)[1].startswith(
        "Late since 4 October 2025, blocked since 6 October 2025 (funding): The panel decides; "
    )
    assert _item(raised)["since"] == "2025-10-03T23:00:00Z"


def test_where_it_was_stuck_otherwise_before_it_was_blocked_that_is_said_too(
    raised: Council,
) -> None:
    _s6_undelivered(raised)
    raised.at("2025-10-02 09:00")
    _s4_blocked(raised)
    assert _why(raised)[1].startswith("Stuck since 1 October 2025, blocked since 2 October 2025 (")


# ------------------------------------------------------------------ several ladders at once
def _told_of(seq: int, deadline: str, level: str, day: str, *to: str) -> Told:
    at = datetime.fromisoformat(f"{day}T09:00:00+00:00")
    entry = HistoryEntry(
        at=at, recorded_at=at, actor="system", action="escalated", before="draft", after="draft",
        level=level, nominal_on=at.date(), data={"deadline": deadline, "told": list(to or ("ada",))},
    )  # fmt: skip
    return Told(seq=seq, hash="", definition_version=1, entry=entry)


def _climbed(*levels: Told) -> list[tuple[str, str | None]]:
    found = last_climb(an_instance(entered_at=london("2025-10-01")), levels)
    return [(one.entry.data["deadline"], one.entry.level) for one in found]


def test_the_levels_of_every_deadline_that_presses_are_told_by_their_days() -> None:
    assert _climbed(
        _told_of(1, "agree_by", "L0", "2025-10-06"),
        _told_of(2, "agree_by", "L2", "2025-10-20"),
        _told_of(3, "submit_by", "L0", "2025-10-08"),
        _told_of(4, "submit_by", "L1", "2025-10-22"),
    ) == [("agree_by", "L0"), ("submit_by", "L0"), ("agree_by", "L2"), ("submit_by", "L1")]


def test_a_ladder_that_begins_again_leaves_out_its_own_first_climb_alone() -> None:
    assert _climbed(
        _told_of(1, "agree_by", "L0", "2025-10-06"),
        _told_of(2, "submit_by", "L0", "2025-10-07"),
        _told_of(3, "agree_by", "L1", "2025-10-08"),
        _told_of(4, "agree_by", "L0", "2025-10-20"),
    ) == [("submit_by", "L0"), ("agree_by", "L0")]


def test_who_was_told_of_two_deadlines_on_one_day_is_named_once(raised: Council) -> None:
    levels = [
        _told_of(1, "agree_by", "L0", "2025-10-06", "sandy"),
        _told_of(2, "submit_by", "L0", "2025-10-06", "ada", "sandy"),
    ]
    with raised.ctx.database.reading() as connection:
        work = Work(raised.ctx, connection, raised.now)
        one = an_instance(entered_at=london("2025-10-01"))
        said = sentence(judging.Asked(work=work, instance=one), levels, None)
    assert "; told: Sandy Quality and Ada People on 6 October 2025; " in said


def test_the_next_level_is_told_with_who_and_when(raised: Council) -> None:
    _s2_late(raised)
    assert _item(raised)["next"] == {"level": "L1", "to": ["Sandy Quality"], "on": "2025-10-10"}


def test_at_the_top_of_the_ladder_nobody_else_is_told(raised: Council) -> None:
    raised.at("2026-04-01 09:00").passes()
    found = _item(raised)
    assert found["next"] is None
    assert found["why"].endswith(
        "Dana Director on 27 February 2026; nobody else is told by itself."
    )


def test_an_owner_who_left_is_named_with_who_should_give_it_away(council: Council) -> None:
    audit = f"case_audit:2025-26-A:{council.open_autumn_round()[0]}"
    council.at("2025-10-09 09:00").fire(audit, "allocate", by="quinn", auditor="aud1")
    _sql(council, "UPDATE person SET active_to = '2025-10-08' WHERE person_id = 'aud1'")
    council.passes()
    found = _item(council, audit)
    assert found["why"].startswith(
        "Alex Auditor owns it and has not been active here since 9 October 2025 or before; "
        "Sandy Quality should give it to another person; "
    )
    assert found["repair"] == {
        "what": "Sandy Quality gives it to another person, saying why.",
        "command": f"qa-workflow reassign {audit} --to PERSON_ID --as sandy --reason WHY",
    }


def test_an_expiry_that_was_not_made_is_told_by_its_deadline(council: Council) -> None:
    council.at("2025-09-03 08:00").passes()
    council.at("2025-10-01 08:00")
    class_, why_ = _why(council, AUTUMN)
    assert class_ == "S1"
    assert why_.startswith(
        "The system is 8 hours behind with it: what was to happen by itself on 1 October 2025 ("
    )


def test_what_waits_for_what_is_blocked_points_there(council: Council) -> None:
    council.open_autumn_round()
    audits = [one["reference"] for one in council.listed(process="case_audit")]
    council.at("2025-10-09 09:00").fire(audits[0], "allocate", by="quinn", auditor="aud1")
    overlays.block(
        council.ctx, audits[0], actor="sandy", reason="other", note="No.", now=council.now
    )
    found = _item(council, AUTUMN)
    assert (found["class"], found["repair"]["command"]) == ("S4", f"qa-workflow why {audits[0]}")


def test_where_what_was_blocked_first_is_free_again_the_one_still_blocked_is_named(
    council: Council,
) -> None:
    council.open_autumn_round()
    first, second, third, *_ = (one["reference"] for one in council.listed(process="case_audit"))
    council.at("2025-10-09 09:00").fire(first, "allocate", by="quinn", auditor="aud1")
    for one in (first, second, third):
        overlays.block(council.ctx, one, actor="sandy", reason="other", note="No.", now=council.now)
    council.later(days=1)
    for one in (first, third):
        overlays.unblock(council.ctx, one, actor="sandy", note="Done.", now=council.now)
    found = _item(council, AUTUMN)
    (block,) = found["blocked"]
    assert block["note"] == f"Waits for {second}, which is itself blocked."
    assert (block["waiting_on"], block["since"]) == (second, "2025-10-09T08:00:00Z")
    assert found["repair"]["command"] == f"qa-workflow why {second}"
    assert examine(council.ctx, now=council.now)["ok"] is True  # the row is what the history says


def test_a_loop_that_was_left_behind_is_no_loop_any_more(raised: Council) -> None:
    _s9_to_and_fro(raised)
    raised.fire(REC, "accept", by="pat")
    assert _why(raised)[0] is None
    assert REC not in _stuck(raised)


def test_a_loop_of_long_ago_is_forgotten(raised: Council) -> None:
    _s9_to_and_fro(raised)
    _sql(raised, "UPDATE process_instance SET stuck_at = NULL")
    _sql(raised, "UPDATE timer SET status = 'lapsed'")
    raised.later(days=59)
    assert REC in _stuck(raised, class_="S9")
    raised.later(days=2)
    assert _why(raised)[0] is None
    assert REC not in _stuck(raised, class_="S9")


def test_two_moves_alike_are_no_loop_yet(raised: Council) -> None:
    raised.fire(REC, "assign", by="sandy", **GIVEN, owner="pat")
    for _ in range(2):
        raised.fire(REC, "challenge", by="pat", reason="It is not mine.")
        raised.fire(REC, "uphold", by="sandy", reason="It is.")
    raised.passes()
    assert _why(raised)[0] is None


def test_what_began_before_contents_were_kept_is_told_by_its_version_alone(raised: Council) -> None:
    _sql(raised, "UPDATE process_instance SET definition_hash = ''")
    raised.passes()
    assert (_why(raised)[0], _stuck(raised)) == (None, [])
    starting.start_process(raised.ctx, "recommendation", "C02", now=raised.now, actor="cli:test")
    _s4_blocked(raised)
    assert _stuck(raised, class_="S8") == []
    _s8_version(raised)
    assert _why(raised)[0] == "S8"


# ------------------------------------------------------------------ since when
def test_since_is_the_earliest_of_its_troubles(raised: Council) -> None:
    raised.at("2025-10-02 09:00").passes()
    _s4_blocked(raised)
    raised.at("2025-10-06 09:00").passes()
    assert (_item(raised)["class"], _item(raised)["since"]) == ("S4", "2025-10-02T08:00:00Z")
    _sql(raised, "UPDATE process_instance SET stuck_at = stuck_at - 5 * 86400000000")
    assert (_item(raised)["class"], _item(raised)["since"]) == ("S4", "2025-09-28T23:00:00Z")


def test_what_will_be_late_only_later_is_stuck_since_its_block(raised: Council) -> None:
    _s4_blocked(raised)
    assert _item(raised)["since"] == "2025-10-01T08:00:00Z"


def test_what_drifted_is_stuck_since_it_stands_where_it_stands(raised: Council) -> None:
    raised.at("2025-10-02 09:00").passes()
    _s8_version(raised)
    assert (_item(raised)["since"], _item(raised)["working_days"]) == ("2025-10-01T08:00:00Z", 2)


def test_what_goes_to_and_fro_is_stuck_since_the_first_of_those_moves(raised: Council) -> None:
    raised.fire(REC, "assign", by="sandy", **GIVEN, owner="pat")
    for hours in (1, 2, 3):
        raised.later(hours=1).fire(REC, "challenge", by="pat", reason="It is not mine.")
        raised.fire(REC, "uphold", by="sandy", reason=f"It is, {hours}.")
    raised.passes()
    assert (_item(raised)["class"], _item(raised)["since"]) == ("S9", "2025-10-01T09:00:00Z")


def test_what_drifted_and_was_blocked_later_is_stuck_since_it_stands_where_it_stands(
    raised: Council,
) -> None:
    raised.at("2025-10-02 09:00").passes()
    _s4_blocked(raised)
    _s8_version(raised)
    assert (_item(raised)["class"], _item(raised)["since"]) == ("S8", "2025-10-01T08:00:00Z")
    assert _items(raised) == [_item(raised)]


def test_what_goes_to_and_fro_stands_in_its_place_among_the_others(
    raised: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It is found by the window that was counted back, which begins long before its own place.
    monkeypatch.setattr(finding, "FEWEST", 1)
    starting.start_process(raised.ctx, "recommendation", "C02", now=raised.now, actor="cli:test")
    _s9_to_and_fro(raised)
    _sql(raised, "UPDATE process_instance SET stuck_at = 1758000000000000 WHERE subject = 'C02'")
    assert _stuck(raised) == ["recommendation:R-0002", REC]


@pytest.mark.parametrize(
    ("used", "strange"),
    [
        (("recommendation", 1, "", "raised"), False), (("recommendation", 2, "", "raised"), True),
        (("recommendation", 1, "", "elsewhere"), True), (("recommendation", 1, "another", "raised"), True),
        (("gone", 1, "", "raised"), True),
    ],
)  # fmt: skip
def test_only_what_this_program_lacks_is_looked_for(
    council: Council, used: tuple[str, int, str, str], *, strange: bool
) -> None:
    with council.ctx.database.reading() as connection:
        assert (
            judging.is_strange(Work(council.ctx, connection, council.now), Used(*used)) == strange
        )


def test_what_only_the_system_moves_points_at_what_it_waits_for_also_when_it_is_late(
    council: Council,
) -> None:
    audit = f"case_audit:2025-26-A:{council.open_autumn_round()[0]}"
    council.at("2025-10-09 09:00").fire(audit, "allocate", by="quinn", auditor="aud1")
    council.at("2025-12-22 09:00").passes()
    found = _item(council, AUTUMN)
    assert (found["state"], found["class"]) == ("in_progress", "S4")
    assert {"overdue_l2", "waits_on_blocked"} <= {one["reason"] for one in found["blocked"]}
    assert found["repair"]["command"].startswith("qa-workflow why case_audit:")
