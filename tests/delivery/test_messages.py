"""What a person is told: by reference, in words, and never a child's name."""

import logging
from dataclasses import replace
from datetime import date

import pytest
import structlog
from rows import an_instance

from qa_workflow.delivery.channels import LogChannel
from qa_workflow.delivery.messages import day_in_words, render
from qa_workflow.engine.instance import Notice

INSTANCE = an_instance(title="Recommendation follow-up C01", state="in_progress")


def a_notice(level: str | None = "L0", **said: object) -> Notice:
    made = Notice(
        to="sam", template="escalation", key=f"due:1:{level}", level=level, deadline="due",
        nominal_on=date(2025, 12, 1), due_on=date(2025, 11, 30),
    )  # fmt: skip
    return replace(made, **said)  # type: ignore[arg-type]


def test_a_date_is_written_as_people_write_it() -> None:
    assert day_in_words(date(2026, 11, 3)) == "3 November 2026"


def test_a_message_says_what_where_it_stands_since_when_and_what_moves_it() -> None:
    assert render(INSTANCE, [a_notice()]) == (
        "Overdue: Recommendation follow-up C01",
        (
            "recommendation:R-0001 is in state in progress.\n"
            "L0: Overdue, due 30 November 2025 (since 1 December 2025).\n"
            "What moves it: qa-workflow why recommendation:R-0001"
        ),
    )


@pytest.mark.parametrize(
    ("levels", "subject"),
    [
        (["R1"], "Reminder"), (["R2"], "Second reminder"), (["R0"], "Due today"), (["R1", "L0"], "Overdue"),
        (["L0", "L1"], "Overdue, service manager told"),
        (["L0", "L2", "R2"], "Overdue, AD People told; now blocked and on the Top three's list"),
    ],
)  # fmt: skip
def test_the_subject_speaks_of_the_highest_level(levels: list[str], subject: str) -> None:
    told, _ = render(INSTANCE, [a_notice(level) for level in levels])
    assert told == f"{subject}: Recommendation follow-up C01"


def test_levels_of_one_pass_are_named_in_one_message_in_their_order() -> None:
    _, body = render(INSTANCE, [a_notice(level) for level in ("R2", "L0", "L1")])
    assert [line[:2] for line in body.splitlines()[1:4]] == ["R2", "L0", "L1"]


def test_from_level_one_on_a_reason_for_the_delay_is_asked_for() -> None:
    _, body = render(INSTANCE, [a_notice("L1")])
    assert (
        'Please say why it is late: qa-workflow note recommendation:R-0001 "..." --as YOU' in body
    )


def test_before_level_one_no_reason_is_asked_for() -> None:
    assert "Please say why" not in render(INSTANCE, [a_notice("L0")])[1]


def test_an_instance_without_a_title_is_named_by_its_reference() -> None:
    assert render(an_instance(), [a_notice()])[0] == "Overdue: recommendation:R-0001"


def test_a_notice_of_no_level_is_a_note() -> None:
    told, body = render(INSTANCE, [a_notice(level=None, due_on=None, nominal_on=None)])
    assert (told.split(":")[0], body.splitlines()[1]) == ("Note", "Note.")


@pytest.mark.parametrize(
    ("due_on", "by"), [(date(2025, 10, 2), " by the end of 2 October 2025"), (None, " at once")]
)
def test_an_immediate_concern_is_told_as_what_it_is(due_on: date | None, by: str) -> None:
    concern = an_instance(reference="immediate_concern:C07:1")
    told, body = render(
        concern, [a_notice(level=None, template="immediate_concern", due_on=due_on)]
    )
    assert told == "Immediate concern for a child's safety: immediate_concern:C07:1"
    assert body.startswith(f"immediate_concern:C07:1 was raised. It must be acknowledged{by}.")


def test_the_log_is_a_way_out() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    with structlog.testing.capture_logs() as logged:
        LogChannel().send(key="k", to="sam", subject="s", body="b")
    assert logged == [
        {
            "event": "message_delivered",
            "key": "k",
            "to": "sam",
            "subject": "s",
            "body": "b",
            "log_level": "info",
        }
    ]


def test_a_council_reads_what_its_own_posts_are_called() -> None:
    told, _ = render(INSTANCE, [a_notice("L2")], {"ad_people": "Head of Children and Families"})
    assert told.startswith("Overdue, Head of Children and Families told; now blocked")
