"""The variance of fitted weights: from tables of raking cells as from rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rowwise import datasets, simulated

from analysis import engine
from analysis.dataset import Dataset
from analysis.design import Lonely
from analysis.engine import analyse
from analysis.plan import AnalysisPlan
from analysis.quantities import quantities
from analysis.results import Estimate, Inference
from analysis.rows.clustered import Cells, RowDesign
from analysis.rows.row_estimates import estimate_rows
from analysis.tabulation import fitted_tables
from analysis.tabulation.estimating import cut_by
from analysis.tabulation.fitted_tables import FittedTables, tables_fit
from analysis.tabulation.tables import tabulate_all
from analysis.weighting.raking import Margin
from analysis.weighting.residuals import fitted_to_margins, fitted_to_numbers

CODES = {"a": {"score": 0}, "b": {"score": 25}, "c": {"score": 50}, "d": {"score": 100, "positive": True}}
PLAN = AnalysisPlan.model_validate(
    {
        "items": {
            "q1": {"kind": "scale", "codes": CODES},
            "q2": {"kind": "scale", "codes": {code: {} for code in CODES}},
            "cost": {"kind": "number", "total": True},
        },
        "subgroups": ["age"],
    }
)


def fitted(dataset: Dataset) -> Dataset:
    """Weights fitted to age by unit and to the strata; the weights before differ between the rows of a cell."""
    unit = dataset.design().unit_of_stratum()[dataset.stratum]
    age = dataset.groupings[0].member.astype(np.int64) + 1
    after = dataset.weights * (1 + 0.2 * age)
    margins = [
        Margin(part, np.bincount(part, weights=after)) for part in (unit * 3 + age, dataset.stratum.astype(np.int64))
    ]
    before = dataset.weights * np.linspace(0.5, 2, unit.size)
    _, of_unit = np.unique(unit, return_inverse=True)
    return replace(dataset, weights=after, calibrations=(fitted_to_margins(before, after, margins, of_unit),))


@given(datasets(), st.sampled_from([it for it in Lonely if it is not Lonely.AVERAGE]), st.sampled_from(Inference))
def test_tables_of_raking_cells_give_the_estimates_of_rows(
    dataset: Dataset, lonely: Lonely, inference: Inference
) -> None:
    drawn = fitted(dataset)
    assert tables_fit(drawn, lonely)
    tables = tabulate_all(drawn)
    asked, design = quantities(drawn, PLAN), drawn.design(lonely)
    unit = design.unit_of_stratum()[drawn.stratum]
    by_cells = FittedTables(drawn)
    for of_units, units in ((design.together(), 1), (design, len(design.units))):
        for breakdown, grouping in ((tables.everyone, None), (tables.breakdowns[0], drawn.groupings[0])):
            cut = cut_by(tables, breakdown, of_units)
            level = np.zeros_like(unit) if grouping is None else grouping.member.astype(np.int64)
            cells = Cells(unit if units > 1 else 0 * unit, level, units, len(cut.levels))
            rows = RowDesign(drawn.sample(lonely), cells, inference)
            for lot, found in by_cells.estimates(cut, asked, grouping, design, inference):
                expected = estimate_rows(drawn, lot, rows)
                np.testing.assert_array_equal(found.n, expected.n)
                np.testing.assert_array_equal(found.df, expected.df)
                np.testing.assert_allclose(found.value, expected.value, rtol=1e-9, atol=1e-9)
                some = found.n > 0
                size = 1e-9 * (found.value**2 + found.spread + 1) * np.maximum(found.population, 1) ** 0
                assert np.all(
                    np.abs(found.variance - expected.variance)[some] <= (1e-6 * expected.variance + size)[some]
                )
                for name in ("census", "lonely", "failed", "open_population"):
                    np.testing.assert_array_equal(getattr(found, name)[some], getattr(expected, name)[some], name)


def test_an_analysis_of_fitted_weights_has_the_figures_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = fitted(simulated(7, [12, 9, 15, 11], [30, 40, 20, 30]))
    of_tables = analyse(drawn, PLAN).figures
    monkeypatch.setattr(engine, "tables_fit", lambda *_: False)
    of_rows = analyse(drawn, PLAN).figures
    assert of_tables.keys() == of_rows.keys()
    for cell, figure in of_rows.items():
        found = of_tables[cell]
        if isinstance(figure, Estimate):
            assert isinstance(found, Estimate)
            shown = (figure.value, figure.se, figure.effective_n)
            assert (found.value, found.se, found.effective_n) == pytest.approx(shown, rel=1e-9)
            assert found.flags == figure.flags
        else:
            assert found == figure


def test_units_in_several_blocks_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = fitted(simulated(7, [12, 9, 15, 11, 8, 9], [30, 40, 20, 30, 5, 9]))
    tables, design = tabulate_all(drawn), drawn.design()
    cut = cut_by(tables, tables.everyone, design.together())
    asked = quantities(drawn, PLAN)
    ((_, whole),) = FittedTables(drawn).estimates(cut, asked, None, design, Inference.FINITE)
    monkeypatch.setattr(fitted_tables, "_CELLS_AT_A_TIME", 1)
    ((_, blocks),) = FittedTables(drawn).estimates(cut, asked, None, design, Inference.FINITE)
    np.testing.assert_allclose(blocks.variance, whole.variance, rtol=1e-12)


def test_other_designs_and_fits_go_over_rows() -> None:
    dataset = simulated(3, [12, 9, 15], [30, 40, 20])
    drawn = fitted(dataset)
    (fit,) = drawn.calibrations
    numbers = fitted_to_numbers(dataset.weights, dataset.weights, np.ones((36, 1)))
    over_units = fitted_to_margins(
        dataset.weights, dataset.weights, [Margin(np.zeros(36, dtype=np.int64), np.array([36.0]))]
    )
    assert tables_fit(drawn, Lonely.ADJUST)
    assert not tables_fit(drawn, Lonely.AVERAGE)
    assert not tables_fit(dataset, Lonely.ADJUST)
    assert not tables_fit(replace(drawn, calibrations=(numbers,)), Lonely.ADJUST)
    assert not tables_fit(replace(drawn, calibrations=(over_units,)), Lonely.ADJUST)
    assert not tables_fit(replace(drawn, calibrations=(fit, fit)), Lonely.ADJUST)
