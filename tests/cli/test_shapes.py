"""Every JSON object the command line promises, key by key: its order, its types, how instants and days are written."""

import re
from typing import Any

import pytest
from cli.shell import Shell
from council import AUTUMN

INSTANT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"
DAY = r"\d{4}-\d\d-\d\d"
Keys = dict[str, str]

REASON: Keys = {"guard": "text", "why": "text", "who": "text?", "from": "day?"}
BLOCK: Keys = {
    "reason": "text",
    "note": "text",
    "since": "instant",
    "waiting_on": "text?",
    "review_on": "day?",
}
LISTED: Keys = {
    "reference": "text", "process": "text", "title": "text", "subject": "text", "state": "text",
    "status": "text", "final": "bool", "owner": "text?", "version": "int",
    "definition_version": "int", "opened_at": "instant", "due_on": "day?", "target_on": "day?",
    "late": "bool?", "lateness": "text?", "level": "text?", "blocked": "list", "parent": "text?",
}  # fmt: skip
SHOWN: Keys = {
    **LISTED,
    "deadlines": "list",
    "can": "list",
    "cannot": "list",
    "children": "list",
    "data": "object",
}
DEADLINE: Keys = {
    "name": "text", "due_on": "day", "target_on": "day?", "late_from": "instant", "met_at": "instant?",
    "rule": "text", "derivation": "text",
}  # fmt: skip
CAN: Keys = {"trigger": "text", "to": "text", "who": "list", "asks": "object"}
CANNOT: Keys = {"trigger": "text", "to": "text", "reasons": "list"}
ENTRY: Keys = {
    "seq": "int", "at": "instant", "recorded_at": "instant", "actor": "text", "on_behalf_of": "text?",
    "action": "text", "from": "text?", "to": "text?", "level": "text?", "nominal_on": "day?",
    "reason": "text?", "data": "object", "definition_version": "int", "hash": "text",
}  # fmt: skip
STUCK: Keys = {
    "reference": "text", "process": "text", "subject": "text", "state": "text", "owner": "text?",
    "team": "text?", "class": "text?", "why": "text", "since": "instant?", "working_days": "int?",
    "level": "text?", "next_escalation_on": "day?", "way_out": "list", "told": "list",
}  # fmt: skip
STEP: Keys = {
    "trigger": "text", "who": "list", "needs": "list", "state": "text", "to": "text", "people": "list",
    "reasons": "list", "asks": "list", "from": "day?", "by_itself_on": "day?", "last_resort": "text?", "command": "text?",
}  # fmt: skip
TRIGGER: Keys = {
    "trigger": "text", "to": "text", "allowed": "bool", "who": "list", "people": "list", "asks": "list",
    "by_itself_on": "day?", "gives_up": "bool", "reasons": "list",
}  # fmt: skip
PLANNED: Keys = {
    "code": "text", "process": "text", "reference": "text", "title": "text", "period": "text",
    "opens_on": "day", "due_on": "day", "target_on": "day?", "source": "text", "rule": "text",
}  # fmt: skip
MESSAGE: Keys = {
    "dedupe_key": "text", "to": "text", "channel": "text", "subject": "text", "body": "text",
    "status": "text", "attempts": "int", "created_at": "instant", "sent_at": "instant?",
}  # fmt: skip
CASE: Keys = {
    "case": "text", "plan_type": "text", "team": "text?", "worker": "text?", "opened_on": "day", "closed_on": "day?",
}  # fmt: skip
DUE: Keys = {
    "schema": "text", "from": "day", "rule": "text", "due_on": "day", "target_on": "day?",
    "late_from": "instant", "counted": "int", "skipped": "list", "sentence": "text",
}  # fmt: skip
PASS: Keys = {
    "schema": "text", "planned": "int", "opened": "int", "fired": "int", "escalated": "int", "messages": "int",
    "delivered": "int", "incidents": "int", "next_due_at": "instant?", "seconds": "number",
}  # fmt: skip
STATUS: Keys = {
    "schema": "text", "as_of": "instant", "counts": "list", "daemons": "list", "next_due_at": "instant?",
    "bank_holidays_until": "day", "outbox": "object",
}  # fmt: skip
IMPORTED: Keys = {
    "schema": "text", "new": "int", "changed": "int", "closed": "int", "reopened": "int", "unchanged": "int",
    "rejected": "list",
}  # fmt: skip
PROCESS: Keys = {
    "schema": "text", "name": "text", "title": "text", "version": "int", "initial": "text", "final": "list",
    "states": "list", "triggers": "list",
}  # fmt: skip

