"""Councils in the middle of an autumn, made once and copied for each story."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import council as council_module
import pytest
from council import AUTUMN, Council, london, narrowed
from follow_up import follow, meet

from qa_workflow import wiring
from qa_workflow.settings import Settings

Copy = Callable[[Path, str], Council]

RECOMMENDATION = {
    "what": "Write the plan with the child",
    "for_whom": "The child of this case",
    "difference": "She knows what happens next",
    "owner": "pat",
}


def copied(folder: Path, into: Path, at: str) -> Council:
    """Return a council of its own, on a copy of the one in *folder*, at *at*."""
    shutil.copy(folder / "council.db", into / "council.db")
    url = f"sqlite:///{into / 'council.db'}"
    ctx = narrowed(wiring.build(Settings(database_url=url, moderation_percent=0)))
    return Council(ctx, into, london(at))


def audits(made: Council) -> list[str]:
    found: list[str] = made.show(AUTUMN)["children"]
    return found


# ------------------------------------------------------------------ made once
@pytest.fixture(scope="session")
def new_copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """Give a way to copy a council into a folder of its own, to go on from there once for many stories."""
    return lambda folder, at: copied(folder, tmp_path_factory.mktemp("council"), at)


@pytest.fixture(scope="session")
def frozen_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a council whose autumn sample has just frozen."""
    folder = tmp_path_factory.mktemp("frozen")
    made = council_module.found(folder, moderation_percent=0)
    made.import_people()
    made.import_cases()
    made.open_autumn_round()
    made.ctx.database.close()
    return folder


@pytest.fixture(scope="session")
def _running(frozen_folder: Path, new_copy: Copy) -> Path:
    made = new_copy(frozen_folder, "2025-10-08 10:00")
    for reference, auditor in zip(audits(made)[-2:], ("aud1", "aud2"), strict=True):
        made.close_audit(reference, auditor=auditor)
    made.ctx.database.close()
    return made.folder


@pytest.fixture(scope="session")
def _raised(_running: Path, new_copy: Copy) -> Path:
    made = new_copy(_running, "2025-10-08 11:00")
    made.close_audit(audits(made)[0], recommendations=[RECOMMENDATION])
    made.ctx.database.close()
    return made.folder


@pytest.fixture(scope="session")
def _high(_running: Path, new_copy: Copy) -> Path:
    made = new_copy(_running, "2025-10-08 11:00")
    made.close_audit(audits(made)[0], recommendations=[{**RECOMMENDATION, "priority": "high"}])
    made.ctx.database.close()
    return made.folder


@pytest.fixture(scope="session")
def _tabled(_raised: Path, new_copy: Copy) -> Path:
    made = new_copy(_raised, "2025-10-13 10:00")
    follow(made, "tabled")
    made.ctx.database.close()
    return made.folder


@pytest.fixture(scope="session")
def _held(_tabled: Path, new_copy: Copy) -> Path:
    made = new_copy(_tabled, "2025-12-11 10:00")
    meet(made, "held")
    made.ctx.database.close()
    return made.folder


@pytest.fixture(scope="session")
def _audit(frozen_folder: Path, new_copy: Copy) -> str:
    made = new_copy(frozen_folder, "2025-10-08 10:00")
    first = audits(made)[0]
    made.ctx.database.close()
    return first


# ------------------------------------------------------------------ copied for each story
@pytest.fixture
def copy_of(tmp_path: Path) -> Iterator[Copy]:
    """Give a way to copy a council into the folder of the story, where it is closed at the end."""
    made: list[Council] = []

    def copy(folder: Path, at: str) -> Council:
        made.append(copied(folder, tmp_path, at))
        return made[-1]

    yield copy
    for one in made:
        one.ctx.database.close()


@pytest.fixture
def frozen(copy_of: Copy, frozen_folder: Path) -> Council:
    """Give a council whose autumn sample of twelve froze on the morning of 8 October 2025."""
    return copy_of(frozen_folder, "2025-10-08 10:00")


@pytest.fixture
def running(copy_of: Copy, _running: Path) -> Council:
    """Give the same council an hour later: both auditors have closed one audit, ten are not allocated.

    So nobody's next audit is their first, and none is drawn for moderation.
    """
    return copy_of(_running, "2025-10-08 11:00")


@pytest.fixture
def audit(_audit: str) -> str:
    """Give the reference of an audit of the running round that waits for an auditor."""
    return _audit


@pytest.fixture
def raised(copy_of: Copy, _raised: Path) -> Council:
    """Give the running council where an audit with one recommendation closed on Wednesday 8 October 2025."""
    return copy_of(_raised, "2025-10-08 11:00")


@pytest.fixture
def high(copy_of: Copy, _high: Path) -> Council:
    """Give the same council where the recommendation is of high priority."""
    return copy_of(_high, "2025-10-08 11:00")


@pytest.fixture
def tabled(copy_of: Copy, _tabled: Path) -> Council:
    """Give the council on Friday 5 December 2025, when the recommendation is on the agenda of the 11th."""
    return copy_of(_tabled, "2025-12-05 10:00")


@pytest.fixture
def held(copy_of: Copy, _held: Path) -> Council:
    """Give the council on Thursday 11 December 2025: the meeting was held, the recommendation lies before it."""
    return copy_of(_held, "2025-12-11 11:00")
