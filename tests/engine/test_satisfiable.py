"""The checker says where a roster lacks people: nobody in a role, or one person where two must look."""

from dataclasses import replace
from datetime import date
from enum import StrEnum, auto
from itertools import chain
from typing import Any

import pytest

from qa_workflow.engine.definition import Facts, Guard, ProcessDefinition, Transition
from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.people import ROLES, Delegation, Person, Roster
from qa_workflow.engine.satisfiable import warnings
from qa_workflow.processes import all_processes

TODAY = date(2027, 1, 4)
LAST_WEEK, NEXT_WEEK = date(2026, 12, 28), date(2027, 1, 11)


class Stage(StrEnum):
    """A report is written, looked at by another, and filed."""

    DRAFT = auto()
    REVIEW = auto()
    FILED = auto()


S = Stage
IS_BY_ANOTHER = Guard(
    "is_by_another", lambda _facts, _evidence: None, frozenset({"facts", "actor"}), ("submit",)
)
SUBMIT = Transition("submit", S.DRAFT, S.REVIEW, role="qa_admin")
APPROVE = Transition("approve", S.REVIEW, S.FILED, (IS_BY_ANOTHER,), role="sm_sqa")


def the_owner(_instance: ProcessInstance, _facts: Facts) -> tuple[str, ...]:
    return ("sandy",)


def a_definition(*transitions: Transition, **changes: Any) -> ProcessDefinition:  # noqa: ANN401 - the fields
    definition = ProcessDefinition(
        name="small_process",
        title="A small process",
        version=1,
        states=Stage,
        initial=S.DRAFT,
        final=frozenset({S.FILED}),
        transitions=transitions or (SUBMIT, APPROVE),
        deadlines=(),
        relations={"owner": the_owner},
    )
    return replace(definition, **changes)


def person(
    name: str, *roles: str, active_from: date | None = None, active_to: date | None = None
) -> Person:
    return Person(
        person_id=name.lower(),
        name=name,
        roles=frozenset(roles),
        active_from=active_from,
        active_to=active_to,
    )


def roster(*people: Person, delegations: tuple[Delegation, ...] = ()) -> Roster:
    return Roster(people={one.person_id: one for one in people}, delegations=delegations)


def lends(
    giver: str, to: str, role: str, from_on: date = LAST_WEEK, until_on: date = NEXT_WEEK
) -> Delegation:
    return Delegation(
        from_person=giver, to_person=to, role=role, from_on=from_on, until_on=until_on
    )


QUINN = person("Quinn", "qa_admin")
SANDY = person("Sandy", "sm_sqa")
BOTH = person("Sandy", "qa_admin", "sm_sqa")
ALEX = person("Alex", "auditor")

NOBODY_SUBMITS = (
    "Nobody active holds the role qa_admin, who pulls submit in state draft: "
    "give qa_admin to somebody in the roster."
)
SANDY_ALONE = (
    "Two people must pull submit (qa_admin) and approve (sm_sqa), but only Sandy can: "
    "give qa_admin or sm_sqa to a second person. "
    "Whoever acts for Sandy by delegation does not count as one."
)


# ------------------------------------------------------------------ a role that nobody holds
def test_a_roster_with_somebody_for_everything_gives_no_warning() -> None:
    assert warnings(a_definition(), roster(QUINN, SANDY), TODAY) == ()


def test_a_role_that_nobody_holds_is_named_with_what_is_left_undone() -> None:
    assert warnings(a_definition(), roster(SANDY, ALEX), TODAY) == (NOBODY_SUBMITS,)


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ({"active_to": TODAY}, ()),
        ({"active_from": TODAY}, ()),
        ({"active_to": date(2027, 1, 3)}, (NOBODY_SUBMITS,)),
        ({"active_from": date(2027, 1, 5)}, (NOBODY_SUBMITS,)),
    ],
)
def test_only_who_is_active_on_the_day_counts(
    dates: dict[str, date], expected: tuple[str, ...]
) -> None:
    assert warnings(a_definition(), roster(person("Quinn", "qa_admin", **dates), SANDY), TODAY) == expected  # fmt: skip


def test_moves_of_one_role_are_told_together_each_with_its_first_state() -> None:
    withdraw = Transition("withdraw", (S.DRAFT, S.REVIEW), S.FILED, role="sm_sqa", exceptional=True)
    expected = "Nobody active holds the role sm_sqa, who pulls withdraw in state draft, approve in state review: "
    (warning,) = warnings(a_definition(SUBMIT, APPROVE, withdraw), roster(QUINN), TODAY)
    assert warning.startswith(expected)


