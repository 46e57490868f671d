"""The margins that weights must meet, and the cells in which respondents share all of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.weighting.nonresponse import Adjusted
from analysis.weighting.partitions import Partition, Sides, partition_of, taken_together
from analysis.weighting.raking import Margin, Raked, by_cell, combined, rake_cells, unit_of_part
from analysis.weighting.scheme import WeightingScheme
from analysis.weighting.sums import total_by


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A margin that the scheme asks for: its parts, and the part `into` which each was taken (itself, as a rule).

    `left_out` by unit: it cannot be met there together with the margins before it.
    """

    name: str
    partition: Partition
    into: NDArray[np.int64]
    left_out: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Targets:
    """By row the `cell`; by cell its `unit` and (in `margins`) its part in each margin. `asked` tells where these are from."""

    asked: tuple[Asked, ...]
    cell: NDArray[np.int64]
    unit: NDArray[np.int64]
    margins: tuple[Margin, ...]

    @property
    def parts(self) -> tuple[NDArray[np.int64], ...]:
        """The part of every cell in each margin."""
        return tuple(margin.part for margin in self.margins)

    def rake(self, weights: NDArray[np.float64]) -> Raked:
        """Return weights (by row) that meet the margins within each unit."""
        sums = total_by(weights, self.cell, self.unit.size)
        raked = rake_cells(sums, self.margins, self.unit)
        return Raked(weights * raked.weights[self.cell], raked.cycles, raked.misfit)

    def without(self, place: int, units: NDArray[np.bool_]) -> Targets:
        """Return the targets of which one margin is left out in these units: only the people of the unit remain of it."""
        asked, margin = self.asked[place], self.margins[place]
        of_part = unit_of_part(margin, self.unit)
        into = np.where(units[of_part], np.searchsorted(of_part, of_part), np.arange(of_part.size))
        coarser = Margin(into[margin.part], total_by(margin.population, into, of_part.size))
        return replace(
            self,
            asked=(*self.asked[:place], replace(asked, left_out=units), *self.asked[place + 1 :]),
            margins=(*self.margins[:place], coarser, *self.margins[place + 1 :]),
        )


def targets_of(sides: Sides, adjusted: Adjusted, scheme: WeightingScheme) -> Targets:
    """Return what the scheme asks for; without margins, the cells of non-response."""
    partitions = [
        (" × ".join(names), partition_of(sides.crossed(names), sides.unit, sides.counts, adjusted.design))
        for names in scheme.margins
    ]
    nowhere = np.zeros(len(sides.unit.levels), dtype=np.bool_)
    asked = tuple(Asked(name, partition, taken_together(partition), nowhere) for name, partition in partitions)
    by_row = [it.partition.margin(it.into) for it in asked] or [adjusted.margin]
    unit = sides.unit.respondents
    local = [_within(margin.part, unit, len(sides.unit.levels)) for margin in by_row]
    cell, cells = combined([unit, *local], [len(sides.unit.levels), *(int(it.max()) + 1 for it in local)])
    margins = tuple(Margin(by_cell(margin.part, cell, cells), margin.population) for margin in by_row)
    return Targets(asked, cell, by_cell(unit, cell, cells), margins)


def _within(part: NDArray[np.int64], unit: NDArray[np.int64], units: int) -> NDArray[np.int64]:
    """Return the number of the part within its unit: parts of a unit stand together."""
    first = np.full(units, part.size, dtype=np.int64)
    np.minimum.at(first, unit, part)
    return part - first[unit]
