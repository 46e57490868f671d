"""The engine: a data set and a plan in, results out. Encode, tabulate, estimate, contrast.

Tables carry designs of one stage without fitted weights; what they do not carry is computed over rows, in the same form.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.comparison.comparing import compare_all, compare_all_by_row, has_contrasts
from analysis.dataset import Dataset, Grouping
from analysis.design import Design
from analysis.figures import Place, figures_of
from analysis.origin import fingerprints, origin_of
from analysis.plan import AnalysisPlan
from analysis.quantities import Quantity, quantities
from analysis.results import Cell, Comparison, Figure, Measure, NotEstimable, Origin, Pair, Results
from analysis.rows.clustered import Cells, RowDesign
from analysis.rows.quantile_figures import quantile_figures
from analysis.rows.row_estimates import estimate_rows
from analysis.tabulation.contributing import contributions_of
from analysis.tabulation.estimates import Estimates
from analysis.tabulation.estimating import Cut, cut_by, in_chunks
from analysis.tabulation.fitted_tables import FittedTables, tables_fit
from analysis.tabulation.merging import expanded
from analysis.tabulation.tables import Tables, tabulate_all
from analysis.tabulation.tabulating import CellTable

_ROWS_NEEDED = "tables do not carry everything that this plan asks for"


def analyse(dataset: Dataset, plan: AnalysisPlan) -> Results:
    """Return every figure that the plan asks for, per unit and for all units together.

    For everyone and for each level of the subgroups, as `quantities` lists them. Units are compared with all units
    together and with the references of the plan. Results are unprotected: only `disclosure.protect` makes them fit to be
    shown.
    """
    tables = tabulate_all(dataset)
    results = results_of(tables, plan, origin_of(fingerprints(dataset), plan), dataset)
    return replace(results, contributions=contributions_of(dataset, plan))


def needs_rows(dataset: Dataset, plan: AnalysisPlan) -> bool:
    """Return whether there is something that tables do not carry."""
    of_rows = any(not it.of_tables for it in quantities(dataset, plan))
    return of_rows or bool(dataset.stages or dataset.calibrations)


def results_of(tables: Tables, plan: AnalysisPlan, origin: Origin, dataset: Dataset | None = None) -> Results:
    """Return the results of tables; the rows behind them come along where they are needed."""
    design, asked = tables.design(plan.lonely), quantities(tables, plan)
    designs = [design.together()] if design.units == ("",) else [design.together(), design]
    fitted = FittedTables(dataset) if dataset is not None and tables_fit(dataset, plan.lonely) else None
    figures: dict[Cell, Figure] = {}
    for position, breakdown in enumerate((tables.everyone, *tables.breakdowns)):
        chosen = [it for it in asked if not breakdown.breakdown or it.item != breakdown.breakdown]
        rows = None if dataset is None else _Rows(dataset, fitted, position - 1)
        for of_units in designs if breakdown.levels else ():
            place = Place(of_units.units, breakdown.breakdown, breakdown.levels, tables.collapsed)
            figures |= _figures(cut_by(tables, breakdown, of_units), place, chosen, plan, rows)
    respondents = np.add.reduceat(tables.everyone.rows[:, 0], design.starts)
    counts = {unit: int(n) for unit, n in zip(design.units, respondents, strict=True)}
    populations = _populations(tables.everyone, design)
    comparisons = _comparisons(tables, asked, design, plan, dataset)
    return Results(figures, comparisons, counts | {"": sum(counts.values())}, populations, origin=origin)


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """The rows behind tables, as a breakdown cuts them: the grouping at a `position`, or everyone (-1).

    `fitted` are the tables of weights that were fitted to margins, where these carry the design.
    """

    dataset: Dataset
    fitted: FittedTables | None
    position: int

    @property
    def only(self) -> bool:
        """Whether plain tables do not carry the variances of this design."""
        return bool(self.dataset.stages or self.dataset.calibrations)

    @property
    def grouping(self) -> Grouping | None:
        """The breakdown of the rows."""
        return None if self.position < 0 else self.dataset.groupings[self.position]

    def cells(self, cut: Cut) -> Cells:
        """Return the unit and level of every row."""
        stratum = self.dataset.stratum
        unit = np.zeros(stratum.size, dtype=np.int64)
        if len(cut.units) > 1:
            unit = self.dataset.design().unit_of_stratum()[stratum]
        level = np.zeros(stratum.size, dtype=np.int64)
        if self.grouping is not None:
            level = self.grouping.member.astype(np.int64)
        return Cells(unit, level, len(cut.units), len(cut.levels))


def _figures(
    cut: Cut, place: Place, asked: Sequence[Quantity], plan: AnalysisPlan, rows: _Rows | None
) -> dict[Cell, Figure]:
    found: dict[Cell, Figure] = {}
    for chunk, estimates in _estimates(cut, asked, plan, rows):
        found |= figures_of(place, chunk, estimates, cut.quality(chunk, estimates.population), plan)
    quantiles = [it for it in asked if it.measure is Measure.QUANTILE]
    if quantiles:
        assert rows is not None, _ROWS_NEEDED
        found |= quantile_figures(rows.dataset, quantiles, rows.cells(cut), place, plan)
    return found


def _estimates(
    cut: Cut, asked: Sequence[Quantity], plan: AnalysisPlan, rows: _Rows | None
) -> Iterator[tuple[tuple[Quantity, ...], Estimates]]:
    """Return the estimates of all quantities but quantiles, in lots: from tables as far as they carry them."""
    of_tables = [it for it in asked if it.of_tables]
    others = [it for it in asked if it.measure is Measure.RATIO]
    if rows is None or not rows.only:
        for chunk in in_chunks(of_tables, cut):
            yield chunk, cut.estimates(chunk, plan.inference)
    elif rows.fitted is not None:
        design = rows.dataset.design(plan.lonely)
        yield from rows.fitted.estimates(cut, of_tables, rows.grouping, design, plan.inference)
    else:
        others = of_tables + others
    if others:
        assert rows is not None, _ROWS_NEEDED
        of_rows = RowDesign(rows.dataset.sample(plan.lonely), rows.cells(cut), plan.inference)
        for chunk in in_chunks(others, cut):
            yield chunk, estimate_rows(rows.dataset, chunk, of_rows)


def _comparisons(
    tables: Tables, asked: tuple[Quantity, ...], design: Design, plan: AnalysisPlan, dataset: Dataset | None
) -> dict[Pair, Comparison | NotEstimable]:
    if dataset is not None and (dataset.stages or dataset.calibrations):
        return compare_all_by_row(dataset, asked, plan)
    of_tables = tuple(it for it in asked if it.of_tables)
    contrasted = (it for it in tables.breakdowns if has_contrasts(it.breakdown, it.levels, plan))
    breakdowns = (expanded(tables, it) for it in contrasted)
    return compare_all(tables.everyone, of_tables, design, plan, breakdowns)


def _populations(table: CellTable, design: Design) -> dict[str, float]:
    known = np.where(np.isinf(design.population), table.w1[:, 0], design.population)
    by_unit = np.add.reduceat(known, design.starts)
    return {unit: float(n) for unit, n in zip(design.units, by_unit, strict=True)} | {"": float(known.sum())}
