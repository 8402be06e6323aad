"""What is stuck in the simulated council: made so on purpose, found, explained, and moved by what is printed alone."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from simulation.conftest import Lived
from simulation.operator_at_work import Operator, at_work

from qa_workflow import wiring
from qa_workflow.delivery.channels import LogChannel
from qa_workflow.engine.definition import ProcessDefinition
from qa_workflow.errors import DeliveryFailed
from qa_workflow.frameworks.reader import Framework

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("year")]

CONCERN = "immediate_concern:SYN-009:1"
NOBODY_HOLDS_IT = "DELETE FROM person_role WHERE role = 'sm_sqa'"
HEADING = "person_id,name,email,roles,team,manager,active_from,active_to"
LADDER = """
[[ladder]]
name = "standard"
[[ladder.level]]
name = "L0"
after = 1
tell = ["owner"]
[[ladder.level]]
name = "L2"
after = 5
tell = ["ad_people"]
blocks = true
"""


@pytest.fixture
def work(year: Lived, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator["Scene"]:
    """Give the council as it was on 8 July 2026, and an operator who comes to it."""
    with at_work(year.kept, tmp_path) as operator:
        operator.at("2026-07-08 08:00").passes()
        yield begun(operator.at("2026-07-08 09:00"), tmp_path, monkeypatch)


@dataclass(kw_only=True)
class Scene:
    """An operator at work; `folder` and `patch` are what makes things go wrong.

    Of all that is under way: `mine` was assigned to Wren this morning, a recommendation to be accepted in five working days;
    `complaint` waits for the service manager; `supervision` is recorded, and to be acknowledged by whom it is about.
    """

    op: Operator
    folder: Path
    patch: pytest.MonkeyPatch
    mine: str
    complaint: str
    supervision: str

    def sql(self, statement: str, *values: object) -> None:
        """Change the database behind the program's back."""
        with closing(sqlite3.connect(self.op.shell.database)) as plain, plain:
            assert plain.execute(statement, values).rowcount > 0

    def people(self, row: str) -> str:
        """Write a list with one more person, and return its file."""
        file = self.folder / "more-people.csv"
        file.write_text(f"{HEADING}\n{row}\n", "utf-8")
        return str(file)


