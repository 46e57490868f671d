"""Watching a series after a short baseline: a smoothed level between limits that allow for how little a baseline tells.

For antennas with a year of months to begin with. The charts of `control_charts` take the baseline as known, so that after 12 months
they alarm several times as often as they state. Here the limits are those of a prediction: chance, variance between periods, and the
error of both the centre and that variance are in them, so that the rate holds with any baseline of 10 periods or more. A period of
many respondents has limits no narrower than one of the baseline: a baseline of few does not tell how much periods vary besides their
chance. So more answers later bring no false signals, and no finer eye either, until a new baseline starts. A signal asks for a
conversation; it is no verdict, and says nothing about a cause.

Stated: while nothing changes at most 1 in 370 watched periods is a signal; a lasting change of 3 standard deviations of a period of the
baseline is seen within 7 periods in 90 % of the cases, when these have as many respondents or more; `seen_share` says where that is 80
or 70 %. In `benchmarks/charts.py`, 2,000 times with 12 months of baseline and 12 that are watched and about 60 respondents a month, 1 in
1,377 months was a false signal without variance between months, 1 in 757 with a little, and about 1 in 470 with more variance between
months than by chance; `ewma_chart` gave 1 in 82, 48 and 36.
With half, twice, four and ten times as many respondents after the baseline it was never more than 1 in 650; at a level of 93 with τ 4,
where answers can hardly rise, 1 in 250 to 360. That change was seen within 7 months in 92 to 95 %, half of the times within 3; with half
as many respondents later in 70 to 84 %. Of 2 standard deviations 52 to 56 % were seen by then: who starts with a year sees large changes
only, or waits longer.

All that takes what periods have besides chance as independent. Where a month resembles the month before, the smoothed level wanders and
false signals come more often than stated: with τ 3 and a correlation of 0.3, 0.5 and 0.7 between two months next to each other 1 in
220, 127 and 62 was false, and 1 in 598 without. Twelve months cannot tell that correlation, so it is not allowed for.

After a break in the questions a new baseline starts: give the newest piece only, and until it is long enough there is no chart. Periods
without a figure are left out.
Source: Roberts (1959), Technometrics 1, 239-250, for smoothing; Jones, Champ & Rigdon (2001), Technometrics 43, 156-167, and Jensen
et al. (2006), Journal of Quality Technology 38, 349-364, on what estimated limits do; Hahn (1969), JASA 64, 878-888, for prediction
limits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.results import NotEstimable
from analysis.series.control_charts import SHORTEST_BASELINE, USUAL_RUN_LENGTH, Side
from analysis.series.in_control import MeanPoint, spread_of

# A year of months.
USUAL_BASELINE = 12
# The newest period counts for 3 in 10: a smaller weight sees a change later that comes after some quiet periods.
USUAL_WEIGHT = 0.3
# What the chart states to see: a lasting shift of so many standard deviations of a period, within so many periods, so often.
SEEN_SHIFT = 3.0
SEEN_WITHIN = 7
SEEN_SHARE = 0.9
# And where answers are few, or near an end of their scale; and where they are both.
_SEEN_OF_FEW = 0.8
_SEEN_OF_FEW_NEAR_END = 0.7
_MANY_RESPONDENTS = 30
_NEAR_END = 85.0


@dataclass(frozen=True, slots=True)
class WatchedPeriod:
    """One watched period, in the unit of the series: its `value`, the `smoothed` level up to it, and the limits of that level.

    `side` is where the smoothed level lies beyond its limits: the period is a signal; None: it lies between them.
    """

    period: str
    value: float
    smoothed: float
    low: float
    high: float
    side: Side | None


@dataclass(frozen=True, slots=True)
class Watched:
    """What was usual in the `baseline` (names of periods), and every period since.

    `centre` is the usual level and `usual_sd` the standard deviation of a period around it (chance, and what varies between periods),
    in the unit of the series. `false_alarm_rate`: the chance at most that a watched period is a signal while nothing changes, as a
    fraction.
    """

    baseline: tuple[str, ...]
    centre: float
    usual_sd: float
    periods: tuple[WatchedPeriod, ...]
    weight: float
    false_alarm_rate: float

    @property
    def signals(self) -> tuple[WatchedPeriod, ...]:
        """The periods beyond a limit, the oldest first."""
        return tuple(period for period in self.periods if period.side)


def watch_series(
    points: Sequence[MeanPoint],
    baseline: int = USUAL_BASELINE,
    *,
    run_length: float = USUAL_RUN_LENGTH,
    weight: float = USUAL_WEIGHT,
) -> Watched | NotEstimable:
    """Return the limits of every period after the first `baseline` ones, and which periods lie beyond: at most 1 in `run_length` by chance.

    E_m = λy_m + (1 − λ)E_(m−1) from the centre c of the baseline, with λ the `weight`. Of E_m − c the variance is Σ a_i²V_i + (Σ
    a_i)²V(c), a_i = λ(1 − λ)^(m−i) over the watched periods. V_i = v_i + τ² as of `spread_of`; or φv_i where the B baseline periods
    vary less than chance, φ = Σ(y − ȳ)²/v/(B − 1) below 1. In both v_i is that of the period by chance, or the mean of the baseline
    where that is more. Limits: c ∓ t times the root of that variance, t the quantile of Student's t on B − 1 degrees of freedom, and no
    narrower than normal limits with the own v_i by chance alone. With equal v_i and normal figures t limits have the rate exactly in
    each period, whatever τ² is, while what periods have besides chance is independent; the other two rules make it less. A false signal
    tends to stay for some periods, so that one begins less often than that. Source: see the module.

    >>> usual = [MeanPoint(f"{month}", mean, 10.0, 60) for month, mean in enumerate([66.0, 70, 68, 73, 65, 69] * 2)]
    >>> lasting = [MeanPoint(f"{month}", 58.0, 10.0, 60) for month in range(12, 16)]
    >>> found = watch_series([*usual, *lasting])
    >>> round(found.centre, 1), round(found.usual_sd, 2), round(1 / found.false_alarm_rate)
    (68.5, 3.16, 370)
    >>> [(it.period, round(it.smoothed, 1), round(it.low, 1), round(it.high, 1)) for it in found.periods[:2]]
    [('12', 65.3, 65.2, 71.8), ('13', 63.1, 64.3, 72.7)]
    >>> [(it.period, it.side.value) for it in found.signals]
    [('13', 'below'), ('14', 'below'), ('15', 'below')]
    """
    assert 0 < weight <= 1, "a weight is a fraction above 0"
    respondents = int(sum(point.n for point in points[:baseline]))
    if baseline < SHORTEST_BASELINE or len(points) < baseline:
        return NotEstimable("short_baseline", respondents)
    if not all(point.n > 0 for point in points):
        return NotEstimable("no_respondents", 0)
    if not any(point.variance > 0 for point in points[:baseline]):
        return NotEstimable("no_variation", respondents)
    chance = _chance(points, baseline)
    usual = _Usual.of(
        [replace(point, variance=of) for point, of in zip(points[:baseline], chance.tolist(), strict=False)]
    )
    value = np.array([point.value for point in points[baseline:]])
    a = _weights(value.size, weight)
    smoothed = usual.centre + a @ (value - usual.centre)
    half = usual.half(a, chance[baseline:], 1 / run_length)
    periods = tuple(
        WatchedPeriod(
            point.period, point.value, level, usual.centre - edge, usual.centre + edge, _side(level, usual, edge)
        )
        for point, level, edge in zip(points[baseline:], smoothed.tolist(), half.tolist(), strict=True)
    )
    names = tuple(point.period for point in points[:baseline])
    return Watched(names, usual.centre, usual.sd, periods, weight, 1 / run_length)


def seen_share(respondents: float, level: float) -> float:
    """Return how often a lasting change of 3 standard deviations is seen within 7 periods, as a fraction in tenths.

    `respondents`: of a period of the baseline, on average; `level`: the usual one, a score of 0-100. 0.9; 0.8 with fewer than 30
    respondents, or beyond 85 or 15; 0.7 with both. Near an end of the scale answers lie skew, and a change makes them differ more. In
    simulated months with 12 to 20 respondents 81 to 91 % were seen at levels from 68 to 87, and 73 to 91 % at 93; with 60, 87 to 93 % at
    levels from 68 to 87, and 82 to 97 % at 93 (lowest and highest of τ 0, 2 and 4, and of two shapes of the answers). It takes as many
    respondents later: with half of 60, 70 to 84 % were seen at a level of 68 and 56 to 92 % at 93. Source: `benchmarks/charts.py`
    (`--respondents`, `--level`).

    >>> seen_share(60, 68.0), seen_share(15, 68.0), seen_share(60, 93.0), seen_share(15, 93.0)
    (0.9, 0.8, 0.8, 0.7)
    """
    few, near_end = respondents < _MANY_RESPONDENTS, not 100 - _NEAR_END <= level <= _NEAR_END
    if few and near_end:
        return _SEEN_OF_FEW_NEAR_END
    return _SEEN_OF_FEW if few or near_end else SEEN_SHARE


@dataclass(frozen=True, slots=True)
class _Usual:
    """What a baseline of `size` periods tells: its centre, τ², and φ, at most 1, by which chance alone is too large.

    `chance` is the mean variance of its periods by chance. `centre_variance` is that of the centre with what was seen, `centre_chance`
    by chance alone; `sd` is of a usual period.
    """

    size: int
    centre: float
    tau2: float
    phi: float
    chance: float
    centre_variance: float
    centre_chance: float
    sd: float

    @classmethod
    def of(cls, baseline: Sequence[MeanPoint]) -> _Usual:
        """Return it."""
        spread = spread_of(baseline)
        value, chance = np.array([(point.value, point.variance) for point in baseline]).T
        precise = 1 / chance
        mean = float((precise * value).sum() / precise.sum())
        phi = min(1.0, float((precise * (value - mean) ** 2).sum()) / (value.size - 1))
        share = 1 / (chance + spread.tau2)
        share /= share.sum()
        return cls(
            size=value.size,
            centre=spread.centre,
            tau2=spread.tau2,
            phi=phi,
            chance=float(chance.mean()),
            centre_variance=float((share**2 * (phi * chance + spread.tau2)).sum()),
            centre_chance=float((share**2 * chance).sum()),
            sd=float(np.sqrt(np.median(chance) + spread.tau2)),
        )

    def half(self, a: NDArray[np.float64], chance: NDArray[np.float64], rate: float) -> NDArray[np.float64]:
        """Return how far the limits of each smoothed level lie from the centre."""
        from scipy.special import ndtri, stdtrit

        moved = a.sum(axis=1) ** 2
        # What a small baseline tells of τ² is blurred by its own chance: with less chance later, an error in τ² would be all there is.
        blurred = np.maximum(chance, self.chance)
        seen = a**2 @ (self.phi * blurred + self.tau2) + moved * self.centre_variance
        least = a**2 @ chance + moved * self.centre_chance
        wide: NDArray[np.float64] = np.maximum(
            stdtrit(self.size - 1, 1 - rate / 2) * np.sqrt(seen), -ndtri(rate / 2) * np.sqrt(least)
        )
        return wide


def _chance(points: Sequence[MeanPoint], baseline: int) -> NDArray[np.float64]:
    """Return the variance of each period by chance; where all answers were equal what the baseline has for so many respondents.

    A few equal answers do not say that nobody would have answered otherwise.
    """
    variance, n = np.array([(point.variance, point.n) for point in points]).T
    seen = variance[:baseline] > 0
    of_one = float(np.median((variance * n)[:baseline][seen]))
    found: NDArray[np.float64] = np.where(variance > 0, variance, of_one / n)
    return found


def _weights(periods: int, weight: float) -> NDArray[np.float64]:
    """Return what each period counts for in each smoothed level: (level, period)."""
    age = np.subtract.outer(np.arange(periods), np.arange(periods))
    found: NDArray[np.float64] = np.where(age >= 0, weight * (1 - weight) ** np.maximum(age, 0), 0.0)
    return found


def _side(level: float, usual: _Usual, edge: float) -> Side | None:
    if abs(level - usual.centre) <= edge:
        return None
    return Side.ABOVE if level > usual.centre else Side.BELOW
