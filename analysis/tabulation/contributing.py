"""Who makes up a total: the two largest contributions to each, for the rules about amounts.

Source: Hundepool et al. (2012), Statistical Disclosure Control, Wiley, section 4.2.2.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import fsum

import numpy as np
from numpy.typing import NDArray

from analysis.dataset import Dataset, Grouping
from analysis.plan import AnalysisPlan
from analysis.quantities import quantities, values_of
from analysis.results import Cell, Contributions, Measure


def taken_together(parts: Sequence[Mapping[Cell, Contributions]]) -> dict[Cell, Contributions]:
    """Return the contributions of parts of one data set together.

    >>> cell = Cell(Measure.TOTAL, "days")
    >>> taken_together([{cell: Contributions(9.0, 5.0, 3.0)}, {cell: Contributions(6.0, 4.0, 2.0)}])[cell]
    Contributions(total=15.0, largest=5.0, second=4.0)
    """
    listed: dict[Cell, list[Contributions]] = defaultdict(list)
    for part in parts:
        for cell, own in part.items():
            listed[cell].append(own)
    return {cell: _together(of_parts) for cell, of_parts in listed.items()}


def _together(parts: Sequence[Contributions]) -> Contributions:
    largest, second = sorted(amount for it in parts for amount in (it.largest, it.second))[:-3:-1]
    return Contributions(fsum(it.total for it in parts), largest, second)  # the order of parts may not matter


def contributions_of(dataset: Dataset, plan: AnalysisPlan) -> dict[Cell, Contributions]:
    """Return for every total of a plan the weighted amounts w·y: all together, the largest and the second largest.

    In the unit of the item; amounts below 0 count with their size. Source: Hundepool et al. (2012), section 4.2.2.

    >>> from analysis.dataset import FIRST_CODE, Columns, assemble
    >>> from analysis.design import Stratum
    >>> from analysis.plan import NumberItem
    >>> hours, none = np.array([[60.0, 35.0, 5.0]]), np.empty((0, 3), dtype=np.int8)
    >>> columns = Columns((), none, ("hours",), hours, np.full((1, 3), FIRST_CODE, dtype=np.int8))
    >>> data = assemble(columns, [Stratum("")], np.zeros(3, dtype=np.int32))
    >>> plan = AnalysisPlan(items={"hours": NumberItem(kind="number", total=True)})
    >>> list(contributions_of(data, plan).values())
    [Contributions(total=100.0, largest=60.0, second=35.0)]
    """
    groupings: tuple[Grouping | None, ...] = (None, *dataset.groupings)
    return {
        cell: found
        for quantity in quantities(dataset, plan)
        if quantity.measure is Measure.TOTAL
        for grouping in groupings
        for cell, found in _of_cells(dataset, quantity.item, np.abs(values_of(dataset, quantity)), grouping)
    }


def _of_cells(
    dataset: Dataset, item: str, amounts: NDArray[np.float64], grouping: Grouping | None
) -> Iterator[tuple[Cell, Contributions]]:
    levels = grouping.levels if grouping else ("",)
    level = grouping.member.astype(np.int64) if grouping else np.zeros(amounts.size, dtype=np.int64)
    weighted = np.where(np.isnan(amounts), 0.0, amounts) * dataset.weights
    names = dataset.design().units
    unit_of = np.array([names.index(stratum.unit) for stratum in dataset.strata], dtype=np.int64)[dataset.stratum]
    together = [("",), *([names] if names != ("",) else [])]
    for units, unit in zip(together, (np.zeros_like(unit_of), unit_of), strict=False):
        inside = level >= 0
        cell = (unit * len(levels) + level)[inside]
        found = largest_two(weighted[inside], cell, len(units) * len(levels))
        places = [(name, each) for name in units for each in levels]
        for (name, each), row in zip(places, found.tolist(), strict=True):
            breakdown = grouping.breakdown if grouping else ""
            yield Cell(Measure.TOTAL, item, "", name, breakdown, each), Contributions(*row)


def largest_two(amounts: NDArray[np.float64], cell: NDArray[np.int64], cells: int) -> NDArray[np.float64]:
    """Return by cell the sum, the largest and the second largest of amounts of 0 or more; 0 where there is none.

    >>> largest_two(np.array([3.0, 5.0, 1.0, 7.0]), np.array([0, 0, 0, 1]), 2)
    array([[9., 5., 3.],
           [7., 7., 0.]])
    """
    order = np.lexsort((-amounts, cell))
    sorted_cell, sorted_amount = cell[order], amounts[order]
    starts = np.searchsorted(sorted_cell, np.arange(cells + 1))
    padded = np.append(sorted_amount, [0.0, 0.0])
    count = np.diff(starts)
    largest = np.where(count > 0, padded[starts[:-1]], 0.0)
    second = np.where(count > 1, padded[np.minimum(starts[:-1] + 1, padded.size - 1)], 0.0)
    return np.column_stack([np.bincount(cell, weights=amounts, minlength=cells), largest, second])
