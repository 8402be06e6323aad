"""The Top three pack as Word: what it says, that everybody can read it, and the same bytes for the same pack."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any

import pytest
from docx import Document
from docx.document import Document as DocumentObject
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph
from freezegun import freeze_time
from lxml import etree

from qa_workflow.delivery.docx import pack_document
from qa_workflow.delivery.word import WordDocument, plain
from qa_workflow.engine.overlay import COMPUTED

View = dict[str, Any]

TITLES = {
    "ad_people": "AD People",
    "sm_sqa": "Safeguarding and Quality Assurance Service Manager",
    "sandy_quality": "Sandy Quality",
    "cass_care": "Cass Care",
}


def entry(rank: int = 1, **other: object) -> View:
    """Return a blocked case: overdue at L2, told twice, one step from its end."""
    return {
        "rank": rank,
        "case": f"C-10{rank}",
        "reference": f"case_audit:C-10{rank}:2026-01",
        "title": f"Case audit of C-10{rank}",
        "state": "awaiting_evidence",
        "owner": "sandy_quality",
        "why": "Waiting for evidence from the owner since 3 November 2025.",
        "immediate_safety": False,
        "level": "L2",
        "statutory": True,
        "working_days": 17,
        "reasons": ["Level L2.", "A statutory date is missed."],
        "previous_packs": [],
        "repeat": False,
        "blocked": [
            {
                "reason": "overdue_l2",
                "note": "no answer from the school",
                "since": "2025-11-03T00:30:00Z",
                "waiting_on": "sm_sqa",
                "review_on": "2026-02-03",
            }
        ],
        "told": [
            {"level": "L1", "to": ["sm_sqa"], "at": "2025-11-10T09:00:00Z"},
            {"level": "L2", "to": ["ad_people", "cass_care"], "at": "2025-11-17T09:00:00Z"},
        ],
        "way_out": [
            {
                "trigger": "submit_evidence",
                "who": ["sandy_quality", "sm_sqa"],
                "needs": ["No evidence was attached.", "Evidence"],
            },
            {"trigger": "close", "who": ["ad_people"], "needs": [], "people": ["Ada People"]},
        ],
        **other,
    }


def decision(**other: object) -> View:
    """Return an earlier meeting's decision that was done and unblocked its case."""
    return {
        "meeting": "top_three:2025-12-31",
        "sat_on": "2025-12-15",
        "case": "C-101",
        "reference": "case_audit:C-101:2025-12",
        "decision": "action",
        "action": "action:A-0001",
        "what": "Ask the school for its record",
        "owner": "sandy_quality",
        "due_on": "2025-12-22",
        "done": True,
        "unblocked_on": "2025-12-27",
        "days_to_unblocking": 12,
        **other,
    }


def pack(**other: object) -> View:
    """Return the pack of a meeting: three of four blocked cases, and one earlier decision."""
    entries = [entry(rank) for rank in (1, 2, 3, 4)]
    return {
        "as_of": "2026-01-12T09:00:00Z",
        "meeting": "top_three:2026-01-31",
        "sits_on": "2026-01-14",
        "chair": "Cass Care",
        "frozen_at": "2026-01-12T09:05:00Z",
        "pack": entries[:3],
        "full": entries,
        "previous": [decision()],
        "unblocking": {"decisions": 1, "unblocked": 1, "median_days": 12, "longest_days": 12},
        **other,
    }


def packed(*entries: View, **other: object) -> View:
    return pack(pack=list(entries), full=list(entries), **other)


NO_DECISIONS = {"decisions": 0, "unblocked": 0, "median_days": None, "longest_days": None}
EMPTY = pack(
    as_of="2026-11-22T23:30:00Z", meeting=None, sits_on=None, chair=None, frozen_at=None,
    pack=[], full=[], previous=[], unblocking=NO_DECISIONS,
)  # fmt: skip


# ------------------------------------------------------------------ how it is read back
@cache
def usual() -> DocumentObject:
    """Return the usual pack, opened once: no test changes it."""
    return Document(io.BytesIO(pack_document(pack(), TITLES)))


