"""Which cases the autumn round audits: half of the open ones, drawn so that anybody can repeat it."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import council as council_module
import pytest
from council import AUTUMN, Council
from factories import an_instance, some_facts

from qa_workflow.engine.definition import Asks
from qa_workflow.processes.case_audit_round.guards import sample_is_what_the_framework_asks
from qa_workflow.service import case_imports, enquiries
from qa_workflow.service.changes import Pull


def half(cases: list[str], seed: str) -> list[str]:
    """Draw as anybody can draw again, with any tool: order by SHA-256 of seed and case, take the first half."""
    ordered = sorted(cases, key=lambda case: sha256(f"{seed}:{case}".encode()).hexdigest())
    return sorted(ordered[: (len(cases) + 1) // 2])


def opened(council: Council, cases: list[str]) -> Council:
    """Let the autumn round open on a list of *cases*."""
    council.import_people()
    council.import_cases(cases)
    council.at("2025-09-03 08:00").passes()
    council.at("2025-10-01 08:00").passes()
    return council


@pytest.fixture
def sampling(council: Council) -> Council:
    """Give a council with 23 open cases whose autumn round opened on the morning of 1 October 2025."""
    council.at("2025-09-03 08:00").passes()
    council.at("2025-10-01 08:00").passes()
    return council


def data_of(council: Council, reference: str) -> dict[str, list[str]]:
    data: dict[str, list[str]] = council.show(reference)["data"]
    return data


# ------------------------------------------------------------------ half of the open cases
@pytest.mark.parametrize(("number", "sampled"), [(1, 1), (2, 1), (3, 2), (23, 12), (24, 12)])
def test_half_of_the_open_cases_rounded_up_is_sampled(
    empty_council: Council, number: int, sampled: int
) -> None:
    opened(empty_council, [f"C{one:02}" for one in range(1, number + 1)])
    assert len(data_of(empty_council, AUTUMN)["sample"]) == sampled


def test_a_fresh_list_without_a_case_is_a_nil_return(empty_council: Council) -> None:
    opened(empty_council, [])
    assert empty_council.state(AUTUMN) == "nil_return"


def test_a_nil_return_has_met_its_date(empty_council: Council) -> None:
    opened(empty_council, [])
    empty_council.at("2025-12-30 08:00").passes()
    assert empty_council.levels(AUTUMN) == []


def test_a_round_with_cases_is_no_nil_return(sampling: Council) -> None:
    reasons = {one["trigger"]: one["reasons"] for one in sampling.show(AUTUMN)["cannot"]}
    assert reasons["declare_nil"][0]["why"] == "12 cases are to be audited."


def test_no_case_is_sampled_twice(sampling: Council) -> None:
    sample = data_of(sampling, AUTUMN)["sample"]
    assert len(sample) == len(set(sample))


def test_every_sampled_case_was_open(sampling: Council) -> None:
    data = data_of(sampling, AUTUMN)
    assert set(data["sample"]) <= set(data["population"])


def test_the_population_is_every_case_open_on_the_sampling_date(sampling: Council) -> None:
    assert data_of(sampling, AUTUMN)["population"] == [f"C{one:02}" for one in range(1, 24)]


def test_a_case_of_early_help_is_sampled_like_any_other(empty_council: Council) -> None:
    empty_council.import_people()
    file = empty_council.folder / "early_help.csv"
    file.write_text("case_id,plan_type,opened,closed\nE01,early_help,2025-01-06,\n", "utf-8")
    now = empty_council.at("2025-09-03 08:00").now
    case_imports.import_cases(empty_council.ctx, file, now=now, actor="cli:test")
    empty_council.passes()
    empty_council.at("2025-10-01 08:00").passes()
    assert data_of(empty_council, AUTUMN)["sample"] == ["E01"]


# ------------------------------------------------------------------ the seed
def test_the_seed_is_stored_with_the_sample(sampling: Council) -> None:
    assert data_of(sampling, AUTUMN)["seed"]


def test_the_stored_seed_draws_the_same_sample_again(sampling: Council) -> None:
    data = sampling.show(AUTUMN)["data"]
    assert data["sample"] == half(data["population"], data["seed"])


def test_nobody_can_foresee_the_seed(tmp_path: Path) -> None:
    seeds = set()
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        made = opened(council_module.found(tmp_path / name), ["C01"])
        seeds.add(made.show(AUTUMN)["data"]["seed"])
        made.ctx.database.close()
    assert len(seeds) == 2


def test_the_given_seed_alone_decides_the_sample(empty_council: Council) -> None:
    empty_council.ctx = replace(empty_council.ctx, draw_seed=lambda: "autumn leaves")
    cases = [f"C{one:02}" for one in range(1, 24)]
    opened(empty_council, cases)
    assert data_of(empty_council, AUTUMN)["sample"] == half(cases, "autumn leaves")


# ------------------------------------------------------------------ proposing and freezing
def test_only_the_qa_administrator_proposes_a_sample(sampling: Council) -> None:
    assert sampling.who_may(AUTUMN, "propose_sample") == {"quinn"}


def test_only_the_service_manager_freezes_a_sample(sampling: Council) -> None:
    assert sampling.who_may(AUTUMN, "freeze_sample") == {"sandy"}


def test_proposing_without_a_seed_keeps_the_sample_that_was_drawn(sampling: Council) -> None:
    drawn = data_of(sampling, AUTUMN)["sample"]
    sampling.fire(AUTUMN, "propose_sample", by="quinn")
    assert data_of(sampling, AUTUMN)["sample"] == drawn


def test_a_proposal_stays_in_sampling(sampling: Council) -> None:
    sampling.fire(AUTUMN, "propose_sample", by="quinn")
    assert sampling.state(AUTUMN) == "sampling"


def test_another_seed_draws_another_sample(sampling: Council) -> None:
    sampling.fire(AUTUMN, "propose_sample", by="quinn", seed="7", reason="Siblings apart")
    data = sampling.show(AUTUMN)["data"]
    assert (data["seed"], data["sample"]) == ("7", half(data["population"], "7"))


def test_a_second_draw_needs_a_reason(sampling: Council) -> None:
    refusal = sampling.refusal(AUTUMN, "propose_sample", by="quinn", seed="7")
    assert refusal == "Another seed draws another sample: say why."


def test_nothing_is_frozen_that_nobody_proposed(sampling: Council) -> None:
    assert (
        sampling.refusal(AUTUMN, "freeze_sample", by="sandy")
        == "Nobody has proposed the sample yet."
    )


def test_freezing_draws_the_sample_once_more(sampling: Council) -> None:
    pull = Pull(reference=AUTUMN, trigger="freeze_sample", actor="sandy", data={})
    asked = enquiries.rehearsal(sampling.ctx, pull, now=sampling.now)["guards"]
    assert sample_is_what_the_framework_asks.name in [one["guard"] for one in asked]


def test_a_sample_that_the_seed_does_not_draw_is_refused() -> None:
    drawn = {"population": ["C01", "C02"], "sample": ["C01", "C02"], "seed": "7"}
    facts = some_facts(an_instance(reference=AUTUMN, data=drawn))
    refusal = sample_is_what_the_framework_asks(facts, Asks())
    assert refusal is not None
    assert refusal.why == "The sample is not the one that the seed draws."


def test_whoever_proposed_a_sample_does_not_freeze_it(sampling: Council) -> None:
    sampling.import_people([("sandy", "Sandy Quality", "sm_sqa;qa_admin", "QA", "ada")])
    sampling.fire(AUTUMN, "propose_sample", by="sandy")
    refusal = sampling.refusal(AUTUMN, "freeze_sample", by="sandy")
    assert refusal == "You proposed this sample, so another person must decide."


def test_the_last_proposer_is_the_one_who_does_not_freeze(sampling: Council) -> None:
    sampling.import_people([("sandy", "Sandy Quality", "sm_sqa;qa_admin", "QA", "ada")])
    sampling.fire(AUTUMN, "propose_sample", by="sandy")
    sampling.fire(AUTUMN, "propose_sample", by="quinn")
    sampling.fire(AUTUMN, "freeze_sample", by="sandy")
    assert sampling.state(AUTUMN) == "sample_frozen"


def test_a_late_freeze_climbs_its_ladder(sampling: Council) -> None:
    for day in ("2025-10-09", "2025-10-15", "2025-10-22", "2025-11-05"):
        sampling.at(f"{day} 00:00").passes()
    climbed = [one for one in sampling.levels(AUTUMN, "freeze_by") if one[0].startswith("L")]
    assert climbed == [
        ("L0", "2025-10-09"),
        ("L1", "2025-10-15"),
        ("L2", "2025-10-22"),
        ("L3", "2025-11-05"),
    ]


def test_sampling_is_not_late_on_its_last_evening(sampling: Council) -> None:
    assert sampling.at("2025-10-08 23:59").show(AUTUMN)["status"].startswith("In sampling")


def test_sampling_is_late_a_minute_after_midnight(sampling: Council) -> None:
    assert sampling.at("2025-10-09 00:01").show(AUTUMN)["status"].startswith("Late in sampling")


# ------------------------------------------------------------------ allocating
def test_all_audits_are_allocated_within_five_working_days_of_freezing(frozen: Council) -> None:
    assert frozen.falls(AUTUMN, "allocate_by") == "2025-10-15"


def test_a_round_without_any_auditor_climbs_its_ladder(frozen: Council) -> None:
    for day in ("2025-10-16", "2025-10-22", "2025-10-29", "2025-11-12"):
        frozen.at(f"{day} 00:00").passes()
    climbed = [one for one in frozen.levels(AUTUMN, "allocate_by") if one[0].startswith("L")]
    assert climbed == [
        ("L0", "2025-10-16"),
        ("L1", "2025-10-22"),
        ("L2", "2025-10-29"),
        ("L3", "2025-11-12"),
    ]
