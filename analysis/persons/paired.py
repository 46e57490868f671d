"""Pairs of answers by themselves, before and after: signs, ranks, sizes of change and reliable change.

These describe the persons who answered twice, each counted once: no weights, no design, nobody else. The mean change with
the design speaks about the clients. All take arrays of pairs (NaN: no answer) and leave out persons without both.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, lgamma, log, sqrt

import numpy as np
from numpy.typing import NDArray

from analysis.persons.change import above_rounding
from analysis.results import NotEstimable

# Below these numbers the tests count all possibilities instead of using a limit distribution.
_FEW_DISCORDANT = 25
_FEW_RANKS = 25
_TWO_SIDED_95 = 1.96


@dataclass(frozen=True, slots=True)
class Discordance:
    """How many went from 0 to 1 (`gained`) and from 1 to 0 (`lost`), with two-sided p-values of no change.

    `statistic` is the chi-square of McNemar with continuity correction (1 df), `p_asymptotic` its p-value.
    """

    pairs: int
    gained: int
    lost: int
    statistic: float
    p_asymptotic: float
    p_exact: float

    @property
    def p_value(self) -> float:
        """The p-value to report: exact with fewer than 25 persons who changed."""
        return self.p_exact if self.gained + self.lost < _FEW_DISCORDANT else self.p_asymptotic


@dataclass(frozen=True, slots=True)
class SignedRanks:
    """`statistic`: sum of the ranks of persons who rose. `changed`: persons who did not stay equal. `exact`: all counted."""

    statistic: float
    p_value: float
    pairs: int
    changed: int
    exact: bool


@dataclass(frozen=True, slots=True)
class ChangeSizes:
    """The size of a change without its unit. `d_av` is for readers, `d_z` for planning: it grows with `correlation`.

    `g_av` is d_av without its bias in small groups. `mean` and `sd` are of after − before, in the unit of the answers.
    """

    pairs: int
    mean: float
    sd: float
    d_z: float
    d_av: float
    g_av: float
    correlation: float


@dataclass(frozen=True, slots=True)
class ReliableChange:
    """Persons whose change is larger than the error of measurement: more than `threshold`, in the unit of the answers."""

    threshold: float
    risen: int
    unchanged: int
    fallen: int


def discordance(before: NDArray[np.float64], after: NDArray[np.float64]) -> Discordance | NotEstimable:
    """Return McNemar's test of pairs of 0 and 1, exact and with its chi-square.

    χ² = (|b − c| − 1)²/(b + c), and 0 when b = c; exact: b of b + c is binomial with probability ½.
    Source: McNemar (1947), Psychometrika 12, 153-157; Edwards (1948), Psychometrika 13, 185-187.

    >>> found = discordance(np.array([0, 0, 0, 0, 1, 1.0]), np.array([1, 1, 1, 1, 0, 1.0]))
    >>> found.gained, found.lost, found.statistic, found.p_value
    (4, 1, 0.8, 0.375)
    """
    from scipy.special import bdtr, chdtrc

    start, end = _both(before, after)
    gained, lost = int(((start == 0) & (end == 1)).sum()), int(((start == 1) & (end == 0)).sum())
    changed = gained + lost
    if not changed:
        return NotEstimable("no_variation" if start.size else "no_respondents", start.size)
    statistic = (abs(gained - lost) - 1) ** 2 / changed if gained != lost else 0.0
    exact = min(1.0, 2 * float(bdtr(min(gained, lost), changed, 0.5)))
    return Discordance(start.size, gained, lost, statistic, float(chdtrc(1, statistic)), exact)


def signed_ranks(before: NDArray[np.float64], after: NDArray[np.float64]) -> SignedRanks | NotEstimable:
    """Return Wilcoxon's signed rank test of after − before; persons who stayed equal are left out, ties share a rank.

    From 25 changed persons on z = (|V − n(n+1)/4| − ½)/√(n(n+1)(2n+1)/24 − Σ(t³ − t)/48); below, all 2ⁿ signs.
    Source: Wilcoxon (1945), Biometrics Bulletin 1, 80-83; Lehmann (1975), Nonparametrics, section 3.2.

    >>> signed_ranks(np.array([1.0, 2, 3, 4, 5]), np.array([2.0, 4, 6, 8, 5]))
    SignedRanks(statistic=10.0, p_value=0.125, pairs=5, changed=4, exact=True)
    """
    from scipy.special import ndtr

    start, end = _both(before, after)
    change = (end - start)[end != start]
    n = change.size
    if not n:
        return NotEstimable("no_variation" if start.size else "no_respondents", start.size)
    _, group, count = np.unique(np.abs(change), return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[group]
    statistic = float(rank[change > 0].sum())
    if n < _FEW_RANKS:
        return SignedRanks(statistic, _exact_p(rank, statistic), start.size, n, exact=True)
    distance = abs(statistic - n * (n + 1) / 4)
    spread = sqrt(n * (n + 1) * (2 * n + 1) / 24 - float((count**3 - count).sum()) / 48)
    p_value = min(1.0, 2 * float(ndtr(-max(distance - 0.5, 0.0) / spread)))
    return SignedRanks(statistic, p_value, start.size, n, exact=False)


def change_sizes(before: NDArray[np.float64], after: NDArray[np.float64]) -> ChangeSizes | NotEstimable:
    """Return standardised sizes of the change.

    d_av = D̄/√((s²_before + s²_after)/2), d_z = D̄/s_D, g_av = J(n − 1)·d_av with
    J(m) = Γ(m/2)/(√(m/2) Γ((m − 1)/2)).
    Source: Hedges (1981), Journal of Educational Statistics 6, 107-128; Lakens (2013), Frontiers in Psychology 4, 863.

    >>> found = change_sizes(np.array([4.0, 5, 6, 7]), np.array([5.0, 5, 8, 8]))
    >>> [round(size, 4) for size in (found.mean, found.d_z, found.d_av, found.g_av)]
    [1.0, 1.2247, 0.6547, 0.4737]
    """
    start, end = _both(before, after)
    if start.size < 3:  # noqa: PLR2004 - the correction J needs two degrees of freedom
        return NotEstimable("too_few_pairs" if start.size else "no_respondents", start.size)
    change = end - start
    size = float(np.abs(start).max())
    s_before, s_after, s_change = (_spread(one, size) for one in (start, end, change))
    if not (s_before and s_after and s_change):
        return NotEstimable("no_variation", start.size)
    mean = float(change.mean())
    d_av = mean / sqrt((s_before**2 + s_after**2) / 2)
    correlation = float((start - start.mean()) @ (end - end.mean())) / ((start.size - 1) * s_before * s_after)
    return ChangeSizes(
        start.size, mean, s_change, mean / s_change, d_av, hedges_correction(start.size - 1) * d_av, correlation
    )


def reliable_change(
    before: NDArray[np.float64], after: NDArray[np.float64], reliability: float, among: NDArray[np.float64]
) -> ReliableChange | NotEstimable:
    """Return how many rose and fell by more than 1.96·√2·s·√(1 − r), with r the `reliability` (0 to below 1).

    s is the spread of `among`: the scores before of those whose reliability it is. A group of people who are more alike has
    a lower reliability with the same error s·√(1 − r), so that s of the one and r of the other make no error of
    measurement. That error alone makes one in twenty pass. Persons without a reliable change may well have changed.
    Source: Jacobson & Truax (1991), Journal of Consulting and Clinical Psychology 59, 12-19.

    >>> before, after = np.array([4.0, 5, 6, 7]), np.array([9.0, 5, 7, 7])
    >>> reliable_change(before, after, 0.85, before)
    ReliableChange(threshold=1.385..., risen=1, unchanged=3, fallen=0)
    """
    assert 0 <= reliability < 1, "a reliability is a fraction below 1"
    start, end = _both(before, after)
    known = among[~np.isnan(among)]
    if not start.size or known.size < 2:  # noqa: PLR2004 - one person shows no spread
        return NotEstimable("one_respondent" if start.size else "no_respondents", start.size)
    spread = _spread(known, float(np.abs(known).max()))
    if not spread:
        return NotEstimable("no_variation", start.size)
    threshold = _TWO_SIDED_95 * sqrt(2) * spread * sqrt(1 - reliability)
    risen, fallen = int((end - start > threshold).sum()), int((start - end > threshold).sum())
    return ReliableChange(threshold, risen, start.size - risen - fallen, fallen)


def hedges_correction(df: int) -> float:
    """Return J(m) = Γ(m/2)/(√(m/2) Γ((m − 1)/2)) for m = `df` of at least 2. Source: Hedges (1981).

    >>> round(hedges_correction(10), 4)
    0.9227
    """
    return exp(lgamma(df / 2) - log(sqrt(df / 2)) - lgamma((df - 1) / 2))


def _both(before: NDArray[np.float64], after: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the answers of persons who answered both times.

    >>> _both(np.array([1.0, np.nan, 3.0]), np.array([2.0, 5.0, np.nan]))
    (array([1.]), array([2.]))
    """
    present = ~np.isnan(before) & ~np.isnan(after)
    return before[present], after[present]


def _spread(values: NDArray[np.float64], size: float) -> float:
    """Return the standard deviation, 0 when it is only the rounding of numbers as large as `size`."""
    return sqrt(above_rounding(float(np.var(values, ddof=1)), size))


def _exact_p(rank: NDArray[np.float64], statistic: float) -> float:
    """Return the two-sided p-value over all signs of the ranks: how often the sum lies this far out on either side."""
    doubled = np.rint(2 * rank).astype(np.int64)  # ties have half ranks
    ways = np.ones(1)
    for step in doubled:
        ways = np.concatenate([ways, np.zeros(step)]) + np.concatenate([np.zeros(step), ways])
    place = int(np.rint(2 * statistic))
    tail = min(ways[: place + 1].sum(), ways[place:].sum())
    return min(1.0, 2 * float(tail / ways.sum()))
