"""What a table of areas changes in what was known: computed as a whole, so that it can be looked at before it is kept.

A table tells how things were on one day. It holds from then on until the next day on which the same division is known: tables may come in
any order, and the last known division is carried on. Municipalities come and go on the day of their redivision, where that is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from ceo.workflows.areas.divisions import (
    MUNICIPALITIES,
    Areas,
    Place,
    Redivision,
    Stay,
    division_of,
    in_order,
    municipalities_on,
)
from ceo.workflows.areas.reading import AreaTable, TableRow
from questionnaires.problems import Problem

# With fewer of the municipalities that were there a table is a part of one.
_MOST: Final = 0.9


class What(StrEnum):
    """What changes."""

    NEW = "new"
    ENDED = "ended"
    RENAMED = "renamed"
    MOVED = "moved"  # from one area to another of the same division
    FILLED = "filled"  # in how many cases the area was not known


@dataclass(frozen=True, slots=True)
class Change:
    """A change: of which area or division, and what was before and is after it."""

    what: What
    code: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Laid:
    """What is known after a table: changes for people, and what they should look at."""

    areas: Areas
    changes: Sequence[Change]
    warnings: Sequence[Problem]


def lay(areas: Areas, table: AreaTable) -> Laid | tuple[Problem, ...]:
    """Return what is known with a table, or why it cannot be right."""
    problems = (*_partial(areas, table), *_against_redivisions(areas, table), *_reappearing(areas, table))
    if problems:
        return tuple(sorted(problems))
    places = _municipalities(areas, table)
    stays = _stays(areas, table, places)
    told = (MUNICIPALITIES, *table.divisions)
    known = {division: sorted({*areas.known.get(division, ()), table.day}) for division in told}
    every = {**places, **_groups(areas, table, stays)}
    after = Areas(every, stays, areas.redivisions, {**areas.known, **known})
    return Laid(after, tuple(_changes(areas, after, table)), tuple(_warnings(areas, after, table)))


def put(stays: Sequence[Stay], added: Stay) -> tuple[Stay, ...]:
    """Return the stays of a municipality in one division with one more, which goes before what was there; equal neighbours become one.

    >>> new = Stay("GM1", "PV2", date(2025, 1, 1), date(2026, 1, 1))
    >>> [(stay.area, stay.since.year) for stay in put([Stay("GM1", "PV1", date(2023, 1, 1))], new)]
    [('PV1', 2023), ('PV2', 2025), ('PV1', 2026)]
    """
    parts = [added, *(part for stay in stays for part in _without(stay, added))]
    joined: list[Stay] = []
    for stay in sorted(parts, key=lambda one: one.since):
        if joined and joined[-1].area == stay.area and joined[-1].until == stay.since:
            joined[-1] = replace(joined[-1], until=stay.until)
        else:
            joined.append(stay)
    return tuple(joined)


def _without(stay: Stay, taken: Stay) -> Iterator[Stay]:
    """Yield what is left of a stay before and after the days that are taken."""
    if stay.since < taken.since:
        yield replace(stay, until=_first(stay.until, taken.since))
    if taken.until is not None and (stay.until is None or stay.until > taken.until):
        yield replace(stay, since=max(stay.since, taken.until))


def _first(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)


def _partial(areas: Areas, table: AreaTable) -> Iterator[Problem]:
    present, known = {row.code for row in table.rows}, {place.code for place in municipalities_on(areas, table.day)}
    if len(present & known) < _MOST * len(known) or not present:
        cause = f"De tabel heeft {len(present & known)} van de {len(known)} gemeenten die er op {table.day} waren."
        yield Problem(table.file, 1, "", "G10", cause, "Download de tabel met alle gemeenten, en controleer het jaar.")


def _against_redivisions(areas: Areas, table: AreaTable) -> Iterator[Problem]:
    gone = {one.code: one for one in areas.redivisions if one.day <= table.day}
    for row in table.rows:
        if row.code in gone:
            one = gone[row.code]
            cause = f"{row.name} ({row.code}) is op {one.day} opgegaan in {areas.name(one.into)}."
            yield Problem(table.file, row.line, "", "G11", cause, "Controleer of dit de tabel van het goede jaar is.")


def _reappearing(areas: Areas, table: AreaTable) -> Iterator[Problem]:
    """Yield who is not in the table, and is in one of a later day."""
    later = _next_known(areas, MUNICIPALITIES, table.day)
    present = {row.code for row in table.rows}
    for place in municipalities_on(areas, table.day):
        if later is not None and place.code not in present and place.on(later):
            cause = f"{place.name} ({place.code}) ontbreekt, en is er op {later} wel."
            yield Problem(table.file, 1, "", "G12", cause, "Download de hele tabel opnieuw, en controleer het jaar.")


def _next_known(areas: Areas, division: str, day: date) -> date | None:
    return min((known for known in areas.known.get(division, ()) if known > day), default=None)


def _last_known(areas: Areas, division: str, day: date) -> date:
    return max((known for known in areas.known.get(division, ()) if known < day), default=day)


def _redivided(redivisions: Iterable[Redivision], after: date, until: date | None) -> date | None:
    """Return the first redivision after a day, up to and on another."""
    return min(
        (one.day for one in redivisions if one.day > after and (until is None or one.day <= until)), default=None
    )


def _municipalities(areas: Areas, table: AreaTable) -> dict[str, Place]:
    """Return the municipalities as they are known with the table."""
    places = {code: place for code, place in areas.places.items() if division_of(code) == MUNICIPALITIES}
    newest = _next_known(areas, MUNICIPALITIES, table.day) is None
    for row in table.rows:
        known = places.get(row.code)
        place = _appeared(areas, table, row) if known is None else _stretched(known, areas, table)
        places[row.code] = replace(place, name=row.name) if newest else place
    present = {row.code for row in table.rows}
    for place in municipalities_on(areas, table.day):
        if place.code not in present:
            own = [one for one in areas.redivisions if one.code == place.code]
            places[place.code] = replace(place, until=_redivided(own, place.since, table.day) or table.day)
    return places


def _appeared(areas: Areas, table: AreaTable, row: TableRow) -> Place:
    """Return a municipality that was not known: from the day it was formed, when that lies between this table and the one before."""
    before, later = _last_known(areas, MUNICIPALITIES, table.day), _next_known(areas, MUNICIPALITIES, table.day)
    formed = _redivided([one for one in areas.redivisions if one.into == row.code], before, table.day)
    ended = _redivided([one for one in areas.redivisions if one.code == row.code], table.day, later)
    return Place(row.code, row.name, formed or table.day, ended or later)


def _stretched(place: Place, areas: Areas, table: AreaTable) -> Place:
    """Return a municipality that is there on the day of the table, also when it was known of other days only."""
    if place.on(table.day):
        return place
    if place.since > table.day:
        return replace(place, since=table.day)
    return replace(place, until=_next_known(areas, MUNICIPALITIES, table.day))


def _stays(areas: Areas, table: AreaTable, places: Mapping[str, Place]) -> tuple[Stay, ...]:
    """Return where municipalities lie with the table; none outside the days on which they are there."""
    by_place: dict[tuple[str, str], tuple[Stay, ...]] = {}
    for stay in areas.stays:
        key = (stay.member, division_of(stay.area))
        by_place[key] = (*by_place.get(key, ()), stay)
    for division in table.divisions:
        before, later = _last_known(areas, division, table.day), _next_known(areas, division, table.day)
        for row in table.rows:
            place = places[row.code]
            since = place.since if before < place.since <= table.day else table.day
            stay = Stay(row.code, row.areas[division], since, _first(later, place.until))
            by_place[row.code, division] = put(by_place.get((row.code, division), ()), stay)
    found = (_within(stay, places[stay.member]) for stays in by_place.values() for stay in stays)
    return in_order(stay for stay in found if stay is not None)


def _within(stay: Stay, place: Place) -> Stay | None:
    until = _first(stay.until, place.until)
    return None if until is not None and until <= stay.since else replace(stay, until=until)


def _groups(areas: Areas, table: AreaTable, stays: Sequence[Stay]) -> dict[str, Place]:
    """Return the areas that are no municipality: there as long as somebody lies in them, and classes always."""
    groups = {code: place for code, place in areas.places.items() if division_of(code) != MUNICIPALITIES}
    spans: dict[str, list[Stay]] = {}
    for stay in stays:
        spans.setdefault(stay.area, []).append(stay)
    for code, own in spans.items():
        since = min(stay.since for stay in own)
        until = None if any(stay.until is None for stay in own) else max(stay.until for stay in own if stay.until)
        name = table.names.get(code, areas.name(code))
        known = groups.get(code)
        if known is None:
            groups[code] = Place(code, name, since, until)
        elif code in table.names:
            newest = _next_known(areas, division_of(code), table.day) is None
            groups[code] = Place(code, name if newest else known.name, min(since, known.since), until)
    return groups


def _changes(before: Areas, after: Areas, table: AreaTable) -> Iterator[Change]:
    for code, place in sorted(after.places.items()):
        known = before.places.get(code)
        if known is None:
            yield Change(What.NEW, code, after=place.name)
        elif known.name != place.name:
            yield Change(What.RENAMED, code, known.name, place.name)
        if known is not None and known.until is None and place.until is not None:
            yield Change(What.ENDED, code, after=place.until.isoformat())
    yield from _moves(before, table)


def _moves(before: Areas, table: AreaTable) -> Iterator[Change]:
    """Yield who lies in another area than was known, and how many were not known to lie anywhere."""
    filled: Counter[str] = Counter()
    lay_in: dict[str, dict[str, str]] = {row.code: {} for row in table.rows}
    for stay in before.stays:
        if stay.member in lay_in and stay.on(table.day):
            lay_in[stay.member][division_of(stay.area)] = stay.area
    for row in table.rows:
        was = lay_in[row.code]
        for division, area in row.areas.items():
            if division not in was:
                filled[division] += 1
            elif was[division] != area:
                yield Change(What.MOVED, row.code, was[division], area)
    yield from (Change(What.FILLED, division, after=str(number)) for division, number in sorted(filled.items()))


def _warnings(before: Areas, after: Areas, table: AreaTable) -> Iterator[Problem]:
    """Yield who came or went without a redivision that is known: their figures cannot be passed on."""
    taken, formed = {one.code for one in before.redivisions}, {one.into for one in before.redivisions}
    cure = "Lees eerst een bestand met de herindeling in, als u cijfers van oude en nieuwe gemeenten wilt verbinden."
    for code, place in sorted(after.places.items()):
        known = before.places.get(code)
        ended = known is not None and known.until is None and place.until is not None
        if division_of(code) != MUNICIPALITIES:
            continue
        if ended and code not in taken:
            cause = (
                f"{place.name} ({code}) staat niet meer in de tabel, en in welke gemeente zij opging is niet bekend."
            )
            yield Problem(table.file, 1, "", "G20", cause, cure, warning=True)
        if known is None and place.until is None and code not in formed:
            cause = f"{place.name} ({code}) is nieuw, en welke gemeenten daarin opgingen is niet bekend."
            yield Problem(table.file, 1, "", "G21", cause, cure, warning=True)
