"""Who is missing afterwards, and what happens to a group that was chosen for its low score: two traps of before and after."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from analysis.persons.change import Change, change_against_control
from analysis.results import Inference, NotEstimable
from analysis.rows.linearising import Linearised, by_level, means
from analysis.rows.sample import Sample


@dataclass(frozen=True, slots=True)
class ScoreGroup:
    """Persons with a score from `low` to `high` at the start: how many there were, and the share that is missing later."""

    low: float
    high: float
    started: int
    missing: int
    share: float


@dataclass(frozen=True, slots=True)
class DropOut:
    """Who is missing afterwards among those who answered before. `share` is weighted, a fraction; `se` its standard error.

    `difference`: start score of the missing minus that of the others, with its interval: beside 0 they began elsewhere, and the change is
    that of others. `standardised_difference`: the same in standard deviations.
    """

    started: int
    missing: int
    share: float
    se: float
    difference: Change | NotEstimable
    standardised_difference: float | NotEstimable
    by_score: tuple[ScoreGroup, ...]


@dataclass(frozen=True, slots=True)
class RegressionToTheMean:
    """The change that a second measurement shows although nobody changed, in the unit of the score.

    `distance` of the group from the reference at the start, in standard deviations of the reference. Whether it is more than chance:
    `start_difference`.
    """

    expected_change: float
    distance: float


def drop_out(
    before: NDArray[np.float64], after: NDArray[np.float64], sample: Sample, *, groups: int = 3
) -> DropOut | NotEstimable:
    """Return the drop-out between two measurements (NaN: no answer), in `groups` of about equal size by start score.

    (x̄_missing − x̄_others)/√((s²_missing + s²_others)/2), weighted. Equal scores stay in one group.
    Source: Austin (2009), Statistics in Medicine 28, 3083-3107.

    >>> from analysis.rows.sample import one_stage
    >>> before, after = np.array([2.0, 4.0, 3.0, 7.0, 8.0, 9.0]), np.array([np.nan, np.nan, 4.0, 7.0, 8.0, 9.0])
    >>> found = drop_out(before, after, one_stage(np.ones(6)), groups=2)
    >>> found.missing, round(found.share, 3), round(found.standardised_difference, 2)
    (2, 0.333, -1.78)
    >>> round(found.difference.interval.high, 1)  # 0 lies inside
    0.3
    """
    started = sample.within(~np.isnan(before))
    if not started.counted.any():
        return NotEstimable("no_respondents", 0)
    gone = np.isnan(after)
    share = means(gone.astype(np.float64)[:, None], started)
    return DropOut(
        started=int(share.n[0]),
        missing=int((gone & started.counted).sum()),
        share=float(share.value[0]),
        se=sqrt(share.covariance(started, Inference.PROCESS).variance[0]),
        difference=start_difference(before, gone, started),
        standardised_difference=_difference(before, gone, started),
        by_score=_by_score(before, gone, started, groups),
    )


def start_difference(
    score: NDArray[np.float64], chosen: NDArray[np.bool_], sample: Sample, *, confidence: float = 0.95
) -> Change | NotEstimable:
    """Return the mean score of the `chosen` minus that of all others (NaN: no answer), with its interval.

    Only beside 0 it says that the chosen began elsewhere: groups that differ by chance alone lie easily 0.25 sd apart. As
    `change_against_control`, of a score instead of a change. Source: Welch (1947), Biometrika 34, 28-35.

    >>> from analysis.rows.sample import one_stage
    >>> found = start_difference(np.array([2.0, 4, 3, 7, 8, 9]), np.arange(6) < 2, one_stage(np.ones(6)))
    >>> found.value, round(found.interval.low, 1), round(found.interval.high, 1)
    (-3.75, -7.8, 0.3)
    """
    found = change_against_control(score, chosen, sample, confidence=confidence)
    return found if isinstance(found, NotEstimable) else found.difference


def regression_to_the_mean(
    selected: NDArray[np.float64], reference: NDArray[np.float64], reliability: float
) -> RegressionToTheMean | NotEstimable:
    """Return the change to expect of persons `selected` from a `reference` population by the score itself.

    (1 − r)(μ − x̄): an unreliable score (r = `reliability`, 0-1) lies nearer to the mean μ the second time.
    Source: Barnett, van der Pols & Dobson (2005), International Journal of Epidemiology 34, 215-220.

    >>> regression_to_the_mean(np.array([3.0, 4.0, 5.0]), np.array([3.0, 4.0, 5.0, 8.0, 10.0]), 0.75).expected_change
    0.5
    """
    assert 0 <= reliability <= 1, "a reliability is a fraction"
    chosen, others = selected[~np.isnan(selected)], reference[~np.isnan(reference)]
    if not chosen.size or others.size < 2:  # noqa: PLR2004 - one person shows no spread
        return NotEstimable("no_respondents", chosen.size)
    spread = float(np.std(others, ddof=1))
    if not spread:
        return NotEstimable("no_variation", chosen.size)
    below = float(others.mean() - chosen.mean())
    return RegressionToTheMean((1 - reliability) * below, -below / spread)


def _difference(before: NDArray[np.float64], gone: NDArray[np.bool_], started: Sample) -> float | NotEstimable:
    """Return the standardised difference of the start score, the missing minus the others."""
    y = by_level(before, np.where(gone, 0, 1), 2)
    mean = means(y, started)
    if mean.n.min() < 2:  # noqa: PLR2004 - one person shows no spread
        return NotEstimable("one_respondent" if mean.n.min() else "no_respondents", int(mean.n.min()))
    variance = _spread(y, mean, started)
    if not variance.sum():
        return NotEstimable("no_variation", int(mean.n.min()))
    return float(mean.value[0] - mean.value[1]) / sqrt(variance.sum() / 2)


def _spread(y: NDArray[np.float64], mean: Linearised, sample: Sample) -> NDArray[np.float64]:
    """Return s² = n/(n − 1) Σ w(y − ȳ)²/Σ w of each column."""
    spread: NDArray[np.float64] = means((y - mean.value) ** 2, sample).value * mean.n / (mean.n - 1)
    return spread


def _by_score(
    before: NDArray[np.float64], gone: NDArray[np.bool_], started: Sample, groups: int
) -> tuple[ScoreGroup, ...]:
    """Return the drop-out by start score; fewer groups where equal scores fill more than one."""
    score = before[started.counted]
    edges = np.unique(np.quantile(score, np.arange(1, groups) / groups, method="inverted_cdf"))
    group = np.searchsorted(edges, before)  # a score on an edge belongs below it; NaN goes last and is not counted
    found: list[ScoreGroup] = []
    for number in np.unique(group[started.counted]):
        members = started.within(group == number)
        inside = members.counted
        share = means(gone.astype(np.float64)[:, None], members).value[0]
        low, high = before[inside].min(), before[inside].max()
        found.append(ScoreGroup(float(low), float(high), int(inside.sum()), int((gone & inside).sum()), float(share)))
    return tuple(found)
