"""Linear and logistic regression on a sample: coefficients with their covariance under the design.

The coefficients solve Σ w x (y − μ) = 0, as they would in the whole population; weights say how many clients a
respondent stands for, never how precise an answer is. z = w x (y − μ) A⁻¹ with A = Σ w v x x', v = dμ/dη.
Source: Binder (1983), International Statistical Review 51, 279-292; Fuller (1975), Sankhyā C 37, 117-132.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from analysis.intervals import t_interval
from analysis.models.predictors import Predictors
from analysis.models.wald import t_tail
from analysis.results import Inference, Interval, NotEstimable
from analysis.rows.linearising import Linearised
from analysis.rows.sample import Covariance, Sample

_MOST_STEPS = 100
_STILL = 1e-10  # linear predictors that move less than this part of the largest have arrived
# Where outcomes are told for certain, rows lose all information on some coefficient: so much is no finite log odds.
_MOST_LOST = 1e12


class Family(StrEnum):
    """How the expected outcome follows from the predictors."""

    GAUSSIAN = "gaussian"  # μ = η: a difference is in the unit of the outcome
    BINOMIAL = "binomial"  # μ = expit(η): a difference is in log odds; the outcome is a fraction 0-1


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """What is regressed on what. `outcome` (row,) is NaN where a row has none; such rows count as outside the subgroup."""

    outcome: NDArray[np.float64]
    predictors: Predictors
    family: Family = Family.GAUSSIAN

    @property
    def complete(self) -> NDArray[np.bool_]:
        """Rows that have an outcome and all predictors."""
        complete: NDArray[np.bool_] = ~np.isnan(self.outcome) & ~np.isnan(self.predictors.columns).any(axis=1)
        return complete

    def without(self, *terms: str) -> Model:
        """Return the model without some terms, over the same rows."""
        outcome = np.where(self.complete, self.outcome, np.nan)
        return replace(self, outcome=outcome, predictors=self.predictors.choose(~self.predictors.of_terms(*terms)))


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One coefficient with its t test on `df` degrees of freedom; `p_value` 0-1."""

    name: str
    value: float
    se: float
    interval: Interval
    t: float
    df: int
    p_value: float


@dataclass(frozen=True, slots=True, eq=False)
class Regression:
    """A fitted model. `df` degrees of freedom of the design, plus 1, minus the coefficients (may be 0 or below).

    `naive` (coefficient, coefficient) is A⁻¹, and `deviance` the distance to the answers, both with weights of mean 1.
    `dispersion` is the weighted variance of the Pearson residuals.
    """

    predictors: Predictors
    coefficients: Linearised
    covariance: Covariance
    naive: NDArray[np.float64]
    df: int
    deviance: float
    dispersion: float

    @property
    def respondents(self) -> int:
        """The number of rows that the model was fitted on."""
        return int(self.coefficients.n[0])

    def table(self, *, confidence: float = 0.95) -> tuple[Coefficient, ...] | NotEstimable:
        """Return the coefficients with intervals β̂ ∓ t·√V and tests, or why the design allows none."""
        if self.covariance.failed or self.df <= 0:
            reason = "lonely_stratum" if self.covariance.failed else "no_degrees_of_freedom"
            return NotEstimable(reason, self.respondents)
        value, variance = self.coefficients.value, self.covariance.variance
        if not (variance > 0).all():
            return NotEstimable("no_variation", self.respondents)
        low, high = t_interval(value, variance, np.array(float(self.df)), confidence=confidence)
        return tuple(
            Coefficient(name, b, s, Interval(*side), b / s, self.df, t_tail(b / s, self.df))
            for name, b, s, side in zip(
                self.predictors.names,
                value.tolist(),
                np.sqrt(variance).tolist(),
                zip(low.tolist(), high.tolist(), strict=True),
                strict=True,
            )
        )


