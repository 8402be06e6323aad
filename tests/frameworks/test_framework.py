"""A council's framework file: what it may change, and every fault of a faulty one named by its line."""

from datetime import date
from pathlib import Path

import pytest

from qa_workflow.engine.people import Person, Roster
from qa_workflow.errors import FrameworkFaulty, WrongInput
from qa_workflow.frameworks import reader
from qa_workflow.frameworks.choices import Choices
from qa_workflow.frameworks.reader import framework_file, read_framework, shipped_framework
from qa_workflow.processes import all_processes

SALTMARSH = Path(__file__).parent / "saltmarsh.toml"
SHIPPED = Path(reader.__file__).parent / f"{reader.SHIPPED}.toml"
KNOWN = frozenset(all_processes())
HEAD = """\
[framework]
council = "A"
title = "B"
version = "1"
valid_from = 2020-01-01
"""
ACTIVITY = """\
[[activity]]
code = "GTO"
process = "getting_to_outstanding"
months = [6, 12]
owner = "ad_people"
words = "The meeting signs off."
"""


def faults(text: str) -> list[tuple[int, str]]:
    with pytest.raises(FrameworkFaulty) as raised:
        read_framework(text, "ours.toml", KNOWN)
    return list(raised.value.faults)


def the_fault(text: str) -> tuple[int, str]:
    (found,) = faults(text)
    return found


# ------------------------------------------------------------------ the one that ships
def test_every_line_of_the_shipped_framework_opens_a_process_that_there_is() -> None:
    assert framework_file(SHIPPED, KNOWN).lines == shipped_framework().lines


def test_the_shipped_framework_says_which_it_is() -> None:
    found = shipped_framework()
    assert (found.council, found.title, found.version) == (
        "City of London",
        "Quality Assurance Framework January 2019",
        "Version 3 Final Version May 2019/PD",
    )


def test_the_shipped_framework_chooses_nothing_but_the_defaults() -> None:
    assert shipped_framework().choices == Choices()


def test_what_the_framework_names_without_a_time_is_there_and_planned_by_nobody() -> None:
    found = shipped_framework()
    assert {"S11", "PEER", "THEM", "LEARN", "INTAKE"} <= {line.code for line in found.as_needed}
    assert not {line.code for line in found.as_needed} & {line.code for line in found.lines}


def test_the_sixty_rows_of_the_framework_are_all_there() -> None:
    assert [row.number for row in shipped_framework().rows] == list(range(1, 61))


# ------------------------------------------------------------------ another council's
def test_another_council_has_its_own_months_bodies_and_choices() -> None:
    found = framework_file(SALTMARSH, KNOWN)
    assert {line.code: line.months for line in found.lines if line.code in {"GTO", "MEB"}} == {
        "GTO": (2, 8),
        "MEB": (2, 5, 8, 11),
    }
    assert next(line.title for line in found.lines if line.code == "MEB") == (
        "Children's Improvement Panel"
    )
    assert (found.choices.sample_percent, found.choices.follow_up_months) == (20, (3, 9))


def test_another_council_has_its_own_ladder_and_terms() -> None:
    found = framework_file(SALTMARSH, KNOWN)
    assert [(one.name, one.after, one.blocks) for one in found.ladders["standard"].levels] == [
        ("R1", -5, False),
        ("L0", 1, False),
        ("L1", 3, False),
        ("L2", 6, True),
        ("L3", 12, False),
    ]
    assert [term.name for term in found.terms] == ["Spring 2026", "Summer 2026", "Autumn 2026"]


def test_another_council_makes_a_process_of_a_shape_without_a_developer() -> None:
    found = framework_file(SALTMARSH, KNOWN)
    assert found.processes["missing_children_report"].title == "Missing children report"


def test_whoever_fills_a_role_does_its_work() -> None:
    found = framework_file(SALTMARSH, KNOWN)
    head = Person(person_id="h", name="H", roles=frozenset({"head_of_families"}))
    roster = Roster({"h": head}).filled(found.filled_by)
    assert [one.person_id for one in roster.holders("ad_people", date(2026, 1, 5))] == ["h"]
    assert roster.holders("director", date(2026, 1, 5)) == ()
    assert found.roles >= {"head_of_families", "practice_lead", "director"}