def opened(view: Mapping[str, Any] | None = None) -> DocumentObject:
    return usual() if view is None else Document(io.BytesIO(pack_document(view, TITLES)))


def parts(view: Mapping[str, Any] | None = None) -> dict[str, bytes]:
    content = pack_document(pack() if view is None else view, TITLES)
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name) for name in file.namelist()}


def headings(document: DocumentObject) -> list[tuple[int, str]]:
    return [
        (int(one.style.name.removeprefix("Heading ")), one.text)
        for one in document.paragraphs
        if one.style is not None and str(one.style.name).startswith("Heading ")
    ]


def lines(view: Mapping[str, Any] | None = None) -> list[str]:
    """Return every paragraph that is in no table."""
    return [one.text for one in opened(view).paragraphs]


def below(view: Mapping[str, Any] | None, heading: str) -> list[str]:
    """Return what stands between the first heading of that name and the next one."""
    found: list[str] = []
    is_below = False
    for one in opened(view).paragraphs:
        is_heading = one.style is not None and str(one.style.name).startswith("Heading")
        if is_below and is_heading:
            return found
        if is_below:
            found.append(one.text)
        is_below = is_below or (is_heading and one.text == heading)
    return found


def rows(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def every_paragraph(document: DocumentObject) -> Iterator[Paragraph]:
    yield from document.paragraphs
    for table in document.tables:
        for row in table.rows:
            for cell in row.cells:
                yield from cell.paragraphs
    for section in document.sections:
        yield from section.footer.paragraphs


def cell_of(view: Mapping[str, Any], table: int, head: str, row: int = 1) -> str:
    found = rows(opened(view).tables[table])
    return found[row][found[0].index(head)]


# ------------------------------------------------------------------ what it says
def test_the_pack_is_headed_in_order_and_skips_no_level() -> None:
    below_a_case = [
        (3, "Why it is here"),
        (3, "Blocked since"),
        (3, "Who was told"),
        (3, "What is asked of you"),
        (3, "Earlier packs and decisions"),
    ]
    assert headings(opened()) == [
        (1, "The three cases"),
        (2, "1. Case C-101"),
        *below_a_case,
        (2, "2. Case C-102"),
        *below_a_case,
        (2, "3. Case C-103"),
        *below_a_case,
        (1, "The full ranked list"),
        (1, "Decisions of earlier meetings"),
    ]


def test_it_begins_with_its_title_and_says_whose_meeting_it_is_for() -> None:
    first = opened().paragraphs[0]
    assert first.style is not None
    assert (first.style.name, first.text) == (
        "Title",
        "Top three pack for the meeting on 14 January 2026",
    )
    assert lines()[1:5] == [
        "As of: 12 January 2026, 09:00 London time",
        "Meeting: top_three:2026-01-31, on 14 January 2026",
        "Chair: Cass Care",
        "Frozen: 12 January 2026, 09:05 London time; nothing in it changed after that",
    ]


def test_a_meeting_without_a_day_or_a_chair_says_so() -> None:
    said = lines(pack(sits_on=None, chair=None))
    assert said[0] == "Top three pack as of 12 January 2026"
    assert said[2:4] == [
        "Meeting: top_three:2026-01-31, its day is not set",
        "Chair: not named yet",
    ]


def test_instants_are_shown_in_london_time() -> None:
    said = lines(pack(as_of="2026-06-30T23:30:00Z", frozen_at=None))
    assert said[1] == "As of: 1 July 2026, 00:30 London time"
    assert said[4] == "Frozen: no; the list may change until the meeting's pack is made"


def test_a_case_says_what_is_blocked_and_why_it_is_here() -> None:
    assert below(None, "1. Case C-101") == [
        "What is blocked: Case audit of C-101 (case_audit:C-101:2026-01)",
        "State: Awaiting evidence",
        "Owner: Sandy Quality",
    ]
    assert below(None, "Why it is here") == [
        "Waiting for evidence from the owner since 3 November 2025.",
        "Level L2.",
        "A statutory date is missed.",
    ]


def test_a_case_says_since_when_it_is_blocked_and_whom_it_waits_for() -> None:
    assert below(None, "Blocked since") == [
        (
            "3 November 2025: Overdue for so long that AD People were told. Note: no answer from the school. It waits for: "
            "Safeguarding and Quality Assurance Service Manager. To be looked at again on 3 February 2026."
        )
    ]


def test_a_block_without_a_note_waiting_for_nobody_is_one_sentence() -> None:
    block = {"reason": "no_placement", "note": None, "since": "2026-06-30T23:30:00Z",
             "waiting_on": None, "review_on": None}  # fmt: skip
    assert below(packed(entry(blocked=[block])), "Blocked since") == ["1 July 2026: No placement."]
    assert below(packed(entry(blocked=[])), "Blocked since") == ["It has no block of its own."]


def test_a_reference_that_is_waited_for_stays_as_it_is() -> None:
    block = {"reason": "waits_on_blocked", "note": "", "since": "2026-01-02T09:00:00Z",
             "waiting_on": "case_audit:C_9:2026-01", "review_on": None}  # fmt: skip
    assert below(packed(entry(blocked=[block])), "Blocked since") == [
        "2 January 2026: It waits for something that is blocked itself. It waits for: case_audit:C_9:2026-01."
    ]


@pytest.mark.parametrize("reason", COMPUTED)
def test_every_reason_that_the_engine_gives_is_a_sentence_of_its_own(reason: str) -> None:
    block = {"reason": reason, "note": "", "since": "2026-01-02T09:00:00Z",
             "waiting_on": None, "review_on": None}  # fmt: skip
    (said,) = below(packed(entry(blocked=[block])), "Blocked since")
    assert said.startswith("2 January 2026: ")
    assert said != f"2 January 2026: {reason.replace('_', ' ').capitalize()}."


def test_a_case_that_stands_lower_on_the_list_says_where() -> None:
    assert below(packed(entry(rank=4, case="C-104")), "1. Case C-104")[0] == (
        "Place: Number 4 of the full list, which holds what is no case too."
    )
    assert not below(packed(entry()), "1. Case C-101")[0].startswith("Place")


def test_a_case_says_who_was_told_on_which_day() -> None:
    assert below(None, "Who was told") == [
        "Safeguarding and Quality Assurance Service Manager, on 10 November 2025 (L1)",
        "AD People and Cass Care, on 17 November 2025 (L2)",
    ]
    assert below(packed(entry(told=[])), "Who was told") == ["Nobody was told yet."]
    by_hand = [{"level": None, "to": ["iro"], "at": "2026-01-05T09:00:00Z"}]
    assert below(packed(entry(told=by_hand)), "Who was told") == ["iro, on 5 January 2026"]


def test_a_case_says_what_is_asked_step_by_step() -> None:
    assert below(None, "What is asked of you") == [
        "The shortest way out:",
        (
            "Submit evidence, by Sandy Quality or Safeguarding and Quality Assurance Service Manager. "
            "It needs: No evidence was attached; Evidence."
        ),
        "Close, by AD People (Ada People).",
    ]


def test_a_case_without_a_way_out_says_that_something_has_to_change() -> None:
    assert below(packed(entry(way_out=[])), "What is asked of you") == [
        "No step leads on from here. Decide what has to change so that one does."
    ]


def test_the_steps_of_each_case_are_counted_from_1() -> None:
    document = opened()
    counts = []
    for one in document.paragraphs:
        if one.style is not None and one.style.name == "List Number":
            (number,) = one.paragraph_format.element.iter(qn("w:numId"))
            counts.append(number.get(qn("w:val")))
    assert len(counts) == 6
    assert counts[0::2] == counts[1::2]
    assert len(set(counts)) == 3
    numbering = document.part.numbering_part.element
    for count in set(counts):
        (num,) = numbering.xpath(f"./w:num[@w:numId='{count}']")
        (start,) = num.iter(qn("w:startOverride"))
        assert start.get(qn("w:val")) == "1"
        definition = num.find(qn("w:abstractNumId")).get(qn("w:val"))
        (form,) = numbering.xpath(f"./w:abstractNum[@w:abstractNumId='{definition}']//w:numFmt")
        assert form.get(qn("w:val")) == "decimal"


def test_a_repeat_is_marked_and_says_to_whom_it_is_copied() -> None:
    repeated = entry(repeat=True, previous_packs=["top_three:2025-11-30", "top_three:2025-12-31"])
    assert below(packed(repeated), "1. Case C-101")[-1] == (
        "Repeat: It was in the pack before and nothing has changed since. Where a pack is frozen, a copy of that goes to AD People."
    )
    assert below(packed(repeated), "Earlier packs and decisions")[0] == (
        "Earlier packs: top_three:2025-11-30, top_three:2025-12-31"
    )
    assert "Repeat:" not in "\n".join(lines())


def test_a_case_says_what_was_decided_about_it_and_whether_it_was_done() -> None:
    about = [
        decision(),
        decision(case="C-102"),
        decision(decision="accepted", action=None, what="No place is free", owner=None, due_on=None, done=None),
        decision(decision="undecided", action=None, what=None, owner=None, due_on=None, done=None),
        decision(done=False, due_on=None, owner=None, what="Wait."),
    ]  # fmt: skip
    assert below(packed(entry(), previous=about), "Earlier packs and decisions") == [
        "Earlier packs: none; this is its first",
        (
            "15 December 2025: Action: Ask the school for its record (action:A-0001). "
            "Sandy Quality, by 22 December 2025: done."
        ),
        "15 December 2025: Accepted as it is: No place is free.",
        "15 December 2025: Not decided yet.",
        "15 December 2025: Action: Wait. (action:A-0001). nobody, without a date: not done.",
    ]
    assert below(packed(entry(2)), "Earlier packs and decisions")[1:] == [
        "No decision about it was taken before."
    ]


def test_what_has_no_case_is_named_and_matched_by_its_reference() -> None:
    audit = entry(case=None, reference="provider_audit:P1:2026", title="")
    other = decision(case=None, reference="provider_audit:P2:2026")
    same = decision(case=None, reference="provider_audit:P1:2026")
    view = packed(audit, previous=[other, same])
    assert (2, "1. provider_audit:P1:2026") in headings(opened(view))
    assert len(below(view, "Earlier packs and decisions")) == 2
    assert cell_of(view, 0, "Case") == "none"
    assert cell_of(view, 0, "What is blocked") == "none (provider_audit:P1:2026)"
    assert cell_of(view, 1, "Case") == "none"


@pytest.mark.parametrize(
    ("number", "heading"),
    [(1, "The one case"), (2, "The two cases"), (3, "The three cases"), (5, "The five cases"), (6, "The 6 cases")],
)  # fmt: skip
def test_the_heading_counts_the_cases_that_there_are(number: int, heading: str) -> None:
    assert headings(opened(packed(*map(entry, range(1, number + 1)))))[0] == (1, heading)


def test_the_meeting_is_told_what_it_may_decide() -> None:
    ends = "the meeting with one of two decisions: an action with an owner and a date, or an acceptance of how it is, with the reason."
    assert below(None, "The three cases") == [f"Each leaves {ends}"]
    assert below(packed(entry()), "The one case") == [f"It leaves {ends}"]


def test_the_full_list_is_a_table_of_every_blocked_case() -> None:
    found = rows(opened().tables[0])
    assert found[0] == ["Rank", "Case", "What is blocked", "Owner", "Immediate safety", "Level",
                        "Statutory", "Working days", "Why"]  # fmt: skip
    assert found[1] == ["1", "C-101", "Case audit of C-101 (case_audit:C-101:2026-01)", "Sandy Quality", "no",
                        "L2", "yes", "17", "Level L2. A statutory date is missed."]  # fmt: skip
    assert [row[0] for row in found[1:]] == ["1", "2", "3", "4"]
    other = packed(
        entry(owner=None, level=None, statutory=False, immediate_safety=True, reasons=[], why="It waits.")
    )  # fmt: skip
    assert rows(opened(other).tables[0])[1][3:] == [
        "nobody", "yes", "none", "no", "17", "It waits.",
    ]  # fmt: skip


def test_the_list_says_how_it_is_ranked_and_what_a_level_means() -> None:
    assert below(None, "The full ranked list") == [
        (
            "Immediate safety stands first, then the higher level, then statutory before other, then more working "
            "days before fewer, then the case reference."
        ),
        "Levels: L0 is overdue; at L1 the service manager was told, at L2 AD People, at L3 the Director.",
    ]
    named = Document(
        io.BytesIO(pack_document(pack(), {"ad_people": "The DCS", "director": "The Chief"}))
    )
    assert any("at L2 The DCS, at L3 The Chief." in one.text for one in named.paragraphs)


def test_earlier_decisions_are_a_table_with_what_became_of_them() -> None:
    found = rows(opened().tables[1])
    assert found == [
        ["Meeting", "Case", "What was blocked", "Decision", "Who", "By when", "Done?", "Days to unblocking"],
        ["15 December 2025 (top_three:2025-12-31)", "C-101", "case_audit:C-101:2025-12",
         "Action: Ask the school for its record (action:A-0001)", "Sandy Quality", "22 December 2025", "yes",
         "12, on 27 December 2025"],
    ]  # fmt: skip


def test_an_acceptance_and_an_open_question_leave_no_cell_empty() -> None:
    none = {"action": None, "what": None, "owner": None, "due_on": None, "done": None,
            "unblocked_on": None, "days_to_unblocking": None}  # fmt: skip
    view = pack(
        previous=[decision(decision="accepted", **none), decision(decision="undecided", **none), decision(done=False)]
    )  # fmt: skip
    found = rows(opened(view).tables[1])
    last = ["nobody", "no date", "nothing to do", "not unblocked"]
    assert found[1][3:] == ["Accepted as it is: no reason on record", *last]
    assert found[2][3:] == ["Not decided yet", *last]
    assert found[3][6] == "no"


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ((4, 3, 12, 30), "4 decisions were taken; 3 of them led to an unblocked case, half of these within 12 days of the decision and the slowest after 30 days."),
        ((2, 2, 1.5, 2), "2 decisions were taken; 2 of them led to an unblocked case, half of these within 1.5 days of the decision and the slowest after 2 days."),
        ((1, 1, 1, 1), "1 decision was taken; 1 of them led to an unblocked case, half of these within 1 day of the decision and the slowest after 1 day."),
        ((1, 0, None, None), "1 decision was taken; none of these cases was unblocked yet."),
    ],
)  # fmt: skip
def test_days_from_decision_to_unblocking_are_said_in_a_sentence(
    figures: tuple[object, ...], said: str
) -> None:
    measured = dict(zip(NO_DECISIONS, figures, strict=True))
    assert below(pack(unblocking=measured), "Decisions of earlier meetings") == [said]


