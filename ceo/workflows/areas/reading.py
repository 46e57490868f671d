"""Reading the table of areas of Statistics Netherlands: "Gebieden in Nederland" of any year, as StatLine gives it (CSV).

The names of its columns differ by year: another level in between, another apostrophe, a year or a unit behind. So columns are known by
the end of their path, of which only the letters count: `Lokaliseringen van gemeenten/Provincies/Code (code)` ends with `provinciescode`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from ceo.workflows.areas.divisions import (
    MUNICIPALITIES,
    PARTS,
    PROVINCES,
    SAFETY_REGIONS,
    SIZE_CLASSES,
    URBANITY,
    WORDS,
)
from ceo.workflows.frames.reading_csv import read_csv
from ceo.workflows.frames.rows import Row, UnreadableListError, column_letters
from questionnaires.problems import Problem

# How the path of a column ends: of codes by division, of names by division, and of figures.
_CODES: Final[Mapping[str, str]] = {
    MUNICIPALITIES: "gemeentencode",
    PROVINCES: "provinciescode",
    PARTS: "landsdelencode",
    SAFETY_REGIONS: "veiligheidsregioscode",
    SIZE_CLASSES: "gemeentegroottecode",
    URBANITY: "stedelijkheidcode",
}
_NAMES: Final[Mapping[str, str]] = {
    MUNICIPALITIES: "gemeentennaam",
    PROVINCES: "provinciesnaam",
    PARTS: "landsdelennaam",
    SAFETY_REGIONS: "veiligheidsregiosnaam",
}
_REGIONS: Final = "regios"
_FIGURES: Final[Mapping[str, str]] = {"population": "inwonertal", "address_density": "omgevingsadressendichtheid"}
_SHAPES: Final[Mapping[str, str]] = {
    MUNICIPALITIES: r"GM\d{4}",
    PROVINCES: r"PV\d{2}",
    PARTS: r"LD\d{2}",
    SAFETY_REGIONS: r"VR\d{2}",
    SIZE_CLASSES: r"[1-8]",
    URBANITY: r"[1-5]",
}
# These are numbers in the table, and have the letters of their division in front here.
_NUMBERED: Final = (SIZE_CLASSES, URBANITY)
# What CBS writes where there is nothing (yet).
_NOTHING: Final = frozenset({"", ".", "-", "x"})
_THOUSANDS: Final = re.compile(r"\d{1,3}([. \u00a0]\d{3})+")
_PLAIN: Final = re.compile(r"\d+([.,]\d+)?")
_YEAR: Final = re.compile(r"(?<!\d)20\d\d(?!\d)")
# Above the names of columns there can be a title.
_HEAD_WITHIN: Final = 20
_GET_THE_TABLE: Final = (
    "Download op StatLine de tabel 'Gebieden in Nederland' als CSV, met alle gemeenten en met codes en namen."
)


@dataclass(frozen=True, slots=True)
class TableRow:
    """A municipality in the table: in which area of each division it lies, and its figures."""

    line: int
    code: str
    name: str
    areas: Mapping[str, str]
    figures: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class AreaTable:
    """The division of the country on 1 January of a year. `divisions` are those that the table tells of, `names` those of areas."""

    file: str
    day: date
    rows: Sequence[TableRow]
    divisions: Sequence[str]
    names: Mapping[str, str]


def read_table(content: bytes, file: str, year: int | None = None) -> AreaTable | tuple[Problem, ...]:
    """Return the table of a file, or everything that is wrong with it. Without a year it is taken from the name of the file."""
    try:
        rows = list(read_csv([content]))
    except UnreadableListError as error:
        return (
            Problem(file, max(error.line, 1), "", "G01", "Dit bestand is niet als tabel te lezen.", _GET_THE_TABLE),
        )
    head = next((row for row in rows[:_HEAD_WITHIN] if _CODES[MUNICIPALITIES] in _stems_of(row)), None)
    if head is None:
        cause = "Er is geen kolom 'Codes en namen van gemeenten/Code'."
        return (Problem(file, 1, "", "G02", cause, _GET_THE_TABLE),)
    day = _day(file, head, year)
    reading = _Reading(file, _stems_of(head))
    found = [reading.row(row) for row in rows if row.number > head.number and not _is_foot(row)]
    problems = [*reading.problems, *([day] if isinstance(day, Problem) else []), *_repeated(file, found)]
    divisions = [name for name in _CODES if name != MUNICIPALITIES and any(name in row.areas for row in found)]
    problems += [*_left_out(file, found, divisions)]
    if problems or isinstance(day, Problem):
        return tuple(sorted(problems))
    return AreaTable(file, day, found, divisions, reading.names)


def stem(name: str) -> str:
    """Return what of the name of a column counts: its letters, without the unit behind it.

    >>> stem("Lokaliseringen van gemeenten/Veiligheidsregio's/Code (code)")
    'lokaliseringenvangemeentenveiligheidsregioscode'
    """
    without_unit = re.sub(r"\s*\([^()]*\)\s*$", "", name)
    return "".join(sign for sign in without_unit.casefold() if sign.isalpha())


@dataclass(slots=True)
class _Reading:
    """Reads rows, and keeps what is wrong in them and how areas are called."""

    file: str
    stems: Sequence[str]
    problems: list[Problem] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def row(self, row: Row) -> TableRow:
        code = self._code(row, MUNICIPALITIES)
        if not code:
            cause, cure = "De code van de gemeente ontbreekt.", "Vul een code in zoals GM0344, of haal de regel weg."
            self._add(row, self._column(_CODES[MUNICIPALITIES]), "G03", cause, cure)
        # The first column tells places of the same name apart, such as Bergen (L.) and Bergen (NH.); the names themselves do not.
        name = _without_kind(self._text(row, _REGIONS)) or self._text(row, _NAMES[MUNICIPALITIES])
        found = ((division, self._code(row, division)) for division in _CODES if division != MUNICIPALITIES)
        areas = {division: area for division, area in found if area}
        for division in areas.keys() & _NAMES.keys():
            self._keep_name(row, areas[division], self._text(row, _NAMES[division]))
        figures = {figure: value for figure, end in _FIGURES.items() if (value := self._number(row, end)) is not None}
        return TableRow(row.number, code, name or code, areas, figures)

    def _column(self, end: str) -> int | None:
        return next((place for place, name in enumerate(self.stems) if _is_column(name, end)), None)

    def _text(self, row: Row, end: str) -> str:
        column = self._column(end)
        text = "" if column is None else str(row.cell(column)).strip()
        return "" if text.casefold() in _NOTHING else text

    def _code(self, row: Row, division: str) -> str:
        text = self._text(row, _CODES[division]).upper()
        if not text:
            return ""
        if not re.fullmatch(_SHAPES[division], text):
            cure = f"Vul een code in zoals {_EXAMPLES[division]}."
            cause = f"'{text[:20]}' is geen code van een {WORDS[division]}."
            self._add(row, self._column(_CODES[division]), "G04", cause, cure)
        return f"{division}{text}" if division in _NUMBERED else text

    def _number(self, row: Row, end: str) -> float | None:
        text = self._text(row, end)
        if not text:
            return None
        if _THOUSANDS.fullmatch(text):
            return float(re.sub(r"\D", "", text))
        if _PLAIN.fullmatch(text):
            return float(text.replace(",", "."))
        cause, cure = f"'{text[:20]}' is geen getal.", "Vul een getal in, of maak de cel leeg."
        self._add(row, self._column(end), "G07", cause, cure)
        return None

    def _keep_name(self, row: Row, code: str, name: str) -> None:
        if name and self.names.setdefault(code, name) != name:
            cause = f"{code} heet hier {name}, en eerder {self.names[code]}."
            self._add(row, self._column(_NAMES[code[:2]]), "G08", cause, "Geef elk gebied overal dezelfde naam.")

    def _add(self, row: Row, column: int | None, code: str, cause: str, cure: str) -> None:
        place = "" if column is None else f"kolom {column_letters(column)}"
        self.problems.append(Problem(self.file, row.number, place, code, cause, cure))


_EXAMPLES: Final = {
    MUNICIPALITIES: "GM0344",
    PROVINCES: "PV26",
    PARTS: "LD03",
    SAFETY_REGIONS: "VR09",
    SIZE_CLASSES: "5",
    URBANITY: "1",
}


def _is_column(name: str, end: str) -> bool:
    """Tell whether a column is meant; "regio's" is at the end of many."""
    return name == end if end == _REGIONS else name.endswith(end)


def _stems_of(row: Row) -> tuple[str, ...]:
    """Return the stems of a row of names; the column of codes of municipalities has its end only, so that it is found as a whole."""
    stems = (stem(str(cell)) for cell in row.cells)
    return tuple(_CODES[MUNICIPALITIES] if name.endswith(_CODES[MUNICIPALITIES]) else name for name in stems)


def _day(file: str, head: Row, year: int | None) -> date | Problem:
    """Return 1 January of the year that was given, or that the name of the file or of a column tells."""
    told = [*_YEAR.findall(file), *(found for cell in head.cells for found in _YEAR.findall(str(cell)))]
    if year is None and not told:
        cause = "Van welk jaar deze tabel is, staat niet in de naam van het bestand."
        return Problem(file, 1, "", "G05", cause, "Geef het jaar mee, zoals: --year 2026")
    return date(year if year is not None else int(told[0]), 1, 1)


def _is_foot(row: Row) -> bool:
    """Tell whether a row is a remark below the table, such as its source."""
    return sum(str(cell).strip() != "" for cell in row.cells) == 1


def _repeated(file: str, rows: Sequence[TableRow]) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for row in rows:
        first = seen.setdefault(row.code, row.line)
        if row.code and first != row.line:
            cause = f"{row.code} {row.name} staat ook op regel {first}."
            yield Problem(file, row.line, "", "G06", cause, "Haal een van de twee weg.")


def _left_out(file: str, rows: Sequence[TableRow], divisions: Sequence[str]) -> Iterator[Problem]:
    """Yield who lies in no area of a division that the table tells of."""
    for row in rows:
        for division in divisions:
            if division not in row.areas:
                cause = f"Bij {row.name} ontbreekt de {WORDS[division]}, en bij andere gemeenten niet."
                yield Problem(file, row.line, "", "G09", cause, "Download de hele tabel opnieuw, of vul de code aan.")


def _without_kind(name: str) -> str:
    """Return the name of a municipality without what tells it from its province.

    >>> _without_kind("Utrecht (gemeente)")
    'Utrecht'
    """
    return re.sub(r"\s*\(gemeente\)$", "", name)
