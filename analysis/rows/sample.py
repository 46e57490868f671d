"""A sample with its rows: clusters, stages, subgroups and calibrated weights. The path for all that tables cannot carry.

Every estimator gives each respondent an influence z; of influences the covariances of estimates are made.
One stage: V = Σ_h (1 − f_h) n_h/(n_h − 1) Σ_j (z_hj − z̄_h)(z_hj − z̄_h)', with z_hj the sum over cluster j, n_h *all*
clusters of the stratum and f_h = n_h/N_h. Each further stage adds the variance inside its clusters, times the sampling
fractions above it. Source: Särndal, Swensson & Wretman (1992), Model Assisted Survey Sampling, results 4.3.1 and 4.5.1;
lonely clusters as in R survey (Lumley 2010, Complex Surveys, section 3.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.design import Lonely
from analysis.results import Inference

# A stratum of which less than this part is unknown is known.
_KNOWN = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """One stage of sampling, by row. `cluster` and `stratum` are numbers from 0; a cluster lies in one stratum.

    `population` is the number of clusters of each stratum in the population (infinite: unknown). From the second stage
    on the strata lie inside the clusters of the stage before.
    """

    cluster: NDArray[np.int64]
    stratum: NDArray[np.int64]
    population: NDArray[np.float64]


class Calibration(Protocol):
    """What weights were fitted to: an estimate has no variance left in that direction."""

    def residuals(self, influence: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return influences (row, estimate) without what the auxiliary variables explain of them."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Rows of a sample. `inside` says which rows lie in the subgroup that is looked at; the others stay in the design.

    `calibrations` are the fittings of the weights, in the order in which they were done.
    """

    weights: NDArray[np.float64]
    stages: tuple[Stage, ...]
    inside: NDArray[np.bool_]
    lonely: Lonely = Lonely.ADJUST
    adjust_domain_lonely: bool = False
    calibrations: tuple[Calibration, ...] = ()

    def within(self, chosen: NDArray[np.bool_]) -> Sample:
        """Return the same sample, seen from a smaller subgroup."""
        return replace(self, inside=self.inside & chosen)

    @property
    def counted(self) -> NDArray[np.bool_]:
        """Rows in the subgroup that have a weight."""
        counted: NDArray[np.bool_] = self.inside & (self.weights != 0)
        return counted

    def degrees_of_freedom(self, inside: NDArray[np.bool_] | None = None) -> int:
        """Return first-stage clusters with a counted row, minus strata with such a cluster.

        >>> stage = Stage(np.array([0, 0, 1, 2]), np.array([0, 0, 0, 1]), np.full(2, np.inf))
        >>> Sample(np.ones(4), (stage,), np.ones(4, dtype=bool)).degrees_of_freedom()
        1
        """
        counted = self.counted if inside is None else self.counted & inside
        first = self.stages[0]
        return int(np.unique(first.cluster[counted]).size - np.unique(first.stratum[counted]).size)


def one_stage(
    weights: NDArray[np.float64],
    stratum: NDArray[np.int64] | None = None,
    population: NDArray[np.float64] | None = None,
    *,
    lonely: Lonely = Lonely.ADJUST,
) -> Sample:
    """Return the sample in which every respondent was drawn apart, in strata when they are given.

    >>> one_stage(np.ones(3), np.array([0, 0, 1])).degrees_of_freedom()  # 3 respondents minus 2 strata
    1
    """
    rows = weights.size
    strata = np.zeros(rows, dtype=np.int64) if stratum is None else stratum.astype(np.int64)
    size = int(strata.max(initial=-1)) + 1
    known = np.full(size, np.inf) if population is None else population
    stage = Stage(np.arange(rows, dtype=np.int64), strata, known)
    return Sample(weights, (stage,), np.ones(rows, dtype=np.bool_), lonely)


@dataclass(frozen=True, slots=True, eq=False)
class Covariance:
    """Covariance matrix (estimate, estimate). `lonely`: a stratum with one cluster took part; `failed`: that forbids it."""

    matrix: NDArray[np.float64]
    lonely: bool
    failed: bool

    @property
    def variance(self) -> NDArray[np.float64]:
        """The variances, never below 0."""
        return np.maximum(np.diag(self.matrix), 0.0)


def variance_of(influence: NDArray[np.float64], sample: Sample, inference: Inference = Inference.FINITE) -> Covariance:
    """Return the covariance of estimates with these influences z (row, estimate); weights are part of z.

    `finite`: with the populations of the stages. `process`: the first stage only, as drawn from endlessly many.

    >>> z = np.array([[3.0], [1.0], [-4.0]]) / 3  # the mean of 10, 8 and 3 (weights 1) in a population of 6
    >>> variance_of(z, one_stage(np.ones(3), population=np.array([6.0]))).variance.round(4)
    array([2.1667])
    """
    kept = np.where(sample.inside[:, None], influence, 0.0)
    present = sample.inside
    for calibration in sample.calibrations:
        kept = calibration.residuals(kept)
        present = np.ones_like(sample.inside)  # a fitted weight ties every row to every estimate
    matrix = np.zeros((influence.shape[1], influence.shape[1]))
    above = np.ones(1)  # product of the sampling fractions of the stages above, by cluster of the stage above
    parent = np.zeros(sample.weights.size, dtype=np.int64)
    lonely = failed = False
    for stage in sample.stages:
        part = _StageSums(stage, kept, present, sample, inference)
        matrix = matrix + part.covariance(parent, above)
        lonely, failed = lonely or bool(part.alone.any()), failed or part.failed
        if inference is Inference.PROCESS or not part.fraction.any():
            break
        above, parent = part.fractions_by_cluster(parent, above), stage.cluster
    return Covariance(matrix, lonely, failed)


