"""What is wrong is said in one sentence, with the documented exit code, and nothing is changed."""

import json
from pathlib import Path

import pytest
from cli.shell import Shell
from council import AUTUMN, Council, submission

import qa_workflow.cli.session
from qa_workflow.cli import root
from qa_workflow.errors import QAWorkflowError

SANDY = ("--as", "sandy")


def audits(shell: Shell) -> list[str]:
    return [one["reference"] for one in shell.json("list", "--process", "case_audit")["items"]]


@pytest.fixture
def in_progress(auditing: Shell, council: Council) -> str:
    """Give the reference of an audit that its auditor has begun."""
    reference = audits(auditing)[0]
    council.take(reference, "in_progress")
    council.ctx.database.close()
    return reference


# ------------------------------------------------------------------ 2: wrong usage
@pytest.mark.parametrize(
    "typed",
    [
        "top-three --as-of 9999-12-31",
        "top-three --as-of 0001-01-01",
        "show C01 --as-of 9999-12-31",
        "show C01 --as-of 9999-12-31T23:59:00-14:00",
        "show C01 --as-of 0001-01-01T00:00:00+14:00",
        "repair extend C01 --to 9999-12-31 --as ada --reason x",
        "repair reschedule C01 --to 2999-01-01 --as ada --reason x",
        "block C01 --as sandy --reason funding --note x --review-on 9999-12-31",
    ],
)
def test_a_day_of_no_likely_year_is_a_slip(shell: Shell, typed: str) -> None:
    error = shell.fails(*typed.split(), code=2)
    assert "lies outside the years 1900 to 2199." in error["message"]


def test_a_version_with_more_digits_than_any_has_is_no_version(shell: Shell) -> None:
    typed = "process migrate recommendation --from 99999999999999999999 --to 1 --dry-run"
    assert "names no content" in shell.fails(*typed.split(), code=2)["message"]


def test_all_records_and_a_sample_are_not_both_looked_at(shell: Shell) -> None:
    error = shell.fails("invariants", "--all", "--sample", "5", code=2)
    assert error["message"] == "Say --all or --sample N, not both."


@pytest.mark.parametrize(
    "typed",
    [
        "nonsense",
        "list --nonsense",
        "show",
        "fire C07",
        "fire C07 allocate",
        "list --limit 0",
        "list --limit -1",
        "list --limit many",
        "list --database",
        "people",
        "history",
        "history --nonsense",
        "stuck --min-days -1",
        "stuck --fail-on 0",
        "calendar --month 13",
        "calendar --year 0",
        "calendar --year 99999",
        "plan --from 2026-01-01",
        "incident resolve 99999999999999999999999 --as sandy --reason x",
        "incident resolve 0 --as sandy --reason x",
        "process migrate recommendation --undo 99999999999999999999",
        "process migrate recommendation --from 1 --to 99999999999999999999",
        "list --database --quiet",
        "serve --port 99999",
    ],
)
def test_wrong_usage_points_to_the_help(shell: Shell, typed: str) -> None:
    error = shell.fails(*typed.split(), code=2)
    assert error["code"] in {"usage", "bad_input"}
    assert "qa-workflow" in error["message"]


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("list --process nope", "case_audit"),
        ("list --state nope", "sampling"),
        ("list --process recommendation --state sampling", "raised"),
        ("list --owner nope", "nope"),
        ("stuck --process nope", "case_audit"),
        ("stuck --owner nope", "nope"),
        ("stuck --class S99", "S4"),
        ("stuck --group-by colour", "team"),
        ("outbox list --status lost", "pending"),
        ("due --from 2026-01-01 --days 1 --ladder steep", "statutory"),
        ("process show nope", "case_audit"),
        ("process diagram nope", "case_audit"),
        ("process diagram recommendation --format png", "mermaid"),
        ("process check nope", "case_audit"),
        ("process new Not-A-Name", "youth_provider_audit"),
        ("start nope --subject C01", "case_audit_round"),
        ("start case_audit --subject C01", "case_audit_round"),
        ("start case_audit_round --subject 2025", "2025-26:B"),
        ("start recommendation --subject C01 --on 2030-01-01", "2030-01-01"),
        ("start recommendation --subject C01 --on soon", "YYYY-MM-DD"),
        ("start recommendation --subject C01 --as nobody", "nobody"),
        ("start recommendation --subject C01 --data colour=red", "colour"),
        ("plan --from 2026-01-01 --to 2025-01-01", "2025-01-01"),
        ("plan --from 1.1.2026 --to 2026-12-31", "YYYY-MM-DD"),
        ("init --planning-from 2025-13-01", "2025-13-01"),
    ],
)
def test_what_does_not_exist_is_named_with_what_does(shell: Shell, typed: str, named: str) -> None:
    assert named in shell.fails(*typed.split(), code=2)["message"]


