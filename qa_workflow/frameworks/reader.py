"""A council's framework, read from its file and checked: every fault named by its line, or none."""

import tomllib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from qa_workflow.engine.definition import ProcessDefinition
from qa_workflow.engine.due import EscalationLevel, Ladder
from qa_workflow.engine.instance import NOTHING
from qa_workflow.engine.people import ROLES
from qa_workflow.engine.terms import Term
from qa_workflow.errors import FrameworkFaulty, WrongInput
from qa_workflow.frameworks.choices import Choices
from qa_workflow.frameworks.form import Activity, FrameworkForm, Row
from qa_workflow.frameworks.lines import AS_NEEDED, Line
from qa_workflow.frameworks.places import Place, line_of, places
from qa_workflow.patterns import ladders

SHIPPED = "city_of_london_2019"
AUDIENCES = frozenset({"owner", "line_manager", "service_manager"})
_MAX_BYTES = 1_000_000
# The parameters of a shape that name roles.
_ROLE_KEYS = frozenset(
    {
        "author",
        "also_by",
        "receiver",
        "approver",
        "chair",
        "organiser",
        "must_answer",
        "must_attend",
    }
    | {"lead", "service_manager"}
)
Faults = Iterator[tuple[Place, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """What one council's framework says, ready to be used: nothing in it is faulty."""

    name: str
    council: str
    title: str
    version: str
    lines: tuple[Line, ...]
    as_needed: tuple[
        Line, ...
    ] = ()  # what the framework names without saying when: nobody plans it
    choices: Choices = field(default_factory=Choices)
    terms: tuple[Term, ...] = ()
    ladders: Mapping[str, Ladder] = NOTHING
    processes: Mapping[str, ProcessDefinition] = NOTHING
    bodies: Mapping[str, str] = NOTHING
    role_titles: Mapping[str, str] = NOTHING
    filled_by: Mapping[str, tuple[str, ...]] = NOTHING
    rows: tuple[Row, ...] = ()

    @property
    def roles(self) -> frozenset[str]:
        """Return every role that a roster of this council may name: the shipped ones and its own."""
        return ROLES | self.role_titles.keys()


@cache
def shipped_framework() -> Framework:
    """Return the framework that ships with the program: the City of London's of 2019."""
    text = (resources.files("qa_workflow.frameworks") / f"{SHIPPED}.toml").read_text("utf-8")
    return read_framework(text, f"{SHIPPED}.toml")


def framework_file(path: Path, known_processes: Collection[str]) -> Framework:
    """Return the framework of a council's own file.

    Raises:
        WrongInput: the file cannot be read. FrameworkFaulty: naming every fault by its line.
    """
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise WrongInput(
                f"{path} is larger than {_MAX_BYTES:,} bytes: that is no framework file."
            )
        text = path.read_text("utf-8-sig")
    except OSError as exc:
        raise WrongInput(f"{path} cannot be read: {exc.strerror}.") from exc
    except UnicodeDecodeError as exc:
        raise WrongInput(
            f"{path} is no text in UTF-8. Write the framework as a TOML file."
        ) from exc
    return read_framework(text, path.name, known_processes)


def read_framework(
    text: str, file: str, known_processes: Collection[str] | None = None
) -> Framework:
    """Return the framework that *text* holds; with *known_processes* every line opens one of them, or its own.

    Raises:
        FrameworkFaulty: naming every fault by its line.
    """
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        raise FrameworkFaulty(
            file, ((_line_in(str(exc), text), f"this is no TOML: {exc}"),)
        ) from exc
    known = places(text)
    try:
        form = FrameworkForm.model_validate(found)
    except ValidationError as exc:
        faults = [*_misfits(exc), *_unknown_names(found, known_processes)]
        raise FrameworkFaulty(file, _in_order(known, faults)) from exc
    processes, faulty = _own_processes(form)
    opened = None if known_processes is None else {*known_processes, *processes}
    faults = [*faulty, *_faults(form, opened)]
    if faults:
        raise FrameworkFaulty(file, _in_order(known, faults))
    return _framework(Path(file).stem, form, processes)


def _line_in(message: str, text: str) -> int:
    _, _, where = message.rpartition("(at line ")
    number = where.partition(",")[0]
    return int(number) if number.isdecimal() else max(len(text.splitlines()), 1)


def _in_order(
    known: Mapping[Place, int], faults: Collection[tuple[Place, str]]
) -> tuple[tuple[int, str], ...]:
    return tuple(sorted({(line_of(known, place), what) for place, what in faults}))


def _misfits(error: ValidationError) -> list[tuple[Place, str]]:
    """Return what does not fit the form: pydantic's words, with where they apply."""
    found = []
    for fault in error.errors(include_url=False):
        if fault["type"] == "too_short" and len(fault["input"]) >= fault["ctx"]["min_length"]:
            continue  # nothing of it is left because each part is at fault: each is named by itself
        place: Place = fault["loc"]
        key = ".".join(str(part) for part in place if isinstance(part, str))
        said = fault["msg"].removeprefix("Value error, ")
        if fault["type"] == "extra_forbidden":
            said = "there is no such key; look into docs/reference/framework-file.md for those there are"
        elif fault["type"] == "missing":
            said = "is missing"
        found.append((place, f"{key}: {said}"))
    return found


def _unknown_names(found: Mapping[str, Any], known_processes: Collection[str] | None) -> Faults:
    """Yield the roles and processes that are not there, where the form is at fault besides: all in one reading."""

    def several(name: str) -> list[Mapping[str, Any]]:
        kept = found.get(name)
        return (
            [one if isinstance(one, dict) else {} for one in kept] if isinstance(kept, list) else []
        )

    own = found.get("roles")
    roles = ROLES | (own.keys() if isinstance(own, dict) else set())
    opened = {*(known_processes or ()), *(one.get("name") for one in several("process"))}
    for number, one in enumerate(several("activity")):
        named: list[tuple[str, str, Collection[Any]]] = [("owner", "role", roles)]
        if known_processes is not None:
            named += [("process", "process", opened), ("stands_for", "process", opened)]
        for key, kind, there in named:
            if isinstance(one.get(key), str) and one[key] not in there:
                what = f"activity {one.get('code', '')}: there is no {kind} {one[key]!r}"
                yield ("activity", number, key), what


# ------------------------------------------------------------------ what the form cannot say
def _own_processes(
    form: FrameworkForm,
) -> tuple[dict[str, ProcessDefinition], list[tuple[Place, str]]]:
    made: dict[str, ProcessDefinition] = {}
    faults: list[tuple[Place, str]] = []
    if not form.process:
        return made, faults
    from qa_workflow.patterns.shapes import SHAPES  # noqa: PLC0415 - only such a council needs them all

    for number, given in enumerate(form.process):
        place: Place = ("process", number)
        shape = SHAPES.get(str(given.get("shape")))
        if shape is None:
            faults.append(
                ((*place, "shape"), f"process: shape is one of {', '.join(sorted(SHAPES))}")
            )
            continue
        try:
            definition = shape.model_validate(
                {key: one for key, one in given.items() if key != "shape"}
            ).process()
        except ValidationError as exc:
            faults += [((*place, *where), f"process.{what}") for where, what in _misfits(exc)]
            continue
        if definition.name in made:
            faults.append(((*place, "name"), f"process {definition.name} is described twice"))
        made[definition.name] = definition
    return made, faults


def _faults(form: FrameworkForm, opened: Collection[str] | None) -> Faults:
    roles = ROLES | form.roles.keys()
    yield from _faulty_roles(form, roles)
    yield from _faulty_ladders(form, roles)
    yield from _faulty_terms(form)
    yield from _faulty_activities(form, roles, opened)
    yield from _faulty_choices(form)
    for number, count in Counter(row.number for row in form.row).items():
        if count > 1:
            place = max(at for at, row in enumerate(form.row) if row.number == number)
            yield ("row", place, "number"), f"row {number} stands here twice"
    if opened is not None:
        for at, row in enumerate(form.row):
            if unknown := [one for one in row.runs if one not in opened]:
                yield (
                    ("row", at, "runs"),
                    f"row {row.number}: there is no process {', '.join(unknown)}",
                )
    for at, given in enumerate(form.process):
        for key in _ROLE_KEYS & given.keys():
            named = [given[key]] if isinstance(given[key], str) else given[key]
            for role in (one for one in named if one not in roles):
                yield ("process", at, key), f"process.{key}: there is no role {role!r}"


def _faulty_roles(form: FrameworkForm, roles: Collection[str]) -> Faults:
    for name, role in form.roles.items():
        for filler in role.filled_by:
            if filler not in roles:
                yield (
                    ("roles", name, "filled_by"),
                    f"roles.{name}: there is no role {filler!r} to fill it",
                )
            elif filler == name or (filler in form.roles and form.roles[filler].filled_by):
                yield (
                    ("roles", name, "filled_by"),
                    f"roles.{name}: {filler} is filled by others itself; name the role that people hold",
                )


def _faulty_ladders(form: FrameworkForm, roles: Collection[str]) -> Faults:
    for number, ladder in enumerate(form.ladder):
        place: Place = ("ladder", number)
        if ladder.name in [other.name for other in form.ladder[:number]]:
            yield (*place, "name"), f"ladder {ladder.name} is described twice"
        for at, level in enumerate(ladder.level):
            unknown = [one for one in level.tell if one not in roles and one not in AUDIENCES]
            if unknown:
                yield (
                    (*place, "level", at, "tell"),
                    f"ladder {ladder.name}, {level.name}: there is no role {', '.join(unknown)}",
                )
        names = [level.name for level in ladder.level]
        if len(set(names)) != len(names):
            yield place, f"ladder {ladder.name}: a level stands there twice"
        rungs = [level for level in ladder.level if level.name.startswith("L")]
        days = [level.after or 0 for level in rungs]
        if not rungs or days != sorted(set(days)) or days[0] < 1:
            yield (
                place,
                f"ladder {ladder.name}: its L levels climb on working days that grow from 1",
            )
        elif not set(rungs[-1].tell) & set(roles):
            yield (
                place,
                f"ladder {ladder.name}: its last level tells a named role, so that nothing ends with nobody",
            )
        if rungs and [level.name for level in rungs if level.blocks] != ["L2"]:
            yield place, f"ladder {ladder.name}: L2, and L2 alone, blocks"


def _faulty_terms(form: FrameworkForm) -> Faults:
    for number, (before, after) in enumerate(zip(form.term, form.term[1:], strict=False), start=1):
        if after.first_on <= before.last_on:
            yield (
                ("term", number, "first_on"),
                f"term {after.name} begins before {before.name} has ended",
            )


def _faulty_activities(
    form: FrameworkForm, roles: Collection[str], opened: Collection[str] | None
) -> Faults:
    opens: dict[tuple[object, ...], int] = {}
    for number, one in enumerate(form.activity):
        place: Place = ("activity", number)
        if one.owner not in roles:
            yield (*place, "owner"), f"activity {one.code}: there is no role {one.owner!r}"
        for key in ("process", "stands_for"):
            name = getattr(one, key)
            if name is not None and opened is not None and name not in opened:
                yield (*place, key), f"activity {one.code}: there is no process {name!r}"
        for body in _bodies_of(one):
            if body not in form.bodies:
                yield (
                    (*place, "title"),
                    f"activity {one.code}: there is no body {body!r} in [bodies]",
                )
        for month in one.months or (0,):
            opened_as = (one.process, one.subject, one.part, one.every, month)
            earlier = opens.setdefault(opened_as, number)
            # A line that is repeated word for word says nothing new (domain A37).
            if earlier != number and form.activity[earlier] != one:
                yield (
                    place,
                    f"activity {one.code} opens what activity {form.activity[earlier].code} opens already",
                )
                break


def _faulty_choices(form: FrameworkForm) -> Faults:
    """Name a choice of months in which no line of the calendar lets the meeting sit that it counts on."""
    followed_up = {(month - 2) % 12 + 1 for month in form.choices.follow_up_months}
    for key, process, wanted in (
        ("follow_up_months", "getting_to_outstanding", followed_up),
        ("scrutiny_months", "moving_to_excellence_board", set(form.choices.scrutiny_months)),
    ):
        lines = [one for one in form.activity if one.process == process]
        missing = wanted.difference(*(one.months for one in lines))
        if lines and missing:
            named = ", ".join(str(month) for month in sorted(missing))
            yield (
                ("choices", key),
                f"choices.{key}: activity {lines[0].code} opens no {process} in month {named}",
            )


def _bodies_of(activity: Activity) -> list[str]:
    return [part.split("}")[0] for part in (activity.title or "").split("{")[1:]]


# ------------------------------------------------------------------ what is used
def _framework(
    name: str, form: FrameworkForm, processes: dict[str, ProcessDefinition]
) -> Framework:
    shipped = ladders.BY_NAME
    own: dict[str, Ladder] = {}
    for given in form.ladder:
        levels = tuple(
            EscalationLevel(one.name, one.after, one.tell, blocks=one.blocks) for one in given.level
        )
        standard = shipped[given.name]
        own[given.name] = Ladder(
            given.name, levels, statutory=standard.statutory, closures=standard.closures
        )
    lines = [
        _line(one, form)
        for number, one in enumerate(form.activity)
        if one not in form.activity[:number]
    ]
    return Framework(
        name=name,
        council=form.framework.council,
        title=form.framework.title,
        version=form.framework.version,
        lines=tuple(one for one in lines if one.every != AS_NEEDED),
        as_needed=tuple(one for one in lines if one.every == AS_NEEDED),
        choices=form.choices,
        terms=tuple(
            Term(
                name=one.name,
                first_on=one.first_on,
                last_on=one.last_on,
                half_term=None if one.half_term is None else (one.half_term[0], one.half_term[1]),
            )
            for one in form.term
        ),
        ladders=MappingProxyType(own),
        processes=MappingProxyType(processes),
        bodies=MappingProxyType(form.bodies),
        role_titles=MappingProxyType({role: one.title for role, one in form.roles.items()}),
        filled_by=MappingProxyType(
            {role: one.filled_by for role, one in form.roles.items() if one.filled_by}
        ),
        rows=form.row,
    )


def _line(one: Activity, form: FrameworkForm) -> Line:
    given: dict[str, Any] = one.model_dump(exclude={"words", "title", "valid_from", "valid_to"})
    return Line(
        **given,
        source=one.words,
        title=None if one.title is None else one.title.format_map(form.bodies),
        version=form.framework.version,
        valid_from=one.valid_from or form.framework.valid_from,
        valid_to=one.valid_to or form.framework.valid_to or date.max,
    )
