"""Areas of several units: provinces, size classes and other divisions, from the same tables as the units themselves.

Sums by group are published beside those of units, so disclosure control counts them as known (`Publication.groups`). An area has figures of
everybody only: groups of clients within an area are not published.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from analysis.engine import results_of
from analysis.origin import origin_of
from analysis.plan import AnalysisPlan
from analysis.results import Cell, Figure, NotEstimable
from analysis.tabulation.tables import Tables
from analysis.units.groups import refused_group


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

    Nothing is estimated of an area of fewer than 5 units, or of which one unit has more than half of the clients.
    """
    found = regrouped(tables, division)
    if not found.strata:
        return {}
    whole = plan.model_copy(update={"subgroups": (), "references": {}, "preregistered": ()})
    results = results_of(found, whole, origin_of((), whole))
    why = {area: reason for area, units in division.areas.items() if (reason := _refused(tables, units))}
    return {
        cell: NotEstimable(why[cell.unit], figure.respondents) if cell.unit in why else figure
        for cell, figure in results.figures.items()
        if cell.unit
    }


def _refused(tables: Tables, units: tuple[str, ...]) -> str:
    clients: dict[str, float] = {}
    for stratum, respondents in zip(tables.strata, tables.respondents, strict=True):
        if stratum.unit in units:
            size = stratum.population if np.isfinite(stratum.population) else float(respondents)
            clients[stratum.unit] = clients.get(stratum.unit, 0.0) + size
    return refused_group(clients.values())
