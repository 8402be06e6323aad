"""A shell on a council's database, on the morning of 15 September 2025."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cli.shell import Shell
from council import AUTUMN, Council, london
from freezegun import freeze_time

MORNING = london("2025-09-15 08:00")
AUDITS_BEGUN = "2025-10-08 09:00"


@pytest.fixture
def shell(tmp_path: Path, council: Council, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    """Give a shell on a council with its roster and 23 open cases."""
    council.ctx.database.close()
    monkeypatch.chdir(tmp_path)
    with freeze_time(MORNING, ignore=["_pytest.timing"]) as clock:
        yield Shell(tmp_path / "council.db", clock)


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    """Give a shell whose database does not exist yet."""
    monkeypatch.chdir(tmp_path)
    with freeze_time(MORNING, ignore=["_pytest.timing"]) as clock:
        yield Shell(tmp_path / "new.db", clock)


@pytest.fixture
def auditing(shell: Shell, council: Council) -> Shell:
    """Give a shell on a council whose autumn sample is frozen: twelve audits, and a reminder already sent."""
    council.open_autumn_round()
    assert council.state(AUTUMN) == "sample_frozen"
    council.ctx.database.close()
    return shell.at(AUDITS_BEGUN)
