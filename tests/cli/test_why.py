"""`why REF` at the command line: the sentence, what can be done, what is refused and why, and the way to the end."""

import pytest
from cli.shell import Shell
from council import AUTUMN

from qa_workflow.cli import explaining

GTO = "getting_to_outstanding:2025-12"
REC = "recommendation:R-0001"


@pytest.fixture
def sampling(shell: Shell) -> Shell:
    """Give a shell on a council whose autumn round draws its sample, and nobody has proposed one."""
    for moment in ("2025-09-03 08:00", "2025-10-01 08:00"):
        shell.at(moment).says("daemon", "--once")
    return shell


def lines(shell: Shell, reference: str) -> list[str]:
    return shell.says("why", reference).splitlines()


def test_the_reference_and_the_sentence_come_first(sampling: Shell) -> None:
    first, second, *_ = lines(sampling, AUTUMN)
    assert first == AUTUMN
    assert second.startswith("Nothing is wrong: ")


def test_what_can_be_done_names_who_and_what_it_asks_for(sampling: Shell) -> None:
    told = lines(sampling, AUTUMN)
    begin = told.index("What can be done now:")
    assert told[begin + 1].split() == ["trigger", "leads", "to", "who", "asks", "for"]
    assert told[begin + 2].split() == ["propose_sample", "sampling", "Quinn", "Admin"]


def test_what_ends_it_without_finishing_it_stands_last(sampling: Shell) -> None:
    told = lines(sampling, AUTUMN)
    begin = told.index("What can be done now:")
    end = told.index("", begin)
    assert told[end - 1].startswith("abandon ")


def test_what_is_refused_says_who_could_mend_it_and_why(sampling: Shell) -> None:
    told = lines(sampling, AUTUMN)
    begin = told.index("What is refused, and why:")
    rows = [one.split("  ") for one in told[begin + 2 :]]
    (row,) = ([cell.strip() for cell in one if cell] for one in rows if one[0] == "freeze_sample")
    assert row == ["freeze_sample", "Quinn Admin", "Nobody has proposed the sample yet."]


def test_the_way_out_is_numbered_by_whom_and_what_is_missing(sampling: Shell) -> None:
    told = lines(sampling, AUTUMN)
    begin = told.index("The shortest way to its end, in 4 steps:")
    assert told[begin + 1 : begin + 4] == [
        "  1. freeze_sample, by Sandy Quality; leads to sample frozen.",
        "     Missing: Nobody has proposed the sample yet. Who could mend it: Quinn Admin.",
        "  2. all_done, by the system itself; leads to reporting.",
    ]


def test_the_first_step_is_given_as_a_command(audit: str, auditing: Shell) -> None:
    assert lines(auditing, audit)[-1] == (
        f"The first step: qa-workflow fire {audit} allocate --as YOUR_ID --data auditor=PERSON_ID"
    )


def test_a_command_that_would_be_refused_says_so(sampling: Shell) -> None:
    last = lines(sampling, AUTUMN)[-1]
    assert last.startswith("Once nothing is missing any more: qa-workflow fire ")


def test_of_what_is_stuck_it_gives_what_stuck_gives(audit: str, auditing: Shell) -> None:
    auditing.at("2025-12-22 09:00").says("daemon", "--once")
    items = {one["reference"]: one for one in auditing.json("stuck")["items"]}
    assert {audit, AUTUMN} <= set(items)
    for reference, item in items.items():
        assert lines(auditing, reference)[-2:] == [
            f"What moves it: {item['repair']['what']}",
            f"  {item['repair']['command']}",
        ]


def test_the_whole_answer_can_be_piped(audit: str, auditing: Shell) -> None:
    assert auditing.type("why", audit).stderr == ""


def test_a_step_says_its_day(shell: Shell) -> None:
    shell.at("2025-09-03 08:00").says("daemon", "--once")
    assert "  1. open, by the system itself on 1 October 2025; leads to sampling." in lines(
        shell, AUTUMN
    )


def test_what_the_system_will_do_by_itself_says_when(shell: Shell) -> None:
    shell.at("2025-09-03 08:00").says("daemon", "--once")
    sentence = "If nobody does anything, the system does open by itself on 1 October 2025; it leads to sampling."
    assert sentence in lines(shell, AUTUMN)


def test_what_is_late_says_its_class_in_words(audit: str, auditing: Shell) -> None:
    auditing.at("2025-11-10 09:00").says("daemon", "--once")
    first, *_ = lines(auditing, audit)
    assert first == f"{audit}  S4, blocked"


