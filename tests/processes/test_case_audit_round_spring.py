"""What the spring round audits: every open case without a completed audit of the autumn, and not "the other half"."""

import json
from collections.abc import Callable
from pathlib import Path

import council as council_module
import pytest
from council import AUTUMN, SPRING, Council

from qa_workflow.frameworks.methodology import shipped_methodology
from qa_workflow.service import installation

Copy = Callable[[Path, str], Council]
AUTUMN_AUDIT = "case_audit:2025-26-A"
SPRING_AUDIT = "case_audit:2025-26-B"


def open_autumn(council: Council, cases: list[str]) -> None:
    """Let the autumn round open on a list of *cases*, and freeze its sample."""
    council.import_people()
    council.import_cases(cases)
    council.open_autumn_round()


def data_of(council: Council, reference: str) -> dict[str, list[str]]:
    data: dict[str, list[str]] = council.show(reference)["data"]
    return data


# ------------------------------------------------------------------ the complement
@pytest.fixture(scope="module")
def _complement(frozen_folder: Path, new_copy: Copy) -> Path:
    made = new_copy(frozen_folder, "2025-10-20 09:00")
    *done, restricted = made.show(AUTUMN)["data"]["sample"]
    for case in done:
        made.close_audit(f"{AUTUMN_AUDIT}:{case}")
    made.fire(
        f"{AUTUMN_AUDIT}:{restricted}", "mark_unauditable", by="sandy", reason="record_restricted"
    )
    gone = {*done[:2], never_sampled(made)[0]}
    remain = [case for case in made.show(AUTUMN)["data"]["population"] if case not in gone]
    made.at("2026-02-02 09:00").import_cases(remain)
    made.at("2026-03-20 09:00").import_cases([*remain, "N01", "N02", "N03", "N04"])
    made.passes()
    made.at("2026-04-01 08:00").passes()
    made.ctx.database.close()
    return made.folder


@pytest.fixture
def spring(copy_of: Copy, _complement: Path) -> Council:
    """Give the worked example on 1 April 2026: eleven audits closed, one not auditable, 3 cases gone, 4 new."""
    return copy_of(_complement, "2026-04-01 08:00")


def never_sampled(council: Council) -> list[str]:
    data = council.show(AUTUMN)["data"]
    return [case for case in data["population"] if case not in data["sample"]]


def test_twenty_four_cases_are_open_in_spring(spring: Council) -> None:
    assert len(data_of(spring, SPRING)["population"]) == 24


def test_fifteen_of_them_are_audited_in_spring(spring: Council) -> None:
    assert len(data_of(spring, SPRING)["sample"]) == 15


def test_the_spring_sample_is_every_open_case_without_a_completed_audit(spring: Council) -> None:
    restricted = data_of(spring, AUTUMN)["sample"][-1]
    still_open = never_sampled(spring)[1:]
    assert set(data_of(spring, SPRING)["sample"]) == {
        *still_open,
        restricted,
        "N01",
        "N02",
        "N03",
        "N04",
    }


def test_no_case_audited_in_autumn_is_audited_again_in_spring(spring: Council) -> None:
    audited = set(data_of(spring, AUTUMN)["sample"][:-1])
    assert not audited & set(data_of(spring, SPRING)["sample"])


def test_the_three_closed_cases_are_listed_with_the_reason(spring: Council) -> None:
    gone = sorted([*data_of(spring, AUTUMN)["sample"][:2], never_sampled(spring)[0]])
    listed = [
        one
        for one in spring.show(SPRING)["data"]["excluded"]
        if one["why"] == "closed to the service on 2026-02-02"
    ]
    assert listed == [{"case": case, "why": "closed to the service on 2026-02-02"} for case in gone]


def test_the_nine_audited_cases_still_open_are_listed_with_the_reason(spring: Council) -> None:
    listed = [
        one["case"]
        for one in spring.show(SPRING)["data"]["excluded"]
        if one["why"] == "audited in the autumn round"
    ]
    assert listed == data_of(spring, AUTUMN)["sample"][2:-1]


def test_another_seed_changes_nothing_in_spring(spring: Council) -> None:
    before = data_of(spring, SPRING)["sample"]
    spring.fire(SPRING, "propose_sample", by="quinn", seed="another", reason="To see")
    assert data_of(spring, SPRING)["sample"] == before


def test_nothing_replaces_a_case_in_spring(spring: Council) -> None:
    spring.fire(SPRING, "propose_sample", by="quinn")
    spring.fire(SPRING, "freeze_sample", by="sandy")
    amend = {"remove": "N01", "replacement": "N02", "reason": "closed"}
    refusal = spring.refusal(SPRING, "amend_sample", by="sandy", **amend)
    assert refusal.startswith("The spring round takes every case that was not audited")


