"""Who may not audit a case: four eyes on the person, at allocation, at reassignment and at submission."""

import pytest
from council import AUTUMN, ROSTER, Council, submission

from qa_workflow.errors import TransitionRefused, UnknownPerson
from qa_workflow.service import people_imports


def case_of(audit: str) -> str:
    return audit.rpartition(":")[2]


def workers(council: Council, case: str, worker: str) -> dict[str, str]:
    """Return everybody's cases with that one given to *worker*."""
    everyone = dict.fromkeys(council.show(AUTUMN)["data"]["population"], "pat")
    return {**everyone, case: worker}


# ------------------------------------------------------------------ at allocation
@pytest.mark.parametrize(
    ("person", "why"),
    [
        ("pat", "Pat Practitioner practised on {case} since 06 January 2025"),
        ("sam", "Sam Supervisor supervised {case} since 06 January 2025"),
        ("iris", "Iris Reviewer reviewed {case} since 06 January 2025"),
    ],
)
def test_whoever_works_on_a_case_does_not_audit_it(
    running: Council, audit: str, person: str, why: str
) -> None:
    refusal = running.refusal(audit, "allocate", by="quinn", auditor=person)
    assert refusal.startswith(why.format(case=case_of(audit)))


def test_the_role_of_auditor_gets_nobody_round_it(running: Council, audit: str) -> None:
    assert "auditor" in {row[0]: row[2] for row in ROSTER}["pat"].split(";")
    with pytest.raises(TransitionRefused, match="so the audit would not be independent"):
        running.fire(audit, "allocate", by="quinn", auditor="pat")


def test_somebody_independent_audits_it(running: Council, audit: str) -> None:
    running.fire(audit, "allocate", by="quinn", auditor="aud1")
    assert running.show(audit)["owner"] == "aud1"


def test_a_line_manager_who_does_not_supervise_the_case_does_not_audit_it_either(
    running: Council, audit: str
) -> None:
    case = case_of(audit)
    running.import_people([("lee", "Lee Manager", "team_manager;auditor", "North", "cass")])
    running.import_people([("kim", "Kim Worker", "practitioner", "North", "lee")])
    running.import_cases(workers(running, case, "kim"))
    refusal = running.refusal(audit, "allocate", by="quinn", auditor="lee")
    assert refusal.startswith(f"Lee Manager manages a practitioner of {case}")


def test_the_manager_of_an_earlier_practitioner_does_not_audit_it_either(
    running: Council, audit: str
) -> None:
    case = case_of(audit)
    running.import_people([("lee", "Lee Manager", "team_manager;auditor", "North", "cass")])
    running.import_people([("kim", "Kim Worker", "practitioner", "North", "lee")])
    running.import_cases(workers(running, case, "kim"))
    running.at("2025-10-20 09:00").import_cases(workers(running, case, "pat"))
    refusal = running.refusal(audit, "allocate", by="quinn", auditor="lee")
    assert refusal.startswith(f"Lee Manager manages a practitioner of {case}")


def test_a_practitioner_whom_the_roster_does_not_know_has_no_manager_in_the_way(
    running: Council, audit: str
) -> None:
    running.import_cases(workers(running, case_of(audit), "Agency Worker"))
    running.fire(audit, "allocate", by="quinn", auditor="aud1")
    assert running.state(audit) == "allocated"


# ------------------------------------------------------------------ the audit period
@pytest.fixture
def moved_off(running: Council, audit: str) -> Council:
    """Give a council where Kim took the case over from Pat on 20 November 2025."""
    running.import_people([("kim", "Kim Worker", "practitioner", "South", "cass")])
    running.at("2025-11-20 09:00").import_cases(
        workers(running, case_of(audit), "kim"), supervisor="cass"
    )
    return running


def test_whoever_practised_inside_the_audit_period_does_not_audit(
    moved_off: Council, audit: str
) -> None:
    refusal = moved_off.refusal(audit, "allocate", by="quinn", auditor="pat")
    assert refusal.startswith(
        f"Pat Practitioner practised on {case_of(audit)} until 19 November 2025, inside the audit period"
    )


