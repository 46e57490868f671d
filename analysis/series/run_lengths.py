"""How long a control chart stays silent while nothing changes: the average number of points until a false alarm."""

from __future__ import annotations

from functools import lru_cache
from math import sqrt

import numpy as np
from numpy.typing import NDArray

# Steps in which the range between the limits is cut; an odd number has one in the middle.
_STATES = 201


@lru_cache(maxsize=64)  # charts of many series share a few rules
def average_run_length(weight: float, limit: float) -> float:
    """Return the average number of points until the first false alarm, that point included.

    Chart: E_t = λz_t + (1 − λ)E_(t−1), E₀ = 0, with z standard normal, `weight` λ above 0 to 1 and alarm beyond
    ± L·√(λ/(2 − λ)), with `limit` L. The range is cut in steps: a Markov chain with transitions Q inside the limits
    has run lengths (I − Q)⁻¹1. Source: Brook & Evans (1972), Biometrika 59, 539-549.

    >>> round(average_run_length(0.2, 2.962))  # 500 in Lucas & Saccucci (1990), Technometrics 32, 1-12
    500
    >>> round(average_run_length(1.0, 3.0), 1)
    370.4
    """
    assert 0 < weight <= 1, "a weight is a fraction above 0"
    edge = limit * smoothed_sd(weight)
    step = 2 * edge / _STATES
    middle = step * (np.arange(_STATES, dtype=np.float64) - _STATES // 2)
    inside = _inside(middle, step, weight)
    lengths = np.linalg.solve(np.eye(_STATES) - inside, np.ones(_STATES))
    return float(lengths[_STATES // 2])


@lru_cache(maxsize=64)
def limit_for(weight: float, run_length: float) -> float:
    """Return the limit L, in standard deviations of what is plotted, at which a chart has this average run length.

    Source: Brook & Evans (1972), turned around.

    >>> round(limit_for(1.0, 370.4), 3), round(limit_for(0.2, 500.0), 3)
    (3.0, 2.962)
    """
    from scipy.optimize import brentq
    from scipy.special import ndtri

    assert run_length >= 2, "a chart that alarms more often than every other point is none"  # noqa: PLR2004
    without_memory = float(-ndtri(0.5 / run_length))

    def too_long(limit: float) -> float:
        return average_run_length(weight, limit) - run_length

    # Memory makes runs longer at the same limit, so the limit lies at most rounding above that of a chart without.
    return float(brentq(too_long, 1e-3, 1.01 * without_memory, xtol=1e-10))


def smoothed_sd(weight: float) -> float:
    """Return √(λ/(2 − λ)): the standard deviation in the long run of smoothed standard scores.

    Source: Roberts (1959), Technometrics 1, 239-250.

    >>> smoothed_sd(1.0)
    1.0
    """
    return sqrt(weight / (2 - weight))


def _inside(middle: NDArray[np.float64], step: float, weight: float) -> NDArray[np.float64]:
    """Return the chance to go from one step to another: (from, to)."""
    from scipy.special import ndtr

    kept = (1 - weight) * middle[:, None]
    chance: NDArray[np.float64] = ndtr((middle + step / 2 - kept) / weight) - ndtr((middle - step / 2 - kept) / weight)
    return chance
