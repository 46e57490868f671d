"""Who is like a municipality and has a clearly better figure, among those who agreed to be found: never a rank, in order of name."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlmodel import col, select

from analysis.series.released_changes import ReleasedChange, ReleasedFigure
from ceo.storage.database import Database
from ceo.storage.tenancy import reading_across
from ceo.storage.together import Practice
from ceo.workflows.areas.mirror_groups import Mirroring, alike_municipalities, registered
from ceo.workflows.following.series import Figure
from ceo.workflows.mirroring.beside import figure_words, thousands
from ceo.workflows.mirroring.openness import open_municipalities
from ceo.workflows.mirroring.reading import figure_of_row, leading_measure, polarity_of, rows_of, service_of_row

if TYPE_CHECKING:
    from analysis.units.learning_from import Better
    from exports.release.cube import SealedCube
    from exports.release.facts import Indicator


@dataclass(frozen=True, slots=True)
class SharedPractice:
    """A practice that a municipality shares; `close`: it belongs to a result of the same indicator."""

    id: str
    title: str
    close: bool


@dataclass(frozen=True, slots=True)
class BetterOther:
    """A municipality with a clearly better figure. `difference`: its figure minus the own one; the interval holds for all who are told.

    `alike`: the figures of registers on which it resembles the own municipality: the name, its own value and that of here.
    """

    code: str
    name: str
    figure: Figure
    difference: ReleasedChange
    alike: tuple[tuple[str, str, str], ...]
    practices: tuple[SharedPractice, ...]


@dataclass(frozen=True, slots=True)
class BetterOthers:
    """The municipalities that were found, in order of name.

    `considered`: those who are like here, agreed to be found and have a figure with a margin; `alike`: those who are like here. `reason`
    says why nobody can be found: the own figure is not shown (no_figure), the indicator has no good side (no_direction), nobody who
    takes part is alike (nobody_alike), there are no figures of registers to see that (nothing_registered), or the own figure has no
    margin: everybody answered (census), or all answers are equal (no_variation).
    """

    others: tuple[BetterOther, ...] = ()
    considered: int = 0
    alike: int = 0
    reason: str = ""


async def find_better(
    database: Database, cube: SealedCube, given: Mirroring, municipality: str, core: str, indicator: Indicator
) -> BetterOthers:
    """Return who is like a municipality and has a clearly better figure of an indicator; see `analysis.units.learning_from`."""
    open_ones = await open_municipalities(database)
    found = await asyncio.to_thread(_search, cube, given, municipality, indicator, open_ones)
    if isinstance(found, BetterOthers):
        return found
    better, figures, counted = found
    practices = await _practices(database, [one.neighbour.unit for one in better], core, indicator.indicator)
    others = (_told(given, one, figures[one.neighbour.unit], practices.get(one.neighbour.unit, ())) for one in better)
    return BetterOthers(tuple(sorted(others, key=lambda one: one.name.casefold())), *counted)


def _search(
    cube: SealedCube, given: Mirroring, municipality: str, indicator: Indicator, open_ones: frozenset[str]
) -> BetterOthers | tuple[tuple[Better, ...], Mapping[str, Figure], tuple[int, int]]:
    from analysis.results import NotEstimable
    from analysis.units.learning_from import learning_from

    measure = leading_measure(indicator)
    alike = alike_municipalities(given, municipality)
    if measure is None:
        return BetterOthers(reason="no_direction", alike=len(alike))
    if not alike:
        return BetterOthers(reason="nobody_alike" if registered(given, municipality) else "nothing_registered")
    codes = (municipality, *(one.unit for one in alike))
    rows = rows_of(cube, codes, indicator.indicator, measure)
    shown = {code: figure for code in codes if (figure := figure_of_row(rows.get(code))) is not None}
    # Whose service is better is asked, and not whose clients of this year answered better.
    services = {code: service_of_row(rows.get(code)) for code in shown}
    own = services.pop(municipality, None)
    if not isinstance(own, ReleasedFigure):
        return BetterOthers(reason="no_figure" if own is None else own.reason, alike=len(alike))
    others = {code: one for code, one in services.items() if code in open_ones and isinstance(one, ReleasedFigure)}
    found = learning_from(own, others, alike, polarity_of(indicator))
    if isinstance(found, NotEstimable):
        return BetterOthers(reason=found.reason, alike=len(alike))
    return found.better, shown, (found.considered, len(alike))


def _told(given: Mirroring, found: Better, figure: Figure, practices: Sequence[SharedPractice]) -> BetterOther:
    neighbour = found.neighbour
    return BetterOther(
        code=neighbour.unit,
        name=given.areas.name(neighbour.unit),
        figure=figure,
        difference=ReleasedChange(found.difference, found.interval, found.interval),
        alike=tuple((figure_words(gap.figure), thousands(gap.other), thousands(gap.own)) for gap in neighbour.alike),
        practices=tuple(practices),
    )


async def _practices(
    database: Database, municipalities: Sequence[str], core: str, indicator: str
) -> Mapping[str, Sequence[SharedPractice]]:
    """Return what municipalities share about results of a core questionnaire, by code: first of the same indicator, then by title."""
    if not municipalities:
        return {}
    shared = select(Practice).where(col(Practice.municipality).in_(municipalities), col(Practice.shared).is_(True))
    async with reading_across(database) as session:
        rows = (await session.exec(shared)).all()
    found: dict[str, list[SharedPractice]] = defaultdict(list)
    for row in rows:
        about = [one for one in row.about if one["core"] == core]
        if about:
            close = any(one["indicator"] == indicator for one in about)
            found[row.municipality].append(SharedPractice(row.id, row.title, close))
    return {code: sorted(ones, key=lambda one: (not one.close, one.title)) for code, ones in found.items()}
