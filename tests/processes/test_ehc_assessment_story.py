"""Stories of requests for an EHC needs assessment, told as officers tell them, on real days."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import send
from council import Council

HELD = {"members": list(send.QUORUM)}
Founded = Callable[[str], Council]


@pytest.fixture
def founded(tmp_path: Path) -> Iterator[Founded]:
    """Give a way to found a council on a day, with everybody of the SEND team and its panel planned."""
    with ExitStack() as stack:

        def at(day: str) -> Council:
            return stack.enter_context(send.standing(tmp_path, f"{day} 08:00", Council.passes))

        yield at


def ladder(council: Council, reference: str, deadline: str) -> list[tuple[str, str]]:
    return [one for one in council.levels(reference, deadline) if one[0].startswith("L")]


def test_a_request_on_a_leap_day(founded: Founded) -> None:
    # A mother's request comes on Thursday 29 February 2024. Nobody needs to count: it says by when.
    council = founded("2024-02-29")
    request = send.request(council, "K12", "2024-02-29")
    assert [council.falls(request, one) for one in ("decide_by", "refuse_by", "due")] == [
        "2024-04-11", "2024-06-20", "2024-07-18",
    ]  # fmt: skip
    # The panel of March takes it: its papers are open until the 22nd, Good Friday being the 29th.
    march = send.date_sitting(council, "2024-03", "2024-03-27")
    assert [one["item"] for one in council.show(march)["data"]["items"]] == [request]
    council.at("2024-03-21 00:01").passes()
    council.at("2024-03-27 15:00").fire(march, "hold", by="chris", **HELD)
    council.fire(request, "panel_decide_assess", by="chris", letter_on="2024-03-27")
    # Advice of three bodies, the last one at six weeks.
    for body in ("School S1", "Educational psychology", "Social care"):
        council.at("2024-03-28 09:00").fire(request, "request_advice", by="kit", from_whom=body)
    for body, day in (("School S1", "2024-04-15"), ("Social care", "2024-05-01")):
        council.at(f"{day} 12:00").fire(request, "advice_in", by="kit", from_whom=body)
    council.at("2024-05-09 23:59").passes()
    council.fire(request, "advice_in", by="kit", from_whom="Educational psychology")
    assert council.show(request)["blocked"] == []
    send.hear(council, request)
    council.at("2024-06-13 10:00").fire(request, "decide_plan", by="max")
    council.at("2024-06-20 10:00").fire(request, "send_draft", by="kit")
    # The family answers on its fifteenth day; the letter is opened on the sixteenth.
    council.at("2024-07-05 09:00").passes()
    council.fire(request, "representations", by="kit", what="School S4", received_on="2024-07-04")
    council.at("2024-07-18 23:59").passes()
    council.fire(
        request,
        "issue_final",
        by="max",
        plan="EHCP-12",
        placement="School S4",
        changes=[{"what": "Section I names S4", "because": "representation"}],
    )
    shown = council.at("2024-09-02 08:00").show(request)
    assert (shown["state"], shown["lateness"], shown["data"]["appeal_until"]) == (
        "plan_issued", "on_time", "2024-09-18",
    )  # fmt: skip
    assert [one for one in council.history(request) if one["action"] == "escalated"] == []


def test_a_request_whose_decision_falls_on_good_friday(founded: Founded) -> None:
    council = founded("2026-02-20")
    request = send.request(council, "K12", "2026-02-20")
    dates = next(one for one in council.show(request)["deadlines"] if one["name"] == "decide_by")
    assert (dates["due_on"], dates["target_on"]) == ("2026-04-03", "2026-04-02")
    # Nobody decides. The offices are shut over Easter, and the daemon with them.
    council.at("2026-04-02 18:00").passes()
    assert council.at("2026-04-03 23:59").show(request)["status"].startswith("In ")
    assert council.at("2026-04-04 00:00").show(request)["status"].startswith("Late in")
    council.at("2026-04-09 09:00").passes()
    assert ladder(council, request, "decide_by") == [
        ("L0", "2026-04-07"), ("L1", "2026-04-08"), ("L2", "2026-04-09"),
    ]  # fmt: skip
    assert [one["reason"] for one in council.show(request)["blocked"]] == ["overdue_l2"]
    council.at("2026-04-20 09:00").passes()
    assert ladder(council, request, "decide_by")[-1] == ("L3", "2026-04-20")
    # Late is not forbidden: it is decided, and goes on.
    council.fire(request, "panel_decide_assess", by="max")
    assert (council.state(request), council.show(request)["blocked"]) == ("assessing", [])


def test_the_panel_misses_the_law(founded: Founded) -> None:
    # The panel sits on Wednesday 20 May and on Wednesday 1 July 2026, and not at all in June.
    council = founded("2026-05-01")
    may = send.date_sitting(council, "2026-05", "2026-05-20")
    council.fire("send_panel:2026-06", "cancel", by="chris", reason="1 July takes its place")
    july = send.date_sitting(council, "2026-07", "2026-07-01")
    # Papers for May closed on Wednesday 13 May. On Friday 15 May a request comes.
    request = send.request(council.at("2026-05-15 11:00"), "K12", "2026-05-15")
    assert council.show(may)["data"]["items"] == []
    assert [one["item"] for one in council.show(july)["data"]["items"]] == [request]
    (block,) = council.show(request)["blocked"]
    assert (block["reason"], block["since"]) == (
        "no_sitting_before_statutory_date", "2026-05-15T10:00:00Z",
    )  # fmt: skip
    (task,) = council.show(request)["children"]
    assert (task, council.show(task)["due_on"]) == ("send_panel:2026-06-x1", "2026-06-26")
    # Nobody decides.
    council.at("2026-07-10 09:00").passes()
    assert ladder(council, task, "due") == [
        ("L0", "2026-06-29"), ("L1", "2026-06-30"), ("L2", "2026-07-01"), ("L3", "2026-07-10"),
    ]  # fmt: skip
    # Then the chair does, and the task is done with it.
    council.fire(request, "panel_decide_assess", by="chris")
    assert (council.state(task), council.show(request)["blocked"]) == ("closed", [])
    assert council.show(july)["data"]["items"][0]["decided_on"] == "2026-07-10"


def test_an_item_that_the_panel_does_not_reach(founded: Founded) -> None:
    # October 2026: the clocks go back on the 25th, between the two sittings.
    council = founded("2026-09-14")
    october = send.date_sitting(council, "2026-10", "2026-10-14")
    november = send.date_sitting(council, "2026-11", "2026-11-04")
    first = send.request(council.at("2026-09-28 10:00"), "K12", "2026-09-28")
    second = send.request(council.at("2026-10-06 10:00"), "K13", "2026-10-06")
    council.at("2026-10-08 06:00").passes()
    council.at("2026-10-14 16:00").fire(october, "hold", by="chris", **HELD, not_reached=[second])
    council.fire(first, "panel_decide_assess", by="chris")
    # It moves on, and its clock does not: Tuesday 17 November stays Tuesday 17 November.
    assert council.show(second)["data"]["sitting"] == november
    assert council.falls(second, "decide_by") == "2026-11-17"
    assert council.show(second)["blocked"] == []
    council.at("2026-10-29 06:00").passes()
    council.at("2026-11-04 15:00").fire(november, "hold", by="chris", **HELD)
    council.fire(second, "panel_decline", by="chris", reason="The school meets the need")
    assert council.at("2026-12-01 08:00").show(second)["data"]["appeal_until"] == "2027-01-04"
    assert [one["decided_on"] for one in council.show(november)["data"]["items"]] == ["2026-11-04"]


def test_an_assessment_excused_across_the_summer_holidays(founded: Founded) -> None:
    council = founded("2026-04-17")
    request = send.request(council, "K12", "2026-04-17")
    council.at("2026-05-29 17:00").fire(request, "panel_decide_assess", by="chris")
    # The school is asked on the last Friday of term; it closes on Wednesday 22 July for six weeks.
    council.at("2026-07-17 15:00").fire(request, "request_advice", by="kit", from_whom="School S1")
    council.at("2026-07-21 10:00").fire(
        request,
        "record_exception",
        by="max",
        ground="a",
        limits=["16_weeks", "20_weeks"],
        closed_from="2026-07-22",
        reopens_on="2026-09-02",
        advice_requested_on="2026-07-17",
        family_told_on="2026-07-21",
        reason="The school closes before it can answer",
    )
    # No date moves, and the service manager still hears of it; AD People and the Director do not.
    assert (council.falls(request, "refuse_by"), council.falls(request, "due")) == (
        "2026-08-07", "2026-09-04",
    )  # fmt: skip
    # Six weeks after the request for advice it is missing, and that is its own trouble.
    council.at("2026-08-31 09:00").passes()
    assert council.show(request)["blocked"] == []  # Friday 28 August was its day, Monday a holiday
    council.at("2026-09-01 09:00").passes()
    assert [one["reason"] for one in council.show(request)["blocked"]] == [
        "awaiting_partner_agency"
    ]
    council.at("2026-09-03 09:00").fire(request, "advice_in", by="kit", from_whom="School S1")
    council.at("2026-10-05 09:00").passes()
    assert [one for one, _ in ladder(council, request, "refuse_by")] == ["L0", "L1"]
    assert ladder(council, request, "due") == [("L0", "2026-09-07"), ("L1", "2026-09-08")]
    send.follow(council, request, "plan_issued")
    assert council.show(request)["lateness"] == "late_excused"


def test_a_final_plan_on_the_last_day_across_christmas_and_the_spring_clock(
    founded: Founded,
) -> None:
    # Twenty weeks from Tuesday 11 November 2025 end on Tuesday 31 March 2026, in summer time.
    council = founded("2025-11-03")
    request = send.request(council.at("2025-11-11 10:00"), "K12", "2025-11-11")
    assert (council.falls(request, "decide_by"), council.falls(request, "due")) == (
        "2025-12-23", "2026-03-31",
    )  # fmt: skip
    council.at("2025-12-23 23:59").passes()
    council.fire(request, "panel_decide_assess", by="chris")
    council.fire(request, "request_advice", by="kit", from_whom="Educational psychology")
    council.at("2026-02-03 12:00").fire(
        request, "advice_in", by="kit", from_whom="Educational psychology"
    )
    send.hear(council, request)
    council.at("2026-03-03 12:00").fire(request, "decide_plan", by="max")
    # Served on Monday 16 March: the family has until Monday 30 March, which is summer time.
    council.at("2026-03-16 12:00").fire(request, "send_draft", by="kit")
    council.at("2026-03-30 23:59").passes()
    assert council.state(request) == "draft_with_family"
    council.at("2026-03-31 00:00").passes()
    assert council.state(request) == "finalising"
    council.at("2026-03-31 23:59").passes()
    council.fire(request, "issue_final", by="max", **send.FINAL)
    shown = council.at("2026-04-30 08:00").show(request)
    assert (shown["lateness"], shown["data"]["issued_on"]) == ("on_time", "2026-03-31")
    assert [one for one in council.history(request) if one["action"] == "escalated"] == []


def test_a_final_plan_on_the_last_day_across_the_autumn_clock(founded: Founded) -> None:
    # Twenty weeks from Sunday 7 June 2026 end on Sunday 25 October, the day of twenty-five hours.
    council = founded("2026-06-01")
    request = send.request(council.at("2026-06-08 09:00"), "K12", "2026-06-07")
    due = next(one for one in council.show(request)["deadlines"] if one["name"] == "due")
    assert (due["due_on"], due["target_on"], due["late_from"]) == (
        "2026-10-25", "2026-10-23", "2026-10-26T00:00:00Z",
    )  # fmt: skip
    send.follow(council, request, "finalising")
    send.hear(council, request)
    council.at("2026-10-25 23:59").passes()
    council.fire(request, "issue_final", by="max", **send.FINAL)
    assert council.show(request)["lateness"] == "on_time"
