"""Raking and trimming in turn: weights that meet their margins without a few that are far above the others.

Source: Potter (1990), Proc. Survey Research Methods, ASA, 225-230; Kalton & Flores-Cervantes (2003), J. Off. Statist. 19, 81-97.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.weighting.scheme import Trimming
from analysis.weighting.sums import total_by
from analysis.weighting.targets import Targets
from analysis.weighting.trimming import caps

# A weight so little above its cap is rounding.
_ROUNDING = 1e-9
# Margins that are off by more than this part of the people after all cycles cannot be met together.
_FAR = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Weights (by row) that were raked and trimmed, and who was `trimmed`; by unit the `cycles` made and the `misfit` left."""

    weights: NDArray[np.float64]
    cycles: NDArray[np.int64]
    misfit: NDArray[np.float64]
    trimmed: NDArray[np.bool_]


def attainable(targets: Targets, before: NDArray[np.float64]) -> Targets:
    """Return the targets that weights can meet, within 1 %.

    A unit with few respondents may have margins that no weights meet together. There the last margin is left out, then the
    one before it, and so on: one margin can always be met.

    >>> from analysis.weighting.raking import Margin
    >>> sex = Margin(np.array([0, 1]), np.array([40.0, 60.0]))
    >>> targets = Targets((), np.array([0, 0, 0, 1]), np.zeros(2, dtype=np.int64), (sex,))  # three men, one woman
    >>> attainable(targets, np.full(4, 25.0)) is targets  # one margin: nothing is left out
    True
    """
    for place in reversed(range(1, len(targets.margins))):
        far = targets.rake(before).misfit > _FAR
        if not far.any():
            break
        targets = targets.without(place, far)
    return targets


def fit_to(targets: Targets, before: NDArray[np.float64], unit: NDArray[np.int64], trimming: Trimming | None) -> Fit:
    """Return weights that meet the targets, none far above the cap of its unit (by row) when they are trimmed.

    The cap follows from the weights after the first raking and then stays. What is cut off goes to the others by raking again.
    Source: Potter (1990), Proc. Survey Research Methods, ASA, 225-230.

    >>> from analysis.weighting.raking import Margin
    >>> sex = Margin(np.array([0, 1]), np.array([40.0, 60.0]))
    >>> targets = Targets((), np.array([0, 0, 0, 1]), np.zeros(2, dtype=np.int64), (sex,))  # three men, one woman
    >>> fit_to(targets, np.full(4, 25.0), np.zeros(4, dtype=np.int64), None).weights.round(2)
    array([13.33, 13.33, 13.33, 60.  ])
    """
    raked = targets.rake(before)
    weights, cycles, misfit = raked.weights, raked.cycles, raked.misfit
    trimmed = np.zeros(before.size, dtype=np.bool_)
    if trimming is None:
        return Fit(weights, cycles, misfit, trimmed)
    cap = caps(weights, unit, trimming)[unit]
    for _ in range(trimming.rounds):
        high = weights > cap * (1 + _ROUNDING)
        if not high.any():
            break
        trimmed |= high
        again = targets.rake(np.minimum(weights, cap))
        touched = total_by(high.astype(np.float64), unit, misfit.size) > 0
        weights = np.where(touched[unit], again.weights, weights)
        cycles = cycles + np.where(touched, again.cycles, 0)
        misfit = np.where(touched, again.misfit, misfit)
    return Fit(weights, cycles, misfit, trimmed)
