"""Reads what somebody asks with: which instance they mean, who acts, on what evidence."""

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ValidationError

from qa_workflow.engine.definition import Asks
from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.people import Person
from qa_workflow.engine.working_days import FIRST_YEAR, LAST_YEAR
from qa_workflow.errors import BadData, InstanceMoved, InstanceNotFound, UnknownPerson
from qa_workflow.service.work import Work
from qa_workflow.store import histories, instances, reports

Data = Mapping[str, Any]


def find(work: Work, reference: str) -> ProcessInstance:
    """Return the instance of *reference*, or of a shorter form that fits only one.

    Raises:
        InstanceNotFound: none fits, or more than one.
    """
    return instances.load(work.connection, number_of(work, reference))


def number_of(work: Work, reference: str) -> int:
    """Return the id of the instance of *reference*, whether or not its row can be read; raises as `find` does."""
    found = reports.ids_of_reference(work.connection, reference)
    if not found:
        raise InstanceNotFound(reference)
    if len(found) > 1:
        raise InstanceNotFound(reference, fits=[name for _, name in found])
    return found[0][0]


def acting(work: Work, person_id: str) -> Person:
    """Return the person who acts.

    Raises:
        UnknownPerson: nobody of that id is in the roster, or they are not active today.
    """
    person = work.roster.get(person_id)
    if person is None:
        raise UnknownPerson(person_id)
    if not person.is_active(work.today):
        raise UnknownPerson(person_id, why="is not active today")
    return person


def checked(work: Work, asks: type[Asks], data: Data, what: str) -> Asks:
    """Return *data* as what *asks* describes.

    Raises:
        UnknownPerson: it names somebody who is not in the roster.
        BadData: unknown keys, missing fields, wrong types, dates that cannot be read or that lie
            outside the years 1900 to 2199; names each.
    """
    try:
        evidence = asks.model_validate(data, context={"people": work.roster.people})
    except ValidationError as exc:
        problems: dict[str, str] = {}
        for fault in exc.errors():
            place = ".".join(str(part) for part in fault["loc"]) or "data"
            if fault["type"] == "unknown_person":
                raise UnknownPerson(str(fault["input"])) from exc
            problems[place] = _fault_in_words(fault["type"], fault["msg"])
        raise BadData(what, problems) from exc
    unlikely = {
        place: f"the year {day.year} is not one from {FIRST_YEAR} to {LAST_YEAR}"
        for place, day in _days(evidence)
        if not FIRST_YEAR <= day.year <= LAST_YEAR
    }
    if unlikely:
        raise BadData(what, unlikely)
    return evidence


def _days(given: object, place: str = "") -> Iterator[tuple[str, date]]:
    """Return every date of what was sent, however deep, with the place where it stands."""
    parts: Iterator[tuple[object, object]] = iter(())
    if isinstance(given, date):
        yield place, given
    elif isinstance(given, BaseModel):
        parts = iter(given)
    elif isinstance(given, Mapping):
        parts = iter(given.items())
    elif isinstance(given, tuple | list):
        parts = iter(enumerate(given))
    for name, part in parts:
        yield from _days(part, f"{place}.{name}" if place else str(name))


# What an officer is told where a form's own words are a programmer's.
_IN_PLAIN_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "extra_forbidden": "is not asked for here",
        "missing": "is missing",
        "tuple_type": "is a list, even of one",
        "list_type": "is a list, even of one",
        "dict_type": "is a table of names and values",
        "model_type": "is a group of named values",
        "string_type": "is text",
        "int_type": "is a whole number",
        "int_parsing": "is a whole number",
        "bool_type": "is true or false",
        "bool_parsing": "is true or false",
        "date_type": "is a date, written like 2026-03-31",
        "date_parsing": "is a date, written like 2026-03-31",
        "date_from_datetime_parsing": "is a date, written like 2026-03-31",
    }
)


def _fault_in_words(kind: str, message: str) -> str:
    return _IN_PLAIN_WORDS.get(kind, message[0].lower() + message[1:])


def require_version(work: Work, instance: ProcessInstance, if_version: int | None) -> None:
    """Make sure that the instance stands at the version the person saw.

    Raises:
        InstanceMoved: it does not; names who moved it.
    """
    if if_version is not None and instance.version != if_version:
        by = histories.last_actor(work.connection, instance.id)
        person = work.roster.get(by)
        raise InstanceMoved(
            instance.reference,
            expected=if_version,
            found=instance.version,
            by=person.name if person else by or "",
        )