def test_of_more_than_three_moves_the_others_are_counted() -> None:
    moves = [replace(SUBMIT, trigger=f"move_{number}") for number in range(5)]
    (warning,) = warnings(a_definition(*moves), roster(SANDY), TODAY)
    assert "move_1 in state draft, move_2 in state draft and 2 more: give qa_admin" in warning
    (warning,) = warnings(a_definition(*moves[:3]), roster(SANDY), TODAY)
    assert "move_2 in state draft: give qa_admin" in warning


def test_a_move_of_several_roles_needs_one_of_them_only() -> None:
    either = replace(SUBMIT, role=("qa_admin", "auditor"))
    assert warnings(a_definition(either, APPROVE), roster(ALEX, SANDY), TODAY) == ()
    assert warnings(a_definition(either, APPROVE), roster(SANDY), TODAY) == (
        (
            "Nobody active holds any of the roles qa_admin, auditor, who pull submit in state draft: "
            "give qa_admin or auditor to somebody in the roster."
        ),
    )


@pytest.mark.parametrize("role", ["owner", ("owner", "qa_admin"), "system"])
def test_whom_a_relation_means_and_what_the_system_does_need_no_holder(
    role: str | tuple[str, ...],
) -> None:
    definition = a_definition(replace(SUBMIT, role=role), APPROVE)
    assert warnings(definition, roster(SANDY), TODAY) == ()


def test_where_a_person_may_act_besides_the_system_their_role_is_missed() -> None:
    definition = a_definition(replace(SUBMIT, role=("qa_admin", "system")), APPROVE)
    assert warnings(definition, roster(SANDY), TODAY) == (NOBODY_SUBMITS,)


def test_nobody_is_missed_where_the_process_has_ended() -> None:
    reopen = Transition("reopen", S.FILED, S.DRAFT, role="director", reopens=True)
    assert warnings(a_definition(SUBMIT, APPROVE, reopen), roster(QUINN, SANDY), TODAY) == ()


def test_a_delegate_fills_no_role_whose_holder_has_gone() -> None:
    gone = person("Quinn", "qa_admin", active_to=LAST_WEEK)
    lent = roster(gone, SANDY, ALEX, delegations=(lends("quinn", "alex", "qa_admin"),))
    assert warnings(a_definition(), lent, TODAY) == (NOBODY_SUBMITS,)


# ------------------------------------------------------------------ one person where two must look
def test_one_person_in_both_roles_cannot_be_four_eyes() -> None:
    assert warnings(a_definition(), roster(BOTH, ALEX), TODAY) == (SANDY_ALONE,)


@pytest.mark.parametrize("second", ["qa_admin", "sm_sqa"])
def test_a_second_holder_of_either_role_is_enough(second: str) -> None:
    assert warnings(a_definition(), roster(BOTH, person("Robin", second)), TODAY) == ()


def test_a_second_holder_who_has_left_is_not_enough() -> None:
    robin = person("Robin", "sm_sqa", active_to=LAST_WEEK)
    assert warnings(a_definition(), roster(BOTH, robin), TODAY) == (SANDY_ALONE,)


@pytest.mark.parametrize("role", ["qa_admin", "sm_sqa"])
def test_who_acts_for_the_only_person_is_no_second_pair_of_eyes(role: str) -> None:
    lent = roster(BOTH, ALEX, delegations=(lends("sandy", "alex", role),))
    assert warnings(a_definition(), lent, TODAY) == (SANDY_ALONE,)


def test_who_acts_for_a_third_person_is_a_second_pair_of_eyes() -> None:
    third = roster(BOTH, person("Robin", "sm_sqa"), ALEX, delegations=(lends("robin", "alex", "sm_sqa"),))  # fmt: skip
    assert warnings(a_definition(), third, TODAY) == ()


def test_moves_of_one_role_under_one_guard_are_told_together() -> None:
    reject = replace(APPROVE, trigger="reject")
    (warning,) = warnings(a_definition(SUBMIT, APPROVE, reject), roster(BOTH), TODAY)
    assert "and approve, reject (sm_sqa), but only Sandy can" in warning


def test_whoever_may_submit_anywhere_may_have_been_the_first() -> None:
    again = replace(SUBMIT, source=S.REVIEW, role="auditor")
    assert warnings(a_definition(SUBMIT, again, APPROVE), roster(BOTH, ALEX), TODAY) == ()


def test_two_confirmations_by_one_trigger_need_two_people() -> None:
    confirm = replace(APPROVE, trigger="submit", role=("qa_admin", "sm_sqa"))
    first = replace(SUBMIT, role=("qa_admin", "sm_sqa"))
    assert warnings(a_definition(first, confirm), roster(QUINN, SANDY), TODAY) == ()
    (warning,) = warnings(a_definition(first, confirm), roster(BOTH), TODAY)
    assert warning.startswith("Two people must pull submit (qa_admin, sm_sqa), one after the other, but only Sandy can:")  # fmt: skip


