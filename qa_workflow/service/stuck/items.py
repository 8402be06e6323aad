"""What is shown of an instance that is stuck, or of one that is not: the item of `stuck` and `why`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from qa_workflow.engine.definition import Facts
from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.service import views
from qa_workflow.service.stuck.climbing import Next, next_level
from qa_workflow.service.stuck.finding import Damaged, Stuck, working_days
from qa_workflow.service.stuck.judging import Asked, judge
from qa_workflow.service.stuck.naming import names_of
from qa_workflow.service.stuck.repairs import repair_of, repair_of_damaged
from qa_workflow.service.stuck.sentences import sentence
from qa_workflow.service.views import View
from qa_workflow.service.ways import way_out_of
from qa_workflow.service.work import Work
from qa_workflow.store import histories
from qa_workflow.store.histories import Told


def item_of(work: Work, instance: ProcessInstance, facts: Facts) -> View:
    """Return the item of one instance, stuck or not; its class is None when nothing is wrong."""
    (asked,) = judge(work, [instance], {instance.id: facts})
    return _item(asked, _told(work, [instance.id]).get(instance.id, []))


def items_of(work: Work, some: Sequence[Stuck]) -> list[View]:
    """Return the items of a page: facts, and who was told, are read once for all of it."""
    whole = [one.what for one in some if isinstance(one.what, Asked)]
    unknown = [one.instance for one in whole if one.facts is None]
    facts = work.facts(unknown) if unknown else {}
    told = _told(work, [one.instance.id for one in whole])
    return [
        _damaged(one, one.what)
        if isinstance(one.what, Damaged)
        else _item(_with(one.what, facts), told.get(one.what.instance.id, []))
        for one in some
    ]


def _with(asked: Asked, facts: Mapping[int, Facts]) -> Asked:
    return asked if asked.facts is not None else replace(asked, facts=facts[asked.instance.id])


def _told(work: Work, ids: Sequence[int]) -> dict[int, list[Told]]:
    found = histories.levels_told(work.connection, ids)
    return {
        number: [one for one in some if one.entry.data.get("told")]
        for number, some in found.items()
    }


def _item(asked: Asked, told: Sequence[Told]) -> View:
    work, instance, facts = asked.work, asked.instance, asked.facts
    definition, since = asked.definition, asked.since
    following = None
    way_out: list[View] = []
    if definition is not None and facts is not None and instance.is_open:
        following = next_level(work, definition, instance, facts)
        way_out = way_out_of(work, definition, instance, facts)
    names = names_of(work)
    return {
        "reference": instance.reference,
        "process": instance.process,
        "subject": instance.subject,
        "state": instance.state,
        "owner": instance.owner or instance.owner_role,
        "team": instance.team,
        "class": asked.class_,
        "why": sentence(asked, told, following),
        "since": views.instant(since),
        "working_days": None if since is None else working_days(work, since),
        "level": instance.level,
        "next_escalation_on": None if following is None else views.day(following.on),
        "way_out": way_out,
        "told": [
            {
                "level": one.entry.level,
                "to": one.entry.data["told"],
                "at": views.instant(one.entry.recorded_at),
                "on": views.day(one.entry.nominal_on),
                "names": [names.of(person) for person in one.entry.data["told"]],
            }
            for one in told
        ],
        "blocked": [views.blocked(one) for one in instance.blocks],
        "due_on": views.day(instance.due_on),
        "next": _next(following, asked),
        "looked_again_on": views.day(
            min((one.review_on for one in instance.blocks if one.review_on), default=None)
        ),
        "repair": repair_of(asked, way_out),
    }


def _next(following: Next | None, asked: Asked) -> View | None:
    if following is None:
        return None
    names = names_of(asked.work)
    return {
        "level": following.level,
        "to": [names.of(one) for one in following.to],
        "on": views.day(following.on),
    }


def _damaged(stuck: Stuck, damaged: Damaged) -> View:
    one = damaged.bare
    error = "restore its row, or the last backup"
    if damaged.incident is not None:
        error = damaged.incident.error
    return {
        "reference": one.reference,
        "process": one.process,
        "subject": one.subject,
        "state": one.state,
        "owner": one.owner or one.owner_role,
        "team": one.team,
        "class": stuck.class_,
        "why": f"{views.DAMAGED} {error[0].upper()}{error[1:].rstrip('.')}.",
        "since": views.instant(stuck.since),
        "working_days": stuck.working_days,
        **dict.fromkeys(("level", "next_escalation_on")),
        **{name: [] for name in ("way_out", "told", "blocked")},
        **dict.fromkeys(("due_on", "next", "looked_again_on")),
        "repair": repair_of_damaged(damaged),
    }
