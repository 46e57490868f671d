"""Change between figures that were released: what follows from two values with their intervals, when nothing else is at hand.

A difference is told of the service, not of the clients of this year alone: figures of `finite` inference go through `of_service` first.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, sqrt
from statistics import NormalDist

from analysis.results import Inference, Interval, NotEstimable


@dataclass(frozen=True, slots=True)
class ReleasedFigure:
    """A figure as it was released, in any unit, with its 95 % interval."""

    value: float
    interval: Interval


def open_part(inference: Inference, respondents: float, population: float) -> float:
    """Return which part of the variance of the service an interval holds: 1 − n/N of `finite` inference, 0-1; 1 of `process`.

    `respondents` n stand for `population` N clients. 0 where as many or more answered: a census. Counts of a release are rounded to 5:
    of a few dozen clients of whom most answered the part is rough (17 of 19 is told as 15 of 20: 0.25 instead of 0.11).
    Source: Cochran (1977), Sampling Techniques, 3rd ed., section 2.6 (finite population correction).

    >>> open_part(Inference.FINITE, 75, 100.0), open_part(Inference.PROCESS, 75, 100.0)
    (0.25, 1.0)
    """
    if inference is Inference.PROCESS:
        return 1.0
    return max(1 - respondents / population, 0.0) if population > 0 else 0.0


def of_service(figure: ReleasedFigure, part: float) -> ReleasedFigure | NotEstimable:
    """Return a figure as one of the service behind it: v − (v − low)/√part to v + (high − v)/√part, with `part` of `open_part`.

    Of a municipality in which 70 % of the clients answered the interval of its clients is 0.55 times that of its service. Shares may
    come out beyond 0 and 1: that keeps the margins of a difference wide enough. An interval without width does not tell how much
    the figure varies by chance: NotEstimable "census" where everybody answered, else "no_variation" (all answers are equal).
    With several strata it is exact where the same part of each answered.
    Source: Cochran (1977), Sampling Techniques, 3rd ed., sections 2.6 and 2.14 (comparing two finite populations as samples).

    >>> of_service(ReleasedFigure(70.0, Interval(68.0, 72.0)), 0.25)
    ReleasedFigure(value=70.0, interval=Interval(low=66.0, high=74.0))
    >>> of_service(ReleasedFigure(70.0, Interval(70.0, 70.0)), 0.0).reason
    'census'
    """
    if part <= 0:
        return NotEstimable("census", 0)
    down, up = figure.value - figure.interval.low, figure.interval.high - figure.value
    if down <= 0 and up <= 0:
        return NotEstimable("no_variation", 0)
    return ReleasedFigure(figure.value, Interval(figure.value - down / sqrt(part), figure.value + up / sqrt(part)))


@dataclass(frozen=True, slots=True)
class ReleasedChange:
    """Later minus earlier, in the unit of the figures. `interval` is of 95 %, `joint` holds for all changes that are told together."""

    value: float
    interval: Interval
    joint: Interval


def change_of_released(earlier: ReleasedFigure, later: ReleasedFigure, *, told: int = 1) -> ReleasedChange:
    """Return the change between two figures of samples that were drawn apart, with its interval.

    Give figures of the service (`of_service`). With d = b − a: d − √((b − b_low)² + (a_high − a)²) to d + √((b_high − b)² + (a − a_low)²)
    (MOVER): it needs no standard errors and respects intervals that are not symmetric. Where people answered twice it is too wide rather
    than too narrow, as long as their answers go together. `joint` widens both margins by z(1 − 0.025/k)/z(0.975) for k changes that are
    `told` (Bonferroni).
    Source: Zou & Donner (2008), Statistics in Medicine 27, 1693-1702; Newcombe (1998), Statistics in Medicine 17, 873-890.

    >>> earlier, later = ReleasedFigure(60.0, Interval(57.0, 63.0)), ReleasedFigure(66.0, Interval(62.0, 70.0))
    >>> found = change_of_released(earlier, later, told=2)
    >>> found.value, found.interval, round(found.joint.low, 2)
    (6.0, Interval(low=1.0, high=11.0), 0.28)
    """
    difference = later.value - earlier.value
    down = hypot(later.value - later.interval.low, earlier.interval.high - earlier.value)
    up = hypot(later.interval.high - later.value, earlier.value - earlier.interval.low)
    normal = NormalDist()
    wider = normal.inv_cdf(1 - 0.025 / max(told, 1)) / normal.inv_cdf(0.975)
    return ReleasedChange(
        difference,
        Interval(difference - down, difference + up),
        Interval(difference - wider * down, difference + wider * up),
    )
