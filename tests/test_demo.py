"""The synthetic council: plainly marked, seeded, and never put beside a real one."""

from pathlib import Path

import council as made
import pytest
from council import Council, london

from qa_workflow import demo
from qa_workflow.errors import DatabaseUnfit
from qa_workflow.service import enquiries, installation
from qa_workflow.service.enquiries import Wanted

NOW = "2026-03-20 09:00"


def played(folder: Path) -> tuple[Council, list[str]]:
    folder.mkdir()
    told: list[str] = []
    council = made.found(folder, at="2025-09-01 09:00")
    demo.play(council.ctx, now=london(NOW), tell=told.append)
    return council.at(NOW), told


def test_the_story_begins_on_the_last_first_of_september_at_least_six_months_back() -> None:
    assert demo.begins_on(london("2026-11-22 09:00").date()).isoformat() == "2025-09-01"
    assert demo.begins_on(london("2027-04-01 09:00").date()).isoformat() == "2026-09-01"
    assert demo.begins_on(london("2027-01-15 09:00").date()).isoformat() == "2025-09-01"


@pytest.mark.timeout(60)
def test_it_plays_half_a_year_says_that_nobody_exists_and_plays_it_only_once(
    tmp_path: Path,
) -> None:
    council, told = played(tmp_path / "one")
    assert "nobody in it exists" in told[0]
    assert installation.is_synthetic(council.ctx)
    audits = council.listed(process="case_audit", include_final=True)
    assert len(audits) >= 13
    assert {one["state"] for one in audits} >= {"closed"}
    assert enquiries.verify_history(council.ctx, None, now=council.now)[1] is None
    before = [one["version"] for one in council.listed(include_final=True)]
    again: list[str] = []
    demo.play(council.ctx, now=council.now, tell=again.append)
    assert "already" in again[0]
    assert [one["version"] for one in council.listed(include_final=True)] == before
    council.ctx.database.close()


@pytest.mark.timeout(60)
def test_the_same_seed_tells_the_same_story(tmp_path: Path) -> None:
    stories = []
    for name in ("one", "two"):
        council, _ = played(tmp_path / name)
        stories.append(
            [(one["reference"], one["state"], one["owner"]) for one in enquiries.list_instances(
                council.ctx, Wanted(include_final=True), now=council.now)]
        )  # fmt: skip
        council.ctx.database.close()
    assert stories[0] == stories[1]


def test_it_is_never_put_into_a_real_councils_database(council: Council) -> None:
    with pytest.raises(DatabaseUnfit, match="real council"):
        demo.play(council.ctx, now=council.now, tell=lambda _: None)
    assert not installation.is_synthetic(council.ctx)
