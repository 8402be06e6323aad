"""What tests do to a council beside the front door: SQL straight into its file, a channel that records."""

import sqlite3
from dataclasses import replace
from typing import Any

from council import Council
from fakes import RecordingChannel

from qa_workflow.service import starting

REC = "recommendation:R-0001"

# A row of an instance as a bad disk, a bad hand or another program may leave it.
NO_JSON = "UPDATE process_instance SET data = '{' WHERE reference = ?"
NO_PROCESS = "UPDATE process_instance SET state = 'elsewhere', process = 'gone' WHERE reference = ?"
NO_DAY = "UPDATE process_instance SET entered_on = 'some day' WHERE reference = ?"


def raised(council: Council, subject: str = "C01") -> str:
    """Raise a recommendation by hand; return its reference."""
    started = starting.start_process(
        council.ctx, "recommendation", subject, now=council.now, actor="cli:test"
    )
    return started.reference


def sql(council: Council, statement: str, *values: Any) -> list[Any]:  # noqa: ANN401 - any value, any row
    """Run one statement on the council's file, past all of our code."""
    plain = sqlite3.connect(str(council.ctx.database.path))
    found = plain.execute(statement, values).fetchall()
    plain.commit()
    plain.close()
    return found


def leaves(council: Council, person: str, day: str) -> None:
    """Let *day* be the person's last."""
    sql(council, "UPDATE person SET active_to = ? WHERE person_id = ?", day, person)


def recording(council: Council) -> RecordingChannel:
    """Let messages go to a channel that keeps them; return it."""
    channel = RecordingChannel()
    council.ctx = replace(council.ctx, channels={"log": channel})
    return channel
