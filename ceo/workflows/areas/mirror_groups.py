"""Mirror groups: the municipalities with which one can be compared, chosen by a criterion or by likeness, each explained in a sentence.

A group that is small, or mostly one municipality, is no mirror: it would tell of that one. It is refused with its reason, by the limits
that hold for areas and for comparisons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from analysis.units.groups import FEWEST_UNITS, refused_group
from ceo.storage.areas import own_lists, read_area_rows, read_figures
from ceo.storage.database import Database
from ceo.storage.tenancy import tenant_reading
from ceo.workflows.areas.divisions import (
    PROVINCES,
    SIZE_CLASSES,
    URBANITY,
    WORDS,
    Areas,
    areas_of_rows,
    areas_on,
    members_on,
    municipalities_on,
    successors,
)

if TYPE_CHECKING:
    from analysis.comparison.references import GroupReference
    from analysis.units.likeness import Gap, Neighbour, UnitFigure

# The name of the group by likeness.
ALIKE: Final = "Lijkt het meest op u"
# How many municipalities a group by likeness has at most.
NEAREST: Final = 15
# What figures are called in a sentence, and which count by their ratio.
REGISTER_WORDS: Final[Mapping[str, str]] = {
    "population": "inwoners",
    "address_density": "adressen per vierkante kilometer",
}
_SIZES: Final = frozenset(REGISTER_WORDS)
_CRITERIA: Final = (SIZE_CLASSES, PROVINCES, URBANITY)


@dataclass(frozen=True, slots=True)
class MirrorGroup:
    """Other municipalities, never the own one, and why these: in order of code."""

    name: str
    explanation: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoMirrorGroup:
    """Why there is no group by this name, and what can be done."""

    name: str
    reason: str
    cause: str
    cure: str


@dataclass(frozen=True, slots=True)
class Mirroring:
    """What groups are made from. `clients`: of each municipality that takes part, the clients for whom its answers stand.

    `figures`: the newest figure of a register not after the day, by figure and municipality. `lists`: own lists by name.
    """

    areas: Areas
    day: date
    clients: Mapping[str, float]
    figures: Mapping[str, Mapping[str, float]]
    lists: Mapping[str, Sequence[str]]


async def mirroring_of(database: Database, municipality: str, *, day: date, clients: Mapping[str, float]) -> Mirroring:
    """Read what the mirror groups of a municipality are made from, on a day of the measurement."""
    async with tenant_reading(database, municipality) as session:
        areas = areas_of_rows(await read_area_rows(session))
        rows = await read_figures(session)
        lists = {row.name: tuple(row.members) for row in await own_lists(session)}
    figures: dict[str, dict[str, float]] = {}
    for figure, year, area, value in rows:  # in order of year, so the newest stays
        if year <= day.year:
            figures.setdefault(figure, {})[area] = value
    return Mirroring(areas, day, clients, figures, lists)


def mirror_groups(given: Mirroring, municipality: str) -> tuple[MirrorGroup | NoMirrorGroup, ...]:
    """Return every group with which a municipality can be compared, and of the others why not."""
    criteria = (group_by_area(given, municipality, division) for division in _CRITERIA)
    lists = (group_of_list(given, municipality, name) for name in given.lists)
    return (*criteria, group_by_likeness(given, municipality), *lists)


def group_by_area(given: Mirroring, municipality: str, division: str) -> MirrorGroup | NoMirrorGroup:
    """Return the others that lie in the same area of a division, such as a province or a size class."""
    name = f"Zelfde {WORDS[division]}"
    area = areas_on(given.areas, municipality, given.day).get(division)
    if area is None:
        from exports.wording import date_words

        cause = f"In welke {WORDS[division]} uw gemeente op {date_words(given.day)} lag, is niet bekend."
        return NoMirrorGroup(
            name, "not_known", cause, "Lees de tabel 'Gebieden in Nederland' van het CBS van dat jaar in."
        )
    others = [code for code in members_on(given.areas, area, given.day) if code != municipality]
    own = given.areas.name(municipality)
    explanation = f"Gemeenten in dezelfde {WORDS[division]} als {own}: {given.areas.name(area)}."
    return guarded(given, MirrorGroup(name, explanation, tuple(others)))


def group_of_list(given: Mirroring, municipality: str, name: str) -> MirrorGroup | NoMirrorGroup:
    """Return the others of an own list, as they are on the day: what was redivided since stands there under its new code."""
    listed = {now for code in given.lists[name] for now in successors(given.areas, code, given.day)}
    explanation = f"Gemeenten die {given.areas.name(municipality)} zelf koos."
    return guarded(given, MirrorGroup(name, explanation, tuple(sorted(listed - {municipality}))))


def group_by_likeness(given: Mirroring, municipality: str, *, nearest: int = NEAREST) -> MirrorGroup | NoMirrorGroup:
    """Return those who take part and resemble a municipality most on figures of registers; refused where fewer than 5 resemble it."""
    if not registered(given, municipality):
        cause = "Er zijn geen registercijfers om gemeenten mee te vergelijken."
        return NoMirrorGroup(ALIKE, "not_known", cause, "Lees de tabel 'Gebieden in Nederland' van het CBS in.")
    neighbours = alike_municipalities(given, municipality, nearest=nearest)
    if len(neighbours) < FEWEST_UNITS:
        cause = "Er zijn te weinig gemeenten die op de uwe lijken."
        return NoMirrorGroup(ALIKE, "too_few_units", cause, "Kies provincie of een eigen lijst.")
    words = joined([REGISTER_WORDS.get(figure, figure) for figure in _used(given, municipality)])
    explanation = (
        f"De {len(neighbours)} gemeenten die meedoen en het meest op {given.areas.name(municipality)} lijken, naar {words}. "
        f"{_closest(given, neighbours[0])}"
    )
    return guarded(given, MirrorGroup(ALIKE, explanation, tuple(sorted(one.unit for one in neighbours))))


def registered(given: Mirroring, municipality: str) -> bool:
    """Tell whether there are figures of registers by which others may resemble a municipality."""
    known = any(place.code == municipality for place in municipalities_on(given.areas, given.day))
    return known and bool(_used(given, municipality))


def alike_municipalities(
    given: Mirroring, municipality: str, *, nearest: int = NEAREST, weights: Mapping[str, float] | None = None
) -> tuple[Neighbour, ...]:
    """Return those who take part and are alike, the nearest first, with what makes them so; none for an outlier.

    `weights` by figure, 1 where there is none. Figures are measured against all municipalities of the day, whoever takes part, and who
    is nearest without being alike is left out: see `analysis.units.likeness.Neighbour.resembles`.
    """
    from analysis.units.likeness import likeness

    if not registered(given, municipality):
        return ()
    units, figures = _unit_figures(given, municipality, weights or {})
    found = likeness(units, figures, municipality, nearest=len(units))
    return tuple(one for one in found if one.unit in given.clients and one.resembles)[:nearest]


def alike_within(given: Mirroring, municipality: str) -> Mapping[str, float]:
    """Return by figure how many times as much, or as little, others have at most who are alike; none where nothing is registered."""
    from analysis.units.likeness import reach_of

    if not registered(given, municipality):
        return {}
    return {one.name: reach_of(one) for one in _unit_figures(given, municipality, {})[1] if one.size}


def _unit_figures(
    given: Mirroring, municipality: str, weights: Mapping[str, float]
) -> tuple[tuple[str, ...], list[UnitFigure]]:
    """Return the municipalities of the day, and their figures that are known of this one."""
    import numpy as np

    from analysis.units.likeness import UnitFigure

    units = tuple(place.code for place in municipalities_on(given.areas, given.day))
    figures = [
        UnitFigure(
            figure,
            np.array([given.figures[figure].get(unit, np.nan) for unit in units]),
            weight=weights.get(figure, 1.0),
            size=figure in _SIZES,
        )
        for figure in _used(given, municipality)
    ]
    return units, figures


def guarded(given: Mirroring, group: MirrorGroup) -> MirrorGroup | NoMirrorGroup:
    """Return a group with those who take part, or why it is no mirror: fewer than 5 others, or one with over half of the clients."""
    members = tuple(code for code in group.members if given.clients.get(code, 0) > 0)
    reason = refused_group([given.clients[code] for code in members])
    if reason == "too_few_units":
        cause = f"{_taking_part(len(members))}, en er zijn er minstens {FEWEST_UNITS} nodig."
        return NoMirrorGroup(group.name, reason, cause, "Kies een ruimere groep.")
    if reason:
        largest = max(members, key=lambda code: given.clients[code])
        cause = f"{given.areas.name(largest)} heeft meer dan de helft van de cliënten in deze groep."
        return NoMirrorGroup(group.name, reason, cause, "Kies een groep met meer gemeenten van die grootte.")
    part = "" if len(members) == len(group.members) else f" Van deze {len(group.members)} doen er {len(members)} mee."
    return MirrorGroup(group.name, f"{group.explanation}{part}", members)


def reference_of(group: MirrorGroup) -> GroupReference:
    """Return a group as a reference of an analysis plan: every client counts, and the own municipality does not."""
    from analysis.comparison.references import GroupReference

    return GroupReference(kind="group", units=group.members, average="client", own="without")


def _taking_part(number: int) -> str:
    """Return how many others of a group take part.

    >>> _taking_part(0), _taking_part(1)
    ('Uit deze groep doet geen andere gemeente mee', 'Uit deze groep doet 1 andere gemeente mee')
    """
    if number > 1:
        return f"Uit deze groep doen {number} andere gemeenten mee"
    return f"Uit deze groep doet {number or 'geen'} andere gemeente mee"


def _used(given: Mirroring, municipality: str) -> list[str]:
    """Return the figures that are known of a municipality."""
    return [figure for figure, values in sorted(given.figures.items()) if municipality in values]


def _closest(given: Mirroring, neighbour: Neighbour) -> str:
    told = joined([_told(gap) for gap in neighbour.alike[:2]] or [_told(gap) for gap in neighbour.gaps[:1]])
    return f"Het meest lijkt {given.areas.name(neighbour.unit)}: {told}."


def _told(gap: Gap) -> str:
    return f"{_thousands(gap.other)} tegen {_thousands(gap.own)} {REGISTER_WORDS.get(gap.figure, gap.figure)}"


def _thousands(number: float) -> str:
    return f"{number:,.0f}".replace(",", ".")


def joined(words: Sequence[str]) -> str:
    """Return words in a row.

    >>> joined(["inwoners", "dichtheid", "leeftijd"])
    'inwoners, dichtheid en leeftijd'
    """
    *others, last = words
    return f"{', '.join(others)} en {last}" if others else last
