"""What a council chooses about its audits: which cases, how many, by whom, with which tool, and what they ask (A3 to A8, A30, A39)."""

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from choosing import choose
from council import AUTUMN, SPRING, Council, submission

from qa_workflow.frameworks.methodology import shipped_methodology
from qa_workflow.service import case_imports, enquiries, installation
from qa_workflow.service.changes import Pull

AUDIT = "case_audit:2025-26-A"
SEED = "autumn leaves"


def take_in(council: Council, plans: dict[str, str], at: str) -> None:
    """Import a whole list of open cases with their plan types."""
    file = council.folder / "plans.csv"
    rows = [f"{case},{plan},2025-01-06," for case, plan in plans.items()]
    file.write_text("\n".join(["case_id,plan_type,opened,closed", *rows]) + "\n", "utf-8")
    case_imports.import_cases(council.ctx, file, now=council.at(at).now, actor="cli:test")


def opened(council: Council) -> Council:
    """Let the autumn round open, its draw foreseeable."""
    council.ctx = replace(council.ctx, draw_seed=lambda: SEED)
    council.at("2025-09-03 08:00").passes()
    council.at("2025-10-01 08:00").passes()
    return council


def sample(council: Council, reference: str = AUTUMN) -> list[str]:
    found: list[str] = council.show(reference)["data"]["sample"]
    return found


def left_out(council: Council, reference: str) -> Counter[str]:
    return Counter(one["why"] for one in council.show(reference)["data"]["excluded"])


# ------------------------------------------------------------------ A4, A36, A39: how many
@pytest.mark.parametrize(("percent", "sampled"), [(1, 1), (5, 2), (20, 5), (50, 12), (100, 23)])
def test_a_share_of_the_open_cases_is_sampled_rounded_up(
    council: Council, percent: int, sampled: int
) -> None:
    opened(choose(council, sample_percent=percent))
    assert len(sample(council)) == sampled


PLANS = {
    **{f"A{number:02}": "cin" for number in range(20)},
    **dict.fromkeys(("B1", "B2"), "cla"),
    "C1": "cp",
}


@pytest.mark.parametrize(
    ("percent", "each", "shares"),
    [
        (10, False, {"cin": 3}),
        (10, True, {"cin": 2, "cla": 1, "cp": 1}),
        (50, True, {"cin": 10, "cla": 1, "cp": 1}),
        (55, True, {"cin": 11, "cla": 2, "cp": 1}),
    ],
)
def test_a_share_of_each_plan_type_is_sampled_where_the_council_says_so(
    council: Council, *, percent: int, each: bool, shares: dict[str, int]
) -> None:
    choose(council, sample_percent=percent, sample_by_plan_type=each)
    take_in(council, PLANS, "2025-09-02 08:00")
    assert Counter(PLANS[case] for case in sample(opened(council))) == shares


def test_a_draw_from_each_plan_type_can_be_repeated_and_frozen(council: Council) -> None:
    choose(council, sample_by_plan_type=True)
    take_in(council, PLANS, "2025-09-02 08:00")
    first = sample(opened(council))
    again = {"by": "quinn", "seed": "7", "reason": "Siblings apart"}
    council.fire(AUTUMN, "propose_sample", **again)
    assert sample(council) != first
    council.fire(AUTUMN, "propose_sample", **{**again, "seed": SEED})
    assert sample(council) == first
    choose(council, sample_percent=100)  # what was drawn stays, whatever is chosen after the draw
    council.fire(AUTUMN, "freeze_sample", by="sandy")
    assert council.state(AUTUMN) == "sample_frozen"


# ------------------------------------------------------------------ A6: which cases
def test_a_plan_type_that_is_not_audited_is_left_out_with_the_reason(council: Council) -> None:
    choose(council, audited_plan_types=("cin", "cp"), sample_percent=50)
    take_in(council, PLANS, "2025-09-02 08:00")
    data = opened(council).show(AUTUMN)["data"]
    assert [one["case"] for one in data["excluded"]] == ["B1", "B2"]
    assert left_out(council, AUTUMN) == {"cases of the plan type cla are not audited here": 2}
    assert (len(data["population"]), len(data["sample"])) == (23, 11)
    council.fire(AUTUMN, "propose_sample", by="quinn")
    council.fire(AUTUMN, "freeze_sample", by="sandy")
    wanted = {"remove": data["sample"][0], "replacement": "B1", "reason": "The family moved"}
    refusal = council.refusal(AUTUMN, "amend_sample", by="sandy", **wanted)
    assert refusal == "B1 is left out: cases of the plan type cla are not audited here."


def test_a_list_of_nothing_that_is_audited_is_a_nil_return(council: Council) -> None:
    choose(council, audited_plan_types=("cla",))
    assert opened(council).state(AUTUMN) == "nil_return"


