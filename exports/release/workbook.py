"""A release as a workbook for people (XLSX), written to a file on disk so that memory stays the same however long it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from exports.release.cube import SealedCube
from exports.release.facts import citation_of
from exports.release.introducing import dated, notices_of
from exports.release.sheet import Line, Look, Notation, Place, Sheet, height_of, place_of
from exports.release.sheets_for_people import sheets_of
from exports.sheets import WARNING_COLOUR
from exports.tidy_csv import FORMULA_STARTS

if TYPE_CHECKING:
    from exports.release.figure_sheet import SharedTexts

PART: Final = 65_536  # bytes
_LOOKS: Final[dict[Look, dict[str, Any]]] = {
    Look.TITLE: {"bold": True, "font_size": 14},
    Look.WARNING: {"bold": True, "font_color": WARNING_COLOUR},
    Look.HEADING: {"bold": True, "font_size": 12},
    Look.HEAD: {"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"},
    Look.TEXT: {"text_wrap": True, "valign": "top"},
    Look.FIGURES: {},
}
_PLACES: Final[dict[Place, dict[str, Any]]] = {
    Place.LEFT: {},
    Place.INSET: {"align": "left", "indent": 1},
    Place.RIGHT: {"align": "right"},
}


def write_xlsx(release: SealedCube) -> Iterator[bytes]:
    """Yield the workbook in parts. Numbers are numbers, text never starts a formula, the same release gives the same bytes.

    A workbook holds 16 significant digits.
    """
    with TemporaryDirectory() as folder:
        file = Path(folder, "release.xlsx")
        _write(release, file)
        with file.open("rb") as written:
            while part := written.read(PART):
                yield part


def _write(release: SealedCube, file: Path) -> None:
    from xlsxwriter import Workbook

    options = {"tmpdir": str(file.parent), "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(str(file), options) as workbook:
        workbook.set_properties(_properties(release))
        book = _Book(workbook)
        for sheet in sheets_of(release):
            book.add(sheet)


def _properties(release: SealedCube) -> dict[str, Any]:
    facts = release.facts
    return {
        "title": facts.title,
        "subject": facts.population,
        "author": facts.publisher,
        "company": facts.publisher,
        "created": datetime.combine(dated(release), time(), UTC).replace(tzinfo=None),
        "comments": "\n".join((*notices_of(release), citation_of(facts, release.seal), release.seal.digest)),
    }


class _Book:
    """The workbook being written. Lines are given to the library one after the other; figures are read when it is closed."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._styles: dict[tuple[object, ...], Any] = {}

    def add(self, sheet: Sheet) -> None:
        """Write a sheet."""
        from exports.release.figure_sheet import FigureSheet

        page = self._workbook.add_worksheet(sheet.name, FigureSheet)
        page.figures, page.rows = sheet.figures, sheet.rows
        page.style_of, page.texts = self._style_of_figures, lambda: self._texts
        page.set_landscape()
        page.fit_to_pages(1, 0)
        for column, width in enumerate(sheet.widths):
            page.set_column(column, column, width)
        if sheet.head is not None:
            page.freeze_panes(sheet.head + 1, 0)
            page.repeat_rows(sheet.head)
            page.autofilter(sheet.head, 0, sheet.head + sheet.rows, len(sheet.widths) - 1)
        for row, line in enumerate(sheet.lines):
            if line.look in {Look.TEXT, Look.HEAD} and line.cells:
                page.set_row(row, height_of(line, sheet.widths))
            self._line(page, row, line)

    def _line(self, page: Any, row: int, line: Line) -> None:
        for column, cell in enumerate(line.cells):
            style = self._style(line.look, line.notation(column), column, cell if isinstance(cell, str) else None)
            if isinstance(cell, str):
                if cell:
                    page.write_string(row, column, cell, style)
            elif cell is not None:
                page.write_number(row, column, cell, style)

    def _style_of_figures(self, notation: Notation, column: int, text: str | None) -> Any:
        return self._style(Look.FIGURES, notation, column, text)

    def _style(self, look: Look, notation: Notation, column: int, text: str | None) -> Any:
        """Return the style of a text, or of a number (None)."""
        own: dict[str, Any] = {"num_format": notation.value}
        if text is not None:
            own = _PLACES[place_of(notation, column)]
            if len(text) > 1 and text.startswith(FORMULA_STARTS):
                own = {**own, "quote_prefix": True}  # keeps it text when somebody edits the cell
        key = (look, *own.items())
        if key not in self._styles:
            self._styles[key] = self._workbook.add_format({**_LOOKS[look], **own})
        return self._styles[key]

    @cached_property
    def _texts(self) -> SharedTexts:
        from exports.release.figure_sheet import SharedTexts

        return SharedTexts(self._workbook.str_table)
