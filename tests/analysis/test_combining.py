"""Combined figures: of released areas, with an interval that is as lopsided as theirs and holds the truth as often."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy.stats import binom

from analysis.disclosure.rounding import round_share_interval, round_to
from analysis.intervals import clopper_pearson_interval
from analysis.policy import Rounding
from analysis.release.combining import AreaFigure, combine_areas, round_combined
from analysis.results import Interval, Measure

WHOLE_PERCENTS = Rounding()


def area(yes: int, people: int, clients: float) -> AreaFigure:
    """An area of which `yes` of `people` said yes, as exact as a release tells it."""
    low, high = clopper_pearson_interval(np.array(yes / people), np.array(float(people)))
    share = round_to(yes / people, WHOLE_PERCENTS.shares)
    interval = round_share_interval(Interval(float(low), float(high)), share, WHOLE_PERCENTS.shares)
    return AreaFigure(share, interval, people, float(people), clients)


def combined(*areas: AreaFigure) -> Interval:
    found = combine_areas(areas, Measure.SHARE)
    assert isinstance(found, AreaFigure)
    return round_combined(found, Measure.SHARE, WHOLE_PERCENTS).interval


def test_one_area_keeps_its_own_interval() -> None:
    alone = area(19, 20, 1000)
    assert combined(alone) == alone.interval


def test_near_one_the_interval_reaches_further_down_than_up() -> None:
    found = combined(area(19, 20, 1000), area(19, 20, 1000))
    assert found.low < 2 * 0.95 - found.high
    # 38 of 40 in one sample: 0.83 to 0.99.
    assert found.low <= 0.83
    assert found.high >= 0.99


@pytest.mark.parametrize(
    ("people", "clients"),
    [((20, 20), (1000, 1000)), ((20, 20), (9000, 300)), ((30, 20), (9000, 300)), ((50, 10), (9000, 100))],
)
@pytest.mark.parametrize("share", [0.05, 0.5, 0.9, 0.95, 0.97, 0.99])
def test_the_interval_holds_the_share_in_95_of_100_samples(
    people: tuple[int, int], clients: tuple[int, int], share: float
) -> None:
    chances = [binom.pmf(np.arange(n + 1), n, share) for n in people]
    held = [[it.low <= share <= it.high for it in row] for row in intervals(people, clients)]
    assert chances[0] @ np.array(held, dtype=np.float64) @ chances[1] >= 0.95


@cache
def intervals(people: tuple[int, int], clients: tuple[int, int]) -> list[list[Interval]]:
    """The combined interval of every pair of answers that two areas can give."""
    one, other = ([area(yes, n, size) for yes in range(n + 1)] for n, size in zip(people, clients, strict=True))
    return [[combined(first, second) for second in other] for first in one]
