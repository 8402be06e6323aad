"""The composition root: the only place that chooses what a Context is made of."""

from collections.abc import Mapping
from pathlib import Path

from qa_workflow.delivery.channels import LogChannel
from qa_workflow.engine.definition import ProcessDefinition
from qa_workflow.engine.tailoring import tailored
from qa_workflow.errors import DatabaseUnfit, FrameworkFaulty, WrongInput
from qa_workflow.frameworks.bank_holidays import published_calendar
from qa_workflow.frameworks.reader import Framework, framework_file, shipped_framework
from qa_workflow.processes import Definitions, all_processes
from qa_workflow.service.context import Context
from qa_workflow.settings import Settings
from qa_workflow.store.database import Database


def build(settings: Settings) -> Context:
    """Return everything a service needs, for one database; nothing is opened before it is asked for."""
    framework = chosen_framework(settings.framework)
    return Context(
        database=Database(settings.database_url, busy_seconds=settings.busy_seconds),
        processes=processes_of(framework),
        published=published_calendar(),
        framework=framework,
        lines=framework.lines,
        terms=framework.terms,
        channels={"log": LogChannel()},
        batch_size=settings.batch_size,
        moderation_percent=settings.moderation_percent,
        dip_check_percent=settings.dip_check_percent,
        strict_period=settings.strict_period,
        strict_before=settings.strict_before,
        safety_seconds=settings.safety_seconds,
        daemon_name=settings.daemon_name,
    )


def chosen_framework(file: Path | None) -> Framework:
    """Return the council's own framework, or the one that ships where no *file* is given.

    Raises:
        DatabaseUnfit: the file cannot be read or has faults, every one named by its line.
    """
    if file is None:
        return shipped_framework()
    try:
        return framework_file(file, all_processes())
    except (FrameworkFaulty, WrongInput) as exc:
        raise DatabaseUnfit(str(exc)) from exc


def processes_of(framework: Framework) -> Mapping[str, ProcessDefinition]:
    """Return every process of a council: the shipped ones and its own, each with its ladders."""

    def fitted(definition: ProcessDefinition) -> ProcessDefinition:
        return tailored(definition, framework.ladders, framework.roles)

    return Definitions(framework.processes, fitted)