def test_whoever_supervised_inside_the_audit_period_does_not_audit(
    moved_off: Council, audit: str
) -> None:
    refusal = moved_off.refusal(audit, "allocate", by="quinn", auditor="sam")
    assert refusal.startswith(f"Sam Supervisor supervised {case_of(audit)} until 19 November 2025")


def moved_before_the_period(council: Council, *, moved_on: str) -> str:
    """Let Kim take every case over from Pat on a day of spring 2025, and open the autumn round."""
    council.import_people()
    council.import_people([("kim", "Kim Worker", "practitioner", "South", "cass")])
    cases = ["C01", "C02"]
    council.at("2025-02-03 09:00").import_cases(cases)
    council.at(f"{moved_on} 09:00").import_cases(dict.fromkeys(cases, "kim"), supervisor="cass")
    council.at("2025-09-01 09:00").import_cases(dict.fromkeys(cases, "kim"), supervisor="cass")
    council.open_autumn_round()
    reference: str = council.show(AUTUMN)["children"][0]
    return reference


def test_the_audit_period_begins_six_months_before_the_round_opens(empty_council: Council) -> None:
    audit = moved_before_the_period(empty_council, moved_on="2025-04-02")  # Pat's last day: 1 April
    refusal = empty_council.refusal(audit, "allocate", by="quinn", auditor="pat")
    assert "until 01 April 2025, inside the audit period" in refusal


def test_whoever_left_the_case_before_the_audit_period_may_audit_it(empty_council: Council) -> None:
    audit = moved_before_the_period(
        empty_council, moved_on="2025-04-01"
    )  # Pat's last day: 31 March
    empty_council.fire(audit, "allocate", by="quinn", auditor="pat")
    assert empty_council.show(audit)["owner"] == "pat"


# ------------------------------------------------------------------ who is an auditor at all
def test_only_a_holder_of_the_role_audits(running: Council, audit: str) -> None:
    refusal = running.refusal(audit, "allocate", by="quinn", auditor="mo")
    assert refusal == "mo is not an active auditor."


def test_only_somebody_who_still_works_here_audits(running: Council, audit: str) -> None:
    file = running.folder / "left.csv"
    file.write_text(
        "person_id,name,roles,team,manager,active_to\nzed,Zed Gone,auditor,QA,sandy,2025-10-01\n",
        "utf-8",
    )
    people_imports.import_people(running.ctx, file, now=running.now, actor="cli:test")
    refusal = running.refusal(audit, "allocate", by="quinn", auditor="zed")
    assert refusal == "zed is not an active auditor."


def test_somebody_nobody_knows_is_bad_input(running: Council, audit: str) -> None:
    with pytest.raises(UnknownPerson):
        running.fire(audit, "allocate", by="quinn", auditor="nobody")


def test_whoever_declined_an_audit_is_not_given_it_again(running: Council, audit: str) -> None:
    running.take(audit, "allocated")
    running.fire(audit, "decline", by="aud1", reason="I know the family")
    refusal = running.refusal(audit, "allocate", by="quinn", auditor="aud1")
    assert refusal == "aud1 has declined this audit: I know the family"


def test_another_auditor_takes_a_declined_audit(running: Council, audit: str) -> None:
    running.take(audit, "allocated")
    running.fire(audit, "decline", by="aud1", reason="I know the family")
    running.fire(audit, "allocate", by="quinn", auditor="aud2")
    assert running.state(audit) == "allocated"


# ------------------------------------------------------------------ at reassignment
@pytest.mark.parametrize("state", ["allocated", "in_progress", "feedback"])
@pytest.mark.parametrize("person", ["pat", "sam", "iris"])
def test_whoever_works_on_a_case_does_not_take_its_audit_over(
    running: Council, audit: str, state: str, person: str
) -> None:
    running.take(audit, state)
    with pytest.raises(TransitionRefused, match="so the audit would not be independent"):
        running.reassign(audit, to=person, by="sandy")


def test_somebody_without_the_role_does_not_take_an_audit_over(
    running: Council, audit: str
) -> None:
    running.take(audit, "in_progress")
    with pytest.raises(TransitionRefused, match="mo is not an active auditor"):
        running.reassign(audit, to="mo", by="sandy")


