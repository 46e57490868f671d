"""Raking: weights that meet the known populations of several margins, within each unit apart.

All rows of a combination of margins get one factor. So the table of combinations is raked, not the rows: the weights are
the same, and a country with hundreds of units takes milliseconds. Source: Deming & Stephan (1940), Ann. Math. Statist. 11,
427-444; convergence: Ireland & Kullback (1968), Biometrika 55, 179-188.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.weighting.sums import total_by

# After so many cycles most units are done, and only the others are worth another look.
_TOGETHER = 8


@dataclass(frozen=True, slots=True, eq=False)
class Margin:
    """A partition with known populations: the number of the `part` of every row, and the `population` of every part.

    With several units every part lies in one unit, and the parts stand in the order of the units.
    """

    part: NDArray[np.int64]
    population: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Raked:
    """Weights after raking. By unit: the `cycles` that were made, and the largest |weighted/population − 1| left."""

    weights: NDArray[np.float64]
    cycles: NDArray[np.int64]
    misfit: NDArray[np.float64]


def poststratify(weights: NDArray[np.float64], margin: Margin) -> NDArray[np.float64]:
    """Return weights that add up to the population of each part: w · N_p / Σ_p w.

    A part without respondents stays empty. Source: Holt & Smith (1979), J. R. Statist. Soc. A 142, 33-46.

    >>> poststratify(np.array([1.0, 1.0, 2.0]), Margin(np.array([0, 0, 1]), np.array([10.0, 6.0])))
    array([5., 5., 6.])
    """
    factor: NDArray[np.float64] = _ratio(margin, weights)[margin.part]
    return weights * factor


def rake(
    weights: NDArray[np.float64],
    margins: Sequence[Margin],
    *,
    unit: NDArray[np.int64] | None = None,
    cycles: int = 100,
    tolerance: float = 1e-6,
) -> Raked:
    """Return weights that meet all margins: each in turn is post-stratified on, in the order given.

    A unit (by row, numbers from 0, each with a row) stops as soon as the corrections of a cycle add up to less than
    `tolerance`, a fraction of the population; the others go on, up to `cycles`.
    Source: Deming & Stephan (1940), Ann. Math. Statist. 11, 427-444.

    >>> sex, age = Margin(np.array([0, 0, 1]), np.array([6.0, 4.0])), Margin(np.array([0, 1, 1]), np.array([5.0, 5.0]))
    >>> rake(np.ones(3), (sex, age)).weights.round(5)
    array([5., 1., 4.])
    """
    cell, cells = combined([margin.part for margin in margins], [margin.population.size for margin in margins])
    of_row = np.zeros(weights.size, dtype=np.int64) if unit is None else unit
    sums = total_by(weights, cell, cells)
    table = [Margin(by_cell(margin.part, cell, cells), margin.population) for margin in margins]
    raked = rake_cells(sums, table, by_cell(of_row, cell, cells), cycles=cycles, tolerance=tolerance)
    return Raked(weights * raked.weights[cell], raked.cycles, raked.misfit)


def rake_cells(
    sums: NDArray[np.float64],
    margins: Sequence[Margin],
    unit: NDArray[np.int64],
    *,
    cycles: int = 100,
    tolerance: float = 1e-6,
) -> Raked:
    """Return the factor of every cell, as `weights`, of the sums of weights by cell; as `rake`, by cell for row.

    >>> margins = Margin(np.array([0, 1]), np.array([6.0, 4.0])), Margin(np.array([0, 0]), np.array([10.0]))
    >>> rake_cells(np.array([2.0, 2.0]), margins, np.zeros(2, dtype=np.int64)).weights
    array([3., 2.])
    """
    raked, busy = _sweep(sums, margins, unit, min(cycles, _TOGETHER), tolerance)
    left = cycles - _TOGETHER
    if left <= 0 or not busy.any():
        return raked
    chosen, number = busy[unit], np.cumsum(busy) - 1
    few = [_restricted(margin, chosen) for margin in margins]
    rest = rake_cells((sums * raked.weights)[chosen], few, number[unit[chosen]], cycles=left, tolerance=tolerance)
    raked.weights[chosen] *= rest.weights
    raked.cycles[busy] += rest.cycles
    raked.misfit[busy] = rest.misfit
    return raked


def combined(columns: Sequence[NDArray[np.int64]], sizes: Sequence[int]) -> tuple[NDArray[np.int64], int]:
    """Return a number from 0 for each combination of codes that occurs, and how many there are; without sorting rows.

    >>> combined([np.array([2, 0, 2]), np.array([1, 1, 1])], [3, 2])
    (array([1, 0, 1]), 2)
    """
    code, size = np.zeros(columns[0].size, dtype=np.int64), 1
    for column, levels in zip(columns, sizes, strict=True):
        wide = code * levels + column
        seen = np.zeros(size * levels, dtype=np.bool_)
        seen[wide] = True
        place = np.cumsum(seen) - 1
        code, size = place[wide], int(seen.sum())
    return code, size


def by_cell(of_row: NDArray[np.int64], cell: NDArray[np.int64], cells: int) -> NDArray[np.int64]:
    """Return what rows have in common, by cell.

    >>> by_cell(np.array([7, 7, 8]), np.array([0, 0, 1]), 2)
    array([7, 8])
    """
    found: NDArray[np.int64] = np.zeros(cells, dtype=np.int64)
    found[cell] = of_row
    return found


def unit_of_part(margin: Margin, unit: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the unit of every part, of that of cells; a part without cells is in the unit of the part before it.

    >>> unit_of_part(Margin(np.array([0, 1, 3]), np.ones(4)), np.array([0, 0, 1]))
    array([0, 0, 0, 1])
    """
    found: NDArray[np.int64] = np.zeros(margin.population.size, dtype=np.int64)
    found[margin.part] = unit
    return np.maximum.accumulate(found)


