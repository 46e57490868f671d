"""From arrays of estimates to figures: interval, effective number, flags, or the reason why there is no figure.

A flag says what a reader must know: few degrees of freedom (below 8), a design effect above 3, fewer than 30 respondents or
an effective number below 30, more than 20 % who skipped the question or 30 % to whom it does not apply, one respondent with
more than 20 % of the weight. A share is unreliable when its exact interval is 30 points wide, or
more than 5 points and 130 % of the share itself; a score is imprecise when half its interval is more than a quarter of the
standard deviation. Source: National Center for Health Statistics (2017), Vital and Health Statistics 2(175), for shares;
the other limits are rules of this program.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.intervals import (
    METHODS,
    ShareIntervals,
    clopper_pearson_interval,
    korn_graubard_n,
    share_intervals,
    t_interval,
)
from analysis.plan import AnalysisPlan
from analysis.quantities import Quantity
from analysis.results import SHARES, Cell, Estimate, Figure, Flag, Inference, Interval, Measure, Method, NotEstimable
from analysis.tabulation.estimates import Estimates, design_effects
from analysis.tabulation.estimating import Quality

# Thresholds of the flags.
_LOW_DF = 8
_HIGH_DEFF = 3.0
_SMALL = 30
_ITEM_NONRESPONSE = 0.2
_NOT_APPLICABLE = 0.3
_HEAVY = 0.2
_WIDE_PART_OF_SD = 0.25
# Shares are unreliable from this width of the exact interval, or from the next when it is so much of the share itself.
_WIDE_SHARE, _NARROW_SHARE, _WIDE_PART_OF_SHARE = 0.3, 0.05, 1.3


@dataclass(frozen=True, slots=True)
class Place:
    """Where figures stand: the units and the levels of a breakdown. In `collapsed` units cells were taken together."""

    units: tuple[str, ...]
    breakdown: str
    levels: tuple[str, ...]
    collapsed: frozenset[str] = frozenset()

    def cells(self, asked: Sequence[Quantity]) -> Iterator[Cell]:
        """Return the cells of quantities, by unit and then by level."""
        for it in asked:
            for unit in self.units:
                for level in self.levels:
                    yield Cell(it.measure, it.item, it.category, unit, self.breakdown, level)


def figures_of(
    place: Place, asked: Sequence[Quantity], estimates: Estimates, quality: Quality, plan: AnalysisPlan
) -> dict[Cell, Figure]:
    """Return the figure of every quantity, unit and level: value and interval in its unit, and its flags; or why not.

    The effective number is n over the design effect, or by weights alone where that is unknown.

    >>> from analysis.design import Design
    >>> from analysis.plan import NumberItem
    >>> from analysis.tabulation.estimates import estimate_means
    >>> from analysis.tabulation.moments import Moments
    >>> moments = Moments(*np.array([25, 25, 70, 9600, 25, 0, 9600]).reshape(7, 1, 1, 1))  # 25 answers, s² = 400
    >>> found = estimate_means(moments, Design(np.array([25]), np.array([np.inf]), ("",), np.array([0])))
    >>> quality, asked = Quality(*np.zeros((3, 1, 1, 1))), (Quantity(Measure.MEAN, "q"),)
    >>> plan = AnalysisPlan(items={"q": NumberItem(kind="number")})
    >>> (figure,) = figures_of(Place(("",), "", ("",)), asked, found, quality, plan).values()
    >>> figure.value, round(figure.se, 6), round(figure.interval.low, 2), sorted(flag.value for flag in figure.flags)
    (70.0, 4.0, 61.74, ['imprecise', 'small'])
    """
    shares, totals = (
        np.array([it.measure in measures for it in asked])[:, None, None] for measures in (SHARES, (Measure.TOTAL,))
    )
    intervals = _intervals(estimates, shares, plan)
    effects = design_effects(estimates, plan.inference, of_totals=totals)
    effective = np.where(effects > 0, estimates.n / np.where(effects > 0, effects, 1.0), estimates.kish_n)
    flags = _precision_flags(estimates, intervals, effective, (shares, totals), plan)
    flags |= _answer_flags(estimates, quality, place)
    arrays = (
        _reasons(estimates, shares),
        estimates.value,
        np.sqrt(estimates.variance),
        intervals.low,
        intervals.high,
        estimates.n,
        effective,
        estimates.population,
        estimates.df.astype(np.float64),
        np.where(np.isnan(effects) | estimates.census, -1.0, effects),
        intervals.method,
        estimates.open_population,
        sum(where.astype(np.int64) << position for position, where in enumerate(flags.values())),
    )
    make = _Maker(tuple(flags), plan.inference)
    rows = zip(*(np.ravel(array).tolist() for array in arrays), strict=True)
    return {cell: make.figure(*row) for cell, row in zip(place.cells(asked), rows, strict=True)}


class _Maker:
    """Makes figures of plain numbers; one set of flags serves all figures that share it."""

    def __init__(self, flags: tuple[Flag, ...], inference: Inference) -> None:
        self._flags, self._inference = flags, inference
        self._sets: dict[int, frozenset[Flag]] = {}

    def figure(  # noqa: PLR0913, PLR0917 - one column of numbers each
        self,
        reason: str,
        value: float,
        se: float,
        low: float,
        high: float,
        n: int,
        effective_n: float,
        population: float,
        df: float,
        deff: float,
        method: int,
        open_population: bool,  # noqa: FBT001 - one of the columns
        flags: int,
    ) -> Figure:
        """Return the figure, or its reason."""
        if reason:
            return NotEstimable(reason, n)
        return Estimate(
            value=value,
            se=se,
            interval=Interval(low, high),
            respondents=n,
            effective_n=effective_n,
            population=population,
            df=df,
            deff=None if deff < 0 else deff,
            method=METHODS[method],
            inference=Inference.PROCESS if open_population else self._inference,
            flags=self._named(flags),
        )

    def _named(self, flags: int) -> frozenset[Flag]:
        if flags not in self._sets:
            self._sets[flags] = frozenset(flag for place, flag in enumerate(self._flags) if flags >> place & 1)
        return self._sets[flags]


def _reasons(estimates: Estimates, shares: NDArray[np.bool_]) -> NDArray[np.object_]:
    """Return why there is no figure, or an empty text. When everyone answered, nothing needs to be estimated.

    Where all gave the same answer, a mean would get an interval without width, which says more than the sample knows;
    a share has an interval of its own for that.
    """
    reasons: NDArray[np.object_] = np.full(estimates.n.shape, "", dtype=np.object_)
    reasons[(estimates.variance <= 0) & ~estimates.census & ~shares] = "no_variation"
    reasons[(estimates.df <= 0) & ~estimates.census] = "no_degrees_of_freedom"
    reasons[estimates.failed] = "lonely_stratum"
    reasons[estimates.n == 1] = "one_respondent"
    reasons[estimates.n == 0] = "no_respondents"
    return reasons


def _intervals(estimates: Estimates, shares: NDArray[np.bool_], plan: AnalysisPlan) -> ShareIntervals:
    df = np.maximum(estimates.df, 1).astype(np.float64)
    low, high = t_interval(estimates.value, estimates.variance, df, confidence=plan.confidence)
    of_shares = share_intervals(estimates, plan.inference, confidence=plan.confidence)
    method = np.where(estimates.census, METHODS.index(Method.CENSUS), METHODS.index(Method.T)).astype(np.int8)
    return ShareIntervals(
        np.where(shares, of_shares.low, np.where(estimates.census, estimates.value, low)),
        np.where(shares, of_shares.high, np.where(estimates.census, estimates.value, high)),
        np.where(shares, of_shares.method, method),
    )


def _precision_flags(
    estimates: Estimates,
    intervals: ShareIntervals,
    effective: NDArray[np.float64],
    kinds: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    plan: AnalysisPlan,
) -> dict[Flag, NDArray[np.bool_]]:
    """Return what follows from the estimates; `kinds` says which are shares and which are totals."""
    shares, totals = kinds
    open_end = ~estimates.census
    half = (intervals.high - intervals.low) / 2
    unreliable = _unreliable(estimates, shares & open_end, plan)
    effects = np.where(effective > 0, estimates.n / np.where(effective > 0, effective, 1.0), 0.0)
    return {
        Flag.LOW_DF: (estimates.df < _LOW_DF) & open_end,
        Flag.HIGH_DEFF: (effects > _HIGH_DEFF) & open_end,
        Flag.BOUNDARY: shares & ((estimates.value <= 0) | (estimates.value >= 1)),
        Flag.CENSUS: estimates.census,
        Flag.LONELY: estimates.lonely,
        Flag.SMALL: (estimates.n < _SMALL) | ((effective < _SMALL) & open_end),
        Flag.IMPRECISE: unreliable
        | (~shares & ~totals & open_end & (half > _WIDE_PART_OF_SD * np.sqrt(estimates.spread))),
        Flag.UNRELIABLE: unreliable,
    }


def _unreliable(estimates: Estimates, shares: NDArray[np.bool_], plan: AnalysisPlan) -> NDArray[np.bool_]:
    """Return which of the shares are too uncertain to publish, by the width of Korn and Graubard's interval.

    Source: National Center for Health Statistics (2017), Vital and Health Statistics 2(175).
    """
    share, variance = np.clip(estimates.value[shares], 0.0, 1.0), estimates.variance[shares]
    edge = (share <= 0) | (share >= 1) | (variance <= 0)
    n, df = (
        np.maximum(estimates.n[shares], 2).astype(np.float64),
        np.maximum(estimates.df[shares], 1).astype(np.float64),
    )
    inner, spread = np.where(edge, 0.5, share), np.where(edge, 1.0, variance)
    effective = korn_graubard_n(inner, spread, n, df, confidence=plan.confidence)
    size = np.maximum(np.where(edge, estimates.kish_n[shares], effective), 1.0)
    low, high = clopper_pearson_interval(share, size, confidence=plan.confidence)
    width = high - low
    found: NDArray[np.bool_] = np.zeros(shares.shape, dtype=np.bool_)
    found[shares] = (width >= _WIDE_SHARE) | ((width > _NARROW_SHARE) & (width > _WIDE_PART_OF_SHARE * share))
    return found


def _answer_flags(estimates: Estimates, quality: Quality, place: Place) -> dict[Flag, NDArray[np.bool_]]:
    collapsed = np.array([unit in place.collapsed for unit in place.units])[:, None]
    return {
        Flag.ITEM_NONRESPONSE: quality.skipped > _ITEM_NONRESPONSE,
        Flag.NOT_APPLICABLE: quality.not_applicable > _NOT_APPLICABLE,
        Flag.HEAVY: quality.heaviest > _HEAVY,
        Flag.COLLAPSED: np.broadcast_to(collapsed, estimates.n.shape),
    }
