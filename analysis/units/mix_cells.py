"""Answers added up for case-mix adjustment: people of one unit with the same adjusters make one cell, and no row is needed afterwards.

Adjusting is algebra on six sums of each cell, so cells of parts of one data set are put beside each other, in any order, and give what
all rows together give. A row is a cell of one person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from analysis.dataset import FIRST_CODE, Dataset
from analysis.plan import AnalysisPlan
from analysis.quantities import quantities, values_of
from analysis.results import Measure

# A level that fewer people than this have, of all units together, has no slope of its own: it would be that of a few people.
_FEWEST_OF_LEVEL = 30


@dataclass(frozen=True, slots=True, eq=False)
class MixCells:
    """Answers to one question by cell; arrays by cell, `x` by (cell, adjuster) with NaN for no value. Units are numbers from 0.

    `n` people with an answer (0: the cell does not count), `weight` Σw, `mean` Σwy/Σw, `squares` Σw², `square_mean` Σw²y/Σw² and
    `spread` Σw²(y − square_mean)². Sums of squares stand around their own means: an offset of y does not cancel.
    """

    x: NDArray[np.float64]
    unit: NDArray[np.int64]
    n: NDArray[np.int64]
    weight: NDArray[np.float64]
    mean: NDArray[np.float64]
    squares: NDArray[np.float64]
    square_mean: NDArray[np.float64]
    spread: NDArray[np.float64]


def cells_of_rows(
    y: NDArray[np.float64], x: NDArray[np.float64], unit: NDArray[np.int64], weights: NDArray[np.float64]
) -> MixCells:
    """Return each row as a cell of its own. A row without y, or of weight 0, does not count.

    >>> cells_of_rows(np.array([50.0, np.nan]), np.empty((2, 0)), np.array([0, 0]), np.array([2.0, 2.0])).n
    array([1, 0])
    """
    counted = ~np.isnan(y) & (weights != 0)
    own, known = np.where(counted, weights, 0.0), np.where(counted, y, 0.0)
    return MixCells(x, unit, counted.astype(np.int64), own, known, own**2, known, np.zeros(y.size))


@dataclass(frozen=True, slots=True, eq=False)
class ClientMix:
    """Cells of units by adjusters that are answers out of a few. `level` is (cell, adjuster), -1 for no value; sums are (outcome, cell).

    `sums` holds by outcome and cell what `MixCells` calls weight, mean, squares, square_mean and spread, in that order.
    """

    units: tuple[str, ...]
    adjusters: tuple[str, ...]
    outcomes: tuple[str, ...]
    unit: NDArray[np.int64]
    level: NDArray[np.int64]
    n: NDArray[np.int64]
    sums: NDArray[np.float64]

    def cells(self, outcome: str) -> MixCells:
        """Return the cells of one outcome, with a number for each level but the usual one of each adjuster: 1 where a cell has it.

        A level that is rare among all who answered counts as no value. An adjuster of which one level is left adjusts nothing.
        """
        place = self.outcomes.index(outcome)
        n = self.n[place]
        columns = list(chain.from_iterable(_dummies(level, n) for level in self.level.T))
        x = np.array(columns).reshape(len(columns), n.size).T
        return MixCells(x, self.unit, n, *self.sums[place])


def client_mix(dataset: Dataset, plan: AnalysisPlan, adjusters: Sequence[str]) -> ClientMix:
    """Return the cells of a data set for every score of a plan, in one pass over its rows.

    `adjusters` name questions with one answer out of a few; every reason for having no answer is one and the same level.

    >>> from analysis.dataset import CodedColumn, Columns, assemble
    >>> from analysis.design import Stratum
    >>> from analysis.plan import CodePlan, ScaleItem
    >>> yes = ScaleItem(kind="scale", codes={"no": CodePlan(score=0), "yes": CodePlan(score=100)})
    >>> age = ScaleItem(kind="scale", codes={"young": CodePlan(), "old": CodePlan()})
    >>> codes, none = np.array([[5, 6, 6], [5, 6, 6]], dtype=np.int8), np.empty((0, 3))
    >>> columns = Columns((CodedColumn("q", ("no", "yes")), CodedColumn("age", ("young", "old"))), codes, (), none, none)
    >>> data = assemble(columns, [Stratum("", "GM1", 30.0)], np.zeros(3, dtype=np.int32))
    >>> found = client_mix(data, AnalysisPlan(items={"q": yes, "age": age}), ["age"])
    >>> found.n, found.level.T, found.sums[0][:2]
    (array([[1, 2]]), array([[0, 1]]), array([[ 10.,  20.],
           [  0., 100.]]))
    """
    columns = {coded.item: place for place, coded in enumerate(dataset.coded) if not coded.option}
    chosen = [columns[name] for name in adjusters]
    level = np.maximum(dataset.codes[chosen].astype(np.int64) - FIRST_CODE, -1)
    design = dataset.design()
    unit = design.unit_of_stratum()[dataset.stratum]
    number = unit
    for row, place in zip(level, chosen, strict=True):
        number = number * (len(dataset.coded[place].categories) + 1) + row + 1
    _, first, cell = np.unique(number, return_index=True, return_inverse=True)
    asked = [it for it in quantities(dataset, plan) if it.measure is Measure.SCORE and it.item not in adjusters]
    counts = np.zeros((len(asked), first.size), dtype=np.int64)
    sums = np.zeros((len(asked), 5, first.size))
    for place, quantity in enumerate(asked):
        counts[place], sums[place] = _sums(values_of(dataset, quantity), dataset.weights, cell, first.size)
    outcomes = tuple(it.item for it in asked)
    return ClientMix(design.units, tuple(adjusters), outcomes, unit[first], level[:, first].T, counts, sums)


def put_together(parts: Sequence[ClientMix]) -> ClientMix:
    """Return the cells of parts of one data set beside each other; at least one part, all with the same outcomes and adjusters."""
    numbers = {name: number for number, name in enumerate(dict.fromkeys(chain.from_iterable(it.units for it in parts)))}
    return ClientMix(
        units=tuple(numbers),
        adjusters=parts[0].adjusters,
        outcomes=parts[0].outcomes,
        unit=np.concatenate([np.array([numbers[name] for name in it.units], dtype=np.int64)[it.unit] for it in parts]),
        level=np.concatenate([it.level for it in parts]),
        n=np.concatenate([it.n for it in parts], axis=1),
        sums=np.concatenate([it.sums for it in parts], axis=2),
    )


def _dummies(level: NDArray[np.int64], n: NDArray[np.int64]) -> list[NDArray[np.float64]]:
    count = np.bincount(level + 1, n)[1:]
    often = np.flatnonzero(count >= _FEWEST_OF_LEVEL)
    known = np.isin(level, often)
    usual = count.argmax() if count.size else -1
    return [np.where(known, level == one, np.nan) for one in often if one != usual]


def _sums(
    y: NDArray[np.float64], weights: NDArray[np.float64], cell: NDArray[np.int64], cells: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    counted = ~np.isnan(y) & (weights != 0)
    own, value, place = weights[counted], y[counted], cell[counted]
    n = np.bincount(place, minlength=cells)
    weight, mean = _weighted(own, value, place, cells)
    squares, square_mean = _weighted(own**2, value, place, cells)
    spread = np.bincount(place, own**2 * (value - square_mean[place]) ** 2, minlength=cells)
    return n, np.array([weight, mean, squares, square_mean, spread])


def _weighted(
    weights: NDArray[np.float64], value: NDArray[np.float64], cell: NDArray[np.int64], cells: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the weight of each cell and its weighted mean, 0 where it has no weight."""
    weight = np.bincount(cell, weights, minlength=cells).astype(np.float64)
    total = np.bincount(cell, weights * value, minlength=cells)
    return weight, np.divide(total, weight, out=np.zeros(cells), where=weight > 0)
