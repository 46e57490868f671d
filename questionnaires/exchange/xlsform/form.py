"""The rows of an XLSForm workbook, read by pyxform, and the account of what was not held.

Each cell is taken by what holds it. What nobody takes is told, so that nothing is dropped silently.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any, Final, TypeAlias

from questionnaires.exchange.spreadsheets.reading import Sheet, Spot, read_sheets
from questionnaires.problems import Problem

# A column by what it means to pyxform: ("label", "Nederlands (nl)"), ("bind", "relevant").
ColumnPath: TypeAlias = tuple[str, ...]

SURVEY, CHOICES, SETTINGS = "survey", "choices", "settings"
SHOWN: Final = 60  # characters of a cell in the account


@dataclass(frozen=True, slots=True, order=True)
class NotHeld:
    """What could not be held: the place (`survey!C7`, `survey!7` for a whole row), what stands there, and why not."""

    sheet: str
    row: int
    place: str
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class FormCell:
    """A cell with something in it."""

    header: str
    value: str
    spot: Spot


@dataclass(slots=True)
class FormRow:
    """A row of a sheet. Its cells are taken one by one by what holds them."""

    sheet: str
    number: int
    cells: dict[ColumnPath, FormCell]

    def value(self, *path: str) -> str:
        """Return what stands in a column, "" when it is empty; the cell stays to be taken."""
        return self.cells[path].value if path in self.cells else ""

    def take(self, *path: str) -> FormCell | None:
        """Return the cell of a column as held; None when it is empty."""
        return self.cells.pop(path, None)


@dataclass(slots=True)
class Form:
    """An XLSForm workbook, and the account of what could not be held."""

    survey: list[FormRow]
    choices: list[FormRow]
    settings: list[FormRow]
    account: list[NotHeld] = field(default_factory=list)

    def lose(self, cell: FormCell, why: str) -> None:
        """Put a cell in the account."""
        what = f"{cell.header}: {cell.value}"
        self.account.append(NotHeld(cell.spot.sheet, cell.spot.row, str(cell.spot), _short(what), why))

    def tell(self, what: str, why: str) -> None:
        """Put something in the account that is about the whole survey."""
        sheet = self.survey[0].sheet
        self.account.append(NotHeld(sheet, 1, sheet, what, why))

    def lose_heading(self, cell: FormCell, why: str) -> None:
        """Put the heading above a cell in the account."""
        spot = replace(cell.spot, row=1)
        self.account.append(NotHeld(spot.sheet, 1, str(spot), _short(cell.header), why))

    def lose_row(self, row: FormRow, why: str) -> None:
        """Put a whole row in the account."""
        if row.cells:
            what = ", ".join(cell.value for cell in row.cells.values())
            self.account.append(NotHeld(row.sheet, row.number, f"{row.sheet}!{row.number}", _short(what), why))
            row.cells.clear()


def read_form(content: bytes, file: str) -> Form | Problem:
    """Return the rows of an XLSForm workbook, or why it cannot be read."""
    sheets = read_sheets(content, file)
    if isinstance(sheets, Problem):
        return sheets
    try:
        from pyxform.xls2json import workbook_to_json
        from pyxform.xls2json_backends import get_xlsform
    except ImportError:
        cause = "Om een XLSForm te lezen is de uitbreiding xlsform nodig."
        return Problem(file, 1, "", "X01", cause, "Installeer haar met: pip install -c constraints.txt '.[xlsform]'.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about looks that openpyxl does not keep: we only read
            found = get_xlsform(BytesIO(content), file_type=".xlsx")
            workbook_to_json(deepcopy(found), form_name="vragenlijst")
    except Exception as error:  # noqa: BLE001 (pyxform also fails with whatever Python raises)
        cause = f"Pyxform vindt dit geen goed XLSForm: {' '.join(str(error).split())}"
        return Problem(file, 1, "", "X02", cause, "Verbeter dit in het werkboek, en probeer het opnieuw.")
    return _form(found, sheets)


def _form(found: Any, sheets: Mapping[str, Sheet]) -> Form:
    from pyxform import aliases
    from pyxform.question import MultipleChoiceQuestion, Option
    from pyxform.survey import Survey

    names = {name.lower(): name for name in sheets}
    # A workbook of one sheet is a survey, whatever that is called.
    survey = names.pop(SURVEY, "") or names.popitem()[1]
    choices, settings = names.pop(CHOICES, ""), names.pop(SETTINGS, "")
    form = Form([], [], [])
    form.survey += _read(
        form, sheets, survey, (found.survey, found.survey_header), aliases.survey_header, MultipleChoiceQuestion
    )
    form.choices += _read(form, sheets, choices, (found.choices, found.choices_header), aliases.list_header, Option)
    form.settings += _read(
        form, sheets, settings, (found.settings, found.settings_header), aliases.settings_header, Survey
    )
    form.account += (
        NotHeld(name, 1, name, name, "Dit blad heeft hier geen plek.") for name in names.values() if sheets[name]
    )
    return form


def _read(
    form: Form, sheets: Mapping[str, Sheet], name: str, read: tuple[Any, Any], known: Mapping[str, Any], kind: Any
) -> Iterator[FormRow]:
    """Yield the rows of a sheet as pyxform read them, and put in the account what it did not look at."""
    rows, headers = read[0] or (), (read[1] or [{}])[0]
    paths = _paths(headers, known, set(kind.get_slot_names()))
    sheet = {row.number: row.cells for row in sheets.get(name, ())}
    # Pyxform leaves out what is empty, and keeps the order.
    columns = dict(zip(headers, sorted(sheet.get(1, {})), strict=False))
    for number, written in enumerate(rows, 2):
        cells = {
            paths[header]: FormCell(header, str(value), Spot(name, number, columns.get(header, 1), header))
            for header, value in written.items()
        }
        if cells:
            yield FormRow(name, number, cells)
    for number, there in sheet.items():
        for column, cell in there.items():
            if number > len(rows) + 1 or (number > 1 and column not in columns.values()):
                spot = Spot(name, number, column)
                why = "Deze cel staat onder geen kolom van de lijst, of ver onder de rest."
                form.account.append(NotHeld(name, number, str(spot), _short(str(cell.value)), why))


def _paths(headers: Mapping[str, Any], known: Mapping[str, Any], columns: set[str]) -> dict[str, ColumnPath]:
    from pyxform.parsing.sheet_headers import process_header

    double = any("::" in header for header in headers)
    return {
        header: process_header(header, use_double_colon=double, header_aliases=known, header_columns=columns)[1]
        for header in headers
    }


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= SHOWN else f"{flat[:SHOWN]}…"