def test_a_pack_without_a_blocked_case_says_so_in_each_part() -> None:
    assert lines(EMPTY) == [
        "Top three pack as of 22 November 2026",
        "As of: 22 November 2026, 23:30 London time",
        "Meeting: none; this pack was asked for between meetings",
        "Frozen: no; the list may change until the meeting's pack is made",
        "The cases",
        "No cases are blocked as of 22 November 2026.",
        "The full ranked list",
        "The list is empty. No cases are blocked as of 22 November 2026.",
        "Decisions of earlier meetings",
        "No decision of an earlier meeting is on record.",
    ]
    document = opened(EMPTY)
    assert document.tables == []
    assert [level for level, _ in headings(document)] == [1, 1, 1]
    assert len(document.sections) == 1


# ------------------------------------------------------------------ that everybody can read it
def test_each_table_marks_its_first_row_alone_as_the_header_and_repeats_it() -> None:
    for table in opened().tables:
        element = table._tbl
        heads = [
            row.trPr is not None and row.trPr.find(qn("w:tblHeader")) is not None
            for row in element.tr_lst
        ]
        assert heads == [True] + [False] * (len(heads) - 1)
        assert all(
            row.trPr is not None and row.trPr.find(qn("w:cantSplit")) is not None
            for row in element.tr_lst
        )
        (look,) = element.tblPr.findall(qn("w:tblLook"))
        assert look.get(qn("w:firstRow")) == "1"
        assert look.get(qn("w:firstColumn")) == "0"
        assert {one.style.name for cell in table.rows[0].cells for one in cell.paragraphs if one.style} == {
            "Table Heading"
        }  # fmt: skip


