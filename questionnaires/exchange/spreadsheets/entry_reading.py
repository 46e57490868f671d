"""Reading entries: the rows of a sheet become parts of definitions, each part with the cell that it stands in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from questionnaires.exchange.spreadsheets.cells import Fault
from questionnaires.exchange.spreadsheets.columns import Path, SheetForm
from questionnaires.exchange.spreadsheets.reading import Cell, Row, Sheet, Spot, problem_at
from questionnaires.problems import Problem
from questionnaires.strict_yaml import suggest
from questionnaires.yaml_nodes import Written

OWN = "#"  # a sheet or column whose name begins with this is the author's own

_Where: TypeAlias = Mapping[str, tuple[Cell, Spot]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A part of a definition as its row says it, and the cell of every part that it could have; `()` is the row itself."""

    values: dict[str, Written]
    spots: Mapping[Path, Spot]

    def spot(self, *path: str) -> Spot:
        """Return the cell of a part; that of the row when the sheet has no such column."""
        return self.spots.get(path, self.spots[()])

    def take(self, name: str) -> str:
        """Return what stands in a column of names, "" when it is empty, and leave it out of the values."""
        return str(self.values.pop(name, ""))


@dataclass(slots=True)
class Reading:
    """A workbook being read: its name, its sheets, and the problems so far."""

    file: str
    sheets: Mapping[str, Sheet]
    problems: list[Problem] = field(default_factory=list)

    def report(self, spot: Spot, code: str, cause: str, cure: str) -> None:
        """Keep a problem at a cell."""
        self.problems.append(problem_at(self.file, spot, code, cause, cure))


def read_entries(form: SheetForm, reading: Reading) -> list[Entry]:
    """Return the entries of a sheet, one a row; its columns may stand in any order."""
    sheet = reading.sheets.get(form.name)
    if sheet is None:
        cause = f"Het blad {form.name} ontbreekt."
        known = [name for name in reading.sheets if not name.startswith(OWN)]
        cure = f"Voeg het toe, al is het leeg. Dit zijn de bladen: {', '.join(known)}."
        reading.problems.append(Problem(reading.file, 1, form.name, "W02", cause, cure))
        return []
    head = sheet[:1]
    named = [
        (str(cell.value), Spot(form.name, row.number, column)) for row in head for column, cell in row.cells.items()
    ]
    places = _places(form, named, reading, what="kolom")
    return [_entry(form, _across(form, row, places), reading) for row in sheet[1:] if _within(row, places)]


def read_record(form: SheetForm, reading: Reading) -> Entry:
    """Return the one entry of a sheet that has a row where others have a column: the name first, then the value."""
    sheet = reading.sheets.get(form.name, ())
    named = [(str(row.cells[1].value), Spot(form.name, row.number, 1)) for row in sheet[1:] if 1 in row.cells]
    places = _places(form, named, reading, what="rij")
    rows = {row.number: row for row in sheet}
    where = {
        header: (rows[spot.row].cells.get(2, Cell("empty")), Spot(form.name, spot.row, 2, header))
        for header, spot in places.items()
    }
    return _entry(form, where, reading)


def _places(form: SheetForm, named: list[tuple[str, Spot]], reading: Reading, *, what: str) -> dict[str, Spot]:
    """Return where each column stands; tell which are missing, there twice, or not known."""
    headers = {_folded(column.header): column.header for column in form.columns}
    found: dict[str, Spot] = {}
    for name, spot in named:
        header = headers.get(_folded(name))
        if name.startswith(OWN):
            continue
        if header is None:
            cause = f"Dit blad heeft geen {what} {name}."
            cure = f"{suggest(name, headers.values())} Is het iets van uzelf, zet er dan {OWN} voor."
            reading.report(spot, "W03", cause, cure)
        elif header in found:
            reading.report(spot, "W03", f"De {what} {header} staat er twee keer.", "Haal er een weg.")
        else:
            found[header] = spot
    for missing in (header for header in headers.values() if header not in found):
        cause = f"De {what} {missing} ontbreekt op het blad {form.name}."
        cure = f"Voeg de {what} toe; hij mag leeg zijn."
        reading.problems.append(Problem(reading.file, 1, form.name, "W03", cause, cure))
    return found


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _within(row: Row, places: Mapping[str, Spot]) -> bool:
    """Return whether a row has anything in the columns that count."""
    return any(spot.column in row.cells for spot in places.values())


def _across(form: SheetForm, row: Row, places: Mapping[str, Spot]) -> _Where:
    return {
        header: (row.cells.get(spot.column, Cell("empty")), Spot(form.name, row.number, spot.column, header))
        for header, spot in places.items()
    }


def _entry(form: SheetForm, where: _Where, reading: Reading) -> Entry:
    entry = Entry({}, dict(_spots(form, where)))
    for column in form.columns:
        cell, spot = where.get(column.header, (Cell("empty"), None))
        if spot is None or cell.kind == "empty":
            continue
        value = column.form.read(cell)
        if isinstance(value, Fault):
            reading.report(spot, "W04", value.cause, value.cure)
        else:
            _put(entry.values, column.path, value)
    return entry


def _spots(form: SheetForm, where: _Where) -> Iterator[tuple[Path, Spot]]:
    """Yield the cell of each part; that of a part with parts of its own is the first of those, that of all the first column."""
    found: dict[Path, Spot] = {}
    for column in form.columns:
        if column.header in where:
            for length in range(len(column.path), -1, -1):
                found.setdefault(column.path[:length], where[column.header][1])
    found.setdefault((), Spot(form.name, 1, 1))
    yield from found.items()


def _put(values: dict[str, Written], path: Path, value: Written) -> None:
    for step in path[:-1]:
        below = values.setdefault(step, {})
        assert isinstance(below, dict), "no column holds a part of what another column holds"
        values = below
    values[path[-1]] = value
