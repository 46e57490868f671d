"""A sheet of a workbook for people, before it has a format: lines of cells, each with its look and with the notation of its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from analysis.results import SHARES, Measure
from exports.sheets import LINE, lines_of

Cell = str | float | None
# Excel and LibreOffice hold 1,048,576 rows in a sheet; what stands above a table needs some too.
MOST_ROWS: Final = 1_000_000
_HIGHEST: Final = 400  # points; programs allow 409


class Look(StrEnum):
    """How a line looks. `TEXT` is broken into as many lines as it needs; `FIGURES` stay on one, also where a text is long."""

    TITLE = "title"
    WARNING = "warning"
    HEADING = "heading"
    HEAD = "head"
    TEXT = "text"
    FIGURES = "figures"


class Notation(StrEnum):
    """How a number is shown. The cell holds the number as it is."""

    EXACT = "General"
    WHOLE = "#,##0"
    ONE_DECIMAL = "#,##0.0"
    TWO_DECIMALS = "#,##0.00"
    PERCENTAGE = "0.0%"


class Place(StrEnum):
    """Where a text stands in its cell: `INSET` is apart from a number that ends in the cell before it."""

    LEFT = "left"
    INSET = "inset"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of cells. `notations` are those of its numbers, by place; where it is empty numbers are exact.

    A text at the place of such a number stands to the right, as the numbers do.
    """

    cells: tuple[Cell, ...]
    look: Look = Look.TEXT
    notations: tuple[Notation, ...] = ()

    def notation(self, place: int) -> Notation:
        """Return how the number at a place is shown."""
        return self.notations[place] if self.notations else Notation.EXACT


@dataclass(frozen=True, slots=True)
class Block:
    """Some thousands of lines of figures, column after column: a writer then decides once a column what is the same for all of it.

    A column holds texts, "" where there is none, or numbers and None. `notations` are those of its columns, as of a `Line`.
    """

    columns: tuple[Sequence[Cell], ...]
    notations: tuple[Notation, ...] = ()

    def notation(self, place: int) -> Notation:
        """Return how the numbers of a column are shown."""
        return self.notations[place] if self.notations else Notation.EXACT

    def rows(self) -> Iterator[tuple[Cell, ...]]:
        """Yield the lines."""
        return zip(*self.columns, strict=True)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet. `widths` are of its columns, in characters. Its `lines`, and the `figures` below them, can be read once.

    `head` is the line (from 0) that stays in view above `rows` lines of figures that can be filtered; None where there is no such table.
    """

    name: str
    widths: tuple[int, ...]
    lines: Iterator[Line]
    head: int | None = None
    rows: int = 0
    figures: Iterator[Block] = field(default_factory=lambda: iter(()))


def place_of(notation: Notation, column: int) -> Place:
    """Return where a text stands in a column that shows numbers in this notation."""
    if notation is not Notation.EXACT:
        return Place.RIGHT
    return Place.INSET if column else Place.LEFT


def notation_of(measure: str) -> Notation:
    """Return how a figure is shown: shares as percentages, scores and means with a decimal.

    >>> notation_of("share").value, notation_of("score").value, notation_of("total").value
    ('0.0%', '#,##0.0', '#,##0')
    """
    if measure in SHARES:
        return Notation.PERCENTAGE
    return _NOTATIONS.get(measure, Notation.ONE_DECIMAL)


_NOTATIONS: Final = {Measure.TOTAL.value: Notation.WHOLE, Measure.RATIO.value: Notation.TWO_DECIMALS}


def height_of(line: Line, widths: tuple[int, ...]) -> int:
    """Return how high a line of text is, in points.

    >>> height_of(Line(("kort", "een tekst van vijf woorden")), (10, 20))
    30
    """
    cells = zip(line.cells, widths, strict=False)
    return min(LINE * max(lines_of(text, width) for text, width in cells if isinstance(text, str)), _HIGHEST)
