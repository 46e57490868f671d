"""How well the items of a scale hang together: Cronbach's alpha, omega of one factor, and correlations of ranks.

Persons who skipped an item are left out (listwise); weights play no part, because reliability is about the instrument
and not about the population. Arrays are (person, item), NaN for no answer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.models.rank_tests import population_ranks
from analysis.results import Interval, NotEstimable

# Below these numbers the coefficients say little.
_FEWEST_ITEMS = 3
_FEWEST_PERSONS = 50
# A uniqueness below this would make an item the factor itself.
_LEAST_UNIQUE = 1e-4
_TWO = 2


@dataclass(frozen=True, slots=True)
class Alpha:
    """Cronbach's alpha with Feldt's interval; both may be below 0. `if_dropped` and `item_rest` follow the items.

    `standardised` is alpha of the items at equal variances. `if_dropped`: alpha of the others (empty for two items).
    `item_rest`: correlation of an item with the sum of the others.
    """

    value: float
    interval: Interval
    standardised: float
    if_dropped: tuple[float, ...]
    item_rest: tuple[float, ...]
    respondents: int

    @property
    def reportable(self) -> bool:
        """Whether there are 3 items and 50 respondents."""
        return len(self.item_rest) >= _FEWEST_ITEMS and self.respondents >= _FEWEST_PERSONS


@dataclass(frozen=True, slots=True)
class Omega:
    """Omega total of one factor (0-1), with the loading and the uniqueness (1 − λ²) of every item."""

    value: float
    loadings: tuple[float, ...]
    uniquenesses: tuple[float, ...]
    respondents: int


@dataclass(frozen=True, slots=True, eq=False)
class RankCorrelations:
    """Spearman's rank correlations (item, item), −1 to 1."""

    matrix: NDArray[np.float64]
    respondents: int


def cronbach_alpha(answers: NDArray[np.float64], *, confidence: float = 0.95) -> Alpha | NotEstimable:
    """Return α = k/(k − 1)·(1 − Σ s²_i/s²_sum) with 1 − (1 − α)F as its bounds, F on n − 1 and (n − 1)(k − 1).

    n persons that answered all k items.
    Source: Cronbach (1951), Psychometrika 16, 297-334; Feldt (1965), Psychometrika 30, 357-370.

    >>> answers = np.array([[1.0, 2.0, 1.0], [2.0, 2.0, 3.0], [3.0, 4.0, 3.0], [4.0, 4.0, 5.0], [np.nan, 1.0, 1.0]])
    >>> found = cronbach_alpha(answers)
    >>> round(found.value, 3), found.respondents, round(found.interval.low, 3), round(found.item_rest[0], 3)
    (0.933, 4, 0.56, 1.0)
    """
    from scipy.special import fdtri

    complete = _complete(answers)
    if isinstance(complete, NotEstimable):
        return complete
    n, k = complete.shape
    covariance = _covariance(complete)
    others = ~np.eye(k, dtype=np.bool_)
    if _smallest_sum(covariance, others) <= np.finfo(np.float64).eps * float(np.trace(covariance)):
        return NotEstimable("no_variation", n)  # items that are each other's mirror image
    value = _alpha(covariance)
    tail, df = (1 - confidence) / 2, (n - 1, (n - 1) * (k - 1))
    bounds = [1 - (1 - value) * float(fdtri(*df, part)) for part in (1 - tail, tail)]
    dropped = [_alpha(covariance[np.ix_(kept, kept)]) for kept in others] if k > _TWO else []
    return Alpha(
        value=value,
        interval=Interval(*bounds),
        standardised=_alpha(_correlation(covariance)),
        if_dropped=tuple(dropped),
        item_rest=tuple(_item_rest(covariance, kept) for kept in others),
        respondents=n,
    )


def omega_total(answers: NDArray[np.float64]) -> Omega | NotEstimable:
    """Return ω = (Σ λ)²/((Σ λ)² + Σ u²) of one factor fitted to the correlations by maximum likelihood.

    The share of the variance of the sum of standardised items that one factor explains; alpha equals it only when all
    items load alike. At least three items. Source: McDonald (1999), Test Theory, chapter 6; Jöreskog (1967),
    Psychometrika 32, 443-482.

    >>> answers = np.array([[1, 2, 2], [2, 1, 3], [3, 3, 2], [3, 4, 5], [4, 3, 4], [5, 5, 4]], dtype=float)
    >>> found = omega_total(answers)
    >>> round(found.value, 3), np.round(found.loadings, 3)
    (0.86, array([0.894, 0.894, 0.653]))
    """
    complete = _complete(answers)
    if isinstance(complete, NotEstimable):
        return complete
    n, k = complete.shape
    if k < _FEWEST_ITEMS:
        return NotEstimable("too_few_items", n)
    correlation = _correlation(_covariance(complete))
    if np.linalg.matrix_rank(correlation, hermitian=True) < k:
        return NotEstimable("collinear", n)
    unique = _uniquenesses(correlation)
    loadings = _loadings(correlation, unique)
    common = float(loadings.sum()) ** 2
    value = common / (common + float(unique.sum()))
    return Omega(value, tuple(loadings.tolist()), tuple(unique.tolist()), n)