def test_each_table_has_a_name_and_a_text_that_stands_for_it_where_word_looks() -> None:
    described = []
    for table in opened().tables:
        tags = [etree.QName(one).localname for one in table._tbl.tblPr]
        assert tags == ["tblStyle", "tblW", "tblLayout", "tblLook", "tblCaption", "tblDescription"]
        described.append([one.get(qn("w:val")) for one in table._tbl.tblPr[-2:]])
    assert described == [
        [
            "The full ranked list",
            (
                "All that was blocked as of 12 January 2026, highest rank first: 4 in all, one in each row, with its level, "
                "its working days and why it stands where it stands."
            ),
        ],
        [
            "Decisions of earlier meetings",
            (
                "What earlier meetings decided about each case, who does it by when, whether it is done, and how many days "
                "after the decision the case was unblocked."
            ),
        ],
    ]


def test_no_cell_is_merged_or_empty_and_each_table_has_lines_that_can_be_seen() -> None:
    for table in opened().tables:
        tags = {etree.QName(one).localname for one in table._tbl.iter() if isinstance(one.tag, str)}
        assert tags.isdisjoint({"gridSpan", "vMerge", "hMerge"})
        assert all(cell.strip() for row in rows(table) for cell in row)
        assert table.style is not None
        borders = table.style.element.find(f".//{qn('w:tblBorders')}")
        assert {etree.QName(one).localname for one in borders} == {
            "top", "left", "bottom", "right", "insideH", "insideV",
        }  # fmt: skip
        assert {one.get(qn("w:val")) for one in borders} == {"single"}


