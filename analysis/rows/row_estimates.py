"""Estimates over rows, in the same form as those of tables: means, totals and ratios of every unit and level.

For designs with clusters, stages or fitted weights, and for ratios, which no table carries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.dataset import Dataset
from analysis.quantities import Quantity, number_of, values_of
from analysis.results import Measure
from analysis.rows.clustered import RowDesign
from analysis.tabulation.estimates import Estimates, kish_n


def estimate_rows(dataset: Dataset, asked: Sequence[Quantity], design: RowDesign) -> Estimates:
    """Return the estimates of quantities: arrays (variable, unit, level), in the unit of y.

    Mean: z = w(y − ȳ)/Σ w. Total: z = w y. Ratio R = Σ w y/Σ w x: z = w(y − R x)/Σ w x, over rows that have both.
    Source: Särndal, Swensson & Wretman (1992), Model Assisted Survey Sampling, sections 5.5-5.8.

    >>> from analysis.dataset import FIRST_CODE, Columns, assemble
    >>> from analysis.design import Stratum
    >>> from analysis.results import Inference
    >>> from analysis.rows.clustered import Cells
    >>> days, none, zero = np.array([[10.0, 8.0, 3.0]]), np.empty((0, 3), dtype=np.int8), np.zeros(3, dtype=np.int64)
    >>> columns = Columns((), none, ("days",), days, np.full((1, 3), FIRST_CODE, dtype=np.int8))
    >>> dataset = assemble(columns, [Stratum("", population=6.0)], zero.astype(np.int32))
    >>> design = RowDesign(dataset.sample(), Cells(zero, zero, 1, 1), Inference.FINITE)
    >>> found = estimate_rows(dataset, [Quantity(Measure.MEAN, "days", number=0)], design)
    >>> found.value.item(), round(found.variance.item(), 4)
    (7.0, 2.1667)
    """
    found = [_estimate(_Answers.of(dataset, it, design), design) for it in asked]
    return Estimates(*(np.concatenate([getattr(part, it.name) for part in found]) for it in fields(Estimates)))


@dataclass(frozen=True, slots=True, eq=False)
class _Answers:
    """The rows with a value: their weight, cell, number y, and the number x below it (1 in a mean)."""

    measure: Measure
    valid: NDArray[np.bool_]
    weight: NDArray[np.float64]
    cell: NDArray[np.int64]
    y: NDArray[np.float64]
    x: NDArray[np.float64]
    pilot: float
    cells: int

    @classmethod
    def of(cls, dataset: Dataset, asked: Quantity, design: RowDesign) -> _Answers:
        """Return the rows that have a value for a quantity."""
        y = values_of(dataset, asked)
        x = number_of(dataset, asked.over) if asked.measure is Measure.RATIO else np.ones_like(y)
        number = design.cells.number
        valid = ~np.isnan(y) & ~np.isnan(x) & (dataset.weights != 0) & (number >= 0)
        shifted = asked.recode is None and asked.measure in (Measure.MEAN, Measure.SCORE) and bool(valid.any())
        pilot = float(y[valid].mean()) if shifted else 0.0
        cells = design.cells.units * design.cells.levels
        return cls(
            asked.measure, valid, dataset.weights[valid], number[valid], y[valid] - pilot, x[valid], pilot, cells
        )

    def sums(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the sums by cell."""
        return np.bincount(self.cell, weights=values, minlength=self.cells).astype(np.float64)

    def means(self, total: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the rates by cell; where all answers are the same, that answer to its last digit."""
        rates = _over(total, below)
        if self.measure is Measure.RATIO:
            return rates
        least, most = np.full(self.cells, np.inf), np.full(self.cells, -np.inf)
        np.minimum.at(least, self.cell, self.y)
        np.maximum.at(most, self.cell, self.y)
        return np.where(least == most, least, rates)


def _estimate(rows: _Answers, design: RowDesign) -> Estimates:
    total, size = rows.sums(rows.weight * rows.y), rows.sums(rows.weight)
    below = rows.sums(rows.weight * rows.x)
    rate = rows.means(total, below)
    off = rows.y - rate[rows.cell] * rows.x
    of_total = rows.measure is Measure.TOTAL
    influence = np.zeros(rows.valid.size)
    influence[rows.valid] = rows.weight * (rows.y if of_total else off * _over(np.ones_like(below), below)[rows.cell])
    found = design.variance(influence, rows.valid)
    n = np.bincount(rows.cell, minlength=rows.cells)
    squares = _over(rows.sums(rows.weight * off * off), size) * n / np.maximum(n - 1, 1)
    arrays: dict[str, NDArray[Any]] = {
        "value": total if of_total else np.where(n > 0, rate + rows.pilot, 0.0),
        "variance": np.maximum(found.variance, 0.0),
        "n": n,
        "population": size,
        "df": design.degrees_of_freedom(rows.valid),
        "spread": squares * _over(size, below) ** 2,
        "kish_n": kish_n(size, rows.sums(rows.weight**2)),
        "census": (n > 0) & found.closed,
        "lonely": found.lonely,
        "failed": found.failed,
        "open_population": (n > 0) & found.open_population,
    }
    shape = (1, design.cells.units, design.cells.levels)
    return Estimates(**{name: array.reshape(shape) for name, array in arrays.items()})


def _over(top: NDArray[np.float64], bottom: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(top, bottom, out=np.zeros_like(top), where=bottom != 0)