IS: dict[str, Any] = {
    "text": lambda value: isinstance(value, str),
    "int": lambda value: type(value) is int,
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "bool": lambda value: isinstance(value, bool),
    "list": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
    "instant": lambda value: isinstance(value, str) and re.fullmatch(INSTANT, value) is not None,
    "day": lambda value: isinstance(value, str) and re.fullmatch(DAY, value) is not None,
}


def check(found: dict[str, Any], promised: Keys) -> None:
    """Make sure that every promised key is there, in the promised order and of its type; others may stand beside."""
    assert [key for key in found if key in promised] == list(promised)
    for key, kind in promised.items():
        value = found[key]
        if value is None:
            assert kind.endswith("?"), f"{key} is null"
        else:
            assert IS[kind.removesuffix("?")](value), f"{key}: {value!r} is no {kind}"


def listed(body: dict[str, Any], name: str, promised: Keys) -> list[dict[str, Any]]:
    """Make sure that a body is a promised list with at least one item; return its items."""
    assert list(body)[:4] == ["schema", "as_of", "count", "items"]
    assert body["schema"] == f"qa-workflow/{name}/1"
    assert IS["instant"](body["as_of"])
    items: list[dict[str, Any]] = body["items"]
    assert body["count"] == len(items) > 0
    for item in items:
        check(item, promised)
    return items


def whole(body: dict[str, Any]) -> None:
    """Make sure that a body is a promised instance."""
    assert body["schema"] == "qa-workflow/show/1"
    check(body, SHOWN)
    for name, promised in (
        ("blocked", BLOCK),
        ("deadlines", DEADLINE),
        ("can", CAN),
        ("cannot", CANNOT),
    ):
        for one in body[name]:
            check(one, promised)
    for one in body["cannot"]:
        for reason in one["reasons"]:
            check(reason, REASON)
    for one in body["can"]:
        assert one["asks"]["type"] == "object"


@pytest.fixture
def overdue(auditing: Shell) -> Shell:
    """Give a council in December: every audit of the autumn is late, and people were told."""
    auditing.at("2025-12-15 09:00").json("daemon", "--once")
    return auditing


def test_a_list_holds_what_show_holds_but_the_long_parts(overdue: Shell) -> None:
    items = listed(overdue.json("list"), "list", LISTED)
    assert not {"deadlines", "can", "cannot", "children", "data"} & set(items[0])
    late = next(one for one in items if one["process"] == "case_audit")
    assert (late["late"], late["lateness"], late["level"]) == (True, "late", "L3")
    assert late["parent"] == AUTUMN
    for block in late["blocked"]:
        check(block, BLOCK)


def test_show_tells_everything_about_one(overdue: Shell) -> None:
    body = overdue.json("show", AUTUMN)
    whole(body)
    assert len(body["children"]) == 12
    assert {"sampling_date", "seed", "population", "sample", "excluded", "methodology"} <= set(
        body["data"]
    )
    assert IS["day"](body["data"]["sampling_date"])
    whole(overdue.json("show", body["children"][0]))


def test_history_tells_everything_that_happened(overdue: Shell) -> None:
    audit = overdue.json("list", "--process", "case_audit")["items"][0]["reference"]
    items = listed(overdue.json("history", audit), "history", ENTRY)
    assert [one["seq"] for one in items] == list(range(1, len(items) + 1))
    levels = [one for one in items if one["level"] is not None]
    assert levels
    assert [one for one in items if (one["level"] is None) != (one["nominal_on"] is None)] == []
    assert all(re.fullmatch("[0-9a-f]{64}", one["hash"]) for one in items)


def test_stuck_and_why_tell_the_same_of_one(overdue: Shell) -> None:
    items = listed(overdue.json("stuck"), "stuck", STUCK)
    told = [one for item in items for one in item["told"]]
    assert told
    for one in told:
        check(one, {"level": "text", "to": "list", "at": "instant"})
    for step in [step for item in items for step in item["way_out"]]:
        check(step, STEP)
    (asked,) = listed(overdue.json("why", items[0]["reference"]), "why", STUCK)
    triggers = asked.pop("triggers")
    assert asked == items[0]
    for one in triggers:
        check(one, TRIGGER)
    for reason in [reason for one in triggers for reason in one["reasons"]]:
        check(reason, REASON)


