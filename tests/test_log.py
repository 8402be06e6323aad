"""The log: lines for people on a terminal, JSON for machines, and never what a variable held."""

import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from qa_workflow import log


@pytest.fixture(autouse=True)
def _loggers_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


Capture = pytest.CaptureFixture[str]


def _told(capture: Capture) -> list[dict[str, object]]:
    """Return what stands on standard error, where nobody sits in front of it, line by line."""
    return [json.loads(line) for line in capture.readouterr().err.splitlines()]


def _sit_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let standard error be a terminal from now on."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)


def _fail_with_a_secret() -> None:
    secret = "C07 was seen at school"  # noqa: S105 - no password: what a log must not hold
    known: dict[str, str] = {}
    try:
        known["reference"]
    except KeyError:
        structlog.get_logger().exception("failed", length=len(secret))


def test_each_event_is_one_json_object_a_line(capsys: Capture) -> None:
    log.configure()
    for number in (1, 2):
        structlog.get_logger().info("pass_made", number=number)
    assert [one["number"] for one in _told(capsys)] == [1, 2]


def test_an_event_says_when_how_grave_and_what(capsys: Capture) -> None:
    log.configure()
    structlog.get_logger().warning("alarm_trouble")
    assert set(_told(capsys)[0]) == {"event", "level", "timestamp"}


def test_a_traceback_holds_no_value_of_a_variable_for_machines(capsys: Capture) -> None:
    log.configure()
    _fail_with_a_secret()
    found = str(_told(capsys)[0]["exception"])
    assert ("Traceback" in found, "seen at school" in found) == (True, False)


def test_a_traceback_holds_no_value_of_a_variable_on_a_terminal(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    _sit_down(monkeypatch)
    log.configure()
    _fail_with_a_secret()
    found = capsys.readouterr().err
    assert ("Traceback" in found, "seen at school" in found) == (True, False)


def test_on_a_terminal_lines_are_for_people(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    _sit_down(monkeypatch)
    log.configure()
    structlog.get_logger().info("pass_made", number=1)
    assert not capsys.readouterr().err.startswith("{")


def test_nothing_goes_to_standard_output(capsys: Capture) -> None:
    log.configure()
    structlog.get_logger().info("pass_made")
    assert capsys.readouterr().out == ""


def test_the_loggers_of_libraries_go_the_same_way(capsys: Capture) -> None:
    log.configure()
    logging.getLogger("apscheduler").warning("missed")
    assert _told(capsys)[0]["event"] == "missed"


@pytest.mark.parametrize(
    ("options", "events"),
    [
        ({}, ["info", "error"]), ({"quiet": True}, ["error"]), ({"verbose": 1}, ["debug", "info", "error"]),
    ],
)  # fmt: skip
def test_how_much_is_told_can_be_chosen(
    capsys: Capture, options: dict[str, Any], events: list[str]
) -> None:
    log.configure(**options)
    for level in ("debug", "info", "error"):
        getattr(structlog.get_logger(), level)(level)
    assert [one["event"] for one in _told(capsys)] == events


def test_the_state_machine_does_not_chatter_even_when_asked_for_more(capsys: Capture) -> None:
    log.configure(verbose=1)
    logging.getLogger("transitions.core").info("Executed callback")
    assert _told(capsys) == []
