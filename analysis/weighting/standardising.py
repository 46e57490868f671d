"""Direct standardisation: what the mean of each group would be if all groups had the same make-up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.rows.linearising import Linearised
from analysis.rows.sample import Sample
from analysis.weighting.sums import count_by, over, total_by


@dataclass(frozen=True, slots=True, eq=False)
class Standardised:
    """Standardised means, one a group. `absent` (group, level): nobody answered there, so that others stand for them."""

    means: Linearised
    absent: NDArray[np.bool_]


def standardise(
    y: NDArray[np.float64],
    sample: Sample,
    *,
    group: NDArray[np.int64],
    level: NDArray[np.int64],
    population: NDArray[np.float64],
) -> Standardised:
    """Return by group Σ_g P_g ȳ_g, with ȳ_g its mean in level g and P_g the share of g in the standard population.

    `y`, `group` and `level` by row (-1: in none; NaN: no value), `population` by level. z = P_g w(y − ȳ_g)/W_g. The share of
    a level where a group has no answers is divided over its other levels, in proportion to theirs. In the unit of y.
    Source: Kitagawa (1964), Demography 1, 296-315; Fleiss (1981), Statistical Methods for Rates and Proportions, chapter 14.

    >>> from analysis.rows.sample import one_stage
    >>> y, age = np.array([60.0, 70.0, 90.0]), np.array([0, 0, 1])
    >>> one_group = np.zeros(3, dtype=np.int64)
    >>> found = standardise(y, one_stage(np.ones(3)), group=one_group, level=age, population=np.array([50.0, 50.0]))
    >>> found.means.value  # the mean of 65 and 90
    array([77.5])
    """
    groups, levels = int(group.max(initial=-1)) + 1, population.size
    counted = ~np.isnan(y) & sample.counted & (group >= 0) & (level >= 0)
    cell = np.where(counted, group * levels + level, 0)
    pilot = float(y[counted].mean()) if counted.any() else 0.0  # sums around it do not cancel, whatever the offset of y
    weight, filled = np.where(counted, sample.weights, 0.0), np.where(counted, y - pilot, 0.0)
    size = total_by(weight, cell, groups * levels)
    mean = over(total_by(weight * filled, cell, size.size), size)
    n = count_by(cell[counted], size.size).reshape(groups, levels)
    present = np.where(n > 0, population, 0.0)
    share = over(present, np.broadcast_to(present.sum(axis=1, keepdims=True), present.shape))
    influence = over(share.ravel(), size)[cell] * weight * (filled - mean[cell])
    spread = np.where(group[:, None] == np.arange(groups), influence[:, None], 0.0)
    value = np.where(n.any(axis=1), pilot, 0.0) + (share * mean.reshape(groups, levels)).sum(axis=1)
    return Standardised(Linearised(value, spread, n.sum(axis=1)), (n == 0) & (population > 0))
