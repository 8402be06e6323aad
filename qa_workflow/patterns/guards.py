"""Claims that several processes make: a reason is given, somebody else decides, a date lies in the past."""

from datetime import date

from qa_workflow.engine.definition import Asks, Facts, Guard, Refusal, guard


@guard("evidence")
def reason_is_given(_facts: Facts, evidence: Asks) -> Refusal | None:
    """Whoever does this must say why."""
    return None if evidence.reason else Refusal(why="No reason is given.", who="whoever asks")


def decided_by_another(key: str, what: str, who: str, *, apart_from: tuple[str, ...] = ()) -> Guard:
    """Make a guard: neither who acts, nor whom they act for, stands under *key* in the data.

    Four eyes on the person, not on the role: nobody gets round it by switching hats, or by a
    delegation. *apart_from* names the triggers that write the key.
    """

    def decided_by_another_person(facts: Facts, _evidence: Asks) -> Refusal | None:
        if facts.instance.data.get(key) not in facts.eyes:
            return None
        return Refusal(why=f"You {what}, so another person must decide.", who=who)

    return Guard(
        f"decided_by_another_than_{key}",
        decided_by_another_person,
        frozenset({"facts", "actor"}),
        apart_from,
    )


def text_is_given(field: str, sentence: str, who: str | None = None) -> Guard:
    """Make a guard: *field* of what was sent is not empty, and neither is every item of a list."""

    def given(_facts: Facts, evidence: Asks) -> Refusal | None:
        found = getattr(evidence, field)
        said = found if isinstance(found, str) else any(found)
        return None if said else Refusal(why=sentence, who=who)

    return Guard(f"{field}_is_given", given, frozenset({"facts", "evidence"}))


def not_in_the_future(day: date | None, facts: Facts, what: str) -> Refusal | None:
    """Refuse a date that has not come yet where something past is told."""
    if day is None or day <= facts.today:
        return None
    return Refusal(why=f"{what} is {day:%d %B %Y}, which has not come yet.", from_on=day)
