"""The flowing parts of a report: each knows its place in the structure tree, and no heading is left alone at the foot of a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, assert_never

from reportlab.lib.pagesizes import A4
from reportlab.platypus import CondPageBreak, Flowable

from exports.chart_layouts import Layout
from exports.charts import chart_parts
from exports.palette import ACCENT, MUTED
from exports.pdf.flowables import FEWEST_LINES, FigureBlock, Look, Text, TextBlock
from exports.pdf.printing import MARGIN, WIDTH
from exports.pdf.structure import Element, text_entry
from exports.pdf.tables import table_flowable
from exports.report import (
    SIMULATED_MARK,
    Block,
    Bullets,
    Chart,
    DistributionChart,
    FunnelChart,
    IntervalChart,
    Paragraph,
    Quotation,
    Report,
    Section,
    Subheading,
    Table,
    TrendChart,
)

LATER_TITLE: Final = "Tabellen bij de figuren"
_APART: Final = f"De cijfers van deze figuur staan bij ‘{LATER_TITLE}’, achter in dit rapport."
WHOLE_ROWS: Final = 12  # a table of so many rows does not break over pages
FIRST_ROWS: Final = 3  # of a longer one, that stand on a page with its head
LONGEST_BESIDE: Final = 60  # rows of a table that stands with its chart; a longer one stands behind the sections
PAGE_HEIGHT: Final[float] = A4[1] - 2 * MARGIN
TALLEST_FIGURE: Final = 560.0
LEAST_FIGURE: Final = 200.0  # a chart of rows is parted at this height at the earliest, whatever stands above it
CHART: Final = Layout(width=WIDTH, size=9, stacked=False, ticks=5)

TITLE: Final = Look(20, bold=True, after=4)
SUBTITLE: Final = Look(12, colour=MUTED, after=12)
MARK: Final = Look(12, bold=True, colour=ACCENT, after=12)
HEADING: Final = Look(14, bold=True, before=16, after=6)
SUBHEADING: Final = Look(11.5, bold=True, before=10, after=4)
CAPTION: Final = Look(10, bold=True, before=6, after=3)
BODY: Final = Look(10.5)
NOTE: Final = Look(8.5, colour=MUTED, after=10)
ITEM: Final = Look(10.5, indent=14, after=4)
QUOTE: Final = Look(10.5, indent=20, before=4, after=8)


class Story:
    """Everything of a report in the order of reading. What heads something waits until that is known, and goes with it."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.flowables: list[Flowable] = []
        self._heading: list[Flowable] = []
        self._later: list[Table] = []

    def write(self, report: Report) -> None:
        """Add everything: title, mark and summary first, long tables of charts and the source last."""
        self._head(self.root.child("H1"), report.title, TITLE, outline=0)
        self._text(self.root.child("P"), report.subtitle, SUBTITLE)
        if report.simulated:
            self._text(self.root.child("P"), SIMULATED_MARK, MARK)
        summary = self.root.child("Sect")
        self._head(summary.child("H2"), "Het belangrijkste in het kort", HEADING, outline=1)
        self._bullets(summary, report.summary)
        for section in report.sections:
            self._section(section)
        if self._later:
            self._section(Section(title=LATER_TITLE, blocks=tuple(self._later)))
        self._source(report)
        self._place([])

    def _head(self, element: Element, text: str, look: Look, *, outline: int | None = None) -> None:
        """Add what stands above something else."""
        self._heading.append(TextBlock(Text(element, text, look, outline=outline)))

    def _text(
        self, element: Element, text: str, look: Look, *, address: str = "", bullet: Element | None = None
    ) -> None:
        """Add running text; at least its first two lines stand with what heads it."""
        block = TextBlock(Text(element, text, look, bullet=bullet, address=address))
        _, height = block.wrap(WIDTH, PAGE_HEIGHT)
        few = len(block.lines) < 2 * FEWEST_LINES
        self._place([block], height if few else FEWEST_LINES * look.leading)

    def _place(self, flowables: Sequence[Flowable], least: float = 0.0) -> None:
        """Add flowables of which at least a part of height `least` stands on one page with their headings."""
        if self._heading:
            least += _height(self._heading)
        if least:
            self.flowables.append(CondPageBreak(min(least, PAGE_HEIGHT - 1)))
        self.flowables += [*self._heading, *flowables]
        self._heading = []

    def _section(self, section: Section) -> None:
        element = self.root.child("Sect")
        self._head(element.child("H2"), section.title, HEADING, outline=1)
        for block in section.blocks:
            self._block(element, block)

    def _block(self, parent: Element, block: Block) -> None:
        match block:
            case Paragraph():
                self._text(parent.child("P"), block.text, BODY)
            case Bullets():
                self._bullets(parent, block.items)
            case Subheading():
                self._head(parent.child("H3"), block.text, SUBHEADING, outline=2)
            case Quotation():
                self._text(parent.child("BlockQuote").child("P"), f"‘{block.text}’", QUOTE)
            case Table():
                self._table(parent, block)
            case DistributionChart() | IntervalChart() | FunnelChart() | TrendChart():
                self._figure(parent, block)
            case _:
                assert_never(block)

    def _bullets(self, parent: Element, items: tuple[str, ...]) -> None:
        element = parent.child("L")
        for item in items:
            entry = element.child("LI")
            bullet, body = entry.child("Lbl"), entry.child("LBody")
            self._text(body, item, ITEM, bullet=bullet)

    def _table(self, parent: Element, table: Table) -> None:
        element = parent.child("Table")
        self._head(element.child("Caption"), table.title, CAPTION)
        flowable = table_flowable(table, element, WIDTH)
        _, height = flowable.wrap(WIDTH, PAGE_HEIGHT)
        rows = flowable._rowHeights  # noqa: SLF001 - reportlab tells it nowhere else
        note = [TextBlock(Text(parent.child("P"), table.note, NOTE))] if table.note else []
        whole = len(table.rows) <= WHOLE_ROWS and height < PAGE_HEIGHT / 2
        self._place([flowable, *note], height + _height(note) if whole else sum(rows[: FIRST_ROWS + 1]))

    def _figure(self, parent: Element, chart: Chart) -> None:
        apart = len(chart.table.rows) > LONGEST_BESIDE
        for part, drawing in chart_parts(chart, CHART, self._room_for_figure()):
            self._head(parent.child("P"), part.title, CAPTION)
            alternative = text_entry(f"{part.title}. {part.description}")
            figure = FigureBlock(parent.child("Figure", Alt=alternative), drawing)
            below = [TextBlock(Text(parent.child("P"), _APART, NOTE))] if apart else []
            self._place([figure, *below], figure.height + _height(below))
        if apart:
            self._later.append(chart.table)
        else:
            self._table(parent, chart.table)

    def _room_for_figure(self) -> float:
        """Return how tall a figure may be so that it fits on a page with what heads it."""
        caption = 3 * CAPTION.leading + CAPTION.before + CAPTION.after + 2 * NOTE.leading + NOTE.after
        return max(min(TALLEST_FIGURE, PAGE_HEIGHT - _height(self._heading) - caption - 1), LEAST_FIGURE)

    def _source(self, report: Report) -> None:
        element = self.root.child("Sect")
        self._head(element.child("H2"), "Bron en verantwoording", HEADING, outline=1)
        for term, text in report.source:
            paragraph = element.child("P")
            if text.startswith(("https://", "http://")):
                self._head(paragraph, f"{term}:", BODY)
                self._text(paragraph.child("Link"), text, BODY, address=text)
            else:
                self._text(paragraph, f"{term}: {text}", BODY)


def _height(flowables: Sequence[Flowable]) -> float:
    """Return what flowables take under each other, at most: the spaces between them may overlap."""
    heights = (it.wrap(WIDTH, PAGE_HEIGHT)[1] + it.getSpaceBefore() + it.getSpaceAfter() for it in flowables)
    return sum((float(height) for height in heights), 0.0)
