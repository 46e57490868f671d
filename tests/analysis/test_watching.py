"""A series that is watched after a short baseline: what it states about false signals and about what it sees, and its limits."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.results import NotEstimable
from analysis.series.control_charts import Side
from analysis.series.in_control import MeanPoint, spread_of
from analysis.series.watching import SEEN_SHARE, SEEN_SHIFT, SEEN_WITHIN, Watched, seen_share, watch_series

SEEDS = st.integers(0, 2**32 - 1)
USUAL = (66.0, 70.0, 68.0, 73.0, 65.0, 69.0) * 2


def load_benchmark() -> ModuleType:
    path = Path(__file__).parents[2] / "benchmarks" / "charts.py"
    spec = importlib.util.spec_from_file_location("charts_benchmark", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their own module up
    spec.loader.exec_module(module)
    return module


CHARTS = load_benchmark()


def means(*values: float, variance: float = 10.0) -> list[MeanPoint]:
    return [MeanPoint(f"{place:02}", value, variance, 60) for place, value in enumerate(values)]


def drawn(seed: int, months: int = 24) -> list[MeanPoint]:
    rng = np.random.default_rng(seed)
    variance = rng.uniform(5, 20, months)
    value = rng.normal(60, np.sqrt(variance + rng.choice([0.0, 4.0, 25.0])))
    return [
        MeanPoint(f"{place:02}", *of, 60)
        for place, of in enumerate(zip(value.tolist(), variance.tolist(), strict=True))
    ]


def watched(found: Watched | NotEstimable) -> Watched:
    assert isinstance(found, Watched)
    return found


# What is stated


@pytest.mark.parametrize("tau", [0.0, 4.0])
def test_false_signals_are_no_more_frequent_than_stated_and_a_lasting_change_is_seen_within_the_stated_delay(
    tau: float,
) -> None:
    """200 municipalities with seven quiet indicators and one that changes; the benchmark draws 2,000."""
    found = CHARTS.simulate(CHARTS.Setting(tau), 200)
    # Seven indicators in twelve months: 16,800 months, of which 45 may lie beyond; 80 would be 5 errors more.
    assert found.false.mean() < 80 / 16_800
    # 12 respectively 9 percentage points above and below: 4 errors and more.
    assert found.seen_within(SEEN_WITHIN) > SEEN_SHARE - 0.08
    assert found.seen_within(1) < 0.3


@pytest.mark.parametrize("later", [240.0, 600.0])
def test_false_signals_stay_as_rare_when_more_people_answer_after_the_baseline_and_a_change_is_seen_as_soon(
    later: float,
) -> None:
    """Chance is small then; with the variance between months from a small baseline beside it, 1 in 100 would be a false signal."""
    found = CHARTS.simulate(CHARTS.Setting(4.0, later=later), 200)
    assert found.false.mean() < 80 / 16_800
    assert found.seen_within(SEEN_WITHIN) > SEEN_SHARE - 0.08


def test_limits_that_take_a_baseline_of_a_year_as_known_alarm_too_often() -> None:
    found = CHARTS.simulate(CHARTS.Setting(4.0), 40, known=True)
    assert found.false.mean() > 3 * 80 / 16_800


@pytest.mark.parametrize(("respondents", "level"), [(60.0, 68.0), (15.0, 68.0), (60.0, 93.0), (15.0, 93.0)])
def test_a_change_is_seen_as_often_as_is_said_of_so_many_respondents_and_that_level(
    monkeypatch: pytest.MonkeyPatch, respondents: float, level: float
) -> None:
    monkeypatch.setattr(CHARTS, "QUIET", 1)
    found = CHARTS.simulate(CHARTS.Setting(0.0, respondents=respondents, level=level), 250)
    assert found.seen_within(SEEN_WITHIN) == pytest.approx(seen_share(respondents, level) + 0.05, abs=0.13)


def test_with_half_as_many_respondents_as_in_the_baseline_a_change_is_not_seen_so_often(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The condition that the page tells."""
    monkeypatch.setattr(CHARTS, "QUIET", 1)
    assert CHARTS.simulate(CHARTS.Setting(0.0, later=30.0), 250).seen_within(SEEN_WITHIN) < SEEN_SHARE - 0.08


def test_months_that_resemble_the_month_before_make_more_false_signals_than_stated() -> None:
    """Said in the docstring of the module: it takes months as independent. 1 in 62 of 2,000 municipalities; 8,400 months here."""
    assert CHARTS.simulate(CHARTS.Setting(3.0, together=0.7), 100).false.mean() > 2 / 370


def test_the_benchmark_draws_months_in_which_all_answers_are_equal_too() -> None:
    found = CHARTS.simulate(CHARTS.Setting(0.0, respondents=10.0, level=97.0), 3, known=True)
    assert np.isfinite(found.false).all()


@pytest.mark.parametrize("tau2", [0.0, 10.0, 1000.0])
def test_in_each_month_the_stated_share_lies_beyond_and_nowhere_more(tau2: float) -> None:
    """By chance alone fewer, because limits are no narrower than chance; with much between months exactly as stated."""
    rng = np.random.default_rng(5)
    beyond = np.zeros(4)
    times = 2500
    for values in rng.normal(60, np.sqrt(10 + tau2), (times, 16)).tolist():
        beyond += [period.side is not None for period in watched(watch_series(means(*values), run_length=20)).periods]
    error = 4 * np.sqrt(0.05 * 0.95 / times)
    assert (beyond / times < 0.05 + error).all()
    if tau2 == 1000.0:
        assert (beyond / times > 0.05 - error).all()


