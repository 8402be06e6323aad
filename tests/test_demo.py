"""The synthetic council: plainly marked, seeded, and never put beside a real one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from council import Council, london

from qa_workflow import demo, wiring
from qa_workflow.errors import DatabaseUnfit
from qa_workflow.processes import all_processes
from qa_workflow.service import enquiries, incidents, installation
from qa_workflow.service.enquiries import Wanted
from qa_workflow.service.stuck import Filter, stuck
from qa_workflow.settings import Settings

NOW = "2026-03-20 09:00"


def play(folder: Path) -> tuple[Council, list[str]]:
    folder.mkdir()
    told: list[str] = []
    url = f"sqlite:///{folder / 'council.db'}"
    council = Council(wiring.build(Settings(database_url=url)), folder, london(NOW))
    demo.play(council.ctx, now=london(NOW), tell=told.append)
    return council, told


def reached(council: Council, process: str) -> dict[str, set[str]]:
    """Return, for each instance of *process*, every state it was ever in."""
    return {
        one["reference"]: {entry["to"] for entry in council.history(one["reference"])}
        for one in council.listed(process=process, include_final=True)
    }


def test_the_story_begins_on_the_last_first_of_september_at_least_six_months_back() -> None:
    assert demo.begins_on(london("2026-11-22 09:00").date()).isoformat() == "2025-09-01"
    assert demo.begins_on(london("2027-04-01 09:00").date()).isoformat() == "2026-09-01"
    assert demo.begins_on(london("2027-01-15 09:00").date()).isoformat() == "2025-09-01"


@pytest.fixture(scope="module")
def winter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Council, list[str]]]:
    council, told = play(tmp_path_factory.mktemp("demo") / "winter")
    yield council, told
    council.ctx.database.close()


@pytest.mark.timeout(120)
def test_it_plays_half_a_year_says_that_nobody_exists_and_plays_it_only_once(
    winter: tuple[Council, list[str]],
) -> None:
    council, told = winter
    assert "nobody in it exists" in told[0]
    assert installation.is_synthetic(council.ctx)
    audits = council.listed(process="case_audit", include_final=True)
    assert len(audits) >= 13
    assert {one["state"] for one in audits} >= {"closed"}
    signed = council.listed(process="recommendation", state="signed_off", include_final=True)
    assert {council.show(one["reference"])["data"]["meeting"] for one in signed} == {
        "getting_to_outstanding:2025-12", "getting_to_outstanding:2026-01",
    }  # fmt: skip
    before = [one["version"] for one in council.listed(include_final=True)]
    again: list[str] = []
    demo.play(council.ctx, now=council.now, tell=again.append)
    assert "already" in again[0]
    assert [one["version"] for one in council.listed(include_final=True)] == before


@pytest.mark.timeout(120)
def test_every_process_has_its_part_in_the_story(winter: tuple[Council, list[str]]) -> None:
    council, _ = winter
    played = {one["process"] for one in council.listed(include_final=True)}
    # What belongs to summer, and what by chance nobody raised, has no part in half a winter.
    assert set(all_processes()) - played <= {
        "annual_report", "children_survey", "early_years_audit", "immediate_concern", "iro_annual_report",
        "thematic_audit",
    }  # fmt: skip


@pytest.mark.timeout(120)
def test_panels_sit_reviews_conclude_and_a_provider_is_visited(
    winter: tuple[Council, list[str]],
) -> None:
    council, _ = winter
    sittings = reached(council, "send_panel")
    assert sum("held" in states for states in sittings.values()) >= 4
    assert any("inquorate" in states for states in sittings.values())
    reviews = council.listed(process="ehc_review", include_final=True)
    assert sum(one["state"] == "concluded" for one in reviews) >= 3
    assert any("visited" in states for states in reached(council, "provider_audit").values())
    assert any("plan_issued" in states for states in reached(council, "ehc_assessment").values())
    assert any(
        "placement_named" in states for states in reached(council, "phase_transfer").values()
    )
    of_providers = [
        council.show(one["reference"])["data"].get("source", "")
        for one in council.listed(process="recommendation", include_final=True)
    ]
    assert any(source.startswith("provider_audit:") for source in of_providers)


@pytest.mark.timeout(120)
def test_somebody_is_at_home_everywhere_nothing_fails_and_every_message_went_out(
    winter: tuple[Council, list[str]],
) -> None:
    council, _ = winter
    found = stuck(council.ctx, Filter(), now=council.now)
    assert not [one["reference"] for one in found if one["class"] not in {"S2", "S4"}]
    assert found  # something was left lying, so that `stuck` has something to say
    assert incidents.open_incidents(council.ctx) == []
    assert {one["status"] for one in enquiries.messages(council.ctx)} == {"sent"}
    checked, bad = enquiries.verify_history(council.ctx, None, now=council.now)
    assert checked > 0
    assert bad is None


@pytest.mark.timeout(120)
def test_people_are_refused_in_the_story_too_and_the_history_tells_why(
    winter: tuple[Council, list[str]],
) -> None:
    council, _ = winter
    refused = [
        entry["reason"]
        for process in ("case_audit", "ehc_review", "recommendation")
        for one in council.listed(process=process, include_final=True)
        for entry in council.history(one["reference"])
        if entry["action"] == "refused"
    ]
    assert refused
    assert all(reason.endswith(".") for reason in refused)


@pytest.mark.timeout(120)
def test_the_same_seed_tells_the_same_story(
    winter: tuple[Council, list[str]], tmp_path: Path
) -> None:
    again, _ = play(tmp_path / "again")
    stories = [
        [(one["reference"], one["state"], one["owner"]) for one in enquiries.list_instances(
            council.ctx, Wanted(include_final=True), now=council.now)]
        for council in (winter[0], again)
    ]  # fmt: skip
    again.ctx.database.close()
    assert stories[0] == stories[1]


def test_it_is_never_put_into_a_real_councils_database(council: Council) -> None:
    with pytest.raises(DatabaseUnfit, match="real council"):
        demo.play(council.ctx, now=council.now, tell=lambda _: None)
    assert not installation.is_synthetic(council.ctx)