class _StageSums:
    """Sums of one stage by cluster, and what its strata do with clusters that stand alone."""

    def __init__(
        self,
        stage: Stage,
        influence: NDArray[np.float64],
        present: NDArray[np.bool_],
        sample: Sample,
        inference: Inference,
    ) -> None:
        self._stage, self._sample = stage, sample
        clusters, strata = int(stage.cluster.max()) + 1, stage.population.size
        self.totals = sum_by(influence, stage.cluster, clusters)
        self.stratum: NDArray[np.int64] = np.zeros(clusters, dtype=np.int64)
        self.stratum[stage.cluster] = stage.stratum
        seen = np.bincount(stage.cluster[present], minlength=clusters) > 0
        self._size = np.bincount(self.stratum, minlength=strata)
        self._present = np.bincount(self.stratum[seen], minlength=strata)
        drawn = self._size / np.maximum(stage.population, 1.0)
        self.fraction = np.zeros(strata) if inference is Inference.PROCESS else drawn
        open_share = 1.0 - self.fraction
        unknown = (open_share >= _KNOWN) & (self._present > 0)
        self.alone = unknown & (self._size == 1)
        within = unknown & (self._size > 1) & (self._present == 1) & sample.adjust_domain_lonely
        self._uncentred = (self.alone | within) & (sample.lonely is Lonely.ADJUST)
        self._averaged = (self.alone | within) & (sample.lonely is Lonely.AVERAGE)
        self.failed = bool(self.alone.any() and sample.lonely is Lonely.FAIL)
        size = np.where(self._size > 1, self._size / np.maximum(self._size - 1, 1), 1.0)
        self._scale = np.where(unknown, open_share * size, 0.0)

    def covariance(self, parent: NDArray[np.int64], above: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the covariance of this stage; `parent` numbers the cluster of the stage above of every row."""
        of_stratum = np.zeros(self._scale.size, dtype=np.int64)
        of_stratum[self._stage.stratum] = parent
        weight = np.where(self._averaged, 0.0, self._scale) * above[of_stratum] * self._average(of_stratum)
        mean = sum_by(self.totals, self.stratum, self._scale.size) / np.maximum(self._size, 1)[:, None]
        centred = self.totals - np.where(self._uncentred[:, None], 0.0, mean)[self.stratum]
        scaled = centred * np.sqrt(weight)[self.stratum][:, None]
        product: NDArray[np.float64] = scaled.T @ scaled
        return product

    def fractions_by_cluster(self, parent: NDArray[np.int64], above: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the product of sampling fractions down to each cluster of this stage."""
        found: NDArray[np.float64] = np.zeros(self.totals.shape[0])
        found[self._stage.cluster] = above[parent] * self.fraction[self._stage.stratum]
        return found

    def _average(self, parent: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return by stratum what the variance of the others counts for: all strata that take part, over those known."""
        if self._sample.lonely is not Lonely.AVERAGE:
            return np.ones(self._scale.size)
        strata = np.bincount(parent[self._present > 0], minlength=int(parent.max()) + 1)
        missing = np.bincount(parent[self._averaged], minlength=strata.size)
        self.failed = self.failed or bool(((strata > 0) & (strata == missing)).any())
        factor: NDArray[np.float64] = (np.maximum(strata, 1) / np.maximum(strata - missing, 1))[parent]
        return factor


def sum_by(values: NDArray[np.float64], code: NDArray[np.int64], size: int) -> NDArray[np.float64]:
    """Return the sums of the rows of `values` (row, column) with the same code: (size, column).

    >>> sum_by(np.array([[1.0], [2.0], [4.0]]), np.array([1, 0, 1]), 2).ravel()
    array([2., 5.])
    """
    sums: NDArray[np.float64] = np.empty((size, values.shape[1]))
    for place, column in enumerate(values.T):
        sums[:, place] = np.bincount(code, weights=column, minlength=size)
    return sums


def numbered(columns: Sequence[NDArray[np.generic]]) -> NDArray[np.int64]:
    """Return one number from 0 for each combination of values that occurs, in the order of the values.

    >>> numbered([np.array(["b", "a", "b"]), np.array([1, 1, 1])])
    array([1, 0, 1])
    """
    code = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        values, place = np.unique(column, return_inverse=True)
        _, code = np.unique(code * values.size + place, return_inverse=True)
    return code
