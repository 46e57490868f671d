"""A list in an Excel workbook: the first sheet that is in sight, row by row. Formulas are text and are never worked out.

openpyxl says which numbers are days; the rows are read here, because openpyxl holds a whole row before anybody can count its cells.
"""

from __future__ import annotations

import posixpath
import re
from collections import deque
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import BinaryIO, Final

from ceo.workflows.frames.packed_lists import CellText, open_packed, read_part, read_rows
from ceo.workflows.frames.rows import MOST_COLUMNS, Cell, Row, UnreadableListError, number_text, row_of

_WORKBOOK: Final = "xl/workbook.xml"
# The texts of cells stand together, and are held in memory.
_LARGEST_TEXTS: Final = 100_000_000
_LETTERS: Final = re.compile(r"([A-Z]{1,3})\d+")
_LAST_DAY: Final = 2_958_465  # 31 December 9999


def read_xlsx(content: BinaryIO) -> Iterator[Row]:
    """Yield the rows of the first sheet that is not hidden. Raises `UnreadableListError`."""
    with open_packed(content) as archive:
        book = _Book()
        read_part(archive, _WORKBOOK, book)
        if not book.sheets:
            raise UnreadableListError("empty")
        links, looks, texts = _Links(), _Looks(), _Texts()
        read_part(archive, "xl/_rels/workbook.xml.rels", links)
        name = next((links.targets[sheet] for sheet in book.sheets if sheet in links.targets), None)
        if name is None:
            raise UnreadableListError("broken-file")
        if links.styles in archive.namelist():
            read_part(archive, links.styles, looks)
        if links.texts in archive.namelist():
            read_part(archive, links.texts, texts, largest=_LARGEST_TEXTS)
        begin = date(1904, 1, 1) if book.from_1904 else date(1899, 12, 30)
        yield from read_rows(archive, name, _Sheet(texts.texts, looks.days(), begin))


class _Book:
    """Which sheets there are, and from which day days are counted."""

    def __init__(self) -> None:
        self.sheets: list[str] = []
        self.from_1904 = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Note a sheet that is in sight."""
        if name == "sheet" and attributes.get("state", "visible") == "visible":
            self.sheets += [value for key, value in attributes.items() if key.rpartition(" ")[2] == "id" and " " in key]
        elif name == "workbookPr":
            self.from_1904 = attributes.get("date1904", "0") in {"1", "true"}

    def end(self, name: str) -> None:
        """Nothing ends that counts."""

    def text(self, text: str) -> None:
        """No text counts."""


class _Links:
    """Where the parts of a workbook stand in the packed file."""

    def __init__(self) -> None:
        self.targets: dict[str, str] = {}
        self.styles = ""
        self.texts = ""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Note where a part is."""
        if name != "Relationship" or attributes.get("TargetMode") == "External":
            return
        target = attributes.get("Target", "")
        place = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        kind = attributes.get("Type", "").rpartition("/")[2]
        if kind == "worksheet":
            self.targets[attributes.get("Id", "")] = place
        elif kind == "styles":
            self.styles = place
        elif kind == "sharedStrings":
            self.texts = place

    def end(self, name: str) -> None:
        """Nothing ends that counts."""

    def text(self, text: str) -> None:
        """No text counts."""


class _Looks:
    """Which looks of cells are those of a day."""

    def __init__(self) -> None:
        self._formats: dict[int, str] = {}
        self._used: list[int] = []
        self._within = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Note a format of numbers, or a look that uses one."""
        if name == "cellXfs":
            self._within = True
        elif name == "numFmt":
            self._formats[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif name == "xf" and self._within:
            self._used.append(int(attributes.get("numFmtId", "0")))

    def end(self, name: str) -> None:
        """Leave the looks of cells."""
        self._within = self._within and name != "cellXfs"

    def text(self, text: str) -> None:
        """No text counts."""

    def days(self) -> frozenset[int]:
        """Return the numbers of the looks that show a day."""
        from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

        def is_day(number: int) -> bool:
            return bool(is_date_format(self._formats.get(number, BUILTIN_FORMATS.get(number, ""))))

        known = {number: is_day(number) for number in set(self._used)}
        return frozenset(look for look, number in enumerate(self._used) if known[number])


class _Texts:
    """The texts of cells, by number. Signs for reading aloud (`rPh`) are no part of them."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._text = CellText()
        self._taking = False
        self._aside = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:  # noqa: ARG002 - as a reader of XML is told
        """Begin a piece of text."""
        self._aside = self._aside or name == "rPh"
        self._taking = name == "t" and not self._aside

    def end(self, name: str) -> None:
        """Keep a text at its end."""
        self._taking = False
        if name == "rPh":
            self._aside = False
        elif name == "si":
            self.texts.append(self._text.take())

    def text(self, text: str) -> None:
        """Take a piece of text."""
        if self._taking:
            self._text.add(text)


class _Sheet:
    """Makes rows of a sheet."""

    def __init__(self, texts: list[str], days: frozenset[int], begin: date) -> None:
        self.rows: deque[Row] = deque()
        self.finished = False
        self._texts, self._days, self._begin = texts, days, begin
        self._number = 0
        self._cells: list[Cell] = []
        self._column = -1
        self._kind, self._look, self._formula = "n", 0, False
        self._text, self._taking, self._aside = CellText(), False, False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Begin a row, a cell, or a piece of text."""
        if name == "row":
            self._number = int(attributes.get("r", self._number + 1))
            self._cells, self._column = [], -1
        elif name == "c":
            self._column = _place(attributes.get("r", "")) if "r" in attributes else self._column + 1
            self._kind, self._look = attributes.get("t", "n"), int(attributes.get("s", "0"))
            self._formula = False
        elif name == "f":
            self._formula = True
        elif name == "rPh":
            self._aside = True
        self._taking = name in {"v", "t"} and not self._aside

    def end(self, name: str) -> None:
        """End a row or a cell."""
        self._taking = False
        if name == "c":
            text = self._text.take()
            self._put("=" if self._formula else self._value(text))
        elif name == "row" and (row := row_of(self._number, self._cells)) is not None:
            self.rows.append(row)
        elif name == "rPh":
            self._aside = False
        elif name == "sheetData":
            self.finished = True

    def text(self, text: str) -> None:
        """Take a piece of text."""
        if self._taking:
            self._text.add(text)

    def _put(self, value: Cell) -> None:
        if value == "":
            return
        if self._column >= MOST_COLUMNS:
            raise UnreadableListError("too-many-columns", self._number)
        self._cells += [""] * (self._column + 1 - len(self._cells))
        self._cells[self._column] = value

    def _value(self, text: str) -> Cell:
        if self._kind == "s":
            number = int(text or "-1")
            return self._texts[number].strip() if 0 <= number < len(self._texts) else ""
        if self._kind == "b":
            return "ja" if text == "1" else "nee"
        if self._kind == "n" and text:
            return self._number_or_day(float(text))
        if self._kind == "d":
            return text.strip()[:10]
        return text.strip()

    def _number_or_day(self, number: float) -> Cell:
        if self._look in self._days and 0 < number <= _LAST_DAY:
            return self._begin + timedelta(days=int(number))
        return number_text(number)


def _place(address: str) -> int:
    """Return the place of a column from 0, of a cell such as AB12."""
    found = _LETTERS.fullmatch(address)
    if found is None:
        raise UnreadableListError("broken-file")
    place = 0
    for letter in found[1]:
        place = 26 * place + ord(letter) - ord("A") + 1
    return place - 1
