"""The column in which a form is set: rows that never break, gathered in blocks that stay on one page when they can."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from exports.paper.form import BOTTOM, LEFT, RIGHT, TOP, Box, LinkCode, Mark, PaperPage, Shape, Stroke, Tag, Words
from exports.pdf.lettering import can_print, direction_of_text, set_lines
from exports.typeface import face

POINT: Final = 25.4 / 72  # in millimetres
BODY: Final = 12.0
SMALL: Final = 11.0
TITLE: Final = 17.0
HEADING: Final = 13.0
_LEADING: Final = 1.32
_BASE: Final = 0.98  # of the size of the letters: from the top of a line to where letters stand


@dataclass(frozen=True, slots=True)
class Row:
    """Marks that stay together, placed from the top of the row; `height` is the room that they take."""

    height: float
    marks: tuple[Mark, ...] = ()


@dataclass(slots=True)
class Block:
    """Rows that stay on one page when they fit on one. `gap`: room above them, unless they stand at the top of a page."""

    gap: float = 0.0
    rows: list[Row] = field(default_factory=list)

    @property
    def height(self) -> float:
        """Return the room that the rows take together."""
        return sum(row.height for row in self.rows)

    def space(self, height: float) -> None:
        """Add an empty row."""
        self.rows.append(Row(height))

    def add(self, height: float, *marks: Mark) -> None:
        """Add a row."""
        self.rows.append(Row(height, marks))

    def text(
        self,
        tag: Tag,
        text: str,
        *,
        x: float = LEFT,
        width: float | None = None,
        size: float = BODY,
        bold: bool = False,
    ) -> None:
        """Add the lines of a text, a row for each."""
        room = RIGHT - x if width is None else width
        self.rows += [Row(line_height(size), (words,)) for words in lines_of(tag, text, x, room, size, bold=bold)]


def line_height(size: float) -> float:
    """Return the room of a line of text, in millimetres.

    >>> round(line_height(12), 2)
    5.59
    """
    return size * _LEADING * POINT


def lines_of(tag: Tag, text: str, x: float, width: float, size: float = BODY, *, bold: bool = False) -> Iterator[Words]:
    """Yield the lines of a text from the top of their own rows."""
    for line in set_lines(text, width / POINT, size, bold=bold, direction="ltr"):
        yield Words(tag, x + line.left * POINT, size * _BASE * POINT, line.runs, size)


def ends_at(mark: Mark) -> float:
    """Return where a line of text ends."""
    assert isinstance(mark, Words), "only lines of text have an end"
    return mark.x + sum(float(face(run.font).stringWidth(run.text, mark.size)) for run in mark.runs) * POINT


def text_tag(parent: Tag, role: str, text: str) -> Tag:
    """Return a part for a text. Where the signs that are drawn are not the text itself, it holds the text too."""
    drawn_as_written = can_print(text) and direction_of_text(text) != "rtl"
    return parent.child(role, actual="" if drawn_as_written else text)


def moved(mark: Mark, down: float) -> Mark:
    """Return a mark so much lower."""
    if isinstance(mark, Stroke):
        return replace(mark, y=mark.y + down, to_y=mark.to_y + down)
    if isinstance(mark, Words | Box | Shape | LinkCode):
        return replace(mark, y=mark.y + down)
    raise AssertionError(mark)


def stacked(rows: Iterable[Row]) -> tuple[float, tuple[Mark, ...]]:
    """Return the height of rows that stand below each other, and their marks from the top of the first."""
    down, marks = 0.0, list[Mark]()
    for row in rows:
        marks += [moved(mark, down) for mark in row.marks]
        down += row.height
    return down, tuple(marks)


def fill_pages(blocks: Iterable[Block]) -> list[PaperPage]:
    """Return the pages on which blocks come to stand. A block that fits on a page is never split."""
    pages: list[list[Mark]] = [[]]
    down = TOP
    for block in blocks:
        gap = block.gap if down > TOP else 0.0
        if down + gap + block.height > BOTTOM and block.height <= BOTTOM - TOP:
            pages.append([])
            gap, down = 0.0, TOP
        down += gap
        for row in block.rows:
            if down + row.height > BOTTOM and down > TOP:
                pages.append([])
                down = TOP
            pages[-1] += [moved(mark, down) for mark in row.marks]
            down += row.height
    return [PaperPage(tuple(marks)) for marks in pages]
