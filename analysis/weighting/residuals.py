"""What fitted weights leave to chance: influences without what margins or numbers of the population explain.

Weights that meet known totals make an estimate as precise as its residuals: u = z/w is regressed on the auxiliary
variables with the weights d from before the fit, and the variance is that of w(u − x'b). Source: Deville & Särndal
(1992), J. Am. Statist. Assoc. 87, 376-382, section 3; Särndal, Swensson & Wretman (1989), Biometrika 76, 527-537.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.rows.sample import sum_by
from analysis.weighting.raking import Margin, by_cell, combined
from analysis.weighting.sums import count_by, total_by

# A direction with less than this part of the largest is a sum of the others.
_RANK = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class MarginCalibration:
    """Weights fitted to margins, within units. The margins of a row depend on its `cell` only.

    `cell` by row; `unit` by cell; `column` (margin, cell) is the place of the part among the columns of its unit;
    `projection` (unit, column, column) is the inverse of Σ d x x', for cells that tables carry as well as for rows.
    """

    weights: NDArray[np.float64]
    before: NDArray[np.float64]
    cell: NDArray[np.int64]
    unit: NDArray[np.int64]
    column: NDArray[np.int64]
    projection: NDArray[np.float64]

    def residuals(self, influence: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return influences z (row, estimate) less w x'b.

        >>> margin = Margin(np.array([0, 0, 1]), np.array([4.0, 2.0]))
        >>> fitted = fitted_to_margins(np.ones(3), np.array([2.0, 2.0, 2.0]), [margin])
        >>> fitted.residuals(np.array([[4.0], [2.0], [1.0]])).ravel().round(9) + 0
        array([ 1., -1.,  0.])
        """
        share = np.divide(self.before, self.weights, out=np.zeros_like(self.weights), where=self.weights != 0)
        sums = sum_by(influence * share[:, None], self.cell, self.unit.size)
        residuals: NDArray[np.float64] = influence - self.weights[:, None] * self.fitted(sums)[self.cell]
        return residuals

    def fitted(self, sums: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return x'b by cell of the sums Σ d u (cell, estimate), with d the weights before and u = z/w."""
        units, columns, _ = self.projection.shape
        place = self.unit * columns + self.column
        moments = sum((sum_by(sums, of_margin, units * columns) for of_margin in place), np.zeros(()))
        slopes = (self.projection @ moments.reshape(units, columns, -1)).reshape(units * columns, -1)
        explained: NDArray[np.float64] = slopes[place].sum(axis=0)
        return explained


def fitted_to_margins(
    before: NDArray[np.float64],
    weights: NDArray[np.float64],
    margins: Sequence[Margin],
    unit: NDArray[np.int64] | None = None,
) -> MarginCalibration:
    """Return the calibration of `weights` that were fitted to margins from the weights `before`, by row.

    >>> sex = Margin(np.array([0, 0, 1]), np.array([4.0, 2.0]))
    >>> fitted_to_margins(np.ones(3), np.full(3, 2.0), [sex]).projection.round(6)  # 1/2 and 1/1: two men and one woman
    array([[[0.5, 0. ],
            [0. , 1. ]]])
    """
    cell, cells = combined([margin.part for margin in margins], [margin.population.size for margin in margins])
    of_row = np.zeros(weights.size, dtype=np.int64) if unit is None else unit
    parts = [by_cell(margin.part, cell, cells) for margin in margins]
    return fitted_to_cells(before, weights, cell, by_cell(of_row, cell, cells), parts)


def fitted_to_cells(
    before: NDArray[np.float64],
    weights: NDArray[np.float64],
    cell: NDArray[np.int64],
    unit: NDArray[np.int64],
    parts: Sequence[NDArray[np.int64]],
) -> MarginCalibration:
    """Return the same, with `cell` by row, and by cell its `unit` and its part in each margin.

    >>> cell, unit = np.array([0, 0, 1]), np.zeros(2, dtype=np.int64)
    >>> fitted_to_cells(np.ones(3), np.full(3, 2.0), cell, unit, [np.array([0, 1])]).projection.round(6)
    array([[[0.5, 0. ],
            [0. , 1. ]]])
    """
    units = int(unit.max(initial=-1)) + 1
    column, columns = _columns(parts, unit, units)
    mass = total_by(before, cell, unit.size)
    gram = np.zeros(units * columns * columns)
    for one in column:
        for other in column:
            gram += total_by(mass, (unit * columns + one) * columns + other, gram.size)
    square = gram.reshape(units, columns, columns)
    projection = np.linalg.pinv(square, rtol=_RANK, hermitian=True).astype(np.float64, copy=False)
    return MarginCalibration(weights, before, cell, unit, column, projection)


@dataclass(frozen=True, slots=True, eq=False)
class NumberCalibration:
    """Weights fitted to totals of numbers. `basis` (row, direction) spans √d x, with d the weights `before`."""

    weights: NDArray[np.float64]
    before: NDArray[np.float64]
    basis: NDArray[np.float64]

    def residuals(self, influence: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return influences z (row, estimate) less w x'b.

        >>> fitted = fitted_to_numbers(np.ones(2), np.full(2, 3.0), np.array([[1.0], [2.0]]))
        >>> fitted.residuals(np.array([[3.0], [6.0]])).ravel().round(9) + 0  # in proportion to x: all explained
        array([0., 0.])
        """
        root = np.sqrt(self.before)
        inward = np.divide(root, self.weights, out=np.zeros_like(root), where=self.weights != 0)
        outward = np.divide(self.weights, root, out=np.zeros_like(root), where=root != 0)
        scaled = influence * inward[:, None]
        residuals: NDArray[np.float64] = outward[:, None] * (scaled - self.basis @ (self.basis.T @ scaled))
        return residuals


def fitted_to_numbers(
    before: NDArray[np.float64], weights: NDArray[np.float64], auxiliaries: NDArray[np.float64]
) -> NumberCalibration:
    """Return the calibration of `weights` that were fitted to totals of `auxiliaries` (row, variable).

    >>> found = fitted_to_numbers(np.ones(2), np.full(2, 3.0), np.array([[1.0], [2.0]]))
    >>> np.abs(found.basis).ravel().round(4)  # 1/√5 and 2/√5
    array([0.4472, 0.8944])
    """
    size = np.abs(auxiliaries).max(axis=0)
    scaled = np.sqrt(before)[:, None] * auxiliaries / np.where(size > 0, size, 1.0)
    basis, strength, _ = np.linalg.svd(scaled, full_matrices=False)
    return NumberCalibration(weights, before, basis[:, strength > _RANK * strength.max(initial=0.0)])


def _columns(parts: Sequence[NDArray[np.int64]], unit: NDArray[np.int64], units: int) -> tuple[NDArray[np.int64], int]:
    """Return (margin, cell) the place of the part within its unit, the margins one after another; and the most places."""
    column = np.zeros((len(parts), unit.size), dtype=np.int64)
    used = np.zeros(units, dtype=np.int64)
    for margin, part in enumerate(parts):
        present, place = np.unique(unit * (int(part.max(initial=0)) + 1) + part, return_inverse=True)
        of_present = present // (int(part.max(initial=0)) + 1)
        first = np.searchsorted(of_present, np.arange(units))
        column[margin] = used[unit] + place - first[unit]
        used += count_by(of_present, units)
    return column, int(used.max(initial=0))
