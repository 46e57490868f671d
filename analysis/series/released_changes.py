"""Change between figures that were released: what follows from two values with their intervals, when nothing else is at hand."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot
from statistics import NormalDist

from analysis.results import Interval


@dataclass(frozen=True, slots=True)
class ReleasedFigure:
    """A figure as it was released, in any unit, with its 95 % interval."""

    value: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class ReleasedChange:
    """Later minus earlier, in the unit of the figures. `interval` is of 95 %, `joint` holds for all changes that are told together."""

    value: float
    interval: Interval
    joint: Interval


def change_of_released(earlier: ReleasedFigure, later: ReleasedFigure, *, told: int = 1) -> ReleasedChange:
    """Return the change between two figures of samples that were drawn apart, with its interval.

    With d = b − a: d − √((b − b_low)² + (a_high − a)²) to d + √((b_high − b)² + (a − a_low)²) (MOVER): it needs no standard
    errors and respects intervals that are not symmetric. Where people answered twice it is too wide rather than too narrow, as long as
    their answers go together. `joint` widens both margins by z(1 − 0.025/k)/z(0.975) for k changes that are `told` (Bonferroni).
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