def test_why_answers_with_one_item_also_when_nothing_is_wrong(auditing: Shell) -> None:
    audit = auditing.json("list", "--process", "case_audit")["items"][0]["reference"]
    (item,) = listed(auditing.json("why", audit), "why", STUCK)
    assert (item["class"], item["since"]) == (None, None)


def test_stuck_with_nothing_stuck_is_an_empty_list(shell: Shell) -> None:
    assert shell.json("stuck") == {
        "schema": "qa-workflow/stuck/1", "as_of": "2025-09-15T07:00:00Z", "count": 0, "items": [],
    }  # fmt: skip


def test_plan_names_every_instance_it_would_open(nowhere: Shell) -> None:
    body = nowhere.json("plan", "--from", "2025-10-01", "--to", "2026-09-30")
    items = listed(body, "plan", PLANNED)
    autumn = next(one for one in items if one["reference"] == AUTUMN)
    assert [autumn[key] for key in ("code", "period", "opens_on", "due_on", "target_on", "source")] == [
        "CFA", "2025-26:A", "2025-10-01", "2025-11-30", "2025-11-28", "timeline",
    ]  # fmt: skip
    assert {one["source"] for one in items} <= {"timeline", "narrative"}


def test_due_tells_the_day_and_how_it_was_found(nowhere: Shell) -> None:
    plain = nowhere.json("due", "--from", "2026-03-30", "--working-days", "20")
    check(plain, DUE)
    assert plain["schema"] == "qa-workflow/due/1"
    assert "ladder" not in plain
    for one in plain["skipped"]:
        check(one, {"on": "day", "why": "text"})
    asked = nowhere.json("due", "--from", "2026-03-30", "--days", "1", "--ladder", "standard")
    check(asked, DUE)
    assert [one["level"] for one in asked["ladder"]] == ["R1", "R2", "L0", "L1", "L2", "L3"]
    for one in asked["ladder"]:
        check(one, {"level": "text", "on": "day?"})


def test_one_pass_of_the_daemon_counts_what_it_did(auditing: Shell) -> None:
    body = auditing.at("2025-12-01 09:00").json("daemon", "--once")
    check(body, PASS)
    assert body["schema"] == "qa-workflow/daemon-once/1"
    assert body["escalated"] >= 12
    assert body["messages"] == body["delivered"] > 0
    again = auditing.json("daemon", "--once")
    assert [again[key] for key in ("planned", "opened", "fired", "escalated", "messages")] == [
        0
    ] * 5


def test_status_counts_by_process_and_state(overdue: Shell) -> None:
    body = overdue.json("status")
    check(body, STATUS)
    assert body["schema"] == "qa-workflow/status/1"
    for one in body["counts"]:
        check(one, {"process": "text", "state": "text", "count": "int"})
    for one in body["daemons"]:
        check(one, {"daemon": "text", "last_pass_at": "instant", "healthy": "bool"})
    check(body["outbox"], {"pending": "int", "failed": "int"})


def test_every_message_names_its_reference(overdue: Shell) -> None:
    items = listed(overdue.json("outbox", "list"), "outbox-list", MESSAGE)
    assert {one["status"] for one in items} == {"sent"}
    assert [one for one in items if one["dedupe_key"].split("|")[0] not in one["body"]] == []
    assert overdue.json("outbox", "list", "--status", "sent")["count"] == len(items)
    assert overdue.json("outbox", "list", "--status", "failed")["count"] == 0


def test_an_import_of_cases_counts_and_names_what_it_rejects(shell: Shell) -> None:
    rows = "case_id,plan_type,opened,closed\nC01,cin,2025-01-06,\nX,cin,31/31/2025,\n"
    (shell.database.parent / "some.csv").write_text(rows, "utf-8")
    body = shell.json("case", "import", "some.csv", "--accept-rejected", "--yes")
    check(body, IMPORTED)
    assert body["schema"] == "qa-workflow/case-import/1"
    (rejected,) = body["rejected"]
    check(rejected, {"list": "text?", "row": "int?", "column": "text?", "why": "text"})
    assert (rejected["row"], rejected["column"]) == (3, "opened")


