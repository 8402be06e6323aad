"""What is known of a case and of the audit tool."""

import pytest
from council import Council

from qa_workflow.errors import InstanceNotFound
from qa_workflow.service import records


def test_a_case_shows_who_worked_on_it_and_since_when(council: Council) -> None:
    shown = records.show_case(council.ctx, "C01", now=council.now)
    assert shown["involved"][0] == {
        "person": "pat",
        "role": "practitioner",
        "from": "2025-01-06",
        "to": None,
    }


def test_a_case_shows_every_process_about_it(council: Council) -> None:
    case = council.open_autumn_round()[0]
    shown = records.show_case(council.ctx, case, now=council.now)
    assert [one["reference"] for one in shown["instances"]] == [f"case_audit:2025-26-A:{case}"]


def test_a_case_that_no_import_named_is_not_there(council: Council) -> None:
    with pytest.raises(InstanceNotFound, match="There is no case 'C99'"):
        records.show_case(council.ctx, "C99", now=council.now)


@pytest.mark.parametrize("version", [None, 1])
def test_the_audit_tool_is_shown_by_version_or_the_newest(
    council: Council, version: int | None
) -> None:
    assert records.show_methodology(council.ctx, version)["version"] == 1


def test_an_audit_tool_that_was_never_loaded_is_not_there(council: Council) -> None:
    with pytest.raises(InstanceNotFound, match="There is no methodology '7'"):
        records.show_methodology(council.ctx, 7)