def begun(op: Operator, folder: Path, patch: pytest.MonkeyPatch) -> Scene:
    """Begin what the stories are about, and find what is under way."""
    said = (
        "what=Write the plan with the child", "for_whom=the child", "difference=She knows what comes next",
        "category=case_action", "proposed_owner=wren",
    )  # fmt: skip
    words = [word for one in said for word in ("--data", one)]
    mine = op.starts("recommendation", "--subject", "SYN-009", "--as", "sandy", *words)
    op.does("fire", mine, "assign", "--as", "sandy")
    heard = (
        "kind=complaint",
        "received_on=2026-07-08",
        "from_whom=a parent",
        "summary=Nobody rang back.",
    )
    words = [word for one in heard for word in ("--data", one)]
    complaint = op.starts("intake", "--subject", "A parent", "--as", "sandy", *words)
    recorded = op.shell.json("list", "--process", "supervision", "--state", "recorded")["items"]
    return Scene(
        op=op, folder=folder, patch=patch, mine=mine, complaint=complaint,
        supervision=recorded[0]["reference"],
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Story:
    """How one instance comes to be stuck in a class, and what a manager then reads of it.

    `said` is what the operator answers where the print leaves something open, `mended` what has to be put right outside
    of the program first, as the print says.
    """

    class_: str
    reference: Callable[[Scene], str]
    made: Callable[[Scene], None]
    says: str
    said: Callable[[Scene], dict[str, str]] = lambda _scene: {}
    mended: Callable[[Scene], None] = lambda _scene: None


# ------------------------------------------------------------------ each class, made on purpose
def the_daemon_rests(scene: Scene) -> None:
    scene.op.at("2026-07-16 09:00")


def nobody_does_it(scene: Scene) -> None:
    scene.op.at("2026-07-16 09:00").passes()


def nobody_is_left_and_the_ladder_ends(scene: Scene) -> None:
    scene.sql(NOBODY_HOLDS_IT)
    scene.op.at("2026-10-05 09:00").passes()


def a_review_date_passes(scene: Scene) -> None:
    scene.op.does(
        "block", scene.mine, "--reason", "awaiting_family", "--note", "The family is abroad.", "--as", "wynn",
        "--review-on", "2026-07-09",
    )  # fmt: skip
    scene.op.at("2026-07-10 09:00").passes()


def a_row_is_damaged(scene: Scene) -> None:
    scene.sql("UPDATE process_instance SET entered_on = 'some day' WHERE reference = ?", scene.mine)
    scene.op.at("2026-07-16 09:00").passes()
    (listed,) = (one for one in scene.op.finds("S5") if one["reference"] == scene.mine)
    assert listed["why"].startswith("Its row in the database cannot be read.")
    # It is put back from the backup: the incident stays until somebody says so.
    scene.sql(
        "UPDATE process_instance SET entered_on = '2026-07-08' WHERE reference = ?", scene.mine
    )


class BrokenForOne(LogChannel):
    """The way out of a council that does not reach one person."""

    def send(self, *, key: str, to: str, subject: str, body: str) -> None:
        """Raise DeliveryFailed for Wren; hand over what goes to others."""
        if to == "wren":
            raise DeliveryFailed("log", "her address is unknown there")
        super().send(key=key, to=to, subject=subject, body=body)


def a_channel_does_not_reach_one_person(scene: Scene) -> None:
    scene.patch.setattr(wiring, "LogChannel", BrokenForOne)
    scene.op.at("2026-07-16 09:00").passes()


def the_channel_reaches_everybody(scene: Scene) -> None:
    scene.patch.undo()


def what_is_told_to_a_role_reaches_nobody(scene: Scene) -> None:
    scene.sql(NOBODY_HOLDS_IT)
    assert scene.op.starts("immediate_concern", "--subject", "SYN-009", "--as", "noa") == CONCERN
    scene.op.at("2026-07-08 09:05").passes()


def the_owner_leaves(scene: Scene) -> None:
    scene.op.does("people", "deactivate", "wren", "--on", "2026-07-08", "--as", "ada")
    scene.op.passes()


def whom_it_is_about_leaves(scene: Scene) -> None:
    who = scene.supervision.split(":")[1]
    scene.op.does("people", "deactivate", who, "--on", "2026-07-08", "--as", "ada")
    scene.op.passes()


def nobody_holds_the_role(scene: Scene) -> None:
    scene.sql(NOBODY_HOLDS_IT)
    scene.op.passes()


def another_version_is_installed(scene: Scene) -> None:
    shipped = wiring.processes_of

    def installed(framework: Framework) -> Mapping[str, ProcessDefinition]:
        known = shipped(framework)
        return {**known, "recommendation": replace(known["recommendation"], version=2)}

    scene.patch.setattr(wiring, "processes_of", installed)


def another_ladder_counts(scene: Scene) -> None:
    shipped = Path(wiring.__file__).parent / "frameworks" / "city_of_london_2019.toml"
    file = scene.folder / "our-framework.toml"
    file.write_text(shipped.read_text("utf-8") + LADDER, "utf-8")
    scene.patch.setenv("QA_WORKFLOW_FRAMEWORK", str(file))


def it_goes_to_and_fro(scene: Scene) -> None:
    for minute in range(3):
        scene.op.at(f"2026-07-08 10:0{minute}")
        scene.op.does(
            "fire", scene.mine, "challenge", "--as", "wren", "--data", "reason=It is not mine."
        )
        scene.op.does("fire", scene.mine, "uphold", "--as", "sandy", "--data", "reason=It is.")
    scene.op.passes()


def mine(scene: Scene) -> str:
    return scene.mine


def complaint(scene: Scene) -> str:
    return scene.complaint


def an_operator(_scene: Scene) -> dict[str, str]:
    return {"YOUR_ID": "ada"}


def somebody_new(scene: Scene) -> dict[str, str]:
    """Name somebody as what the print asks for."""
    return {
        "FILE": scene.people("nina,Nina New,,sm_sqa,Quality,ada,,"),
        "YOUR_ID": "nina",
        "recommendations": '[{"what": "Ring back on the same day", "for_whom": "every parent", '
        '"difference": "They are heard", "category": "system"}]',
    }


STORIES = [
    pytest.param(
        Story(
            class_="S1", reference=mine, made=the_daemon_rests,
            says="behind with it: Wren Synthetic should have been reminded on",
        ),
        id="S1 the daemon rested past a timer",
    ),
    pytest.param(
        Story(
            class_="S2", reference=mine, made=nobody_does_it,
            says="Waiting to be accepted by Wren Synthetic since 8 July 2026, due by 15 July 2026",
        ),
        id="S2 nobody did it in time",
    ),
    pytest.param(
        Story(
            class_="S3", reference=complaint, made=nobody_is_left_and_the_ladder_ends, said=somebody_new,
            says="Nothing can move it out of received; looked at: consider (nobody who is active is there for it: sm sqa)",
        ),
        id="S3 nobody is left who could move it",
    ),
    pytest.param(
        Story(
            class_="S4", reference=mine, made=a_review_date_passes,
            says="The family is abroad; was to be looked at again on 9 July 2026, which is past",
        ),
        id="S4 a block was to be looked at again and was not",
    ),
    pytest.param(
        Story(
            class_="S5", reference=mine, made=a_row_is_damaged, said=an_operator,
            says="The system has failed on it once since 16 July 2026 at 09:00",
        ),
        id="S5 a row was damaged",
    ),
    pytest.param(
        Story(
            class_="S6", reference=mine, made=a_channel_does_not_reach_one_person,
            mended=the_channel_reaches_everybody,
            says="A message to Wren Synthetic",
        ),
        id="S6 a channel does not reach one person",
    ),
    pytest.param(
        Story(
            class_="S6", reference=lambda _scene: CONCERN, made=what_is_told_to_a_role_reaches_nobody,
            said=somebody_new, says="nobody active holds the role sm_sqa",
        ),
        id="S6 a role that nobody holds is told",
    ),
    pytest.param(
        Story(
            class_="S7", reference=mine, made=the_owner_leaves, said=lambda _scene: {"PERSON_ID": "wale"},
            says="Wren Synthetic owns it and has not been active here since 8 July 2026",
        ),
        id="S7 its owner has left",
    ),
    pytest.param(
        Story(
            class_="S7", reference=lambda scene: scene.supervision, made=whom_it_is_about_leaves,
            said=an_operator, says="whose it is follows from the lists",
        ),
        id="S7 whom it is about has left",
    ),
    pytest.param(
        Story(
            class_="S7", reference=complaint, made=nobody_holds_the_role, said=somebody_new,
            says="Nobody who works here today is Safeguarding and Quality Assurance Service Manager",
        ),
        id="S7 nobody holds its role",
    ),
    pytest.param(
        Story(
            class_="S8", reference=mine, made=another_version_is_installed, said=an_operator,
            says="this program has version 2",
        ),
        id="S8 another version is installed",
    ),
    pytest.param(
        Story(
            class_="S8", reference=mine, made=another_ladder_counts, said=an_operator,
            says="It was started under version 1",
        ),
        id="S8 another ladder counts",
    ),
    pytest.param(
        Story(
            class_="S9", reference=mine, made=it_goes_to_and_fro, said=an_operator,
            says="Sent to and fro: from challenged back to assigned 3 times since 8 July 2026",
        ),
        id="S9 it was sent to and fro",
    ),
]  # fmt: skip


@pytest.mark.parametrize("story", STORIES)
def test_what_is_stuck_is_found_explained_and_moved_by_what_is_printed_alone(
    work: Scene, story: Story
) -> None:
    op, reference = work.op, story.reference(work)
    assert reference not in {one["reference"] for one in op.finds(story.class_)}
    story.made(work)

    listed = {one["reference"]: one for one in op.finds(story.class_)}
    assert reference in listed
    op.shell.says("stuck", "--class", story.class_, "--fail-on", "1", code=3)

    told = op.shell.says("why", reference)
    assert told.startswith(f"{reference}  {story.class_}, ")
    assert story.says in told
    assert listed[reference]["why"] in told
    assert listed[reference]["repair"]["command"] == op.printed(reference)

    story.mended(work)
    op.follows(reference, story.said(work))
    assert op.typed
    assert op.class_of(reference) is None
    assert reference not in {one["reference"] for one in op.finds(story.class_)}
    assert op.shell.json("invariants", "--all")["ok"] is True


def test_every_class_has_its_story() -> None:
    assert {one.values[0].class_ for one in STORIES} == {f"S{number}" for number in range(1, 10)}  # type: ignore[union-attr]


def test_who_keeps_something_is_not_named_for_what_another_has_to_do(work: Scene) -> None:
    op = work.op
    op.does("fire", work.mine, "accept", "--as", "wren")
    shown = ("record_reference=MOS-1", "impact_for_child=She knows what comes next")
    words = [word for one in shown for word in ("--data", one)]
    op.does("fire", work.mine, "submit_evidence", "--as", "wren", *words)
    told = op.shell.says("why", work.mine)
    assert "waiting to be verified by Sandy Synthetic" in told
    assert "verified by Wren" not in told
