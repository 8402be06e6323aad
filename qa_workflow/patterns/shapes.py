"""The shapes that a council's framework file may make a process of, by the name it calls them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Protocol, Self

from qa_workflow.engine.definition import ProcessDefinition
from qa_workflow.patterns.case_clock import CaseClock
from qa_workflow.patterns.document import VersionedDocument
from qa_workflow.patterns.external_audit import ExternalAudit
from qa_workflow.patterns.meeting import RecurringMeeting
from qa_workflow.patterns.report import RecurringReport


class Shape(Protocol):
    """A machine that several processes share: its parameters, checked, and the process they make."""

    @classmethod
    def model_validate(cls, given: Any, /) -> Self:  # noqa: ANN401 - whatever a file holds
        """Return the shape with the parameters of a file; pydantic's ValidationError names what does not fit."""

    def process(self) -> ProcessDefinition:
        """Return the process that these parameters make."""


SHAPES: Mapping[str, type[Shape]] = MappingProxyType(
    {
        "report": RecurringReport,
        "document": VersionedDocument,
        "meeting": RecurringMeeting,
        "external_audit": ExternalAudit,
        "case_clock": CaseClock,
    }
)
