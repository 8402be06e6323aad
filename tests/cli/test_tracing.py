"""At the command line: what feeds what, both ways, and the children's own voices."""

import pytest
from cli.shell import Shell
from council import AUTUMN, Council, submission

WORDS = 'She listens. "Mostly."\n\tI\'d like to see my gran \u2013 more \U0001f9d3 '


@pytest.fixture
def heard(auditing: Shell, audit: str, council: Council) -> Shell:
    """Give a shell on a council where one audit of the autumn round was submitted, with what a child said."""
    council.at("2025-10-08 10:00").take(audit, "in_progress")
    voice = [{"words": WORDS, "method": "drawing", "heard_on": "2025-10-07"}]
    council.fire(audit, "submit", by="aud1", **submission(voice=voice))
    council.ctx.database.close()
    return auditing.at("2025-10-08 11:00")


# ------------------------------------------------------------------ links
def test_links_are_told_to_machines_both_ways(heard: Shell, audit: str) -> None:
    body = heard.json("links", audit)
    assert list(body) == [
        "schema", "reference", "process", "subject", "title", "state", "upstream", "downstream", "complete",
    ]  # fmt: skip
    assert body["schema"] == "qa-workflow/links/1"
    assert [one["reference"] for one in body["upstream"]] == [AUTUMN, "voice:V-0001"]
    assert list(body["upstream"][0]) == [
        "reference", "process", "subject", "title", "state", "link", "via", "steps",
    ]  # fmt: skip
    assert (body["downstream"], body["complete"]) == ([], True)


def test_links_are_told_to_people_in_two_tables(heard: Shell, audit: str) -> None:
    said = heard.says("links", "V-0001").splitlines()
    assert said[0] == "voice:V-0001  A child's own words"
    assert said[2] == "What it led to:"
    assert said[4].split()[:4] == ["1", audit, heard.json("show", audit)["state"], "evidences"]
    assert "What led to it:" in heard.says("links", audit)


def test_no_words_of_a_child_stand_on_a_trail(heard: Shell, audit: str) -> None:
    assert "gran" not in heard.says("links", audit) + heard.says("links", audit, "--json")


def test_what_nothing_leads_to_says_so(shell: Shell) -> None:
    made = shell.json("start", "recommendation", "--subject", "C01", "--as", "sandy")["reference"]
    assert "No link leads to it or from it." in shell.says("links", made)


def test_a_trail_that_is_cut_says_so(heard: Shell) -> None:
    heard.sql(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1001) "
        "INSERT INTO link SELECT 'a:' || i, 'voice:V-0001', 'follows', 1, 'x' FROM n"
    )
    result = heard.type("links", "voice:V-0001")
    assert result.exit_code == 0
    assert result.stderr == "There is more; begin at one of these to see it.\n"


@pytest.mark.parametrize("reference", ["case_audit:2025-26-A:C99", "voice:V-0009"])
def test_what_is_not_there_has_no_links(heard: Shell, reference: str) -> None:
    assert heard.fails("links", reference, code=8)["code"] == "not_found"


def test_an_empty_reference_is_wrong_usage(heard: Shell) -> None:
    heard.fails("links", " ", code=2)
    heard.fails("voice", "show", "", code=2)


def test_show_gains_the_links_of_an_instance(heard: Shell, audit: str) -> None:
    links = heard.json("show", audit)["links"]
    assert list(links[0]) == ["kind", "from", "to", "at", "by"]
    assert [(one["kind"], one["from"], one["to"], one["by"]) for one in links] == [
        ("came_from", audit, AUTUMN, "system"), ("evidences", "voice:V-0001", audit, "aud1"),
    ]  # fmt: skip


# ------------------------------------------------------------------ voices
def test_voices_are_listed_without_their_words(heard: Shell, audit: str) -> None:
    case = audit.rpartition(":")[2]
    body = heard.json("voice", "list")
    assert (body["schema"], body["count"]) == ("qa-workflow/voice-list/1", 1)
    assert body["items"] == [
        {
            "reference": "voice:V-0001", "case": case, "method": "drawing", "heard_on": "2025-10-07",
            "evidences": audit, "recorded_by": "aud1", "recorded_at": "2025-10-08T09:00:00Z",
        }
    ]  # fmt: skip
    assert heard.says("voice", "list", "--case", case).split()[-5:] == [
        "voice:V-0001", case, "2025-10-07", "drawing", audit,
    ]  # fmt: skip
    assert heard.json("voice", "list", "--case", "C99")["count"] == 0


def test_a_voice_is_shown_whole(heard: Shell) -> None:
    assert heard.json("voice", "show", "voice:V-0001")["words"] == WORDS
    assert heard.says("voice", "show", "V-0001").endswith(f".\n\n{WORDS}\n")


@pytest.mark.parametrize("reference", ["V-0002", "voice", AUTUMN])
def test_what_is_no_voice_is_not_found(heard: Shell, reference: str) -> None:
    assert heard.fails("voice", "show", reference, code=8)["code"] == "not_found"


@pytest.mark.parametrize(
    "command",
    [("links",), ("voice",), ("voice", "list"), ("voice", "show"), ("indicator", "import"), ("indicator", "list")],
)  # fmt: skip
def test_every_command_has_an_example(shell: Shell, command: tuple[str, ...]) -> None:
    assert f"Example: qa-workflow {command[0]}" in shell.says(*command, "--help")