@pytest.mark.parametrize("text", ["", "   "])
def test_empty_texts_are_refused(auditing: Shell, text: str) -> None:
    reason = ("--reason", "other")
    for typed in (
        ("note", AUTUMN, *SANDY, text),
        ("block", AUTUMN, *SANDY, *reason, "--note", text),
        ("block", AUTUMN, *SANDY, "--reason", text, "--note", "Waits"),
        ("reassign", AUTUMN, "--to", "sandy", *SANDY, "--reason", text),
        ("start", "recommendation", "--subject", text),
        ("incident", "resolve", "1", *SANDY, "--reason", text),
        ("show", text),
        ("why", text),
        ("history", text),
        ("fire", text, "freeze_sample", *SANDY),
    ):
        assert auditing.fails(*typed, code=2)["message"]


# ------------------------------------------------------------------ 2: data that does not fit
@pytest.mark.parametrize(
    ("trigger", "data", "named"),
    [
        ("fly", (), "no trigger 'fly'"),
        ("allocate", (), "auditor: is missing"),
        ("allocate", ("auditor=nobody",), "nobody"),
        ("allocate", ("auditor",), "key=value"),
        ("allocate", ("=aud1",), "key=value"),
        ("allocate", ("auditor=aud1", "colour=red"), "colour: is not asked for here"),
        ("allocate", ("auditor=aud1", "auditor=aud2"), "twice"),
        ("allocate", ('auditor=["aud1"]',), "auditor"),
        ("allocate", ("auditor={",), "begins like JSON"),
        ("submit", ("recommendations=[1.5]",), "recommendations.0"),
        ("submit", ("answers=[NaN]",), "NaN"),
        ("submit", ('voice=[{"words": "Yes", "heard_on": "yesterday"}]',), "voice.0.heard_on"),
        ("submit", ('voice=[{"words": "Yes", "heard_on": "2025-02-30"}]',), "voice.0.heard_on"),
        ("submit", ("answers=" + "[" * 100_000,), "nested too deeply"),
        ("record_feedback", ("held_on=soon",), "held_on"),
        ("record_feedback", ('attendees=["nobody"]',), "nobody"),
        ("resolve", ("to=closed", "reason=x"), "to:"),
        ("allocate", ("auditor=\udcff",), "auditor"),
    ],
)
def test_data_that_a_trigger_does_not_ask_for_is_bad_input(
    auditing: Shell, trigger: str, data: tuple[str, ...], named: str
) -> None:
    typed = [part for pair in data for part in ("--data", pair)]
    error = auditing.fails("fire", audits(auditing)[0], trigger, *SANDY, *typed, code=2)
    assert named in error["message"]


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"\xff\xfe{}", "UTF-8"),
        (b"{", "no JSON"),
        (b"", "no JSON"),
        (b"[1]", "no JSON object"),
        (b'{"auditor": 1.5}', "auditor"),
        (b'{"auditor": NaN}', "NaN"),
        (b'{"auditor": "\\ud800"}', "auditor"),
        (b'{"auditor": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested"),
        (b'{"auditor": ' + b"9" * 10_000 + b"}", "no JSON"),
    ],
)
def test_a_data_file_that_does_not_fit_is_bad_input(
    auditing: Shell, content: bytes, named: str
) -> None:
    Path("data.json").write_bytes(content)
    typed = ("fire", audits(auditing)[0], "allocate", *SANDY, "--data-file", "data.json")
    assert named in auditing.fails(*typed, code=2)["message"]


