"""What must hold in a recurring meeting: who answered, what was covered, what was decided."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from qa_workflow.engine.definition import Facts, Guard, Refusal, Related, guard
from qa_workflow.engine.derivation import in_words
from qa_workflow.engine.people import ids
from qa_workflow.patterns.guards import not_in_the_future

_EVIDENCE = frozenset({"facts", "evidence"})
_ACTOR_TOO = frozenset({"facts", "actor", "evidence"})


def _named(roles: Iterable[str]) -> str:
    return ", ".join(roles)


def stands_in(one: Related, wanted: Iterable[str]) -> bool:
    """Tell whether *one* is of a process, and in a state of it, that *wanted* names (`process:state`)."""
    return f"{one.process}:{one.state}" in wanted


# ------------------------------------------------------------------ the start
@guard("evidence")
def due_date_is_known(facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - AdHoc, with or without a kind
    """The calendar says by when it is held, or whoever starts it does, or its subject is that day."""
    instance = facts.instance
    if instance.due_on is not None:
        if evidence.due_on in (None, instance.due_on):
            return None
        return Refusal(why=f"The framework calendar asks for it by {in_words(instance.due_on)}.")
    wanted = evidence.due_on or day_of(instance.subject)
    if wanted is None:
        return Refusal(why="It is not said by when it is held.", who="whoever starts it (due_on)")
    if wanted < facts.today:
        return Refusal(why=f"{in_words(wanted)} is over.", from_on=facts.today)
    return None


def day_of(subject: str) -> date | None:
    """Return the day that *subject* is, where it is one (ISO)."""
    try:
        return date.fromisoformat(subject)
    except ValueError:
        return None


def kind_is_one_of(kinds: tuple[str, ...]) -> Guard:
    """Make a guard: it is said which of *kinds* the meeting is."""

    def kind_is_known(_facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - AdHoc with a kind
        """It is said of which kind it is."""
        if evidence.kind in kinds:
            return None
        return Refusal(
            why=f"It is not said which kind it is: {_named(kinds)}.", who="whoever starts it"
        )

    return Guard("kind_is_known", kind_is_known, _EVIDENCE)


# ------------------------------------------------------------------ the agenda
def agenda_has_room(number: int, choice: str, organiser: str) -> Guard:
    """Make a guard: the meeting takes at most *number* items, or as many as the council's *choice* says."""

    def agenda_is_short_enough(facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - Agenda or LateItem
        """The meeting looks at few things, and well."""
        most: int = facts.gathered.get(choice, number)
        late = getattr(evidence, "item", None)
        wanted = getattr(evidence, "items", ())  # the system, which sets it in time, names none
        if late is not None:
            wanted = (*facts.instance.data["agenda"], late)
        if len(set(wanted)) <= most:
            return None
        return Refusal(why=f"The meeting takes at most {most} items.", who=organiser)

    return Guard("agenda_is_short_enough", agenda_is_short_enough, _EVIDENCE)


@guard("evidence")
def item_is_not_listed_yet(facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - LateItem
    """A thing stands on the agenda once."""
    if evidence.item not in facts.instance.data.get("agenda", ()):
        return None
    return Refusal(why=f"{evidence.item} is on the agenda already.")


# ------------------------------------------------------------------ who was there
def _was_there(facts: Facts, evidence: Any) -> frozenset[str]:  # noqa: ANN401 - Attendance
    return frozenset(evidence.attendees) | ids_of_actor(facts)


def ids_of_actor(facts: Facts) -> frozenset[str]:
    """Return the person who acts, as the one person who certainly is at the meeting."""
    return frozenset() if facts.actor is None else frozenset({facts.actor.person_id})


@guard("actor", "evidence")
def nobody_is_both_there_and_away(facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - Attendance
    """Whoever sent apologies was not there."""
    both = sorted(_was_there(facts, evidence) & set(evidence.apologies))
    if not both:
        return None
    return Refusal(why=f"Said to be there and to have sent apologies: {_named(both)}.", who="chair")


def roles_have_answered(roles: tuple[str, ...]) -> Guard:
    """Make a guard: each of *roles* is recorded as present or with apologies, by a person who holds it."""

    def every_role_has_answered(facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - Attendance with OfRoles
        """The framework names who attends: each was there, sent apologies, or is a post that nobody holds."""
        answered = _was_there(facts, evidence) | set(evidence.apologies)
        silent = []
        for role in roles:
            holders = set(ids(facts.roster.holders(role, facts.today)))
            if role in evidence.vacant and holders:
                return Refusal(why=f"{role} is not vacant: {_named(sorted(holders))}.", who="chair")
            if role not in evidence.vacant and not holders & answered:
                silent.append(role)
        if not silent:
            return None
        return Refusal(
            why=f"Recorded neither as present nor with apologies: {_named(silent)}.", who="chair"
        )

    return Guard("every_role_has_answered", every_role_has_answered, _ACTOR_TOO)


def roles_are_there(roles: tuple[str, ...]) -> Guard:
    """Make a guard: somebody of each of *roles* was there; without them the meeting is inquorate."""

    def meeting_is_quorate(facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - Attendance
        """Those for whom the meeting is were there."""
        there = _was_there(facts, evidence)
        missing = [
            role for role in roles if not there & set(ids(facts.roster.holders(role, facts.today)))
        ]
        if not missing:
            return None
        return Refusal(
            why=f"Nobody was there as {_named(missing)}, so the meeting is inquorate.",
            who="chair (declare_inquorate)",
        )

    return Guard("meeting_is_quorate", meeting_is_quorate, _ACTOR_TOO)


def ground_is_laid(wanted: tuple[str, ...]) -> Guard:
    """Make a guard: something of the meeting's year stands in one of *wanted*, or it is said why not."""
    processes = tuple(dict.fromkeys(one.partition(":")[0] for one in wanted))

    def ground_is_there_or_explained(facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - Attendance with OfGround
        """The meeting rests on what was submitted for its year, or it is said why it sits without."""
        year = facts.instance.data["opens_on"][:4]
        there = any(
            stands_in(one, wanted) and str(one.data.get("period", one.subject)).startswith(year)
            for one in facts.gathered["standing"]
        )
        if there or evidence.why_without:
            return None
        return Refusal(
            why=f"Nothing of {year} was submitted ({_named(processes)}), and it is not said why.",
            who="chair (why_without)",
        )

    return Guard("ground_is_there_or_explained", ground_is_there_or_explained, _EVIDENCE)


# ------------------------------------------------------------------ what was said
def topics_are_covered(topics: tuple[str, ...], organiser: str) -> Guard:
    """Make a guard: the minutes say what came of each of *topics*, and of nothing else."""

    def every_topic_is_covered(_facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - Minutes with OfTopics
        """What the framework says the meeting is for was talked about, and what came of it is said."""
        strange = [one for one in evidence.covered if one not in topics]
        if strange:
            return Refusal(
                why=f"No topic of this meeting: {_named(strange)}. Its topics: {_named(topics)}.",
                who=organiser,
            )
        missing = [one for one in topics if not evidence.covered.get(one, "").strip()]
        if not missing:
            return None
        return Refusal(why=f"It is not said what came of: {_named(missing)}.", who=organiser)

    return Guard("every_topic_is_covered", every_topic_is_covered, _EVIDENCE)


@guard("evidence")
def live_cases_were_discussed(facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - Minutes with OfLiveCases
    """At least one open case was talked about, or it is said why none was."""
    if not evidence.cases:
        if evidence.why_no_case:
            return None
        return Refusal(why="No live case was discussed, and it is not said why.", who="chair")
    known = facts.gathered["open_cases"]
    strange = [one.case for one in evidence.cases if one.case not in known]
    if not strange:
        return None
    return Refusal(why=f"No open case: {_named(strange)}.", who="chair")


# ------------------------------------------------------------------ what was agreed
def actions_are_said(organiser: str) -> Guard:
    """Make a guard: the actions are named, or it is said that there are none."""

    def actions_are_named_or_denied(_facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - Actions
        """A meeting without actions says so, so that none is forgotten."""
        if evidence.actions and evidence.no_actions:
            return Refusal(why="Actions are named, and it is said that there are none.")
        if evidence.actions or evidence.no_actions or getattr(evidence, "accepted", ()):
            return None
        return Refusal(
            why="No action is named, and it is not said that there are none.", who=organiser
        )

    return Guard("actions_are_named_or_denied", actions_are_named_or_denied, _EVIDENCE)


@guard("evidence")
def every_item_is_decided(facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - Actions with OfDecisions
    """Each item leaves the meeting with an action, its owner and day, or is accepted as it is, and why."""
    agenda = facts.instance.data.get("agenda", ())
    accepted = [one.reference for one in evidence.accepted]
    strange = [one for one in accepted if one not in agenda]
    if strange:
        return Refusal(why=f"Not on the agenda: {_named(strange)}.", who="chair")
    decided = {*accepted, *(one.about for one in evidence.actions)}
    left = [one for one in agenda if one not in decided]
    if not left:
        return None
    return Refusal(
        why=f"Neither an action nor an acceptance for: {_named(left)}.",
        who="chair (actions with `about`, or accepted)",
    )


def scrutiny_has_ended(wanted: tuple[str, ...], chair: str) -> Guard:
    """Make a guard: what awaited scrutiny was approved or returned, or is carried on with a reason."""

    def everything_scrutinised_has_an_answer(facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - Closing with OfScrutiny
        """Nothing that was brought for scrutiny leaves without an answer."""
        brought = facts.instance.data.get("for_scrutiny", ())
        carried = [one.reference for one in evidence.carried]
        strange = [one for one in carried if one not in brought]
        if strange:
            return Refusal(why=f"Not brought for scrutiny: {_named(strange)}.", who=chair)
        waiting = {one.reference for one in facts.gathered["standing"] if stands_in(one, wanted)}
        left = [one for one in brought if one in waiting and one not in carried]
        if not left:
            return None
        return Refusal(
            why=f"Neither approved nor returned nor carried on with a reason: {_named(left)}.",
            who=chair,
        )

    return Guard(
        "everything_scrutinised_has_an_answer", everything_scrutinised_has_an_answer, _EVIDENCE
    )


@guard("evidence")
def letter_is_dated_and_kept(facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - Letter
    """The letter has its date, not before the meeting nor to come, and the place where it is kept."""
    if evidence.letter_on is None or not evidence.letter_reference:
        return Refusal(why="The date of the letter, or where it is kept, is not said.")
    held_on = date.fromisoformat(facts.instance.data["held_on"])
    if evidence.letter_on < held_on:
        return Refusal(why=f"The meeting was held on {in_words(held_on)}, after that date.")
    return not_in_the_future(evidence.letter_on, facts, "The date of the letter")
