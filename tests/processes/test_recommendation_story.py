"""One winter of follow-up from end to end, as the people of the council live it: from the audits to the next summer."""

import pytest
from council import AUTUMN, Council
from follow_up import (
    DECEMBER,
    EVIDENCE,
    GIVEN,
    JANUARY,
    JUNE,
    R1,
    R2,
    R3,
    R4,
    blocks,
    lend,
    meet,
)

from qa_workflow.errors import NotPermitted

LINE = "plan_line:2025-26-A:purposeful-plans"


def autumn(council: Council) -> None:
    """Four audits close with a recommendation each; three of them say the same, and one is challenged."""
    for reference, owner in zip(
        council.show(AUTUMN)["children"], ("pat", "pat", "sam", "pat"), strict=False
    ):
        council.close_audit(reference, recommendations=[{**GIVEN, "owner": owner}])
    council.at("2025-11-03 10:00").passes()
    for reference in (R1, R2, R3):
        council.fire(reference, "assign", by="sandy", theme="Purposeful plans")
    council.fire(R4, "assign", by="sandy", theme="Chronologies")
    assert council.show(LINE)["data"]["recommendations"] == [R1, R2, R3]
    for reference in (R1, R2, R4):
        council.fire(reference, "accept", by="pat")
    council.fire(R3, "challenge", by="sam", reason="The plan says by when, on its last page")
    council.fire(R3, "uphold", by="sandy", reason="Nobody would find it there")
    council.fire(R3, "accept", by="sam")
    council.fire(LINE, "link", by="sandy", plan="SIP", line="4.2")


def papers(council: Council) -> None:
    """The meeting gets its date; three bring evidence, which others verify in time; the agenda freezes."""
    council.at("2025-11-12 10:00").fire(DECEMBER, "schedule", by="quinn", sits_on="2025-12-11")
    assert council.falls(R1, "evidence_papers_by") == "2025-12-04"
    for reference, owner in ((R1, "pat"), (R2, "pat"), (R3, "sam")):
        council.fire(reference, "submit_evidence", by=owner, **EVIDENCE)
    council.at("2025-12-04 16:00").fire(R1, "verify", by="aud1")
    council.fire(R2, "verify", by="aud1")
    council.fire(R3, "verify", by="sandy")
    council.at("2025-12-05 07:00").passes()
    assert council.show(DECEMBER)["data"]["items"] == [R1, R2, R3]
    assert council.show(R4)["data"]["missed_cutoffs"][0]["papers_on"] == "2025-12-04"


def sitting(council: Council) -> None:
    """AD People signs off once the meeting is held, and her delegate too; one does not satisfy, one is carried forward."""
    council.at("2025-12-10 10:00")
    assert "has not been held" in council.refusal(R1, "sign_off", by="ada")
    council.at("2025-12-11 14:00").fire(DECEMBER, "hold", by="ada", attendees=["sandy", "cass"])
    with pytest.raises(NotPermitted):
        council.fire(R1, "sign_off", by="sandy")
    council.fire(R1, "sign_off", by="ada")
    lend(council, to="cass", from_on="2025-12-12", until_on="2025-12-19")
    council.at("2025-12-12 10:00").fire(R2, "sign_off", by="cass")
    assert council.history(R2)[-1]["on_behalf_of"] == "ada"
    council.fire(R3, "not_satisfied", by="cass", reason="The child was not asked")
    council.fire(R4, "carry_forward", by="ada", reason="The school was closed")
    council.at("2025-12-15 10:00").fire(DECEMBER, "minute", by="quinn", minutes_reference="MIN-7")
    council.fire(DECEMBER, "close", by="ada")
    states = [council.state(one) for one in (R1, R2, R3, R4)]
    assert states == ["signed_off", "signed_off", "in_progress", "in_progress"]


def second_sitting(council: Council) -> None:
    """What did not satisfy in December is signed off in January; the second sitting is the last."""
    assert council.show(JANUARY)["due_on"] == "2026-01-31"
    council.at("2026-01-05 10:00").fire(JANUARY, "schedule", by="quinn", sits_on="2026-01-15")
    council.fire(R3, "submit_evidence", by="sam", **EVIDENCE)
    council.fire(R3, "verify", by="sandy")
    meet(council, "held", JANUARY)
    council.fire(R3, "sign_off", by="ada")
    meet(council, "closed", JANUARY)
    shown = council.at("2026-02-02 10:00").show(R3)
    assert (shown["state"], shown["late"], shown["children"]) == (
        "signed_off", False, ["dip_check:R-0003"],
    )  # fmt: skip


def spring(council: Council) -> None:
    """The check of March finds that one change has not lasted; the clocks change, and Easter comes."""
    council.at("2026-03-11 10:00")
    council.fire("dip_check:R-0001", "find_lapsed", by="aud2", reason="The last plans say nothing")
    council.fire(R1, "reopen", by="sandy", reason="It has not held")
    assert (council.state(R1), council.state("dip_check:R-0001")) == ("in_progress", "reopened")
    council.fire(R1, "submit_evidence", by="pat", **EVIDENCE)
    council.fire(R1, "reject", by="aud1", reason="The evidence is the old one")
    council.at("2026-03-30 10:00").fire(R1, "submit_evidence", by="pat", **EVIDENCE)
    assert council.falls(R1, "verify_by") == "2026-04-08"
    late_from = {one["name"]: one["late_from"] for one in council.show(R1)["deadlines"]}
    assert late_from["verify_by"] == "2026-04-08T23:00:00Z"
    council.fire(R1, "verify", by="aud1")


def summer(council: Council) -> None:
    """What was carried forward is due in July, and not a day later: a second time is refused, and heard of at once."""
    council.at("2026-05-05 10:00").passes()
    assert council.show(R4)["due_on"] == "2026-07-31"
    refusal = council.refusal(R4, "carry_forward", by="ada", reason="It still is")
    assert refusal == "It was carried forward once already; a second time is not allowed."
    assert blocks(council, R4) == ["second_carry_forward"]
    assert council.levels(R4, "second_carry_forward") == [("L2", "2026-05-05")]
    council.fire(R4, "submit_evidence", by="pat", **EVIDENCE)
    council.fire(R4, "verify", by="aud1")
    meet(council, "held", JUNE)
    assert council.show(JUNE)["data"]["items"] == [R1, R4]
    for reference in (R1, R4):
        council.fire(reference, "sign_off", by="ada")
    meet(council, "closed", JUNE)


def test_a_winter_of_follow_up_from_the_audits_to_the_next_summer(running: Council) -> None:
    for chapter in (autumn, papers, sitting, second_sitting, spring, summer):
        chapter(running)
    standing = {one: running.state(one) for one in (R1, R2, R3, R4)}
    assert set(standing.values()) == {"signed_off"}
    sittings = [
        one["reference"]
        for one in running.listed(process="getting_to_outstanding", include_final=True)
    ]
    assert sittings == [DECEMBER, JANUARY, JUNE]
    assert running.show(R1)["children"] == ["dip_check:R-0001", "dip_check:R-0001-2"]
