"""A list in a workbook of LibreOffice (OpenDocument): its first sheet, row by row. Formulas are text and are never worked out."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from datetime import date
from typing import BinaryIO, Final

from ceo.workflows.frames.packed_lists import CellText, open_packed, read_rows
from ceo.workflows.frames.rows import LONGEST_CELL, MOST_COLUMNS, Cell, Row, UnreadableListError, number_text, row_of

_CONTENT: Final = "content.xml"
# A row or cell may say how often it is there; empty ones down to the end of the sheet say so.
_MOST_REPEATED: Final = 20_000_000


def read_ods(content: BinaryIO) -> Iterator[Row]:
    """Yield the rows of the first sheet. Raises `UnreadableListError`."""
    with open_packed(content) as archive:
        yield from read_rows(archive, _CONTENT, _Sheet())


class _Sheet:
    """Makes rows of the first sheet of a document."""

    def __init__(self) -> None:
        self.rows: deque[Row] = deque()
        self.finished = False
        self._number = 0
        self._repeated_row = self._repeated_cell = 1
        self._cells: list[Cell] = []
        self._column = 0
        self._told: Cell | None = None  # what the cell says of its value, apart from its text
        self._text, self._paragraphs, self._within = CellText(), 0, 0
        self._aside = 0  # how deep within a remark beside a cell

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Begin a row, a cell, or text."""
        if self._aside or name == "annotation":
            self._aside += 1
        elif name == "table-row":
            self._cells, self._column = [], 0
            self._repeated_row = _times(attributes, "number-rows-repeated")
        elif name in {"table-cell", "covered-table-cell"}:
            self._repeated_cell = _times(attributes, "number-columns-repeated")
            self._told, self._paragraphs = _told(attributes), 0
        elif name == "p":
            if self._paragraphs:
                self._text.add("\n")
            self._paragraphs += 1
            self._within += 1
        elif self._within:
            self._text.add(_sign(name, attributes))

    def end(self, name: str) -> None:
        """End text, a cell, a row, or the sheet."""
        if self._aside:
            self._aside -= 1
        elif name == "p":
            self._within -= 1
        elif name in {"table-cell", "covered-table-cell"}:
            text = self._text.take().strip()
            self._put(text if self._told is None else self._told)
        elif name == "table-row":
            self._end_row()
        elif name == "table":
            self.finished = True

    def text(self, text: str) -> None:
        """Take a piece of text."""
        if self._within and not self._aside:
            self._text.add(text)

    def _put(self, value: Cell) -> None:
        if value != "":
            if self._column + self._repeated_cell > MOST_COLUMNS:
                raise UnreadableListError("too-many-columns", self._number + 1)
            self._cells += [""] * (self._column - len(self._cells)) + [value] * self._repeated_cell
        self._column += self._repeated_cell

    def _end_row(self) -> None:
        if not self._cells:
            self._number += self._repeated_row
            return
        first, self._number = self._number + 1, self._number + self._repeated_row
        row = row_of(self._number, self._cells)
        if row is not None:
            self.rows.extend(Row(number, row.cells) for number in range(first, self._number + 1))


def _times(attributes: Mapping[str, str], name: str) -> int:
    times = int(_attribute(attributes, name) or "1")
    if not 0 < times <= _MOST_REPEATED:
        raise UnreadableListError("broken-file")
    return times


def _told(attributes: Mapping[str, str]) -> Cell | None:
    """Return the value of a cell that is a formula, number, day or yes; None when its text is the value."""
    if _attribute(attributes, "formula"):
        return "="
    kind = _attribute(attributes, "value-type")
    if kind in {"float", "percentage", "currency"}:
        return number_text(float(_attribute(attributes, "value") or "0"))
    if kind == "date":
        written = _attribute(attributes, "date-value")[:10]
        try:
            return date.fromisoformat(written)
        except ValueError:
            return written
    if kind == "boolean":
        return "ja" if _attribute(attributes, "boolean-value") == "true" else "nee"
    return None


def _attribute(attributes: Mapping[str, str], name: str) -> str:
    """Return an attribute by its name without namespace: the one of the office is there twice for some programs, with the same value."""
    return next((value for key, value in attributes.items() if key.rpartition(" ")[2] == name), "")


def _sign(name: str, attributes: Mapping[str, str]) -> str:
    if name == "s":
        return " " * min(int(_attribute(attributes, "c") or "1"), LONGEST_CELL)
    return {"tab": "\t", "line-break": "\n"}.get(name, "")