def test_the_spring_round_is_due_on_the_last_day_of_may(spring: Council) -> None:
    assert spring.show(SPRING)["due_on"] == "2026-05-31"


def test_governance_signs_off_the_spring_round_by_the_end_of_june(spring: Council) -> None:
    assert spring.falls(SPRING, "sign_off_by") == "2026-06-30"


def one_case_until_spring(council: Council, *, audited: bool) -> Council:
    open_autumn(council, ["C01"])
    if audited:
        council.close_audit(f"{AUTUMN_AUDIT}:C01")
    council.at("2026-03-20 09:00").import_cases(["C01"])
    council.at("2026-04-01 08:00").passes()
    return council


def test_a_single_case_audited_in_autumn_makes_spring_a_nil_return(empty_council: Council) -> None:
    one_case_until_spring(empty_council, audited=True)
    assert empty_council.state(SPRING) == "nil_return"


def test_a_single_case_sampled_but_never_audited_is_the_spring_sample(
    empty_council: Council,
) -> None:
    one_case_until_spring(empty_council, audited=False)
    assert data_of(empty_council, SPRING)["sample"] == ["C01"]


def test_an_audit_closed_after_the_sampling_date_does_not_take_its_case_out(
    empty_council: Council,
) -> None:
    one_case_until_spring(empty_council, audited=False)
    empty_council.at("2026-04-02 09:00").close_audit(f"{AUTUMN_AUDIT}:C01")
    empty_council.fire(SPRING, "propose_sample", by="quinn", seed="7", reason="To see")
    assert data_of(empty_council, SPRING)["sample"] == ["C01"]


def test_the_closed_audits_of_an_abandoned_round_still_count(empty_council: Council) -> None:
    open_autumn(empty_council, ["C01", "C02", "C03"])
    first, second = data_of(empty_council, AUTUMN)["sample"]
    empty_council.close_audit(f"{AUTUMN_AUDIT}:{first}")
    empty_council.fire(AUTUMN, "abandon", by="ada", reason="Inspection")
    empty_council.at("2026-03-20 09:00").import_cases(["C01", "C02", "C03"])
    empty_council.at("2026-04-01 08:00").passes()
    assert first not in data_of(empty_council, SPRING)["sample"]
    assert second in data_of(empty_council, SPRING)["sample"]


def test_without_an_autumn_round_spring_audits_every_open_case(tmp_path: Path) -> None:
    made = council_module.found(tmp_path, at="2026-02-02 08:00")
    made.import_people()
    made.at("2026-03-20 09:00").import_cases(["C01", "C02", "C03"])
    made.at("2026-04-01 08:00").passes()
    assert data_of(made, SPRING)["sample"] == ["C01", "C02", "C03"]
    made.ctx.database.close()


# ------------------------------------------------------------------ the same methodology
def second_methodology(council: Council) -> None:
    """Load version 2 of the audit tool: version 1 with another title."""
    body = {
        **json.loads(shipped_methodology().body),
        "version": 2,
        "title": "Case file audit, 2026",
    }
    file = council.folder / "methodology_2.json"
    file.write_text(json.dumps(body), "utf-8")
    installation.load_methodology(council.ctx, file, now=council.now, actor="cli:test")


@pytest.fixture(scope="module")
def _changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = council_module.found(tmp_path_factory.mktemp("changed"))
    open_autumn(made, ["C01", "C02"])
    made.at("2026-03-20 09:00").import_cases(["C01", "C02"])
    second_methodology(made)
    made.at("2026-04-01 08:00").passes()
    made.fire(SPRING, "propose_sample", by="quinn")
    made.ctx.database.close()
    return made.folder


@pytest.fixture
def changed(copy_of: Copy, _changed: Path) -> Council:
    """Give a spring round that was drawn after another methodology was loaded, its sample proposed."""
    return copy_of(_changed, "2026-04-01 08:00")


def test_a_round_stores_the_version_of_its_methodology(changed: Council) -> None:
    rounds = (AUTUMN, SPRING)
    assert [changed.show(one)["data"]["methodology"] for one in rounds] == [1, 2]


def test_an_audit_keeps_the_methodology_of_its_round(changed: Council) -> None:
    reference = changed.show(AUTUMN)["children"][0]
    assert changed.show(reference)["data"]["methodology"] == 1