def test_a_relation_that_may_mean_somebody_else_is_named() -> None:
    by_owner_too = replace(SUBMIT, role=("owner", "qa_admin"))
    (warning,) = warnings(a_definition(by_owner_too, APPROVE), roster(BOTH), TODAY)
    assert "but only Sandy can, unless owner is somebody else: give qa_admin or sm_sqa" in warning


@pytest.mark.parametrize("role", ["owner", "system", ("qa_admin", "system")])
def test_nothing_is_said_of_four_eyes_where_the_first_is_a_relation_or_the_system(
    role: str | tuple[str, ...],
) -> None:
    definition = a_definition(replace(SUBMIT, role=role), APPROVE)
    assert warnings(definition, roster(BOTH), TODAY) == ()


def test_nothing_is_said_of_four_eyes_where_the_system_may_be_the_second() -> None:
    definition = a_definition(SUBMIT, replace(APPROVE, role=("sm_sqa", "system")))
    assert warnings(definition, roster(BOTH), TODAY) == ()


def test_a_guard_that_asks_for_no_other_person_asks_for_no_second_holder() -> None:
    alone = replace(APPROVE, guards=(replace(IS_BY_ANOTHER, apart_from=()),))
    assert warnings(a_definition(SUBMIT, alone), roster(BOTH), TODAY) == ()


# ------------------------------------------------------------------ the shipped processes
MEETINGS = (
    *("adoption_panel_feedback", "annual_ofsted_meeting", "group_supervision", "learning_event"),
    *("moving_to_excellence_board", "senco_network", "send_programme_board"),
    *("strategic_placement_group", "top_three", "vsh_team_meeting"),
)
CYCLES = ("appraisal", "practice_observation", "supervision")
REVIEWS = ("cla_review", "cp_conference", "pathway_plan_review")
# Who writes each report, who may accept that it is missing, who receives it.
REPORTS = {
    "annual_report": ("sm_sqa, sm_csc, ey_lead, send_manager, commissioning, vsh, iro", "sm_sqa, ad_people", "ad_people"),
    "ehe_monthly_report": ("ehe_officer", "ey_lead, ad_people", "senior_manager"),
    "ehe_weekly_update": ("ehe_officer", "ey_lead, ad_people", "ad_people"),
    "iro_annual_report": ("iro", "sm_sqa, ad_people", "ad_people"),
    "self_assessment": ("sm_sqa", "sm_sqa, ad_people", "director"),
    "send_board_report": ("send_manager", "ad_people", "director"),
    "skills_analysis": ("sm_csc", "sm_sqa, ad_people", "ad_people"),
    "virtual_head_report": ("vsh", "sm_sqa, ad_people", "ad_people"),
}  # fmt: skip
# Who writes each document; AD People, as the board's chair, approves it.
DOCUMENTS = {
    "multi_agency_action_plan": "sm_sqa, sm_csc",
    "practice_standards": "sm_sqa, sm_csc",
    "send_action_plan": "send_manager",
    "service_improvement_plan": "sm_sqa, sm_csc",
    "workforce_development_plan": "sm_csc, sm_sqa",
}
# Guards that look at who acts, and why they name no trigger that another person must have pulled.
REVIEWED = {
    ("dip_check", "checked_by_another"): "they owned or verified the recommendation, another process",
    ("dip_check", "accepted_by_another_than_the_owner"): "they own the recommendation, another process",
    ("immediate_concern", "made_safe_by_another"): "the case's practitioner, who pulled nothing",
    ("provider_audit", "going_ahead_early_has_a_reason"): "tells a person from the system",
    ("recommendation", "high_priority_is_for_ad_people"): "looks at the role, not at the person",
    ("send_panel", "decided_by_another_than_minutes_by"): "the chair names who took the minutes",
    ("ehc_assessment", "decided_by_who_may_decide"): "looks at the role, not at the person",
    ("action", "dropped_by_another_than_the_owner"): "its owner is named when it is agreed, by another process",
    ("oversight_check", "checked_by_an_outsider"): "who practises or supervises the case, by the case list",
    ("oversight_check", "nobody_has_chosen_the_cases"): "tells a person from the system",
    ("strategic_placement_group", "every_role_has_answered"): "counts who was there, the chair among them",
    ("supervision", "second_excuse_in_a_row_is_for_ad_people"): "looks at the role, not at the person",
    ("tender_check", "conditions_are_accepted_by_ad_people"): "looks at the role, not at the person",
    **{(name, "nobody_is_both_there_and_away"): "counts who was there, the chair among them" for name in MEETINGS},
    **{(name, "meeting_is_quorate"): "the same" for name in ("group_supervision", "senco_network", "vsh_team_meeting")},
    **{(name, "done_by_another"): "the person whom it is about, who pulled nothing" for name in CYCLES},
    **{(name, "person_has_left"): "the same, and looks at the role" for name in CYCLES},
    **{(name, "reviewer_is_independent_of_the_case"): "who works on the case, by the case list" for name in REVIEWS},
}  # fmt: skip
WHO_ACTS = {"actor", "eyes", "acts_as", "on_behalf_of"}


