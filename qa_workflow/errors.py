"""Everything that can go wrong, on one screen: each error carries data and an officer's sentence.

    QAWorkflowError
    ├── DefinitionFaulty      every fault of a process definition, at once
    ├── DefinitionMoved       an instance runs by a version that this program no longer has
    ├── TransitionRefused     a guard said no, or the trigger is not offered here
    ├── NotPermitted          the person does not hold the role
    ├── InstanceNotFound      no instance, case or person of that reference
    ├── InstanceMoved         somebody changed it meanwhile
    ├── WrongInput            what was typed or sent cannot be read
    │   ├── UnknownTrigger
    │   ├── UnknownPerson
    │   ├── BadData           evidence that does not fit what the trigger asks for
    │   └── RejectedFile      a file with faults, each named by place
    ├── CalendarFaulty        a line of a shipped calendar cannot be read
    ├── FrameworkFaulty       a council's framework file has faults, each named by its line
    ├── BeyondCalendar        a working day was needed in a year without bank-holiday data
    ├── DatabaseUnfit         a schema or configuration of another version
    ├── DatabaseUnhealthy     locked, read-only, full or unreachable
    └── DeliveryFailed        a message did not go out; tried again, never shown to people

Exit codes are given to these in `cli`, HTTP statuses in `web`: rooms above translate, rooms below name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime


class QAWorkflowError(Exception):
    """The root: its message is a sentence an officer can act on."""

    code = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One reason why a trigger is not allowed: what is missing, who could supply it, from when."""

    why: str
    who: str | None = None
    from_on: date | None = None
    guard: str = ""


class DefinitionFaulty(QAWorkflowError):
    """A process definition has faults; `problems` names every one."""

    code = "definition_faulty"

    def __init__(self, process: str, problems: Sequence[str]) -> None:
        self.process = process
        self.problems = tuple(problems)
        super().__init__(f"The definition of {process} has faults: " + "; ".join(self.problems))


class DefinitionMoved(QAWorkflowError):
    """An instance runs by another version of its process than this program has, or stands in a state that is gone.

    Nothing moves it by rules that it was not started under; `command` brings it over.
    """

    code = "definition_moved"

    def __init__(
        self,
        reference: str,
        process: str,
        *,
        state: str,
        runs_by: tuple[int, str],
        program_has: tuple[int, str],
    ) -> None:
        self.reference = reference
        self.process = process
        self.state = state
        self.runs_by = runs_by
        self.program_has = program_has
        self.command = (
            f"qa-workflow process migrate {process} --from {runs_by[0]} --to {program_has[0]}"
        )
        has = f"version {_pinned(program_has)}"
        if runs_by[0] == program_has[0]:
            lacks = f", which has no state {state}"
            sentence = (
                f"{reference} stands in {state}, and this program has {has} of {process}{lacks}."
            )
        else:
            sentence = f"{reference} runs by version {_pinned(runs_by)} of {process}, and this program has {has}."
        super().__init__(
            f"{sentence} Nothing was changed. Bring what is under way over first: `{self.command} --dry-run`."
        )


def _pinned(pin: tuple[int, str]) -> str:
    version, sha256 = pin
    return f"{version} ({sha256[:8]})" if sha256 else str(version)


class TransitionRefused(QAWorkflowError):
    """A trigger is not allowed now; `reasons` says why, one by one."""

    code = "refused"

    def __init__(self, trigger: str, state: str, reasons: Sequence[Refusal]) -> None:
        self.trigger = trigger
        self.state = state
        self.reasons = tuple(reasons)
        super().__init__(" ".join(reason.why for reason in self.reasons))


class NotPermitted(QAWorkflowError):
    """The person who asks does not hold a role that may do this."""

    code = "not_permitted"

    def __init__(self, actor: str, trigger: str, roles: Sequence[str]) -> None:
        self.actor = actor
        self.trigger = trigger
        self.roles = tuple(roles)
        held_by = " or ".join(self.roles) or "the system"
        super().__init__(f"{actor} may not {trigger}: that is for {held_by}.")


class InstanceNotFound(QAWorkflowError):
    """No instance, case or other record has this reference, or more than one fits it."""

    code = "not_found"

    def __init__(
        self,
        reference: str,
        *,
        kind: str = "process instance",
        fits: Sequence[str] = (),
        why: str = "",
    ) -> None:
        self.reference = reference
        self.fits = tuple(fits)
        if why:
            super().__init__(why)
        elif self.fits:
            super().__init__(
                f"{reference!r} fits more than one {kind}: {', '.join(self.fits)}. Name one of them whole."
            )
        else:
            super().__init__(f"There is no {kind} {reference!r}.")