def test_columns_fit_between_the_margins_of_their_page() -> None:
    document = opened()
    page = document.sections[-1]
    assert page.page_width is not None
    room = page.page_width - Cm(4)
    for table in document.tables:
        widths = [column.width or 0 for column in table.columns]
        assert 0.98 * room < sum(widths) <= room + len(widths)
        assert [cell.width for cell in table.rows[1].cells] == widths


def test_no_paragraph_is_empty() -> None:
    for view in (pack(), EMPTY, packed(entry(why=" ", reasons=["\n"], blocked=[]))):
        assert all(one.text.strip() for one in every_paragraph(opened(view)))
    found = b"".join(parts().values())
    assert b"<w:br" not in found


def test_the_language_is_british_english_wherever_a_language_is_named() -> None:
    found = parts()
    styles = etree.fromstring(found["word/styles.xml"])
    (default,) = styles.findall(
        f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}/{qn('w:lang')}"
    )
    assert default.get(qn("w:val")) == "en-GB"
    assert not any(b"en-US" in content for content in found.values())
    assert opened().core_properties.language == "en-GB"


def test_its_properties_say_what_it_is_as_of_when_and_nothing_of_who_or_what_wrote_it() -> None:
    known = opened(pack(as_of="2026-07-01T00:30:00+01:00")).core_properties
    assert known.title == "Top three pack for the meeting on 14 January 2026"
    assert (
        known.subject
        == "Cases whose plan is blocked, for the Top three meeting with the senior manager"
    )
    assert (known.author, known.last_modified_by, known.comments) == (
        "QA workflow",
        "QA workflow",
        "",
    )
    as_of = datetime.fromisoformat("2026-06-30T23:30:00Z")
    assert (known.created, known.modified) == (as_of, as_of)
    found = parts()
    assert not any(b"python-docx" in one or b"Macintosh" in one for one in found.values())
    assert "docProps/app.xml" not in found


