"""The area model: ȳ_m = x_m'β + u_m + e_m, u ~ (0, τ²), e ~ (0, v_m) with v_m known, and what it says of each area.

Source: Fay & Herriot (1979), Journal of the American Statistical Association 74,
269-277; Rao & Molina (2015), Small Area Estimation, chapters 5-6.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from analysis.results import NotEstimable
from analysis.units.between_units import reliabilities, score_root


class Estimator(StrEnum):
    """How the variance τ² between areas is estimated; below 0 becomes 0."""

    REML = "reml"  # restricted maximum likelihood: the default
    ML = "ml"  # maximum likelihood: too small with few areas
    DERSIMONIAN_LAIRD = "dersimonian_laird"  # moments of Q (DerSimonian & Laird 1986, Controlled Clinical Trials 7)
    PAULE_MANDEL = "paule_mandel"  # Q(τ²) = areas − coefficients (Paule & Mandel 1982, J. Res. NBS 87)
    HEDGES = "hedges"  # unweighted moments (Hedges & Olkin 1985; Prasad & Rao 1990)


@dataclass(frozen=True, slots=True, eq=False)
class AreaModel:
    """A fitted area model; arrays by area, in the unit of the figures. `between` is τ².

    `fitted` is x'β̂, `weight` γ = τ²/(τ² + v) the weight 0-1 of the direct figure, `shrunken` γȳ + (1 − γ)x'β̂ (EBLUP).
    `q` is the weighted sum of squares at τ² = 0, chi-squared when areas do not differ, and `p_value` its upper tail.
    `i2` is the part 0-1 of the total variation that lies between areas (Higgins & Thompson 2002, Stat. in Medicine 21).
    """

    coefficients: NDArray[np.float64]
    covariance: NDArray[np.float64]
    between: float
    design: NDArray[np.float64]
    variance: NDArray[np.float64]
    fitted: NDArray[np.float64]
    weight: NDArray[np.float64]
    shrunken: NDArray[np.float64]
    q: float
    p_value: float
    i2: float


def fit_areas(
    direct: NDArray[np.float64],
    variance: NDArray[np.float64],
    covariates: NDArray[np.float64] | None = None,
    *,
    between: Estimator | float = Estimator.REML,
) -> AreaModel | NotEstimable:
    """Return the area model of `direct` figures with known `variance` above 0; `covariates` (area, k) besides the mean.

    β̂ = (X'V⁻¹X)⁻¹X'V⁻¹ȳ with V = diag(τ² + v). `between` is how τ² is estimated, or τ² itself when it is known.
    τ² = 0 is a result: then all figures become the fitted ones.
    Covariates come from registers, never from the survey itself. Source: Fay & Herriot (1979); Rao & Molina (2015), 6.1.

    >>> found = fit_areas(np.array([60.0, 70.0, 80.0]), np.array([25.0, 25.0, 25.0]))
    >>> round(found.between, 6), found.shrunken.round(4)
    (75.0, array([62.5, 70. , 77.5]))
    """
    from scipy.special import chdtrc

    one = np.ones((direct.size, 1))
    design = one if covariates is None else np.hstack([one, covariates])
    free = direct.size - design.shape[1]
    if free < 1:
        return NotEstimable("too_few_units", 0)
    if np.linalg.matrix_rank(design / np.maximum(np.abs(design).max(axis=0), np.finfo(float).tiny)) < design.shape[1]:
        return NotEstimable("collinear_covariates", 0)
    areas = _Areas(direct, variance, design)
    fixed = areas.at(0.0)
    tau2 = _BETWEEN[between](areas) if isinstance(between, Estimator) else between
    found = areas.at(tau2)
    weight = reliabilities(tau2, variance)
    fitted = direct - found.residual
    typical = free / fixed.trace_p
    return AreaModel(
        coefficients=found.coefficients,
        covariance=found.covariance,
        between=tau2,
        design=design,
        variance=variance,
        fitted=fitted,
        weight=weight,
        shrunken=fitted + weight * found.residual,
        q=fixed.q,
        p_value=float(chdtrc(free, fixed.q)),
        i2=tau2 / (tau2 + typical),
    )


@dataclass(frozen=True, slots=True, eq=False)
class MeanSquaredError:
    """Parts of the mean squared error of shrunken figures: `g1` of a known model, `g2` of β̂, `g3` of τ̂²."""

    g1: NDArray[np.float64]
    g2: NDArray[np.float64]
    g3: NDArray[np.float64]

    @property
    def total(self) -> NDArray[np.float64]:
        """g1 + g2 + 2·g3."""
        return self.g1 + self.g2 + 2 * self.g3


def prasad_rao(model: AreaModel) -> MeanSquaredError:
    """Return the mean squared error of the shrunken figures of a model fitted by REML, in the square of their unit.

    g1 = γv, g2 = (1 − γ)² x'(X'V⁻¹X)⁻¹x, g3 = v²/(τ² + v)³ · 2/Σ(τ² + v)⁻².
    Source: Prasad & Rao (1990), JASA 85, 163-171; Datta & Lahiri (2000), Statistica Sinica 10, 613-627.

    >>> model = fit_areas(np.array([60.0, 70.0, 80.0]), np.array([25.0, 25.0, 25.0]))
    >>> prasad_rao(model).total.round(3)
    array([29.167, 29.167, 29.167])
    """
    whole = model.between + model.variance
    g2 = (1 - model.weight) ** 2 * np.einsum("ij,jk,ik->i", model.design, model.covariance, model.design)
    g3 = model.variance**2 / whole**3 * 2 / (whole**-2).sum()
    return MeanSquaredError(model.weight * model.variance, g2, g3)


@dataclass(frozen=True, slots=True, eq=False)
class _Fit:
    """The model at one τ²: P = W − WX(X'WX)⁻¹X'W, with q = y'Py, curvature y'PPy and the traces that scores need."""

    coefficients: NDArray[np.float64]
    covariance: NDArray[np.float64]
    residual: NDArray[np.float64]
    q: float
    curvature: float
    trace_w: float
    trace_ww: float
    trace_p: float
    trace_pp: float


@dataclass(frozen=True, slots=True, eq=False)
class _Areas:
    y: NDArray[np.float64]
    variance: NDArray[np.float64]
    x: NDArray[np.float64]

    def at(self, between: float) -> _Fit:
        """Return the weighted fit, with all traces in O(areas), not through a matrix of areas by areas."""
        weight = 1 / (between + self.variance)
        inverse = np.linalg.inv(self._cross(weight)).astype(np.float64, copy=False)
        coefficients = inverse @ (self.x.T @ (weight * self.y))
        residual = self.y - self.x @ coefficients
        second = inverse @ self._cross(weight**2)
        third = inverse @ self._cross(weight**3)
        w1, w2 = float(weight.sum()), float((weight**2).sum())
        return _Fit(
            coefficients=coefficients,
            covariance=inverse,
            residual=residual,
            q=float((weight * residual**2).sum()),
            curvature=float(((weight * residual) ** 2).sum()),
            trace_w=w1,
            trace_ww=w2,
            trace_p=w1 - float(np.trace(second)),
            trace_pp=w2 - 2 * float(np.trace(third)) + float(np.trace(second @ second)),
        )

    @property
    def free(self) -> int:
        return int(self.x.shape[0] - self.x.shape[1])

    def _cross(self, weight: NDArray[np.float64]) -> NDArray[np.float64]:
        crossed: NDArray[np.float64] = (self.x * weight[:, None]).T @ self.x
        return crossed


def _hedges(areas: _Areas) -> float:
    plain = _Areas(areas.y, np.ones_like(areas.variance), areas.x).at(0.0)
    hat = np.einsum("ij,jk,ik->i", areas.x, plain.covariance, areas.x)
    return max((plain.q - float((areas.variance * (1 - hat)).sum())) / areas.free, 0.0)


def _dersimonian_laird(areas: _Areas) -> float:
    fixed = areas.at(0.0)
    return max((fixed.q - areas.free) / fixed.trace_p, 0.0)


def _paule_mandel(areas: _Areas) -> float:
    def step(between: float) -> float:
        fit = areas.at(between)
        return (fit.q - areas.free) / fit.curvature if fit.curvature else 0.0

    return score_root(step, 0.0)


def _reml(areas: _Areas) -> float:
    def step(between: float) -> float:
        fit = areas.at(between)
        return (fit.curvature - fit.trace_p) / fit.trace_pp

    return score_root(step, _hedges(areas))


def _ml(areas: _Areas) -> float:
    def step(between: float) -> float:
        fit = areas.at(between)
        return (fit.curvature - fit.trace_w) / fit.trace_ww

    return score_root(step, _hedges(areas))


_BETWEEN: dict[Estimator, Callable[[_Areas], float]] = {
    Estimator.REML: _reml,
    Estimator.ML: _ml,
    Estimator.DERSIMONIAN_LAIRD: _dersimonian_laird,
    Estimator.PAULE_MANDEL: _paule_mandel,
    Estimator.HEDGES: _hedges,
}
