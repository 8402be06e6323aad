"""What must hold at the end of a year, and that the report says so when it does not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from simulation.conftest import WEEKS, Lived

from qa_workflow.engine.people import Person
from qa_workflow.engine.working_days import LONDON
from qa_workflow.frameworks.bank_holidays import published_calendar
from qa_workflow.service.scenes import Life, asked_for, lives
from qa_workflow.simulation.days import Tally
from qa_workflow.simulation.report import Evidence, report

pytestmark = pytest.mark.timeout(120)

SILENCE = "nothing is late in silence"
TOLD = "whoever a level names was told"
CLOCK = "nothing stands without a clock"
CALENDAR = published_calendar()
LATER = datetime(2027, 1, 1, tzinfo=LONDON)
PLANNED = "everything the framework asks for was planned"


@pytest.fixture(scope="session")
def evidence(idle: Lived) -> Evidence:
    """Give all that is known of five weeks in which nobody did anything."""
    return Evidence(
        whole=lives(idle.ctx),
        asked=asked_for(idle.ctx, WEEKS.first, WEEKS.last),
        processes=idle.ctx.processes,
        calendar=CALENDAR,
        tally=Tally(),
        now=datetime(2026, 2, 6, 18, tzinfo=LONDON),
    )


def failing(seen: Evidence) -> dict[str, list[str]]:
    return {one["check"]: one["why"] for one in report(seen)["checks"] if not one["ok"]}


def changed(seen: Evidence, reference: str, change: Callable[[Life], Life]) -> Evidence:
    """Return the evidence with one life changed."""
    some = [
        change(life) if life.instance.reference == reference else life for life in seen.whole.lives
    ]
    return replace(seen, whole=replace(seen.whole, lives=some))


@pytest.fixture
def late(evidence: Evidence) -> Life:
    """Give something that was late enough for AD People to be told, without another level to come."""
    return next(
        life
        for life in evidence.whole.lives
        if life.instance.level == "L3" and life.instance.is_open
    )


# ------------------------------------------------------------------ a council in which nobody acts
def test_a_council_in_which_nobody_acts_is_late_everywhere_and_everybody_is_told(
    idle: Lived,
) -> None:
    found = idle.report
    assert found["ok"] is True
    assert found["acts"]["done"] == 0
    assert len(found["late"]) > 10
    assert {one["level"] for one in found["late"]} >= {"L2", "L3"}
    assert all(one["told"] for one in found["late"] if one["level"])


def test_a_level_reaches_whoever_it_names(idle: Lived) -> None:
    for one in idle.report["late"]:
        if one["level"] == "L3":
            assert {"ada", "dana"} & set(one["told"]), one["reference"]


# ------------------------------------------------------------------ each check fails when it should
def test_nothing_fails_as_it_was_lived(evidence: Evidence) -> None:
    assert failing(evidence) == {}


def test_something_late_that_told_nobody_is_silent(evidence: Evidence, late: Life) -> None:
    reference = late.instance.reference

    def silenced(life: Life) -> Life:
        return replace(life, climbed=(), instance=life.instance.altered(timers=()))

    found = failing(changed(evidence, reference, silenced))
    assert set(found) == {SILENCE}
    assert found[SILENCE][0].startswith(reference)


def test_what_became_late_again_is_not_excused_by_who_was_told_before(
    evidence: Evidence, late: Life
) -> None:
    def late_anew(life: Life) -> Life:
        return replace(life, instance=life.instance.altered(timers=(), stuck_at=evidence.now))

    assert SILENCE in failing(changed(evidence, late.instance.reference, late_anew))


def test_a_message_that_was_never_written_is_missed(evidence: Evidence, late: Life) -> None:
    reference = late.instance.reference
    found = failing(
        changed(
            evidence,
            reference,
            lambda life: replace(life, written_to=life.written_to - {"ada"}),
        )
    )
    assert set(found) == {TOLD}
    assert "ada" in found[TOLD][0]


def test_another_of_the_role_who_was_not_told_is_missed(evidence: Evidence) -> None:
    second = Person(person_id="zoe", name="Zoe", roles=frozenset({"ad_people"}))
    roster = replace(evidence.whole.roster, people={**evidence.whole.roster.people, "zoe": second})
    found = failing(replace(evidence, whole=replace(evidence.whole, roster=roster)))
    assert set(found) == {TOLD}
    assert all(why.endswith("L2: zoe") for why in found[TOLD])


def test_something_open_without_timer_block_or_date_stands_without_a_clock(
    evidence: Evidence,
) -> None:
    one = next(
        life.instance
        for life in evidence.whole.lives
        if life.instance.is_open and (life.instance.stuck_at or LATER) > evidence.now
    )

    def stopped(life: Life) -> Life:
        bare: dict[str, Any] = {"timers": (), "blocks": (), "due_on": None, "pending": None}
        return replace(life, instance=life.instance.altered(**bare))

    assert set(failing(changed(evidence, one.reference, stopped))) == {CLOCK}


@pytest.mark.parametrize(
    ("due_on", "met_at", "fails"),
    [
        (date(2026, 3, 1), None, {CLOCK}),  # it should be armed, and is not
        (date(CALENDAR.last_year + 1, 3, 1), None, set()),  # armed as soon as it can be counted
        (date(CALENDAR.last_year + 1, 3, 1), datetime(2026, 2, 1, tzinfo=LONDON), {CLOCK}),
    ],
)
def test_only_a_date_beyond_the_known_bank_holidays_may_be_unarmed(
    evidence: Evidence, late: Life, due_on: date, met_at: datetime | None, fails: set[str]
) -> None:
    def unarmed(life: Life) -> Life:
        bare: dict[str, Any] = {"timers": (), "blocks": (), "stuck_at": None}
        return replace(life, instance=life.instance.altered(due_on=due_on, met_at=met_at, **bare))

    assert set(failing(changed(evidence, late.instance.reference, unarmed))) == fails


@pytest.mark.parametrize(("year", "fails"), [(2026, {CLOCK}), (CALENDAR.last_year + 1, set())])
def test_the_same_holds_for_the_date_of_a_state(
    evidence: Evidence, year: int, fails: set[str]
) -> None:
    one = next(life for life in evidence.whole.lives if life.instance.process == "adult_transition")

    def agreed(life: Life) -> Life:
        bare: dict[str, Any] = {"timers": (), "blocks": (), "stuck_at": None, "due_on": None}
        data = {"transfer_by": f"{year}-06-01"}
        return replace(life, instance=life.instance.altered(state="plan_agreed", data=data, **bare))

    assert set(failing(changed(evidence, one.instance.reference, agreed))) == fails


def test_something_that_was_not_planned_is_missed(evidence: Evidence) -> None:
    gone = evidence.asked[0]
    some = [life for life in evidence.whole.lives if life.instance.reference != gone.reference]
    found = failing(replace(evidence, whole=replace(evidence.whole, lives=some)))
    assert found[PLANNED][0].startswith(f"{gone.line.code}: ")


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ({"planned_twice": 1}, "planning twice adds nothing"),
        (
            {"broken": [("I2", "recommendation:R-0001: its history was changed (I2).")]},
            "every history fits its chain",
        ),
        (
            {"broken": [("I1", "recommendation:R-0001: its record does not add up (I1).")]},
            "every record adds up",
        ),
        (
            {"tally": Tally(misfits={("dip_check", "fly"): "no such trigger"})},
            "every act was one that its process knows",
        ),
    ],
)
def test_whatever_else_went_wrong_is_said(
    evidence: Evidence, change: dict[str, Any], check: str
) -> None:
    assert set(failing(replace(evidence, **change))) == {check}


def test_an_incident_is_said(evidence: Evidence) -> None:
    whole = replace(evidence.whole, incidents=["dip_check:R-0001: broken"])
    assert set(failing(replace(evidence, whole=whole))) == {"the system failed on nothing"}


# ------------------------------------------------------------------ in time or late
def fates(seen: Evidence, process: str) -> dict[str, int]:
    """Return what became of every instance of a process."""
    return next(one for one in report(seen)["activities"] if one["process"] == process)


@pytest.mark.parametrize(
    ("ended", "fate"),
    [
        ({"due_on": None}, "ended_late"),  # what has no own date was late when a level said so
        ({"due_on": None, "climbed": ()}, "in_time"),
        ({"due_on": date(2026, 2, 5)}, "ended_late"),
        ({"due_on": date(2026, 2, 6)}, "in_time"),
        ({"due_on": date(2026, 2, 5), "met_at": datetime(2026, 2, 5, 23, 59, tzinfo=LONDON)}, "in_time"),
        ({"due_on": date(2026, 2, 5), "met_at": datetime(2026, 2, 6, tzinfo=LONDON)}, "ended_late"),
    ],
)  # fmt: skip
def test_what_ended_was_in_time_or_late_by_its_own_date(
    evidence: Evidence, late: Life, ended: dict[str, Any], fate: str
) -> None:
    def closed(life: Life) -> Life:
        with_date = {name: ended[name] for name in ("due_on", "met_at") if name in ended}
        instance = life.instance.altered(closed_at=evidence.now, timers=(), **with_date)
        return replace(life, instance=instance, climbed=ended.get("climbed", life.climbed))

    process = late.instance.process
    before = fates(evidence, process)
    after = fates(changed(evidence, late.instance.reference, closed), process)
    assert after[fate] == before[fate] + 1
    assert after["open_late"] == before["open_late"] - 1
