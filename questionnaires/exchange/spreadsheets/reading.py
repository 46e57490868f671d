"""Reading spreadsheets of people: every cell with its place, and no file that would take too much time or memory."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any, Final, Literal, TypeAlias

from questionnaires.exchange.spreadsheets.texts import unescape_text
from questionnaires.problems import Problem

MAX_BYTES: Final = 10_000_000
MAX_UNPACKED: Final = 60_000_000  # a small file can hold endless sheets
MAX_SHEETS: Final = 60
MAX_ROWS: Final = 10_000
MAX_COLUMNS: Final = 100
_LAST_ROW: Final = 1_048_576  # of any spreadsheet; LibreOffice writes looks of empty rows down to there

Kind: TypeAlias = Literal["empty", "text", "number", "yes_no", "day", "formula", "error"]


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """The place of a cell. Rows and columns count from 1; `header` is what stands above it."""

    sheet: str
    row: int
    column: int
    header: str = ""

    def __str__(self) -> str:
        return f"{self.sheet}!{column_letters(self.column)}{self.row}"


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell. Text is stripped; what is empty, a formula or an error has no value."""

    kind: Kind
    value: str | int | float | bool | date | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row with something in it: its number, and the cells that are not empty by the number of their column."""

    number: int
    cells: Mapping[int, Cell]


Sheet: TypeAlias = tuple[Row, ...]

_BROKEN: Final = (
    "Dit is geen werkboek dat te lezen is.",
    "Sla het op als Excel-werkboek (.xlsx), zonder wachtwoord.",
)


class _TooLargeError(Exception):
    """A workbook has more sheets, rows or columns than anybody fills in."""


def column_letters(column: int) -> str:
    """Return the letters of a column.

    >>> column_letters(1), column_letters(27)
    ('A', 'AA')
    """
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def problem_at(file: str, spot: Spot, code: str, cause: str, cure: str) -> Problem:
    """Return a problem at a cell of a workbook."""
    return Problem(file, spot.row, str(spot), code, cause, cure)


def read_sheets(content: bytes, file: str) -> Mapping[str, Sheet] | Problem:
    """Return the rows of a workbook by sheet, or why it is not read."""
    refusal = refuse_file(content)
    if refusal is not None:
        return Problem(file, 1, "", "W01", *refusal)
    try:
        return dict(_sheets(content))
    except _TooLargeError as error:
        return Problem(file, 1, "", "W01", str(error), "Haal weg wat er niet in hoort.")
    except Exception:  # noqa: BLE001 (what openpyxl raises over a broken file has no name of its own)
        return Problem(file, 1, "", "W01", *_BROKEN)


def refuse_file(content: bytes) -> tuple[str, str] | None:
    """Return cause and cure when a file is too large or no workbook at all; None when it may be opened."""
    if len(content) > MAX_BYTES:
        cause = f"Het bestand is groter dan {MAX_BYTES // 1_000_000} MB."
        return cause, "Haal plaatjes en oude bladen eruit, of begin met een nieuwe export."
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except zipfile.BadZipFile:
        return _BROKEN
    if unpacked > MAX_UNPACKED:
        cause = f"Uitgepakt is het bestand groter dan {MAX_UNPACKED // 1_000_000} MB."
        return cause, "Begin met een nieuwe export, en plak daar uw teksten in."
    return None


def _sheets(content: bytes) -> Iterator[tuple[str, Sheet]]:
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about looks that openpyxl does not keep: we only read
        workbook = load_workbook(BytesIO(content), read_only=True, keep_links=False)
        if len(workbook.worksheets) > MAX_SHEETS:
            raise _TooLargeError(f"Er zijn meer dan {MAX_SHEETS} bladen.")
        for sheet in workbook.worksheets:
            sheet.reset_dimensions()  # a file may say anything about its size
            yield sheet.title, tuple(_rows(sheet.title, sheet.iter_rows(max_row=_LAST_ROW)))
        workbook.close()


def _rows(name: str, rows: Iterable[tuple[Any, ...]]) -> Iterator[Row]:
    for number, written in enumerate(rows, 1):
        cells = {column: cell for column, one in enumerate(written, 1) if (cell := _cell(one)).kind != "empty"}
        if not cells:
            continue
        if number > MAX_ROWS or max(cells) > MAX_COLUMNS:
            raise _TooLargeError(f"Het blad {name} heeft meer dan {MAX_ROWS} rijen of {MAX_COLUMNS} kolommen.")
        yield Row(number, cells)


def _cell(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return Cell("empty")
    if cell.data_type in {"f", "e"}:
        return Cell("formula" if cell.data_type == "f" else "error")
    if isinstance(value, str):
        text = unescape_text(value).strip()
        return Cell("text", text) if text else Cell("empty")
    if isinstance(value, bool):
        return Cell("yes_no", value)
    return Cell("number" if isinstance(value, int | float) else "day", value)