@pytest.mark.parametrize("file", ["absent.json", "."])
def test_a_data_file_that_cannot_be_read_is_named(auditing: Shell, file: str) -> None:
    typed = ("fire", audits(auditing)[0], "allocate", *SANDY, "--data-file", file)
    assert file in auditing.fails(*typed, code=2)["message"]


def test_data_can_come_from_a_file_or_from_standard_input(auditing: Shell) -> None:
    first, second = audits(auditing)[:2]
    Path("data.json").write_bytes(b'\xef\xbb\xbf{"auditor": "aud1"}')
    assert (
        auditing.json("fire", first, "allocate", *SANDY, "--data-file", "data.json")["owner"]
        == "aud1"
    )
    piped = auditing.type(
        "fire", second, "allocate", *SANDY, "--data-file", "-", typed='{"auditor": "aud2"}'
    )
    assert piped.exit_code == 0
    assert auditing.json("show", second)["owner"] == "aud2"


def test_what_is_typed_wins_over_the_file(auditing: Shell) -> None:
    Path("data.json").write_text('{"auditor": "aud1"}', "utf-8")
    typed = ("fire", audits(auditing)[0], "allocate", *SANDY, "--data-file", "data.json")
    assert auditing.json(*typed, "--data", "auditor=aud2")["owner"] == "aud2"


def test_fields_at_fault_are_told_one_by_one(auditing: Shell) -> None:
    typed = ("fire", audits(auditing)[0], "allocate", *SANDY, "--data", "colour=red")
    error = auditing.fails(*typed, code=2)
    assert set(error["fields"]) == {"auditor", "colour"}


# ------------------------------------------------------------------ 5: refused
def test_a_guard_refuses_with_what_is_missing_and_who_could_supply_it(
    auditing: Shell, in_progress: str
) -> None:
    Path("data.json").write_text(json.dumps(submission(voice=[], strengths=[])), "utf-8")
    typed = ("fire", in_progress, "submit", "--as", "aud1", "--data-file", "data.json")
    before = auditing.json("show", in_progress)
    error = auditing.fails(*typed, code=5, same=False)
    assert error["code"] == "refused"
    assert len(error["reasons"]) >= 2
    for reason in error["reasons"]:
        assert list(reason) == ["guard", "why", "who", "from"]
        assert reason["guard"]
        assert reason["why"]
    after = auditing.json("show", in_progress)
    assert [before[key] for key in ("state", "version", "data")] == [
        after[key] for key in ("state", "version", "data")
    ]
    told = auditing.type(*typed).stderr
    assert told.startswith("Refused:\n  - ")


def test_a_trigger_is_refused_where_it_is_not_offered(auditing: Shell) -> None:
    error = auditing.fails("fire", audits(auditing)[0], "accept", "--as", "pat", code=5)
    assert error["code"] == "refused"


def test_who_does_not_hold_the_role_may_not(auditing: Shell) -> None:
    error = auditing.fails(
        "fire", audits(auditing)[0], "allocate", "--as", "pat", "--data", "auditor=aud1", code=5
    )
    assert error["code"] == "not_permitted"
    assert "Pat Practitioner" in error["message"]


def test_a_rehearsal_tells_the_same_errors(auditing: Shell) -> None:
    audit = audits(auditing)[0]
    auditing.fails("fire", audit, "fly", *SANDY, "--dry-run", code=2)
    auditing.fails("fire", audit, "accept", "--as", "pat", "--dry-run", code=5)
    auditing.fails("fire", "nope", "accept", "--as", "pat", "--dry-run", code=8)


# ------------------------------------------------------------------ 6: somebody was faster
def test_a_version_that_has_passed_is_a_conflict_that_names_who_moved_it(auditing: Shell) -> None:
    audit = audits(auditing)[0]
    auditing.json("fire", audit, "allocate", "--as", "quinn", "--data", "auditor=aud1")
    typed = ("fire", audit, "start", "--as", "aud1", "--if-version")
    error = auditing.fails(*typed, "1", code=6)
    assert error["code"] == "conflict"
    assert "Quinn Admin" in error["message"]
    assert auditing.json(*typed, "2")["state"] == "in_progress"
    auditing.fails(*typed, str(10**30), code=6)


