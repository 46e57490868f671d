"""A report as a workbook: a front sheet, a sheet for the tables of each section, and one with all figures."""

from __future__ import annotations

from datetime import UTC, datetime, time
from io import BytesIO
from typing import Any

from exports.report import SIMULATED_MARK, Chart, FigureRow, Number, Report, Section, Table
from exports.sheets import FIGURES, FRONT, FRONT_WIDTHS, LINE, NARROWEST, WARNING_COLOUR, WIDEST, SheetNames, lines_of
from exports.tidy_csv import FORMULA_STARTS
from exports.wording import date_words


def write_xlsx(report: Report) -> bytes:
    """Return the workbook; numbers are numbers, text never starts a formula, the same report gives the same bytes."""
    from xlsxwriter import Workbook

    output = BytesIO()
    book = _Book(Workbook(output, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}), report)
    book.front()
    for section in report.sections:
        tables = _tables(section)
        if tables:
            book.section(section, tables)
    book.figures()
    book.workbook.close()
    return output.getvalue()


def _tables(section: Section) -> list[Table]:
    """Return the tables of a section, those of its charts included."""
    tables = []
    for block in section.blocks:
        if isinstance(block, Table):
            tables.append(block)
        elif isinstance(block, Chart):
            tables.append(block.table)
    return tables


def _widths(tables: list[Table]) -> list[int]:
    """Return the width of every column of a sheet: of its longest text, and of the longest word of its heads."""
    widths = [NARROWEST] * max(len(table.head) for table in tables)
    for table in tables:
        for column, head in enumerate(table.head):
            texts = [_words(cells[column]) for cells in table.rows] + head.split()
            widths[column] = max(widths[column], *(len(text) + 3 for text in texts))
    return [min(width, WIDEST) for width in widths]


def _words(cell: str | Number) -> str:
    return cell.text if isinstance(cell, Number) else cell


def _place(column: int, *, right: bool) -> dict[str, Any]:
    """Return where text stands in its cell: apart from a number that ends in the cell before it."""
    return {"align": "right"} if right else {"align": "left", "indent": min(column, 1)}


