"""Units compared by row: for clusters, stages and fitted weights, which tables of strata do not carry.

The same arrays as of tables. Strata of the first stage lie within units, and weights of a data set are fitted within
units, so one column of influences serves all units at once and each unit gives its own part of the variance.
Source: Särndal, Swensson & Wretman (1992), Model Assisted Survey Sampling, sections 4.3 and 5.5.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.comparison.differences import Differences, satterthwaite
from analysis.comparison.unit_means import UnitMeans, above_rounding, with_lonely
from analysis.design import Lonely
from analysis.results import Inference
from analysis.rows.linearising import means, totals
from analysis.rows.sample import Sample, Stage, sum_by, variance_of


@dataclass(frozen=True, slots=True, eq=False)
class UnitSample:
    """A sample by unit: the numbers of the rows of every unit, and these rows as a sample of their own."""

    whole: Sample
    rows: tuple[NDArray[np.int64], ...]
    parts: tuple[Sample, ...]

    @property
    def pairs(self) -> Iterator[tuple[NDArray[np.int64], Sample]]:
        """The rows of every unit with their sample."""
        return zip(self.rows, self.parts, strict=True)

    def residuals(self, influence: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return influences without what fitted weights explain of them."""
        for calibration in self.whole.calibrations:
            influence = calibration.residuals(influence)
        return influence


def by_unit(sample: Sample, unit: NDArray[np.int64], units: int) -> UnitSample:
    """Return a sample of which `unit` numbers the unit of every row; the strata of its first stage lie within units.

    >>> from analysis.rows.sample import one_stage
    >>> by_unit(one_stage(np.ones(3)), np.array([0, 1, 0]), 2).rows
    (array([0, 2]), array([1]))
    """
    rows = tuple(np.flatnonzero(unit == number) for number in range(units))
    return UnitSample(sample, rows, tuple(_part(sample, chosen) for chosen in rows))


def unit_means_of_rows(y: NDArray[np.float64], sample: UnitSample, inference: Inference) -> UnitMeans:
    """Return the means of the units for the columns of y (row, variable), NaN for no value: arrays (variable, unit, 1).

    z of ȳ is w(y − ȳ)/Σ w and z of the size over itself w/Σ w, summed over clusters before squares are taken.
    Source: Särndal, Swensson & Wretman (1992), Model Assisted Survey Sampling, sections 4.3 and 5.5.

    >>> from analysis.rows.sample import one_stage
    >>> sample = by_unit(one_stage(np.full(2, 10.0)), np.zeros(2, dtype=np.int64), 1)
    >>> found = unit_means_of_rows(np.array([[60.0], [80.0]]), sample, Inference.PROCESS)
    >>> found.mean.item(), round(found.v_mean.item(), 9)
    (70.0, 100.0)
    """
    variables = y.shape[1]
    ones = np.where(np.isnan(y), np.nan, 1.0)
    found = [(means(y[rows], part), totals(ones[rows], part)) for rows, part in sample.pairs]
    influence = np.zeros((y.shape[0], 2 * variables))
    for rows, (mean, size) in zip(sample.rows, found, strict=True):
        relative = size.influence / np.where(size.value > 0, size.value, 1.0)
        influence[rows] = np.hstack([mean.influence, relative])
    kept = sample.residuals(influence)
    own = np.arange(variables)
    matrices = [_covariance(kept[rows], part, inference) for rows, part in sample.pairs]
    clusters = [_Clusters(y[rows], part, inference) for rows, part in sample.pairs]
    return UnitMeans(
        mean=_stacked([mean.value for mean, _ in found]),
        size=_stacked([size.value for _, size in found]),
        v_mean=_stacked([matrix[own, own] for matrix in matrices]),
        c_size=_stacked([matrix[own, own + variables] for matrix in matrices]),
        v_size=_stacked([matrix[own + variables, own + variables] for matrix in matrices]),
        n=_stacked([mean.n for mean, _ in found]),
        df=_stacked([it.spare.sum(axis=0) for it in clusters]),
        strata=_stacked([it.strata for it in clusters]),
        alone=_stacked([it.alone for it in clusters]),
        lonely=sample.whole.lonely,
    )