def test_there_is_no_picture_and_nothing_that_is_not_needed_in_the_file() -> None:
    found = parts()
    assert set(found) == {
        "[Content_Types].xml", "_rels/.rels", "docProps/core.xml", "word/document.xml",
        "word/_rels/document.xml.rels", "word/styles.xml", "word/settings.xml", "word/webSettings.xml",
        "word/fontTable.xml", "word/theme/theme1.xml", "word/numbering.xml", "word/footer1.xml",
    }  # fmt: skip
    assert b"<w:drawing" not in found["word/document.xml"]
    assert b"<w:pict" not in found["word/document.xml"]


def test_letters_are_of_one_plain_font_dark_and_11_points_at_least() -> None:
    used = {one.style.name: one.style for one in every_paragraph(opened()) if one.style is not None}
    assert set(used) == {
        "Title", "Normal", "Heading 1", "Heading 2", "Heading 3", "List Bullet", "List Number",
        "Table Text", "Table Heading", "Footer",
    }  # fmt: skip
    for style in used.values():
        assert style.font.size is not None
        assert style.font.size >= Pt(11), style.name
        assert style.font.name == "Arial"
        assert str(style.font.color.rgb) == "0B0C0C"
        fonts = style.element.rPr.find(qn("w:rFonts"))
        assert not [name for name in fonts.attrib if "heme" in name], "a theme's font would win"