# ------------------------------------------------------------------ 8: no such reference
@pytest.mark.parametrize(
    "typed",
    [
        "show nope", "why nope", "history nope", "history verify nope", "fire nope allocate --as sandy",
        "block nope --as sandy --reason other --note x", "unblock nope --as sandy --note x",
        "reassign nope --to sandy --as sandy --reason x", "note nope --as sandy x", "case show nope",
        "incident resolve 7 --as sandy --reason x", "methodology show 99", "show %", "show _",
    ],
)  # fmt: skip
def test_a_reference_nothing_has_is_not_found(shell: Shell, typed: str) -> None:
    error = shell.fails(*typed.split(), code=8)
    assert error["code"] == "not_found"


def test_a_reference_that_fits_several_lists_them(auditing: Shell) -> None:
    error = auditing.fails("show", "2025-26", code=8)
    assert len(error["candidates"]) > 1
    assert all(one in error["message"] for one in error["candidates"])


def test_a_shorter_reference_that_is_unique_will_do(auditing: Shell) -> None:
    audit = audits(auditing)[0]
    case = audit.rpartition(":")[2]
    assert auditing.json("show", case)["reference"] == audit
    assert auditing.json("show", "2025-26:A")["reference"] == AUTUMN
    auditing.json("fire", case, "allocate", *SANDY, "--data", "auditor=aud1")
    auditing.json("note", case, *SANDY, "Seen.")
    assert auditing.json("why", case)["items"][0]["reference"] == audit
    assert auditing.json("history", case)["count"] == 3


# ------------------------------------------------------------------ doing it twice
def test_starting_the_same_key_twice_answers_with_the_first(auditing: Shell) -> None:
    before = auditing.dump()
    first = auditing.json("start", "case_audit_round", "--subject", "2025-26:A")
    assert first["reference"] == AUTUMN
    assert first["state"] == "sample_frozen"
    assert auditing.dump() == before


def test_a_repeat_with_the_same_idempotency_key_is_harmless(auditing: Shell) -> None:
    audit = audits(auditing)[0]
    typed = ("fire", audit, "allocate", *SANDY, "--data", "auditor=aud1", "--idempotency-key", "k1")
    first = auditing.json(*typed)
    before = auditing.dump()
    assert auditing.json(*typed)["version"] == first["version"]
    assert auditing.dump() == before
    other = ("fire", audit, "start", "--as", "aud1", "--idempotency-key", "k1")
    assert "k1" in auditing.fails(*other, code=2)["message"]


def test_who_acts_is_the_login_name_where_nobody_is_named(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "operator")
    started = shell.json("start", "recommendation", "--subject", "C01")["reference"]
    assert shell.json("history", started)["items"][0]["actor"] == "cli:operator"


# ------------------------------------------------------------------ 4: a fault of the program
def test_a_fault_of_the_program_is_kept_in_a_file_and_never_shown(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken() -> None:
        raise ZeroDivisionError("something nobody thought of")

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(qa_workflow.cli.session, "now", broken)
    error = shell.fails("list", "-v", code=4)
    assert error["code"] == "fault"
    kept = sorted(tmp_path.glob("qa-workflow-fault-*.txt"))
    assert str(kept[-1]) in error["message"] or str(kept[0]) in error["message"]
    assert "ZeroDivisionError: something nobody thought of" in kept[0].read_text("utf-8")
    assert kept[0].stat().st_mode & 0o077 == 0


def test_every_error_an_officer_can_meet_has_its_exit_code() -> None:
    def kinds(of: type[QAWorkflowError]) -> set[type[QAWorkflowError]]:
        return {of, *(one for below in of.__subclasses__() for one in kinds(below))}

    told = tuple(kind for kind, _ in root.EXIT_CODES)
    unknown = {one.__name__ for one in kinds(QAWorkflowError) if not issubclass(one, told)}
    assert unknown == {"QAWorkflowError", "DeliveryFailed"}
