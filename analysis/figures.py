"""From arrays of estimates to figures: interval, effective number, flags, or the reason why there is no figure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.estimates import Estimates, design_effects
from analysis.intervals import METHODS, ShareIntervals, share_intervals, t_interval
from analysis.plan import AnalysisPlan
from analysis.results import Cell, Estimate, Figure, Flag, Inference, Interval, Method, NotEstimable

# Thresholds of the flags.
_LOW_DF = 8
_HIGH_DEFF = 3.0
_SMALL = 30
_ITEM_NONRESPONSE = 0.2
_WIDE_SHARE = 0.3
_WIDE_PART_OF_SD = 0.25


def figures_of(
    cells: Sequence[Sequence[Sequence[Cell]]],
    estimates: Estimates,
    shares: NDArray[np.bool_],
    totals: NDArray[np.bool_],
    skipped: NDArray[np.float64],
    plan: AnalysisPlan,
) -> dict[Cell, Figure]:
    """Return the figure of every cell. `shares` and `totals` say what a variable is; `skipped` is item non-response."""
    intervals = _intervals(estimates, shares, plan)
    effects = design_effects(estimates, plan.inference, of_totals=totals[:, None, None])
    effective = np.where(effects > 0, estimates.n / np.where(effects > 0, effects, 1.0), estimates.kish_n)
    flags = _flags(estimates, intervals, effective, skipped, shares, totals)
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
        sum(where.astype(np.int64) << place for place, where in enumerate(flags.values())),
    )
    listed = (cell for of_variable in cells for of_unit in of_variable for cell in of_unit)
    make = _Maker(tuple(flags), plan.inference)
    rows = zip(*(np.ravel(array).tolist() for array in arrays), strict=True)
    return {cell: make.figure(*row) for cell, row in zip(listed, rows, strict=True)}


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
    reasons[(estimates.variance <= 0) & ~estimates.census & ~shares[:, None, None]] = "no_variation"
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
    chosen = shares[:, None, None]
    return ShareIntervals(
        np.where(chosen, of_shares.low, np.where(estimates.census, estimates.value, low)),
        np.where(chosen, of_shares.high, np.where(estimates.census, estimates.value, high)),
        np.where(chosen, of_shares.method, method),
    )


def _flags(
    estimates: Estimates,
    intervals: ShareIntervals,
    effective: NDArray[np.float64],
    skipped: NDArray[np.float64],
    shares: NDArray[np.bool_],
    totals: NDArray[np.bool_],
) -> dict[Flag, NDArray[np.bool_]]:
    share, width = shares[:, None, None], intervals.high - intervals.low
    open_end = ~estimates.census
    wide = np.where(share, width >= _WIDE_SHARE, width / 2 > _WIDE_PART_OF_SD * np.sqrt(estimates.spread))
    effects = np.where(effective > 0, estimates.n / np.where(effective > 0, effective, 1.0), 0.0)
    return {
        Flag.LOW_DF: (estimates.df < _LOW_DF) & open_end,
        Flag.HIGH_DEFF: (effects > _HIGH_DEFF) & open_end,
        Flag.BOUNDARY: share & ((estimates.value <= 0) | (estimates.value >= 1)),
        Flag.CENSUS: estimates.census,
        Flag.LONELY: estimates.lonely,
        Flag.SMALL: (estimates.n < _SMALL) | ((effective < _SMALL) & open_end),
        Flag.ITEM_NONRESPONSE: skipped > _ITEM_NONRESPONSE,
        Flag.IMPRECISE: wide & open_end & ~totals[:, None, None],
    }
