"""A report as PDF: the order of reading is the order of drawing, and every part has its tag."""

from __future__ import annotations

from functools import partial
from itertools import zip_longest
from typing import Any, assert_never

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.platypus import Flowable, KeepTogether

from exports.charts import Layout, chart_parts
from exports.palette import ACCENT, MUTED
from exports.pdf.flowables import FigureBlock, Look, Text, TextBlock
from exports.pdf.metadata import Identity
from exports.pdf.printing import FOOT, MARGIN, SMALL, WIDTH, draw_page_total, print_document
from exports.pdf.structure import Element, text_entry
from exports.pdf.tables import table_flowable
from exports.report import (
    Block,
    Bullets,
    DistributionChart,
    IntervalChart,
    Paragraph,
    Report,
    Section,
    Subheading,
    Table,
)
from exports.typeface import BOLD, REGULAR, printable, text_width, wrap_text
from exports.wording import date_words

SIMULATED_MARK = "Gesimuleerde gegevens"
WHOLE_ROWS = 12  # a table of so many rows does not break over pages
TALLEST_FIGURE = 560.0  # leaves room on a page for its headings
CHART = Layout(width=WIDTH, size=9, stacked=False, ticks=5)

TITLE = Look(20, bold=True, after=4)
SUBTITLE = Look(12, colour=MUTED, after=12)
MARK = Look(12, bold=True, colour=ACCENT, after=12)
HEADING = Look(14, bold=True, before=16, after=6, with_next=True)
SUBHEADING = Look(11.5, bold=True, before=10, after=4, with_next=True)
CAPTION = Look(10, bold=True, before=6, after=3, with_next=True)
BODY = Look(10.5)
INTRODUCTION = Look(10.5, with_next=True)
NOTE = Look(8.5, colour=MUTED, after=10)
ITEM = Look(10.5, indent=14, after=4)


def write_pdf(report: Report) -> bytes:
    """Return the report as tagged PDF; the same report gives the same bytes."""
    root = Element("Document")
    story = _Story(root)
    story.write(report)
    identity = Identity(report.title, report.subtitle, report.author, report.language, report.made_on)
    return print_document(identity, root, story.flowables, partial(_furniture, report))


def _furniture(report: Report, canvas: Any) -> None:
    """Draw what repeats on every page: name, mark and page number."""
    with canvas.artifact("Pagination"):
        canvas.saveState()
        canvas.setFillColor(HexColor(MUTED))
        canvas.setFont(REGULAR, SMALL)
        label = f"Pagina {canvas.getPageNumber()} van "
        left = A4[0] - MARGIN - text_width(f"{label}000", SMALL)
        name = ", ".join(filter(None, (report.author, date_words(report.made_on))))
        canvas.drawString(MARGIN, FOOT, wrap_text(printable(name), left - MARGIN - 10, SMALL)[0])
        canvas.drawString(left, FOOT, label)
        draw_page_total(canvas, left + text_width(label, SMALL))
        _head(report, canvas)
        canvas.restoreState()


def _head(report: Report, canvas: Any) -> None:
    top = A4[1] - FOOT
    room = WIDTH
    if report.simulated:
        room -= text_width(SIMULATED_MARK, SMALL, bold=True) + 10
        canvas.setFont(BOLD, SMALL)
        canvas.setFillColor(HexColor(ACCENT))
        canvas.drawRightString(A4[0] - MARGIN, top, SIMULATED_MARK)
    if canvas.getPageNumber() > 1:
        canvas.setFont(REGULAR, SMALL)
        canvas.setFillColor(HexColor(MUTED))
        canvas.drawString(MARGIN, top, wrap_text(printable(report.title), room, SMALL)[0])


class _Story:
    """The flowing parts of a report, tagged in the order in which they are added."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.flowables: list[Flowable] = []

    def write(self, report: Report) -> None:
        """Add everything: title, mark and summary first, the source last."""
        self._text(self.root.child("H1"), report.title, TITLE, outline=0)
        self._text(self.root.child("P"), report.subtitle, SUBTITLE)
        if report.simulated:
            self._text(self.root.child("P"), SIMULATED_MARK, MARK)
        summary = self.root.child("Sect")
        self._text(summary.child("H2"), "Het belangrijkste in het kort", HEADING, outline=1)
        self._bullets(summary, report.summary)
        for section in report.sections:
            self._section(section)
        self._source(report)

    def _text(self, element: Element, text: str, look: Look, *, outline: int | None = None) -> None:
        self.flowables.append(TextBlock(Text(element, text, look, outline=outline)))

    def _section(self, section: Section) -> None:
        element = self.root.child("Sect")
        self._text(element.child("H2"), section.title, HEADING, outline=1)
        for block, following in zip_longest(section.blocks, section.blocks[1:]):
            self._block(element, block, following)

    def _block(self, parent: Element, block: Block, following: Block | None) -> None:
        match block:
            case Paragraph():
                introduces = isinstance(following, Subheading | DistributionChart | IntervalChart)
                self._text(parent.child("P"), block.text, INTRODUCTION if introduces else BODY)
            case Bullets():
                self._bullets(parent, block.items)
            case Subheading():
                self._text(parent.child("H3"), block.text, SUBHEADING, outline=2)
            case Table():
                self._table(parent, block)
            case DistributionChart() | IntervalChart():
                self._figure(parent, block)
            case _:
                assert_never(block)

    def _bullets(self, parent: Element, items: tuple[str, ...]) -> None:
        element = parent.child("L")
        for item in items:
            entry = element.child("LI")
            bullet, body = entry.child("Lbl"), entry.child("LBody")
            self.flowables.append(TextBlock(Text(body, item, ITEM, bullet=bullet)))

    def _table(self, parent: Element, table: Table) -> None:
        element = parent.child("Table")
        start = len(self.flowables)
        self._text(element.child("Caption"), table.title, CAPTION)
        self.flowables.append(table_flowable(table, element, WIDTH))
        if table.note:
            self._text(parent.child("P"), table.note, NOTE)
        if len(table.rows) <= WHOLE_ROWS:
            self.flowables[start:] = [KeepTogether(self.flowables[start:])]

    def _figure(self, parent: Element, chart: DistributionChart | IntervalChart) -> None:
        for part, drawing in chart_parts(chart, CHART, TALLEST_FIGURE):
            self._text(parent.child("P"), part.title, CAPTION)
            alternative = text_entry(f"{part.title}. {part.description}")
            self.flowables.append(FigureBlock(parent.child("Figure", Alt=alternative), drawing))
        self._table(parent, chart.table)

    def _source(self, report: Report) -> None:
        element = self.root.child("Sect")
        self._text(element.child("H2"), "Bron en verantwoording", HEADING, outline=1)
        for term, text in report.source:
            paragraph = element.child("P")
            if text.startswith(("https://", "http://")):
                self._text(paragraph, f"{term}:", BODY)
                self.flowables.append(TextBlock(Text(paragraph.child("Link"), text, BODY, address=text)))
            else:
                self._text(paragraph, f"{term}: {text}", BODY)
