"""The shapes that a council's framework file may make a process of, by the name it calls them."""

from collections.abc import Mapping
from types import MappingProxyType

from qa_workflow.patterns.case_clock import CaseClock
from qa_workflow.patterns.document import VersionedDocument
from qa_workflow.patterns.external_audit import ExternalAudit
from qa_workflow.patterns.meeting import RecurringMeeting
from qa_workflow.patterns.report import RecurringReport
from qa_workflow.patterns.shape import Shape

SHAPES: Mapping[str, type[Shape]] = MappingProxyType(
    {
        "report": RecurringReport,
        "document": VersionedDocument,
        "meeting": RecurringMeeting,
        "external_audit": ExternalAudit,
        "case_clock": CaseClock,
    }
)
