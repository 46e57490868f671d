"""Comparisons of units with the references of a plan, as results: interval, p-value within its family, relevance."""

from __future__ import annotations

import numpy as np

from analysis.comparison import Differences, adjust_p, compare_units, p_values
from analysis.design import Design
from analysis.intervals import t_interval
from analysis.moments import CellTable
from analysis.plan import AnalysisPlan
from analysis.quantities import Quantity, moments_of
from analysis.results import Cell, Comparison, Interval, Measure, NotEstimable, Pair

# A difference matters from 3 points on the scale of 100, or from a tenth of a standard deviation.
_POINTS = 3.0
_PART_OF_SD = 0.1
_SIGNIFICANT = 0.05
_COMPARED = (Measure.SCORE, Measure.SHARE, Measure.MEAN)


def compare_all(
    table: CellTable, asked: tuple[Quantity, ...], design: Design, plan: AnalysisPlan
) -> dict[Pair, Comparison | NotEstimable]:
    """Return every unit against all units together, for each score, share of positive answers and mean."""
    compared = tuple(it for it in asked if it.measure in _COMPARED)
    found = compare_units(moments_of(table, compared), design, plan.comparison_inference)
    p = p_values(found)
    interval = t_interval(found.difference, found.variance, np.maximum(found.df, 1.0), confidence=plan.confidence)
    result: dict[Pair, Comparison | NotEstimable] = {}
    for row, it in enumerate(compared):
        reasons = [_reason(found, row, unit) for unit in range(len(design.units))]
        estimable = np.array([not reason for reason in reasons])
        adjusted = np.ones(len(reasons))
        adjusted[estimable] = adjust_p(p[row, estimable, 0])
        for unit, name in enumerate(design.units):
            cell, at = Cell(it.measure, it.item, it.category, name), (row, unit, 0)
            if reasons[unit]:
                result[Pair(cell)] = NotEstimable(reasons[unit], int(found.n[at]))
                continue
            shown = Interval(float(interval[0][at]), float(interval[1][at]))
            result[Pair(cell)] = _comparison(it, found, at, shown, (float(p[at]), float(adjusted[unit])), plan)
    return result


def _reason(found: Differences, row: int, unit: int) -> str:
    n, rest = found.n[row, unit, 0], found.total_n[row, unit, 0] - found.n[row, unit, 0]
    if min(n, rest) < 2:  # noqa: PLR2004 - one respondent shows no spread
        return "no_respondents" if min(n, rest) == 0 else "one_respondent"
    if found.failed[row, unit, 0]:
        return "lonely_stratum"
    if found.variance[row, unit, 0] <= 0:
        return "no_variation"
    return "no_degrees_of_freedom" if found.df[row, unit, 0] <= 0 else ""


def _comparison(
    asked: Quantity,
    found: Differences,
    at: tuple[int, int, int],
    interval: Interval,
    p: tuple[float, float],
    plan: AnalysisPlan,
) -> Comparison:
    """Return one comparison; `p` is the p-value and the adjusted one."""
    difference, sd = float(found.difference[at]), float(np.sqrt(found.spread[at]))
    points = {Measure.SCORE: _POINTS, Measure.SHARE: _POINTS / 100}.get(asked.measure, np.inf)
    matters = abs(difference) >= min(points, _PART_OF_SD * sd)
    return Comparison(
        difference=difference,
        se=float(np.sqrt(found.variance[at])),
        interval=interval,
        df=float(found.df[at]),
        p_value=p[0],
        p_adjusted=p[1],
        family=f"{asked.measure}:{asked.item}",
        relevant=bool(matters and p[1] < _SIGNIFICANT),
        respondents=int(found.n[at]),
        reference_respondents=int(found.total_n[at]),
        inference=plan.comparison_inference,
    )