def test_cases_are_listed_open_or_all(shell: Shell) -> None:
    items = listed(shell.json("case", "list"), "case-list", CASE)
    assert len(items) == 23
    assert shell.json("case", "list", "--all")["count"] == 23


def test_a_process_is_shown_with_what_its_triggers_ask_for(nowhere: Shell) -> None:
    body = nowhere.json("process", "show", "case_audit")
    check(body, PROCESS)
    assert body["schema"] == "qa-workflow/process-show/1"
    for state in body["states"]:
        check(state, {"state": "text", "owner": "text?", "deadlines": "list"})
        for deadline in state["deadlines"]:
            check(deadline, {"name": "text", "rule": "text"})
    for trigger in body["triggers"]:
        check(
            trigger,
            {"trigger": "text", "from": "text", "to": "text", "who": "list", "asks": "object"},
        )
    submit = next(one for one in body["triggers"] if one["trigger"] == "submit")
    assert {"answers", "voice", "recommendations"} <= set(submit["asks"]["properties"])


def test_sound_processes_have_no_faults(nowhere: Shell) -> None:
    body = nowhere.json("process", "check")
    assert list(body) == ["schema", "as_of", "count", "items", "warnings"]
    assert (body["schema"], body["items"]) == ("qa-workflow/process-check/1", [])


def test_verifying_history_tells_how_much_was_checked(auditing: Shell) -> None:
    body = auditing.json("history", "verify")
    check(body, {"schema": "text", "checked": "int", "ok": "bool", "first_bad": "object?"})
    assert body["schema"] == "qa-workflow/history-verify/1"
    assert (body["ok"], body["first_bad"]) == (True, None)
    auditing.sql("DROP TRIGGER history_entry_no_update")
    auditing.sql("UPDATE history_entry SET actor = 'nobody' WHERE seq = 2 AND instance_id = 1")
    changed = auditing.json("history", "verify", code=1)
    check(changed["first_bad"], {"reference": "text", "seq": "int", "why": "text"})
    assert (changed["ok"], changed["first_bad"]["seq"]) == (False, 2)


def test_what_people_do_answers_with_the_instance(auditing: Shell) -> None:
    audit = auditing.json("list", "--process", "case_audit")["items"][0]["reference"]
    on = ("--as", "sandy")
    whole(auditing.json("fire", audit, "allocate", *on, "--data", "auditor=aud1"))
    whole(auditing.json("reassign", audit, "--to", "aud2", *on, "--reason", "Alex is ill"))
    blocked = auditing.json(
        "block", audit, *on, "--reason", "staff_absence", "--note", "Billie is back on Monday",
        "--waiting-on", "aud2", "--review-on", "2025-10-20",
    )  # fmt: skip
    whole(blocked)
    assert blocked["blocked"][0]["review_on"] == "2025-10-20"
    whole(auditing.json("unblock", audit, *on, "--note", "Billie is back"))
    whole(auditing.json("note", audit, *on, "Seen."))
    whole(auditing.json("start", "recommendation", "--subject", "C01", *on))


def test_a_rehearsal_tells_every_guards_answer_and_changes_nothing(auditing: Shell) -> None:
    audit = auditing.json("list", "--process", "case_audit")["items"][0]["reference"]
    before = auditing.dump()
    body = auditing.json(
        "fire", audit, "allocate", "--as", "sandy", "--data", "auditor=pat", "--dry-run"
    )
    assert auditing.dump() == before
    assert list(body)[:3] == ["schema", "to", "guards"]
    assert body["to"] == "allocated"
    for guard in body["guards"]:
        check(
            guard, {"guard": "text", "ok": "bool", "why": "text?", "who": "text?", "from": "day?"}
        )
    assert {one["ok"] for one in body["guards"]} == {True, False}


@pytest.mark.parametrize(
    "typed",
    [
        "init", "people list", "incident list", "outbox retry", "calendar --year 2026", "calendar holidays",
        "process list", "process diagram recommendation", "methodology show", "case show C01",
    ],
)  # fmt: skip
def test_every_other_command_speaks_json_too(shell: Shell, typed: str) -> None:
    words = [
        word for word in typed.split() if word not in {"--year", "2026", "recommendation", "C01"}
    ]
    assert shell.json(*typed.split())["schema"] == f"qa-workflow/{'-'.join(words)}/1"
