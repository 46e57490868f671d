"""Trimming: no respondent may speak for very many others. A little bias is taken for a smaller variance."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import numpy as np
from numpy.typing import NDArray

from analysis.weighting.scheme import Trimming
from analysis.weighting.sums import count_by

_UNTIL_DONE = 1000


def trim(
    weights: NDArray[np.float64], *, low: float = -inf, high: float = inf, rounds: int = _UNTIL_DONE
) -> NDArray[np.float64]:
    """Return weights between the bounds, with the same sum: what is cut off is shared evenly among the others.

    Sharing may push others over a bound: the whole is repeated, at most `rounds` times (1: only once). When the bounds
    leave no weight free, the sum is not kept. Source: Potter (1990), Proc. Survey Research Methods, ASA, 225-230.

    >>> trim(np.array([1.0, 2.0, 9.0]), high=6.0)
    array([2.5, 3.5, 6. ])
    """
    found = weights
    for _ in range(rounds):
        outside = (found < low) | (found > high)
        if not outside.any():
            break
        cut = np.clip(found, low, high)
        share = (found - cut).sum() / max(int((~outside).sum()), 1)
        found = np.where(outside, cut, cut + share)
    return found


def caps(weights: NDArray[np.float64], unit: NDArray[np.int64], trimming: Trimming) -> NDArray[np.float64]:
    """Return the largest weight that every unit allows: the least of k · median and median + c · interquartile range.

    Over the weights above 0. Where the middle half of the weights is equal their range says nothing, and the first counts. A
    cap is never below 1. Source: Potter (1990); Chowdhury, Khare & Wolter (2007), Proc. Survey Research Methods, ASA.

    >>> caps(np.array([1.0, 2.0, 3.0, 4.0, 50.0]), np.zeros(5, dtype=np.int64), Trimming())  # 3 + 5 · 2
    array([13.])
    """
    units = int(unit.max(initial=-1)) + 1
    low, median, high = _quantiles(weights, unit, units, (0.25, 0.5, 0.75))
    spread = np.where(high > low, median + trimming.iqr * (high - low), inf)
    return np.maximum(np.minimum(trimming.medians * median, spread), 1.0)


def _quantiles(
    weights: NDArray[np.float64], unit: NDArray[np.int64], units: int, shares: Sequence[float]
) -> list[NDArray[np.float64]]:
    """Return quantiles by unit, linear between order statistics (Hyndman & Fan 1996, Am. Statist. 50, type 7)."""
    counted = weights > 0
    order = np.lexsort((weights[counted], unit[counted]))
    ranked, n = weights[counted][order], count_by(unit[counted], units)
    start = np.cumsum(n) - n
    found = []
    for share in shares:
        at = share * (n - 1)
        below = np.floor(at).astype(np.int64)
        above = np.minimum(below + 1, n - 1)
        found.append(ranked[start + below] + (at - below) * (ranked[start + above] - ranked[start + below]))
    return found
