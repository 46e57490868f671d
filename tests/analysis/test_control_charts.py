"""Control charts: limits from a baseline, signals as rules, and their false-alarm rates checked by simulation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.results import NotEstimable
from analysis.series.control_charts import ControlChart, RuleKind, Side, ewma_chart, shewhart_chart
from analysis.series.in_control import MeanPoint, Point, SharePoint, Spread, share_probabilities, spread_of
from analysis.series.run_lengths import average_run_length, limit_for, smoothed_sd

SEEDS = st.integers(0, 2**32 - 1)


def shares(*values: float, n: float = 50) -> list[Point]:
    return [SharePoint(f"{place:02}", value, n) for place, value in enumerate(values)]


def means(*values: float, variance: float = 1.0) -> list[Point]:
    return [MeanPoint(f"{place:02}", value, variance, 50) for place, value in enumerate(values)]


def simulated_means(seed: int) -> list[Point]:
    rng = np.random.default_rng(seed)
    variance = rng.uniform(0.5, 4, 40)
    return [
        MeanPoint(f"{place:02}", float(rng.normal(60, 2 * np.sqrt(one))), float(one), 30)
        for place, one in enumerate(variance)
    ]


def simulated_shares(seed: int) -> list[Point]:
    rng = np.random.default_rng(seed)
    sizes = rng.integers(3, 60, 40)
    return [
        SharePoint(f"{place:02}", rng.binomial(size, rng.beta(4, 12)) / size, float(size))
        for place, size in enumerate(sizes)
    ]


def charted(found: ControlChart | NotEstimable) -> ControlChart:
    assert isinstance(found, ControlChart)
    return found


def places(chart: ControlChart) -> list[tuple[str, Side]]:
    return [(signal.period, signal.side) for signal in chart.signals]


USUAL = (0.20, 0.24, 0.16, 0.20, 0.22, 0.18, 0.20, 0.26, 0.14, 0.20)


# False-alarm rates


@pytest.mark.parametrize("weight", [0.05, 0.2, 0.5, 1.0])
def test_false_alarms_come_as_often_as_the_chain_of_brook_and_evans_says(weight: float) -> None:
    limit = limit_for(weight, 60)
    edge, runs = limit * smoothed_sd(weight), 6000
    rng = np.random.default_rng(11)
    smooth, length, silent = np.zeros(runs), np.zeros(runs), np.ones(runs, dtype=bool)
    while silent.any():
        smooth = weight * rng.standard_normal(runs) + (1 - weight) * smooth
        length += silent
        silent &= np.abs(smooth) <= edge
    assert average_run_length(weight, limit) == pytest.approx(60)
    assert length.mean() == pytest.approx(60, rel=0.05)


@pytest.mark.parametrize(
    ("weight", "limit"), [(0.05, 2.615), (0.1, 2.814), (0.25, 2.998), (0.4, 3.054), (0.75, 3.087), (1.0, 3.090)]
)
def test_run_lengths_equal_the_published_table(weight: float, limit: float) -> None:
    """Lucas & Saccucci (1990): charts with an in-control average run length of 500."""
    assert average_run_length(weight, limit) == pytest.approx(500, rel=0.01)


@given(st.floats(0.03, 1.0), st.floats(5, 2000))
def test_the_limit_for_a_run_length_has_that_run_length(weight: float, run_length: float) -> None:
    assert average_run_length(weight, limit_for(weight, run_length)) == pytest.approx(run_length, rel=1e-6)


@given(st.integers(4, 200), st.floats(0.02, 0.98), st.sampled_from([0.0, 0.001, 0.01]))
def test_the_false_alarm_rate_of_a_share_is_what_its_distribution_says(n: int, centre: float, tau2: float) -> None:
    spread = Spread(centre, tau2)
    limits = SharePoint("", 0.0, n).limits(spread, 2.0)
    outside = [not limits.low <= count / n <= limits.high for count in range(n + 1)]
    assert limits.false_alarm == pytest.approx(share_probabilities(n, spread)[outside].sum(), abs=1e-12)


def test_false_alarms_of_shares_of_few_respondents_come_as_often_as_stated() -> None:
    rng = np.random.default_rng(12)
    limits = SharePoint("", 0.0, 12).limits(Spread(0.3, 0.0), 2.0)
    drawn = rng.binomial(12, 0.3, 200_000) / 12
    observed = ((drawn < limits.low) | (drawn > limits.high)).mean()
    assert observed == pytest.approx(limits.false_alarm, rel=0.05)
    assert limits.false_alarm != pytest.approx(2 * stats.norm.sf(2.0), rel=0.05)


def test_a_short_baseline_makes_more_false_alarms_than_stated() -> None:
    """The rate holds for a known baseline: the docstring of the module gives these figures."""
    rng = np.random.default_rng(13)
    often: dict[int, float] = {}
    for size in (10, 40):
        series = rng.normal(0, np.sqrt(2), (6000, size + 1))
        alarms = [abs(MeanPoint("", row[-1], 1.0, 50).score(spread_of(means(*row[:-1])))) > 3 for row in series]
        often[size] = float(np.mean(alarms))
    assert often[10] == pytest.approx(1 / 80, rel=0.2)
    assert often[40] == pytest.approx(1 / 190, rel=0.25)


# Limits


@given(st.integers(1, 300), st.floats(0.02, 0.98))
def test_without_variance_between_periods_shares_are_binomial(n: int, centre: float) -> None:
    expected = stats.binom.pmf(np.arange(n + 1), n, centre)
    assert share_probabilities(n, Spread(centre, 0.0)) == pytest.approx(expected, abs=1e-12)


@given(st.integers(1, 80), st.floats(0.1, 0.9), st.floats(0.001, 0.02))
def test_with_variance_between_periods_shares_have_it_in_their_own(n: int, centre: float, tau2: float) -> None:
    chance, share = share_probabilities(n, Spread(centre, tau2)), np.arange(n + 1) / n
    assert chance @ share == pytest.approx(centre)
    assert chance @ (share - centre) ** 2 == pytest.approx((centre * (1 - centre) - tau2) / n + tau2)


def test_variance_between_periods_larger_than_shares_can_have_is_cut_off() -> None:
    chance = share_probabilities(4, Spread(0.5, 0.3))
    assert chance.sum() == pytest.approx(1.0)
    assert chance[0] == pytest.approx(chance[-1])


@given(SEEDS)
def test_limits_contain_the_centre(seed: int) -> None:
    for points in (simulated_means(seed), simulated_shares(seed)):
        chart = shewhart_chart(points, 20)
        if isinstance(chart, ControlChart):
            assert all(point.low <= chart.spread.centre <= point.high for point in chart.points)


def test_limits_of_many_respondents_are_those_of_the_usual_p_chart() -> None:
    limits = SharePoint("", 0.0, 100_000).limits(Spread(0.2, 0.0), 3.0)
    half = 3 * np.sqrt(0.2 * 0.8 / 100_000)
    assert (limits.low, limits.high) == pytest.approx((0.2 - half, 0.2 + half), rel=1e-3)


def test_more_variance_between_periods_widens_limits() -> None:
    for point in (SharePoint("", 0.3, 40), MeanPoint("", 0.3, 0.005, 40)):
        narrow, wide = (point.limits(Spread(0.3, tau2), 3.0) for tau2 in (0.0, 0.004))
        assert wide.low < narrow.low
        assert narrow.high < wide.high


def test_an_effective_number_is_rounded_down() -> None:
    assert SharePoint("", 0.5, 40.9).limits(Spread(0.3, 0.0), 3.0) == SharePoint("", 0.5, 40).limits(
        Spread(0.3, 0.0), 3.0
    )


def test_the_usual_variation_of_equal_points_is_chance_alone() -> None:
    assert spread_of(means(*[60.0] * 10)) == Spread(60.0, 0.0)


def test_the_variance_between_periods_is_found_again() -> None:
    rng = np.random.default_rng(14)
    drawn = rng.normal(60, 3, 4000) + rng.normal(0, 2, 4000)
    assert spread_of(means(*drawn, variance=4.0)).tau2 == pytest.approx(9.0, rel=0.1)


# Charts and signals


def test_a_share_far_above_the_usual_is_a_signal_with_its_rule() -> None:
    chart = charted(shewhart_chart(shares(*USUAL, 0.20, 0.44), 10))
    (signal,) = chart.signals
    assert (signal.period, signal.side, signal.in_baseline) == ("11", Side.ABOVE, False)
    assert signal.rule.kind is RuleKind.BEYOND_LIMIT
    assert signal.rule.limit == pytest.approx(3.0, abs=1e-3)
    limits = [point.limits(chart.spread, signal.rule.limit) for point in shares(*USUAL, 0.20, 0.44)]
    assert signal.rule.false_alarm_rate == pytest.approx(np.mean([it.false_alarm for it in limits]))


def test_a_signal_in_the_baseline_is_told_as_such() -> None:
    chart = charted(shewhart_chart(means(*[60.0, 60.5] * 9, 40.0, 60.0, 60.0), 20, run_length=60))
    assert [(signal.period, signal.side, signal.in_baseline) for signal in chart.signals] == [("18", Side.BELOW, True)]
    assert [point.in_baseline for point in chart.points] == [True] * 20 + [False]


@given(SEEDS)
def test_a_smoothed_chart_without_memory_gives_the_signals_of_single_points(seed: int) -> None:
    for points in (simulated_means(seed), simulated_shares(seed)):
        single, smoothed = shewhart_chart(points, 12, run_length=20), ewma_chart(points, 12, weight=1.0, run_length=20)
        if isinstance(single, ControlChart):
            assert places(single) == places(charted(smoothed))
            assert [point.score for point in single.points] == [point.plotted for point in charted(smoothed).points]


def test_a_small_lasting_change_is_seen_by_the_smoothed_chart_only() -> None:
    points = means(*[60.0, 61.0, 59.0, 60.5, 59.5] * 2, *[61.5] * 8)
    smoothed = charted(ewma_chart(points, 10))
    assert places(charted(shewhart_chart(points, 10))) == []
    assert {side for _, side in places(smoothed)} == {Side.ABOVE}
    (rule,) = {signal.rule for signal in smoothed.signals}
    assert rule.kind is RuleKind.SMOOTHED_BEYOND_LIMIT
    assert rule.run_length == pytest.approx(370.4)


@given(SEEDS)
def test_a_scale_turned_around_turns_the_sides(seed: int) -> None:
    points = simulated_means(seed)
    turned: list[Point] = [
        MeanPoint(it.period, 100 - it.value, it.variance, it.n) for it in points if isinstance(it, MeanPoint)
    ]
    other = {Side.ABOVE: Side.BELOW, Side.BELOW: Side.ABOVE}
    expected = [(period, other[side]) for period, side in places(charted(ewma_chart(points, 12, run_length=20)))]
    assert places(charted(ewma_chart(turned, 12, run_length=20))) == expected


@pytest.mark.parametrize(
    ("points", "baseline", "reason"),
    [
        (shares(*USUAL), 9, "short_baseline"),
        (shares(*USUAL), 11, "short_baseline"),
        (shares(*USUAL, n=0), 10, "no_respondents"),
        (shares(*[0.0] * 10), 10, "no_variation"),
        (shares(*[1.0] * 10), 10, "no_variation"),
        (means(*USUAL, variance=0.0), 10, "no_variation"),
    ],
)
def test_without_a_usable_baseline_there_is_no_chart(points: Sequence[Point], baseline: int, reason: str) -> None:
    for chart in (shewhart_chart, ewma_chart):
        found = chart(points, baseline)
        assert isinstance(found, NotEstimable)
        assert found.reason == reason


def test_points_that_can_never_lie_beyond_a_limit_make_no_chart() -> None:
    found = shewhart_chart(shares(*[0.5, 1.0, 0.0, 0.5, 0.5] * 2, n=2), 10)
    assert found == NotEstimable("too_few_respondents", 20)


def test_without_a_period_and_without_chance_nothing_is_usual() -> None:
    with pytest.raises(AssertionError, match="without a period"):
        spread_of([])
    everyone = spread_of([SharePoint("", 1.0, 20)] * 12)
    assert everyone == Spread(1.0, 0.0)
    with pytest.raises(AssertionError, match="there is no chance"):
        share_probabilities(20, everyone)
    assert shewhart_chart([SharePoint("", 1.0, 20)] * 12, 10) == NotEstimable("no_variation", 240)
