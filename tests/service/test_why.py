"""Why it is not moving, as a manager reads it: who by name, what is missing, from when, and the way to the end."""

from dataclasses import replace
from enum import StrEnum, auto

import pytest
from council import AUTUMN, Council
from hands import raised
from pydantic import Field

from qa_workflow.engine.definition import (
    Asks,
    Deadline,
    Effects,
    Facts,
    PersonId,
    ProcessDefinition,
    Refusal,
    Transition,
    Within,
    guard,
)
from qa_workflow.service import starting
from qa_workflow.service.views import View
from qa_workflow.service.whom import Whom
from qa_workflow.service.why import why

REC = "recommendation:R-0001"


def told(council: Council, reference: str) -> View:
    return why(council.ctx, reference, now=council.now)


def way(council: Council, reference: str) -> list[View]:
    found: list[View] = told(council, reference)["way_out"]
    return found


def trigger(council: Council, reference: str, name: str) -> View:
    found: View
    (found,) = (one for one in told(council, reference)["triggers"] if one["trigger"] == name)
    return found


@pytest.fixture
def recommended(council: Council) -> Council:
    """Give the council with one recommendation, raised on 1 October 2025."""
    council.at("2025-10-01 09:00")
    raised(council, "C01")
    return council


# ------------------------------------------------------------------ the way out of real processes
def test_the_way_out_of_an_audit_goes_to_its_end_by_name(allocated: tuple[Council, str]) -> None:
    steps = way(*allocated)
    assert [(one["trigger"], one["people"], one["to"]) for one in steps] == [
        ("start", ["Alex Auditor"], "in_progress"),
        ("submit", ["Alex Auditor"], "submitted"),
        ("release", ["Sandy Quality"], "feedback"),
        ("record_feedback", ["Alex Auditor"], "practitioner_response"),
        ("accept", ["Pat Practitioner"], "agreed"),
        ("close", ["the system"], "closed"),
    ]


def test_who_are_roles_as_before_and_people_are_names(allocated: tuple[Council, str]) -> None:
    first = way(*allocated)[0]
    assert (first["who"], first["people"]) == (["auditor (Alex Auditor)"], ["Alex Auditor"])


def test_a_role_that_several_hold_is_called_by_its_post(council: Council) -> None:
    council.at("2025-10-08 09:00")
    council.import_people([("mo2", "Mel Moderator", "moderator", "QA", "sandy")])
    audit = f"case_audit:2025-26-A:{council.open_autumn_round()[0]}"
    council.take(audit, "moderation")
    assert way(council, audit)[0]["people"] == ["moderator"]


def test_a_post_is_called_as_this_council_calls_it(recommended: Council) -> None:
    framework = replace(recommended.ctx.framework, role_titles={"sm_sqa": "Head of Safeguarding"})
    recommended.ctx = replace(recommended.ctx, framework=framework)
    assert way(recommended, REC)[0]["people"] == ["Sandy Quality"]
    recommended.import_people([("zoe", "Zoe Quality", "sm_sqa", "QA", "ada")])
    assert way(recommended, REC)[0]["people"] == ["Head of Safeguarding"]


def test_a_round_that_waits_for_its_audits_says_which_are_open(council: Council) -> None:
    first, *_ = council.open_autumn_round()
    council.fire(f"case_audit:2025-26-A:{first}", "allocate", by="quinn", auditor="aud1")
    step = way(council, AUTUMN)[0]
    assert (step["trigger"], step["command"]) == ("all_done", None)
    assert "audits are still open" in step["needs"][0]


def test_the_command_of_a_step_is_ready_to_be_typed(recommended: Council) -> None:
    command = way(recommended, REC)[0]["command"]
    assert command.startswith(f"qa-workflow fire {REC} assign --as sandy --data ")
    assert '--data what="WHAT"' in command
    assert "--data owner=PERSON_ID" in command


def test_what_has_ended_has_no_way_out(recommended: Council) -> None:
    recommended.fire(REC, "supersede", by="sandy", successor="recommendation:R-0002")
    assert told(recommended, REC)["way_out"] == []