def test_no_run_has_a_look_of_its_own() -> None:
    for one in every_paragraph(opened()):
        for run in one.runs:
            assert (run.font.size, run.font.color.rgb, run.font.name) == (None, None, None)
            assert run.style.name in {"Default Paragraph Font", "Strong"}


def test_pages_are_a4_and_the_tables_lie_on_their_long_side() -> None:
    sizes = [
        (round((one.page_width or 0) / Cm(0.1)), round((one.page_height or 0) / Cm(0.1)), one.orientation)
        for one in opened().sections
    ]  # fmt: skip
    assert [(width, height) for width, height, _ in sizes] == [(210, 297), (297, 210)]
    assert [int(turned or 0) for _, _, turned in sizes] == [0, 1]
    assert [(one.page_width or 0) < (one.page_height or 0) for one in opened(EMPTY).sections] == [
        True
    ]


def test_every_page_says_which_of_how_many_it_is() -> None:
    footer = etree.fromstring(parts()["word/footer1.xml"])
    (paragraph,) = footer.findall(qn("w:p"))
    read = "".join(
        f"[{one.get(qn('w:instr'))}]" if one.tag == qn("w:fldSimple") else "".join(one.itertext())
        for one in paragraph
    ).strip()
    assert read == "Top three pack for the meeting on 14 January 2026. Page [PAGE] of [NUMPAGES]"
    document = opened()
    ends = [one.find(qn("w:footerReference")) for one in document.element.body.iter(qn("w:sectPr"))]
    assert len(ends) == 2
    assert len({one.get(qn("r:id")) for one in ends}) == 1, "both parts have the same footer"