class InstanceMoved(QAWorkflowError):
    """Somebody changed the instance between reading and writing it."""

    code = "conflict"

    def __init__(self, reference: str, *, expected: int, found: int, by: str = "") -> None:
        self.reference = reference
        self.expected = expected
        self.found = found
        who = by or "Somebody"
        super().__init__(
            f"{who} changed {reference} meanwhile: it is now at version {found}, not {expected}. Look at it again before you go on."
        )


class WrongInput(QAWorkflowError):
    """What was typed or sent cannot be read; nothing was changed."""

    code = "bad_input"


class UnknownTrigger(WrongInput):
    """The process has no trigger of this name."""

    code = "unknown_trigger"

    def __init__(self, trigger: str, process: str, known: Sequence[str]) -> None:
        self.trigger = trigger
        self.process = process
        self.known = tuple(known)
        super().__init__(f"{process} has no trigger {trigger!r}. It has: {', '.join(self.known)}.")


class UnknownPerson(WrongInput):
    """The roster has no such person, or the person is not active."""

    code = "unknown_person"

    def __init__(self, person: str, *, why: str = "is not in the roster") -> None:
        self.person = person
        super().__init__(f"{person!r} {why}. `qa-workflow people list` shows who is.")


class BadData(WrongInput):
    """Evidence does not fit what the trigger asks for; `problems` maps each field to its fault."""

    code = "bad_data"

    def __init__(self, what: str, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__(
            f"{what}: " + "; ".join(f"{field}: {why}" for field, why in self.problems.items()) + "."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong in a file, with its place as a person finds it (rows are counted from 1)."""

    why: str
    list_name: str | None = None
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        place = ", ".join(
            part
            for part in (
                self.list_name,
                f"row {self.row}" if self.row is not None else None,
                f"column {self.column!r}" if self.column else None,
            )
            if part
        )
        return f"{place}: {self.why}" if place else self.why


class RejectedFile(WrongInput):
    """A file that cannot be taken; `faults` names each place."""

    code = "rejected_file"

    def __init__(self, file: str, faults: Sequence[Fault]) -> None:
        self.file = file
        self.faults = tuple(faults)
        shown = "; ".join(str(fault) for fault in self.faults[:5])
        more = f"; and {len(self.faults) - 5} more" if len(self.faults) > 5 else ""  # noqa: PLR2004 - five fit on a screen
        super().__init__(f"{file} was not taken: {shown}{more}.")


class CalendarFaulty(QAWorkflowError):
    """A line of the framework calendar or of the bank holidays cannot be read."""

    code = "calendar_faulty"

    def __init__(self, file: str, row: int, column: str, why: str) -> None:
        self.file = file
        self.row = row
        self.column = column
        super().__init__(f"{file}, row {row}, column {column!r}: {why}.")


class FrameworkFaulty(QAWorkflowError):
    """A council's framework file cannot be used: every fault with its line."""

    code = "framework_faulty"

    def __init__(self, file: str, faults: Sequence[tuple[int, str]]) -> None:
        self.file = file
        self.faults = tuple(faults)
        named = "; ".join(f"line {line}: {what}" for line, what in self.faults)
        super().__init__(f"{file} is no framework that can be run. {named}.")


class BeyondCalendar(QAWorkflowError):
    """A working-day count needs a year whose bank holidays are not known: refused, never guessed."""

    code = "beyond_calendar"

    def __init__(self, year: int, *, first: int, last: int) -> None:
        self.year = year
        self.first = first
        self.last = last
        super().__init__(
            f"Bank holidays are known from {first} to {last}, so working days in {year} cannot be counted yet. "
            "Add the published list of that year first."
        )


class DatabaseUnfit(QAWorkflowError):
    """The database or the configuration belongs to another version of the program."""

    code = "database_unfit"


class DatabaseUnhealthy(QAWorkflowError):
    """The database is locked, read-only, full or cannot be reached; nothing was changed."""

    code = "database_unhealthy"


class DeliveryFailed(QAWorkflowError):
    """A message could not be handed over; the outbox keeps it and tries again at `retry_at` (UTC)."""

    code = "delivery_failed"

    def __init__(self, channel: str, why: str, retry_at: datetime | None = None) -> None:
        self.channel = channel
        self.retry_at = retry_at
        super().__init__(f"{channel}: {why}")
