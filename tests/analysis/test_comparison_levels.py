"""Levels and waves within a unit: from tables and from rows, and beside the tests of textbooks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rowwise import LEVELS, SCORES, datasets, number, score, simulated

from analysis.comparison.differences import compare_levels, p_values
from analysis.dataset import VALID, Dataset
from analysis.design import Lonely
from analysis.results import Inference
from analysis.rows.sample import Sample, Stage
from analysis.rows.unit_rows import by_unit, compare_levels_of_rows
from analysis.tabulation.moments import Recode, join, numbers, recode
from analysis.tabulation.tabulating import tabulate

SCORE = Recode(0, SCORES)


@given(datasets(), st.sampled_from(Lonely), st.sampled_from(Inference), st.booleans())
def test_levels_differ_the_same_from_tables_and_from_rows(
    dataset: Dataset,
    lonely: Lonely,
    inference: Inference,
    together: bool,  # noqa: FBT001 - drawn
) -> None:
    grouping = dataset.groupings[0]
    design = dataset.design(lonely).together() if together else dataset.design(lonely)
    cells = tabulate(dataset, grouping)
    of_cells = join(recode(cells, (SCORE,)), numbers(cells, (0,)))
    table = compare_levels(of_cells, design, 1, np.array([0]), inference)
    split = by_unit(dataset.sample(lonely), design.unit_of_stratum()[dataset.stratum], len(design.units))
    sides = (grouping.member == 1, grouping.member == 0)
    values = np.stack([np.where(valid, y, np.nan) for y, valid in (score(dataset), number(dataset))], axis=1)
    rows = compare_levels_of_rows(values, sides, split, inference)
    known = np.minimum(table.n, table.reference_n) > 0
    assert np.array_equal(table.n, rows.n)
    assert np.array_equal(table.reference_n, rows.reference_n)
    assert np.array_equal(table.failed[known], rows.failed[known])
    assert rows.difference[known] == pytest.approx(table.difference[known], rel=1e-9, abs=1e-8)
    assert rows.variance[known] == pytest.approx(table.variance[known], rel=1e-6, abs=1e-6)
    clear = known & (table.variance > 1e-3)
    assert rows.df[clear] == pytest.approx(table.df[clear], rel=1e-5)


@given(datasets())
def test_a_level_and_the_other_differ_as_much_one_way_as_the_other(dataset: Dataset) -> None:
    cells = tabulate(dataset, dataset.groupings[0])
    found = [
        compare_levels(numbers(cells, (0,)), dataset.design(), level, np.array([1 - level]))
        for level in range(len(LEVELS))
    ]
    np.testing.assert_allclose(found[0].difference, -found[1].difference, rtol=1e-12)
    np.testing.assert_allclose(found[0].variance, found[1].variance, rtol=1e-9)


def test_waves_of_separate_samples_compare_like_welch() -> None:
    from scipy.stats import ttest_ind

    dataset = simulated(8, [20, 50], [1000, 1000])
    everyone = replace(dataset, status=np.full_like(dataset.status, VALID), weights=np.ones(70))
    wave = replace(dataset.groupings[0], member=dataset.stratum.astype(np.int16))
    found = compare_levels(numbers(tabulate(everyone, wave), (0,)), everyone.design().together(), 1, np.array([0]))
    y, _ = number(everyone)
    welch = ttest_ind(y[wave.member == 1], y[wave.member == 0], equal_var=False)
    assert found.difference.item() / np.sqrt(found.variance.item()) == pytest.approx(welch.statistic)
    assert found.df.item() == pytest.approx(welch.df)
    assert p_values(found).item() == pytest.approx(welch.pvalue)


def test_persons_who_answered_twice_compare_like_pairs() -> None:
    from scipy.stats import ttest_rel

    rng = np.random.default_rng(3)
    before = rng.normal(60, 10, 40)
    after = before + rng.normal(2, 4, 40)
    person = np.tile(np.arange(40), 2)
    stage = Stage(person, np.zeros(80, dtype=np.int64), np.array([np.inf]))
    panel = Sample(np.ones(80), (stage,), np.ones(80, dtype=np.bool_))
    wave = np.repeat([0, 1], 40)
    split = by_unit(panel, np.zeros(80, dtype=np.int64), 1)
    found = compare_levels_of_rows(np.concatenate([before, after])[:, None], (wave == 1, wave == 0), split)
    paired = ttest_rel(after, before)
    assert found.difference.item() / np.sqrt(found.variance.item()) == pytest.approx(paired.statistic)
    assert found.df.item() == paired.df
    apart = replace(stage, cluster=np.arange(80, dtype=np.int64))
    separate = by_unit(replace(panel, stages=(apart,)), np.zeros(80, dtype=np.int64), 1)
    ignored = compare_levels_of_rows(np.concatenate([before, after])[:, None], (wave == 1, wave == 0), separate)
    assert ignored.variance.item() > 3 * found.variance.item()
