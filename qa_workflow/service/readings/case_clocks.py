"""Reads which clocks a child has, for whoever starts one by hand, and for a conference that leads to others."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.patterns.case_clock import CaseClock
from qa_workflow.patterns.case_clock_acts import OfChild
from qa_workflow.patterns.case_clock_rules import CLOCKS
from qa_workflow.service.context import Context
from qa_workflow.store.case_clocks import clocks_of
from qa_workflow.store.database import Connection


def of_child(
    ctx: Context, connection: Connection, instances: Sequence[ProcessInstance], _now: datetime
) -> dict[int, dict[str, Any]]:
    """Return for each instance that asks, by process, the open clock of its child and the highest number.

    Only what is started by hand, and what leads to other clocks, has to know.
    """
    asking = [one for one in instances if "started_on" in one.data or _leads_to(ctx, one)]
    if not asking:
        return {}
    names = [name for name, one in ctx.processes.items() if isinstance(one.shape, CaseClock)]
    known: dict[str, dict[str, OfChild]] = {}
    for clock in clocks_of(connection, names, sorted({one.subject for one in asking})):
        of_subject = known.setdefault(clock.subject, {})
        before = of_subject.get(clock.process, OfChild())
        of_subject[clock.process] = OfChild(
            open=clock.reference if clock.is_open else before.open,
            last=max(before.last, clock.number),
        )
    return {one.id: {CLOCKS: known.get(one.subject, {})} for one in asking}


def _leads_to(ctx: Context, instance: ProcessInstance) -> tuple[str, ...]:
    shape = ctx.processes[instance.process].shape
    return shape.leads_to if isinstance(shape, CaseClock) else ()
