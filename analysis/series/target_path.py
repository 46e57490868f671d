"""Goals: a path of targets by date, and the probability that the true value lies on the good side of the target.

A figure of a sample never says for certain whether a target is met. What it does say is a probability: with the released interval as
a confidence distribution, which is what follows from the answers alone, without any expectation beforehand. It speaks about the
moment of the figure, not about the future, and not about why.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import NormalDist

from analysis.series.released_changes import ReleasedFigure
from questionnaires.scales import Polarity

_NORMAL = NormalDist()
# Margins of a 95 % interval are so many standard errors.
_Z = _NORMAL.inv_cdf(0.975)


@dataclass(frozen=True, slots=True)
class PathPoint:
    """What the value has to be on a day, in the unit of the indicator."""

    day: date
    target: float


@dataclass(frozen=True, slots=True)
class TargetPath:
    """Targets by day, the first one where the path starts. `tolerance` (0 or more, in the unit): so far from the target is near enough."""

    points: tuple[PathPoint, ...]
    tolerance: float = 0.0

    def __post_init__(self) -> None:
        assert self.points, "a path leads somewhere"
        assert all(one.day < other.day for one, other in pairwise(self.points)), "days go on"
        assert self.tolerance >= 0, "a tolerance is a distance"

    def target_on(self, day: date) -> float | None:
        """Return the target on a day: between two points along the straight line, after the last one that one. None before the path starts.

        Source: a piecewise linear path; nothing is estimated.

        >>> path = TargetPath((PathPoint(date(2026, 1, 1), 60.0), PathPoint(date(2026, 1, 11), 65.0)))
        >>> path.target_on(date(2026, 1, 7)), path.target_on(date(2027, 1, 1)), path.target_on(date(2025, 12, 31))
        (63.0, 65.0, None)
        """
        if day < self.points[0].day:
            return None
        for one, other in pairwise(self.points):
            if day < other.day:
                part = (day - one.day) / (other.day - one.day)
                return one.target + part * (other.target - one.target)
        return self.points[-1].target


@dataclass(frozen=True, slots=True)
class Progress:
    """How a figure lies to its target. `low` and `high` bound the values that are good enough; None: no bound on that side.

    `probability` (0-1): that the true value lies between them. `missed` (0-1): that it lies beyond one of them, whichever is more probable.
    With two bounds both can be small: then the figure is too uncertain for the room between them. `met`: the figure itself lies there.
    """

    target: float
    low: float | None
    high: float | None
    met: bool
    probability: float
    missed: float


def progress(figure: ReleasedFigure, target: float, tolerance: float, polarity: Polarity) -> Progress:
    """Return the probability that the true value is good enough.

    That is at least target − tolerance where a high value is good, at most target + tolerance where a low one is, and between the two
    where neither is. H(x) = Φ((x − v)/s), the confidence distribution of the true value with figure v; s is the margin of the 95 %
    interval on the side of x, over 1.96, so that H is 2.5 % and 97.5 % at the ends of the interval, whatever way it was made. The
    probability is 1 − H(target − tolerance), H(target + tolerance), or the difference of the two H; `missed` is the larger of
    H(target − tolerance) and 1 − H(target + tolerance), so 1 − probability where there is one bound. Without a margin on a side it is
    0 or 1. Where neither is good a tolerance of 0 leaves no values that are good enough: do not ask then.
    Source: Xie & Singh (2013), International Statistical Review 81, 3-39; it equals the posterior of a flat prior in the normal case.

    >>> from analysis.results import Interval
    >>> figure = ReleasedFigure(66.0, Interval(62.0, 70.0))
    >>> found = progress(figure, 65.0, 1.0, Polarity.POSITIVE)
    >>> found.met, found.low, round(found.probability, 3)
    (True, 64.0, 0.836)
    >>> round(progress(figure, 65.0, 1.0, Polarity.NEGATIVE).probability, 3)
    0.5
    >>> around = progress(figure, 65.0, 1.0, Polarity.NONE)
    >>> round(around.probability, 3), round(around.missed, 3)
    (0.336, 0.5)
    """
    assert tolerance >= 0, "a tolerance is a distance"
    low = None if polarity is Polarity.NEGATIVE else target - tolerance
    high = None if polarity is Polarity.POSITIVE else target + tolerance
    met = (low is None or figure.value >= low) and (high is None or figure.value <= high)
    # What lies at the bound itself is good enough: that matters only where a figure has no margin.
    below = 0.0 if low is None else _confidence(figure, low, included=False)
    upto = 1.0 if high is None else _confidence(figure, high, included=True)
    return Progress(target, low, high, met, max(upto - below, 0.0), max(below, 1 - upto))


def _confidence(figure: ReleasedFigure, x: float, *, included: bool) -> float:
    """Return H(x)."""
    side = figure.interval.low if x < figure.value else figure.interval.high
    margin = abs(figure.value - side)
    if margin:
        return _NORMAL.cdf(_Z * (x - figure.value) / margin)
    return float(x > figure.value or (included and x == figure.value))
