"""Rank tests for groups of respondents: whether answers of one group tend to lie higher, without trust in distances.

The rank of an answer is the estimated share of the population below it, so weights count; a rank test is then a
regression of scores of these ranks on the groups, with the covariance of the design.
Source: Lumley & Scott (2013), Biometrika 100, 831-842.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from analysis.models.wald import HypothesisTest, t_test, wald_test
from analysis.results import Inference, NotEstimable
from analysis.rows.linearising import Linearised, by_level, means
from analysis.rows.sample import Sample

_TWO = 2


class RankScore(StrEnum):
    """What a rank counts for, with r its place in the population from 0 to 1."""

    WILCOXON = "wilcoxon"  # r itself; for more groups the test of Kruskal and Wallis
    VAN_DER_WAERDEN = "van_der_waerden"  # the normal quantile of r: sharp for nearly normal answers
    MEDIAN = "median"  # whether r is above one half: Mood's test


@dataclass(frozen=True, slots=True)
class RankTest:
    """The mean score of every group minus that of the first, with the test that none of these differ from 0.

    For Wilcoxon the differences are shares 0-1. Two groups: t; more: W/k, with F.
    """

    differences: tuple[float, ...]
    outcome: HypothesisTest
    respondents: int


def rank_test(
    y: NDArray[np.float64],
    member: NDArray[np.int64],
    groups: int,
    sample: Sample,
    inference: Inference = Inference.FINITE,
    *,
    score: RankScore = RankScore.WILCOXON,
) -> RankTest | NotEstimable:
    """Return the rank test of y (row,), NaN for no answer, over groups 0, 1, …; `member` is −1 for none of them.

    Degrees of freedom: those of the rows that are compared, minus the number of differences.
    Source: Lumley & Scott (2013); Kruskal & Wallis (1952), JASA 47, 583-621.

    >>> from analysis.rows.sample import one_stage
    >>> y, member = np.array([1.0, 2.0, 2.0, 4.0, 5.0, 5.0]), np.array([0, 0, 1, 0, 1, 1])
    >>> found = rank_test(y, member, 2, one_stage(np.ones(6)))
    >>> round(found.differences[0], 4), round(found.outcome.statistic, 4), found.outcome.ddf
    (0.3333, 1.6903, 4.0)
    """
    used = sample.counted & ~np.isnan(y) & (member >= 0)
    n = int(used.sum())
    present = np.bincount(member[used], minlength=groups) > 0
    if groups < _TWO or not present.all():
        return NotEstimable("one_group" if n else "no_respondents", n)
    scores = np.full(y.size, np.nan)
    scores[used] = _scores(population_ranks(y[used], sample.weights[used]), score)
    levels = means(by_level(scores, member, groups), sample)
    against_first = np.hstack([-np.ones((groups - 1, 1)), np.eye(groups - 1)])
    difference = levels.combine(against_first)
    found = Linearised(difference.value, difference.influence, np.full(groups - 1, n))
    test = t_test if groups == _TWO else wald_test
    ddf = sample.degrees_of_freedom(used) - (groups - 1.0)
    outcome = test(found, found.covariance(sample, inference), ddf)
    if isinstance(outcome, NotEstimable):
        return outcome
    return RankTest(tuple(found.value.tolist()), outcome, n)


def population_ranks(y: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the estimated place of every answer in the population, 0-1: the weight below it plus half its own, over Σ w.

    Equal answers get the plain mean of their places. Source: Lumley & Scott (2013), section 2.

    >>> population_ranks(np.array([3.0, 1.0, 3.0]), np.array([1.0, 2.0, 1.0]))
    array([0.75, 0.25, 0.75])
    """
    order = np.argsort(y, kind="stable")
    half_way = np.empty(y.size)
    half_way[order] = np.cumsum(weights[order]) - weights[order] / 2
    _, tie = np.unique(y, return_inverse=True)
    shared = np.bincount(tie, weights=half_way) / np.bincount(tie)
    ranks: NDArray[np.float64] = shared[tie] / weights.sum()
    return ranks


def _scores(ranks: NDArray[np.float64], score: RankScore) -> NDArray[np.float64]:
    from scipy.special import ndtri

    if score is RankScore.WILCOXON:
        return ranks
    if score is RankScore.MEDIAN:
        return (ranks > 0.5).astype(np.float64)  # noqa: PLR2004 - one half
    scores: NDArray[np.float64] = ndtri(ranks)
    return scores
