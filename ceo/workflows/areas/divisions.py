"""The divisions of the country in memory: which municipalities lie in an area on a day, and what became of a municipality."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from ceo.storage.areas import AreaKind, AreaRows, read_area_rows
from ceo.storage.database import Database
from ceo.storage.tenancy import reading_across

# The first two letters of a code.
MUNICIPALITIES: Final = "GM"
PROVINCES: Final = "PV"
PARTS: Final = "LD"
SAFETY_REGIONS: Final = "VR"
SIZE_CLASSES: Final = "GK"
URBANITY: Final = "ST"

DIVISIONS: Final[Mapping[str, AreaKind]] = {
    MUNICIPALITIES: AreaKind.MUNICIPALITY,
    PROVINCES: AreaKind.PROVINCE,
    PARTS: AreaKind.REGION,
    SAFETY_REGIONS: AreaKind.REGION,
    SIZE_CLASSES: AreaKind.SIZE_CLASS,
    URBANITY: AreaKind.URBANITY,
}
# What a division is called in a sentence.
WORDS: Final[Mapping[str, str]] = {
    MUNICIPALITIES: "gemeente",
    PROVINCES: "provincie",
    PARTS: "landsdeel",
    SAFETY_REGIONS: "veiligheidsregio",
    SIZE_CLASSES: "grootteklasse",
    URBANITY: "stedelijkheid",
}


def division_of(code: str) -> str:
    """Return the division to which an area belongs.

    >>> division_of("PV26")
    'PV'
    """
    return code[:2]


@dataclass(frozen=True, slots=True)
class Place:
    """An area by its code, with the days on which it is there: from `since` up to, and not on, `until`."""

    code: str
    name: str
    since: date
    until: date | None = None

    def on(self, day: date) -> bool:
        """Tell whether it is there on a day."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Stay:
    """That a municipality lies in an area, from `since` up to, and not on, `until`."""

    member: str
    area: str
    since: date
    until: date | None = None

    def on(self, day: date) -> bool:
        """Tell whether it lies there on a day."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Redivision:
    """A municipality (`code`) was taken up in another one (`into`) on a day. One that was divided has several."""

    code: str
    into: str
    day: date


@dataclass(frozen=True, slots=True)
class Areas:
    """Everything that is known of areas. `known`: the days on which a whole division is known, in order."""

    places: Mapping[str, Place]
    stays: Sequence[Stay]
    redivisions: Sequence[Redivision]
    known: Mapping[str, Sequence[date]]

    def name(self, code: str) -> str:
        """Return what an area is called; its code where it is not known."""
        return self.places[code].name if code in self.places else code


async def read_areas(database: Database) -> Areas:
    """Return every area with its members and history."""
    async with reading_across(database) as session:
        return areas_of_rows(await read_area_rows(session))


def areas_of_rows(rows: AreaRows) -> Areas:
    """Return areas as they stand in the database."""
    known: dict[str, list[date]] = {}
    for division, day in sorted(rows.divisions):
        known.setdefault(division, []).append(day)
    return Areas(
        places={place.code: place for row in sorted(rows.areas) for place in [Place(*row)]},
        stays=in_order(Stay(*row) for row in rows.members),
        redivisions=tuple(
            sorted((Redivision(*row) for row in rows.changes), key=lambda one: (one.day, one.code, one.into))
        ),
        known=known,
    )


def in_order(stays: Iterable[Stay]) -> tuple[Stay, ...]:
    """Return stays by municipality, area and day."""
    return tuple(sorted(stays, key=lambda stay: (stay.member, stay.area, stay.since)))


def municipalities_on(areas: Areas, day: date) -> tuple[Place, ...]:
    """Return the municipalities of a day, in order of code."""
    found = (place for code, place in sorted(areas.places.items()) if division_of(code) == MUNICIPALITIES)
    return tuple(place for place in found if place.on(day))


def members_on(areas: Areas, code: str, day: date) -> tuple[str, ...]:
    """Return the municipalities that lie in an area on a day, in order of code; none where that is not known. A municipality has itself."""
    if division_of(code) == MUNICIPALITIES:
        return (code,) if code in areas.places and areas.places[code].on(day) else ()
    return tuple(sorted(stay.member for stay in areas.stays if stay.area == code and stay.on(day)))


def areas_on(areas: Areas, municipality: str, day: date) -> dict[str, str]:
    """Return the areas in which a municipality lies on a day, by division."""
    found = (stay.area for stay in areas.stays if stay.member == municipality and stay.on(day))
    return {division_of(area): area for area in found}


def successors(areas: Areas, code: str, day: date) -> tuple[str, ...]:
    """Return the municipalities of a day in which one of before that day went up, in order of code; itself when it is still there.

    Several when it was divided; none when nothing is known of it.
    """
    return tuple(sorted(set(_successors(areas, code, day))))


def predecessors(areas: Areas, code: str) -> tuple[Redivision, ...]:
    """Return which municipalities a municipality took up, and when."""
    return tuple(one for one in areas.redivisions if one.into == code)


def _successors(areas: Areas, code: str, day: date) -> Iterator[str]:
    place = areas.places.get(code)
    if place is not None and place.on(day):
        yield code
        return
    for one in areas.redivisions:
        if one.code == code and one.day <= day:
            yield from _successors(areas, one.into, day)