def compare_levels_of_rows(
    y: NDArray[np.float64],
    sides: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    sample: UnitSample,
    inference: Inference = Inference.PROCESS,
) -> Differences:
    """Return per unit the mean of y (row, variable) on one side minus that on the other: arrays (variable, unit, 1).

    `sides` are the rows of both. As `compare_levels`, with clusters that may have rows on both sides, such as persons
    who answered twice: their covariance is in it.
    Source: Särndal, Swensson & Wretman (1992), section 5.5; Kish (1965), Survey Sampling, section 12.4.

    >>> from analysis.rows.sample import one_stage
    >>> y, first = np.array([[60.0], [80.0], [40.0], [60.0]]), np.array([True, True, False, False])
    >>> sample = by_unit(one_stage(np.ones(4)), np.zeros(4, dtype=np.int64), 1)
    >>> found = compare_levels_of_rows(y, (first, ~first), sample)
    >>> found.difference.item(), round(found.variance.item(), 4), found.df.item()
    (20.0, 133.3333, 3.0)
    """
    first, second = (np.where(side[:, None], y, np.nan) for side in sides)
    both = np.where((sides[0] | sides[1])[:, None], y, np.nan)
    found = [_LevelPair(first[rows], second[rows], both[rows], part, inference) for rows, part in sample.pairs]
    influence = np.zeros((y.shape[0], 4 * y.shape[1]))
    for rows, pair in zip(sample.rows, found, strict=True):
        influence[rows] = pair.influence
    kept = sample.residuals(influence)
    matrices = [_covariance(kept[rows], part, inference) for rows, part in sample.pairs]
    variances = np.array([np.diag(matrix).reshape(4, -1) for matrix in matrices])
    strata, alone = (_stacked([getattr(it.both, name) for it in found]) for name in ("strata", "alone"))
    mean, other = (_stacked([getattr(it, side).value for it in found]) for side in ("first", "second"))
    size = np.maximum(abs(mean), abs(other))
    total, *parts = (above_rounding(_stacked(variances[:, place]), size) for place in range(4))
    variance, failed = with_lonely(total, strata, alone, sample.whole.lonely)
    return Differences(
        mean=mean,
        difference=mean - other,
        variance=variance,
        df=satterthwaite(parts, [_stacked([it.df[place] for it in found]) for place in range(3)]),
        n=_stacked([it.first.n for it in found]),
        reference_n=_stacked([it.second.n for it in found]),
        units=np.ones_like(strata),
        largest=np.ones_like(variance),
        failed=failed,
    )


class _Clusters:
    """Clusters of the first stage with a value, by stratum and variable."""

    def __init__(self, y: NDArray[np.float64], sample: Sample, inference: Inference) -> None:
        first = sample.stages[0]
        cluster, row = np.unique(first.cluster, return_index=True)
        counted = ~np.isnan(y) & (sample.weights != 0)[:, None]
        strata = first.population.size
        present = (sum_by(counted.astype(np.float64), first.cluster, cluster.size) > 0).astype(np.float64)
        seen = sum_by(present, first.stratum[row], strata).astype(np.int64)
        size = np.bincount(first.stratum[row], minlength=strata)
        unknown = np.ones(strata, dtype=np.bool_) if inference is Inference.PROCESS else size < first.population
        self.present = seen > 0
        self.spare = seen - self.present
        self.strata = self.present.sum(axis=0)
        self.alone = (self.present & (unknown & (size == 1))[:, None]).sum(axis=0)


class _LevelPair:
    """Both sides of a difference in one unit: means, influences and degrees of freedom.

    `influence` holds the influence of the difference, and then its part in the strata of one side, of the other and of
    both; `df` are those of the three.
    """

    def __init__(
        self,
        first: NDArray[np.float64],
        second: NDArray[np.float64],
        both: NDArray[np.float64],
        sample: Sample,
        inference: Inference,
    ) -> None:
        self.first, self.second = means(first, sample), means(second, sample)
        one, other, self.both = (_Clusters(it, sample, inference) for it in (first, second, both))
        kinds = (one.present & ~other.present, other.present & ~one.present, one.present & other.present)
        z = self.first.influence - self.second.influence
        stratum = sample.stages[0].stratum
        self.influence = np.hstack([z, *(np.where(kind[stratum], z, 0.0) for kind in kinds)])
        self.df = np.array([(self.both.spare * kind).sum(axis=0) for kind in kinds])


def _covariance(influence: NDArray[np.float64], sample: Sample, inference: Inference) -> NDArray[np.float64]:
    if not sample.weights.size:  # a unit in which nobody answered
        return np.zeros((influence.shape[1], influence.shape[1]))
    return variance_of(influence, sample, inference).matrix


def _part(sample: Sample, rows: NDArray[np.int64]) -> Sample:
    """Return the rows of one unit; lonely strata count here as they are, and on average over units afterwards."""
    lonely = Lonely.ADJUST if sample.lonely is Lonely.ADJUST else Lonely.REMOVE
    stages = tuple(_renumbered(stage, rows) for stage in sample.stages)
    return Sample(sample.weights[rows], stages, np.ones(rows.size, dtype=np.bool_), lonely)


def _renumbered(stage: Stage, rows: NDArray[np.int64]) -> Stage:
    strata, stratum = np.unique(stage.stratum[rows], return_inverse=True)
    cluster = np.unique(stage.cluster[rows], return_inverse=True)[1]
    return Stage(cluster, stratum, stage.population[strata])


def _stacked(values: Sequence[NDArray[Any]] | NDArray[Any]) -> NDArray[Any]:
    """Return arrays (variable,) of every unit as (variable, unit, 1)."""
    return np.array(values).T[:, :, None]
