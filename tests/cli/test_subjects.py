"""At the command line: children with EHC plans and providers are taken in from files, and listed."""

from pathlib import Path

import pytest
from cli.shell import Shell
from council import Council

HOLDERS = "child_id,plan_id,born_on,issued_on,last_review_on,ehe,school_phase\n"
K12 = "K12,PL12,2012-10-05,2022-11-18,2024-11-29,no,secondary\n"
K13 = "K13,PL13,2015-01-20,2024-02-29,,yes,primary\n"
NOBODY = "K14,PL14,2010-13-02,2021-06-14,2025-06-02,no,secondary\n"
PROVIDERS = "provider_id,name,type,first_placement_on,last_placement_on,last_audit_on,risk_flag,commissioner\n"
P04 = "P04,Example Fostering,ifa,2024-11-04,,,no,connie\n"
P09 = "P09,Example Nursery,early_years,,,,no,\n"


def write(name: str, *rows: str) -> str:
    Path(name).write_text("".join(rows), "utf-8")
    return name


@pytest.fixture
def served(council: Council, shell: Shell) -> Shell:
    """Give a shell on a council with somebody in Commissioning."""
    council.import_people([("connie", "Connie Commissioner", "commissioning", "", "ada")])
    council.ctx.database.close()
    return shell


# ------------------------------------------------------------------ plan holders
def test_plan_holders_are_taken_in(shell: Shell) -> None:
    body = shell.json("plan-holder", "import", write("plans.csv", HOLDERS, K12, K13))
    assert body == {
        "schema": "qa-workflow/plan-holder-import/1",
        "new": 2, "changed": 0, "unchanged": 0, "rejected": [],
        "plans": {"new": ["PL12", "PL13"], "changed": []},
        "warnings": body["warnings"], "written": True,
    }  # fmt: skip


def test_the_same_plan_holders_twice_change_nothing(shell: Shell) -> None:
    file = write("plans.csv", HOLDERS, K12, K13)
    assert (
        shell.says("plan-holder", "import", file) == "2 new, 0 changed, 0 unchanged, 0 rejected\n"
    )
    assert (
        shell.says("plan-holder", "import", file) == "0 new, 0 changed, 2 unchanged, 0 rejected\n"
    )


def test_a_rehearsal_of_plan_holders_writes_nothing(shell: Shell) -> None:
    before = shell.dump()
    file = write("plans.csv", HOLDERS, K12)
    assert shell.json("plan-holder", "import", file, "--dry-run")["written"] is False
    assert "new: PL12" in shell.says("plan-holder", "import", file, "--dry-run")
    assert shell.dump() == before


def test_with_a_rejected_row_no_plan_is_written(shell: Shell) -> None:
    before = shell.dump()
    result = shell.type("plan-holder", "import", write("plans.csv", HOLDERS, K12, NOBODY))
    assert result.exit_code == 2
    assert "born_on" in result.stdout
    assert "nothing was written" in result.stderr
    assert "--accept-rejected" in result.stderr
    assert shell.dump() == before


def test_a_rejected_row_is_told_to_machines(shell: Shell) -> None:
    file = write("plans.csv", HOLDERS, K12, NOBODY)
    body = shell.json("plan-holder", "import", file, code=2)
    (fault,) = body["rejected"]
    assert list(fault) == ["list", "row", "column", "why"]
    assert (fault["row"], fault["column"], body["written"]) == (3, "born_on", False)


def test_the_rest_is_taken_in_where_that_is_asked_for(shell: Shell) -> None:
    file = write("plans.csv", HOLDERS, K12, NOBODY)
    body = shell.json("plan-holder", "import", file, "--accept-rejected")
    assert (body["new"], len(body["rejected"]), body["written"]) == (1, 1, True)


def test_what_to_look_at_is_said_besides(shell: Shell) -> None:
    shell.says("plan-holder", "import", write("plans.csv", HOLDERS, K12, K13))
    result = shell.type("plan-holder", "import", write("plans.csv", HOLDERS, K12))
    assert result.stderr == "Note: not in this file, and left as they are: PL13.\n"


def test_a_header_alone_is_a_list_of_nobody(shell: Shell) -> None:
    assert shell.json("plan-holder", "import", write("plans.csv", HOLDERS))["new"] == 0


def test_plan_holders_are_listed_without_a_date_of_birth(shell: Shell) -> None:
    shell.says("plan-holder", "import", write("plans.csv", HOLDERS, K12, K13))
    body = shell.json("plan-holder", "list")
    assert (body["schema"], body["count"]) == ("qa-workflow/plan-holder-list/1", 2)
    assert body["items"][0] == {
        "plan": "PL12", "child": "K12", "issued_on": "2022-11-18", "last_review_on": "2024-11-29",
        "school_phase": "secondary", "year9_on": "2026-09-01", "ehe": False, "review": None,
    }  # fmt: skip
    assert "2012-10-05" not in "\n".join(shell.dump())


