"""An operator at work on a council: asks for a repair through the service, and looks at what it left in the file."""

from typing import Any

import pytest
from council import Council
from hands import REC, sql

from qa_workflow.errors import TransitionRefused
from qa_workflow.service import enquiries, repairs
from qa_workflow.service.repairs import Repair, Repaired

EVERYTHING = (
    "process_instance", "history_entry", "timer", "block", "outbox_message", "link", "incident",
)  # fmt: skip


def asked(verb: str, by: str = "sandy", **more: Any) -> Repair:  # noqa: ANN401 - what the verb needs
    return Repair(verb=verb, actor=by, reason=more.pop("reason", "Put right."), **more)


def repair(
    council: Council,
    verb: str,
    reference: str = REC,
    *,
    dry_run: bool = False,
    **more: Any,  # noqa: ANN401 - what the verb needs
) -> Repaired:
    return repairs.repair(
        council.ctx, reference, asked(verb, **more), now=council.now, dry_run=dry_run
    )


def refusal(council: Council, verb: str, reference: str = REC, **more: Any) -> str:  # noqa: ANN401 - what the verb needs
    """Ask for a repair that is refused; return why. Only the attempt is kept."""
    before = stored(council)
    with pytest.raises(TransitionRefused) as refused:
        repair(council, verb, reference, **more)
    after = stored(council)
    changed = {table for table in EVERYTHING if before[table] != after[table]}
    assert changed == {"process_instance", "history_entry"}
    told = council.history(reference)[-1]
    assert (told["action"], told["from"], told["reason"]) == (
        "refused",
        told["to"],
        str(refused.value),
    )
    assert len(after["history_entry"]) == len(before["history_entry"]) + 1
    return str(refused.value)


def stored(council: Council) -> dict[str, list[Any]]:
    return {table: sql(council, f"SELECT * FROM {table} ORDER BY 1, 2, 3") for table in EVERYTHING}  # noqa: S608 - our own names


def is_whole(council: Council) -> bool:
    checked, bad = enquiries.verify_history(council.ctx, None, now=council.now)
    return checked > 0 and bad is None
