"""Controlled rounding: parts that still add up, and the same answer whoever asks how often.

Every part becomes the multiple below or above it; which ones go up is decided by the largest remainders, and among equal
remainders by order. No chance is involved, so asking twice gives nothing new.
Source: Balinski & Young (1982), Fair Representation, ch. 3 (Hamilton's rule); Cox (1987), JASA 82, 520-524 (controlled rounding).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import floor

from analysis.policy import Rounding
from analysis.results import (
    SHARES,
    Cell,
    Comparison,
    Estimate,
    Interval,
    NotEstimable,
    ProtectedComparison,
    ProtectedFigure,
    ProtectedResults,
    Suppressed,
)

# Binary fractions such as 0.29/0.01 miss their multiple by this much at most.
_EXACT = 1e-9


def round_to(value: float, base: float) -> float:
    """Return the nearest multiple of the base; halfway goes up.

    >>> round_to(12, 5), round_to(13, 5), round_to(12.5, 5)
    (10, 15, 15)
    """
    return _multiple(floor(value / base + 0.5 + _EXACT), base)


def round_share_interval(interval: Interval, value: float, base: float) -> Interval:
    """Return the interval of a rounded share: outwards to multiples of the base, around the share, within 0 to 1.

    >>> round_share_interval(Interval(0.6709, 0.8291), 0.75, 0.01)
    Interval(low=0.67, high=0.83)
    """
    found = _outwards(interval, value, base)
    return Interval(max(0.0, found.low), min(1.0, found.high))


def round_parts(parts: Sequence[float], base: float, *, total: float | None = None) -> tuple[float, ...]:
    """Return the parts as multiples of the base that add up to the rounded total. Without `total`: to that of their sum.

    >>> round_parts([0.335, 0.335, 0.33], 0.01)
    (0.34, 0.33, 0.33)
    >>> round_parts([12, 12, 12], 5)
    (15, 10, 10)
    """
    steps = [floor(part / base + _EXACT) for part in parts]
    whole = round_to(sum(parts) if total is None else total, base)
    missing = floor(whole / base + 0.5) - sum(steps)
    remainders = [part / base - step for part, step in zip(parts, steps, strict=True)]
    # Parts of a total that was rounded elsewhere may need a step more or less than their remainders ask for.
    order = sorted(range(len(parts)), key=lambda k: (-remainders[k], k))
    for k in range(abs(missing)) if parts else ():
        steps[order[k % len(parts)] if missing > 0 else order[-1 - k % len(parts)]] += 1 if missing > 0 else -1
    return tuple(_multiple(step, base) for step in steps)


def round_results(results: ProtectedResults, rounding: Rounding) -> ProtectedResults:
    """Return results with counts and shares rounded so that the units add up to all together, and answers to everybody.

    Whatever would tell the exact count is rounded alike: populations, degrees of freedom. Intervals of shares are rounded
    outwards, differences of shares as the shares are, standard errors to two significant digits. Scores and means stay.

    >>> from analysis.policy import DisclosurePolicy
    >>> results = ProtectedResults({}, {}, {"": 54, "GM1": 31, "GM2": 23}, {}, DisclosurePolicy())
    >>> round_results(results, Rounding(counts=5)).respondents
    {'': 55, 'GM1': 30, 'GM2': 25}
    """
    counts = _round_units(results.respondents, rounding.counts)
    shares = _round_shares(results.figures, rounding.shares)
    figures = {cell: _rounded(it, rounding, shares.get(cell)) for cell, it in results.figures.items()}
    comparisons = {
        pair: _rounded_comparison(it, rounding, of_shares=pair.cell.measure in SHARES)
        for pair, it in results.comparisons.items()
    }
    return replace(results, figures=figures, comparisons=comparisons, respondents=counts)


def significant(value: float, digits: int = 2) -> float:
    """Return a number in so many significant digits: what a standard error may say.

    >>> significant(0.02345), significant(231.0)
    (0.023, 230.0)
    """
    return float(f"{value:.{digits}g}")


def _multiple(step: int, base: float) -> float:
    """Return the multiple without the noise of binary fractions: 29 times 0.01 is 0.29."""
    return step * base if isinstance(base, int) else round(step * base, 12)


def _round_units(counts: Mapping[str, int | Suppressed], base: int) -> dict[str, int | Suppressed]:
    """Return counts of units that add up to the rounded total, where all of them are shown."""
    shown = {unit: n for unit, n in counts.items() if unit and not isinstance(n, Suppressed)}
    together = counts.get("")
    complete = isinstance(together, int) and sum(shown.values()) == together
    if complete:
        rounded = dict(zip(shown, round_parts(list(shown.values()), base), strict=True))
    else:
        rounded = {unit: round_to(n, base) for unit, n in shown.items()}
    if isinstance(together, int):
        rounded[""] = round_to(together, base)
    return {unit: n if isinstance(n, Suppressed) else int(rounded[unit]) for unit, n in counts.items()}


def _rounded(figure: ProtectedFigure, rounding: Rounding, share: float | None) -> ProtectedFigure:
    """Return a figure with rounded counts, and with its rounded `share` where it is one."""
    if isinstance(figure, Suppressed):
        return figure
    base = rounding.counts
    respondents = int(round_to(figure.respondents, base))
    if not isinstance(figure, Estimate):
        return NotEstimable(figure.reason, respondents)
    # A release has millions of figures: to name every field takes half the time of `replace`.
    return Estimate(
        value=figure.value if share is None else share,
        se=significant(figure.se),
        interval=figure.interval if share is None else round_share_interval(figure.interval, share, rounding.shares),
        respondents=respondents,
        effective_n=round_to(figure.effective_n, base),
        population=round_to(figure.population, base),
        df=round_to(figure.df, base),
        deff=figure.deff,
        method=figure.method,
        inference=figure.inference,
        flags=figure.flags,
        df_rule=figure.df_rule,
    )


def _rounded_comparison(comparison: ProtectedComparison, rounding: Rounding, *, of_shares: bool) -> ProtectedComparison:
    """Return a difference with rounded counts; that of shares is rounded as well, or it would tell what the shares do not."""
    base = rounding.counts
    if isinstance(comparison, Suppressed):
        return comparison
    respondents = int(round_to(comparison.respondents, base))
    if not isinstance(comparison, Comparison):
        return NotEstimable(comparison.reason, respondents)
    reference = int(round_to(comparison.reference_respondents, base))
    df, se = round_to(comparison.df, base), significant(comparison.se)
    counts = replace(comparison, respondents=respondents, reference_respondents=reference, df=df, se=se)
    if not of_shares:
        return counts
    difference = round_to(comparison.difference, rounding.shares)
    return replace(
        counts,
        difference=difference,
        interval=_outwards(comparison.interval, difference, rounding.shares),
        p_value=significant(comparison.p_value),
        p_adjusted=significant(comparison.p_adjusted),
        effect_size=significant(comparison.effect_size),
    )


def _round_shares(figures: Mapping[Cell, ProtectedFigure], base: float) -> dict[Cell, float]:
    """Return shares as whole steps: those of all answers in one place add up to 1."""
    together: dict[tuple[str, ...], dict[Cell, float]] = defaultdict(dict)
    for cell, figure in figures.items():
        if cell.measure in SHARES and isinstance(figure, Estimate):
            together[cell.measure, cell.item, cell.unit, cell.breakdown, cell.level][cell] = figure.value
    return {
        cell: value
        for shares in together.values()
        for cell, value in zip(shares, _shares(list(shares.values()), base), strict=True)
    }


def _shares(values: Sequence[float], base: float) -> tuple[float, ...]:
    # Options of which one may choose several do not add up to 1, and need not.
    if abs(sum(values) - 1) < _EXACT:
        return round_parts(values, base, total=1.0)
    return tuple(round_to(value, base) for value in values)


def _outwards(interval: Interval, value: float, base: float) -> Interval:
    low = _multiple(floor(interval.low / base + _EXACT), base)
    high = _multiple(-floor(-interval.high / base + _EXACT), base)
    return Interval(min(low, value), max(high, value))