def test_a_plan_is_listed_with_its_open_review(shell: Shell) -> None:
    shell.says("plan-holder", "import", write("plans.csv", HOLDERS, K12))
    shell.json("daemon", "--once")
    (one,) = shell.json("plan-holder", "list")["items"]
    assert one["review"].startswith("ehc_review:PL12:")
    assert one["review"] in shell.says("plan-holder", "list")


def test_people_read_plan_holders_in_a_table(shell: Shell) -> None:
    shell.says("plan-holder", "import", write("plans.csv", HOLDERS, K13))
    header, line = shell.says("plan-holder", "list").splitlines()
    assert header.startswith("plan  child  issued")
    assert line.split()[:3] == ["PL13", "K13", "2024-02-29"]
    assert "yes" in line


# ------------------------------------------------------------------ providers
def test_providers_are_taken_in(served: Shell) -> None:
    body = served.json("provider", "import", write("providers.csv", PROVIDERS, P04, P09))
    assert body == {
        "schema": "qa-workflow/provider-import/1",
        "new": 2, "changed": 0, "unchanged": 0, "rejected": [],
        "providers": {"new": ["P04", "P09"], "changed": []},
        "in_scope": body["in_scope"], "warnings": [], "written": True,
    }  # fmt: skip
    assert len(body["in_scope"]) == 1
    assert body["in_scope"][0].startswith("P04 is in scope")


def test_the_same_providers_twice_change_nothing(served: Shell) -> None:
    file = write("providers.csv", PROVIDERS, P04)
    served.says("provider", "import", file)
    assert served.says("provider", "import", file) == "0 new, 0 changed, 1 unchanged, 0 rejected\n"


def test_which_provider_is_now_in_scope_is_said(served: Shell) -> None:
    result = served.type("provider", "import", write("providers.csv", PROVIDERS, P04))
    assert result.stdout == "1 new, 0 changed, 0 unchanged, 0 rejected\n"
    assert result.stderr.startswith("P04 is in scope, because ")


def test_a_rehearsal_of_providers_writes_nothing(served: Shell) -> None:
    before = served.dump()
    file = write("providers.csv", PROVIDERS, P04)
    assert served.json("provider", "import", file, "--dry-run")["written"] is False
    assert "new: P04" in served.says("provider", "import", file, "--dry-run")
    assert served.dump() == before


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        (("provider_id,name\n", "P04,Example\n"), "type"),
        ((PROVIDERS, "P04,Example,hotel,,,,no,\n"), "one of ifa"),
        ((), "empty"),
    ],
)
def test_a_list_of_providers_with_a_fault_is_not_taken_at_all(
    served: Shell, rows: tuple[str, ...], named: str
) -> None:
    error = served.fails("provider", "import", write("providers.csv", *rows), code=2)
    assert error["code"] == "rejected_file"
    assert named in error["message"]


@pytest.mark.parametrize("group", ["plan-holder", "provider"])
def test_a_file_that_is_not_there_is_named(shell: Shell, group: str) -> None:
    assert "absent.csv" in shell.fails(group, "import", "absent.csv", code=2)["message"]


def test_a_commissioner_who_is_not_in_the_roster_is_warned_of(shell: Shell) -> None:
    result = shell.type("provider", "import", write("providers.csv", PROVIDERS, P04))
    assert "Note: 'connie' is not in the roster; kept as text." in result.stderr


def test_providers_are_listed_with_where_they_stand(served: Shell) -> None:
    served.says("provider", "import", write("providers.csv", PROVIDERS, P04, P09))
    body = served.json("provider", "list")
    assert (body["schema"], body["count"]) == ("qa-workflow/provider-list/1", 2)
    assert body["items"][0] == {
        "provider": "P04", "name": "Example Fostering", "type": "ifa", "commissioner": "connie",
        "placed": [], "in_scope": True, "why": body["items"][0]["why"], "due_on": "2026-06-30",
        "audit": None, "suspension": None,
    }  # fmt: skip
    assert body["items"][1]["in_scope"] is False


def test_a_provider_is_listed_with_its_open_audit(served: Shell) -> None:
    served.says("provider", "import", write("providers.csv", PROVIDERS, P04))
    served.at("2026-01-02 08:00").json("daemon", "--once")
    (one,) = served.json("provider", "list")["items"]
    assert one["audit"] == "provider_audit:P04:2026"
    assert "in scope: " in served.says("provider", "list")


@pytest.mark.parametrize("group", ["plan-holder", "provider"])
def test_an_empty_list_is_an_empty_list(shell: Shell, group: str) -> None:
    assert shell.json(group, "list")["items"] == []
    assert len(shell.says(group, "list").splitlines()) == 1
