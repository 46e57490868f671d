"""Variance by replicate weights: for statistics that cannot be linearised, as ranks and differences of medians.

A statistic is computed again with each set of replicate weights; how much it moves tells its variance. Weights come from
a jackknife, from balanced half samples, from the bootstrap of Rao and Wu, or with the data.
Source: Wolter (2007), Introduction to Variance Estimation, chapters 3-5.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from analysis.results import Inference
from analysis.rows.sample import Covariance, Sample

# Columns of weights that differ by less than this part are no information of their own.
_DEPENDENT = 1e-5
_DRAWS = 500


class NoHalfSamplesError(ValueError):
    """Half samples are asked of a design in which some stratum has another number of clusters than two."""


@dataclass(frozen=True, slots=True, eq=False)
class Replicates:
    """Replicate weights (row, replicate), and how to add up: V = scale · Σ_r factor_r (θ_r − c)(θ_r − c)'.

    c is the mean of the replicates, or with `around_estimate` the estimate itself (which gives a mean squared error).
    """

    weights: NDArray[np.float64]
    scale: float
    factors: NDArray[np.float64]
    around_estimate: bool = False

    def covariance(self, values: NDArray[np.float64], estimate: NDArray[np.float64]) -> Covariance:
        """Return the covariance of estimates, of their `values` by replicate (replicate, estimate)."""
        centre = estimate if self.around_estimate else values[self.factors > 0].mean(axis=0)
        moved = (values - centre) * np.sqrt(self.scale * self.factors)[:, None]
        return Covariance(moved.T @ moved, lonely=False, failed=False)

    def degrees_of_freedom(self, inside: NDArray[np.bool_]) -> int:
        """Return the number of independent sets of weights in the subgroup, minus one.

        Source: Lumley (2010), Complex Surveys, section 2.3.

        >>> weights = np.array([[0.0, 2.0], [2.0, 0.0]])
        >>> Replicates(weights, 1.0, np.ones(2)).degrees_of_freedom(np.ones(2, dtype=bool))
        1
        """
        rows = self.weights[inside]
        length = np.sqrt((rows**2).sum(axis=0))
        rank = np.linalg.matrix_rank(rows / np.where(length > 0, length, 1.0), rtol=_DEPENDENT)
        return max(int(rank) - 1, 0)


@dataclass(frozen=True, slots=True, eq=False)
class Replicated:
    """Estimates with their covariance by replicates."""

    value: NDArray[np.float64]
    covariance: Covariance


def replicated(
    statistic: Callable[[Sample], NDArray[np.float64]], sample: Sample, replicates: Replicates
) -> Replicated:
    """Return a statistic of the sample, one or more numbers, with its covariance by replicates.

    >>> from analysis.rows.linearising import means
    >>> from analysis.rows.sample import one_stage
    >>> sample = one_stage(np.ones(3))
    >>> y = np.array([[10.0], [8.0], [3.0]])
    >>> found = replicated(lambda sample: means(y, sample).value, sample, jackknife(sample))
    >>> found.value, found.covariance.variance.round(4)  # 13/3, as by linearisation
    (array([7.]), array([4.3333]))
    """
    value = statistic(sample)
    values = np.array([statistic(replace(sample, weights=weights)) for weights in replicates.weights.T])
    return Replicated(value, replicates.covariance(values, value))


def jackknife(sample: Sample, *, around_estimate: bool = False, inference: Inference = Inference.FINITE) -> Replicates:
    """Return the weights without each cluster of the first stage, in the order of the rows.

    The other clusters of its stratum count n_h/(n_h − 1) times; factor (1 − f_h)(n_h − 1)/n_h. A stratum with one
    cluster gives no replicate and thus adds nothing. Source: Wolter (2007), section 4.5.

    >>> from analysis.rows.sample import one_stage
    >>> jackknife(one_stage(np.array([1.0, 2.0, 3.0]), population=np.array([6.0]))).weights
    array([[0. , 1.5, 1.5],
           [3. , 0. , 3. ],
           [4.5, 4.5, 0. ]])
    """
    columns, factors = [], []
    for stratum in _strata(sample):
        size = len(stratum.clusters)
        for cluster in stratum.clusters if size > 1 else ():
            kept = np.where(sample.stages[0].cluster == cluster, 0.0, size / (size - 1))
            columns.append(np.where(stratum.rows, kept, 1.0))
            factors.append((1 - stratum.fraction(inference)) * (size - 1) / size)
    matrix = np.array(columns).reshape(-1, sample.weights.size).T
    return Replicates(sample.weights[:, None] * matrix, 1.0, np.array(factors), around_estimate)


def half_samples(sample: Sample, *, fay: float = 0.0, around_estimate: bool = False) -> Replicates:
    """Return balanced half samples of a design with two clusters in every stratum: weights 2 − ρ and ρ times (`fay`).

    With ρ = 0 one cluster of each pair counts twice and the other one not at all. A Hadamard matrix chooses, so that
    sums over strata have no covariance left by chance. `scale` is 1/(R(1 − ρ)²).
    Source: McCarthy (1969), Review of the International Statistical Institute 37, 239-264; Judkins (1990), Journal of
    Official Statistics 6, 223-239.

    >>> from analysis.rows.sample import one_stage
    >>> half_samples(one_stage(np.ones(4), np.array([0, 0, 1, 1]))).weights
    array([[2., 0., 0., 2.],
           [0., 2., 2., 0.],
           [2., 0., 2., 0.],
           [0., 2., 0., 2.]])
    """
    strata = _strata(sample)
    if any(len(stratum.clusters) != 2 for stratum in strata):  # noqa: PLR2004 - a pair
        raise NoHalfSamplesError("every stratum needs two clusters")
    chosen = hadamard(len(strata) + 1)
    matrix: NDArray[np.float64] = np.ones((sample.weights.size, chosen.shape[0]))
    for place, stratum in enumerate(strata):
        first = sample.stages[0].cluster == stratum.clusters[0]
        doubled = chosen[:, place + 1] > 0
        matrix[stratum.rows] = np.where(first[stratum.rows, None] == doubled, 2.0 - fay, fay)
    draws = matrix.shape[1]
    return Replicates(sample.weights[:, None] * matrix, 1 / (draws * (1 - fay) ** 2), np.ones(draws), around_estimate)


def bootstrap(
    sample: Sample,
    publication: str,
    *,
    draws: int = _DRAWS,
    inference: Inference = Inference.FINITE,
    refit: Callable[[NDArray[np.float64]], NDArray[np.float64]] | None = None,
) -> Replicates:
    """Return the rescaling bootstrap of Rao and Wu: n_h − 1 clusters drawn with replacement in every stratum.

    w* = w[1 − λ + λ·n_h/(n_h − 1)·r], with r how often the cluster was drawn and λ = √(1 − f_h), so that the variance of
    a mean has its finite population correction. The `publication` is the seed: the same one gives the same draws, and a
    stratum is drawn the same whatever other strata there are. `refit` fits each set of weights to the margins again.
    A stratum with one cluster is drawn as it is. Source: Rao & Wu (1988), JASA 83, 231-241; Rao, Wu & Yue (1992), Survey
    Methodology 18, 209-217.

    >>> from analysis.rows.sample import one_stage
    >>> bootstrap(one_stage(np.ones(3)), "2026-1", draws=2).weights.sum(axis=0)
    array([3., 3.])
    """
    seed = int.from_bytes(sha256(publication.encode()).digest())
    matrix: NDArray[np.float64] = np.ones((sample.weights.size, draws))
    for stratum in _strata(sample):
        size = len(stratum.clusters)
        if size == 1:
            continue
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(stratum.number,)))
        drawn = rng.multinomial(size - 1, np.full(size, 1 / size), size=draws).T
        kept = np.sqrt(1 - stratum.fraction(inference))
        place = np.searchsorted(np.sort(stratum.clusters), sample.stages[0].cluster[stratum.rows])
        matrix[stratum.rows] = 1 - kept + kept * size / (size - 1) * drawn[place]
    weights = sample.weights[:, None] * matrix
    if refit is not None:
        weights = np.array([refit(column) for column in weights.T]).T
    return Replicates(weights, 1 / draws, np.ones(draws))


def hadamard(least: int) -> NDArray[np.int64]:
    """Return a matrix of 1 and −1 with at least this many columns, of which every two are orthogonal; the first is 1.

    Of order (p + 1)·2^k for a prime p = 3 (mod 4), by the quadratic residues of p and by doubling.
    Source: Paley (1933), Journal of Mathematics and Physics 12, 311-320.

    >>> hadamard(3) @ hadamard(3).T
    array([[4, 0, 0, 0],
           [0, 4, 0, 0],
           [0, 0, 4, 0],
           [0, 0, 0, 4]])
    """
    order = -(-max(least, 4) // 4) * 4
    while (parts := _paley_order(order)) is None:
        order += 4
    prime, doublings = parts
    residues = {number**2 % prime for number in range(1, prime)}
    sums = np.add.outer(np.arange(prime), np.arange(prime)) % prime
    signs = np.array([1 if number and number not in residues else -1 for number in range(prime)])
    matrix: NDArray[np.int64] = np.ones((prime + 1, prime + 1), dtype=np.int64)
    matrix[1:, 1:] = signs[sums]
    for _ in range(doublings):
        matrix = np.block([[matrix, matrix], [matrix, -matrix]])
    return matrix


def _paley_order(order: int) -> tuple[int, int] | None:
    """Return prime and number of doublings for a matrix of this order, if Paley's way leads there."""
    doublings = 0
    while order % 4 == 0:
        prime = order - 1
        if all(prime % divisor for divisor in range(2, int(prime**0.5) + 1)):
            return prime, doublings
        order, doublings = order // 2, doublings + 1
    return None


@dataclass(frozen=True, slots=True, eq=False)
class _Stratum:
    """A stratum of the first stage: its rows, and its clusters in the order of the rows."""

    number: int
    rows: NDArray[np.bool_]
    clusters: list[int]
    population: float

    def fraction(self, inference: Inference) -> float:
        return 0.0 if inference is Inference.PROCESS else len(self.clusters) / self.population


def _strata(sample: Sample) -> list[_Stratum]:
    """Return the strata in the order of the rows."""
    first = sample.stages[0]
    return [
        _Stratum(
            stratum,
            rows := first.stratum == stratum,
            list(dict.fromkeys(first.cluster[rows].tolist())),
            float(first.population[stratum]),
        )
        for stratum in dict.fromkeys(first.stratum.tolist())
    ]
