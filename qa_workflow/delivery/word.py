"""A Word document that everybody can read: what WCAG 2.2 and Word's own accessibility checker ask, by construction.

Headings are headings and skip no level; a table says which row heads it, repeats that row on each page
and has a text that stands for it; language, title and author are set; letters are dark and 11 points at
least; there is no picture, no colour that means something, no empty paragraph and no empty or merged
cell. The same content gives the same bytes, whenever and wherever it is written.
"""

import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.table import CT_Tbl
from docx.shared import Cm, Pt, RGBColor

AUTHOR = "QA workflow"  # the product: who asked for the file does not belong in it
LANGUAGE = "en-GB"
NOTHING = (
    "none"  # what stands where there is no word: an empty cell says nothing to a screen reader
)
FONT = "Arial"
INK = RGBColor(0x0B, 0x0C, 0x0C)  # against white, far above the contrast that WCAG asks for
MARGIN = Cm(2)
SHORT, LONG = Cm(21), Cm(29.7)  # A4

TABLE_TEXT, TABLE_HEADING = "Table Text", "Table Heading"
# Of each style: its letters, and the space before and after it, in points. Nothing else makes space.
_STYLES = {
    "Normal": (12, 0, 6),
    "Title": (22, 0, 12),
    "Heading 1": (18, 18, 6),
    "Heading 2": (15, 14, 4),
    "Heading 3": (13, 10, 3),
    "List Bullet": (12, 0, 3),
    "List Number": (12, 0, 3),
    "Footer": (11, 0, 0),
    TABLE_TEXT: (11, 2, 2),
    TABLE_HEADING: (11, 2, 2),
}
_LIST_NUMBER = 7  # the template's definition behind its style "List Number"
# What the template brings that no reader needs: a picture of it, another program's name, styles of 2010.
_NOT_OURS = {
    RELATIONSHIP_TYPE.THUMBNAIL,
    RELATIONSHIP_TYPE.EXTENDED_PROPERTIES,
    RELATIONSHIP_TYPE.CUSTOM_XML,
    "http://schemas.microsoft.com/office/2007/relationships/stylesWithEffects",
}
# What XML 1.0 cannot hold, and the control characters that it can but nobody can read. White space stays.
_UNREADABLE = re.compile("[^\t-\r\x1c-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)  # the first that a zip file can name
_ON_UNIX, _READABLE = 3, 0o644 << 16


class WordDocument:
    """One A4 document, written from top to bottom.

    `at` is the instant that its properties name as written: that of its content, never the clock's.
    """

    def __init__(self, title: str, *, subject: str, at: datetime) -> None:
        self._document = Document()
        self._body = self._document.element.body
        _leave_out_what_is_not_ours(self._document)
        _set_properties(self._document, plain(title), plain(subject), at)
        _set_language(self._document)
        _set_styles(self._document)
        _set_page(self._document, plain(title))
        self._add("Title", title)

    def heading(self, level: int, text: str) -> None:
        self._add(f"Heading {level}", text)

    def paragraph(self, text: str, *, label: str | None = None) -> None:
        """Add a paragraph; a *label* stands before it in bold, with a colon."""
        paragraph = self._document.add_paragraph()
        if label is not None:
            paragraph.add_run(f"{plain(label)}: ", style="Strong")
        paragraph.add_run(plain(text) or NOTHING)

    def bullets(self, lines: Sequence[str]) -> None:
        for line in lines:
            self._add("List Bullet", line)

    def steps(self, lines: Sequence[str]) -> None:
        """Add a list that counts from 1, whatever was counted before it."""
        count = self._document.part.numbering_part.element.add_num(_LIST_NUMBER)
        count.add_lvlOverride(ilvl=0).add_startOverride(1)
        for line in lines:
            self._add("List Number", line)
            numbered = self._body.p_lst[-1].get_or_add_pPr().get_or_add_numPr()
            numbered.get_or_add_numId().val = count.numId

    def turn(self) -> None:
        """Begin a new page, and lay it and what follows on the long side; a paragraph must stand before it."""
        # The break goes into the last paragraph: the library's own would be an empty one.
        self._body.p_lst[-1].set_sectPr(self._body.sectPr.clone())
        section = self._document.sections[-1]
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = LONG, SHORT

    def table(
        self, columns: Mapping[str, float], rows: Sequence[Sequence[str]], *, name: str, about: str
    ) -> None:
        """Add a table: its *columns* by their heads with widths in centimetres, its rows from top to bottom.

        *name* and *about* are what a screen reader says of it. A cell without a word says "none".
        """
        table = self._document.add_table(1 + len(rows), len(columns), style="Table Grid")
        table.autofit = False
        widths = [Cm(width) for width in columns.values()]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        element = self._body.tbl_lst[-1]
        style, text_style = (
            self._document.styles[one].style_id for one in (TABLE_HEADING, TABLE_TEXT)
        )
        for row, texts in zip(element.tr_lst, (tuple(columns), *rows), strict=True):
            for cell, width, text in zip(row.tc_lst, widths, texts, strict=True):
                cell.width = width
                cell.p_lst[0].style = style
                cell.p_lst[0].add_r().text = plain(text) or NOTHING
            style = text_style
        _say_what_it_is(element, plain(name), plain(about))

    def as_bytes(self) -> bytes:
        """Return the .docx file: a zip whose entries all bear one date, so that equal content is equal bytes."""
        saved, made = BytesIO(), BytesIO()
        self._document.save(saved)
        with zipfile.ZipFile(saved) as source, zipfile.ZipFile(made, "w") as target:
            for name in source.namelist():
                entry = zipfile.ZipInfo(name, _ZIP_DAY)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.create_system, entry.external_attr = _ON_UNIX, _READABLE
                target.writestr(entry, source.read(name))
        return made.getvalue()

    def _add(self, style: str, text: str) -> None:
        self._document.add_paragraph(plain(text) or NOTHING, style=style)


def plain(text: str) -> str:
    """Return *text* as one line, without what XML cannot hold or nobody can read."""
    return " ".join(_UNREADABLE.sub("", text).split())


def _leave_out_what_is_not_ours(document: DocumentObject) -> None:
    for relations in (document.part.rels, document.part.package.rels):
        for key in [key for key, one in relations.items() if one.reltype in _NOT_OURS]:
            del relations[key]


def _set_properties(document: DocumentObject, title: str, subject: str, at: datetime) -> None:
    properties = document.core_properties
    properties.title, properties.subject, properties.language = title, subject, LANGUAGE
    properties.author = properties.last_modified_by = AUTHOR
    properties.comments = ""
    properties.created = properties.modified = at.astimezone(UTC).replace(tzinfo=None)


def _set_language(document: DocumentObject) -> None:
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGE)
        language.set(qn("w:eastAsia"), LANGUAGE)
    for language in document.settings.element.iter(qn("w:themeFontLang")):
        language.set(qn("w:val"), LANGUAGE)


