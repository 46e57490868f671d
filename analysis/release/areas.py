"""Areas of several units: provinces, size classes and other divisions, from the same tables as the units themselves.

Sums by group are published beside those of units, so disclosure control counts them as known (`Publication.groups`). An area has figures of
everybody only: groups of clients within an area are not published.

Not every unit asks every question, or the same version of it. What is left of an area, or of all together, is looked at for each figure by
itself: who answered that question, and not who took part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from analysis.engine import results_of
from analysis.origin import origin_of
from analysis.plan import AnalysisPlan
from analysis.quantities import moments_of, quantities
from analysis.results import Cell, Figure, NotEstimable
from analysis.tabulation.estimates import over_strata
from analysis.tabulation.tables import Tables
from analysis.units.groups import FEWEST_UNITS, refused_group


@dataclass(frozen=True, slots=True)
class Division:
    """Units put together into areas: `areas` gives the units of each; a unit stands in one of them at most."""

    name: str
    areas: Mapping[str, tuple[str, ...]]

    @property
    def groups(self) -> tuple[frozenset[str], ...]:
        """The units of each area, as disclosure control wants to know them."""
        return tuple(frozenset(units) for units in self.areas.values())


def regrouped(tables: Tables, division: Division) -> Tables:
    """Return the tables of everybody with areas in the place of units. Units that stand in no area are left out.

    >>> from analysis.dataset import FIRST_CODE, CodedColumn, Columns, assemble
    >>> from analysis.design import Stratum
    >>> from analysis.tabulation.tables import tabulate_all
    >>> codes, none = np.full((1, 3), FIRST_CODE, dtype=np.int8), np.empty((0, 3))
    >>> columns = Columns((CodedColumn("q", ("nee", "ja")),), codes, (), none, none.astype(np.int8))
    >>> strata = [Stratum("a", "GM1"), Stratum("b", "GM2"), Stratum("c", "GM3")]
    >>> tables = tabulate_all(assemble(columns, strata, np.arange(3, dtype=np.int32)))
    >>> found = regrouped(tables, Division("province", {"PV1": ("GM1", "GM3")}))
    >>> [(stratum.name, stratum.unit) for stratum in found.strata]
    [('a', 'PV1'), ('c', 'PV1')]
    """
    area_of = {unit: area for area, units in division.areas.items() for unit in units}
    kept = [(area_of[it.unit], it.name, place) for place, it in enumerate(tables.strata) if it.unit in area_of]
    chosen = np.array([place for _, _, place in sorted(kept)], dtype=np.int64)
    strata = tuple(replace(tables.strata[place], unit=area_of[tables.strata[place].unit]) for place in chosen)
    return replace(
        tables,
        strata=strata,
        respondents=tables.respondents[chosen],
        everyone=tables.everyone.of_strata(chosen),
        breakdowns=(),
        collapsed=frozenset(),
    )


def area_figures(tables: Tables, plan: AnalysisPlan, division: Division) -> dict[Cell, Figure]:
    """Return the figures of every area of a division, for everybody; `Cell.unit` is the code of the area.

    Nothing is estimated where fewer than 5 units of the area have answers to that question, or where one of them stands for more than half
    of the clients behind these answers.
    """
    found = regrouped(tables, division)
    if not found.strata:
        return {}
    whole = plan.model_copy(update={"subgroups": (), "references": {}, "preregistered": ()})
    results = results_of(found, whole, origin_of((), whole))
    clients = dict(_clients(tables, plan))
    why = {
        replace(cell, unit=area): refused_group([behind[unit] for unit in units if unit in behind])
        for cell, behind in clients.items()
        for area, units in division.areas.items()
    }
    return {
        cell: NotEstimable(why[cell], figure.respondents) if why[cell] else figure
        for cell, figure in results.figures.items()
        if cell.unit
    }


def of_few_units(figures: Mapping[Cell, Figure]) -> frozenset[Cell]:
    """Return the cells of all units together in which fewer than 5 units have respondents: these are not all units, but a few.

    >>> from analysis.results import Measure
    >>> asked = {"GM1": 40, "GM2": 30, "GM3": 0, "GM4": 0, "GM5": 0}
    >>> figures = {Cell(Measure.SCORE, "q", unit=unit): NotEstimable("", n) for unit, n in asked.items()}
    >>> [cell.item for cell in of_few_units(figures | {Cell(Measure.SCORE, "q"): NotEstimable("", 70)})]
    ['q']
    """
    answered = Counter(_asked(cell) for cell, it in figures.items() if cell.unit and it.respondents)
    return frozenset(cell for cell in figures if not cell.unit and answered[_asked(cell)] < FEWEST_UNITS)


def _asked(cell: Cell) -> tuple[str, ...]:
    """Return what a cell tells and of whom, wherever these live. A release has millions of cells: a tuple is quicker than another cell."""
    return cell.measure, cell.item, cell.category, cell.breakdown, cell.level


def _clients(tables: Tables, plan: AnalysisPlan) -> Iterator[tuple[Cell, dict[str, float]]]:
    """Yield the cell of everybody of each quantity, with the clients behind the answers to it by unit; a unit without answers has none."""
    design, asked = tables.design(plan.lonely), tuple(it for it in quantities(tables, plan) if it.of_tables)
    moments = moments_of(tables.everyone, asked)
    people, weights = over_strata(moments.n, design)[..., 0], over_strata(moments.w, design)[..., 0]
    for row, it in enumerate(asked):
        counted = zip(design.units, people[row], weights[row], strict=True)
        yield Cell(it.measure, it.item, it.category), {unit: float(clients) for unit, n, clients in counted if n}
