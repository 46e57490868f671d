"""Control charts of a series that is followed often (antennes): which points lie where chance seldom brings them.

A baseline period tells what is usual. A signal is a rule with its false-alarm rate, an invitation to look and never a
verdict: with many series followed for long some signals are false. Rates hold as if the baseline were known exactly. In
simulations with as much variance between periods as by chance, a rate of 1 in 370 was about 1 in 80 with a baseline of
10 periods, 1 in 130 with 20 and 1 in 190 with 40. Of shares of few respondents smoothed scores vary less than normal:
there false alarms are rarer than stated. Source: Shewhart (1931), Economic Control of Quality; Roberts (1959),
Technometrics 1, 239-250; Jensen et al. (2006), Journal of Quality Technology 38, 349-364, on estimated limits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from analysis.results import NotEstimable
from analysis.series.in_control import Point, Spread, spread_of
from analysis.series.run_lengths import average_run_length, limit_for, smoothed_sd

# Fewer periods do not tell what variation is usual (as for over-dispersion between units).
SHORTEST_BASELINE = 10
# Three standard deviations, of a chart without memory.
USUAL_RUN_LENGTH = 370.4


class Side(StrEnum):
    """On which side of the limits a signal lies."""

    ABOVE = "above"
    BELOW = "below"


class RuleKind(StrEnum):
    """What gives a signal."""

    BEYOND_LIMIT = "beyond_limit"  # the point itself
    SMOOTHED_BEYOND_LIMIT = "smoothed_beyond_limit"  # the exponentially weighted mean of all points so far


@dataclass(frozen=True, slots=True)
class Rule:
    """A signal rule: beyond `limit` standard deviations. `weight` is what the newest point counts for (1: no memory).

    `run_length`: average number of points until a false alarm while nothing changes; `false_alarm_rate` is 1 over it.
    """

    kind: RuleKind
    weight: float
    limit: float
    run_length: float

    @property
    def false_alarm_rate(self) -> float:
        """False alarms for each point, in the long run while nothing changes: a fraction."""
        return 1 / self.run_length


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """One period: the observed `value` and its `score`, and what is plotted between `low` and `high`.

    `plotted` is the value itself (in its unit), or the smoothed score (in standard deviations).
    """

    period: str
    value: float
    score: float
    plotted: float
    low: float
    high: float
    in_baseline: bool


@dataclass(frozen=True, slots=True)
class Signal:
    """A period that lies beyond a limit. In the baseline it says that the limits themselves need a look."""

    period: str
    side: Side
    rule: Rule
    in_baseline: bool


@dataclass(frozen=True, slots=True)
class ControlChart:
    """Points with limits and the signals among them. `baseline` is the number of periods that the limits come from."""

    points: tuple[ChartPoint, ...]
    signals: tuple[Signal, ...]
    rule: Rule
    spread: Spread
    baseline: int


def shewhart_chart(
    points: Sequence[Point], baseline: int, *, run_length: float = USUAL_RUN_LENGTH
) -> ControlChart | NotEstimable:
    """Return the chart of single points: of shares the p-chart, with exact limits, of means the chart of normal limits.

    Limits lie where scores are ∓ Φ⁻¹(1 − 1/(2·`run_length`)), in the unit of the points. Because shares go in steps, the
    rule states the false alarms of these very limits, which may differ from what was asked.
    Source: Shewhart (1931); Montgomery (2013), Statistical Quality Control, section 7.2.

    >>> from analysis.series.in_control import SharePoint
    >>> usual = [SharePoint(f"{month}", share, 50) for month, share in enumerate([0.2, 0.24, 0.16, 0.2, 0.22] * 2)]
    >>> chart = shewhart_chart([*usual, SharePoint("10", 0.42, 50)], baseline=10)
    >>> [(signal.period, signal.side.value, round(signal.rule.run_length)) for signal in chart.signals]
    [('10', 'above', 444)]
    """
    spread = _usual(points, baseline)
    if isinstance(spread, NotEstimable):
        return spread
    limit = limit_for(1.0, run_length)
    limits = [point.limits(spread, limit) for point in points]
    rate = sum(it.false_alarm for it in limits) / len(limits)
    if not rate:  # with so few respondents nothing can lie beyond a limit
        return NotEstimable("too_few_respondents", _respondents(points))
    rule = Rule(RuleKind.BEYOND_LIMIT, 1.0, limit, 1 / rate)
    plotted = [
        ChartPoint(point.period, point.value, point.score(spread), point.value, of.low, of.high, place < baseline)
        for place, (point, of) in enumerate(zip(points, limits, strict=True))
    ]
    return ControlChart(tuple(plotted), tuple(_signals(plotted, rule)), rule, spread, baseline)


def ewma_chart(
    points: Sequence[Point], baseline: int, *, weight: float = 0.2, run_length: float = USUAL_RUN_LENGTH
) -> ControlChart | NotEstimable:
    """Return the chart of the exponentially weighted mean of scores: it sees small lasting changes earlier.

    E_t = λz_t + (1 − λ)E_(t−1), E₀ = 0, limits ∓ L·√(λ/(2 − λ)), with L such that a false alarm comes once in
    `run_length` points on average. `weight` λ: 0.1 to 0.3 is usual; 1 gives the signals of `shewhart_chart`.
    Source: Roberts (1959), Technometrics 1, 239-250; Lucas & Saccucci (1990), Technometrics 32, 1-12.

    >>> from analysis.series.in_control import MeanPoint
    >>> usual = [MeanPoint(f"{month}", mean, 1.0, 50) for month, mean in enumerate([70.0, 71.0, 69.0, 70.5, 69.5] * 2)]
    >>> lasting = [MeanPoint(f"{month}", 71.5, 1.0, 50) for month in range(10, 16)]
    >>> [signal.period for signal in ewma_chart([*usual, *lasting], baseline=10).signals]
    ['14', '15']
    >>> shewhart_chart([*usual, *lasting], baseline=10).signals
    ()
    """
    spread = _usual(points, baseline)
    if isinstance(spread, NotEstimable):
        return spread
    limit = limit_for(weight, run_length)
    rule = Rule(RuleKind.SMOOTHED_BEYOND_LIMIT, weight, limit, average_run_length(weight, limit))
    edge = limit * smoothed_sd(weight)
    scores = [point.score(spread) for point in points]
    plotted = [
        ChartPoint(point.period, point.value, score, smooth, -edge, edge, place < baseline)
        for place, (point, score, smooth) in enumerate(zip(points, scores, _smoothed(scores, weight), strict=True))
    ]
    return ControlChart(tuple(plotted), tuple(_signals(plotted, rule)), rule, spread, baseline)


def _usual(points: Sequence[Point], baseline: int) -> Spread | NotEstimable:
    """Return what is usual in the baseline, or why that cannot be told."""
    if baseline < SHORTEST_BASELINE or len(points) < baseline:
        return NotEstimable("short_baseline", _respondents(points[:baseline]))
    if not all(point.n > 0 for point in points):
        return NotEstimable("no_respondents", 0)
    spread = spread_of(points[:baseline])
    if not all(point.chance(spread.centre) > 0 for point in points):
        return NotEstimable("no_variation", _respondents(points))
    return spread


def _respondents(points: Sequence[Point]) -> int:
    return int(sum(point.n for point in points))


def _smoothed(scores: Iterable[float], weight: float) -> Iterator[float]:
    smooth = 0.0
    for score in scores:
        smooth = weight * score + (1 - weight) * smooth
        yield smooth


def _signals(points: Sequence[ChartPoint], rule: Rule) -> Iterator[Signal]:
    for point in points:
        if not point.low <= point.plotted <= point.high:
            side = Side.ABOVE if point.plotted > point.high else Side.BELOW
            yield Signal(point.period, side, rule, point.in_baseline)