# ------------------------------------------------------------------ every trigger
def test_every_trigger_of_the_state_is_told(recommended: Council) -> None:
    definition = recommended.ctx.processes["recommendation"]
    found = [one["trigger"] for one in told(recommended, REC)["triggers"]]
    assert found == [one.trigger for one in definition.leaving("raised")]


def test_what_can_be_done_says_who_may_and_what_it_asks_for(recommended: Council) -> None:
    found = trigger(recommended, REC, "assign")
    assert (found["allowed"], found["people"], found["reasons"]) == (True, ["Sandy Quality"], [])
    assert {"What", "Owner"} <= set(found["asks"])


def test_what_is_refused_says_why_and_who_could_mend_it_by_name(council: Council) -> None:
    council.at("2025-09-03 08:00").passes()
    council.at("2025-10-01 08:00").passes()
    found = trigger(council, AUTUMN, "freeze_sample")
    (reason,) = (one for one in found["reasons"] if one["guard"] == "sample_was_proposed")
    assert (found["allowed"], reason["why"], reason["who"], reason["from"]) == (
        False, "Nobody has proposed the sample yet.", "Quinn Admin", None,
    )  # fmt: skip


def test_a_trigger_for_which_nobody_is_there_is_refused(recommended: Council) -> None:
    recommended.ctx.database.close()
    recommended.at("2027-01-04 09:00")
    people = [("sandy", "Sandy Quality", "auditor", "QA", "ada")]
    recommended.import_people(people)
    found = trigger(recommended, REC, "assign")
    (reason,) = found["reasons"]
    assert (found["allowed"], reason["guard"]) == (False, "somebody_is_there_for_it")
    assert "Safeguarding and Quality Assurance Service Manager" in reason["why"]
    assert way(recommended, REC)[0]["last_resort"] == "nobody can"


# ------------------------------------------------------------------ words for who is meant
class Door(StrEnum):
    """A door with a lock, and one that time opens."""

    SHUT = auto()
    AJAR = auto()
    OPEN = auto()


class Opening(Asks):
    """What opening asks for."""

    by: PersonId | None = Field(default=None, title="Who opens it")
    keys: tuple[str, ...] = Field(default=(), title="Keys")
    on: str = Field(default="", title="Day")


@guard()
def key_is_here(facts: Facts, _evidence: Asks) -> Refusal | None:
    """Without the key nobody opens it."""
    if facts.instance.data.get("key"):
        return None
    return Refusal(why="The key is away.", who="qa_admin (fetch)")


@guard("evidence")
def opener_is_named(_facts: Facts, evidence: Opening) -> Refusal | None:
    """Somebody opens it, with keys."""
    return None if evidence.by and evidence.keys else Refusal(why="Nobody is named.", who="sm_sqa")


DOOR = ProcessDefinition(
    name="door", title="Door", version=1, states=Door, initial=Door.SHUT, final=frozenset({Door.OPEN}),
    transitions=(
        Transition("fetch", Door.SHUT, None, (), "qa_admin"),
        Transition("unlock", Door.SHUT, Door.AJAR, (key_is_here,), ("sm_sqa", "system")),
        Transition("open", Door.AJAR, Door.OPEN, (opener_is_named,), "owner", asks=Opening),
        Transition("break", Door.SHUT, Door.OPEN, (), "ad_people", adverse=True),
    ),
    deadlines=(Deadline(name="unlocks", state=Door.SHUT, due=Within(5), on_expiry="unlock"),),
    relations={"owner": lambda instance, _facts: (instance.owner,) if instance.owner else ()},
)  # fmt: skip


@pytest.fixture
def door(council: Council) -> Council:
    """Give the council with one shut door, on Wednesday 1 October 2025."""
    council.at("2025-10-01 09:00")
    council.ctx = replace(council.ctx, processes={"door": DOOR}, lines=())
    starting.start_process(council.ctx, "door", "x", now=council.now, actor="cli:test")
    return council


def test_breaking_the_door_is_no_advice_while_it_can_be_opened(door: Council) -> None:
    assert [one["trigger"] for one in way(door, "door:x")] == ["unlock", "open"]


