"""What every test gets: a clean environment, no network, and a council of its own when it asks for one."""

import importlib
import logging
import os
import pkgutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import compiled_once
import council as council_module
import pytest
import structlog
from council import Council

import qa_workflow

# Classes of pydantic that are made while time is frozen fail, so everything is imported before any test.
for _module in pkgutil.walk_packages(qa_workflow.__path__, "qa_workflow."):
    if not _module.name.rpartition(".")[2].startswith(("__main__", "env", "0")):
        importlib.import_module(_module.name)

compiled_once.share()

for _name in [name for name in os.environ if name.startswith("QA_WORKFLOW_")]:
    del os.environ[_name]


@pytest.fixture(autouse=True)
def _quiet_log() -> Iterator[None]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    # A command that a test has run may log to a stream that is closed by now.
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    reached = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:  # noqa: ANN401 - as the library has it
        host = address[0] if isinstance(address, tuple) else address
        if host not in {"127.0.0.1", "::1", "localhost"} and not str(host).startswith("/"):
            _refuse(address)
        reached(self, address)

    def _refuse(address: object) -> NoReturn:
        raise AssertionError(f"a test tried to reach {address}")

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture
def empty_council(tmp_path: Path) -> Iterator[Council]:
    """Give a council with a database, and nobody and nothing in it."""
    made = council_module.found(tmp_path)
    yield made
    made.ctx.database.close()


@pytest.fixture
def council(tmp_path: Path) -> Iterator[Council]:
    """Give a council with its roster and 23 open cases, on the morning of 1 September 2025."""
    made = council_module.found(tmp_path, peopled=True)
    yield made
    made.ctx.database.close()
