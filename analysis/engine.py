"""The engine: a data set and a plan in, results out. Encode, tabulate, estimate, contrast."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.comparison import Differences, adjust_p, compare_units, p_values
from analysis.dataset import NOT_ASKED, SKIPPED, Dataset
from analysis.design import Design
from analysis.encoding import category_scores, category_values
from analysis.estimates import Estimates, estimate_means, estimate_totals
from analysis.figures import figures_of
from analysis.intervals import t_interval
from analysis.moments import CellTable, Moments, Recode, join, numbers, recode, tabulate
from analysis.plan import AnalysisPlan, NumberItem, ScaleItem
from analysis.results import Cell, Comparison, Figure, Interval, Measure, NotEstimable, Results

# A difference matters from 3 points on the scale of 100, or from a tenth of a standard deviation.
_POINTS = 3.0
_PART_OF_SD = 0.1
_SIGNIFICANT = 0.05
_COMPARED = (Measure.SCORE, Measure.SHARE, Measure.MEAN)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One variable that is estimated: a recode of a coded column, or (no recode) a number."""

    measure: Measure
    item: str
    category: str = ""
    recode: Recode | None = None
    number: int = -1


def analyse(dataset: Dataset, plan: AnalysisPlan) -> Results:
    """Return every figure that the plan asks for, per unit and for all units together.

    Each scored item and composite has a score, items with positive answers a share, closed items their distribution,
    numbers and grades a mean (numbers a total when asked), for everyone and for each level of the subgroups. Units are compared with
    all units together. Results are unprotected: only `disclosure.protect` makes them fit to be shown.
    """
    design = dataset.design(plan.lonely)
    asked = tuple(_asked(dataset, plan))
    figures: dict[Cell, Figure] = {}
    comparisons: dict[Cell, Comparison | NotEstimable] = {}
    table = tabulate(dataset)
    for grouping in (None, *dataset.groupings):
        cells = tabulate(dataset, grouping) if grouping else table
        chosen = tuple(it for it in asked if not grouping or it.item != grouping.breakdown)
        figures |= _figures(cells, chosen, design, plan)
    if len(design.units) > 1:
        compared = tuple(it for it in asked if it.measure in _COMPARED)
        comparisons = _comparisons(table, compared, design, plan)
    respondents = np.add.reduceat(table.rows[:, 0], design.starts)
    counts = {unit: int(n) for unit, n in zip(design.units, respondents, strict=True)}
    populations = _populations(table, design)
    return Results(figures, comparisons, counts | {"": sum(counts.values())}, populations)


def _asked(dataset: Dataset, plan: AnalysisPlan) -> Iterator[_Asked]:
    for column, coded in enumerate(dataset.coded):
        item = plan.items[coded.item]
        if coded.option:
            yield _Asked(Measure.CATEGORY, coded.item, coded.option, Recode(column, (0.0, 1.0)))
        else:
            assert isinstance(item, ScaleItem)
            yield from _asked_of_scale(column, coded.item, item)
    for number, name in enumerate(dataset.numbers):
        item_or_composite = plan.items.get(name)
        measure = Measure.MEAN if item_or_composite else Measure.SCORE
        yield _Asked(measure, name, number=number)
        if isinstance(item_or_composite, NumberItem) and item_or_composite.total:
            yield _Asked(Measure.TOTAL, name, number=number)


def _asked_of_scale(column: int, name: str, item: ScaleItem) -> Iterator[_Asked]:
    if item.scored:
        yield _Asked(Measure.SCORE, name, recode=Recode(column, category_scores(item)))
    if item.numbered:
        yield _Asked(Measure.MEAN, name, recode=Recode(column, category_values(item)))
    if item.has_positive:
        positive = tuple(float(code.positive) for code in item.codes.values())
        yield _Asked(Measure.SHARE, name, recode=Recode(column, positive))
    for place, code in enumerate(item.codes):
        chosen = tuple(float(place == other) for other in range(len(item.codes)))
        yield _Asked(Measure.CATEGORY, name, code, Recode(column, chosen))