# ------------------------------------------------------------------ the same bytes, whatever is in it
def test_the_same_pack_gives_the_same_bytes_at_any_time() -> None:
    with freeze_time("2026-01-12 09:00:00"):
        first = pack_document(pack(), TITLES)
    with freeze_time("2031-05-01 10:11:12"):
        again = pack_document(pack(), TITLES)
    assert first == again
    assert first != pack_document(pack(chair="Another"), TITLES)
    with zipfile.ZipFile(io.BytesIO(first)) as file:
        assert file.testzip() is None
        assert {one.date_time for one in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {one.create_system for one in file.infolist()} == {3}
        assert {one.external_attr >> 16 for one in file.infolist()} == {0o644}
        assert {one.compress_type for one in file.infolist()} == {zipfile.ZIP_DEFLATED}
        assert file.namelist()[0] == "[Content_Types].xml"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a\x00b\x08c\x1bd", "abcd"),
        ("line one\r\nline two\x0bthree\x0cfour\tfive", "line one line two three four five"),
        ("lone \ud800 half", "lone half"),
        ("not a letter \ufffe\uffff", "not a letter"),
        ("del\x7f next\x9fone", "del nextone"),
        ("Łódź & <b>“São”</b> 😀", "Łódź & <b>“São”</b> 😀"),
        ("]]> _x0008_", "]]> _x0008_"),
    ],
)
def test_free_text_loses_what_a_document_cannot_hold_and_nothing_else(
    written: str, read: str
) -> None:
    assert plain(written) == read
    block = {"reason": "other", "note": written, "since": "2026-01-02T09:00:00Z",
             "waiting_on": None, "review_on": None}  # fmt: skip
    view = packed(
        entry(title=written, why=written, reasons=[written], blocked=[block]),
        previous=[decision(what=written)], chair=written,
    )  # fmt: skip
    (said,) = below(view, "Blocked since")
    assert said == f"2 January 2026: Another reason. Note: {read}."
    assert cell_of(view, 0, "Why") == read
    assert cell_of(view, 1, "Decision") == f"Action: {read} (action:A-0001)"
    assert lines(view)[3] == f"Chair: {read}"


def test_what_is_nothing_but_control_characters_reads_as_none() -> None:
    block = {"reason": "other", "note": "\x00", "since": "2026-01-02T09:00:00Z",
             "waiting_on": None, "review_on": None}  # fmt: skip
    view = packed(entry(why="\x00", reasons=["\x01\x02"], blocked=[block]), chair="\x03")
    assert below(view, "Blocked since") == ["2 January 2026: Another reason."]
    assert below(view, "Why it is here") == ["none", "none"]
    assert cell_of(view, 0, "Why") == "none"
    assert lines(view)[3] == "Chair: none"


def test_a_code_without_a_name_is_said_in_plain_words() -> None:
    view = packed(
        entry(owner="team_manager", told=[], way_out=[{"trigger": "close", "who": [], "needs": []}])
    )
    assert below(view, "1. Case C-101")[-1] == "Owner: team manager"
    assert below(view, "What is asked of you")[-1] == "Close, by nobody."


def test_a_table_refuses_a_row_that_does_not_fit_its_columns() -> None:
    word = WordDocument(
        "A title", subject="A subject", at=datetime.fromisoformat("2026-01-12T09:00:00Z")
    )
    with pytest.raises(ValueError, match="argument"):
        word.table({"One": 5, "Two": 5}, [["only one"]], name="A table", about="Of one row")


def test_a_thousand_blocked_cases_are_written_in_one_table() -> None:
    many = [entry(rank) for rank in range(1, 1001)]
    assert len(opened(pack(full=many)).tables[0].rows) == 1001


def test_labels_and_table_headings_are_bold_by_their_style() -> None:
    label, said = usual().paragraphs[1].runs
    assert (label.text, label.style.name, label.style.font.bold) == ("As of: ", "Strong", True)
    assert said.style.name == "Default Paragraph Font"
    heading = usual().tables[0].rows[0].cells[0].paragraphs[0].style
    assert heading is not None
    assert heading.font.bold is True


def test_earlier_decisions_have_a_wide_page_though_nothing_is_blocked_now() -> None:
    assert len(opened(pack(pack=[], full=[])).sections) == 2


def test_a_person_who_alone_may_take_a_step_is_named_once() -> None:
    step = {"trigger": "close", "who": ["sandy_quality"], "needs": [], "people": ["Sandy Quality"]}
    assert below(packed(entry(way_out=[step])), "What is asked of you")[-1] == (
        "Close, by Sandy Quality."
    )
