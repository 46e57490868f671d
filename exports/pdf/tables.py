"""Tables that may run over pages: one Table in the structure tree, its head repeated for the eye only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.platypus import Table as FlowingTable

from exports.palette import GRID, INK, MUTED
from exports.pdf.structure import Element, cell_scope
from exports.report import Number, Table
from exports.typeface import BOLD, REGULAR, printable, text_width, wrap_text

SIZES = (9.0, 8.0, 7.0, 6.0)  # the largest in which no word has to break
TWO_LINES = 0.66  # of the length of a text: lines never break exactly in the middle
PADDING = 4.0  # left and right of a cell


class TableTags:
    """Told by reportlab what it draws next; writes the rows and cells of one Table element, over all its pages."""

    def __init__(self, element: Element) -> None:
        self.element = element
        self.head_drawn = False
        self.repeating = False
        self.row: Element | None = None

    def __call__(self, table: Any, event: str, *place: Any) -> None:
        """Handle an event of `reportlab.platypus.tables.Table.draw`."""
        canvas = table.canv
        match event:
            case "startBG" | "startLines":
                canvas.start_artifact()
            case "endBG" | "endLines":
                canvas.end_artifact()
            case "startRow":
                self._start_row(canvas, place[0])
            case "endRow":
                self._end_row(canvas)
            case "startCell" if not self.repeating:
                canvas.start_tag(self._cell(place[0], place[1], place[2]))
            case "endCell" if not self.repeating:
                canvas.end_tag()
            case _:
                pass

    def _start_row(self, canvas: Any, number: int) -> None:
        self.repeating = number == 0 and self.head_drawn
        if self.repeating:
            canvas.start_artifact("Pagination")
        else:
            self.row = self.element.child("TR")

    def _end_row(self, canvas: Any) -> None:
        if self.repeating:
            canvas.end_artifact()
        self.head_drawn = True
        self.repeating = False

    def _cell(self, row: int, column: int, text: str) -> Element:
        assert self.row is not None
        if not self.head_drawn:
            return self.row.child("TH", A=cell_scope("Column")) if text.strip() else self.row.child("TD")
        assert row > 0
        return self.row.child("TH", A=cell_scope("Row")) if column == 0 else self.row.child("TD")


def table_flowable(table: Table, element: Element, width: float) -> FlowingTable:
    """Return a table in the given width; text wraps in its column, numbers stand right."""
    texts = [[printable(cell.text if isinstance(cell, Number) else cell) for cell in row] for row in table.rows]
    head = [printable(text) for text in table.head]
    numeric = [any(isinstance(row[column], Number) for row in table.rows) for column in range(len(head))]
    size, widths = _fit(head, texts, width)
    cells = [
        [_wrapped(text, room, size, bold=True) for text, room in zip(head, widths, strict=True)],
        *([_wrapped(text, room, size) for text, room in zip(row, widths, strict=True)] for row in texts),
    ]
    return FlowingTable(
        cells,
        colWidths=[room + 2 * PADDING for room in widths],
        repeatRows=1,
        hAlign="LEFT",
        renderCB=TableTags(element),
        style=_style(size, numeric),
        spaceAfter=10,
    )


def _style(size: float, numeric: Sequence[bool]) -> list[tuple[Any, ...]]:
    right = [("ALIGN", (column, 0), (column, -1), "RIGHT") for column, number in enumerate(numeric) if number]
    return [
        ("FONT", (0, 0), (-1, 0), BOLD, size, size * 1.35),
        ("FONT", (0, 1), (-1, -1), REGULAR, size, size * 1.35),
        ("TEXTCOLOR", (0, 0), (-1, -1), HexColor(INK)),
        ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
        ("VALIGN", (0, 1), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), PADDING),
        ("RIGHTPADDING", (0, 0), (-1, -1), PADDING),
        ("TOPPADDING", (0, 0), (-1, -1), 2.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, HexColor(MUTED)),
        ("LINEBELOW", (0, 1), (-1, -1), 0.4, HexColor(GRID)),
        *right,
    ]


def _wrapped(text: str, room: float, size: float, *, bold: bool = False) -> str:
    r"""Return the text with its lines broken; a space before the break keeps words apart when they are read aloud.

    >>> _wrapped("geen duidelijk verschil", 60, 9)
    'geen duidelijk \nverschil'
    """
    return " \n".join(wrap_text(text, room + 0.01, size, bold=bold))


def _fit(head: Sequence[str], rows: Sequence[Sequence[str]], width: float) -> tuple[float, list[float]]:
    """Return the letter size and the room of each column."""
    room = width - 2 * PADDING * len(head)
    for size in SIZES:
        least, most = _demands(head, rows, size)
        if sum(least) <= room:
            return size, _shared(least, most, room)
    return SIZES[-1], [need * room / sum(least) for need in least]


def _demands(head: Sequence[str], rows: Sequence[Sequence[str]], size: float) -> tuple[list[float], list[float]]:
    """Return by column the width of its longest word, and the width that it wishes: its longest text, half of its head."""
    least, most = [], []
    for column, title in enumerate(head):
        texts = [row[column] for row in rows]
        words = [text_width(word, size) for text in texts for word in text.split()]
        words += [text_width(word, size, bold=True) for word in title.split()]
        least.append(max(words, default=0.0))
        wishes = [text_width(text, size) for text in texts]
        most.append(max(*wishes, text_width(title, size, bold=True) / 2, least[-1]) if wishes else least[-1])
    return least, most


def _shared(least: Sequence[float], most: Sequence[float], room: float) -> list[float]:
    """Return the columns as wide as they want when there is room.

    Else text behind the first column breaks into two lines, small wishes first; what is then left goes to longer lines.
    """
    if sum(most) <= room:
        return list(most)
    wishes = [most[0], *(max(need, wish * TWO_LINES) for need, wish in zip(least[1:], most[1:], strict=True))]
    return _widened(_widened(least, wishes, room), most, room)


def _widened(widths: Sequence[float], wishes: Sequence[float], room: float) -> list[float]:
    """Return the widths with what is left of the room shared by wish, the smallest first."""
    wider = list(widths)
    left = room - sum(widths)
    by_wish = sorted(range(len(wider)), key=lambda column: wishes[column] - widths[column])
    for position, column in enumerate(by_wish):
        part = min(max(wishes[column] - widths[column], 0.0), left / (len(by_wish) - position))
        wider[column] += part
        left -= part
    return wider
