"""What an operator says about a change of a live process: where states go, what becomes of each deadline.

    [states]                              [deadlines]
    drafting = "in_progress"              submit_by = "keep"
                                          approve_by = {policy = "restart", to = "decide_by"}
    [data]
    asked_on = "requested_on"             [triggers]
                                          hand_in = "submit"

What is not named stays as it is called. A deadline that is not named keeps its date where its rule is
the same in both contents, and is counted again where it is not.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from qa_workflow.engine.deadlines import OWN_DATE
from qa_workflow.engine.definition import ProcessDefinition
from qa_workflow.engine.former import Former
from qa_workflow.engine.instance import Json
from qa_workflow.engine.kept_rules import KEPT, counts

Policy = Literal["keep", "rederive", "restart"]
POLICIES: tuple[Policy, ...] = get_args(Policy)
SECTIONS = ("states", "deadlines", "data", "triggers")
Place = tuple[str, ...]
Faults = list[tuple[Place, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What becomes of one deadline: what is done with its date (None: as its rule says), and its new name."""

    policy: Policy | None = None
    to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A map from one content of a process to another; empty, it says that everything keeps its name."""

    states: Mapping[str, str] = field(default_factory=dict)
    deadlines: Mapping[str, Fate] = field(default_factory=dict)
    data: Mapping[str, str] = field(default_factory=dict)
    triggers: Mapping[str, str] = field(default_factory=dict)

    def plain(self) -> Json:
        """Return the plan as JSON has it: what is kept of it, and what two plans are compared by."""
        fates = {name: {"policy": one.policy, "to": one.to} for name, one in self.deadlines.items()}
        named = (self.states, fates, self.data, self.triggers)
        return {name: dict(one) for name, one in zip(SECTIONS, named, strict=True)}

    def state(self, old: str) -> str:
        """Return the state in which what stands in *old* goes on."""
        return self.states.get(old, old)

    def renamed(self, old: str) -> str:
        """Return what the deadline *old* is called from now on."""
        fate = self.deadlines.get(old)
        return old if fate is None or fate.to is None else fate.to


# ------------------------------------------------------------------ reading
def read_plan(told: Mapping[str, Any]) -> tuple[Plan, Faults]:
    """Return the plan that a map says, and every fault of its form, each with its place."""
    faults: Faults = [
        ((name,), f"there is no section {name!r}; there are {', '.join(SECTIONS)}")
        for name in told
        if name not in SECTIONS
    ]
    sections: dict[str, Mapping[str, Any]] = {}
    for name in SECTIONS:
        section = told.get(name, {})
        if not isinstance(section, Mapping):
            faults.append(((name,), "is a section of names and what becomes of them"))
            section = {}
        sections[name] = section
    texts = {name: _texts(name, sections[name], faults) for name in ("states", "data", "triggers")}
    fates = {name: _fate(name, value, faults) for name, value in sections["deadlines"].items()}
    return Plan(deadlines=fates, **texts), faults


def _texts(section: str, told: Mapping[str, Any], faults: Faults) -> dict[str, str]:
    for name, value in told.items():
        if not isinstance(value, str) or not value.strip():
            faults.append(((section, name), "is the new name, as text"))
    return {name: value.strip() for name, value in told.items() if isinstance(value, str)}


def _fate(name: str, told: Any, faults: Faults) -> Fate:  # noqa: ANN401 - whatever the map says
    table = {"policy": told} if isinstance(told, str) else told
    place = ("deadlines", name)
    if not isinstance(table, Mapping):
        faults.append((place, f"is one of {', '.join(POLICIES)}, or {{policy = ..., to = ...}}"))
        return Fate()
    for key in table:
        if key not in ("policy", "to"):
            faults.append((place, f"has no {key!r}: it has policy and to"))
    policy, to = table.get("policy"), table.get("to")
    if policy is not None and policy not in POLICIES:
        faults.append((place, f"{policy!r} is none of {', '.join(POLICIES)}"))
        policy = None
    if to is not None and not (isinstance(to, str) and to.strip()):
        faults.append((place, "to is the new name of the deadline, as text"))
        to = None
    return Fate(policy=policy, to=to)


# ------------------------------------------------------------------ does it fit
def faults_of(
    plan: Plan,
    definition: ProcessDefinition,
    formers: Sequence[Former],
    standing: Mapping[str, int],
) -> Faults:
    """Return every fault of *plan* between *formers*, under which instances stand, and *definition*.

    *standing* holds how many of them stand in each state. What a former content said is only held
    against the plan where it was kept.
    """
    return [
        *_state_faults(plan, definition, formers, standing),
        *_deadline_faults(plan, definition, formers),
        *_data_faults(plan),
        *_trigger_faults(plan, definition, formers),
    ]


def _known(formers: Sequence[Former]) -> bool:
    return all(one.is_known for one in formers)


def _state_faults(
    plan: Plan,
    definition: ProcessDefinition,
    formers: Sequence[Former],
    standing: Mapping[str, int],
) -> Iterator[tuple[Place, str]]:
    states = [str(state) for state in definition.states]
    here = f"version {definition.version}"
    old = {*standing, *(state for one in formers for state in one.states)}
    for name, to in plan.states.items():
        if name not in old and _known(formers):
            yield ("states", name), f"no version before has a state {name!r}"
        if to not in states:
            yield ("states", name), f"{here} has no state {to!r}; it has {', '.join(states)}"
    for state, count in standing.items():
        to = plan.state(state)
        if to not in states and state not in plan.states:
            stand = "1 instance stands" if count == 1 else f"{count} instances stand"
            yield ("states",), f"{stand} in {state!r}, which {here} lacks: say where that goes"


def _deadline_faults(
    plan: Plan, definition: ProcessDefinition, formers: Sequence[Former]
) -> Iterator[tuple[Place, str]]:
    new = {one.name: one for one in definition.deadlines}
    old = {name for one in formers for name in one.named}
    here = f"version {definition.version}"
    targets: dict[str, str] = {}
    for name, fate in plan.deadlines.items():
        place = ("deadlines", name)
        if name == OWN_DATE:
            if fate.policy == "restart" or fate.to is not None:
                yield place, "the own date of an instance can be kept or re-derived, nothing else"
            continue
        if name not in old and name not in new and _known(formers):
            yield place, f"no version has a deadline {name!r}"
            continue
        if fate.to is not None and fate.to not in new:
            yield place, f"{here} has no deadline {fate.to!r}; it has {', '.join(new)}"
            continue
        if fate.to is not None and (first := targets.setdefault(fate.to, name)) != name:
            yield place, f"{fate.to!r} is what becomes of {first!r} already"
        if name not in old and fate.policy == "keep" and _known(formers):
            yield place, f"is new in {here}: there is no date to keep"
        target = new.get(plan.renamed(name))
        if target is None and fate.policy is not None:
            yield place, f"{here} has no deadline {name!r}: nothing is left to {fate.policy}"
        if (
            fate.policy == "restart"
            and target is not None
            and not any(counts(one) for one in target.rules)
        ):
            yield place, f"{target.name!r} is a date, it counts from nothing: keep or rederive it"


def _data_faults(plan: Plan) -> Iterator[tuple[Place, str]]:
    targets: dict[str, str] = {}
    for name, to in plan.data.items():
        if KEPT in (name, to):
            yield ("data", name), f"{KEPT!r} is written by migrations themselves"
        if (first := targets.setdefault(to, name)) != name:
            yield ("data", name), f"{to!r} is what becomes of {first!r} already"


def _trigger_faults(
    plan: Plan, definition: ProcessDefinition, formers: Sequence[Former]
) -> Iterator[tuple[Place, str]]:
    old = {name for one in formers for name in one.triggers}
    for name, to in plan.triggers.items():
        if name not in old and _known(formers):
            yield ("triggers", name), f"no version before has a trigger {name!r}"
        if to not in definition.triggers:
            yield ("triggers", name), f"version {definition.version} has no trigger {to!r}"