class _Book:
    """The workbook being written."""

    def __init__(self, workbook: Any, report: Report) -> None:
        self.workbook = workbook
        self.report = report
        self.names = SheetNames()
        self.styles: dict[tuple[tuple[str, Any], ...], Any] = {}
        made = datetime.combine(report.made_on, time(), UTC).replace(tzinfo=None)
        workbook.set_properties(
            {
                "title": report.title,
                "subject": report.subtitle,
                "author": report.author,
                "company": "CEO",
                "created": made,
            }
        )

    def front(self) -> None:
        """Write title, mark, summary and source."""
        sheet = self._sheet(FRONT)
        for column, width in enumerate(FRONT_WIDTHS):
            sheet.set_column(column, column, width)
        row = self._head(sheet)
        self._text(sheet, row, 0, "Het belangrijkste in het kort", bold=True, font_size=12)
        for number, sentence in enumerate(self.report.summary, row + 1):
            self._merged(sheet, number, sentence)
        row += len(self.report.summary) + 2
        self._text(sheet, row, 0, "Bron en verantwoording", bold=True, font_size=12)
        for number, (term, text) in enumerate(self.report.source, row + 1):
            self._text(sheet, number, 0, term, valign="top")
            self._text(sheet, number, 1, text, text_wrap=True, valign="top")
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)

    def section(self, section: Section, tables: list[Table]) -> None:
        """Write the tables of a section under each other; a single table keeps its head in view."""
        sheet = self._sheet(section.title)
        row = self._head(sheet, section.title)
        widths = _widths(tables)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        if len(tables) == 1:
            sheet.freeze_panes(row + 2, 1)
        for table in tables:
            row = self._table(sheet, row, table, widths) + 1
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)

    def figures(self) -> None:
        """Write the tidy rows under a head that stays in view and can be filtered."""
        sheet = self._sheet(FIGURES)
        columns = (*FigureRow.model_fields, "simulated")
        for column, name in enumerate(columns):
            self._text(sheet, 0, column, name, bold=True, bottom=1)
            sheet.set_column(column, column, max(len(name) + 2, 12))
        for row, figure in enumerate(self.report.figures, 1):
            for column, (_, value) in enumerate(figure):
                self._value(sheet, row, column, value)
            sheet.write_boolean(row, len(columns) - 1, self.report.simulated)
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.autofilter(0, 0, len(self.report.figures), len(columns) - 1)

    def _sheet(self, title: str) -> Any:
        return self.workbook.add_worksheet(self.names.take(title))

    def _head(self, sheet: Any, title: str = "") -> int:
        """Write what stands above every sheet; return the first free row."""
        self._text(sheet, 0, 0, self.report.title, bold=True, font_size=14)
        self._text(sheet, 1, 0, title or f"{self.report.subtitle}. Gemaakt op {date_words(self.report.made_on)}.")
        if not self.report.simulated:
            return 3
        self._text(sheet, 2, 0, SIMULATED_MARK, bold=True, font_color=WARNING_COLOUR)
        return 4

    def _table(self, sheet: Any, row: int, table: Table, widths: list[int]) -> int:
        """Write a table with its title and note; return the first free row."""
        self._text(sheet, row, 0, table.title, bold=True)
        sheet.set_row(row + 1, LINE * max(map(lines_of, table.head, widths)))
        for column, text in enumerate(table.head):
            numeric = any(isinstance(cells[column], Number) for cells in table.rows)
            place = _place(column, right=numeric)
            self._text(sheet, row + 1, column, text, bold=True, bottom=1, text_wrap=True, valign="bottom", **place)
        for number, cells in enumerate(table.rows, row + 2):
            sheet.set_row(
                number, LINE * max(lines_of(_words(cell), width) for cell, width in zip(cells, widths, strict=False))
            )
            for column, cell in enumerate(cells):
                self._cell(sheet, number, column, cell)
        row += 2 + len(table.rows)
        if table.note:
            self._text(sheet, row, 0, table.note, italic=True)
            row += 1
        return row

    def _cell(self, sheet: Any, row: int, column: int, cell: str | Number) -> None:
        if isinstance(cell, Number):
            pattern = "#,##0" + ("." + "0" * cell.decimals if cell.decimals else "") + ("%" if cell.percentage else "")
            sheet.write_number(row, column, cell.value, self._style(num_format=pattern, valign="top"))
        else:
            place = _place(column, right=cell == "-")
            self._text(sheet, row, column, cell, text_wrap=True, valign="top", **place)

    def _value(self, sheet: Any, row: int, column: int, value: str | float | None) -> None:
        if isinstance(value, str):
            if value:
                self._text(sheet, row, column, value)
        elif value is not None:
            sheet.write_number(row, column, value)

    def _text(self, sheet: Any, row: int, column: int, text: str, **look: Any) -> None:
        """Write text as text. The quote prefix keeps it text when somebody edits the cell."""
        if text.startswith(FORMULA_STARTS) and len(text) > 1:
            look["quote_prefix"] = True
        sheet.write_string(row, column, text, self._style(**look))

    def _merged(self, sheet: Any, row: int, text: str) -> None:
        """Write a sentence over the two columns of the front sheet, high enough for all its lines."""
        style = self._style(text_wrap=True, valign="top")
        sheet.merge_range(row, 0, row, 1, "", style)
        sheet.write_string(row, 0, text, style)
        sheet.set_row(row, LINE * lines_of(text, FRONT_WIDTHS[0] + FRONT_WIDTHS[1]))

    def _style(self, **look: Any) -> Any:
        key = tuple(sorted(look.items()))
        if key not in self.styles:
            self.styles[key] = self.workbook.add_format(look)
        return self.styles[key]
