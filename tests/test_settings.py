"""Settings: from the command line, the environment, a file or the default, in this order."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from qa_workflow.errors import DatabaseUnfit
from qa_workflow.settings import Settings, read_settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "qa-workflow.toml"
    path.write_text('database_url = "sqlite:///from-file.db"\nport = 1001\nbatch_size = 10\n')
    return path


def test_without_anything_said_the_defaults_hold() -> None:
    found = read_settings()
    assert (found.port, found.safety_seconds, found.batch_size) == (8000, 30, 250)


def test_the_default_database_is_a_file_of_the_user() -> None:
    assert read_settings().database_url.endswith("qa-workflow.db")


def test_a_file_is_read(file: Path) -> None:
    assert read_settings(file).database_url == "sqlite:///from-file.db"


def test_the_environment_wins_over_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_WORKFLOW_PORT", "1002")
    assert read_settings(file).port == 1002


def test_the_command_line_wins_over_the_environment(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QA_WORKFLOW_PORT", "1002")
    assert read_settings(file, port=1003).port == 1003


def test_what_was_not_said_on_the_command_line_leaves_the_rest_alone(file: Path) -> None:
    assert read_settings(file, port=None).port == 1001


def test_settings_cannot_be_changed_later() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().port = 1  # type: ignore[misc]


def test_a_missing_file_is_told_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnfit, match=r"nowhere\.toml does not exist"):
        read_settings(tmp_path / "nowhere.toml")


def test_a_file_that_is_no_toml_is_told_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("port is 8000")
    with pytest.raises(DatabaseUnfit, match=r"bad\.toml cannot be read"):
        read_settings(tmp_path / "bad.toml")


def test_an_unknown_setting_in_a_file_is_told_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "typo.toml").write_text("prot = 8000")
    with pytest.raises(DatabaseUnfit, match="prot: "):
        read_settings(tmp_path / "typo.toml")


def test_a_value_that_does_not_fit_is_told_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_WORKFLOW_SAFETY_SECONDS", "0")
    with pytest.raises(DatabaseUnfit, match="safety_seconds: "):
        read_settings()


def test_every_setting_says_what_it_is_for() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
