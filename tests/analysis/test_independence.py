"""Tests on tables: they agree with the classical ones where there is no design, and notice a design where there is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from surveys import Answers, answers

from analysis.design import Lonely
from analysis.models.independence import (
    Crossing,
    adjusted_wald_table_test,
    rao_scott_chi_square_test,
    rao_scott_f_test,
    wald_table_test,
    weighted_table,
)
from analysis.models.wald import HypothesisTest
from analysis.results import NotEstimable
from analysis.rows.sample import Stage, one_stage

SEEDS = st.integers(0, 2**32 - 1)
TESTS = (rao_scott_f_test, rao_scott_chi_square_test, wald_table_test, adjusted_wald_table_test)
every_test = pytest.mark.parametrize("test", TESTS)
TableTest = Callable[..., HypothesisTest | NotEstimable]


def crossing(data: Answers) -> Crossing:
    return Crossing(data.group, 3, (data.y > 7).astype(np.int64), 2)


def plain(rows: list[int], columns: list[int], of: int = 2) -> Crossing:
    return Crossing(np.array(rows), of, np.array(columns), of)


@every_test
@given(SEEDS)
def test_rows_and_columns_may_change_places(test: TableTest, seed: int) -> None:
    data = answers(seed)
    one = crossing(data)
    other = Crossing(one.column, one.columns, one.row, one.rows)
    assert test(one, data.sample).p_value == pytest.approx(test(other, data.sample).p_value)


@every_test
@given(SEEDS, st.permutations(range(3)))
def test_the_numbers_of_levels_do_not_matter(test: TableTest, seed: int, order: list[int]) -> None:
    data = answers(seed)
    one = crossing(data)
    other = replace(one, row=np.array(order)[one.row])
    assert test(one, data.sample).statistic == pytest.approx(test(other, data.sample).statistic)


@every_test
@given(SEEDS, st.sampled_from([1e-6, 7.0, 1e6]))
def test_the_scale_of_weights_changes_nothing(test: TableTest, seed: int, factor: float) -> None:
    data = answers(seed)
    scaled = replace(data.sample, weights=factor * data.sample.weights)
    assert test(crossing(data), data.sample).p_value == pytest.approx(test(crossing(data), scaled).p_value)


@every_test
def test_levels_in_which_nobody_is_are_left_out(test: TableTest) -> None:
    data = answers(5)
    one = crossing(data)
    wider = Crossing(one.row + 1, 5, 2 * one.column, 4)
    assert test(one, data.sample).p_value == pytest.approx(test(wider, data.sample).p_value)


@every_test
def test_persons_of_whom_one_side_is_unknown_are_outside(test: TableTest) -> None:
    data = answers(6)
    known = np.arange(120) % 5 != 0
    one = crossing(data)
    partly = replace(one, column=np.where(known, one.column, -1))
    assert test(partly, data.sample).p_value == pytest.approx(test(one, data.sample.within(known)).p_value)


def test_without_a_design_pearsons_statistic_comes_back() -> None:
    from scipy.stats import chi2_contingency

    data = answers(7, rows=3000)
    one, sample = crossing(data), one_stage(np.ones(3000))
    expected = chi2_contingency(weighted_table(one, sample), correction=False)
    chi_square = rao_scott_chi_square_test(one, sample)
    assert chi_square.statistic == pytest.approx(expected.statistic)
    assert chi_square.df == expected.dof
    # The design effects of simple random sampling are nearly 1.
    assert np.log(chi_square.p_value) == pytest.approx(np.log(expected.pvalue), rel=0.05)
    assert rao_scott_f_test(one, sample).statistic * 2 == pytest.approx(expected.statistic, rel=0.05)


def test_clusters_of_equal_answers_bring_the_statistic_down_by_their_size() -> None:
    data = answers(8, rows=400)
    times = np.repeat(np.arange(400), 3)
    one = crossing(data)
    again = replace(one, row=one.row[times], column=one.column[times])
    single = replace(one_stage(np.ones(400)))
    stage = Stage(times, np.zeros(1200, dtype=np.int64), np.array([np.inf]))
    tripled = replace(single, weights=np.ones(1200), stages=(stage,), inside=np.ones(1200, dtype=bool))
    assert rao_scott_f_test(again, tripled).statistic == pytest.approx(rao_scott_f_test(one, single).statistic)
    assert rao_scott_chi_square_test(again, tripled).statistic == pytest.approx(
        3 * rao_scott_chi_square_test(one, single).statistic
    )


def test_a_table_counts_clients_and_not_respondents() -> None:
    table = weighted_table(plain([0, 0, 1, 1], [0, 1, 1, -1]), one_stage(np.array([10.0, 20.0, 5.0, 99.0])))
    assert table.tolist() == [[10.0, 20.0], [0.0, 5.0]]


def test_classifications_without_any_bond_have_a_statistic_of_nought() -> None:
    rows, columns = [0, 0, 1, 1] * 5, [0, 1, 0, 1] * 5
    for test in TESTS:
        found = test(plain(rows, columns), one_stage(np.ones(20)))
        assert found.statistic == pytest.approx(0.0, abs=1e-9)
        assert found.p_value == pytest.approx(1.0)


@every_test
@pytest.mark.parametrize(
    ("rows", "columns", "reason"),
    [
        ([-1, -1, -1, -1], [0, 1, 0, 1], "no_respondents"),
        ([0, 0, 0, 0], [0, 1, 0, 1], "one_group"),
        ([0, 0, 1, 1], [1, 1, -1, 1], "one_group"),
    ],
)
def test_one_level_has_nothing_to_depend_on(test: TableTest, rows: list[int], columns: list[int], reason: str) -> None:
    found = test(plain(rows, columns), one_stage(np.ones(4)))
    assert isinstance(found, NotEstimable)
    assert found.reason == reason


@every_test
@pytest.mark.parametrize(
    ("stratum", "lonely", "population", "reason"),
    [
        ([0, 0, 0, 0, 0, 1], Lonely.FAIL, np.inf, "lonely_stratum"),
        ([0, 1, 2, 3, 4, 5], Lonely.ADJUST, np.inf, "no_degrees_of_freedom"),
        ([0, 0, 0, 1, 1, 1], Lonely.ADJUST, 3.0, "no_variation"),
    ],
)
def test_a_design_without_a_covariance_tests_no_table(
    test: TableTest, stratum: list[int], lonely: Lonely, population: float, reason: str
) -> None:
    strata = np.array(stratum)
    sample = one_stage(np.ones(6), strata, np.full(strata.max() + 1, population), lonely=lonely)
    found = test(plain([0, 0, 0, 1, 1, 1], [0, 1, 1, 0, 0, 1]), sample)
    assert found == NotEstimable(reason, 6)
