"""How often does a watched series alarm without a change, and how soon does it see one? `watch_series` on simulated months.

Run: python benchmarks/charts.py [--times 2000] [--respondents 60] [--level 68.0]. A municipality watches eight indicators (antennas)
for 24 months, the first 12 of them the baseline. In one of them the level changes lastingly at a known month, in seven nothing does.
Answers lie on a scale of five steps (0, 25, … 100) with a standard deviation of about 25 at a mean of 68, and of less nearer to 100;
the number of respondents differs by month, and may be larger or smaller after the baseline; months may differ more than by chance
(τ), and go together with the month before (r). The seed is fixed: the same numbers of draws give the same table.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.series.control_charts import USUAL_RUN_LENGTH, ControlChart, ewma_chart
from analysis.series.in_control import MeanPoint
from analysis.series.watching import SEEN_SHIFT, SEEN_WITHIN, USUAL_BASELINE, Watched, watch_series

MONTHS = 24
QUIET = 7  # indicators in which nothing changes
SEED = 20261123
STEPS = np.array([0.0, 25.0, 50.0, 75.0, 100.0])
ANSWERS = np.array([0.03, 0.10, 0.22, 0.42, 0.23])  # of satisfied clients: mean 68, standard deviation 25.5
LEVEL = float(ANSWERS @ STEPS)


@dataclass(frozen=True)
class Setting:
    """What is simulated: `tau` between months in points, `shift` in standard deviations of a month from watched month `since` (from 0).

    There are about `respondents` a month in the baseline, and `later` in the months after it; as many without. `level`: the mean of
    the answers; `together`: the correlation of what two months next to each other have besides chance.
    """

    tau: float
    shift: float = SEEN_SHIFT
    since: int = 5
    respondents: float = 60.0
    later: float | None = None
    level: float = LEVEL
    together: float = 0.0

    @property
    def expected(self) -> NDArray[np.float64]:
        """How many respondents each month has on average."""
        later = self.respondents if self.later is None else self.later
        return np.where(np.arange(MONTHS) < USUAL_BASELINE, self.respondents, later)

    @property
    def answer_sd(self) -> float:
        """The standard deviation of answers around their level, in points."""
        answers = moved(np.array(self.level - LEVEL))
        return float(np.sqrt(answers @ STEPS**2 - (answers @ STEPS) ** 2))

    @property
    def month_sd(self) -> float:
        """The standard deviation of a month of the baseline, in points."""
        return float(np.hypot(self.answer_sd / np.sqrt(self.respondents), self.tau))


@dataclass(frozen=True)
class Found:
    """Of each time: the share of quiet months that lay beyond a limit, the quiet series that began to, and months until the shift was seen.

    `false` and `begun` are (time,), `delay` is (time,) with 0 for not seen at all: a shift that is seen in its first month has 1.
    """

    false: NDArray[np.float64]
    begun: NDArray[np.float64]
    delay: NDArray[np.int64]

    def seen_within(self, months: int) -> float:
        """Return the share of the shifts that was seen within so many months."""
        return float(((self.delay > 0) & (self.delay <= months)).mean())


def simulate(setting: Setting, times: int, seed: int = SEED, *, known: bool = False) -> Found:
    """Return what the chart does with so many municipalities. `known`: the usual smoothed chart, which takes the baseline as known."""
    rng = np.random.default_rng(seed)
    false, begun, delay = np.zeros(times), np.zeros(times), np.zeros(times, dtype=np.int64)
    watched = MONTHS - USUAL_BASELINE
    for time in range(times):
        beyond = np.array([_beyond(series, setting, known=known) for series in _indicators(rng, setting)])
        false[time] = beyond[1:].mean()
        begun[time] = beyond[1:].any(axis=1).mean() / watched
        after = np.flatnonzero(beyond[0, setting.since :])
        delay[time] = after[0] + 1 if after.size else 0
    return Found(false, begun, delay)


def _beyond(points: Sequence[MeanPoint], setting: Setting, *, known: bool) -> NDArray[np.bool_]:
    """Return which of the watched months lie beyond a limit."""
    if known:
        # This chart has no answer to a month in which all answers are equal, as there are with few respondents.
        points = [
            point if point.variance else replace(point, variance=setting.answer_sd**2 / point.n) for point in points
        ]
    found = ewma_chart(points, USUAL_BASELINE) if known else watch_series(points)
    assert isinstance(found, Watched | ControlChart)
    signals = {signal.period for signal in found.signals}
    return np.array([point.period in signals for point in points[USUAL_BASELINE:]])


def _indicators(rng: np.random.Generator, setting: Setting) -> Iterator[list[MeanPoint]]:
    """Yield the series of a municipality: first the one with a change (downwards), then those without."""
    level = setting.level - LEVEL + _besides_chance(rng, setting)
    level[0, USUAL_BASELINE + setting.since :] -= setting.shift * setting.month_sd
    n = np.maximum(rng.poisson(setting.expected, (1 + QUIET, MONTHS)), 10)
    counts = rng.multinomial(n, moved(level))
    mean = counts @ STEPS / n
    variance = (counts @ STEPS**2 / n - mean**2) / (n - 1)
    for rows in zip(mean.tolist(), variance.tolist(), n.tolist(), strict=True):
        yield [MeanPoint(f"{month:02}", *of) for month, of in enumerate(zip(*rows, strict=True))]


def _besides_chance(rng: np.random.Generator, setting: Setting) -> NDArray[np.float64]:
    """Return what months have besides chance, with the same variance in each: u_t = r·u_(t−1) + √(1 − r²)·e_t."""
    own = rng.normal(0.0, setting.tau, (1 + QUIET, MONTHS))
    own[:, 1:] *= np.sqrt(1 - setting.together**2)
    for month in range(1, MONTHS):
        own[:, month] += setting.together * own[:, month - 1]
    return own


def moved(by: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the chances of the answers whose mean lies so many points higher: p·exp(θx), the change that makes the least of it."""
    theta = np.linspace(-0.12, 0.12, 481)
    chances = ANSWERS * np.exp(theta[:, None] * STEPS)
    chances /= chances.sum(axis=1, keepdims=True)
    found = np.interp(by, chances @ STEPS - ANSWERS @ STEPS, theta)
    wanted: NDArray[np.float64] = ANSWERS * np.exp(found[..., None] * STEPS)
    wanted /= wanted.sum(axis=-1, keepdims=True)
    return wanted


