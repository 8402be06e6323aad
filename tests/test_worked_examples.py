"""The worked examples of audits and recommendations, with the clock frozen and the daemon's own pass."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol

import council as council_module
import pytest
from council import AUTUMN, SPRING, Council, london, submission
from freezegun import freeze_time

from qa_workflow import clock, wiring
from qa_workflow.service import enquiries
from qa_workflow.settings import Settings

R1 = "recommendation:R-0001"


class MovableClock(Protocol):
    """What freezing time gives."""

    def move_to(self, when: datetime, /) -> None: ...


class Frozen:
    """A council in a world whose only clock stands still until it is moved."""

    def __init__(self, council: Council, clock_: MovableClock) -> None:
        self.council = council
        self._clock = clock_

    def on(self, text: str) -> Council:
        """Move the clock to a London time, and return the council then."""
        self._clock.move_to(london(text))
        self.council.now = clock.now()
        return self.council

    def passes(self, *moments: str) -> Council:
        """Let the daemon pass at each of these times."""
        for moment in moments:
            self.on(moment).passes()
        return self.council


@pytest.fixture(scope="module")
def _autumn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("autumn")
    made = council_module.found(folder, moderation_percent=0)
    made.import_people()
    made.import_cases()
    made.open_autumn_round()
    made.ctx.database.close()
    return folder


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Frozen]:
    """Give a council of 1 September 2025 with 23 open cases, before anything is planned."""
    with freeze_time(london("2025-09-01 08:00"), ignore=["_pytest"]) as frozen:
        made = council_module.found(tmp_path, moderation_percent=0)
        made.import_people()
        made.import_cases()
        yield Frozen(made, frozen)
        made.ctx.database.close()


@pytest.fixture
def autumn(tmp_path: Path, _autumn: Path) -> Iterator[Frozen]:
    """Give the same council on 8 October 2025, its autumn sample of twelve just frozen."""
    shutil.copy(_autumn / "council.db", tmp_path / "council.db")
    with freeze_time(london("2025-10-08 09:00"), ignore=["_pytest"]) as frozen:
        settings = Settings(
            database_url=f"sqlite:///{tmp_path / 'council.db'}", moderation_percent=0
        )
        made = Council(wiring.build(settings), tmp_path, clock.now())
        yield Frozen(made, frozen)
        made.ctx.database.close()


def audits(council: Council) -> list[str]:
    found: list[str] = council.show(AUTUMN)["children"]
    return found


def one_left(autumn: Frozen) -> str:
    """Close or withdraw every audit but one on 20 October 2025, leaving that one with its auditor."""
    council = autumn.on("2025-10-20 09:00")
    first, left, *others = audits(council)
    council.close_audit(first)
    council.take(left, "in_progress")
    for reference in others:
        council.fire(reference, "withdraw", by="sandy", reason="moved")
    return left


# ------------------------------------------------------------------ autumn round
def test_autumn_round_it_opens_on_wednesday_the_first_of_october(world: Frozen) -> None:
    world.passes("2025-09-03 00:00", "2025-09-30 23:59", "2025-10-01 00:00")
    opened = next(one for one in world.council.history(AUTUMN) if one["action"] == "open")
    assert (opened["at"], world.council.state(AUTUMN)) == ("2025-09-30T23:00:00Z", "sampling")


@pytest.mark.parametrize(
    ("deadline", "due_on"),
    [
        ("freeze_by", "2025-10-08"),
        ("allocate_by", "2025-10-15"),
        ("due", "2025-11-30"),
    ],
)
def test_autumn_round_its_dates(autumn: Frozen, deadline: str, due_on: str) -> None:
    assert autumn.council.falls(AUTUMN, deadline) == due_on


def test_autumn_round_its_target_is_the_last_friday_of_november(autumn: Frozen) -> None:
    assert autumn.council.show(AUTUMN)["target_on"] == "2025-11-28"


def test_autumn_round_its_reminders(autumn: Frozen) -> None:
    autumn.passes("2025-11-13 23:59", "2025-11-14 00:00", "2025-11-26 00:00", "2025-11-30 23:59")
    assert autumn.council.levels(AUTUMN) == [("R1", "2025-11-14"), ("R2", "2025-11-26")]


def test_spring_round_it_is_created_on_wednesday_the_fourth_of_march(world: Frozen) -> None:
    world.passes("2025-09-03 08:00", "2026-03-03 23:59")
    before = {one["reference"] for one in world.council.listed(include_final=True)}
    world.passes("2026-03-04 00:00")
    after = {one["reference"] for one in world.council.listed(include_final=True)}
    assert after - before == {SPRING}


@pytest.mark.parametrize(
    ("deadline", "due_on"),
    [
        ("opens", "2026-04-01"),
        ("freeze_by", "2026-04-10"),
        ("allocate_by", "2026-04-17"),
        ("due", "2026-05-31"),
    ],
)
def test_spring_round_its_dates(world: Frozen, deadline: str, due_on: str) -> None:
    world.passes("2026-03-04 00:00")
    assert world.council.falls(SPRING, deadline) == due_on


def test_spring_round_its_target_is_the_last_friday_of_may(world: Frozen) -> None:
    world.passes("2026-03-04 00:00")
    assert world.council.show(SPRING)["target_on"] == "2026-05-29"


# ------------------------------------------------------------------ half, odd N
def test_half_of_twenty_three_is_twelve_and_eleven_stay(world: Frozen) -> None:
    world.passes("2025-09-03 08:00", "2025-10-01 08:00")
    data = world.council.show(AUTUMN)["data"]
    left = set(data["population"]) - set(data["sample"])
    assert (len(set(data["sample"])), len(left)) == (12, 11)


def test_half_the_same_twelve_for_the_same_seed(world: Frozen) -> None:
    world.passes("2025-09-03 08:00", "2025-10-01 08:00")
    before = world.council.show(AUTUMN)["data"]
    given = {"seed": before["seed"], "reason": "To see whether it is the same"}
    world.on("2025-10-02 09:00").fire(AUTUMN, "propose_sample", by="quinn", **given)
    assert world.council.show(AUTUMN)["data"]["sample"] == before["sample"]


# ------------------------------------------------------------------ complement, not "other half"
@pytest.fixture
def complement(autumn: Frozen) -> Council:
    """Give the council on 1 April 2026: 11 audits closed, 1 not auditable, 3 cases gone, 4 new ones."""
    council = autumn.on("2025-10-20 09:00")
    *done, restricted = audits(council)
    for reference in done:
        council.close_audit(reference)
    council.fire(restricted, "mark_unauditable", by="sandy", reason="record restricted")
    data = council.show(AUTUMN)["data"]
    never = [case for case in data["population"] if case not in data["sample"]]
    gone = {*data["sample"][:2], never[0]}
    remain = [case for case in data["population"] if case not in gone]
    autumn.on("2026-03-20 09:00").import_cases([*remain, "N01", "N02", "N03", "N04"])
    autumn.passes("2026-03-20 09:00", "2026-04-01 00:00")
    return council


def test_complement_fifteen_of_twenty_four_open_cases(complement: Council) -> None:
    data = complement.show(SPRING)["data"]
    assert (len(data["population"]), len(data["sample"])) == (24, 15)


def test_complement_ten_never_sampled_four_new_and_one_never_completed(complement: Council) -> None:
    before, data = complement.show(AUTUMN)["data"], complement.show(SPRING)["data"]
    new = [case for case in data["sample"] if case not in before["population"]]
    again = [case for case in data["sample"] if case in before["sample"]]
    assert (len(new), again) == (4, [before["sample"][-1]])


def test_complement_the_three_closed_cases_are_listed_with_reason(complement: Council) -> None:
    why = [one["why"] for one in complement.show(SPRING)["data"]["excluded"]]
    assert why.count("closed to the service on 2026-03-20") == 3


# ------------------------------------------------------------------ four-eyes on the person
@pytest.mark.parametrize("person", ["pat", "sam", "iris"])
def test_four_eyes_practitioner_supervisor_and_reviewer_are_refused(
    autumn: Frozen, person: str
) -> None:
    council = autumn.on("2025-10-09 09:00")
    refusal = council.refusal(audits(council)[0], "allocate", by="quinn", auditor=person)
    assert "so the audit would not be independent" in refusal


def test_four_eyes_still_refused_after_moving_off_inside_the_audit_period(autumn: Frozen) -> None:
    council = autumn.on("2025-11-20 09:00")
    council.import_people([("kim", "Kim Worker", "practitioner", "South", "cass")])
    cases = dict.fromkeys([f"C{one:02}" for one in range(1, 24)], "kim")
    council.import_cases(cases, supervisor="cass")
    autumn.on("2025-11-30 09:00")
    refusal = council.refusal(audits(council)[0], "allocate", by="quinn", auditor="pat")
    assert "until 19 November 2025, inside the audit period" in refusal


# ------------------------------------------------------------------ voice guard
@pytest.fixture
def auditing(autumn: Frozen) -> tuple[Council, str]:
    """Give the council on 20 November 2025 and an audit that Alex is about to submit."""
    council = autumn.on("2025-10-20 09:00")
    reference = audits(council)[0]
    council.take(reference, "in_progress")
    return autumn.on("2025-11-20 10:00"), reference


def test_voice_a_third_person_is_refused(auditing: tuple[Council, str]) -> None:
    council, reference = auditing
    given = submission(voice=[], professional_view="Social worker says he is happy")
    refusal = council.refusal(reference, "submit", by="aud1", **given)
    assert refusal.startswith("The child's own words are missing.")


def test_voice_a_verbatim_quote_is_accepted(auditing: tuple[Council, str]) -> None:
    council, reference = auditing
    quote = [{"words": "I am happy", "method": "app", "heard_on": "2025-11-12"}]
    council.fire(reference, "submit", by="aud1", **submission(voice=quote))
    assert council.state(reference) == "moderation"  # the auditor's first


def test_voice_an_infants_silence_is_accepted_with_approval(
    auditing: tuple[Council, str],
) -> None:
    council, reference = auditing
    council.fire(reference, "approve_no_voice", by="sandy", reason="pre_verbal_infant")
    given = submission(voice=[], no_voice_reason="pre_verbal_infant")
    council.fire(reference, "submit", by="aud1", **given)
    assert council.state(reference) == "moderation"


def test_voice_an_infants_silence_is_refused_without_approval(
    auditing: tuple[Council, str],
) -> None:
    council, reference = auditing
    given = submission(voice=[], no_voice_reason="pre_verbal_infant")
    refusal = council.refusal(reference, "submit", by="aud1", **given)
    assert refusal.startswith("sm_sqa has not approved 'pre_verbal_infant'")


# ------------------------------------------------------------------ ladder, November
def test_ladder_not_overdue_in_the_last_second_of_november(autumn: Frozen) -> None:
    reference = one_left(autumn)
    assert autumn.on("2025-11-30 23:59:59").show(reference)["late"] is False


def test_ladder_overdue_from_the_first_second_of_december(autumn: Frozen) -> None:
    reference = one_left(autumn)
    assert autumn.on("2025-12-01 00:00").show(reference)["late"] is True


def test_ladder_each_level_on_its_day_exactly_once(autumn: Frozen) -> None:
    reference = one_left(autumn)
    days = ("2025-12-01", "2025-12-05", "2025-12-12", "2025-12-30")
    for day in days:
        autumn.on(f"{day} 00:00").later(minutes=-1).passes()
        autumn.passes(f"{day} 00:00", f"{day} 12:00")
    climbed = [one for one in autumn.council.levels(reference) if one[0].startswith("L")]
    assert climbed == list(zip(("L0", "L1", "L2", "L3"), days, strict=True))


@pytest.mark.parametrize(
    ("moment", "blocked"), [("2025-12-11 23:59", []), ("2025-12-12 00:00", ["overdue_l2"])]
)
def test_ladder_level_two_blocks(autumn: Frozen, moment: str, blocked: list[str]) -> None:
    reference = one_left(autumn)
    autumn.passes(moment)
    assert [one["reason"] for one in autumn.council.show(reference)["blocked"]] == blocked


# ------------------------------------------------------------------ dates of recommendations
def from_autumn(autumn: Frozen) -> Council:
    council = autumn.on("2025-11-20 09:00")
    council.close_audit(audits(council)[0], recommendations=[{"what": "Write the plan"}])
    return council


def from_spring(world: Frozen) -> Council:
    world.passes("2026-03-04 00:00")
    world.on("2026-03-20 09:00").import_cases()
    council = world.passes("2026-04-01 00:00")
    council.fire(SPRING, "propose_sample", by="quinn")
    council.fire(SPRING, "freeze_sample", by="sandy")
    reference = council.show(SPRING)["children"][0]
    world.on("2026-05-20 09:00").close_audit(
        reference, recommendations=[{"what": "Write the plan"}]
    )
    return council


def climbed_in(world: Frozen, *days: str) -> list[tuple[str, str]]:
    council = world.council
    given = {"category": "case_action", "for_whom": "The child", "difference": "She knows"}
    council.fire(R1, "assign", by="sandy", owner="pat", **given)
    council.fire(R1, "accept", by="pat")
    for day in days:
        world.passes(f"{day} 00:00")
    return [one for one in council.levels(R1) if one[0].startswith("L")]


def test_dates_a_recommendation_of_autumn_is_due_in_january(autumn: Frozen) -> None:
    shown = from_autumn(autumn).show(R1)
    assert (shown["due_on"], shown["target_on"]) == ("2026-01-31", "2026-01-30")


def test_dates_a_late_recommendation_of_autumn(autumn: Frozen) -> None:
    from_autumn(autumn)
    days = ("2026-02-02", "2026-02-06", "2026-02-13", "2026-02-27")
    assert climbed_in(autumn, *days) == list(zip(("L0", "L1", "L2", "L3"), days, strict=True))


def test_dates_a_recommendation_of_spring_is_due_in_july(world: Frozen) -> None:
    assert from_spring(world).show(R1)["due_on"] == "2026-07-31"


def test_dates_a_late_recommendation_of_spring(world: Frozen) -> None:
    from_spring(world)
    days = ("2026-08-03", "2026-08-07", "2026-08-14", "2026-08-28")
    assert climbed_in(world, *days) == list(zip(("L0", "L1", "L2", "L3"), days, strict=True))


# ------------------------------------------------------------------ downtime
@pytest.fixture
def restarted(autumn: Frozen) -> tuple[Frozen, str]:
    """Give the council after a daemon that was down from 28 November 18:00 to 8 December 2025 09:00."""
    reference = one_left(autumn)
    autumn.passes("2025-11-26 08:00", "2025-11-28 18:00", "2025-12-08 09:00")
    return autumn, reference


def test_downtime_each_level_passed_is_recorded_once_in_order_with_both_dates(
    restarted: tuple[Frozen, str],
) -> None:
    world, reference = restarted
    climbed = [
        (one["level"], one["nominal_on"], one["at"], one["recorded_at"])
        for one in world.council.history(reference)
        if one["action"] == "escalated"
    ]
    assert climbed == [
        ("L0", "2025-12-01", "2025-12-01T00:00:00Z", "2025-12-08T09:00:00Z"),
        ("L1", "2025-12-05", "2025-12-05T00:00:00Z", "2025-12-08T09:00:00Z"),
    ]


def test_downtime_one_combined_message_for_each_recipient(restarted: tuple[Frozen, str]) -> None:
    world, reference = restarted
    told = [
        (one["to"], [level for level in ("L0", "L1") if f"{level}:" in one["body"]])
        for one in enquiries.messages(world.council.ctx)
        if one["dedupe_key"].startswith(f"{reference}|") and one["created_at"] >= "2025-12-08"
    ]
    assert sorted(told) == [("aud1", ["L0"]), ("sandy", ["L0", "L1"])]


def test_downtime_overdue_since_the_first_of_december(restarted: tuple[Frozen, str]) -> None:
    world, reference = restarted
    due = next(one for one in world.council.show(reference)["deadlines"] if one["name"] == "due")
    assert due["late_from"] == "2025-12-01T00:00:00Z"


def test_downtime_level_two_waits_for_friday_the_twelfth(restarted: tuple[Frozen, str]) -> None:
    world, reference = restarted
    world.passes("2025-12-11 23:59")
    assert "L2" not in dict(world.council.levels(reference))
    world.passes("2025-12-12 00:00")
    assert dict(world.council.levels(reference))["L2"] == "2025-12-12"
