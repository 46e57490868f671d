"""Calibration: weights as near as possible to the ones before, that meet known totals of auxiliary numbers.

The weight of a respondent becomes d·F(x'λ), with λ such that Σ d F(x'λ) x = T. F follows from what "near" means.
Source: Deville & Särndal (1992), J. Am. Statist. Assoc. 87, 376-382.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.weighting.residuals import NumberCalibration, fitted_to_numbers

_HALVINGS = 20


class Distance(Protocol):
    """How far weights may move, and what that costs."""

    def factor(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return F(u): what a weight is multiplied by; F(0) = 1."""
        ...

    def slope(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the derivative of F."""
        ...


@dataclass(frozen=True, slots=True)
class Linear:
    """F(u) = 1 + u, cut off at the bounds (fractions of the weight before): the regression estimator."""

    low: float = -inf
    high: float = inf

    def factor(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return 1 + u within the bounds."""
        return np.clip(1.0 + u, self.low, self.high)

    def slope(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return 1 within the bounds and 0 outside."""
        return _inside(1.0 + u, self).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Exponential:
    """F(u) = exp(u), cut off at the bounds: raking. Weights stay positive."""

    low: float = -inf
    high: float = inf

    def factor(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return exp(u) within the bounds."""
        return np.clip(_exp(u), self.low, self.high)

    def slope(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return exp(u) within the bounds and 0 outside."""
        grown = _exp(u)
        return np.where(_inside(grown, self), grown, 0.0)


@dataclass(frozen=True, slots=True)
class Logit:
    """F between the bounds L < 1 < U without corners: [L(U−1) + U(1−L)e^{Au}] / [(U−1) + (1−L)e^{Au}].

    A = (U−L)/((1−L)(U−1)), so that the slope at 0 is 1.
    """

    low: float
    high: float

    def factor(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the factor, between the bounds.

        >>> Logit(0.5, 3.0).factor(np.array([-50.0, 0.0, 50.0])).round(6)
        array([0.5, 1. , 3. ])
        """
        below, above = 1.0 - self.low, self.high - 1.0
        grown = _exp(self._speed * u)
        return (self.low * above + self.high * below * grown) / (above + below * grown)

    def slope(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return A(F − L)(U − F)/(U − L)."""
        factor = self.factor(u)
        return self._speed * (factor - self.low) * (self.high - factor) / (self.high - self.low)

    @property
    def _speed(self) -> float:
        return (self.high - self.low) / ((1.0 - self.low) * (self.high - 1.0))


@dataclass(frozen=True, slots=True, eq=False)
class Calibrated:
    """Weights after calibration, and the `misfit` left: the largest |Σ w x − T|/(1 + |T|).

    `converged` is false when the totals cannot be met within the bounds, or not within the cycles.
    """

    weights: NDArray[np.float64]
    calibration: NumberCalibration
    cycles: int
    misfit: float
    converged: bool


def calibrate(
    weights: NDArray[np.float64],
    auxiliaries: NDArray[np.float64],
    totals: NDArray[np.float64],
    distance: Distance = Linear(),
    *,
    cycles: int = 50,
    tolerance: float = 1e-10,
) -> Calibrated:
    """Return weights with Σ w x = T for every auxiliary variable (row, variable), as near as `distance` allows.

    λ by Newton's method; a step that does not bring the totals nearer is halved. Variables may depend on each other, as
    long as their totals agree.

    >>> x = np.array([[1.0, 20.0], [1.0, 40.0], [1.0, 60.0]])  # 12 clients whose ages add up to 540
    >>> calibrate(np.full(3, 4.0), x, np.array([12.0, 540.0])).weights.round(3)
    array([2.5, 4. , 5.5])
    """
    largest = np.abs(auxiliaries).max(axis=0)
    size = np.where(largest > 0, largest, 1.0)
    problem = _Problem(weights, auxiliaries / size, totals / size, distance)
    slopes: NDArray[np.float64] = np.zeros(totals.size)
    used = 0
    while used < cycles and problem.misfit(slopes, size) > tolerance:
        moved = problem.step(slopes)
        if np.array_equal(moved, slopes):
            break
        slopes, used = moved, used + 1
    found = weights * distance.factor(problem.auxiliaries @ slopes)
    left = problem.misfit(slopes, size)
    return Calibrated(found, fitted_to_numbers(weights, found, auxiliaries), used, left, left <= tolerance)


@dataclass(frozen=True, slots=True, eq=False)
class _Problem:
    weights: NDArray[np.float64]
    auxiliaries: NDArray[np.float64]
    totals: NDArray[np.float64]
    distance: Distance

    def gap(self, slopes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return by how much the totals are missed."""
        factor = self.distance.factor(self.auxiliaries @ slopes)
        gap: NDArray[np.float64] = self.totals - self.auxiliaries.T @ (self.weights * factor)
        return gap

    def misfit(self, slopes: NDArray[np.float64], size: NDArray[np.float64]) -> float:
        """Return the largest relative gap, in the units of the variables."""
        return float(np.max(np.abs(self.gap(slopes)) * size / (1.0 + np.abs(self.totals * size)), initial=0.0))

    def step(self, slopes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the slopes after one step, or the same slopes when no step helps."""
        gap = self.gap(slopes)
        slope = self.weights * self.distance.slope(self.auxiliaries @ slopes)
        curvature = (self.auxiliaries * slope[:, None]).T @ self.auxiliaries
        change = np.linalg.lstsq(curvature, gap, rcond=1e-12)[0]
        for _ in range(_HALVINGS):
            if np.linalg.norm(self.gap(slopes + change)) < np.linalg.norm(gap):
                moved: NDArray[np.float64] = slopes + change
                return moved
            change = change / 2
        return slopes


def _inside(factor: NDArray[np.float64], bounds: Linear | Exponential) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = (factor > bounds.low) & (factor < bounds.high)
    return inside


def _exp(u: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.exp(np.clip(u, -700.0, 700.0))  # beyond it a double overflows
