"""Writing spreadsheets that people fill in: heads that stay in view, lists to choose from, and text that stays text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from textwrap import wrap
from typing import Any, Final

from questionnaires.exchange.spreadsheets.texts import escape_text

# What a spreadsheet could take for a formula once somebody edits the cell.
_FORMULA_STARTS: Final = ("=", "+", "-", "@")
_SPARE_ROWS: Final = 200  # below the last one, with the same lists to choose from
_LIST_LIMIT: Final = 255  # characters of a list to choose from
_LINE: Final = 15  # height of a line, in points
_HEAD: Final = {"bold": True, "bg_color": "#DCE6F0", "bottom": 1, "text_wrap": True, "valign": "top"}


@dataclass(frozen=True, slots=True)
class ColumnLook:
    """How a column looks: its head, its width in characters, what can be chosen, and whether it reads from right to left."""

    head: str
    width: int
    options: tuple[str, ...] = ()
    right_to_left: bool = False


class Book:
    """A workbook being written. The same cells give the same bytes."""

    def __init__(self, title: str) -> None:
        from xlsxwriter import Workbook

        self._output = BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self._workbook: Any = Workbook(self._output, options)
        # A fixed day: definitions know no clock.
        self._workbook.set_properties({"title": title, "author": "CEO", "created": datetime(2000, 1, 1)})  # noqa: DTZ001 (xlsxwriter wants it bare)
        self._looks: dict[tuple[tuple[str, Any], ...], Any] = {}

    def add(self, name: str, columns: Sequence[ColumnLook], rows: Sequence[Sequence[str | int | None]]) -> None:
        """Add a sheet: a head, and a row for each entry."""
        sheet = self._workbook.add_worksheet(name)
        for number, column in enumerate(columns):
            # Rows that are added later are text as well.
            sheet.set_column(number, number, column.width, self._look(column, text=True))
            sheet.write_string(0, number, column.head, self._format(**_HEAD))
            self._offer(sheet, number, column, 1, len(rows) + _SPARE_ROWS)
        sheet.set_row(0, _LINE * max(_lines(column.head, column.width) for column in columns))
        for place, row in enumerate(rows, 1):
            # LibreOffice does not find out by itself how high a row must be.
            sheet.set_row(place, _LINE * max(map(_lines, row, (column.width for column in columns))))
            for number, value in enumerate(row):
                self._write(sheet, place, number, value, columns[number])
        sheet.freeze_panes(1, 1)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        if rows:
            sheet.autofilter(0, 0, len(rows), len(columns) - 1)

    def add_record(
        self, name: str, columns: Sequence[ColumnLook], rows: Sequence[tuple[str, ColumnLook, str | int | None, str]]
    ) -> None:
        """Add a sheet with a row for each property: its name, how its value looks, that value, and what it means."""
        self.add(name, columns, [(head, value, meaning) for head, _, value, meaning in rows])
        sheet = self._workbook.get_worksheet_by_name(name)
        for row, (_, look, _, _) in enumerate(rows, 1):
            self._offer(sheet, 1, look, row, row)

    def content(self) -> bytes:
        """Return the finished workbook."""
        self._workbook.close()
        return self._output.getvalue()

    def _offer(self, sheet: Any, number: int, column: ColumnLook, first: int, last: int) -> None:
        if not column.options:
            return
        assert len(",".join(column.options)) <= _LIST_LIMIT, f"{column.head} has too much to choose from"
        offered = {
            "validate": "list",
            "source": list(column.options),
            "error_title": column.head,
            "error_message": "Kies een woord uit de lijst.",
        }
        sheet.data_validation(first, number, last, number, offered)

    def _write(self, sheet: Any, row: int, number: int, value: str | int | None, column: ColumnLook) -> None:
        if value is None:
            return
        if isinstance(value, int):
            sheet.write_number(row, number, value, self._look(column, text=False))
            return
        look = self._look(column, text=True, starts_formula=value.startswith(_FORMULA_STARTS))
        written = sheet.write_string(row, number, escape_text(value), look)
        assert written == 0, f"{column.head} has a text that is too long for a cell"

    def _look(self, column: ColumnLook, *, text: bool, starts_formula: bool = False) -> Any:
        look: dict[str, Any] = {"num_format": "@" if text else "0", "text_wrap": True, "valign": "top", "align": "left"}
        if column.right_to_left:
            look |= {"reading_order": 2, "align": "right"}
        if starts_formula:
            look["quote_prefix"] = True
        return self._format(**look)

    def _format(self, **look: Any) -> Any:
        key = tuple(sorted(look.items()))
        if key not in self._looks:
            self._looks[key] = self._workbook.add_format(look)
        return self._looks[key]


def _lines(value: str | int | None, width: int) -> int:
    """Return how many lines a value takes in a column of this width."""
    if not isinstance(value, str):
        return 1
    return sum(max(len(wrap(line, width)), 1) if _may_wrap(line, width) else 1 for line in value.split("\n"))


def _may_wrap(line: str, width: int) -> bool:
    """Return whether a line could be too long: wrapping takes time, and few lines need it. A tab is wider than it looks."""
    return len(line) > width or "\t" in line
