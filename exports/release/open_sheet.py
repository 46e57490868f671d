"""A sheet of an OpenDocument workbook as XML: a line at a time, and figures some thousands of lines at a time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from exports.release.sheet import Block, Cell, Line, Look, Notation, Sheet, place_of

# What XML 1.0 cannot hold.
_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPACES: Final = re.compile(r"^ +| {2,}| +$")
_TEXTS_KEPT: Final = 4096
_ROW: Final = "<table:table-row table:style-name='row'>"
_ROW_ENDS: Final = "</table:table-row>\n"
_EMPTY: Final = "<table:table-cell/>"


def sheet_parts(sheet: Sheet) -> Iterator[str]:
    """Yield the XML of a sheet: `table:table` with its columns and rows. The head is given as such, so that it is printed on every page."""
    yield f"<table:table table:name={quoteattr(sheet.name)} table:style-name='sheet'>"
    yield from (f"<table:table-column table:style-name='width{width}'/>" for width in sheet.widths)
    for row, line in enumerate(sheet.lines):
        written = _row(line, len(sheet.widths))
        is_head = row == sheet.head
        yield f"<table:table-header-rows>{written}</table:table-header-rows>" if is_head else written
    for block in sheet.figures:
        yield _block(block)
    yield "</table:table>\n"


def filters_of(sheets: Iterable[Sheet]) -> str:
    """Return the XML of the filters over the tables of sheets."""
    ranges = "".join(_filter(number, it) for number, it in enumerate(sheets) if it.head is not None)
    return f"<table:database-ranges>{ranges}</table:database-ranges>" if ranges else ""


def _filter(number: int, sheet: Sheet) -> str:
    head = 1 + (sheet.head or 0)
    where = f"'{sheet.name}'.A{head}:'{sheet.name}'.{_letters(len(sheet.widths))}{head + sheet.rows}"
    return (
        f"<table:database-range table:name='__Anonymous_Sheet_DB__{number}' table:display-filter-buttons='true' "
        f"table:target-range-address={quoteattr(where)}/>"
    )


def _letters(column: int) -> str:
    """Return how a spreadsheet names a column, from 1.

    >>> _letters(1), _letters(26), _letters(29)
    ('A', 'Z', 'AC')
    """
    before, place = divmod(column - 1, 26)
    return (_letters(before) if before else "") + chr(ord("A") + place)


def _row(line: Line, columns: int) -> str:
    cells = "".join(_cell(line, column, cell) for column, cell in enumerate(line.cells))
    rest = columns - len(line.cells)
    room = f"<table:table-cell table:number-columns-repeated='{rest}'/>" if rest > 0 else ""
    return f"{_ROW}{cells}{room}{_ROW_ENDS}"


def _cell(line: Line, column: int, cell: Cell) -> str:
    if isinstance(cell, str):
        return _text_cell(f"{line.look.value}_{place_of(line.notation(column), column).value}", cell)
    return _EMPTY if cell is None else _number_cell(line.notation(column)).format(cell)


def _block(block: Block) -> str:
    """Return the XML of lines of figures."""
    columns = (_column(cells, block.notation(place), place) for place, cells in enumerate(block.columns))
    rows = map("".join, zip(*columns, strict=True))
    return f"{_ROW}{f'{_ROW_ENDS}{_ROW}'.join(rows)}{_ROW_ENDS}"


def _column(cells: Sequence[Cell], notation: Notation, place: int) -> list[str]:
    if isinstance(cells[0], str):
        style = f"{Look.FIGURES.value}_{place_of(notation, place).value}"
        written = {cell: _text_cell(style, str(cell)) for cell in set(cells)}
        return [written[cell] for cell in cells]
    before, after = _number_cell(notation).split("{!r}")
    return [_EMPTY if cell is None else f"{before}{cell!r}{after}" for cell in cells]


def _number_cell(notation: Notation) -> str:
    """Return a cell with a place for its number."""
    kind = "percentage" if notation is Notation.PERCENTAGE else "float"
    return f"<table:table-cell table:style-name='{notation.name}' office:value-type='{kind}' office:value='{{!r}}'/>"


@lru_cache(_TEXTS_KEPT)
def _text_cell(style: str, text: str) -> str:
    if not text:
        return _EMPTY
    paragraphs = "".join(f"<text:p>{_spaced(one)}</text:p>" for one in text.split("\n"))
    return f"<table:table-cell table:style-name='{style}' office:value-type='string'>{paragraphs}</table:table-cell>"


def _spaced(text: str) -> str:
    """Return text in which every space and tab is kept: XML for documents takes several together."""
    safe = escape(_FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text))
    kept = _SPACES.sub(lambda found: f"<text:s text:c='{len(found[0])}'/>", safe)
    return kept.replace("\t", "<text:tab/>").replace("\r", "&#13;")