def test_the_answer_for_machines_has_every_trigger(sampling: Shell) -> None:
    (item,) = sampling.json("why", AUTUMN)["items"]
    found = {one["trigger"]: one["allowed"] for one in item["triggers"]}
    assert (found["propose_sample"], found["freeze_sample"]) == (True, False)


def test_what_has_ended_says_only_that(sampling: Shell) -> None:
    sampling.says("fire", AUTUMN, "abandon", "--as", "ada", "--reason", "No longer asked for")
    assert lines(sampling, AUTUMN) == [AUTUMN, "It ended: abandoned."]


# ------------------------------------------------------------------ a day, and who it waits for
@pytest.fixture
def meeting(shell: Shell) -> Shell:
    """Give a shell on a council whose December meeting sits on the 10th: its papers come in until the 3rd."""
    shell.at("2025-11-03 09:00").says("daemon", "--once")
    shell.says("fire", GTO, "schedule", "--as", "quinn", "--data", "sits_on=2025-12-10")
    return shell


def test_a_step_that_only_waits_for_its_day_says_the_day_and_nobody_to_mend_it(
    meeting: Shell,
) -> None:
    told = lines(meeting, GTO)
    begin = told.index("The shortest way to its end, in 4 steps:")
    assert told[begin + 1 : begin + 5] == [
        "  1. set_agenda, by Quinn Admin; leads to agenda set.",
        "     Missing: Papers come in until Wednesday 3 December 2025.",
        "     Not before 3 December 2025.",
        "     If nobody does, the system does it on 4 December 2025.",
    ]


def test_a_later_step_is_judged_as_things_stand(meeting: Shell) -> None:
    assert "     As things stand: The meeting sits on Wednesday 10 December 2025." in lines(
        meeting, GTO
    )


def test_what_the_system_does_is_told_also_where_only_the_day_is_missing(meeting: Shell) -> None:
    sentence = "If nobody does anything, the system does set_agenda by itself on 4 December 2025; it leads to agenda set."
    assert sentence in lines(meeting, GTO)


@pytest.fixture
def recommended(shell: Shell) -> Shell:
    """Give a shell on a council with one recommendation, owned by pat, who challenges it."""
    shell.says("start", "recommendation", "--subject", "C01", "--as", "sandy")
    smart = (
        "owner=pat", "what=Visit", "for_whom=C01", "difference=Seen", "category=case_action",
        "due_on=2025-10-01",
    )  # fmt: skip
    given = [word for one in smart for word in ("--data", one)]
    shell.says("fire", REC, "assign", "--as", "sandy", *given)
    shell.says("fire", REC, "challenge", "--as", "pat", "--reason", "It is done")
    return shell


def test_a_decision_against_somebody_stands_behind_the_others(recommended: Shell) -> None:
    told = lines(recommended, REC)
    begin = told.index("What can be done now:")
    found = [one.split()[0] for one in told[begin + 2 : told.index("", begin)]]
    assert found.index("amend") < found.index("uphold")


def test_what_nobody_can_do_says_so(recommended: Shell) -> None:
    recommended.database.with_name("people.csv").write_text(
        "person_id,name,roles,team,manager\nsandy,Sandy Quality,auditor,QA,ada\n"
        "ada,Ada People,director,,dana\n", "utf-8",
    )  # fmt: skip
    recommended.says("people", "import", "people.csv")
    assert "     As things stand nobody can do this." in lines(recommended, REC)


def test_of_many_people_the_first_are_named_and_the_others_counted() -> None:
    assert explaining._people(["Ann", "Ben"]) == "Ann or Ben"
    assert explaining._people(["Ann", "Ben", "Cem"]) == "Ann or Ben or 1 other"
    assert explaining._people(["Ann", "Ben", "Cem", "Dee"]) == "Ann or Ben or 2 others"


@pytest.mark.parametrize(
    ("to", "reasons", "is_told"),
    [
        ("done", [], True),
        ("open", [], False),
        ("done", [{"from": "2025-12-03"}], True),
        ("done", [{"from": None}], False),
    ],
)
def test_the_system_is_said_to_move_it_only_where_it_will(
    capsys: pytest.CaptureFixture[str], to: str, reasons: list[dict[str, str | None]], *, is_told: bool
) -> None:  # fmt: skip
    count = {"trigger": "count", "to": to, "by_itself_on": "2025-12-04", "reasons": reasons}
    explaining._print_by_itself({"state": "open", "triggers": [count]})
    assert ("the system does count by itself" in capsys.readouterr().out) is is_told