# ------------------------------------------------------------------ faults
def test_a_small_framework_is_enough() -> None:
    assert len(read_framework(HEAD + ACTIVITY, "ours.toml", KNOWN).lines) == 1


def test_what_is_no_toml_is_named_by_its_line() -> None:
    line, what = the_fault(HEAD + "[[activity]\n")
    assert line == 6
    assert what.startswith("this is no TOML: ")


def test_an_empty_file_misses_its_tables() -> None:
    assert faults("") == [(1, "activity: is missing"), (1, "framework: is missing")]


@pytest.mark.parametrize(
    ("before", "after", "line", "said"),
    [
        ('code = "GTO"', 'code = "gto"', 7, "activity.code: String should match pattern"),
        ('process = "getting_to_outstanding"', 'process = "tea"', 8, "activity GTO: there is no process 'tea'"),
        ("months = [6, 12]", "months = [6, 13]", 9, "activity.months: Input should be less than or equal to 12"),
        ("months = [6, 12]", 'months = ["June"]', 9, "activity.months: Input should be a valid integer"),
        ("months = [6, 12]", "months = [6, 6]", 6, "activity: a month is named twice"),
        ("months = [6, 12]", "months = []", 6, "activity: months are missing"),
        ("months = [6, 12]", 'months = [6]\ndue = "soon"', 6, "activity: due = 'soon' is no rule of a month"),
        ("months = [6, 12]", 'every = "week"\ndue = "sunday"', 6, "due = 'sunday' is no rule of a week"),
        ("months = [6, 12]", 'months = [6]\nevery = "term"\ndue = "day_5"', 6, "every term is due on its last day"),
        ("months = [6, 12]", 'months = [6]\nevery = "as_needed"', 6, "begun as it is needed has neither months"),
        ("months = [6, 12]", 'months = [6]\nevery = "week"\ndue = "friday"', 6, "every week has no months"),
        ("months = [6, 12]", "months = [6]\nmonth = 7", 10, "activity.month: there is no such key"),
        ('owner = "ad_people"', 'owner = "boss"', 10, "activity GTO: there is no role 'boss'"),
        ('owner = "ad_people"\n', "", 6, "activity.owner: is missing"),
        ('words = "The meeting signs off."', 'words = ""', 11, "activity.words: String should have at least 1"),
        ("valid_from = 2020-01-01", 'valid_from = "soon"', 5, "framework.valid_from: Input should be a valid date"),
        ("valid_from = 2020-01-01", "valid_from = 2020-01-01\nvalid_to = 2019-01-01", 1, "valid_to lies before"),
        ('title = "B"', 'titel = "B"', 3, "framework.titel: there is no such key"),
    ],
)  # fmt: skip
def test_a_fault_is_named_by_its_line(before: str, after: str, line: int, said: str) -> None:
    text = HEAD + ACTIVITY
    assert before in text
    found = faults(text.replace(before, after))
    assert any(at == line and said in what for at, what in found), found


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('[roles]\nlead = { title = "Lead", filled_by = ["boss"] }', "roles.lead: there is no role 'boss' to fill it"),
        (
            '[roles]\na = { title = "A", filled_by = ["b"] }\nb = { title = "B", filled_by = ["director"] }',
            "roles.a: b is filled by others itself; name the role that people hold",
        ),
        ("[choices]\nsample_percent = 0", "choices.sample_percent: Input should be greater than or equal to 1"),
        ("[choices]\nsample = 5", "choices.sample: there is no such key"),
        ('[[ladder]]\nname = "steep"\n[[ladder.level]]\nname = "L0"\ntell = ["owner"]', "ladder.name: Input should be 'standard'"),
        (
            '[[ladder]]\nname = "standard"\n[[ladder.level]]\nname = "L2"\nafter = 3\nblocks = true\ntell = ["owner"]',
            "ladder standard: its last level tells a named role",
        ),
        (
            '[[ladder]]\nname = "standard"\n[[ladder.level]]\nname = "L2"\nafter = 3\ntell = ["director"]',
            "ladder standard: L2, and L2 alone, blocks",
        ),
        (
            ('[[ladder]]\nname = "standard"\n[[ladder.level]]\nname = "L0"\nafter = 5\ntell = ["owner"]\n'
            '[[ladder.level]]\nname = "L2"\nafter = 3\nblocks = true\ntell = ["director"]'),
            "ladder standard: its L levels climb on working days that grow from 1",
        ),
        (
            '[[ladder]]\nname = "standard"\n[[ladder.level]]\nname = "L2"\nafter = 3\nblocks = true\ntell = ["boss"]',
            "ladder standard, L2: there is no role boss",
        ),
        (
            '[[term]]\nname = "S"\nfirst_on = 2026-02-01\nlast_on = 2026-01-01',
            "term: the term ends before it begins",
        ),
        (
            ('[[term]]\nname = "S"\nfirst_on = 2026-01-05\nlast_on = 2026-03-27\n'
            '[[term]]\nname = "T"\nfirst_on = 2026-03-27\nlast_on = 2026-07-17'),
            "term T begins before S has ended",
        ),
        (
            '[[term]]\nname = "S"\nfirst_on = 2026-01-05\nlast_on = 2026-03-27\nhalf_term = [2026-03-20, 2026-04-02]',
            "term: half_term is a first and a last day inside the term",
        ),
        ('[[process]]\nshape = "dance"\nname = "x"', "process: shape is one of"),
        ('[[process]]\nshape = "report"\nname = "x"', "process.title: is missing"),
        (
            '[[row]]\nnumber = 1\nname = "R"\nwords = "W"\nruns = ["tea"]',
            "row 1: there is no process tea",
        ),
        (ACTIVITY.replace("GTO", "GTO2"), "activity GTO2 opens what activity GTO opens already"),
        (ACTIVITY.replace('"GTO"', '"BODY"\ntitle = "{board}"').replace("6, 12", "3"), "activity BODY: there is no body 'board'"),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_named(more: str, said: str) -> None:
    found = faults(f"{HEAD}{ACTIVITY}{more}\n")
    assert any(what.startswith(said) for _, what in found), found
    assert all(line > 5 for line, _ in found)