def test_the_shift_that_is_stated_is_one_of_that_many_standard_deviations() -> None:
    setting = CHARTS.Setting(3.0)
    answers = CHARTS.moved(np.array([0.0, -SEEN_SHIFT * setting.month_sd]))
    before, after = answers @ CHARTS.STEPS
    assert before - after == pytest.approx(SEEN_SHIFT * setting.month_sd, rel=1e-3)


# Limits


def test_the_first_limits_are_those_of_a_prediction() -> None:
    """With V equal: centre ∓ t(11)·√(s²(λ² + λ²/12)), s² the variance of the twelve months."""
    found = watched(watch_series(means(*(2 * value for value in USUAL), 140.0), weight=0.5, run_length=40))
    s2 = np.var([2 * value for value in USUAL], ddof=1)
    half = stats.t.ppf(1 - 1 / 80, 11) * np.sqrt(s2 * 0.25 * 13 / 12)
    (period,) = found.periods
    assert (period.low, period.high) == pytest.approx((137.0 - half, 137.0 + half))
    assert period.smoothed == pytest.approx(138.5)


def test_limits_are_no_narrower_than_chance_alone_makes_them() -> None:
    found = watched(watch_series(means(*[60.0] * 13)))
    half = stats.norm.ppf(1 - 1 / 740.8) * np.sqrt(10 * 0.09 * 13 / 12)
    assert found.periods[0].high - 60.0 == pytest.approx(half)


def test_a_month_of_many_respondents_has_limits_no_narrower_than_one_of_the_baseline() -> None:
    points = means(*USUAL, 68.0)
    many = watched(watch_series([*points[:-1], replace(points[-1], variance=1.0, n=600)]))
    assert many.periods == watched(watch_series(points)).periods
    uneven = [replace(point, variance=28.0) if place < 2 else point for place, point in enumerate(points)]
    as_wide = [*uneven[:-1], replace(uneven[-1], variance=13.0)]
    assert watched(watch_series(uneven)).periods == watched(watch_series(as_wide)).periods, (
        "the mean of 2 of 28 and 10 of 10"
    )


def test_a_month_of_few_respondents_widens_its_limits() -> None:
    points = means(*USUAL, 68.0)
    few = watched(watch_series([*points[:-1], replace(points[-1], variance=60.0)]))
    assert few.periods[0].high > watched(watch_series(points)).periods[0].high


@pytest.mark.parametrize("place", [3, 12])
def test_a_month_of_equal_answers_varies_as_others_of_its_size(place: int) -> None:
    points = means(*USUAL, 68.0)
    points[place] = replace(points[place], variance=0.0, n=20)
    expected = [*points[:place], replace(points[place], variance=30.0), *points[place + 1 :]]
    assert watch_series(points) == watch_series(expected)


@given(SEEDS)
def test_limits_lie_around_the_centre_of_the_baseline_and_what_comes_later_leaves_earlier_months_as_they_are(
    seed: int,
) -> None:
    points = drawn(seed)
    whole, shorter = watched(watch_series(points)), watched(watch_series(points[:18]))
    assert whole.centre == spread_of(points[:12]).centre
    assert all(it.high - whole.centre == pytest.approx(whole.centre - it.low) for it in whole.periods)
    assert [(it.period, it.side) for it in whole.periods[:6]] == [(it.period, it.side) for it in shorter.periods]
    for one, same in zip(shorter.periods, whole.periods[:6], strict=True):
        assert (same.smoothed, same.low, same.high) == pytest.approx((one.smoothed, one.low, one.high))


@given(SEEDS, st.floats(0.1, 50), st.floats(-100, 100))
def test_another_unit_and_a_scale_turned_around_give_the_same_signals(seed: int, factor: float, shift: float) -> None:
    points = drawn(seed)
    changed = [MeanPoint(it.period, shift - factor * it.value, factor**2 * it.variance, it.n) for it in points]
    other = {Side.ABOVE: Side.BELOW, Side.BELOW: Side.ABOVE}
    before, after = (watched(watch_series(it, run_length=5)) for it in (points, changed))
    assert [(it.period, it.side) for it in after.signals] == [
        (it.period, other[it.side]) for it in before.signals if it.side
    ]


# When there is no chart


def test_only_the_months_after_the_baseline_are_watched() -> None:
    found = watched(watch_series(means(*USUAL)))
    assert found.baseline == tuple(f"{place:02}" for place in range(12))
    assert (found.periods, found.signals) == ((), ())


@pytest.mark.parametrize(
    ("points", "baseline", "reason"),
    [
        (means(*USUAL), 9, "short_baseline"),
        (means(*USUAL[:11]), 12, "short_baseline"),
        ([*means(*USUAL), MeanPoint("12", 60.0, 10.0, 0)], 12, "no_respondents"),
        ([*means(*USUAL, variance=0.0), *means(68.0)], 12, "no_variation"),
    ],
)
def test_without_a_usable_baseline_nothing_is_watched(points: list[MeanPoint], baseline: int, reason: str) -> None:
    found = watch_series(points, baseline)
    assert isinstance(found, NotEstimable)
    assert found.reason == reason
