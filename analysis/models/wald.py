"""Tests of hypotheses about estimates with a design-based covariance: Student's t and Wald's F.

A design has few degrees of freedom (clusters minus strata), so estimates are compared with t and F, never with the
normal and χ² distributions, which would find differences too easily. Source: Korn & Graubard (1990), American Statistician
44, 270-276.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.results import NotEstimable
from analysis.rows.linearising import Linearised
from analysis.rows.sample import Covariance


@dataclass(frozen=True, slots=True)
class HypothesisTest:
    """The outcome of a test. `p_value` (0-1) is the chance of a statistic at least as far off if nothing is the matter.

    `df` and `ddf` are the degrees of freedom above and below (infinite for χ²); a t statistic has df = 1.
    """

    statistic: float
    df: float
    ddf: float
    p_value: float


def t_test(found: Linearised, covariance: Covariance, ddf: float) -> HypothesisTest | NotEstimable:
    """Return the two-sided test that the one estimate is 0: t = θ̂/√V on `ddf` degrees of freedom.

    Source: Cochran (1977), Sampling Techniques, section 2.8; Korn & Graubard (1999), Analysis of Health Surveys, 3.2.

    >>> from analysis.rows.sample import one_stage
    >>> from analysis.rows.linearising import means
    >>> sample = one_stage(np.ones(4))
    >>> found = means(np.array([[1.0], [2.0], [2.0], [3.0]]), sample)
    >>> outcome = t_test(found, found.covariance(sample), 3)
    >>> round(outcome.statistic, 3), round(outcome.p_value, 4)
    (4.899, 0.0163)
    """
    tested = wald_test(found, covariance, ddf)
    if isinstance(tested, NotEstimable):
        return tested
    assert found.value.size == 1, "one estimate; use wald_test for more"
    t = float(np.sign(found.value[0]) * np.sqrt(tested.statistic))
    return HypothesisTest(t, 1, ddf, t_tail(t, ddf))


def wald_test(found: Linearised, covariance: Covariance, ddf: float) -> HypothesisTest | NotEstimable:
    """Return the test that all k estimates are 0: F = θ̂'V⁻¹θ̂/k on k and `ddf` degrees of freedom.

    Source: Wald (1943), Transactions of the AMS 54, 426-482; Korn & Graubard (1990), American Statistician 44, 270-276.

    >>> from analysis.rows.sample import one_stage
    >>> sample = one_stage(np.ones(4))
    >>> y = np.array([[1.0, -1.0], [2.0, 1.0], [2.0, 0.0], [3.0, 1.0]])
    >>> from analysis.rows.linearising import means
    >>> found = means(y, sample)
    >>> outcome = wald_test(found, found.covariance(sample), 2)
    >>> round(outcome.statistic, 3), outcome.df, round(outcome.p_value, 4)
    (36.5, 2, 0.0267)
    """
    k, n = found.value.size, int(found.n.min())
    if covariance.failed:
        return NotEstimable("lonely_stratum", n)
    if ddf <= 0:
        return NotEstimable("no_degrees_of_freedom", n)
    distance = _quadratic_form(found.value, covariance.matrix)
    if distance is None:
        return NotEstimable("no_variation", n)
    statistic = distance / k
    return HypothesisTest(statistic, k, ddf, f_tail(statistic, k, ddf))


def adjusted_wald_test(found: Linearised, covariance: Covariance, df: float) -> HypothesisTest | NotEstimable:
    """Return the Wald test with its correction for few clusters: F = W(ν − k + 1)/(kν) on k and ν − k + 1.

    ν = `df` degrees of freedom of the design. Source: Fellegi (1980), JASA 75, 261-268; Thomas & Rao (1987), JASA 82,
    630-636.

    >>> from analysis.rows.sample import one_stage
    >>> from analysis.rows.linearising import means
    >>> sample = one_stage(np.ones(4))
    >>> y = np.array([[1.0, -1.0], [2.0, 1.0], [2.0, 0.0], [3.0, 1.0]])
    >>> found = means(y, sample)
    >>> round(adjusted_wald_test(found, found.covariance(sample), 3).statistic, 3)
    24.333
    """
    k = found.value.size
    tested = wald_test(found, covariance, df - k + 1)
    if isinstance(tested, NotEstimable):
        return tested
    statistic = tested.statistic * tested.ddf / df
    p = f_tail(statistic, k, tested.ddf)
    return HypothesisTest(statistic, k, tested.ddf, p)


def _quadratic_form(value: NDArray[np.float64], matrix: NDArray[np.float64]) -> float | None:
    """Return θ'V⁻¹θ; nothing when V is singular: then some combination of the estimates has no variance.

    >>> _quadratic_form(np.array([2.0, 1.0]), np.array([[4.0, 0.0], [0.0, 0.5]]))
    3.0
    """
    scale = np.sqrt(np.maximum(np.diag(matrix), 0.0))
    if not (scale > 0).all():
        return None
    correlation = matrix / np.outer(scale, scale)
    if np.linalg.cond(correlation) > 1 / (matrix.shape[0] * np.finfo(np.float64).eps):
        return None
    standard = value / scale
    return float(standard @ np.linalg.solve(correlation, standard))


def t_tail(t: float, df: float) -> float:
    """Return P(|T| > |t|) for Student's t.

    >>> round(t_tail(2.228, 10), 4)
    0.05
    """
    return f_tail(t * t, 1, df)


def f_tail(statistic: float, df: float, ddf: float) -> float:
    """Return P(F > statistic).

    >>> round(f_tail(3.0, 2, 20), 4)
    0.0725
    """
    from scipy.special import fdtrc

    return float(fdtrc(df, ddf, statistic))


def chi_square_tail(statistic: float, df: float) -> float:
    """Return P(χ² > statistic).

    >>> round(chi_square_tail(3.841, 1), 3)
    0.05
    """
    from scipy.special import chdtrc

    return float(chdtrc(df, statistic))
