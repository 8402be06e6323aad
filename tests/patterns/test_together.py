"""Several effects of one move as one: nothing that any of them brings is lost."""

from dataclasses import fields
from datetime import date

from qa_workflow.engine.definition import Effects, Hold, Link, Voice
from qa_workflow.engine.instance import Notice, Signal, Spawn
from qa_workflow.patterns.sittings import together

HEARD_ON = date(2025, 10, 7)


def effects(name: str, day: int) -> Effects:
    """Return effects that bring one of everything."""
    return Effects(
        data={name: 1, "both": name},
        holds=(Hold(reason=name, note=name),),
        clears=(name,),
        owner=name,
        due_on=date(2025, 10, day),
        met_on=date(2025, 9, day),
        spawn=(Spawn(process=name, reference=f"{name}:1", subject=name),),
        signals=(Signal(name),),
        notices=(Notice(to=name, template=name, key=name),),
        then=(name,),
        links=(Link("feeds", f"{name}:1"),),
        voices=(Voice(case_id=name, words=name, method="app", heard_on=HEARD_ON),),
    )


def test_what_there_is_several_of_is_joined_in_order() -> None:
    one, two = effects("one", 1), effects("two", 2)
    whole = together(one, two)
    several = {one.name for one in fields(Effects)} - {"data", "owner", "due_on", "met_on"}
    for name in several:
        assert getattr(whole, name) == getattr(one, name) + getattr(two, name), name


def test_of_two_values_for_one_thing_the_later_counts() -> None:
    whole = together(effects("one", 1), effects("two", 2), Effects())
    assert whole.data == {"one": 1, "two": 1, "both": "two"}
    assert (whole.owner, whole.due_on, whole.met_on) == ("two", date(2025, 10, 2), date(2025, 9, 2))


def test_nothing_together_is_nothing() -> None:
    assert together() == together(Effects(), Effects()) == Effects()
