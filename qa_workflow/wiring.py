"""The composition root: the only place that chooses what a Context is made of."""

from qa_workflow.delivery.channels import LogChannel
from qa_workflow.frameworks.bank_holidays import published_calendar
from qa_workflow.frameworks.reader import framework_calendar
from qa_workflow.processes import all_processes
from qa_workflow.service.context import Context
from qa_workflow.settings import Settings
from qa_workflow.store.database import Database


def build(settings: Settings) -> Context:
    """Return everything a service needs, for one database; nothing is opened before it is asked for."""
    return Context(
        database=Database(settings.database_url, busy_seconds=settings.busy_seconds),
        processes=all_processes(),
        published=published_calendar(),
        lines=framework_calendar(),
        channels={"log": LogChannel()},
        batch_size=settings.batch_size,
        moderation_percent=settings.moderation_percent,
        dip_check_percent=settings.dip_check_percent,
        strict_period=settings.strict_period,
        strict_before=settings.strict_before,
        safety_seconds=settings.safety_seconds,
        daemon_name=settings.daemon_name,
    )