def guards_of(process: ProcessDefinition) -> tuple[Guard, ...]:
    later = process.reassignment.guards if process.reassignment is not None else ()
    moves = chain.from_iterable(move.guards for move in process.transitions)
    return (*process.start_guards, *moves, *later)


def everywhere() -> list[tuple[str, Guard]]:
    return [(name, one) for name, process in all_processes().items() for one in guards_of(process)]


def test_a_guard_that_looks_at_who_acts_says_from_whom_they_stay_apart_or_was_reviewed() -> None:
    unsaid = {(name, one.name) for name, one in everywhere() if "actor" in one.reads and not one.apart_from}  # fmt: skip
    assert unsaid == set(REVIEWED)


def test_a_guard_whose_code_looks_at_who_acts_says_that_it_reads_the_actor() -> None:
    silent = {
        (name, one.name)
        for name, one in everywhere()
        if WHO_ACTS.intersection(one.check.__code__.co_names) and "actor" not in one.reads
    }
    assert silent == set()


def pairs_of_a_report(writer: str, accepts: str, receiver: str) -> list[str]:
    received = f"receive, return, note, raise_actions ({receiver})"
    return [
        f"draft ({writer}) and miss ({accepts})",
        f"draft ({writer}) and {received}",
        f"submit ({writer}) and {received}",
    ]


def pairs_of_a_document(writer: str) -> list[str]:
    ends = "approve, return, confirm_no_change (ad_people)"
    return [
        *(f"{move} ({writer}) and {ends}" for move in ("review", "draft", "submit")),
        f"urgent_update ({writer}) and approve_urgent_update, return_urgent_update (ad_people)",
    ]


def test_one_person_who_holds_every_role_runs_into_every_pair_of_four_eyes() -> None:
    alone = roster(person("Ada", *ROLES))
    told = {
        name: [one.split(", but only")[0].removeprefix("Two people must pull ") for one in found]
        for name, process in all_processes().items()
        if (found := warnings(process, alone, TODAY))
    }
    assert told == {
        "case_audit_round": [
            "propose_sample (qa_admin) and freeze_sample (sm_sqa)",
            "submit_report (sm_sqa) and sign_off (ad_people)",
        ],
        "ehc_assessment": ["send_draft (send_caseworker) and issue_final (send_manager, send_panel_chair)"],
        "ehc_review": [
            (
                "send_report (send_caseworker) and "
                "decide_maintain, decide_amend, decide_cease (send_manager, send_panel_chair)"
            )
        ],
        "pep": ["hold (vsh) and quality_check (vsh)"],
        "provider_audit": ["confirm_scope (commissioning, sm_sqa), one after the other"],
        "recommendation": ["verify (sm_sqa) and sign_off, not_satisfied (ad_people)"],
        "tender_check": [
            "receive (commissioning) and start_check, pass, set_conditions, fail, check_another (sm_sqa, auditor)",
            "pass (sm_sqa, auditor) and record_award (commissioning, ad_people)",
            "set_conditions (sm_sqa, auditor) and record_award (commissioning, ad_people)",
        ],
        **{name: pairs_of_a_report(*who) for name, who in REPORTS.items()},
        **{name: pairs_of_a_document(who) for name, who in DOCUMENTS.items()},
    }  # fmt: skip


def test_two_people_who_hold_every_role_are_enough_for_every_process() -> None:
    two = roster(person("Ada", *ROLES), person("Dana", *ROLES))
    assert {name: warnings(one, two, TODAY) for name, one in all_processes().items()} == dict.fromkeys(all_processes(), ())  # fmt: skip


def test_a_roster_without_a_moderator_leaves_case_audits_in_moderation() -> None:
    people = roster(*(person(f"P{number}", *(ROLES - {"moderator"})) for number in range(2)))
    assert warnings(all_processes()["case_audit"], people, TODAY) == (
        (
            "Nobody active holds the role moderator, who pulls agree in state moderation, "
            "change_grade in state moderation, return in state moderation: "
            "give moderator to somebody in the roster."
        ),
    )


@pytest.mark.parametrize("role", ["ad_people", "sm_sqa", "send_panel_chair", "send_manager"])
def test_a_role_left_empty_is_told_once_for_a_process(role: str) -> None:
    people = roster(*(person(f"P{number}", *(ROLES - {role})) for number in range(2)))
    for process in all_processes().values():
        assert len(warnings(process, people, TODAY)) <= 1
