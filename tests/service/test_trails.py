"""What feeds what, both ways: from a child's voice to the line of a plan, and from that line back to the voice."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import reports
from council import AUTUMN, Council
from reports import LINE, begin, document, review

from qa_workflow.engine.instance import Link
from qa_workflow.errors import InstanceNotFound
from qa_workflow.service import trails
from qa_workflow.service.starting import start_process
from qa_workflow.store import links

THEME = "Purposeful plans"
PLAN_LINE = "plan_line:2025-26-A:purposeful-plans"
SIP = "service_improvement_plan:2026-01"
VOICE = "voice:V-0001"
R1 = "recommendation:R-0001"
GIVEN = {
    "what": "Write the plan with the child",
    "for_whom": "The child",
    "difference": "She knows",
}


def path_of(folder: Path) -> Path:
    return folder / "council.db"


@pytest.fixture(scope="module")
def _told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Tell an autumn: four audits share a theme, the last joining its line; the plan of January takes it up."""
    made = reports.found(
        tmp_path_factory.mktemp("trails"), "2025-09-01 08:00", *reports.CODES, "CFA"
    )
    made.import_cases()
    audits = [f"case_audit:2025-26-A:{case}" for case in made.open_autumn_round()[:4]]
    made.at("2025-10-09 10:00")
    for one in audits:
        made.take(one, "closed", recommendations=[{**GIVEN, "owner": "pat"}])
    for number in (1, 2, 3, 4):
        made.fire(
            f"recommendation:R-000{number}",
            "assign",
            by="sandy",
            theme=THEME,
            category="practice_theme",
        )
    made.fire(PLAN_LINE, "link", by="sandy", plan="SIP", line="1")
    made.at("2026-01-06 08:00")
    begin(made, "service_improvement_plan", "2026-01")
    review(made, SIP, "draft")
    line = {**LINE, "came_from": [PLAN_LINE], "voice": []}
    made.fire(
        SIP, "submit", by="sandy", **document("service_improvement_plan", lines=[line])
    )  # fmt: skip
    made.ctx.database.close()
    return path_of(made.folder), audits


@pytest.fixture
def audits(_told: tuple[Path, list[str]]) -> list[str]:
    return _told[1]


@pytest.fixture
def told(_told: tuple[Path, list[str]], tmp_path: Path) -> Iterator[Council]:
    made = reports.found(tmp_path, "2025-09-01 08:00")
    path_of(tmp_path).write_bytes(_told[0].read_bytes())
    yield made.at("2026-01-06 09:00")
    made.ctx.database.close()


def trail(council: Council, reference: str) -> dict[str, Any]:
    return trails.trail(council.ctx, reference, now=council.now)


def names(items: list[dict[str, Any]]) -> list[str]:
    return [one["reference"] for one in items]


def way(items: list[dict[str, Any]], to: str) -> list[tuple[str, str]]:
    """Return the way to *to* as (link, reference), the nearest first."""
    by_name = {one["reference"]: one for one in items}
    found: list[tuple[str, str]] = []
    while to in by_name:
        one = by_name[to]
        found.append((one["link"], to))
        to = one["via"]
    return found[::-1]


# ------------------------------------------------------------------ the whole way
def test_the_trail_leads_from_the_plan_back_to_the_childs_voice(
    told: Council, audits: list[str]
) -> None:
    upstream = trail(told, SIP)["upstream"]
    assert way(upstream, VOICE) == [
        ("came_from", PLAN_LINE), ("came_from", R1), ("came_from", audits[0]), ("evidences", VOICE),
    ]  # fmt: skip
    assert {*(f"voice:V-000{n}" for n in (1, 2, 3, 4)), AUTUMN, *audits} <= set(names(upstream))


def test_the_trail_leads_from_the_plan_line_back_to_the_childs_voice(
    told: Council, audits: list[str]
) -> None:
    found = trail(told, PLAN_LINE)
    assert way(found["upstream"], VOICE) == [
        ("came_from", R1), ("came_from", audits[0]), ("evidences", VOICE),
    ]  # fmt: skip
    assert names(found["downstream"]) == [SIP]


def test_the_trail_leads_from_the_voice_on_to_the_plan(told: Council, audits: list[str]) -> None:
    found = trail(told, VOICE)
    assert found["upstream"] == []
    assert way(found["downstream"], SIP) == [
        ("evidences", audits[0]), ("came_from", R1), ("came_from", PLAN_LINE), ("came_from", SIP),
    ]  # fmt: skip
    assert names(found["downstream"]) == [audits[0], R1, PLAN_LINE, SIP]
    assert [one["steps"] for one in found["downstream"]] == [1, 2, 3, 4]


def test_a_voice_on_a_trail_is_a_reference_and_no_word(told: Council) -> None:
    (voice,) = [one for one in trail(told, R1)["upstream"] if one["process"] == "voice"]
    assert voice["reference"] == VOICE
    assert voice["title"] == "A child's own words"
    assert "football" not in str(trail(told, R1))
    assert "football" in trails.show_voice(told.ctx, VOICE, now=told.now)["words"]