def _moments(table: CellTable, asked: tuple[_Asked, ...]) -> Moments:
    """Return the moments of all variables, recodes before numbers: the order in which they are asked."""
    recodes = tuple(it.recode for it in asked if it.recode)
    return join(recode(table, recodes), numbers(table, tuple(it.number for it in asked if not it.recode)))


def _figures(table: CellTable, asked: tuple[_Asked, ...], design: Design, plan: AnalysisPlan) -> dict[Cell, Figure]:
    found: dict[Cell, Figure] = {}
    designs = [design.together()] if design.units == ("",) else [design.together(), design]
    moments = _moments(table, asked)
    totals = np.array([it.measure is Measure.TOTAL for it in asked])
    for of_units in designs:
        estimates = estimate_means(moments, of_units, plan.inference)
        if totals.any():
            estimates = _choose(totals, estimate_totals(moments, of_units, plan.inference), estimates)
        shares = np.array([it.measure in (Measure.SHARE, Measure.CATEGORY) for it in asked])
        skipped = _skipped(table, asked, of_units)
        cells = [
            [
                [Cell(it.measure, it.item, it.category, unit, table.breakdown, level) for level in table.levels]
                for unit in of_units.units
            ]
            for it in asked
        ]
        found |= figures_of(cells, estimates, shares, totals, skipped, plan)
    return found


def _choose(totals: NDArray[np.bool_], of_totals: Estimates, of_means: Estimates) -> Estimates:
    chosen = totals[:, None, None]
    return Estimates(
        value=np.where(chosen, of_totals.value, of_means.value),
        variance=np.where(chosen, of_totals.variance, of_means.variance),
        n=of_means.n,
        population=of_means.population,
        df=of_means.df,
        spread=of_means.spread,
        kish_n=of_means.kish_n,
        census=of_means.census,
        lonely=of_means.lonely,
        failed=of_means.failed,
        open_population=of_means.open_population,
    )


def _skipped(table: CellTable, asked: tuple[_Asked, ...], design: Design) -> NDArray[np.float64]:
    """Return the share of those asked who skipped the item, per variable, unit and level. Composites skip nothing."""
    result: NDArray[np.float64] = np.zeros((len(asked), len(design.units), len(table.levels)))
    for row, it in enumerate(asked):
        by_code = table.missing[it.number] if it.recode is None else table.n[it.recode.column]
        by_unit = np.add.reduceat(by_code, design.starts, axis=0)
        routed = by_unit.sum(axis=-1) - by_unit[..., NOT_ASKED]
        result[row] = by_unit[..., SKIPPED] / np.maximum(routed, 1)
    return result


def _populations(table: CellTable, design: Design) -> dict[str, float]:
    known = np.where(np.isinf(design.population), table.w1[:, 0], design.population)
    by_unit = np.add.reduceat(known, design.starts)
    return {unit: float(n) for unit, n in zip(design.units, by_unit, strict=True)} | {"": float(known.sum())}


def _comparisons(
    table: CellTable, asked: tuple[_Asked, ...], design: Design, plan: AnalysisPlan
) -> dict[Cell, Comparison | NotEstimable]:
    found = compare_units(_moments(table, asked), design, plan.comparison_inference)
    p = p_values(found)
    interval = t_interval(found.difference, found.variance, np.maximum(found.df, 1.0), confidence=plan.confidence)
    result: dict[Cell, Comparison | NotEstimable] = {}
    for row, it in enumerate(asked):
        reasons = [_reason(found, row, unit) for unit in range(len(design.units))]
        estimable = np.array([not reason for reason in reasons])
        adjusted = np.ones(len(reasons))
        adjusted[estimable] = adjust_p(p[row, estimable, 0])
        for unit, name in enumerate(design.units):
            cell, at = Cell(it.measure, it.item, it.category, name), (row, unit, 0)
            if reasons[unit]:
                result[cell] = NotEstimable(reasons[unit], int(found.n[at]))
                continue
            shown = Interval(float(interval[0][at]), float(interval[1][at]))
            result[cell] = _comparison(it, found, at, shown, (float(p[at]), float(adjusted[unit])), plan)
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
    asked: _Asked,
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
