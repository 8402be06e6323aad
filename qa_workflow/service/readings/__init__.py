"""Reads, for many instances at once, what their guards and effects may know beyond the case: one subject a module."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.service.context import Context
from qa_workflow.store.database import Connection

# From the instances that ask to what each of them is told, by instance id; it lands in `Facts.gathered`.
Reading = Callable[
    [Context, Connection, Sequence[ProcessInstance], datetime], dict[int, dict[str, Any]]
]