def fit(
    model: Model, sample: Sample, inference: Inference = Inference.FINITE, *, tolerance: float = 0.0
) -> Regression | NotEstimable:
    """Return the regression of a model in the subgroup of a sample.

    Fisher scoring: β ← A⁻¹ Σ w v x (η + (y − μ)/v), until no η moves or, earlier, until the deviance changes by less
    than `tolerance`, relatively (R's `glm` stops at 1e-8). Reasons for none: no_respondents; collinear (a column follows from others);
    no_convergence (mostly because predictors tell some outcomes for certain, so that no log odds are finite).
    Source: Binder (1983); McCullagh & Nelder (1989), Generalized Linear Models, section 2.5.

    >>> from analysis.models.predictors import intercept, number, side_by_side
    >>> from analysis.rows.sample import one_stage
    >>> x = side_by_side(intercept(4), number("weken", np.array([1.0, 2.0, 3.0, 4.0])))
    >>> found = fit(Model(np.array([9.0, 7.0, 8.0, 5.0]), x), one_stage(np.array([1.0, 1.0, 1.0, 2.0])))
    >>> found.coefficients.value.round(4), found.covariance.variance.round(4)
    (array([10.1765, -1.2059]), array([0.3154, 0.034 ]))
    """
    used = sample.counted & model.complete
    n = int(used.sum())
    if n == 0:
        return NotEstimable("no_respondents", 0)
    scale = sample.weights[sample.counted].mean()
    rows = _Rows(model.predictors.columns[used], model.outcome[used], sample.weights[used] / scale, model.family)
    if (
        np.linalg.matrix_rank(rows.x / np.maximum(np.abs(rows.x).max(axis=0), np.finfo(np.float64).tiny))
        < rows.x.shape[1]
    ):
        return NotEstimable("collinear", n)
    solved = _solve(rows, tolerance)
    if solved is None:
        return NotEstimable("no_convergence", n)
    mean, slope = rows.expected(rows.x @ solved.value)
    influence = np.zeros((used.size, solved.value.size))
    influence[used] = ((solved.working * (rows.y - mean) / slope)[:, None] * rows.x) @ solved.inverse
    coefficients = Linearised(solved.value, influence, np.full(solved.value.size, n))
    return Regression(
        predictors=model.predictors,
        coefficients=coefficients,
        covariance=coefficients.covariance(sample, inference),
        naive=solved.inverse,
        df=sample.degrees_of_freedom(used) + 1 - solved.value.size,
        deviance=rows.deviance(mean),
        dispersion=_variance((rows.y - mean) / np.sqrt(slope), rows.weight),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """The rows that a model is fitted on; weights have a mean of about 1."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    weight: NDArray[np.float64]
    family: Family

    def first(self) -> NDArray[np.float64]:
        """Return linear predictors to start from: near the outcomes, but not at 0 or 1."""
        from scipy.special import logit

        if self.family is Family.GAUSSIAN:
            return np.zeros(self.y.size)
        start: NDArray[np.float64] = logit((self.weight * self.y + 0.5) / (self.weight + 1))
        return start

    def expected(self, eta: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return μ and v = dμ/dη, which is the variance of the outcome, too."""
        from scipy.special import expit

        if self.family is Family.GAUSSIAN:
            return eta, np.ones(eta.size)
        mean = expit(eta)
        return mean, np.maximum(mean * expit(-eta), np.finfo(np.float64).eps)

    def deviance(self, mean: NDArray[np.float64]) -> float:
        """Return Σ w(y − μ)², or 2 Σ w[y log(y/μ) + (1 − y) log((1 − y)/(1 − μ))]."""
        from scipy.special import rel_entr

        if self.family is Family.GAUSSIAN:
            return float((self.weight * (self.y - mean) ** 2).sum())
        return float(2 * (self.weight * (rel_entr(self.y, mean) + rel_entr(1 - self.y, 1 - mean))).sum())


@dataclass(frozen=True, slots=True, eq=False)
class _Solution:
    """Coefficients, A⁻¹ and the working weights w v of the last step."""

    value: NDArray[np.float64]
    inverse: NDArray[np.float64]
    working: NDArray[np.float64]


def _solve(rows: _Rows, tolerance: float) -> _Solution | None:
    """Return the coefficients, or nothing when they run off to infinity."""
    eta = rows.first()
    mean, slope = rows.expected(eta)
    before = rows.deviance(mean)
    for _ in range(_MOST_STEPS):
        working = rows.weight * slope
        # The triangle of QR keeps twice as many digits as the normal equations.
        q, r = np.linalg.qr(np.sqrt(working)[:, None] * rows.x)
        value = np.linalg.solve(r, q.T @ (np.sqrt(working) * (eta + (rows.y - mean) / slope)))
        moved, eta = float(np.abs(rows.x @ value - eta).max()), rows.x @ value
        mean, slope = rows.expected(eta)
        deviance = rows.deviance(mean)
        at_rest = moved < _STILL * max(1.0, float(np.abs(eta).max())) or abs(deviance - before) < tolerance * (
            abs(deviance) + 0.1
        )
        if at_rest or rows.family is Family.GAUSSIAN:
            inverse = np.linalg.inv(r)
            run_off = (np.diag(inverse @ inverse.T) * (rows.weight @ rows.x**2)).max() > _MOST_LOST
            return None if run_off else _Solution(value, inverse @ inverse.T, working)
        before = deviance
    return None


def _variance(values: NDArray[np.float64], weight: NDArray[np.float64]) -> float:
    """Return the weighted variance n/(n − 1) Σ w(v − v̄)²/Σ w; 0 for one value."""
    centred = values - (weight * values).sum() / weight.sum()
    size = values.size
    return float(size / max(size - 1, 1) * (weight * centred**2).sum() / weight.sum())
