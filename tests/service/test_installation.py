"""Setting a database up: once, and never over somebody else's work."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from council import Council

from qa_workflow.engine.content import body_of, hash_of
from qa_workflow.errors import DatabaseUnfit, WrongInput
from qa_workflow.frameworks.methodology import shipped_methodology
from qa_workflow.service import installation
from qa_workflow.store import council as store_council


def _setting(council: Council, key: str) -> str | None:
    with council.ctx.database.reading() as connection:
        return store_council.get_setting(connection, key)


def _versions(council: Council) -> list[int]:
    with council.ctx.database.reading() as connection:
        return sorted(store_council.methodologies(connection))


def _tool(council: Council, version: int, **changed: object) -> Path:
    path = council.folder / "tool.json"
    path.write_text(
        json.dumps({**json.loads(shipped_methodology().body), "version": version, **changed})
    )
    return path


def _load(council: Council, path: Path) -> int:
    return installation.load_methodology(council.ctx, path, now=council.now, actor="quinn")


def test_planning_begins_on_the_day_of_the_first_set_up(empty_council: Council) -> None:
    assert _setting(empty_council, "planning_from") == "2025-09-01"


def test_setting_up_again_does_nothing(empty_council: Council) -> None:
    assert installation.initialise(empty_council.ctx, now=empty_council.later(days=9).now) is False


def test_setting_up_again_does_not_move_the_day_planning_began(empty_council: Council) -> None:
    installation.initialise(
        empty_council.ctx, now=empty_council.now, planning_from=date(2026, 1, 1)
    )
    assert _setting(empty_council, "planning_from") == "2025-09-01"


def test_the_audit_tool_that_ships_is_loaded(empty_council: Council) -> None:
    assert _versions(empty_council) == [1]


def test_what_each_definition_says_is_kept_when_it_is_first_run(empty_council: Council) -> None:
    with empty_council.ctx.database.reading() as connection:
        known = store_council.definitions(connection)
    assert {one.name: (one.version, one.sha256, one.body) for one in known} == {
        one.name: (one.version, hash_of(body_of(one)), body_of(one))
        for one in empty_council.ctx.processes.values()
    }


def test_another_content_of_a_version_is_kept_beside_the_first(empty_council: Council) -> None:
    audit = empty_council.ctx.processes["case_audit"]
    changed = {**empty_council.ctx.processes, "case_audit": replace(audit, due_ladder=None)}
    for _ in range(2):
        installation.initialise(
            replace(empty_council.ctx, processes=changed, _pins={}), now=empty_council.now
        )
    with empty_council.ctx.database.reading() as connection:
        known = store_council.definitions(connection, "case_audit")
    assert [one.version for one in known] == [1, 1]
    assert known[0].sha256 != known[1].sha256


# ------------------------------------------------------------------ audit tools
def test_a_newer_audit_tool_is_loaded_beside_the_old(empty_council: Council) -> None:
    assert (_load(empty_council, _tool(empty_council, 2)), _versions(empty_council)) == (2, [1, 2])


def test_the_same_audit_tool_twice_changes_nothing(empty_council: Council) -> None:
    for _ in range(2):
        _load(empty_council, _tool(empty_council, 2))
    assert _versions(empty_council) == [1, 2]


def test_other_content_under_a_version_already_used_is_refused(empty_council: Council) -> None:
    with pytest.raises(WrongInput, match="Methodology 1 is already loaded with other content"):
        _load(empty_council, _tool(empty_council, 1, title="Another"))


# ------------------------------------------------------------------ a made-up council
def test_an_empty_database_can_be_marked_as_made_up(empty_council: Council) -> None:
    installation.mark_synthetic(empty_council.ctx)
    assert installation.is_synthetic(empty_council.ctx)


def test_a_database_is_real_until_it_is_marked(empty_council: Council) -> None:
    assert not installation.is_synthetic(empty_council.ctx)


def test_marking_twice_is_allowed(empty_council: Council) -> None:
    for _ in range(2):
        installation.mark_synthetic(empty_council.ctx)
    assert installation.is_synthetic(empty_council.ctx)


def test_a_marked_database_with_work_in_it_stays_marked(empty_council: Council) -> None:
    installation.mark_synthetic(empty_council.ctx)
    empty_council.import_cases(["C01"])
    installation.mark_synthetic(empty_council.ctx)
    assert installation.is_synthetic(empty_council.ctx)


def test_a_real_councils_cases_keep_it_from_being_marked(council: Council) -> None:
    with pytest.raises(DatabaseUnfit, match="holds a real council's work"):
        installation.mark_synthetic(council.ctx)


def test_a_real_councils_work_keeps_it_from_being_marked(empty_council: Council) -> None:
    empty_council.at("2025-10-01 08:00").passes()
    with pytest.raises(DatabaseUnfit, match="holds a real council's work"):
        installation.mark_synthetic(empty_council.ctx)
