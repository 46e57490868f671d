"""How weighting went, by unit: how unequal weights became, which margins they meet, what was taken together.

Source: Kish (1992), J. Off. Statist. 8, 183-200 (the price of unequal weights); Kalton & Flores-Cervantes (2003), J. Off.
Statist. 19, 81-97 (what to look at after weighting).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.weighting.fitting import Fit
from analysis.weighting.nonresponse import Adjusted
from analysis.weighting.partitions import Sides
from analysis.weighting.sums import count_by, total_by
from analysis.weighting.targets import Asked, Targets


@dataclass(frozen=True, slots=True)
class MarginFit:
    """One part of a margin: the people of the register, and those that the weights count `before` and `after`.

    `level` is empty for respondents of whom it is unknown.
    """

    margin: str
    level: str
    people: float
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Collapse:
    """A level taken together with another, as nobody answered or nobody is in the register.

    A stratum in which nobody answered has no margin: `into` is empty, as all others of its unit speak for it.
    """

    margin: str
    level: str
    into: str


@dataclass(frozen=True, slots=True)
class Spread:
    """How unequal weights are.

    `cv` is the coefficient of variation, `deff` Kish's n Σ w²/(Σ w)², `largest_share` the part of all weight that the largest
    has (0-1).
    """

    smallest: float
    largest: float
    cv: float
    deff: float
    largest_share: float


@dataclass(frozen=True, slots=True)
class UnitWeights:
    """The weights of a unit. Its `population` is what they add up to.

    `cells` for non-response and how many were `cells_collapsed`; `cycles` of raking, and `misfit`, the largest relative
    difference with a margin that is left; `trimmed` respondents. Margins `left_out` could not be met with those before them.
    """

    respondents: int
    population: float
    spread: Spread
    cells: int
    cells_collapsed: int
    cycles: int
    misfit: float
    trimmed: int
    margins: tuple[MarginFit, ...]
    collapsed: tuple[Collapse, ...]
    left_out: tuple[str, ...]


def unit_weights(sides: Sides, adjusted: Adjusted, targets: Targets, fit: Fit) -> dict[str, UnitWeights]:
    """Return how weighting went, by unit.

    >>> import pandas as pd
    >>> from analysis.dataset import Columns, Grouping, assemble
    >>> from analysis.design import Stratum
    >>> from analysis.weighting.register import read_register
    >>> from analysis.weighting.scheme import WeightingScheme
    >>> from analysis.weighting.weighing import weigh
    >>> none, zero = np.empty((0, 4), dtype=np.int8), np.zeros(4, dtype=np.int32)
    >>> sex = Grouping("sex", ("m", "v"), np.array([0, 0, 0, 1], dtype=np.int16))
    >>> data = assemble(Columns((), none, (), none, none, (sex,)), [Stratum("", population=100.0)], zero)
    >>> register = read_register(pd.DataFrame({"sex": ["m", "v"], "population": [40, 60]}), "register.csv")
    >>> found = weigh(data, WeightingScheme(version="1", margins=(("sex",),)), register).units[""]
    >>> round(found.population, 6), round(found.spread.deff, 4), [fit.after.__round__(6) for fit in found.margins]
    (100.0, 1.6533, [40.0, 60.0])
    """
    units, unit = len(sides.unit.levels), sides.unit.respondents
    margins: list[list[MarginFit]] = [[] for _ in range(units)]
    collapsed: list[list[Collapse]] = [[] for _ in range(units)]
    for stratum in np.flatnonzero(adjusted.empty).tolist():
        collapsed[sides.unit_of_stratum[stratum]].append(Collapse("", sides.stratum.levels[stratum], ""))
    for asked in targets.asked:
        _add_fits(asked, adjusted.design, fit.weights, margins)
        _add_collapses(asked, collapsed)
    left_out = [tuple(asked.name for asked in targets.asked if asked.left_out[number]) for number in range(units)]
    columns = (
        count_by(unit[fit.weights > 0], units),
        total_by(fit.weights, unit, units),
        adjusted.cells,
        adjusted.collapsed,
        fit.cycles,
        fit.misfit,
        count_by(unit[fit.trimmed], units),
    )
    numbers = zip(*(column.tolist() for column in columns), strict=True)
    rows = zip(sides.unit.levels, spreads(fit.weights, unit, units), numbers, margins, collapsed, left_out, strict=True)
    return {
        name: UnitWeights(n, people, spread, cells, joined, cycles, misfit, trimmed, tuple(fits), tuple(together), out)
        for name, spread, (n, people, cells, joined, cycles, misfit, trimmed), fits, together, out in rows
    }


def spreads(weights: NDArray[np.float64], unit: NDArray[np.int64], units: int) -> list[Spread]:
    """Return how unequal the weights above 0 of every unit are.

    deff = n Σ w²/(Σ w)² = 1 + cv², with cv on n. Source: Kish (1992), J. Off. Statist. 8, 183-200.

    >>> spreads(np.array([1.0, 3.0]), np.zeros(2, dtype=np.int64), 1)
    [Spread(smallest=1.0, largest=3.0, cv=0.5, deff=1.25, largest_share=0.75)]
    """
    own, of_unit = weights[weights > 0], unit[weights > 0]
    n = count_by(of_unit, units)
    total = total_by(own, of_unit, units)
    deff = n * total_by(own**2, of_unit, units) / total**2
    smallest: NDArray[np.float64] = np.full(units, np.inf)
    largest: NDArray[np.float64] = np.zeros(units)
    np.minimum.at(smallest, of_unit, own)
    np.maximum.at(largest, of_unit, own)
    cv = np.sqrt(np.maximum(deff - 1.0, 0.0))
    columns = (smallest, largest, cv, deff, largest / total)
    return [Spread(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]


def _add_fits(
    asked: Asked, before: NDArray[np.float64], after: NDArray[np.float64], margins: list[list[MarginFit]]
) -> None:
    partition, into = asked.partition, asked.into
    host = into[partition.part]
    columns = (
        total_by(partition.people, into, into.size),
        total_by(before, host, into.size),
        total_by(after, host, into.size),
    )
    numbers = list(zip(*(column.tolist() for column in columns), strict=True))
    labels = [""] * into.size
    for part, own in enumerate(into.tolist()):
        labels[own] = f"{labels[own]} + {partition.label(part)}" if labels[own] else partition.label(part)
    for part, own in enumerate(into.tolist()):
        if part == own:
            margins[partition.block[part]].append(MarginFit(asked.name, labels[part], *numbers[part]))


def _add_collapses(asked: Asked, collapsed: list[list[Collapse]]) -> None:
    partition = asked.partition
    for part in np.flatnonzero(asked.into != np.arange(asked.into.size)).tolist():
        names = partition.label(part), partition.label(int(asked.into[part]))
        collapsed[partition.block[part]].append(Collapse(asked.name, *names))