def test_whoever_declined_an_audit_does_not_take_it_over(running: Council, audit: str) -> None:
    running.take(audit, "allocated")
    running.fire(audit, "decline", by="aud1", reason="I know the family")
    running.take(audit, "in_progress", auditor="aud2")
    with pytest.raises(TransitionRefused, match="has declined this audit"):
        running.reassign(audit, to="aud1", by="sandy")


def test_an_audit_that_was_taken_over_belongs_to_its_new_auditor(
    running: Council, audit: str
) -> None:
    running.take(audit, "in_progress")
    running.reassign(audit, to="aud2", by="sandy")
    assert running.who_may(audit, "submit") == {"aud2"}


# ------------------------------------------------------------------ at submission
def test_an_auditor_who_has_come_to_work_on_the_case_does_not_submit(
    running: Council, audit: str
) -> None:
    running.take(audit, "in_progress")
    running.at("2025-11-03 09:00").import_cases(workers(running, case_of(audit), "aud1"))
    refusal = running.refusal(audit, "submit", by="aud1", **submission())
    assert refusal.startswith(f"Alex Auditor practised on {case_of(audit)} since 03 November 2025")


def test_the_audit_then_goes_to_somebody_else(running: Council, audit: str) -> None:
    running.take(audit, "in_progress")
    running.at("2025-11-03 09:00").import_cases(workers(running, case_of(audit), "aud1"))
    running.reassign(audit, to="aud2", by="sandy")
    running.fire(audit, "submit", by="aud2", **submission())
    assert running.state(audit) == "submitted"


# ------------------------------------------------------------------ moderating and releasing
def both(council: Council, person_id: str, name: str, roles: str) -> None:
    council.import_people([(person_id, name, roles, "QA", "ada")])


@pytest.mark.parametrize(
    ("trigger", "data"),
    [
        ("agree", {}),
        ("change_grade", {"grade": "good", "reason": "x"}),
        ("return", {"reason": "x"}),
    ],
)
def test_whoever_audited_does_not_moderate(
    running: Council, audit: str, trigger: str, data: dict[str, str]
) -> None:
    both(running, "aud1", "Alex Auditor", "auditor;moderator")
    running.take(audit, "moderation")
    refusal = running.refusal(audit, trigger, by="aud1", **data)
    assert refusal == "You audited this case, so another moderator must decide."


@pytest.mark.parametrize(
    ("person", "name", "doing"),
    [("pat", "Pat Practitioner", "practise on"), ("sam", "Sam Supervisor", "supervise")],
)
def test_whoever_works_on_a_case_does_not_moderate_its_audit(
    running: Council, audit: str, person: str, name: str, doing: str
) -> None:
    running.import_people([(person, name, "moderator", "North", "cass")])
    running.take(audit, "moderation")
    refusal = running.refusal(audit, "agree", by=person)
    assert refusal == f"You {doing} this case, so another moderator must decide."


def test_the_line_manager_of_the_practitioner_does_not_moderate(
    running: Council, audit: str
) -> None:
    running.import_people([("lee", "Lee Manager", "moderator", "North", "cass")])
    running.import_people([("pat", "Pat Practitioner", "practitioner", "North", "lee")])
    running.take(audit, "moderation")
    refusal = running.refusal(audit, "agree", by="lee")
    assert refusal == "You supervise this case, so another moderator must decide."


def test_whoever_audited_does_not_release(running: Council, audit: str) -> None:
    both(running, "sandy", "Sandy Quality", "sm_sqa;auditor")
    running.at("2025-10-13 10:00").take(audit, "moderation", auditor="sandy")
    running.fire(audit, "return", by="mo", reason="The plan is not looked at")
    running.fire(audit, "submit", by="sandy", **submission())
    refusal = running.refusal(audit, "release", by="sandy")
    assert refusal == "You audited this case, so another person must release it."


def test_whoever_submitted_stays_a_party_after_somebody_else_took_over(
    running: Council, audit: str
) -> None:
    running.take(audit, "feedback")
    running.reassign(audit, to="aud2", by="sandy")
    running.take(audit, "disputed", auditor="aud2")
    both(running, "aud1", "Alex Auditor", "auditor;sm_sqa")
    refusal = running.refusal(audit, "resolve", by="aud1", to="agreed", reason="I was right")
    assert refusal == "You are a party to this dispute, so another person must resolve it."