def test_every_recommendation_of_a_theme_leads_to_its_line(told: Council) -> None:
    came_from = [one for one in told.show(PLAN_LINE)["links"] if one["from"] == PLAN_LINE]
    assert sorted(one["to"] for one in came_from) == [
        f"recommendation:R-000{n}" for n in (1, 2, 3, 4)
    ]


def test_the_audits_of_a_round_lie_downstream_of_it(told: Council, audits: list[str]) -> None:
    found = trail(told, AUTUMN)
    assert found["upstream"] == []
    assert len([one for one in found["downstream"] if one["process"] == "case_audit"]) == 12
    assert {*audits, R1, PLAN_LINE, SIP} <= set(names(found["downstream"]))
    assert found["complete"] is True


def test_a_shorter_form_will_do(told: Council) -> None:
    assert trail(told, "R-0001")["reference"] == R1
    assert trail(told, "V-0001")["reference"] == VOICE


def test_things_of_a_trail_say_what_they_are_and_how_they_stand(told: Council) -> None:
    (line,) = [one for one in trail(told, R1)["downstream"] if one["reference"] == PLAN_LINE]
    assert line == {
        "reference": PLAN_LINE, "process": "plan_line", "subject": "2025-26-A", "state": "linked",
        "title": f"Plan line for a shared theme: {THEME}", "link": "came_from", "via": R1, "steps": 1,
    }  # fmt: skip


# ------------------------------------------------------------------ whatever the links are
def make(council: Council, *some: tuple[str, Any, str]) -> None:
    with council.ctx.database.transaction() as connection:
        made = [(start, Link(kind, end), "sandy") for start, kind, end in some]
        links.keep(connection, made, now=council.now)


def test_links_that_go_round_end(told: Council) -> None:
    make(told, (R1, "came_from", SIP))
    found = trail(told, R1)
    assert len(names(found["upstream"])) == len(set(names(found["upstream"])))
    assert SIP in names(found["upstream"])
    assert SIP in names(found["downstream"])
    assert R1 not in names(found["upstream"]) + names(found["downstream"])


def test_what_feeds_a_thing_comes_before_it_and_what_follows_it_after(told: Council) -> None:
    make(told, ("a:1", "feeds", "b:1"), ("c:1", "follows", "b:1"))
    found = trail(told, "b:1")
    assert (names(found["upstream"]), names(found["downstream"])) == (["a:1"], ["c:1"])
    assert (found["title"], found["state"]) == (None, None)


def test_the_shortest_way_to_a_thing_is_the_one_that_is_told(told: Council) -> None:
    make(
        told, ("c:1", "came_from", "b:1"), ("b:1", "came_from", "a:1"), ("c:1", "came_from", "a:1")
    )
    steps = {one["reference"]: one["steps"] for one in trail(told, "c:1")["upstream"]}
    assert steps == {"a:1": 1, "b:1": 1}


def test_a_trail_that_is_too_long_says_so(told: Council) -> None:
    make(told, *((f"b:{number}", "came_from", "a:1") for number in range(trails.MOST + 1)))
    found = trail(told, "a:1")
    assert (len(found["downstream"]), found["complete"]) == (trails.MOST, False)
    assert trail(told, "b:1")["complete"] is True


@pytest.mark.parametrize("reference", ["case_audit:2025-26-A:C99", "voice:V-0099", "V-99", "b:1"])
def test_what_nobody_knows_has_no_trail(told: Council, reference: str) -> None:
    with pytest.raises(InstanceNotFound):
        trail(told, reference)


@pytest.mark.parametrize("reference", [R1, "V-0099", "football"])
def test_what_is_no_voice_is_not_shown_as_one(told: Council, reference: str) -> None:
    with pytest.raises(InstanceNotFound):
        trails.show_voice(told.ctx, reference, now=told.now)


# ------------------------------------------------------------------ written by itself
def started(council: Council, **data: str) -> list[tuple[str, str]]:
    made = start_process(
        council.ctx, "recommendation", "C09", now=council.now, actor="cli:test", data=data
    )
    shown = council.show(made.reference)["links"]
    return [(one["kind"], one["to"]) for one in shown if one["from"] == made.reference]


def test_what_is_raised_by_hand_came_from_the_source_that_is_named(told: Council) -> None:
    assert started(told, source="learning_event:2026-01") == [
        ("came_from", "learning_event:2026-01")
    ]


@pytest.mark.parametrize("source", ["a phone call", ""])
def test_a_source_in_words_is_no_link(told: Council, source: str) -> None:
    assert started(told, source=source) == []


def test_a_concern_came_from_the_audit_in_which_it_was_seen(told: Council) -> None:
    reference = next(one for one in told.show(AUTUMN)["children"] if told.state(one) == "selected")
    told.fire(reference, "allocate", by="quinn", auditor="aud1")
    told.fire(reference, "start", by="aud1")
    told.fire(reference, "raise_immediate_concern", by="aud1", what="See visit note 104")
    (concern,) = told.show(reference)["children"]
    (link,) = told.show(concern)["links"]
    assert (link["kind"], link["from"], link["to"], link["by"]) == (
        "came_from", concern, reference, "system",
    )  # fmt: skip
