"""A year of Saltmarsh, an invented council: other months, ladders, roles and bodies, and no developer needed."""

from pathlib import Path

import pytest
from simulation.conftest import YEAR, Lived, live

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("saltmarsh")]

SALTMARSH = Path(__file__).parent.parent / "frameworks" / "saltmarsh.toml"


@pytest.fixture(scope="session")
def saltmarsh(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """Live 2026 by the framework of Saltmarsh."""
    return live(tmp_path_factory.mktemp("saltmarsh"), YEAR, framework=SALTMARSH)


def test_all_that_its_framework_asks_for_is_planned(saltmarsh: Lived) -> None:
    planned = saltmarsh.report["planned"]
    assert planned["planned"] == planned["asked"] > 0
    assert planned["asked"] != 90


def test_all_that_must_hold_holds_there_too(saltmarsh: Lived) -> None:
    assert [one["why"] for one in saltmarsh.report["checks"] if not one["ok"]] == []


def test_a_role_of_its_own_is_told_when_something_is_late(saltmarsh: Lived) -> None:
    told = {who for one in saltmarsh.report["late"] for who in one["told"]}
    assert "head-of-families" in told


def test_a_process_of_its_own_is_lived(saltmarsh: Lived) -> None:
    started = {one["process"]: one["started"] for one in saltmarsh.report["activities"]}
    assert started["missing_children_report"] == 12
