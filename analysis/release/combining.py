"""Combining released figures: one figure for several areas together, from what was published of each of them and nothing else.

Whoever has the release can compute the same. It tells nothing of who is behind the figures that was not told before; that the group as a
whole may be shown is for disclosure control to say (`analysis.disclosure.asking`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import hypot
from typing import Final

from analysis.disclosure.rounding import round_share_interval, round_to
from analysis.policy import Rounding
from analysis.results import SHARES, Interval, Measure, NotEstimable

# Figures that are means over clients, and the lowest and highest that each can be (None: no limit). Totals, ratios and quantiles are not.
LIMITS: Final[dict[Measure, tuple[float, float] | None]] = {
    Measure.SCORE: (0.0, 100.0),
    Measure.MEAN: None,
    Measure.SHARE: (0.0, 1.0),
    Measure.CATEGORY: (0.0, 1.0),
    Measure.MISSING: (0.0, 1.0),
}


@dataclass(frozen=True, slots=True)
class AreaFigure:
    """A released figure of one area, or of several together, in the unit of its measure.

    `respondents` is unweighted; `population` is the number of clients for whom they stand.
    """

    value: float
    interval: Interval
    respondents: int
    effective_n: float
    population: float


def combine_areas(parts: Sequence[AreaFigure], measure: Measure) -> AreaFigure | NotEstimable:
    """Return the figure of areas together: the mean of their figures, each counting for its clients.

    value = Σ Wᵢ yᵢ, with Wᵢ = Nᵢ / Σ N; low = value − √Σ (Wᵢ (yᵢ − lowᵢ))², high = value + √Σ (Wᵢ (highᵢ − yᵢ))² (MOVER: each side has an
    uncertainty of its own, recovered from the same side of the areas), within what the measure can be; effective n = 1 / Σ (Wᵢ² / nᵢ),
    with nᵢ the effective n of an area. Areas are independent samples, as strata are. Where shares are near 0 or 1 the intervals of areas
    are lopsided, and so is this one: of two areas in which all 20 of 20 said yes it goes down to 0.88. One area gives its own interval.

    Source: Zou, Huang & Zhang (2009), Computational Statistics & Data Analysis 53, 1080-1085 (MOVER of a sum of shares); Cochran (1977),
    Sampling Techniques, 3rd ed., section 5.3, formula 5.1 (stratified mean).

    >>> north = AreaFigure(0.80, Interval(0.68, 0.89), 60, 60.0, 300.0)
    >>> south = AreaFigure(0.60, Interval(0.49, 0.70), 90, 90.0, 100.0)
    >>> found = combine_areas([north, south], Measure.SHARE)
    >>> round(found.value, 4), round(found.interval.low, 4), round(found.interval.high, 4), found.respondents
    (0.75, 0.6559, 0.822, 150)
    >>> round(found.effective_n, 1), found.population
    (99.3, 400.0)
    >>> everybody = AreaFigure(1.0, Interval(0.83, 1.0), 20, 20.0, 1000.0)
    >>> round(combine_areas([everybody, everybody], Measure.SHARE).interval.low, 2)
    0.88
    """
    limits = LIMITS[measure]
    population = sum(part.population for part in parts)
    if population <= 0:
        return NotEstimable("no_cases", sum(part.respondents for part in parts))
    weights = [part.population / population for part in parts]
    value = sum(weight * part.value for weight, part in zip(weights, parts, strict=True))
    below = _together(weights, [part.value - part.interval.low for part in parts])
    above = _together(weights, [part.interval.high - part.value for part in parts])
    low, high = limits or (value - below, value + above)
    uncertain = sum(w**2 / part.effective_n for w, part in zip(weights, parts, strict=True) if part.effective_n > 0)
    return AreaFigure(
        value=value,
        interval=Interval(max(low, value - below), min(high, value + above)),
        respondents=sum(part.respondents for part in parts),
        effective_n=1 / uncertain if uncertain else 0.0,
        population=population,
    )


def round_combined(figure: AreaFigure, measure: Measure, rounding: Rounding) -> AreaFigure:
    """Return a combined figure as exact as the figures of its release: shares in whole steps, with intervals outwards.

    Source: Hundepool et al. (2012), Statistical Disclosure Control, section 5.4.3 (rounding).

    >>> figure = AreaFigure(0.754, Interval(0.6709, 0.8291), 150, 99.3, 400.0)
    >>> round_combined(figure, Measure.SHARE, Rounding()).interval
    Interval(low=0.67, high=0.83)
    """
    effective_n = round_to(figure.effective_n, rounding.counts)
    if measure not in SHARES:
        return replace(figure, effective_n=effective_n)
    value = round_to(figure.value, rounding.shares)
    interval = round_share_interval(figure.interval, value, rounding.shares)
    return replace(figure, value=value, interval=interval, effective_n=effective_n)


def _together(weights: Sequence[float], sides: Sequence[float]) -> float:
    """Return how far an interval reaches on one side, from how far those of the areas do on that side."""
    return hypot(*(weight * side for weight, side in zip(weights, sides, strict=True)))
