"""Variances over rows for all units and levels at once: clusters, stages and fitted weights, which tables cannot carry.

The formula is that of any sample with rows; only variances are computed, no covariances, with sums of influences by cluster
and cell. A cell is a unit and a level; the cells of a breakdown are disjoint, so that one influence a row serves all of them.
Source: Särndal, Swensson & Wretman (1992), Model Assisted Survey Sampling, results 4.3.1 and 4.5.1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.design import Lonely
from analysis.results import Inference
from analysis.rows.sample import Sample, Stage

# A stratum of which less than this part is unknown is known.
_KNOWN = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The unit and level of every row; level -1 is outside all levels."""

    unit: NDArray[np.int64]
    level: NDArray[np.int64]
    units: int
    levels: int

    @property
    def number(self) -> NDArray[np.int64]:
        """The number of the cell of every row, -1 outside."""
        return np.where(self.level < 0, -1, self.unit * self.levels + self.level)


@dataclass(frozen=True, slots=True, eq=False)
class CellVariance:
    """By cell: the variance, and what the strata that take part are. `closed`: all of them are known completely."""

    variance: NDArray[np.float64]
    lonely: NDArray[np.bool_]
    failed: NDArray[np.bool_]
    closed: NDArray[np.bool_]
    open_population: NDArray[np.bool_]


