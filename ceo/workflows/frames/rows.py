"""Rows of a list as they come out of a file, whatever kind of file it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

# A day where the file says that a cell is one; all else is text, also numbers and formulas. "" is an empty cell.
Cell: TypeAlias = str | date

# Beyond these a list is an accident: the largest municipality has a fifth of these clients.
MOST_ROWS: Final = 500_000
MOST_COLUMNS: Final = 200
LONGEST_CELL: Final = 10_000


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list. `number` counts from 1, as programs for spreadsheets do; empty cells at the end are left out."""

    number: int
    cells: tuple[Cell, ...]

    def cell(self, column: int) -> Cell:
        """Return a cell by its place from 0; "" where the row has no such cell."""
        return self.cells[column] if column < len(self.cells) else ""


class UnreadableListError(Exception):
    """A file cannot be read (any further). `code` has words in the workplace; `line` is where, 0 is the whole file."""

    def __init__(self, code: str, line: int = 0) -> None:
        """Keep what is wrong, and where."""
        super().__init__(code)
        self.code = code
        self.line = line


def row_of(number: int, cells: list[Cell]) -> Row | None:
    """Return a row without the empty cells at its end; None when nothing is left. Raises `UnreadableListError` beyond the limits."""
    while cells and cells[-1] == "":
        cells.pop()
    if not cells:
        return None
    if number > MOST_ROWS:
        raise UnreadableListError("too-many-rows", number)
    if len(cells) > MOST_COLUMNS:
        raise UnreadableListError("too-many-columns", number)
    return Row(number, tuple(cells))


def number_text(number: float) -> str:
    """Return a number of a spreadsheet as people would have typed it: a client number has no decimals.

    >>> number_text(1234.0), number_text(12.5), number_text(123456789012.0)
    ('1234', '12.5', '123456789012')
    """
    return str(int(number)) if number == int(number) else repr(number)


def column_letters(column: int) -> str:
    """Return what spreadsheets call a column, by its place from 0.

    >>> column_letters(0), column_letters(25), column_letters(26)
    ('A', 'Z', 'AA')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
