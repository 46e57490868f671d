"""Points of a control chart, and how each is distributed while nothing changes: limits, scores and false alarms.

While nothing changes the true value varies around a centre with variance τ² between periods, and respondents add chance.
A share follows the beta-binomial distribution (binomial when τ² is 0), used exactly at every number of respondents; a
mean is normal. A score is the place in that distribution as a standard normal number.
Source: Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202, for additive variance between periods; Skellam
(1948), JRSS B 10, 257-261, for the beta-binomial; Lancaster (1961), JASA 56, 223-234, for the mid-probability.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

# Scores further out than this are equally far out.
_LEAST = 1e-15
# Of the largest variance that shares can have, so that the beta-binomial exists.
_MOST = 0.99


@dataclass(frozen=True, slots=True)
class Spread:
    """What a chart expects while nothing changes: `centre` in the unit of the points, `tau2` between periods."""

    centre: float
    tau2: float


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a value of one point gives a signal, in its unit, and the chance of that while nothing changes."""

    low: float
    high: float
    false_alarm: float


@dataclass(frozen=True, slots=True)
class SharePoint:
    """A share (fraction 0-1) of `n` respondents in a period; an effective number is rounded down."""

    period: str
    value: float
    n: float

    def chance(self, centre: float) -> float:
        """Return the variance by chance alone: p(1 − p)/n, with p the centre."""
        return centre * (1 - centre) / self._size

    def score(self, spread: Spread) -> float:
        """Return Φ⁻¹(P(X < x) + ½P(X = x)), with x = n times the share.

        >>> round(SharePoint("2025-01", 0.5, 10).score(Spread(0.2, 0.0)), 3)
        2.062
        """
        from scipy.special import ndtri

        return float(ndtri(np.interp(self.value * self._size, np.arange(self._size + 1), self._places(spread)[1])))

    def limits(self, spread: Spread, limit: float) -> Limits:
        """Return the shares with a score of ∓ `limit`, between counts interpolated.

        >>> found = SharePoint("2025-01", 0.5, 10).limits(Spread(0.2, 0.0), 3.0)
        >>> round(found.low, 3), round(found.high, 3), round(found.false_alarm, 5)
        (0.0, 0.672, 0.00086)
        """
        from scipy.special import ndtr

        chance, place = self._places(spread)
        edges = ndtr(-limit), 1 - ndtr(-limit)
        low, high = (float(np.interp(edge, place, np.arange(self._size + 1))) / self._size for edge in edges)
        return Limits(low, high, float(chance[(place < edges[0]) | (place > edges[1])].sum()))

    @property
    def _size(self) -> int:
        return max(int(self.n), 1)

    def _places(self, spread: Spread) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return by count its probability, and that of all lower counts with half its own."""
        chance = share_probabilities(self._size, spread)
        return chance, np.clip(np.cumsum(chance) - chance / 2, _LEAST, 1 - _LEAST)


@dataclass(frozen=True, slots=True)
class MeanPoint:
    """A mean of a period with its `variance` by the survey design. A weighted share is a share of its effective number."""

    period: str
    value: float
    variance: float
    n: float

    def chance(self, centre: float) -> float:  # noqa: ARG002 - of a share it depends on the centre
        """Return the variance by chance alone."""
        return self.variance

    def score(self, spread: Spread) -> float:
        """Return (y − centre)/√(V + τ²).

        >>> MeanPoint("2025-01", 70.0, 3.0, 80).score(Spread(66.0, 1.0))
        2.0
        """
        return (self.value - spread.centre) / sqrt(self.variance + spread.tau2)

    def limits(self, spread: Spread, limit: float) -> Limits:
        """Return centre ∓ L·√(V + τ²).

        >>> MeanPoint("2025-01", 70.0, 3.0, 80).limits(Spread(66.0, 1.0), 3.0)
        Limits(low=60.0, high=72.0, false_alarm=0.0026...)
        """
        from scipy.special import ndtr

        half = limit * sqrt(self.variance + spread.tau2)
        return Limits(spread.centre - half, spread.centre + half, float(2 * ndtr(-limit)))


Point: TypeAlias = SharePoint | MeanPoint


def spread_of(baseline: Sequence[Point]) -> Spread:
    """Return the centre of points, of which there is at least one, and the variance between them that chance does not explain.

    Where chance explains nothing of one of them, as of shares that are all 0 or 1, the variance is 0 and the centre their mean by n.
    τ² = max(0, (Σ w(y − ȳ)² − (I − 1))/(Σw − Σw²/Σw)) with w = 1/V; centre: mean with weights 1/(V + τ²).
    Source: DerSimonian & Laird (1986), Controlled Clinical Trials 7, 177-188; Spiegelhalter (2005).

    >>> spread_of([MeanPoint("", value, 1.0, 50) for value in (4.0, 10.0)])
    Spread(centre=7.00..., tau2=17.0)
    """
    assert baseline, "without a period nothing is usual"
    value, n = np.array([point.value for point in baseline]), np.array([point.n for point in baseline])
    # A share has the chance variance of the common share: that of its own would favour extremes.
    rough = float((n * value).sum() / n.sum())
    chance = np.array([point.chance(rough) for point in baseline])
    if not chance.all():
        return Spread(rough, 0.0)
    weight = 1 / chance
    misfit = float((weight * (value - (weight * value).sum() / weight.sum()) ** 2).sum())
    tau2 = max(0.0, (misfit - (value.size - 1)) / (weight.sum() - (weight**2).sum() / weight.sum()))
    weight = 1 / (chance + tau2)
    return Spread(float((weight * value).sum() / weight.sum()), float(tau2))


def share_probabilities(n: int, spread: Spread) -> NDArray[np.float64]:
    """Return the probabilities of 0 to n positive answers: beta-binomial with ρ = τ²/(p(1 − p)), binomial at ρ = 0.

    The centre p lies between 0 and 1: `spread_of` shares that are all 0 or 1 gives a centre without chance, for which charts answer
    "no_variation".
    Source: Skellam (1948), JRSS B 10, 257-261.

    >>> share_probabilities(2, Spread(0.5, 0.0)), share_probabilities(2, Spread(0.5, 1 / 12)).round(3)
    (array([0.25, 0.5 , 0.25]), array([0.333, 0.333, 0.333]))
    """
    from scipy.special import betaln, xlog1py, xlogy

    p, count = spread.centre, np.arange(n + 1)
    assert 0 < p < 1, "where everyone or nobody answers positively there is no chance"
    ways = -betaln(1 + n - count, 1 + count) - np.log(n + 1)
    together = min(spread.tau2 / (p * (1 - p)), _MOST)
    if together > 0:
        a, b = p * (1 / together - 1), (1 - p) * (1 / together - 1)
        log_chance = ways + betaln(count + a, n - count + b) - betaln(a, b)
    else:
        log_chance = ways + xlogy(count, p) + xlog1py(n - count, -p)
    chance: NDArray[np.float64] = np.exp(log_chance)
    chance /= chance.sum()
    return chance