class RowDesign:
    """The design of a sample for one breakdown; what does not depend on the variable is found once."""

    def __init__(self, sample: Sample, cells: Cells, inference: Inference) -> None:
        self.sample, self.cells = sample, cells
        # A fitted weight ties the rows of a unit together, or all rows when it was fitted over units.
        self._nested = cells.units == 1 or all(_nested(it, cells.unit) for it in sample.calibrations)
        if not sample.calibrations:
            self._stages = _Stages(sample, cells.number, cells.units * cells.levels, inference)
        elif self._nested:
            self._stages = _Stages(sample, cells.unit, cells.units, inference)
        else:
            self._stages = _Stages(sample, np.zeros_like(cells.unit), 1, inference)

    def variance(self, influence: NDArray[np.float64], valid: NDArray[np.bool_]) -> CellVariance:
        """Return the variance by cell of estimates of which this is the influence (row,), each in its own cell."""
        if not self.sample.calibrations:
            return _side_by_side([self._stages.variance(influence[:, None], valid)])
        everyone = np.ones_like(valid)
        units = [None] if self._nested else range(self.cells.units)
        return _side_by_side([self._stages.variance(self._residuals(influence, unit), everyone) for unit in units])

    def degrees_of_freedom(self, valid: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return by cell the clusters with a counted row, minus the strata with such a cluster."""
        first, number = self.sample.stages[0], self.cells.number
        size = self.cells.units * self.cells.levels
        clusters, strata = (np.unique(it[valid] * size + number[valid]) for it in (first.cluster, first.stratum))
        df: NDArray[np.int64] = np.bincount(clusters % size, minlength=size) - np.bincount(
            strata % size, minlength=size
        )
        return df

    def _residuals(self, influence: NDArray[np.float64], unit: int | None) -> NDArray[np.float64]:
        """Return what the fitted weights leave of the influence on each level (row, level), in all units or in one."""
        inside = self.cells.level[:, None] == np.arange(self.cells.levels)
        if unit is not None:
            inside &= (self.cells.unit == unit)[:, None]
        columns = np.where(inside, influence[:, None], 0.0)
        for calibration in self.sample.calibrations:
            columns = calibration.residuals(columns)
        return columns


def _nested(calibration: object, unit: NDArray[np.int64]) -> bool:
    """Return whether weights were fitted within units: then a row is tied to rows of its own unit only."""
    of_cell, cell = getattr(calibration, "unit", None), getattr(calibration, "cell", None)
    if of_cell is None or cell is None:
        return False
    group = of_cell[cell]
    first = np.zeros(int(group.max(initial=0)) + 1, dtype=np.int64)
    first[group] = unit
    return bool(np.array_equal(first[group], unit))


@dataclass(frozen=True, slots=True, eq=False)
class _Varied:
    """Variances (cell, column), and the rest by cell."""

    variance: NDArray[np.float64]
    lonely: NDArray[np.bool_]
    failed: NDArray[np.bool_]
    closed: NDArray[np.bool_]
    open_population: NDArray[np.bool_]


def _side_by_side(found: list[_Varied]) -> CellVariance:
    """Return variances (cell, column) one after another; what holds for a cell holds for all its columns."""
    columns = found[0].variance.shape[1]
    variance = np.concatenate([it.variance for it in found]).ravel()
    names = ("lonely", "failed", "closed", "open_population")
    of_cells = {name: np.concatenate([getattr(it, name) for it in found]) for name in names}
    return CellVariance(variance, **{name: np.repeat(of_cell, columns) for name, of_cell in of_cells.items()})


class _Stages:
    """The stages of a sample, cut by cells."""

    def __init__(self, sample: Sample, cell: NDArray[np.int64], cells: int, inference: Inference) -> None:
        self._cells, self._lonely = cells, sample.lonely
        self._stages: list[_Stage] = []
        above, parent = np.ones(1), np.zeros(cell.size, dtype=np.int64)
        for stage in sample.stages:
            cut = _Stage(stage, cell, cells, inference, (above, parent))
            self._stages.append(cut)
            above, parent = cut.fractions(), stage.cluster
            if not above.any():
                break

    def variance(self, influence: NDArray[np.float64], valid: NDArray[np.bool_]) -> _Varied:
        """Return the variance of the sums of the influences (row, column) in each cell."""
        total = np.zeros((self._cells, influence.shape[1]))
        lonely, failed, unknown = (np.zeros(self._cells, dtype=np.bool_) for _ in range(3))
        for stage in self._stages:
            taking = stage.taking_part(valid, self._lonely)
            for place, column in enumerate(influence.T):
                total[:, place] += stage.by_cell(taking.weight * stage.squares(column, taking, self._lonely))
            lonely |= stage.by_cell(taking.alone) > 0
            failed |= stage.by_cell(taking.failed) > 0
            unknown |= stage.by_cell(taking.unknown) > 0
        endless = self._stages[0].endless(valid)
        return _Varied(total, lonely, failed, ~unknown, endless)


@dataclass(frozen=True, slots=True, eq=False)
class _TakingPart:
    """By group (stratum and cell): whether it is `unknown` in part, has one cluster (`alone`), and what it weighs."""

    unknown: NDArray[np.bool_]
    alone: NDArray[np.bool_]
    failed: NDArray[np.bool_]
    weight: NDArray[np.float64]


class _Stage:
    """One stage. A pair is a cluster and a cell, a group a stratum and a cell; only those with rows exist."""

    def __init__(
        self,
        stage: Stage,
        cell: NDArray[np.int64],
        cells: int,
        inference: Inference,
        parents: tuple[NDArray[np.float64], NDArray[np.int64]],
    ) -> None:
        self._stage, self._cells = stage, cells
        self._rows = np.flatnonzero(cell >= 0)
        clusters, strata = int(stage.cluster.max()) + 1, stage.population.size
        self._stratum_of: NDArray[np.int64] = np.full(clusters, -1, dtype=np.int64)
        self._stratum_of[stage.cluster] = stage.stratum
        pair, self._pair_of_row = np.unique(stage.cluster[self._rows] * cells + cell[self._rows], return_inverse=True)
        group, self._group_of_pair = np.unique(
            self._stratum_of[pair // cells] * cells + pair % cells, return_inverse=True
        )
        self._pairs, self._groups = pair.size, group.size
        self._stratum, self._cell = group // cells, group % cells
        self._size = np.bincount(self._stratum_of[self._stratum_of >= 0], minlength=strata)
        finite = self._size / np.maximum(stage.population, 1.0)
        self._fraction = np.zeros(strata) if inference is Inference.PROCESS else finite
        above, parent = parents
        self._parent: NDArray[np.int64] = np.zeros(strata, dtype=np.int64)
        self._parent[stage.stratum] = parent
        self._above = above[self._parent]

    def fractions(self) -> NDArray[np.float64]:
        """Return the product of sampling fractions down to each cluster of this stage."""
        return np.where(self._stratum_of >= 0, (self._above * self._fraction)[self._stratum_of], 0.0)

    def taking_part(self, valid: NDArray[np.bool_], lonely: Lonely) -> _TakingPart:
        """Return what each group is, for a variable that these rows have."""
        present = np.bincount(self._group_of_pair, weights=self._seen(valid), minlength=self._groups) > 0
        left, size = (1.0 - self._fraction)[self._stratum], self._size[self._stratum]
        unknown = present & (left >= _KNOWN)
        alone = unknown & (size == 1)
        weight = np.where(unknown, left * size / np.maximum(size - 1, 1), 0.0) * self._above[self._stratum]
        failed = alone & (lonely is Lonely.FAIL)
        if lonely is Lonely.AVERAGE and alone.any():
            _, family = np.unique(self._parent[self._stratum] * self._cells + self._cell, return_inverse=True)
            strata, missing = (np.bincount(family, weights=it) for it in (present, alone))
            weight = weight * (strata / np.maximum(strata - missing, 1))[family]
            failed = alone & (strata == missing)[family]
        return _TakingPart(unknown, alone, failed, weight)

    def squares(self, influence: NDArray[np.float64], taking: _TakingPart, lonely: Lonely) -> NDArray[np.float64]:
        """Return by group Σ z² − (Σ z)²/n over clusters; of a lonely one Σ z², or nothing."""
        sums = np.bincount(self._pair_of_row, weights=influence[self._rows], minlength=self._pairs)
        total = np.bincount(self._group_of_pair, weights=sums, minlength=self._groups)
        squares = np.bincount(self._group_of_pair, weights=sums * sums, minlength=self._groups)
        size = np.maximum(self._size[self._stratum], 1)
        centred = squares - total * total / size
        centred[centred <= 4 * size * np.finfo(np.float64).eps * squares] = 0.0
        return np.where(taking.alone, squares if lonely is Lonely.ADJUST else 0.0, centred)

    def by_cell(self, values: NDArray[np.generic]) -> NDArray[np.float64]:
        """Return the sums of groups by cell."""
        sums = np.bincount(self._cell, weights=values.astype(np.float64), minlength=self._cells)
        return sums.astype(np.float64, copy=False)

    def endless(self, valid: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return the cells with a row of which the population is unknown."""
        present = np.bincount(self._group_of_pair, weights=self._seen(valid), minlength=self._groups) > 0
        return self.by_cell(present & np.isinf(self._stage.population)[self._stratum]) > 0

    def _seen(self, valid: NDArray[np.bool_]) -> NDArray[np.bool_]:
        return np.bincount(self._pair_of_row, weights=valid[self._rows], minlength=self._pairs) > 0
