"""Redivisions of municipalities from a file: who was taken up in whom, and when. It has the columns of data/herindelingen_2016_2023.csv."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from ceo.workflows.areas.divisions import MUNICIPALITIES, Areas, Place, Redivision, Stay, division_of
from ceo.workflows.areas.laying import Change, Laid, What
from ceo.workflows.areas.reading import stem
from ceo.workflows.frames.reading_csv import read_csv
from ceo.workflows.frames.rows import Row, UnreadableListError, column_letters
from questionnaires.problems import Problem

DAY: Final = "ingangsdatum"
OLD: Final = "oudecode"
NEW: Final = "nieuwecode"
_OLD_NAME: Final = "oudenaam"
_NEW_NAME: Final = "nieuwenaam"
_CODE: Final = re.compile(r"GM\d{4}")
_COLUMNS: Final = "Gebruik de kolommen ingangsdatum, oude_code, oude_naam, nieuwe_code en nieuwe_naam."


@dataclass(frozen=True, slots=True)
class ToldRedivision:
    """A line of the file."""

    line: int
    redivision: Redivision
    old_name: str
    new_name: str


def tells_redivisions(content: bytes) -> bool:
    """Tell whether a file is one of redivisions, by its first row."""
    try:
        first = next(iter(read_csv([content])), None)
    except UnreadableListError:
        return False
    return first is not None and {DAY, OLD, NEW} <= {stem(str(cell)) for cell in first.cells}


def read_redivisions(content: bytes, file: str) -> tuple[ToldRedivision, ...] | tuple[Problem, ...]:
    """Return the redivisions of a file, or everything that is wrong with it."""
    try:
        head, *rows = list(read_csv([content]))
    except (UnreadableListError, ValueError):
        return (Problem(file, 1, "", "G01", "Dit bestand is niet als tabel te lezen.", _COLUMNS),)
    places = {stem(str(cell)): place for place, cell in enumerate(head.cells)}
    missing = [name for name in (DAY, OLD, _OLD_NAME, NEW, _NEW_NAME) if name not in places]
    if missing:
        return (Problem(file, 1, "", "G02", "Niet alle kolommen zijn er.", _COLUMNS),)
    problems = tuple(problem for row in rows for problem in _problems(file, row, places))
    return problems or tuple(_told(row, places) for row in rows)


def lay_redivisions(areas: Areas, told: Sequence[ToldRedivision], file: str) -> Laid | tuple[Problem, ...]:
    """Return what is known with these redivisions, or why they cannot be right."""
    problems = tuple(sorted(_contradictions(areas, told, file)))
    if problems:
        return problems
    places, changes = dict(areas.places), []
    new = [one for one in told if one.redivision not in areas.redivisions]
    for one in sorted(new, key=lambda it: it.redivision.day):
        day, old, into = one.redivision.day, one.redivision.code, one.redivision.into
        # Of one that nobody told of before, it is known that it was there the year before.
        known = places.get(old) or Place(old, one.old_name, date(day.year - 1, 1, 1))
        places[old] = replace(known, until=day)
        places.setdefault(into, Place(into, one.new_name, day))
        changes.append(Change(What.ENDED, old, known.name, f"{one.new_name} ({into}), {day.isoformat()}"))
    stays = tuple(kept for stay in areas.stays if (kept := _within(stay, places)) is not None)
    added = tuple(one.redivision for one in new)
    after = Areas(dict(sorted(places.items())), stays, (*areas.redivisions, *added), areas.known)
    return Laid(after, changes, ())


def _problems(file: str, row: Row, places: Mapping[str, int]) -> Iterator[Problem]:
    for name in (OLD, NEW):
        text = str(row.cell(places[name])).strip()
        if not _CODE.fullmatch(text):
            cause = f"'{text[:20]}' is geen code van een gemeente."
            yield Problem(file, row.number, _column(places[name]), "G04", cause, "Vul een code in zoals GM0344.")
    if _day(row, places) is None:
        cure = "Vul een dag in zoals 2023-01-01."
        yield Problem(file, row.number, _column(places[DAY]), "G13", "De ingangsdatum is geen dag.", cure)
    if row.cell(places[OLD]) == row.cell(places[NEW]):
        cause, cure = "De oude en de nieuwe gemeente zijn dezelfde.", "Haal de regel weg, of verbeter een code."
        yield Problem(file, row.number, _column(places[NEW]), "G14", cause, cure)


def _contradictions(areas: Areas, told: Sequence[ToldRedivision], file: str) -> Iterator[Problem]:
    """Yield municipalities of which other days are known, or that would be there after they were taken up."""
    for one in told:
        code, day = one.redivision.code, one.redivision.day
        earlier = {other.day for other in areas.redivisions if other.code == code}
        if earlier - {day}:
            cause = f"{areas.name(code)} ({code}) ging al op {min(earlier)} op in een andere gemeente."
            yield Problem(file, one.line, "", "G15", cause, "Verbeter de code of de ingangsdatum.")
        later = [known for known in areas.known.get(MUNICIPALITIES, ()) if known >= day]
        place = areas.places.get(code)
        if place is not None and any(place.on(known) for known in later):
            cause = f"{place.name} ({code}) staat nog in de gebiedsindeling van {max(later)}."
            yield Problem(file, one.line, "", "G16", cause, "Verbeter de code of de ingangsdatum.")


def _within(stay: Stay, places: Mapping[str, Place]) -> Stay | None:
    until = places[stay.member].until
    if until is None or (stay.until is not None and stay.until <= until):
        return stay
    return None if until <= stay.since else replace(stay, until=until)


def _told(row: Row, places: Mapping[str, int]) -> ToldRedivision:
    day, text = _day(row, places), {name: str(row.cell(place)).strip() for name, place in places.items()}
    assert day is not None, "the problems of the row were looked for first"
    assert division_of(text[OLD]) == MUNICIPALITIES, "the problems of the row were looked for first"
    return ToldRedivision(row.number, Redivision(text[OLD], text[NEW], day), text[_OLD_NAME], text[_NEW_NAME])


def _day(row: Row, places: Mapping[str, int]) -> date | None:
    cell = row.cell(places[DAY])
    if isinstance(cell, date):
        return cell
    try:
        return date.fromisoformat(cell)
    except ValueError:
        return None


def _column(place: int) -> str:
    return f"kolom {column_letters(place)}"
