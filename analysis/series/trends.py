"""Change between waves, rolling windows and the linear trend: contrasts of wave means, never over a break.

Every figure is c'm with variance c'Vc, in which V holds what waves share by persons who answered more than once. Words
for people: a change, never an effect.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from analysis.intervals import t_interval
from analysis.persons.change import Change, change_of, why_not
from analysis.results import DfRule, Inference, Interval, NotEstimable
from analysis.series.timeline import Break
from analysis.series.waves import WaveMeans

_WAVES_FOR_A_TREND = 3


class WindowWeights(StrEnum):
    """What each wave counts for in a rolling window."""

    EQUAL = "equal"  # 1/k: the mean of waves
    POPULATION = "population"  # W_t: the mean of the persons whom the waves stand for, taken as known


@dataclass(frozen=True, slots=True)
class Level:
    """The mean of one wave or of a window of waves. `respondents`: valid answers in the smallest of its waves."""

    waves: tuple[str, ...]
    value: float
    se: float
    interval: Interval
    df: float
    respondents: int
    inference: Inference
    df_rule: DfRule = DfRule.DESIGN


WaveChange: TypeAlias = Change | NotEstimable | Break


def change_between(series: WaveMeans, earlier: str, later: str, *, confidence: float = 0.95) -> WaveChange:
    """Return the mean of the wave `later` minus that of `earlier`, or the break between them. In the unit of y.

    V(m₂ − m₁) = V₁ + V₂ − 2 C₁₂. Source: Kish (1965), Survey Sampling, section 12.4.

    >>> from analysis.results import Estimate, Method
    >>> from analysis.series.timeline import Timeline, Wave
    >>> from analysis.series.waves import separate_waves
    >>> each = (2.0, Interval(0, 0), 50, 50.0, 900.0, 49, None, Method.T, Inference.PROCESS)  # from its standard error on
    >>> timeline = Timeline(tuple(Wave(f"{year}", year) for year in (2023, 2024, 2025)))
    >>> series = separate_waves(timeline, [Estimate(mean, *each) for mean in (60.0, 64.0, 71.0)])
    >>> found = change_between(series, "2024", "2025")
    >>> found.value, round(found.se, 4), round(found.df, 6)
    (7.0, 2.8284, 98.0)
    """
    first, last = series.timeline.place(earlier), series.timeline.place(later)
    assert first < last, "a change goes on in time"
    row = np.zeros(series.value.size)
    row[first], row[last] = -1.0, 1.0
    return _change(series, row, slice(first, last + 1), confidence)


def rolling_levels(
    series: WaveMeans, size: int, weights: WindowWeights = WindowWeights.EQUAL, *, confidence: float = 0.95
) -> Mapping[str, Level | NotEstimable | Break]:
    """Return the mean over each window of `size` waves, under the name of its last wave.

    Σ c_t m_t with c_t = 1/k or W_t/ΣW: c'Vc holds the covariance of its waves. A window over a break is that break.
    Source: Kish (1998), Space/time variations and rolling samples, Journal of Official Statistics 14, 31-46.

    >>> from analysis.results import Estimate, Method
    >>> from analysis.series.timeline import Timeline, Wave
    >>> from analysis.series.waves import separate_waves
    >>> each = (2.0, Interval(0, 0), 50, 50.0, 900.0, 49, None, Method.T, Inference.PROCESS)  # from its standard error on
    >>> timeline = Timeline(tuple(Wave(f"{year}", year) for year in (2023, 2024, 2025)))
    >>> series = separate_waves(timeline, [Estimate(mean, *each) for mean in (60.0, 64.0, 71.0)])
    >>> {name: level.value for name, level in rolling_levels(series, 2).items()}
    {'2024': 62.0, '2025': 67.5}
    """
    waves = series.timeline.waves
    return {
        waves[start + size - 1].name: _level(series, row, slice(start, start + size), confidence)
        for start, row in enumerate(_windows(series, size, weights))
    }


def cautious_levels(
    series: WaveMeans, size: int, apart: Sequence[Hashable], *, confidence: float = 0.95
) -> Mapping[str, Level | NotEstimable | Break]:
    """Return `rolling_levels` with equal weights where the same persons may have answered in several waves, and only figures are left.

    `apart` names a group for each wave: waves of one group have nobody in common, as months of one measurement, while persons may
    answer again in another group. Standard error: Σ_g √(Σ_(t in g) c_t² V_t), with c_t = 1/k; where every wave is a group, Σ c_t s_t. It
    is never too small, as the covariance of two figures is at most the product of their standard errors, and too large when few
    answer again: with nobody in common √3 times for three equal waves. `rolling_levels` on the same figures would hold the mean in 82 to
    91 % of the intervals of 95 % where half to nine of ten answer again (three waves of 150, correlation 0.5 to 0.7). Degrees of freedom:
    those of the group that has the fewest. Source: the inequality of Cauchy and Schwarz; Kish (1965), section 12.4.

    >>> from analysis.results import Estimate, Method
    >>> from analysis.series.timeline import Timeline, Wave
    >>> from analysis.series.waves import separate_waves
    >>> each = (2.0, Interval(0, 0), 50, 50.0, 900.0, 49, None, Method.T, Inference.PROCESS)  # from its standard error on
    >>> timeline = Timeline(tuple(Wave(f"{year}", year) for year in (2023, 2024, 2025)))
    >>> series = separate_waves(timeline, [Estimate(mean, *each) for mean in (60.0, 64.0, 71.0)])
    >>> [(groups, round(cautious_levels(series, 3, groups)["2025"].se, 3)) for groups in ("aaa", "aab", "abc")]
    [('aaa', 1.155), ('aab', 1.609), ('abc', 2.0)]
    """
    waves, group = series.timeline.waves, np.array([list(apart).index(one) for one in apart])
    found: dict[str, Level | NotEstimable | Break] = {}
    for start, row in enumerate(_windows(series, size, WindowWeights.EQUAL)):
        level = _level(series, row, slice(start, start + size), confidence)
        if isinstance(level, Level):
            parts = [np.where(group == one, row, 0.0) for one in np.unique(group[row > 0])]
            se = sum(float(np.sqrt(series.variance(part))) for part in parts)
            df = min(series.basis(part).df for part in parts)
            low, high = t_interval(np.array(level.value), np.array(se**2), np.array(df), confidence=confidence)
            level = replace(level, se=se, interval=Interval(float(low), float(high)), df=df)
        found[waves[start + size - 1].name] = level
    return found


def rolling_changes(
    series: WaveMeans, size: int, weights: WindowWeights = WindowWeights.EQUAL, *, confidence: float = 0.95
) -> Mapping[str, WaveChange]:
    """Return each window minus the window that ends one wave earlier, under the name of its last wave.

    Both share k − 1 waves. With equal weights the contrast is (−1/k, 0, …, 0, 1/k): the test of m_t − m_(t−k).
    Source: Kish (1998), Journal of Official Statistics 14, 31-46.

    >>> from analysis.results import Estimate, Method
    >>> from analysis.series.timeline import Timeline, Wave
    >>> from analysis.series.waves import separate_waves
    >>> each = (2.0, Interval(0, 0), 50, 50.0, 900.0, 49, None, Method.T, Inference.PROCESS)  # from its standard error on
    >>> timeline = Timeline(tuple(Wave(f"{year}", year) for year in (2023, 2024, 2025)))
    >>> series = separate_waves(timeline, [Estimate(mean, *each) for mean in (60.0, 64.0, 71.0)])
    >>> {name: change.value for name, change in rolling_changes(series, 2).items()}
    {'2025': 5.5}
    """
    waves, rows = series.timeline.waves, _windows(series, size, weights)
    found: dict[str, WaveChange] = {}
    for end in range(size, len(waves)):
        both = slice(end - size, end + 1)
        change = _change(series, rows[end - size + 1] - rows[end - size], both, confidence)
        # A shared wave has no coefficient when weights are equal; when it is empty there is no window all the same.
        empty = not series.n[both].all() and not isinstance(change, Break)
        found[waves[end].name] = NotEstimable("no_respondents", 0) if empty else change
    return found


def linear_trend(series: WaveMeans, *, confidence: float = 0.95) -> WaveChange:
    """Return the change in a unit of time along the straight line through the means: every wave counts equally.

    Σ c_t m_t with c_t = (t − t̄)/Σ(t − t̄)². A regression on rows weighs waves by size: another slope. At least three
    waves. Nothing is said about autocorrelation. Source: Draper & Smith (1998), Applied Regression Analysis, section
    1.2; the variance c'Vc as of Kish (1965), section 12.4.

    >>> from analysis.results import Estimate, Method
    >>> from analysis.series.timeline import Timeline, Wave
    >>> from analysis.series.waves import separate_waves
    >>> each = (2.0, Interval(0, 0), 50, 50.0, 900.0, 49, None, Method.T, Inference.PROCESS)  # from its standard error on
    >>> timeline = Timeline(tuple(Wave(f"{year}", year) for year in (2023, 2024, 2025)))
    >>> series = separate_waves(timeline, [Estimate(mean, *each) for mean in (60.0, 64.0, 71.0)])
    >>> found = linear_trend(series)
    >>> found.value, round(found.se, 4)
    (5.5, 1.4142)
    """
    time = np.array([wave.time for wave in series.timeline.waves])
    if time.size < _WAVES_FOR_A_TREND:
        return NotEstimable("fewer_than_three_waves", int(min(series.n, default=0)))
    row = (time - time.mean()) / ((time - time.mean()) ** 2).sum()
    return _change(series, row, slice(None), confidence)


def contrast(series: WaveMeans, coefficients: NDArray[np.float64], *, confidence: float = 0.95) -> WaveChange:
    """Return any other contrast Σ c_t m_t of the waves, tested against 0, or the break between the waves it uses.

    Source: Särndal, Swensson & Wretman (1992), Model Assisted Survey Sampling, section 5.5.

    >>> from analysis.results import Estimate, Method
    >>> from analysis.series.timeline import Timeline, Wave
    >>> from analysis.series.waves import separate_waves
    >>> each = (2.0, Interval(0, 0), 50, 50.0, 900.0, 49, None, Method.T, Inference.PROCESS)  # from its standard error on
    >>> timeline = Timeline(tuple(Wave(f"{year}", year) for year in (2023, 2024, 2025)))
    >>> series = separate_waves(timeline, [Estimate(mean, *each) for mean in (60.0, 64.0, 71.0)])
    >>> contrast(series, np.array([-0.5, -0.5, 1.0])).value
    9.0
    """
    used = np.flatnonzero(coefficients)
    return _change(series, coefficients, slice(int(used[0]), int(used[-1]) + 1), confidence)


def _windows(series: WaveMeans, size: int, weights: WindowWeights) -> NDArray[np.float64]:
    """Return the coefficients of every window of `size` waves: (window, wave)."""
    waves = series.value.size
    assert size > 0, "a window holds a wave"
    start = np.arange(max(waves - size + 1, 0))[:, None]
    inside = (np.arange(waves) >= start) & (np.arange(waves) < start + size)
    counts = series.population if weights is WindowWeights.POPULATION else np.ones(waves)
    complete = ~(inside & (series.n == 0)).any(axis=1, keepdims=True)
    rows = np.where(inside, np.where(complete, counts, 1.0), 0.0)  # an empty wave keeps its place: no figure
    whole: NDArray[np.float64] = rows.sum(axis=1, keepdims=True)
    return rows / whole


def _change(series: WaveMeans, row: NDArray[np.float64], waves: slice, confidence: float) -> WaveChange:
    if broken := series.timeline.first_break(waves):
        return broken
    return change_of(float(row @ series.value), series.variance(row), series.basis(row), confidence=confidence)


def _level(
    series: WaveMeans, row: NDArray[np.float64], waves: slice, confidence: float
) -> Level | NotEstimable | Break:
    if broken := series.timeline.first_break(waves):
        return broken
    basis, variance = series.basis(row), series.variance(row)
    if reason := why_not(variance, basis):
        return NotEstimable(reason, basis.respondents)
    value = float(row @ series.value)
    low, high = t_interval(np.array(value), np.array(variance), np.array(basis.df), confidence=confidence)
    return Level(
        waves=tuple(wave.name for wave in series.timeline.waves[waves]),
        value=value,
        se=float(np.sqrt(variance)),
        interval=Interval(float(low), float(high)),
        df=basis.df,
        respondents=basis.respondents,
        inference=basis.inference,
        df_rule=basis.df_rule,
    )
