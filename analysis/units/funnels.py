"""Funnels: between which figures a unit of a given size is expected, when it differs from the target by chance only.

Limits of 95 % (warning) and 99.8 % (alarm), wide for few respondents and narrow for many. A funnel shows all units at
once without ranking them. Source: Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

# Tails of the two warning limits and of the two alarm limits.
_TAILS: Final = (0.025, 0.975, 0.001, 0.999)
WARNING: Final = NormalDist().inv_cdf(0.975)  # 1.96
ALARM: Final = NormalDist().inv_cdf(0.999)  # 3.09
# Below this expected number of answers on one side the limits of a share are exact.
_FEW_EVENTS = 5


@dataclass(frozen=True, slots=True)
class Limits:
    """From `low` up to `high`, in the unit of the figure. No confidence interval: it lies around what is expected."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class FunnelPoint:
    """The limits for a unit of `n` respondents."""

    n: int
    warning: Limits
    alarm: Limits


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected of units: the `target`, the `spread` σ² between respondents, and what else widens a funnel.

    `deff` is the design effect of the figures, `between` τ², the variance between units that is ordinary.
    """

    target: float
    spread: float
    deff: float = 1.0
    between: float = 0.0


def funnel_of_means(
    n: NDArray[np.int64], expected: Expected, population: NDArray[np.float64] | None = None
) -> tuple[FunnelPoint, ...]:
    """Return the limits for units of n respondents (out of `population` clients, when they are finite), in their order.

    target ∓ {1.96, 3.09}·√(σ²/n·(1 − n/N)·deff + τ²). In the unit of the figure.
    Source: Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202, section 2; Cochran (1977), section 2.6.

    >>> funnel_of_means(np.array([25]), Expected(target=70.0, spread=400.0))[0].warning.low.__round__(2)
    62.16
    """
    return _points(n, [normal_limit(n, expected, tail, population) for tail in _TAILS])


def funnel_of_shares(
    n: NDArray[np.int64], expected: Expected, population: NDArray[np.float64] | None = None
) -> tuple[FunnelPoint, ...]:
    """Return the limits of a share for units of n respondents, between 0 and 1 and around the target, in their order.

    Normal limits; where fewer than 5 answers are expected on one side, exact binomial limits instead, a half width h of
    which becomes √(h² + z²τ²). The upper one is the mirror of the lower one of 1 − p: so each side leaves out at most the
    chance that it promises. Exact limits leave a finite population and a design effect out.
    Source: Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202, section 2 and appendix A.1.1.

    >>> point = funnel_of_shares(np.array([10]), share_expected(0.8))[0]
    >>> round(point.warning.low, 3), round(point.warning.high, 3)
    (0.471, 1.0)
    """
    target = expected.target
    few = n * min(target, 1 - target) < _FEW_EVENTS
    sides = []
    for tail in _TAILS:
        z = NormalDist().inv_cdf(tail)
        side = np.sign(z)
        counted = target if side < 0 else 1 - target
        half = counted - binomial_limit(n, counted, min(tail, 1 - tail))
        exact = target + side * np.sqrt(half**2 + z**2 * expected.between)
        limit = np.where(few, exact, normal_limit(n, expected, tail, population))
        sides.append(np.clip(limit, 0.0, 1.0))
    return _points(n, sides)


def share_expected(target: float, *, deff: float = 1.0, between: float = 0.0) -> Expected:
    """Return what is expected of shares: σ² = p(1 − p). Source: Cochran (1977), Sampling Techniques, section 3.2.

    >>> share_expected(0.5).spread
    0.25
    """
    return Expected(target, target * (1 - target), deff, between)


def normal_limit(
    n: NDArray[np.int64], expected: Expected, tail: float, population: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Return the figure below which a part `tail` (0-1) of units of n respondents is expected.

    target + z·√(σ²/n·(1 − n/N)·deff + τ²). Source: Spiegelhalter (2005), Statistics in Medicine 24, section 2.

    >>> normal_limit(np.array([100]), share_expected(0.8), 0.025, np.array([200.0])).round(4)
    array([0.7446])
    """
    open_share = 1.0 if population is None else np.maximum(1.0 - n / population, 0.0)
    variance = expected.spread / n * open_share * expected.deff + expected.between
    limit: NDArray[np.float64] = expected.target + NormalDist().inv_cdf(tail) * np.sqrt(variance)
    return limit


def binomial_limit(n: NDArray[np.int64], target: float, tail: float) -> NDArray[np.float64]:
    """Return the exact limit of a share, interpolated so that it moves smoothly with n. May lie below 0.

    (r − a)/n with r the smallest count for which F(r) >= tail, and a = (F(r) − tail)/(F(r) − F(r − 1)); F binomial with
    n and target. Source: Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202, appendix A.1.1.

    >>> binomial_limit(np.array([10]), 0.8, 0.025).round(4)
    array([0.4705])
    """
    from scipy.special import bdtrik

    if target in {0.0, 1.0}:
        return np.full(n.shape, target)
    count = np.clip(np.ceil(np.nan_to_num(bdtrik(tail, n, target))), 0, n)
    # The inverse is solved by iteration: it may end one beside the count.
    count = np.where(_below(count - 1, n, target) >= tail, count - 1, count)
    count = np.where(_below(count, n, target) < tail, count + 1, count)
    at, before = _below(count, n, target), _below(count - 1, n, target)
    limit: NDArray[np.float64] = (count - (at - tail) / (at - before)) / n
    return limit


def _below(count: NDArray[np.float64], n: NDArray[np.int64], target: float) -> NDArray[np.float64]:
    """Return the binomial chance of at most `count`, 0 for counts below 0."""
    from scipy.special import bdtr

    chance: NDArray[np.float64] = np.where(count < 0, 0.0, bdtr(np.maximum(count, 0), n, target))
    return chance


def _points(n: NDArray[np.int64], sides: list[NDArray[np.float64]]) -> tuple[FunnelPoint, ...]:
    columns = zip(n.tolist(), *(side.tolist() for side in sides), strict=True)
    return tuple(FunnelPoint(size, Limits(a, b), Limits(c, d)) for size, a, b, c, d in columns)