def _sweep(
    sums: NDArray[np.float64], margins: Sequence[Margin], unit: NDArray[np.int64], cycles: int, tolerance: float
) -> tuple[Raked, NDArray[np.bool_]]:
    """Return factors after some cycles, and which units are not there yet."""
    units = int(unit.max(initial=-1)) + 1
    of_part = [unit_of_part(margin, unit) for margin in margins]
    starts = [np.searchsorted(of_margin, np.arange(units)) for of_margin in of_part]
    current, used = sums.copy(), np.zeros(units, dtype=np.int64)
    busy = np.ones(units, dtype=np.bool_)
    for _ in range(cycles):
        moved = np.zeros(units)
        for margin, of_margin, start in zip(margins, of_part, starts, strict=True):
            ratio = np.where(busy[of_margin], _ratio(margin, current), 1.0)
            current *= ratio[margin.part]
            moved += np.maximum.reduceat(np.abs(ratio - 1.0), start)
        used += busy
        busy = busy & (moved >= tolerance)
        if not busy.any():
            break
    misfits = [np.maximum.reduceat(_misfit(it, current), start) for it, start in zip(margins, starts, strict=True)]
    factor = np.divide(current, sums, out=np.ones_like(sums), where=sums != 0)
    return Raked(factor, used, np.max(misfits, axis=0)), busy


def _restricted(margin: Margin, chosen: NDArray[np.bool_]) -> Margin:
    """Return the margin of some of the cells."""
    seen: NDArray[np.bool_] = np.zeros(margin.population.size, dtype=np.bool_)
    seen[margin.part[chosen]] = True
    return Margin((np.cumsum(seen) - 1)[margin.part[chosen]], margin.population[seen])


def _ratio(margin: Margin, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    sums = total_by(weights, margin.part, margin.population.size)
    return np.divide(margin.population, sums, out=np.ones_like(sums), where=sums > 0)


def _misfit(margin: Margin, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    sums = total_by(weights, margin.part, margin.population.size)
    known = (sums > 0) & (margin.population > 0)
    return np.abs(np.divide(sums, margin.population, out=np.ones_like(sums), where=known) - 1.0)