def test_a_door_that_can_only_be_broken_is_broken_as_the_last_resort(door: Council) -> None:
    only = replace(DOOR, transitions=(DOOR.transitions[-1],))
    door.ctx = replace(door.ctx, processes={"door": only})
    (step,) = way(door, "door:x")
    assert (step["trigger"], step["last_resort"]) == ("break", "gives up")


def test_a_step_says_its_reasons_with_names_and_its_day(door: Council) -> None:
    first = way(door, "door:x")[0]
    assert first["needs"] == ["The key is away."]
    assert first["reasons"] == [
        {"guard": "key_is_here", "why": "The key is away.", "who": "Quinn Admin (fetch)", "from": None}
    ]  # fmt: skip
    assert first["by_itself_on"] == "2025-10-09"


def test_the_system_is_not_named_beside_a_person(door: Council) -> None:
    assert way(door, "door:x")[0]["people"] == ["Sandy Quality"]


def test_a_relation_that_means_nobody_yet_is_called_by_its_name(door: Council) -> None:
    second = way(door, "door:x")[1]
    assert (second["people"], second["last_resort"]) == (["owner"], None)


def test_a_command_has_a_blank_of_the_kind_that_each_field_wants(door: Council) -> None:
    second = way(door, "door:x")[1]
    assert second["asks"] == ["Who opens it"]
    assert second["command"] == "qa-workflow fire door:x open --as YOUR_ID --data by=PERSON_ID"


def test_a_command_is_the_owners_where_they_may(door: Council) -> None:
    shared = replace(DOOR.transitions[0], dest=Door.OPEN, role=("owner", "sm_sqa"))
    owned = replace(DOOR, transitions=(shared,), on_start=lambda _step: Effects(owner="aud1"))
    door.ctx = replace(door.ctx, processes={"door": owned})
    starting.start_process(door.ctx, "door", "y", now=door.now, actor="cli:test")
    (step,) = way(door, "door:y")
    assert step["people"] == ["Alex Auditor", "Sandy Quality"]
    assert step["command"] == "qa-workflow fire door:y fetch --as aud1"


def test_a_command_names_the_words_of_which_one_is_right(council: Council) -> None:
    audit = f"case_audit:2025-26-A:{council.open_autumn_round()[0]}"
    council.take(audit, "disputed")
    assert '--data to="agreed|in_progress"' in way(council, audit)[0]["command"]


def test_a_relation_that_means_nobody_is_left_out_where_somebody_else_may(door: Council) -> None:
    assert named(door).people(("owner", "sm_sqa")) == ["Sandy Quality"]


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("qa_admin", "Quinn Admin"),
        ("sm_sqa or qa_admin", "Sandy Quality or Quinn Admin"),
        ("sm_sqa (approve_no_voice)", "Sandy Quality (approve_no_voice)"),
        ("another sm_sqa", "another Safeguarding and Quality Assurance Service Manager"),
        ("the auditor", "the auditor"),
        ("whoever owns it", "whoever owns it"),
        ("Social Care, Health", "Social Care, Health"),
        ("owner (actions with `about`, or accepted)", "owner (actions with `about`, or accepted)"),
        ("social_worker", "social worker"),
    ],
)
def test_what_a_refusal_says_of_who_is_told_in_names_and_posts(
    door: Council, who: str, words: str
) -> None:
    assert named(door).in_words(who) == words


def named(council: Council) -> Whom:
    from qa_workflow.service.input import find  # noqa: PLC0415 - the tests above need no transaction
    from qa_workflow.service.work import Work  # noqa: PLC0415

    with council.ctx.database.reading() as connection:
        work = Work(council.ctx, connection, council.now)
        instance = find(work, "door:x")
        return Whom(DOOR, work.facts([instance])[instance.id], {})


def test_a_relation_that_fails_on_thin_data_means_nobody(door: Council) -> None:
    relations = {"owner": lambda instance, _facts: (instance.data["auditor"],)}
    whom = replace(named(door), definition=replace(DOOR, relations=relations))
    assert (whom.meant("owner"), whom.people(("owner",))) == ((), ["owner"])
