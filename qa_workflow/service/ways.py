"""The ways on from where an instance stands, as views: the shortest way out, and every trigger with what it misses."""

from dataclasses import replace

from qa_workflow.engine.definition import Asks, Facts, ProcessDefinition
from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.people import SYSTEM
from qa_workflow.engine.ways import GIVES_UP, WayOut, moves_now, way_out
from qa_workflow.errors import Refusal
from qa_workflow.service import views
from qa_workflow.service.views import View
from qa_workflow.service.whom import Whom, whom
from qa_workflow.service.work import Work

NOBODY_HOLDS = "somebody_is_there_for_it"
_BLANKS = {
    "array": "'[...]'",
    "object": "'{...}'",
    "date": "YYYY-MM-DD",
    "person": "PERSON_ID",
    "boolean": "true",
}


def way_out_of(
    work: Work, definition: ProcessDefinition | None, instance: ProcessInstance, facts: Facts
) -> list[View]:
    """Return the steps of the shortest way to an end; none where it has ended or its process is unknown.

    `who` are roles as `show` has them, `people` the same as names where the roster knows one person.
    `needs` is in words what is missing: the `reasons` why guards refuse it as things stand, then
    the fields it `asks` for. `from`: the first day on which they would let it pass; `by_itself_on`:
    the day on which the system makes it if nobody does; `last_resort`: why it is advised for want
    of anything better. `command` makes the step: what is still to be filled in stands in capitals.
    """
    if definition is None:
        return []
    steps = way_out(definition, instance, facts, calendar=work.calendar)
    return [_step(one, _there(work, definition, facts, one)) for one in steps]


def triggers_of(
    work: Work, definition: ProcessDefinition | None, instance: ProcessInstance, facts: Facts
) -> list[View]:
    """Return every trigger of the present state: allowed or not, who may, what it asks for, why it is refused."""
    if definition is None:
        return []
    facts = replace(facts, instance=instance)
    named = whom(work, definition, facts)
    return [_trigger(one, named) for one in moves_now(definition, instance, facts)]


def next_possible(
    work: Work, definition: ProcessDefinition, instance: ProcessInstance, facts: Facts
) -> View | None:
    """Return the step that somebody can make now, as `way_out_of` has them; None where nobody can make any.

    What gives it up comes last.
    """
    facts = replace(facts, instance=instance)
    moves = [
        one
        for one in moves_now(definition, instance, facts)
        if one.is_held and not one.refusals and one.roles != (SYSTEM,) and one.to != instance.state
    ]
    chosen = min(moves, key=lambda one: one.last_resort == GIVES_UP, default=None)
    return None if chosen is None else _step(chosen, whom(work, definition, facts))


def _there(work: Work, definition: ProcessDefinition, facts: Facts, step: WayOut) -> Whom:
    instance = facts.instance.altered(state=step.source)
    return whom(work, definition, replace(facts, instance=instance))


def _step(step: WayOut, named: Whom) -> View:
    return {
        "trigger": step.trigger,
        "who": list(step.who),
        "needs": list(step.needs),
        "state": step.source,
        "to": step.to,
        "people": named.people(step.roles),
        "reasons": [_reason(one, named) for one in step.refusals],
        "asks": _titles(step),
        "from": views.day(step.from_on),
        "by_itself_on": views.day(step.by_itself_on),
        "last_resort": step.last_resort,
        "command": _command(step, named),
    }


def _trigger(move: WayOut, named: Whom) -> View:
    reasons = [_reason(one, named) for one in move.refusals]
    if not move.is_held:
        reasons.append(_nobody(move, named))
    return {
        "trigger": move.trigger,
        "to": move.to,
        "allowed": not reasons,
        "who": list(move.who),
        "people": named.people(move.roles),
        "asks": _titles(move),
        "by_itself_on": views.day(move.by_itself_on),
        "gives_up": move.last_resort == GIVES_UP,
        "reasons": reasons,
    }


def _reason(refusal: Refusal, named: Whom) -> View:
    who = None if refusal.who is None else named.in_words(refusal.who)
    return {**views.reason(refusal), "who": who}


def _nobody(move: WayOut, named: Whom) -> View:
    posts = " or ".join(named.post(role) for role in move.roles)
    return {
        "guard": NOBODY_HOLDS,
        "why": f"Nobody who is active today is there for it: {posts}.",
        "who": "whoever keeps the list of people (people import), or whoever may reassign it",
        "from": None,
    }


# ------------------------------------------------------------------ what is typed
def _command(step: WayOut, named: Whom) -> str | None:
    """Return the command that makes the step; None where only the system makes it."""
    if step.roles == (SYSTEM,):
        return None
    data = "".join(f" --data {name}={_blank(name, step.asks)}" for name in step.demanded)
    actor = _actor(step, named) or "YOUR_ID"
    return f"qa-workflow fire {named.facts.instance.reference} {step.trigger} --as {actor}{data}"


def _actor(step: WayOut, named: Whom) -> str | None:
    """Return the id of whoever makes the step: the owner where they may, else the only one who may."""
    roles = [role for role in step.roles if role != SYSTEM]
    known = dict.fromkeys(one.person_id for role in roles for one in named.meant(role))
    if named.facts.instance.owner in known:
        return named.facts.instance.owner
    return next(iter(known)) if len(known) == 1 else None


def _titles(step: WayOut) -> list[str]:
    """Return the fields that the step demands as its form calls them."""
    return [step.asks.model_fields[one].title or one for one in step.demanded]


def _blank(name: str, asks: type[Asks]) -> str:
    """Return what is typed after `name=`, as `--data` wants a value of this kind."""
    schema = views.asked(asks)
    field = schema["properties"][name]
    kinds = [
        schema["$defs"][one["$ref"].rsplit("/")[-1]] if "$ref" in one else one
        for one in (field, *field.get("anyOf", ()))
    ]
    for kind in kinds:
        if "enum" in kind:
            return f'"{"|".join(map(str, kind["enum"]))}"'
        known = _BLANKS.get(kind.get("format") or kind.get("type") or "")
        if known is not None:
            return known
    return f'"{(asks.model_fields[name].title or name).upper()}"'