# ------------------------------------------------------------------ A3: what spring takes
@pytest.mark.parametrize(
    ("takes", "number", "why"),
    [
        ("not_completed", 22, {"audited in the autumn round": 1}),
        ("not_selected", 11, {"sampled in the autumn round": 12}),
    ],
)
def test_spring_takes_what_the_council_reads_as_not_audited(
    frozen: Council, takes: str, number: int, why: dict[str, int]
) -> None:
    choose(frozen, spring_takes=takes)
    frozen.at("2025-10-20 09:00").close_audit(f"{AUDIT}:{sample(frozen)[0]}")
    cases = frozen.show(AUTUMN)["data"]["population"]
    frozen.at("2026-03-20 09:00").import_cases(cases)
    frozen.passes()
    frozen.at("2026-04-01 08:00").passes()
    assert len(sample(frozen, SPRING)) == number
    assert left_out(frozen, SPRING) == why
    assert {sample(frozen)[0]}.isdisjoint(sample(frozen, SPRING))


# ------------------------------------------------------------------ A5: with which tool
@pytest.mark.parametrize("same", [True, False])
def test_spring_may_use_another_methodology_where_the_council_says_so(
    frozen: Council, *, same: bool
) -> None:
    choose(frozen, same_methodology=same)
    file = frozen.folder / "methodology_2.json"
    file.write_text(json.dumps({**json.loads(shipped_methodology().body), "version": 2}), "utf-8")
    frozen.at("2026-03-20 09:00").import_cases(frozen.show(AUTUMN)["data"]["population"])
    installation.load_methodology(frozen.ctx, file, now=frozen.now, actor="cli:test")
    frozen.passes()
    frozen.at("2026-04-01 08:00").passes()
    frozen.fire(SPRING, "propose_sample", by="quinn")
    if same:
        refusal = frozen.refusal(SPRING, "freeze_sample", by="sandy")
        assert refusal.startswith("The autumn round used methodology 1, this one has 2")
    else:
        frozen.fire(SPRING, "freeze_sample", by="sandy")
        assert frozen.state(SPRING) == "sample_frozen"


# ------------------------------------------------------------------ A7: by whom
def allocated(council: Council, audit: str, auditor: str) -> list[dict[str, Any]]:
    """Return what the guards would say to an auditor, without anything being moved."""
    pull = Pull(reference=audit, trigger="allocate", actor="quinn", data={"auditor": auditor})
    found: list[dict[str, Any]] = enquiries.rehearsal(council.ctx, pull, now=council.now)["guards"]
    return found


@pytest.mark.parametrize(
    ("read_as", "kept_out"),
    [
        (("practitioner", "supervisor", "iro"), {"pat", "sam", "iris"}),
        (("practitioner", "iro"), {"pat", "iris"}),
        (("supervisor",), {"pat", "sam"}),
        ((), {"pat"}),
    ],
)
def test_an_auditor_is_independent_of_whom_the_council_names(
    running: Council, audit: str, read_as: tuple[str, ...], kept_out: set[str]
) -> None:
    choose(running, independent_of=read_as)
    refused = {
        person
        for person in ("pat", "sam", "iris")
        if any(
            not one["ok"] and "would not be independent" in one["why"]
            for one in allocated(running, audit, person)
        )
    }
    assert refused == kept_out


# ------------------------------------------------------------------ A8: the family
TALKED = {"held_on": "2025-10-13", "attendees": ["pat", "sam"]}


@pytest.mark.parametrize(
    "said",
    [
        {"family_feedback": "They like the Tuesday visits"},
        {"no_family_feedback_reason": "They are abroad"},
    ],
)
def test_feedback_of_the_family_or_a_reason_is_asked_for_where_the_council_wants_it(
    running: Council, audit: str, said: dict[str, str]
) -> None:
    choose(running, family_feedback_required=True).at("2025-10-13 10:00").take(audit, "feedback")
    refusal = running.refusal(audit, "record_feedback", by="aud1", **TALKED)
    assert refusal == (
        "What child and family say is missing, and it is not said why they were not asked."
    )
    running.fire(audit, "record_feedback", by="aud1", **TALKED, **said)
    kept = running.show(audit)["data"]["feedback"]
    assert {**kept, **said} == kept


def test_feedback_of_the_family_is_optional_by_default(running: Council, audit: str) -> None:
    running.at("2025-10-13 10:00").take(audit, "feedback")
    running.fire(audit, "record_feedback", by="aud1", **TALKED)
    assert running.state(audit) == "practitioner_response"


# ------------------------------------------------------------------ A30: grades
def test_where_nothing_is_graded_an_audit_bears_no_grade(running: Council, audit: str) -> None:
    choose(running, graded=False).take(audit, "in_progress")
    refusal = running.refusal(audit, "submit", by="aud1", **submission(heard_on="2025-10-08"))
    assert refusal == "Audits bear no grade here: leave it out."
    running.fire(audit, "submit", by="aud1", **submission(heard_on="2025-10-08", grade=None))
    assert (running.state(audit), running.show(audit)["data"]["grade"]) == ("submitted", None)
    running.fire(audit, "request_moderation", by="sandy")
    given = {"grade": "good", "reason": "It is better than it looks"}
    refusal = running.refusal(audit, "change_grade", by="mo", **given)
    assert refusal == "Audits bear no grade here: leave it out."
    running.fire(audit, "agree", by="mo")
    assert running.state(audit) == "feedback"


def test_a_lowest_grade_is_moderated_where_audits_are_graded(running: Council, audit: str) -> None:
    running.take(audit, "in_progress")
    graded = submission(heard_on="2025-10-08", grade="inadequate")
    running.fire(audit, "submit", by="aud1", **graded)
    assert running.state(audit) == "moderation"
