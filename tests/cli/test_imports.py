"""Files that are taken in: what is wrong with them, what is asked before much would close, what is left as it was."""

import zipfile
from pathlib import Path

import pytest
from cli.shell import Shell
from workbooks import LIST_6, archive, list_6, with_parts, xlsx

FEW = "case_id,plan_type,opened,closed\nC01,cin,2025-01-06,\n"


def write(name: str, content: str | bytes) -> str:
    data = content.encode() if isinstance(content, str) else content
    Path(name).write_bytes(data)
    return name


# ------------------------------------------------------------------ the roster
@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("person_id,name\nx,X\n", "roles"),
        ("person_id,name,roles\nx,X,boss\n", "boss"),
        ("person_id,name,roles\n,X,auditor\n", "person_id"),
        ("person_id,name,roles\nx,X,auditor\nx,Y,auditor\n", "row 3"),
        ("person_id,name,roles,manager\nx,X,auditor,nobody\n", "nobody"),
        ("person_id,name,roles,manager\nx,X,auditor,y\ny,Y,auditor,x\n", "circle"),
        ("person_id,name,roles,active_from\nx,X,auditor,31/31/2025\n", "active_from"),
        ("", "empty"),
        (bytes(range(256)) * 8, "CSV"),
    ],
)
def test_a_roster_with_a_fault_is_not_taken_at_all(
    shell: Shell, content: str | bytes, named: str
) -> None:
    error = shell.fails("people", "import", write("roster.csv", content), code=2)
    assert error["code"] == "rejected_file"
    assert named in error["message"]
    for fault in error["rejected"]:
        assert list(fault) == ["list", "row", "column", "why"]


@pytest.mark.parametrize("file", ["absent.csv", "."])
def test_a_file_that_is_not_there_is_named(shell: Shell, file: str) -> None:
    for group in ("people", "case"):
        assert shell.fails(group, "import", file, code=2)["message"]


def test_the_same_roster_twice_changes_nobody(shell: Shell) -> None:
    roster = write(
        "roster.csv",
        "person_id,name,roles,team,manager\nzoe,Zoe New,auditor,QA,yan\nyan,Yan New,sm_sqa,,\n",
    )
    assert shell.json("people", "import", roster)["new"] == 2
    body = shell.json("people", "import", roster)
    assert (body["new"], body["changed"], body["unchanged"]) == (0, 0, 2)
    assert "0 new, 0 changed, 2 unchanged" in shell.says("people", "import", roster)


def test_a_header_alone_is_valid(shell: Shell) -> None:
    assert shell.json("people", "import", write("r.csv", "person_id,name,roles\n"))["new"] == 0
    header = write("c.csv", "case_id,plan_type,opened,closed\n")
    assert shell.json("case", "import", header, "--yes")["closed"] == 23


# ------------------------------------------------------------------ cases that cannot be taken
@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("case_id,plan_type,closed\nC01,cin,\n", "opened"),
        ("", "empty"),
        ("nothing of use\n1\n", "case_id"),
    ],
)
def test_a_list_of_cases_without_its_columns_is_not_taken(
    shell: Shell, content: str, named: str
) -> None:
    error = shell.fails("case", "import", write("cases.csv", content), "--yes", code=2)
    assert named in error["message"]


def test_a_workbook_with_macros_is_never_taken(shell: Shell, tmp_path: Path) -> None:
    book = xlsx(tmp_path / "book.xlsx", {"List 6": [LIST_6, list_6()]})
    with_parts(book, {"xl/vbaProject.bin": b"macro"})
    assert "macros" in shell.fails("case", "import", "book.xlsx", "--yes", code=2)["message"]


def test_a_workbook_that_expands_beyond_measure_is_not_opened(shell: Shell, tmp_path: Path) -> None:
    archive(tmp_path / "bomb.xlsx", {})
    with zipfile.ZipFile("bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/workbook.xml", b"0" * 80_000_000)
    assert shell.fails("case", "import", "bomb.xlsx", "--yes", code=2)["code"] == "rejected_file"


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04 cut off", b"plain words", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
)
def test_what_is_no_workbook_is_not_taken(shell: Shell, content: bytes) -> None:
    shell.fails("case", "import", write("book.xlsx", content), "--yes", code=2)


@pytest.mark.parametrize(
    ("as_of", "named"),
    [("soon", "YYYY-MM-DD"), ("2025-09-16", "not come yet"), ("2025-08-31", "2025-09-01")],
)
def test_the_day_of_a_list_must_fit(shell: Shell, as_of: str, named: str) -> None:
    typed = ("case", "import", write("cases.csv", FEW), "--yes", "--as-of", as_of)
    assert named in shell.fails(*typed, code=2)["message"]


# ------------------------------------------------------------------ rejected rows
def test_with_a_rejected_row_nothing_is_written_and_each_is_named(shell: Shell) -> None:
    file = write("cases.csv", FEW + "C02,zzz,2025-01-06,\nC03,cin,2025-02-30,\n")
    before = shell.dump()
    result = shell.type("case", "import", file)
    assert result.exit_code == 2
    assert "plan_type" in result.stdout
    assert "nothing was written" in result.stderr
    assert "--accept-rejected" in result.stderr
    machine = shell.type("case", "import", file, "--json")
    assert machine.exit_code == 2
    assert '"code": "rejected_rows"' in machine.stderr
    body = shell.json("case", "import", file, code=2)
    assert [one["row"] for one in body["rejected"]] == [3, 4]
    assert body["written"] is False
    assert shell.dump() == before


# ------------------------------------------------------------------ what is hard to take back
def test_what_would_close_much_is_refused_without_a_terminal_and_without_yes(shell: Shell) -> None:
    error = shell.fails("case", "import", write("cases.csv", FEW), code=2)
    assert "22 of 23" in error["message"]
    assert "--yes" in error["message"]


def test_what_would_close_much_is_done_with_yes(shell: Shell) -> None:
    body = shell.json("case", "import", write("cases.csv", FEW), "--yes")
    assert (body["closed"], body["written"]) == (22, True)
    assert shell.json("case", "list")["count"] == 1


def test_a_rehearsal_shows_what_would_close_and_writes_nothing(shell: Shell) -> None:
    before = shell.dump()
    file = write("cases.csv", FEW)
    assert shell.json("case", "import", file, "--dry-run")["closed"] == 22
    assert "closed: C02, C03" in shell.says("case", "import", file, "--dry-run")
    assert shell.dump() == before


@pytest.mark.parametrize(
    ("typed", "code"), [("22\n", 0), ("21\n", 2), ("y\n", 2), ("\n", 2), ("", 130)]
)
@pytest.mark.usefixtures("terminal")
def test_on_a_terminal_the_count_is_typed(shell: Shell, typed: str, code: int) -> None:
    before = shell.dump()
    result = shell.type("case", "import", write("cases.csv", FEW), typed=typed)
    assert result.exit_code == code, result.output
    assert "Type 22 to go on" in result.stderr
    assert (shell.dump() == before) is (code != 0)


# ------------------------------------------------------------------ the audit tool
def test_a_methodology_that_cannot_be_read_is_not_loaded(shell: Shell) -> None:
    for content in ("", "{}", "[]", '{"version": 2}', "\ud800".encode("utf-16", "surrogatepass")):
        shell.fails("methodology", "load", write("m.json", content), code=2)
