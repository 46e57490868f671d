"""Non-response: within a stratum, those who answered speak for those like them who did not.

Cells are combinations of variables within a stratum. A cell with too few respondents, or that would need too large a factor,
is taken together with its neighbours: first by pairs of levels of the first variable, then without it, and so on; the last
cell is the whole stratum. Source: Little (1986), Int. Statist. Rev. 54, 139-157; Kalton & Flores-Cervantes (2003), J. Off.
Statist. 19, 81-97.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from analysis.weighting.partitions import Partition, Sides, partition_of
from analysis.weighting.raking import Margin, combined, poststratify
from analysis.weighting.scheme import WeightingScheme
from analysis.weighting.sums import count_by, over, total_by


@dataclass(frozen=True, slots=True, eq=False)
class Adjusted:
    """Weights after non-response, and the `design` weights before it; both add up to the people of every unit.

    `margin` holds the cells as they became. By unit: how many `cells` there were, and how many of them were `collapsed`. By
    stratum: whether nobody answered in it (`empty`).
    """

    weights: NDArray[np.float64]
    design: NDArray[np.float64]
    margin: Margin
    cells: NDArray[np.int64]
    collapsed: NDArray[np.int64]
    empty: NDArray[np.bool_]


def adjust(sides: Sides, weights: NDArray[np.float64], scheme: WeightingScheme) -> Adjusted:
    """Return the weights after non-response, in clients: d · N_c/Σ_c d by cell c, with N_c the people in the register.

    The design weights d are the weights, scaled in every stratum to its people: N_h/n_h where all were equal. In a unit with
    empty strata the others speak for them: they are scaled to the people of the unit.

    >>> import pandas as pd
    >>> from analysis.dataset import Columns, Grouping, assemble
    >>> from analysis.design import Stratum
    >>> from analysis.weighting.partitions import sides_of
    >>> from analysis.weighting.register import read_register
    >>> none, zero = np.empty((0, 4), dtype=np.int8), np.zeros(4, dtype=np.int32)
    >>> sex = Grouping("sex", ("m", "v"), np.array([0, 0, 0, 1], dtype=np.int16))
    >>> data = assemble(Columns((), none, (), none, none, (sex,)), [Stratum("", population=100.0)], zero)
    >>> register = read_register(pd.DataFrame({"sex": ["m", "v"], "population": [40, 60]}), "register.csv")
    >>> scheme = WeightingScheme(version="1", cells=("sex",), smallest_cell=1)
    >>> adjust(sides_of(data, register), data.weights, scheme).weights.round(2)
    array([13.33, 13.33, 13.33, 60.  ])
    """
    strata = len(sides.stratum.levels)
    answered = total_by(weights, sides.stratum.respondents, strata)
    counts = _spoken_for(sides, answered > 0)
    people = total_by(counts, sides.stratum.register, strata)
    design = weights * over(people, answered)[sides.stratum.respondents]
    cells = partition_of(sides.crossed(scheme.cells), sides.stratum, counts, design)
    respondents = total_by((weights > 0).astype(np.float64), cells.part, cells.block.size)
    sizes = [len(sides.variables[name].levels) for name in scheme.cells]
    step, into = _collapsed(cells, respondents, _steps(cells, sizes), scheme)
    margin, unit = cells.margin(into), sides.unit_of_stratum[cells.block]
    return Adjusted(
        weights=poststratify(design, margin),
        design=design,
        margin=margin,
        cells=count_by(unit, len(sides.unit.levels)),
        collapsed=count_by(unit[step > 0], len(sides.unit.levels)),
        empty=(answered == 0) & (count_by(sides.stratum.register, strata) > 0),
    )


def _spoken_for(sides: Sides, answered: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the counts of the register, with the people of empty strata divided over the others of their unit."""
    open_counts = np.where(answered[sides.stratum.register], sides.counts, 0.0)
    of_unit = total_by(open_counts, sides.unit.register, len(sides.unit.levels))
    return open_counts * over(sides.population, of_unit)[sides.unit.register]


def _steps(cells: Partition, sizes: Sequence[int]) -> list[NDArray[np.int64]]:
    """Return the number of the cell of every part, ever coarser; the last is the number of its stratum."""
    width = len(cells.levels) + 1
    digits: list[NDArray[np.int64]] = []
    rest = cells.level
    for size in reversed(sizes):
        digits.insert(0, rest % size)
        rest = rest // size
    codes = []
    for widths in _widths(sizes):
        coarse = np.zeros_like(cells.level)
        for digit, size, together in zip(digits, sizes, widths, strict=True):
            coarse = coarse * size + digit // together
        codes.append(cells.block * width + np.where(cells.known, coarse, width - 1))
    return [*codes, cells.block]


def _widths(sizes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Return how many levels of each variable are taken together, step by step.

    >>> list(_widths([4, 2]))
    [(1, 1), (2, 1), (4, 1), (4, 2)]
    """
    together = [1] * len(sizes)
    yield tuple(together)
    for place, size in enumerate(sizes):
        for width in (2, size) if size > 2 else (size,):  # noqa: PLR2004 - a pair
            together[place] = width
            yield tuple(together)


def _collapsed(
    cells: Partition, respondents: NDArray[np.float64], steps: Sequence[NDArray[np.int64]], scheme: WeightingScheme
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return by part the step at which its cell is good enough, and the first part of that cell."""
    step = np.zeros_like(cells.block)
    for place, (code, coarser) in enumerate(pairwise(steps)):
        size = int(code.max(initial=-1)) + 1
        n, people, sums = (total_by(it, code, size)[code] for it in (respondents, cells.people, cells.sums))
        poor = (n < scheme.smallest_cell) | (people > scheme.largest_factor * sums) | (people <= 0)
        joined = np.zeros(int(coarser.max(initial=0)) + 1, dtype=np.bool_)
        joined[coarser[poor & (step == place) & cells.known]] = True
        step = np.where(joined[coarser], place + 1, step)
    code = np.array(steps)[step, np.arange(step.size)]
    group, groups = combined([step, code], [len(steps), int(code.max(initial=0)) + 1])
    first: NDArray[np.int64] = np.zeros(groups, dtype=np.int64)
    first[group[::-1]] = np.arange(group.size)[::-1]
    return step, first[group]