def test_a_line_repeated_word_for_word_says_nothing_new() -> None:
    assert len(read_framework(HEAD + ACTIVITY + ACTIVITY, "ours.toml", KNOWN).lines) == 1


def test_a_table_whose_every_part_is_at_fault_is_not_called_empty() -> None:
    found = faults((HEAD + ACTIVITY).replace('"GTO"', '"gto"'))
    assert [line for line, _ in found] == [7]


def test_a_table_that_is_empty_is_called_so() -> None:
    ((line, said),) = faults(f"activity = []\n{HEAD}")
    assert (line, said.partition(":")[0]) == (1, "activity")


def test_every_fault_is_named_at_once() -> None:
    text = (HEAD + ACTIVITY).replace("ad_people", "boss").replace("getting_to_outstanding", "tea")
    assert [line for line, _ in faults(text)] == [8, 10]


def test_an_unknown_name_is_told_beside_what_does_not_fit_the_form() -> None:
    text = (HEAD + ACTIVITY).replace("ad_people", "boss").replace("[6, 12]", "[13]")
    assert [line for line, _ in faults(text)] == [9, 10]


def test_a_file_that_is_not_there_is_wrong_input(tmp_path: Path) -> None:
    with pytest.raises(WrongInput, match="cannot be read: No such file"):
        framework_file(tmp_path / "ours.toml", KNOWN)


def test_a_file_that_is_no_text_is_wrong_input(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(WrongInput, match="is no text in UTF-8"):
        framework_file(tmp_path / "ours.toml", KNOWN)


def test_a_file_too_large_to_be_one_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_bytes(b"#" * 1_000_001)
    with pytest.raises(WrongInput, match="is larger than 1,000,000 bytes"):
        framework_file(tmp_path / "ours.toml", KNOWN)
