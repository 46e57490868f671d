"""Whether terms of a regression are needed: Wald's test on its coefficients, and the likelihood ratio with its design.

Under a design twice the difference in log likelihood is no χ² but Σ λ_i χ²₁, with λ the design effects of the terms: the
eigenvalues of its naive covariance⁻¹ times its design-based one.
Source: Rao & Scott (1984), Annals of Statistics 12, 46-60; Lumley & Scott (2014), Australian & New Zealand Journal of
Statistics 56, 1-14.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.models.regression import Model, Regression, fit
from analysis.models.wald import HypothesisTest, wald_test
from analysis.results import Inference, NotEstimable
from analysis.rows.sample import Covariance, Sample

# So near to the mean the saddlepoint formula divides 0 by 0; its limit differs less than this.
_AT_THE_MEAN = 1e-4


@dataclass(frozen=True, slots=True)
class LikelihoodRatioTest:
    """The test, and the design effects λ of the terms, from large to small: 1 is that of simple random sampling."""

    outcome: HypothesisTest
    design_effects: tuple[float, ...]


def wald_term_test(regression: Regression, *terms: str) -> HypothesisTest | NotEstimable:
    """Return the test that all coefficients of these terms are 0: F = β̂'V⁻¹β̂/k on k and the degrees of freedom of the model.

    Source: Korn & Graubard (1990), American Statistician 44, 270-276.

    >>> from analysis.models.predictors import groups, intercept, side_by_side
    >>> from analysis.rows.sample import one_stage
    >>> x = side_by_side(intercept(6), groups("gemeente", np.array([0, 0, 1, 1, 2, 2]), ["a", "b", "c"]))
    >>> found = fit(Model(np.array([5.0, 6.0, 7.0, 9.0, 5.0, 4.0]), x), one_stage(np.ones(6)))
    >>> outcome = wald_term_test(found, "gemeente")
    >>> round(outcome.statistic, 3), outcome.df, outcome.ddf, round(outcome.p_value, 4)
    (8.333, 2, 3, 0.0596)
    """
    chosen = regression.predictors.of_terms(*terms)
    matrix = regression.covariance.matrix[np.ix_(chosen, chosen)]
    covariance = Covariance(matrix, regression.covariance.lonely, regression.covariance.failed)
    return wald_test(regression.coefficients.combine(np.eye(chosen.size)[chosen]), covariance, regression.df)


def likelihood_ratio_test(
    model: Model, sample: Sample, *terms: str, inference: Inference = Inference.FINITE, tolerance: float = 0.0
) -> LikelihoodRatioTest | NotEstimable:
    """Return the working likelihood ratio test of some terms of a logistic model.

    The deviance that the terms take away (weights of mean 1) is compared with Σ λ_i χ²₁ over χ²_ddf/ddf, with ddf the
    degrees of freedom of the model. Source: Rao & Scott (1984); Lumley & Scott (2014).

    >>> from analysis.models.predictors import intercept, number, side_by_side
    >>> from analysis.models.regression import Family
    >>> from analysis.rows.sample import one_stage
    >>> x = side_by_side(intercept(6), number("weken", np.arange(6.0)))
    >>> model = Model(np.array([1.0, 1.0, 0.0, 1.0, 0.0, 0.0]), x, Family.BINOMIAL)
    >>> found = likelihood_ratio_test(model, one_stage(np.ones(6)), "weken")
    >>> round(found.outcome.statistic, 3), np.round(found.design_effects, 3), round(found.outcome.p_value, 4)
    (3.362, array([0.323]), 0.034)
    """
    full = fit(model, sample, inference, tolerance=tolerance)
    null = fit(model.without(*terms), sample, inference, tolerance=tolerance)
    if isinstance(full, NotEstimable):
        return full
    assert isinstance(null, Regression), "what can be fitted with a term can be fitted without it"
    chosen = full.predictors.of_terms(*terms)
    at = np.ix_(chosen, chosen)
    effects = design_effects(full.naive[at], full.covariance.matrix[at])
    if full.covariance.failed or full.df <= 0 or effects[0] <= 0:
        reasons = {
            "lonely_stratum": full.covariance.failed,
            "no_degrees_of_freedom": full.df <= 0,
            "no_variation": True,
        }
        return NotEstimable(next(name for name, holds in reasons.items() if holds), full.respondents)
    statistic = max(null.deviance - full.deviance, 0.0)
    p = mixture_tail(statistic, effects, full.df)
    outcome = HypothesisTest(statistic, effects.size, full.df, p)
    return LikelihoodRatioTest(outcome, tuple(effects.tolist()))


def design_effects(naive: NDArray[np.float64], covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the generalised design effects of estimates: the eigenvalues of naive⁻¹·covariance, from large to small.

    Source: Rao & Scott (1981), JASA 76, 221-230.

    >>> design_effects(np.diag([2.0, 1.0]), np.diag([3.0, 0.5]))
    array([1.5, 0.5])
    """
    lower = np.linalg.cholesky(naive)
    half = np.linalg.solve(lower, covariance)
    values: NDArray[np.float64] = np.linalg.eigvalsh(np.linalg.solve(lower, half.T))[::-1]
    return values


def mixture_tail(statistic: float, weights: NDArray[np.float64], ddf: float) -> float:
    """Return P(Σ λ_i χ²₁ / (χ²_ddf/ddf) > statistic), with λ = `weights`; within a few per cent of itself.

    It equals P(Σ λ_i χ²₁ − (x/ddf) χ²_ddf > 0), of which the saddlepoint approximation uses the cumulant function
    K(ζ) = −½ Σ df_j log(1 − 2ζλ_j): with K'(ζ) = 0, w = sign(ζ)√(−2K) and v = ζ√K'', P = 1 − Φ(w + log(v/w)/w).
    Source: Kuonen (1999), Biometrika 86, 929-935; Lumley & Scott (2014), section 3.

    >>> round(mixture_tail(4.0, np.array([1.2, 0.8]), 30), 4), round(mixture_tail(4.0, np.ones(2), 30), 4)
    (0.151, 0.1547)
    """
    from scipy.special import ndtr

    if statistic <= 0:
        return 1.0
    scale = weights.max()
    parts = np.append(weights / scale, -statistic / scale / ddf)
    df = np.append(np.ones(weights.size), ddf)
    at = _saddlepoint(parts, df)
    shrunk = 1 - 2 * at * parts
    w = float(np.sign(at) * np.sqrt(max((df * np.log(shrunk)).sum(), 0.0)))
    spread = float(np.sqrt(2 * (df * (parts / shrunk) ** 2).sum()))
    if abs(w) < _AT_THE_MEAN:
        third = float(8 * (df * (parts / shrunk) ** 3).sum())
        return float(ndtr(-third / (6 * spread**3)))
    return float(ndtr(-w - np.log(at * spread / w) / w))


def _saddlepoint(parts: NDArray[np.float64], df: NDArray[np.float64]) -> float:
    """Return the ζ at which K'(ζ) = Σ df λ/(1 − 2ζλ) is 0. It rises from −∞ to ∞ between 1/(2 min λ) and 1/(2 max λ)."""
    low, high = 0.5 / parts.min(), 0.5 / parts.max()
    middle = 0.0
    while low < middle < high:
        if (df * parts / (1 - 2 * middle * parts)).sum() < 0:
            low = middle
        else:
            high = middle
        middle = (low + high) / 2
    return float(middle)
