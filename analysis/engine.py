"""The engine: a data set and a plan in, results out. Encode, tabulate, estimate, contrast."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.comparing import compare_all
from analysis.dataset import NOT_ASKED, SKIPPED, Dataset
from analysis.design import Design
from analysis.estimates import Estimates, estimate_means, estimate_totals
from analysis.figures import figures_of
from analysis.moments import CellTable, tabulate
from analysis.plan import AnalysisPlan
from analysis.quantities import Quantity, moments_of, quantities
from analysis.results import Cell, Comparison, Figure, Measure, NotEstimable, Pair, Results


def analyse(dataset: Dataset, plan: AnalysisPlan) -> Results:
    """Return every figure that the plan asks for, per unit and for all units together.

    Each scored item and composite has a score, items with positive answers a share, closed items their distribution,
    numbers and grades a mean (numbers a total when asked), for everyone and for each level of the subgroups. Units are compared with
    all units together. Results are unprotected: only `disclosure.protect` makes them fit to be shown.
    """
    design = dataset.design(plan.lonely)
    asked = quantities(dataset, plan)
    figures: dict[Cell, Figure] = {}
    comparisons: dict[Pair, Comparison | NotEstimable] = {}
    table = tabulate(dataset)
    for grouping in (None, *dataset.groupings):
        cells = tabulate(dataset, grouping) if grouping else table
        chosen = tuple(it for it in asked if not grouping or it.item != grouping.breakdown)
        figures |= _figures(cells, chosen, design, plan)
    if len(design.units) > 1:
        comparisons = compare_all(table, asked, design, plan)
    respondents = np.add.reduceat(table.rows[:, 0], design.starts)
    counts = {unit: int(n) for unit, n in zip(design.units, respondents, strict=True)}
    populations = _populations(table, design)
    return Results(figures, comparisons, counts | {"": sum(counts.values())}, populations)


def _figures(table: CellTable, asked: tuple[Quantity, ...], design: Design, plan: AnalysisPlan) -> dict[Cell, Figure]:
    found: dict[Cell, Figure] = {}
    designs = [design.together()] if design.units == ("",) else [design.together(), design]
    moments = moments_of(table, asked)
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


def _skipped(table: CellTable, asked: tuple[Quantity, ...], design: Design) -> NDArray[np.float64]:
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