def _set_styles(document: DocumentObject) -> None:
    """Set letters and spaces in the styles, once: no paragraph has a look of its own."""
    for name in (TABLE_TEXT, TABLE_HEADING):
        document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    for fonts in document.styles.element.iter(qn("w:rFonts")):
        fonts.attrib.clear()  # the template's name themes, and a theme's font would win over ours
        for letters in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
            fonts.set(qn(letters), FONT)
    for name, (size, before, after) in _STYLES.items():
        style = document.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(size), INK
        space = style.paragraph_format
        space.space_before, space.space_after = Pt(before), Pt(after)
    document.styles[TABLE_HEADING].font.bold = True


def _set_page(document: DocumentObject, title: str) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = SHORT, LONG
    section.left_margin = section.right_margin = MARGIN
    section.top_margin = section.bottom_margin = MARGIN
    footer = section.footer.paragraphs[0]
    for text, field in ((f"{title}. Page ", "PAGE"), (" of ", "NUMPAGES")):
        footer.add_run(text)
        # Word counts when it lays the pages out; until then the field shows a 1.
        counted = OxmlElement("w:fldSimple", {qn("w:instr"): field})
        shown = OxmlElement("w:r")
        shown.append(OxmlElement("w:t"))
        shown[0].text = "1"
        counted.append(shown)
        section.footer.part.element.p_lst[0].append(counted)


def _say_what_it_is(table: CT_Tbl, name: str, about: str) -> None:
    """Say which row heads the table and what it holds, and let no row be torn over two pages."""
    for number, row in enumerate(table.tr_lst):
        properties = row.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if number == 0:
            properties.append(OxmlElement("w:tblHeader"))
    properties = table.tblPr
    for look in properties.findall(qn("w:tblLook")):
        properties.remove(look)
    # The first row is a header, no column is, and there are no bands; "0620" says so to older readers.
    looks = {"val": "0620", "firstRow": "1", "lastRow": "0", "firstColumn": "0", "lastColumn": "0"}
    looks |= {"noHBand": "1", "noVBand": "1"}
    properties.append(
        OxmlElement("w:tblLook", {qn(f"w:{key}"): value for key, value in looks.items()})
    )
    for tag, text in (("w:tblCaption", name), ("w:tblDescription", about)):
        properties.append(OxmlElement(tag, {qn("w:val"): text}))


def is_document(content: bytes) -> bool:
    """Tell whether *content* is a Word document; an empty file may become one."""
    if not content:
        return True
    try:
        with zipfile.ZipFile(BytesIO(content)) as file:
            return "word/document.xml" in file.namelist()
    except zipfile.BadZipFile:
        return False
