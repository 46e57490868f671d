"""Where a chart is drawn, and what its drawings share: measures in letter sizes, and round numbers for an axis."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor
from typing import Final

LINE: Final = 1.35  # height of a line of text, in letter sizes
GAP: Final = 0.6  # between a label and its plot, in letter sizes
LABEL_SHARE: Final = 0.42  # of the width, at most, for labels beside the plot
_STEP: Final = 10
_NARROWEST_AXIS: Final = 40  # a shorter axis would make small differences look big
_LONG_AXIS: Final = 50


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a chart is drawn. `stacked` sets labels above their row instead of beside it; `ticks` are steps of the axis."""

    width: float
    size: float
    stacked: bool
    ticks: int


WIDE: Final = Layout(width=720, size=15, stacked=False, ticks=5)
NARROW: Final = Layout(width=320, size=15, stacked=True, ticks=2)


def score_axis(values: Iterable[float]) -> tuple[float, float]:
    """Return the ends of an axis that holds scores (0-100): at tens, and at least 40 points apart.

    >>> score_axis([66.2, 71.9]), score_axis([3.0]), score_axis([98.0, 41.0])
    ((50, 90), (0, 40), (40, 100))
    """
    found = [min(max(value, 0.0), 100.0) for value in values]
    low, high = floor(min(found) / _STEP) * _STEP, ceil(max(found) / _STEP) * _STEP
    while high - low < _NARROWEST_AXIS:
        low, high = (low - _STEP if low > 0 else low), (high + _STEP if high < 100 else high)  # noqa: PLR2004 - the scale
    return low, high


def axis_ticks(minimum: float, maximum: float) -> list[float]:
    """Return where an axis of scores has its numbers: every ten points, or every twenty on a long one.

    >>> axis_ticks(50, 90), axis_ticks(0, 100)
    ([50, 60, 70, 80, 90], [0, 20, 40, 60, 80, 100])
    """
    step = _STEP if maximum - minimum <= _LONG_AXIS else 2 * _STEP
    return [value for value in range(ceil(minimum), floor(maximum) + 1) if value % step == 0]
