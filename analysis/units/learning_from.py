"""From whom to learn: units that are like one's own and of which the figure is clearly better, among all that were looked at.

Whoever looks at ten others finds one that is better by chance sooner or later: the differences of all who were considered are tested
together. A clear difference does not say why: it is a reason to ask, not a rank. Put only those in who agreed to be found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from analysis.comparison.multiplicity import Adjustment, adjust_p
from analysis.results import Interval, NotEstimable
from analysis.series.released_changes import ReleasedFigure, change_of_released
from analysis.units.likeness import Neighbour
from questionnaires.scales import Polarity

_NORMAL = NormalDist()
_Z = _NORMAL.inv_cdf(0.975)


@dataclass(frozen=True, slots=True)
class Better:
    """A unit with a clearly better figure. `difference`: its figure minus the own one, in their unit, with an interval beside zero.

    `neighbour` says how alike it is, and on which figures.
    """

    neighbour: Neighbour
    difference: float
    interval: Interval
    p_adjusted: float


@dataclass(frozen=True, slots=True)
class LearningFrom:
    """The units that are clearly better, the most alike first, and how many were `considered`."""

    better: tuple[Better, ...]
    considered: int


def learning_from(
    own: ReleasedFigure,
    others: Mapping[str, ReleasedFigure],
    alike: Sequence[Neighbour],
    polarity: Polarity,
    *,
    false_share: float = 0.05,
) -> LearningFrom | NotEstimable:
    """Return the alike units of which the figure is clearly better, held for all who are considered: those of `alike` with a figure.

    Give figures of the service (`analysis.series.released_changes.of_service`): intervals that are about this year's clients alone are too
    short for a difference of services. d = other − own with the margins of `change_of_released`; p = 2(1 − Φ(1.96·|d|/m)), m the margin
    on the side of 0. Of the m units R have a p-value that stays below `false_share` q after Benjamini & Hochberg; these have intervals of
    level 1 − qR/m, which lie beside zero. So of all differences that are called clear, in both directions, a part q is false on average,
    and of these intervals a part q misses. Those in the good direction are returned. Where a high value is neither good nor bad nobody
    is better. All differences share the own figure; for differences of means the rule was seen to keep its share.
    Source: Benjamini & Hochberg (1995), JRSS B 57, 289-300; Benjamini & Yekutieli (2005), JASA 100, 71-81, for the intervals;
    Williams, Jones & Tukey (1999), Journal of Educational and Behavioral Statistics 24, 42-69, for differences.

    >>> own = ReleasedFigure(62.0, Interval(59.0, 65.0))
    >>> others = {"a": ReleasedFigure(71.0, Interval(68.0, 74.0)), "b": ReleasedFigure(66.0, Interval(62.0, 70.0))}
    >>> alike = [Neighbour("b", 0.2, ()), Neighbour("a", 0.3, ()), Neighbour("c", 0.4, ())]
    >>> found = learning_from(own, others, alike, Polarity.POSITIVE)
    >>> [(it.neighbour.unit, it.difference, round(it.interval.low, 1), round(it.interval.high, 1)) for it in found.better]
    [('a', 9.0, 4.1, 13.9)]
    >>> found.considered, round(found.better[0].p_adjusted, 5)
    (2, 6e-05)
    """
    if polarity is Polarity.NONE:
        return NotEstimable("no_direction", 0)
    considered = [neighbour for neighbour in alike if neighbour.unit in others]
    if not considered:
        return LearningFrom((), 0)
    changes = [change_of_released(own, others[neighbour.unit]) for neighbour in considered]
    p = np.array([_p_value(change.value, change.interval) for change in changes])
    adjusted = adjust_p(p, Adjustment.BH)
    clear = adjusted < false_share
    wider = _NORMAL.inv_cdf(1 - false_share * max(int(clear.sum()), 1) / len(considered) / 2) / _Z
    good = 1 if polarity is Polarity.POSITIVE else -1
    return LearningFrom(
        tuple(
            Better(neighbour, change.value, _widened(change.value, change.interval, wider), float(p_adjusted))
            for neighbour, change, p_adjusted, tells in zip(considered, changes, adjusted, clear, strict=True)
            if tells and change.value * good > 0
        ),
        len(considered),
    )


def _p_value(difference: float, interval: Interval) -> float:
    """Return the p-value of no difference; a difference without any margin is beyond doubt, or none at all."""
    margin = difference - interval.low if difference > 0 else interval.high - difference
    if margin == 0:
        return float(difference == 0)
    return 2 * _NORMAL.cdf(-_Z * abs(difference) / margin)


def _widened(difference: float, interval: Interval, factor: float) -> Interval:
    return Interval(
        difference - factor * (difference - interval.low), difference + factor * (interval.high - difference)
    )