def test_spring_does_not_freeze_with_another_methodology(changed: Council) -> None:
    refusal = changed.refusal(SPRING, "freeze_sample", by="sandy")
    assert refusal.startswith("The autumn round used methodology 1, this one has 2")


def test_spring_freezes_once_it_uses_the_methodology_of_the_autumn(changed: Council) -> None:
    changed.fire(SPRING, "use_methodology", by="sandy", version=1)
    changed.fire(SPRING, "freeze_sample", by="sandy")
    assert changed.state(SPRING) == "sample_frozen"


def test_spring_freezes_with_another_methodology_when_ad_people_overrides(changed: Council) -> None:
    changed.fire(SPRING, "override_methodology", by="ada", reason="The tool was rewritten")
    changed.fire(SPRING, "freeze_sample", by="sandy")
    assert changed.state(SPRING) == "sample_frozen"


def test_an_override_is_kept_with_its_reason(changed: Council) -> None:
    changed.fire(SPRING, "override_methodology", by="ada", reason="The tool was rewritten")
    override = changed.show(SPRING)["data"]["methodology_override"]
    assert override == {"by": "ada", "why": "The tool was rewritten"}


def test_an_override_needs_a_reason(changed: Council) -> None:
    assert changed.refusal(SPRING, "override_methodology", by="ada") == "No reason is given."


def test_only_ad_people_overrides_the_methodology(changed: Council) -> None:
    assert changed.who_may(SPRING, "override_methodology", reason="New") == {"ada"}


def test_the_service_manager_or_ad_people_chooses_the_methodology(changed: Council) -> None:
    assert changed.who_may(SPRING, "use_methodology", version=1) == {"sandy", "ada"}


def test_a_methodology_that_was_never_loaded_cannot_be_used(changed: Council) -> None:
    refusal = changed.refusal(SPRING, "use_methodology", by="sandy", version=3)
    assert refusal == "Methodology 3 is not loaded; there are: 1, 2."


def test_the_first_round_may_choose_any_methodology(council: Council) -> None:
    second_methodology(council)
    council.open_autumn_round()
    assert council.show(AUTUMN)["data"]["methodology"] == 2


# ------------------------------------------------------------------ superseded
@pytest.fixture(scope="module")
def _unfinished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = council_module.found(tmp_path_factory.mktemp("unfinished"))
    open_autumn(made, ["C01", "C02", "C03"])
    first, _ = made.show(AUTUMN)["children"]
    made.close_audit(first)
    made.at("2026-03-20 09:00").import_cases(["C01", "C02", "C03"])
    made.at("2026-04-01 08:00").passes()
    made.fire(SPRING, "propose_sample", by="quinn")
    made.ctx.database.close()
    return made.folder


@pytest.fixture
def unfinished(copy_of: Copy, _unfinished: Path) -> Council:
    """Give a spring round whose sample is proposed while one autumn audit is closed and one still open."""
    return copy_of(_unfinished, "2026-04-01 08:00")


def test_an_open_autumn_audit_lives_until_the_spring_sample_freezes(unfinished: Council) -> None:
    _, second = unfinished.show(AUTUMN)["children"]
    assert unfinished.state(second) == "selected"


def test_freezing_the_spring_sample_withdraws_the_open_autumn_audit(unfinished: Council) -> None:
    _, second = unfinished.show(AUTUMN)["children"]
    unfinished.fire(SPRING, "freeze_sample", by="sandy")
    assert unfinished.state(second) == "withdrawn"


def test_a_superseded_audit_says_by_what(unfinished: Council) -> None:
    _, second = unfinished.show(AUTUMN)["children"]
    unfinished.fire(SPRING, "freeze_sample", by="sandy")
    assert unfinished.history(second)[-1]["reason"] == f"Superseded by {SPRING}."


def test_the_autumn_round_then_goes_on_to_its_report(unfinished: Council) -> None:
    unfinished.fire(SPRING, "freeze_sample", by="sandy")
    assert unfinished.state(AUTUMN) == "reporting"


def test_a_closed_autumn_audit_stays_closed(unfinished: Council) -> None:
    first, _ = unfinished.show(AUTUMN)["children"]
    unfinished.fire(SPRING, "freeze_sample", by="sandy")
    assert unfinished.state(first) == "closed"


def test_the_spring_audit_of_the_same_case_is_an_audit_of_its_own(unfinished: Council) -> None:
    case = unfinished.show(AUTUMN)["children"][1].rpartition(":")[2]
    unfinished.fire(SPRING, "freeze_sample", by="sandy")
    assert unfinished.state(f"{SPRING_AUDIT}:{case}") == "selected"