def rank_correlations(answers: NDArray[np.float64]) -> RankCorrelations | NotEstimable:
    """Return the correlations between the ranks of items; equal answers share their mean rank.

    Source: Spearman (1904), American Journal of Psychology 15, 72-101; ties as in Kendall & Gibbons (1990), chapter 3.

    >>> rank_correlations(np.array([[1.0, 5.0], [2.0, 5.0], [3.0, 9.0]])).matrix.round(3)
    array([[1.   , 0.866],
           [0.866, 1.   ]])
    """
    complete = _complete(answers)
    if isinstance(complete, NotEstimable):
        return complete
    ranks = np.column_stack([population_ranks(item, np.ones(item.size)) for item in complete.T])
    return RankCorrelations(_correlation(_covariance(ranks)), complete.shape[0])


def _complete(answers: NDArray[np.float64]) -> NDArray[np.float64] | NotEstimable:
    """Return the persons that answered all items, or why they tell nothing."""
    complete = answers[~np.isnan(answers).any(axis=1)]
    n, k = complete.shape
    reasons = {
        "too_few_items": k < _TWO,
        "no_respondents": n == 0,
        "one_respondent": n == 1,
        "no_variation": n > 0 and bool((np.ptp(complete, axis=0) == 0).any()),
    }
    return next((NotEstimable(reason, n) for reason, holds in reasons.items() if holds), complete)


def _covariance(complete: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the covariances of the columns, with n − 1."""
    centred = complete - complete.mean(axis=0)
    matrix: NDArray[np.float64] = centred.T @ centred / (complete.shape[0] - 1)
    return matrix


def _smallest_sum(covariance: NDArray[np.float64], others: NDArray[np.bool_]) -> float:
    """Return the smallest variance of the sum of all items, and of all but one."""
    return min(float(covariance[np.ix_(kept, kept)].sum()) for kept in (*others, np.ones_like(others[0])))


def _alpha(covariance: NDArray[np.float64]) -> float:
    k = covariance.shape[0]
    return float(k / (k - 1) * (1 - np.trace(covariance) / covariance.sum()))


def _correlation(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    spread = np.sqrt(np.diag(covariance))
    correlation: NDArray[np.float64] = covariance / np.outer(spread, spread)
    return correlation


def _item_rest(covariance: NDArray[np.float64], others: NDArray[np.bool_]) -> float:
    """Return the correlation of the one item that is not among `others` with their sum."""
    rest = covariance[np.ix_(others, others)].sum()
    return float(covariance[~others][:, others].sum() / np.sqrt(covariance[~others, ~others].sum() * rest))


def _uniquenesses(correlation: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the uniquenesses u² at which the likelihood of one factor is highest.

    With θ the eigenvalues of R scaled by 1/u, all but the largest: Σ (θ − log θ − 1) is smallest (Jöreskog 1967).
    """
    from scipy.optimize import minimize

    def misfit(unique: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        root = np.sqrt(unique)
        rest = np.linalg.eigvalsh(correlation / np.outer(root, root))[:-1]
        slope = (_loadings(correlation, unique) ** 2 + unique - 1) / unique**2
        return float((rest - np.log(rest) - 1).sum()), slope

    k = correlation.shape[0]
    start = (1 - 0.5 / k) / np.diag(np.linalg.inv(correlation))
    bounds = [(_LEAST_UNIQUE, 1.0)] * k
    options = {"ftol": 1e-15, "gtol": 1e-9, "maxiter": 10_000}
    found = minimize(misfit, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    result: NDArray[np.float64] = found.x
    return result


def _loadings(correlation: NDArray[np.float64], unique: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the loadings that belong to uniquenesses, with a sum that is not negative."""
    root = np.sqrt(unique)
    values, vectors = np.linalg.eigh(correlation / np.outer(root, root))
    loadings: NDArray[np.float64] = root * vectors[:, -1] * np.sqrt(max(values[-1] - 1, 0.0))
    return loadings if loadings.sum() >= 0 else -loadings
