"""Why one instance is not moving: the judgement, the shortest way out, and every trigger with what it misses."""

from datetime import datetime

from qa_workflow.service.context import Context
from qa_workflow.service.enquiries import readable
from qa_workflow.service.input import number_of
from qa_workflow.service.stuck.finding import unreadable
from qa_workflow.service.stuck.items import item_of, items_of
from qa_workflow.service.views import View
from qa_workflow.service.ways import triggers_of
from qa_workflow.service.work import Work


def why(ctx: Context, reference: str, *, now: datetime) -> View:
    """Return why an instance is not moving and the shortest way out; its class is None when nothing is wrong.

    The item is that of `stuck`, with every trigger of its present state beside it: allowed or not,
    who may pull it, what it asks for, and for each refusal why, who could mend it and from when. Of an
    instance whose row is damaged it is said what mends the row.

    Raises:
        InstanceNotFound: no instance has this reference, or several fit it.
    """
    with ctx.database.reading() as connection:
        work = Work(ctx, connection, now)
        loaded, damaged = readable(work, [number_of(work, reference)])
        if damaged:
            (item,) = items_of(work, list(unreadable(work, damaged)))
            return {**item, "triggers": []}
        (instance,) = loaded.values()
        facts = work.facts([instance])[instance.id]
        definition = ctx.processes.get(instance.process)
        item = item_of(work, instance, facts)
        return {**item, "triggers": triggers_of(work, definition, instance, facts)}