def table(times: int, respondents: float, level: float) -> Iterator[str]:
    """Yield the lines of the table."""
    yield (
        f"| chart | τ (r) | respondents, baseline and later"
        f" | SD of a month | false signals, of watched months (95 %) | a false alarm begins"
        f" | shift | from watched month | seen within 3 / {SEEN_WITHIN} / 12 months | median delay |"
    )
    yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    usual = Setting(0.0, respondents=respondents, level=level)
    settings = [replace(usual, tau=tau, shift=shift, since=since) for tau in TAUS for shift, since in SHIFTS]
    settings += [replace(usual, tau=tau, later=factor * respondents) for factor in LATER for tau in TAUS]
    settings += [replace(usual, tau=TAU_TOGETHER, together=together) for together in TOGETHER]
    for setting in settings:
        yield _line("watch_series", setting, simulate(setting, times))
    for setting in (replace(usual, tau=tau) for tau in TAUS):
        yield _line("ewma_chart", setting, simulate(setting, times, known=True))


TAUS = (0.0, 2.0, 4.0)
TAU_TOGETHER = 3.0
TOGETHER = (0.0, 0.3, 0.5, 0.7)  # the correlation between two months next to each other, besides chance
SHIFTS = ((SEEN_SHIFT, 5), (SEEN_SHIFT, 0), (2.0, 5), (4.0, 5))
LATER = (0.5, 2.0, 4.0, 10.0)  # times as many respondents a month as in the baseline


def _line(chart: str, setting: Setting, found: Found) -> str:
    rate, error = found.false.mean(), found.false.std(ddof=1) / np.sqrt(found.false.size)
    low, high = max(rate - 1.96 * error, 0.0), rate + 1.96 * error
    seen = " / ".join(f"{found.seen_within(it):.0%}" for it in (3, SEEN_WITHIN, 12) if it <= 12 - setting.since)
    delay = np.where(found.delay > 0, found.delay, MONTHS)
    median = f"{np.median(delay):.0f}" if np.median(delay) < MONTHS else "not seen"
    return (
        f"| `{chart}` | {setting.tau:.0f} ({setting.together:.1f}) | {setting.expected[0]:.0f}, {setting.expected[-1]:.0f}"
        f" | {setting.month_sd:.1f}"
        f" | {rate:.2%} ({low:.2%} to {high:.2%}), {_one_in(float(rate))}"
        f" | {_one_in(float(found.begun.mean()))} | {setting.shift:.0f} SD | {setting.since + 1} | {seen} | {median} |"
    )


def _one_in(rate: float) -> str:
    return f"1 in {1 / rate:.0f}" if rate else "never"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=2000, help="municipalities for each line")
    parser.add_argument("--respondents", type=float, default=60.0, help="a month, on average")
    parser.add_argument("--level", type=float, default=LEVEL, help="the usual mean of the answers, from 0 to 100")
    given = parser.parse_args()
    print(f"Stated: false signals in at most 1 of {USUAL_RUN_LENGTH:.0f} watched months.\n")
    for line in table(given.times, given.respondents, given.level):
        print(line, flush=True)


if __name__ == "__main__":
    main()
